package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.data.Frame;
import org.noisebook.runs.Wording;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.SeedTable;
import org.noisebook.stats.Estimate;

/**
 * The report of seeds under one condition: how far the score spreads, what the best of some seeds shows by luck, and what cannot be told.
 *
 * <p>The spread has the χ² interval of a standard deviation. The best and the worst seed are tested as outliers of a normal law (Grubbs 1969,
 * doi:10.1080/00401706.1969.10490657). Seeds that ran several times are compared by the one-way analysis of variance, exact for equally many
 * runs a seed.
 *
 * @param options settings and names
 * @param table the analysed scores, larger being better, sorted
 * @param spread standard deviation of the seeds' means
 */
public record LoneReport(Options options, SeedTable table, Estimate spread) implements SeedReport {
    private static final double TAIL = 0.5 * (1 - Estimate.LEVEL);
    private static final int[] SOME = {2, 5, 10, 30, 100, 1000};

    static LoneReport of(SeedTable table, Options options) {
        double[] means = means(table);
        int n = means.length;
        double sd = stdDev(means);
        ChiSquaredDistribution law = new ChiSquaredDistribution(null, n - 1.0);
        double low = sd * StrictMath.sqrt((n - 1) / law.inverseCumulativeProbability(1 - TAIL));
        double high = sd * StrictMath.sqrt((n - 1) / law.inverseCumulativeProbability(TAIL));
        return new LoneReport(options, table, new Estimate(sd, sd / StrictMath.sqrt(2 * (n - 1.0)), low, high, n));
    }

    private static double[] means(SeedTable table) {
        return Arrays.stream(table.cells()).mapToDouble(row -> row[0]).toArray();
    }

    private static double stdDev(double[] values) {
        Estimate mean = Estimate.ofMean(values);
        return mean.stdError() * StrictMath.sqrt(values.length);
    }

    /** Means of the seeds, larger being better, in the order of the table. */
    public double[] scores() {
        return means(table);
    }

