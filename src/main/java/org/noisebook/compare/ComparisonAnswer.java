package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Wording;

/**
 * The answer of a comparison in three lines: which is better, by how much, and what to do.
 *
 * @param of the comparison
 * @param words for it
 */
record ComparisonAnswer(Comparison of, PairWords words) {
    private static final int MOST_FAILED = 3;

    /** The lines. */
    List<String> lines() {
        List<Integer> hinges = of.hinges();
        String hinge = hinges.isEmpty()
                ? ""
                : "Not decided: " + hinge(hinges.get(0))
                        + (hinges.size() > 1
                                ? " (and " + Wording.count(hinges.size() - 1, "more pair") + " of this kind)"
                                : "")
                        + ". ";
        String verdict = !hinge.isEmpty() && words.usable().size() == 1 ? cut("Judged: ", ".") : verdict();
        return List.of((hinge + verdict).strip(), size() + Doubts.of(of.table()), next());
    }

    /** What the verdict on a pair hangs on. */
    private String hinge(int pair) {
        PairComparison duel = of.duels().get(pair);
        if (of.isStill(duel)) {
            return "every seed of " + words.name(duel.first()) + " and of " + words.name(duel.second())
                    + " has the same score, so the seed seems to do nothing";
        }
        Verdict leftOut = of.failedLeftOut().get(pair);
        if (of.failsMore(pair)) {
            PairComparison found = duel.found(leftOut);
            String better = words.name(found.first());
            return "finished runs of " + better + " are better than those of " + words.name(found.second()) + ", but "
                    + better
                    + " fails more often ("
                    + Wording.probability(
                            Math.min(1, found.failureP() * of.duels().size()))
                    + "); decide beforehand what a failed run costs";
        }
        int failed = of.table().failed(duel.first()) + of.table().failed(duel.second());
        Verdict lowest = of.failedLowest().get(pair);
        return leftOut == lowest
                ? "the verdict hangs on runs far off; left out, "
                        + words.inWords(duel, of.withoutDiverged().get(pair)) + ", but with them, "
                        + words.inWords(duel, leftOut)
                : "the verdict hangs on " + Wording.count(failed, "failed run") + "; left out, "
                        + words.inWords(duel, leftOut) + ", but counted as losses, " + words.inWords(duel, lowest);
    }

    private String verdict() {
        List<PairComparison> duels = words.usable();
        if (duels.isEmpty()) {
            return "Nothing can be compared: no two models have a task with two runs each in common, not all failed"
                    + missing() + ".";
        }
        int most = duels.stream().mapToInt(PairComparison::seeds).max().orElse(0);
        String early = most < words.fewest() ? " Below " + words.units(words.fewest()) + " nothing is decided." : "";
        if (duels.size() == 1) {
            return sentence(duels.get(0)) + after(duels) + "." + early;
        }
        if (of.options().baseline().isPresent()) {
            return against(duels) + early;
        }
        List<Integer> beaten = new ArrayList<>();
        Map<Integer, Integer> wins = new HashMap<>();
        for (PairComparison duel : duels) {
            if (duel.verdict().isDecided()) {
                boolean first = duel.verdict() == Verdict.BETTER;
                beaten.add(first ? duel.second() : duel.first());
                wins.merge(first ? duel.first() : duel.second(), 1, Integer::sum);
            }
        }
        List<Integer> unbeaten = of.ranking().stream()
                .filter(m -> !beaten.contains(m) && !of.table().isDead(m))
                .toList();
        if (!unbeaten.isEmpty()
                && wins.getOrDefault(unbeaten.get(0), 0) == of.table().models().size() - 1) {
            return words.name(unbeaten.get(0)) + " is better than every other model"
                    + after(duels.stream()
                            .filter(duel -> duel.found().first() == unbeaten.get(0)
                                    && duel.verdict().isDecided())
                            .toList())
                    + ".";
        }
        Optional<PairComparison> clearest = clearest(duels).filter(duel -> words.isFew());
        String told =
                clearest.map(duel -> sentence(duel) + after(List.of(duel))).orElse("");
        if (beaten.isEmpty()) {
            return (told.isEmpty()
                            ? "No pair is decided" + after(duels)
                            : told + (early.isEmpty() ? "; no pair is decided" : ""))
                    + "." + early;
        }
        String pairs = beaten.size() == 1
                ? ", the one pair decided; "
                : ", the clearest of " + beaten.size() + " decided pairs out of " + duels.size() + "; ";
        return (told.isEmpty()
                        ? "No model beats every other one" + after(duels) + "; " + beaten.size() + " of " + duels.size()
                                + (beaten.size() == 1 ? " pairs is decided, and " : " pairs are decided, and ")
                        : told + pairs)
                + (told.isEmpty()
                        ? unbeaten.size() + " of " + of.models().size() + " models lost no pair"
                                + (unbeaten.size() > PairWords.MOST_NAMES ? "" : ": " + words.names(unbeaten))
                        : words.names(unbeaten) + (unbeaten.size() == 1 ? " alone" : "") + " lost no pair")
                + "." + early;
    }

