package org.noisebook.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.compare.PairComparison.Span;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.PairedComparison;

/**
 * Two models on the items that both answered, paired by item.
 *
 * <p>With one seed p is that of sign flips of whole clusters ({@link PairedComparison}), drawn {@value #DRAWS} times where it is not exact. With several, items and seeds vary: se² = v_items + v_seeds with Satterthwaite's degrees. The
 * interval's v_items is the jackknife over clusters, se² = (G − 1)/G Σ (m_(g) − m̄)², with (Σ n_g)²/Σ n_g² − 1 degrees.
 *
 * @param first one model
 * @param second the other
 * @param items that both answered
 * @param clusters of these
 * @param seeds that both ran
 * @param mean of the first over these items and seeds
 * @param difference mean over items, the first less the second
 * @param stdError of it
 * @param degrees of freedom of that
 * @param interval at the level of one comparison
 * @param p of one comparison
 * @param level of one comparison
 * @param ahead items on which the first is better
 * @param behind items on which the second is
 * @param hangs on so many rows without a score, which decide otherwise left out than as the worst score
 */
record ItemComparison(
        int first,
        int second,
        int items,
        int clusters,
        int seeds,
        double mean,
        double difference,
        double stdError,
        double degrees,
        Span interval,
        double p,
        double level,
        int ahead,
        int behind,
        int hangs) {
    private static final int DRAWS = 9_999;

    /** Compares two models at the level of one comparison. */
    static ItemComparison of(ItemRuns runs, int first, int second, double level, int hangs, Stream stream) {
        double[][] a = runs.score()[first];
        double[][] b = runs.score()[second];
        int[] shared = IntStream.range(0, runs.seeds())
                .filter(s -> IntStream.range(0, a.length).anyMatch(i -> !Double.isNaN(a[i][s] - b[i][s])))
                .toArray();
        if (shared.length == 0) {
            throw new IllegalArgumentException("models '" + runs.models().get(first) + "' and '"
                    + runs.models().get(second) + "' have no item with the same seed in common: name the same seeds"
                    + " for both, or leave the column of the seed out with --ignore");
        }
        Map<Integer, double[]> groups = new HashMap<>();
        double[] sum = new double[shared.length];
        double[] count = new double[shared.length];
        int ahead = 0;
        int behind = 0;
        int items = 0;
        double total = 0;
        double ofFirst = 0;
        for (int i = 0; i < a.length; i++) {
            double of = 0;
            double own = 0;
            int n = 0;
            for (int k = 0; k < shared.length; k++) {
                double d = a[i][shared[k]] - b[i][shared[k]];
                if (!Double.isNaN(d)) {
                    of += d;
                    own += a[i][shared[k]];
                    n++;
                    sum[k] += d;
                    count[k]++;
                }
            }
            if (n > 0) {
                double d = of / n;
                double[] group = groups.computeIfAbsent(runs.cluster()[i], key -> new double[2]);
                group[0] += d;
                group[1]++;
                items++;
                total += d;
                ofFirst += own / n;
                ahead += d > 0 ? 1 : 0;
                behind += d < 0 ? 1 : 0;
            }
        }
        double[][] clusters = groups.values().toArray(double[][]::new);
        double all = total;
        int size = items;
        double[] without = Arrays.stream(clusters)
                .mapToDouble(g -> (all - g[0]) / (size - g[1]))
                .toArray();
        int g = clusters.length;
        double ofItems = g < 2 ? Double.NaN : Moments.variance(without) * (g - 1) * (g - 1) / g;
        double squares =
                Arrays.stream(clusters).mapToDouble(of -> of[1] * of[1]).sum();
        double itemDegrees = (double) items * items / squares - 1;
        double[] means = IntStream.range(0, sum.length)
                .mapToDouble(k -> sum[k] / count[k])
                .toArray();
        double ofSeeds = Moments.variance(means) / means.length;
        double variance = ofItems + ofSeeds;
        double degrees = means.length < 2 || !(variance > 0)
                ? itemDegrees
                : Moments.satterthwaite(ofItems, itemDegrees, ofSeeds, means.length - 1);
        double error = StrictMath.sqrt(variance);
        double mean = total / items;
        boolean known = degrees > 0 && error > 0;
        TDistribution law = known ? new TDistribution(null, degrees) : null;
        double half = known ? error * law.inverseCumulativeProbability(1 - level / 2) : Double.NaN;
        double p = means.length == 1
                ? PairedComparison.signFlip(
                        Arrays.stream(clusters).mapToDouble(of -> of[0]).toArray(), 1, DRAWS, stream)
                : known ? 2 * law.cumulativeProbability(-Math.abs(mean) / error) : 1;
        return new ItemComparison(
                first,
                second,
                items,
                g,
                means.length,
                ofFirst / items,
                mean,
                error,
                degrees,
                Span.about(mean, half),
                p,
                level,
                ahead,
                behind,
                hangs);
    }

    /** What is known of the first against the second. */
    Verdict verdict() {
        return hangs > 0 ? Verdict.HANGS : p > level ? Verdict.OPEN : difference > 0 ? Verdict.BETTER : Verdict.WORSE;
    }

    /** Items like these, all in all, at which a difference such as this would be found; 0 where none would do. */
    long needed() {
        double t = Math.abs(difference) / stdError;
        double limit = degrees > 0 ? new TDistribution(null, degrees).inverseCumulativeProbability(1 - level / 2) : 0;
        double needed = Math.ceil(items * limit * limit / t / t);
        return needed > items && needed < 1e9 ? (long) needed : 0;
    }

    /** The same seen from the second. */
    ItemComparison turned() {
        return new ItemComparison(
                second,
                first,
                items,
                clusters,
                seeds,
                mean - difference,
                -difference,
                stdError,
                degrees,
                new Span(-interval.high(), -interval.low()),
                p,
                level,
                behind,
                ahead,
                hangs);
    }
}
