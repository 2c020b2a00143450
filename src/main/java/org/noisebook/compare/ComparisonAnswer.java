package org.noisebook.compare;

import java.util.ArrayList;
import java.util.List;
import org.noisebook.compare.Duel.Verdict;
import org.noisebook.data.Echo;
import org.noisebook.runs.Wording;

/**
 * The answer of a comparison in three lines: which is better, by how much, and what to do.
 *
 * @param of the comparison
 * @param words for it
 */
record ComparisonAnswer(Comparison of, DuelWords words) {
    /** The lines. */
    List<String> lines() {
        List<Integer> hinges = of.hinges();
        String hinge = "";
        if (!hinges.isEmpty()) {
            Duel duel = of.duels().get(hinges.get(0));
            int failed = of.table().failed(duel.first()) + of.table().failed(duel.second());
            boolean far = of.withoutDiverged().get(hinges.get(0)) != duel.verdict();
            Verdict with = far ? duel.verdict() : of.failedLowest().get(hinges.get(0));
            Verdict without = far
                    ? of.withoutDiverged().get(hinges.get(0))
                    : of.failedLeftOut().get(hinges.get(0));
            hinge = "The verdict depends on " + (far ? "runs far off" : Wording.count(failed, "failed run"))
                    + ": without, "
                    + words.inWords(duel, without) + "; with, " + words.inWords(duel, with)
                    + (hinges.size() > 1 ? " (and " + (hinges.size() - 1) + " more such pairs)" : "") + ". ";
        }
        return List.of(hinge + verdict(), size(), next());
    }

    private String verdict() {
        List<Duel> duels = words.usable();
        if (duels.isEmpty()) {
            return "Nothing can be compared: no two models have a task with two runs each in common.";
        }
        int fewest = duels.stream().mapToInt(Duel::seeds).max().orElse(0);
        String early =
                fewest < Stopping.FEWEST ? " Below " + words.units(Stopping.FEWEST) + " nothing is decided." : "";
        if (duels.size() == 1) {
            String text = words.inWords(duels.get(0), duels.get(0).verdict());
            return text.replaceFirst("^the runs", "The runs") + after() + "." + early;
        }
        List<Integer> beaten = new ArrayList<>();
        int decided = 0;
        for (Duel duel : duels) {
            if (duel.verdict().isDecided()) {
                decided++;
                beaten.add(duel.verdict() == Verdict.BETTER ? duel.second() : duel.first());
            }
        }
        List<Integer> unbeaten =
                of.ranking().stream().filter(m -> !beaten.contains(m)).toList();
        if (unbeaten.size() == 1 && of.options().baseline().isEmpty()) {
            return words.name(unbeaten.get(0)) + " is better than every other model" + after() + ".";
        }
        if (of.options().baseline().isPresent()) {
            return "Against " + Echo.of(of.options().baseline().get()) + after() + ": better " + against(Verdict.WORSE)
                    + "; worse " + against(Verdict.BETTER) + "; the others are not separated from it." + early;
        }
        String suggestion = duels.stream()
                .filter(duel -> duel.verdict() == Verdict.SUGGESTS_BETTER || duel.verdict() == Verdict.SUGGESTS_WORSE)
                .findFirst()
                .map(duel -> "; " + words.inWords(duel, duel.verdict()))
                .orElse("");
        var family = new FamilyWords(of, words);
        return (decided == 0 ? "No model is shown to be better than another" : "No single model is shown to be best")
                + after() + ": " + family.best(decided) + (family.isFew() ? suggestion : "") + "." + early;
    }

    private String after() {
        int[] seeds = words.usable().stream().mapToInt(Duel::seeds).sorted().toArray();
        if (seeds.length == 0) {
            return "";
        }
        if (of.options().overTasks()) {
            return " on tasks like these, taking the " + words.units(seeds[seeds.length - 1])
                    + " as a random sample of them";
        }
        int low = seeds[0];
        int high = seeds[seeds.length - 1];
        String count = low == high ? words.units(low) : low + " to " + words.units(high);
        return (words.oneTask() ? "" : " on " + of.table().tasks().size() + " tasks") + " after "
                + of.table()
                        .folds()
                        .map(folds -> folds.averaged()
                                ? count + " on these " + folds.folds() + " folds"
                                : folds.inWords() + " (folds are not seeds: corrected t, one look)")
                        .orElse(count);
    }

