package org.noisebook.compare;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Echo;
import org.noisebook.data.Numbers;
import org.noisebook.runs.Wording;

/** What is said of ranks over tasks. */
final class RankWords {
    private static final int MOST_LACKING = 5;

    private RankWords() {}

    /** How many tasks lack models or are left out; empty where none is. */
    static String holes(RankComparison ranks, int tasks) {
        int out = tasks - ranks.tasks();
        return (ranks.holes() == 0
                        ? ""
                        : ranks.holes() + " of " + Wording.count(tasks, "task")
                                + " lack a model or more and count with the models they have. ")
                + (out == 0
                        ? ""
                        : out + " of " + Wording.count(tasks, "task")
                                + (out == 1 ? " has" : " have") + " fewer than two models and "
                                + (out == 1 ? "is" : "are") + " left out. ");
    }

    /** Which models never ran a task that others did. */
    static List<String> lacking(RunTable table) {
        int tasks = table.tasks().size();
        return IntStream.range(0, table.models().size())
                .filter(m -> table.runs(m) > 0)
                .mapToObj(m -> {
                    long none = Arrays.stream(table.score()[m])
                            .filter(of -> of.length == 0)
                            .count();
                    return none == 0
                            ? ""
                            : Echo.of(table.models().get(m)) + " never ran " + none + " of "
                                    + Wording.count(tasks, "task")
                                    + ": its pairs are compared on the others, and ranks allow for it.";
                })
                .filter(line -> !line.isEmpty())
                .limit(MOST_LACKING)
                .toList();
    }

    /** The tests. */
    static List<String> remarks(RankComparison ranks) {
        double critical = ranks.criticalDifference();
        String of = ranks.holes() > 0 ? "Skillings–Mack" : "Friedman";
        String law = ranks.error() > 0 ? "law drawn, standard error " + Numbers.format(ranks.error(), 1) : "exact law";
        String pairs = Double.isNaN(critical)
                ? "Pairs by the largest standardised difference of rank sums [same law, 5 %]."
                : Double.isInfinite(critical)
                        ? "So few tasks separate no pair, whatever the ranks [same law, 5 %]."
                        : "Critical difference of mean ranks: " + Wording.correlation(critical) + " [same law, 5 %].";
        return List.of("Whether the models differ at all on tasks like these: " + Wording.probability(ranks.p()) + " ["
                + of + ", " + law + "]. " + pairs + " Models that share a letter are not separated.");
    }
}
