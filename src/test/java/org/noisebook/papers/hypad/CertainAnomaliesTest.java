package org.noisebook.papers.hypad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.hypad.CertainAnomalies.Config;
import org.noisebook.papers.hypad.CertainAnomalies.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Scores against their closed forms, and the ball against its own identities. */
class CertainAnomaliesTest {
    /**
     * Areas of 400 anomalies in 6,000 values within four of their largest standard errors √(A(1 − A)/400), at settings that no figure uses
     * (12 comparisons, false alarms below 8e-4); the theory of another score is off by more.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "quiet=0.1, ratio=3, offset=0.3, noisyShare=0.3",
                "quiet=0.1, ratio=3, offset=0.3, noisyShare=0.3, place=noisy",
                "quiet=0.2, ratio=1, offset=0.5",
                "quiet=0.05, ratio=6, offset=0.1, noisyShare=0.6, scale=0.2"
            })
    void areasAreTheClosedForms(String changes) {
        Result r = new CertainAnomalies().run(changes + ", known=true, length=6000, anomalies=400", 3);
        double[] measured = {r.errorArea(), r.certainArea(), r.standardArea()};
        double[] theory = {r.errorTheory(), r.certainTheory(), r.standardTheory()};
        for (int k = 0; k < 3; k++) {
            assertThat(measured[k]).isCloseTo(theory[k], within(4 * Math.sqrt(theory[k] * (1 - theory[k]) / 400)));
        }
        assertThat(r.errorTheory() == r.standardTheory()).isEqualTo(changes.contains("ratio=1"));
    }

    /** σ̂ of a value depends on the errors before it and on no other: an anomaly does not hide itself. */
    @Test
    void estimatesLookBackOnly() {
        Config c = new CertainAnomalies().config("memory=9");
        double[] error = new double[50];
        Arrays.setAll(error, k -> 0.1 + k % 7);
        double before = CertainAnomalies.roughness(c, error, 30);
        Arrays.fill(error, 30, 50, 1e6);
        assertThat(CertainAnomalies.roughness(c, error, 30)).isEqualTo(before);
        Stream noise = Streams.of(1).at("noise");
        double mean = 0;
        for (int r = 0; r < 4_000; r++) {
            Arrays.setAll(error, k -> Math.abs(0.7 * noise.nextGaussian()));
            mean += CertainAnomalies.roughness(new CertainAnomalies().config("memory=45"), error, 45) / 4_000;
        }
        assertThat(mean).isCloseTo(0.7, within(0.02));
    }

    /** exp and log are inverse, both forms of the distance agree, and a straight line through 0 is the shortest way. */
    @Test
    void theBallIsAMetricSpace() {
        Stream stream = Streams.of(2).at("points");
        double[] zero = new double[3];
        for (int k = 0; k < 500; k++) {
            double[] x = CertainAnomalies.point(stream);
            double[] y = CertainAnomalies.point(stream);
            assertThat(PoincareBall.exp(x, PoincareBall.log(x, y))).containsExactly(y, within(2e-12));
            double distance = PoincareBall.distance(x, y);
            assertThat(PoincareBall.mobiusDistance(x, y)).isCloseTo(distance, within(1e-12));
            assertThat(PoincareBall.distance(y, x)).isEqualTo(distance);
            assertThat(distance)
                    .isLessThanOrEqualTo(PoincareBall.distance(x, zero) + PoincareBall.distance(zero, y) + 1e-12);
        }
        double[] x = {0.5, 0, 0};
        assertThat(PoincareBall.distance(zero, x)).isCloseTo(Math.log(3), within(1e-15));
        assertThat(PoincareBall.distance(PoincareBall.times(-1, x), x)).isCloseTo(2 * Math.log(3), within(1e-14));
        assertThat(PoincareBall.exp(x, zero)).isEqualTo(x);
        double[] far = {0.9999, 0, 0};
        double[] near = {0, 0.9999, 0};
        assertThat(PoincareBall.exp(far, PoincareBall.log(far, near))).containsExactly(near, within(1e-7));
    }

    @Test
    void badConfigsAreNamed() {
        CertainAnomalies study = new CertainAnomalies();
        assertThatThrownBy(() -> study.run("ratio=0.5", 1)).hasMessageContaining("ratio must be in [1, 100], got 0.5");
        assertThatThrownBy(() -> study.run("anomalies=900", 1))
                .hasMessageContaining("anomalies must be at most half of the 1180 places, got 900");
    }
}
