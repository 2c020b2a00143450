package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * Models compared over tasks and seeds: every pair, or each against a baseline, as one family whose verdicts, intervals and p share one level ({@link Family}).
 *
 * <pre>{@code
 * RunTable table = RunReader.read(TableFile.read(Path.of("runs.csv"), Optional.empty()), RunReader.Said.nothing());
 * Comparison comparison = Comparison.of(table, Comparison.Options.standard(), Streams.of(1).at("compare"));
 * comparison.report().text();
 * comparison.verdict("A", "B");
 * }</pre>
 *
 * <p><b>Error</b>: the chance of any false verdict is at most {@code alpha} where models are alike in law (symmetric differences), by a closed test or Bonferroni over
 * the pairs; skewed differences of mean 0 break every rule for means. <b>Cost</b>: 1024 seeds of 32 models, all pairs, in seconds.
 *
 * @param table the runs
 * @param options what was asked
 * @param duels the pairs
 * @param failedLeftOut verdicts with failed runs left out; a pair's own one hangs where one of the next two is another and any is decided
 * @param withoutDiverged verdicts with runs far off left out too
 * @param failedLowest verdicts on ranks, failed runs as worse than any other; those with failed runs left out where ranks do not depend on them
 * @param diverged runs that are far off
 * @param models one a model
 * @param standardised whether aggregates are of scores standardised by task, as the tasks' scales differ
 * @param ranks the models ranked on the tasks, where two or more tasks rank them and pairs are not compared over tasks as it is
 * @param ran seeds of the model that ran most, or tasks where they are the sample, those beyond a declared number among them
 */
