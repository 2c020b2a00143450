package org.noisebook.chart;

import java.util.Objects;

/**
 * What was claimed of one point or cell.
 *
 * @param mark the sign of the verdict: ✓, ✗ or ?, empty for no claim
 * @param expected the value of theory or reference; NaN for a bound, and where no axis shows it
 * @param low from where it was wanted, −∞ for a bound from above, NaN where no axis shows it
 * @param high up to where
 * @param words the window in a few letters, such as {@code > 0.9}
 */
public record Judgement(String mark, double expected, double low, double high, String words) {
    /** Checks. */
    public Judgement {
        Objects.requireNonNull(mark, "mark");
        Objects.requireNonNull(words, "words");
    }

    /** A verdict without a window. */
    public static Judgement of(String mark) {
        return new Judgement(mark, Double.NaN, Double.NaN, Double.NaN, "");
    }

    /** The ends of the window that an axis may show. */
    double[] ends() {
        return Double.isFinite(low) && Double.isFinite(high)
                ? new double[] {low, high}
                : Double.isFinite(low)
                        ? new double[] {low}
                        : Double.isFinite(high) ? new double[] {high} : new double[0];
    }
}
