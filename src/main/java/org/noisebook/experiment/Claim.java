package org.noisebook.experiment;

import java.util.List;
import java.util.Locale;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.stats.Estimate;

/**
 * A statement about numbers, judged against a window fixed before anything ran.
 *
 * <p><b>Theory</b>: the value theory gives and a window around it; reproduced if the measured 95 % interval lies inside,
 * not reproduced if wholly outside, else not resolved. <b>Regression</b>: a reference value; reproduced if the measured
 * one lies within 3.3 combined standard errors, else not reproduced.
 *
 * @param id short name, unique among all claims
 * @param kind which of the two
 * @param statement one phrase
 * @param expected the value of theory or reference
 * @param windowLow lower end of the window
 * @param windowHigh upper end
 * @param measured the estimate
 * @param source where the expected value stands
 */
public record Claim(
        String id,
        Kind kind,
        String statement,
        double expected,
        double windowLow,
        double windowHigh,
        Estimate measured,
        String source) {
    /** Relative half-width of a theory window unless a claim says otherwise. */
    public static final double STANDARD_WINDOW = 0.1;

    /** Combined standard errors a regression value may be off: one false alarm in a thousand. */
    public static final double REGRESSION_ERRORS = 3.3;

    /** The two kinds. */
    public enum Kind {
        /** A theoretical value with a window. */
        THEORY,
        /** A reference value with its standard error. */
        REGRESSION
    }

    /** The three verdicts. */
    public enum Verdict {
        /** The measurement agrees. */
        REPRODUCED,
        /** The measurement disagrees. */
        NOT_REPRODUCED,
        /** The interval is too wide to tell. */
        NOT_RESOLVED;

        /** The verdict in words. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A theory claim with the standard 10 % window. */
    public static Claim theory(String id, String statement, double expected, Estimate measured, String source) {
        return theory(id, statement, expected, STANDARD_WINDOW * Math.abs(expected), measured, source);
    }

    /** A theory claim with a window of its own half-width, for values whose natural scale is not their size. */
    public static Claim theory(
            String id, String statement, double expected, double halfWidth, Estimate measured, String source) {
        return new Claim(
                id, Kind.THEORY, statement, expected, expected - halfWidth, expected + halfWidth, measured, source);
    }

    /** A regression claim. */
    public static Claim regression(
            String id, String statement, double expected, double stdError, Estimate measured, String source) {
        double combined = StrictMath.sqrt(stdError * stdError + measured.stdError() * measured.stdError());
        double half = REGRESSION_ERRORS * combined;
        return new Claim(id, Kind.REGRESSION, statement, expected, expected - half, expected + half, measured, source);
    }

    /** The verdict. */
    public Verdict verdict() {
        if (kind == Kind.REGRESSION) {
            if (Double.isNaN(windowLow) || Double.isNaN(measured.mean())) {
                return Verdict.NOT_RESOLVED;
            }
            boolean inside = measured.mean() >= windowLow && measured.mean() <= windowHigh;
            return inside ? Verdict.REPRODUCED : Verdict.NOT_REPRODUCED;
        }
        if (measured.low() >= windowLow && measured.high() <= windowHigh) {
            return Verdict.REPRODUCED;
        }
        boolean outside = measured.high() < windowLow || measured.low() > windowHigh;
        return outside ? Verdict.NOT_REPRODUCED : Verdict.NOT_RESOLVED;
    }

    /** Claims as a table to look at, numbers and ends of intervals to so many digits. */
    public static Frame summary(List<Claim> claims, int digits) {
        Frame frame = new Frame("claim", "kind", "expected", "window", "measured", "95 % interval", "n", "verdict");
        for (Claim c : claims) {
            frame.add(
                    c.id,
                    Schema.formatValue(c.kind),
                    c.expected,
                    interval(c.windowLow, c.windowHigh, digits),
                    c.measured.mean(),
                    interval(c.measured.low(), c.measured.high(), digits),
                    c.measured.n(),
                    c.verdict().text());
        }
        return frame;
    }

    private static String interval(double low, double high, int digits) {
        return "[" + Numbers.format(low, digits) + ", " + Numbers.format(high, digits) + "]";
    }

    /** Claims as a table. */
    public static Frame frame(List<Claim> claims) {
        Frame frame = new Frame(
                "id",
                "kind",
                "expected",
                "windowLow",
                "windowHigh",
                "measured",
                "low",
                "high",
                "n",
                "verdict",
                "statement",
                "source");
        for (Claim c : claims) {
            frame.add(
                    c.id,
                    Schema.formatValue(c.kind),
                    c.expected,
                    c.windowLow,
                    c.windowHigh,
                    c.measured.mean(),
                    c.measured.low(),
                    c.measured.high(),
                    c.measured.n(),
                    c.verdict().text(),
                    c.statement,
                    c.source);
        }
        return frame;
    }
}
