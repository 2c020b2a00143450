package org.noisebook.papers.controlvariates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.controlvariates.ControlVariates.Result;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.LogPhi;

class ControlVariatesTest {
    /** Settings that no figure uses: relative variance (e^{L²} Φ(−2L)/Φ(−L)² − 1) J/N, within three errors. */
    @Test
    @Tag("statistical")
    void separateSamplesErrAsTheorySays() {
        for (double level : new double[] {1, 2, 4}) {
            Estimate square = Runs.of(
                            new ControlVariates(), 300, "method=separate, functions=4, samples=400, level=" + level)
                    .mean(Result::square);
            double law = StrictMath.expm1(level * level + LogPhi.of(-2 * level) - 2 * LogPhi.of(-level)) / 100;
            assertThat(square.mean()).as("level %s", level).isCloseTo(law, within(3 * square.stdError()));
            Estimate bias = Runs.of(
                            new ControlVariates(), 300, "method=shared, functions=4, samples=400, level=" + level)
                    .mean(Result::bias);
            assertThat(bias.mean()).isCloseTo(0, within(3 * bias.stdError()));
        }
    }

    /** Exponentials are exact for any N above the number of controls, at any angle. */
    @Test
    void exponentialsAreExact() {
        for (String setting : new String[] {"samples=20", "samples=100, cosine=0.3", "functions=3, samples=7"}) {
            String changes = "kind=exponentials, level=1, " + setting;
            assertThat(new ControlVariates().run(changes, 4).worst())
                    .as(setting)
                    .isLessThan(1e-12);
            assertThat(new ControlVariates().run(changes + ", method=shared", 4).worst())
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void directionsHaveTheirMeanCosine() {
        var config = new ControlVariates().config("functions=50, dimension=20, cosine=0.6");
        double[][] b = ControlVariates.directions(config, Streams.of(1).at("directions"));
        double sum = 0;
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 50; j++) {
                double dot = 0;
                for (int k = 0; k < 20; k++) {
                    dot += b[i][k] * b[j][k];
                }
                sum += i == j ? 0 : dot / 2450;
                assertThat(i == j ? dot : 1).isCloseTo(1, within(1e-12));
            }
        }
        assertThat(sum).isCloseTo(0.6, within(0.01));
    }

    @Test
    void eachMethodReportsItsError() {
        for (String method : new String[] {"separate", "shared", "controlled", "fresh"}) {
            String changes = "samples=500, method=" + method;
            Runs<Result> runs = Runs.of(new ControlVariates(), 60, changes);
            double reported = runs.mean(Result::reported).mean();
            double actual = Math.sqrt(runs.mean(Result::square).mean());
            assertThat(reported / actual).as(method).isBetween(0.7, 1.3);
        }
        assertThatThrownBy(() -> new ControlVariates().run("samples=19", 1))
                .hasMessageContaining("samples must be in [2 functions=10, 1000000], got 19");
    }
}
