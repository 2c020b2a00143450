package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.HeldOut;
import org.noisebook.seeds.PairedComparison;
import org.noisebook.seeds.report.ComparisonReport;
import org.noisebook.seeds.report.ConditionsReport;
import org.noisebook.seeds.report.LoneReport;
import org.noisebook.seeds.report.SeedReport;
import org.noisebook.seeds.report.SourcesReport;
import org.noisebook.stats.Estimate;

/** A seed report as one figure. */
public final class SeedReportPlate {
    private static final int BLUE = 0;
    private static final int ORANGE = 1;
    private static final int BLACK = 2;
    private static final int RED = 3;
    private static final int GREEN = 5;
    private static final int GREY = 7;
    private static final double PERCENT = 100;
    private static final double BAR = 0.32;
    /** Keeps intervals of two series apart. */
    private static final double ASIDE = 0.08;

    private static final double WIDTH_MM = 170;
    private static final double ASPECT = 0.72;
    private static final double COLUMN_MM = 120;
    private static final double FLAT = 0.42;
    private static final int CURVE_POINTS = 60;
    private static final int MOST_NAMES = 60;

    private SeedReportPlate() {}

    /** The figure of a report. */
    public static Story.Drawing of(SeedReport report) {
        Sheet sheet = new Sheet();
        String caption;
        String n;
        if (report instanceof ConditionsReport conditions) {
            caption = draw(sheet, conditions);
            n = conditions.table().seeds().size() + " × "
                    + conditions.table().conditions().size();
        } else if (report instanceof LoneReport lone) {
            caption = draw(sheet, lone);
            n = String.valueOf(lone.table().seeds().size());
        } else if (report instanceof SourcesReport sources) {
            caption = draw(sheet, sources);
            n = String.join(
                    " × ",
                    Arrays.stream(sources.table().counts())
                            .mapToObj(String::valueOf)
                            .toList());
        } else {
            ComparisonReport comparison = (ComparisonReport) report;
            caption = draw(sheet, comparison);
            n = String.valueOf(comparison.table().seeds().size());
        }
        // Names of conditions and of many sources need the width.
        boolean wide = report instanceof ComparisonReport
                || report instanceof SourcesReport sources
                        && sources.table().factors().size() > 2;
        Plate plate = wide
                ? Plate.of(sheet.panels(), 1).size(COLUMN_MM, FLAT)
                : Plate.of(sheet.panels(), 2).size(WIDTH_MM, ASPECT);
        return new Story.Drawing(sheet.frame(), plate, caption, n, List.of());
    }

    private static String draw(Sheet sheet, ConditionsReport report) {
        String score = report.options().scale();
        shares(
                sheet,
                List.of(report.options().seed(), report.options().condition(), "rest"),
                List.of(
                        report.components().seed(),
                        report.components().condition(),
                        report.components().rest()));
        sheet.legend("shares", Corner.NONE);
        reliability(sheet, report);
        caterpillar(sheet, report, score);
        if (!report.picked().isEmpty()) {
            gains(sheet, report, score);
        }
        return "What the seed does to " + score
                + ". (a) Shares of the variation with 95 % intervals. (b) Agreement of two rankings of the"
                + " seeds by so many conditions each; a ranking to rely on reaches 0.8. (c) Lead of each seed over the average one, over"
                + " all conditions, with its 95 % t interval"
                + (report.table().seeds().size() <= MOST_NAMES ? "" : " where it stands out")
                + "; if the scores of each condition were dealt out to the seeds at random, all"
                + " leads would lie in the strip (95 %); dotted: the fair guess of the lead under other conditions."
                + (report.picked().isEmpty()
                        ? ""
                        : " (d) Lead of the best seeds on the half of the conditions that picked them and on the other half, with"
                                + " 95 % jackknife intervals over conditions; what luck alone shows where picked; dotted: the lead"
                                + " elsewhere that the shares predict.");
    }

    private static Ends[] ends(int count, int n) {
        Ends[] ends = new Ends[count];
        Arrays.fill(ends, new Ends(n, 0, 0));
        return ends;
    }

    private static void shares(Sheet sheet, List<String> names, List<Component> components) {
        sheet.panel(
                "shares",
                "What moves the score?",
                Axis.named("", names),
                Axis.linear("share of the variation (%)").range(0, PERCENT));
        double[] x = numbered(names.size());
        Estimate[] shares = components.stream()
                .map(component -> component.share().times(PERCENT))
                .toArray(Estimate[]::new);
        for (int k = 0; k < x.length; k++) {
            double[] bar = {x[k] - BAR, x[k] + BAR};
            double[] top = {shares[k].mean(), shares[k].mean()};
            sheet.band("shares", "", BLUE, bar, new double[2], top);
        }
        sheet.points("shares", "alone", BLUE, x, shares, ends(x.length, shares[0].n()));
    }

