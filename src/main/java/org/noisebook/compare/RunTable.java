package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Quoted;
import org.noisebook.runs.NaturalOrder;

/**
 * Scores of models on tasks over seeds, one per run, larger being better; NaN marks a failed run.
 *
 * <p><b>Shapes</b>: {@code seed[model][task]} are ascending places in {@code seeds}, {@code score[model][task]} the scores of these runs. A model
 * that never ran a task has none there.
 *
 * @param models names, two or more
 * @param tasks names
 * @param seeds names in the order in which they are looked at
 * @param seed which seed each run had
 * @param score its score, larger being better
 * @param scale what the score is called
 * @param lowerIsBetter whether scores were negated
 * @param notes how the table was read, and what was dropped, merged or read otherwise, with counts
 * @param folds of cross-validation, if seeds are such
 */
public record RunTable(
        List<String> models,
        List<String> tasks,
        List<String> seeds,
        int[][][] seed,
        double[][][] score,
        String scale,
        boolean lowerIsBetter,
        List<String> notes,
        Optional<Folds> folds) {
    /** Validates; the arrays are not copied. */
    public RunTable {
        models = List.copyOf(models);
        tasks = List.copyOf(tasks);
        seeds = List.copyOf(seeds);
        notes = List.copyOf(notes);
        if (models.size() < 2) {
            throw new IllegalArgumentException("a comparison needs two or more models, got '"
                    + Quoted.of(String.join("", models)) + "' alone: name their column with --model");
        }
    }

    /**
     * A table from an array, every model with the same seeds 0, 1, …
     *
     * @param y {@code [model][task][seed]}, larger being better; NaN is a failed run
     */
    public static RunTable of(double[][][] y, List<String> models, List<String> tasks) {
        int seeds = Arrays.stream(y)
                .flatMap(Arrays::stream)
                .mapToInt(row -> row.length)
                .max()
                .orElse(0);
        int[][][] seed = Arrays.stream(y)
                .map(of -> Arrays.stream(of)
                        .map(row -> IntStream.range(0, row.length).toArray())
                        .toArray(int[][]::new))
                .toArray(int[][][]::new);
        return new RunTable(
                models, tasks, NaturalOrder.numbered(seeds), seed, y, "score", false, List.of(), Optional.empty());
    }

    /** The same runs with changed scores. */
    RunTable map(DoubleUnaryOperator change) {
        return withScores(map(score, change));
    }

    static double[][][] map(double[][][] score, DoubleUnaryOperator change) {
        return Arrays.stream(score)
                .map(of -> Arrays.stream(of)
                        .map(row -> Arrays.stream(row).map(change).toArray())
                        .toArray(double[][]::new))
                .toArray(double[][][]::new);
    }

    /** The same runs with other scores. */
    RunTable withScores(double[][][] others) {
        return new RunTable(models, tasks, seeds, seed, others, scale, lowerIsBetter, notes, folds);
    }

    /** Runs, failed ones among them. */
    public int runs() {
        return IntStream.range(0, score.length).map(this::runs).sum();
    }

    /** Runs of a model. */
    int runs(int model) {
        return Arrays.stream(score[model]).mapToInt(row -> row.length).sum();
    }

    /** Failed runs of a model. */
    int failed(int model) {
        return (int) Arrays.stream(score[model])
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isNaN)
                .count();
    }

    /** Whether all runs of a model failed. */
    boolean isDead(int model) {
        return runs(model) > 0 && failed(model) == runs(model);
    }

    /** Whether the first of a pair has the larger share of failed runs. */
    boolean failsMore(PairComparison duel) {
        return (double) failed(duel.first()) / runs(duel.first())
                > (double) failed(duel.second()) / runs(duel.second());
    }

    /** Finished scores of a model on a task. */
    double[] finished(int model, int task) {
        return Moments.known(score[model][task]);
    }

    /** The runs that finished. */
    RunTable finished() {
        return only(run -> !Double.isNaN(score[run.model][run.task][run.run]));
    }

    private RunTable only(Predicate<Flag> kept) {
        int[][][] seeds = new int[models.size()][tasks.size()][];
        double[][][] scores = new double[models.size()][tasks.size()][];
        for (int m = 0; m < seeds.length; m++) {
            for (int k = 0; k < tasks.size(); k++) {
                int model = m;
                int task = k;
                int[] runs = IntStream.range(0, score[m][k].length)
                        .filter(i -> kept.test(new Flag(model, task, i)))
                        .toArray();
                seeds[m][k] = IntStream.of(runs).map(i -> seed[model][task][i]).toArray();
                scores[m][k] = IntStream.of(runs)
                        .mapToDouble(i -> score[model][task][i])
                        .toArray();
            }
        }
        return new RunTable(models, tasks, this.seeds, seeds, scores, scale, lowerIsBetter, notes, folds);
    }

    /** Different seeds of each model over its tasks, ascending. */
    int[][] seedsRun() {
        return Arrays.stream(seed)
                .map(of -> Arrays.stream(of)
                        .flatMapToInt(Arrays::stream)
                        .sorted()
                        .distinct()
                        .toArray())
                .toArray(int[][]::new);
    }

    /** The runs on the first so many tasks. */
    RunTable firstTasks(int most) {
        int count = Math.min(most, tasks.size());
        return new RunTable(
                models,
                tasks.subList(0, count),
                seeds,
                Arrays.stream(seed).map(of -> Arrays.copyOf(of, count)).toArray(int[][][]::new),
                Arrays.stream(score).map(of -> Arrays.copyOf(of, count)).toArray(double[][][]::new),
                scale,
                lowerIsBetter,
                notes,
                folds);
    }

    /** The runs of the first so many seeds: of any two models those that they share, or each one's own where they share fewer than five. */
    RunTable first(int most) {
        int[][] run = seedsRun();
        if (Arrays.stream(run).allMatch(of -> of.length <= most)) {
            return this;
        }
        BitSet[] kept = Stream.generate(BitSet::new).limit(run.length).toArray(BitSet[]::new);
        for (int a = 0; a < run.length; a++) {
            for (int b = 0; b < run.length; b++) {
                int[] other = run[b];
                int[] shared = Arrays.stream(run[a])
                        .filter(s -> Arrays.binarySearch(other, s) >= 0)
                        .toArray();
                if (a != b) {
                    Arrays.stream(shared.length < Stopping.FEWEST ? run[a] : shared)
                            .limit(most)
                            .forEach(kept[a]::set);
                }
            }
        }
        return only(one -> kept[one.model].get(seed[one.model][one.task][one.run]));
    }

    /**
     * Runs that a model lacks of the seeds of those that share one with it on the same task, {@code [model][task]}; on a task that it never ran as
     * many as on its fullest.
     */
    int[][] missing() {
        int[][] missing = new int[models.size()][tasks.size()];
        for (int m = 0; m < missing.length; m++) {
            int most = Arrays.stream(seed[m]).mapToInt(of -> of.length).max().orElse(0);
            for (int k = 0; k < tasks.size(); k++) {
                int task = k;
                int[] own = seed[m][k];
                int all = (int) Arrays.stream(seed)
                        .map(of -> of[task])
                        .filter(of -> Arrays.stream(of).anyMatch(s -> Arrays.binarySearch(own, s) >= 0))
                        .flatMapToInt(Arrays::stream)
                        .distinct()
                        .count();
                missing[m][k] = own.length == 0 ? most : all - own.length;
            }
        }
        return missing;
    }

    /** Whether a model has three or more runs on some task, and the same score with every seed of each. */
    boolean isStill(int model) {
        return Arrays.stream(score[model]).anyMatch(of -> of.length >= MixtureT.FEWEST)
                && Arrays.stream(score[model])
                        .allMatch(of -> Arrays.stream(of).distinct().count() <= 1);
    }

    /** The folds of cross-validation, where each one counts as a run. */
    Optional<Folds> cut() {
        return folds.filter(of -> !of.averaged());
    }

    /** A score as people write it. */
    double shown(double oriented) {
        return lowerIsBetter ? -oriented : oriented;
    }

    /** Mean of a model's finished scores on each task; NaN where there is none. */
    double[] taskMeans(int model) {
        return IntStream.range(0, tasks.size())
                .mapToDouble(k -> Moments.mean(finished(model, k)))
                .toArray();
    }

    /** Spread of runs within models on each task: the root of the pooled variance; 0 or NaN where there is none. */
    double[] spreads() {
        double[] spread = new double[tasks.size()];
        for (int k = 0; k < spread.length; k++) {
            double squares = 0;
            int degrees = 0;
            for (int m = 0; m < models.size(); m++) {
                double[] x = finished(m, k);
                squares += Moments.variance(x) * Math.max(0, x.length - 1);
                degrees += Math.max(0, x.length - 1);
            }
            spread[k] = StrictMath.sqrt(squares / degrees);
        }
        return spread;
    }

    /**
     * Runs far on the bad side of their model's median on their task: z = (median − x)/(1.4826 MAD) above 10 from five runs a model on and above
     * 20 below, the MAD being that of all models' residuals on the task.
     */
    List<Flag> diverged() {
        List<Flag> flags = new ArrayList<>();
        for (int k = 0; k < tasks.size(); k++) {
            double[] medians = new double[models.size()];
            List<double[]> residuals = new ArrayList<>();
            for (int m = 0; m < medians.length; m++) {
                double[] x = finished(m, k);
                medians[m] = x.length == 0 ? Double.NaN : Moments.quantile(x, 0.5);
                double median = medians[m];
                residuals.add(Arrays.stream(x).map(v -> Math.abs(v - median)).toArray());
            }
            // A model whose runs are equal, such as a fixed number, says nothing about noise.
            double mad = 1.4826
                    * Moments.quantile(
                            residuals.stream()
                                    .filter(of -> Arrays.stream(of).anyMatch(v -> v > 0))
                                    .flatMapToDouble(Arrays::stream)
                                    .toArray(),
                            0.5);
            for (int m = 0; m < medians.length; m++) {
                double limit = residuals.get(m).length >= 5 ? 10 : 20;
                for (int i = 0; i < score[m][k].length; i++) {
                    if (residuals.get(m).length >= 3 && medians[m] - score[m][k][i] > limit * mad && mad > 0) {
                        flags.add(new Flag(m, k, i));
                    }
                }
            }
        }
        return flags;
    }

    /** The same runs with some as failed. */
    RunTable without(List<Flag> flags) {
        double[][][] kept = map(x -> x).score;
        flags.forEach(flag -> kept[flag.model][flag.task][flag.run] = Double.NaN);
        return withScores(kept);
    }

    /** A run that is far off. */
    record Flag(int model, int task, int run) {}
}
