package org.noisebook.chart;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Where claims wanted their points: a shaded window with a line at what was expected, or a bound with hatches on the side that
 * fails; points of one window share one strip. What the panel draws there anyway is not drawn again.
 */
final class Wanted {
    /** By how much a strip is wider than its points, at either side. */
    static final double PAD = 8;

    private static final double SIZE = 9.2;
    private static final double HATCH = 3.2;
    /** Windows with words; more would be laws, which have lines. */
    private static final int MOST_WORDS = 4;

    private static final Color SHADE = new Color(0xE2E2E2);
    private static final Color LINE = new Color(0x6A6A6A);

    private final Rectangle2D plot;
    private final Ruler y;
    private final List<Strip> strips = new ArrayList<>();

    /** One window, from left to right. */
    private record Strip(Judgement window, double left, double right) {
        boolean isOf(Judgement other) {
            return Double.compare(window.low(), other.low()) == 0 && Double.compare(window.high(), other.high()) == 0;
        }
    }

    Wanted(CurveChart chart, Rectangle2D plot, Ruler x, Ruler y) {
        this.plot = plot;
        this.y = y;
        for (Mark mark : chart.marks()) {
            for (int i = 0; mark instanceof Mark.Points points && i < points.judged().length; i++) {
                Judgement one = points.judged()[i];
                double middle = plot.getX() + x.u(points.x()[i]) * plot.getWidth();
                boolean shown = Arrays.stream(one.ends()).map(this::v).anyMatch(v -> v >= 0 && v <= 1);
                if (shown && !isDrawn(chart, one)) {
                    add(one, Math.max(plot.getX(), middle - PAD), Math.min(plot.getMaxX(), middle + PAD));
                }
            }
        }
    }

    /** Whether a band has the window, or a level line the bound or what is expected. */
    static boolean isDrawn(CurveChart chart, Judgement one) {
        double level = Double.isFinite(one.expected()) ? one.expected() : one.ends()[0];
        return chart.marks().stream()
                .anyMatch(mark -> mark instanceof Mark.Band band
                                && isLevel(band.low(), one.low())
                                && isLevel(band.high(), one.high())
                        || mark instanceof Mark.Line line && isLevel(line.y(), level));
    }

    private static boolean isLevel(double[] values, double level) {
        return values.length > 1
                && DoubleStream.of(values).allMatch(v -> Math.abs(v - level) <= 1e-9 * Math.abs(level));
    }

    private void add(Judgement one, double left, double right) {
        double from = left;
        double to = right;
        for (Strip strip : List.copyOf(strips)) {
            if (strip.isOf(one)) {
                strips.remove(strip);
                from = Math.min(from, strip.left);
                to = Math.max(to, strip.right);
            }
        }
        strips.add(new Strip(one, from, to));
    }

    /** A value at or below 0 lies under a log axis. */
    private double v(double value) {
        return value <= 0 && y.scale().isLog() ? -1 : y.u(value);
    }

    private double place(double value) {
        return plot.getMaxY() - Math.max(0, Math.min(1, v(value))) * plot.getHeight();
    }

    /** Under all else. */
    void paint(Pen pen) {
        for (Strip strip : strips) {
            Judgement one = strip.window;
            double width = strip.right - strip.left;
            if (one.ends().length == 2) {
                double top = place(one.high());
                pen.fill(new Rectangle2D.Double(strip.left, top, width, place(one.low()) - top), SHADE);
            }
        }
        for (Strip strip : strips) {
            Judgement one = strip.window;
            double level = one.ends().length == 1 ? one.ends()[0] : one.expected();
            if (!(v(level) >= 0 && v(level) <= 1)) {
                continue;
            }
            double height = place(level);
            Path2D line = new Path2D.Double();
            line.moveTo(strip.left, height);
            line.lineTo(strip.right, height);
            pen.draw(line, LINE, 0.8);
            if (one.ends().length == 1) {
                double out = Double.isFinite(one.low()) ? HATCH : -HATCH;
                Path2D hatch = new Path2D.Double();
                for (double at = strip.left + HATCH; at <= strip.right; at += HATCH) {
                    hatch.moveTo(at, height);
                    hatch.lineTo(at - HATCH, height + out);
                }
                pen.draw(hatch, LINE, 0.5);
            }
        }
    }

    /** The words of the windows where nothing stands, none where there is no such place. */
    void write(Pen pen, List<double[]> obstacles, List<Rectangle2D> taken) {
        if (strips.size() > MOST_WORDS) {
            return;
        }
        for (Strip strip : strips) {
            Judgement one = strip.window;
            double w = Pen.width(one.words(), SIZE);
            double[] ends = one.ends();
            double top = place(ends[ends.length - 1]);
            double bottom = place(ends[0]);
            boolean above = ends.length == 2 || Double.isFinite(one.low());
            double[] heights = {top - SIZE - 1, bottom + 1.5};
            if (ends.length == 1) {
                heights[above ? 1 : 0] += above ? HATCH : -HATCH;
            }
            List<double[]> places = new ArrayList<>();
            for (int side = 0; side < 2; side++) {
                double height = heights[above ? side : 1 - side];
                for (double left : new double[] {strip.right - w, strip.left, (strip.left + strip.right - w) / 2}) {
                    places.add(new double[] {left, height});
                }
            }
            places.add(new double[] {strip.right + 3, (top + bottom - SIZE) / 2});
            places.add(new double[] {strip.left - w - 3, (top + bottom - SIZE) / 2});
            places.stream()
                    .map(at -> new Rectangle2D.Double(at[0], at[1], w, SIZE))
                    .filter(box -> plot.contains(box)
                            && taken.stream().noneMatch(box::intersects)
                            && obstacles.stream().noneMatch(p -> box.contains(p[0], p[1] - 1)))
                    .findFirst()
                    .ifPresent(box -> {
                        taken.add(box);
                        pen.text(
                                one.words(),
                                box.x,
                                box.y + 0.86 * SIZE,
                                Pen.Anchor.START,
                                Pen.Style.of(SIZE).withColour(LINE));
                    });
        }
    }
}
