package org.noisebook.compare;

import java.util.List;
import org.noisebook.compare.Family.Control;
import org.noisebook.runs.Wording;

/**
 * What is said of all pairs together.
 *
 * @param of the comparison
 * @param words for it
 */
record FamilyWords(Comparison of, DuelWords words) {
    private static final int MOST_NAMES = 6;

    private boolean isJoint() {
        return stopping().isEndless() && of.duels().size() > 1;
    }

    private boolean isOfShares() {
        return isJoint() && of.options().control() == Control.SHARE;
    }

    private Stopping stopping() {
        return of.options().stopping(of.duels().size());
    }

    private List<Integer> mayBeBest() {
        List<Integer> best = of.best();
        return of.ranking().stream().filter(best::contains).toList();
    }

    /** Which models may be the best, in a clause. */
    String best() {
        List<Integer> best = mayBeBest();
        int models = of.models().size();
        String many = best.size() == models ? "any of the " + models : best.size() + " of " + models;
        return models <= MOST_NAMES
                ? words.names(best) + (best.size() == 1 ? " alone may be the best" : " may each be the best")
                : many + " models may be the best" + (best.size() > MOST_NAMES ? "" : ": " + words.names(best));
    }

    /** Whether there are so few models that one pair is worth a sentence. */
    boolean isFew() {
        return of.models().size() <= MOST_NAMES;
    }

    /** Where every pair is decided. */
    String stop() {
        return isOfShares()
                ? "Every pair is decided; with more seeds a verdict may be withdrawn, as the share of false ones is kept, not each."
                : words.unit().equals("seed")
                        ? "Stop: every pair is decided, and remains so however often you look."
                        : "Stop: every pair is decided.";
    }

    /** How verdicts allow for there being many pairs. */
    String adjustment(String rule) {
        String level = Wording.percent(of.options().alpha());
        return (isJoint() ? "Verdicts and p are those of" : "Verdict, p and intervals are adjusted for")
                + " a family of " + Wording.count(of.duels().size(), "comparison")
                + (isOfShares()
                        ? " [e-BH]: of all verdicts at most " + level + " are false on average"
                        : (isJoint() ? " [closed test of mean e-values]" : " [Bonferroni]")
                                + ": the chance that any verdict is false is at most " + level)
                + (rule.isEmpty() ? ", at one look." : ", though " + rule + ".")
                + (isOfShares() ? " Each rests on the present seeds and may be withdrawn with more." : "")
                + (isJoint() ? " Intervals are Bonferroni's and wider: one may include 0 beside a verdict." : "");
    }

    /** The models that may be the best, in a paragraph; empty for two models, or where one is compared with each other one. */
    List<String> remark() {
        List<Integer> best = mayBeBest();
        int models = of.models().size();
        return models < 3 || best.isEmpty()
                ? List.of()
                : List.of("May be the best: " + words.names(best) + " [" + best.size() + " of " + models
                        + (stopping().isEndless()
                                ? "; mean of the e-values of all others against each"
                                : "; largest lead of any other over each, Bonferroni")
                        + "]. A model that is the best stays in this set with a chance of at least "
                        + Wording.percent(1 - of.options().alpha())
                        + (isOfShares() ? "." : "; models that lost a pair above are left out."));
    }
}
