package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.Echo;
import org.noisebook.data.NearestNames;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
import org.noisebook.seeds.Names;

/**
 * Reads runs off a table: which columns are model, task, seed, score and step, said or guessed from names and shapes, long or wide.
 *
 * <p><b>Errors</b>: one line that names column, row and what to do. A column that varies among runs of one model, task and seed and has no role
 * is one, unless it is bookkeeping or a measurement.
 */
public final class RunReader {
    private static final Map<Role, Set<String>> KNOWN = Map.of(
            Role.MODEL,
            names(
                    "model models modelname modeltype method algorithm algo agent arm variant system arch architecture classifier"
                            + " approach learner optimizer optimiser"),
            Role.TASK,
            names(
                    "task taskname dataset datasetname data env envid envname environment benchmark game problem domain language"),
            Role.SEED,
            names("seed randomseed rngseed randomstate seedid replicate replica repeat rep trial"),
            Role.STEP,
            names("step steps epoch iteration iter globalstep"),
            Role.SCORE,
            names("score value result metric performance"));
    private static final Pattern MEASURE = Pattern.compile(
            "(.*[^a-z])?(acc|accuracy|auc|auroc|f1|bleu|rouge|reward|return|returns|map|miou|iou|dice|r2|precision|recall|elo|winrate|top1|top5"
                    + "|loss|error|err|rmse|mse|mae|nll|perplexity|ppl|wer|cer|fid|regret)([^a-z].*)?");
    private static final Pattern LOWER = Pattern.compile(
            "(.*[^a-z])?(loss|losses|error|errors|err|rmse|mse|mae|nll|perplexity|ppl|wer|cer|fid|regret)([^a-z].*)?");
    /** What trackers write beside the runs. */
    private static final Pattern BOOKKEEPING = Pattern.compile(
            "|unnamed: \\d+|index|run|run[ _]?(id|name)|id|name|created|runtime|notes|user|tags|sweep|group|job[ _]?type|artifact_uri|start[ _]time"
                    + "|end[ _]time|duration|experiment_id|source.*|version|wall[ _]?time|timestamp|_.*|hostname|tags\\..*|git.*|updated|end|state|status|metric|key");

    private static final Pattern STATUS = Pattern.compile("(?i)state|status");
    private static final Pattern BROKEN = Pattern.compile("(?i)failed|crashed|killed|error|diverged");
    private static final Pattern SEED_NAME =
            Pattern.compile("(?i)(?:seed|random_?state|s|run|rep|trial)?[ _=-]?(\\d+)(\\.0+)?");
    private static final int MOST_CELLS = 4_000_000;
    private static final int FEW = 10;

    private static Set<String> names(String all) {
        return Set.of(all.split(" "));
    }

    private enum Role {
        MODEL,
        TASK,
        SEED,
        SCORE,
        STEP
    }

    /** How a history of steps becomes one score. */
    public sealed interface Keep {
        /** The score at the last step. */
        record Last() implements Keep {}

        /** The score where another column, such as a validation score, is best. */
        record Best(String column) implements Keep {}

        /** The mean of the scores at the last steps. */
        record Mean(int steps) implements Keep {}
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
            List<String> ignore) {
        /** Everything is guessed. */
        public static Said nothing() {
            return roles(List.of(), List.of(), List.of(), List.of());
        }

        private static Said roles(List<String> model, List<String> task, List<String> seed, List<String> score) {
            Optional<String> guessed = Optional.empty();
            Keep last = new Keep.Last();
            return new Said(
                    model, task, seed, score, guessed, last, guessed, guessed, Optional.empty(), false, List.of());
        }
    }

    /** What is said where each column is known; the rest is guessed. */
    public static Said columns(String model, List<String> task, String seed, String score) {
        return Said.roles(List.of(model), task, List.of(seed), List.of(score));
    }

    /** Labels of one role: by row, or by score column, or one for all. */
    private record Labels(List<String> names, int[] byRow, int[] byColumn) {
        private static final Labels ONE = new Labels(List.of("all"), null, null);

        private int at(int row, int column) {
            return byRow != null ? byRow[row] : byColumn != null ? byColumn[column] : 0;
        }
    }

    private final TextTable table;
    private final Said said;
    private final List<String> notes = new ArrayList<>();
    private final Map<Role, List<String>> columns = new TreeMap<>();
    private final Map<Role, Labels> labels = new TreeMap<>();
    private final Map<String, TextTable.Coded> coded = new HashMap<>();
    private String wide = "";

