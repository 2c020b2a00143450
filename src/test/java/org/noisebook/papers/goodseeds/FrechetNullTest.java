package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FrechetNullTest {
    /** Mean d + d(d+1)/4 and variance 2d + d(d+1)/4 of χ²_d + ½ χ²_{d(d+1)/2}, by the integral of 1 − law. */
    @Test
    void lawHasItsMomentsAndQuantiles() {
        for (int d : new int[] {1, 2, 8}) {
            double mean = 0;
            double square = 0;
            double step = 0.05;
            for (int i = 0; i < 3000; i++) {
                double x = (i + 0.5) * step;
                double above = x > 100 ? 0 : 1 - FrechetNull.law(d, x);
                mean += above * step;
                square += 2 * x * above * step;
            }
            assertThat(mean).isCloseTo(d + d * (d + 1) / 4.0, within(2e-3));
            assertThat(square - mean * mean).isCloseTo(2 * d + d * (d + 1) / 4.0, within(0.2));
        }
        assertThat(FrechetNull.law(8, FrechetNull.quantile(8, 0.3))).isCloseTo(0.3, within(1e-5));
    }

    /** At the size of the paper: mean with its second order, and scatter, of distances by the exact spectrum of a covariance. */
    @Test
    void covariancesOf2048FeaturesScatterByAThousandth() {
        int d = 2048;
        int n = 22_500;
        double[] distances = IntStream.range(0, 24)
                .mapToDouble(k -> distance(n, d, Streams.of(5).withReplica(k).at("data")))
                .toArray();
        double c = (double) d / (n - 1);
        double expected = (double) d / n + d * (c / 4 + c * c / 32);
        double variance = (2.0 * d + 0.25 * d * (d + 1)) / n / n;
        double mean = Arrays.stream(distances).average().orElseThrow();
        double scatter =
                Arrays.stream(distances).map(x -> (x - mean) * (x - mean)).sum() / 23;
        // Five standard errors of the mean and the next order c³; the F law of 23 degrees of freedom at 1e-4.
        assertThat(mean).isCloseTo(expected, within(5 * Math.sqrt(variance / 24) + d * c * c * c / 8));
        assertThat(scatter / variance).isBetween(0.25, 2.6);
    }

    @Test
    void worstOverBestOfManyDimensionsIsThatOfDrawnDistances() {
        double[] logs = IntStream.range(0, 20)
                .mapToDouble(k -> {
                    Stream stream = Streams.of(6).withReplica(k).at("data");
                    var seeds = IntStream.range(0, 256)
                            .mapToDouble(seed -> distance(352, 32, stream))
                            .summaryStatistics();
                    return Math.log(seeds.getMax() / seeds.getMin());
                })
                .toArray();
        // The median's first order; the mean of 20 scatters by 0.01.
        assertThat(Arrays.stream(logs).average().orElseThrow())
                .isCloseTo(Math.log(FrechetNull.ratio(256, 32)), within(0.04));
    }

    /** Of n outputs N(0, I) from N(0, I): χ²_d/n and Σ(1 − σ)², σ of the bidiagonal model (Dumitriu and Edelman 2002). */
    private static double distance(int n, int d, Stream stream) {
        double[] main = new double[d];
        double[] off = new double[d];
        double below = 0;
        for (int i = 0; i < d; i++) {
            double square = 2 * stream.nextGamma((n - 1 - i) / 2.0);
            main[i] = (square + below) / (n - 1);
            below = i + 1 < d ? 2 * stream.nextGamma((d - 1 - i) / 2.0) : 0;
            off[i] = Math.sqrt(square * below) / (n - 1);
        }
        eigenvalues(main, off);
        return 2 * stream.nextGamma(d / 2.0) / n
                + Arrays.stream(main)
                        .map(x -> (1 - Math.sqrt(x)) * (1 - Math.sqrt(x)))
                        .sum();
    }

    /** Those of a symmetric tridiagonal matrix, in place of its diagonal: QL with implicit shifts. */
    private static void eigenvalues(double[] d, double[] e) {
        for (int l = 0; l < d.length; ) {
            int m = l;
            while (m < d.length - 1 && Math.abs(e[m]) > 1e-15 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) {
                m++;
            }
            if (m == l) {
                l++;
                continue;
            }
            double shift = (d[l + 1] - d[l]) / (2 * e[l]);
            double g = d[m] - d[l] + e[l] / (shift + Math.copySign(Math.hypot(shift, 1), shift));
            double s = 1;
            double c = 1;
            double p = 0;
            for (int i = m - 1; i >= l; i--) {
                double f = s * e[i];
                double b = c * e[i];
                double r = Math.sqrt(f * f + g * g);
                e[i + 1] = r;
                s = f / r;
                c = g / r;
                g = d[i + 1] - p;
                r = (d[i] - g) * s + 2 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
            }
            d[l] -= p;
            e[l] = g;
            e[m] = 0;
        }
    }
}
