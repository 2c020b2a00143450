package org.noisebook.chart;

/** The map from values to lengths along an axis or a colour bar. */
public enum Scale {
    /** Linear: equal differences have equal lengths. */
    LINEAR,
    /** Logarithmic: equal ratios have equal lengths; ticks at powers of ten. */
    LOG10,
    /** Logarithmic: equal ratios have equal lengths; ticks at powers of two. */
    LOG2,
    /** Logarithmic above 1 and linear below, so that 0 can be shown. */
    LOG10_AND_ZERO;

    private static final double LN2 = StrictMath.log(2);

    /** Transforms a value; NaN if the scale cannot show it (NaN, infinite, or not positive on a log scale). */
    double forward(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value) || (isLog() && value <= 0)) {
            return Double.NaN;
        }
        return switch (this) {
            case LINEAR -> value;
            case LOG10 -> StrictMath.log10(value);
            case LOG2 -> StrictMath.log(value) / LN2;
            case LOG10_AND_ZERO -> value < 1 ? value - 1 : StrictMath.log10(value);
        };
    }

    double inverse(double transformed) {
        return switch (this) {
            case LINEAR -> transformed;
            case LOG10 -> StrictMath.pow(10, transformed);
            case LOG2 -> StrictMath.pow(2, transformed);
            case LOG10_AND_ZERO -> transformed < 0 ? transformed + 1 : StrictMath.pow(10, transformed);
        };
    }

    boolean isLog() {
        return this == LOG10 || this == LOG2;
    }

    /** Throws unless {@code min < max}, both finite, and both positive on a log scale. */
    void checkRange(double min, double max) {
        if (Double.isNaN(min) || Double.isInfinite(min)) {
            throw new IllegalArgumentException("min must be finite, got " + min);
        }
        if (Double.isNaN(max) || Double.isInfinite(max)) {
            throw new IllegalArgumentException("max must be finite, got " + max);
        }
        if (isLog() && min <= 0) {
            throw new IllegalArgumentException("min must be above 0 on a log scale, got " + min);
        }
        if (min >= max) {
            throw new IllegalArgumentException("min must be below max=" + max + ", got " + min);
        }
    }
}
