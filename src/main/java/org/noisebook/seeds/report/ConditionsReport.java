package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.noisebook.data.Frame;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Wording;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.CrossedBootstrap;
import org.noisebook.seeds.Friedman;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.HeldOut;
import org.noisebook.seeds.Icc;
import org.noisebook.seeds.KruskalWallis;
import org.noisebook.seeds.NullBand;
import org.noisebook.seeds.RobustSeeds;
import org.noisebook.seeds.SeedComponents;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SplitHalf;
import org.noisebook.stats.Estimate;

/**
 * The report of seeds under two or more conditions.
 *
 * <p>Leads are differences to the average seed in the analysed score, larger being better.
 *
 * @param options settings and names
 * @param table the analysed scores, larger being better, sorted
 * @param averaged whether runs of the same seed and condition were averaged first, because they are not equally many
 * @param components variance components
 * @param bootstrap intervals that assume no law
 * @param friedman test on ranks; none where a cell has no value
 * @param halves agreement of halves of the conditions
 * @param golden effects of the seeds with their tests
 * @param chance what the ranked leads would be if the scores of each condition were dealt out to the seeds at random
 * @param rest variance of a cell beside what seed and condition do
 * @param picked gains of the best seeds on conditions that did not pick them, by how many were picked; none for fewer than four conditions
 * @param robust which seeds stand out, whether any does, and the intraclass correlation, whatever each seed's noise and each condition's scale
 */
