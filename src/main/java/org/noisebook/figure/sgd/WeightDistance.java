package org.noisebook.figure.sgd;

import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Words;
import org.noisebook.sgd.TrainLongerConfig;
import org.noisebook.sgd.TrainLongerResult;
import org.noisebook.stats.Estimate;

/** The law of the distance of weights from their start while the rate is high: fits, what they leave, and the power between. */
final class WeightDistance {
    private static final TrainLongerConfig SMALL = TrainLongerConfig.standard();
    private static final Map<String, DoubleUnaryOperator> LAWS = new LinkedHashMap<>();

    static {
        LAWS.put("ln t", StrictMath::log);
        LAWS.put("√t", Math::sqrt);
    }

    /** How far p of a + b (tᵖ − 1)/p may lie from that of a law: half-way between ln t, 0, and √t, ½, is twice as far. */
    private static final double POWER_WINDOW = 0.125;

    /** Steps that the heavy ball remembers, 1/(1 − μ): before them weights fly rather than diffuse. */
    private static final double FIRST_STEP = Math.rint(1 / (1 - SMALL.momentum()));

    /** What R² of a distance rests on, in the small and in the longer run. */
    private static final String RECORDS =
            Words.say("updates {} to {}, records evenly in ln t, mean over replicas", FIRST_STEP, SMALL.firstPhase());

    private WeightDistance() {}

    /** Both panels and their claims. */
    static void tell(
            Board board,
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> longer) {
        Plot distance = board.plot(
                "distance", "Distance at the high rate", Axis.log2("update t"), Axis.linear("distance ‖w − w₀‖"));
        plotDistance(distance, "small", small, "a + b ln t", "a + b √t");
        plotDistance(distance.colour(1), "longer", longer, "", "");
        distance.legend(Corner.BELOW);
        tellResiduals(board, List.of(small, longer));
        claimDistances(board, small, longer);
    }

    /** The records of the high-rate phase that count. */
    private static TrainLongerResult phase(TrainLongerResult run) {
        return run.between(FIRST_STEP, SMALL.firstPhase());
    }

    private static void plotDistance(
            Plot plot, String name, Cell<TrainLongerConfig, TrainLongerResult> cell, String logs, String roots) {
        double[] x = phase(cell.runs().get(0)).step().toArray();
        IntFunction<Reduction<? super TrainLongerResult>> distance =
                k -> mean(run -> phase(run).distance().get(k));
        int[] thirds = IntStream.range(0, x.length).filter(k -> k % 3 == 0).toArray();
        double[] shown = Arrays.stream(thirds).mapToDouble(k -> x[k]).toArray();
        plot.points(name, shown, cell, k -> distance.apply(thirds[k]));
        if (cell.isWhole()) {
            double[] means = IntStream.range(0, x.length)
                    .mapToDouble(k -> cell.the(distance.apply(k)).mean())
                    .toArray();
            SimpleRegression log = regression(x, means, StrictMath::log);
            SimpleRegression root = regression(x, means, Math::sqrt);
            plot.colour(2)
                    .named(logs)
                    .fit(name + ", a + b ln t", x, t -> log.predict(StrictMath.log(t)))
                    .colour(Plot.GREY)
                    .named(roots)
                    .fit(name + ", a + b √t", x, t -> root.predict(Math.sqrt(t)));
        }
    }

