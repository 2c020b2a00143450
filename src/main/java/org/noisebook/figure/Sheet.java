package org.noisebook.figure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.chart.CellState;
import org.noisebook.chart.Corner;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.HeatMap;
import org.noisebook.chart.ImageSheet;
import org.noisebook.chart.LineStyle;
import org.noisebook.chart.Panel;
import org.noisebook.data.Frame;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/**
 * Curves and heat maps that are plotted and tabulated by the same call, so that the CSV is exactly what the figure shows.
 *
 * <p>Columns: {@code panel series kind x y low high n fitted capped diverged}, with heat maps also {@code value};
 * {@code kind} is {@code simulation}, {@code cell}, that of a line ({@link LineKind}), {@code band} (a strip) or
 * {@code image}. Images have x and y as column and row from the top left and a further column {@code pixels}: two
 * hexadecimal digits a pixel, row-major, from 00 at the low end of the grey range to ff at the high one.
 */
public final class Sheet {
    private static final List<String> CURVE_COLUMNS =
            List.of("panel", "series", "kind", "x", "y", "low", "high", "n", "fitted", "capped", "diverged");

    private final Map<String, Panel> panels = new LinkedHashMap<>();
    private final List<List<Object>> rows = new ArrayList<>();
    /** Further columns, what each panel makes of x or y; NaN in others. */
    private final Map<String, Map<String, Function<List<Object>, Object>>> further = new LinkedHashMap<>();

    private final Set<LineKind> kinds = EnumSet.noneOf(LineKind.class);
    private boolean hasCells;
    private boolean hasImages;

    private static CellState state(Ends ends, double value) {
        if (ends.allFitted()) {
            return CellState.FITTED;
        }
        if (ends.fitted() > 0 && !Double.isNaN(value)) {
            return CellState.MIXED;
        }
        return ends.diverged() > 0 ? CellState.DIVERGED : ends.capped() > 0 ? CellState.CAPPED : CellState.MISSING;
    }

    /** Opens a panel; {@code name} is its key in the table. */
    public Sheet panel(String name, String title, Axis x, Axis y) {
        panels.put(name, CurveChart.of(title, x, y));
        return this;
    }

    /**
     * Simulation: a point and its 95 % interval wherever every replica of the cell fitted, drawn perhaps at other places
     * than its x, which the table keeps: for series that would hide each other.
     */
    public void points(String panel, String series, int colour, double[] x, double[] drawn, Estimate[] y, Ends[] ends) {
        List<double[]> shown = new ArrayList<>();
        for (int k = 0; k < x.length; k++) {
            boolean all = ends[k].allFitted();
            double mean = all ? y[k].mean() : Double.NaN;
            double low = all ? y[k].low() : Double.NaN;
            double high = all ? y[k].high() : Double.NaN;
            row(panel, series, "simulation", x[k], mean, low, high, ends[k], Double.NaN);
            if (all) {
                shown.add(new double[] {drawn[k], mean, low, high});
            }
        }
        CurveChart chart = curves(panel)
                .points(series, colour, column(shown, 0), column(shown, 1), column(shown, 2), column(shown, 3));
        panels.put(panel, chart);
    }

    /** A line; {@code legend} is empty where the legend should not name it. */
    public void line(String panel, String series, String legend, int colour, double[] x, double[] y, LineKind kind) {
        for (int k = 0; k < x.length; k++) {
            row(panel, series, kind.text(), x[k], y[k], Double.NaN, Double.NaN, Ends.NONE, Double.NaN);
        }
        kinds.add(kind);
        Panel chart = panel(panel);
        panels.put(
                panel,
                chart instanceof HeatMap map
                        ? map.line(legend, colour, x, y, kind.style())
                        : curves(panel).line(legend, colour, x, y, kind.style()));
    }

    /** Joins the points of a series, in the order of the table. */
    public void join(String panel, String series, int colour) {
        List<double[]> points = rows.stream()
                .filter(row -> row.get(0).equals(panel) && row.get(1).equals(series))
                .map(row -> new double[] {(double) row.get(3), (double) row.get(4)})
                .toList();
        LineKind kind = LineKind.BORDER;
        kinds.add(kind);
        panels.put(panel, curves(panel).line("", colour, column(points, 0), column(points, 1), kind.style()));
    }

    /** A strip from {@code low} to {@code high}, such as the noise floor of a measurement. */
    public void band(String panel, String series, int colour, double[] x, double[] low, double[] high) {
        for (int k = 0; k < x.length; k++) {
            row(panel, series, "band", x[k], Double.NaN, low[k], high[k], Ends.NONE, Double.NaN);
        }
        panels.put(panel, curves(panel).band(series, colour, x, low, high));
    }

