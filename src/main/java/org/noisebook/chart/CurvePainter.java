package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RectangularShape;
import java.util.Arrays;
import java.util.List;

/**
 * Paints lines and markers inside a plot rectangle.
 *
 * <p>Positions, widths and markers are those of a grid of {@value #GRID} lines a point, a whole number of which fill the
 * plot: it is stretched to the plot by at most some thousandths, which keeps the bytes of all figures drawn so far.
 */
final class CurvePainter {
    static final double MARKER_SIZE = 5.2;
    static final double LINE_WIDTH = 1.15;

    private static final int GRID = 10;
    private static final double HALO_WIDTH = 3.2;
    private static final double JOIN_WIDTH = 0.6;
    private static final double FACE_WIDTH = 0.95;
    /** Radius of an arrow head in markers. */
    private static final double HEAD = 0.9;

    private final Pen pen;
    private final Ruler x;
    private final Ruler y;
    private final double width;
    private final double height;
    private final AffineTransform toSheet;

    private CurvePainter(Pen pen, Rectangle2D plot, Ruler x, Ruler y) {
        this.pen = pen;
        this.x = x;
        this.y = y;
        width = Math.rint(plot.getWidth() * GRID);
        height = Math.rint(plot.getHeight() * GRID);
        toSheet =
                new AffineTransform(plot.getWidth() / width, 0, 0, plot.getHeight() / height, plot.getX(), plot.getY());
    }

    /** Draws all lines, with a white halo on request, and then all points that lie inside the plot. */
    static void paint(Pen pen, Rectangle2D plot, Ruler x, Ruler y, List<? extends Mark> marks, boolean halo) {
        CurvePainter painter = new CurvePainter(pen, plot, x, y);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                painter.line(line, halo);
            }
        }
        for (Mark mark : marks) {
            if (mark instanceof Mark.Points points && painter.isCurve(points, marks)) {
                Mark.Line line = new Mark.Line("", points.colour(), points.x(), points.y(), LineStyle.SOLID);
                painter.pieces(line)
                        .forEach(piece -> pen.draw(piece, Palette.colour(points.colour()), painter.stroke(JOIN_WIDTH)));
            }
        }
        for (Mark mark : marks) {
            if (mark instanceof Mark.Points points) {
                painter.points(points);
            }
        }
    }

    /** Whether points follow one another in x, and no line of their colour does that for them. */
    private boolean isCurve(Mark.Points points, List<? extends Mark> marks) {
        boolean follows = points.x().length > 2 && x.isNumbers() && y.isNumbers();
        for (int i = 1; i < points.x().length; i++) {
            follows &= points.x()[i] > points.x()[i - 1];
        }
        return follows
                && marks.stream().noneMatch(mark -> mark instanceof Mark.Line line && line.colour() == points.colour());
    }

    private List<Shape> pieces(Mark.Line line) {
        return Clip.line(positions(line.x(), x), positions(line.y(), y)).stream()
                .map(this::path)
                .toList();
    }

    private void line(Mark.Line line, boolean halo) {
        List<Shape> pieces = pieces(line);
        if (halo) {
            pieces.forEach(piece -> pen.draw(piece, Color.WHITE, stroke(HALO_WIDTH)));
        }
        BasicStroke stroke = stroke(LINE_WIDTH, Palette.dash(line.colour(), line.style()));
        pieces.forEach(piece -> pen.draw(piece, Palette.colour(line.colour()), stroke));
        if (line.style() == LineStyle.ARROW) {
            head(line);
        }
    }

    /** An arrow head half-way along a path, none on one too short for it. */
    private void head(Mark.Line line) {
        double[] px = Arrays.stream(line.x()).map(v -> gridX(x.u(v))).toArray();
        double[] py = Arrays.stream(line.y()).map(v -> gridY(y.u(v))).toArray();
        double[] along = new double[px.length];
        for (int i = 1; i < px.length; i++) {
            along[i] = along[i - 1] + StrictMath.hypot(px[i] - px[i - 1], py[i] - py[i - 1]);
        }
        double half = px.length == 0 ? 0 : along[px.length - 1] / 2;
        for (int i = 1; i < px.length && half > 2 * MARKER_SIZE * GRID; i++) {
            if (along[i - 1] < half && along[i] >= half) {
                double share = (half - along[i - 1]) / (along[i] - along[i - 1]);
                double degrees = StrictMath.toDegrees(StrictMath.atan2(py[i] - py[i - 1], px[i] - px[i - 1]));
                double tipX = px[i - 1] + share * (px[i] - px[i - 1]);
                double tipY = py[i - 1] + share * (py[i] - py[i - 1]);
                Shape head = place(Palette.polygon(3, degrees, tipX, tipY, HEAD * MARKER_SIZE * GRID));
                pen.fill(head, Palette.colour(line.colour()));
            }
        }
    }

    private static double[] positions(double[] values, Ruler ruler) {
        double[] u = new double[values.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = ruler.u(values[i]);
        }
        return u;
    }

    private Shape path(double[][] piece) {
        Path2D path = new Path2D.Double();
        path.moveTo(gridX(piece[0][0]), gridY(piece[1][0]));
        for (int i = 1; i < piece[0].length; i++) {
            path.lineTo(gridX(piece[0][i]), gridY(piece[1][i]));
        }
        return toSheet.createTransformedShape(path);
    }

    private void points(Mark.Points points) {
        for (int i = 0; i < points.x().length; i++) {
            double u = x.u(points.x()[i]);
            double v = y.u(points.y()[i]);
            if (u >= 0 && u <= 1 && v >= 0 && v <= 1) {
                Shape shape = Palette.marker(points.colour(), gridX(u), gridY(v), MARKER_SIZE * GRID);
                marker(pen, points.colour(), place(shape), stroke(FACE_WIDTH));
            }
        }
    }

    private double gridX(double u) {
        return u * width;
    }

    private double gridY(double v) {
        return height - v * height;
    }

    /** The shape on the sheet; circles and squares stay what they are, for they are shorter in SVG. */
    private Shape place(Shape shape) {
        if (!(shape instanceof RectangularShape)) {
            return toSheet.createTransformedShape(shape);
        }
        RectangularShape placed = (RectangularShape) ((RectangularShape) shape).clone();
        placed.setFrame(
                toSheet.getScaleX() * placed.getX() + toSheet.getTranslateX(),
                toSheet.getScaleY() * placed.getY() + toSheet.getTranslateY(),
                toSheet.getScaleX() * placed.getWidth(),
                toSheet.getScaleY() * placed.getHeight());
        return placed;
    }

    private BasicStroke stroke(double lineWidth, float... dash) {
        float unit = (float) StrictMath.sqrt(toSheet.getDeterminant());
        float[] placed = dash.clone();
        for (int k = 0; k < dash.length; k++) {
            placed[k] = dash[k] * GRID * unit;
        }
        return Pen.stroke((float) (lineWidth * GRID) * unit, placed);
    }

    /** Draws the marker of a colour index around a point. */
    static void marker(Pen pen, int colour, double x, double y) {
        marker(pen, colour, Palette.marker(colour, x, y, MARKER_SIZE), Pen.stroke(FACE_WIDTH));
    }

    private static void marker(Pen pen, int colour, Shape shape, BasicStroke stroke) {
        pen.fill(shape, Palette.isFilled(colour) ? Palette.colour(colour) : Color.WHITE);
        pen.draw(shape, Palette.colour(colour), stroke);
    }
}
