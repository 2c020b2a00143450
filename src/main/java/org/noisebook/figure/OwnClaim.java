package org.noisebook.figure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Doubles;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;
import org.noisebook.stats.PowerFit;

/**
 * A reader's claim on a study: cells, what is measured in them, how it becomes one estimate, and a window.
 *
 * <p>Cells share the streams of a replica, so differences, ratios and slopes are paired. <b>Special cases</b>: numbers
 * that are not given are NaN, lists and texts empty.
 *
 * @param id short name
 * @param statement one phrase
 * @param study id of the study
 * @param set settings {@code name=value,value,…}, separated by semicolons
 * @param replicas runs of each cell, at least 2
 * @param measure a number of the result
 * @param reduction how the numbers of the runs become one estimate
 * @param theory the theoretical value
 * @param window relative half-width of the window about it; NaN for {@link Claim#STANDARD_WINDOW}
 * @param above lower bound
 * @param below upper bound
 * @param between two bounds
 * @param range lowest and highest possible value of the measure; empty for what its meaning says
 * @param control the id of another claim, or as in {@link Claim#control}; may be empty for a control
 * @param source source of the theory or bound
 */
public record OwnClaim(
        String id,
        String statement,
        String study,
        String set,
        int replicas,
        String measure,
        By reduction,
        double theory,
        double window,
        double above,
        double below,
        Doubles between,
        Doubles range,
        String control,
        String source) {
    private static final Doubles SHARE = Doubles.of(0, 1);
    private static final Doubles POSITIVE = Doubles.of(0, Double.POSITIVE_INFINITY);
    private static final Doubles ANY = Doubles.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    /** How the meanings of results in [0, 1] begin, and of those that are never negative. */
    private static final Pattern IS_SHARE =
            Pattern.compile("((mean|total|test|training) )?(share|probability|accuracy|proportion|p-value)\\b.*");

    private static final Pattern IS_POSITIVE = Pattern.compile(
            "(norm|number|variance|standard|root[ -]mean|mean[ -]squared?|time|length|width|displacement"
                    + "|(mean )?distance|evaluations|largest (error|difference)|steps)\\b.*");

    /** Reductions: of one cell, of the first cell and the second, and the exponent of a power law in a setting. */
    public enum By {
        MEAN,
        DIFFERENCE,
        RATIO,
        SLOPE
    }

    /** A claim without content. */
    public static OwnClaim standard() {
        double no = Double.NaN;
        Doubles none = Doubles.of();
        return new OwnClaim("", "", "", "", 16, "", By.MEAN, no, no, no, no, none, none, "", "");
    }

    /**
     * Refuses what cannot be judged, and windows that cannot fail.
     *
     * @throws IllegalArgumentException in one line
     */
    public void check() {
        boolean isWhole = Stream.of(id, statement, study, measure, source).noneMatch(String::isEmpty);
        refuse(!isWhole, "a claim must have id, statement, study, measure, control and source");
        refuse(!id.matches("[a-z][a-z0-9-]*"), "id must be lower-case letters, digits and hyphens, got '" + id + "'");
        Study<?, ?> known = Catalogue.study(study);
        int cells = sweep(known).cells().size();
        String needs = "reduction = " + Schema.formatValue(reduction) + " needs ";
        if (reduction == By.SLOPE) {
            refuse(cells < 3 || positions().length != cells, needs + "one setting with three values or more");
            refuse(!Arrays.stream(positions()).allMatch(x -> x > 0), needs + "a setting in positive numbers");
        } else {
            String values = reduction == By.MEAN ? "one value of every setting" : "one setting with two values";
            refuse(cells != (reduction == By.MEAN ? 1 : 2), needs + values + ", got " + cells + " cells");
        }
        refuse(replicas < 2, "replicas must be at least 2, got " + replicas);
        long given = DoubleStream.of(theory, above, below, between.orNaN(0))
                .filter(x -> !Double.isNaN(x))
                .count();
        refuse(given != 1, "a claim must have one of theory, above, below and between, got " + given);
        refuse(Double.isNaN(theory) && !Double.isNaN(window), "window is the width about a theory");
        refuse(window <= 0 || window >= 1, "window must be in (0, 1), a part of the theory, got " + window);
        refuse(theory == 0, "theory = 0 has no relative window: take between");
        checkPair("between", between);
        checkPair("range", range);
        claim(possible(known), Estimate.ofMeanOrNone(Double.NaN));
    }

    private static void checkPair(String name, Doubles pair) {
        boolean isWrong = pair.size() > 0 && !(pair.size() == 2 && pair.get(0) < pair.get(1));
        refuse(isWrong, name + " must be two numbers, the smaller first, got " + pair);
    }

    private static void refuse(boolean isWrong, String message) {
        if (isWrong) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The lowest and highest value that the claimed quantity can have, as far as is known. */
    private Doubles possible(Study<?, ?> known) {
        Map<String, String> all = numbers("", known.resultType());
        if (!all.containsKey(measure)) {
            String hint = "'noisebook studies " + study + "' lists the results; words and arrays cannot be judged";
            throw NearestNames.unknown("measure", measure, all.keySet(), hint);
        }
        String meaning = all.get(measure);
        Doubles values = range.size() > 0
                ? range
                : IS_SHARE.matcher(meaning).matches()
                        ? SHARE
                        : IS_POSITIVE.matcher(meaning).matches() ? POSITIVE : ANY;
        double width = values.get(1) - values.get(0);
        return switch (reduction) {
            case MEAN -> values;
            case DIFFERENCE -> Doubles.of(-width, width);
            case RATIO -> values.get(0) >= 0 ? POSITIVE : ANY;
            case SLOPE -> ANY;
        };
    }

    /** The values of the first setting that has several; NaN where they are no numbers. */
    private double[] positions() {
        return Schema.split(set, ';').stream()
                .map(axis -> Schema.split(axis.substring(axis.indexOf('=') + 1), ','))
                .filter(values -> values.size() > 1)
                .limit(1)
                .flatMap(List::stream)
                .mapToDouble(x -> Numbers.isDecimal(x) || x.contains("^") ? Numbers.parse(x) : Double.NaN)
                .toArray();
    }

    private <C extends Record, R extends Record> Sweep<C, R> sweep(Study<C, R> known) {
        return Sweep.grid(
                known, known.defaults(), replicas, Schema.split(set, ';').toArray(String[]::new));
    }

    /** The meanings of all results that are one number, by the names of their columns. */
    private static Map<String, String> numbers(String prefix, Class<? extends Record> type) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Schema.Field field : Schema.of(type).fields()) {
            if (field.type().isRecord()) {
                all.putAll(numbers(prefix + field.name() + ".", field.type().asSubclass(Record.class)));
            } else if (field.type().isPrimitive() && field.type() != boolean.class) {
                all.put(prefix + field.name(), field.meaning());
            }
        }
        return all;
    }

    /** Runs what is not in the cache and judges; without a number in every run it is not resolved. */
    public Claim judge(Experiment experiment) {
        return judge(Catalogue.study(study), experiment);
    }

    private <C extends Record, R extends Record> Claim judge(Study<C, R> known, Experiment experiment) {
        Results<C, R> results = experiment.run(sweep(known));
        refuse(results.missing() > 0, id + ": " + results.missing() + " runs exceeded --limit");
        double[] all = results.frame().doubles(measure);
        double[][] values = IntStream.range(0, all.length / replicas)
                .mapToObj(cell -> Arrays.copyOfRange(all, cell * replicas, (cell + 1) * replicas))
                .toArray(double[][]::new);
        Estimate measured = estimate(values, experiment.streams().withReplica(0).at("bootstrap/" + id));
        Doubles possible = range.size() > 0 ? possible(known) : ANY;
        boolean isOutside = measured.mean() < possible.get(0) || measured.mean() > possible.get(1);
        refuse(isOutside, id + ": the measured " + measured.mean() + " lies outside the given range");
        return claim(possible, measured);
    }

    /** Judged as the kit's own are. */
    private Claim claim(Doubles possible, Estimate measured) {
        Board board = new Board("own", Preset.QUICK, null);
        ClaimDraft draft = board.claim(id, statement)
                .range(possible.get(0), possible.get(1))
                .control(control.matches("|(none|run): *\\S.*") ? control : "claim: " + control)
                .of(measured);
        if (!Double.isNaN(theory)) {
            draft.theory(theory, Math.abs(theory) * (Double.isNaN(window) ? Claim.STANDARD_WINDOW : window));
        } else if (between.size() > 0) {
            draft.between(between.get(0), between.get(1));
        } else if (Double.isNaN(above)) {
            draft.below(below);
        } else {
            draft.above(above);
        }
        try {
            draft.from(source);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return board.claims().get(0);
    }

    private Estimate estimate(double[][] values, org.noisebook.rng.Stream bootstrap) {
        double[] first = values[0];
        double[] last = values[values.length - 1];
        return switch (reduction) {
            case MEAN -> Estimate.ofMeanOrNone(first);
            case DIFFERENCE ->
                Estimate.ofMeanOrNone(IntStream.range(0, replicas)
                        .mapToDouble(r -> first[r] - last[r])
                        .toArray());
            case RATIO -> Jackknife.ratio(first, last);
            case SLOPE ->
                Arrays.stream(values).flatMapToDouble(Arrays::stream).allMatch(y -> y > 0 && Double.isFinite(y))
                        ? PowerFit.of(positions(), values, bootstrap).exponent()
                        : Estimate.ofMeanOrNone(Double.NaN);
        };
    }
}
