package org.noisebook.figure.regime;

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
import org.noisebook.model.StopReason;
import org.noisebook.regime.PolynomialGrokkingConfig;
import org.noisebook.regime.PolynomialGrokkingResult;

/** The figure where all happens as told but that the network of α = 64 generalises, too. */
class PolynomialGrokkingTest {
    private static final int FITTED = 10;
    private static final int GENERAL = 25;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new PolynomialGrokking().draw(Preset.QUICK, Planted.experiment(PolynomialGrokkingTest::planned));
    }

    private static Record planned(Record run, int replica) {
        PolynomialGrokkingConfig config = (PolynomialGrokkingConfig) run;
        int records = config.recordSteps().length;
        double scatter = 1 + 0.001 * (replica % 2);
        double late = config.outputScale() == 4 ? 0.05 : config.outputScale() == 16 ? 0.3 : 0.04;
        double change = config.outputScale() == 64 ? 0.01 : 1;
        return new PolynomialGrokkingResult(
                StopReason.COMPLETED,
                0.5,
                steps(records, FITTED, 0.8, 0.005 * scatter),
                steps(records, GENERAL, 0.45, late * scatter),
                steps(records, FITTED, 0.8, 0.005 * scatter),
                steps(records, GENERAL, 0.6, 0.5 * scatter),
                steps(records, FITTED + 1, 0.02 * change * scatter, 0.4 * change * scatter),
                steps(records, FITTED, 1, 0.95 * scatter),
                steps(records, FITTED, 0, 0.97 * scatter));
    }

    private static Doubles steps(int records, int at, double before, double after) {
        double[] values = new double[records];
        Arrays.setAll(values, k -> k < at ? before : after);
        return Doubles.of(values);
    }

    @Test
    void claimsJudgeThePlantedNumbers() {
        Map<String, Claim.Verdict> verdicts =
                drawing.claims().stream().collect(Collectors.toMap(Claim::id, Claim::verdict));
        assertThat(verdicts).hasSize(13);
        assertThat(verdicts.remove("polynomial-grokking-lazy-end")).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(verdicts.values()).containsOnly(Claim.Verdict.REPRODUCED);
    }

    @Test
    void theDelayIsTheRatioOfTheTwoSteps() {
        double[] steps = new PolynomialGrokkingConfig(40, 220, 1000, 500, 1, 0.25, 8, 1000, 12).recordSteps();
        assertThat(Planted.claim(drawing, "polynomial-grokking-delay")
                        .measured()
                        .mean())
                .isCloseTo(steps[GENERAL] / steps[FITTED], within(1e-9));
    }
}
