package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.cells.NetworkCells;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Line;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** The search for T_max where a run fits below a planted temperature. */
class NetworkTmaxTest {
    /** Forty-odd halvings and roots, then logarithms. */
    private static final double ROUNDING = 1e-11;

    private static final int REPLICAS = 4;
    private static final double[] OUTPUT_SCALES = Line.powers(0x1p-16, 8, 10);
    private static final List<Integer> DEPTHS = List.of(1, 2, 3, 5);
    /** Planted temperatures lie this far above a half-octave, so that rounding cannot tell. */
    private static final double ABOVE = 1.01;

    /** T/h = 4. */
    private static final double HIGHEST = 32;

    /** At D = 2. */
    private static final double HOLE = 0x1p-7;

    private static PlantedRuns runs;
    private static Story.Drawing drawing;

    /** The figure is drawn once for all tests, since its many runs are what takes time. */
    @BeforeAll
    static void drawOnce() {
        runs = PlantedRuns.of(NetworkTmaxTest::withHole);
        drawing = new NetworkTmax().draw(Preset.QUICK, runs.experiment());
    }

    private static double log2(double value) {
        return StrictMath.log(value) / StrictMath.log(2);
    }

    /**
     * T_max of a replica as a half-octave: (D − 1)/(D + 1) log2 α up to α = 2^2 and level above, with a prefactor of each
     * depth that lays it on the half-octaves, and replicas up to an octave apart.
     */
    private static double planted(int depth, double outputScale, int replica) {
        double exponent = NetworkCells.featureExponent(depth);
        double bend = exponent * (Math.min(log2(outputScale), 2) - 2);
        return StrictMath.pow(2, Math.rint(2 * bend) / 2 + 0.5 * (replica % 3));
    }

    private static NetworkResult law(NetworkConfig config, int replica) {
        double border = ABOVE * planted(config.network().depth(), config.outputScale(), replica);
        return config.temperature() <= border
                ? PlantedRuns.fitted(0.1, 1, 1)
                : PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 1, 1);
    }

    private static boolean isHole(NetworkConfig config) {
        return config.network().depth() == 2 && config.outputScale() == HOLE;
    }

    /** The law, but replica 3 of one cell fits nowhere. */
    private static NetworkResult withHole(NetworkConfig config, int replica) {
        return isHole(config) && replica == 3
                ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 1, 1)
                : law(config, replica);
    }

    private static double[] wholeCells(int depth) {
        return Arrays.stream(OUTPUT_SCALES).filter(a -> depth != 2 || a != HOLE).toArray();
    }

    private static double geometricMean(int depth, double outputScale) {
        return StrictMath.pow(
                2,
                IntStream.range(0, REPLICAS)
                        .mapToDouble(r -> log2(planted(depth, outputScale, r)))
                        .average()
                        .orElseThrow());
    }

    private static int row(Frame frame, String series, String kind, double x) {
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals("tmax")
                        && frame.text(row, "series").startsWith(series)
                        && frame.text(row, "kind").equals(kind)
                        && frame.doubles("x")[row] == x)
                .findFirst()
                .orElseThrow();
    }

    private static Claim claim(String id) {
        return Planted.claim(drawing, id);
    }

    @Test
    void theSearchFindsTheHighestHalfOctaveThatFits() {
        Frame frame = drawing.data();
        for (int depth : DEPTHS) {
            for (double outputScale : wholeCells(depth)) {
                int row = row(frame, "D = " + depth, "simulation", outputScale);
                assertThat(frame.doubles("y")[row] / geometricMean(depth, outputScale))
                        .as("D = %d, α = %s", depth, outputScale)
                        .isCloseTo(1, within(ROUNDING));
            }
            Claim exponent = claim("network-tmax-exponent-d" + depth);
            assertThat(exponent.measured().mean()).isCloseTo(NetworkCells.featureExponent(depth), within(ROUNDING));
            assertThat(exponent.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
            assertThat(claim("network-tmax-lazy-d" + depth).measured().mean()).isCloseTo(0, within(ROUNDING));
        }
    }

    @Test
    void temperaturesAreTriedDownwardsUntilAllReplicasFit() {
        for (int depth : DEPTHS) {
            for (double outputScale : wholeCells(depth)) {
                double[] tried = runs.tried().stream()
                        .filter(c -> c.network().depth() == depth && c.outputScale() == outputScale)
                        .mapToDouble(NetworkConfig::temperature)
                        .sorted()
                        .toArray();
                double lowest = IntStream.range(0, REPLICAS)
                        .mapToDouble(r -> planted(depth, outputScale, r))
                        .min()
                        .orElseThrow();
                assertThat(tried[tried.length - 1]).isEqualTo(HIGHEST);
                assertThat(log2(tried[0] / lowest))
                        .as("D = %d, α = %s: octaves beyond the lowest border, within a pair", depth, outputScale)
                        .isBetween(-0.5 - ROUNDING, ROUNDING);
            }
        }
    }

    /** A cell with a replica that fits at no temperature shows no mean and leaves fit and dashed line. */
    @Test
    void aCellWhereAReplicaNeverFitsIsLeftOut() {
        Frame frame = drawing.data();
        int hole = row(frame, "D = 2", "simulation", HOLE);
        assertThat(frame.text(hole, "y")).isEqualTo("NaN");
        assertThat(List.of(frame.text(hole, "fitted"), frame.text(hole, "capped")))
                .containsExactly("3", "1");
        assertThat(runs.tried().stream()
                        .filter(NetworkTmaxTest::isHole)
                        .mapToDouble(NetworkConfig::temperature)
                        .min()
                        .orElseThrow())
                .isCloseTo(HIGHEST * 0x1p-19 / StrictMath.sqrt(2), within(1e-12));
        assertThat(claim("network-tmax-exponent-d2").measured().mean()).isCloseTo(1.0 / 3, within(ROUNDING));
        for (double outputScale : new double[] {0x1p-16, 0x1p-4}) {
            double line = frame.doubles("y")[row(frame, "D = 2", "anchored", outputScale)];
            assertThat(line / geometricMean(2, outputScale)).isCloseTo(1, within(ROUNDING));
        }
    }
}
