package org.noisebook.compare;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Echo;
import org.noisebook.data.Numbers;
import org.noisebook.runs.Wording;

/** What is said of ranks over tasks, and of tasks that models lack. */
final class RankWords {
    private RankWords() {}

    /** How many tasks lack models or are left out; empty where none is. */
    static String holes(RankComparison ranks, int tasks) {
        String of = " of " + Wording.count(tasks, "task");
        int out = tasks - ranks.tasks();
        return (ranks.holes() == 0
                        ? ""
                        : ranks.holes() + of + " lack a model or more and count with the models they have. ")
                + (out == 0 ? "" : out + of + " have fewer than two models and are left out. ");
    }

    /** Which models never ran tasks that others did. */
    static List<String> lacking(RunTable table) {
        int tasks = table.tasks().size();
        List<String> lacking = IntStream.range(0, table.models().size())
                .filter(m -> table.runs(m) > 0 && ran(table, m) < tasks)
                .mapToObj(m -> Echo.of(table.models().get(m)) + " ran " + ran(table, m))
                .toList();
        return lacking.isEmpty()
                ? List.of()
                : List.of(Wording.list(lacking) + " of " + tasks
                        + " tasks: pairs are compared on the tasks that both ran, and ranks allow for the others.");
    }

    private static long ran(RunTable table, int model) {
        return Arrays.stream(table.score()[model]).filter(of -> of.length > 0).count();
    }

    /** The tests. */
    static String tests(RankComparison ranks) {
        double critical = ranks.criticalDifference();
        String law = ranks.error() > 0 ? "law drawn, standard error " + Numbers.format(ranks.error(), 1) : "exact law";
        String pairs = Double.isNaN(critical)
                ? "Pairs by the largest standardised difference of rank sums [same law, 5 %]."
                : Double.isInfinite(critical)
                        ? "With so few tasks no pair can be separated, whatever the ranks [same law, 5 %]."
                        : "Critical difference of mean ranks: " + Wording.correlation(critical) + " [same law, 5 %].";
        return "Whether the models differ at all on tasks like these: " + Wording.probability(ranks.p()) + " ["
                + (ranks.holes() > 0 ? "Skillings–Mack, " : "Friedman, ") + law + "]. " + pairs
                + " Models that share a letter are not separated.";
    }
}