public record Comparison(
        RunTable table,
        Options options,
        List<PairComparison> duels,
        List<Verdict> failedLeftOut,
        List<Verdict> withoutDiverged,
        List<Verdict> failedLowest,
        List<RunTable.Flag> diverged,
        List<Model> models,
        boolean standardised,
        Optional<RankComparison> ranks,
        int ran) {
    /** Largest ratio of spreads of tasks on one scale. */
    private static final double ALIKE = 10;

    private static final int MOST_MODELS = 256;

    /**
     * What is asked.
     *
     * @param alpha chance of any false verdict
     * @param gamma share of wins above which a difference matters (Bouthillier et al. 2021, arXiv 2103.03098)
     * @param rule when a difference counts as found
     * @param seeds declared beforehand: the largest number, 0 for none; under {@code PLANNED} the number
     * @param baseline compared with each other model, in place of all pairs
     * @param draws resamples
     * @param goal of the optimality gap
     * @param control what is kept below alpha where no number of seeds is declared
     * @param overTasks whether tasks are the sample, and the question is which model is better on tasks like these
     */
    public record Options(
            double alpha,
            double gamma,
            Stopping.Rule rule,
            int seeds,
            Optional<String> baseline,
            int draws,
            Optional<Double> goal,
            Family.Control control,
            boolean overTasks) {
        private static final double HIGHEST_ALPHA = 0.5;

        public Options {
            Check.above("--level", alpha, 0, HIGHEST_ALPHA);
            Check.inRange("gamma", gamma, 0.5, 1);
            Check.inRange("draws", draws, 100, 1_000_000);
            boolean needed = rule != Stopping.Rule.ANYTIME;
            String declared = (rule == Stopping.Rule.PLANNED ? "--planned" : "--max") + (overTasks ? " of tasks" : "");
            Check.inRange(declared, seeds, needed || seeds != 0 ? Stopping.FEWEST : 0, 10_000_000);
        }

        /** With one look at whatever there is. */
        private Options once() {
            return new Options(
                    alpha, gamma, Stopping.Rule.PLANNED, Stopping.FEWEST, baseline, draws, goal, control, false);
        }

        /** The rule of one of so many comparisons. */
        Stopping stopping(int comparisons) {
            return Stopping.of(rule, alpha, seeds, comparisons, overTasks);
        }

        /** Level 5 %, γ = 3/4, looks after every seed without a maximum, all pairs, 2000 resamples. */
        public static Options standard() {
            return new Options(
                    0.05,
                    0.75,
                    Stopping.Rule.ANYTIME,
                    0,
                    Optional.empty(),
                    2000,
                    Optional.empty(),
                    Family.Control.ANY,
                    false);
        }
    }

    /**
     * A model over all tasks.
     *
     * @param name of it
     * @param runs of it
     * @param failed of these
     * @param diverged of these
     * @param iqm interquartile mean
     * @param mean of task means
     * @param median of all runs
     * @param gap optimality gap, where there is a goal
     */
    public record Model(
            String name,
            int runs,
            int failed,
            int diverged,
            Estimate iqm,
            Estimate mean,
            Estimate median,
            Optional<Estimate> gap) {}

    /**
     * Compares; models without seeds are read by {@link References}.
     *
     * @param asked what is asked; of folds there is one look
     * @param stream of all that is drawn
     * @throws IllegalArgumentException for an unknown baseline, or more than 256 models
     */
    public static Comparison of(RunTable given, Options asked, Stream stream) {
        RunTable all = References.of(given, asked.baseline);
        List<String> fixed = References.fixed(given);
        Options options = all.cut().isPresent() && !asked.overTasks ? asked.once() : asked;
        boolean isCut = asked.seeds > 0 && (asked.overTasks || all.cut().isEmpty());
        RunTable table = !isCut ? all : asked.overTasks ? all.firstTasks(asked.seeds) : all.first(asked.seeds);
        if (options.overTasks && table.tasks().size() < 2) {
            throw new IllegalArgumentException(
                    "--over tasks takes tasks as a sample and needs two or more, got 1: name their column with --task");
        }
        int count = table.models().size();
        if (count > MOST_MODELS) {
            throw new IllegalArgumentException("at most " + MOST_MODELS + " models are compared at once, got " + count
                    + ": is their column the right one? Say it with --model NAME, or leave rows out");
        }
        List<int[]> pairs = Family.pairs(table.models(), options.baseline, fixed);
        Stopping stopping = options.stopping(pairs.size());
        List<RunTable.Flag> diverged = table.diverged();
        RunTable calm = table.without(diverged);
        Map<Integer, BrunnerMunzel.Arm> arms = new HashMap<>();
        Map<Integer, BrunnerMunzel.Arm> calmArms = new HashMap<>();
        List<PairComparison> duels = new ArrayList<>();
        List<PairComparison> without = new ArrayList<>();
        List<PairComparison> leftOut = new ArrayList<>();
        List<PairComparison> lowest = new ArrayList<>();
        for (int[] pair : pairs) {
            Stream own = stream.part(duels.size());
            BiFunction<RunTable, Map<Integer, BrunnerMunzel.Arm>, PairComparison> compare =
                    (runs, sorted) -> options.overTasks
                            ? TaskRuns.duel(runs, pair[0], pair[1], stopping, pairs.size(), own)
                            : PairComparison.of(runs, pair[0], pair[1], stopping, pairs.size(), own, sorted);
            PairComparison duel = compare.apply(table, arms);
            duels.add(duel);
            boolean far = diverged.stream().anyMatch(flag -> flag.model() == pair[0] || flag.model() == pair[1]);
            without.add(far ? compare.apply(calm, calmArms) : duel);
            boolean failed = table.failed(pair[0]) + table.failed(pair[1]) > 0;
            boolean fresh = duel.design() == PairComparison.Design.FRESH;
            for (boolean as : new boolean[] {false, true}) {
                // Runs without common seeds are ranked as it is, failed ones lowest.
                RunTable read = !failed || fresh && as
                        ? table
                        : fresh ? table.finished() : PairComparison.ranked(table, pair[0], pair[1], as);
                (as ? lowest : leftOut).add(read == table ? duel : compare.apply(read, new HashMap<>()));
            }
        }
        boolean standardised = !alike(table);
        List<PairComparison> decided = Family.judged(duels, stopping, options.alpha, options.control);
        UnaryOperator<List<PairComparison>> judged =
                of -> of.equals(duels) ? decided : Family.judged(of, stopping, options.alpha, options.control);
        List<PairComparison> calmer = judged.apply(without);
        List<PairComparison> finished = new ArrayList<>(judged.apply(leftOut));
        List<PairComparison> worst = new ArrayList<>(judged.apply(lowest));
        List<PairComparison> held = new ArrayList<>();
        for (int i = 0; i < decided.size(); i++) {
            PairComparison duel = decided.get(i);
            // Ranks may decide more or less than means do, so that failed runs matter where ranks depend on them.
            boolean same = finished.get(i).verdict() == worst.get(i).verdict();
            finished.set(i, same || duel.design() != PairComparison.Design.FRESH ? duel : finished.get(i));
            worst.set(i, same ? duel : worst.get(i));
            boolean still = isStill(table, options, duel);
            double p = List.of(duel, calmer.get(i), finished.get(i), worst.get(i)).stream()
                    .mapToDouble(PairComparison::p)
                    .max()
                    .orElse(1);
            boolean hangs = hangs(duel, calmer.get(i))
                    || hangs(finished.get(i), worst.get(i))
                    || failsMore(table, duel, duel.verdict(), options.alpha / pairs.size());
            held.add(duel.verdict() != Verdict.NONE && (still || hangs) ? duel.hanging(still, p) : duel);
        }
        return new Comparison(
                table,
                options,
                List.copyOf(held),
                verdicts(finished),
                verdicts(calmer),
                verdicts(worst),
                diverged,
                models(table, options, standardised, diverged, fixed, stream.part(-1)),
                standardised,
                options.overTasks ? Optional.empty() : RankComparison.of(byTask(table), stream.part(-2)),
                options.overTasks
                        ? all.tasks().size()
                        : Arrays.stream(all.seedsRun())
                                .mapToInt(of -> of.length)
                                .max()
                                .orElse(0));
    }

    private static boolean hangs(PairComparison a, PairComparison b) {
        return a.verdict() != b.verdict()
                && (a.verdict().isDecided() || b.verdict().isDecided());
    }

    /** Whether the model that is better by a verdict, or seems so, fails more often beyond luck. */
    private static boolean failsMore(RunTable table, PairComparison duel, Verdict by, double level) {
        return by.isFound() && duel.failureP() <= level && table.failsMore(duel.found(by));
    }

    /** Whether that holds by the finished runs of a pair. */
    boolean failsMore(int pair) {
        return failsMore(table, duels.get(pair), failedLeftOut.get(pair), options.alpha / duels.size());
    }

    /** Whether no seed moves a pair. */
    boolean isStill(PairComparison duel) {
        return isStill(table, options, duel);
    }

    private static boolean isStill(RunTable table, Options options, PairComparison duel) {
        return !options.overTasks
                && table.cut().isEmpty()
                && table.isStill(duel.first())
                && table.isStill(duel.second());
    }

    private static List<Verdict> verdicts(List<PairComparison> duels) {
        return duels.stream().map(PairComparison::verdict).toList();
    }

    /** Whether the tasks' scores are on one scale: spreads and sizes within a factor of ten. */
    private static boolean alike(RunTable table) {
        double[] spreads = Arrays.stream(table.spreads()).filter(s -> s > 0).toArray();
        double[] sizes = Arrays.stream(byTask(table))
                .mapToDouble(means -> Arrays.stream(means)
                        .map(Math::abs)
                        .filter(x -> !Double.isNaN(x))
                        .max()
                        .orElse(0))
                .filter(x -> x > 0)
                .toArray();
        // Sizes are scales where all scores have one sign; else a task near 0 is on no other scale.
        long signs = Arrays.stream(table.score())
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .map(Math::signum)
                .filter(sign -> Math.abs(sign) > 0)
                .distinct()
                .count();
        return ratio(spreads) <= ALIKE && (signs > 1 || ratio(sizes) <= ALIKE);
    }

    /** Means of finished runs, {@code [task][model]}. */
    private static double[][] byTask(RunTable table) {
        double[][] means = IntStream.range(0, table.models().size())
                .mapToObj(table::taskMeans)
                .toArray(double[][]::new);
        return IntStream.range(0, table.tasks().size())
                .mapToObj(k -> Arrays.stream(means).mapToDouble(of -> of[k]).toArray())
                .toArray(double[][]::new);
    }

    private static double ratio(double[] x) {
        return x.length < 2
                ? 1
                : Arrays.stream(x).max().orElse(1) / Arrays.stream(x).min().orElse(1);
    }

    /** Scores, less the mean of the models' means and in units of the spread of runs, by task. */
    static RunTable standardised(RunTable table) {
        double[] spreads = table.spreads();
        double[][] means = byTask(table);
        double[][][] score = table.map(x -> x).score();
        for (int k = 0; k < spreads.length; k++) {
            int task = k;
            double mean = Arrays.stream(means[k])
                    .filter(x -> !Double.isNaN(x))
                    .average()
                    .orElse(0);
            double unit = spreads[k] > 0 ? spreads[k] : 1;
            for (double[][] of : score) {
                Arrays.setAll(of[task], i -> (of[task][i] - mean) / unit);
            }
        }
        return table.withScores(score);
    }

    private static List<Model> models(
            RunTable table,
            Options options,
            boolean standardised,
            List<RunTable.Flag> diverged,
            List<String> fixed,
            Stream stream) {
        RunTable used = standardised ? standardised(table) : table;
        double sign = standardised || !table.lowerIsBetter() ? 1 : -1;
        boolean shares = !standardised
                && !table.lowerIsBetter()
                && Arrays.stream(table.score())
                        .flatMap(Arrays::stream)
                        .flatMapToDouble(Arrays::stream)
                        .allMatch(x -> Double.isNaN(x) || x >= 0 && x <= 1);
        Optional<Double> goal =
                options.goal.filter(g -> !standardised).or(() -> shares ? Optional.of(1.0) : Optional.empty());
        List<Model> models = new ArrayList<>();
        // Folds share their training data, so that they give no interval.
        int most = table.cut().isPresent() ? 0 : options.draws;
        for (int m = 0; m < table.models().size(); m++) {
            int model = m;
            double[][] y = used.score()[m];
            boolean isFixed = fixed.contains(table.models().get(m));
            int draws = isFixed ? 0 : most;
            models.add(new Model(
                    table.models().get(m),
                    isFixed ? (int) Arrays.stream(y).filter(of -> of.length > 0).count() : table.runs(m),
                    table.failed(m),
                    (int) diverged.stream()
                            .filter(flag -> flag.model() == model)
                            .count(),
                    Aggregate.of(y, draws, stream.part(4L * model), Aggregate::interquartileMean)
                            .times(sign),
                    Aggregate.of(y, draws, stream.part(4L * model + 1), Aggregate::mean)
                            .times(sign),
                    Aggregate.of(y, draws, stream.part(4L * model + 2), Aggregate::median)
                            .times(sign),
                    goal.map(g -> Aggregate.of(
                            y, draws, stream.part(4L * model + 3), x -> Aggregate.optimalityGap(x, table.shown(g))))));
        }
        return models;
    }

    /** The pair of two models, the first one first. */
    public PairComparison duel(String first, String second) {
        int a = table.models().indexOf(first);
        int b = table.models().indexOf(second);
        return duels.stream()
                .filter(duel -> duel.first() == a && duel.second() == b || duel.first() == b && duel.second() == a)
                .map(duel -> duel.first() == a ? duel : duel.turned())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no comparison of '" + first + "' and '" + second + "'"));
    }

    /** The comparison of one model with another. */
    public Verdict verdict(String first, String second) {
        return duel(first, second).verdict();
    }

    /** Models that may be the best, by their places; empty where not all pairs were compared. */
    public List<Integer> best() {
        return options.baseline.isPresent()
                ? List.of()
                : Family.best(duels, models.size(), options.stopping(duels.size()), options.alpha, options.control)
                        .stream()
                        .filter(m -> !table.isDead(m))
                        .toList();
    }

    /** Pairs whose verdict hangs on outlying or failed runs, or that no seed moves. */
    public List<Integer> hinges() {
        return IntStream.range(0, duels.size())
                .filter(i -> duels.get(i).verdict() == Verdict.HANGS)
                .boxed()
                .toList();
    }

    /** Whether a model is a fixed number, which has one run a task and no seeds. */
    boolean isFixed(int model) {
        return models.get(model).runs() < table.runs(model);
    }

    /** Runs of all models; of a fixed number one a task. */
    int runs() {
        return models.stream().mapToInt(Model::runs).sum();
    }

    /** Indices of the models, the best first: by the models they beat, then by their share of wins. */
    public List<Integer> ranking() {
        double[] points = IntStream.range(0, models.size())
                .mapToDouble(m -> table.isDead(m) ? -1e6 : 0)
                .toArray();
        for (PairComparison duel : duels) {
            double won = duel.verdict() == Verdict.BETTER ? 1 : duel.verdict() == Verdict.WORSE ? -1 : 0;
            points[duel.first()] += 10 * won + duel.wins() - 0.5;
            points[duel.second()] -= 10 * won + duel.wins() - 0.5;
        }
        return IntStream.range(0, points.length)
                .boxed()
                .sorted(Comparator.comparingDouble(m -> -points[m]))
                .toList();
    }

    /** The runs as aggregated: standardised by task if the tasks' scales differ. */
    public RunTable scaled() {
        return standardised ? standardised(table) : table;
    }

    /** Two lines: what was compared, and the answer. */
    @Override
    public String toString() {
        ComparisonReport report = report();
        return report.title() + "\n" + String.join(" ", report.answer());
    }

    /** The answer in words. */
    public ComparisonReport report() {
        return new ComparisonReport(this);
    }
}
