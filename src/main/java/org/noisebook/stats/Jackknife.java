package org.noisebook.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The jackknife estimate of a quantity computed from n independent parts, such as a ratio of means, with its standard
 * error from leaving out each part in turn.
 *
 * <p>With θ from all parts and θ_i without part i, the standard error is √((n − 1)/n Σ (θ_i − θ̄)²), θ̄ the mean of the
 * θ_i (Tukey 1958, Bias and confidence in not quite large samples, Ann. Math. Statist. 29, 614). {@link #of} and {@link
 * #corrected} give the mean of the pseudo-values n θ − (n − 1) θ_i, which removes the bias of order 1/n (Quenouille
 * 1956, Notes on bias in estimation, Biometrika 43, 353); {@link #plain} gives θ itself. Both carry Student's t
 * interval with n − 1 degrees of freedom.
 *
 * <p><b>Special cases</b>: for a mean the pseudo-values are the values, and the result equals {@link Estimate#ofMean}
 * up to rounding; one part gives a NaN interval; a NaN gives NaN. <b>Error</b>: the standard error is correct to
 * leading order in 1/n for smooth functions of means. Not for medians and other quantiles, for which it is
 * inconsistent. <b>Cost</b>: n + 1 evaluations.
 */
public final class Jackknife {
    private Jackknife() {}

    /**
     * The estimate without the bias of order 1/n.
     *
     * @param parts independent parts, such as replicas; not modified
     * @param number the quantity, for all parts and for all but one, in order
     */
    public static <R> Estimate of(List<R> parts, ToDoubleFunction<List<R>> number) {
        double[] without = IntStream.range(0, parts.size())
                .mapToDouble(left -> {
                    List<R> others = new ArrayList<>(parts);
                    others.remove(left);
                    return number.applyAsDouble(others);
                })
                .toArray();
        return corrected(number.applyAsDouble(parts), without);
    }

    /** The ratio of two sums over the parts. */
    public static Estimate ratio(double[] above, double[] below) {
        List<Integer> parts = IntStream.range(0, above.length).boxed().toList();
        return of(
                parts,
                some -> some.stream().mapToDouble(r -> above[r]).sum()
                        / some.stream().mapToDouble(r -> below[r]).sum());
    }

    /**
     * The mean of the pseudo-values.
     *
     * @param whole from all parts
     * @param without for each part, the quantity from all the others
     */
    public static Estimate corrected(double whole, double... without) {
        int n = without.length;
        return Estimate.ofMeanOrNone(
                Arrays.stream(without).map(other -> n * whole - (n - 1) * other).toArray());
    }

    /**
     * The estimate from all parts, without bias correction.
     *
     * @param whole from all parts
     * @param without for each part, the quantity from all the others
     */
    public static Estimate plain(double whole, double... without) {
        int n = without.length;
        double mean = Arrays.stream(without).sum() / n;
        double squares = 0;
        for (double other : without) {
            squares += (other - mean) * (other - mean);
        }
        return Estimate.ofStdError(whole, StrictMath.sqrt(squares * (n - 1.0) / n), n);
    }

    /**
     * The number from all parts, which cannot be negative, with its interval on the logarithm, where this is finite; without an interval for fewer than two parts.
     *
     * @param whole of all parts
     * @param without one number a part, of all the others
     */
    public static Estimate positive(double whole, double... without) {
        int n = without.length;
        if (n < 2 || !(whole >= 0)) {
            return new Estimate(whole, Double.NaN, Double.NaN, Double.NaN, n);
        }
        if (whole == 0 || Arrays.stream(without).anyMatch(other -> other == 0)) {
            return plain(whole, without).cut(0, Double.POSITIVE_INFINITY);
        }
        Estimate log = plain(
                StrictMath.log(whole),
                Arrays.stream(without).map(StrictMath::log).toArray());
        return new Estimate(whole, whole * log.stdError(), StrictMath.exp(log.low()), StrictMath.exp(log.high()), n);
    }
}