public record ConditionsReport(
        Options options,
        SeedTable table,
        boolean averaged,
        SeedComponents components,
        CrossedBootstrap bootstrap,
        Optional<Friedman> friedman,
        SplitHalf halves,
        GoldenSeeds golden,
        NullBand chance,
        double rest,
        List<HeldOut> picked,
        RobustSeeds robust)
        implements SeedReport {
    /** Reliability that a ranking should have. */
    public static final double RELIABLE = 0.8;

    private static final double ROUNDING = 1e-9;
    /** Deals for tables with missing cells, where each seed needs its own. */
    private static final int MOST_DEALS = 50_000;

    private static final double PARTLY_RELIABLE = 0.5;
    private static final int FEWEST_TO_SPLIT = 4;
    /** Seeds and conditions below which the bootstrap is too rough to tell people of. */
    private static final int FEWEST_TO_RESAMPLE = 10;

    private static final int SHUFFLES = 999;
    private static final int SPLITS = 200;
    private static final int FEWEST_SPLITS = 20;
    private static final int MOST_ROUNDS = 20_000;
    /** Conditions beyond which nobody needs the number. */
    private static final int MOST_CONDITIONS = 1000;

    /** Copies. */
    public ConditionsReport {
        picked = List.copyOf(picked);
    }

    static ConditionsReport of(SeedTable all, Options options, Stream stream) {
        boolean averaged = all.replicates() == 0
                && all.value().length > all.seeds().size() * all.conditions().size() - all.missing();
        SeedTable table = averaged ? SeedTable.of(all.cells(), all.seeds(), all.conditions()) : all;
        boolean complete = table.missing() == 0;
        int draws = options.draws();
        int seeds = table.seeds().size();
        int deals = complete ? draws : (int) Math.min(MOST_DEALS, Math.max(draws, 2 * seeds / options.level()));
        return new ConditionsReport(
                options,
                table,
                averaged,
                SeedComponents.of(table, stream.part(0)),
                CrossedBootstrap.of(table, draws, stream.part(1)),
                complete ? Optional.of(Friedman.permuted(table, draws, stream.part(2))) : Optional.empty(),
                SplitHalf.of(table, SPLITS, stream.part(3)),
                GoldenSeeds.permuted(table, options.level(), options.correction(), deals, stream.part(4)),
                NullBand.of(table, draws, stream.part(5)),
                GoldenSeeds.restVariance(table),
                picked(table, options, stream.part(6)),
                RobustSeeds.of(table, SHUFFLES, stream.part(7)));
    }

    private static List<HeldOut> picked(SeedTable table, Options options, Stream stream) {
        List<HeldOut> picked = new ArrayList<>();
        if (table.conditions().size() < FEWEST_TO_SPLIT) {
            return picked;
        }
        TreeSet<Integer> chosen = new TreeSet<>();
        int most = table.seeds().size() / 2;
        for (int k = 1; k <= most; k *= 2) {
            chosen.add(k);
        }
        chosen.add(chosenOf(table, options));
        // The jackknife takes as many rounds as there are conditions, and splits of many conditions differ less.
        int splits = Math.max(
                FEWEST_SPLITS, Math.min(SPLITS, MOST_ROUNDS / table.conditions().size()));
        for (int k : chosen) {
            try {
                picked.add(HeldOut.of(table, k, splits, stream));
            } catch (IllegalArgumentException few) {
                if (k <= chosenOf(table, options)) {
                    throw few;
                }
            }
        }
        return picked;
    }

    /** Seeds picked for the trial: as asked, but no more than half of them. */
    private static int chosenOf(SeedTable table, Options options) {
        return Math.max(1, Math.min(options.top(), table.seeds().size() / 2));
    }

    /** The trial that the text tells of. */
    private HeldOut trial() {
        int chosen = chosenOf(table, options);
        return picked.stream()
                .filter(gain -> gain.chosen() == chosen)
                .findFirst()
                .orElseThrow();
    }

    /** What the best seed stays below in 97.5 of 100 deals at random. */
    public double chanceHigh() {
        return chance.high().get(0);
    }

    /** The value that the worst seed exceeds in 97.5 of 100 random deals. */
    public double chanceLow() {
        return chance.low().get(seeds() - 1);
    }

    private int seeds() {
        return table.seeds().size();
    }

    private int conditions() {
        return table.conditions().size();
    }

    /** One of three texts: for an effect that is seen by little, one that is seen, and one that is not. */
    private String sight(String near, String seen, String hidden) {
        return isNear() ? near : isSeen() ? seen : hidden;
    }

    /** The test behind {@link #seenP}. */
    private String test() {
        if (Double.isNaN(robust.effectP())) {
            return "F test";
        }
        boolean flipped = conditions() >= RobustSeeds.FLIPPED_FROM;
        return flipped ? "sign flips of whole conditions, each divided by its spread" : "Friedman's test";
    }

    private boolean isSeen() {
        return seenP() < options.level();
    }

    /** Whether the effect is seen, but by little: p in the upper four fifths of the level, or an interval that reaches 0. */
    private boolean isNear() {
        return isSeen() && (seenP() > options.level() / 5 || consistency().low() <= 0);
    }

    /** p that seeds do nothing. */
    private double seenP() {
        return Double.isNaN(robust.effectP()) ? components.pValue() : robust.effectP();
    }

    private Estimate consistency() {
        Estimate icc = robust.icc();
        return Double.isNaN(icc.mean()) || Double.isNaN(icc.low())
                ? components.icc().consistency()
                : icc;
    }

    /** Whether a seed stands out: 1 above, −1 below, 0 not. */
    public int named(String seed) {
        return robust.named(table.seeds().indexOf(seed), options.level());
    }

    /** Whether the table shows that seeds matter little, rather than nothing at all. */
    private boolean isRuledOut() {
        return !isSeen() && components.icc().consistencyMean().high() < RELIABLE;
    }

    /** Size of the run-to-run differences, which sets the digits. */
    private Wording words() {
        return Wording.of(StrictMath.sqrt(rest > 0 ? rest / conditions() : seedVariance()));
    }

    @Override
    public String title() {
        return options.scale() + " of " + Wording.count(seeds(), "seed") + " (" + options.seed() + ") under "
                + Wording.count(conditions(), "condition") + " (" + options.condition() + "), "
                + Wording.count(table.value().length, "value") + " in all; "
                + (options.lowerIsBetter() ? "lower" : "higher") + " is better.";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>();
        if (table.replicates() > 1) {
            lines.add("Every seed ran " + table.replicates() + " times under every condition.");
        } else if (table.missing() > 0) {
            lines.add(table.missing() + " of " + seeds() * conditions()
                    + " combinations of seed and condition have no value. Intervals of"
                    + " such a table are wide; dropping the seeds or conditions that lack values may narrow them.");
        }
        if (averaged) {
            lines.add(
                    "Some combinations of seed and condition ran more often than others; runs of each combination are averaged first and count as one value.");
        }
        lines.addAll(Phrases.ofAnyReport(options));
        return lines;
    }

    @Override
    public List<Section> sections() {
        return List.of(share(), ranking(), standingOut(), whatToDo());
    }

    private Section share() {
        Estimate share = consistency();
        double plain = components.icc().consistency().mean();
        boolean scaled = Math.abs(plain - share.mean()) > ROUNDING;
        String due = (isNear() ? " may be" : " are") + " due to the seed [ICC(3,1)";
        // Of conditions of unlike spread the scores as they are have no interval that holds.
        String part = scaled
                ? Wording.percent(plain) + due + "; each condition's scores divided by their spread, as spreads differ"
                        + " more than threefold, " + Wording.percent(share) + "]"
                : Wording.percent(share) + due + "]";
        String runs = table.replicates() > 1 ? "averages of " + table.replicates() + " runs" : "runs";
        String answer = isSeen()
                ? "Of the differences in " + options.scale() + " between " + runs
                        + " under the same condition, " + part
                        + ", which helps or hurts equally under every condition. The other "
                        + Wording.percent(1 - plain) + " do not carry over from one condition to the next."
                : "No effect of the seed is visible. Of the differences in " + options.scale()
                        + " between " + runs + " under the same condition, " + part
                        + "; luck alone would give as much.";
        List<String> remarks = new ArrayList<>();
        remarks.add("Is that more than luck? " + sight("Perhaps: if", "Yes: if", "No: even if")
                + " seeds had no effect, a table would show as much " + Wording.cases(seenP()) + " [" + test() + ", "
                + Wording.probability(seenP()) + "].");
        if (Math.min(seeds(), conditions()) >= FEWEST_TO_RESAMPLE
                && !Double.isNaN(bootstrap.consistency().low())) {
            remarks.add(
                    "That interval assumes bell-shaped scores and applies to these conditions. Without either assumption, for other"
                            + " conditions of this kind too, it is "
                            + Wording.percents(
                                    bootstrap.consistency().low(),
                                    bootstrap.consistency().high())
                            + " [bootstrap over seeds and conditions].");
        }
        remarks.add(
                "Of all the variation in the table, including differences between conditions, the seed accounts for "
                        + Wording.percent(components.seed().share().mean()) + ". Typical size: how far "
                        + options.scale()
                        + " usually moves, up or down, when only this changes [standard deviation].");
        Wording words = words();
        Frame frame = new Frame("what changes", "share", "95 % interval", "typical size");
        // The share of all variation is that within conditions times what conditions leave, and so are its ends.
        Estimate of = components.seed().share();
        double left = share.mean() > 0 && !scaled ? of.mean() / share.mean() : Double.NaN;
        double low = wider(of.low(), left * share.low(), -1);
        double high = wider(of.high(), left * share.high(), 1);
        row(frame, "seed (" + options.seed() + ")", components.seed(), low, high, words);
        row(frame, "condition (" + options.condition() + ")", components.condition(), words);
        if (components.split().isEmpty()) {
            Estimate rest = components.rest().share();
            low = wider(rest.low(), left - left * share.high(), -1);
            row(frame, "the rest", components.rest(), low, wider(rest.high(), left - left * share.low(), 1), words);
        } else {
            row(frame, "seed under one condition alone", components.split().get(0), words);
            row(frame, "repeats of the same run", components.split().get(1), words);
        }
        return new Section("How much of the score is the seed?", answer, remarks, frame);
    }

    /** The end of an interval that lies further up, or down where the sign is −1; the first where there is no other. */
    private static double wider(double end, double other, int sign) {
        return sign * (other - end) > 0 ? Math.max(0, Math.min(1, other)) : end;
    }

    private static void row(Frame frame, String name, Component component, Wording words) {
        row(frame, name, component, component.share().low(), component.share().high(), words);
    }

    private static void row(Frame frame, String name, Component component, double low, double high, Wording words) {
        frame.add(
                name,
                Wording.percent(component.share().mean()),
                Wording.percents(low, high),
                words.score(StrictMath.sqrt(Math.max(0, component.variance().mean()))));
    }

    private Section ranking() {
        Estimate reliability = components.icc().consistencyMean();
        double r = reliability.mean();
        double low = wider(reliability.low(), agreement(consistency().low()), -1);
        double high = wider(reliability.high(), agreement(consistency().high()), 1);
        String degree = r < PARTLY_RELIABLE ? "Hardly" : "Partly";
        String verdict = sight(
                "Perhaps",
                r < RELIABLE ? degree : "Yes, largely",
                isRuledOut() ? "No" : "The table is too small to tell");
        String answer = verdict + ": the averages of the seeds over " + conditions()
                + " further conditions like these would agree with the averages here with a correlation of "
                + Wording.correlation(new Estimate(r, reliability.stdError(), low, high, reliability.n())
                        .cut(0, Double.POSITIVE_INFINITY))
                + ", where 1 is full agreement and 0 none [reliability, ICC(3," + conditions() + ")].";
        List<String> remarks = new ArrayList<>();
        remarks.add(
                "Tested on the table itself: with the conditions split at random into halves, the two rankings of the seeds have a"
                        + " correlation of " + Wording.correlation(halves.spearman())
                        + " [Spearman]"
                        + (halves.spearman() > 0
                                ? ", which means, for all conditions together, "
                                        + Wording.correlation(halves.spearmanBrown()) + " [Spearman–Brown]."
                                : "."));
        Frame frame = new Frame();
        if (isSeen() && seedVariance() > 0) {
            remarks.add("A reliable ranking (" + RELIABLE + ") needs about "
                    + Wording.count(conditionsNeeded(), "condition") + " (" + conditionsNeededInWords()
                    + "); the table has " + conditions() + ".");
            frame = new Frame("conditions", "agreement of two such rankings");
            for (int c : new TreeSet<>(List.of(1, 2, conditionsNeeded(), conditions(), 4 * conditions()))) {
                frame.add(c, Wording.correlation(reliability(c)));
            }
        } else {
            remarks.add("Without a visible effect of the seed, the number of conditions needed for a reliable ranking"
                    + " is unknown.");
        }
        return new Section("Would the same seeds win again?", answer, remarks, frame);
    }

    /** Agreement of rankings over all conditions where one condition has this one [Spearman–Brown]. */
    private double agreement(double one) {
        return conditions() * one / (1 + (conditions() - 1) * one);
    }

    /** Fewest conditions for a ranking to rely on; a great many where the variance of seeds is not positive. */
    public int conditionsNeeded() {
        return fewest(rest / seedVariance());
    }

    private String conditionsNeededInWords() {
        Estimate share = consistency();
        if (Double.isNaN(share.low())) {
            return "interval unknown";
        }
        int fewest = conditionsNeeded(share.high());
        int most = conditionsNeeded(share.low());
        return "95 % interval " + fewest + (most > MOST_CONDITIONS ? " or more" : " to " + most);
    }

    /** Fewest conditions for a reliable ranking if the seed has this share of the variance within a condition. */
    private static int conditionsNeeded(double share) {
        return share > 0 ? fewest((1 - share) / share) : Integer.MAX_VALUE;
    }

    private static int fewest(double ratio) {
        return (int) Math.max(1, Math.ceil(RELIABLE / (1 - RELIABLE) * ratio - ROUNDING));
    }

    /** Agreement of two rankings by the means over so many conditions each: C V_S/(C V_S + V_E). */
    public double reliability(double conditions) {
        return seedVariance() > 0 ? seedVariance() / (seedVariance() + rest / conditions) : 0;
    }

    private double seedVariance() {
        return Math.max(0, components.seed().variance().mean());
    }

    private Section standingOut() {
        int better =
                (int) table.seeds().stream().filter(seed -> named(seed) > 0).count();
        int worse = (int) table.seeds().stream().filter(seed -> named(seed) < 0).count();
        Wording words = words();
        String rule = "The probability that any seed is called so by luck alone is at most "
                + Wording.percent(options.level())
                + " [studentised seeds: Holm, and shuffles within conditions; both must agree].";
        String answer = better + worse == 0
                ? "None: no seed is better or worse than luck explains" + farOut(words) + "."
                : Wording.noneOr(better) + " of " + seeds() + " seeds "
                        + (better == 1 ? "is better and " : "are better and ") + Wording.noneOr(worse)
                        + (worse == 1 ? " is" : " are") + " worse than luck explains. " + rule;
        answer = Character.toUpperCase(answer.charAt(0)) + answer.substring(1);
        int[] order = golden.ranking();
        GoldenSeeds.Seed best = golden.seeds().get(order[0]);
        GoldenSeeds.Seed last = golden.seeds().get(order[order.length - 1]);
        List<String> remarks = new ArrayList<>();
        remarks.add(
                "Some seed is always best. If the scores of each condition were dealt to the seeds at random, the best of "
                        + seeds() + " would still lead the average seed by about "
                        + words.score(chance.mean().get(0))
                        + ", and in 95 of 100 deals all seeds would lie between " + words.signed(chanceLow()) + " and "
                        + words.signed(chanceHigh()) + " [permutation of seeds within conditions]. Here the best, "
                        + best.name()
                        + ", leads by " + words.score(best.effect()) + " and the worst, " + last.name() + ", trails by "
                        + words.score(-last.effect()) + ".");
        remarks.add(
                "Lead: how much better a seed is than the average seed, over the conditions of the table. Fair guess: its lead"
                        + " under other conditions, which is "
                        + (golden.shrinkage() > 0 ? Phrases.about(Wording.percent(golden.shrinkage())) : "nothing")
                        + " of the lead seen here, because the winner was also lucky [shrunk effect, BLUP].");
        remarks.add(
                "\"Beyond luck?\" is judged for all seeds together and need not agree with the interval, which is for"
                        + " one seed. \"Not shown\" means that the lead may be luck, not that it is"
                        + (isSeen()
                                ? ": if seeds differ a lot, dealing their scores at random also gives large leads, and only the most extreme"
                                        + " seeds stand out."
                                : "."));
        Frame frame = new Frame("rank", "seed", "lead", "95 % interval", "fair guess", "beyond luck?");
        int top = Math.min(options.top(), seeds());
        for (int k = 0; k < seeds(); k++) {
            if (k < top || k >= seeds() - top) {
                GoldenSeeds.Seed seed = golden.seeds().get(order[k]);
                Estimate lead = seed.interval();
                frame.add(
                        String.valueOf(k + 1),
                        seed.name(),
                        words.signed(seed.effect()),
                        words.signed(lead.low(), lead.high()),
                        words.signed(seed.shrunk()),
                        verdict(seed));
            } else if (k == top) {
                frame.add("…", "", "", "", "", "");
            }
        }
        return new Section("Which seeds stand out, and is that more than luck?", answer, remarks, frame);
    }

    private String verdict(GoldenSeeds.Seed seed) {
        int named = named(seed.name());
        if (named == 0) {
            return isFarOut(seed) ? "far out" : "not shown";
        }
        return named > 0 ? "better" : "worse";
    }

    /** Whether a seed that is not named lies where in 95 of 100 deals none does, in a table where seeds do matter. */
    private boolean isFarOut(GoldenSeeds.Seed seed) {
        return isSeen() && named(seed.name()) == 0 && (seed.effect() > chanceHigh() || seed.effect() < chanceLow());
    }

    private String farOut(Wording words) {
        List<String> out = golden.seeds().stream()
                .filter(this::isFarOut)
                .map(seed -> "seed " + seed.name() + (seed.effect() > 0 ? " leads by " : " trails by ")
                        + words.score(Math.abs(seed.effect())))
                .toList();
        return out.isEmpty()
                ? ""
                : " where the noise of each seed may be its own; but " + Wording.list(out)
                        + ", further out than any in 95 of 100 deals at random: look at such runs";
    }

    private Section whatToDo() {
        Wording words = words();
        double sign = options.lowerIsBetter() ? -1 : 1;
        double[] means = golden.seeds().stream()
                .mapToDouble(seed -> sign * (components.mean() + seed.effect()))
                .toArray();
        Estimate mean = Estimate.ofMean(means);
        List<String> remarks = new ArrayList<>();
        remarks.add("- Report the average over all " + seeds() + " seeds, " + words.score(mean.mean())
                + " (95 % interval over seeds " + words.score(mean.low(), mean.high()) + "), not the best seed's "
                + words.score(components.mean() * sign
                        + sign * golden.seeds().get(golden.ranking()[0]).effect()) + ".");
        if (isSeen()) {
            remarks.add(
                    "- When you compare two conditions, run both with the same seeds: the seed's effect on both cancels, and "
                            + Phrases.about(Wording.percent(consistency()))
                            + " fewer runs give the same precision. The command noisebook compare does this with this table.");
        } else {
            remarks.add(
                    "- It makes no visible difference here whether conditions are compared with the same or with fresh seeds;"
                            + " using the same ones does no harm.");
        }
        remarks.add("- " + trialInWords(words));
        if (isSeen() && conditionsNeeded() > conditions()) {
            remarks.add("- To rank seeds, run them under about " + conditionsNeeded() + " conditions or more.");
        }
        if (isSeen()) {
            remarks.add(
                    "- Consider what the seed decides. If it draws the test data, a good seed is an easy exam, not a better model.");
        }
        String answer = isSeen()
                ? "Average over seeds, compare with the same seeds, and trust a selected seed only as far as it holds up under conditions"
                        + " that did not select it."
                : "Average over seeds, and do not search for a lucky one: in this table it could not be distinguished from luck.";
        return new Section("What to do", answer, remarks);
    }

    private String trialInWords(Wording words) {
        if (picked.isEmpty()) {
            return "The gain from picking the best seeds cannot be tested with fewer than " + FEWEST_TO_SPLIT
                    + " conditions: pick on some, test on others.";
        }
        HeldOut gain = trial();
        String who = gain.chosen() == 1 ? "the best seed" : "the " + gain.chosen() + " best seeds";
        return "Picking " + who + " on one half of the conditions shows a lead of "
                + words.score(gain.inSample().mean()) + " there (luck alone: " + words.score(gain.nullGain())
                + "), but on the other half it is " + words.score(gain.heldOut().mean()) + " (95 % interval "
                + words.signed(gain.heldOut().low(), gain.heldOut().high())
                + ") [held-out gain]. "
                + (gain.heldOut().low() > 0 ? "Rely only on the second number." : "So there may be nothing to gain.");
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        frames.put("components", componentFrame());
        frames.put("seeds", seedFrame());
        frames.put("tests", testFrame());
        return frames;
    }

    private Frame componentFrame() {
        Frame frame = Phrases.componentFrame();
        Phrases.add(frame, options.seed(), components.seed());
        Phrases.add(frame, options.condition(), components.condition());
        Phrases.add(frame, "rest", components.rest());
        if (!components.split().isEmpty()) {
            Phrases.add(frame, "interaction", components.split().get(0));
            Phrases.add(frame, "replicates", components.split().get(1));
        }
        return frame;
    }

    private Frame seedFrame() {
        Frame frame = new Frame(
                "rank seed conditions lead stdError low high t pHigh pLow qHigh qLow shrunk verdict".split(" "));
        int rank = 1;
        for (int s : golden.ranking()) {
            GoldenSeeds.Seed seed = golden.seeds().get(s);
            frame.addAll(
                    List.of(rank++, seed.name(), seed.conditions(), seed.effect(), seed.stdError()),
                    List.of(seed.interval().low(), seed.interval().high(), seed.t()),
                    List.of(seed.pHigh(), seed.pLow(), seed.qHigh(), seed.qLow(), seed.shrunk(), verdict(seed)));
        }
        return frame;
    }

    private Frame testFrame() {
        Frame frame = Phrases.quantityFrame();
        Icc icc = components.icc();
        Phrases.add(frame, "ICC(1,1)", icc.oneWay());
        Phrases.add(frame, "ICC(1,C)", icc.oneWayMean());
        Phrases.add(frame, "ICC(2,1)", icc.agreement());
        Phrases.add(frame, "ICC(2,C)", icc.agreementMean());
        Phrases.add(frame, "ICC(3,1)", icc.consistency());
        Phrases.add(frame, "ICC(3,C)", icc.consistencyMean());
        Phrases.add(frame, "seed share, crossed bootstrap", bootstrap.seedShare());
        Phrases.add(frame, "condition share, crossed bootstrap", bootstrap.conditionShare());
        Phrases.add(frame, "rest share, crossed bootstrap", bootstrap.restShare());
        Phrases.add(frame, "ICC(3,1), crossed bootstrap", bootstrap.consistency());
        Phrases.add(frame, "ICC(3,C), crossed bootstrap", bootstrap.reliability());
        Phrases.add(frame, "F of seeds", components.f(), components.pValue());
        friedman.ifPresent(test -> {
            Phrases.add(frame, "Friedman Q", test.statistic(), test.pValue());
            Phrases.add(frame, "Kendall W", test.concordance(), test.pValue());
        });
        KruskalWallis kruskalWallis = KruskalWallis.ofCentred(table);
        Phrases.add(frame, "Kruskal–Wallis H, centred by condition", kruskalWallis.statistic(), kruskalWallis.pValue());
        Phrases.add(frame, "split-half Spearman", halves.spearman(), Double.NaN);
        Phrases.add(frame, "split-half Spearman–Brown", halves.spearmanBrown(), Double.NaN);
        Phrases.add(frame, "shrinkage", golden.shrinkage(), Double.NaN);
        Phrases.add(
                frame,
                "lead of the best, dealt at random",
                new Estimate(
                        chance.mean().get(0), Double.NaN, chance.low().get(0), chanceHigh(), chance.permutations()));
        Phrases.add(
                frame,
                "lead of the worst, dealt at random",
                new Estimate(
                        chance.mean().get(seeds() - 1),
                        Double.NaN,
                        chanceLow(),
                        chance.high().get(seeds() - 1),
                        chance.permutations()));
        for (HeldOut gain : picked) {
            String of = " of the best " + gain.chosen() + " of " + seeds();
            Phrases.add(frame, "lead" + of + " where picked", gain.inSample());
            Phrases.add(frame, "lead" + of + " elsewhere", gain.heldOut());
            Phrases.add(frame, "lead" + of + " elsewhere, predicted", gain.predicted());
            Phrases.add(frame, "lead" + of + " where picked, by luck alone", gain.nullGain(), Double.NaN);
        }
        return frame;
    }

    @Override
    public String toString() {
        return brief();
    }
}
