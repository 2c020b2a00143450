package org.noisebook.papers.edge;

import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.StopReason;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.NetworkTraining;

/**
 * The largest eigenvalue λ of the Hessian of the training loss (the sharpness): with squared loss, gradient descent reaches 2/η from below
 * and from above; with the hinge loss it does not.
 *
 * <p>The training is that of {@link NetworkStudy}, bit for bit; {@link LossHessian} gives the eigenvalues for the loss of all training points.
 *
 * <p><b>Streams</b>: those of the study {@code network}. <b>Cost</b>: the training, and about 60 products with the Hessian per record, each
 * worth four gradients of all points.
 */
@Paper(
        key = "2103.00065",
        title = "Gradient descent on neural networks typically occurs at the edge of stability",
        cite = {
            "Cohen, Kaur, Li, Kolter, Talwalkar 2021, arXiv 2103.00065",
            "Lewkowycz, Bahri, Dyer, Sohl-Dickstein, Gur-Ari 2020, The large learning rate phase of deep learning: the"
                    + " catapult mechanism, arXiv 2003.02218"
        },
        study = "sharpness",
        version = 3,
        does = "The largest eigenvalue of the Hessian during training",
        figure = "edge-of-stability",
        shows = "Gradient descent on squared loss sharpens to 2/η and stays there",
        streams = {"init", "data", "test", "order"})
public final class EdgeOfStability extends OnePaper<EdgeOfStability.Config, EdgeOfStability.Result> {
    /** The training of one network, along which the sharpness is measured. */
    public record Config(
            @Parameter(
                    standard = "networkConfig(dataset=stripe, task=parity, dimension=6, trainSize=128, testSize=0,"
                            + " network=fullyConnected(depth=2, width=24, activation=tanh), outputScale=2, batchSize=128,"
                            + " noise=minibatch, learningRate=16, precision=float64, sampleCap=256000, probeSize=0)",
                    value =
                            "the training, as in the study network; gradient descent with batchSize=trainSize, and float64")
            NetworkConfig training,

            @Parameter(
                    standard = "30",
                    range = "[2, 10000]",
                    value = "number of equally spaced measurements of the sharpness")
            int records) {
        /** Rejects networks whose Hessian is not implemented. */
        public Config {
            if (!(training.network() instanceof FullyConnected)) {
                throw new IllegalArgumentException(
                        "training.network must be fullyConnected, the only one with a Hessian, got "
                                + Schema.formatValue(training.network()));
            }
        }

        /** The steps at which the sharpness is measured, evenly spaced and without repeats; the last is the step limit. */
        public long[] moments() {
            long steps = training.sampleCap() / training.batchSize();
            int last = (int) Math.min(records, steps);
            return LongStream.rangeClosed(0, last)
                    .map(k -> k == 0 ? 0 : steps / last * k + steps % last * k / last)
                    .toArray();
        }
    }

    /** The sharpness λ during training in units of its edge 2/η, that is λη/2; loss and λ are 0 once the hinge loss is fitted. */
    public record Result(
            @Parameter(symbol = "λη/2", value = "sharpness over its edge 2/η at the start")
            double startSharpness,

            @Parameter(
                    "mean of the same over measurements in the later half of the steps, before the training has fitted; NaN without any")
            double lateSharpness,

            @Parameter("the same for the Gauss–Newton part") double lateGaussNewton,

            @Parameter("share of the steps of that half that raise the loss, from at most a thousand of them")
            double lateRises,

            @Parameter("loss on the training points at the end")
            double trainLoss,

            @Parameter("loss on the test points at the end") double testLoss,

            @Parameter("norm of the tangent kernel's change over its initial norm at the end")
            double kernelChange,

            @Parameter(length = "moments", value = "training loss at the measurements")
            Doubles loss,

            @Parameter(length = "moments", value = "sharpness over its edge at the measurements")
            Doubles sharpness,

            @Parameter(length = "moments", value = "the same for the Gauss–Newton part at the measurements")
            Doubles gaussNewton)
            implements Outcome {}

    // The study.

