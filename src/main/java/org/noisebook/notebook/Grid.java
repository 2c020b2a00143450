package org.noisebook.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.noisebook.data.Aligned;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.table.TableView;

/** A table cut down to what a page holds: its first and last rows and columns, and how many there are. */
final class Grid {
    private static final int DIGITS = 6;
    private static final Cut ROWS = new Cut(20, 10, 5);
    private static final Cut COLUMNS = new Cut(30, 16, 10);
    private static final int LONGEST_CELL = 120;
    private static final String DOTS = "…";
    private static final String MISSING = "–";

    private final Source source;
    private final int[] rows;
    private final int[] columns;

    /** Cells somewhere by row and column; numbers as such. */
    private record Source(
            String name,
            List<String> names,
            int rows,
            IntPredicate numeric,
            BiFunction<Integer, Integer, Optional<Object>> cells) {}

    /** How many are too many, and how many of the first and last are then shown. */
    private record Cut(int most, int first, int last) {
        /** Indices in order, -1 for the gap. */
        int[] of(int count) {
            return count <= most
                    ? IntStream.range(0, count).toArray()
                    : IntStream.concat(
                                    IntStream.concat(IntStream.range(0, first), IntStream.of(-1)),
                                    IntStream.range(count - last, count))
                            .toArray();
        }

        int left(int count) {
            return count - first - last;
        }
    }

    private Grid(Source source) {
        this.source = source;
        this.rows = ROWS.of(source.rows());
        this.columns = COLUMNS.of(source.names().size());
    }

    static Grid of(Frame frame) {
        List<List<Object>> cells = frame.names().stream().map(frame::column).toList();
        return new Grid(new Source(
                "",
                frame.names(),
                frame.rows(),
                column -> !cells.get(column).isEmpty()
                        && cells.get(column).stream().allMatch(Number.class::isInstance),
                (row, column) -> Optional.of(cells.get(column).get(row))));
    }

    static Grid of(TableView table) {
        return new Grid(new Source(table.name(), table.names(), table.rows(), table::numeric, table::cell));
    }

    /** The table with its size at the foot. */
    Map<String, String> bundle() {
        return Bundle.html(
                Html.block("table", table() + Html.element("div", Html.MUTED + ";font-size:90%", Html.escape(size()))),
                text() + size());
    }

    /** The HTML table alone. */
    String table() {
        StringBuilder html = new StringBuilder("<thead><tr>");
        for (int column : columns) {
            String name = column < 0 ? DOTS : source.names().get(column);
            html.append(Html.element("th", style(column), Html.escape(name)));
        }
        html.append("</tr></thead>\n<tbody>");
        for (int row : rows) {
            html.append("<tr>").append(row < 0 ? gap() : row(row)).append("</tr>\n");
        }
        html.append("</tbody>");
        return Html.table(html.toString());
    }

    private String gap() {
        return "<td colspan=\"" + columns.length + "\" style=\"" + Html.TEXT_CELL + ";" + Html.MUTED + "\">" + leftOut()
                + "</td>";
    }

    private String leftOut() {
        return DOTS + " " + ROWS.left(source.rows()) + " rows left out " + DOTS;
    }

    private String row(int row) {
        StringBuilder html = new StringBuilder();
        for (int column : columns) {
            String text = Html.escape(text(row, column));
            boolean muted = column < 0 || isMissing(row, column);
            html.append(Html.element("td", style(column), muted ? Html.element("span", Html.MUTED, text) : text));
        }
        return html.toString();
    }

    private String style(int column) {
        return column >= 0 && source.numeric.test(column) ? Html.NUMBER_CELL : Html.TEXT_CELL;
    }

    /** The table as aligned text. */
    String text() {
        List<String[]> cells = new ArrayList<>();
        String[] head = new String[columns.length];
        boolean[] right = new boolean[columns.length];
        for (int k = 0; k < columns.length; k++) {
            head[k] = columns[k] < 0 ? DOTS : flat(source.names().get(columns[k]));
            right[k] = columns[k] >= 0 && source.numeric.test(columns[k]);
        }
        cells.add(head);
        int gap = -1;
        for (int row : rows) {
            if (row < 0) {
                gap = cells.size();
            } else {
                cells.add(
                        IntStream.of(columns).mapToObj(c -> flat(text(row, c))).toArray(String[]::new));
            }
        }
        List<String> lines = new ArrayList<>(Aligned.print(cells, right).lines().toList());
        if (gap >= 0) {
            lines.add(gap, leftOut());
        }
        return String.join("\n", lines) + "\n";
    }

    private static String flat(String text) {
        return text.replaceAll("\\R", " ");
    }

    private String text(int row, int column) {
        if (column < 0) {
            return DOTS;
        }
        String text = source.cells.apply(row, column).map(Grid::format).orElse(MISSING);
        int length = text.codePointCount(0, text.length());
        return length <= LONGEST_CELL ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST_CELL)) + DOTS;
    }

    private boolean isMissing(int row, int column) {
        return source.cells
                .apply(row, column)
                .map(cell -> cell instanceof Double d && d.isNaN())
                .orElse(true);
    }

    private static String format(Object cell) {
        if (cell instanceof Float f) {
            return Numbers.brief(Double.parseDouble(f.toString()), DIGITS);
        }
        return cell instanceof Double d ? Numbers.brief(d, DIGITS) : cell.toString();
    }

    private String size() {
        int count = source.names().size();
        return (source.name().isEmpty() ? "" : source.name() + ": ")
                + source.rows()
                + (source.rows() == 1 ? " row × " : " rows × ")
                + count
                + (count == 1 ? " column" : " columns");
    }
}
