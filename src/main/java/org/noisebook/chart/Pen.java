package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;

/** Draws shapes, anchored text and bitmaps, in points of the sheet. */
abstract class Pen {
    /** Font families for SVG; the widths below are those of the first. */
    static final String FAMILIES = "DejaVu Sans, Arial, Helvetica, sans-serif";

    static final float HALO = 2.4f;
    private static final double BOLD = 1.13;
    /** Advance widths of DejaVu Sans 2.37 for characters 32 to 126, in thousandths of the font size. */
    private static final int[] WIDTHS = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656,
        557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613,
        635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838,
    };

    /** The point of a text that is placed at the given position. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** Text style; {@code angle} in degrees, clockwise. */
    record Style(double size, boolean bold, Color colour, double angle, boolean halo) {
        static Style of(double size) {
            return new Style(size, false, Color.BLACK, 0, false);
        }

        Style withBold() {
            return new Style(size, true, colour, angle, halo);
        }

        Style withSize(double newSize) {
            return new Style(newSize, bold, colour, angle, halo);
        }

        Style withColour(Color newColour) {
            return new Style(size, bold, newColour, angle, halo);
        }

        Style withAngle(double degrees) {
            return new Style(size, bold, colour, degrees, halo);
        }

        Style withHalo() {
            return new Style(size, bold, colour, angle, true);
        }
    }

    /** Text width from the table, so that the layout does not depend on the machine's fonts. */
    static double width(String text, double size) {
        double sum = 0;
        for (Script piece : Script.of(text)) {
            for (int i = 0; i < piece.text().length(); i++) {
                sum += advance(piece.text().charAt(i)) * piece.size();
            }
        }
        return sum * size / 1000;
    }

    static double width(String text, Style style) {
        return width(text, style.size()) * (style.bold() ? BOLD : 1);
    }

    private static int advance(char c) {
        if (c >= 32 && c < 127) {
            return WIDTHS[c - 32];
        }
        if (c == '²' || c == '³' || c == '¹' || (c >= '\u2070' && c <= '\u208E')) {
            return c == '⁻' || c == '⁺' ? 528 : 401;
        }
        return switch (c) {
            case '·' -> 318;
            case '−', '×', '≥', '≤', '≈', '∼', '∝' -> 838;
            case '…' -> 1000;
            case '⟨', '⟩' -> 390;
            default -> 640;
        };
    }

    /** Writes a text with its anchor at the given position. */
    abstract void text(String text, double x, double y, Anchor anchor, Style style);

    abstract void fill(Shape shape, Color colour);

    abstract void draw(Shape shape, Color colour, BasicStroke stroke);

    void draw(Shape shape, Color colour, double width, float... dash) {
        draw(shape, colour, stroke(width, dash));
    }

    /** Fills a box with pixels that have sharp edges. */
    abstract void picture(Raster raster, Rectangle2D box);

    /** A stroke with butt caps, which end exactly at the border, and round joins, which have no spikes. */
    static BasicStroke stroke(double width, float... dash) {
        return dash.length == 0
                ? new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
                : new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }
}
