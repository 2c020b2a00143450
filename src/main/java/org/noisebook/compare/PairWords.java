package org.noisebook.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.compare.Family.Control;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Wording;

/**
 * What the answer and the tables say in the same words of a pair, of all pairs together, and of ranks over tasks.
 *
 * @param of the comparison
 */
record PairWords(Comparison of) {
    private static final double NARROW = 0.03;
    static final int MOST_NAMES = 6;

    /** A model as it is called. */
    String name(int model) {
        return Quoted.of(of.table().models().get(model));
    }

    /** Models in a sentence. */
    String names(List<Integer> models) {
        return Wording.list(models.stream().map(this::name).toList());
    }

    /** Whether there is one task alone. */
    boolean oneTask() {
        return of.table().tasks().size() == 1;
    }

    /** So many of what pairs are compared on. */
    String units(int number) {
        return Wording.count(number, unit());
    }

    /** What pairs are compared on. */
    String unit() {
        return of.options().overTasks() ? "task" : of.table().cut().isPresent() ? "fold" : "seed";
    }

    /** Fewest of these with which a pair can be decided. */
    int fewest() {
        int least =
                Stopping.fewest(isJoint() ? of.options().alpha() : stopping().alpha());
        return of.options().overTasks() ? Math.max(Stopping.FEWEST, least) : Stopping.FEWEST;
    }

    /** How many of those declared a pair has not run as yet, failed runs counting as run. */
    int left(PairComparison duel) {
        int declared = of.options().seeds();
        int[][] ran = of.table().seedsRun();
        int run = of.options().overTasks()
                ? of.table().tasks().size()
                : duel.design() == PairComparison.Design.FRESH
                        ? Math.min(ran[duel.first()].length, ran[duel.second()].length)
                        : new SharedRuns(of.table(), duel.first(), duel.second()).seeds();
        return declared == 0 ? Integer.MAX_VALUE : Math.max(0, declared - run);
    }

    /** Pairs that could be compared. */
    List<PairComparison> usable() {
        return of.duels().stream()
                .filter(duel -> duel.verdict() != Verdict.NONE)
                .toList();
    }

    /** The pair that the answer tells of: the two best that were compared. */
    PairComparison leading() {
        List<Integer> order = of.ranking();
        return usable().stream()
                .min(Comparator.comparingInt(duel -> order.indexOf(duel.first()) + order.indexOf(duel.second())))
                .map(duel -> order.indexOf(duel.first()) < order.indexOf(duel.second()) ? duel : duel.turned())
                .orElseThrow();
    }

    /** An interval of a share. */
    static String percents(PairComparison.Span ends) {
        return ends.high() - ends.low() > NARROW
                ? Wording.percents(ends.low(), ends.high())
                : share(ends.low(), ends) + " to " + share(ends.high(), ends);
    }

    /** A share to the digits that its interval leaves. */
    static String share(double share, PairComparison.Span ends) {
        double width = ends.high() - ends.low();
        return width > NARROW
                ? Wording.percent(share)
                : Wording.of(100 * width / 4).score(100 * share) + " %";
    }

    /** A lead to the digits that its interval leaves. */
    String effect(PairComparison duel, double value) {
        double width = duel.lead().fixed().high() - duel.lead().fixed().low();
        return Wording.of(Double.isFinite(width) && width > 0 ? width / 4 : Math.abs(duel.effect()))
                .signed(value);
    }

    /** What a lead over tasks is counted in; nothing where runs of no task differ. */
    String ofSpread() {
        return oneTask() || Arrays.stream(of.table().spreads()).noneMatch(spread -> spread > 0)
                ? ""
                : " in units of the spread of a task's runs";
    }

    /** An interval of a lead. */
    String span(PairComparison duel, PairComparison.Span ends) {
        return ends.isFinite() ? effect(duel, ends.low()) + " to " + effect(duel, ends.high()) : "open";
    }

    /** An interval in brackets, where there is one as yet. */
    String bracket(String span) {
        return span.equals("open") || span.equals("0 % to 100 %")
                ? " (no interval as yet)"
                : " (interval " + span + ")";
    }

    /** What the intervals that go with verdicts hold for. */
    String kind(PairComparison duel) {
        PairComparison.Span share = duel.share().any();
        boolean lead = duel.lead().any().isFinite();
        boolean wins = share.low() > 0 || share.high() < 1;
        if (!lead && !wins) {
            return why(duel);
        }
        Comparison.Options options = of.options();
        String all = of.duels().size() > 1 ? ", for all " + of.duels().size() + " pairs together" : "";
        int number = options.seeds();
        String kind = unit().equals("fold")
                ? "are for one look"
                : options.rule() != Stopping.Rule.PLANNED
                        ? "hold at every look" + (number > 0 ? " up to " + units(number) : "")
                        : duel.isLooked()
                                ? "are for " + units(number) + " planned"
                                : "are as if " + units(duel.seeds()) + " had been planned";
        return (lead && wins
                        ? " Both intervals " + kind
                        : " The interval " + kind.replaceFirst("^hold", "holds").replaceFirst("^are", "is"))
                + all + "." + why(duel);
    }

