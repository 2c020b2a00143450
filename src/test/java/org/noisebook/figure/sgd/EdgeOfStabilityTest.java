package org.noisebook.figure.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.Loss;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.SharpnessConfig;
import org.noisebook.sgd.SharpnessResult;

/** The figure where η = 32 misses the edge by 5 %, and the hinge fits after four looks. */
class EdgeOfStabilityTest {
    private static final int HINGE_LOOKS = 4;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new EdgeOfStability().draw(Preset.QUICK, Planted.experiment(EdgeOfStabilityTest::planned));
    }

    private static Record planned(Record run, int replica) {
        SharpnessConfig config = (SharpnessConfig) run;
        double rate = config.training().learningRate();
        boolean hinge = config.training().loss() == Loss.HINGE;
        double late = (rate < 10 ? 0.3 : rate == 32 ? 1.05 : 1) + 0.001 * (replica % 2);
        double[] records = new double[hinge ? HINGE_LOOKS : config.records() + 1];
        Arrays.setAll(records, k -> hinge ? 0.2 - 0.2 / (HINGE_LOOKS - 1) * k : late);
        records[records.length - 1] = hinge ? 0 : late;
        NetworkResult training = new NetworkResult(
                hinge ? StopReason.FITTED : StopReason.COMPLETED, 100, 100, 100, 0, 1, 0, 0, 1, 1, Doubles.of(1, 1, 1));
        return new SharpnessResult(
                training,
                rate > 90 ? 1.4 + 0.001 * (replica % 2) : 0.2,
                late,
                late,
                0,
                Doubles.of(records),
                Doubles.of(records),
                Doubles.of(records),
                Doubles.of(records));
    }

    @Test
    void aHingeThatFittedStaysFlat() {
        int[] rows = Planted.rows(drawing.data(), "hinge", "hinge, η = 16", "simulation");
        double[] y = drawing.data().doubles("y");
        assertThat(rows).hasSizeGreaterThan(HINGE_LOOKS);
        assertThat(y[rows[0]]).isCloseTo(0.2, within(1e-12));
        assertThat(Arrays.stream(rows).skip(HINGE_LOOKS - 1).mapToDouble(row -> y[row]))
                .containsOnly(0.0);
    }

    @Test
    void claimsJudgeThePlantedNumbers() {
        Map<String, Claim.Verdict> verdicts =
                drawing.claims().stream().collect(Collectors.toMap(Claim::id, Claim::verdict));
        assertThat(verdicts).hasSize(8);
        assertThat(verdicts.remove("edge-of-stability-late-32")).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(verdicts.values()).containsOnly(Claim.Verdict.REPRODUCED);
    }
}
