package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.report.SeedReport;
import org.noisebook.seeds.report.SeedReport.Options;

class SourceTableTest {
    private static Frame frame(String... rows) {
        Frame frame = new Frame("init", "order", "y");
        for (String row : rows) {
            frame.add((Object[]) row.split(" "));
        }
        return frame;
    }

    @Test
    void isReadInAscendingOrderWhateverTheRows() {
        SourceTable table = SourceTable.from(
                frame("10 a 5", "9 b 2", "10 b 6", "9 a 1", "10 c NA", "9 a 0.5", "9 b 3", "10 a 4", "10 b 7"),
                List.of("init", "order"),
                "y");
        assertThat(table.levels()).containsExactly(List.of("9", "10"), List.of("a", "b"));
        assertThat(table.replicates()).isEqualTo(2);
        assertThat(table.counts()).containsExactly(2, 2);
        assertThat(table.value()).containsExactly(0.5, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void combinationsMustAllBeThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceTable.from(frame("1 a 1", "1 b 2", "2 a 3"), List.of("init", "order"), "y"))
                .withMessage(
                        "every combination of init and order must be there equally often, got 0 values for init 2, order b"
                                + " and 1 for init 1, order a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceTable.from(frame("1 a 1"), List.of("init", "init"), "y"))
                .withMessage("columns of seeds must differ, got [init, init]");
    }

    /** The three-way example of the reference, whose largest component is the second factor, too small a table to show it. */
    @Test
    void threeSourcesAreReported() {
        Frame frame = new Frame("init", "order", "data", "y");
        int[] y = {1, 2, 3, 5, 2, 4, 4, 9, 0, 3, 5, 6};
        for (int k = 0; k < y.length; k++) {
            frame.add(String.valueOf(k / 4), String.valueOf(k / 2 % 2), String.valueOf(k % 2), String.valueOf(y[k]));
        }
        SeedReport report = SeedReport.of(
                SourceTable.from(frame, List.of("init", "order", "data"), "y"),
                Options.of("init", "", "y"),
                Streams.of(1).at("bootstrap"));
        assertThat(report.text())
                .contains("None of them visibly", "init with order", "all together, or fixed by none", "same data")
                .doesNotContain("NaN");
        assertThat(report.frames().get("components").text(1, "variance")).startsWith("5.6666666666");
    }
}
