package org.noisebook.seeds.report;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.data.Check;
import org.noisebook.data.Quoted;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SourceTable;

/**
 * What seeds do to a score, in words that need no statistics: questions, each answered in one sentence with a number and its 95 % interval.
 *
 * <p>Names of the field stand in square brackets. What a table does not allow is said in a sentence in its place.
 *
 * <p><b>Special cases</b>: the order of rows, seeds and conditions does not matter. Fewer than two seeds, or values that are all equal, are
 * errors. <b>Cost</b>: a second or two for 1000 seeds under 32 conditions.
 */
public sealed interface SeedReport extends Report permits ConditionsReport, LoneReport, SourcesReport {
    /** The settings and names. */
    Options options();

    /** What is analysed in place of the score itself. */
    enum Transform {
        /** The score as it is. */
        NONE,
        /** Its natural logarithm: for errors and losses, whose ratios matter. */
        LOG,
        /** The normal quantile of a proportion: for accuracies near 0 or 1. */
        PROBIT;

        /**
         * The number to analyse.
         *
         * @throws IllegalArgumentException where there is none
         */
        double of(double value) {
            return switch (this) {
                case NONE -> value;
                case LOG -> {
                    if (!(value > 0)) {
                        throw new IllegalArgumentException("value under --transform log must be above 0, got " + value);
                    }
                    yield StrictMath.log(value);
                }
                case PROBIT -> {
                    if (!(value > 0 && value < 1)) {
                        throw new IllegalArgumentException("value under --transform probit must be in (0, 1), got "
                                + value + "; for a share of n cases, 0.5/n and 1 - 0.5/n can stand for 0 and 1");
                    }
                    yield new NormalDistribution(null, 0, 1).inverseCumulativeProbability(value);
                }
            };
        }
    }

    /**
     * Names and settings.
     *
     * @param seed what seeds are called, such as their column
     * @param condition what conditions are called
     * @param response what the score is called
     * @param lowerIsBetter whether small values are good, as of errors
     * @param transform what is analysed
     * @param level share of false finds that is accepted, and level of tests
     * @param correction how the level is kept over many seeds
     * @param top seeds that a table shows from either end, and that are picked for the trial on other conditions
     * @param draws resamples of the bootstrap and splits
     */
    record Options(
            String seed,
            String condition,
            String response,
            boolean lowerIsBetter,
            Transform transform,
            double level,
            Correction correction,
            int top,
            int draws) {
        private static final double HIGHEST_LEVEL = 0.5;
        private static final int MOST_DRAWS = 1_000_000;

        public Options {
            Check.above("level", level, 0, HIGHEST_LEVEL);
            Check.inRange("top", top, 1, Integer.MAX_VALUE);
            Check.inRange("draws", draws, 100, MOST_DRAWS);
        }

        /** Higher is better, no transform, level .05 of Benjamini and Hochberg, six seeds, a thousand draws. */
        public static Options of(String seed, String condition, String response) {
            return new Options(
                    seed, condition, response, false, Transform.NONE, 0.05, Correction.BENJAMINI_HOCHBERG, 6, 1000);
        }

        /** The score as it is analysed, larger being better. */
        double oriented(double value) {
            double changed = transform.of(value);
            return lowerIsBetter ? -changed : changed;
        }

        /** What the analysed score is called. */
        public String scale() {
            return switch (transform) {
                case NONE -> response;
                case LOG -> "log " + response;
                case PROBIT -> "probit " + response;
            };
        }
    }

    /**
     * The report of seeds under conditions, or of seeds alone where the table has one condition.
     *
     * @param stream of all that is drawn
     * @throws IllegalArgumentException for fewer than two seeds or equal values throughout
     */
    static SeedReport of(SeedTable table, Options options, Stream stream) {
        SeedTable sorted = prepared(table, options);
        if (table.conditions().size() == 1) {
            return LoneReport.of(sorted, options);
        }
        if (Arrays.stream(sorted.centred()).flatMapToDouble(Arrays::stream).allMatch(lead -> !(Math.abs(lead) > 0))) {
            throw new IllegalArgumentException(
                    "column '" + options.response()
                            + "' must differ between seeds, but under each condition all seeds have the same value: the seed changes nothing");
        }
        return ConditionsReport.of(sorted, options, stream);
    }

    /** The report of several sources of randomness, each with seeds of its own. */
    static SeedReport of(SourceTable table, Options options, Stream stream) {
        for (int f = 0; f < table.factors().size(); f++) {
            checkSeeds(table.factors().get(f), table.levels().get(f));
        }
        checkVaries(table.value(), options.response());
        return SourcesReport.of(table.map(options::oriented), options, stream);
    }

    private static SeedTable prepared(SeedTable table, Options options) {
        checkSeeds(options.seed(), table.seeds());
        checkVaries(table.value(), options.response());
        int empty = table.missing();
        if (table.conditions().size() > 1
                && empty == table.seeds().size() * (table.conditions().size() - 1)) {
            throw new IllegalArgumentException("column '" + options.seed()
                    + "' must hold the same seeds under several conditions, got each seed under only one, so seeds cannot be"
                    + " separated from conditions");
        }
        return table.map(options::oriented).sorted();
    }

    private static void checkSeeds(String column, List<String> seeds) {
        if (seeds.size() < 2) {
            throw new IllegalArgumentException("column '" + column + "' must hold two or more different seeds, got '"
                    + Quoted.of(seeds.get(0)) + "' alone");
        }
    }

    private static void checkVaries(double[] values, String response) {
        for (double value : values) {
            if (value != values[0]) {
                return;
            }
        }
        throw new IllegalArgumentException(
                "column '" + response + "' must hold different values, got " + values[0] + " in every row");
    }

    /** One line for a console: what was asked first, and the answer. */
    default String brief() {
        return "SeedReport[" + title() + ": " + sections().get(0).answer() + "]";
    }

    @Override
    default String heading() {
        return "Seed report: " + title();
    }
}
