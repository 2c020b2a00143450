package org.noisebook.papers.sgdnoise;

import java.util.Arrays;
import org.noisebook.figure.Line;
import org.noisebook.model.Ends;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/** Errors of one task at one α, {@code [temperature][replica]}, as far as all replicas fitted. */
record ErrorValley(double[] temperatures, double[][] errors) {
    static ErrorValley of(Line<NetworkConfig, NetworkResult> line) {
        var whole = line.wholeRange();
        return new ErrorValley(whole.x(), whole.values(NetworkResult::testError));
    }

    double[] means(int[] replicas) {
        return Arrays.stream(errors)
                .mapToDouble(cell -> Arrays.stream(replicas)
                        .mapToDouble(r -> cell[r])
                        .average()
                        .orElse(Double.NaN))
                .toArray();
    }

    static int lowest(double[] means) {
        int best = 0;
        for (int t = 1; t < means.length; t++) {
            best = means[t] < means[best] ? t : best;
        }
        return best;
    }

    boolean inside(int[] replicas) {
        int best = lowest(means(replicas));
        return best > 0 && best < temperatures.length - 1;
    }

    /**
     * The vertex of the parabola in ln T through the smallest mean and its neighbours; the highest temperature where the
     * mean falls up to it, since no higher one trains; NaN where it is smallest at the lowest, which only the grid sets.
     */
    double optimum(int[] replicas) {
        double[] means = means(replicas);
        int best = lowest(means);
        if (best == 0) {
            return Double.NaN;
        }
        if (best == means.length - 1) {
            return temperatures[best];
        }
        double left = means[best - 1] - means[best];
        double right = means[best + 1] - means[best];
        double shift = left + right > 0 ? (left - right) / (2 * (left + right)) : 0;
        return temperatures[best] * StrictMath.pow(temperatures[best + 1] / temperatures[best], shift);
    }

    /** Whether an optimum with its interval lies inside the range of temperatures. */
    boolean holds(Estimate optimum) {
        return optimum.low() > 0 && optimum.high() < temperatures[temperatures.length - 1];
    }

    /** Where the smallest mean lies: 1 at the lowest temperature, 2 inside, 3 at the highest; NaN where none fitted. */
    double place(int[] replicas) {
        return errors.length == 0 ? Double.NaN : inside(replicas) ? 2 : lowest(means(replicas)) == 0 ? 1 : 3;
    }

    /** That all of so many replicas fitted somewhere, or none everywhere. */
    Ends ends(int replicas) {
        return errors.length == 0 ? new Ends(0, replicas, 0) : Ends.all(replicas);
    }

    /** How far the smaller of both ends lies above the minimum, as a share of it. */
    double depth(int[] replicas) {
        double[] means = means(replicas);
        double ends = Math.min(means[0], means[means.length - 1]);
        return ends / means[lowest(means)] - 1;
    }
}
