package org.noisebook.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes the range of a panel's data, in transformed values, and the places of the plot they cover. */
final class Spans {
    /** How much intervals may extend an automatic log axis beyond everything else. */
    private static final double MAX_STRETCH = 1;

    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;

    private Spans() {}

    /** Lowest and highest transformed x, NaN if there are no data. */
    static double[] x(Panel panel) {
        Spans spans = new Spans();
        Scale scale = panel.x().scale();
        if (panel instanceof CurveChart chart) {
            for (Mark mark : chart.marks()) {
                if (mark instanceof Mark.Points points) {
                    spans.add(points.x(), points.y(), scale, panel.y().scale());
                } else if (mark instanceof Mark.Line line) {
                    spans.add(line.x(), line.y(), scale, panel.y().scale());
                } else if (mark instanceof Mark.Band band) {
                    spans.add(band.x(), band.high(), scale, panel.y().scale());
                }
            }
        } else if (panel instanceof HeatMap map) {
            spans.addAll(map.xEdges());
        }
        return spans.ends();
    }

    /** Lowest and highest transformed y, NaN if there are no data. */
    static double[] y(Panel panel) {
        Spans spans = new Spans();
        Scale scale = panel.y().scale();
        Scale other = panel.x().scale();
        if (panel instanceof CurveChart chart) {
            Spans intervals = new Spans();
            for (Mark mark : chart.marks()) {
                if (mark instanceof Mark.Points points) {
                    spans.add(points.y(), points.x(), scale, other);
                    if (points.low().length > 0) {
                        intervals.add(points.low(), points.x(), scale, other);
                        intervals.add(points.high(), points.x(), scale, other);
                    }
                } else if (mark instanceof Mark.Line line) {
                    spans.add(line.y(), line.x(), scale, other);
                } else if (mark instanceof Mark.Band band) {
                    spans.add(band.low(), band.x(), scale, other);
                    spans.add(band.high(), band.x(), scale, other);
                }
            }
            if (spans.low <= spans.high && intervals.low <= intervals.high) {
                double stretch = scale.isLog() ? MAX_STRETCH : Double.POSITIVE_INFINITY;
                spans.low = Math.min(spans.low, Math.max(intervals.low, spans.low - stretch));
                spans.high = Math.max(spans.high, Math.min(intervals.high, spans.high + stretch));
            }
        } else if (panel instanceof HeatMap map) {
            spans.addAll(map.yEdges());
        }
        return spans.ends();
    }

    /** Extends the range by values whose partner on the other axis can be shown. */
    private void add(double[] values, double[] partners, Scale scale, Scale partnerScale) {
        for (int i = 0; i < values.length; i++) {
            double t = scale.forward(values[i]);
            if (!Double.isNaN(t) && !Double.isNaN(partnerScale.forward(partners[i]))) {
                low = Math.min(low, t);
                high = Math.max(high, t);
            }
        }
    }

    private void addAll(double[] transformed) {
        for (double t : transformed) {
            low = Math.min(low, t);
            high = Math.max(high, t);
        }
    }

    private double[] ends() {
        return low <= high ? new double[] {low, high} : new double[] {Double.NaN, Double.NaN};
    }

    /** Places in a plot that text should not cover, as {@code {x, y}} on the sheet. */
    static List<double[]> obstacles(List<? extends Mark> marks, Canvas canvas) {
        List<double[]> places = new ArrayList<>();
        for (Mark mark : marks) {
            if (mark instanceof Mark.Points points) {
                for (int i = 0; i < points.x().length; i++) {
                    double u = canvas.x().u(points.x()[i]);
                    double v = canvas.y().u(points.y()[i]);
                    if (!Double.isNaN(u + v)) {
                        ring(places, canvas.px(u, clamp(v)), canvas.py(u, clamp(v)));
                        if (points.low().length > 0) {
                            double[] ends = {canvas.edge(points.low()[i]), canvas.edge(points.high()[i])};
                            walk(places, new double[] {u, u}, ends, canvas);
                        }
                    }
                }
                walk(places, points.x(), points.y(), canvas.x(), canvas.y(), canvas);
            } else if (mark instanceof Mark.Line line) {
                walk(places, line.x(), line.y(), canvas.x(), canvas.y(), canvas);
            } else if (mark instanceof Mark.Band band) {
                walk(places, band.x(), band.low(), canvas.x(), canvas.y(), canvas);
                walk(places, band.x(), band.high(), canvas.x(), canvas.y(), canvas);
            }
        }
        return places;
    }

    private static double clamp(double u) {
        return Math.min(1, Math.max(0, u));
    }

    private static void ring(List<double[]> places, double x, double y) {
        double r = CurvePainter.MARKER_SIZE / 2 + 1;
        for (double[] step : new double[][] {{0, 0}, {-r, 0}, {r, 0}, {0, -r}, {0, r}}) {
            places.add(new double[] {x + step[0], y + step[1]});
        }
    }

    private static void walk(List<double[]> places, double[] x, double[] y, Ruler xs, Ruler ys, Canvas canvas) {
        walk(
                places,
                Arrays.stream(x).map(xs::u).toArray(),
                Arrays.stream(y).map(ys::u).toArray(),
                canvas);
    }

    private static void walk(List<double[]> places, double[] u, double[] v, Canvas canvas) {
        for (double[][] piece : Clip.line(u, v)) {
            for (int i = 1; i < piece[0].length; i++) {
                double fromX = canvas.px(piece[0][i - 1], piece[1][i - 1]);
                double fromY = canvas.py(piece[0][i - 1], piece[1][i - 1]);
                double dx = canvas.px(piece[0][i], piece[1][i]) - fromX;
                double dy = canvas.py(piece[0][i], piece[1][i]) - fromY;
                int steps = (int) Math.ceil(StrictMath.hypot(dx, dy) / 3) + 1;
                for (int k = 0; k <= steps; k++) {
                    places.add(new double[] {fromX + dx * k / steps, fromY + dy * k / steps});
                }
            }
        }
    }
}