    private String against(Verdict verdict) {
        List<String> names = words.usable().stream()
                .filter(duel -> duel.verdict() == verdict)
                .map(duel -> words.name(duel.second()))
                .toList();
        return names.isEmpty() ? "none" : Wording.list(names);
    }

    private String size() {
        if (words.usable().isEmpty()) {
            return "Give each model two or more runs on a task that another model ran too.";
        }
        Duel duel = words.leading();
        return words.name(duel.first()) + " wins against " + words.name(duel.second()) + " in "
                + words.share(duel.wins(), duel.share().fixed()) + " of "
                + (of.options().overTasks()
                        ? "runs, the mean over tasks"
                        : duel.design() == Duel.Design.PAIRED
                                ? "the runs with shared " + words.unit() + "s"
                                : "pairs of runs")
                + " (interval " + words.percents(duel.share().fixed())
                + ")"
                + (Double.isNaN(duel.effect())
                        ? "."
                        : "; its lead is " + words.effect(duel, duel.effect()) + " ("
                                + words.span(duel, duel.lead().fixed())
                                + (words.oneTask() ? ")." : ") in units of the spread of a task's runs."));
    }

    private String next() {
        List<Duel> open = words.usable().stream()
                .filter(duel -> !duel.verdict().isDecided())
                .toList();
        if (open.isEmpty()) {
            return words.usable().isEmpty() ? "Undecided: every pair." : new FamilyWords(of, words).stop();
        }
        return "Undecided: " + (open.size() == 1 ? "one pair" : open.size() + " pairs") + ". "
                + more(leadingOpen(open));
    }

    private Duel leadingOpen(List<Duel> open) {
        Duel leading = words.leading();
        return open.stream()
                .filter(duel -> duel.first() == leading.first() && duel.second() == leading.second()
                        || duel.first() == leading.second() && duel.second() == leading.first())
                .findFirst()
                .orElse(open.get(0));
    }

    private String more(Duel duel) {
        int declared = of.options().seeds();
        int left = declared == 0 ? Integer.MAX_VALUE : Math.max(0, declared - duel.seeds());
        String both = " ADDITIONAL " + words.unit() + "s of both " + words.name(duel.first()) + " and "
                + words.name(duel.second());
        if (words.unit().equals("fold")) {
            return "Report " + words.name(duel.first()) + " and " + words.name(duel.second()) + " as not separated: "
                    + "more repeats on the same data add little. What helps is more data, or more tasks.";
        }
        if (left == 0) {
            return "The " + declared + " " + words.unit() + "s declared are used up: report " + words.name(duel.first())
                    + " and " + words.name(duel.second()) + " as not separated.";
        }
        if (of.options().rule() == Stopping.Rule.PLANNED) {
            return "Run the " + left + both + " that were planned, then look.";
        }
        String lacking = lacking(duel);
        String maximum = declared == 0 ? "" : "; the maximum is " + declared;
        if (duel.moreLow() >= left) {
            return "More than " + left + both + " are likely to be needed" + maximum + "." + lacking;
        }
        String high = duel.moreHigh() == Integer.MAX_VALUE
                ? " with no upper limit"
                : duel.moreHigh() > left ? " to more than " + left : " to " + duel.moreHigh();
        return "About " + duel.moreLow() + high + both
                + (words.oneTask() || of.options().overTasks() ? "" : " on every task") + maximum + "." + lacking;
    }

    /** Which runs are missing in a pair. */
    private String lacking(Duel duel) {
        if (duel.design() == Duel.Design.FRESH) {
            return "";
        }
        List<String> gaps = new ArrayList<>();
        for (int k = 0; k < of.table().tasks().size(); k++) {
            int a = of.table().seed()[duel.first()][k].length;
            int b = of.table().seed()[duel.second()][k].length;
            if (a != b) {
                gaps.add(Math.abs(a - b) + " of " + words.name(a < b ? duel.first() : duel.second())
                        + (words.oneTask()
                                ? ""
                                : " on " + Echo.of(of.table().tasks().get(k))));
            }
        }
        return gaps.isEmpty() || gaps.size() > 4 ? "" : " Fill in first: " + Wording.list(gaps) + ".";
    }
}
