package org.noisebook.papers.testerlearner;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.commons.math3.special.Gamma;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.LabelledCloud;

/**
 * A half-space is learned from noisy labels by projected SGD on a sigmoid of width σ; points near its boundary then tell whether the law is
 * normal there, as the learner's guarantee assumes.
 *
 * <p>The test is a Monte Carlo test of exact level 5 %: {@link StripMoments#deviation} against 99 draws under the normal law. If it accepts, a
 * point where the gradient vanishes lies within atan(σ/√(2 ln 2(1 − η))) of the truth, for a loss that sees only the strip (after
 * Diakonikolas and others 2020, arXiv 2006.06467).
 */
@Paper(
        key = "2302.14853",
        title = "An Efficient Tester-Learner for Halfspaces",
        cite = {
            "Gollakota, Klivans, Stavropoulos, Vasilyan 2023, arXiv 2302.14853",
            "Diakonikolas, Kontonis, Tzamos, Zarifis 2020, arXiv 2006.06467"
        },
        study = "tester-learner",
        version = 1,
        does = "Half-spaces learned under bounded label noise, and tests of the points near their boundary",
        figure = "tester-learner",
        shows = "Tests near a learned boundary, and what it costs to skip them",
        streams = {"training", "fresh", "null"})
public final class TesterLearner extends OnePaper<TesterLearner.Config, TesterLearner.Result> {
    /** How a direction is learned. */
    public enum Learner {
        /** The mean of y x. */
        AVERAGE,
        /** Projected SGD on the sigmoid loss, from there. */
        SGD
    }

    /** Where the true normal points. */
    public enum Direction {
        /** (1, 0, …, 0). */
        AXIS,
        /** (1, 1, …, 1)/√d. */
        DIAGONAL
    }

    /** Labelled points and a learner. */
    public record Config(
            @Parameter(
                    standard = "gaussian",
                    value = "law of the points: gaussian, laplace, rademacher (signs with a little noise) or gap")
            LabelledCloud.Marginal marginal,

            @Parameter(standard = "axis", value = "true normal w: axis or diagonal")
            Direction direction,

            @Parameter(standard = "10", range = "[3, 100]", symbol = "d", value = "dimensions")
            int dimension,

            @Parameter(standard = "40000", range = "[100, 10000000]", symbol = "n", value = "points")
            int points,

            @Parameter(
                    standard = "constant",
                    value = "where labels are flipped: constant, or wedge (w·x and v·x agree)")
            LabelledCloud.Flips flips,

            @Parameter(standard = "0.2", range = "[0, 0.5)", symbol = "η", value = "largest probability of a flip")
            double rate,

            @Parameter(standard = "0.2", range = "[0, 5]", value = "half the width of the gap")
            double gap,

            @Parameter(standard = "sgd", value = "average or sgd")
            Learner learner,

            @Parameter(
                    standard = "0.2",
                    range = "[0.01, 2]",
                    symbol = "σ",
                    value = "width of the sigmoid and half that of the strip")
            double width,

            @Parameter(standard = "0.1", range = "(0, 10]", value = "first learning rate, which falls to 0")
            double learningRate,

            @Parameter(standard = "2", range = "[1, 100]", value = "passes over the points, in batches of 100")
            int passes) {
        LabelledCloud cloud() {
            double[] w = new double[dimension];
            double[] v = new double[dimension];
            if (direction == Direction.AXIS) {
                w[0] = 1;
                v[1] = 1;
            } else {
                Arrays.fill(w, 1 / Math.sqrt(dimension));
                v[0] = Math.sqrt(0.5);
                v[1] = -v[0];
            }
            return new LabelledCloud(marginal, w, gap, flips, rate, v);
        }
    }

    /** The learned half-space and its test. */
    public record Result(
            @Parameter("angle to the true normal, in degrees")
            double angle,

            @Parameter("error on fresh points beyond that of the true half-space")
            double excess,

            @Parameter("largest excess that acceptance certifies")
            double certificate,

            @Parameter("points in the strip over their expectation")
            double mass,

            @Parameter("smallest eigenvalue of the second moments in the strip; 1 if it is nearly empty")
            double lowest,

            @Parameter("largest eigenvalue; 1 if it is nearly empty")
            double highest,

            @Parameter("largest departure from a normal law over the limit of 5 %; 1000 at most")
            double departure,

            @Parameter("1 if the test accepts") double accepted)
            implements Outcome {}

    // The study.

    private static final int BATCH = 100;
    private static final int DRAWS = 99;
    private static final double LEVEL = 0.05;
    private static final double MOST = 1000;

