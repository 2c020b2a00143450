package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.List;

/** Paints the marks of a panel in layers: strips, lines, intervals and points. */
final class CurvePainter {
    static final double MARKER_SIZE = 6.4;
    static final double LINE_WIDTH = 1.7;

    private static final double HALO_WIDTH = 3.6;
    private static final double JOIN_WIDTH = 1.1;
    private static final double RIM = 0.9;
    private static final double WHISKER = 1.3;
    private static final double CAP = 2.4;
    private static final double ARROW = 5.5;
    /** Number of points from which intervals are drawn as a ribbon. */
    private static final int DENSE = 8;
    /** Above this number of points only some markers are drawn. */
    private static final int CROWDED = 20;
    /** Number of unordered points in a panel, such as samples in the plane, from which markers are small. */
    private static final int CLOUD = 300;

    private final Pen pen;
    private final Canvas canvas;
    private final double size;

    private CurvePainter(Pen pen, Canvas canvas, List<? extends Mark> marks) {
        this.pen = pen;
        this.canvas = canvas;
        int loose = marks.stream()
                .mapToInt(mark -> mark instanceof Mark.Points some && !follows(some) ? some.x().length : 0)
                .sum();
        size = loose < CLOUD ? 1 : 0.45;
    }

    static void paint(Pen pen, Canvas canvas, List<? extends Mark> marks, boolean halo) {
        CurvePainter painter = new CurvePainter(pen, canvas, marks);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Band band) {
                painter.strips(band.colour(), band.x(), band.low(), band.high());
            } else if (mark instanceof Mark.Points points && painter.isDense(points) && points.low().length > 0) {
                painter.strips(points.colour(), points.x(), points.low(), points.high());
            }
        }
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                painter.line(line, halo);
            } else if (mark instanceof Mark.Points points && painter.follows(points)) {
                if (marks.stream()
                        .noneMatch(other -> other instanceof Mark.Line line && line.colour() == points.colour())) {
                    BasicStroke stroke = Pen.stroke(painter.isDense(points) ? LINE_WIDTH : JOIN_WIDTH);
                    painter.pieces(points.x(), points.y())
                            .forEach(piece -> pen.draw(piece, Palette.colour(points.colour()), stroke));
                }
            }
        }
        for (Mark mark : marks) {
            if (mark instanceof Mark.Points points) {
                painter.points(points);
            }
        }
    }

    /** Whether the points follow one another along a numeric axis. */
    private boolean follows(Mark.Points points) {
        boolean follows =
                points.x().length > 2 && canvas.x().isNumbers() && canvas.y().isNumbers();
        for (int i = 1; i < points.x().length; i++) {
            follows &= points.x()[i] > points.x()[i - 1];
        }
        return follows;
    }

    private boolean isDense(Mark.Points points) {
        return points.x().length >= DENSE && follows(points);
    }

    private List<Path2D> pieces(double[] x, double[] y) {
        return Clip.line(positions(x, canvas.x()), positions(y, canvas.y())).stream()
                .map(this::path)
                .toList();
    }

    private static double[] positions(double[] values, Ruler ruler) {
        return Arrays.stream(values).map(ruler::u).toArray();
    }

    private Path2D path(double[][] piece) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < piece[0].length; i++) {
            add(path, i == 0, canvas.px(piece[0][i], piece[1][i]), canvas.py(piece[0][i], piece[1][i]));
        }
        return path;
    }

    private static void add(Path2D path, boolean first, double x, double y) {
        if (first) {
            path.moveTo(x, y);
        } else {
            path.lineTo(x, y);
        }
    }

    private void line(Mark.Line line, boolean halo) {
        List<Path2D> pieces = pieces(line.x(), line.y());
        if (halo) {
            pieces.forEach(piece -> pen.draw(piece, Color.WHITE, HALO_WIDTH));
        }
        BasicStroke stroke = Pen.stroke(
                line.colour() == Palette.GREY ? JOIN_WIDTH : LINE_WIDTH, Palette.dash(line.colour(), line.style()));
        pieces.forEach(piece -> pen.draw(piece, Palette.colour(line.colour()), stroke));
        if (line.style() == LineStyle.ARROW) {
            head(line);
        }
        if (line.style() == LineStyle.RING) {
            int middle = line.x().length / 2;
            double[] at = canvas.at(line.x()[middle], line.y()[middle]);
            ring(pen, line.colour(), at[0], at[1]);
        }
    }

    static void ring(Pen pen, int colour, double x, double y) {
        Shape ring = new Ellipse2D.Double(x - MARKER_SIZE / 2, y - MARKER_SIZE / 2, MARKER_SIZE, MARKER_SIZE);
        pen.fill(ring, Color.WHITE);
        pen.draw(ring, Palette.colour(colour), LINE_WIDTH);
    }

    /** Draws an arrow head half-way along a path; paths that are too short get none. */
    private void head(Mark.Line line) {
        double[][] at = new double[line.x().length][];
        Arrays.setAll(at, i -> canvas.at(line.x()[i], line.y()[i]));
        double[] along = new double[at.length];
        for (int i = 1; i < at.length; i++) {
            along[i] = along[i - 1] + StrictMath.hypot(at[i][0] - at[i - 1][0], at[i][1] - at[i - 1][1]);
        }
        double half = at.length == 0 ? 0 : along[at.length - 1] / 2;
        for (int i = 1; i < at.length && half > 2 * MARKER_SIZE; i++) {
            if (along[i - 1] < half && along[i] >= half) {
                double share = (half - along[i - 1]) / (along[i] - along[i - 1]);
                double dx = at[i][0] - at[i - 1][0];
                double dy = at[i][1] - at[i - 1][1];
                double degrees = StrictMath.toDegrees(StrictMath.atan2(dy, dx));
                Shape head = Palette.polygon(
                        3, degrees, at[i - 1][0] + share * dx, at[i - 1][1] + share * dy, 0.9 * MARKER_SIZE);
                pen.fill(head, Palette.colour(line.colour()));
            }
        }
    }

    /** Draws a shaded strip between two curves; values that cannot be shown break it. */
    private void strips(int colour, double[] x, double[] low, double[] high) {
        int start = 0;
        for (int i = 0; i <= x.length; i++) {
            boolean breaks = i == x.length
                    || Double.isNaN(canvas.x().u(x[i]))
                    || Double.isNaN(canvas.edge(low[i]))
                    || Double.isNaN(canvas.edge(high[i]));
            if (breaks) {
                strip(colour, x, low, high, start, i);
                start = i + 1;
            }
        }
    }

    private void strip(int colour, double[] x, double[] low, double[] high, int from, int to) {
        if (to - from < 2) {
            return;
        }
        Path2D path = new Path2D.Double();
        for (int k = 0; k < 2 * (to - from); k++) {
            int i = k < to - from ? from + k : 2 * to - from - 1 - k;
            double u = canvas.x().u(x[i]);
            double v = canvas.edge(k < to - from ? high[i] : low[i]);
            add(path, k == 0, canvas.px(u, v), canvas.py(u, v));
        }
        path.closePath();
        Area area = new Area(path);
        area.intersect(new Area(canvas.box()));
        pen.fill(area, Palette.tint(colour));
    }

    private void points(Mark.Points points) {
        Color colour = Palette.colour(points.colour());
        boolean dense = isDense(points);
        if (points.low().length > 0 && !dense) {
            Path2D path = new Path2D.Double();
            for (int i = 0; i < points.x().length; i++) {
                double u = canvas.x().u(points.x()[i]);
                double v = canvas.y().u(points.y()[i]);
                if (u >= 0 && u <= 1 && !Double.isNaN(v)) {
                    whisker(path, u, v, canvas.edge(points.low()[i]));
                    whisker(path, u, v, canvas.edge(points.high()[i]));
                }
            }
            pen.draw(path, colour, WHISKER);
        }
        int step = dense ? 1 + (points.x().length - 1) / CROWDED : 1;
        for (int i = 0; i < points.x().length; i += step) {
            double u = canvas.x().u(points.x()[i]);
            double v = canvas.y().u(points.y()[i]);
            if (canvas.holds(u, v)) {
                marker(pen, points.colour(), canvas.px(u, v), canvas.py(u, v), dense ? 0.8 : size);
            } else if (!canvas.holds(u, v) && !Double.isNaN(u + v)) {
                outlier(colour, u, v);
            }
        }
    }

    /** Draws half an interval, from the point to one end; an end beyond the border becomes an open arrow head. */
    private void whisker(Path2D path, double u, double v, double end) {
        boolean hidden = Double.isNaN(end) || (v < 0 && end < 0) || (v > 1 && end > 1);
        if (hidden || v == end) {
            return;
        }
        double from = Math.min(1, Math.max(0, v));
        double to = Math.min(1, Math.max(0, end));
        double x = canvas.px(u, to);
        double y = canvas.py(u, to);
        path.moveTo(canvas.px(u, from), canvas.py(u, from));
        path.lineTo(x, y);
        boolean cut = end < 0 || end > 1;
        double along = cut ? (end < 0 ? ARROW : -ARROW) : 0;
        double across = cut ? ARROW / 2 : CAP;
        double dx = canvas.lying() ? along : across;
        double dy = canvas.lying() ? across : -along;
        path.moveTo(x + dx, y + dy);
        if (cut) {
            path.lineTo(x, y);
        }
        path.lineTo(x + (canvas.lying() ? dx : -dx), y + (canvas.lying() ? -dy : dy));
    }

    /** Draws an open triangle at the border for a point beyond it. */
    private void outlier(Color colour, double u, double v) {
        double across = canvas.lying() ? v : u;
        double up = canvas.lying() ? 1 - u : v;
        double degrees = up < 0 ? 90 : up > 1 ? -90 : across < 0 ? 180 : 0;
        double margin = 4.5;
        double x =
                Math.min(canvas.box().getMaxX() - margin, Math.max(canvas.box().getX() + margin, canvas.px(u, v)));
        double y =
                Math.min(canvas.box().getMaxY() - margin, Math.max(canvas.box().getY() + margin, canvas.py(u, v)));
        Path2D triangle = Palette.polygon(3, degrees, x, y, 3.6);
        pen.fill(triangle, Color.WHITE);
        pen.draw(triangle, colour, 1.1);
    }

    /** Draws the marker of a colour index at a point, with a white rim. */
    static void marker(Pen pen, int colour, double x, double y, double scale) {
        Shape shape = Palette.marker(colour, x, y, scale * MARKER_SIZE);
        pen.fill(shape, Palette.colour(colour));
        pen.draw(shape, Color.WHITE, RIM * scale);
    }
}
