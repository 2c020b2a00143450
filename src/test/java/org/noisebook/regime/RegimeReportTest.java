package org.noisebook.regime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.model.StopReason;

class RegimeReportTest {
    /** A replica with these measures, its kernel's cosine near 1 whatever they say. */
    private record Planted(double kernel, double weights, double tangentDistance, StopReason stopReason)
            implements Moved {
        @Override
        public Movement movement() {
            return new Movement(weights, weights, 0.99, 0.99, kernel, 0.99, 0.99, 1, 0.1, 0.1);
        }
    }

    private static RegimeReport report(double kernel, double weights, double tangent, StopReason stop, double spread) {
        return RegimeReport.of(List.of(
                new Planted(kernel / spread, weights, tangent, stop),
                new Planted(kernel, weights, tangent, stop),
                new Planted(kernel * spread, weights, tangent, stop)));
    }

    /** Each limit of the rule from both sides; a kernel alignment of 0.99 changes nothing. */
    @ParameterizedTest
    @CsvSource({
        "0.09, 0.09, 0.09, lazy",
        "0.11, 0.09, 0.09, between",
        "0.09, 0.11, 0.09, between",
        "0.09, 0.09, 0.11, between",
        "0.09, 0.09, NaN, lazy",
        "0.09, 0.09, 0.21, measures disagree",
        "1.1, 0.09, 0.09, measures disagree",
        "1.1, 0.09, 0.11, rich",
        "1.1, 0.09, NaN, rich",
        "0.6, 0.4, 0.19, between",
        "0.6, 0.4, 0.21, rich",
        "0.6, 0.6, NaN, rich",
        "0.4, 0.9, 0.9, between",
        "150, 2.5, 0.5, rich",
        "0, 0, NaN, did not move"
    })
    void theRule(double kernel, double weights, double tangent, String regime) {
        assertThat(report(kernel, weights, tangent, StopReason.FITTED, 1.001).regime())
                .isEqualTo(regime);
    }

    /** The mean of a change alone decides nothing: three replicas a factor 2 apart reach from 0.008 to 0.36. */
    @Test
    void intervalsDecide() {
        assertThat(report(0.05, 0.01, 0.01, StopReason.FITTED, 2).regime()).isEqualTo("between");
        assertThat(RegimeReport.of(List.of(new Planted(9, 9, 9, StopReason.FITTED)))
                        .regime())
                .isEqualTo("not resolved");
    }

    /** What a cap stopped may be rich, never lazy. */
    @Test
    void nothingMovedIsNotLazy() {
        RegimeReport still = report(1e-9, 1e-9, 1e-9, StopReason.SAMPLE_CAP, 1.001);
        List<Moved> mixed = List.of(
                new Planted(0.01, 0.01, 0.01, StopReason.FITTED), new Planted(0.01, 0.01, 0.01, StopReason.SAMPLE_CAP));

        assertThat(still.regime()).isEqualTo("did not move");
        assertThat(still.summary()).contains("did not move, lazy only if it was trained");
        assertThat(RegimeReport.of(mixed).regime()).isEqualTo("not resolved");
        assertThat(report(9, 9, 0.3, StopReason.SAMPLE_CAP, 1.001).regime()).isEqualTo("rich");
    }

    @Test
    void whatIsMissingIsNamed() {
        RegimeReport report = report(0.05, 0.05, Double.NaN, StopReason.FITTED, 1.001);

        assertThat(report.summary()).contains("distance to the tangent model unknown");
        assertThat(report.text()).contains("not known").doesNotContain("kernel alignment KA");
        assertThat(RegimeReport.of(Collections.nCopies(3, new Planted(1, 1, 1, StopReason.FITTED)))
                        .summary())
                .doesNotContain("left out");
    }
}