    @Override
    protected Result measure(Config c, Streams streams) {
        Grammar.stopIfInterrupted();
        LabelledCloud cloud = c.cloud();
        LabelledCloud.Sample sample = cloud.sample(streams.at("training"), c.points());
        double[] w = average(sample);
        if (c.learner() == Learner.SGD) {
            descend(c, sample, w);
        }
        StripMoments test = StripMoments.of(sample.x(), w, c.width());
        double limit = StripMoments.limit(c.points(), c.dimension(), c.width(), DRAWS, LEVEL, streams.at("null"));
        double departure = Math.min(MOST, test.deviation() / limit);
        double cosine = Math.min(1, Grammar.sum(w.length, j -> w[j] * cloud.w()[j]));
        return new Result(
                StrictMath.toDegrees(StrictMath.acos(cosine)),
                excess(c, cloud, w, streams.at("fresh")),
                certificate(c.width(), c.rate()) / Math.PI,
                test.mass(),
                Double.isNaN(test.lowest()) ? 1 : test.lowest(),
                Double.isNaN(test.highest()) ? 1 : test.highest(),
                departure,
                departure <= 1 ? 1 : 0);
    }

    private static double[] average(LabelledCloud.Sample sample) {
        double[] w = new double[sample.x().length];
        Arrays.setAll(w, j -> Grammar.sum(sample.y().length, k -> sample.y()[k] * sample.x()[j][k]));
        return unit(w);
    }

    private static double[] unit(double... w) {
        double length = Math.sqrt(Grammar.sum(w.length, j -> w[j] * w[j]));
        Arrays.setAll(w, j -> w[j] / length);
        return w;
    }

    /** Steps against the gradient of 1/(1 + e^{y w·x/σ}), across w. */
    private static void descend(Config c, LabelledCloud.Sample sample, double... w) {
        int d = w.length;
        int batches = c.points() / BATCH;
        int steps = batches * c.passes();
        double[] gradient = new double[d];
        for (int step = 0; step < steps; step++) {
            Grammar.stopIfInterrupted();
            Arrays.fill(gradient, 0);
            int from = step % batches * BATCH;
            for (int k = from; k < from + BATCH; k++) {
                double side = 0;
                for (int j = 0; j < d; j++) {
                    side += w[j] * sample.x()[j][k];
                }
                double e = StrictMath.exp(-Math.abs(side) / c.width());
                double weight = -sample.y()[k] * e / ((1 + e) * (1 + e)) / c.width() / BATCH;
                for (int j = 0; j < d; j++) {
                    gradient[j] += weight * sample.x()[j][k];
                }
            }
            double along = Grammar.sum(d, j -> gradient[j] * w[j]);
            double rate = c.learningRate() * (1 - (double) step / steps);
            Arrays.setAll(w, j -> w[j] - rate * (gradient[j] - along * w[j]));
            unit(w);
        }
    }

    /** Mean of (1 − 2η(x)) where both half-spaces disagree, on a quarter as many fresh points. */
    private static double excess(Config c, LabelledCloud cloud, double[] w, Stream stream) {
        int count = c.points() / 4;
        double[][] x = cloud.sample(stream, count).x();
        double sum = 0;
        for (int k = 0; k < count; k++) {
            double mine = 0;
            double right = 0;
            double other = 0;
            for (int j = 0; j < w.length; j++) {
                mine += w[j] * x[j][k];
                right += cloud.w()[j] * x[j][k];
                other += cloud.v()[j] * x[j][k];
            }
            boolean exposed = c.flips() == LabelledCloud.Flips.CONSTANT || right * other > 0;
            sum += mine * right > 0 ? 0 : 1 - 2 * (exposed ? c.rate() : 0);
        }
        return sum / count;
    }

    /** The largest angle at which the gradient may vanish under normal points, in radians. */
    static double certificate(double width, double rate) {
        return StrictMath.atan(width / Math.sqrt(2 * StrictMath.log(2 * (1 - rate))));
    }

    /** The mean angle by which averaging errs under constant flips, in degrees: that of d − 1 normal numbers. */
    static double averaging(int dimension, int points, double rate) {
        double chi =
                Math.sqrt(2) * StrictMath.exp(Gamma.logGamma(dimension / 2.0) - Gamma.logGamma((dimension - 1) / 2.0));
        return StrictMath.toDegrees(chi / Math.sqrt(points) / ((1 - 2 * rate) * Math.sqrt(2 / Math.PI)));
    }

    /** The angle by which averaging errs under flips in a wedge, in degrees: it follows them by η/(1 − η). */
    static double wedge(double rate) {
        return StrictMath.toDegrees(StrictMath.atan(rate / (1 - rate)));
    }

