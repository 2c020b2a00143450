package org.noisebook.report;

import static org.noisebook.figure.Line.numbered;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.compare.Aggregate;
import org.noisebook.compare.Comparison;
import org.noisebook.compare.Curves;
import org.noisebook.compare.PairComparison;
import org.noisebook.compare.RankComparison;
import org.noisebook.compare.RunTable;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** A comparison of models as one figure: aggregates, shares of wins, performance profiles, and the critical difference of ranks. */
public final class ComparisonPlate {
    private static final int BLUE = 0;
    private static final int RED = 3;
    private static final int GREEN = 5;
    private static final int MOST = 12;
    private static final int MOST_LINES = 6;
    private static final int PROFILE_POINTS = 80;
    private static final int CURVE_POINTS = 200;
    private static final String CURVES =
            " Curves: means over runs with pointwise 95 % bands over seeds; dashed: over those that go on.";

    private ComparisonPlate() {}

    /** The figure of a comparison; of more than a dozen models the first dozen. */
    public static Story.Drawing of(Comparison of) {
        return of(of, Optional.empty());
    }

    /** The same with the curves of histories, one panel a task; of more than half a dozen tasks or models the first. */
    public static Story.Drawing of(Comparison of, Optional<Curves> curves) {
        var board = new Board("comparison", Preset.QUICK, null);
        List<Integer> order = of.ranking().subList(0, Math.min(MOST, of.models().size()));
        List<String> names = order.stream().map(m -> of.models().get(m).name()).toList();
        String scale = (of.standardised() ? "standardised " : "") + of.table().scale();
        board.plot(
                        "models",
                        "The middle half of all runs",
                        Axis.named("model, best first", names),
                        Axis.linear("interquartile mean of " + scale))
                .points(
                        "IQM",
                        numbered(names.size()),
                        order.stream().map(m -> of.models().get(m).iqm()).toArray(Estimate[]::new));
        wins(board, of, order);
        profiles(board, of, order, names, scale);
        of.ranks().ifPresent(ranks -> ranks(board, of, ranks));
        curves.ifPresent(all -> curves(board, of, all, names));
        board.stamp(of.table().runs() + " runs");
        board.caption(
                "Comparison of models. (a) Interquartile mean of all runs with 95 % intervals for these tasks [stratified bootstrap, expanded"
                        + " percentile]. (b) Share of wins of {} with the interval for a number of seeds fixed in advance, adjusted for all pairs;"
                        + " green: decided. (c) Share of runs that score more.{}{}",
                names.get(0),
                of.ranks()
                        .map(ranks ->
                                " (d) Critical-difference diagram [Demšar 2006]: models under one bar are not separated by their ranks over "
                                        + ranks.tasks() + " tasks [exact law of rank sums, 5 %].")
                        .orElse(""),
                curves.isPresent() ? CURVES : "");
        return board.drawing("");
    }

    private static void ranks(Board board, Comparison of, RankComparison ranks) {
        List<Integer> order =
                ranks.order().subList(0, Math.min(MOST, of.models().size()));
        double[] mean = order.stream().mapToDouble(m -> ranks.ranks()[m]).toArray();
        double last = mean[mean.length - 1];
        boolean known = Double.isFinite(ranks.criticalDifference());
        double step = (last - 1 + (known ? ranks.criticalDifference() : 1)) / 12;
        Plot plot = board.plot(
                        "ranks",
                        "Which ranks are separated?",
                        Axis.named(
                                "model, best first",
                                order.stream()
                                        .map(m -> of.models().get(m).name())
                                        .toList()),
                        Axis.linear("mean rank, 1 being best"))
                .colour(BLUE)
                .points("mean rank", numbered(mean.length), mean);
        if (known) {
            plot.colour(RED).line(LineKind.SAMPLE, "critical difference", new double[] {0.6, 0.6}, new double[] {
                1, 1 + ranks.criticalDifference()
            });
        }
        bars(plot, ranks.groups(), order, last + step, step);
    }

    /** A bar over each group, one above the other. */
    private static void bars(Plot plot, List<List<Integer>> groups, List<Integer> order, double from, double step) {
        double height = from;
        for (List<Integer> group : groups) {
            int first = order.indexOf(group.get(0)) + 1;
            int last = first + group.size() - 1;
            if (first > 0) {
                double[] x = {first - 0.2, Math.min(last, order.size()) + 0.2};
                plot.colour(GREEN)
                        .named(height == from ? "not separated" : "")
                        .line(LineKind.SAMPLE, "not separated " + first, x, new double[] {height, height});
                height += step;
            }
        }
    }

