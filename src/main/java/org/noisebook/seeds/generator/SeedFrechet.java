package org.noisebook.seeds.generator;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.PermutationNull;
import org.noisebook.seeds.Shuffle;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

/**
 * The Fréchet distance of each seed's outputs to a target law, with what the same outputs give when they are dealt to seeds at random.
 *
 * <p>The distance of n outputs is too large by about c/n and scatters ({@link FrechetDistance}), so that the best and the worst of many
 * seeds lie far apart without any effect: with 200 outputs of the target itself in 8 dimensions, 1024 seeds span a factor of 3.4. Only the
 * null of the same n tells what a distance means.
 *
 * <p><b>Shapes</b>: {@code x[seed][output][feature]}, every seed with equally many outputs, at least 2; not modified.
 *
 * <p><b>Error</b>: p-values are exact as tests but for the dependence of groups of one dealing, of order 1/S, and no smaller than
 * 1/(1 + regroupings S). They are one a seed: adjust them for S tests.
 *
 * <p><b>Cost</b>: regroupings times S distances, in parallel: 40 μs each at d = 8, 200 μs at d = 16; the same numbers for any number of
 * threads.
 *
 * @param distances of each seed
 * @param nullMean mean distance of a random group
 * @param nullStdDev its standard deviation
 * @param nullMin the least distance of S random groups, mean over dealings
 * @param nullMax the greatest, likewise
 * @param pLow chance of a distance as small in a random group: of each seed, small for good ones
 * @param pHigh chance of one as large
 */
public record SeedFrechet(
        Doubles distances,
        double nullMean,
        double nullStdDev,
        Estimate nullMin,
        Estimate nullMax,
        Doubles pLow,
        Doubles pHigh) {

    /**
     * Deals all outputs to seeds at random: for outputs of a seed that are of one kind.
     *
     * @param regroupings at least 1; ten serve for many seeds
     */
    public static SeedFrechet of(double[][][] x, GaussianFit target, int regroupings, Stream stream) {
        check(x, target.mean().length);
        Check.inRange("regroupings", regroupings, 1, Integer.MAX_VALUE);
        int seeds = x.length;
        int outputs = x[0].length;
        double[] distances = new double[seeds];
        IntStream.range(0, seeds).parallel().forEach(s -> distances[s] = distance(outputs, target, k -> x[s][k]));
        double[][] none = new double[regroupings][seeds];
        for (int r = 0; r < regroupings; r++) {
            int[] place = Shuffle.of(seeds * outputs, stream.part(r));
            double[] group = none[r];
            IntStream.range(0, seeds)
                    .parallel()
                    .forEach(s -> group[s] = distance(outputs, target, k -> {
                        int from = place[s * outputs + k];
                        return x[from / outputs][from % outputs];
                    }));
        }
        PermutationNull pooled = new PermutationNull(
                Doubles.of(Arrays.stream(none).flatMapToDouble(Arrays::stream).toArray()));
        double[] sorted = pooled.values().toArray();
        Arrays.sort(sorted);
        return new SeedFrechet(
                Doubles.of(distances),
                pooled.mean(),
                pooled.stdDev(),
                Estimate.ofMean(Arrays.stream(none)
                        .mapToDouble(group -> Arrays.stream(group).min().orElseThrow())
                        .toArray()),
                Estimate.ofMean(Arrays.stream(none)
                        .mapToDouble(group -> Arrays.stream(group).max().orElseThrow())
                        .toArray()),
                Doubles.of(Arrays.stream(distances)
                        .map(value -> (1.0 + below(sorted, Math.nextUp(value))) / (1.0 + sorted.length))
                        .toArray()),
                Doubles.of(Arrays.stream(distances)
                        .map(value -> (1.0 + sorted.length - below(sorted, value)) / (1.0 + sorted.length))
                        .toArray()));
    }

    private interface Group {
        double[] output(int k);
    }

    private static double distance(int outputs, GaussianFit target, Group group) {
        double[][] byFeature = new double[target.mean().length][outputs];
        for (int k = 0; k < outputs; k++) {
            double[] output = group.output(k);
            for (int j = 0; j < byFeature.length; j++) {
                byFeature[j][k] = output[j];
            }
        }
        return FrechetDistance.of(target, GaussianFit.of(byFeature));
    }

    /** How many sorted values are less than a bound. */
    private static int below(double[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static void check(double[][][] x, int features) {
        Check.inRange("seeds", x.length, 2, Integer.MAX_VALUE);
        for (double[][] outputs : x) {
            Check.inRange("outputs", outputs.length, 2, Integer.MAX_VALUE);
            if (outputs.length != x[0].length) {
                throw new IllegalArgumentException(
                        "every seed must have equally many outputs, got " + x[0].length + " and " + outputs.length);
            }
            for (double[] output : outputs) {
                if (output.length != features) {
                    throw new IllegalArgumentException(
                            "outputs must have the dimension of the target=" + features + ", got " + output.length);
                }
            }
        }
        Math.multiplyExact(x.length, x[0].length);
    }
}
