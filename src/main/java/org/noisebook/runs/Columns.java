package org.noisebook.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Quoted;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;

/**
 * The columns of a table of runs and their roles, given or guessed from names and shapes.
 *
 * <p><b>Errors</b>: one line that names column, row and what to do. <b>Cost</b>: a pass over each column that is asked for.
 */
public final class Columns {
    private static final String LOSSES =
            "loss|losses|error|errors|err|rmse|mse|mae|nll|perplexity|ppl|wer|cer|fid|regret|verlust|fehler|fehlerrate"
                    + "|cross entropy|crossentropy|xent|logloss|hinge|bpc|bpb|bits per (byte|char|character|dim)|mape|rmsle";
    /** Beside a measure these are another one, and not the score. */
    private static final Pattern LOWER = word(LOSSES
            + "|brier|ece|ter|eer|fpr|fnr|(false (positive|negative|alarm)|miss|failure|timeout) rate|kl|divergence|deviance|residual|distance"
            + "|violations|neg(ative)? log lik(elihood)?|(time|steps|epochs|hours) to");

    private static final String COSTS =
            "latency|time|runtime|duration|seconds|memory|flops|costs?|ms|minutes|hours|wall clock|delay|lag|energy|mem|kb|mb|gb|emissions|co2"
                    + "|laufzeit|zeit|dauer|kosten|speicher";
    private static final Pattern COST = word(COSTS);
    /** What turns a loss or cost round, such as scikit-learn's neg_mean_squared_error. */
    private static final String TURNED =
            "per (second|minute|hour|" + COSTS + ")|free|survival|improvement|reduction|saved|savings|gain|speedup"
                    + "|time (to|between) failures?|neg (mean|median|root|max|log loss|brier)";

    private static final Pattern HIGHER = word(TURNED);
    private static final Pattern KNOWN = word(
            TURNED
                    + "|score|scores|success|solved|likelihood|elbo|throughput|psnr|ssim|uptime|lifetime|correlation|kappa|mcc|ndcg|mrr|points|right|speed|fps");
    private static final Pattern MEASURE = word(
            LOSSES
                    + "|acc|accuracy|auc|auroc|f1|bleu|rouge|reward|return|returns|map|miou|iou|dice|r2|precision|recall|elo|winrate|top1|top5|em|correct|iscorrect|genauigkeit|trefferquote|belohnung");
    /** Columns that experiment trackers add to the runs. */
    private static final Pattern BOOKKEEPING = Pattern.compile(
            "|unnamed: \\d+|index|run|run[ _]?(id|name)|id|name|created|runtime|notes|user|tags|sweep|group|job[ _]?type|artifact_uri|start[ _]time"
                    + "|end[ _]time|duration|experiment_id|source.*|version|wall[ _]?time|timestamp|_.*|hostname|tags\\..*|git.*|updated|end|state|status|metric|key|.*runtime|.*_per_second|.*_samples|total_flos");
    /** What a table of summaries calls them. */
    private static final Pattern SUMMARY =
            Pattern.compile("(?i)(.*?)[ _./-]*(mean|avg|average)|(.*?)[ _./-]*(std|sd|stderr|sem|stdev|std_?dev)");

    /** What to say where no name says it. */
    public static final String ASSUMED =
            "Beware: higher scores are taken as better, as their name says nothing; else add --lower-is-better.";

    private static final int LOOKED_AT = 500;
    private static final int FEW = 10;

    private final TextTable table;
    private final List<String> ignored;
    private final Map<Role, List<String>> roles = new EnumMap<>(Role.class);
    private final Map<String, TextTable.Coded> coded = new HashMap<>();
    /** Codes by name of the columns that may not vary within a run. */
    private Optional<Map<String, int[]>> fixed = Optional.empty();

    /** The columns of a table, of which some are left out. */
    public Columns(TextTable table, List<String> ignored) {
        this.table = table;
        this.ignored = List.copyOf(ignored);
        ignored.forEach(this::place);
    }

    private static Pattern word(String any) {
        return Pattern.compile("(.*[^a-z])?(" + any + ")([^a-z].*)?");
    }

