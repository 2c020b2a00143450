package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PerceptronTheoryOdeTest {

    /** Local tolerance 1e-8 over some tens of steps that matter. */
    private static final double INTEGRATION = 1e-7;

    /** Corrections to the power laws are 0.02 at lambda = 10 and fall as lambda^-2. */
    private static final double ASYMPTOTIC = 0.01;

    /** Window of the comparison with sampled SGD; reasons at the test. */
    private static final double SAMPLING = 0.03;

    private static final double ROUND_OFF = 1e-13;

    /** The ratio grows as t^(1/(3+chi)). */
    private static double timeAt(double ratio, PerceptronScaling scaling, double temperature, int dimension) {
        return StrictMath.pow(ratio / scaling.signalToNoise(1.0, temperature, dimension), 3.0 + scaling.chi());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 1.0, 2.5, 3.0})
    void noiseSettlesAndSignalGrowsAsThePowerLaw(double chi) {
        int dimension = 4096;
        double temperature = 0.5;
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        double late = timeAt(30.0, scaling, temperature, dimension);
        double[][] weights =
                PerceptronOde.of(chi, dimension, 1.0, 2, Long.MAX_VALUE, 1e-5).solve(new double[] {late / 2, late});
        assertRelative(weights[1][1], scaling.noiseAtStop(temperature, dimension), ASYMPTOTIC);
        assertRelative(weights[1][0], scaling.signal(late, temperature, dimension), ASYMPTOTIC);
        assertRelative(weights[1][0] / weights[1][1], 30.0, ASYMPTOTIC);
        double slope = StrictMath.log(weights[1][0] / weights[0][0]) / StrictMath.log(2.0);
        assertRelative(slope, scaling.signalGrowthExponent(), ASYMPTOTIC);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 1.0, 3.0})
    void spreadAlongTheNoiseCountsForTwoPlusChiDirections(double chi) {
        // d = 8 makes the correction chi/d large: 37 % at chi = 3. What is left is of order 10/lambda^2 = 0.1 %.
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        double late = timeAt(100.0, scaling, 0.5, 8);
        double[][] weights =
                PerceptronOde.of(chi, 8, 1.0, 2, Long.MAX_VALUE, 0.0).solve(new double[] {late});
        assertRelative(weights[0][1], scaling.noiseAtStop(0.5, 8) * (8.0 + chi) / 8.0, 1e-3);
    }

    @Test
    void finiteSetReducesTheNoise() {
        PerceptronScaling scaling = PerceptronScaling.of(1.0);
        double late = timeAt(50.0, scaling, 0.5, 64);
        double[][] weights = PerceptronOde.of(1.0, 64, 8.0, 16, 64, 0.0).solve(new double[] {late});
        assertRelative(weights[0][1], scaling.noiseAtStop(0.5 * 0.75, 64) * 65.0 / 64.0, 2e-3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 1.0, 2.5, 3.0})
    void gradientDescentFollowsItsPowerLaw(double chi) {
        // w_1/(kappa sqrt d) is 9 to 98 here, and the correction is its inverse square.
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        double[] times = {1e8};
        // w_1^(3+chi) = (3+chi) (2 c_chi/(2+chi)) (kappa sqrt(d))^(2+chi) t/sqrt(d)
        double density = PerceptronTheory.of(chi).densityConstant();
        double base = (3.0 + chi) * 2.0 * density / (2.0 + chi) * times[0] / 128.0;
        double expected = StrictMath.sqrt(128.0) * StrictMath.pow(base, scaling.signalGrowthExponent());
        double[][] noisy = PerceptronOde.of(chi, 128, 1e-3, 1_000_000_000_000L, Long.MAX_VALUE, 1.0)
                .solve(times);
        double[][] full = PerceptronOde.of(chi, 128, 1e-3, 4096, 4096, 1.0).solve(times);
        assertRelative(noisy[0][0], expected, ASYMPTOTIC);
        assertRelative(full[0][0], expected, ASYMPTOTIC);
        assertRelative(noisy[0][1], StrictMath.sqrt(1e-15 * 127.0 / (2.0 * (1.0 + chi))), ASYMPTOTIC);
        assertThat(full[0][1]).isGreaterThanOrEqualTo(0.0).isLessThan(1e-60);
    }

    @Test
    void startsFromTheFirstStep() {
        PerceptronOde ode = PerceptronOde.of(2.0, 16, 0.125, 4, 64, 0.01);
        double[][] weights = ode.solve(new double[] {0.1, 0.125, 0.1251});
        assertThat(weights[0]).containsExactly(Double.NaN, Double.NaN);
        assertThat(weights[1][0]).isEqualTo(ode.firstStepSignal());
        assertThat(weights[1][1]).isEqualTo(ode.firstStepNoise());
        assertRelative(ode.firstStepSignal(), 0.125 * 1.5957691216057308 / 4.0, ROUND_OFF);
        assertRelative(ode.firstStepNoise(), 0.125 * StrictMath.sqrt(15.0 / 16.0 / 4.0), ROUND_OFF);
        assertRelative(weights[2][0], weights[1][0], 1e-3);
        assertThat(weights[2][0]).isGreaterThan(weights[1][0]);
        assertThat(ode.solve(new double[0])).isEmpty();
    }

    @Test
    void initialSlopeIsTheDrift() {
        PerceptronOde ode = new PerceptronOde(1.0, 32, 0.5, 2, 8, 0.03, 1e-12);
        double step = 1e-4;
        double[][] weights = ode.solve(new double[] {0.5, 0.5 + step});
        double signal = weights[0][0];
        double noise = weights[0][1];
        double root = StrictMath.sqrt(32.0);
        PerceptronTheory.Reduced averages = PerceptronTheory.of(1.0).reduced(signal, noise, 0.03 * root);
        double source = 0.25 * 0.75 / 32.0 * (30.0 * averages.unfittedFraction() + averages.noiseSpread());
        // Forward differences: error of order step.
        assertRelative((weights[1][0] - signal) / step, averages.signalDrift() / root, 1e-3);
        assertRelative(
                (weights[1][1] * weights[1][1] - noise * noise) / step,
                source - 2.0 * noise * averages.noiseDrift() / root,
                1e-3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {3.0, 1024.0, 1e-6})
    void onlyTheRatioOfMarginAndLearningRateCounts(double scale) {
        double[] times = {1.0, 3.0, 50.0, 4000.0};
        double[] scaledTimes = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            scaledTimes[i] = scale * times[i];
        }
        double[][] weights = PerceptronOde.of(0.5, 24, 1.0, 4, 512, 0.25).solve(times);
        double[][] scaled =
                PerceptronOde.of(0.5, 24, scale, 4, 512, 0.25 * scale).solve(scaledTimes);
        for (int i = 0; i < times.length; i++) {
            assertRelative(scaled[i][0], scale * weights[i][0], ROUND_OFF * 10);
            assertRelative(scaled[i][1], scale * weights[i][1], ROUND_OFF * 10);
        }
    }

    private static PerceptronOde to(double tolerance) {
        return new PerceptronOde(1.0, 128, 1.0, 2, 16384, 0x1p-15, tolerance);
    }

    @Test
    void convergesWithTheTolerance() {
        double[] times = {2.0, 77.0, 1e3, 1e5, 3e6};
        double[][] fine = to(1e-12).solve(times);
        double coarseError = worst(to(1e-3).solve(times), fine);
        double middleError = worst(to(1e-5).solve(times), fine);
        double usualError = worst(to(PerceptronOde.DEFAULT_TOLERANCE).solve(times), fine);
        assertThat(usualError).isLessThan(INTEGRATION);
        assertThat(middleError).isLessThan(1e-4).isGreaterThan(usualError);
        assertThat(coarseError).isLessThan(1e-2).isGreaterThan(middleError);
    }

    @Test
    void requestedTimesDoNotChangeTheAnswer() {
        PerceptronOde ode = PerceptronOde.of(3.0, 32, 1.0, 2, Long.MAX_VALUE, 0.5);
        double[] many = new double[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = StrictMath.pow(10.0, 0.03 * i);
        }
        double[][] dense = ode.solve(many);
        double[][] alone = ode.solve(new double[] {many[67]});
        assertRelative(dense[67][0], alone[0][0], INTEGRATION);
        assertRelative(dense[67][1], alone[0][1], INTEGRATION);
        assertThat(dense[199][0]).isGreaterThan(dense[198][0]);
    }

    @Test
    @Tag("statistical")
    void agreesWithDirectSgdOnFreshData() {
        // 800 paths of SGD in all 64 coordinates, fixed seed; chi = 1, so |x_1| is the length of two normals. Relative
        // standard error of the means 0.5 % at step 160 and 0.3 % at 640. The ODE replaces steps by time, off by half a
        // step of falling drift, 1 % at step 160 and less later. A window of 3 % leaves four standard errors (false
        // alarm below 1e-4 over other seeds) and catches a factor 2 in any term of d(W^2)/dt or a missing 1/sqrt(d).
        int dimension = 64;
        int paths = 800;
        int[] records = {160, 640};
        double margin = 0.05;
        double[] signal = new double[records.length];
        double[] noise = new double[records.length];
        Stream random = Streams.of(20230113L).at("fresh");
        double root = StrictMath.sqrt(dimension);
        double[] point = new double[dimension];
        for (int path = 0; path < paths; path++) {
            double[] weights = new double[dimension];
            int record = 0;
            for (int step = 1; step <= records[records.length - 1]; step++) {
                for (int i = 1; i < dimension; i++) {
                    point[i] = random.nextGaussian();
                }
                point[0] = StrictMath.hypot(random.nextGaussian(), random.nextGaussian());
                double output = 0.0;
                for (int i = 0; i < dimension; i++) {
                    output += weights[i] * point[i] / root;
                }
                if (output < margin) {
                    for (int i = 0; i < dimension; i++) {
                        weights[i] += point[i] / root;
                    }
                }
                if (step == records[record]) {
                    signal[record] += weights[0] / paths;
                    for (int i = 1; i < dimension; i++) {
                        noise[record] += weights[i] * weights[i] / paths;
                    }
                    record++;
                }
            }
        }
        double[][] theory = PerceptronOde.of(1.0, dimension, 1.0, 1, Long.MAX_VALUE, margin)
                .solve(new double[] {records[0], records[1]});
        for (int i = 0; i < records.length; i++) {
            assertRelative(signal[i], theory[i][0], SAMPLING);
            assertRelative(StrictMath.sqrt(noise[i]), theory[i][1], SAMPLING);
        }
    }

    @Test
    void argumentsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(-1.0, 8, 1.0, 1, 8, 0.0))
                .withMessage("chi must be >= 0, got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 1, 1.0, 1, 8, 0.0))
                .withMessage("dimension must be >= 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 8, 0.0, 1, 8, 0.0))
                .withMessage("learningRate must be finite and > 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 8, 1.0, 0, 512, 0.0))
                .withMessage("batchSize must be in [1, trainSize=512], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 8, 1.0, 9, 8, 0.0))
                .withMessage("batchSize must be in [1, trainSize=8], got 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 8, 1.0, 1, 0, 0.0))
                .withMessage("trainSize must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronOde.of(0.0, 8, 1.0, 1, 8, -0.1))
                .withMessage("margin must be finite and >= 0, got -0.1");
        PerceptronOde ode = PerceptronOde.of(0.0, 8, 1.0, 1, 8, 0.1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to(0.0))
                .withMessage("tolerance must be in [1e-12, 1e-2], got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ode.solve(new double[] {2.0, 1.0}))
                .withMessage("times[1] must be >= times[0]=2.0, got 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ode.solve(new double[] {Double.NaN}))
                .withMessage("times[0] must be finite and > 0, got NaN");
    }

    private static double worst(double[][] actual, double[][] expected) {
        double worst = 0.0;
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < 2; k++) {
                worst = StrictMath.max(worst, StrictMath.abs(actual[i][k] / expected[i][k] - 1.0));
            }
        }
        return worst;
    }

    private static void assertRelative(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, withinPercentage(100.0 * tolerance));
    }
}