    private static final NetworkStudy TRAINING = new NetworkStudy();
    /** Cost of the eigenvalues of one record, in forward passes. */
    private static final double PASSES = 600;

    /** Most steps of the later half, evenly spaced, at which the change of the loss is checked. */
    private static final int FOLLOWED = 1000;

    /** Loss and sharpness at a step. */
    private record Look(long step, double loss, double sharpness, double gaussNewton) {}

    @Override
    protected Result measure(Config c, Streams streams) {
        NetworkConfig of = c.training();
        NetworkTraining training = new NetworkTraining(of, streams);
        LossHessian hessian = new LossHessian(
                (FullyConnected) of.network(),
                training.train(),
                training.trainOutputsAtStart(),
                NetworkTraining.rule(of));
        long[] moments = c.moments();
        List<Look> looks = new ArrayList<>();
        long half = moments[moments.length - 1] / 2;
        long every = Math.max(1, half / FOLLOWED);
        long[] at = LongStream.concat(
                        Arrays.stream(moments),
                        LongStream.range(0, half / every)
                                .map(k -> half + k * every)
                                .flatMap(step -> LongStream.of(step, step + 1)))
                .sorted()
                .distinct()
                .toArray();
        Rises rises = new Rises();
        NetworkResult end = training.run(at, step -> {
            double loss = training.trainLoss();
            if (step >= half) {
                rises.see(step, loss);
            }
            if (Arrays.binarySearch(moments, step) >= 0) {
                looks.add(look(hessian, training.weights(), step, loss, of));
            }
        });
        if (end.stopReason() == StopReason.DIVERGED) {
            throw new Outcome.Diverged();
        }
        if (looks.stream().allMatch(look -> look.step < end.steps())) {
            looks.add(look(hessian, training.weights(), end.steps(), end.trainLoss(), of));
        }
        List<Look> late = looks.stream().filter(look -> look.step >= half).toList();
        return new Result(
                looks.get(0).sharpness,
                mean(late, Look::sharpness),
                mean(late, Look::gaussNewton),
                rises.share(),
                end.trainLoss(),
                end.testLoss(),
                end.relativeKernelChange(),
                column(looks, moments.length, Look::loss),
                column(looks, moments.length, Look::sharpness),
                column(looks, moments.length, Look::gaussNewton));
    }

    private static Look look(LossHessian hessian, double[] weights, long step, double loss, NetworkConfig of) {
        stopIfInterrupted();
        hessian.set(weights);
        double unit = of.learningRate() / 2;
        return new Look(step, loss, unit * hessian.largest(), unit * hessian.largestGaussNewton());
    }

    /** Counts the steps that raise the loss. */
    private static final class Rises {
        private long last = Long.MIN_VALUE;
        private double loss;
        private int steps;
        private int up;

        void see(long step, double now) {
            if (step == last + 1) {
                steps++;
                up += now > loss ? 1 : 0;
            }
            last = step;
            loss = now;
        }

        double share() {
            return (double) up / steps;
        }
    }

