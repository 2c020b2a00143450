package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.compare.Duel.Verdict;
import org.noisebook.data.Echo;
import org.noisebook.data.Frame;
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
    private static final double NARROW = 0.03;
    private static final double SKEWED = 1;
    private static final int ENOUGH_FOR_SKEW = 8;

    private RunTable table() {
        return of.table();
    }

    private String name(int model) {
        return Echo.of(table().models().get(model));
    }

    private boolean oneTask() {
        return table().tasks().size() == 1;
    }

    private List<Duel> usable() {
        return of.duels().stream()
                .filter(duel -> duel.verdict() != Verdict.NONE)
                .toList();
    }

    private static String percents(Duel.Span ends) {
        return ends.high() - ends.low() > NARROW
                ? Wording.percents(ends.low(), ends.high())
                : share(ends.low(), ends) + " to " + share(ends.high(), ends);
    }

    /** A share to the digits that its interval leaves. */
    private static String share(double share, Duel.Span ends) {
        double width = ends.high() - ends.low();
        return width > NARROW
                ? Wording.percent(share)
                : Wording.of(100 * width / 4).score(100 * share) + " %";
    }

    private String after() {
        int[] seeds = usable().stream().mapToInt(Duel::seeds).sorted().toArray();
        if (seeds.length == 0) {
            return "";
        }
        int low = seeds[0];
        int high = seeds[seeds.length - 1];
        return (oneTask() ? "" : " on " + table().tasks().size() + " tasks") + " after "
                + (low == high ? Wording.count(low, "seed") : low + " to " + high + " seeds");
    }

    /** The answer in three lines: which is better, by how much, and what to do. */
    @Override
    public List<String> answer() {
        List<Integer> hinges = of.hinges();
        String hinge = "";
        if (!hinges.isEmpty()) {
            Duel duel = of.duels().get(hinges.get(0));
            int failed = table().failed(duel.first()) + table().failed(duel.second());
            boolean far = of.withoutDiverged().get(hinges.get(0)) != duel.verdict();
            Verdict with = far ? duel.verdict() : of.failedLowest().get(hinges.get(0));
            Verdict without = far
                    ? of.withoutDiverged().get(hinges.get(0))
                    : of.failedLeftOut().get(hinges.get(0));
            hinge = "The verdict hangs on " + (far ? "runs far off" : Wording.count(failed, "failed run"))
                    + ": without, "
                    + inWords(duel, without) + "; with, " + inWords(duel, with)
                    + (hinges.size() > 1 ? " (and " + (hinges.size() - 1) + " more such pairs)" : "") + ". ";
        }
        return List.of(hinge + verdict(), size(), next());
    }

    private String inWords(Duel duel, Verdict verdict) {
        String a = name(duel.first());
        String b = name(duel.second());
        return switch (verdict) {
            case BETTER -> a + " is better than " + b;
            case WORSE -> b + " is better than " + a;
            case SUGGESTS_BETTER -> "the runs suggest that " + a + " is better than " + b;
            case SUGGESTS_WORSE -> "the runs suggest that " + b + " is better than " + a;
            case OPEN -> a + " and " + b + " are not separated";
            case NONE -> a + " and " + b + " cannot be compared";
        };
    }

    private String verdict() {
        List<Duel> duels = usable();
        if (duels.isEmpty()) {
            return "Nothing can be compared: no two models have a task with two runs each in common.";
        }
        int fewest = duels.stream().mapToInt(Duel::seeds).max().orElse(0);
        String early = fewest < Stopping.FEWEST ? " Below " + Stopping.FEWEST + " seeds nothing is decided." : "";
        if (duels.size() == 1) {
            String text = inWords(duels.get(0), duels.get(0).verdict());
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
            return name(unbeaten.get(0)) + " is better than every other model" + after() + ".";
        }
        if (of.options().baseline().isPresent()) {
            return "Against " + Echo.of(of.options().baseline().get()) + after() + ": better " + against(Verdict.WORSE)
                    + "; worse " + against(Verdict.BETTER) + "; the others are not separated from it." + early;
        }
        String suggestion = duels.stream()
                .filter(duel -> duel.verdict() == Verdict.SUGGESTS_BETTER || duel.verdict() == Verdict.SUGGESTS_WORSE)
                .findFirst()
                .map(duel -> "; " + inWords(duel, duel.verdict()))
                .orElse("");
        return (decided == 0 ? "No model is shown to be better than another" : "No single model is shown to be best")
                + after() + ": " + (unbeaten.size() > 6 ? unbeaten.size() + " models are" : names(unbeaten) + " are")
                + " not beaten by any other" + suggestion + "." + early;
    }

    private String against(Verdict verdict) {
        List<String> names = usable().stream()
                .filter(duel -> duel.verdict() == verdict)
                .map(duel -> name(duel.second()))
                .toList();
        return names.isEmpty() ? "none" : Wording.list(names);
    }

    private String names(List<Integer> models) {
        return Wording.list(models.stream().map(this::name).toList());
    }

    /** The pair that the answer tells of: the two best that were compared. */
    private Duel leading() {
        List<Integer> order = of.ranking();
        return usable().stream()
                .min((a, b) -> Integer.compare(
                        order.indexOf(a.first()) + order.indexOf(a.second()),
                        order.indexOf(b.first()) + order.indexOf(b.second())))
                .map(duel -> order.indexOf(duel.first()) < order.indexOf(duel.second()) ? duel : duel.turned())
                .orElseThrow();
    }

    private String size() {
        if (usable().isEmpty()) {
            return "Give each model two or more runs on a task that another model ran too.";
        }
        Duel duel = leading();
        return name(duel.first()) + " wins against " + name(duel.second()) + " in "
                + share(duel.wins(), duel.share().fixed()) + " of "
                + (duel.design() == Duel.Design.PAIRED ? "the runs with equal seeds" : "pairs of runs")
                + " (interval " + percents(duel.share().fixed())
                + ")"
                + (Double.isNaN(duel.effect())
                        ? "."
                        : "; its lead is " + effect(duel, duel.effect()) + " ("
                                + span(duel, duel.lead().fixed())
                                + (oneTask() ? ")." : ") in spreads of a task's runs."));
    }

    private String effect(Duel duel, double value) {
        double width = duel.lead().fixed().high() - duel.lead().fixed().low();
        return Wording.of(Double.isFinite(width) && width > 0 ? width / 4 : Math.abs(duel.effect()))
                .signed(value);
    }

    private String next() {
        List<Duel> open =
                usable().stream().filter(duel -> !duel.verdict().isDecided()).toList();
        if (open.isEmpty()) {
            return usable().isEmpty()
                    ? "Undecided: every pair."
                    : "Stop: every pair is decided, and stays so however often you look.";
        }
        return "Undecided: " + (open.size() == 1 ? "one pair" : open.size() + " pairs") + ". "
                + more(leadingOpen(open));
    }

    private Duel leadingOpen(List<Duel> open) {
        Duel leading = leading();
        return open.stream()
                .filter(duel -> duel.first() == leading.first() && duel.second() == leading.second()
                        || duel.first() == leading.second() && duel.second() == leading.first())
                .findFirst()
                .orElse(open.get(0));
    }

    private String more(Duel duel) {
        int declared = of.options().seeds();
        int left = declared == 0 ? Integer.MAX_VALUE : Math.max(0, declared - duel.seeds());
        String both = " ADDITIONAL seeds of both " + name(duel.first()) + " and " + name(duel.second());
        if (left == 0) {
            return "The " + declared + " seeds declared are used up: report " + name(duel.first()) + " and "
                    + name(duel.second()) + " as not separated.";
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
                ? " with no upper end"
                : duel.moreHigh() > left ? " to more than " + left : " to " + duel.moreHigh();
        return "About " + duel.moreLow() + high + both + (oneTask() ? "" : " on every task") + maximum + "." + lacking;
    }

    /** Which runs are missing in a pair. */
    private String lacking(Duel duel) {
        if (duel.design() == Duel.Design.FRESH) {
            return "";
        }
        List<String> gaps = new ArrayList<>();
        for (int k = 0; k < table().tasks().size(); k++) {
            int a = table().seed()[duel.first()][k].length;
            int b = table().seed()[duel.second()][k].length;
            if (a != b) {
                gaps.add(Math.abs(a - b) + " of " + name(a < b ? duel.first() : duel.second())
                        + (oneTask() ? "" : " on " + Echo.of(table().tasks().get(k))));
            }
        }
        return gaps.isEmpty() || gaps.size() > 4 ? "" : " Fill in first: " + Wording.list(gaps) + ".";
    }

    @Override
    public String title() {
        return Wording.count(table().models().size(), "model") + " on "
                + Wording.count(table().tasks().size(), "task") + ", "
                + Wording.count(table().runs(), "run") + ", score " + table().scale() + " ("
                + (table().lowerIsBetter() ? "lower" : "higher") + " is better)";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>(table().notes());
        int failed =
                IntStream.range(0, table().models().size()).map(table()::failed).sum();
        if (failed > 0) {
            lines.add(failed + " of " + Wording.count(table().runs(), "run")
                    + " failed (inf, NaN, no score): they lose against finished ones and are left out of means.");
        }
        if (!of.diverged().isEmpty()) {
            RunTable.Flag flag = of.diverged().get(0);
            lines.add(Wording.count(of.diverged().size(), "run")
                    + " far on the bad side of the rest of the model, such as "
                    + Wording.of(1e-3).score(table().shown(table().score()[flag.model()][flag.task()][flag.run()]))
                    + " of "
                    + name(flag.model())
                    + (oneTask() ? "" : " on " + Echo.of(table().tasks().get(flag.task())))
                    + ": counted, and tried without"
                    + (of.hinges().isEmpty() ? "; no verdict changes." : "; see the verdict."));
        }
        int apart = of.duels().size() - usable().size();
        if (apart > 0) {
            lines.add(Wording.count(apart, "pair") + " without a task of two runs each in common are left out.");
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
        if (usable().stream().anyMatch(duel -> !duel.verdict().isDecided())) {
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
                frame.add(name(m), runs, table().failed(m), Wording.percents(share.low(), share.high()));
            }
        }
        for (Duel duel : of.duels()) {
            p = Math.min(p, duel.failureP() * of.duels().size());
        }
        return new Section(
                "Which runs failed?",
                p <= of.options().alpha()
                        ? "One model fails more often than another by more than luck explains [McNemar or Fisher, Bonferroni, "
                                + Wording.probability(p) + "]."
                        : "Luck alone explains who failed more often [McNemar or Fisher, Bonferroni, "
                                + Wording.probability(p) + "].",
                List.of(),
                frame);
    }

    private List<Duel> shown() {
        List<Integer> order = of.ranking();
        List<Duel> all = usable().stream()
                .map(duel -> of.options().baseline().isPresent()
                                || order.indexOf(duel.first()) < order.indexOf(duel.second())
                        ? duel
                        : duel.turned())
                .sorted((a, b) -> {
                    int first = Integer.compare(order.indexOf(a.first()), order.indexOf(b.first()));
                    return first != 0 ? first : Integer.compare(order.indexOf(a.second()), order.indexOf(b.second()));
                })
                .toList();
        return all.size() <= MOST_PAIRS
                ? all
                : all.stream()
                        .filter(duel -> duel.first() == order.get(0) || duel.second() == order.get(0))
                        .toList();
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case BETTER -> "better";
            case WORSE -> "worse";
            case SUGGESTS_BETTER -> "suggests better";
            case SUGGESTS_WORSE -> "suggests worse";
            case OPEN -> "not separated";
            case NONE -> "cannot be compared";
        };
    }

    private String matters(Duel duel) {
        double gamma = of.options().gamma();
        boolean up = duel.wins() >= 0.5;
        double low = up ? duel.share().fixed().low() : 1 - duel.share().fixed().high();
        double high =
                up ? duel.share().fixed().high() : 1 - duel.share().fixed().low();
        return low <= 0.5 ? "open" : high <= gamma ? "small" : "yes";
    }

    private Section pairs() {
        int m = of.duels().size();
        String rule = switch (of.options().rule()) {
            case ANYTIME ->
                "you may look after every seed"
                        + (of.options().seeds() > 0 ? " up to " + of.options().seeds() : "");
            case LATE -> "you may look after every seed up to " + of.options().seeds() + ", early finds being rare";
            case PLANNED -> "the number of seeds, " + of.options().seeds() + ", was fixed before the first run";
        };
        long decided =
                usable().stream().filter(duel -> duel.verdict().isDecided()).count();
        List<String> remarks = new ArrayList<>();
        remarks.add("Verdict, p and intervals are of one family of " + Wording.count(m, "comparison")
                + " [Bonferroni]: the chance that any verdict is false is at most "
                + Wording.percent(of.options().alpha()) + ", though "
                + rule
                + ". \"Fixed\" is the interval had this number of seeds been fixed in advance; \"any look\" holds however often"
                + " one looks. Lead: mean difference"
                + (oneTask() ? "" : " over tasks, in units of the spread of runs on each task in this table")
                + ". Matters: whether the share of wins exceeds " + of.options().gamma()
                + " [Bouthillier et al. 2021].");
        Duel skewed = usable().stream()
                .filter(duel -> duel.seeds() >= ENOUGH_FOR_SKEW && Math.abs(duel.skewness()) > SKEWED)
                .findFirst()
                .orElse(null);
        if (skewed != null) {
            remarks.add("The differences of " + name(skewed.first()) + " and " + name(skewed.second())
                    + " are skewed (skewness "
                    + Wording.correlation(skewed.skewness())
                    + "): no rule for means keeps its level then; rely on the share of wins, or compare logarithms.");
        }
        if (usable().stream().anyMatch(duel -> duel.design() == Duel.Design.FRESH)) {
            boolean other = of.options().rule() == Stopping.Rule.LATE
                    || of.options().rule() == Stopping.Rule.ANYTIME
                            && of.options().seeds() > 0;
            remarks.add(
                    "Runs without common seeds are compared by their share of wins [Brunner–Munzel on each task, mean over tasks, a seed"
                            + " counting once], from 8 runs of both on"
                            + (of.options().rule() == Stopping.Rule.PLANNED ? "" : " at any look")
                            + (other ? ", which needs no largest number and uses none" : "")
                            + "; tasks on which one of them has a single run are left out. A pair that separates wholly at 3 runs each does so"
                            + " by chance in 1 of 10.");
        }
        shown().stream()
                .filter(duel -> duel.design() == Duel.Design.PARTIAL)
                .limit(MOST_PARTIAL)
                .forEach(duel -> FreshRuns.wins(table(), duel.first(), duel.second(), new HashMap<>())
                        .ifPresent(all -> {
                            double[] ends = all.interval(of.options().alpha() / m);
                            remarks.add(name(duel.first()) + " and " + name(duel.second())
                                    + (all.p() == duel.wins()
                                            ? " share too few seeds to be paired: all their runs are compared as fresh ones."
                                            : " share some seeds, and these decide. All runs as if fresh: "
                                                    + Wording.percent(all.p()) + " wins ("
                                                    + Wording.percents(ends[0], ends[1]) + ") [Brunner–Munzel]."));
                        }));
        if (of.duels().size() > shown().size()) {
            remarks.add("Only pairs with the first model are shown; the file of pairs holds all.");
        }
        Frame frame = new Frame(
                "model;against;verdict;seeds;wins;fixed;any look;lead;lead, fixed;lead, any look;p;matters".split(";"));
        for (Duel duel : shown()) {
            frame.add(
                    name(duel.first()),
                    name(duel.second()),
                    word(duel.verdict()),
                    duel.seeds()
                            + (duel.design() == Duel.Design.PAIRED
                                    ? ""
                                    : duel.design() == Duel.Design.FRESH ? " fresh" : " partly shared"),
                    share(duel.wins(), duel.share().fixed()),
                    percents(duel.share().fixed()),
                    percents(duel.share().any()),
                    effect(duel, duel.effect()),
                    span(duel, duel.lead().fixed()),
                    span(duel, duel.lead().any()),
                    p(duel.p()),
                    matters(duel));
        }
        return new Section(
                "Which models differ?",
                decided + " of " + Wording.count(usable().size(), "pair") + " " + (decided == 1 ? "is" : "are")
                        + " decided.",
                remarks,
                frame);
    }

    private static String p(double p) {
        return p < 1e-4 ? "<0.0001" : p > 0.995 ? "1" : Wording.probability(p).substring(4);
    }

    private String span(Duel duel, Duel.Span ends) {
        return ends.isFinite() ? effect(duel, ends.low()) + " to " + effect(duel, ends.high()) : "open";
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
            frame.add(
                    Echo.of(model.name()),
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
                        ? "Tasks differ in scale more than tenfold, so scores are standardised by task: less the mean of the models, in"
                                + " spreads of runs."
                        : "Scores as they are" + (oneTask() ? "." : ", every task counting alike."),
                List.of(
                        "IQM: mean of the middle half of all runs. Intervals answer for these tasks [stratified bootstrap, expanded"
                                + " percentile, 95 % each]. Whether two models differ stands in the table of pairs, not in whether these overlap."
                                + (of.models().get(0).gap().isPresent()
                                        ? " Gap: mean shortfall from "
                                                + of.options().goal().orElse(1.0) + "."
                                        : "")),
                frame);
    }

    private Section ranked(RankComparison ranks) {
        List<List<Integer>> groups = ranks.groups(ranks.nemenyi());
        Frame frame = new Frame("model", "mean rank", "group");
        for (int m : ranks.order()) {
            String letters = IntStream.range(0, groups.size())
                    .filter(g -> groups.get(g).contains(m))
                    .mapToObj(g -> String.valueOf((char) ('a' + g % 26)))
                    .collect(Collectors.joining());
            frame.add(name(m), Wording.correlation(ranks.ranks()[m]), letters.isEmpty() ? "alone" : letters);
        }
        List<String> remarks = new ArrayList<>();
        remarks.add("Whether the models differ at all on tasks like these: " + Wording.probability(ranks.fP())
                + " [Friedman, Iman–Davenport], "
                + Wording.probability(ranks.friedmanP()) + " [χ²]. Critical difference of mean ranks: "
                + Wording.correlation(ranks.criticalDifference())
                + " [Nemenyi, 5 %]. Models that share a letter are not told apart.");
        String holm = ranks.canTell()
                ? "By Wilcoxon's test, adjusted by Holm: " + inWords(ranks.groups(ranks.holm())) + "."
                : "With " + ranks.tasks() + " tasks no pair of "
                        + table().models().size()
                        + " models can pass Wilcoxon's test adjusted by Holm: this asks about new tasks and needs more of them.";
        remarks.add(holm);
        return new Section(
                "Which ranks first on tasks like these?",
                "Over " + ranks.tasks() + " tasks, by means over seeds: " + inWords(groups) + ".",
                remarks,
                frame);
    }

    private String inWords(List<List<Integer>> groups) {
        if (groups.size() == 1 && groups.get(0).size() == table().models().size()) {
            return "no model is told apart from another";
        }
        return groups.isEmpty()
                ? "all models are told apart"
                : "not told apart are "
                        + groups.stream().map(this::names).collect(Collectors.joining("; nor "))
                        + "; every other pair is";
    }

    /** Pairs that are not decided, with how many additional seeds of both models would: an interval. */
    public Frame moreSeeds() {
        List<Duel> open =
                shown().stream().filter(duel -> !duel.verdict().isDecided()).toList();
        Frame frame = new Frame("model", "against", "seeds now", "additional, fewest", "additional, most");
        for (Duel duel : open) {
            frame.add(
                    name(duel.first()),
                    name(duel.second()),
                    duel.seeds(),
                    duel.moreLow() == Integer.MAX_VALUE ? "none would do" : String.valueOf(duel.moreLow()),
                    duel.moreHigh() == Integer.MAX_VALUE ? "no upper end" : String.valueOf(duel.moreHigh()));
        }
        return frame;
    }

    private Section seeds() {
        return new Section(
                "How many more seeds?",
                "Additional seeds of both models, as an interval: the runs so far allow effects of many sizes, down to none.",
                List.of("Add them one by one or all at once and look again: the level holds"
                        + (of.options().rule() == Stopping.Rule.PLANNED ? " only at the planned number." : ".")),
                moreSeeds());
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        Frame pairs = columns(
                "first second verdict design seeds tasks decidedAt wins winsFixedLow winsFixedHigh winsLow winsHigh lead leadFixedLow"
                        + " leadFixedHigh leadLow leadHigh t pFixed p skewness moreLow moreHigh matters withoutDiverged failedLowest");
        for (int i = 0; i < of.duels().size(); i++) {
            Duel d = of.duels().get(i);
            String first = table().models().get(d.first());
            String design = d.design().name().toLowerCase(Locale.ROOT);
            String most = d.moreHigh() == Integer.MAX_VALUE ? "inf" : String.valueOf(d.moreHigh());
            add(
                    pairs,
                    List.of(first, table().models().get(d.second()), word(d.verdict()), design, d.seeds(), d.tasks()),
                    List.of(
                            d.decidedAt(),
                            d.wins(),
                            d.share().fixed().low(),
                            d.share().fixed().high()),
                    List.of(
                            d.share().any().low(),
                            d.share().any().high(),
                            d.effect(),
                            d.lead().fixed().low(),
                            d.lead().fixed().high()),
                    List.of(
                            d.lead().any().low(),
                            d.lead().any().high(),
                            d.t(),
                            d.pFixed(),
                            d.p(),
                            d.skewness(),
                            d.moreLow(),
                            most),
                    List.of(
                            matters(d),
                            word(of.withoutDiverged().get(i)),
                            word(of.failedLowest().get(i))));
        }
        frames.put("pairs", pairs);
        Frame models = columns(
                "model runs failed diverged iqm iqmLow iqmHigh mean meanLow meanHigh median medianLow medianHigh gap meanRank");
        for (int m = 0; m < of.models().size(); m++) {
            Comparison.Model x = of.models().get(m);
            int at = m;
            double gap = x.gap().map(Estimate::mean).orElse(Double.NaN);
            double rank = of.ranks().map(r -> r.ranks()[at]).orElse(Double.NaN);
            List<Object> numbers = Stream.of(x.iqm(), x.mean(), x.median())
                    .<Object>flatMap(e -> Stream.of(e.mean(), e.low(), e.high()))
                    .toList();
            add(models, List.of(x.name(), x.runs(), x.failed(), x.diverged()), numbers, List.of(gap, rank));
        }
        frames.put("models", models);
        return frames;
    }

    private static Frame columns(String names) {
        return new Frame(names.split(" "));
    }

    private static void add(Frame frame, List<?>... cells) {
        frame.add(Arrays.stream(cells).flatMap(List::stream).toArray());
    }
}
