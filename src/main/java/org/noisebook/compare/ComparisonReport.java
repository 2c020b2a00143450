package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.Frame;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * A comparison in words: the answer in three lines, how the table was read, then the pairs, the tasks together, what to run next.
 *
 * <p>Text for a terminal, Markdown, LaTeX for booktabs and tables for CSV say the same.
 *
 * @param of the comparison
 */
public record ComparisonReport(Comparison of) implements Report {
    private static final int MOST_PAIRS = 15;
    private static final int MOST_PARTIAL = 3;
    private static final double SKEWED = 1;
    private static final int ENOUGH_FOR_SKEW = 8;
    private static final double NORMAL = 0.045;

    private PairWords words() {
        return new PairWords(of);
    }

    private RunTable table() {
        return of.table();
    }

    @Override
    public List<String> answer() {
        return new ComparisonAnswer(of, words()).lines();
    }

    @Override
    public String title() {
        return Wording.count(table().models().size(), "model") + " on "
                + Wording.count(table().tasks().size(), "task") + ", "
                + Wording.count(of.runs(), "run") + ", score " + table().scale() + " ("
                + (table().lowerIsBetter() ? "lower" : "higher") + " is better)";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>(table().notes());
        lines.removeIf(note -> note.startsWith(Doubts.BEWARE));
        lines.addAll(words().lacking());
        int failed =
                IntStream.range(0, table().models().size()).map(table()::failed).sum();
        if (failed > 0) {
            lines.add(failed + " of " + Wording.count(of.runs(), "run")
                    + " failed (inf, NaN, no score): they lose against finished ones and do not enter means.");
        }
        if (!of.diverged().isEmpty()) {
            RunTable.Flag flag = of.diverged().get(0);
            lines.add(Wording.count(of.diverged().size(), "run")
                    + " far on the bad side of the rest of the model, such as "
                    + Wording.of(1e-3).score(table().shown(table().score()[flag.model()][flag.task()][flag.run()]))
                    + " of "
                    + words().name(flag.model())
                    + (words().oneTask()
                            ? ""
                            : " on " + Quoted.of(table().tasks().get(flag.task())))
                    + ": included, and the verdict recomputed without them"
                    + (of.hinges().isEmpty() ? "; no verdict changes." : "; see the verdict."));
        }
        int apart = of.duels().size() - words().usable().size();
        if (apart > 0) {
            lines.add(Wording.count(apart, "pair")
                    + " without a common task of two runs each, or of a model whose runs all failed, left out.");
        }
        return lines;
    }

