package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;

/** Against section 7.4 of the project's notes on interpolants, computed there by other code. */
class DiffusionTest {
    static final Diffusion VE = new Diffusion.VarianceExploding(0.01, 50);
    static final Diffusion VP = new Diffusion.VariancePreserving(0.1, 20);
    static final Diffusion SUB_VP = new Diffusion.SubVariancePreserving(0.1, 20);
    static final Diffusion OUVE = Diffusion.Ouve.standard();
    static final Diffusion RESIDUAL = new Diffusion.Residual(Diffusion.Removal.JOINT, 0.7, 0);
    static final Diffusion LATER = new Diffusion.Residual(Diffusion.Removal.RESIDUAL_FIRST, 0.7, 0);
    static final Diffusion LINEAR = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    static final Diffusion SCALED = new Diffusion.Ddpm(1000, new Diffusion.ScaledLinearBetas(0.00085, 0.012));
    static final Diffusion COSINE = new Diffusion.Ddpm(1000, new Diffusion.CosineBetas(0.008, 0.999));
    private static final LineMixture DATA = LineMixture.reference();
    private static final double[] PLACES = {-2.5, -0.5, 0.3, 1.8};
    /** Half a unit of the last printed digit. */
    private static final double SIX_DIGITS = 5.1e-7;

    static List<Diffusion> all() {
        return List.of(
                VE,
                VP,
                SUB_VP,
                OUVE,
                RESIDUAL,
                LATER,
                LINEAR,
                SCALED,
                COSINE,
                new Diffusion.Ddpm(3, new Diffusion.LinearBetas(0.3, 0.9)));
    }