    private String sentence(PairComparison duel) {
        return words.inWords(duel, duel.verdict()).replaceFirst("^the runs", "The runs");
    }

    /** The finding with the most evidence, decided before suggested; none if nothing is found. */
    private static Optional<PairComparison> clearest(List<PairComparison> duels) {
        return duels.stream()
                .filter(duel -> duel.verdict().isFound())
                .min(Comparator.comparing(
                                (PairComparison duel) -> !duel.verdict().isDecided())
                        .thenComparingDouble(duel -> duel.verdict().isDecided() ? duel.p() : duel.pFixed())
                        .thenComparingDouble(duel -> -Math.abs(duel.wins() - 0.5)));
    }

    /** Each model against the baseline. */
    private String against(List<PairComparison> duels) {
        String base = Quoted.of(of.options().baseline().orElseThrow());
        String better = against(duels, Verdict.WORSE);
        String worse = against(duels, Verdict.BETTER);
        boolean all = duels.stream().allMatch(duel -> duel.verdict().isDecided());
        if (better.isEmpty() && worse.isEmpty()) {
            return clearest(duels)
                    .map(duel -> sentence(duel) + after(List.of(duel)) + "; no model is separated from " + base + ".")
                    .orElse("No model is separated from " + base + after(duels) + ".");
        }
        return (better.isEmpty() ? "" : better + (worse.isEmpty() ? "" : ", and "))
                + (worse.isEmpty() ? "" : worse)
                + after(duels)
                + (all ? "." : "; the others are not separated from it.");
    }

    private String against(List<PairComparison> duels, Verdict verdict) {
        List<String> names = duels.stream()
                .filter(duel -> duel.verdict() == verdict)
                .map(duel -> words.name(duel.second()))
                .toList();
        return names.isEmpty()
                ? ""
                : Wording.list(names) + (names.size() == 1 ? " is " : " are ")
                        + (verdict == Verdict.WORSE ? "better" : "worse") + " than "
                        + Quoted.of(of.options().baseline().orElseThrow());
    }

    /** On and after what the sentence on these pairs is said. */
    private String after(List<PairComparison> told) {
        int[] seeds = told.stream().mapToInt(PairComparison::seeds).sorted().toArray();
        String first = cut("", "");
        if (of.options().overTasks()) {
            return " on tasks like these, taking "
                    + (first.isEmpty() ? "the " + words.units(seeds[seeds.length - 1]) : first + ",")
                    + " as a random sample of them" + missing();
        }
        String count = first.isEmpty() ? range(seeds, words.unit() + "s") : first;
        int all = of.table().tasks().size();
        int[] tasks = told.stream().mapToInt(PairComparison::tasks).sorted().toArray();
        String on = tasks[0] == all
                ? " on " + all + " tasks"
                : " on the " + range(tasks, "tasks") + " of " + all + " that "
                        + (told.size() == 1 ? "both" : "each pair") + " ran";
        return (words.oneTask() ? "" : on) + " after "
                + of.table()
                        .folds()
                        .map(folds -> folds.averaged()
                                ? count + " on these " + folds.folds() + " folds"
                                : folds.inWords() + " (folds are not seeds: corrected t, one look)")
                        .orElse(count)
                + missing();
    }

