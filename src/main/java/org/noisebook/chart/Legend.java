package org.noisebook.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Labels series: at the ends of their curves in the same colour, or in rows with a sample of each. */
final class Legend {
    static final double SIZE = 10.8;

    private static final double SAMPLE = 20;
    private static final double DOT_SAMPLE = 9;
    private static final double GAP = 4;
    private static final double SPACE = 16;
    private static final double LEADING = 15;
    private static final double ENDS_GAP = 7;
    /** Largest share of the plot between the end of a curve and the border at which its name stands. */
    private static final double FARTHEST = 0.12;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** The samples drawn before a name, from back to front. */
    private sealed interface Sample {
        /** A marker. */
        record Dot(int colour) implements Sample {}

        /** A line. */
        record Stroke(int colour, LineStyle style) implements Sample {}

        /** A shaded box. */
        record Box(int colour) implements Sample {}

        /** The appearance of a cell without a plain colour. */
        record Cell(CellState state) implements Sample {}
    }

    private record Entry(String name, int colour, Set<Sample> samples) {}

    /** Adds the names used in a panel, except cell states that are labelled elsewhere. */
    void add(Panel panel, Set<CellState> elsewhere) {
        if (panel instanceof CurveChart chart) {
            chart.marks().forEach(this::add);
        } else if (panel instanceof HeatMap map) {
            map.lines().forEach(this::add);
            for (CellState state : CellState.values()) {
                if (!state.legend().isEmpty() && map.has(state) && !elsewhere.contains(state)) {
                    entries.computeIfAbsent(
                                    state.name(),
                                    unseen -> new Entry(state.legend(), Palette.GREY, new LinkedHashSet<>()))
                            .samples()
                            .add(new Sample.Cell(state));
                }
            }
        }
    }

    private void add(Mark mark) {
        if (!mark.name().isEmpty()) {
            entries.computeIfAbsent(key(mark), unseen -> new Entry(mark.name(), mark.colour(), new LinkedHashSet<>()))
                    .samples()
                    .add(
                            mark instanceof Mark.Points
                                    ? new Sample.Dot(mark.colour())
                                    : mark instanceof Mark.Line line
                                            ? new Sample.Stroke(mark.colour(), line.style())
                                            : new Sample.Box(mark.colour()));
        }
    }

    private static String key(Mark mark) {
        return mark.colour() + " " + mark.name();
    }

    void clear() {
        entries.clear();
    }

