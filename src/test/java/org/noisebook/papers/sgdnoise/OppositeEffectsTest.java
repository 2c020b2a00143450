package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** The figure on planted runs: noise hurts by 0.01 while the kernel changes by less than a tenth, then does as planted. */
class OppositeEffectsTest {
    private static final String LAZY = "opposite-effects-fashion-p256-h32-lazy";
    private static final String LEFT = "opposite-effects-fashion-p256-h32-left";
    private static final String PAST = "opposite-effects-fashion-p256-h32-past";
    private static final double COLD = 0x1p-18;
    private static final double HIDDEN = 0x1p-12;
    private static final double WARM = 0x1p-8;
    private static final double SMALL = 1;

    private static NetworkResult law(NetworkConfig config, int replica, double left, double byAlpha) {
        double t = config.temperaturePerWidth();
        double own = 0.3 + 0.01 * replica;
        if (config.outputScale() <= SMALL) {
            return PlantedRuns.fitted(own + byAlpha * (1 + 0.01 * replica), 0.9, 1);
        }
        double error = t <= HIDDEN ? 0 : t < WARM ? 0.01 : left;
        own -= t == WARM ? 0.001 : 0;
        return PlantedRuns.fitted(own + error * (1 + 0.01 * replica), t < WARM ? 0.05 : 0.8, 1);
    }

    private static Story.Drawing draw(double left, double byAlpha) {
        return new OppositeEffects()
                .draw(
                        Preset.QUICK,
                        PlantedRuns.of((c, r) -> law(c, r, left, byAlpha)).experiment());
    }

    private static Claim.Verdict verdict(Story.Drawing drawing, String id) {
        return Planted.claim(drawing, id).verdict();
    }

    @Test
    void noiseIsCountedAgainstTheDirectionOfASmallerOutputScale() {
        Story.Drawing helps = draw(-0.02, -0.05);
        assertThat(Planted.claim(helps, LAZY).measured().mean()).isCloseTo(0.01 * 1.075, within(1e-12));
        assertThat(verdict(helps, LAZY)).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(verdict(helps, LEFT)).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(Planted.claim(helps, PAST).measured().mean())
                .as("the coldest T past the lazy regime")
                .isCloseTo(-0.02 * 1.075 - 0.001, within(1e-12));
        Story.Drawing hurts = draw(-0.02, 0.05);
        assertThat(verdict(hurts, LAZY)).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(verdict(hurts, LEFT)).isEqualTo(Claim.Verdict.REPRODUCED);
    }

    @Test
    void aSmallerOutputScaleThatDoesNothingDecidesNothing() {
        Story.Drawing none = draw(-0.02, 0);
        assertThat(verdict(none, LAZY)).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(verdict(none, LEFT)).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(Planted.claim(none, LAZY).statement())
                .as("what noise does is said all the same")
                .contains("T/h = 2⁻¹⁰ against 2⁻¹⁸; effect of α is open, 0, noise alone 0.01");
    }

    /** Where the coldest T does not fit the way begins at the next. */
    @Test
    void theWayBeginsAtTheColdestThatFits() {
        Story.Drawing drawing = new OppositeEffects()
                .draw(
                        Preset.QUICK,
                        PlantedRuns.of((c, r) -> c.temperaturePerWidth() <= COLD && r == 3
                                        ? PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN)
                                        : law(c, r, -0.02, -0.05))
                                .experiment());
        assertThat(Planted.claim(drawing, LEFT).statement()).endsWith("against 2⁻¹³");
        assertThat(Planted.claim(drawing, LEFT).measured().n()).isEqualTo(16);
    }

    @Test
    void theStartOfAWayIsNoLazyTemperature() {
        Story.Drawing rich = new OppositeEffects()
                .draw(
                        Preset.QUICK,
                        PlantedRuns.of((config, replica) -> {
                                    NetworkResult planted = law(config, replica, -0.02, -0.05);
                                    boolean start = config.temperaturePerWidth() <= COLD;
                                    return start
                                            ? planted
                                            : PlantedRuns.result(StopReason.FITTED, planted.testError(), 0.8, 1);
                                })
                                .experiment());
        assertThat(Planted.claim(rich, LAZY).measured().n()).isZero();
    }
}