    /** What ln t and √t leave of the distances, and the power between them that leaves least. */
    private static void tellResiduals(Board board, List<Cell<TrainLongerConfig, TrainLongerResult>> cells) {
        Plot plot = board.plot(
                        "residuals",
                        "What the fits leave",
                        Axis.log2("update t"),
                        Axis.linear("residual / mean distance"))
                .legend(Corner.BELOW);
        List<String> notes = new ArrayList<>();
        double[] x = phase(cells.get(0).runs().get(0)).step().toArray();
        int[] thirds = IntStream.range(0, x.length).filter(k -> k % 3 == 0).toArray();
        double[] shown = Arrays.stream(thirds).mapToDouble(k -> x[k]).toArray();
        for (var cell : cells) {
            String name = cell == cells.get(0) ? "small" : "longer";
            LAWS.forEach((law, of) -> plot.points(
                            name + ", " + law, shown, cell, k -> mean(run -> residual(run, of, thirds[k])))
                    .joined(name + ", " + law));
            Estimate power = cell.the(mean(WeightDistance::power));
            notes.add(Words.say(name + ": p = {}", power));
            String batches = "batches of " + cell.config().batchSize() + ", high-rate phase, " + RECORDS;
            for (String law : LAWS.keySet()) {
                double expected = law.equals("√t") ? 0.5 : 0;
                board.claim(
                                (expected > 0 ? "root-" : "logarithm-") + name,
                                "power p of a + b (tᵖ − 1)/p for the distance of the weights, " + law + " at p = "
                                        + Words.say("{}", expected) + ", " + batches)
                        .in("residuals")
                        .theory(expected)
                        .within(POWER_WINDOW)
                        .of(power)
                        .from((expected > 0
                                        ? "free diffusion, the control"
                                        : TrainLonger.PAPER + ", section 3: ‖w − w₀‖ ~ log t")
                                + "; window a quarter of the way between the two");
            }
        }
        plot.level(LineKind.BORDER, "none", 0, x[0], x[x.length - 1]).note(String.join("\n", notes));
    }

    private static double residual(TrainLongerResult run, DoubleUnaryOperator of, int k) {
        TrainLongerResult phase = phase(run);
        SimpleRegression fit =
                regression(phase.step().toArray(), phase.distance().toArray(), of);
        return (phase.distance().get(k)
                        - fit.predict(of.applyAsDouble(phase.step().get(k))))
                / (phase.distance().stream().sum() / phase.distance().size());
    }

    /** The p of the least squares of a + b (tᵖ − 1)/p, which is a + b ln t at 0 and as good as a + b √t at ½. */
    private static double power(TrainLongerResult run) {
        double[] logs = phase(run).step().stream().map(StrictMath::log).toArray();
        double[] distance = phase(run).distance().toArray();
        if (!Double.isFinite(distance[distance.length - 1])) {
            return Double.NaN;
        }
        return new BrentOptimizer(1e-9, 1e-9)
                .optimize(
                        new MaxEval(1000),
                        GoalType.MINIMIZE,
                        new SearchInterval(-2, 2),
                        new UnivariateObjectiveFunction(p -> regression(
                                        logs, distance, log -> p == 0 ? log : StrictMath.expm1(p * log) / p)
                                .getSumSquaredErrors()))
                .getPoint();
    }

    /** y = a + b of(x). */
    static SimpleRegression regression(double[] x, double[] y, DoubleUnaryOperator of) {
        SimpleRegression line = new SimpleRegression();
        for (int k = 0; k < x.length; k++) {
            line.addData(of.applyAsDouble(x[k]), y[k]);
        }
        return line;
    }

    /** R² of a fit of the distance in the high-rate phase. */
    private static double rSquare(TrainLongerResult run, DoubleUnaryOperator of) {
        return regression(phase(run).step().toArray(), phase(run).distance().toArray(), of)
                .getRSquare();
    }

    private static void claimDistances(
            Board board,
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> longer) {
        String square = "R² of a + b ln t for the distance of the weights, batches of 1024, √B rate, high-rate phase, ";
        board.claim("log", square + RECORDS + ", is above 0.98")
                .in("distance")
                .above(0.98)
                .of(longer.the(mean(run -> rSquare(run, StrictMath::log))).cut(Double.NEGATIVE_INFINITY, 1))
                .from(TrainLonger.PAPER + ", section 3, figure 2; interval cut at 1");
        claimBetter(board, "log-large", longer);
        claimBetter(board, "log-small", small);
    }

    private static void claimBetter(Board board, String name, Cell<TrainLongerConfig, TrainLongerResult> cell) {
        board.claim(
                        name,
                        "R² of a + b ln t less that of a + b √t for the distance of the weights, batches of "
                                + cell.config().batchSize() + ", high-rate phase, " + RECORDS + ", is above 0")
                .in("distance")
                .above(0)
                .of(cell.the(mean(run -> rSquare(run, StrictMath::log) - rSquare(run, Math::sqrt))))
                .from(TrainLonger.PAPER + ", section 3: ‖w − w₀‖ ~ log t");
    }
}