    static List<Diffusion> continuous() {
        return List.of(VE, VP, SUB_VP);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.94672180, 0.32205254, 0.10371784, 0.02343673, 0.411058, 0.009357",
        "0.25, 0.72365719, 0.69015960, 0.47632028, 0.08408964, 3.683230, 0.120451",
        "0.5, 0.28118288, 0.95965420, 0.92093619, 0.70710678, 9.987177, 8.517193",
        "1, 0.00657159, 0.99997841, 0.99995681, 50, 20, 42585.965957"
    })
    void coefficients(double tau, double a, double vp, double subVp, double ve, double subVpRate, double veRate) {
        double eightDigits = 5.1e-9;
        assertThat(VP.meanCoefficient(tau)).isCloseTo(a, within(eightDigits));
        assertThat(SUB_VP.meanCoefficient(tau)).isEqualTo(VP.meanCoefficient(tau));
        assertThat(VP.stdDev(tau)).isCloseTo(vp, within(eightDigits));
        assertThat(SUB_VP.stdDev(tau)).isCloseTo(subVp, within(eightDigits));
        assertThat(VE.stdDev(tau)).isCloseTo(ve, within(eightDigits));
        assertThat(SUB_VP.noiseRate(tau)).isCloseTo(subVpRate, within(SIX_DIGITS));
        assertThat(VE.noiseRate(tau)).isCloseTo(veRate, within(SIX_DIGITS));
        assertThat(VP.noiseRate(tau)).isCloseTo(0.1 + 19.9 * tau, within(1e-14));
    }

    /** a' = f a and V' = 2 f V + g², by central differences inside a step of the discrete ones. */
    @ParameterizedTest
    @MethodSource("all")
    void meanAndVarianceSolveTheirEquations(Diffusion diffusion) {
        double h = 1e-6;
        for (int i = 1; i < 99; i++) {
            double tau = i / 100.0 + 4.3e-4;
            double slope = (diffusion.meanCoefficient(tau + h) - diffusion.meanCoefficient(tau - h)) / (2 * h);
            double growth = (diffusion.variance(tau + h) - diffusion.variance(tau - h)) / (2 * h);
            double f = diffusion.driftCoefficient(tau);
            assertThat(slope).isCloseTo(f * diffusion.meanCoefficient(tau), within(1e-8));
            double rate = 2 * f * diffusion.variance(tau) + diffusion.noiseRate(tau);
            assertThat(growth).isCloseTo(rate, within(1e-8 * (1 + rate)));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void logSnrFallsAndIsInverted(Diffusion diffusion) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= 300; i++) {
            double tau = i / 300.0;
            double logSnr = diffusion.logSnr(tau);
            assertThat(logSnr).isLessThanOrEqualTo(before);
            assertThat(diffusion.timeOfLogSnr(logSnr)).isCloseTo(tau, within(1e-12));
            assertThat(diffusion.timeOfSigma(diffusion.sigma(tau))).isCloseTo(tau, within(1e-11));
            if (tau > 0) {
                assertThat(logSnr).isLessThan(before);
                double a = diffusion.meanCoefficient(tau);
                assertThat(logSnr).isCloseTo(Math.log(a * a / diffusion.variance(tau)), within(1e-9));
            }
            before = logSnr;
        }
        assertThat(diffusion.sigma(0)).isEqualTo(diffusion == VE ? 0.01 : 0);
    }

    /** 0.0025 (100 − e^−3) log 10/(1.5 + log 10); of both, what the signal loses the observation gains. */
    @Test
    void restoringPathsDriftToTheObservation() {
        assertThat(OUVE.variance(1)).isCloseTo(0.1513075, within(5e-8));
        assertThat(OUVE.meanCoefficient(1)).isCloseTo(0.2231302, within(5e-8));
        for (Diffusion path : List.of(OUVE, RESIDUAL, LATER)) {
            assertThat(path.observedCoefficient(0.3)).isCloseTo(1 - path.meanCoefficient(0.3), within(1e-15));
        }
        assertThat(VP.observedCoefficient(0.3)).isZero();
        Diffusion bare = new Diffusion.Residual(Diffusion.Removal.NOISE_FIRST, 1, 0.01);
        assertThat(bare.sigma(0.4)).isCloseTo(0.05, within(1e-15));
        assertThat(bare.timeOfSigma(0.05)).isCloseTo(0.4, within(1e-14));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bare.driftCoefficient(0.5))
                .withMessageContaining("no signal is left at tau=0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diffusion.Residual(Diffusion.Removal.JOINT, 1, 0.01))
                .withMessageContaining("floor must be 0 unless order=noiseFirst, got 0.01");
    }

    /** Rounding at an end does not push a time out. */
    @Test
    void timesStayInside() {
        assertThat(VE.timeOfSigma(50 * (1 + 1e-12))).isEqualTo(1);
        assertThat(VE.timeOfSigma(0.01 * (1 - 1e-12))).isZero();
    }

    @Test
    void subVpHasNeverMoreVarianceThanVp() {
        for (int i = 0; i <= 1000; i++) {
            assertThat(SUB_VP.variance(i / 1000.0)).isLessThanOrEqualTo(VP.variance(i / 1000.0));
        }
    }

    /** What is left of the signal, by the product of the chain. */
    @Test
    void discreteSchedulesPassThroughEveryStepOfTheirChain() {
        for (Diffusion diffusion : List.of(LINEAR, SCALED, COSINE)) {
            Diffusion.Betas betas = ((Diffusion.Ddpm) diffusion).betas();
            double left = 1;
            for (int i = 1; i <= 1000; i++) {
                left *= 1 - betas.beta(i, 1000);
                double a = diffusion.meanCoefficient(i / 1000.0);
                assertThat(a * a).isCloseTo(left, within(1e-11 * left));
                assertThat(diffusion.variance(i / 1000.0)).isCloseTo(1 - left, within(1e-12));
            }
        }
        assertThat(LINEAR.meanCoefficient(1)).isCloseTo(6.3528e-3, within(5e-8));
        assertThat(COSINE.meanCoefficient(1)).isCloseTo(4.9283e-5, within(5e-10));
        assertThat(SCALED.meanCoefficient(1)).isCloseTo(6.8265e-2, within(5e-7));
    }

    @ParameterizedTest
    @CsvSource({
        "VP, 0.5, -3.841519, -1.104313, -0.994999, -2.393770, 2.269523, 0.491037, -0.223158, -1.663341",
        "SUB_VP, 0.5, -4.006977, -1.080872, -0.962440, -2.464418, 2.434400, 0.525631, -0.236427, -1.792644",
        "VE, 0.5, -2.102556, -2.223831, -1.473331, -1.572282, 0.764166, 0.749526, 0.763719, -0.930293",
        "VP, 0.1, -2.168361, -3.182554, -1.339812, -1.703199, 2.454491, 2.361824, 1.516210, -2.001218"
    })
    void densityAndScoreOfAMixture(
            String name,
            double tau,
            double p0,
            double p1,
            double p2,
            double p3,
            double s0,
            double s1,
            double s2,
            double s3) {
        Diffusion diffusion = name.equals("VE") ? VE : name.equals("VP") ? VP : SUB_VP;
        double[] densities = {p0, p1, p2, p3};
        double[] scores = {s0, s1, s2, s3};
        double[][] out = new double[1][4];
        diffusion.marginals(DATA.data()).score().evaluator(4).at(tau, new double[][] {PLACES}, 4, out);
        for (int k = 0; k < 4; k++) {
            assertThat(DATA.logDensity(diffusion, tau, PLACES[k])).isCloseTo(densities[k], within(SIX_DIGITS));
            assertThat(out[0][k]).isCloseTo(scores[k], within(SIX_DIGITS));
        }
    }

    @Test
    void slopeOfTheScore() {
        double[] out = new double[4];
        VP.marginals(DATA.data()).score().evaluator(4).divergence(0.5, new double[][] {PLACES}, 4, out);
        assertThat(out).containsExactly(new double[] {-0.939033, -0.874871, -0.914862, -0.999392}, within(SIX_DIGITS));
    }

    @Test
    void densityOfTheData() {
        double[] places = {-2.5, -2, -0.5, 0.3, 1, 1.8};
        double[] exact = {-1.987870, -1.206615, -3.876939, -1.445343, -0.764788, -1.653677};
        for (int k = 0; k < places.length; k++) {
            assertThat(DATA.logDensity(VP, 0, places[k])).isCloseTo(exact[k], within(SIX_DIGITS));
        }
    }

    /** The velocity of the schedule in its own time is the probability flow. */
    @ParameterizedTest
    @MethodSource("all")
    void theScheduleIsTheDiffusion(Diffusion diffusion) {
        MixtureInterpolant marginals = diffusion.marginals(DATA.data());
        double[][] x = {PLACES};
        double[][] flow = new double[1][4];
        double[][] velocity = new double[1][4];
        for (double tau : new double[] {0.1005, 0.5005, diffusion.meanCoefficient(1) > 0 ? 1 : 0.99}) {
            diffusion.probabilityFlow(DATA.score(diffusion)).evaluator(4).at(tau, x, 4, flow);
            marginals.velocity().evaluator(4).at(tau, x, 4, velocity);
            for (int k = 0; k < 4; k++) {
                assertThat(velocity[0][k]).isCloseTo(flow[0][k], within(1e-9 * (1 + Math.abs(flow[0][k]))));
            }
        }
        Schedule schedule = diffusion.schedule();
        assertThat(schedule).isEqualTo(diffusion.schedule());
        double root = schedule.alpha(0.5005);
        assertThat(schedule.alphaAlphaDot(0.5005)).isCloseTo(root * schedule.alphaDot(0.5005), within(1e-12 * root));
        assertThat(schedule.alphaAlphaDot(0)).isFinite();
    }

    /** f x − (1 + λ²)/2 g² s, on a score that is easy to see through; its derivatives are exact. */
    @Test
    void driftsOfTheFamily() {
        Score minusTwice = Score.of(2, (tau, x, count, out) -> {
            for (int j = 0; j < 2; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = -2 * x[j][k];
                }
            }
        });
        double[][] x = {{1, 2}, {-3, 0.5}};
        double[][] out = new double[2][2];
        double[] divergence = new double[2];
        for (double lambda : new double[] {0, 1, 1.5}) {
            Field.Evaluator drift = SUB_VP.reverseDrift(minusTwice, lambda).evaluator(2);
            double factor = SUB_VP.driftCoefficient(0.3) + (1 + lambda * lambda) * SUB_VP.noiseRate(0.3);
            drift.at(0.3, x, 2, out);
            assertThat(out[1]).containsExactly(new double[] {-3 * factor, 0.5 * factor}, within(1e-13));
            drift.along(0.3, x, new double[][] {{1, 0}, {0, 1}}, 2, out);
            assertThat(out[0]).containsExactly(new double[] {factor, 0}, within(1e-9));
            drift.divergence(0.3, x, 2, divergence);
            assertThat(divergence).containsExactly(new double[] {2 * factor, 2 * factor}, within(1e-9));
        }
    }

    @Test
    void priors() {
        assertThat(VE.priorVariance()).isEqualTo(2500);
        assertThat(VP.prior(3)).usingRecursiveComparison().isEqualTo(GaussianMixture.standard(3));
        assertThat(VE.prior(1).covariances()[0][0][0]).isEqualTo(VE.variance(1));
    }

    /** A config. */
    record Config(@Parameter("diffusion") Diffusion diffusion) {}

    @Test
    void textOfConfigs() {
        Schema<Config> schema = Schema.of(Config.class);
        for (Diffusion diffusion : all()) {
            Config config = new Config(diffusion);
            assertThat(schema.parse(schema.format(config), new Config(VP))).isEqualTo(config);
        }
        assertThat(Schema.formatValue(COSINE))
                .isEqualTo("ddpm(steps=1000, betas=cosineBetas(offset=0.008, largest=0.999))");
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diffusion.VarianceExploding(1, 1))
                .withMessage("sigmaMax must be in (1, 1000000000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diffusion.VariancePreserving(0, 20))
                .withMessage("betaMin must be in (0, 1000], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VP.variance(1.5))
                .withMessage("tau must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VE.meanCoefficient(Double.NaN))
                .withMessage("tau must be in [0, 1], got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VE.timeOfSigma(51))
                .withMessageMatching("logSnr must be in \\[.*\\], got .*");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINEAR.timeOfLogSnr(-30))
                .withMessageContaining("logSnr must be in");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(0.5, 0.9)))
                .withMessageStartingWith("betas must leave a signal of at least 1.0E-30 after steps=1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VP.reverseDrift(DATA.score(VP), -1))
                .withMessageStartingWith("lambda must be in [0");
    }

    @Test
    void pointsAreNoised() {
        double[][] x = {{1, 2}, {3, 4}};
        double[][] noised = VP.noised(0.25, x, Streams.of(1).at("noise"));
        Stream same = Streams.of(1).at("noise");
        for (int j = 0; j < 2; j++) {
            for (int k = 0; k < 2; k++) {
                double z = (noised[j][k] - VP.meanCoefficient(0.25) * x[j][k]) / VP.stdDev(0.25);
                assertThat(z).isCloseTo(same.nextGaussian(), within(1e-12));
            }
        }
        assertThat(x).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
    }

    /** 4000 samples of N(3, 0.25) by 100 steps: mean within five standard errors and the steps' bias, a false alarm in 1e-6 of seeds. */
    @Test
    void samplesHaveTheLawOfTheScore() {
        GaussianMixture law = GaussianMixture.onLine(new double[] {1}, new double[] {3}, new double[] {0.25});
        double[] x = VP.sample(
                        new DiffusionMethod.Ddim(0),
                        VP.marginals(law).score(),
                        100,
                        4000,
                        Streams.of(1).at("start"),
                        Streams.of(1).at("path"))[0];
        double mean = Arrays.stream(x).average().orElseThrow();
        assertThat(mean).isCloseTo(3, within(0.05));
        assertThat(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow())
                .isCloseTo(0.25, within(0.03));
    }
}
