package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.CellState;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.HeatMap;
import org.noisebook.chart.ImageSheet;
import org.noisebook.chart.Panel;
import org.noisebook.chart.Scale;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Json;

/** One panel in a {@link Recipe}: everything that the rows of the figure's table do not contain. */
final class Part {
    private static final double LEVELS = 255;
    /** Colours of lines on maps. */
    private static final int[] ON_MAPS = {5, 1, 4, 0};

    private final String name;
    private final String title;
    private final Axis x;
    private final Axis y;
    /** For maps only: the colour bar. */
    private final List<ColourBar> bars;
    /** For pictures only: pictures per row, pixels across, low and high. */
    private final double[] pictures;

    private final List<String> rowLabels;
    private String note = "";
    /** For pictures only: columns between gaps; null for no gaps, also in older recipes. */
    private Integer group;
    /** For pictures only: rows drawn as differences; null for none, also in older recipes. */
    private Differences differences;

    private final List<Series> series = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    /**
     * A series: consecutive rows of the table from {@code first}, and how they are drawn.
     *
     * @param kind as in the table, or {@code join}: a line through the points of the previous series
     * @param legend its text in the legend
     * @param colour index into the palette
     * @param first the first row
     * @param rows number of rows
     */
    record Series(String kind, String name, String legend, int colour, int first, int rows) {}

    /** Rows of pictures drawn as absolute differences, black from {@code black} on, to the row {@code from} if it is not −1. */
    record Differences(double black, List<Integer> from) {}

    /** A text in a map or beside a point of curves. */
    record Word(double x, double y, String text) {}

    private Part(
            String name,
            String title,
            Axis x,
            Axis y,
            List<ColourBar> bars,
            List<String> rowLabels,
            double... pictures) {
        this.name = name;
        this.title = title;
        this.x = x;
        this.y = y;
        this.bars = bars;
        this.rowLabels = rowLabels;
        this.pictures = pictures;
    }

    static Part curves(String name, String title, Axis x, Axis y) {
        return new Part(name, title, x, y, List.of(), List.of());
    }

    static Part map(String name, String title, Axis x, Axis y, ColourBar bar) {
        return new Part(name, title, x, y, List.of(bar), List.of());
    }

    static Part pictures(
            String name, String title, List<String> rowLabels, int columns, int width, double low, double high) {
        return new Part(name, title, Axis.linear(""), Axis.linear(""), List.of(), rowLabels, columns, width, low, high);
    }

    String name() {
        return name;
    }

    /** Its members, by the names of the fields; what is null is left out. */
    Json json() {
        Json all = new Json()
                .put("name", name)
                .put("title", title)
                .put("x", json(x))
                .put("y", json(y))
                .put("bars", bars.stream().map(Part::json).toList())
                .put("pictures", Arrays.stream(pictures).boxed().toList())
                .put("rowLabels", rowLabels)
                .put("note", note);
        if (group != null) {
            all.put("group", group);
        }
        if (differences != null) {
            all.put("differences", new Json().put("black", differences.black).put("from", differences.from));
        }
        List<Json> drawn = series.stream()
                .map(one -> new Json()
                        .put("kind", one.kind)
                        .put("name", one.name)
                        .put("legend", one.legend)
                        .put("colour", one.colour)
                        .put("first", one.first)
                        .put("rows", one.rows))
                .toList();
        List<Json> texts = words.stream()
                .map(one -> new Json().put("x", one.x).put("y", one.y).put("text", one.text))
                .toList();
        return all.put("series", drawn).put("words", texts);
    }

    private static Json json(Axis axis) {
        return scaled(axis.label(), axis.scale(), axis.min(), axis.max())
                .put("names", axis.names())
                .put("ticks", axis.ticks());
    }

    private static Json json(ColourBar bar) {
        return scaled(bar.label(), bar.scale(), bar.min(), bar.max())
                .put("map", bar.map().name());
    }

    private static Json scaled(String label, Scale scale, double min, double max) {
        return new Json()
                .put("label", label)
                .put("scale", scale.name())
                .put("min", min)
                .put("max", max);
    }

