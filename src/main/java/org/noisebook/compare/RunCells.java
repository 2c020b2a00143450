package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Columns;
import org.noisebook.runs.Labels;
import org.noisebook.runs.NaturalOrder;
import org.noisebook.runs.Role;
import org.noisebook.runs.Scores;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * Rows gathered into runs of each model on each task: a history of steps becomes one score, and rows that repeat a run are averaged.
 *
 * <p>An entry is a row of a score column, numbered row by row.
 */
final class RunCells {
    private static final int MOST_CELLS = 1_000_000;

    private final TextTable table;
    private final Columns columns;
    private final RunReader.Said said;
    private final List<String> notes;
    private final double[][] value;
    private final int wide;
    private final Labels model;
    private final Labels task;
    private final Labels seed;
    private final Labels fold;
    /** Whether runs are folds. */
    private final boolean folded;
    /** Whether seeds have names, so that equal ones belong together. */
    private final boolean named;

    private final double[] step;
    private int repeated;
    private int averaged;
    private int shorter;
    private int same;
    private int steps;
    /** First and last step at which what counts of a model's runs begins and ends, {@code [model]}. */
    private final double[][] begin;

    private final double[][] end;
    /** Of each task the steps that every run has, where runs count at their best, else the first and last that every run reached. */
    private double[][] common = {};

    /**
     * Takes what was read.
     *
     * @param labels by role, sorted
     * @param value {@code [score column][row]}, larger being better
     * @param notes gets what is merged
     */
    RunCells(
            TextTable table,
            Columns columns,
            RunReader.Said said,
            Map<Role, Labels> labels,
            double[][] value,
            List<String> notes) {
        this.table = table;
        this.columns = columns;
        this.said = said;
        this.value = value;
        this.notes = notes;
        this.wide = value.length;
        this.model = labels.get(Role.MODEL);
        this.task = labels.getOrDefault(Role.TASK, Labels.ONE);
        this.seed = labels.getOrDefault(Role.SEED, Labels.ONE);
        this.fold = labels.getOrDefault(Role.FOLD, Labels.ONE);
        this.folded = labels.containsKey(Role.FOLD);
        this.named = labels.containsKey(Role.SEED);
        this.begin = none();
        this.end = none();
        this.step = columns.has(Role.STEP)
                ? Scores.of(table, columns.of(Role.STEP).get(0), new ArrayList<>())
                : new double[0];
        if (step.length == 0 && !(said.keep() instanceof RunReader.Keep.Last)) {
            throw new IllegalArgumentException(
                    "--keep needs histories: say which column is the step with --step NAME, or leave --keep out");
        }
    }

    /** The runs. */
    RunTable table(String scale, boolean lower) {
        int models = model.names().size();
        int tasks = task.names().size();
        if ((long) models * tasks > MOST_CELLS) {
            List<String> names = columns.has(Role.MODEL) ? columns.of(Role.MODEL) : List.of("model");
            throw new IllegalArgumentException("column " + TableFile.named(names) + " has " + models + " models on "
                    + tasks + " tasks: is it the right one? Say it with --model NAME");
        }
        long[][] entries = entries(models * tasks);
        if (said.keep() instanceof RunReader.Keep.Area || isBestOfItself()) {
            common = common(entries, tasks);
        }
        int[][][] seedOf = new int[models][tasks][];
        double[][][] score = new double[models][tasks][];
        for (int cell = 0; cell < entries.length; cell++) {
            gather(entries[cell], seedOf[cell / tasks], score[cell / tasks], cell % tasks);
        }
        List<String> seeds = named
                ? seed.names()
                : NaturalOrder.numbered(
                        Arrays.stream(entries).mapToInt(of -> of.length).max().orElse(0));
        tell();
        Optional<Folds> folds = Optional.empty();
        if (folded) {
            List<String> repeats = named
                    ? seeds
                    : NaturalOrder.numbered((seeds.size() - 1) / fold.names().size() + 1);
            folds = Optional.of(Folds.of(fold.names(), repeats, said));
            seeds = folds.get().names();
        } else if (said.fresh() || !named) {
            int shift = seeds.size();
            for (int m = 0; m < models; m++) {
                int by = m * shift;
                for (int[] of : seedOf[m]) {
                    Arrays.setAll(of, i -> of[i] + by);
                }
            }
            seeds = NaturalOrder.numbered(models * shift);
            notes.add("Seeds of different models are unrelated" + (named ? " (--fresh)." : "."));
        }
        return new RunTable(model.names(), task.names(), seeds, seedOf, score, scale, lower, notes, folds);
    }

