package org.noisebook.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class KernelSpectrumTest {
    /** Eigenvalues are good to the square of the residual, vectors to the residual, 1e-10. */
    private static final double CLOSE = 1e-9;

    private static final int PROBES = 96;

    private static ProbeKernel tangent(String name) {
        Stream data = Streams.of(2).at("data");
        float[] x = new float[PROBES * 5];
        byte[] label = new byte[PROBES];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) data.nextGaussian();
        }
        java.util.Arrays.fill(label, (byte) 1);
        FullyConnected network = new FullyConnected(2, 20, Activation.RELU);
        NetworkEngine engine = network.engine(5, 8, Precision.FLOAT64);
        engine.initialise(Streams.of(2).at(name));
        return engine.tangentKernel(Points.of(PROBES, 5, x, label));
    }

    @Test
    void leadingValuesAreThoseOfTheWhole() {
        ProbeKernel kernel = tangent("init");
        KernelSpectrum whole = KernelSpectrum.of(kernel);
        KernelSpectrum leading = KernelSpectrum.leading(kernel, 6, Streams.of(1).at("noise"));

        double scale = whole.values()[0];
        double trace = 0;
        for (double value : whole.values()) {
            trace += value;
        }
        double diagonal = 0;
        for (double value : kernel.diagonal()) {
            diagonal += value;
        }
        assertThat(trace).isCloseTo(diagonal, within(CLOSE * diagonal));
        for (int k = 0; k < 6; k++) {
            assertThat(leading.values()[k]).isCloseTo(whole.values()[k], within(CLOSE * scale));
            assertThat(leading.residual(k)).isLessThan(1e-10 * scale);
            double[] image = kernel.times(leading.vector(k));
            for (int i = 0; i < PROBES; i++) {
                assertThat(image[i]).isCloseTo(leading.values()[k] * leading.vector(k)[i], within(CLOSE * scale));
            }
        }
    }

    /** The identity has one eigenvalue as often as there are probes, a kernel of one row one that is not 0. */
    @Test
    void equalAndMissingEigenvalues() {
        double[] identity = new double[9 * 9];
        for (int i = 0; i < 9; i++) {
            identity[i * 9 + i] = 1;
        }
        Stream stream = Streams.of(1).at("noise");

        assertThat(KernelSpectrum.leading(ProbeKernel.ofRows(9, 9, identity), 4, stream)
                        .values())
                .containsExactly(new double[] {1, 1, 1, 1}, within(CLOSE));
        assertThat(KernelSpectrum.leading(ProbeKernel.ofRows(3, 1, new double[] {1, 2, 2}), 3, stream)
                        .values())
                .containsExactly(new double[] {9, 0, 0}, within(CLOSE));
        assertThat(KernelSpectrum.leading(ProbeKernel.ofRows(3, 1, new double[3]), 1, stream)
                        .values())
                .containsExactly(0);
    }

    @Test
    void badInputs() {
        ProbeKernel broken = ProbeKernel.ofRows(2, 1, new double[] {1, Double.NaN});
        Stream stream = Streams.of(1).at("noise");

        assertThatIllegalArgumentException().isThrownBy(() -> KernelSpectrum.of(broken));
        assertThatIllegalArgumentException().isThrownBy(() -> KernelSpectrum.leading(broken, 1, stream));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSpectrum.leading(broken, 3, stream))
                .withMessage("count must be in [1, size=2], got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSpectrum.of(ProbeKernel.ofRows(0, 1, new double[0])))
                .withMessage("a whole spectrum needs probes in [1, 1024], got 0");
    }

    /** Every feature has the kernel as its mean square: 4000 columns, false alarm below 1e-6 at 5 errors. */
    @Test
    void featuresAverageToTheKernel() {
        ProbeKernel kernel = tangent("init");
        int columns = 4000;
        double[] features = kernel.features(columns, Streams.of(3).at("noise"));
        double[] products = new double[columns];
        for (int[] pair : new int[][] {{0, 0}, {3, 50}}) {
            for (int k = 0; k < columns; k++) {
                products[k] = features[pair[0] * columns + k] * features[pair[1] * columns + k];
            }
            Estimate mean = Estimate.ofMean(products);
            assertThat(mean.mean())
                    .as("5 standard errors, power to see 20 %% of Θ(x, x)")
                    .isCloseTo(kernel.value(pair[0], pair[1]), within(5 * mean.stdError()));
        }
    }

    /** 40 estimates of 64 directions: 95 % intervals miss at most 8 times, false alarm below 1e-3 if they keep their level. */
    @Test
    void projectionsKnowTheirError() {
        ProbeKernel start = tangent("init");
        ProbeKernel end = tangent("order");
        double exact = KernelChange.of(start, end).alignment();
        int missed = 0;
        for (int r = 0; r < 40; r++) {
            Estimate estimate =
                    ProjectedAlignment.of(start, end, 64, Streams.of(4).at("noise", r));
            missed += estimate.covers(exact) ? 0 : 1;
        }

        assertThat(missed).isLessThanOrEqualTo(8);
        Estimate same = ProjectedAlignment.of(start, start, 64, Streams.of(4).at("noise"));
        assertThat(same.mean()).isCloseTo(1, within(1e-12));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ProjectedAlignment.of(start, end, 7, Streams.of(4).at("noise")))
                .withMessage("directions must be at least 8, got 7");
    }

    /** Uncorrected, 16 directions give 0.037 too much here; the mean of 400 draws is known to 0.0064, false alarm at 1e-3. */
    @Test
    void fewProjectionsAreNotBiased() {
        ProbeKernel start = tangent("init");
        ProbeKernel end = tangent("order");
        double exact = KernelChange.of(start, end).alignment();
        double[] means = new double[400];
        for (int r = 0; r < means.length; r++) {
            Estimate estimate =
                    ProjectedAlignment.of(start, end, 16, Streams.of(5).at("noise", r));
            means[r] = estimate.mean();
            assertThat(estimate.low()).isBetween(-1.0, estimate.high());
            assertThat(estimate.high()).isLessThanOrEqualTo(1);
        }
        Estimate mean = Estimate.ofMean(means);

        assertThat(mean.mean()).isCloseTo(exact, within(3.3 * mean.stdError()));
    }
}