    /** What its colours or its numeric axis show; empty for pictures. */
    String quantity() {
        return bars.isEmpty()
                ? (y.names().isEmpty() ? y : x).label()
                : bars.get(0).label();
    }

    List<Series> series() {
        return List.copyOf(series);
    }

    void add(Series one) {
        series.add(one);
    }

    /** Pictures per row. */
    int columns() {
        return (int) pictures[0];
    }

    int rows() {
        return (series.get(0).rows + columns() - 1) / columns();
    }

    void grouped(int columns) {
        group = columns;
    }

    void differences(double black, int... from) {
        if (!(black > 0)
                || from.length != rows()
                || Arrays.stream(from).anyMatch(row -> row < -1 || row >= from.length)) {
            throw new IllegalArgumentException(name + " must have black > 0 and a row from −1 to " + (rows() - 1)
                    + " for each of its " + rows() + " rows, got " + black + " and " + Arrays.toString(from));
        }
        differences = new Differences(black, Arrays.stream(from).boxed().toList());
    }

    void add(Word word) {
        words.add(word);
    }

    void note(String text) {
        checkCurves();
        note = text;
    }

    void checkCurves() {
        if (!bars.isEmpty() || pictures.length > 0) {
            throw new IllegalArgumentException(name + " is not a panel of curves");
        }
    }

    /** The panel filled with rows of the table, with a letter and a title if it is the k-th of several. */
    Panel panel(Frame table, int k, IntUnaryOperator palette) {
        String head = k < 0 ? "" : (char) ('a' + k) + "  " + title;
        return pictures.length > 0
                ? images(head, table)
                : bars.isEmpty() ? curves(head, table, palette) : map(head, table);
    }

    private ImageSheet images(String head, Frame table) {
        Series one = series.get(0);
        double[][] pixels = new double[one.rows][];
        for (int k = 0; k < one.rows; k++) {
            byte[] levels = HexFormat.of().parseHex(table.text(one.first + k, "pixels"));
            pixels[k] = new double[levels.length];
            for (int i = 0; i < levels.length; i++) {
                pixels[k][i] = pictures[2] + (levels[i] & 0xff) / LEVELS * (pictures[3] - pictures[2]);
            }
        }
        pixels = differences == null ? pixels : drawn(pixels);
        int width = (int) pictures[1];
        ImageSheet sheet = ImageSheet.of(
                head, (int) pictures[0], width, pixels[0].length / width, pixels, pictures[2], pictures[3]);
        sheet = rowLabels.isEmpty() ? sheet : sheet.rowLabels(labels());
        sheet = group == null ? sheet : sheet.grouped(group);
        for (Word word : words) {
            sheet = sheet.text(word.x, word.y, word.text);
        }
        return sheet;
    }

    /** The labels of the rows, between bars where differences are drawn. */
    private List<String> labels() {
        return IntStream.range(0, rowLabels.size())
                .mapToObj(k -> differences != null && differences.from().get(k) >= 0
                        ? "|" + rowLabels.get(k) + "|"
                        : rowLabels.get(k))
                .toList();
    }

    /** The pictures with some rows replaced by differences, on the grey scale of the others. */
    private double[][] drawn(double[][] shown) {
        double[][] drawn = shown.clone();
        double scale = (pictures[3] - pictures[2]) / differences.black();
        for (int k = 0; k < shown.length; k++) {
            int from = differences.from().get(k / columns());
            if (from >= 0) {
                double[] one = shown[k];
                double[] other = shown[from * columns() + k % columns()];
                drawn[k] = new double[one.length];
                Arrays.setAll(drawn[k], i -> pictures[2] + scale * Math.abs(one[i] - other[i]));
            }
        }
        return drawn;
    }

