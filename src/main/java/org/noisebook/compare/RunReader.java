package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.noisebook.data.Quoted;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
import org.noisebook.runs.Columns;
import org.noisebook.runs.Labels;
import org.noisebook.runs.Role;
import org.noisebook.runs.Scores;
import org.noisebook.runs.Wording;

/**
 * Reads runs off a table, long or wide: columns have their roles by {@link Columns}, and what they do not say is in the names of runs or of
 * score columns.
 *
 * <p><b>Errors</b>: one line that names column, row and what to do. A column that varies among runs of one model, task and seed and has no role
 * is one, unless it is bookkeeping or a measurement.
 */
public final class RunReader {
    private static final Pattern STATUS = Pattern.compile("(?i)state|status");
    private static final Pattern BROKEN = Pattern.compile("(?i)failed|crashed|killed|error|diverged");

    /** How a history of steps becomes one score. */
    public sealed interface Keep {
        /** The score at the last step. */
        record Last() implements Keep {}

        /** The score where another column, such as a validation score, is best. */
        record Best(String column) implements Keep {}

        /** The mean of the scores at the last steps. */
        record Mean(int steps) implements Keep {}

        /** The mean height of the curve, its area by trapezoids over its length, on the steps that every run of the task reached. */
        record Area() implements Keep {}
    }

    /**
     * What is said of the table; what is not is guessed.
     *
     * @param model columns that together name the model
     * @param task columns that together name the task
     * @param seed columns that together name the seed
     * @param score columns of the score; more than one is a wide table
     * @param step column of a history's steps
     * @param keep what of a history counts
     * @param wide what the names of several score columns are: model, task, seed or run
     * @param runName pattern of run names, such as {@code {model}_{task}_{seed}}
     * @param lowerIsBetter whether small scores are good
     * @param fresh whether equal seeds of two models have nothing in common
     * @param ignore columns to leave out
     * @param fold column of the folds of cross-validation
     * @param testShare share of the data that each fold or split tests
     */
    public record Said(
            List<String> model,
            List<String> task,
            List<String> seed,
            List<String> score,
            Optional<String> step,
            Keep keep,
            Optional<String> wide,
            Optional<String> runName,
            Optional<Boolean> lowerIsBetter,
            boolean fresh,
            List<String> ignore,
            Optional<String> fold,
            Optional<Double> testShare) {
        /** Everything is guessed. */
        public static Said nothing() {
            return roles(List.of(), List.of(), List.of(), List.of());
        }

        /** The same of one of several scores; of another the better end may be the other one. */
        public Said ofScore(String name) {
            return new Said(
                    model,
                    task,
                    seed,
                    List.of(name),
                    step,
                    keep,
                    wide,
                    runName,
                    lowerIsBetter,
                    fresh,
                    ignore,
                    fold,
                    testShare);
        }

        private static Said roles(List<String> model, List<String> task, List<String> seed, List<String> score) {
            Optional<String> guessed = Optional.empty();
            return new Said(
                    model,
                    task,
                    seed,
                    score,
                    guessed,
                    new Keep.Last(),
                    guessed,
                    guessed,
                    Optional.empty(),
                    false,
                    List.of(),
                    guessed,
                    Optional.empty());
        }
    }

    /** Given roles of columns; the rest is guessed. */
    public static Said columns(String model, List<String> task, String seed, String score) {
        return Said.roles(List.of(model), task, List.of(seed), List.of(score));
    }

    private final TextTable table;
    private final Said said;
    private final Columns columns;
    private final List<String> notes = new ArrayList<>();
    private final Map<Role, Labels> labels = new EnumMap<>(Role.class);
    private double[][] value;

    private RunReader(TextTable table, Said said) {
        this.table = table;
        this.said = said;
        this.columns = new Columns(table, said.ignore);
    }

    /** The runs of a table. */
    public static RunTable read(TextTable table, Said said) {
        return new RunReader(table, said).runs();
    }

    /** The curves of a table whose rows are histories; none if they are not. */
    public static Optional<Curves> curves(TextTable table, Said said) {
        RunReader reader = new RunReader(table, said);
        boolean lower = reader.prepare();
        return reader.columns.has(Role.STEP)
                ? Optional.of(new RunCells(table, reader.columns, said, reader.labels, reader.value, reader.notes)
                        .curves(lower))
                : Optional.empty();
    }

