package org.noisebook.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.stats.ReuseBias;
import org.noisebook.stats.Thresholdout;

/**
 * Submissions whose accuracies on training rows and on a holdout are compared by {@link Thresholdout}, with what was answered.
 *
 * <p>The threshold is 4/√n, eight standard errors of an accuracy of ½, the noise a quarter of it. As many answers may tell of the holdout as a
 * vote of them needs to flatter by half the threshold; further ones are refused. The log does not hold the accuracy on the holdout, and a
 * submission that comes again gets the answer it had.
 *
 * @param rows n, of the holdout
 * @param entries what was answered, in order
 * @param planned submissions there will be, at least those answered
 */
public record HoldoutLog(int rows, List<Entry> entries, int planned) implements Report {
    /** One answer, NaN if it was refused, and what told it: training, holdout or refused. */
    public record Entry(String submission, double training, double answer, String told) {}

    /** Checks. */
    public HoldoutLog {
        if (rows < 20 || planned < 1) {
            throw new IllegalArgumentException(
                    "rows must be at least 20 and submissions at least 1, got " + rows + " and " + planned);
        }
        entries = List.copyOf(entries);
        planned = Math.max(planned, entries.size());
    }

    /** The line above a log's names. */
    public String head() {
        return "# noisebook holdout --rows " + rows;
    }

    /** The log with the entries of its file. */
    public HoldoutLog read(String firstLine, TextTable table) {
        if (!firstLine.equals(head())) {
            throw new IllegalArgumentException(
                    "a log must begin with '" + head() + "', got '" + Quoted.of(firstLine) + "'");
        }
        List<Entry> read = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            String told = cell(table, "told", row);
            if (!List.of("training", "holdout", "refused").contains(told)) {
                throw wrong("told", "training, holdout or refused", told, row);
            }
            double answer = told.equals("refused") ? Double.NaN : number(table, "answer", -10, 10, row);
            read.add(new Entry(cell(table, "submission", row), number(table, "training", 0, 1, row), answer, told));
        }
        return new HoldoutLog(rows, read, planned);
    }

    /** The log after the submissions of a table; each takes the part of the noise that has the number of its entry. */
    public HoldoutLog with(TextTable table, Stream noise) {
        List<Entry> all = new ArrayList<>(entries);
        Thresholdout rule = new Thresholdout(threshold(), threshold() / 4);
        int left = budget() - used();
        for (int row = 0; row < table.rows(); row++) {
            String name = cell(table, "submission", row);
            if (name.isBlank()) {
                throw wrong("submission", "a name", name, row);
            }
            double training = number(table, "training", 0, 1, row);
            double holdout = number(table, "holdout", 0, 1, row);
            Optional<Entry> before =
                    all.stream().filter(e -> e.submission().equals(name)).findFirst();
            if (before.isPresent()) {
                if (before.get().training() != training) {
                    String known = Numbers.format(before.get().training()) + ", as in the log for '" + Quoted.of(name);
                    throw wrong("training", known + "'", Numbers.format(training), row);
                }
                continue;
            }
            Thresholdout.Answer answer = rule.answer(training, holdout, noise.part(all.size()));
            String told = left == 0 ? "refused" : answer.read() ? "holdout" : "training";
            left -= told.equals("holdout") ? 1 : 0;
            double value = told.equals("refused") ? Double.NaN : Math.rint(1e6 * answer.value()) / 1e6;
            all.add(new Entry(name, training, value, told));
        }
        return new HoldoutLog(rows, all, planned);
    }

    private double threshold() {
        return 4 / Math.sqrt(rows);
    }

    private int budget() {
        return (int) ReuseBias.votesFor(rows, 0.5 + threshold() / 2);
    }

    private int used() {
        return (int) entries.stream().filter(e -> e.told().equals("holdout")).count();
    }

    private static String cell(TextTable table, String name, int row) {
        return table.text(row, new Columns(table, List.of()).place(name));
    }

    private static double number(TextTable table, String name, double low, double high, int row) {
        String cell = cell(table, name, row);
        double value = cell.endsWith("%") ? Scores.parse(cell) / 100 : Scores.parse(cell);
        if (!(value >= low && value <= high)) {
            throw wrong(name, "in [" + Numbers.format(low) + ", " + Numbers.format(high) + "]", cell, row);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String column, String range, String cell, int row) {
        return new IllegalArgumentException("column '" + column + "' must be " + range + ", got '" + Quoted.of(cell)
                + "' in row " + (row + 1) + " below the names");
    }

    @Override
    public String title() {
        return "What " + Wording.count(rows, "row") + " and " + Wording.count(planned, "submission") + " can flatter";
    }

    @Override
    public List<String> answer() {
        int few = (int) ReuseBias.votesFor(rows, 0.51);
        return List.of((used() < budget() ? "" : "The holdout is spent. ") + "Of " + planned
                + (planned == 1 ? " guess" : " guesses") + ", the best is expected to score " + percent(planned, false)
                + ", and a vote that uses every score " + percent(planned, true) + ". "
                + (few < 1 ? "Even one" : "More than " + few) + " can flatter by more than a point.");
    }

    @Override
    public List<String> preface() {
        return List.of("Two equally frequent classes; on fresh rows a guess is right half of the time.");
    }

    private String percent(int count, boolean vote) {
        double share = vote ? ReuseBias.ofVote(rows, count, 0) : ReuseBias.ofBest(rows, count);
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    @Override
    public List<Section> sections() {
        Frame table = new Frame("submissions", "best", "vote");
        for (long k = 1; k < planned; k *= 10) {
            table.add((int) k, percent((int) k, false), percent((int) k, true));
        }
        table.add(planned, percent(planned, false), percent(planned, true));
        String formula = "The vote turns each guess to its better side: Φ(√(2k/(πn))) for k submissions and n rows.";
        Section far = new Section("How far can submissions flatter?", formula, List.of(), table);
        String spent = used() < budget() ? "" : " The holdout is spent: take fresh rows, a new log and a new seed.";
        long refused = entries.stream().filter(e -> e.told().equals("refused")).count();
        String used = Wording.count(used(), "answer") + " of " + budget() + " allowed told of the holdout"
                + (refused == 0 ? "." : ", " + refused + " refused.") + spent
                + String.format(Locale.ROOT, " Threshold %.3f, noise %.3f.", threshold(), threshold() / 4);
        return entries.isEmpty()
                ? List.of(far)
                : List.of(far, new Section("What was answered?", used, List.of(), answers()));
    }

    /** The entries as a table. */
    public Frame answers() {
        Frame frame = new Frame("submission", "training", "answer", "told");
        entries.forEach(
                e -> frame.add(e.submission(), e.training(), Double.isNaN(e.answer()) ? "" : e.answer(), e.told()));
        return frame;
    }

    @Override
    public Map<String, Frame> frames() {
        return Map.of("answers", answers());
    }
}
