package org.noisebook.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.noisebook.stats.Estimate;

/** Rounds numbers to the six digits that figures plot and tabulate. */
public final class SixDigits {
    private static final MathContext SIX = new MathContext(6);

    private SixDigits() {}

    public static double of(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(SIX).doubleValue() : value;
    }

    public static double[] of(double... values) {
        return Arrays.stream(values).map(SixDigits::of).toArray();
    }

    /** Rounds a mean and its interval. */
    public static Estimate of(Estimate e) {
        return new Estimate(of(e.mean()), of(e.stdError()), of(e.low()), of(e.high()), e.n());
    }

    /** A deterministic number as an estimate whose interval is the number itself. */
    public static Estimate exact(double value) {
        return new Estimate(value, 0, value, value, 1);
    }

    /** A deterministic number as a point without an interval. */
    public static Estimate point(double value) {
        return new Estimate(value, Double.NaN, Double.NaN, Double.NaN, 1);
    }
}
