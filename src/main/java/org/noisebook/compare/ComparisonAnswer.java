package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        String verdict = !hinge.isEmpty() && words.usable().size() == 1 ? "" : verdict();
        return List.of((hinge + verdict).strip(), size(), next());
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
            return sentence(duels.get(0)) + after() + "." + early;
        }
        if (of.options().baseline().isPresent()) {
            return against(duels) + early;
        }
        List<Integer> beaten = new ArrayList<>();
        Map<Integer, Integer> wins = new HashMap<>();
        for (Duel duel : duels) {
            if (duel.verdict().isDecided()) {
                boolean first = duel.verdict() == Verdict.BETTER;
                beaten.add(first ? duel.second() : duel.first());
                wins.merge(first ? duel.first() : duel.second(), 1, Integer::sum);
            }
        }
        List<Integer> unbeaten =
                of.ranking().stream().filter(m -> !beaten.contains(m)).toList();
        if (!unbeaten.isEmpty()
                && wins.getOrDefault(unbeaten.get(0), 0) == of.table().models().size() - 1) {
            return words.name(unbeaten.get(0)) + " is better than every other model" + after() + ".";
        }
        Optional<Duel> clearest = clearest(duels);
        String pairs = beaten.isEmpty()
                ? early.isEmpty() ? "; no pair is decided; " : "; "
                : beaten.size() == 1
                        ? ", the one pair decided; "
                        : ", the clearest of " + beaten.size() + " decided pairs out of " + duels.size() + "; ";
        String found = clearest.isEmpty()
                ? "No model is shown to be better than another" + after() + "; "
                : words.isFew()
                        ? sentence(clearest.get()) + after() + pairs
                        : "No model is shown to be the best" + after() + "; " + beaten.size() + " of " + duels.size()
                                + " pairs are decided, and ";
        return found + words.mayBeTheBest() + "." + early;
    }

    private String sentence(Duel duel) {
        return words.inWords(duel, duel.verdict()).replaceFirst("^the runs", "The runs");
    }

    /** The finding with the most evidence, decided before suggested; none if nothing is found. */
    private static Optional<Duel> clearest(List<Duel> duels) {
        return duels.stream()
                .filter(duel -> duel.verdict() != Verdict.OPEN)
                .min(Comparator.comparing((Duel duel) -> !duel.verdict().isDecided())
                        .thenComparingDouble(duel -> duel.verdict().isDecided() ? duel.p() : duel.pFixed())
                        .thenComparingDouble(duel -> -Math.abs(duel.wins() - 0.5)));
    }

    /** Each model against the baseline. */
    private String against(List<Duel> duels) {
        String base = Echo.of(of.options().baseline().orElseThrow());
        String better = against(duels, Verdict.WORSE);
        String worse = against(duels, Verdict.BETTER);
        boolean all = duels.stream().allMatch(duel -> duel.verdict().isDecided());
        if (better.isEmpty() && worse.isEmpty()) {
            return clearest(duels)
                    .map(duel -> sentence(duel) + after() + "; no model is separated from " + base + ".")
                    .orElse("No model is separated from " + base + after() + ".");
        }
        return (better.isEmpty() ? "" : better + (worse.isEmpty() ? "" : ", and "))
                + (worse.isEmpty() ? "" : worse)
                + after()
                + (all ? "." : "; the others are not separated from it.");
    }

    private String against(List<Duel> duels, Verdict verdict) {
        List<String> names = duels.stream()
                .filter(duel -> duel.verdict() == verdict)
                .map(duel -> words.name(duel.second()))
                .toList();
        return names.isEmpty()
                ? ""
                : Wording.list(names) + (names.size() == 1 ? " is " : " are ")
                        + (verdict == Verdict.WORSE ? "better" : "worse") + " than "
                        + Echo.of(of.options().baseline().orElseThrow());
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

    /** The pair whose size is told: the finding that the first line names, else the two best. */
    private Duel subject() {
        Duel leading = words.leading();
        boolean best = of.duels().stream()
                .map(duel -> duel.first() == leading.first() ? duel : duel.turned())
                .filter(duel -> duel.first() == leading.first())
                .allMatch(duel -> duel.verdict() == Verdict.BETTER);
        return best
                ? leading
                : clearest(words.usable())
                        .map(duel ->
                                duel.wins() < 0.5 && of.options().baseline().isEmpty() ? duel.turned() : duel)
                        .orElse(leading);
    }

    private String size() {
        if (words.usable().isEmpty()) {
            return "Give each model two or more runs on a task that another model ran too.";
        }
        Duel duel = subject();
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
        int hanging = of.hinges().size();
        String hangs = hanging == 0
                ? ""
                : Wording.count(hanging, "verdict") + (hanging == 1 ? " hangs" : " hang")
                        + " on runs that failed or are far off: run these again, or fix beforehand how they count.";
        if (open.isEmpty()) {
            return words.usable().isEmpty()
                    ? "Undecided: every pair."
                    : hanging > 0 ? "Do not stop yet: " + hangs : words.stop();
        }
        return "Undecided: " + (open.size() == 1 ? "one pair" : open.size() + " pairs") + ". " + more(leadingOpen(open))
                + (hanging == 0 ? "" : " " + hangs);
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
            return "Run the " + left + (left == 1 ? both.replaceFirst("s of both", " of both") : both)
                    + " as planned, then look.";
        }
        String lacking = lacking(duel);
        String maximum = declared == 0 ? "" : "; the maximum is " + declared;
        if (duel.moreLow() >= left) {
            return "More than " + left + both + " are likely to be needed" + maximum + "." + lacking;
        }
        boolean endless = duel.moreHigh() == Integer.MAX_VALUE;
        String high = endless || duel.moreHigh() == duel.moreLow()
                ? ""
                : duel.moreHigh() > left ? " to more than " + left : " to " + duel.moreHigh();
        return (endless ? "At least about " : "About ") + duel.moreLow() + high
                + (Math.max(duel.moreHigh(), duel.moreLow()) == 1 ? both.replaceFirst("s of both", " of both") : both)
                + (words.oneTask() || of.options().overTasks() ? "" : " on every task")
                + (endless ? ", with no upper limit" : "") + maximum + "."
                + lacking;
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
