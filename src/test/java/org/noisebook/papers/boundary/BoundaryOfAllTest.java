package org.noisebook.papers.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Target;
import org.noisebook.papers.boundary.BoundaryOfAll.Result;
import org.noisebook.rng.Streams;

/** One start for all, where the law is one Gaussian and everything is known. */
class BoundaryOfAllTest {
    private static final String LAW = "target=brightness(pixels=16, mean=0.4, stdDev=0.5, texture=0.3)";

    private static Result run(int steps, int tests) {
        return new BoundaryOfAll()
                .run(LAW + ", steps=" + steps + ", start=boundary(candidates=40, pairs=30), tests=" + tests, 3);
    }

    /**
     * Of a Gaussian the flow takes 0 to the posterior mean up to the signal left, and a random start to a sample, of twice its error; MMSE is
     * that of the closed form, all within 4 standard errors of 60 pairs.
     */
    @Test
    void ofAGaussianZeroIsThePosteriorMean() {
        Result result = run(400, 60);
        Target.Brightness law = new Target.Brightness(16, 0.4, 0.5, 0.3);
        double texture = law.texture();
        double unseen = 0;
        double[][] rows = new DiffusionCondition.Pooling(2).of(16);
        var posterior =
                law.mixture().orElseThrow().given(rows, new double[4], 0.0025).covariance();
        for (int j = 0; j < 16; j++) {
            unseen += posterior[j][j] / 16;
        }
        assertThat(unseen).isBetween(0.5 * texture, texture);
        double error = Math.sqrt(2.0 / (60 * 12)) * unseen;
        assertThat(result.mmse()).isCloseTo(unseen, within(4 * error));
        assertThat(result.zero()).isCloseTo(result.mmse(), within(1e-3));
        assertThat(result.random()).isCloseTo(result.mmse() + unseen, within(4 * error));
        assertThat(result.chosen()).isBetween(result.mmse(), result.random());
        assertThat(result.best()).isBetween(result.mmse(), result.chosen());
    }

    /** What is chosen is chosen by the errors of the first pairs alone, and lies among the candidates. */
    @Test
    void theChoiceIsThatOfThePairsThatChoose() {
        Result few = run(20, 60);
        Result more = run(20, 20);
        assertThat(more.chosenSize()).isEqualTo(few.chosenSize());
        assertThat(more.chosen()).isNotEqualTo(few.chosen());
        assertThat(few.sizes().toArray()).contains(few.chosenSize());
        assertThat(Arrays.stream(few.errors().toArray()).average().orElseThrow())
                .isCloseTo(few.random(), within(1e-12));
    }

    /** In the study of samples all particles go the way of the chosen start. */
    @Test
    void samplesFromABoundaryAreOne() {
        DiffusionConfig config = Schema.with(
                DiffusionConfig.ofSamples(),
                LAW + ", diffusion=ddpm(steps=1000,"
                        + " betas=linearBetas(first=0.0001, last=0.02)), grid=uniform, end=0, particles=8, condition=linear,"
                        + " start=boundary(candidates=5, pairs=3)");
        DiffusionResult result = new DiffusionStudy().run(config, Streams.of(3));
        assertThat(Arrays.stream(result.variance().toArray()).max().orElseThrow())
                .isLessThan(1e-20);
        assertThat(result.finiteShare()).isEqualTo(1);
        assertThat(result.meanError()).isNaN();
        DiffusionResult more = new DiffusionStudy().run(Schema.with(config, "start.candidates", 99), Streams.of(3));
        assertThat(more.mean()).isNotEqualTo(result.mean());
    }
}