    private RunReader(TextTable table, Said said) {
        this.table = table;
        this.said = said;
    }

    /** The runs of a table. */
    public static RunTable read(TextTable table, Said said) {
        return new RunReader(table, said).runs();
    }

    private RunTable runs() {
        give(Role.MODEL, said.model);
        give(Role.TASK, said.task);
        give(Role.SEED, said.seed);
        give(Role.SCORE, said.score);
        give(Role.STEP, said.step.stream().toList());
        said.ignore.forEach(name -> check(table, name));
        guess();
        List<String> scores = columns.get(Role.SCORE);
        for (Role role : List.of(Role.MODEL, Role.TASK, Role.SEED)) {
            if (columns.containsKey(role)) {
                labels.put(role, labels(role));
            }
        }
        boolean lower = said.lowerIsBetter.orElseGet(
                () -> LOWER.matcher(words(scores.get(0))).matches());
        say(scores, lower);
        double[][] value = new double[scores.size()][];
        List<String> read = new ArrayList<>();
        for (int c = 0; c < value.length; c++) {
            value[c] = Scores.of(table, scores.get(c), read);
        }
        read.stream().distinct().forEach(notes::add);
        failedByStatus(value);
        if (lower) {
            for (double[] column : value) {
                Arrays.setAll(column, i -> -column[i]);
            }
        }
        return collect(value, scores.size() == 1 ? scores.get(0) : "score", lower);
    }

    private void give(Role role, List<String> names) {
        names.forEach(name -> {
            check(table, name);
            columns.forEach((other, taken) -> {
                if (taken.contains(name)) {
                    throw new IllegalArgumentException("a column has one role, got '" + Echo.of(name) + "' twice");
                }
            });
        });
        if (!names.isEmpty()) {
            columns.put(role, names);
        }
    }

    /**
     * Refuses a name that is no column's.
     *
     * @throws IllegalArgumentException with the nearest one
     */
    public static void check(TextTable table, String name) {
        if (table.column(name) < 0) {
            throw new IllegalArgumentException("the table has no column '" + Echo.of(name) + "'"
                    + NearestNames.of(name, table.names()).stream()
                            .findFirst()
                            .map(near -> ", did you mean '" + Echo.of(near) + "'")
                            .orElse("")
                    + "; it has " + Echo.of(String.join(", ", table.names())));
        }
    }