    /**
     * The index of a column.
     *
     * @throws IllegalArgumentException with the nearest name if the name is no column's
     */
    public int place(String name) {
        int place = table.column(name);
        if (place < 0) {
            throw new IllegalArgumentException("the table has no column '" + Quoted.of(name) + "'"
                    + NearestNames.of(name, table.names()).stream()
                            .findFirst()
                            .map(near -> ", did you mean '" + Quoted.of(near) + "'")
                            .orElse("")
                    + "; it has " + Quoted.of(String.join(", ", table.names())));
        }
        return place;
    }

    /**
     * Assigns a role to columns; without columns it is guessed.
     *
     * @throws IllegalArgumentException for a name that is no column's, or has a role
     */
    public void give(Role role, List<String> names) {
        for (String name : names) {
            place(name);
            if (isTaken(name)) {
                throw new IllegalArgumentException("a column has one role, got '" + Quoted.of(name) + "' twice");
            }
            roles.computeIfAbsent(role, none -> new ArrayList<>()).add(name);
        }
    }

    private boolean isTaken(String name) {
        return roles.values().stream().anyMatch(taken -> taken.contains(name));
    }

    /** Whether a role has columns. */
    public boolean has(Role role) {
        return roles.containsKey(role);
    }

    /** The columns of a role. */
    public List<String> of(Role role) {
        return roles.getOrDefault(role, List.of());
    }

    /** Columns without a role that are not left out. */
    public List<String> free() {
        return table.names().stream()
                .filter(name -> !ignored.contains(name) && !isTaken(name))
                .toList();
    }

    /** Gives roles by the names by which they are known, rather to a column that varies than to one that does not. */
    public void guessByName() {
        for (Role role : Role.values()) {
            if (!has(role) && role.compareTo(Role.ITEM) < 0) {
                List<String> known = free().stream()
                        .filter(role::isKnownAs)
                        .filter(name -> role != Role.FOLD || isWhole(name))
                        .toList();
                List<String> varying =
                        known.stream().filter(name -> different(name) > 1).toList();
                boolean mustVary = role == Role.STEP || role == Role.FOLD;
                give(
                        role,
                        (varying.isEmpty() && !mustVary ? known : varying)
                                .stream().limit(1).toList());
            }
        }
    }

    /** Gives the role of the item to a column of such a name that holds most rows apart. */
    public void guessItem() {
        give(
                Role.ITEM,
                free().stream()
                        .filter(name -> Role.ITEM.isKnownAs(name) && different(name) > FEW)
                        .limit(1)
                        .toList());
    }

    /**
     * Gives the role of the score to what looks like one, or to several columns that are one together.
     *
     * @param severalMayBe whether the names of several measurements say what they are
     * @throws IllegalArgumentException if none does, or more than one
     */
    public void guessScore(boolean severalMayBe) {
        List<String> numeric = open().stream()
                .filter(name -> !name.endsWith("__MIN") && !name.endsWith("__MAX") && isNumeric(name))
                .toList();
        if (numeric.isEmpty()) {
            // What a tracker adds is the score of a table that holds nothing else.
            numeric = free().stream()
                    .filter(name -> isLowerBetter(name) && isNumeric(name))
                    .toList();
        }
        refuseSummaries(numeric);
        List<String> measures = numeric.stream().filter(Columns::isMeasure).toList();
        if (numeric.isEmpty()) {
            free().forEach(name -> Scores.refuseSummary(name, table.rows() == 0 ? "" : table.text(0, place(name))));
            throw new IllegalArgumentException("which column is the score? None of "
                    + Quoted.of(String.join(", ", free()))
                    + " holds numbers; if it is the score, select it with --score NAME"
                    + (table.names().size() == 1 ? ", or what stands between columns with --column-separator" : ""));
        }
        boolean one = measures.size() == 1 || numeric.size() == 1;
        if (!one && !measures.isEmpty() && !severalMayBe && measures.stream().noneMatch(n -> n.contains(" - "))) {
            throw new IllegalArgumentException("which column is the score? It may be "
                    + Quoted.of(TableFile.named(measures)) + ": say it with --score NAME");
        }
        give(Role.SCORE, measures.size() == 1 ? measures : numeric);
    }

