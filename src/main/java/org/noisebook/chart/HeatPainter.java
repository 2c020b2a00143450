package org.noisebook.chart;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Paints the cells, phase names and colour bar of a {@link HeatMap}. */
final class HeatPainter {
    static final double BAR_GAP = 9;
    static final double BAR_WIDTH = 9;

    /** Each cell extends this far under its right and lower neighbours, which avoids hairlines in antialiased edges. */
    private static final double OVERLAP = 0.4;

    /** Number of cells from which they are painted as one bitmap. */
    private static final int PICTURE_CELLS = 500;
    /** Tolerance for equal cell sizes, as a fraction of the plot. */
    private static final double EVEN = 1e-6;

    private static final double POINT_HEIGHT = 7;
    private static final int SLICES = 86;
    private static final double CAPTION = 10.8;
    private static final double STATE = 9.8;
    private static final Pen.Style CAPTION_STYLE = Pen.Style.of(CAPTION).withHalo();
    /** Step by which a name is moved to find a place without lines; {@link #REACH} limits the number of steps. */
    private static final double NUDGE = 4;

    private static final int REACH = 9;
    private static final Color DIVERGED = new Color(0xDFE2E6);
    private static final Color CAPPED = new Color(0xEFF1F3);
    private static final Color DOT = new Color(0x5B6068);
    private static final double DOT_SIZE = 2.6;

    private final Pen pen;
    private final HeatMap map;
    private final Canvas canvas;
    private final Rectangle2D plot;
    private final Ruler x;
    private final Ruler y;
    private final Ruler bar;

    HeatPainter(Pen pen, HeatMap map, Canvas canvas) {
        this.pen = pen;
        this.map = map;
        this.canvas = canvas;
        this.plot = canvas.box();
        this.x = canvas.x();
        this.y = canvas.y();
        this.bar = Ruler.of(map.bar());
    }

    void paint() {
        cells();
        CurvePainter.paint(pen, canvas, map.lines().stream().map(map::stepped).toList(), true);
        captions();
    }

    private Color colour(double value) {
        double t = bar.u(value);
        // On a log bar, values at or below 0 count as below the range; infinite values are beyond an end.
        return map.bar().map().at(Double.isNaN(t) ? (value > 0 ? 1 : 0) : t);
    }

    private static Color flat(CellState state) {
        return switch (state) {
            case DIVERGED -> DIVERGED;
            case CAPPED -> CAPPED;
            default -> Color.WHITE;
        };
    }

    private void cells() {
        double[] xe = map.xEdges();
        double[] ye = map.yEdges();
        if (map.rows() * map.columns() >= PICTURE_CELLS && isPlain(xe, ye)) {
            picture(xe, ye);
            return;
        }
        List<Cell> order = new ArrayList<>();
        for (int j = map.rows() - 1; j >= 0; j--) {
            double top = sheetY(ye[j + 1]);
            double bottom = sheetY(ye[j]);
            if (bottom <= top) {
                continue;
            }
            for (int i = 0; i < map.columns(); i++) {
                double left = sheetX(xe[i]);
                double right = sheetX(xe[i + 1]);
                if (right <= left) {
                    continue;
                }
                CellState state = map.state(j, i);
                Color colour = state.hasValue() ? colour(map.value(j, i)) : flat(state);
                double w = Math.min(right + OVERLAP, plot.getMaxX()) - left;
                double h = Math.min(bottom + OVERLAP, plot.getMaxY()) - top;
                order.add(new Cell(colour, j, left, top, w, h));
            }
        }
        fillRuns(order);
        for (int j = 0; j < map.rows(); j++) {
            for (int i = 0; i < map.columns(); i++) {
                double cx = (sheetX(xe[i]) + sheetX(xe[i + 1])) / 2;
                double cy = (sheetY(ye[j]) + sheetY(ye[j + 1])) / 2;
                dot(pen, map.state(j, i), cx, cy);
            }
        }
    }

    /** Draws the small mark for an uncertain value or for a mean over only some replicas. */
    private static void dot(Pen pen, CellState state, double x, double y) {
        Shape dot = new Ellipse2D.Double(x - DOT_SIZE / 2, y - DOT_SIZE / 2, DOT_SIZE, DOT_SIZE);
        if (state == CellState.UNRESOLVED) {
            pen.fill(dot, DOT);
        } else if (state == CellState.MIXED) {
            pen.draw(dot, DOT, 0.7);
        }
    }

    /** Whether all cells have one size, lie inside the plot and are plainly coloured. */
    private boolean isPlain(double[] xe, double[] ye) {
        boolean plain = isEven(xe, x) && isEven(ye, y);
        for (int j = 0; j < map.rows(); j++) {
            for (int i = 0; i < map.columns(); i++) {
                plain &= map.state(j, i) == CellState.FITTED;
            }
        }
        return plain;
    }

    private static boolean isEven(double[] edges, Ruler ruler) {
        int cells = edges.length - 1;
        double first = ruler.place(edges[0]);
        double last = ruler.place(edges[cells]);
        boolean even = first > -EVEN && last < 1 + EVEN;
        for (int i = 1; i < cells; i++) {
            double expected = first + (last - first) * i / cells;
            even &= Math.abs(ruler.place(edges[i]) - expected) < EVEN;
        }
        return even;
    }

