package org.noisebook.papers.sgdnoise;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.cells.NetworkCells;
import org.noisebook.experiment.EndCounts;
import org.noisebook.figure.Line;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * Test errors of one task at one α against temperature, {@code [temperature][replica]}, up to where three quarters of the replicas
 * fitted; only replicas that fitted at all these temperatures, {@code fitted}, count.
 */
record ErrorValley(double[] temperatures, double[][] errors, int[] fitted) {
    /** The parabola in ln T is fitted within this factor of the temperature of the smallest mean. */
    private static final double REACH = 4;

    private static final double ROUNDING = 1e-9;
    private static final int POINTS = 3;

    static ErrorValley of(Line<NetworkConfig, NetworkResult> line) {
        var range = line.range(NetworkTc.ADMITTED);
        return new ErrorValley(range.x(), range.values(NetworkResult::testError), range.fitted());
    }

    /** The mean error at each temperature over the given ones of the replicas that count. */
    double[] means(int[] replicas) {
        int[] here = NetworkCells.among(fitted, replicas);
        return Arrays.stream(errors)
                .mapToDouble(cell ->
                        Arrays.stream(here).mapToDouble(r -> cell[r]).average().orElse(Double.NaN))
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

    /** Position of the smallest mean: 1 at the lowest temperature, 2 inside, 3 at the highest; NaN if nothing fitted. */
    double place(int[] replicas) {
        return fitted.length == 0 ? Double.NaN : inside(replicas) ? 2 : lowest(means(replicas)) == 0 ? 1 : 3;
    }

    /** The number of replicas that count. */
    EndCounts ends(int replicas) {
        return new EndCounts(fitted.length, replicas - fitted.length, 0);
    }

    /**
     * The optimal temperatures of several valleys: vertices of parabolas in ln T with one common curvature, fitted by least squares to
     * the means within a factor of 4 in temperature of each valley's smallest. NaN if that curvature is not positive or a valley has
     * fewer than three such means.
     */
    static double[] optima(List<ErrorValley> valleys, int[] replicas) {
        List<Bottom> bottoms =
                valleys.stream().map(valley -> valley.bottom(replicas)).toList();
        double curvature = bottoms.stream().mapToDouble(Bottom::bend).sum()
                / bottoms.stream().mapToDouble(Bottom::weight).sum();
        return bottoms.stream()
                .mapToDouble(bottom -> curvature > 0 ? bottom.vertex(curvature) : Double.NaN)
                .toArray();
    }

    private Bottom bottom(int[] replicas) {
        double[] means = means(replicas);
        double least = means.length == 0 ? Double.NaN : temperatures[lowest(means)];
        int[] near = IntStream.range(0, means.length)
                .filter(k -> temperatures[k] <= least * REACH * (1 + ROUNDING)
                        && temperatures[k] >= least / REACH / (1 + ROUNDING))
                .toArray();
        return Bottom.of(
                Arrays.stream(near)
                        .mapToDouble(k -> StrictMath.log(temperatures[k]))
                        .toArray(),
                Arrays.stream(near).mapToDouble(k -> means[k]).toArray());
    }

    /**
     * The fit near a valley's minimum: the mean ln T, the slopes in ln T of the errors and of (ln T − mean)², and the contribution of
     * the non-linear part of that square to the normal equation of the common curvature.
     */
    private record Bottom(double centre, double slope, double skew, double bend, double weight) {
        static Bottom of(double[] x, double[] y) {
            if (x.length < POINTS) {
                return new Bottom(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
            }
            double centre = Arrays.stream(x).average().orElseThrow();
            double[] square =
                    Arrays.stream(x).map(v -> (v - centre) * (v - centre)).toArray();
            double spread = Arrays.stream(square).sum();
            double slope = product(x, y, centre) / spread;
            double skew = product(x, square, centre) / spread;
            double[] bent = new double[x.length];
            Arrays.setAll(bent, k -> square[k] - spread / x.length - skew * (x[k] - centre));
            double bend = IntStream.range(0, x.length)
                    .mapToDouble(k -> bent[k] * y[k])
                    .sum();
            double weight = Arrays.stream(bent).map(b -> b * b).sum();
            return new Bottom(centre, slope, skew, bend, weight);
        }

        private static double product(double[] x, double[] y, double centre) {
            return IntStream.range(0, x.length)
                    .mapToDouble(k -> (x[k] - centre) * y[k])
                    .sum();
        }

        /** The temperature at which the derivative {@code slope + curvature (2 (v − centre) − skew)} is zero. */
        double vertex(double curvature) {
            return StrictMath.exp(centre + (skew - slope / curvature) / 2);
        }
    }
}
