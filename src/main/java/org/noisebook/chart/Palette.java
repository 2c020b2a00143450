package org.noisebook.chart;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/**
 * Colours, marker shapes and dashes by series index.
 *
 * <p>Five colour-blind-safe colours, an additional dark and a light one, and mid grey; neighbours also differ in
 * lightness.
 */
final class Palette {
    static final int SIZE = 8;
    static final int GREY = SIZE - 1;

    private static final int[] RGB = {
        0x1F5FA8, 0xB02A18, 0x35A892, 0xE3A11C, 0x7B4A9E, 0x333A44, 0xD0709F, 0x8B919B,
    };
    /** The same colours for text, dark enough to read. */
    private static final int[] INK = {
        0x1F5FA8, 0xB02A18, 0x14756A, 0x8F6400, 0x7B4A9E, 0x333A44, 0xA8447A, 0x646A75,
    };

    private static final float[] LONG_DASHES = {8, 10, 7, 12, 9, 6.5f, 11, 14};
    private static final float[] SHORT_DASHES = {3, 3.8f, 2.4f, 4.4f, 3.4f, 2.7f, 4.1f, 4.8f};
    private static final float[] DOT_GAPS = {2.2f, 3, 1.6f, 3.8f, 2.6f, 1.9f, 3.4f, 4.4f};
    private static final float DOT = 1.1f;
    private static final float GAP = 2.2f;

    private Palette() {}

    static void check(int colour) {
        if (colour < 0 || colour >= SIZE) {
            throw new IllegalArgumentException("colour must be in [0, " + (SIZE - 1) + "], got " + colour);
        }
    }

    static Color colour(int index) {
        return new Color(RGB[index]);
    }

    static Color ink(int index) {
        return new Color(INK[index]);
    }

    /** The colour mixed with white, for bands. */
    static Color tint(int index) {
        Color c = colour(index);
        return new Color(mixed(c.getRed()), mixed(c.getGreen()), mixed(c.getBlue()));
    }

    private static int mixed(int channel) {
        return 255 - (255 - channel) * 18 / 100;
    }

    /** The dash lengths in points; empty for a solid line. */
    static float[] dash(int index, LineStyle style) {
        return switch (style) {
            case SOLID, ARROW, RING -> new float[0];
            case LONG_DASHED -> new float[] {LONG_DASHES[index], GAP};
            case DASH_DOTTED -> new float[] {LONG_DASHES[index] / 2, GAP, DOT, GAP};
            case DOTTED -> new float[] {DOT, DOT_GAPS[index]};
            case DASHED -> new float[] {SHORT_DASHES[index], GAP};
        };
    }

    /** The marker around a point, about {@code size} wide. */
    static Shape marker(int index, double x, double y, double size) {
        double r = size / 2;
        return switch (index) {
            case 0, 5 -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
            case 1, 6 -> new Rectangle2D.Double(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
            case 2 -> polygon(3, -90, x, y + 0.2 * r, 1.25 * r);
            case 3 -> polygon(4, -90, x, y, 1.2 * r);
            case 4 -> polygon(3, 90, x, y - 0.2 * r, 1.25 * r);
            default -> polygon(3, 180, x + 0.2 * r, y, 1.25 * r);
        };
    }

    /** A regular polygon with its first corner at the given angle in degrees, clockwise from the right. */
    static Path2D polygon(int corners, double degrees, double x, double y, double radius) {
        Path2D path = new Path2D.Double();
        for (int k = 0; k < corners; k++) {
            double angle = StrictMath.toRadians(degrees + 360.0 * k / corners);
            double px = x + radius * StrictMath.cos(angle);
            double py = y + radius * StrictMath.sin(angle);
            if (k == 0) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        path.closePath();
        return path;
    }
}