    @Override
    public double work(Config c) {
        return (double) c.points() * c.dimension() * (3 + 2 * c.passes() + 0.2 * c.dimension());
    }

    @Override
    public long memory(Config c) {
        return 20L * c.points() * (c.dimension() + 1) + (1L << 24);
    }

    // The figure.

    private static final List<String> LAWS = List.of("gaussian", "laplace", "rademacher", "gap");

    @Override
    protected void tell(Board board) {
        board.title(
                "Tests near the boundary accept normal points and reject three others",
                "Tests near the boundary do not tell normal points from others",
                "Tests near the boundary may tell normal points from others");
        board.subtitle("Half-spaces w·x > 0 in 10 dimensions; the test looks at points near the learned boundary");
        board.show("test", "angle");
        int n = board.choose(76, 400);
        int few = board.choose(16, 200);
        BiFunction<String, String, Line<Config, Result>> setting =
                (direction, words) -> on(board, "14,000 points, w " + words)
                        .with("points=14000, direction=" + direction)
                        .replicas(c -> c.marginal() == LabelledCloud.Marginal.GAUSSIAN ? few : n)
                        .each("marginal", LAWS.toArray(String[]::new));
        Line<Config, Result> axis = setting.apply("axis", "along an axis");
        Line<Config, Result> diagonal = setting.apply("diagonal", "along (1, …, 1)");
        board.replicas(240, 2000);
        var level = on(board, "normal points, n = 4,000").with("points=4000").cell();
        var untested = on(board, "14,000 points of signs, w along (1, …, 1), wedge noise, SGD")
                .with("points=14000, marginal=rademacher, direction=diagonal, flips=wedge")
                .replicas(c -> few)
                .cell();
        board.replicas(40, 400);
        var averaged = on(board, "40,000 normal points, mean of y x, by noise")
                .with("learner=average")
                .each("flips", "constant", "wedge");
        board.replicas(few);
        var learned = on(board, "40,000 normal points, SGD, by noise").each("flips", "constant", "wedge");
        board.stamp(n + "; normal points and SGD " + few);

        double[] places = Line.numbered(LAWS.size());
        Axis kinds = Axis.named("", List.of("normal", "Laplace", "signs", "gap"));
        Plot test = board.plot(
                        "test",
                        "Departure from normal",
                        kinds,
                        Axis.log10("departure / 5 % limit: rejected above 1").range(0.3, 3000))
                .points("w on an axis", axis, Reduction.mean(Result::departure))
                .points("w diagonal", diagonal, Reduction.mean(Result::departure))
                .level("rejected above", 1)
                .text(3, 30, "no point near");
        Plot angle = board.plot(
                        "angle",
                        "Angle to the truth",
                        Axis.named("flipped labels", List.of("20 % anywhere", "20 % in a wedge")),
                        Axis.log10("angle (degrees)").range(0.5, 30))
                .colour(2)
                .points("mean of y x", averaged, Reduction.mean(Result::angle));
        double[] theory = {averaging(10, 40_000, 0.2), wedge(0.2)};
        for (int k = 0; k < 2; k++) {
            angle.named("").line(LineKind.THEORY, "mean of y x", new double[] {k + 0.7, k + 1.3}, new double[] {
                theory[k], theory[k]
            });
        }
        angle.colour(3).points("then SGD", learned, Reduction.mean(Result::angle));

        String fixed = "set before the run";
        for (int k = 0; k < LAWS.size(); k++) {
            for (Line<Config, Result> line : List.of(axis, diagonal)) {
                String name = LAWS.get(k) + (line == axis ? "-axis" : "-diagonal");
                if (k > 0) {
                    test.claim("reject-" + name, "fraction accepted", line, places[k])
                            .says("Laplace points, signs and a gap are rejected | fraction accepted")
                            .below(0.05, 0, 1)
                            .control("claim: level")
                            .of(line.at(places[k]).the(Reduction.share(Result::accepted, 1)))
                            .from(source(), "bound " + fixed);
                }
            }
        }
        test.claim("level", "fraction accepted", level, 1)
                .says("Normal points are accepted in 95 % of runs | fraction, n = 4,000")
                .theory(0.95, 0.05)
                .range(0, 1)
                .control("claim: reject-laplace-axis")
                .of(level.at(1).the(Reduction.share(Result::accepted, 1)))
                .from(source(), "exact level of a Monte Carlo test; window " + fixed);
        for (int k = 1; k <= 2; k++) {
            angle.claim("averaging-" + k, "angle of the mean of y x in degrees", averaged, k)
                    .says("The mean of y x errs as theory predicts | degrees")
                    .theory(theory[k - 1])
                    .control("claim: sgd-" + k)
                    .of(averaged.at(k), Result::angle)
                    .from(k == 1 ? "chi law of d − 1 normal numbers; window 10 %" : "atan ¼; window 10 %");
        }
        double[] bound = {3, 6};
        double[] most = {0.015, 0.02};
        for (int k = 1; k <= 2; k++) {
            angle.claim("sgd-" + k, "angle of SGD in degrees", learned, k)
                    .says("SGD errs less than 3° and 6° | degrees")
                    .below(bound[k - 1])
                    .control("claim: averaging-" + k)
                    .of(learned.at(k), Result::angle)
                    .from(source(), "bound " + fixed);
            board.claim("excess-" + k, "excess error of SGD", learned, k)
                    .below(most[k - 1])
                    .control("claim: untested")
                    .of(learned.at(k), Result::excess)
                    .from(source(), "bound " + fixed);
        }
        board.claim("excess-average", "excess error of the mean of y x", averaged, 2)
                .above(0.02)
                .of(averaged.at(2), Result::excess)
                .from("control: averaging follows the flips in the wedge");
        board.claim("law", "excess error over (1 − 2η) θ/π", averaged, 1)
                .theory(1)
                .control("claim: excess-average")
                .of(averaged.at(1), r -> r.excess() / (0.6 * r.angle() / 180))
                .from("normal points; window 10 %");
        board.claim("sound", "largest excess error over its certificate", learned, 2)
                .below(1)
                .control("run: a wider sigmoid, whose certificate grows")
                .of(learned.at(2)
                        .the(Reduction.by(runs -> Estimate.ofLargest(runs.stream()
                                .mapToDouble(r -> r.excess() / r.certificate())
                                .toArray()))))
                .from("an angle of at most atan(σ/√(2 ln 2(1 − η))) over π");
        board.claim("conservative", "excess error where the test rejects a gap", axis, 4)
                .below(0.001)
                .control("claim: excess-average")
                .of(axis.at(4), Result::excess)
                .from("the test is conservative: an empty strip helps the learner; bound " + fixed);
        board.claim("untested", "excess error without the test", untested, 1)
                .above(0.02)
                .of(untested.at(1), Result::excess)
                .from("control: where the test rejects, the bound that SGD keeps on normal points fails");
        board.caption("""
                Labels are the side of w·x = 0, flipped with probability 0.2 everywhere, or only where w·x and v·x agree (wedge). Learner: the mean of y x, then projected SGD on \
                the sigmoid of y w·x/σ, σ = 0.2. Test: number of points with |w·x| ≤ σ and the eigenvalues of their second moments across w; (a) the largest departure from a normal law, \
                each in units of its theoretical scale, over what 5 % of draws under the normal law exceed. Signs: ±1 with noise of 0.1; gap: normal points with |w·x| ≥ 0.2. 14,000 points. \
                (b) 40,000 normal points; lines: mean angle of d − 1 normal numbers, and atan ¼. In the table: fractions, excess error, certificate. {} replicas; normal points in (a) and SGD {}, means 40; 95 % intervals.""", n, few);
    }

