package org.noisebook.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A number from n independent parts, such as a ratio of means, and its error from the same number without each of them.
 *
 * <p>With θ of all parts and θ_i without part i the standard error is √((n − 1)/n Σ (θ_i − θ̄)²), θ̄ the mean of the
 * θ_i (Tukey 1958, Bias and confidence in not quite large samples, Ann. Math. Statist. 29, 614). {@link #of} and
 * {@link #corrected} give the mean of the pseudo-values n θ − (n − 1) θ_i, from which the part of the bias that falls
 * as 1/n is gone (Quenouille 1956, Notes on bias in estimation, Biometrika 43, 353); {@link #plain} gives θ itself.
 * Both carry Student's t interval at n − 1 degrees.
 *
 * <p><b>Special cases</b>: for a mean pseudo-values are the values, and the result is {@link Estimate#ofMean}, but for
 * round-off; one part gives a NaN interval; a NaN gives NaN. <b>Error</b>: the standard error is right to
 * leading order in 1/n for smooth functions of means. Not for medians and other quantiles, for which it is
 * inconsistent. <b>Cost</b>: n + 1 evaluations.
 */
public final class Jackknife {
    private Jackknife() {}

    /**
     * A number without the bias of order 1/n.
     *
     * @param parts independent ones, such as replicas; not changed
     * @param number of all parts, and of all but one in their order
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

    /** The ratio of the sums of two numbers of each part. */
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
     * @param whole of all parts
     * @param without one number a part, of all the others
     */
    public static Estimate corrected(double whole, double... without) {
        int n = without.length;
        return Estimate.ofMean(
                Arrays.stream(without).map(other -> n * whole - (n - 1) * other).toArray());
    }

    /**
     * The number from all parts, uncorrected.
     *
     * @param whole of all parts
     * @param without one number a part, of all the others
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
}
