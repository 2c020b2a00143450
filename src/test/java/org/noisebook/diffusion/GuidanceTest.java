package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Score;

/** On two Gaussians the guided flow is a line, so two particles know it: N(0, 1.5) and N(0.8, 0.5). */
class GuidanceTest {
    private static final double WIDE = 1.5;
    private static final double NARROW = 0.5;
    private static final double MEAN = 0.8;

    /** Mean and variance at the data of the flow from the prior, to 1e-8. */
    private static double[] flow(Diffusion diffusion, double narrow, double wide, double weight) {
        Score guided = new Guidance(
                LineMixture.normal(0, wide).score(diffusion),
                LineMixture.normal(MEAN, narrow).score(diffusion),
                weight);
        double[][] x = {{0, 1}};
        double high = diffusion.logSnr(1);
        double low = diffusion.logSnr(diffusion == DiffusionTest.VE ? 0 : 1e-6);
        double[] times = IntStream.rangeClosed(0, 800)
                .mapToDouble(i -> diffusion.timeOfLogSnr(high + (low - high) * i / 800))
                .toArray();
        Ensemble.run(
                new DiffusionMethod.ProbabilityFlow(OdeMethod.RK4).sampler(diffusion, guided),
                times,
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);
        double slope = x[0][1] - x[0][0];
        return new double[] {x[0][0], slope * slope * diffusion.priorVariance()};
    }

    /** What the closed form becomes where noise ends at σ_1 and starts at σ_0, for any start variance. */
    private static double finite(Diffusion diffusion, double narrow, double wide, double weight) {
        double most = Math.pow(diffusion.sigma(1), 2);
        double least = Math.pow(diffusion.sigma(0), 2);
        double a = diffusion.meanCoefficient(1);
        return diffusion.priorVariance()
                / (a * a)
                * Math.pow((wide + least) / (wide + most), 1 - weight)
                * Math.pow((narrow + least) / (narrow + most), weight);
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void varianceOfTheGuidedFlow(Diffusion diffusion) {
        double ending = Math.pow(diffusion.sigma(1), -2);
        double start = Math.pow(diffusion.sigma(0), 2);
        for (double weight : new double[] {0, 1, 2, 4}) {
            double variance = flow(diffusion, NARROW, WIDE, weight)[1];
            assertThat(variance).isCloseTo(finite(diffusion, NARROW, WIDE, weight), within(2e-6 * variance));
            double limit = Guidance.gaussianVariance(WIDE, NARROW, weight);
            double relative = 10 * (ending + start) + 1e-5;
            assertThat(variance).as("w=%s", weight).isCloseTo(limit, within(relative * limit));
        }
        assertThat(Guidance.gaussianVariance(WIDE, NARROW, 4)).isCloseTo(0.0185185, within(1e-6));
    }

    /** At w = 1 the mean is that of the condition; with equal variances it is w m, beyond it for w &gt; 1. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void meanOfTheGuidedFlow(Diffusion diffusion) {
        double ending = 2 / diffusion.sigma(1);
        assertThat(flow(diffusion, NARROW, WIDE, 1)[0]).isCloseTo(MEAN, within(ending));
        assertThat(flow(diffusion, NARROW, WIDE, 0)[0]).isCloseTo(0, within(1e-12));
        assertThat(flow(diffusion, NARROW, NARROW, 3)[0]).isCloseTo(3 * MEAN, within(3 * ending));
        double left =
                Math.sqrt((NARROW + Math.pow(diffusion.sigma(0), 2)) / (NARROW + Math.pow(diffusion.sigma(1), 2)));
        assertThat(flow(diffusion, NARROW, WIDE, 1)[0]).isCloseTo(MEAN * (1 - left), within(1e-6));
    }

    @Test
    void theEndsAreThePlainScores() {
        Score wide = LineMixture.normal(0, WIDE).score(DiffusionTest.VP);
        Score narrow = LineMixture.normal(MEAN, NARROW).score(DiffusionTest.VP);
        double[][] x = {{-1, 0.3, 7}};
        for (int w = 0; w <= 1; w++) {
            double[][] plain = new double[1][3];
            double[][] guided = new double[1][3];
            List.of(wide, narrow).get(w).evaluator(3).at(0.3, x, 3, plain);
            new Guidance(wide, narrow, w).evaluator(3).at(0.3, x, 3, guided);
            assertThat(guided[0]).containsExactly(plain[0]);
        }
    }

    @Test
    void derivatives() {
        Field.Evaluator guided = new Guidance(
                        LineMixture.normal(0, WIDE).score(DiffusionTest.VE),
                        LineMixture.normal(MEAN, NARROW).score(DiffusionTest.VE),
                        3)
                .evaluator(1);
        double noise = DiffusionTest.VE.variance(0.4);
        double slope = 2 / (WIDE + noise) - 3 / (NARROW + noise);
        double[] divergence = new double[1];
        double[][] along = new double[1][1];
        guided.divergence(0.4, new double[][] {{0.2}}, 1, divergence);
        guided.along(0.4, new double[][] {{0.2}}, new double[][] {{-2}}, 1, along);
        assertThat(divergence[0]).isCloseTo(slope, within(1e-9));
        assertThat(along[0][0]).isCloseTo(-2 * slope, within(1e-9));
    }

    @Test
    void badInputIsNamed() {
        Score one = LineMixture.normal(0, 1).score(DiffusionTest.VP);
        Score two = Score.of(2, (t, x, count, out) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(one, two, 1))
                .withMessage("conditional must have the dimension=1 of unconditional, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(one, one, Double.NaN))
                .withMessage("weight must be finite, got NaN");
    }
}