    /** Lower case with blanks, dots and signs as blanks. */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
    }

    /** The last part of a dotted name, letters and digits only. */
    private static String bare(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
        return last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private List<String> free() {
        Set<String> taken = columns.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        return table.names().stream()
                .filter(name -> !taken.contains(name) && !said.ignore.contains(name))
                .toList();
    }

    private void guess() {
        for (Role role : List.of(Role.MODEL, Role.TASK, Role.SEED, Role.STEP, Role.SCORE)) {
            if (!columns.containsKey(role)) {
                free().stream()
                        .filter(name -> KNOWN.get(role).contains(bare(name)))
                        .findFirst()
                        .ifPresent(name -> columns.put(role, List.of(name)));
            }
        }
        boolean folder = table.names().get(0).equals(TableFile.RUN);
        if ((folder || said.runName.isPresent())
                && !columns.containsKey(Role.MODEL)
                && table.column(TableFile.RUN) >= 0) {
            fromNames(table.coded(table.column(TableFile.RUN), name -> name), true);
        }
        guessScore();
        guessByShape();
        if (columns.get(Role.SCORE).size() > 1) {
            byColumn();
        }
        if (!labels.containsKey(Role.MODEL) && !columns.containsKey(Role.MODEL)) {
            throw new IllegalArgumentException(
                    "which column names the models? Say it with --model NAME, or --wide model if each"
                            + " has a column of its own; the table has " + Echo.of(String.join(", ", table.names())));
        }
    }

    private boolean isBookkeeping(String name) {
        return BOOKKEEPING.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private void guessScore() {
        if (columns.containsKey(Role.SCORE)) {
            return;
        }
        guessSeed();
        List<String> numeric = free().stream()
                .filter(name ->
                        !isBookkeeping(name) && !name.endsWith("__MIN") && !name.endsWith("__MAX") && isNumeric(name))
                .toList();
        List<String> measures = numeric.stream()
                .filter(name -> name.startsWith("metrics.")
                        || MEASURE.matcher(words(name)).matches())
                .toList();
        if (measures.size() == 1 || numeric.size() == 1) {
            columns.put(Role.SCORE, List.of(measures.size() == 1 ? measures.get(0) : numeric.get(0)));
        } else if (numeric.isEmpty()) {
            throw new IllegalArgumentException("which column is the score? None of "
                    + Echo.of(String.join(", ", free())) + " holds numbers; say it with --score NAME"
                    + (table.names().size() == 1 ? ", or what stands between columns with --column-separator" : ""));
        } else if (!measures.isEmpty()
                && said.wide.isEmpty()
                && measures.stream().noneMatch(name -> name.contains(" - "))) {
            throw new IllegalArgumentException("which column is the score? It may be "
                    + Echo.of(TableFile.named(measures)) + ": say it with --score NAME");
        } else {
            columns.put(Role.SCORE, numeric);
        }
    }

    /** Whether a column holds scores: all of it, or half where its name is a measurement's. */
    private boolean isNumeric(String name) {
        int column = table.column(name);
        int numbers = 0;
        int words = 0;
        for (int row = 0; row < table.rows(); row += Math.max(1, table.rows() / 500)) {
            String cell = table.text(row, column);
            words += Scores.isScore(cell) ? 0 : 1;
            numbers += Scores.isScore(cell) && !Scores.isFailed(cell) ? 1 : 0;
        }
        return numbers > 0
                && (words == 0
                        || words <= numbers && MEASURE.matcher(words(name)).matches());
    }

    private void guessByShape() {
        List<String> text = free().stream()
                .filter(name -> !isBookkeeping(name) && !isNumeric(name))
                .filter(name -> {
                    int different = different(name);
                    return different > 1 && 2 * different <= table.rows() + 1;
                })
                .toList();
        List<Role> open = new ArrayList<>();
        for (Role role : List.of(Role.MODEL, Role.TASK)) {
            if (!columns.containsKey(role) && !labels.containsKey(role)) {
                open.add(role);
            }
        }
        if (text.size() == 1 && !open.isEmpty()) {
            columns.put(open.get(0), text);
        }
        guessSeed();
    }

    /** The one column of whole numbers of which some repeat. */
    private void guessSeed() {
        if (!columns.containsKey(Role.SEED) && !labels.containsKey(Role.SEED)) {
            List<String> whole = free().stream()
                    .filter(name -> !isBookkeeping(name)
                            && !MEASURE.matcher(words(name)).matches())
                    .filter(name -> isNumeric(name) && isWhole(name))
                    .filter(name -> {
                        int different = different(name);
                        return different > 1 && different < table.rows();
                    })
                    .toList();
            if (whole.size() == 1) {
                columns.put(Role.SEED, whole);
            }
        }
    }

    private boolean isWhole(String name) {
        int column = table.column(name);
        return IntStream.range(0, Math.min(500, table.rows()))
                .allMatch(row -> table.text(row, column).matches("\\d+(\\.0*)?"));
    }

    private TextTable.Coded coded(String name) {
        return coded.computeIfAbsent(name, key -> table.coded(table.column(key), Scores::label));
    }

    private int different(String name) {
        return coded(name).names().size();
    }

    /** What the names of several score columns say. */
    private void byColumn() {
        List<String> scores = columns.get(Role.SCORE);
        boolean tracker = scores.stream().allMatch(name -> name.contains(" - "));
        boolean seeds = scores.stream().allMatch(name -> SEED_NAME.matcher(name).matches());
        wide = said.wide.orElseGet(() -> tracker
                ? "run"
                : seeds && !columns.containsKey(Role.SEED)
                        ? "seed"
                        : columns.containsKey(Role.MODEL) ? "task" : "model");
        int[] numbers = IntStream.range(0, scores.size()).toArray();
        if (wide.equals("run")) {
            List<String> runs =
                    scores.stream().map(name -> name.replaceAll(" - .*", "")).toList();
            fromNames(new TextTable.Coded(runs, numbers, runs.size()), false);
            return;
        }
        Role role = Role.valueOf(wide.toUpperCase(Locale.ROOT));
        if (columns.containsKey(role)) {
            throw new IllegalArgumentException("several columns may be the score: " + Echo.of(TableFile.named(scores))
                    + "; name one with --score, or leave the others out with --ignore");
        }
        List<String> names =
                wide.equals("seed") ? scores.stream().map(RunReader::seedNumber).toList() : scores;
        labels.put(role, new Labels(names, null, numbers));
    }

    private static String seedNumber(String name) {
        Matcher number = SEED_NAME.matcher(name);
        return number.matches() ? number.group(1) : name;
    }

    /** Model, task and seed off names of runs. */
    private void fromNames(TextTable.Coded runs, boolean byRow) {
        List<Map<Role, String>> parts = new ArrayList<>();
        if (said.runName.isPresent()) {
            List<Role> roles = new ArrayList<>();
            StringBuilder regex = new StringBuilder();
            Matcher part =
                    Pattern.compile("\\{(model|task|seed|\\*)}|([^{]+|\\{)").matcher(said.runName.get());
            while (part.find()) {
                if (part.group(1) == null) {
                    regex.append(Pattern.quote(part.group(2)));
                } else if (part.group(1).equals("*")) {
                    regex.append(".*?");
                } else {
                    roles.add(Role.valueOf(part.group(1).toUpperCase(Locale.ROOT)));
                    regex.append("(.+?)");
                }
            }
            Pattern pattern = Pattern.compile(regex.toString());
            for (String name : runs.names()) {
                Matcher match = pattern.matcher(name);
                if (!match.matches()) {
                    throw new IllegalArgumentException(
                            "run '" + Echo.of(name) + "' does not match --run-name " + Echo.of(said.runName.get()));
                }
                Map<Role, String> of = new TreeMap<>();
                for (int k = 0; k < roles.size(); k++) {
                    of.merge(roles.get(k), match.group(k + 1), (a, b) -> a + " " + b);
                }
                parts.add(of);
            }
        } else {
            guessNames(runs.names(), parts);
        }
        for (Role role : List.of(Role.MODEL, Role.TASK, Role.SEED)) {
            if (parts.stream().allMatch(of -> of.containsKey(role)) && !columns.containsKey(role)) {
                List<String> names = parts.stream()
                        .map(of -> Scores.label(of.get(role)))
                        .distinct()
                        .toList();
                int[] of = parts.stream()
                        .mapToInt(p -> names.indexOf(Scores.label(p.get(role))))
                        .toArray();
                int[] places = Arrays.stream(runs.code()).map(code -> of[code]).toArray();
                labels.put(role, new Labels(names, byRow ? places : null, byRow ? null : places));
            }
        }
        notes.add("From the names of runs, such as '" + Echo.of(runs.names().get(0)) + "': "
                + parts.get(0).entrySet().stream()
                        .map(e -> e.getKey().name().toLowerCase(Locale.ROOT) + " '" + Echo.of(e.getValue()) + "'")
                        .collect(Collectors.joining(", "))
                + ". If that is wrong, say --run-name '{model}_{task}_{seed}' as your names are built.");
    }

    private static void guessNames(List<String> names, List<Map<Role, String>> parts) {
        List<String[]> tokens =
                names.stream().map(name -> name.split("[/_\\s-]+")).toList();
        int length = tokens.get(0).length;
        boolean even = tokens.stream().allMatch(t -> t.length == length);
        names.forEach(name -> parts.add(new TreeMap<>()));
        if (even) {
            List<Integer> moving = IntStream.range(0, length)
                    .filter(k -> tokens.stream().map(t -> t[k]).distinct().count() > 1
                            || tokens.get(0)[k].matches("(?i)seed[=:]?\\d+"))
                    .boxed()
                    .toList();
            Role next = Role.MODEL;
            for (int k : moving) {
                boolean seed =
                        tokens.stream().allMatch(t -> SEED_NAME.matcher(t[k]).matches());
                Role role = seed ? Role.SEED : next;
                next = seed ? next : Role.TASK;
                for (int i = 0; i < names.size(); i++) {
                    String part = tokens.get(i)[k];
                    parts.get(i).merge(role, seed ? seedNumber(part) : part, (a, b) -> a + " " + b);
                }
            }
            return;
        }
        Pattern end = Pattern.compile("(?i)(.+?)[/_\\s.-]*(?:seed|s|run|rep|trial)?[_=-]?(\\d+)");
        for (int i = 0; i < names.size(); i++) {
            Matcher match = end.matcher(names.get(i));
            if (!match.matches()) {
                throw new IllegalArgumentException("model and seed cannot be told from the run name '"
                        + Echo.of(names.get(i)) + "': say --run-name '{model}_{task}_{seed}' as your names are built");
            }
            parts.get(i).put(Role.MODEL, match.group(1));
            parts.get(i).put(Role.SEED, match.group(2));
        }
    }

    private Labels labels(Role role) {
        List<String> of = columns.get(role);
        TextTable.Coded coded = coded(of.get(0));
        for (String more : of.subList(1, of.size())) {
            coded = joined(coded, coded(more));
        }
        int merged = coded.spellings() - coded.names().size();
        if (of.size() == 1 && merged > 0) {
            notes.add(merged + " spellings in '" + Echo.of(of.get(0))
                    + "' are read as the same number, such as 0.0 as 0.");
        }
        int empty = coded.names().indexOf("");
        if (empty >= 0) {
            int[] code = coded.code();
            int row = IntStream.range(0, code.length)
                    .filter(i -> code[i] == empty)
                    .findFirst()
                    .orElse(0);
            throw new IllegalArgumentException("column '" + Echo.of(of.get(0)) + "' is empty in row " + (row + 1)
                    + " below the names: fill it in or remove the row");
        }
        return new Labels(coded.names(), coded.code(), null);
    }

    private static TextTable.Coded joined(TextTable.Coded a, TextTable.Coded b) {
        Map<Long, Integer> places = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        int[] code = new int[a.code().length];
        for (int i = 0; i < code.length; i++) {
            int row = i;
            code[i] = places.computeIfAbsent((long) a.code()[i] * b.names().size() + b.code()[i], key -> {
                names.add(a.names().get(a.code()[row]) + " / " + b.names().get(b.code()[row]));
                return names.size() - 1;
            });
        }
        return new TextTable.Coded(names, code, names.size());
    }

    private void say(List<String> scores, boolean lower) {
        List<String> parts = new ArrayList<>();
        for (Role role : List.of(Role.MODEL, Role.TASK, Role.SEED)) {
            String name = role.name().toLowerCase(Locale.ROOT);
            if (columns.containsKey(role)) {
                parts.add(name + " " + Echo.of(TableFile.named(columns.get(role))));
            } else if (labels.containsKey(role)) {
                parts.add(name + " in the names of " + (labels.get(role).byRow == null ? "columns" : "runs"));
            } else {
                parts.add(role == Role.SEED ? "no seed: every row is a fresh run" : "no " + name);
            }
        }
        parts.add("score " + (scores.size() == 1 ? TableFile.named(scores) : scores.size() + " columns") + " ("
                + (lower ? "lower" : "higher") + " is better)");
        if (columns.containsKey(Role.STEP)) {
            parts.add("step " + TableFile.named(columns.get(Role.STEP)));
        }
        notes.add(0, "Columns: " + String.join("; ", parts) + ".");
        List<String> aside = free().stream()
                .filter(name -> !name.isEmpty() && !name.equals(TableFile.RUN))
                .toList();
        if (!aside.isEmpty() && aside.size() <= FEW) {
            notes.add("Columns without a role, left aside: " + Echo.of(TableFile.named(aside)) + ".");
        } else if (!aside.isEmpty()) {
            notes.add(aside.size() + " columns without a role are left aside.");
        }
    }

    private void failedByStatus(double[][] value) {
        for (String name : free()) {
            if (STATUS.matcher(name).matches()) {
                int column = table.column(name);
                int failed = 0;
                for (int row = 0; row < table.rows(); row++) {
                    if (BROKEN.matcher(table.text(row, column)).matches()) {
                        failed++;
                        for (double[] of : value) {
                            of[row] = Double.NaN;
                        }
                    }
                }
                if (failed > 0) {
                    notes.add(failed + " rows count as failed runs by column '" + Echo.of(name) + "'.");
                }
            }
        }
    }

    private RunTable collect(double[][] value, String scale, boolean lower) {
        Labels model = labels.get(Role.MODEL);
        Labels task = labels.getOrDefault(Role.TASK, Labels.ONE);
        int models = model.names.size();
        int tasks = task.names.size();
        if ((long) models * tasks > MOST_CELLS / 4) {
            throw new IllegalArgumentException(
                    "column " + TableFile.named(columns.getOrDefault(Role.MODEL, List.of("model"))) + " has " + models
                            + " models on " + tasks + " tasks: is it the right one? Say it with --model NAME");
        }
        boolean named = labels.containsKey(Role.SEED);
        Labels seed = labels.getOrDefault(Role.SEED, Labels.ONE);
        List<String> seeds = named ? Names.sorted(seed.names) : new ArrayList<>();
        Map<String, Integer> places = Names.places(seeds);
        int[] placeOf = seed.names.stream()
                .mapToInt(name -> places.getOrDefault(name, 0))
                .toArray();
        int rows = table.rows();
        int wideColumns = value.length;
        int[] sizes = new int[models * tasks];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < wideColumns; c++) {
                sizes[model.at(row, c) * tasks + task.at(row, c)]++;
            }
        }
        long[][] entries = new long[sizes.length][];
        for (int cell = 0; cell < sizes.length; cell++) {
            entries[cell] = new long[sizes[cell]];
        }
        int[] filled = new int[sizes.length];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < wideColumns; c++) {
                int cell = model.at(row, c) * tasks + task.at(row, c);
                long place = named ? placeOf[seed.at(row, c)] : columns.containsKey(Role.STEP) ? 0 : filled[cell];
                entries[cell][filled[cell]++] = place << 32 | (long) row * wideColumns + c;
            }
        }
        if (!named) {
            int most = Arrays.stream(sizes).max().orElse(0);
            seeds = IntStream.range(0, most).mapToObj(String::valueOf).toList();
        }
        return cells(entries, value, models, tasks, named, seeds, scale, lower);
    }

    private RunTable cells(
            long[][] entries,
            double[][] value,
            int models,
            int tasks,
            boolean named,
            List<String> seeds,
            String scale,
            boolean lower) {
        double[] step = columns.containsKey(Role.STEP)
                ? Scores.of(table, columns.get(Role.STEP).get(0), new ArrayList<>())
                : new double[0];
        List<Aside> watched = watched();
        int[][][] seedOf = new int[models][tasks][];
        double[][][] score = new double[models][tasks][];
        int repeated = 0;
        int same = 0;
        int steps = 0;
        boolean fresh = said.fresh || !named;
        int wideColumns = value.length;
        for (int cell = 0; cell < entries.length; cell++) {
            long[] of = entries[cell];
            Arrays.sort(of);
            int[] runSeed = new int[of.length];
            double[] run = new double[of.length];
            int runs = 0;
            for (int from = 0; from < of.length; ) {
                int to = from;
                while (to < of.length && of[to] >>> 32 == of[from] >>> 32) {
                    to++;
                }
                runSeed[runs] = (int) (of[from] >>> 32);
                int[] at = new int[to - from];
                for (int i = 0; i < at.length; i++) {
                    at[i] = (int) of[from + i];
                }
                if (at.length == 1) {
                    run[runs++] = value[at[0] % wideColumns][at[0] / wideColumns];
                } else if (step.length > 0) {
                    run[runs++] = reduced(at, value, step, wideColumns);
                    steps += at.length;
                } else {
                    checkAside(watched, at, wideColumns);
                    double[] several = Arrays.stream(at)
                            .mapToDouble(i -> value[i % wideColumns][i / wideColumns])
                            .toArray();
                    boolean equal = Arrays.stream(several).allMatch(x -> Double.compare(x, several[0]) == 0);
                    same += equal ? at.length - 1 : 0;
                    repeated += equal ? 0 : at.length;
                    run[runs++] = equal ? several[0] : Moments.mean(several);
                }
                from = to;
            }
            seedOf[cell / tasks][cell % tasks] = Arrays.copyOf(runSeed, runs);
            score[cell / tasks][cell % tasks] = Arrays.copyOf(run, runs);
        }
        if (steps > 0) {
            String kept = said.keep instanceof Keep.Best best
                    ? "where '" + Echo.of(best.column) + "' is best"
                    : said.keep instanceof Keep.Mean mean
                            ? "as the mean of the last " + mean.steps + " steps"
                            : "at the last step";
            notes.add(steps + " rows are histories of steps; the score of a run is taken " + kept + " (--keep).");
        }
        if (same > 0) {
            notes.add(same + " rows that repeat a run with the same score are merged with it.");
        }
        if (repeated > 0) {
            notes.add(
                    repeated
                            + " rows are repeats of the same model, task and seed; they are averaged and count as one run each.");
        }
        List<String> names = seeds;
        if (fresh) {
            for (int m = 0; m < models; m++) {
                int shift = m * seeds.size();
                for (int[] of : seedOf[m]) {
                    Arrays.setAll(of, i -> of[i] + shift);
                }
            }
            names = IntStream.range(0, models * seeds.size())
                    .mapToObj(String::valueOf)
                    .toList();
            notes.add("Seeds of different models have nothing to do with each other" + (named ? " (--fresh)." : "."));
        }
        List<String> modelNames = labels.get(Role.MODEL).names;
        List<String> taskNames = labels.getOrDefault(Role.TASK, Labels.ONE).names;
        return sorted(modelNames, taskNames, names, seedOf, score, scale, lower);
    }

    private RunTable sorted(
            List<String> models,
            List<String> tasks,
            List<String> seeds,
            int[][][] seed,
            double[][][] score,
            String scale,
            boolean lower) {
        List<String> modelOrder = Names.sorted(models);
        List<String> taskOrder = Names.sorted(tasks);
        int[] m = modelOrder.stream().mapToInt(models::indexOf).toArray();
        int[] k = taskOrder.stream().mapToInt(tasks::indexOf).toArray();
        return new RunTable(
                modelOrder,
                taskOrder,
                seeds,
                Arrays.stream(m)
                        .mapToObj(
                                a -> Arrays.stream(k).mapToObj(b -> seed[a][b]).toArray(int[][]::new))
                        .toArray(int[][][]::new),
                Arrays.stream(m)
                        .mapToObj(
                                a -> Arrays.stream(k).mapToObj(b -> score[a][b]).toArray(double[][]::new))
                        .toArray(double[][][]::new),
                scale,
                lower,
                notes);
    }

    private double reduced(int[] at, double[][] value, double[] step, int wideColumns) {
        Integer[] order = Arrays.stream(at).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> Double.compare(step[a / wideColumns], step[b / wideColumns]));
        IntUnaryOperator row = i -> order[i] / wideColumns;
        if (said.keep instanceof Keep.Best best) {
            check(table, best.column);
            int column = table.column(best.column);
            boolean lower = LOWER.matcher(words(best.column)).matches();
            int chosen = -1;
            double high = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < order.length; i++) {
                double v = Scores.parse(table.text(row.applyAsInt(i), column));
                double oriented = lower ? -v : v;
                if (oriented > high) {
                    high = oriented;
                    chosen = i;
                }
            }
            return chosen < 0 ? Double.NaN : value[order[chosen] % wideColumns][row.applyAsInt(chosen)];
        }
        int last = said.keep instanceof Keep.Mean mean ? Math.min(mean.steps, order.length) : 1;
        double[] ends = IntStream.range(order.length - last, order.length)
                .mapToDouble(i -> value[order[i] % wideColumns][row.applyAsInt(i)])
                .toArray();
        return Moments.mean(ends);
    }

    private record Aside(String name, int[] code) {}

    /** Columns that may not vary within a run: neither bookkeeping nor measurements. */
    private List<Aside> watched() {
        List<Aside> watched = new ArrayList<>();
        for (String name : free()) {
            if (!isBookkeeping(name)) {
                TextTable.Coded coded = coded(name);
                int different = coded.names().size();
                boolean measured = different > FEW && isNumeric(name) && !isWhole(name) || different == table.rows();
                if (different > 1
                        && !measured
                        && !MEASURE.matcher(words(name)).matches()
                        && !name.startsWith("metrics.")) {
                    watched.add(new Aside(name, coded.code()));
                }
            }
        }
        return watched;
    }

    private void checkAside(List<Aside> watched, int[] at, int wideColumns) {
        for (Aside aside : watched) {
            int first = at[0] / wideColumns;
            for (int i : at) {
                int row = i / wideColumns;
                if (aside.code[row] != aside.code[first]) {
                    int column = table.column(aside.name);
                    throw new IllegalArgumentException("column '" + Echo.of(aside.name)
                            + "' varies among runs of one model, task and seed: '" + Echo.of(table.text(first, column))
                            + "' in row " + (first + 1) + " and '" + Echo.of(table.text(row, column)) + "' in row "
                            + (row + 1)
                            + " below the names; say what it is with --task, --seed or --step, or leave it out with"
                            + " --ignore '" + Echo.of(aside.name) + "'");
                }
            }
        }
    }
}
