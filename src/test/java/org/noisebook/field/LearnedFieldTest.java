package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;

class LearnedFieldTest {
    /** Float32 products of a small network, a few divided by t or 1 − t. */
    private static final Offset<Double> SINGLE = within(2e-5);

    private static final int COUNT = 5;

    private static final FieldConfig ONE_SIDED = new FieldConfig(
            Target.TwoMoons.standard(),
            new BaseDensity.Noise(),
            PathSchedule.linear(0),
            Objective.VELOCITY,
            new FieldConfig.Network(2, 12, Activation.SILU, 1, false, true),
            new FieldConfig.Training(20, 32, new LearningRate.Constant(1e-2), 0, false, true, 1e-3, 0));

    private static final FieldConfig TWO_SIDED = Schema.with(
            ONE_SIDED, "base", new BaseDensity.Density(Target.Rings.standard()), "schedule", PathSchedule.linear(1));

    private static LearnedField learn(FieldConfig config, Objective objective) {
        return LearnedField.of(FieldTrainingTest.train(Schema.with(config, "objective", objective)));
    }

    private static double[][] points(int dimension) {
        Stream stream = Streams.of(8).at("points");
        double[][] x = new double[dimension][COUNT];
        for (double[] row : x) {
            for (int k = 0; k < COUNT; k++) {
                row[k] = stream.nextGaussian();
            }
        }
        return x;
    }

    private static double[][] at(Field field, double t, double[][] x) {
        double[][] out = new double[x.length][COUNT];
        field.evaluator(COUNT).at(t, x, COUNT, out);
        return out;
    }

    /** Whatever was learned: α η_0 + β η_1 = x, b = α̇ η_0 + β̇ η_1 = v, s = −η_0/α, and what was learned comes out as such. */
    @ParameterizedTest
    @EnumSource(Objective.class)
    void oneSidedFieldsFitTogether(Objective objective) {
        LearnedField field = learn(ONE_SIDED, objective);
        double[][] x = points(2);
        for (double t : new double[] {0.05, 0.4, 0.9}) {
            double[][] b = at(field.velocity(), t, x);
            double[][] noise = at(field.field(Objective.NOISE), t, x);
            double[][] clean = at(field.field(Objective.DENOISER), t, x);
            double[][] s = at(field.score(), t, x);
            assertThat(at(field.field(Objective.INTERPOLANT_VELOCITY), t, x)).isDeepEqualTo(b);
            for (int j = 0; j < 2; j++) {
                for (int k = 0; k < COUNT; k++) {
                    assertThat((1 - t) * noise[j][k] + t * clean[j][k]).isCloseTo(x[j][k], SINGLE);
                    assertThat(clean[j][k] - noise[j][k]).isCloseTo(b[j][k], within(1e-3));
                    assertThat(-noise[j][k] / (1 - t)).isCloseTo(s[j][k], SINGLE);
                }
            }
        }
    }

    /** At t = 0 the velocity is α̇ x + β̇ E[x_1] exactly where the noise or the score was learned, and at t = 1 β̇ x for the denoiser. */
    @Test
    void theEndsAreTheirLimits() {
        double[][] x = points(2);
        for (Objective objective : List.of(Objective.NOISE, Objective.SCORE)) {
            double[][] b = at(learn(ONE_SIDED, objective).velocity(), 0, x);
            assertThat(b[1][2]).isCloseTo(-x[1][2], within(1e-15));
        }
        assertThat(at(learn(ONE_SIDED, Objective.DENOISER).velocity(), 1, x)[0][1])
                .isCloseTo(x[0][1], within(1e-15));
        for (Objective objective : Objective.values()) {
            LearnedField field = learn(ONE_SIDED, objective);
            for (double t : new double[] {0, 1}) {
                for (Field any : List.of(
                        field.velocity(),
                        field.score(),
                        field.field(Objective.NOISE),
                        field.field(Objective.DENOISER))) {
                    assertThat(Arrays.stream(at(any, t, x)[0]))
                            .as("%s at %s", objective, t)
                            .allMatch(Double::isFinite);
                }
            }
        }
    }

    /** b = v − γγ̇ s = v + γ̇ η_z through each pair of networks that can give it. */
    @Test
    void twoNetworksGiveVelocityAndScore() {
        LearnedField v = learn(TWO_SIDED, Objective.INTERPOLANT_VELOCITY);
        LearnedField b = learn(TWO_SIDED, Objective.VELOCITY);
        LearnedField s = learn(TWO_SIDED, Objective.SCORE);
        LearnedField eta = learn(TWO_SIDED, Objective.NOISE);
        double[][] x = points(2);
        double t = 0.2;
        double gamma = TWO_SIDED.schedule().gamma(t);
        double product = TWO_SIDED.schedule().gammaGammaDot(t);
        double vOwn = at(v.field(Objective.INTERPOLANT_VELOCITY), t, x)[1][3];
        double bOwn = at(b.velocity(), t, x)[1][3];
        double sOwn = at(s.score(), t, x)[1][3];
        double etaOwn = at(eta.field(Objective.NOISE), t, x)[1][3];
        assertThat(at(v.with(s).velocity(), t, x)[1][3]).isCloseTo(vOwn - product * sOwn, within(1e-12));
        assertThat(at(v.with(eta).velocity(), t, x)[1][3]).isCloseTo(vOwn + product / gamma * etaOwn, within(1e-12));
        assertThat(at(b.with(s).field(Objective.INTERPOLANT_VELOCITY), t, x)[1][3])
                .isCloseTo(bOwn + product * sOwn, within(1e-12));
        assertThat(at(eta.score(), t, x)[1][3]).isCloseTo(-etaOwn / gamma, within(1e-12));
        assertThat(at(s.field(Objective.NOISE), t, x)[1][3]).isCloseTo(-gamma * sOwn, within(1e-12));
        assertThat(at(b.with(eta).forwardDrift(u -> 3 * u), t, x)[1][3])
                .isCloseTo(bOwn - 0.6 * etaOwn / gamma, within(1e-12));
    }

