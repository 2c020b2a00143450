package org.noisebook.papers.cyclic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Score;

/** Cycles of replacement: the exact law against samples, and the order of steps. */
class CyclesTest {
    /** Mean M y and covariance within three standard errors of 20,000 samples. */
    @Test
    void theLawIsThatOfSamples() {
        Diffusion chain = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
        double[][] field = GaussianLaw.covariance(5, (i, j) -> StrictMath.exp(-Math.abs(i - j) / 2));
        Score score = new SpectralMixture(GaussianMixture.of(new double[5], field)).score(chain);
        Cycles cycles = new Cycles(20, 3, 0.4, 0.1, true);
        var exact = new Cycles.Law(chain, score, 2);
        cycles.run(exact);
        double[][] response = exact.law().response();
        double[][] covariance = exact.law().covariance();
        int n = 20_000;
        double[][] known = new double[2][n];
        Arrays.fill(known[0], 2);
        Arrays.fill(known[1], -1);
        var samples = new Cycles.Samples(chain, score, known, Streams.of(11).at("path"));
        cycles.run(samples);
        double[][] x = samples.x();
        for (int i = 2; i < 5; i++) {
            double mean = 2 * response[i][0] - response[i][1];
            double sum = 0;
            for (double value : x[i]) {
                sum += value / n;
            }
            assertThat(sum).isCloseTo(mean, within(3 * Math.sqrt(covariance[i][i] / n)));
            for (int j = 2; j <= i; j++) {
                double meanJ = 2 * response[j][0] - response[j][1];
                double product = 0;
                for (int k = 0; k < n; k++) {
                    product += (x[i][k] - mean) * (x[j][k] - meanJ) / n;
                }
                double error =
                        Math.sqrt((covariance[i][i] * covariance[j][j] + covariance[i][j] * covariance[i][j]) / n);
                assertThat(product).isCloseTo(covariance[i][j], within(3 * error));
            }
        }
    }

    /** The path goes back from the clean end to the noisy one, as often as asked, and imposes after every move. */
    @Test
    void thePathGoesBack() {
        List<String> moves = new ArrayList<>();
        Cycles.State state = new Cycles.State() {
            @Override
            public void down(double from, double to) {
                moves.add("down " + to);
            }

            @Override
            public void up(double from, double to) {
                moves.add("up " + to);
            }

            @Override
            public void impose(double t) {
                moves.add("impose");
            }
        };
        new Cycles(4, 1, 0.75, 0.25, false).run(state);
        assertThat(moves)
                .containsExactly(
                        "impose",
                        "down 0.75",
                        "impose",
                        "down 0.5",
                        "impose",
                        "down 0.25",
                        "impose",
                        "up 0.75",
                        "down 0.5",
                        "down 0.25",
                        "down 0.0",
                        "impose");
    }
}
