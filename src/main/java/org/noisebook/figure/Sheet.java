package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ImageSheet;
import org.noisebook.data.Frame;
import org.noisebook.experiment.EndCounts;
import org.noisebook.stats.Estimate;

/**
 * Curves and heat maps, plotted and tabulated by the same call, so that the CSV is exactly what the figure shows.
 *
 * <p>Columns: {@code panel series kind x y low high n fitted capped diverged}, with heat maps also {@code value};
 * {@code kind} is {@code simulation}, {@code cell}, the kind of a line ({@link LineKind}), {@code band} (a strip) or
 * {@code image}. For images, x and y are column and row from the top left, and a further column {@code pixels} has two
 * hexadecimal digits per pixel, row-major, from 00 at the low end of the grey range to ff at the high one.
 */
public final class Sheet {
    private static final List<String> CURVE_COLUMNS =
            List.of("panel", "series", "kind", "x", "y", "low", "high", "n", "fitted", "capped", "diverged");

    static final String POINTS = "simulation";
    static final String BAND = "band";
    static final String CELL = "cell";
    static final String EXACT = "theory";
    static final String IMAGE = "image";
    /** A kind that is not in the table: a line through tabulated points. */
    static final String JOIN = "join";

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<List<Object>> rows = new ArrayList<>();
    /** Additional columns, computed by each panel from x or y; NaN in other panels. */
    private final Map<String, Map<String, Function<List<Object>, Object>>> further = new LinkedHashMap<>();

    private boolean hasCells;
    private boolean hasImages;

    /** Opens a panel; {@code name} is its key in the table. */
    public Sheet panel(String name, String title, Axis x, Axis y) {
        parts.put(name, Part.curves(name, title, x, y));
        return this;
    }

    /** Simulation: a point and its 95 % interval wherever every replica of the cell fitted. */
    void points(String panel, String series, String legend, int colour, double[] x, Estimate[] y, EndCounts[] ends) {
        part(panel).checkCurves();
        int first = rows.size();
        for (int k = 0; k < x.length; k++) {
            boolean all = ends[k].allFitted();
            double mean = all ? y[k].mean() : Double.NaN;
            double low = all ? y[k].low() : Double.NaN;
            double high = all ? y[k].high() : Double.NaN;
            row(panel, series, POINTS, x[k], mean, low, high, ends[k], Double.NaN);
        }
        part(panel).add(new Part.Series(POINTS, series, legend, colour, first, x.length));
    }

    /** Adds a line; {@code legend} is empty if it has no legend entry. */
    public void line(String panel, String series, String legend, int colour, double[] x, double[] y, LineKind kind) {
        int first = rows.size();
        for (int k = 0; k < x.length; k++) {
            row(panel, series, kind.text(), x[k], y[k], Double.NaN, Double.NaN, EndCounts.NONE, Double.NaN);
        }
        part(panel).add(new Part.Series(kind.text(), series, legend, colour, first, x.length));
    }

    /** Joins the points of a series, in the order of the table. */
    public void join(String panel, String series, int colour) {
        part(panel).checkCurves();
        part(panel).add(new Part.Series(JOIN, series, "", colour, rows.size(), 0));
    }

    /** Adds a strip from {@code low} to {@code high}, such as the noise floor of a measurement. */
    public void band(String panel, String series, String legend, int colour, double[] x, double[] low, double[] high) {
        part(panel).checkCurves();
        int first = rows.size();
        for (int k = 0; k < x.length; k++) {
            row(panel, series, BAND, x[k], Double.NaN, low[k], high[k], EndCounts.NONE, Double.NaN);
        }
        part(panel).add(new Part.Series(BAND, series, legend, colour, first, x.length));
    }

    /** Adds a note in a free corner of a panel. */
    public void note(String panel, String text) {
        part(panel).note(text);
    }

    /** The meaning of the error bars. */
    String key() {
        boolean any = rows.stream()
                .anyMatch(row -> POINTS.equals(row.get(2)) && !row.get(5).equals(row.get(6)));
        return any ? ", 95 % intervals" : "";
    }

    /** The table; it has a value column only with heat maps, and a pixel column only with pictures. */
    public Frame frame() {
        List<String> columns = new ArrayList<>(CURVE_COLUMNS);
        if (hasCells) {
            columns.add("value");
        }
        if (hasImages) {
            columns.add("pixels");
        }
        columns.addAll(further.keySet());
        Frame frame = new Frame(columns);
        int value = CURVE_COLUMNS.size();
        for (List<Object> row : rows) {
            List<Object> cells = new ArrayList<>(row.subList(0, value));
            if (hasCells) {
                cells.add(row.get(value));
            }
            if (hasImages) {
                cells.add(row.get(value + 1));
            }
            further.values()
                    .forEach(made -> cells.add(made.getOrDefault((String) row.get(0), none -> Double.NaN)
                            .apply(row)));
            frame.add(cells.toArray());
        }
        return frame;
    }

