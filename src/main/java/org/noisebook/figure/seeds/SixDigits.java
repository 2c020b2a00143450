package org.noisebook.figure.seeds;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.noisebook.figure.Sheet;
import org.noisebook.stats.Estimate;

/** Numbers to the six digits that these figures plot and tabulate. */
final class SixDigits {
    private static final MathContext SIX = new MathContext(6);

    private SixDigits() {}

    /** A number. */
    static double of(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(SIX).doubleValue() : value;
    }

    /** Numbers. */
    static double[] of(double... values) {
        return Arrays.stream(values).map(SixDigits::of).toArray();
    }

    /** A mean and its interval. */
    static Estimate of(Estimate e) {
        return new Estimate(of(e.mean()), of(e.stdError()), of(e.low()), of(e.high()), e.n());
    }

    /** So many replicas, all of them fitted. */
    static Sheet.Ends[] ends(int points, int replicas) {
        Sheet.Ends[] ends = new Sheet.Ends[points];
        Arrays.fill(ends, new Sheet.Ends(replicas, 0, 0));
        return ends;
    }
}
