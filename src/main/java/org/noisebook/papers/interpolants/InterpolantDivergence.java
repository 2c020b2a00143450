package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.stats.Estimate;

/** Estimators of the KL divergence caused by a known error of a flow, compared with closed forms. */
public final class InterpolantDivergence extends Story {
    private static final InterpolantErrorStudy STUDY = new InterpolantErrorStudy();
    private static final String SOURCE =
            "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797; the text read prints −(y − 1)";
    private static final double[] SHIFTS = {0.05, 0.1, 0.2, 0.5, 1};
    private static final double JUDGED_SHIFT = 0.5;

    /** An estimator of KL from y = ρ̂/ρ; its variance over points, measured and in closed form for normal log y of variance a². */
    private record Estimator(
            String name, ToDoubleFunction<InterpolantErrorStudy.Result> variance, DoubleUnaryOperator law) {}

    private static final Estimator PLAIN =
            new Estimator("−log y", InterpolantErrorStudy.Result::plainVariance, a -> a * a);
    private static final Estimator CONTROLLED = new Estimator(
            "−log y + (y − 1)", InterpolantErrorStudy.Result::controlledVariance, a -> StrictMath.expm1(a * a) - a * a);
    private static final Estimator PRINTED = new Estimator(
            "−log y − (y − 1): printed sign",
            InterpolantErrorStudy.Result::printedVariance,
            a -> StrictMath.expm1(a * a) + 3 * (a * a));

    /** The figure. */
    public InterpolantDivergence() {
        super("interpolant-divergence", "Estimators of KL from densities along a flow", STUDY.sources());
    }

    /** The flow that moves N(0, 1) by a shift: KL = shift²/2. */
    private static InterpolantErrorStudy.Config shifted(double shift, int points) {
        return new InterpolantErrorStudy.Config(
                ExactPair.STANDARD,
                PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                new FieldError.Growing(shift, 0),
                new FieldError.None(),
                Doubles.of(),
                20,
                points);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: as-printed");
        board.title(
                "The control variate y − 1 lowers the variance of KL",
                "The control variate does not lower the variance of KL",
                "The control variate may lower the variance of KL");
        board.subtitle("Variance of a one-sample estimate of the KL divergence, against the shift of a Gaussian");
        board.sixDigits();
        int n = board.replicas(8, 16);
        int points = board.choose(4000, 40_000);
        Line<?, InterpolantErrorStudy.Result> shifts = board.along(STUDY, SHIFTS, shift -> shifted(shift, points));
        Axis x = Axis.log10("shift a = √(2 KL)").range(0.04, 1.2);
        Axis y = Axis.log10("variance of a one-sample estimate").range(1e-6, 10);
        Plot plot = board.plot("variances", "Scatter of three estimators of KL", x, y);
        for (Estimator one : List.of(PLAIN, CONTROLLED, PRINTED)) {
            plot.law(one.name, Line.logarithmic(0.05, 1, 121), one.law).points(one.name, shifts, mean(one.variance));
        }
        var judged = shifts.at(JUDGED_SHIFT);
        double plain = PLAIN.law.applyAsDouble(JUDGED_SHIFT);
        plot.claim("control", "ratio of variances of KL estimators at KL = 1/8, −log y + y − 1 to −log y")
                .says("At shift ½, adding y − 1 lowers the variance | variance / that of −log y")
                .theory(CONTROLLED.law.applyAsDouble(JUDGED_SHIFT) / plain)
                .judge(judged, run -> run.controlledVariance() / run.plainVariance(), SOURCE);
        board.claim("control-mean", "ratio of the mean of −log y + y − 1 to the exact KL = 1/8")
                .theory(1)
                .judge(judged, run -> run.controlledDivergence() * 2 / plain, SOURCE);
        plot.claim(
                        "as-printed",
                        "ratio of variances of KL estimators at KL = 1/8 is below 1, −log y − (y − 1) (printed sign) to −log y")
                .control("claim: control")
                .says("With the printed sign, the variance falls, too | variance / that of −log y")
                .below(1)
                .judge(judged, run -> run.printedVariance() / run.plainVariance(), SOURCE);
        board.claim("control-sign", "smallest value of −log y + y − 1 over points is at least 0")
                .identity(0, 0)
                .window(0, Double.POSITIVE_INFINITY)
                .judge(judged.the(least(InterpolantErrorStudy.Result::controlledLeast)), SOURCE);
        board.claim("as-printed-sign", "smallest value of −log y − (y − 1) over points is at least 0")
                .control("claim: control-sign")
                .says("With the printed sign, no estimate is negative | smallest estimate")
                .above(0)
                .judge(judged.the(least(InterpolantErrorStudy.Result::printedLeast)), SOURCE);
        board.caption(
                "KL(ρ ‖ ρ̂) of a flow whose error shifts N(0, 1) by a, estimated as the mean over points x ~ ρ of −log"
                        + " y, y = ρ̂/ρ, without and with a control variate of mean 0. Variance over {} points against the"
                        + " shift. Lines: closed forms, a² for −log y and about a⁴/2 with + (y − 1). Points: means with 95"
                        + " % t intervals over {} replicas.",
                points, n);
    }

    /** The smallest value over replicas, a fact about these points and not an estimate. */
    private static Reduction<InterpolantErrorStudy.Result> least(ToDoubleFunction<InterpolantErrorStudy.Result> value) {
        return Reduction.by(runs -> {
            double least = runs.stream().mapToDouble(value).min().orElse(Double.NaN);
            return new Estimate(least, Double.NaN, least, least, runs.size());
        });
    }
}
