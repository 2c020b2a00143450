package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.data.TableFile;
import org.noisebook.runs.Observations;

class SeedTableTest {
    private static final double NONE = Double.NaN;

    private static Observations rows(String text, String score, String... by) {
        return Observations.of(TableFile.parse(text), List.of(by), score);
    }

    @Test
    void cellsAndCentredValues() {
        SeedTable table = SeedTable.of(new double[][] {{1, 5}, {3, NONE}, {5, 9}});
        assertThat(table.replicates()).isZero();
        assertThat(table.missing()).isEqualTo(1);
        assertThat(Arrays.deepToString(table.cells())).isEqualTo("[[1.0, 5.0], [3.0, NaN], [5.0, 9.0]]");
        assertThat(Arrays.deepToString(table.centred())).isEqualTo("[[-2.0, -2.0], [0.0, NaN], [2.0, 2.0]]");
    }

    @Test
    void readsColumnsOfTextAndAveragesReplicates() {
        Observations rows = rows(
                "run,prompt,score\na,x,1\na,x,2\nb,x,4\na,y,0.5\nb,y,NA\nb,y,7\nb,x,5\na,y,1\nb,y,8\n",
                "score",
                "run",
                "prompt");
        SeedTable table = SeedTable.of(rows);
        assertThat(table.seeds()).containsExactly("a", "b");
        assertThat(table.conditions()).containsExactly("x", "y");
        assertThat(table.replicates()).isEqualTo(2);
        assertThat(table.cells()).isDeepEqualTo(new double[][] {{1.5, 0.75}, {4.5, 7.5}});
    }

    @Test
    void refusesWhatIsNoTable() {
        String text = "s,c,y\n0,0,1\n0,1,fast\n";
        assertThatThrownBy(() -> rows(text, "y", "s", "c"))
                .hasMessageStartingWith(
                        "column 'y' must hold numbers in [-1e50, 1e50], got 'fast' in row 2 below the names");
        assertThatThrownBy(() -> rows(text, "z", "s", "c")).hasMessageContaining("no column 'z'");
        assertThatThrownBy(() -> rows("s,c,y\n0,,NA\n0,1,2\n,1,3\n", "y", "s", "c"))
                .hasMessageContaining("column 's' is empty in row 3 below the names");
        assertThatThrownBy(() -> SeedTable.of(new double[][] {{1, 2}, {1}})).hasMessageContaining("in row 1");
        assertThatThrownBy(() -> SeedTable.of(new double[][] {{1}, {NONE}}))
                .hasMessage("every seed must have an observation, got none of '1'");
        assertThatThrownBy(() -> SeedTable.of(new double[0][0])).hasMessageContaining("at least one observation");
        assertThatThrownBy(() -> SeedTable.of(new double[][] {{Double.POSITIVE_INFINITY}}))
                .hasMessageContaining("value");
    }

    @Test
    void choosesRowsAndColumns() {
        SeedTable table = SeedTable.of(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
        SeedTable part = table.of(new int[] {2, 0}, new int[] {1});
        assertThat(part.seeds()).containsExactly("2", "0");
        assertThat(part.cells()).isDeepEqualTo(new double[][] {{8}, {2}});
        assertThatThrownBy(() -> table.of(new int[] {1, 1}, new int[] {0})).hasMessageContaining("chosen once");
    }

    @Test
    void changesValues() {
        SeedTable table = SeedTable.of(new double[][] {{1, 4}, {9, 16}}, List.of("a", "b"), List.of("x", "y"));
        assertThat(table.map(Math::sqrt).cells()).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
        assertThat(table.map(y -> y)).isEqualTo(table).hasSameHashCodeAs(table);
    }

    @Test
    void sortedIsTheSameWhateverTheOrderOfRows() {
        SeedTable table = new SeedTable(
                List.of("10", "9"),
                List.of("b", "a"),
                new int[] {0, 1, 1, 0, 0},
                new int[] {0, 0, 1, 1, 0},
                new double[] {5, 2, 1, 4, 3});
        SeedTable sorted = table.sorted();
        assertThat(sorted.seeds()).containsExactly("9", "10");
        assertThat(sorted.conditions()).containsExactly("a", "b");
        assertThat(sorted.value()).containsExactly(1, 2, 4, 3, 5);
        assertThat(sorted.sorted()).isEqualTo(sorted);
        assertThat(new SeedTable(
                                List.of("s10", "s9", "1"), List.of("a"), new int[] {0, 1, 2}, new int[3], new double[3])
                        .sorted()
                        .seeds())
                .as("as text unless all are numbers")
                .containsExactly("1", "s10", "s9");
    }

    @Test
    void withoutAConditionColumnThereIsOneCondition() {
        Observations rows = rows("seed,y\n7,1.5\n8,NA\n7.0,2\n", "y", "seed");
        assertThat(rows.notes())
                .containsExactly(
                        "1 spelling in 'seed' is read as the same number, such as 0.0 as 0.",
                        "1 row without a score (empty, NaN, inf) is left out.");
        assertThat(SeedTable.of(rows))
                .isEqualTo(new SeedTable(List.of("7"), List.of("all"), new int[2], new int[2], new double[] {1.5, 2}));
    }
}
