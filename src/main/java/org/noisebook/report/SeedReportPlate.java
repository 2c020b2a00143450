package org.noisebook.report;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Plot.GREY;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.ExtremeNull;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.HeldOut;
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
    private static final double PERCENT = 100;
    private static final double BAR = 0.32;
    private static final int CURVE_POINTS = 60;
    private static final int MOST_NAMES = 60;
    /** Offset between the intervals of two series. */
    private SeedReportPlate() {}

    /** The figure of a report. */
    public static Story.Drawing of(SeedReport report) {
        var board = new Board("seed-report", Preset.QUICK, null);
        Axis lead = Axis.linear("lead in " + report.options().scale());
        if (report instanceof ConditionsReport conditions) {
            tell(board, conditions, lead);
        } else if (report instanceof LoneReport lone) {
            tell(board, lone, lead);
        } else {
            tell(board, (SourcesReport) report);
        }
        return board.drawing("");
    }

    private static void tell(Board board, ConditionsReport of, Axis lead) {
        int seeds = of.table().seeds().size();
        var parts = of.components();
        List<String> names = List.of(of.options().seed(), of.options().condition(), "rest");
        tellShares(board, names, List.of(parts.seed(), parts.condition(), parts.rest()));
        tellReliability(board, of);
        tellSeeds(board, of, lead);
        String picking = "";
        if (!of.picked().isEmpty()) {
            tellPicking(board, of, lead);
            picking =
                    " (d) Lead of the best seeds on the half of the conditions that selected them and on the other half, with"
                            + " 95 % jackknife intervals over conditions; the lead by luck alone on the selecting half; dotted: the"
                            + " lead on the other half that the shares predict.";
        }
        board.stamp(seeds + " × " + of.table().conditions().size());
        board.caption(
                "Effect of the seed on {}. (a) Shares of the variation with 95 % intervals. (b) Agreement of two rankings of the seeds"
                        + " against the number of conditions of each; a reliable ranking reaches 0.8. (c) Lead of each seed over the average one, over"
                        + " all conditions, with its 95 % t interval{}; if the scores of each condition were dealt to the seeds at random, all"
                        + " leads would lie in the strip (95 %); dotted: the fair guess of the lead under other conditions.{}",
                of.options().scale(), seeds <= MOST_NAMES ? "" : " where it stands out", picking);
    }

    private static Plot tellShares(Board board, List<String> names, List<Component> components) {
        Plot plot = board.plot(
                "shares",
                "What moves the score?",
                Axis.named("", names),
                Axis.linear("share of the variation (%)").range(0, PERCENT));
        Estimate[] shares = each(components, component -> component.share().times(PERCENT));
        for (int k = 0; k < shares.length; k++) {
            plot.colour(BLUE).band("", k + 1 - BAR, k + 1 + BAR, 0, shares[k].mean());
        }
        return plot.colour(BLUE).points("alone", numbered(shares.length), shares, shares[0].n());
    }

    /** Those that are shown, each at its number; no series where there is none. */
    private static <T> void add(
            Plot plot, String series, List<T> all, Predicate<T> shown, Function<T, Estimate> value) {
        double[] x = Arrays.stream(numbered(all.size()))
                .filter(k -> shown.test(all.get((int) k - 1)))
                .toArray();
        if (x.length > 0) {
            plot.points(series, x, all.stream().filter(shown).map(value).toArray(Estimate[]::new));
        }
    }

    /** The same at each place. */
    private static <T> Estimate[] each(List<T> all, Function<T, Estimate> value) {
        return all.stream().map(value).toArray(Estimate[]::new);
    }

    /** Seeds by rank: their names, or their ranks where they are too many. */
    private static Axis ranks(SeedReport of, List<String> names) {
        String what = of.options().seed();
        return names.size() <= MOST_NAMES
                ? Axis.named(what + ", best first", names)
                : Axis.linear("rank of " + what + ", best first").range(0.5, names.size() + 0.5);
    }

    private static void tellSeeds(Board board, ConditionsReport of, Axis leads) {
        GoldenSeeds golden = of.golden();
        List<GoldenSeeds.Seed> ranked =
                Arrays.stream(golden.ranking()).mapToObj(golden.seeds()::get).toList();
        double last = ranked.size() + 0.5;
        Plot plot = board.plot(
                        "seeds",
                        "Which seeds stand out?",
                        ranks(of, ranked.stream().map(GoldenSeeds.Seed::name).toList()),
                        leads)
                .colour(GREY)
                .band("dealt at random", 0.5, last, of.chanceLow(), of.chanceHigh())
                .level(LineKind.BORDER, "average seed", 0, 0.5, last)
                .colour(BLACK)
                .fit(
                        "fair guess",
                        numbered(ranked.size()),
                        rank -> ranked.get((int) rank - 1).shrunk());
        Predicate<GoldenSeeds.Seed> better = seed -> of.named(seed.name()) > 0;
        Predicate<GoldenSeeds.Seed> worse = seed -> of.named(seed.name()) < 0;
        add(plot.colour(GREEN), "better", ranked, better, GoldenSeeds.Seed::interval);
        add(plot.colour(RED), "worse", ranked, worse, GoldenSeeds.Seed::interval);
        Function<GoldenSeeds.Seed, Estimate> lead = ranked.size() <= MOST_NAMES
                ? GoldenSeeds.Seed::interval
                : seed -> new Estimate(seed.effect(), Double.NaN, Double.NaN, Double.NaN, seed.conditions());
        add(plot.colour(BLUE), "may be luck", ranked, better.or(worse).negate(), lead);
    }

    private static void tellPicking(Board board, ConditionsReport of, Axis lead) {
        List<HeldOut> picked = of.picked();
        double[] x = numbered(picked.size());
        String seeds = "seeds picked, of " + of.table().seeds().size();
        List<String> counts =
                picked.stream().map(gain -> String.valueOf(gain.chosen())).toList();
        board.plot("picking", "What is gained by picking the best?", Axis.named(seeds, counts), lead)
                .colour(GREY)
                .law("luck alone, where picked", x, k -> picked.get((int) k - 1).nullGain())
                .colour(BLUE)
                .named("elsewhere, predicted")
                .fit(
                        "predicted elsewhere",
                        x,
                        k -> picked.get((int) k - 1).predicted().mean())
                .level(LineKind.BORDER, "average seed", 0, 1, x.length)
                .colour(ORANGE)
                .points("where picked", x, each(picked, HeldOut::inSample))
                .colour(BLUE)
                .points("elsewhere", x, each(picked, HeldOut::heldOut));
    }

    private static void tellReliability(Board board, ConditionsReport of) {
        int conditions = of.table().conditions().size();
        double last = 1.5 * Math.max(2.0 * conditions, Math.min(of.conditionsNeeded(), 4 * conditions));
        Estimate here = of.components().icc().consistencyMean().cut(0, Double.POSITIVE_INFINITY);
        board.plot(
                        "reliability",
                        "How many conditions are enough?",
                        Axis.linear("conditions"),
                        Axis.linear("agreement of two rankings").range(0, 1))
                .colour(BLUE)
                .fit("by the shares", Line.even(1, last, CURVE_POINTS), of::reliability)
                .named("reliable")
                .level(LineKind.BORDER, "reliable", ConditionsReport.RELIABLE, 1, last)
                .colour(BLUE)
                .points("this table", new double[] {conditions}, here);
    }

    private static void tell(Board board, LoneReport of, Axis lead) {
        int[] order = of.ranking();
        double mean = Estimate.ofMeanOrNone(of.scores()).mean();
        double[] leads = Arrays.stream(order)
                .mapToDouble(seed -> of.scores()[seed] - mean)
                .toArray();
        int n = order.length;
        double far = of.outlierDistance();
        List<String> names =
                Arrays.stream(order).mapToObj(of.table().seeds()::get).toList();
        Plot seeds = board.plot("seeds", "The seeds, best first", ranks(of, names), lead);
        if (far < Double.POSITIVE_INFINITY) {
            seeds.colour(GREY).band("no outlier", 0.5, n + 0.5, -far, far);
        }
        seeds.level(LineKind.BORDER, "average seed", 0, 0.5, n + 0.5)
                .colour(BLUE)
                .points("a seed", numbered(n), leads);
        board.plot("luck", "Lead of the best by luck alone", Axis.log10("seeds tried"), lead)
                .colour(GREY)
                .anchored(
                        "by luck, on average",
                        new double[] {2, 3, 5, 8, 10, 20, 30, 50, 100, 200, 500, 1000},
                        m -> of.spread().mean() * ExtremeNull.expectedMax((int) m))
                .colour(BLUE)
                .points("the best here", new double[] {n}, leads[0]);
        board.stamp(String.valueOf(n));
        board.caption(
                "Seeds under one condition. (a) Lead of each seed over the average; draws from one normal"
                        + " distribution all lie in the strip (95 %, Grubbs' test). (b) Expected lead of the best of equally good seeds with the spread seen here.");
    }

    private static void tell(Board board, SourcesReport of) {
        List<Component> sources = of.sources();
        tellShares(board, of.briefNames(), of.components().components())
                .colour(ORANGE)
                .points(
                        "in all",
                        numbered(sources.size()),
                        each(sources, source -> source.totalShare().times(PERCENT)),
                        sources.get(0).totalShare().n());
        double[] runs = Line.logarithmic(1, PERCENT, CURVE_POINTS);
        Plot average = board.plot(
                        "average",
                        "How good is an average over runs?",
                        Axis.log10("runs"),
                        Axis.log10("standard error in " + of.options().scale()))
                .colour(BLUE)
                .fit("all redrawn", runs, r -> of.errorOfMean(0, r));
        int[] colours = {ORANGE, RED, GREEN, BLACK, GREY};
        for (int f = 0; f < sources.size(); f++) {
            double kept = sources.get(f).variance().mean();
            average.colour(colours[f % colours.length])
                    .fit("same " + sources.get(f).name(), runs, r -> of.errorOfMean(kept, r));
        }
        board.stamp(Arrays.stream(of.table().counts()).mapToObj(String::valueOf).collect(Collectors.joining(" × ")));
        board.caption(
                "Sources of randomness. (a) Shares of the variation of {}: alone (bars and circles) and with all interactions"
                        + " (squares), with 95 % intervals; interactions of two are named by the first letters of their sources. (b) Standard error of an average over runs that redraw every source,"
                        + " or that share one seed.",
                of.options().scale());
    }
}