    /** Adds the names of another legend. */
    void addAll(Legend other) {
        other.entries.forEach(entries::putIfAbsent);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether only points are named. */
    boolean isPoints() {
        return entries.values().stream()
                .allMatch(entry -> entry.samples().stream().allMatch(Sample.Dot.class::isInstance));
    }

    int size() {
        return entries.size();
    }

    /** The names that are not looks of cells; a look means the same in every map. */
    Set<String> marks() {
        return entries.entrySet().stream()
                .filter(one -> !(one.getValue().samples().iterator().next() instanceof Sample.Cell))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Legend legend && legend.entries.keySet().equals(entries.keySet());
    }

    @Override
    public int hashCode() {
        return entries.keySet().hashCode();
    }

    /** The width needed for names at the ends of curves. */
    double endsWidth() {
        return ENDS_GAP
                + entries.values().stream()
                        .mapToDouble(entry -> Pen.width(entry.name(), SIZE))
                        .max()
                        .orElse(0);
    }

    /** The height of the rows at a given width. */
    double height(double width) {
        return rows(width).size() * LEADING;
    }

    /** The width of the last row at a given width. */
    double lastWidth(double width) {
        List<List<Entry>> rows = rows(width);
        return rows.isEmpty()
                ? 0
                : rows.get(rows.size() - 1).stream()
                        .mapToDouble(entry -> width(entry) + SPACE)
                        .sum();
    }

    /** Whether no mark has two names. */
    boolean isClear() {
        return entries.values().stream()
                        .mapToInt(entry -> entry.samples().size())
                        .sum()
                == entries.values().stream()
                        .flatMap(entry -> entry.samples().stream())
                        .distinct()
                        .count();
    }

    private List<List<Entry>> rows(double width) {
        List<List<Entry>> rows = new ArrayList<>();
        double left = 0;
        for (Entry entry : entries.values()) {
            double needs = width(entry);
            if (rows.isEmpty() || needs > left) {
                rows.add(new ArrayList<>());
                left = width;
            }
            rows.get(rows.size() - 1).add(entry);
            left -= needs + SPACE;
        }
        return rows;
    }

    private static double width(Entry entry) {
        return sample(entry) + GAP + Pen.width(entry.name(), SIZE);
    }

    private static double sample(Entry entry) {
        return entry.samples().stream().allMatch(Sample.Dot.class::isInstance) ? DOT_SAMPLE : SAMPLE;
    }

    /** Paints the rows with a sample before each name. */
    void paintRows(Pen pen, double left, double top, double width) {
        double y = top + LEADING / 2;
        for (List<Entry> row : rows(width)) {
            double x = left;
            for (Entry entry : row) {
                double sample = sample(entry);
                double here = x;
                double middle = y;
                entry.samples().stream()
                        .sorted(Comparator.comparingInt(Legend::layer))
                        .forEach(one -> paint(pen, one, here, middle, sample));
                pen.text(
                        entry.name(),
                        x + sample + GAP,
                        y + 0.36 * SIZE,
                        Pen.Anchor.START,
                        Pen.Style.of(SIZE).withColour(Palette.ink(entry.colour())));
                x += width(entry) + SPACE;
            }
            y += LEADING;
        }
    }

    private static int layer(Sample sample) {
        return sample instanceof Sample.Dot ? 2 : sample instanceof Sample.Stroke ? 1 : 0;
    }

    private static void paint(Pen pen, Sample sample, double x, double y, double width) {
        if (sample instanceof Sample.Dot dot) {
            CurvePainter.marker(pen, dot.colour(), x + width / 2, y, 1);
        } else if (sample instanceof Sample.Stroke stroke) {
            pen.draw(
                    new Line2D.Double(x, y, x + width, y),
                    Palette.colour(stroke.colour()),
                    CurvePainter.LINE_WIDTH,
                    Palette.dash(stroke.colour(), stroke.style()));
            if (stroke.style() == LineStyle.RING) {
                CurvePainter.ring(pen, stroke.colour(), x + width / 2, y);
            }
        } else if (sample instanceof Sample.Box box) {
            pen.fill(new Rectangle2D.Double(x, y - 4, width, 8), Palette.tint(box.colour()));
        } else if (sample instanceof Sample.Cell cell) {
            HeatPainter.swatch(pen, cell.state(), new Rectangle2D.Double(x, y - 4.5, width, 9));
        }
    }

    /** Where names stand beside the ends of curves: the entry, the end of its curve, and the height of the name. */
    private record End(Entry entry, double fromX, double fromY, double y) {}

    /** Whether each name stands at the end of its curve. */
    boolean isApart(CurveChart chart, Canvas canvas) {
        return ends(chart, canvas).stream()
                .allMatch(end -> Math.abs(end.fromY() - end.y()) <= LEADING
                        && canvas.box().getMaxX() - end.fromX()
                                <= FARTHEST * canvas.box().getWidth());
    }

    /**
     * Paints each name beside the last point of its series; a name that would cover another moves and gets a leader.
     */
    void paintEnds(Pen pen, CurveChart chart, Canvas canvas) {
        double x = canvas.box().getMaxX() + ENDS_GAP;
        for (End end : ends(chart, canvas)) {
            Entry entry = end.entry();
            if (Math.abs(end.fromY() - end.y()) > 4 || x - end.fromX() > 22) {
                pen.draw(
                        new Line2D.Double(end.fromX() + 4, end.fromY(), x - 1.5, end.y()),
                        Palette.colour(entry.colour()),
                        0.6);
            }
            pen.text(
                    entry.name(),
                    x,
                    end.y() + 0.36 * SIZE,
                    Pen.Anchor.START,
                    Pen.Style.of(SIZE).withColour(Palette.ink(entry.colour())));
        }
    }

    private List<End> ends(CurveChart chart, Canvas canvas) {
        Map<String, double[]> ends = new LinkedHashMap<>();
        for (Mark mark : chart.marks()) {
            double[] y = mark instanceof Mark.Points points
                    ? points.y()
                    : mark instanceof Mark.Line line ? line.y() : middle((Mark.Band) mark);
            double[] x = mark instanceof Mark.Points points
                    ? points.x()
                    : mark instanceof Mark.Line line ? line.x() : ((Mark.Band) mark).x();
            double[] best = {-1, 0};
            for (int i = 0; i < x.length; i++) {
                double u = canvas.x().u(x[i]);
                double v = canvas.y().u(y[i]);
                if (!Double.isNaN(u + v) && u >= best[0] && u <= 1.001) {
                    best = new double[] {u, Math.min(1, Math.max(0, v))};
                }
            }
            if (best[0] >= 0) {
                double[] place = best;
                ends.merge(key(mark), place, (a, b) -> b[0] > a[0] + 0.02 ? b : a);
            }
        }
        List<Map.Entry<String, Entry>> order = new ArrayList<>(entries.entrySet());
        double[] none = {1, 0};
        order.sort(Comparator.comparingDouble(entry -> -ends.getOrDefault(entry.getKey(), none)[1]));
        double[] y = new double[order.size()];
        double top = canvas.box().getY() + LEADING / 2 - 4;
        double bottom = canvas.box().getMaxY() - LEADING / 2 + 4;
        for (int i = 0; i < y.length; i++) {
            double[] end = ends.getOrDefault(order.get(i).getKey(), none);
            double wish = Math.max(top, canvas.py(end[0], end[1]));
            y[i] = i == 0 ? wish : Math.max(y[i - 1] + LEADING, wish);
        }
        for (int i = y.length - 1; i >= 0; i--) {
            y[i] = Math.min(y[i], i == y.length - 1 ? bottom : y[i + 1] - LEADING);
        }
        List<End> placed = new ArrayList<>();
        for (int i = 0; i < y.length; i++) {
            double[] end = ends.getOrDefault(order.get(i).getKey(), none);
            placed.add(new End(order.get(i).getValue(), canvas.px(end[0], end[1]), canvas.py(end[0], end[1]), y[i]));
        }
        return placed;
    }

    private static double[] middle(Mark.Band band) {
        double[] y = band.high().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Double.isFinite(band.low()[i]) && Double.isFinite(y[i]) ? (band.low()[i] + y[i]) / 2 : y[i];
        }
        return y;
    }
}