    /** Adds a column computed from the panel, series, kind, x and y of each row. */
    public void column(String panel, String column, Function<List<Object>, Object> value) {
        further.computeIfAbsent(column, unseen -> new HashMap<>()).put(panel, value);
    }

    /** The panels in the order they were opened. */
    List<Part> parts() {
        return List.copyOf(parts.values());
    }

    /**
     * Adds cell means: a cell with some unfitted replicas has a ring, a cell with none fitted its own colour.
     *
     * @param value mean over the fitted replicas, {@code [y][x]}
     * @param ends how the replicas ended, {@code [y][x]}
     */
    void cells(Part map, double[] xs, double[] ys, double[][] value, EndCounts[][] ends) {
        cells(map, xs, ys, plain(value), ends);
    }

    /** Adds changes: a cell whose interval contains 0 has a dot, a NaN cell has no value. */
    void cells(Part map, double[] xs, double[] ys, Estimate[][] change, EndCounts[][] ends) {
        grid(map, CELL, xs, ys, change, ends);
    }

    /** Adds exact values, {@code [y][x]}, none of them NaN. */
    void cells(Part map, double[] xs, double[] ys, double[][] value) {
        EndCounts[][] none = new EndCounts[ys.length][xs.length];
        Arrays.stream(none).forEach(row -> Arrays.fill(row, EndCounts.NONE));
        grid(map, EXACT, xs, ys, plain(value), none);
    }

    /** Wraps numbers without intervals. */
    static Estimate[][] plain(double[][] value) {
        return Arrays.stream(value)
                .map(row -> Arrays.stream(row)
                        .mapToObj(one -> new Estimate(one, Double.NaN, Double.NaN, Double.NaN, 0))
                        .toArray(Estimate[]::new))
                .toArray(Estimate[][]::new);
    }

    private void grid(Part map, String kind, double[] xs, double[] ys, Estimate[][] value, EndCounts[][] ends) {
        hasCells = true;
        int first = rows.size();
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                Estimate one = value[j][i];
                row(map.name(), "", kind, xs[i], ys[j], one.low(), one.high(), ends[j][i], one.mean());
            }
        }
        parts.put(map.name(), map);
        map.add(new Part.Series(kind, "", "", 0, first, xs.length * ys.length));
    }

    /**
     * Adds small grey-scale pictures in rows.
     *
     * @param rowLabels one label per row from the top, or none
     * @param columns pictures per row
     * @param width width of a picture in pixels, which determines its height
     * @param pixels one row per picture, row-major
     * @param low value shown in white
     * @param high value shown in black
     */
    public void images(
            String name,
            String title,
            List<String> rowLabels,
            int columns,
            int width,
            double[][] pixels,
            double low,
            double high) {
        hasImages = true;
        ImageSheet sheet = ImageSheet.of(title, columns, width, pixels[0].length / width, pixels, low, high);
        Part part = Part.pictures(name, title, rowLabels, columns, width, low, high);
        part.add(new Part.Series(IMAGE, "", "", 0, rows.size(), pixels.length));
        parts.put(name, part);
        for (int k = 0; k < pixels.length; k++) {
            String label = rowLabels.isEmpty() ? "" : rowLabels.get(k / columns);
            double nan = Double.NaN;
            double column = k % columns;
            double line = Math.floorDiv(k, columns);
            rows.add(List.of(name, label, IMAGE, column, line, nan, nan, 1, 1, 0, 0, nan, sheet.hexadecimal(k)));
        }
    }

    /** Adds a text inside a heat map, next to a point of curves, or around pictures, see {@link ImageSheet#text}. */
    public void text(String name, double x, double y, String text) {
        part(name).add(new Part.Word(x, y, text));
    }

    private void row(
            String panel,
            String series,
            String kind,
            double x,
            double y,
            double low,
            double high,
            EndCounts ends,
            double value) {
        rows.add(List.of(
                panel,
                series,
                kind,
                x,
                y,
                low,
                high,
                ends.count(),
                ends.fitted(),
                ends.capped(),
                ends.diverged(),
                value,
                ""));
    }

    /** A panel by its key. */
    Part part(String name) {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException("unknown panel '" + name + "'; panels: " + parts.keySet());
        }
        return part;
    }
}
