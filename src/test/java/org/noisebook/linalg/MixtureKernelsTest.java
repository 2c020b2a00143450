package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class MixtureKernelsTest {
    private static final MixtureKernels[] TWINS = {MixtureKernels.plain(), MixtureKernels.fastest()};
    /** d, K, particles. */
    private static final int[][] SHAPES = {
        {1, 1, 1},
        {1, 6, 37},
        {2, 1, 8},
        {2, 8, 512},
        {2, 3, 61},
        {3, 4, 20},
        {5, 2, 1},
        {17, 3, 33},
        {40, 2, 19},
        {2, 2, 0}
    };
    /** Exponents reach a few hundred, of which rounding is 1e-13. */
    private static final double ROUNDING = 1e-12;

    private static final int ROUNDS = 2000;

    @Test
    void twinsGiveTheSameBitsAndWhatIsWritten() {
        for (int[] shape : SHAPES) {
            Case c = new Case(shape);
            double[][] plain = c.evaluate(TWINS[0], c.x);
            assertThat(c.evaluate(TWINS[1], c.x))
                    .as("d, K, n = %s", Arrays.toString(shape))
                    .isDeepEqualTo(plain);
            for (int i = 0; i < shape[2]; i++) {
                double[] written = c.written(i);
                double log = Math.log(plain[c.components + 1][i]) - Math.log(2) * plain[c.components][i];
                assertThat(log).isCloseTo(written[0], within(ROUNDING * (1 + Math.abs(written[0]))));
                for (int j = 0; j < c.d; j++) {
                    assertThat(plain[c.components + 2 + j][i])
                            .as("d, K, n = %s, particle %d", Arrays.toString(shape), i)
                            .isCloseTo(written[j + 1], within(100 * ROUNDING));
                }
            }
        }
    }

    /** 2^w within 2.5 units of the last place of what the library gives, which is within one. */
    @Test
    void powersOfTwo() {
        Stream stream = Streams.of(1).at("data");
        for (int k = 0; k < 20_000; k++) {
            double w = -stream.nextDouble() * (k % 2 == 0 ? 2 : 1021);
            double exact = StrictMath.pow(2, w);
            assertThat(PlainMixtureLoops.power(w)).isCloseTo(exact, within(2.5 * Math.ulp(exact)));
        }
        assertThat(PlainMixtureLoops.power(0)).isEqualTo(1);
        assertThat(PlainMixtureLoops.power(-1)).isEqualTo(0.5);
        assertThat(PlainMixtureLoops.power(-5000)).isEqualTo(0x1p-1021);
        assertThat(PlainMixtureLoops.power(Double.NaN)).isNaN();
    }

    /** A particle does not see where it stands or what stands beside it. */
    @Test
    void particlesAreAlone() {
        for (int[] shape : new int[][] {{1, 3, 37}, {2, 5, 37}, {6, 3, 37}}) {
            Case c = new Case(shape);
            for (MixtureKernels kernels : TWINS) {
                double[][] all = c.evaluate(kernels, c.x);
                double[][] hurt = new double[c.d][];
                for (int j = 0; j < c.d; j++) {
                    hurt[j] = Arrays.copyOfRange(c.x[j], 5, 37);
                }
                hurt[0][3] = Double.NaN;
                hurt[c.d - 1][9] = Double.POSITIVE_INFINITY;
                double[][] some = c.evaluate(kernels, hurt);
                for (int row = c.components + 2; row < all.length; row++) {
                    for (int i = 0; i < 32; i++) {
                        if (i == 3 || i == 9) {
                            assertThat(some[row][i]).isNaN();
                        } else {
                            assertThat(some[row][i]).isEqualTo(all[row][i + 5]);
                        }
                    }
                }
            }
        }
    }

    /** On the plain twin: whether vectors stay out of the heap is up to the compiler, and shows in the benchmarks. */
    @Test
    void noArraysAreAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Case c = new Case(2, 8, 512);
        AffineMixture f = c.mixture();
        double[][] weights = new double[8][512];
        double[] least = new double[512];
        double[] total = new double[512];
        double[][] out = new double[2][512];
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocated > 200 * 2048; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int call = 0; call < 200; call++) {
                TWINS[0].evaluate(f, c.x, 512, weights, least, total, out);
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        // A row of 512 numbers has 4,096 bytes.
        assertThat(allocated).isLessThanOrEqualTo(200 * 2048);
    }

    /** q = costs + |roots x + shifts|² in bits and offsets + slopes x, by hand: one component, ℓ = 3, R = 2, m = 5, c = 7, G = 11. */
    @Test
    void coefficientsAreCopies() {
        double log2E = 1 / StrictMath.log(2);
        AffineMixture f = new AffineMixture(
                1, new double[] {5}, new double[] {2}, new double[] {3}, new double[] {7}, new double[] {11});
        double root = 2 * Math.sqrt(log2E / 2);
        for (int twice = 0; twice < 2; twice++) {
            List<double[]> all = List.of(f.roots(), f.shifts(), f.costs(), f.offsets(), f.slopes());
            double[] expected = {root, -5 * root, -3 * log2E, 7 - 11 * 5, 11};
            for (int k = 0; k < expected.length; k++) {
                assertThat(all.get(k)).containsExactly(new double[] {expected[k]}, within(1e-14 * 50));
                all.get(k)[0] = Double.NaN;
            }
        }
        assertThat(f.dimension()).isOne();
        assertThat(f.components()).isOne();
    }

    @Test
    void shapesAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new AffineMixture(2, new double[2], new double[4], new double[1], new double[2], new double[3]))
                .withMessage(
                        "means, offsets, roots and slopes must fit components=1 and dimension=2, got 2, 2, 4 and 3");
    }

    /** A random mixture and particles. */
    private static final class Case {
        private final int d;
        private final int components;
        private final double[] means;
        private final double[] roots;
        private final double[] logs;
        private final double[] offsets;
        private final double[] slopes;
        private final double[][] x;

        Case(int... shape) {
            Stream stream = Streams.of(1).at("data");
            d = shape[0];
            components = shape[1];
            means = normal(stream, components * d, 2);
            roots = normal(stream, components * d * d, 1);
            for (int k = 0; k < roots.length; k++) {
                roots[k] = k % d > k / d % d ? 0 : roots[k];
            }
            logs = normal(stream, components, 1);
            offsets = normal(stream, components * d, 1);
            slopes = normal(stream, components * d * d, 1);
            x = new double[d][];
            for (int j = 0; j < d; j++) {
                x[j] = normal(stream, shape[2], 2);
            }
        }

        private static double[] normal(Stream stream, int count, double scale) {
            double[] values = new double[count];
            Arrays.setAll(values, k -> scale * stream.nextGaussian());
            return values;
        }

        AffineMixture mixture() {
            return new AffineMixture(d, means, roots, logs, offsets, slopes);
        }

        double[][] evaluate(MixtureKernels kernels, double[][] places) {
            int count = places[0].length;
            double[][] weights = new double[components][count];
            double[] least = new double[count];
            double[] total = new double[count];
            double[][] out = new double[d][count];
            kernels.evaluate(mixture(), places, count, weights, least, total, out);
            double[][] all = Arrays.copyOf(weights, components + 2 + d);
            all[components] = least;
            all[components + 1] = total;
            System.arraycopy(out, 0, all, components + 2, d);
            return all;
        }

        /** The formula as it is written, with the library's exponential; log density first. */
        double[] written(int particle) {
            double[] exponents = new double[components];
            double[][] values = new double[components][d];
            for (int k = 0; k < components; k++) {
                exponents[k] = logs[k];
                for (int r = 0; r < d; r++) {
                    double z = 0;
                    values[k][r] = offsets[k * d + r];
                    for (int j = 0; j < d; j++) {
                        double off = x[j][particle] - means[k * d + j];
                        z += roots[(k * d + r) * d + j] * off;
                        values[k][r] += slopes[(k * d + r) * d + j] * off;
                    }
                    exponents[k] -= z * z / 2;
                }
            }
            double largest = Arrays.stream(exponents).max().orElseThrow();
            double sum =
                    Arrays.stream(exponents).map(e -> Math.exp(e - largest)).sum();
            double[] result = new double[d + 1];
            result[0] = largest + Math.log(sum);
            for (int k = 0; k < components; k++) {
                for (int r = 0; r < d; r++) {
                    result[r + 1] += Math.exp(exponents[k] - largest) / sum * values[k][r];
                }
            }
            return result;
        }
    }
}
