package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.List;
import org.noisebook.data.Frame;
import org.noisebook.seeds.Component;
import org.noisebook.stats.Estimate;

/** What several reports say or tabulate alike. */
final class Phrases {
    private Phrases() {}

    /** A rounded share, which may begin with over or under. */
    static String about(String share) {
        return (Character.isDigit(share.charAt(0)) ? "about " : "") + share;
    }

    /** How to read any report. */
    static List<String> ofAnyReport(SeedReport.Options options) {
        List<String> lines = new ArrayList<>();
        switch (options.transform()) {
            case LOG ->
                lines.add("All numbers are of the natural logarithm of " + options.response()
                        + ": a difference of 0.01 means 1 %.");
            case PROBIT ->
                lines.add("All numbers are of the probit of " + options.response()
                        + " [normal quantile], which spreads out what lies close to 0 or 1.");
            case NONE -> {
                // Nothing to say.
            }
        }
        lines.add("A 95 % interval contains the true value in 19 of 20 such tables. Technical names"
                + " are in [brackets].");
        return lines;
    }

    /** A table of variance components, still empty. */
    static Frame componentFrame() {
        return new Frame(
                ("source variance varianceLow varianceHigh share shareLow shareHigh totalShare totalShareLow totalShareHigh"
                                + " sumOfSquares degrees meanSquare f numeratorDegrees denominatorDegrees pValue")
                        .split(" "));
    }

    /** Adds a component under a name. */
    static void add(Frame frame, String name, Component c) {
        frame.addAll(
                name,
                c.variance().numbers(),
                c.share().numbers(),
                c.totalShare().numbers(),
                List.of(c.sumOfSquares(), c.degrees(), c.meanSquare(), c.f()),
                List.of(c.numeratorDegrees(), c.denominatorDegrees(), c.pValue()));
    }

    /** A table of numbers with intervals or p-values, still empty. */
    static Frame quantityFrame() {
        return new Frame("quantity", "value", "low", "high", "pValue");
    }

    /** Adds an estimate. */
    static void add(Frame frame, String name, Estimate estimate) {
        frame.addAll(name, estimate.numbers(), Double.NaN);
    }

    /** Adds a statistic. */
    static void add(Frame frame, String name, double value, double pValue) {
        frame.add(name, value, Double.NaN, Double.NaN, pValue);
    }
}