    /** That more ran than were declared, between two words; nothing where none did. */
    private String cut(String before, String behind) {
        int declared = of.options().seeds();
        boolean cut = declared > 0
                && of.ran() > declared
                && (of.options().overTasks() || of.table().cut().isEmpty());
        return cut ? before + "the first " + declared + " of " + words.units(of.ran()) + ", as declared" + behind : "";
    }

    private static String range(int[] sorted, String units) {
        int high = sorted[sorted.length - 1];
        return (sorted[0] == high ? "" : sorted[0] + " to ") + high + " "
                + (high == 1 ? units.substring(0, units.length() - 1) : units);
    }

    /** Whose runs failed, and how many runs of the seeds and tasks that others ran are missing. */
    private String missing() {
        int missing =
                Arrays.stream(of.table().missing()).flatMapToInt(Arrays::stream).sum();
        List<Comparison.Model> failed =
                of.models().stream().filter(model -> model.failed() > 0).toList();
        String who = failed.size() > MOST_FAILED
                ? failed.stream().mapToInt(Comparison.Model::failed).sum() + " of " + Wording.count(of.runs(), "run")
                : Wording.list(failed.stream()
                        .map(model -> (model.failed() == model.runs()
                                        ? "all " + Wording.count(model.runs(), "run")
                                        : model.failed() + " of " + Wording.count(model.runs(), "run"))
                                + " of " + Quoted.of(model.name()))
                        .toList());
        return (failed.isEmpty() && missing == 0 ? "" : ", with ")
                + (failed.isEmpty() ? "" : who + " failed" + (missing == 0 ? "" : " and "))
                + (missing == 0 ? "" : missing + " of " + Wording.count(of.runs() + missing, "run") + " missing");
    }

