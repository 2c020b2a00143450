package org.noisebook.chart;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Paints cells, phase names and the colour bar of a {@link HeatMap}. */
final class HeatPainter {
    static final double BAR_GAP = 9;
    static final double BAR_WIDTH = 9;

    /** Each cell reaches this far under its right and lower neighbour: no hairlines where edges are smoothed. */
    private static final double OVERLAP = 0.4;

    /** From so many cells on they are painted as one picture. */
    private static final int PICTURE_CELLS = 500;
    /** In parts of the plot. */
    private static final double EVEN = 1e-6;

    private static final double HATCH_SPACING = 3.4;
    private static final double HATCH_WIDTH = 0.6;
    private static final double POINT_HEIGHT = 7;
    private static final int SLICES = 86;
    private static final double CAPTION = 10.5;
    private static final Pen.Style CAPTION_STYLE =
            Pen.Style.of(CAPTION).withBold().withHalo();
    /** A name is moved by so much at a time, and so often at most, to a place without lines. */
    private static final double NUDGE = 4;

    private static final int REACH = 9;
    private static final Color EMPTY = new Color(0xD9D9D9);
    private static final Color UNRESOLVED = new Color(0xB4B4B4);
    private static final Color FALLING = new Color(0x585858);

    private final Pen pen;
    private final HeatMap map;
    private final Rectangle2D plot;
    private final Ruler x;
    private final Ruler y;
    private final Ruler bar;

    HeatPainter(Pen pen, HeatMap map, Rectangle2D plot, Ruler x, Ruler y) {
        this.pen = pen;
        this.map = map;
        this.plot = plot;
        this.x = x;
        this.y = y;
        this.bar = Ruler.of(map.bar());
    }

    void paint() {
        cells();
        CurvePainter.paint(
                pen, plot, x, y, map.lines().stream().map(map::stepped).toList(), true);
        captions();
    }

    private Color colour(double value) {
        double t = bar.u(value);
        // A log bar has no place for 0 or less, which lies below its range; infinite values lie beyond an end.
        return map.bar().map().at(Double.isNaN(t) ? (value > 0 ? 1 : 0) : t);
    }

    private static Color flat(CellState state) {
        return switch (state) {
            case DIVERGED, CAPPED -> EMPTY;
            case UNRESOLVED -> UNRESOLVED;
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
        Path2D dark = new Path2D.Double();
        Path2D light = new Path2D.Double();
        Path2D falling = new Path2D.Double();
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
                if (state == CellState.MIXED) {
                    Clip.hatch(isLight(colour) ? dark : light, left, top, right, bottom, HATCH_SPACING, true);
                } else if (state == CellState.CAPPED) {
                    Clip.hatch(falling, left, top, right, bottom, HATCH_SPACING, false);
                }
            }
        }
        fillRuns(order);
        pen.draw(dark, Color.BLACK, HATCH_WIDTH);
        pen.draw(light, Color.WHITE, HATCH_WIDTH);
        pen.draw(falling, FALLING, HATCH_WIDTH - 0.1);
    }

    /** Whether the cells are of one size, inside the plot, and all plainly coloured. */
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

    /** Many cells as one picture. */
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

    /** Fills neighbours of one row and colour as one rectangle. */
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

    private static boolean isLight(Color c) {
        return 0.299 * c.getRed() + 0.587 * c.getGreen() + 0.114 * c.getBlue() > 110;
    }

    /** The sheet position of a transformed value, clamped to the plot. */
    private double sheetX(double transformed) {
        return plot.getX() + Math.min(1, Math.max(0, x.place(transformed))) * plot.getWidth();
    }

    private double sheetY(double transformed) {
        return plot.getMaxY() - Math.min(1, Math.max(0, y.place(transformed))) * plot.getHeight();
    }

    /** A box filled as a cell of the given state. */
    static void swatch(Pen pen, CellState state, Rectangle2D box) {
        pen.fill(box, flat(state));
        if (state == CellState.MIXED || state == CellState.CAPPED) {
            Path2D lines = new Path2D.Double();
            boolean mixed = state == CellState.MIXED;
            Clip.hatch(lines, box.getX(), box.getY(), box.getMaxX(), box.getMaxY(), HATCH_SPACING, mixed);
            pen.draw(lines, mixed ? Color.BLACK : FALLING, HATCH_WIDTH);
        }
    }

    /** A name inside the plot: its rows and the middle of them all. */
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

    /** The names, each where it is wished or as near to it as lines and other names leave a clear place. */
    private List<Spot> spots() {
        List<double[]> lines =
                Spans.places(map.lines().stream().map(map::stepped).toList(), x, y, plot);
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
            if (Plate.Chip.isMark(caption.text())) {
                spots.add(new Spot(rows, cx, cy));
                continue;
            }
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

    private void captions() {
        List<Spot> spots = spots();
        spots.stream().filter(spot -> Plate.Chip.isMark(spot.rows[0])).forEach(this::frame);
        for (Spot spot : spots) {
            for (int k = 0; k < spot.rows.length; k++) {
                String text = spot.rows[k];
                pen.text(
                        text,
                        spot.x,
                        spot.y + (k - (spot.rows.length - 1) / 2.0) * CAPTION * 1.2 + 0.36 * CAPTION,
                        Pen.Anchor.MIDDLE,
                        Plate.Chip.isMark(text) ? CAPTION_STYLE.withColour(Plate.Chip.colour(text)) : CAPTION_STYLE);
            }
        }
    }

    /** A line around the cell of a place. */
    private void frame(Spot spot) {
        double[] across = around(Arrays.stream(map.xEdges()).map(this::sheetX).toArray(), spot.x);
        double[] up = around(Arrays.stream(map.yEdges()).map(this::sheetY).toArray(), spot.y);
        Rectangle2D cell = new Rectangle2D.Double(across[0], up[0], across[1] - across[0], up[1] - up[0]);
        pen.draw(cell, Color.WHITE, 2.4);
        pen.draw(cell, Color.BLACK, 1.1);
    }

    /** The nearest edges below and above a place. */
    private static double[] around(double[] edges, double place) {
        return new double[] {
            Arrays.stream(edges).filter(edge -> edge <= place).max().orElse(place),
            Arrays.stream(edges).filter(edge -> edge >= place).min().orElse(place)
        };
    }

    /** Ticks of the colour bar of a plot of the given height. */
    static List<Ruler.Tick> barTicks(HeatMap map, double height) {
        return Ruler.of(map.bar()).ticks(height - 2 * POINT_HEIGHT, label -> PlatePainter.TICK * 1.25);
    }

    /** Paints the bar and its ticks; the title is left to the sheet. */
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
            // From the top down, each slice over the tail of the one above: no hairlines.
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
        pen.draw(frame, Color.BLACK, PlatePainter.FRAME);
        Path2D marks = new Path2D.Double();
        for (Ruler.Tick tick : ticks) {
            double ty = bottom - tick.u() * height;
            marks.moveTo(right, ty);
            marks.lineTo(right + (tick.isMajor() ? 3.2 : 1.8), ty);
        }
        pen.draw(marks, Color.BLACK, PlatePainter.FRAME);
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
