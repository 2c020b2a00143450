package org.noisebook.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lets XChart draw curves and markers inside a plot rectangle.
 *
 * <p>XChart gets positions in [0, 1] on bare linear axes: its own log axes throw at 0, and its ticks, titles and legend
 * would become outlines. It paints at {@value #PIXELS} pixels a point, since its sizes are whole numbers, and draws each
 * segment of a curve alone, which would restart the dashes; {@link Joiner} puts the segments together again.
 */
final class CurvePainter {
    static final double MARKER_SIZE = 5.2;
    static final double LINE_WIDTH = 1.15;

    private static final int PIXELS = 10;
    private static final double HALO_WIDTH = 3.2;
    private static final double FACE_WIDTH = 0.95;
    private static final Color CLEAR = new Color(255, 255, 255, 0);

    private final XYChart chart;
    private int series;

    private CurvePainter(int width, int height) {
        chart = new XYChart(width, height);
        chart.getStyler()
                .setChartPadding(0)
                .setChartTitleVisible(false)
                .setLegendVisible(false)
                .setPlotContentSize(1.0)
                .setPlotBorderVisible(false)
                .setChartBackgroundColor(CLEAR)
                .setPlotBackgroundColor(CLEAR)
                .setMarkerSize(PIXELS);
        chart.getStyler()
                .setAxisTicksVisible(false)
                .setAxisTitlesVisible(false)
                .setPlotMargin(0)
                .setAxisTickPadding(0)
                .setAxisTickMarkLength(0)
                .setAxisTitlePadding(0)
                .setPlotGridLinesVisible(false)
                .setXAxisMin(0.0)
                .setXAxisMax(1.0)
                .setYAxisMin(0.0)
                .setYAxisMax(1.0);
    }

    /** Draws all lines, with a white halo on request, and then all points that lie inside the plot. */
    static void paint(Pen pen, Rectangle2D plot, Ruler x, Ruler y, List<? extends Mark> marks, boolean halo) {
        int width = (int) Math.max(100, Math.rint(plot.getWidth() * PIXELS));
        int height = (int) Math.max(100, Math.rint(plot.getHeight() * PIXELS));
        CurvePainter painter = new CurvePainter(width, height);
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                painter.line(line, x, y, halo);
            }
        }
        for (Mark mark : marks) {
            if (mark instanceof Mark.Points points) {
                painter.points(points, x, y);
            }
        }
        if (painter.series == 0) {
            return;
        }
        Joiner joiner = new Joiner(pen.graphics());
        joiner.translate(plot.getX(), plot.getY());
        joiner.scale(plot.getWidth() / width, plot.getHeight() / height);
        painter.chart.paint(joiner, width, height);
        joiner.flush();
    }

    private void line(Mark.Line line, Ruler x, Ruler y, boolean halo) {
        List<double[][]> pieces = Clip.line(positions(line.x(), x), positions(line.y(), y));
        float[] dash = Palette.dash(line.colour(), line.style());
        for (int k = 0; k < dash.length; k++) {
            dash[k] *= PIXELS;
        }
        if (halo) {
            for (double[][] piece : pieces) {
                line(piece, Color.WHITE, Pen.stroke(HALO_WIDTH * PIXELS));
            }
        }
        for (double[][] piece : pieces) {
            line(piece, Palette.colour(line.colour()), Pen.stroke(LINE_WIDTH * PIXELS, dash));
        }
    }

    private void line(double[][] piece, Color colour, BasicStroke stroke) {
        XYSeries added = add(piece[0], piece[1]);
        added.setMarker(SeriesMarkers.NONE);
        added.setLineColor(colour);
        added.setLineStyle(stroke);
    }

    private void points(Mark.Points points, Ruler x, Ruler y) {
        List<double[]> inside = new ArrayList<>();
        for (int i = 0; i < points.x().length; i++) {
            double u = x.u(points.x()[i]);
            double v = y.u(points.y()[i]);
            if (u >= 0 && u <= 1 && v >= 0 && v <= 1) {
                inside.add(new double[] {u, v});
            }
        }
        if (!inside.isEmpty()) {
            XYSeries added = add(
                    inside.stream().mapToDouble(p -> p[0]).toArray(),
                    inside.stream().mapToDouble(p -> p[1]).toArray());
            added.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            added.setMarker(new IndexedMarker(points.colour()));
        }
    }

    private XYSeries add(double[] u, double[] v) {
        return chart.addSeries("s" + series++, u, v);
    }

    private static double[] positions(double[] values, Ruler ruler) {
        double[] u = new double[values.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = ruler.u(values[i]);
        }
        return u;
    }

    /** Draws the marker of a colour index around a point; {@code unit} is the length of a point of the sheet. */
    static void marker(Graphics2D graphics, int colour, double x, double y, double unit) {
        Shape shape = Palette.marker(colour, x, y, MARKER_SIZE * unit);
        graphics.setColor(Palette.isFilled(colour) ? Palette.colour(colour) : Color.WHITE);
        graphics.fill(shape);
        graphics.setColor(Palette.colour(colour));
        graphics.setStroke(Pen.stroke(FACE_WIDTH * unit));
        graphics.draw(shape);
    }

    private static final class IndexedMarker extends Marker {
        private final int colour;

        IndexedMarker(int colour) {
            this.colour = colour;
        }

        @Override
        public void paint(Graphics2D graphics, double x, double y, int size) {
            marker(graphics, colour, x, y, size);
        }
    }

    /** Passes shapes on to the sheet and turns touching segments of one style into one path. */
    private static final class Joiner extends BareGraphics {
        private final Graphics2D sheet;
        private final List<Line2D> run = new ArrayList<>();
        private Color runColour = Color.BLACK;
        private BasicStroke runStroke = new BasicStroke();

        Joiner(Graphics2D sheet) {
            this.sheet = sheet;
        }

        @Override
        void outline(Shape shape, Color colour, BasicStroke stroke) {
            if (!(shape instanceof Line2D segment)) {
                flush();
                pass(shape, colour, stroke);
                return;
            }
            boolean touches = !run.isEmpty()
                    && colour.equals(runColour)
                    && stroke.equals(runStroke)
                    && run.get(run.size() - 1).getP2().equals(segment.getP1());
            if (!touches) {
                flush();
                runColour = colour;
                runStroke = stroke;
            }
            run.add((Line2D) segment.clone());
        }

        @Override
        void area(Shape shape, Color colour) {
            flush();
            sheet.setColor(colour);
            sheet.fill(shape);
        }

        void flush() {
            if (run.isEmpty()) {
                return;
            }
            Path2D path = new Path2D.Double();
            path.moveTo(run.get(0).getX1(), run.get(0).getY1());
            for (Line2D segment : run) {
                path.lineTo(segment.getX2(), segment.getY2());
            }
            run.clear();
            pass(path, runColour, runStroke);
        }

        private void pass(Shape shape, Color colour, BasicStroke stroke) {
            sheet.setColor(colour);
            sheet.setStroke(stroke);
            sheet.draw(shape);
        }
    }
}
