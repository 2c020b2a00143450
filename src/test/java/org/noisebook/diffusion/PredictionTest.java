package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

class PredictionTest {
    private static final LineMixture DATA = LineMixture.reference();
    private static final double[][] PLACES = {{-2.5, -0.5, 0.3, 1.8}};

    private static double[] at(Field field, double tau) {
        double[][] out = new double[1][4];
        field.evaluator(4).at(tau, PLACES, 4, out);
        return out[0];
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#all")
    void eachGivesAllOthers(Diffusion diffusion) {
        Score score = DATA.score(diffusion);
        for (Prediction first : Prediction.values()) {
            Field one = Prediction.SCORE.to(first, diffusion, score);
            for (Prediction second : Prediction.values()) {
                Field direct = Prediction.SCORE.to(second, diffusion, score);
                Field detour = first.to(second, diffusion, one);
                for (double tau : new double[] {0.1, 0.5, 0.9}) {
                    double[] expected = at(direct, tau);
                    double scale = 1 + Math.abs(expected[0]);
                    assertThat(at(detour, tau)).containsExactly(expected, within(1e-9 * scale));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#all")
    void theDenoiserIsTheMeanOfTheData(Diffusion diffusion) {
        Field denoiser = Prediction.SCORE.to(Prediction.DENOISER, diffusion, DATA.score(diffusion));
        for (double tau : new double[] {0.05, 0.5, 0.95}) {
            double[] means = at(denoiser, tau);
            for (int k = 0; k < 4; k++) {
                assertThat(means[k]).isCloseTo(DATA.denoised(diffusion, tau, PLACES[0][k]), within(1e-9));
            }
        }
    }

    /** x = a E[x_0 | x] + √V E[z | x]. */
    @Test
    void noiseAndDenoiserAddUpToTheParticle() {
        Diffusion vp = DiffusionTest.VP;
        double[] noise = at(Prediction.SCORE.to(Prediction.NOISE, vp, DATA.score(vp)), 0.4);
        for (int k = 0; k < 4; k++) {
            double sum = vp.meanCoefficient(0.4) * DATA.denoised(vp, 0.4, PLACES[0][k]) + vp.stdDev(0.4) * noise[k];
            assertThat(sum).isCloseTo(PLACES[0][k], within(1e-13));
        }
    }

    @Test
    void theVelocityIsTheProbabilityFlow() {
        Diffusion vp = DiffusionTest.VP;
        Score score = DATA.score(vp);
        assertThat(at(Prediction.SCORE.velocity(vp, score), 0.4)).containsExactly(at(vp.probabilityFlow(score), 0.4));
    }

    @Test
    void theSameFieldIsHandedBack() {
        Diffusion vp = DiffusionTest.VP;
        Score score = DATA.score(vp);
        VelocityField flow = vp.probabilityFlow(score);
        assertThat(Prediction.SCORE.score(vp, score)).isSameAs(score);
        assertThat(Prediction.NOISE.to(Prediction.NOISE, vp, score)).isSameAs(score);
        assertThat(Prediction.VELOCITY.velocity(vp, flow)).isSameAs(flow);
    }

    /** Where there is no noise the score still gives all others. */
    @Test
    void atTheDataTheScoreIsEnough() {
        Diffusion vp = DiffusionTest.VP;
        Score score = DATA.score(vp);
        assertThat(at(Prediction.SCORE.to(Prediction.NOISE, vp, score), 0)).containsExactly(new double[4], within(0.0));
        assertThat(at(Prediction.SCORE.to(Prediction.DENOISER, vp, score), 0)).containsExactly(PLACES[0]);
        assertThat(at(Prediction.SCORE.velocity(vp, score), 0)).doesNotContain(Double.NaN);
    }

    @Test
    void aFieldOfOtherShapeIsRefused() {
        Field density = new Field() {
            @Override
            public int dimension() {
                return 2;
            }

            @Override
            public int outputs() {
                return 1;
            }

            @Override
            public Evaluator evaluator(int capacity) {
                return (t, x, count, out) -> {};
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prediction.NOISE.score(DiffusionTest.VP, density))
                .withMessage("field must have as many outputs as coordinates=2, got 1");
    }
}