    /**
     * The items of a table whose rows are single questions or examples; none if they are not.
     *
     * @param item columns that together name them; guessed where there are none
     * @param cluster columns that together name what items go together
     */
    static Optional<ItemRuns> items(TextTable table, Said said, List<String> item, List<String> cluster) {
        RunReader reader = new RunReader(table, said);
        reader.columns.give(Role.ITEM, item);
        reader.columns.give(Role.CLUSTER, cluster);
        if (!reader.columns.has(Role.ITEM)) {
            reader.columns.guessItem();
        }
        if (!reader.columns.has(Role.ITEM) && !cluster.isEmpty()) {
            throw new IllegalArgumentException("--cluster needs --item, the column that names the items");
        }
        return reader.columns.has(Role.ITEM) ? Optional.of(reader.items()) : Optional.empty();
    }

    private ItemRuns items() {
        boolean lower = prepare();
        int[] rows = IntStream.range(0, table.rows()).toArray();
        for (Role role : List.of(Role.ITEM, Role.CLUSTER)) {
            if (columns.has(role)) {
                labels.put(role, columns.labels(columns.of(role), rows, notes));
            }
        }
        if (columns.of(Role.SCORE).size() > 1 || columns.has(Role.STEP)) {
            throw new IllegalArgumentException(
                    "rows of items need one score each, and no steps: say it with --score NAME");
        }
        return ItemRuns.of(labels, value[0], lower, notes);
    }

    private RunTable runs() {
        boolean lower = prepare();
        List<String> scores = columns.of(Role.SCORE);
        RunCells cells = new RunCells(table, columns, said, labels, value, notes);
        return Folds.settled(cells.table(scores.size() == 1 ? scores.get(0) : "score", lower));
    }

    /** Reads roles, labels and scores; whether low scores are better. */
    private boolean prepare() {
        columns.give(Role.MODEL, said.model);
        columns.give(Role.TASK, said.task);
        columns.give(Role.SEED, said.seed);
        columns.give(Role.SCORE, said.score);
        columns.give(Role.STEP, said.step.stream().toList());
        columns.give(Role.FOLD, said.fold.stream().toList());
        guess();
        int[] rows = IntStream.range(0, table.rows()).toArray();
        Role.LABELS.stream()
                .filter(columns::has)
                .forEach(role -> labels.put(
                        role,
                        role == Role.SEED && columns.has(Role.MODEL)
                                ? columns.labelsOrNone(columns.of(role), rows, notes)
                                : columns.labels(columns.of(role), rows, notes)));
        labels.replaceAll((role, of) -> of.sorted());
        List.of(Role.MODEL, Role.TASK).forEach(this::noteTwins);
        if (labels.containsKey(Role.SEED) && labels.get(Role.SEED).names().equals(List.of(""))) {
            labels.remove(Role.SEED);
            notes.add("Column '" + Quoted.of(columns.of(Role.SEED).get(0))
                    + "' is empty, so that every row is a run of its own seed.");
        }
        if (labels.containsKey(Role.SEED)) {
            References.check(labels, columns.of(Role.SEED));
        }
        notes.addAll(table.notes());
        List<String> scores = columns.of(Role.SCORE);
        boolean lower = said.lowerIsBetter.orElseGet(() -> Columns.isLowerBetter(scores.get(0)));
        notes.add(0, said(scores, lower));
        if (said.lowerIsBetter.isEmpty() && !Columns.isDirected(scores.get(0))) {
            notes.add(Columns.ASSUMED);
        }
        notes.addAll(columns.leftAside());
        List<String> read = new ArrayList<>();
        value = scores.stream().map(name -> Scores.of(table, name, read)).toArray(double[][]::new);
        read.stream().distinct().forEach(notes::add);
        failedByStatus(value);
        if (lower) {
            for (double[] column : value) {
                Arrays.setAll(column, i -> -column[i]);
            }
        }
        return lower;
    }