    /** What the kinds of lines that are drawn mean, in words. */
    public Map<LineStyle, String> key() {
        Map<LineStyle, String> words = new EnumMap<>(LineStyle.class);
        kinds.stream().filter(kind -> kind != LineKind.SAMPLE).forEach(kind -> words.put(kind.style(), kind.words()));
        return words;
    }

    /** A note in a free corner of a panel. */
    public void note(String panel, String text) {
        panels.put(panel, curves(panel).note(text));
    }

    /** Places a panel's legend. */
    public void legend(String panel, Corner corner) {
        panels.put(panel, curves(panel).legend(corner));
    }

    /** The table: a column of values only if there are heat maps, one of pixels only if there are pictures. */
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

    /** A further column, made of the panel, series, kind, x and y of a panel's rows. */
    public void column(String panel, String column, Function<List<Object>, Object> value) {
        further.computeIfAbsent(column, unseen -> new HashMap<>()).put(panel, value);
    }

    /** The panels in the order they were opened. */
    public List<Panel> panels() {
        return List.copyOf(panels.values());
    }

    /**
     * A heat map of cell means: a cell with one replica that did not fit is hatched, one with none has its own colour.
     *
     * @param map title, axes and colours
     * @param value mean over the fitted replicas, {@code [y][x]}
     * @param ends how the replicas ended, {@code [y][x]}
     */
    public void cells(String name, HeatMap map, double[] xs, double[] ys, double[][] value, Ends[][] ends) {
        Estimate[][] means = new Estimate[ys.length][xs.length];
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                means[j][i] = new Estimate(value[j][i], Double.NaN, Double.NaN, Double.NaN, 0);
            }
        }
        cells(name, map, xs, ys, means, ends);
    }

    /** The same of changes: one whose interval holds 0 is grey, one that is NaN has no value. */
    public void cells(String name, HeatMap map, double[] xs, double[] ys, Estimate[][] change, Ends[][] ends) {
        hasCells = true;
        CellState[][] states = new CellState[ys.length][xs.length];
        double[][] value = new double[ys.length][xs.length];
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                Estimate one = change[j][i];
                value[j][i] = one.mean();
                states[j][i] = one.covers(0) ? CellState.UNRESOLVED : state(ends[j][i], one.mean());
                row(name, "", "cell", xs[i], ys[j], one.low(), one.high(), ends[j][i], one.mean());
            }
        }
        panels.put(name, map.cells(xs, ys, value, states));
    }

    /** A heat map of exact values, {@code [y][x]}, none of them NaN. */
    public void cells(String name, HeatMap map, double[] xs, double[] ys, double[][] value) {
        hasCells = true;
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                row(name, "", "theory", xs[i], ys[j], Double.NaN, Double.NaN, Ends.NONE, value[j][i]);
            }
        }
        panels.put(name, map.cells(xs, ys, value));
    }

    /**
     * Small grey pictures in rows.
     *
     * @param rowLabels a word a row from the top, or none
     * @param columns pictures in a row
     * @param width pixels of a picture; its height follows
     * @param pixels one row a picture, row-major
     * @param low shown white
     * @param high shown black
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
        panels.put(name, rowLabels.isEmpty() ? sheet : sheet.rowLabels(rowLabels));
        for (int k = 0; k < pixels.length; k++) {
            String label = rowLabels.isEmpty() ? "" : rowLabels.get(k / columns);
            double nan = Double.NaN;
            double column = k % columns;
            double line = Math.floorDiv(k, columns);
            rows.add(List.of(name, label, "image", column, line, nan, nan, 1, 1, 0, 0, nan, sheet.hexadecimal(k)));
        }
    }

    /** A level line of a heat map. */
    public void contour(String name, double level, String label) {
        panels.put(name, map(name).contour(level, label));
    }

    /** A word inside a heat map. */
    public void text(String name, double x, double y, String text) {
        panels.put(name, map(name).text(x, y, text));
    }

    private void row(
            String panel,
            String series,
            String kind,
            double x,
            double y,
            double low,
            double high,
            Ends ends,
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

    private Panel panel(String name) {
        Panel panel = panels.get(name);
        if (panel == null) {
            throw new IllegalArgumentException("unknown panel '" + name + "'; panels: " + panels.keySet());
        }
        return panel;
    }

    private CurveChart curves(String name) {
        if (panel(name) instanceof CurveChart chart) {
            return chart;
        }
        throw new IllegalArgumentException(name + " is not a panel of curves");
    }

    private HeatMap map(String name) {
        if (panel(name) instanceof HeatMap map) {
            return map;
        }
        throw new IllegalArgumentException(name + " is not a heat map");
    }

    private static double[] column(List<double[]> rows, int index) {
        return rows.stream().mapToDouble(row -> row[index]).toArray();
    }
}
