package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.interpolant.CustomSchedule;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.VelocityField;
import org.noisebook.stats.Estimate;

class FieldLossTest {
    private static MixtureInterpolant pair(Schedule schedule) {
        return new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule);
    }

    /** The field with an error that depends on time and place: −0.5 (1 + t) + 0.1 sin x. */
    private static Field off(Field field) {
        return VelocityField.of(1, (t, x, count, out) -> {
            field.evaluator(count).at(t, x, count, out);
            for (int k = 0; k < count; k++) {
                out[0][k] += -0.5 * (1 + t) + 0.1 * Math.sin(x[0][k]);
            }
        });
    }

    /** The floors of section 7.1, min L_b and min L_s. */
    @ParameterizedTest
    @CsvSource({"0, -11.26946, 3.05980", "1, -9.80429, 1.36044", "2, -9.18165, 0.96216"})
    void floors(double a, double velocity, double squareScore) {
        MixtureInterpolant pair = pair(PathSchedule.linear(a));

        assertThat(FieldLoss.VELOCITY.lossOnLine(pair, pair.velocity(), 0)).isCloseTo(velocity, within(1e-5));
        if (a > 0) {
            assertThat(FieldLoss.SCORE.lossOnLine(pair, pair.score(), 0)).isCloseTo(-squareScore / 2, within(1e-5));
        }
        assertThat(FieldLoss.VELOCITY.excessOnLine(pair, pair.velocity(), 0)).isZero();
    }

    @Test
    void floorWithABreak() {
        MixtureInterpolant pair = pair(new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared()));

        assertThat(FieldLoss.VELOCITY.lossOnLine(pair, pair.velocity(), 0)).isCloseTo(-32.74965, within(1e-5));
        assertThat(FieldLoss.SCORE.lossOnLine(pair, pair.score(), 0)).isCloseTo(-2.36641 / 2, within(1e-5));
    }

    /** Another schedule at double speed up to 1/4, then at two thirds. */
    private static Schedule warped(Schedule of) {
        DoubleUnaryOperator time = t -> t < 0.25 ? 2 * t : 0.5 + (t - 0.25) * 2 / 3;
        DoubleUnaryOperator speed = t -> t < 0.25 ? 2 : 2.0 / 3;
        return new CustomSchedule(
                CustomSchedule.Ends.TWO_SIDED,
                t -> of.alpha(time.applyAsDouble(t)),
                t -> speed.applyAsDouble(t) * of.alphaDot(time.applyAsDouble(t)),
                t -> of.beta(time.applyAsDouble(t)),
                t -> speed.applyAsDouble(t) * of.betaDot(time.applyAsDouble(t)),
                t -> of.gammaSquared(time.applyAsDouble(t)),
                t -> speed.applyAsDouble(t) * of.gammaGammaDot(time.applyAsDouble(t)),
                0.25);
    }

    /** Time at double speed up to 1/4: the halves of the floor count twice and two thirds. */
    @Test
    void breaksAreCut() {
        MixtureInterpolant pair = pair(PathSchedule.linear(1));
        Field firstHalf = VelocityField.of(1, (t, x, count, out) -> {
            pair.velocity().evaluator(count).at(t, x, count, out);
            for (int k = 0; k < count; k++) {
                out[0][k] = t < 0.5 ? out[0][k] : 0;
            }
        });
        double second = -FieldLoss.VELOCITY.excessOnLine(pair, firstHalf, 0);
        double first = FieldLoss.VELOCITY.lossOnLine(pair, pair.velocity(), 0) - second;
        MixtureInterpolant warped = pair(warped(PathSchedule.linear(1)));

        assertThat(FieldLoss.VELOCITY.lossOnLine(warped, warped.velocity(), 0))
                .isCloseTo(2 * first + second * 2 / 3, within(1e-6));
    }

    /** Loss minus floor is half the mean squared error, by quadrature and by simulation from targets. */
    @ParameterizedTest
    @EnumSource(FieldLoss.class)
    void excessIsHalfTheSquaredError(FieldLoss loss) {
        MixtureInterpolant pair = pair(PathSchedule.linear(2));
        double cut = 1e-3;
        Field exact = loss.exact(pair);
        Field off = off(exact);
        double excess = loss.excessOnLine(pair, off, cut);
        double floor = loss.lossOnLine(pair, exact, cut);
        Estimate simulated = loss.loss(pair, off, cut, 400, 200, Streams.of(1).at("data"));
        Estimate simulatedExcess =
                loss.excess(pair, off, cut, 400, 200, Streams.of(1).at("data"));

        assertThat(loss.lossOnLine(pair, off, cut) - floor).isCloseTo(excess, within(1e-9));
        assertThat(excess).isBetween(0.2, 0.4);
        assertThat(simulated.mean())
                .as("targets have the exact field as their mean; 4 standard errors, a false alarm below 6e-5")
                .isCloseTo(floor + excess, within(4 * simulated.stdError()));
        assertThat(simulatedExcess.mean())
                .as("4 standard errors, a false alarm below 6e-5")
                .isCloseTo(excess, within(4 * simulatedExcess.stdError()));
        assertThat(simulatedExcess.stdError()).isLessThan(simulated.stdError());
    }

    /** One-sided: x_0 stands for z and α for γ. */
    @ParameterizedTest
    @EnumSource(FieldLoss.class)
    void oneSided(FieldLoss loss) {
        MixtureInterpolant oneSided =
                new MixtureInterpolant(GaussianMixture.standard(1), Exact.THREE, PathSchedule.linear(0));
        double cut = 0.05;
        Field off = off(loss.exact(oneSided));
        double exact = loss.lossOnLine(oneSided, off, cut);
        Estimate simulated =
                loss.loss(oneSided, off, cut, 400, 200, Streams.of(2).at("data"));

        assertThat(simulated.mean())
                .as("4 standard errors, a false alarm below 6e-5")
                .isCloseTo(exact, within(4 * simulated.stdError()));
        assertThat(simulated.stdError()).isLessThan(0.2);
    }

    /** Pairs (x_0, x_1) are drawn together where the ends are coupled; drawn apart, the least losses are off by 0.24 to 4.3. */
    @ParameterizedTest
    @EnumSource(FieldLoss.class)
    void coupledEnds(FieldLoss loss) {
        agree(loss, MixtureInterpolant.coupled(JOINT, PathSchedule.linear(1)));
    }

    @ParameterizedTest
    @EnumSource(FieldLoss.class)
    void mirror(FieldLoss loss) {
        agree(loss, MixtureInterpolant.mirror(Exact.TWO, new Latent.Root(1)));
    }

    /** A standard normal start that knows of the end is not the noise of a one-sided interpolant. */
    @Test
    void coupledToAStandardStart() {
        MixtureInterpolant coupled = MixtureInterpolant.coupled(
                GaussianMixture.of(new double[] {0, 1}, new double[][] {{1, 0.7}, {0.7, 2}}), PathSchedule.linear(0));
        agree(FieldLoss.VELOCITY, coupled);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.SCORE.loss(
                        coupled, coupled.score(), 0.1, 2, 1, Streams.of(1).at("data")))
                .withMessage("this loss needs gamma > 0 or a standard normal start independent of the end");
    }

    private static final GaussianMixture JOINT =
            new GaussianMixture(new double[] {0.3, 0.7}, new double[][] {{-2, 3}, {1, -1}}, new double[][][] {
                {{0.5, 0.3}, {0.3, 1}}, {{1, -0.6}, {-0.6, 0.5}}
            });

    private static void agree(FieldLoss loss, MixtureInterpolant interpolant) {
        double cut = 0.05;
        Field off = off(loss.exact(interpolant));
        Estimate simulated =
                loss.loss(interpolant, off, cut, 400, 200, Streams.of(3).at("data"));

        assertThat(simulated.mean())
                .as("4 standard errors, a false alarm below 6e-5")
                .isCloseTo(loss.lossOnLine(interpolant, off, cut), within(4 * simulated.stdError()));
        assertThat(simulated.stdError()).as("power").isLessThan(0.15);
    }

    @Test
    void deterministic() {
        MixtureInterpolant pair = pair(PathSchedule.linear(1));
        Field off = off(pair.velocity());

        assertThat(FieldLoss.VELOCITY.loss(
                        pair, off, 0.01, 20, 10, Streams.of(1).at("data")))
                .isEqualTo(FieldLoss.VELOCITY.loss(
                        pair, off, 0.01, 20, 10, Streams.of(1).at("data")));
    }

    @Test
    void badInputIsRefused() {
        MixtureInterpolant pair = pair(PathSchedule.linear(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.SCORE.loss(
                        pair, pair.score(), 0.1, 2, 1, Streams.of(1).at("data")))
                .withMessage("this loss needs gamma > 0 or a standard normal start independent of the end");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.VELOCITY.lossOnLine(pair, pair.velocity(), 0.5))
                .withMessage("cut must be in [0, 0.5), got 0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.VELOCITY.lossOnLine(pair, pair.logDensity(), Double.NaN))
                .withMessage("cut must be in [0, 0.5), got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.VELOCITY.excess(
                        pair, pair.velocity(), 0, 1, 1, Streams.of(1).at("data")))
                .withMessage("times must be at least 2 and points at least 1, got 1 and 1");
        Field flat = VelocityField.of(2, (t, x, count, out) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldLoss.VELOCITY.excess(
                        pair, flat, 0, 2, 1, Streams.of(1).at("data")))
                .withMessage("field must have the interpolant's dimension=1, got 2 to 2");
    }
}