    /** Names that differ only in how they are written may be one. */
    private void noteTwins(Role role) {
        Map<String, String> seen = new HashMap<>();
        for (String name : labels.getOrDefault(role, Labels.ONE).names()) {
            String twin = seen.putIfAbsent(name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", ""), name);
            if (twin != null) {
                notes.add("'" + Quoted.of(twin) + "' and '" + Quoted.of(name) + "' count as two " + role.word()
                        + "s: write them alike if they are one.");
            }
        }
    }

    private boolean isOpen(Role role) {
        return !columns.has(role) && !labels.containsKey(role);
    }

    private void guess() {
        columns.guessByName();
        int run = table.column(TableFile.RUN);
        TextTable.Coded runs = table.coded(Math.max(0, run), name -> name);
        boolean counted = said.runName.isEmpty()
                && runs.names().size() < table.rows()
                && runs.names().stream().allMatch(RunNames::isSeed);
        if ((run == 0 && !counted || run > 0 && said.runName.isPresent()) && !columns.has(Role.MODEL)) {
            fromNames(runs.names(), runs.code(), false);
        }
        if (!columns.has(Role.SCORE)) {
            guessSeed();
            columns.guessScore(said.wide.isPresent());
        }
        columns.guessByWords(Role.LABELS.stream().limit(2).filter(this::isOpen).toList());
        guessSeed();
        if (isOpen(Role.SEED) && !columns.has(Role.ITEM)) {
            columns.guessSeedWithin();
        }
        if (columns.of(Role.SCORE).size() > 1) {
            byColumn(columns.of(Role.SCORE));
        }
        if (isOpen(Role.MODEL)) {
            throw new IllegalArgumentException(
                    "which column names the models? Say it with --model NAME, or --wide model if each"
                            + " has a column of its own; the table has " + Quoted.of(String.join(", ", table.names())));
        }
    }

    private void guessSeed() {
        // Of items a whole number may be anything, and what counts runs is known by its name alone.
        if (isOpen(Role.SEED) && !columns.has(Role.ITEM)) {
            columns.guessSeed();
        }
    }

    /** What the names of several score columns say. */
    private void byColumn(List<String> scores) {
        boolean tracker = scores.stream().allMatch(name -> name.contains(" - "));
        boolean seeds = scores.stream().allMatch(RunNames::isSeed) && !columns.has(Role.SEED);
        String wide = said.wide.orElse(tracker ? "run" : seeds ? "seed" : columns.has(Role.MODEL) ? "task" : "model");
        int[] numbers = IntStream.range(0, scores.size()).toArray();
        if (wide.equals("run")) {
            fromNames(scores.stream().map(name -> name.replaceAll(" - .*", "")).toList(), numbers, true);
            return;
        }
        Role role = Role.valueOf(wide.toUpperCase(Locale.ROOT));
        if (columns.has(role)) {
            throw new IllegalArgumentException("several columns may be the score: " + Quoted.of(TableFile.named(scores))
                    + "; name one with --score, or leave the others out with --ignore");
        }
        labels.put(
                role,
                new Labels(
                        role == Role.SEED ? scores.stream().map(RunNames::seed).toList() : scores, numbers, true));
    }

    /** Model, task and seed off names of runs. */
    private void fromNames(List<String> runs, int[] code, boolean ofColumns) {
        List<Map<Role, String>> parts = RunNames.parts(runs, said.runName, notes);
        for (Role role : Role.LABELS) {
            if (parts.stream().allMatch(of -> of.containsKey(role)) && !columns.has(role)) {
                List<String> all =
                        parts.stream().map(of -> Scores.label(of.get(role))).toList();
                List<String> names = all.stream().distinct().toList();
                int[] of = all.stream().mapToInt(names::indexOf).toArray();
                labels.put(
                        role,
                        new Labels(names, Arrays.stream(code).map(c -> of[c]).toArray(), ofColumns));
            }
        }
    }

    private String said(List<String> scores, boolean lower) {
        List<String> parts = new ArrayList<>();
        for (Role role : Role.LABELS) {
            if (columns.has(role)) {
                parts.add(role.word() + " " + Quoted.of(TableFile.named(columns.of(role))));
            } else if (labels.containsKey(role)) {
                parts.add(role.word() + " in the names of " + (labels.get(role).ofColumns() ? "columns" : "runs"));
            } else if (role != Role.FOLD) {
                parts.add(
                        role == Role.SEED && !columns.has(Role.ITEM)
                                ? columns.has(Role.FOLD) ? "no seed" : "no seed: every row is a fresh run"
                                : "no " + role.word());
            }
        }
        parts.add("score " + (scores.size() == 1 ? TableFile.named(scores) : scores.size() + " columns") + " ("
                + (lower ? "lower" : "higher") + " is better)");
        for (Role role : List.of(Role.ITEM, Role.CLUSTER)) {
            if (columns.has(role)) {
                parts.add(role.word() + " " + Quoted.of(TableFile.named(columns.of(role))));
            }
        }
        if (columns.has(Role.STEP)) {
            parts.add("step " + TableFile.named(columns.of(Role.STEP)));
        }
        return "Columns: " + String.join("; ", parts) + ".";
    }

    private void failedByStatus(double[][] value) {
        for (String name : columns.free()) {
            if (STATUS.matcher(name).matches()) {
                int column = columns.place(name);
                int[] failed = IntStream.range(0, table.rows())
                        .filter(row -> BROKEN.matcher(table.text(row, column)).matches())
                        .toArray();
                for (int row : failed) {
                    for (double[] of : value) {
                        of[row] = Double.NaN;
                    }
                }
                if (failed.length > 0) {
                    notes.add(Wording.count(failed.length, "row")
                            + (failed.length == 1 ? " counts as a failed run" : " count as failed runs")
                            + " by column '"
                            + Quoted.of(name) + "'.");
                }
            }
        }
    }
}
