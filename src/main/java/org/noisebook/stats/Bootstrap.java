package org.noisebook.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.noisebook.rng.Stream;

/**
 * The 95 % interval of any statistic of replicas, from resampling whole replicas.
 *
 * <p>The expanded percentile interval of {@link PowerFit#interval} (Hesterberg 2015, doi:10.1080/00031305.2015.1089789).
 *
 * <p><b>Special cases</b>: a statistic may be NaN where it does not exist, such as a crossing. The interval is NaN if
 * the statistic is NaN on the full set, or on more than one resample in forty, which leaves a tail unknown; fewer NaN
 * resamples are omitted. <b>Cost</b>: 2000 evaluations. Not for fewer than about eight replicas, nor for extremes,
 * whose resamples are too discrete.
 */
public final class Bootstrap {
    private static final int RESAMPLES = 2000;
    private static final double UNKNOWN_SHARE = 0.025;

    private Bootstrap() {}

    /**
     * The statistic of replicas 0, …, n − 1 with its interval.
     *
     * @param statistic a function of replica indices, which may repeat
     */
    public static Estimate of(int n, Stream stream, ToDoubleFunction<int[]> statistic) {
        int[] replicas = new int[n];
        Arrays.setAll(replicas, r -> r);
        double value = statistic.applyAsDouble(replicas.clone());
        double[] resampled = new double[RESAMPLES];
        int known = 0;
        for (int b = 0; b < RESAMPLES; b++) {
            for (int k = 0; k < n; k++) {
                replicas[k] = stream.nextIndex(n);
            }
            double again = statistic.applyAsDouble(replicas.clone());
            if (!Double.isNaN(again)) {
                resampled[known++] = again;
            }
        }
        boolean unknown = Double.isNaN(value) || RESAMPLES - known > UNKNOWN_SHARE * RESAMPLES;
        return PowerFit.interval(value, unknown ? new double[0] : Arrays.copyOf(resampled, known), n);
    }
}