    /** The histories as curves; of rows that repeat a step of a run the last counts. */
    Curves curves(boolean lower) {
        int tasks = task.names().size();
        long[][] entries = entries(model.names().size() * tasks);
        List<Curves.Curve> curves = new ArrayList<>();
        for (int cell = 0; cell < entries.length; cell++) {
            Map<Double, Map<Long, Double>> scores = new TreeMap<>();
            for (long entry : entries[cell]) {
                double y = lower ? -value(entry) : value(entry);
                if (Double.isFinite(y) && Double.isFinite(step[row(entry)])) {
                    scores.computeIfAbsent(step[row(entry)], none -> new TreeMap<>())
                            .put(entry >>> Integer.SIZE, y);
                }
            }
            curves.add(new Curves.Curve(
                    model.names().get(cell / tasks),
                    task.names().get(cell % tasks),
                    (int) Arrays.stream(entries[cell])
                            .map(entry -> entry >>> Integer.SIZE)
                            .distinct()
                            .count(),
                    scores.keySet().stream().mapToDouble(x -> x).toArray(),
                    scores.values().stream()
                            .map(all -> Estimate.ofMean(
                                    all.values().stream().mapToDouble(y -> y).toArray()))
                            .map(e -> folded ? new Estimate(e.mean(), Double.NaN, Double.NaN, Double.NaN, e.n()) : e)
                            .toArray(Estimate[]::new)));
        }
        return new Curves(columns.of(Role.STEP).get(0), curves);
    }

    /** Whether runs count where their score itself is best, which favours those of more steps, so that all are judged at the same. */
    private boolean isBestOfItself() {
        return said.keep() instanceof RunReader.Keep.Best best
                && columns.of(Role.SCORE).contains(best.column());
    }

    private int cell(int entry) {
        return model.at(entry / wide, entry % wide) * task.names().size() + task.at(entry / wide, entry % wide);
    }

    /** Entries of each cell behind the places of their seeds. */
    private long[][] entries(int cells) {
        int[] sizes = new int[cells];
        int all = table.rows() * wide;
        int numbers = fold.names().size();
        int[] repeats = new int[folded && !named ? cells * numbers : 0];
        for (int entry = 0; entry < all; entry++) {
            sizes[cell(entry)]++;
        }
        long[][] entries = Arrays.stream(sizes).mapToObj(long[]::new).toArray(long[][]::new);
        int[] filled = new int[cells];
        for (int entry = 0; entry < all; entry++) {
            int cell = cell(entry);
            long place = named ? seed.at(entry / wide, entry % wide) : step.length > 0 ? 0 : filled[cell];
            if (folded) {
                int at = fold.at(entry / wide, entry % wide);
                // Without seeds the rows of a fold are its repeats, in their order.
                place = (named ? place : repeats[cell * numbers + at]++) * numbers + at;
            }
            entries[cell][filled[cell]++] = place << Integer.SIZE | entry;
        }
        return entries;
    }

    /** Makes runs of the entries of a cell. */
    private void gather(long[] entries, int[][] seedOf, double[][] score, int task) {
        Arrays.sort(entries);
        int[] seeds = new int[entries.length];
        double[] run = new double[entries.length];
        int runs = 0;
        int to;
        for (int from = 0; from < entries.length; from = to) {
            int place = (int) (entries[from] >>> Integer.SIZE);
            to = end(entries, from);
            seeds[runs] = place;
            run[runs++] = to == from + 1 ? value(entries[from]) : one(Arrays.copyOfRange(entries, from, to));
        }
        seedOf[task] = Arrays.copyOf(seeds, runs);
        score[task] = Arrays.copyOf(run, runs);
    }

    /** Where the entries of a run end. */
    private static int end(long[] entries, int from) {
        int to = from + 1;
        while (to < entries.length && entries[to] >>> Integer.SIZE == entries[from] >>> Integer.SIZE) {
            to++;
        }
        return to;
    }