    private static void wins(Board board, Comparison of, List<Integer> order) {
        List<String> others = order.stream()
                .skip(1)
                .map(m -> of.models().get(m).name())
                .filter(name -> isPair(of, of.models().get(order.get(0)).name(), name))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        String first = of.models().get(order.get(0)).name();
        List<PairComparison> duels =
                others.stream().map(other -> of.duel(first, other)).toList();
        Plot plot = board.plot(
                        "wins",
                        "How often does " + first + " win?",
                        Axis.named("against", others),
                        Axis.linear("share of wins").range(0, 1))
                .level(LineKind.BORDER, "even", 0.5, 0.5, others.size() + 0.5);
        add(plot, "decided", GREEN, duels, true);
        add(plot, "undecided", RED, duels, false);
    }

    private static boolean isPair(Comparison of, String first, String second) {
        List<String> models = of.table().models();
        return of.duels().stream()
                .anyMatch(duel -> List.of(duel.first(), duel.second())
                        .containsAll(List.of(models.indexOf(first), models.indexOf(second))));
    }

    private static void add(Plot plot, String name, int colour, List<PairComparison> duels, boolean decided) {
        double[] x = Arrays.stream(numbered(duels.size()))
                .filter(k -> duels.get((int) k - 1).decidedAt() > 0 == decided)
                .toArray();
        if (x.length > 0) {
            plot.colour(colour)
                    .points(
                            name,
                            x,
                            Arrays.stream(x)
                                    .mapToObj(k -> duels.get((int) k - 1))
                                    .map(d -> new Estimate(
                                            d.wins(),
                                            Double.NaN,
                                            d.share().fixed().low(),
                                            d.share().fixed().high(),
                                            d.seeds()))
                                    .toArray(Estimate[]::new));
        }
    }

    private static void curves(Board board, Comparison of, Curves curves, List<String> names) {
        List<String> tasks = of.table().tasks();
        List<Plot> plots = new ArrayList<>();
        for (String task : tasks.subList(0, Math.min(MOST_LINES, tasks.size()))) {
            String title = tasks.size() == 1 ? "Step by step" : task;
            Axis steps = Axis.linear(curves.step());
            plots.add(board.plot(
                    "curves-" + (1 + plots.size()),
                    title,
                    steps,
                    Axis.linear(of.table().scale())));
        }
        for (Curves.Curve curve : curves.curves()) {
            int task = tasks.indexOf(curve.task());
            int model = names.indexOf(curve.model());
            if (task < plots.size() && model >= 0 && model < MOST_LINES) {
                curve(plots.get(task), model, curve);
            }
        }
    }

    /** Solid with its band where all runs have a score, dashed from there on; of many steps some. */
    private static void curve(Plot plot, int colour, Curves.Curve of) {
        int all = of.step().length;
        int every = 1 + all / CURVE_POINTS;
        IntPredicate some = k -> k % every == 0 || k == all - 1;
        int[] whole = IntStream.range(0, all)
                .filter(some.and(k -> of.mean()[k].n() == of.runs()))
                .toArray();
        int from = whole.length == 0 ? all : whole[whole.length - 1];
        int[] fewer = IntStream.range(from, all).filter(some).toArray();
        double[] x = at(whole, k -> of.step()[k]);
        if (x.length > 0 && Double.isFinite(of.mean()[whole[0]].low())) {
            double[] low = at(whole, k -> of.mean()[k].low());
            plot.colour(colour).named("").band(of.model() + ", 95 %", x, low, at(whole, k -> of.mean()[k].high()));
        }
        String left = fewer.length > 1 ? " (" + of.runs() + " to " + of.mean()[all - 1].n() + " runs)" : "";
        plot.colour(colour).named(of.model() + left);
        plot.line(LineKind.SAMPLE, of.model(), x, at(whole, k -> of.mean()[k].mean()));
        if (fewer.length > 1) {
            double[] y = at(fewer, k -> of.mean()[k].mean());
            plot.colour(colour).named("");
            plot.line(LineKind.BORDER, of.model() + ", fewer runs", at(fewer, k -> of.step()[k]), y);
        }
    }

    private static double[] at(int[] steps, IntToDoubleFunction number) {
        return IntStream.of(steps).mapToDouble(number).toArray();
    }

    private static void profiles(Board board, Comparison of, List<Integer> order, List<String> names, String scale) {
        RunTable used = of.scaled();
        double[] all = Arrays.stream(used.score())
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> !Double.isNaN(x))
                .sorted()
                .toArray();
        double low = all[all.length / 50];
        double high = all[all.length - 1];
        if (!(high > low)) {
            return;
        }
        Plot plot = board.plot(
                "profiles",
                "Performance profiles",
                Axis.linear((of.table().lowerIsBetter() ? "−" : "") + scale),
                Axis.linear("share of runs above").range(0, 1));
        double[] x = Line.even(low, high, PROFILE_POINTS);
        for (int k = 0; k < Math.min(MOST_LINES, order.size()); k++) {
            double[][] y = used.score()[order.get(k)];
            plot.colour(k)
                    .line(
                            LineKind.SAMPLE,
                            names.get(k),
                            x,
                            Arrays.stream(x).map(v -> Aggregate.profile(y, v)).toArray());
        }
    }
}