    /** Gives the first open role to the one column of words of which most repeat. */
    public void guessByWords(List<Role> open) {
        List<String> text = open().stream()
                .filter(name -> !isNumeric(name))
                .filter(name -> different(name) > 1 && 2 * different(name) <= table.rows() + 1)
                .toList();
        if (text.size() == 1 && !open.isEmpty()) {
            give(open.get(0), text);
        }
    }

    /** Gives the role of the seed to the one column of whole numbers of which some repeat. */
    public void guessSeed() {
        List<String> whole = open().stream()
                .filter(name -> !hasMeasuresName(name) && !Role.FOLD.isKnownAs(name))
                .filter(name -> isNumeric(name) && isWhole(name))
                .filter(name -> different(name) > 1 && different(name) < table.rows())
                .toList();
        if (whole.size() == 1) {
            give(Role.SEED, whole);
        }
    }

    private static void refuseSummaries(List<String> numeric) {
        for (String mean : numeric) {
            Matcher of = SUMMARY.matcher(mean);
            Optional<String> spread = !of.matches() || of.group(1) == null
                    ? Optional.empty()
                    : numeric.stream()
                            .filter(name -> {
                                Matcher other = SUMMARY.matcher(name);
                                return other.matches() && of.group(1).equals(other.group(3));
                            })
                            .findFirst();
            if (spread.isPresent()) {
                throw new IllegalArgumentException("columns '" + Quoted.of(mean) + "' and '" + Quoted.of(spread.get())
                        + "' sum runs up: write the table as it was before, one row a run");
            }
        }
    }

    /**
     * Gives the role of the seed to the one column that counts runs: no row of a model and task has its value twice, and each value has rows of
     * several of them. Only if the model is known, and rows are no histories.
     */
    public void guessSeedWithin() {
        if (has(Role.SEED) || has(Role.STEP) || !has(Role.MODEL)) {
            return;
        }
        List<String> by = new ArrayList<>(of(Role.MODEL));
        by.addAll(of(Role.TASK));
        Labels cells = joined(by);
        List<String> counting = free().stream()
                .filter(name -> !hasMeasuresName(name) && (isWhole(name) || !isNumeric(name)))
                .filter(name -> counts(coded(name), cells))
                .toList();
        if (counting.size() == 1) {
            give(Role.SEED, counting);
        }
    }

    private static boolean counts(TextTable.Coded of, Labels cells) {
        Set<Long> seen = new HashSet<>();
        int[] rows = new int[of.names().size()];
        for (int row = 0; row < of.code().length; row++) {
            rows[of.code()[row]]++;
            if (!seen.add((long) of.code()[row] * cells.names().size() + cells.code()[row])) {
                return false;
            }
        }
        return rows.length > 1 && Arrays.stream(rows).allMatch(count -> count > 1);
    }

    private Labels joined(List<String> names) {
        TextTable.Coded first = coded(names.get(0));
        Labels labels = new Labels(first.names(), first.code(), false);
        for (String more : names.subList(1, names.size())) {
            labels = joined(labels, coded(more));
        }
        return labels;
    }

    /** Whether columns measure the same runs, each in its own way, such as accuracy and loss. */
    public static boolean areMeasures(List<String> names) {
        return names.size() > 1
                && names.stream().allMatch(name -> (isMeasure(name) || isLowerBetter(name)) && !name.contains(" - "));
    }

