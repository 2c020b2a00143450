package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.TableFile;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Observations;
import org.noisebook.seeds.report.SeedReport;
import org.noisebook.seeds.report.SeedReport.Options;

class SourceTableTest {
    private static Observations rows(String... rows) {
        return rows("init order y", List.of("init", "order"), rows);
    }

    private static Observations rows(String names, List<String> by, String... rows) {
        return Observations.of(TableFile.parse((names + "\n" + String.join("\n", rows)).replace(' ', ',')), by, "y");
    }

    @Test
    void isReadInAscendingOrderWhateverTheRows() {
        SourceTable table = SourceTable.of(
                rows("10 a 5", "9 b 2", "10 b 6", "9 a 1", "10 c NA", "9 a 0.5", "9 b 3", "10 a 4", "10 b 7"));
        assertThat(table.levels()).containsExactly(List.of("9", "10"), List.of("a", "b"));
        assertThat(table.replicates()).isEqualTo(2);
        assertThat(table.counts()).containsExactly(2, 2);
        assertThat(table.value()).containsExactly(0.5, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void combinationsMustAllBeThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceTable.of(rows("1 a 1", "1 b 2", "2 a 3")))
                .withMessage(
                        "every combination of init and order must be there equally often, got 0 values for init 2, order b"
                                + " and 1 for init 1, order a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rows("init order y", List.of("init", "init"), "1 a 1"))
                .withMessage("a column has one role, got 'init' twice");
    }

    /** The three-way example of the reference, whose largest component is the second factor, too small a table to show it. */
    @Test
    void threeSourcesAreReported() {
        int[] y = {1, 2, 3, 5, 2, 4, 4, 9, 0, 3, 5, 6};
        String[] rows = IntStream.range(0, y.length)
                .mapToObj(k -> k / 4 + " " + k / 2 % 2 + " " + k % 2 + " " + y[k])
                .toArray(String[]::new);
        SeedReport report = SeedReport.of(
                SourceTable.of(rows("init order data y", List.of("init", "order", "data"), rows)),
                Options.of("init", "", "y"),
                Streams.of(1).at("bootstrap"));
        assertThat(report.text())
                .contains("None of them visibly", "init with order", "all together, or determined by none", "same data")
                .doesNotContain("NaN");
        assertThat(report.frames().get("components").text(1, "variance")).startsWith("5.6666666666");
    }
}
