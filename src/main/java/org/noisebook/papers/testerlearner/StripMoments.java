package org.noisebook.papers.testerlearner;

import java.util.Arrays;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.rng.Stream;
import org.noisebook.stats.LogPhi;

/**
 * What points in the strip |w·x| ≤ σ say of a normal law: their number, and the second moments across w.
 *
 * <p>Over its expectation np, p = 2Φ(σ) − 1, the number has standard error √((1 − p)/np); eigenvalues of the moments lie between (1 ± √((d −
 * 1)/np))² (Marchenko and Pastur 1967). {@link #deviation} is the largest of the three departures in these units, the first over 2.
 *
 * @param mass number over its expectation
 * @param lowest smallest eigenvalue
 * @param highest largest eigenvalue
 * @param deviation largest departure; infinite with fewer points than 2d
 */
record StripMoments(double mass, double lowest, double highest, double deviation) {
    /** Of points {@code [coordinate][point]} and a unit vector. */
    static StripMoments of(double[][] x, double[] w, double sigma) {
        int d = w.length;
        int n = x[0].length;
        // The reflection that takes w to the first axis.
        double[] u = w.clone();
        u[0] += w[0] < 0 ? -1 : 1;
        double scale = 2 / Arrays.stream(u).map(v -> v * v).sum();
        double[] moments = new double[(d - 1) * (d - 1)];
        double[] point = new double[d];
        int count = 0;
        for (int k = 0; k < n; k++) {
            double side = 0;
            double along = 0;
            for (int j = 0; j < d; j++) {
                side += w[j] * x[j][k];
                along += u[j] * x[j][k];
            }
            if (Math.abs(side) > sigma) {
                continue;
            }
            count++;
            for (int j = 1; j < d; j++) {
                point[j] = x[j][k] - scale * along * u[j];
                for (int i = 1; i <= j; i++) {
                    moments[(j - 1) * (d - 1) + i - 1] += point[i] * point[j];
                }
            }
        }
        return of(n, d, sigma, count, moments);
    }

    /** One draw under the normal law, by Bartlett's decomposition of a Wishart matrix. */
    static StripMoments drawn(int n, int d, double sigma, Stream stream) {
        double p = StrictMath.exp(LogPhi.difference(-sigma, sigma));
        int count = (int) Math.max(d, Math.rint(n * p + Math.sqrt(n * p * (1 - p)) * stream.nextGaussian()));
        int size = d - 1;
        double[][] root = new double[size][size];
        double[] moments = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < i; j++) {
                root[i][j] = stream.nextGaussian();
            }
            root[i][i] = Math.sqrt(2 * stream.nextGamma((count - i) / 2.0));
            for (int j = 0; j <= i; j++) {
                for (int k = 0; k <= j; k++) {
                    moments[i * size + j] += root[i][k] * root[j][k];
                }
            }
        }
        return of(n, d, sigma, count, moments);
    }

    private static StripMoments of(int n, int d, double sigma, int count, double... sums) {
        double p = StrictMath.exp(LogPhi.difference(-sigma, sigma));
        double expected = n * p;
        double mass = count / expected;
        if (count < 2 * d) {
            return new StripMoments(mass, Double.NaN, Double.NaN, Double.POSITIVE_INFINITY);
        }
        double[] moments = Arrays.stream(sums).map(v -> v / count).toArray();
        double[] values = SymmetricSpectrum.of(d - 1, moments).values();
        double edge = Math.sqrt((d - 1) / expected);
        double highest = Arrays.stream(values).max().orElseThrow();
        double lowest = Arrays.stream(values).min().orElseThrow();
        double deviation = Math.max(
                Math.abs(mass - 1) / (2 * Math.sqrt((1 - p) / expected)),
                Math.max((1 - lowest) / (1 - (1 - edge) * (1 - edge)), (highest - 1) / ((1 + edge) * (1 + edge) - 1)));
        return new StripMoments(mass, lowest, highest, deviation);
    }

    /** The deviation that draws under the normal law exceed with probability {@code level} in one test: the fitting order statistic. */
    static double limit(int n, int d, double sigma, int draws, double level, Stream stream) {
        double[] sorted = new double[draws];
        Arrays.setAll(sorted, k -> drawn(n, d, sigma, stream).deviation());
        Arrays.sort(sorted);
        return sorted[(int) Math.rint((1 - level) * (draws + 1)) - 1];
    }
}