    private double[][] common(long[][] cells, int tasks) {
        boolean best = isBestOfItself();
        double[][] steps = new double[tasks][];
        for (int cell = 0; cell < cells.length; cell++) {
            int k = cell % tasks;
            Arrays.sort(cells[cell]);
            double[] ends = new double[seed.names().size()];
            Arrays.fill(ends, Double.NaN);
            int to;
            for (int from = 0; from < cells[cell].length; from = to) {
                to = end(cells[cell], from);
                double[] all = Arrays.stream(cells[cell], from, to)
                        .mapToDouble(entry -> step[row(entry)])
                        .sorted()
                        .distinct()
                        .toArray();
                double last = all[all.length - 1];
                double[] x = best ? all : new double[] {all[0], last};
                double[] of = steps[k] == null ? x : steps[k];
                steps[k] = best
                        ? Arrays.stream(of)
                                .filter(one -> Arrays.binarySearch(x, one) >= 0)
                                .toArray()
                        : new double[] {Math.max(of[0], x[0]), Math.min(of[1], x[1])};
                if (best ? steps[k].length == 0 : steps[k][0] > steps[k][1]) {
                    throw new IllegalArgumentException("the runs"
                            + (tasks == 1
                                    ? ""
                                    : " of task '" + Quoted.of(task.names().get(k)) + "'")
                            + " have no step in common, at which --keep would compare them: try --keep last"
                            + (best ? ", or --keep auc for curves at other steps" : ""));
                }
                ends[seed.at(row(cells[cell][from]), (int) cells[cell][from] % wide)] = last;
            }
            noteShort(model.names().get(cell / tasks), ends);
        }
        return steps;
    }

    /** A run that ends before half of what its model's runs usually reach shortens all. */
    private void noteShort(String name, double[] ends) {
        double usual = Moments.quantile(Moments.known(ends), 0.5);
        IntStream.range(0, ends.length)
                .filter(s -> 2 * ends[s] < usual)
                .limit(1)
                .forEach(s -> notes.add(Doubts.BEWARE + "the run of " + Quoted.of(name)
                        + " with seed " + Quoted.of(seed.names().get(s)) + " ends at step "
                        + Numbers.brief(ends[s], 4) + ", where most end at " + Numbers.brief(usual, 4)
                        + ", and all are judged up to there: leave it out to judge them later."));
    }

    /** Mean height of a piecewise linear curve between two steps. */
    private double height(Long[] order, double from, double to) {
        double area = 0;
        double at = Double.NaN;
        for (int i = 1; i < order.length; i++) {
            double x = step[row(order[i - 1])];
            double next = step[row(order[i])];
            double y = value(order[i - 1]);
            double slope = next > x ? (value(order[i]) - y) / (next - x) : 0;
            double low = Math.max(x, from);
            double high = Math.min(next, to);
            area += high > low ? (high - low) * (y + slope * ((low + high) / 2 - x)) : 0;
            at = x <= to && to <= next ? y + slope * (to - x) : at;
        }
        return to > from ? area / (to - from) : at;
    }

    private double value(long entry) {
        return value[(int) entry % wide][row(entry)];
    }

    private int row(long entry) {
        return (int) entry / wide;
    }

    /** One score of several entries of a run. */
    private double one(long[] entries) {
        if (step.length > 0) {
            steps += entries.length;
            return kept(entries);
        }
        for (long entry : entries) {
            columns.checkSame(
                    row(entries[0]),
                    row(entry),
                    "one model, task and seed",
                    "--model, --task, --seed, --fold, --step or --item");
        }
        double[] several = Arrays.stream(entries).mapToDouble(this::value).toArray();
        if (Arrays.stream(several).allMatch(x -> Double.compare(x, several[0]) == 0)) {
            same += entries.length - 1;
            return several[0];
        }
        repeated += entries.length;
        averaged++;
        return Moments.mean(several);
    }

    /** What counts of a history. */
    private double kept(long[] entries) {
        if (said.keep() instanceof RunReader.Keep.Last) {
            long last = entries[0];
            for (long entry : entries) {
                last = Double.compare(step[row(entry)], step[row(last)]) < 0 ? last : entry;
            }
            reach(end, last);
            return value(last);
        }
        Long[] order = Arrays.stream(entries).boxed().toArray(Long[]::new);
        Arrays.sort(order, (a, b) -> Double.compare(step[row(a)], step[row(b)]));
        reach(end, order[order.length - 1]);
        if (said.keep() instanceof RunReader.Keep.Area) {
            double[] of = common[cell((int) entries[0]) % common.length];
            return height(order, of[0], of[1]);
        }
        if (said.keep() instanceof RunReader.Keep.Best best) {
            int column = columns.place(best.column());
            boolean itself = isBestOfItself();
            double[] judgedAt = itself ? common[cell((int) entries[0]) % common.length] : new double[0];
            double sign = Columns.isLowerBetter(best.column()) ? -1 : 1;
            double chosen = Double.NaN;
            double high = Double.NEGATIVE_INFINITY;
            for (long entry : order) {
                double judged = itself ? value(entry) : sign * Scores.parse(table.text(row(entry), column));
                if (judged > high && (!itself || Arrays.binarySearch(judgedAt, step[row(entry)]) >= 0)) {
                    high = judged;
                    chosen = value(entry);
                }
            }
            return chosen;
        }
        int wanted = said.keep() instanceof RunReader.Keep.Mean mean ? mean.steps() : 1;
        int last = Math.min(wanted, order.length);
        shorter += last < wanted ? 1 : 0;
        reach(begin, order[order.length - last]);
        return Moments.mean(Arrays.stream(order, order.length - last, order.length)
                .mapToDouble(this::value)
                .toArray());
    }

