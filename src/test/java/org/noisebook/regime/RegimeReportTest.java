package org.noisebook.regime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.papers.richlazy.RegimeStudy;

class RegimeReportTest {
    /** What stopped at once, for all but what is planted. */
    private static final RegimeResult RUN = new RegimeStudy()
            .run(
                    "training.trainSize=8, training.testSize=8, training.probeSize=8, training.sampleCap=8,"
                            + " training.dataset=sign, training.dimension=4",
                    1);

    /** A replica with these measures, its kernel's cosine near 1 whatever they say. */
    private static RegimeResult planted(Departure departure, double kernel, StopReason stop) {
        return Schema.with(
                RUN,
                "departure",
                departure,
                "linearisedDistance",
                Double.NaN,
                "movement",
                new Movement(kernel, kernel, 0.99, 0.99, kernel, 0.99, 0.99, 1, 0.1, 0.1),
                "training.stopReason",
                stop);
    }

    private static RegimeReport report(double start, double end, double slope, double kernel, StopReason... stops) {
        return RegimeReport.of(Arrays.stream(stops)
                .map(stop -> planted(new Departure(start, end, slope), kernel, stop))
                .toList());
    }

    /** The rule of {@code noisebook regime}, each limit from both sides; neither kernel nor its alignment changes anything. */
    @ParameterizedTest
    @CsvSource({
        "0.09, 0.09, 0.05, 9, lazy",
        "0.11, 0.09, 0.05, 0.01, between",
        "0.09, 0.11, 0.05, 0.01, between",
        "0.9, 1.2, 0.65, 9, between",
        "0.9, 1.2, 0.68, 0.01, rich",
        "NaN, 0.01, 0.01, 0.01, not resolved",
        "NaN, NaN, NaN, 0, did not move"
    })
    void theRule(double start, double end, double slope, double kernel, String regime) {
        assertThat(report(start, end, slope, kernel, StopReason.FITTED, StopReason.FITTED)
                        .regime())
                .isEqualTo(regime);
        assertThat(report(start, end, slope, kernel, StopReason.FITTED).regime())
                .as("of one replica")
                .isEqualTo(regime);
    }

    /** Replicas are averaged on the logarithm: a factor 2 up and down is none. */
    @Test
    void theGeometricMeanDecides() {
        assertThat(RegimeReport.of(List.of(
                                planted(new Departure(0.04, 0.04, 0.1), 1, StopReason.FITTED),
                                planted(new Departure(0.16, 0.16, 0.1), 1, StopReason.FITTED)))
                        .regime())
                .isEqualTo("lazy");
    }

    /** What a cap stopped may be rich, never lazy. */
    @Test
    void whatIsNotTrainedIsNotLazy() {
        assertThat(report(0.01, 0.01, 0.01, 1, StopReason.FITTED, StopReason.SAMPLE_CAP)
                        .regime())
                .isEqualTo("not resolved");
        assertThat(report(9, 9, 0.7, 1, StopReason.SAMPLE_CAP).regime()).isEqualTo("rich");
    }

    @Test
    void whatIsMissingIsNamed() {
        RegimeReport report = report(0.05, 0.05, 0.1, 0.05, StopReason.FITTED);

        assertThat(report.summary())
                .startsWith("regime: lazy by the departure δ₁ 0.05")
                .endsWith("; 1 replica");
        assertThat(report.text()).contains("not known").doesNotContain("kernel alignment KA");
    }
}