    /** Free columns that may have a role. */
    private List<String> open() {
        return free().stream()
                .filter(name ->
                        !BOOKKEEPING.matcher(name.toLowerCase(Locale.ROOT)).matches())
                .toList();
    }

    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
    }

    private static boolean hasMeasuresName(String name) {
        return MEASURE.matcher(words(name)).matches();
    }

    private static boolean isMeasure(String name) {
        return name.startsWith("metrics.") || hasMeasuresName(name);
    }

    /** Whether small numbers are good by a column's name. */
    public static boolean isLowerBetter(String name) {
        String words = words(name);
        return !HIGHER.matcher(words).matches()
                && (LOWER.matcher(words).matches() || COST.matcher(words).matches() && !hasMeasuresName(name));
    }

    /** Whether a column's name says which numbers are good. */
    public static boolean isDirected(String name) {
        return isLowerBetter(name)
                || isMeasure(name)
                || KNOWN.matcher(words(name)).matches();
    }

    /** Whether a column holds scores: all of it, or half where its name is a measurement's. */
    private boolean isNumeric(String name) {
        int column = table.column(name);
        int numbers = 0;
        int words = 0;
        for (int row = 0; row < table.rows(); row += Math.max(1, table.rows() / LOOKED_AT)) {
            String cell = table.text(row, column);
            boolean score = Scores.isScore(cell) || Scores.isTruth(cell) && hasMeasuresName(name);
            words += score ? 0 : 1;
            numbers += score && !Scores.isFailed(cell) ? 1 : 0;
        }
        return numbers > 0 && (words == 0 || words <= numbers && hasMeasuresName(name));
    }

    private boolean isWhole(String name) {
        int column = table.column(name);
        return IntStream.range(0, Math.min(LOOKED_AT, table.rows()))
                .allMatch(row -> table.text(row, column).matches("\\d+(\\.0*)?"));
    }

    private TextTable.Coded coded(String name) {
        return coded.computeIfAbsent(name, key -> table.coded(place(key), Scores::label));
    }

    private int different(String name) {
        return coded(name).names().size();
    }

    /**
     * The labels of rows by one column, or by several that together name them.
     *
     * @param rows to label
     * @param notes what is read otherwise than it stands
     * @throws IllegalArgumentException where a row has none
     */
    public Labels labels(List<String> names, int[] rows, List<String> notes) {
        Labels labels = labelsOrNone(names, rows, notes);
        int empty = labels.names().indexOf("");
        for (int i = 0; empty >= 0 && i < rows.length; i++) {
            if (labels.code()[i] == empty) {
                throw new IllegalArgumentException("column '" + Quoted.of(names.get(0)) + "' is empty in row "
                        + (rows[i] + 1) + " below the names: fill it in or remove the row");
            }
        }
        return labels;
    }

    /** The same, where a row may have none. */
    public Labels labelsOrNone(List<String> names, int[] rows, List<String> notes) {
        TextTable.Coded first = coded(names.get(0));
        int merged = first.spellings() - first.names().size();
        if (names.size() == 1 && merged > 0) {
            notes.add(Wording.count(merged, "spelling") + " in '" + Quoted.of(names.get(0)) + "' "
                    + (merged == 1 ? "is" : "are") + " read as the same number, such as 0.0 as 0.");
        }
        return joined(names).of(rows);
    }

    private static Labels joined(Labels a, TextTable.Coded b) {
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
        return new Labels(names, code, false);
    }

    /** The ignored columns, in words; empty if there are none. */
    public List<String> leftAside() {
        List<String> aside = free().stream()
                .filter(name -> !name.isEmpty() && !name.equals(TableFile.RUN))
                .toList();
        return aside.isEmpty()
                ? List.of()
                : List.of(
                        aside.size() <= FEW
                                ? "Columns without a role, left aside: " + Quoted.of(TableFile.named(aside)) + "."
                                : aside.size() + " columns without a role are left aside.");
    }

    /**
     * Checks that two rows of a run agree in the columns without a role that are neither bookkeeping nor measurements.
     *
     * @param one what the rows have in common
     * @param options that would give a column a role
     * @throws IllegalArgumentException with the first column that differs
     */
    public void checkSame(int first, int row, String one, String options) {
        if (fixed.isEmpty()) {
            fixed = Optional.of(fixedWithinRuns());
        }
        fixed.get().forEach((name, code) -> {
            if (code[row] != code[first]) {
                int column = place(name);
                throw new IllegalArgumentException("column '" + Quoted.of(name) + "' varies among runs of " + one
                        + ": '"
                        + Quoted.of(table.text(first, column)) + "' in row " + (first + 1) + " and '"
                        + Quoted.of(table.text(row, column)) + "' in row " + (row + 1)
                        + " below the names; say what it is with " + options + ", or leave it out with --ignore '"
                        + Quoted.of(name) + "'");
            }
        });
    }

    private Map<String, int[]> fixedWithinRuns() {
        return open().stream()
                .filter(name -> different(name) > 1
                        && different(name) < table.rows()
                        && !(different(name) > FEW && isNumeric(name) && !isWhole(name))
                        && !isMeasure(name))
                .collect(Collectors.toMap(name -> name, name -> coded(name).code(), (a, b) -> a, LinkedHashMap::new));
    }
}