    /** Rows of the seeds, the best first. */
    public int[] ranking() {
        double[] scores = scores();
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(s -> -scores[s]))
                .mapToInt(s -> s)
                .toArray();
    }

    private double sign() {
        return options.lowerIsBetter() ? -1 : 1;
    }

    /** The mean score as it is analysed, small where small is good. */
    private Estimate mean() {
        return Estimate.ofMean(scores()).times(sign());
    }

    private Wording words() {
        return Wording.of(spread.mean());
    }

    private int seeds() {
        return table.seeds().size();
    }

    private boolean hasRepeats() {
        return table.value().length > seeds();
    }

    @Override
    public String title() {
        return options.scale() + " of " + Wording.count(seeds(), "seed") + " (" + options.seed() + "), "
                + Wording.count(table.value().length, "value") + " in all; "
                + (options.lowerIsBetter() ? "lower" : "higher") + " is better.";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>();
        if (hasRepeats()) {
            lines.add("Seeds ran more than once; the values of each seed are averaged first.");
        }
        lines.addAll(Phrases.ofAnyReport(options));
        return lines;
    }

    @Override
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>(List.of(size()));
        if (hasRepeats()) {
            sections.add(repeats());
        }
        sections.add(best());
        sections.add(whatToDo());
        return sections;
    }

    private Section size() {
        Wording words = words();
        Estimate mean = mean();
        String answer = "One seed typically differs from the average by " + words.score(spread.mean())
                + " (95 % interval " + words.score(spread.low(), spread.high()) + ") [standard deviation].";
        Frame frame = new Frame("", options.scale(), "95 % interval");
        int[] order = ranking();
        double[] scores = scores();
        frame.add("average over seeds", words.score(mean.mean()), words.score(mean.low(), mean.high()));
        frame.add("best seed, " + table.seeds().get(order[0]), words.score(sign() * scores[order[0]]), "");
        int last = order[order.length - 1];
        frame.add("worst seed, " + table.seeds().get(last), words.score(sign() * scores[last]), "");
        return new Section("How far does the score move from seed to seed?", answer, List.of(), frame);
    }

    /** Between and within squares of seeds that ran several times. */
    private record OneWay(double f, double between, double within, double runs, Estimate share, double pValue) {}

    private OneWay oneWay() {
        double[] value = table.value();
        int[] seed = table.seed();
        double[] means = scores();
        double grand = Arrays.stream(value).sum() / value.length;
        int[] runs = new int[means.length];
        double within = 0;
        for (int i = 0; i < value.length; i++) {
            within += (value[i] - means[seed[i]]) * (value[i] - means[seed[i]]);
            runs[seed[i]]++;
        }
        double between = 0;
        double squares = 0;
        for (int s = 0; s < means.length; s++) {
            between += runs[s] * (means[s] - grand) * (means[s] - grand);
            squares += (double) runs[s] * runs[s];
        }
        double of = means.length - 1.0;
        double inside = value.length - (double) means.length;
        double usual = (value.length - squares / value.length) / of;
        double f = between / of / (within / inside);
        double low = f / new FDistribution(null, of, inside).inverseCumulativeProbability(1 - TAIL);
        double high = f * new FDistribution(null, inside, of).inverseCumulativeProbability(1 - TAIL);
        Estimate share = new Estimate(
                share(f, usual),
                Double.NaN,
                Math.max(0, share(low, usual)),
                Math.max(0, share(high, usual)),
                means.length);
        return new OneWay(f, of, inside, usual, share, Component.fTail(f, of, inside));
    }

    private static double share(double f, double runs) {
        return Double.isInfinite(f) ? 1 : (f - 1) / (f + runs - 1);
    }

    private Section repeats() {
        OneWay oneWay = oneWay();
        String question = "Does the seed determine the score?";
        if (Double.isInfinite(oneWay.f)) {
            return new Section(
                    question,
                    "Yes: runs of the same seed agree exactly, so the seed determines the whole run.",
                    List.of());
        }
        boolean seen = oneWay.pValue < options.level();
        String answer = (seen ? "" : "No effect of the seed is visible: of ") + (seen ? "Of " : "")
                + "the differences between single runs, " + Wording.percent(oneWay.share)
                + " are due to the seed [ICC(1,1)].";
        return new Section(
                question,
                answer,
                List.of("If seeds had no effect, a table would show as much " + Wording.cases(oneWay.pValue)
                        + " [F test, " + Wording.probability(oneWay.pValue) + "]."));
    }

    /** How far off the average a seed is an outlier; infinite where no distance makes it one. */
    public double outlierDistance() {
        int n = seeds();
        if (n <= 2) {
            return Double.POSITIVE_INFINITY;
        }
        double t = new TDistribution(null, n - 2.0).inverseCumulativeProbability(options.level() / (2.0 * n));
        return spread.mean() * (n - 1) / StrictMath.sqrt(n) * StrictMath.sqrt(t * t / (n - 2 + t * t));
    }

    private Section best() {
        Wording words = words();
        int n = seeds();
        int[] order = ranking();
        double[] scores = scores();
        double mean = Estimate.ofMean(scores).mean();
        double lead = scores[order[0]] - mean;
        double trail = mean - scores[order[n - 1]];
        List<String> out = new ArrayList<>();
        if (lead > outlierDistance()) {
            out.add("the best (" + table.seeds().get(order[0]) + ")");
        }
        if (trail > outlierDistance()) {
            out.add("the worst (" + table.seeds().get(order[n - 1]) + ")");
        }
        String answer = "One condition cannot tell: of " + n
                + " equally good seeds the best would still lead by about "
                + words.score(spread.mean() * ExtremeNull.expectedMax(n)) + ", and here it leads by "
                + words.score(lead)
                + " [expected maximum].";
        List<String> remarks = new ArrayList<>();
        remarks.add(
                out.isEmpty()
                        ? "Neither the best nor the worst is far enough out to need an explanation [Grubbs' test]."
                        : Character.toUpperCase(Wording.list(out).charAt(0))
                                + Wording.list(out).substring(1) + (out.size() == 1 ? " is" : " are")
                                + " further out than the other seeds explain; inspect such a run before you believe it [Grubbs' test].");
        remarks.add(
                "The more seeds you try, the further the best one leads by luck alone (here for bell-shaped scores):");
        Frame frame = new Frame("seeds tried", "lead of the best by luck", "half-width of the average's 95 % interval");
        TreeSet<Integer> counts = new TreeSet<>(List.of(n));
        Arrays.stream(SOME).forEach(counts::add);
        for (int m : counts) {
            double half = new TDistribution(null, m - 1.0).inverseCumulativeProbability(1 - TAIL);
            frame.add(
                    String.valueOf(m),
                    words.score(spread.mean() * ExtremeNull.expectedMax(m)),
                    words.score(spread.mean() * half / StrictMath.sqrt(m)));
        }
        return new Section("Is the best seed a good seed?", answer, remarks, frame);
    }

    private Section whatToDo() {
        Wording words = words();
        Estimate mean = mean();
        return new Section(
                "What to do",
                "Report the average over seeds with its interval, " + words.score(mean.mean()) + " (95 % interval "
                        + words.score(mean.low(), mean.high()) + "), never the best seed alone.",
                List.of(
                        "- Four times as many seeds halve that interval.",
                        "- To learn whether a seed is good in general, and how much of the score is due to the seed, run the same seeds under"
                                + " several conditions, such as data sets, models or prompts. Add them to the table and name their column"
                                + " with --condition-column."));
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        Frame seeds = new Frame("rank", "seed", "score", "lead");
        double[] scores = scores();
        double mean = Estimate.ofMean(scores).mean();
        int rank = 1;
        for (int s : ranking()) {
            seeds.add(rank++, table.seeds().get(s), sign() * scores[s], scores[s] - mean);
        }
        frames.put("seeds", seeds);
        Frame tests = Phrases.quantityFrame();
        Phrases.add(tests, "mean", mean());
        Phrases.add(tests, "standard deviation", spread);
        Phrases.add(
                tests,
                "expected lead of the best by luck",
                spread.mean() * ExtremeNull.expectedMax(seeds()),
                Double.NaN);
        if (hasRepeats()) {
            OneWay oneWay = oneWay();
            Phrases.add(tests, "ICC(1,1)", oneWay.share);
            Phrases.add(tests, "F of seeds", oneWay.f, oneWay.pValue);
        }
        frames.put("tests", tests);
        return frames;
    }

    @Override
    public String toString() {
        return brief();
    }
}
