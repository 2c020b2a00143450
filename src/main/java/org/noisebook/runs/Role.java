package org.noisebook.runs;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The role of a column in a table of runs, with the names that identify it. */
public enum Role {
    /** What is compared. */
    MODEL("model models modelname modeltype method algorithm algo agent arm variant system arch architecture classifier"
            + " approach learner optimizer optimiser modell verfahren methode ansatz optimierer"),
    /** What it is tried on. */
    TASK("task taskname dataset datasetname env envid envname environment benchmark game problem domain language"
            + " data datensatz aufgabe umgebung"),
    /** The seed of a run's random numbers. */
    SEED(
            "seed randomseed rngseed randomstate seedid replicate replica repeat rep trial startwert zufallsstartwert wiederholung lauf"),
    /** The part of the data on which a run of cross-validation is tested. */
    FOLD("fold folds foldid cvfold kfold split splitid cv"),
    /** The time within a run whose rows are a history. */
    STEP("step steps epoch iteration iter globalstep schritt epoche"),
    /** The number that counts. */
    SCORE("score value result metric performance ergebnis wert punktzahl"),
    /** A single question or example of a task, where rows are such. */
    ITEM("item itemid example exampleid question questionid qid prompt promptid instance instanceid docid sampleid"),
    /** Items that go together, such as questions on one text; never guessed. */
    CLUSTER("cluster");

    /** The roles that label a run. */
    public static final List<Role> LABELS = List.of(MODEL, TASK, SEED, FOLD);

    private static final Set<String> NOTHING = Set.of("name", "type", "id", "kind", "class", "target", "classname");

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

    /**
     * Whether the last part of a path such as {@code config.env_id}, letters and digits only, is a name by which it is known; of a last part that says
     * nothing, such as in {@code config/optimizer/name}, the part before.
     */
    boolean isKnownAs(String column) {
        String[] parts = column.toLowerCase(Locale.ROOT).split("[./]");
        int last = parts.length - 1;
        return last >= 0 && known.contains(letters(parts[last]))
                || last > 0 && NOTHING.contains(letters(parts[last])) && known.contains(letters(parts[last - 1]));
    }

    private static String letters(String part) {
        return part.replaceAll("[^a-z0-9]", "");
    }
}
