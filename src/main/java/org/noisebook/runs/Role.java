package org.noisebook.runs;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The role of a column in a table of runs, with the names that identify it. */
public enum Role {
    /** What is compared. */
    MODEL("model models modelname modeltype method algorithm algo agent arm variant system arch architecture classifier"
            + " approach learner optimizer optimiser"),
    /** What it is tried on. */
    TASK("task taskname dataset datasetname data env envid envname environment benchmark game problem domain language"),
    /** The seed of a run's random numbers. */
    SEED("seed randomseed rngseed randomstate seedid replicate replica repeat rep trial"),
    /** The part of the data on which a run of cross-validation is tested. */
    FOLD("fold folds foldid cvfold kfold split splitid cv"),
    /** The time within a run whose rows are a history. */
    STEP("step steps epoch iteration iter globalstep"),
    /** The number that counts. */
    SCORE("score value result metric performance");

    /** The roles that label a run. */
    public static final List<Role> LABELS = List.of(MODEL, TASK, SEED, FOLD);

    private final Set<String> known;

    Role(String known) {
        this.known = Set.of(known.split(" "));
    }

    /** The word in options and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names by which it is known, letters alone. */
    Set<String> known() {
        return known;
    }

    /** Whether the last part of a dotted name, letters and digits only, is one by which it is known. */
    boolean isKnownAs(String column) {
        String last = column.substring(Math.max(column.lastIndexOf('.'), column.lastIndexOf('/')) + 1);
        return known.contains(last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
    }
}
