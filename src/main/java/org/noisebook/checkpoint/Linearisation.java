package org.noisebook.checkpoint;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.data.NumberArray;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * How far a training departs from its linearisations, along the change Δw = w_T − w₀ of its weights.
 *
 * <p>Over probes and all outputs, with the derivatives J₀ and J_T of the outputs at both ends: δ₁ = ‖f_T − f₀ − J₀Δw‖/‖f_T − f₀‖, δ₁′ the same
 * with J_T, δ_s = ‖(J_T − J₀)Δw‖/(‖J_TΔw‖ + ‖J₀Δw‖). All are 0 for a network that is linear in the weights that moved, such as a
 * linear read-out on a frozen backbone. The rule: <em>lazy</em> if δ₁ and δ₁′ are below {@value #LAZY}; <em>rich</em> if δ_s is above 2/3;
 * <em>between</em> otherwise. Its limits were set on trainings whose tangent model was trained itself, with the same optimiser and
 * batches, and confirmed on other families ({@code environment/benchmarks/regime-zoo.txt}).
 *
 * <p><b>Shapes</b>: {@code [probes][outputs]}. <b>Units or range</b>: δ₁, δ₁′ ≥ 0; δ_s in [0, 1]. <b>Special cases</b>: outputs that changed by
 * no more than rounding of float32 did not move; probes that give the same numbers count as one; of fewer than {@value #LEAST} nothing is resolved.
 * <b>Error</b>: 95 % delete-one jackknife intervals over probes on the logarithm. <b>When it misleads</b>: probes that do not look like the
 * data; fewer than about 30 of them. Rich means that the tangent model's training is another one, not that another function was learned.
 * <b>Cost</b>: linear in the numbers, and in the square of the probes for the intervals.
 *
 * @param moved ‖f_T − f₀‖/‖f₀‖; 0 where that is rounding, and NaN where slopes then say that the weights moved
 * @param start δ₁; its n counts the probes that are told apart
 * @param end δ₁′
 * @param slope δ_s
 */
public record Linearisation(double moved, Estimate start, Estimate end, Estimate slope) {
    /** δ₁ and δ₁′ of a lazy training are below. */
    public static final double LAZY = 0.1;
    /** δ_s of a rich training is above. */
    public static final double RICH = 2.0 / 3;

    static final int LEAST = 5;
    /** Of outputs in float32. */
    private static final double ROUNDING = 1e-6;
    /** Of central differences, in units of Δw: smaller ones drown in the rounding of float32, larger ones see the curvature. */
    private static final double STEP = 0.01;

    /**
     * From four vectors.
     *
     * @param before f₀
     * @param after f_T
     * @param linearBefore J₀Δw
     * @param linearAfter J_TΔw
     * @throws IllegalArgumentException if they differ in size
     */
    public static Linearisation of(
            NumberArray before, NumberArray after, NumberArray linearBefore, NumberArray linearAfter) {
        int n = before.rows();
        int width = before.columns();
        for (NumberArray other : new NumberArray[] {after, linearBefore, linearAfter}) {
            if (other.rows() != n || other.columns() != width) {
                throw new IllegalArgumentException("outputs and their derivatives must all be " + n + " × " + width
                        + ", got " + other.rows() + " × " + other.columns());
            }
        }
        double[][] sums = new double[7][n];
        for (int k = 0; k < before.length(); k++) {
            double f = before.at(k);
            double by = after.at(k) - f;
            double a = linearBefore.at(k);
            double b = linearAfter.at(k);
            double[] parts = {f, by, by - a, by - b, b - a, a, b};
            for (int q = 0; q < parts.length; q++) {
                sums[q][k / width] += parts[q] * parts[q];
            }
        }
        Set<List<Double>> seen = new HashSet<>();
        int[] kept = IntStream.range(0, n)
                .filter(i -> seen.add(Arrays.stream(sums).map(of -> of[i]).toList()))
                .toArray();
        double[][] of = Arrays.stream(sums)
                .map(all -> IntStream.of(kept).mapToDouble(i -> all[i]).toArray())
                .toArray(double[][]::new);
        double size = root(of[0], n);
        boolean same = !(root(of[1], n) / size > ROUNDING);
        // Outputs that are as before although their slopes say otherwise are no sign that nothing moved.
        Estimate slope = estimate(kept.length, i -> root(of[4], i) / (root(of[5], i) + root(of[6], i)));
        boolean back = same && Math.max(root(of[5], n), root(of[6], n)) > 10 * ROUNDING * size;
        return new Linearisation(
                back ? Double.NaN : same ? 0 : root(of[1], n) / size,
                estimate(kept.length, i -> root(of[2], i) / root(of[1], i)),
                estimate(kept.length, i -> root(of[3], i) / root(of[1], i)),
                // By the triangle inequality it is 1 at most.
                new Estimate(slope.mean(), slope.stdError(), slope.low(), Math.min(1, slope.high()), slope.n()));
    }

    /**
     * By central differences along the change, for a network in Java.
     *
     * @param outputs of weights, probe by probe; called six times
     * @param n probes
     */
    public static Linearisation of(UnaryOperator<double[]> outputs, int n, double[] before, double[] after) {
        NumberArray[] found = new NumberArray[4];
        for (int end = 0; end < 2; end++) {
            double[] at = end == 0 ? before : after;
            double[] value = outputs.apply(at).clone();
            double[] ahead = outputs.apply(along(at, before, after, STEP)).clone();
            double[] back = outputs.apply(along(at, before, after, -STEP));
            for (int k = 0; k < ahead.length; k++) {
                ahead[k] = (ahead[k] - back[k]) / (2 * STEP);
            }
            int[] shape = {n, value.length / n};
            found[end] = NumberArray.of(shape, value);
            found[2 + end] = NumberArray.of(shape, ahead);
        }
        return of(found[0], found[1], found[2], found[3]);
    }

    private static double[] along(double[] from, double[] before, double[] after, double by) {
        double[] weights = from.clone();
        for (int k = 0; k < weights.length; k++) {
            weights[k] += by * (after[k] - before[k]);
        }
        return weights;
    }

    /** The root of a sum over probes, without probe {@code left} where there is such a one. */
    private static double root(double[] squares, int left) {
        double sum = 0;
        for (int i = 0; i < squares.length; i++) {
            sum += i == left ? 0 : squares[i];
        }
        return StrictMath.sqrt(sum);
    }

    private static Estimate estimate(int n, IntToDoubleFunction number) {
        return Jackknife.positive(
                number.applyAsDouble(n),
                IntStream.range(0, n).mapToDouble(number).toArray());
    }

    /** {@code lazy}, {@code rich}, {@code between}, {@code did not move} or {@code not resolved}. */
    public String verdict() {
        if (moved <= ROUNDING) {
            return CheckpointReport.STILL;
        }
        return start.n() < LEAST || Double.isNaN(moved)
                ? CheckpointReport.OPEN
                : verdict(start.mean(), end.mean(), slope.mean());
    }

    /** The rule alone, on δ₁, δ₁′ and δ_s: {@code lazy}, {@code rich} or {@code between}; {@code not resolved} where one is NaN. */
    public static String verdict(double start, double end, double slope) {
        if (Double.isNaN(start + end + slope)) {
            return CheckpointReport.OPEN;
        }
        return Math.max(start, end) < LAZY ? "lazy" : slope > RICH ? "rich" : "between";
    }
}
