package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Prediction;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;

/** Laws carried through samplers, against sampled runs and closed forms. */
class GaussianLawTest {
    private static final Diffusion CHAIN = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    private static final GaussianMixture DATA = GaussianMixture.of(
            new double[] {1, -0.5, 0.2}, new double[][] {{1, 0.6, 0.1}, {0.6, 0.8, -0.2}, {0.1, -0.2, 0.5}});
    private static final Score SCORE = CHAIN.marginals(DATA).score();
    private static final double[] TIMES = TimeGrid.UNIFORM.times(1, 0, 20);
    private static final double ROUNDING = 1e-12;

    /** All 9 moments of 5 methods within three standard errors of 40,000 samples, which a wrong noise of 2 % would miss. */
    @Test
    void methodsHaveTheLawOfTheirSamples() {
        for (String text : List.of("ddim", "ddim 0.7", "ancestral", "reverse", "multistep")) {
            DiffusionMethod method = switch (text) {
                case "ddim" -> DiffusionMethod.Ddim.standard();
                case "ddim 0.7" -> new DiffusionMethod.Ddim(0.7);
                case "ancestral" -> DiffusionMethod.Ancestral.standard();
                case "reverse" -> new DiffusionMethod.ReverseDiffusion();
                default -> new DiffusionMethod.ExponentialMultistep();
            };
            int n = 40_000;
            double[][] x = CHAIN.sample(
                    method,
                    SCORE,
                    20,
                    n,
                    Streams.of(5).at("start"),
                    Streams.of(5).at("path"));
            GaussianLaw law = GaussianLaw.white(3, 0).through(method.sampler(CHAIN, SCORE), TIMES);
            double[] mean = law.mean();
            double[][] c = law.covariance();
            for (int i = 0; i < 3; i++) {
                double sum = 0;
                for (double value : x[i]) {
                    sum += value / n;
                }
                assertThat(sum).as(text).isCloseTo(mean[i], within(3 * Math.sqrt(c[i][i] / n)));
                for (int j = 0; j <= i; j++) {
                    double product = 0;
                    for (int k = 0; k < n; k++) {
                        product += (x[i][k] - mean[i]) * (x[j][k] - mean[j]) / n;
                    }
                    double error = Math.sqrt((c[i][i] * c[j][j] + c[i][j] * c[i][j]) / n);
                    assertThat(product).as("%s %d %d", text, i, j).isCloseTo(c[i][j], within(3 * error));
                }
            }
        }
    }

    /** Replacement by hand with inputs y is RePaint's sampler with known coordinates, for each unit vector y. */
    @Test
    void inputsAreKnownCoordinates() {
        var ancestral = DiffusionMethod.Ancestral.standard();
        GaussianLaw law = GaussianLaw.white(3, 2);
        for (int k = 1; k < TIMES.length; k++) {
            law = law.through(ancestral.sampler(CHAIN, SCORE), TIMES[k - 1], TIMES[k])
                    .replaced(CHAIN.meanCoefficient(TIMES[k]), CHAIN.variance(TIMES[k]));
        }
        var repaint = new DiffusionMethod.Repaint(ancestral, 1);
        for (int y = -1; y < 2; y++) {
            double[] known = new double[2];
            if (y >= 0) {
                known[y] = 1;
            }
            GaussianLaw other =
                    GaussianLaw.white(3, 0).through(repaint.knowing(CHAIN, Prediction.SCORE, SCORE, known), TIMES);
            for (int i = 0; i < 3; i++) {
                double response = y < 0 ? 0 : law.response()[i][y];
                assertThat(law.mean()[i] + response).isCloseTo(other.mean()[i], within(ROUNDING));
                assertThat(law.covariance()[i]).containsExactly(other.covariance()[i], within(ROUNDING));
            }
        }
    }

    /** A step towards noise is the diffusion's own; the law of data ends as that of its marginal. */
    @Test
    void noisedIsTheDiffusion() {
        GaussianLaw law = GaussianLaw.of(DATA.covariance(), 1).noised(0.5, 0.25);
        double[][] wanted = DATA.affine(0.5, 0.25).covariance();
        for (int i = 0; i < 3; i++) {
            assertThat(law.covariance()[i]).containsExactly(wanted[i], within(ROUNDING));
        }
        assertThat(GaussianLaw.error(law.covariance(), wanted)).isLessThan(ROUNDING);
        assertThat(GaussianLaw.error(new double[][] {{3, 0}}, new double[][] {{0, 4}}))
                .isEqualTo(1.25);
    }

    /** Means of pairs of four white coordinates, and the correlation of a coordinate with the mean that holds it. */
    @Test
    void mapsMayChangeTheDimension() {
        GaussianLaw law = GaussianLaw.white(4, 0).through(x -> new double[][] {
            x[0],
            IntStream.range(0, x[0].length)
                    .mapToDouble(k -> (x[0][k] + x[1][k]) / 2 + 3)
                    .toArray()
        });
        assertThat(law.mean()).containsExactly(0, 3);
        assertThat(law.covariance()[1]).containsExactly(new double[] {0.5, 0.5}, within(ROUNDING));
        assertThat(law.correlation(new double[] {1, 0}, new double[] {0, 1}))
                .isCloseTo(Math.sqrt(0.5), within(ROUNDING));
    }

    /** The score of two modes is not linear; a method with memory and noise has no law of x alone. */
    @Test
    void whatIsNotAffineIsRejected() {
        GaussianMixture modes = GaussianMixture.unit(new double[] {0.5, 0.5}, new double[][] {{-2, 0, 0}, {2, 0, 0}});
        Sampler bent = DiffusionMethod.Ddim.standard()
                .sampler(CHAIN, CHAIN.marginals(modes).score());
        assertThatThrownBy(() -> GaussianLaw.white(3, 0).through(bent, TIMES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be affine");
        Sampler memory = new DiffusionMethod.DpmSolver(2, 1).sampler(CHAIN, SCORE);
        assertThatThrownBy(() -> GaussianLaw.white(3, 0).through(memory, TIMES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memory");
    }
}
