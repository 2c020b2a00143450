package org.noisebook.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.TextTable;

/**
 * The rows of a table that have a score, labelled by some of its columns.
 *
 * @param columns that label them
 * @param labels by each column, a code a row
 * @param score of each row
 * @param notes what was read otherwise than it stands or left out, with counts
 */
public record Observations(List<String> columns, List<Labels> labels, double[] score, List<String> notes) {
    /** Copies the lists; the array is not copied. */
    public Observations {
        columns = List.copyOf(columns);
        labels = List.copyOf(labels);
        notes = List.copyOf(notes);
    }

    /** Reads them off a table, labelled by single columns. */
    public static Observations of(TextTable table, List<String> by, String score) {
        return of(table, by, List.of(), score, List.of());
    }

    /**
     * Reads them off a table; rows without a score are left out.
     *
     * @param by columns that label rows, each on its own
     * @param together columns that label rows together, as the last of the labels; none if there are none
     * @param ignored columns to leave out
     * @throws IllegalArgumentException for an unknown column, one named twice, a score that is no number, a row without a label, or a column
     *     without a role that varies among rows of equal labels
     */
    public static Observations of(
            TextTable table, List<String> by, List<String> together, String score, List<String> ignored) {
        Columns columns = new Columns(table, ignored);
        columns.give(Role.SEED, by);
        columns.give(Role.TASK, together);
        columns.give(Role.SCORE, List.of(score));
        List<String> notes = new ArrayList<>();
        double[] all = Scores.of(table, score, notes);
        int[] rows = IntStream.range(0, all.length)
                .filter(row -> !Double.isNaN(all[row]))
                .toArray();
        List<Labels> labels = new ArrayList<>();
        by.forEach(name -> labels.add(columns.labels(List.of(name), rows, notes)));
        List<String> names = new ArrayList<>(by);
        if (!together.isEmpty()) {
            names.add(String.join(" / ", together));
            labels.add(columns.labels(together, rows, notes));
        }
        Map<Long, Integer> seen = new HashMap<>();
        for (int i = 0; i < rows.length; i++) {
            long cell = 0;
            for (Labels label : labels) {
                cell = cell * label.names().size() + label.code()[i];
            }
            Integer first = seen.putIfAbsent(cell, rows[i]);
            columns.checkSame(
                    first == null ? rows[i] : first,
                    rows[i],
                    "one seed and condition",
                    "--condition-column or --seed-column");
        }
        if (rows.length < all.length) {
            int out = all.length - rows.length;
            notes.add(Wording.count(out, "row") + " without a score (empty, NaN, inf) " + (out == 1 ? "is" : "are")
                    + " left out.");
        }
        return new Observations(
                names, labels, Arrays.stream(rows).mapToDouble(row -> all[row]).toArray(), notes);
    }
}