    @Override
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        if (IntStream.range(0, table().models().size()).map(table()::failed).sum() > 0) {
            sections.add(failed());
        }
        sections.add(pairs());
        sections.add(together());
        of.ranks().filter(ranks -> table().models().size() > 1).ifPresent(ranks -> sections.add(ranked(ranks)));
        if (table().cut().isEmpty() && moreSeeds().rows() > 0) {
            sections.add(seeds());
        }
        return sections;
    }

    private Section failed() {
        Frame frame = new Frame("model", "runs", "failed", "95 % interval of the share");
        double p = 1;
        for (int m = 0; m < table().models().size(); m++) {
            int runs = table().runs(m);
            if (runs > 0) {
                Estimate share = Estimate.ofProportion(table().failed(m), runs);
                frame.add(words().name(m), runs, table().failed(m), Wording.percents(share.low(), share.high()));
            }
        }
        for (PairComparison duel : of.duels()) {
            p = Math.min(p, duel.failureP() * of.duels().size());
        }
        return new Section(
                "Which runs failed?",
                p <= of.options().alpha()
                        ? "One model fails more often than another, beyond luck [McNemar or Fisher, Bonferroni, "
                                + Wording.probability(p) + "]."
                        : "Luck alone explains the differences in failures [McNemar or Fisher, Bonferroni, "
                                + Wording.probability(p) + "].",
                List.of(),
                frame);
    }

    private List<PairComparison> shown() {
        List<Integer> order = of.ranking();
        List<PairComparison> all = words().usable().stream()
                .map(duel -> of.options().baseline().isPresent()
                                || order.indexOf(duel.first()) < order.indexOf(duel.second())
                        ? duel
                        : duel.turned())
                .sorted(Comparator.comparingInt((PairComparison duel) -> order.indexOf(duel.first()))
                        .thenComparingInt(duel -> order.indexOf(duel.second())))
                .toList();
        return all.size() <= MOST_PAIRS
                ? all
                : all.stream()
                        .filter(duel -> duel.first() == order.get(0) || duel.second() == order.get(0))
                        .toList();
    }

    private String matters(PairComparison duel) {
        double gamma = of.options().gamma();
        boolean up = duel.wins() >= 0.5;
        PairComparison.Span share = duel.share().any();
        double low = up ? share.low() : 1 - share.high();
        double high = up ? share.high() : 1 - share.low();
        return low <= 0.5 || !duel.verdict().isDecided() ? "open" : high <= gamma ? "small" : "yes";
    }

    private Section pairs() {
        int m = of.duels().size();
        boolean once = of.options().rule() == Stopping.Rule.PLANNED;
        String rule = switch (of.options().rule()) {
            case ANYTIME ->
                "you may look after every seed" + (of.options().overTasks() ? " and every task" : "")
                        + (of.options().seeds() > 0 ? " up to " + of.options().seeds() : "");
            case LATE -> "you may look after every seed up to " + of.options().seeds() + ", with early verdicts rare";
            case PLANNED ->
                "the number of " + words().unit() + "s, " + of.options().seeds() + ", was fixed before the first run";
        };
        long decided = words().usable().stream()
                .filter(duel -> duel.verdict().isDecided())
                .count();
        List<String> remarks = new ArrayList<>();
        remarks.add(words().adjustment(words().unit().equals("fold") ? "" : rule)
                + (once
                        ? ""
                        : " \"Fixed\" is valid if this number of " + words().unit()
                                + "s was fixed in advance; \"any look\" holds however often you look.")
                + " Lead: mean difference"
                + (words().oneTask() ? "" : " over tasks") + words().ofSpread()
                + ". Matters: small if the interval of wins of the better one ends below "
                + of.options().gamma()
                + ", yes if it reaches further [Bouthillier et al. 2021].");
        remarks.addAll(words().remark());
        if (of.options().overTasks()) {
            remarks.add(TaskRuns.remark(once));
        } else if (table().cut().isPresent() && !words().usable().isEmpty()) {
            remarks.add(FoldRuns.remark(table(), words()));
        }
        // In 5 % of tables of normal differences at most, as the approximation of p is up to 7 % too low.
        PairComparison skewed = words().usable().stream()
                .filter(duel -> duel.seeds() >= ENOUGH_FOR_SKEW && Math.abs(duel.skewness()) > SKEWED)
                .filter(duel -> Moments.skewnessP(duel.skewness(), duel.seeds()) * m <= NORMAL)
                .max(Comparator.comparingDouble(duel -> Math.abs(duel.skewness())))
                .orElse(null);
        if (skewed != null) {
            remarks.add(
                    "The differences of " + words().name(skewed.first()) + " and " + words().name(skewed.second())
                            + " are skewed (skewness "
                            + Wording.correlation(skewed.skewness())
                            + "), and then no test of means keeps its level: rely on the share of wins, or compare logarithms.");
        }
        if (words().usable().stream().anyMatch(duel -> duel.design() == PairComparison.Design.FRESH)) {
            boolean other = of.options().rule() == Stopping.Rule.LATE
                    || of.options().rule() == Stopping.Rule.ANYTIME
                            && of.options().seeds() > 0;
            remarks.add(
                    "Runs without common seeds are compared by their share of wins [Brunner–Munzel on each task, mean over tasks, each seed"
                            + " counting once], "
                            + (once
                                    ? "below 8 runs of a model by dealing seeds out anew"
                                    : "from 8 runs of each model at any look")
                            + (other ? ", without a maximum number of seeds" : "")
                            + "; tasks on which one of them has a single run are left out. With 3 runs each, a pair separates completely"
                            + " by chance in 1 of 10 cases.");
        }
        shown().stream()
                .filter(duel -> duel.design() == PairComparison.Design.PARTIAL)
                .limit(MOST_PARTIAL)
                .forEach(duel -> FreshRuns.wins(table(), duel.first(), duel.second(), new HashMap<>())
                        .ifPresent(all -> {
                            double[] ends = all.interval(of.options().alpha() / m);
                            remarks.add(words().name(duel.first()) + " and " + words().name(duel.second())
                                    + " share some seeds, and these decide. With all runs treated as fresh: "
                                    + Wording.percent(all.p()) + " wins ("
                                    + Wording.percents(ends[0], ends[1]) + ") [Brunner–Munzel].");
                        }));
        shown().stream()
                .filter(duel -> duel.design() == PairComparison.Design.FRESH
                        && !of.options().overTasks())
                .limit(MOST_PARTIAL)
                .forEach(duel -> {
                    int shared = new SharedRuns(table(), duel.first(), duel.second()).seeds();
                    if (shared > 0) {
                        remarks.add(words().name(duel.first()) + " and " + words().name(duel.second()) + " share "
                                + Wording.count(shared, "seed") + ", and " + Stopping.FEWEST
                                + " are needed to pair them: all their runs are treated as fresh.");
                    }
                });
        if (words().usable().size() > shown().size()) {
            remarks.add(
                    "Only pairs with the first model are shown; --out DIR writes a table of all, and --format csv prints it.");
        }
        Frame frame = new Frame(("model;against;verdict;" + words().unit()
                        + (once
                                ? "s;wins;interval;lead;interval of the lead;p;matters"
                                : "s;wins;fixed;any look;lead;lead, fixed;lead, any look;p;matters"))
                .split(";"));
        for (PairComparison duel : shown()) {
            String wins = words().percents(duel.share().fixed());
            String lead = words().span(duel, duel.lead().fixed());
            frame.addAll(
                    List.of(
                            words().name(duel.first()),
                            words().name(duel.second()),
                            duel.verdict().word(),
                            duel.seeds()
                                    + (duel.design() == PairComparison.Design.PAIRED
                                            ? ""
                                            : duel.design() == PairComparison.Design.FRESH
                                                    ? " fresh"
                                                    : " partly shared"),
                            words().share(duel.wins(), duel.share().fixed())),
                    once
                            ? List.of(wins)
                            : List.of(wins, words().percents(duel.share().any())),
                    words().effect(duel, duel.effect()),
                    once
                            ? List.of(lead)
                            : List.of(lead, words().span(duel, duel.lead().any())),
                    duel.isLooked() ? p(duel.p()) : "open",
                    matters(duel));
        }
        return new Section(
                "Which models differ?",
                decided + " of " + Wording.count(words().usable().size(), "pair") + " "
                        + (decided == 1 || words().usable().size() == 1 ? "is" : "are") + " decided"
                        + (of.hinges().isEmpty()
                                ? "."
                                : "; the verdict on " + of.hinges().size() + " hangs."),
                remarks,
                frame);
    }

    private static String p(double p) {
        return p < 1e-4 ? "<0.0001" : p > 0.995 ? "1" : Wording.probability(p).substring(4);
    }

    private Section together() {
        Frame frame = new Frame(
                "model", "runs", "failed", "IQM", "95 % interval", "mean", "interval of the mean", "median", "gap");
        Wording words = Wording.of(of.models().stream()
                .mapToDouble(model -> model.iqm().stdError())
                .filter(e -> e > 0)
                .min()
                .orElse(1e-3));
        for (int m : of.ranking()) {
            Comparison.Model model = of.models().get(m);
            if (table().isDead(m)) {
                frame.add(words().name(m), model.runs(), model.failed(), "none", "none", "none", "none", "none", "");
                continue;
            }
            frame.add(
                    Quoted.of(model.name()),
                    model.runs(),
                    model.failed(),
                    words.score(model.iqm().mean()),
                    words.score(model.iqm().low(), model.iqm().high()),
                    words.score(model.mean().mean()),
                    words.score(model.mean().low(), model.mean().high()),
                    words.score(model.median().mean()),
                    model.gap().map(gap -> words.score(gap.mean())).orElse(""));
        }
        return new Section(
                "How good is each model over all tasks?",
                of.standardised()
                        ? "The scales of the tasks differ more than tenfold, so scores are standardised by task: minus the mean of the models, divided"
                                + " by the spread of runs."
                        : "Scores are used as they are" + (words().oneTask() ? "." : "; every task counts equally."),
                List.of(
                        "IQM: mean of the middle half of all runs; median: of all runs; failed runs are lowest in both. "
                                + (table().cut().isPresent()
                                        ? "Folds share their training data, so that they give no interval."
                                        : "Intervals apply to these tasks [stratified bootstrap, expanded percentile, 95 % each]."
                                                + (of.models().stream()
                                                                .allMatch(model -> Double.isFinite(model.iqm()
                                                                        .low()))
                                                        ? ""
                                                        : " \"Unknown\": a fixed number, one run a task, or failed runs in the middle"
                                                                + " half."))
                                + " See the table of pairs for whether two models differ, not whether these intervals overlap."
                                + (of.models().get(0).gap().isPresent()
                                        ? " Gap: mean shortfall from "
                                                + of.options().goal().orElse(1.0) + "."
                                        : "")),
                frame);
    }

    private Section ranked(RankComparison ranks) {
        List<List<Integer>> groups = ranks.groups();
        Frame frame = new Frame("model", "mean rank", "group");
        for (int m : ranks.order()) {
            String letters = IntStream.range(0, groups.size())
                    .filter(g -> groups.get(g).contains(m))
                    .mapToObj(g -> String.valueOf((char) ('a' + g % 26)))
                    .collect(Collectors.joining());
            frame.add(words().name(m), Wording.correlation(ranks.ranks()[m]), letters.isEmpty() ? "alone" : letters);
        }
        return new Section(
                "Which ranks first on tasks like these?",
                "This is another question than that of the first line, which is about new seeds on these tasks: here tasks are"
                        + " new, and the runs are as they are. "
                        + PairWords.holes(ranks, table().tasks().size()) + "Over " + ranks.tasks()
                        + " tasks, by means over seeds: " + inWords(groups) + ".",
                List.of(PairWords.rankTests(ranks)),
                frame);
    }

    private String inWords(List<List<Integer>> groups) {
        if (groups.size() == 1 && groups.get(0).size() == table().models().size()) {
            return "no two models are separated by rank";
        }
        return groups.isEmpty()
                ? "all models are separated by rank"
                : "not separated by rank are "
                        + groups.stream().map(words()::names).collect(Collectors.joining("; nor "))
                        + "; every other pair is";
    }

    /** Undecided pairs, with an interval for the number of additional seeds of both models that would decide them. */
    public Frame moreSeeds() {
        List<PairComparison> open = shown().stream()
                .filter(duel -> !duel.verdict().isDecided() && words().left(duel) > 0)
                .toList();
        Frame frame = new Frame("model", "against", words().unit() + "s now", "additional, fewest", "additional, most");
        for (PairComparison duel : open) {
            frame.add(
                    words().name(duel.first()),
                    words().name(duel.second()),
                    duel.seeds(),
                    duel.moreLow() == Integer.MAX_VALUE ? "none would suffice" : String.valueOf(duel.moreLow()),
                    duel.moreHigh() == Integer.MAX_VALUE ? "no upper limit" : String.valueOf(duel.moreHigh()));
        }
        return frame;
    }

    private Section seeds() {
        return new Section(
                "How many more " + words().unit() + "s?",
                "Additional " + words().unit()
                        + "s of both models, as an interval, because the runs so far allow effects of many sizes, down to none.",
                List.of("Add them one by one or all at once, then look again: the level holds"
                        + (of.options().rule() == Stopping.Rule.PLANNED ? " only at the planned number." : ".")),
                moreSeeds());
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        Frame pairs = new Frame(
                ("first second verdict design seeds tasks decidedAt wins winsFixedLow winsFixedHigh winsLow winsHigh lead leadFixedLow"
                                + " leadFixedHigh leadLow leadHigh t pFixed p skewness moreLow moreHigh matters failedLeftOut withoutDiverged failedLowest")
                        .split(" "));
        for (int i = 0; i < of.duels().size(); i++) {
            PairComparison d = of.duels().get(i);
            String design = d.design().name().toLowerCase(Locale.ROOT);
            String most = d.moreHigh() == Integer.MAX_VALUE ? "inf" : String.valueOf(d.moreHigh());
            pairs.addAll(
                    List.of(table().models().get(d.first()), table().models().get(d.second())),
                    List.of(d.verdict().word(), design, d.seeds(), d.tasks(), d.decidedAt()),
                    d.share().numbers(),
                    d.lead().numbers(),
                    List.of(d.t(), d.pFixed(), d.p(), d.skewness(), d.moreLow(), most, matters(d)),
                    List.of(
                            of.failedLeftOut().get(i).word(),
                            of.withoutDiverged().get(i).word(),
                            of.failedLowest().get(i).word()));
        }
        frames.put("pairs", pairs);
        Frame models = new Frame(
                "model runs failed diverged iqm iqmLow iqmHigh mean meanLow meanHigh median medianLow medianHigh gap meanRank mayBeBest"
                        .split(" "));
        List<Integer> best = of.best();
        for (int m = 0; m < of.models().size(); m++) {
            Comparison.Model x = of.models().get(m);
            int at = m;
            models.addAll(
                    List.of(x.name(), x.runs(), x.failed(), x.diverged()),
                    x.iqm().numbers(),
                    x.mean().numbers(),
                    x.median().numbers(),
                    x.gap().map(Estimate::mean).orElse(Double.NaN),
                    of.ranks().map(r -> r.ranks()[at]).orElse(Double.NaN),
                    best.contains(m) ? 1 : 0);
        }
        frames.put("models", models);
        return frames;
    }
}
