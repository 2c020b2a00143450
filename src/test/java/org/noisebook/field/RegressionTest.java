package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

/** What networks regress on has the exact field as its mean at every place. */
class RegressionTest {
    private static final int POINTS = 20_000;
    private static final GaussianMixture JOINT =
            new GaussianMixture(new double[] {0.3, 0.7}, new double[][] {{-2, 3}, {1, -1}}, new double[][][] {
                {{0.5, 0.3}, {0.3, 1}}, {{1, -0.6}, {-0.6, 0.5}}
            });

    /** E (y − f(x_t)) g(x_t) = 0 for g = 1, sin x, x at three times. */
    private static void assertMean(Objective objective, MixtureInterpolant law) {
        Field.Evaluator exact = objective.exact(law).evaluator(POINTS);
        boolean oneSided = law.oneSided();
        for (double t : new double[] {0.2, 0.5, 0.7}) {
            Stream stream = Streams.of(1).at("data");
            double[][][] ends = law.ends().draw(stream, POINTS);
            Regression at = Regression.at(law.schedule(), oneSided, t);
            double[][] x = new double[1][POINTS];
            double[] target = new double[POINTS];
            Stream latent = stream.part(2);
            for (int k = 0; k < POINTS; k++) {
                double z = latent.nextGaussian();
                x[0][k] = at.place(ends[0][0][k], ends[1][0][k], z);
                target[k] = at.target(objective, ends[0][0][k], ends[1][0][k], z);
            }
            double[][] mean = new double[1][POINTS];
            exact.at(t, x, POINTS, mean);
            for (DoubleUnaryOperator probe : Arrays.<DoubleUnaryOperator>asList(v -> 1, Math::sin, v -> v)) {
                double[] product = new double[POINTS];
                Arrays.setAll(product, k -> (target[k] - mean[0][k]) * probe.applyAsDouble(x[0][k]));
                Estimate none = Estimate.ofMean(product);
                assertThat(none.mean())
                        .as("%s at t=%s: 4.5 standard errors, a false alarm below 7e-6", objective, t)
                        .isCloseTo(0, within(4.5 * none.stdError()));
                assertThat(none.stdError()).as("power").isLessThan(0.15);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DENOISER", mode = EnumSource.Mode.EXCLUDE)
    void twoSided(Objective objective) {
        assertMean(objective, new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(2)));
    }

    /** x_0 stands for z and α for γ. */
    @ParameterizedTest
    @EnumSource
    void oneSided(Objective objective) {
        assertMean(objective, new MixtureInterpolant(GaussianMixture.standard(1), Exact.THREE, PathSchedule.linear(0)));
    }

    @ParameterizedTest
    @EnumSource(names = "DENOISER", mode = EnumSource.Mode.EXCLUDE)
    void coupledEnds(Objective objective) {
        assertMean(objective, MixtureInterpolant.coupled(JOINT, PathSchedule.linear(1)));
    }

    @ParameterizedTest
    @EnumSource(names = "DENOISER", mode = EnumSource.Mode.EXCLUDE)
    void mirror(Objective objective) {
        assertMean(objective, MixtureInterpolant.mirror(Exact.TWO, new Latent.Root(1)));
    }

    /** A standard normal start that knows of the end is not the noise of a one-sided interpolant. */
    @Test
    void coupledToAStandardStart() {
        MixtureInterpolant coupled = MixtureInterpolant.coupled(
                GaussianMixture.of(new double[] {0, 1}, new double[][] {{1, 0.7}, {0.7, 2}}), PathSchedule.linear(0));

        assertThat(coupled.oneSided()).isFalse();
        assertMean(Objective.VELOCITY, coupled);
    }

    /** Another schedule at double speed up to 1/4, then at two thirds. */
    private static Schedule warped(Schedule of) {
        DoubleUnaryOperator time = t -> t < 0.25 ? 2 * t : 0.5 + (t - 0.25) * 2 / 3;
        DoubleUnaryOperator speed = t -> t < 0.25 ? 2 : 2.0 / 3;
        return new Schedule() {
            @Override
            public double alpha(double t) {
                return of.alpha(time.applyAsDouble(t));
            }

            @Override
            public double beta(double t) {
                return of.beta(time.applyAsDouble(t));
            }

            @Override
            public double gammaSquared(double t) {
                return of.gammaSquared(time.applyAsDouble(t));
            }

            @Override
            public double alphaDot(double t) {
                return speed.applyAsDouble(t) * of.alphaDot(time.applyAsDouble(t));
            }

            @Override
            public double betaDot(double t) {
                return speed.applyAsDouble(t) * of.betaDot(time.applyAsDouble(t));
            }

            @Override
            public double gammaGammaDot(double t) {
                return speed.applyAsDouble(t) * of.gammaGammaDot(time.applyAsDouble(t));
            }

            @Override
            public double[] breaks() {
                return new double[] {0.25};
            }
        };
    }

    /** The halves of the floor count twice and two thirds, for integrals are cut at breaks. */
    @Test
    void breaksAreCut() {
        MixtureInterpolant pair = new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(1));
        Field.Evaluator velocity = pair.velocity().evaluator(Quadrature.BLOCK);
        double[][] value = new double[1][Quadrature.BLOCK];
        double[] half = new double[2];
        for (int part = 0; part < 2; part++) {
            int own = part;
            Quadrature.overLine(pair, part / 2.0, (part + 1) / 2.0, (t, x, count, mass) -> {
                velocity.at(t, x, count, value);
                for (int k = 0; k < count; k++) {
                    half[own] += mass[k] * value[0][k] * value[0][k];
                }
            });
        }
        MixtureInterpolant warped = new MixtureInterpolant(Exact.TWO, Exact.THREE, warped(PathSchedule.linear(1)));

        assertThat(LossFloor.of(warped).velocityEnergy()).isCloseTo(2 * half[0] + half[1] * 2 / 3, within(2e-6));
    }
}