    /** Seeds by rank: their names, or their ranks where they are too many. */
    private static Axis ranks(String what, List<String> names) {
        return names.size() <= MOST_NAMES
                ? Axis.named(what + ", best first", names)
                : Axis.linear("rank of " + what + ", best first").range(0.5, names.size() + 0.5);
    }

    private static double[] moved(double[] x, double by) {
        return Arrays.stream(x).map(value -> value + by).toArray();
    }

    private static double[] numbered(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    private static void caterpillar(Sheet sheet, ConditionsReport report, String score) {
        GoldenSeeds golden = report.golden();
        int[] order = golden.ranking();
        List<GoldenSeeds.Seed> ranked =
                Arrays.stream(order).mapToObj(golden.seeds()::get).toList();
        String panel = "seeds";
        sheet.panel(
                panel,
                "Which seeds stand out?",
                ranks(
                        report.options().seed(),
                        ranked.stream().map(GoldenSeeds.Seed::name).toList()),
                Axis.linear("lead in " + score));
        double[] whole = {0.5, ranked.size() + 0.5};
        double low = report.chanceLow();
        double high = report.chanceHigh();
        sheet.band(panel, "dealt at random", GREY, whole, new double[] {low, low}, new double[] {high, high});
        sheet.line(panel, "average seed", "", GREY, whole, new double[2], Sheet.Kind.BORDER);
        sheet.line(
                panel,
                "fair guess",
                "fair guess",
                BLACK,
                numbered(ranked.size()),
                ranked.stream().mapToDouble(GoldenSeeds.Seed::shrunk).toArray(),
                Sheet.Kind.FIT);
        double level = golden.level();
        leads(sheet, panel, "better", GREEN, ranked, true, k -> ranked.get(k).qHigh() < level);
        leads(sheet, panel, "worse", RED, ranked, true, k -> ranked.get(k).qLow() < level);
        leads(
                sheet,
                panel,
                "may be luck",
                BLUE,
                ranked,
                ranked.size() <= MOST_NAMES,
                k -> ranked.get(k).qHigh() >= level && ranked.get(k).qLow() >= level);
    }

    private static void leads(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<GoldenSeeds.Seed> ranked,
            boolean bars,
            IntPredicate shown) {
        int[] rows = IntStream.range(0, ranked.size()).filter(shown).toArray();
        if (rows.length == 0) {
            return;
        }
        sheet.points(
                panel,
                series,
                colour,
                Arrays.stream(rows).mapToDouble(k -> k + 1).toArray(),
                Arrays.stream(rows)
                        .mapToObj(k -> bars
                                ? ranked.get(k).interval()
                                : bare(ranked.get(k).effect()))
                        .toArray(Estimate[]::new),
                Arrays.stream(rows)
                        .mapToObj(k -> new Ends(ranked.get(k).conditions(), 0, 0))
                        .toArray(Ends[]::new));
    }

    private static void gains(Sheet sheet, ConditionsReport report, String score) {
        List<HeldOut> picked = report.picked();
        String panel = "picking";
        sheet.panel(
                panel,
                "What does picking the best gain?",
                Axis.named(
                        "seeds picked, of " + report.table().seeds().size(),
                        picked.stream()
                                .map(gain -> String.valueOf(gain.chosen()))
                                .toList()),
                Axis.linear("lead in " + score));
        double[] x = numbered(picked.size());
        int n = report.table().conditions().size();
        Estimate[] inSample = picked.stream().map(HeldOut::inSample).toArray(Estimate[]::new);
        Estimate[] heldOut = picked.stream().map(HeldOut::heldOut).toArray(Estimate[]::new);
        sheet.line(
                panel,
                "luck alone, where picked",
                "luck alone, where picked",
                GREY,
                x,
                picked.stream().mapToDouble(HeldOut::nullGain).toArray(),
                Sheet.Kind.THEORY);
        sheet.line(
                panel,
                "predicted elsewhere",
                "elsewhere, predicted",
                BLUE,
                x,
                picked.stream().mapToDouble(gain -> gain.predicted().mean()).toArray(),
                Sheet.Kind.FIT);
        sheet.line(panel, "average seed", "", GREY, x, new double[x.length], Sheet.Kind.BORDER);
        sheet.points(panel, "where picked", ORANGE, moved(x, -ASIDE), inSample, ends(x.length, n));
        sheet.points(panel, "elsewhere", BLUE, moved(x, ASIDE), heldOut, ends(x.length, n));
    }

    private static void reliability(Sheet sheet, ConditionsReport report) {
        int conditions = report.table().conditions().size();
        String panel = "reliability";
        sheet.panel(
                panel,
                "How many conditions are enough?",
                Axis.linear("conditions"),
                Axis.linear("agreement of two rankings").range(0, 1));
        double last = 1.5 * Math.max(2.0 * conditions, Math.min(report.conditionsNeeded(), 4 * conditions));
        double[] x = new double[CURVE_POINTS];
        double[] y = new double[CURVE_POINTS];
        for (int k = 0; k < CURVE_POINTS; k++) {
            x[k] = 1 + (last - 1) * k / (CURVE_POINTS - 1.0);
            y[k] = report.reliability(x[k]);
        }
        sheet.line(panel, "by the shares", "by the shares", BLUE, x, y, Sheet.Kind.FIT);
        sheet.line(
                panel,
                "to rely on",
                "to rely on",
                BLACK,
                new double[] {1, last},
                new double[] {ConditionsReport.RELIABLE, ConditionsReport.RELIABLE},
                Sheet.Kind.BORDER);
        Estimate here = report.components().icc().consistencyMean();
        Estimate clipped = new Estimate(
                Math.max(0, here.mean()), here.stdError(), Math.max(0, here.low()), Math.max(0, here.high()), here.n());
        sheet.points(panel, "this table", BLUE, new double[] {conditions}, new Estimate[] {clipped}, ends(1, here.n()));
    }

    private static String draw(Sheet sheet, LoneReport report) {
        String score = report.options().scale();
        int[] order = report.ranking();
        double[] scores = report.scores();
        double mean = Estimate.ofMean(scores).mean();
        int n = order.length;
        sheet.panel(
                "seeds",
                "The seeds, best first",
                ranks(
                        report.options().seed(),
                        Arrays.stream(order)
                                .mapToObj(report.table().seeds()::get)
                                .toList()),
                Axis.linear("lead in " + score));
        double[] whole = {0.5, n + 0.5};
        double far = report.outlierDistance();
        if (far < Double.POSITIVE_INFINITY) {
            sheet.band("seeds", "no outlier", GREY, whole, new double[] {-far, -far}, new double[] {far, far});
        }
        sheet.line("seeds", "average seed", "", GREY, whole, new double[2], Sheet.Kind.BORDER);
        sheet.points(
                "seeds",
                "a seed",
                BLUE,
                numbered(n),
                Arrays.stream(order).mapToObj(s -> bare(scores[s] - mean)).toArray(Estimate[]::new),
                ends(n, 1));
        sheet.panel(
                "luck", "Lead of the best by luck alone", Axis.log10("seeds tried"), Axis.linear("lead in " + score));
        double[] tried = new TreeSet<>(List.of(2, 3, 5, 8, 10, 20, 30, 50, 100, 200, 500, 1000))
                .stream().mapToDouble(m -> m).toArray();
        sheet.line(
                "luck",
                "by luck, on average",
                "by luck, on average",
                GREY,
                tried,
                Arrays.stream(tried)
                        .map(m -> report.spread().mean() * ExtremeNull.expectedMax((int) m))
                        .toArray(),
                Sheet.Kind.ANCHORED);
        sheet.points(
                "luck",
                "the best here",
                BLUE,
                new double[] {n},
                new Estimate[] {bare(scores[order[0]] - mean)},
                ends(1, 1));
        return "Seeds under one condition. (a) Lead of each seed over the average; draws of one normal"
                + " law all lie in the strip (95 %, Grubbs' test). (b) Expected lead of the best of so many equal seeds, its size the spread of the seeds here.";
    }

    /** A number without an interval. */
    private static Estimate bare(double value) {
        return new Estimate(value, Double.NaN, Double.NaN, Double.NaN, 1);
    }

    /** Names of sources and, where there are three or more, interactions by as many first letters as tell the sources apart. */
    private static List<String> brief(List<String> factors, List<Component> components) {
        int letters = 1;
        while (factors.stream().map(beginning(letters)).distinct().count() < factors.size()) {
            letters++;
        }
        UnaryOperator<String> beginning = beginning(letters);
        Map<String, String> briefs = new HashMap<>();
        for (int f = 0; f < factors.size(); f++) {
            for (int g = f + 1; g < factors.size() && factors.size() > 2; g++) {
                briefs.put(
                        factors.get(f) + "×" + factors.get(g),
                        beginning.apply(factors.get(f)) + "×" + beginning.apply(factors.get(g)));
            }
        }
        return components.stream()
                .map(component -> briefs.getOrDefault(component.name(), component.name()))
                .toList();
    }

    private static UnaryOperator<String> beginning(int letters) {
        return name -> name.substring(0, Math.min(letters, name.length()));
    }

    private static String draw(Sheet sheet, SourcesReport report) {
        String score = report.options().scale();
        List<Component> all = report.components().components();
        List<Component> sources = report.sources();
        shares(sheet, brief(report.table().factors(), all), all);
        sheet.points(
                "shares",
                "in all",
                ORANGE,
                moved(numbered(sources.size()), ASIDE),
                sources.stream().map(c -> c.totalShare().times(PERCENT)).toArray(Estimate[]::new),
                ends(sources.size(), sources.get(0).totalShare().n()));
        sheet.panel(
                "average",
                "How good is an average over runs?",
                Axis.log10("runs"),
                Axis.log10("standard error in " + score));
        double[] runs = new double[CURVE_POINTS];
        for (int k = 0; k < CURVE_POINTS; k++) {
            runs[k] = StrictMath.pow(PERCENT, k / (CURVE_POINTS - 1.0));
        }
        sheet.line(
                "average",
                "all redrawn",
                "all redrawn",
                BLUE,
                runs,
                Arrays.stream(runs).map(r -> report.errorOfMean(0, r)).toArray(),
                Sheet.Kind.FIT);
        int[] colours = {ORANGE, RED, GREEN, BLACK, GREY};
        for (int f = 0; f < sources.size(); f++) {
            Component source = sources.get(f);
            sheet.line(
                    "average",
                    "same " + source.name(),
                    "same " + source.name(),
                    colours[f % colours.length],
                    runs,
                    Arrays.stream(runs)
                            .map(r -> report.errorOfMean(source.variance().mean(), r))
                            .toArray(),
                    Sheet.Kind.FIT);
        }
        return "Sources of randomness. (a) Shares of the variation of " + score
                + ": alone (bars and circles) and with all interactions"
                + " (squares), with 95 % intervals; interactions of two bear the first letters of their sources. (b) Standard error of an average over runs that redraw every source, or that share"
                + " the seed of one.";
    }

    private static String draw(Sheet sheet, ComparisonReport report) {
        String score = report.options().scale();
        List<Integer> order = report.ranking();
        List<String> names =
                order.stream().map(c -> report.table().conditions().get(c)).toList();
        double sign = report.options().lowerIsBetter() ? -1 : 1;
        sheet.panel(
                "means",
                "Averages over seeds",
                Axis.named(report.options().condition() + ", best first", names),
                Axis.linear(score));
        sheet.points(
                "means",
                "average",
                BLUE,
                numbered(names.size()),
                order.stream().map(c -> report.means().get(c).times(sign)).toArray(Estimate[]::new),
                ends(names.size(), report.table().seeds().size()));
        sheet.legend("means", Corner.NONE);
        String best = names.get(0);
        List<String> others = names.subList(1, names.size());
        sheet.panel(
                "behind",
                "How far behind " + best + "?",
                Axis.named("", others),
                Axis.linear("lead of " + best + " in " + score));
        sheet.line(
                "behind",
                "no difference",
                "",
                GREY,
                new double[] {0.5, others.size() + 0.5},
                new double[2],
                Sheet.Kind.BORDER);
        List<PairedComparison> pairs = new ArrayList<>();
        for (String other : others) {
            pairs.add(report.pair(best, other));
        }
        double level = report.options().level();
        behind(sheet, "beyond luck", GREEN, pairs, k -> pairs.get(k).holmP() <= level);
        behind(sheet, "may be luck", GREY, pairs, k -> pairs.get(k).holmP() > level);
        return "Conditions over the same seeds. (a) Averages with 95 % t intervals. (b) Lead of the best over each other one, seed by seed,"
                + " with 95 % t intervals; colours by paired t tests adjusted by Holm for all pairs.";
    }

    private static void behind(
            Sheet sheet, String series, int colour, List<PairedComparison> pairs, IntPredicate shown) {
        int[] rows = IntStream.range(0, pairs.size()).filter(shown).toArray();
        if (rows.length > 0) {
            sheet.points(
                    "behind",
                    series,
                    colour,
                    Arrays.stream(rows).mapToDouble(k -> k + 1).toArray(),
                    Arrays.stream(rows).mapToObj(k -> pairs.get(k).difference()).toArray(Estimate[]::new),
                    Arrays.stream(rows)
                            .mapToObj(k -> new Ends(pairs.get(k).seeds(), 0, 0))
                            .toArray(Ends[]::new));
        }
    }
}