    /** The pair whose size is told: the finding that the first line names, else the two best. */
    private PairComparison subject() {
        PairComparison leading = words.leading();
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
            return "Give each model two or more runs on a task that another model ran too"
                    + (words.oneTask() ? "." : ", or take tasks as the sample with --over tasks.");
        }
        PairComparison duel = subject();
        return words.name(duel.first()) + " wins against " + words.name(duel.second()) + " in "
                + words.share(duel.wins(), duel.share().any()) + " of "
                + (of.options().overTasks()
                        ? "runs, the mean over tasks"
                        : duel.design() == PairComparison.Design.FRESH
                                ? "pairs of runs"
                                : "the runs with shared " + words.unit() + "s")
                + words.bracket(words.percents(duel.share().any()))
                + (Double.isNaN(duel.effect())
                        ? "." + words.kind(duel)
                        : ((duel.wins() - 0.5) * duel.effect() < 0 || duel.wins() == 0.5 && duel.effect() < 0
                                        ? ", but is " + (duel.effect() < 0 ? "behind" : "ahead") + " in the mean; its"
                                        : "; its")
                                + " lead is " + words.effect(duel, duel.effect())
                                + words.bracket(words.span(duel, duel.lead().any()))
                                + words.ofSpread() + "."
                                + words.kind(duel));
    }

    private String next() {
        List<PairComparison> open = words.usable().stream()
                .filter(duel -> !duel.verdict().isDecided())
                .toList();
        List<PairComparison> still =
                of.hinges().stream().map(of.duels()::get).filter(of::isStill).toList();
        int hanging = of.hinges().size() - still.size();
        String hangs = (hanging == 0
                        ? ""
                        : Wording.count(hanging, "verdict") + (hanging == 1 ? " hangs" : " hang")
                                + " on runs that failed or are far off: decide beforehand how they count.")
                + (still.isEmpty()
                        ? ""
                        : " More seeds do not help " + words.name(still.get(0).first()) + " and "
                                + words.name(still.get(0).second())
                                + ": check that the seed reaches the training.");
        List<PairComparison> undecided =
                open.stream().filter(duel -> duel.verdict() != Verdict.HANGS).toList();
        if (undecided.isEmpty()) {
            return words.usable().isEmpty()
                    ? "Undecided: every pair."
                    : open.isEmpty() ? words.stop() : ((hanging > 0 ? "Do not stop yet: " : "") + hangs.strip());
        }
        return "Undecided: " + (open.size() == 1 ? "one pair" : open.size() + " pairs") + ". "
                + (more(leadingOpen(undecided)) + " " + hangs).strip();
    }

    private PairComparison leadingOpen(List<PairComparison> open) {
        PairComparison leading = words.leading();
        return open.stream()
                .filter(duel -> duel.first() == leading.first() && duel.second() == leading.second()
                        || duel.first() == leading.second() && duel.second() == leading.first())
                .findFirst()
                .orElse(open.get(0));
    }

    private String more(PairComparison duel) {
        int declared = of.options().seeds();
        int left = words.left(duel);
        String both = " ADDITIONAL " + words.unit() + "s of " + both(duel);
        if (words.unit().equals("fold")) {
            return "Report " + words.name(duel.first()) + " and " + words.name(duel.second()) + " as not separated: "
                    + "more repeats on the same data add little. What helps is more data, or more tasks.";
        }
        if (left == 0 || duel.isLooked() && of.options().rule() == Stopping.Rule.PLANNED) {
            return "The " + declared + " " + words.unit() + "s declared are used up: report " + words.name(duel.first())
                    + " and " + words.name(duel.second()) + " as not separated.";
        }
        if (of.options().rule() == Stopping.Rule.PLANNED) {
            List<String> due = due(duel, declared);
            return due.isEmpty() && !lacking().isEmpty()
                    ? lacking().strip()
                    : "Run the ADDITIONAL " + words.unit() + "s planned"
                            + (due.isEmpty() ? "" : ", " + Wording.list(due) + ",") + " then look.";
        }
        String lacking = duel.design() == PairComparison.Design.FRESH ? "" : lacking();
        String maximum = declared == 0 ? "" : "; the maximum is " + declared;
        if (duel.moreLow() >= left) {
            return "More than " + left + both + " are likely to be needed" + maximum + "." + lacking;
        }
        boolean endless = duel.moreHigh() == Integer.MAX_VALUE;
        String high = endless || duel.moreHigh() == duel.moreLow()
                ? ""
                : duel.moreHigh() > left ? " to more than " + left : " to " + duel.moreHigh();
        return (endless ? "At least about " : "About ") + duel.moreLow() + high
                + (Math.max(duel.moreHigh(), duel.moreLow()) == 1 ? both.replaceFirst("s of", " of") : both)
                + (words.oneTask() || of.options().overTasks() ? "" : " on every task")
                + (endless ? ", with no upper limit" : "") + maximum + "."
                + lacking;
    }

    /** The models of a pair that need more seeds. */
    private String both(PairComparison duel) {
        List<String> needy = IntStream.of(duel.first(), duel.second())
                .filter(m -> !of.isFixed(m))
                .mapToObj(words::name)
                .toList();
        return (needy.size() > 1 ? "both " : "") + Wording.list(needy);
    }

    /** How many seeds each of a pair lacks of those planned; tasks are those of the table. */
    private List<String> due(PairComparison duel, int planned) {
        if (of.options().overTasks()) {
            return List.of(String.valueOf(planned - duel.seeds()));
        }
        int[][] ran = of.table().seedsRun();
        return IntStream.of(duel.first(), duel.second())
                .filter(m -> ran[m].length < planned)
                .mapToObj(m -> (planned - ran[m].length) + " of " + words.name(m))
                .toList();
    }

    /** Which runs are missing, of all models. */
    private String lacking() {
        int[][] missing = of.table().missing();
        List<String> gaps = new ArrayList<>();
        for (int m = 0; m < missing.length; m++) {
            for (int k = 0; k < missing[m].length; k++) {
                if (missing[m][k] > 0) {
                    gaps.add(missing[m][k] + " of " + words.name(m)
                            + (words.oneTask()
                                    ? ""
                                    : " on " + Quoted.of(of.table().tasks().get(k))));
                }
            }
        }
        return gaps.isEmpty()
                ? ""
                : " Fill in first the missing runs" + (gaps.size() > 4 ? "." : ": " + Wording.list(gaps) + ".");
    }
}
