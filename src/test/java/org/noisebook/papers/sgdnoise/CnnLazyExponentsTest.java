package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.cells.NetworkCells;
import org.noisebook.data.DataSource;
import org.noisebook.data.Frame;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.model.NetworkEngine;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** The figure on planted power laws, other ones for each network. */
class CnnLazyExponentsTest {
    /** Fits of a few logarithms. */
    private static final double ROUNDING = 1e-10;

    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new CnnLazyExponents()
                .draw(Preset.QUICK, PlantedRuns.of(CnnLazyExponentsTest::law).experiment());
    }

    private static boolean isFullyConnected(NetworkConfig config) {
        return config.network() instanceof FullyConnected;
    }

    /** Weight change T P^0.5 or T^0.75 P^0.3, time T P^2 or T^1.25 P^1.3, but far off, and no longer lazy, at high T. */
    private static NetworkResult law(NetworkConfig config, int replica) {
        boolean fc = isFullyConnected(config);
        double t = config.temperature();
        double bend = t > (fc ? 32 : 80) * 0x1p-6 ? 1e6 : 1;
        boolean small = config.outputScale() > NetworkCells.LAZY;
        double change =
                1e-6 * (1 + replica) * power(t, fc || small ? 1 : 0.75) * power(config.trainSize(), fc ? 0.5 : 0.3);
        double time = power(t, fc ? 1 : 1.25) * power(config.trainSize(), fc ? 2 : 1.3);
        return PlantedRuns.after(config.trainSize(), bend * change, bend * time);
    }

    private static double power(double base, double exponent) {
        return StrictMath.pow(base, exponent);
    }

    private static double measured(String id) {
        return claim(id).measured().mean();
    }

    private static Claim claim(String id) {
        return Planted.claim(drawing, id);
    }

    @Test
    void eachNetworkHasItsExponents() {
        assertThat(measured("cnn-lazy-exponents-delta-fully-connected")).isCloseTo(1, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-gamma-fully-connected")).isCloseTo(0.5, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-time-fully-connected")).isCloseTo(1, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-growth-fully-connected")).isCloseTo(2, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-delta-cnn")).isCloseTo(0.75, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-gamma-cnn")).isCloseTo(0.3, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-time-cnn")).isCloseTo(1.25, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-kicks-fully-connected")).isCloseTo(1, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-kicks-cnn")).isCloseTo(0.6, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-growth-cnn")).isCloseTo(1, within(ROUNDING));
    }

    /** At equal weights the CNN's float32 outputs are those of float64 to less than a hundredth of the margin 2^-15. */
    @Test
    void singlePrecisionResolvesTheMargin() {
        Network network = new InvertedResidual(1, 4, Activation.RELU);
        Points points = Split.of(DataSource.FASHION_TEST_14, new Task.Parity(), 128, 0, 0, Streams.of(1))
                .train();
        NetworkEngine rough = network.engine(points.dimension(), points.count(), Precision.FLOAT32);
        NetworkEngine fine = network.engine(points.dimension(), points.count(), Precision.FLOAT64);
        rough.initialise(Streams.of(1).at("init"));
        fine.set(rough.weights());
        double[] expected = fine.outputs(points);
        double[] outputs = rough.outputs(points);
        for (int i = 0; i < outputs.length; i++) {
            assertThat(outputs[i]).isCloseTo(expected[i], within(0.01 / NetworkCells.LAZY));
        }
    }

    /** The third sweep is the same network at the same temperatures, but for α. */
    @Test
    void theSmallMarginIsPlantedApart() {
        assertThat(measured("cnn-lazy-exponents-delta-cnn-small-margin")).isCloseTo(1, within(ROUNDING));
        assertThat(measured("cnn-lazy-exponents-gamma-cnn-small-margin")).isCloseTo(0.3, within(ROUNDING));
    }

    @Test
    void verdictsFollow() {
        assertThat(claim("cnn-lazy-exponents-delta-fully-connected").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claim("cnn-lazy-exponents-delta-cnn").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(drawing.claims()).hasSize(17).allMatch(claim -> claim.id().startsWith("cnn-lazy-exponents-"));
    }

    /** Weight changes stand over T/h with each network's own h; the geometric mean of 20 replicas' 1 + r is the 20th root of 20!. */
    @Test
    void weightChangesAreOverTheTemperaturePerWidth() {
        Frame frame = drawing.data();
        double replicas = StrictMath.pow(2_432_902_008_176_640_000.0, 1.0 / 20);
        for (String network : new String[] {"fully connected", "CNN small margin"}) {
            int row = IntStream.range(0, frame.rows())
                    .filter(k -> frame.text(k, "panel").equals("weights")
                            && frame.text(k, "series").startsWith(network)
                            && frame.doubles("x")[k] == 64)
                    .findFirst()
                    .orElseThrow();
            double expected = 1e-6 * replicas * (network.startsWith("CNN") ? 4 * power(64, 0.3) : 32 * 8);
            assertThat(frame.doubles("y")[row] / expected).as(network).isCloseTo(1, within(ROUNDING));
            assertThat(frame.text(row, "n")).isEqualTo("20");
        }
    }
}
