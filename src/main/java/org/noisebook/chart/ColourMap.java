package org.noisebook.chart;

import java.awt.Color;

/**
 * Colour maps: nine equally spaced nodes with Catmull–Rom interpolation in sRGB, or one colour per class.
 *
 * <p><i>Error</i>: channels agree with the original maps to within a few units of 255.
 */
public enum ColourMap {
    /**
     * Perceptually uniform, monotone in lightness, colour-blind-safe (van der Walt, Smith, matplotlib 1.5, 2015, CC0).
     */
    VIRIDIS(0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725),
    /**
     * Blue through white to red, for differences from a middle value: colour-blind-safe, with both ends equally dark
     * (ColorBrewer, RdBu in nine classes; M. Harrower and C. Brewer 2003, doi:10.1179/000870403235002042, Apache 2.0).
     */
    DIVERGING(0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B),
    /** Flat colour-blind-safe colours for three classes, also distinct in greyscale, and a grey for neither. */
    CLASSES(0xD3E4F3, 0xF5B971, 0x5E9C76, 0xEDEEF0);

    private static final int LEVELS = 256;

    private final int[] nodes;

    ColourMap(int... nodes) {
        this.nodes = nodes;
    }

    /** The colour at {@code t}, clamped to [0, 1] and rounded to one of 256 levels. */
    Color at(double t) {
        double clamped = Math.min(1, Math.max(0, t));
        if (this == CLASSES) {
            return new Color(nodes[Math.min(nodes.length - 1, (int) (clamped * nodes.length))]);
        }
        double s = Math.rint(clamped * (LEVELS - 1)) / (LEVELS - 1) * (nodes.length - 1);
        int k = Math.min(nodes.length - 2, (int) s);
        double f = s - k;
        return new Color(channel(k, f, 16), channel(k, f, 8), channel(k, f, 0));
    }

    private int channel(int k, double f, int shift) {
        double a = node(k - 1, shift);
        double b = node(k, shift);
        double c = node(k + 1, shift);
        double d = node(k + 2, shift);
        double value = b + f / 2 * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
        return (int) Math.min(255, Math.max(0, Math.rint(value)));
    }

    /** One channel of a node; beyond the ends the table is extrapolated linearly. */
    private double node(int k, int shift) {
        int last = nodes.length - 1;
        if (k < 0) {
            return 2 * node(0, shift) - node(1, shift);
        }
        if (k > last) {
            return 2 * node(last, shift) - node(last - 1, shift);
        }
        return (nodes[k] >> shift) & 0xFF;
    }
}