    @Test
    void driftsAreVelocityAndScore() {
        LearnedField field = learn(ONE_SIDED, Objective.NOISE);
        double[][] x = points(2);
        double b = at(field.velocity(), 0.3, x)[1][0];
        double s = at(field.score(), 0.3, x)[1][0];
        assertThat(at(field.forwardDrift(t -> t), 0.3, x)[1][0]).isCloseTo(b + 0.3 * s, within(1e-12));
        assertThat(at(field.forwardDrift(t -> 0), 1, x)).isDeepEqualTo(at(field.velocity(), 1, x));
    }

    /** Central differences of a float32 network with h = 2⁻⁷: error h² and 10⁻⁷/h. */
    @Test
    void derivativesAreThoseOfTheField() {
        double[][] x = points(2);
        double[][] u = points(2);
        u[0][0] = 0.7;
        double h = 0x1p-7;
        for (LearnedField learned : List.of(
                learn(ONE_SIDED, Objective.DENOISER),
                learn(TWO_SIDED, Objective.INTERPOLANT_VELOCITY).with(learn(TWO_SIDED, Objective.SCORE)))) {
            Field field = learned.forwardDrift(t -> 0.5);
            Field.Evaluator evaluator = field.evaluator(COUNT);
            double[][] derivative = new double[2][COUNT];
            evaluator.along(0.4, x, u, COUNT, derivative);
            double[][] up = at(field, 0.4, shifted(x, u, h));
            double[][] down = at(field, 0.4, shifted(x, u, -h));
            double[] divergence = new double[COUNT];
            evaluator.divergence(0.4, x, COUNT, divergence);
            double[] trace = new double[COUNT];
            for (int j = 0; j < 2; j++) {
                double[][] unit = new double[2][COUNT];
                Arrays.fill(unit[j], 1);
                double[][] column = new double[2][COUNT];
                evaluator.along(0.4, x, unit, COUNT, column);
                for (int k = 0; k < COUNT; k++) {
                    trace[k] += column[j][k];
                    assertThat(derivative[j][k]).isCloseTo((up[j][k] - down[j][k]) / (2 * h), within(2e-3));
                }
            }
            assertThat(divergence).containsExactly(trace, within(1e-12));
        }
    }

    private static double[][] shifted(double[][] x, double[][] u, double h) {
        double[][] y = new double[x.length][COUNT];
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < COUNT; k++) {
                y[j][k] = x[j][k] + h * u[j][k];
            }
        }
        return y;
    }

    @Test
    void nanStaysInItsParticle() {
        Field velocity = learn(ONE_SIDED, Objective.VELOCITY).velocity();
        double[][] x = points(2);
        double[][] clean = at(velocity, 0.5, x);
        x[0][2] = Double.NaN;
        double[][] out = at(velocity, 0.5, x);
        for (int k = 0; k < COUNT; k++) {
            if (k == 2) {
                assertThat(out[0][k]).isNaN();
            } else {
                assertThat(out[1][k]).isEqualTo(clean[1][k]);
            }
        }
    }

    @Test
    void classesHaveFieldsOfTheirOwn() {
        FieldConfig config = Schema.with(FieldTrainingTest.SMALL, "schedule", PathSchedule.linear(0));
        LearnedField field = learn(config, Objective.VELOCITY);
        double[][] x = points(64);
        double all = at(field.velocity(), 0.5, x)[20][0];
        double three = at(field.forClass(3).velocity(), 0.5, x)[20][0];
        assertThat(three).isNotEqualTo(all).isNotEqualTo(at(field.forClass(4).velocity(), 0.5, x)[20][0]);
        assertThat(at(field.forClass(3).unconditional().velocity(), 0.5, x)[20][0])
                .isEqualTo(all);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.forClass(10))
                .withMessage("label must be in [0, 9], got 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> learn(ONE_SIDED, Objective.VELOCITY).forClass(0))
                .withMessage("a class needs a network with conditional=true");
    }

    @Test
    void whatWasNotLearnedIsRefused() {
        LearnedField b = learn(TWO_SIDED, Objective.VELOCITY);
        assertThat(b.gives(Objective.VELOCITY)).isTrue();
        assertThat(b.gives(Objective.SCORE)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(b::score)
                .withMessage("SCORE cannot be had from networks that learned VELOCITY of this interpolant");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> b.with(learn(ONE_SIDED, Objective.NOISE)))
                .withMessage("networks to be joined must have learned the same interpolant");
    }
}
