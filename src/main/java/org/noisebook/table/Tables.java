package org.noisebook.table;

import java.util.List;
import org.noisebook.data.Frame;
import org.noisebook.data.OptionalServices;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Turns a {@link Frame} into a Tablesaw table.
 *
 * <p><b>Types</b>: stated, never guessed: whole numbers become {@code LongColumn}, doubles {@code DoubleColumn}, the rest
 * {@code StringColumn}. A frame without rows has text columns. <b>Special cases</b>: NaN is Tablesaw's missing value.
 */
public final class Tables {
    private Tables() {}

    /** The table of a frame. */
    public static Table of(String name, Frame frame) {
        try {
            return Columns.table(name, frame);
        } catch (NoClassDefFoundError e) {
            throw OptionalServices.lacking(e);
        }
    }

    /** What touches Tablesaw's columns; apart, so that the class above loads without them. */
    private static final class Columns {
        static Table table(String name, Frame frame) {
            return Table.create(
                    name,
                    frame.names().stream().map(column -> column(column, frame)).toArray(Column<?>[]::new));
        }

        private static Column<?> column(String name, Frame frame) {
            List<Object> cells = frame.column(name);
            if (!cells.isEmpty() && cells.stream().allMatch(Long.class::isInstance)) {
                return LongColumn.create(
                        name, cells.stream().mapToLong(Long.class::cast).toArray());
            }
            if (!cells.isEmpty() && cells.stream().allMatch(Number.class::isInstance)) {
                return DoubleColumn.create(name, frame.doubles(name));
            }
            return StringColumn.create(name, cells.stream().map(String::valueOf).toList());
        }
    }
}
