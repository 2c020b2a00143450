package org.noisebook.table;

import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A Tablesaw table read cell by cell, for code that must not depend on Tablesaw.
 *
 * <p><b>Special cases</b>: a missing cell is empty, NaN in a column of doubles too.
 */
public final class TableView {
    private final Table table;

    private TableView(Table table) {
        this.table = table;
    }

    /** The class of what can be viewed. */
    public static Class<?> type() {
        return Table.class;
    }

    /** The view of a Tablesaw table; empty for anything else. */
    public static Optional<TableView> of(Object value) {
        return value instanceof Table table ? Optional.of(new TableView(table)) : Optional.empty();
    }

    /** The table's name, empty if it has none. */
    public String name() {
        return Optional.ofNullable(table.name()).orElse("");
    }

    /** Column names in order. */
    public List<String> names() {
        return table.columnNames();
    }

    /** Number of rows. */
    public int rows() {
        return table.rowCount();
    }

    /** Whether a column holds numbers. */
    public boolean numeric(int column) {
        return table.column(column) instanceof NumericColumn<?>;
    }

    /** A cell; numbers as such. */
    public Optional<Object> cell(int row, int column) {
        Column<?> cells = table.column(column);
        return cells.isMissing(row) ? Optional.empty() : Optional.of(cells.get(row));
    }
}
