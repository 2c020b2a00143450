package org.noisebook.chart;

import java.awt.Color;

/**
 * The viridis map: perceptually uniform, monotone in lightness, safe for the colour-blind.
 *
 * <p>S. van der Walt and N. Smith, "viridis", matplotlib 1.5 (2015), CC0. Nine of its 256 entries, equally spaced, with
 * Catmull-Rom interpolation of the sRGB channels. <i>Error</i>: within a few units of 255 per channel.
 */
final class ColourMap {
    private static final int[] NODES = {
        0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725,
    };
    private static final int LEVELS = 256;

    private ColourMap() {}

    /** The colour at {@code t}, clamped to [0, 1] and rounded to one of 256 levels. */
    static Color at(double t) {
        double clamped = Math.min(1, Math.max(0, t));
        double s = Math.rint(clamped * (LEVELS - 1)) / (LEVELS - 1) * (NODES.length - 1);
        int k = Math.min(NODES.length - 2, (int) s);
        double f = s - k;
        return new Color(channel(k, f, 16), channel(k, f, 8), channel(k, f, 0));
    }

    private static int channel(int k, double f, int shift) {
        double a = node(k - 1, shift);
        double b = node(k, shift);
        double c = node(k + 1, shift);
        double d = node(k + 2, shift);
        double value = b + f / 2 * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
        return (int) Math.min(255, Math.max(0, Math.rint(value)));
    }

    /** A channel of a node; beyond the ends the table goes on linearly. */
    private static double node(int k, int shift) {
        int last = NODES.length - 1;
        if (k < 0) {
            return 2 * node(0, shift) - node(1, shift);
        }
        if (k > last) {
            return 2 * node(last, shift) - node(last - 1, shift);
        }
        return (NODES[k] >> shift) & 0xFF;
    }
}
