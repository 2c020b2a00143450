package org.noisebook.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /**
     * Reads them off a table; rows without a score are left out.
     *
     * @throws IllegalArgumentException for an unknown column, one named twice, a score that is no number or a row without a label
     */
    public static Observations of(TextTable table, List<String> by, String score) {
        Columns columns = new Columns(table, List.of());
        columns.give(Role.SEED, by);
        columns.give(Role.SCORE, List.of(score));
        List<String> notes = new ArrayList<>();
        double[] all = Scores.of(table, score, notes);
        int[] rows = IntStream.range(0, all.length)
                .filter(row -> !Double.isNaN(all[row]))
                .toArray();
        List<Labels> labels = by.stream()
                .map(name -> columns.labels(List.of(name), rows, notes))
                .toList();
        if (rows.length < all.length) {
            notes.add(all.length - rows.length + " rows without a score (empty, NaN, inf) are left out.");
        }
        return new Observations(
                by, labels, Arrays.stream(rows).mapToDouble(row -> all[row]).toArray(), notes);
    }
}