    /** Draws many cells as one bitmap. */
    private void picture(double[] xe, double[] ye) {
        Raster raster = new Raster(map.columns(), map.rows());
        for (int j = 0; j < map.rows(); j++) {
            for (int i = 0; i < map.columns(); i++) {
                raster.set(i, map.rows() - 1 - j, colour(map.value(j, i)).getRGB());
            }
        }
        double left = sheetX(xe[0]);
        double top = sheetY(ye[map.rows()]);
        pen.picture(raster, new Rectangle2D.Double(left, top, sheetX(xe[map.columns()]) - left, sheetY(ye[0]) - top));
    }

    private record Cell(Color colour, int row, double left, double top, double width, double height) {}

    /** Fills adjacent cells of the same row and colour as one rectangle. */
    private void fillRuns(List<Cell> cells) {
        int i = 0;
        while (i < cells.size()) {
            Cell first = cells.get(i);
            Cell last = first;
            while (i < cells.size()
                    && cells.get(i).row() == first.row()
                    && cells.get(i).colour().equals(first.colour())) {
                last = cells.get(i++);
            }
            double width = last.left() + last.width() - first.left();
            pen.fill(new Rectangle2D.Double(first.left(), first.top(), width, first.height()), first.colour());
        }
    }

    /** The sheet position of a transformed value, clamped to the plot. */
    private double sheetX(double transformed) {
        return plot.getX() + Math.min(1, Math.max(0, x.place(transformed))) * plot.getWidth();
    }

    private double sheetY(double transformed) {
        return plot.getMaxY() - Math.min(1, Math.max(0, y.place(transformed))) * plot.getHeight();
    }

    /** Fills a box like a cell of the given state. */
    static void swatch(Pen pen, CellState state, Rectangle2D box) {
        pen.fill(box, flat(state));
        dot(pen, state, box.getCenterX(), box.getCenterY());
        pen.draw(box, DOT, 0.4);
    }

    /** A name inside the plot: its rows of text and their common centre. */
    private record Spot(String[] rows, double x, double y) {
        Rectangle2D box() {
            double w = Arrays.stream(rows)
                    .mapToDouble(row -> Pen.width(row, CAPTION_STYLE))
                    .max()
                    .orElse(0);
            double h = rows.length * CAPTION * 1.2;
            return new Rectangle2D.Double(x - w / 2, y - h / 2, w, h);
        }
    }