    private double[][] none() {
        return model.names().stream()
                .map(name -> new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
                .toArray(double[][]::new);
    }

    private void reach(double[][] steps, long entry) {
        double[] of = steps[cell((int) entry) / task.names().size()];
        of[0] = Math.min(of[0], step[row(entry)]);
        of[1] = Math.max(of[1], step[row(entry)]);
    }

    /** What goes with the model rather than with chance: no run of one reaches any of another. */
    private String unlike(double[][] steps, String verb) {
        int[] reached = IntStream.range(0, steps.length)
                .filter(m -> steps[m][0] <= steps[m][1])
                .toArray();
        int early = IntStream.of(reached)
                .boxed()
                .min(Comparator.comparingDouble(m -> steps[m][1]))
                .orElse(0);
        int late = IntStream.of(reached)
                .boxed()
                .max(Comparator.comparingDouble(m -> steps[m][0]))
                .orElse(0);
        return steps[early][1] < steps[late][0] && reached.length > 1
                ? Quoted.of(model.names().get(early)) + "'s runs " + verb + " at step " + steps(steps[early]) + ", "
                        + Quoted.of(model.names().get(late)) + "'s at " + steps(steps[late])
                : "";
    }

    private static String steps(double[] ends) {
        return Numbers.brief(ends[0], 4) + (ends[0] < ends[1] ? " to " + Numbers.brief(ends[1], 4) : "");
    }

    private void tell() {
        if (steps > 0) {
            double shortest = Arrays.stream(end).mapToDouble(of -> of[0]).min().orElse(0);
            double longest = Arrays.stream(end).mapToDouble(of -> of[1]).max().orElse(0);
            String unlike = Stream.of(unlike(end, "end"), unlike(begin, "count from a mean that begins"))
                    .filter(one -> !one.isEmpty())
                    .collect(Collectors.joining("; "));
            if (!unlike.isEmpty() && !(said.keep() instanceof RunReader.Keep.Area) && !isBestOfItself()) {
                notes.add(Doubts.BEWARE + unlike + "; --keep auc compares curves where all have steps.");
            }
            String kept = said.keep() instanceof RunReader.Keep.Best best
                    ? "where '" + Quoted.of(best.column()) + "' is best"
                            + (isBestOfItself()
                                    ? " among the "
                                            + (common.length == 1 ? Wording.count(common[0].length, "step") : "steps")
                                            + " that every run of the task has, as a maximum favours runs with more"
                                    : "")
                    : said.keep() instanceof RunReader.Keep.Mean mean
                            ? "as the mean of the last " + mean.steps() + " steps"
                                    + (shorter > 0
                                            ? ", of all where there are fewer, as in " + Wording.count(shorter, "run")
                                            : "")
                            : said.keep() instanceof RunReader.Keep.Area
                                    ? "as the area under its curve over its length"
                                            + (common.length == 1
                                                    ? ", from step " + Numbers.brief(common[0][0], 4) + " to "
                                                            + Numbers.brief(common[0][1], 4)
                                                    : "")
                                            + ", where every run of the task has steps"
                                    : "at the last step";
            notes.add(steps + " rows are histories of steps; the score of a run is taken " + kept + " (--keep)."
                    + (longest > shortest
                            ? " Runs end between step " + Numbers.brief(shortest, 4) + " and "
                                    + Numbers.brief(longest, 4) + "."
                            : ""));
        }
        if (same > 0) {
            notes.add(Wording.count(same, "row") + " that repeat" + (same == 1 ? "s" : "")
                    + " a run with the same score "
                    + (same == 1 ? "is" : "are") + " merged with it.");
        }
        if (repeated > 0) {
            notes.add(Wording.count(averaged, "run") + (averaged == 1 ? " has" : " have")
                    + " several rows of the same model, task and seed, " + repeated
                    + " in all; the mean of a run's rows counts.");
        }
    }
}
