package org.noisebook.site;

import java.util.Locale;
import java.util.stream.DoubleStream;
import org.noisebook.experiment.Claim;

/** A claim as a bar: its 95 % interval against its window, on one scale that holds both. */
final class ClaimBar {
    private static final double WIDTH = 300;
    private static final double HEIGHT = 22;
    private static final double MARGIN = 0.12;
    /** Beyond this ratio of the largest to the smallest number, all positive, the scale is logarithmic. */
    private static final double WIDE = 50;

    private ClaimBar() {}

    static String style(Claim.Verdict verdict) {
        return verdict.text().replace(' ', '-');
    }

    /** An SVG element; only words where nothing was measured. */
    static String svg(Claim claim) {
        double mean = claim.measured().mean();
        if (Double.isNaN(mean)) {
            return "<span class=\"none\">nothing measured</span>";
        }
        double[] known = DoubleStream.of(
                        claim.windowLow(),
                        claim.windowHigh(),
                        claim.measured().low(),
                        claim.measured().high(),
                        mean)
                .filter(Double::isFinite)
                .toArray();
        double least = DoubleStream.of(known).min().orElse(mean);
        double most = DoubleStream.of(known).max().orElse(mean);
        boolean log = least > 0 && most > WIDE * least;
        double from = log ? StrictMath.log(least) : least;
        double to = log ? StrictMath.log(most) : most;
        double span = to > from ? to - from : Math.max(1e-12, Math.abs(to));
        double left = (from + to) / 2 - (0.5 + MARGIN) * span;
        double scale = WIDTH / (span * (1 + 2 * MARGIN));
        String label = "measured " + claim.found() + "; window " + claim.window() + (log ? "; logarithmic scale" : "");
        StringBuilder bar = new StringBuilder("<svg class=\"bar " + style(claim.verdict()) + "\" viewBox=\"0 0 300 22\""
                + " role=\"img\" aria-label=\"" + Markup.escape(label) + "\">");
        double low = place(claim.windowLow(), log, left, scale);
        double high = place(claim.windowHigh(), log, left, scale);
        bar.append(tag("<rect class=\"window\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"20\"/>", low, high - low));
        double start = place(claim.measured().low(), log, left, scale);
        double end = place(claim.measured().high(), log, left, scale);
        bar.append(tag("<path d=\"M%.1f %.1fH%.1f\"/>", start, HEIGHT / 2, end));
        bar.append(tag("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", place(mean, log, left, scale), HEIGHT / 2));
        return bar.append("</svg>").toString();
    }

    private static String tag(String format, Object... numbers) {
        return String.format(Locale.ROOT, format, numbers);
    }

    private static double place(double value, boolean log, double left, double scale) {
        if (Double.isNaN(value)) {
            return WIDTH / 2;
        }
        double there = log ? StrictMath.log(Math.max(0, value)) : value;
        return Math.min(WIDTH, Math.max(0, (there - left) * scale));
    }
}
