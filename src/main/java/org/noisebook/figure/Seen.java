package org.noisebook.figure;

import org.noisebook.stats.Estimate;

/** A point of a series that a plot shows; a cell of a map has no series, and a y. */
record Seen(String series, double x, double y, Estimate estimate) {
    /** That of plotted numbers. */
    private static final double ROUNDING = 1e-6;

    boolean shows(Estimate claimed) {
        boolean ends = same(estimate.low(), claimed.low()) && same(estimate.high(), claimed.high());
        return same(estimate.mean(), claimed.mean()) && (ends || Double.isNaN(estimate.low()));
    }

    private static boolean same(double a, double b) {
        return Math.abs(a - b) <= ROUNDING * Math.abs(b);
    }
}
