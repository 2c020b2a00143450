package org.noisebook.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TablesTest {
    private static Frame frame() {
        Frame frame = new Frame("name", "count", "size", "mixed", "digits");
        frame.add("a", 1, 0.5, 1, "1");
        frame.add("b", 1L << 60, Double.NaN, 2.5, "2");
        frame.add("", -3, -0.0, 3, "3");
        return frame;
    }

    @Test
    void typesAreStatedAndNeverGuessed() {
        Table table = Tables.of("toy", frame());
        assertThat(table.name()).isEqualTo("toy");
        assertThat(table.columnNames()).containsExactly("name", "count", "size", "mixed", "digits");
        assertThat(table.types())
                .containsExactly(
                        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.DOUBLE, ColumnType.STRING);
        assertThat(table.rowCount()).isEqualTo(3);
    }

    @Test
    void numbersAreExact() {
        Table table = Tables.of("toy", frame());
        assertThat(table.longColumn("count").asObjectArray()).containsExactly(1L, 1L << 60, -3L);
        assertThat(table.doubleColumn("mixed").asDoubleArray()).containsExactly(1, 2.5, 3);
        assertThat(Double.doubleToLongBits(table.doubleColumn("size").getDouble(2)))
                .isEqualTo(Double.doubleToLongBits(-0.0));
    }

    @Test
    void nanIsMissing() {
        Table table = Tables.of("toy", frame());
        assertThat(table.doubleColumn("size").isMissing(1)).isTrue();
        assertThat(table.doubleColumn("size").countMissing()).isEqualTo(1);
        assertThat(table.longColumn("count").countMissing()).isZero();
    }

    @Test
    void aFrameWithoutRowsHasTextColumns() {
        Table table = Tables.of("empty", new Frame("a", "b"));
        assertThat(table.types()).containsExactly(ColumnType.STRING, ColumnType.STRING);
        assertThat(table.rowCount()).isZero();
    }

    @Test
    void aViewReadsCells() {
        Table table = Tables.of("toy", frame());
        TableView view = TableView.of(table).orElseThrow();
        assertThat(view.name()).isEqualTo("toy");
        assertThat(view.names()).isEqualTo(table.columnNames());
        assertThat(view.rows()).isEqualTo(3);
        assertThat(view.numeric(0)).isFalse();
        assertThat(view.numeric(1)).isTrue();
        assertThat(view.numeric(2)).isTrue();
        assertThat(view.cell(0, 0)).contains("a");
        assertThat(view.cell(1, 1)).contains(1L << 60);
        assertThat(view.cell(1, 2)).isEmpty();
        assertThat(TableView.type()).isEqualTo(Table.class);
        assertThat(TableView.of(frame())).isEmpty();
    }

    @Test
    void missingCellsOfAViewAreEmpty() {
        IntColumn counts = IntColumn.create("count", 2);
        counts.set(1, 5);
        StringColumn names = StringColumn.create("name", new String[] {null, "b"});
        TableView view = TableView.of(Table.create("toy", counts, names)).orElseThrow();
        assertThat(view.cell(0, 0)).isEmpty();
        assertThat(view.cell(1, 0)).contains(5);
        assertThat(view.cell(0, 1)).isEmpty();
        assertThat(view.cell(1, 1)).contains("b");
    }
}