    @Override
    protected String says() {
        return """
                A learner's guarantee holds under assumptions that its user cannot check: here, normal points and labels flipped with probability at most η. The paper's
                tester-learner runs tests first and speaks only if they accept. They look where errors arise, at the points near the learned boundary: how many there are, and
                their second moments across it. Here each departure is measured in units of its theoretical scale (the standard error of the number, the Marchenko-Pastur edges
                of the moments), and the limit of the largest comes from 99 draws under the normal law, so that 5 % of normal samples are rejected over all tests
                together. The edges alone would reject 22 %.

                Normal points are accepted in 95 % of runs. Laplace points, signs with a little noise, and normal points with a gap around the boundary are always rejected, with w along
                an axis and along the diagonal. The direction matters: the number of points in the strip betrays Laplace points on an axis (1.54 times what is expected), not on the
                diagonal (1.03), where the second moments do. On normal points the mean of y x errs by 1.8° under flips of 20 % anywhere, and by 14° (atan ¼) if only one wedge is
                flipped; projected SGD from there errs by 0.9° and 4.6°, with excess errors of 0.003 and 0.015. Without its test the same learner reaches 0.041 on signs in a wedge, more than twice
                as much. The test is conservative: with a gap the learner is perfect, and is rejected. In practice: test the points near the boundary, in the direction
                you learned, and take the limit from simulation.""";
    }
}
