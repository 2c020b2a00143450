package org.noisebook.chart;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entries of a legend: points, then lines, then areas, each in the order of the marks.
 *
 * <p>Points and lines that share name and colour share an entry. Columns fill from top to bottom.
 */
final class Legend {
    static final double SIZE = 9.2;

    private static final double SAMPLE = 21;
    private static final double DOT_SAMPLE = 9;
    private static final double GAP = 5;
    private static final double SPACE = 14;
    private static final double LEADING = 13;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What stands before the words. */
    private sealed interface Sample {
        /** A marker. */
        record Dot(int colour) implements Sample {}

        /** A line. */
        record Stroke(int colour, LineStyle style) implements Sample {}

        /** A shaded box. */
        record Box(int colour) implements Sample {}

        /** The look of a cell without plain colour. */
        record Cell(CellState state) implements Sample {}
    }

    private record Entry(String name, Set<Sample> samples) {}

    /** Adds what a panel shows, leaving out what is there already. */
    void add(Panel panel) {
        if (panel instanceof CurveChart chart) {
            chart.marks().forEach(this::add);
        } else if (panel instanceof HeatMap map) {
            map.lines().forEach(this::add);
            for (CellState state : CellState.values()) {
                if (state != CellState.FITTED && map.has(state)) {
                    entries.computeIfAbsent(state.name(), k -> new Entry(state.legend(), new LinkedHashSet<>()))
                            .samples()
                            .add(new Sample.Cell(state));
                }
            }
        }
    }

    /** Adds what a mark shows. */
    void add(Mark mark) {
        if (mark.name().isEmpty()) {
            return;
        }
        Sample sample;
        if (mark instanceof Mark.Points) {
            sample = new Sample.Dot(mark.colour());
        } else if (mark instanceof Mark.Line line) {
            sample = new Sample.Stroke(mark.colour(), line.style());
        } else {
            sample = new Sample.Box(mark.colour());
        }
        entries.computeIfAbsent(key(mark), unseen -> new Entry(mark.name(), new LinkedHashSet<>()))
                .samples()
                .add(sample);
    }

    /** What marks of one entry have in common. */
    static String key(Mark mark) {
        return mark.colour() + " " + mark.name();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Legend legend && legend.entries.equals(entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Entries in columns. */
    record Grid(int columns, int rows, double[] widths) {
        double width() {
            double sum = 0;
            for (double w : widths) {
                sum += w;
            }
            return sum + (columns - 1) * SPACE;
        }

        double height() {
            return rows * LEADING;
        }
    }

    /** One column. */
    Grid column() {
        return grid(1);
    }

    /** As many columns as fit into a width, at least one; the rows are then evened out. */
    Grid fit(double width) {
        int n = entries.size();
        for (int columns = n; columns > 1; columns--) {
            Grid grid = grid(columns);
            if (grid.width() <= width) {
                int rows = (n + columns - 1) / columns;
                return grid((n + rows - 1) / rows);
            }
        }
        return grid(1);
    }

    private Grid grid(int columns) {
        double[] widths = new double[columns];
        int rows = (entries.size() + columns - 1) / columns;
        int i = 0;
        for (Entry entry : sorted()) {
            int c = i++ / rows;
            widths[c] = Math.max(widths[c], sample() + GAP + Pen.width(entry.name(), SIZE));
        }
        return new Grid(columns, rows, widths);
    }

    /** The width of the samples: markers alone need little. */
    private double sample() {
        boolean dotsOnly =
                entries.values().stream().flatMap(e -> e.samples().stream()).allMatch(s -> s instanceof Sample.Dot);
        return dotsOnly ? DOT_SAMPLE : SAMPLE;
    }

    private List<Entry> sorted() {
        List<Entry> list = new ArrayList<>(entries.values());
        list.sort(Comparator.comparingInt(
                e -> -e.samples().stream().mapToInt(Legend::layer).max().orElse(0)));
        return list;
    }

    void paint(Pen pen, Grid grid, double left, double top) {
        List<Entry> list = sorted();
        for (int i = 0; i < list.size(); i++) {
            double x = left;
            for (int c = 0; c < i / grid.rows(); c++) {
                x += grid.widths()[c] + SPACE;
            }
            paint(pen, list.get(i), x, top + (i % grid.rows() + 0.5) * LEADING);
        }
    }

    /** Below each other at x between top and bottom, each as near to its place as the others leave room for. */
    void paint(Pen pen, double x, Map<String, Double> places, double top, double bottom) {
        List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
        order.sort(Comparator.comparingDouble(entry -> places.getOrDefault(entry.getKey(), bottom)));
        double[] y = new double[order.size()];
        for (int i = 0; i < y.length; i++) {
            double wish =
                    Math.max(top + LEADING / 2, places.getOrDefault(order.get(i).getKey(), bottom));
            y[i] = i == 0 ? wish : Math.max(y[i - 1] + LEADING, wish);
        }
        for (int i = y.length - 1; i >= 0; i--) {
            y[i] = Math.min(y[i], i == y.length - 1 ? bottom - LEADING / 2 : y[i + 1] - LEADING);
            paint(pen, order.get(i).getValue(), x, y[i]);
        }
    }

    private void paint(Pen pen, Entry entry, double x, double y) {
        for (int layer = 0; layer < 3; layer++) {
            for (Sample sample : entry.samples()) {
                if (layer(sample) == layer) {
                    paint(pen, sample, x, y, sample());
                }
            }
        }
        pen.text(entry.name(), x + sample() + GAP, y + 0.36 * SIZE, Pen.Anchor.START, Pen.Style.of(SIZE));
    }

    private static int layer(Sample sample) {
        return sample instanceof Sample.Dot ? 2 : sample instanceof Sample.Stroke ? 1 : 0;
    }

    private static void paint(Pen pen, Sample sample, double x, double y, double width) {
        if (sample instanceof Sample.Dot dot) {
            CurvePainter.marker(pen, dot.colour(), x + width / 2, y);
        } else if (sample instanceof Sample.Stroke stroke) {
            pen.draw(
                    new Line2D.Double(x, y, x + width, y),
                    Palette.colour(stroke.colour()),
                    CurvePainter.LINE_WIDTH,
                    Palette.dash(stroke.colour(), stroke.style()));
        } else if (sample instanceof Sample.Box box) {
            pen.fill(new Rectangle2D.Double(x, y - 4, width, 8), Palette.tint(box.colour()));
        } else if (sample instanceof Sample.Cell cell) {
            Rectangle2D box = new Rectangle2D.Double(x, y - 4.5, width, 9);
            HeatPainter.swatch(pen, cell.state(), box);
            pen.draw(box, Color.BLACK, 0.5);
        }
    }
}
