package org.noisebook.chart;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How far the data of a panel reach, in transformed values, and which places of the plot they cover. */
final class Spans {
    /** An interval may stretch an automatic log axis by this much beyond everything else. */
    private static final double MAX_STRETCH = 1;
    /** How high the middle of a verdict stands above its point. */
    private static final double SIGN = 6;

    /** And a window that was claimed by this share of what all else takes. */
    private static final double MOST_FOR_WINDOWS = 0.6;

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
            Spans windows = new Spans();
            for (Mark mark : chart.marks()) {
                if (mark instanceof Mark.Points points) {
                    spans.add(points.y(), points.x(), scale, other);
                    if (points.low().length > 0) {
                        intervals.add(points.low(), points.x(), scale, other);
                        intervals.add(points.high(), points.x(), scale, other);
                    }
                    for (int i = 0; i < points.judged().length; i++) {
                        double[] ends = points.judged()[i].ends();
                        double[] at = new double[ends.length];
                        Arrays.fill(at, points.x()[i]);
                        windows.add(ends, at, scale, other);
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
            // A window that is not far away is seen.
            double room = MOST_FOR_WINDOWS * (spans.high - spans.low);
            spans.low = windows.low >= spans.low - room ? Math.min(spans.low, windows.low) : spans.low;
            spans.high = windows.high <= spans.high + room ? Math.max(spans.high, windows.high) : spans.high;
        } else if (panel instanceof HeatMap map) {
            spans.addAll(map.yEdges());
        }
        return spans.ends();
    }

    /** Adds the values whose partner on the other axis can be placed. */
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

    /** Places that a legend should not hide, {@code {x, y}} in points from the top left of the plot. */
    static List<double[]> obstacles(CurveChart chart, Ruler x, Ruler y, double width, double height) {
        List<double[]> places = new ArrayList<>();
        for (Mark mark : chart.marks()) {
            if (mark instanceof Mark.Points points) {
                for (int i = 0; i < points.x().length; i++) {
                    double u = x.u(points.x()[i]);
                    double v = y.u(points.y()[i]);
                    if (Double.isNaN(u + v)) {
                        continue;
                    }
                    ring(places, clamp(u) * width, (1 - clamp(v)) * height);
                    if (points.low().length > 0) {
                        double a = end(points.low()[i], y, v);
                        double b = end(points.high()[i], y, v);
                        walk(places, new double[] {u, u}, new double[] {a, b}, width, height);
                    }
                    if (i < points.judged().length && !points.judged()[i].mark().isEmpty()) {
                        double top = points.low().length > 0 ? Math.max(v, end(points.high()[i], y, v)) : v;
                        places.add(new double[] {clamp(u) * width, (1 - clamp(top)) * height - SIGN});
                        for (double level : points.judged()[i].ends()) {
                            double[] side = {u - Wanted.PAD / width, u + Wanted.PAD / width};
                            walk(places, side, new double[] {y.u(level), y.u(level)}, width, height);
                        }
                    }
                }
            } else if (mark instanceof Mark.Line line) {
                walk(places, positions(line.x(), x), positions(line.y(), y), width, height);
            } else if (mark instanceof Mark.Band band) {
                walk(places, positions(band.x(), x), positions(band.low(), y), width, height);
                walk(places, positions(band.x(), x), positions(band.high(), y), width, height);
            }
        }
        return places;
    }

    /** Places along lines, in sheet coordinates. */
    static List<double[]> places(List<Mark.Line> lines, Ruler x, Ruler y, Rectangle2D plot) {
        List<double[]> places = new ArrayList<>();
        for (Mark.Line line : lines) {
            walk(places, positions(line.x(), x), positions(line.y(), y), plot.getWidth(), plot.getHeight());
        }
        for (double[] place : places) {
            place[0] += plot.getX();
            place[1] += plot.getY();
        }
        return places;
    }

    private static double end(double value, Ruler y, double otherwise) {
        double v = value <= 0 && y.scale().isLog() ? 0 : y.u(value);
        return Double.isNaN(v) ? otherwise : v;
    }

    private static double clamp(double u) {
        return Math.min(1, Math.max(0, u));
    }

    private static void ring(List<double[]> places, double x, double y) {
        double r = CurvePainter.MARKER_SIZE / 2 + 1;
        places.add(new double[] {x, y});
        places.add(new double[] {x - r, y});
        places.add(new double[] {x + r, y});
        places.add(new double[] {x, y - r});
        places.add(new double[] {x, y + r});
    }

    private static double[] positions(double[] values, Ruler ruler) {
        double[] u = new double[values.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = ruler.u(values[i]);
        }
        return u;
    }

    private static void walk(List<double[]> places, double[] u, double[] v, double width, double height) {
        for (double[][] piece : Clip.line(u, v)) {
            for (int i = 1; i < piece[0].length; i++) {
                double dx = (piece[0][i] - piece[0][i - 1]) * width;
                double dy = (piece[1][i] - piece[1][i - 1]) * height;
                int steps = (int) Math.ceil(StrictMath.hypot(dx, dy) / 3) + 1;
                for (int k = 0; k <= steps; k++) {
                    places.add(new double[] {
                        piece[0][i - 1] * width + dx * k / steps, (1 - piece[1][i - 1]) * height - dy * k / steps
                    });
                }
            }
        }
    }
}