    /** The names, each at its requested position or at the nearest place that is clear of lines and other names. */
    private List<Spot> spots() {
        List<double[]> lines =
                Spans.obstacles(map.lines().stream().map(map::stepped).toList(), canvas);
        List<Spot> spots = new ArrayList<>();
        for (HeatMap.Caption caption : map.captions()) {
            double u = x.u(caption.x());
            double v = y.u(caption.y());
            if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) {
                continue;
            }
            String[] rows = caption.text().split("\n", -1);
            double cx = plot.getX() + u * plot.getWidth();
            double cy = plot.getMaxY() - v * plot.getHeight();
            Rectangle2D wished = new Spot(rows, cx, cy).box();
            double hw = wished.getWidth() / 2 + 3;
            double hh = wished.getHeight() / 2;
            double least = Double.POSITIVE_INFINITY;
            Spot best = new Spot(rows, cx, cy);
            for (int i = -REACH; i <= REACH; i++) {
                for (int j = -REACH; j <= REACH; j++) {
                    Spot spot = new Spot(
                            rows,
                            Math.min(plot.getMaxX() - hw, Math.max(plot.getX() + hw, cx + i * NUDGE)),
                            Math.min(plot.getMaxY() - hh, Math.max(plot.getY() + hh, cy + j * NUDGE)));
                    Rectangle2D box = spot.box();
                    double score = StrictMath.hypot(i, j)
                            + 10
                                    * lines.stream()
                                            .filter(q -> box.contains(q[0], q[1]))
                                            .count()
                            + (spots.stream().anyMatch(other -> other.box().intersects(box)) ? 1000 : 0);
                    if (score < least) {
                        least = score;
                        best = spot;
                    }
                }
            }
            spots.add(best);
        }
        return spots;
    }

    /**
     * Positions in the map for the names of states without value: the middle of an area that holds the words, if any.
     */
    Map<CellState, double[]> named() {
        Map<CellState, double[]> places = new EnumMap<>(CellState.class);
        double[] xe = map.xEdges();
        double[] ye = map.yEdges();
        for (CellState state : List.of(CellState.DIVERGED, CellState.CAPPED, CellState.MISSING)) {
            double w = Pen.width(state.legend(), STATE) + 6;
            double most = -1;
            for (int k = 0; map.has(state) && k < 4 * map.rows() * map.columns(); k++) {
                int i = k / 2 % map.columns();
                int j = k / 2 / map.columns() % map.rows();
                double cx = sheetX(k % 2 == 0 ? (xe[i] + xe[i + 1]) / 2 : xe[i + 1]);
                double cy = sheetY(k < 2 * map.rows() * map.columns() ? (ye[j] + ye[j + 1]) / 2 : ye[j + 1]);
                double room = room(state, xe, ye, cx, cy, w, 1.5 * STATE);
                if (room > most) {
                    most = room;
                    places.put(state, new double[] {cx, cy});
                }
            }
        }
        return places;
    }

    /**
     * How much higher than {@code least} a box may be and still contain only cells of one state; −1 if it is not free.
     */
    private double room(CellState state, double[] xe, double[] ye, double cx, double cy, double w, double least) {
        double nearest = Math.min(cy - plot.getY(), plot.getMaxY() - cy);
        if (cx - w / 2 < plot.getX() || cx + w / 2 > plot.getMaxX()) {
            return -1;
        }
        for (int i = 0; i < map.columns(); i++) {
            boolean beside = sheetX(xe[i + 1]) <= cx - w / 2 || sheetX(xe[i]) >= cx + w / 2;
            for (int j = 0; j < map.rows() && !beside && nearest >= least / 2; j++) {
                if (map.state(j, i) != state) {
                    nearest = Math.min(nearest, Math.max(sheetY(ye[j + 1]) - cy, cy - sheetY(ye[j])));
                }
            }
        }
        return nearest < least / 2 ? -1 : nearest;
    }

    private void captions() {
        named().forEach((state, at) -> pen.text(
                state.legend(),
                at[0],
                at[1] + 0.36 * STATE,
                Pen.Anchor.MIDDLE,
                Pen.Style.of(STATE).withColour(DOT)));
        List<Spot> spots = spots();
        for (Spot spot : spots) {
            for (int k = 0; k < spot.rows.length; k++) {
                String text = spot.rows[k];
                pen.text(
                        text,
                        spot.x,
                        spot.y + (k - (spot.rows.length - 1) / 2.0) * CAPTION * 1.2 + 0.36 * CAPTION,
                        Pen.Anchor.MIDDLE,
                        CAPTION_STYLE);
            }
        }
    }

    /** Ticks of the colour bar of a plot of the given height. */
    static List<Ruler.Tick> barTicks(HeatMap map, double height) {
        return Ruler.of(map.bar()).ticks(height - 2 * POINT_HEIGHT, label -> PlatePainter.TICK * 1.25);
    }

    /** Paints the bar and its ticks; the sheet paints the title. */
    void bar(List<Ruler.Tick> ticks) {
        boolean below = false;
        boolean above = false;
        for (int j = 0; j < map.rows(); j++) {
            for (int i = 0; i < map.columns(); i++) {
                if (map.state(j, i).hasValue()) {
                    below |= map.value(j, i) < map.bar().min();
                    above |= map.value(j, i) > map.bar().max();
                }
            }
        }
        double left = plot.getMaxX() + BAR_GAP;
        double right = left + BAR_WIDTH;
        double middle = (left + right) / 2;
        double top = plot.getY() + (above ? POINT_HEIGHT : 0);
        double bottom = plot.getMaxY() - (below ? POINT_HEIGHT : 0);
        double height = bottom - top;
        for (int k = 0; k < SLICES; k++) {
            // Drawn from the top down, each slice over the end of the one above, which avoids hairlines.
            double y0 = top + height * k / SLICES;
            pen.fill(
                    new Rectangle2D.Double(left, y0, BAR_WIDTH, bottom - y0),
                    map.bar().map().at((SLICES - 1 - k) / (SLICES - 1.0)));
        }
        Path2D frame = new Path2D.Double();
        frame.moveTo(left, bottom);
        if (below) {
            pen.fill(
                    triangle(left, right, bottom, plot.getMaxY()),
                    map.bar().map().at(0));
            frame.lineTo(middle, plot.getMaxY());
        }
        frame.lineTo(right, bottom);
        frame.lineTo(right, top);
        if (above) {
            pen.fill(triangle(left, right, top, plot.getY()), map.bar().map().at(1));
            frame.lineTo(middle, plot.getY());
        }
        frame.lineTo(left, top);
        frame.closePath();
        pen.draw(frame, PlatePainter.SPINE, PlatePainter.FRAME);
        Path2D marks = new Path2D.Double();
        for (Ruler.Tick tick : ticks) {
            double ty = bottom - tick.u() * height;
            marks.moveTo(right, ty);
            marks.lineTo(right + (tick.isMajor() ? 3.2 : 1.8), ty);
        }
        pen.draw(marks, PlatePainter.SPINE, PlatePainter.FRAME);
        for (Ruler.Tick tick : ticks) {
            double ty = bottom - tick.u() * height;
            pen.text(
                    tick.label(),
                    right + 5.2,
                    ty + 0.36 * PlatePainter.TICK,
                    Pen.Anchor.START,
                    Pen.Style.of(PlatePainter.TICK));
        }
    }

    private static Path2D triangle(double left, double right, double base, double tip) {
        Path2D path = new Path2D.Double();
        path.moveTo(left, base);
        path.lineTo((left + right) / 2, tip);
        path.lineTo(right, base);
        path.closePath();
        return path;
    }
}