    /** Why an interval includes no difference beside a verdict, or excludes it beside none, and what a suggestion rests on; else empty. */
    String why(PairComparison duel) {
        if (unit().equals("fold") && duel.t() == 0 && duel.effect() != 0) {
            return " The difference is the same on every fold, and so nothing shows how far it would vary.";
        }
        boolean fresh =
                duel.design() == PairComparison.Design.FRESH && !of.options().overTasks();
        boolean apart = isApart(duel.share().any(), 0.5);
        boolean lead = isApart(duel.lead().any(), 0);
        boolean decided = duel.verdict().isDecided();
        boolean leads = !fresh ? lead : decided ? apart && lead : apart || lead;
        boolean early = oneTask() && !fresh && duel.p() < duel.pFixed();
        if (duel.verdict() == Verdict.HANGS) {
            return leads ? " The lead leaves failed runs out." : "";
        }
        if (duel.verdict().isFound() && !decided) {
            return " The runs suggest it by " + Wording.probability(duel.pFixed()) + ", had " + units(duel.seeds())
                    + " been planned; that decides nothing.";
        }
        if (decided == leads && (!decided || apart && !early) || !decided && !duel.isLooked()) {
            return "";
        }
        String p = " (" + Wording.probability(duel.p()) + ")";
        if (fresh && decided == apart) {
            return " The verdict tests the share of wins" + p + ", not the lead.";
        }
        if (decided && isJoint()) {
            return " They are Bonferroni's and wider than the test of all pairs together that decides" + p + ".";
        }
        if (fresh) {
            return " The verdict tests the share itself" + p + ", and its interval, on the logit scale, is wider.";
        }
        if (!oneTask()) {
            return " Neither wins nor this lead is tested, but the mean of differences over their root mean square on each task"
                    + p + ".";
        }
        if (!decided) {
            return duel.pFixed() > of.duels().size() * Stopping.fixedP(duel.t(), duel.seeds())
                    ? " The differences vary less than the rounding of the scores, and the flips of their signs do not decide"
                            + p + "."
                    : "";
        }
        return duel.decidedAt() < duel.seeds() && (early || !leads)
                ? " The verdict on the mean difference" + finished(duel) + " was reached after "
                        + units(duel.decidedAt()) + "; the intervals use all " + duel.seeds() + "."
                : " The verdict tests the mean difference" + finished(duel) + p + ", not wins.";
    }

    private String finished(PairComparison duel) {
        return of.table().failed(duel.first()) + of.table().failed(duel.second()) > 0 ? " of finished runs" : "";
    }

    private static boolean isApart(PairComparison.Span span, double none) {
        return span.low() > none || span.high() < none;
    }

    /** A verdict in a clause. */
    String inWords(PairComparison duel, Verdict verdict) {
        return inWords(name(duel.first()), name(duel.second()), verdict);
    }

    /** A verdict on two models in a clause. */
    static String inWords(String a, String b, Verdict verdict) {
        return switch (verdict) {
            case BETTER -> a + " is better than " + b;
            case WORSE -> b + " is better than " + a;
            case SUGGESTS_BETTER -> "the runs suggest that " + a + " is better than " + b;
            case SUGGESTS_WORSE -> "the runs suggest that " + b + " is better than " + a;
            case OPEN -> a + " and " + b + " are not separated";
            case HANGS -> "it is not decided which of " + a + " and " + b + " is better";
            case NONE -> a + " and " + b + " cannot be compared";
        };
    }

    private boolean isJoint() {
        return stopping().isEndless() && of.duels().size() > 1;
    }

    private boolean isOfShares() {
        return isJoint() && of.options().control() == Control.SHARE;
    }

    private Stopping stopping() {
        return of.options().stopping(of.duels().size());
    }

    private List<Integer> candidates() {
        List<Integer> best = of.best();
        return of.ranking().stream().filter(best::contains).toList();
    }

    /** Whether there are so few models that one pair is worth a sentence. */
    boolean isFew() {
        return of.models().size() <= MOST_NAMES;
    }

    /** Where every pair is decided. */
    String stop() {
        return isOfShares()
                ? "Every pair is decided; with more seeds a verdict may be withdrawn, as the share of false ones is kept, not each."
                : unit().equals("seed") && of.options().rule() != Stopping.Rule.PLANNED
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
                + (isJoint() ? " Intervals are Bonferroni's and wider." : "");
    }

    /** The models that may be the best, in a paragraph; empty for two models, or where one is compared with each other one. */
    List<String> remark() {
        List<Integer> best = candidates();
        int models = of.models().size();
        return models < 3 || best.isEmpty()
                ? List.of()
                : List.of("May be the best: " + names(best) + " [" + best.size() + " of " + models
                        + (stopping().isEndless()
                                ? "; mean of the e-values of all others against each"
                                : "; largest lead of any other over each, Bonferroni")
                        + "]. A given model that is the best stays in this set with a chance of at least "
                        + Wording.percent(1 - of.options().alpha())
                        + ": a guarantee for each model, not for all that are left out together"
                        + (isOfShares() ? "." : "; models that lost a pair above are left out too."));
    }

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
    List<String> lacking() {
        RunTable table = of.table();
        int tasks = table.tasks().size();
        List<String> lacking = IntStream.range(0, table.models().size())
                .filter(m -> table.runs(m) > 0 && ran(table, m) < tasks)
                .mapToObj(m -> Quoted.of(table.models().get(m)) + " ran " + ran(table, m))
                .toList();
        return lacking.isEmpty()
                ? List.of()
                : List.of(
                        Wording.list(lacking) + " of " + tasks + " tasks: pairs are compared on the tasks that both ran"
                                + (of.ranks().isEmpty() ? "." : ", and ranks allow for the others."));
    }

    private static long ran(RunTable table, int model) {
        return Arrays.stream(table.score()[model]).filter(of -> of.length > 0).count();
    }

    /** The tests of ranks. */
    static String rankTests(RankComparison ranks) {
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