    private static double mean(List<Look> looks, ToDoubleFunction<Look> value) {
        return looks.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** A column of values, padded with zeros after the last measurement. */
    private static Doubles column(List<Look> looks, int count, ToDoubleFunction<Look> value) {
        return Doubles.of(Arrays.copyOf(looks.stream().mapToDouble(value).toArray(), count));
    }

    @Override
    public double work(Config c) {
        NetworkConfig of = c.training();
        return TRAINING.work(of)
                + PASSES * c.records() * of.trainSize() * of.network().multiplyAdds(of.inputDimension());
    }

    @Override
    public long memory(Config c) {
        NetworkConfig of = c.training();
        int[] blocks = of.network().blockSizes(of.inputDimension());
        long basis = 60L * Arrays.stream(blocks).sum();
        long layers = 9L * of.trainSize() * (of.network().hiddenLength(of.inputDimension()) + of.inputDimension());
        return TRAINING.memory(of) + (basis + layers) * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config c) {
        return TRAINING.inputs(c.training());
    }

    // The figure.

    private static final int POINTS = 128;
    private static final int STEPS = 2000;
    /** Half-width of the window around the edge. */
    private static final double WINDOW = 0.03;

    private static final int CATAPULT_STEPS = 600;
    private static final Axis STEP = Axis.linear("steps of gradient descent");
    private static final Axis SHARPNESS = Axis.linear("sharpness λ over its edge 2/η");

    @Override
    protected void tell(Board board) {
        board.control("claim: slow");
        board.title(
                "Gradient descent sharpens up to the stability edge 2/η and stays there",
                "Gradient descent does not stay at the stability edge 2/η",
                "Gradient descent may settle at the stability edge 2/η");
        board.subtitle("Largest Hessian eigenvalue λ over 2/η along full-batch gradient descent");
        board.show("sharpness", "catapult", "hinge");
        int n = board.replicas(3, 16);
        int records = board.choose(24, 100);
        var all = on(board, "squared loss, 2,000 steps").with("training.loss=squared, records=" + records);
        var squares = all.along("training.learningRate", 4, 16, 32, 96);
        // In some replicas no late step raises the loss, in others half of them do: ten replicas give the mean to 0.16.
        board.replicas(10, 16);
        var many = on(board, "squared loss, 2,000 steps")
                .with("training.loss=squared, records=" + records + ", training.learningRate=16")
                .cell();
        board.replicas(3, 16);
        var catapult = all.with("training.sampleCap=" + CATAPULT_STEPS * POINTS + ", training.learningRate=96")
                .cell()
                .last();
        var hinge = on(board, "hinge loss").with("records=" + 2 * records).along("training.learningRate", 16);

        Plot plot = board.plot("sharpness", "From below", STEP, SHARPNESS)
                .named("edge 2/η")
                .level(LineKind.THEORY, "2/η", 1, 0, STEPS);
        String late = "mean sharpness λη/2 over the later half of training";
        draw(plot, "η = 4", squares.at(4), Result::sharpness, Reduction::mean);
        for (int rate : new int[] {16, 32}) {
            draw(plot, "η = " + rate, squares.at(rate), Result::sharpness, Reduction::mean);
            plot.claim("late-" + rate, late, squares, rate, Result::lateSharpness)
                    .says("At η = 16 and 32, sharpness rises to 2/η and hovers there")
                    .theory(1, WINDOW)
                    .from(source() + ", section 3", "window 3 % set before the run");
        }
        for (int rate : new int[] {4, 16}) {
            plot.claim("sharpens-" + rate, "ratio of the late mean to the initial sharpness", squares, rate)
                    .control("run: η = 96, which starts above the edge and whose λ falls")
                    .of(squares.at(rate).the(Reduction.geometric(run -> run.lateSharpness() / run.startSharpness())))
                    .says("Below the edge, the sharpness grows during training | late / initial sharpness")
                    .above(1)
                    .from(source() + ", section 3.1: progressive sharpening");
        }
        plot.claim("slow", late, squares, 4, Result::lateSharpness)
                .below(1 - WINDOW)
                .from("control: a learning rate too small to reach the window");
        plot.claim(
                        "gauss-newton",
                        "Gauss–Newton part's share of the " + late,
                        squares,
                        16,
                        run -> run.lateGaussNewton() / run.lateSharpness())
                .control("claim: hinge-highest")
                .theory(1, 0.02)
                .from(source() + ", appendix", "window 2 % set before the run");

        Plot loss = board.plot("loss", "Training loss", STEP, Axis.log10("training loss"));
        for (int rate : new int[] {4, 16, 32}) {
            draw(loss, "η = " + rate, squares.at(rate), Result::loss, Reduction::geometric);
        }
        loss.claim("monotone", "share of steps in the later half that raise the loss", squares, 4, Result::lateRises)
                .control("claim: rises-16")
                .below(0.01)
                .from("below its edge, a step of gradient descent cannot raise the loss");
        loss.claim("rises-16", "share of steps in the later half that raise the loss", many)
                .control("claim: monotone")
                .says(
                        "At the edge, more than a tenth of late steps raise the loss | share of steps that raise the loss")
                .above(0.1, 0, 1)
                .of(many.last(), Result::lateRises)
                .from(source() + ", section 3.3: not monotone; ten times the bound below the edge");

        Plot throwing = board.plot("catapult", "From above", STEP.range(0, 1.02 * CATAPULT_STEPS), SHARPNESS)
                .level(LineKind.THEORY, "2/η", 1, 0, CATAPULT_STEPS);
        draw(throwing, "η = 96", catapult, Result::sharpness, Reduction::mean);
        throwing.claim("start", "initial sharpness λη/2", squares, 96, Result::startSharpness)
                .control("claim: slow")
                .above(1 + WINDOW)
                .from("chosen in a pilot at another root seed");
        throwing.claim("thrown", late, squares, 96, Result::lateSharpness)
                .says("At η = 96, training falls back from above to the edge 2/η")
                .theory(1, WINDOW)
                .from("arXiv 2003.02218 and 2103.00065; window 3 % set before the run");

        Plot losses = board.plot("hinge", "Hinge loss", STEP, SHARPNESS).level(LineKind.THEORY, "2/η", 1, 0, STEPS);
        draw(losses, "squares, η = 16", squares.at(16), Result::sharpness, Reduction::mean);
        draw(losses, "hinge, η = 16", hinge.last(), Result::sharpness, Reduction::mean);
        losses.claim(
                        "hinge-highest",
                        "largest measured sharpness λη/2",
                        hinge,
                        16,
                        run -> run.sharpness().stream().max().orElseThrow())
                .control("claim: late-16")
                .says("With the hinge loss, the sharpness stays below the edge")
                .below(1 - WINDOW)
                .from("its Gauss–Newton part is 0; bound set before the run");
        board.caption("""
                Largest eigenvalue λ of the Hessian of the training loss along full-batch gradient descent: 128 points of a stripe in \
                six dimensions, two hidden layers of 24 tanh units, targets ±1/2, no biases. In units of 2/η, above which descent on a quadratic \
                diverges. (a) From below: at η = 16 and 32 it rises to 1 and hovers; at η = 4 it does not reach 1. (b) From above: at η = \
                96 the initial weights are unstable and are thrown to where λ is smaller. (c) Hinge loss of margin 1/2 from the same \
                initial weights: only the curvature of the network counts, and none is left once all points are fitted. Means over {} \
                replicas, 95 % t intervals.""", n);
    }

    /** Plots a column of the measurements against the step. */
    private static void draw(
            Plot plot,
            String name,
            Cell<Config, Result> cell,
            Function<Result, Doubles> column,
            Function<ToDoubleFunction<Result>, Reduction<Result>> made) {
        Config config = cell.config();
        double[] steps = new double[config.moments().length];
        Arrays.setAll(steps, k -> (double) config.training().sampleCap() / POINTS * k / config.records());
        plot.points(name, steps, cell, k -> made.apply(run -> column.apply(run).get(k)))
                .joined(name);
    }

    @Override
    protected String says() {
        return """
                The paper says that full-batch gradient descent on neural networks sharpens the loss until its largest curvature λ reaches 2/η, where
                descent on a quadratic becomes unstable. λ then hovers there while the loss keeps falling, but no longer at every step. Here λ is the
                largest eigenvalue of the exact Hessian, computed by Lanczos iteration on Hessian–vector products while a small tanh network trains on
                squared loss; its Gauss–Newton part is shown as well.

                At two rates the mean of λη/2 over the second half of training is 1 within 3 %. A rate four times smaller does not reach its edge in the
                same number of steps, which the window must detect, and its loss falls at every step. At the edge three steps in ten raise the loss: in
                most trainings half of the steps, because the weights swing across the valley; in the others none, because they creep along it. A rate
                that starts above the edge is thrown back to it within some hundreds of steps, the catapult of Lewkowycz et al. 2020 (arXiv 2003.02218).
                The hinge loss has no Gauss–Newton part: λ stays below the edge while some points are not fitted and is exactly 0 once all are.""";
    }
}