    private CurveChart curves(String head, Frame table, IntUnaryOperator palette) {
        CurveChart chart = CurveChart.of(head, x, y).note(note);
        for (Series one : series) {
            int[] rows = one.kind.equals(Sheet.JOIN)
                    ? where(
                            IntStream.range(0, one.first).toArray(),
                            row -> table.text(row, "panel").equals(name)
                                    && table.text(row, "series").equals(one.name))
                    : IntStream.range(one.first, one.first + one.rows).toArray();
            switch (one.kind) {
                case Sheet.POINTS -> {
                    int[] whole = where(rows, row -> ends(table, row).allFitted());
                    chart = chart.points(
                            one.legend,
                            palette.applyAsInt(one.colour),
                            numbers(table, whole, "x"),
                            numbers(table, whole, "y"),
                            numbers(table, whole, "low"),
                            numbers(table, whole, "high"));
                }
                case Sheet.BAND ->
                    chart = chart.band(
                            one.legend,
                            palette.applyAsInt(one.colour),
                            numbers(table, rows, "x"),
                            numbers(table, rows, "low"),
                            numbers(table, rows, "high"));
                default ->
                    chart = chart.line(
                            one.legend,
                            palette.applyAsInt(one.colour),
                            numbers(table, rows, "x"),
                            numbers(table, rows, "y"),
                            LineKind.of(one.kind).style());
            }
        }
        for (Word word : words) {
            chart = chart.text(word.x, word.y, word.text);
        }
        return chart;
    }

    private HeatMap map(String head, Frame table) {
        HeatMap map = HeatMap.of(head, x, y, bars.get(0));
        List<Integer> lines = new ArrayList<>();
        for (Series one : series) {
            int[] rows = IntStream.range(one.first, one.first + one.rows).toArray();
            if (one.name.isEmpty()) {
                map = cells(map, table, rows);
            } else {
                if (!lines.contains(one.colour)) {
                    lines.add(one.colour);
                }
                map = map.line(
                        one.legend,
                        ON_MAPS[Math.min(lines.indexOf(one.colour), ON_MAPS.length - 1)],
                        numbers(table, rows, "x"),
                        numbers(table, rows, "y"),
                        LineKind.of(one.kind).style());
            }
        }
        for (Word word : words) {
            map = map.text(word.x, word.y, word.text);
        }
        return map;
    }

    /** In rows of cells, x varies fastest. */
    private static HeatMap cells(HeatMap map, Frame table, int... rows) {
        double[] xs = numbers(table, rows, "x");
        double[] ys = numbers(table, rows, "y");
        int across = (int) Arrays.stream(ys).takeWhile(one -> one == ys[0]).count();
        double[][] value = new double[rows.length / across][across];
        CellState[][] states = new CellState[value.length][across];
        for (int k = 0; k < rows.length; k++) {
            double mean = number(table, rows[k], "value");
            boolean unsure = number(table, rows[k], "low") <= 0 && number(table, rows[k], "high") >= 0;
            value[k / across][k % across] = mean;
            states[k / across][k % across] = table.text(rows[k], "kind").equals(Sheet.EXACT)
                    ? CellState.FITTED
                    : unsure ? CellState.UNRESOLVED : state(ends(table, rows[k]), mean);
        }
        double[] centres = IntStream.range(0, value.length)
                .mapToDouble(j -> ys[j * across])
                .toArray();
        return map.cells(Arrays.copyOf(xs, across), centres, value, states);
    }

    private static CellState state(EndCounts ends, double value) {
        if (ends.allFitted() || ends.fitted() > 0 && !Double.isNaN(value)) {
            return ends.allFitted() ? CellState.FITTED : CellState.MIXED;
        }
        return ends.diverged() > 0 ? CellState.DIVERGED : ends.capped() > 0 ? CellState.CAPPED : CellState.MISSING;
    }

    private static EndCounts ends(Frame table, int row) {
        return new EndCounts((int) number(table, row, "fitted"), (int) number(table, row, "capped"), (int)
                number(table, row, "diverged"));
    }

    private static int[] where(int[] rows, IntPredicate holds) {
        return Arrays.stream(rows).filter(holds).toArray();
    }

    private static double[] numbers(Frame table, int[] rows, String column) {
        return Arrays.stream(rows)
                .mapToDouble(row -> number(table, row, column))
                .toArray();
    }

    private static double number(Frame table, int row, String column) {
        return Numbers.parse(table.text(row, column));
    }
}
