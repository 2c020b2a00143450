package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Frame;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.PairedComparison;
import org.noisebook.seeds.SeedComponents;
import org.noisebook.seeds.SeedPower;
import org.noisebook.seeds.SeedTable;
import org.noisebook.stats.Estimate;

/**
 * The report that compares conditions, such as models, over the same seeds.
 *
 * @param options settings and names
 * @param table the analysed scores, larger being better, sorted
 * @param means of the conditions over the seeds
 * @param pairs every pair of conditions
 * @param seedPValue of the F test whether a seed helps or hurts all conditions alike
 */
public record ComparisonReport(
        Options options, SeedTable table, List<Estimate> means, List<PairedComparison> pairs, double seedPValue)
        implements SeedReport {
    private static final double POWER = 0.8;
    private static final int MOST_PAIRS = 15;
    private static final int MOST_SEEDS = 100_000;

    /** Copies. */
    public ComparisonReport {
        means = List.copyOf(means);
        pairs = List.copyOf(pairs);
    }

    static ComparisonReport of(SeedTable table, Options options, Stream stream) {
        List<Estimate> means = new ArrayList<>();
        double[][] cells = table.cells();
        for (int c = 0; c < table.conditions().size(); c++) {
            int column = c;
            means.add(Estimate.ofMean(Arrays.stream(cells)
                    .mapToDouble(row -> row[column])
                    .filter(value -> !Double.isNaN(value))
                    .toArray()));
        }
        return new ComparisonReport(
                options,
                table,
                means,
                PairedComparison.all(table, stream),
                // Pairs have the parts from 0 on.
                SeedComponents.of(table, stream.part(-1)).pValue());
    }

    private double sign() {
        return options.lowerIsBetter() ? -1 : 1;
    }

    private Wording words() {
        return Wording.of(pairs.stream()
                .mapToDouble(pair -> pair.difference().stdError())
                .filter(error -> error > 0)
                .min()
                .orElse(1));
    }

    /** Columns of the conditions, the best mean first. */
    public List<Integer> ranking() {
        List<Integer> order = new ArrayList<>();
        for (int c = 0; c < means.size(); c++) {
            order.add(c);
        }
        order.sort(Comparator.comparingDouble(c -> -means.get(c).mean()));
        return List.copyOf(order);
    }

    private String name(int condition) {
        return table.conditions().get(condition);
    }

    private String best() {
        return name(ranking().get(0));
    }

    private List<String> unbeaten() {
        return PairedComparison.unbeaten(pairs, options.level(), true);
    }

    /** The pair with the better mean first. */
    private static PairedComparison ahead(PairedComparison pair) {
        return pair.difference().mean() >= 0 ? pair : turned(pair);
    }

    private static PairedComparison turned(PairedComparison pair) {
        return new PairedComparison(
                pair.second(),
                pair.first(),
                pair.seeds(),
                pair.difference().times(-1),
                -pair.t(),
                pair.pValue(),
                pair.signFlipP(),
                pair.wilcoxonP(),
                pair.effectSize().times(-1),
                pair.correlation(),
                pair.varianceRatio(),
                pair.holmP());
    }

    /** The comparison of two conditions, as the first less the second. */
    public PairedComparison pair(String first, String second) {
        for (PairedComparison pair : pairs) {
            if (pair.first().equals(first) && pair.second().equals(second)) {
                return pair;
            }
            if (pair.first().equals(second) && pair.second().equals(first)) {
                return turned(pair);
            }
        }
        throw new IllegalArgumentException("no comparison of '" + first + "' and '" + second + "'");
    }

    private List<PairedComparison> shown() {
        List<PairedComparison> all = pairs.stream()
                .map(ComparisonReport::ahead)
                .sorted(Comparator.comparingDouble(PairedComparison::holmP)
                        .thenComparing(PairedComparison::pValue)
                        .thenComparing(PairedComparison::first)
                        .thenComparing(PairedComparison::second))
                .toList();
        return all.size() <= MOST_PAIRS
                ? all
                : all.stream()
                        .filter(pair ->
                                pair.first().equals(best()) || pair.second().equals(best()))
                        .toList();
    }

    private boolean isTold(PairedComparison pair) {
        return pair.holmP() <= options.level();
    }

    @Override
    public String title() {
        return options.scale() + " of " + Wording.count(means.size(), "condition") + " (" + options.condition()
                + "), compared over the same " + Wording.count(table.seeds().size(), "seed") + " (" + options.seed()
                + "); "
                + (options.lowerIsBetter() ? "lower" : "higher") + " is better.";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>();
        if (table.missing() > 0) {
            lines.add(
                    table.missing()
                            + " combinations of seed and condition have no value; a pair is compared over the seeds that both have.");
        }
        lines.addAll(Phrases.ofAnyReport(options));
        return lines;
    }

    @Override
    public List<Section> sections() {
        return List.of(best(unbeaten()), differences(), pairing(), whatToDo());
    }

    private Section best(List<String> unbeaten) {
        List<String> others =
                unbeaten.stream().filter(name -> !name.equals(best())).toList();
        int beaten = means.size() - unbeaten.size();
        String answer = others.isEmpty()
                ? best() + ": better than every other one by more than luck explains."
                : best() + " has the best average, but " + Wording.list(others)
                        + (others.size() == 1 ? " may be" : " may each be")
                        + " as good: the difference may be luck."
                        + (beaten == 0 ? "" : " The other " + beaten + " can be ruled out.");
        Wording words = words();
        Frame frame = new Frame("rank", options.condition(), "average", "95 % interval", "the best?");
        int rank = 1;
        for (int c : ranking()) {
            Estimate mean = means.get(c).times(sign());
            frame.add(
                    rank++,
                    name(c),
                    words.score(mean.mean()),
                    words.score(mean.low(), mean.high()),
                    !unbeaten.contains(name(c)) ? "no" : others.isEmpty() ? "yes" : "perhaps");
        }
        return new Section(
                "Which is best?",
                answer,
                List.of(
                        "Whether two differ does not show in whether their intervals here overlap: see the next table, which takes"
                                + " the seeds in pairs."),
                frame);
    }

    private Section differences() {
        long told = pairs.stream().filter(this::isTold).count();
        String answer = told + " of " + pairs.size() + (pairs.size() == 1 ? " pair differs" : " pairs differ")
                + " by more than luck explains; the chance that any of these finds is false is at most "
                + Wording.percent(options.level()) + " [paired t tests, adjusted by Holm].";
        List<String> remarks = new ArrayList<>();
        if (pairs.size() > MOST_PAIRS) {
            remarks.add("Only pairs with the best are shown.");
        }
        remarks.add(
                "Size: the difference in units of its own spread over seeds, 1 being plain to see in a handful of seeds and 0.2 small"
                        + " [effect size d_z].");
        Wording words = words();
        Frame frame = new Frame("better", "than", "by", "95 % interval", "as much by luck", "size");
        for (PairedComparison pair : shown()) {
            frame.add(
                    pair.first(),
                    pair.second(),
                    words.score(pair.difference().mean()),
                    words.signed(pair.difference().low(), pair.difference().high()),
                    Wording.odds(pair.holmP()),
                    Wording.correlation(pair.effectSize().mean()));
        }
        return new Section("Which differences are real?", answer, remarks, frame);
    }

    private Section pairing() {
        double[] ratios = pairs.stream()
                .mapToDouble(PairedComparison::varianceRatio)
                .filter(ratio -> !Double.isNaN(ratio))
                .sorted()
                .toArray();
        String question = "Did the same seeds help?";
        if (ratios.length == 0) {
            return new Section(question, "That cannot be told: scores do not vary over seeds.", List.of(), new Frame());
        }
        double middle = ratios[(ratios.length - 1) / 2];
        String worth = Wording.correlation(1 / middle);
        String answer = middle == 0
                ? "Yes: for the typical pair the difference is the same whatever the seed."
                : !(seedPValue < options.level())
                        ? "Not visibly: what a seed does to one condition it does not do to the others, or no more than luck would ["
                                + "F test, " + Wording.probability(seedPValue) + "]."
                        : middle < 1
                                ? "Yes: for the typical pair the same seeds told as much as about " + worth
                                        + " times as many seeds drawn afresh for each condition would [F test, "
                                        + Wording.probability(seedPValue) + "]."
                                : "No: for the typical pair fresh seeds for each condition would have told as much or more.";
        return new Section(
                question,
                answer,
                List.of(
                        "A seed that helps both of a pair drops out of their difference; how much depends on how alike the seeds' effects"
                                + " are [variance of the difference over the sum of both variances: median "
                                + Wording.correlation(middle) + "]."),
                new Frame());
    }

    private Section whatToDo() {
        List<PairedComparison> open = pairs.stream()
                .map(ComparisonReport::ahead)
                .filter(pair -> !isTold(pair))
                .filter(pair -> pair.first().equals(best()))
                .toList();
        Frame frame = new Frame("pair", "seeds to tell them apart");
        for (PairedComparison pair : open) {
            frame.add(pair.first() + ", " + pair.second(), seedsNeeded(pair));
        }
        if (open.isEmpty()) {
            return new Section("What to do", "Nothing more: the best one is settled.", List.of(), new Frame());
        }
        return new Section(
                "What to do",
                "Run more seeds if it matters which of the best is best, or take the one that is cheaper.",
                List.of("Seeds that would show a difference of the size seen here with a chance of "
                        + Wording.percent(POWER)
                        + "; the true difference may be smaller, and then it takes more [power of the paired t"
                        + " test, Bonferroni for " + Wording.count(pairs.size(), "comparison") + "]:"),
                frame);
    }

    private String seedsNeeded(PairedComparison pair) {
        double effect = Math.abs(pair.effectSize().mean());
        // The sample size for small effects grows as 1/effect².
        if (!(effect > 0) || 8 / (effect * effect) > MOST_SEEDS) {
            return "more than " + MOST_SEEDS;
        }
        return String.valueOf(SeedPower.seedsNeeded(effect, POWER, options.level(), pairs.size()));
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        List<String> unbeaten = unbeaten();
        Frame conditions = new Frame("rank", "condition", "mean", "stdError", "low", "high", "seeds", "unbeaten");
        int rank = 1;
        for (int c : ranking()) {
            Estimate mean = means.get(c).times(sign());
            conditions.add(
                    rank++,
                    name(c),
                    mean.mean(),
                    mean.stdError(),
                    mean.low(),
                    mean.high(),
                    mean.n(),
                    String.valueOf(unbeaten.contains(name(c))));
        }
        frames.put("conditions", conditions);
        Frame tests = new Frame(
                "better",
                "than",
                "seeds",
                "difference",
                "low",
                "high",
                "t",
                "pValue",
                "holmP",
                "signFlipP",
                "wilcoxonP",
                "effectSize",
                "effectSizeLow",
                "effectSizeHigh",
                "correlation",
                "varianceRatio");
        for (PairedComparison pair : pairs.stream().map(ComparisonReport::ahead).toList()) {
            tests.add(
                    pair.first(),
                    pair.second(),
                    pair.seeds(),
                    pair.difference().mean(),
                    pair.difference().low(),
                    pair.difference().high(),
                    pair.t(),
                    pair.pValue(),
                    pair.holmP(),
                    pair.signFlipP(),
                    pair.wilcoxonP(),
                    pair.effectSize().mean(),
                    pair.effectSize().low(),
                    pair.effectSize().high(),
                    pair.correlation(),
                    pair.varianceRatio());
        }
        frames.put("tests", tests);
        return frames;
    }
}
