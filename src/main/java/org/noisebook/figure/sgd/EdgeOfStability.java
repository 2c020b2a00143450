package org.noisebook.figure.sgd;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.model.Loss;
import org.noisebook.sgd.SharpnessConfig;
import org.noisebook.sgd.SharpnessResult;
import org.noisebook.sgd.SharpnessStudy;

/** Gradient descent on squares comes to the edge of stability from below and from above; the hinge does not. */
public final class EdgeOfStability extends Story {
    private static final SharpnessStudy STUDY = new SharpnessStudy();
    private static final int POINTS = 128;
    private static final int STEPS = 2000;
    /** Half the width of the window around the edge. */
    private static final double WINDOW = 0.03;

    private static final double SLOW = 4;
    private static final double CATAPULT = 96;
    private static final int CATAPULT_STEPS = 600;
    private static final String EDGE = "arXiv 2103.00065, section 3; window 3 % set before the run";

    /** The figure. */
    public EdgeOfStability() {
        super(
                "edge-of-stability",
                "Gradient descent on squares sharpens to 2/η and stays there",
                List.of(
                        "Gradient descent typically occurs at the edge of stability, arXiv 2103.00065",
                        "The catapult mechanism, arXiv 2003.02218"));
    }

    private static Cell<SharpnessConfig, SharpnessResult> at(
            Board board, double learningRate, Loss loss, int steps, int records) {
        Object[] changes = {
            "training.learningRate",
            learningRate,
            "training.loss",
            loss,
            "training.sampleCap",
            (long) steps * POINTS,
            "records",
            records
        };
        return board.cell(STUDY, Schema.with(SharpnessConfig.standard(), changes));
    }

    /** A column of the records, each against its step; a hinge that has fitted stays flat. */
    private static void draw(
            Plot plot,
            String name,
            Cell<SharpnessConfig, SharpnessResult> cell,
            Function<SharpnessResult, Doubles> column,
            boolean geometric) {
        int records = cell.config().records();
        double[] steps = new double[records + 1];
        Arrays.setAll(steps, k -> (double) cell.config().training().sampleCap() / POINTS * k / records);
        plot.points(name, steps, cell, k -> geometric ? geometric(value(column, k)) : mean(value(column, k)))
                .joined(name);
    }

    private static ToDoubleFunction<SharpnessResult> value(Function<SharpnessResult, Doubles> column, int record) {
        return run -> {
            Doubles values = column.apply(run);
            return record < values.size() ? values.get(record) : run.fitted() ? 0 : Double.NaN;
        };
    }

    private static double highest(SharpnessResult run) {
        return IntStream.range(0, run.recordSharpness().size())
                .mapToDouble(run.recordSharpness()::get)
                .max()
                .orElseThrow();
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(3, 16);
        int records = board.choose(24, 100);
        double[] edge = {16, 32};
        var slow = at(board, SLOW, Loss.SQUARED, STEPS, records);
        var below = Arrays.stream(edge)
                .mapToObj(rate -> at(board, rate, Loss.SQUARED, STEPS, records))
                .toList();
        var above = at(board, CATAPULT, Loss.SQUARED, STEPS, records);
        var catapult = at(board, CATAPULT, Loss.SQUARED, CATAPULT_STEPS, records);
        var hinge = at(board, edge[0], Loss.HINGE, STEPS, 2 * records);
        Axis steps = Axis.linear("steps of gradient descent");
        Axis sharpness = Axis.linear("sharpness λ over its edge 2/η");

        Plot plot = board.plot("sharpness", "From below: up to the edge, unless η is small", steps, sharpness)
                .named("edge 2/η")
                .level(LineKind.THEORY, "2/η", 1, 0, STEPS);
        draw(plot, "η = 4", slow, SharpnessResult::recordSharpness, false);
        for (int k = 0; k < edge.length; k++) {
            draw(plot, "η = " + (int) edge[k], below.get(k), SharpnessResult::recordSharpness, false);
            plot.claim("late-" + (int) edge[k], "mean λη/2 over the later half of 2,000 steps, η = " + (int) edge[k])
                    .says(
                            "At η = 16 and 32 gradient descent drives the sharpness up to 2/η, where it hovers",
                            "steps 1000 to 2000")
                    .at("η = " + (int) edge[k], k == 0 ? STEPS / 2 : STEPS)
                    .theory(1, WINDOW)
                    .judge(below.get(k).the(mean(SharpnessResult::lateSharpness)), EDGE);
        }
        plot.claim("slow", "the same at η = 4, which has not come to its edge")
                .below(1 - WINDOW)
                .of(slow.the(mean(SharpnessResult::lateSharpness)))
                .from("control: a rate so small that the window must be missed");
        plot.claim("gauss-newton", "the same of the Gauss–Newton part over that of the Hessian, η = 16")
                .theory(1, 0.02)
                .of(below.get(0).the(mean(run -> run.lateGaussNewton() / run.lateSharpness())))
                .from("arXiv 2103.00065, appendix; window 2 % set before the run");

        Plot loss = board.plot("loss", "At the edge the loss falls all the same", steps, Axis.log10("training loss"));
        draw(loss, "η = 4", slow, SharpnessResult::recordLoss, true);
        for (int k = 0; k < edge.length; k++) {
            draw(loss, "η = " + (int) edge[k], below.get(k), SharpnessResult::recordLoss, true);
        }
        loss.claim("monotone", "share of looks in the later half whose next step raises the loss, η = 4")
                .below(0.01)
                .of(slow.the(mean(SharpnessResult::lateRises)))
                .from("below its edge a step of gradient descent cannot raise the loss");

        Plot throwing = board.plot("catapult", "From above: thrown back to the edge", steps, sharpness)
                .level(LineKind.THEORY, "2/η", 1, 0, CATAPULT_STEPS);
        draw(throwing, "η = 96", catapult, SharpnessResult::recordSharpness, false);
        throwing.claim("start", "λη/2 at the start, η = 96")
                .above(1 + WINDOW)
                .judge(above.the(mean(SharpnessResult::startSharpness)), "chosen so in a pilot at another root seed");
        throwing.claim("thrown", "mean λη/2 over the later half of 2,000 steps, η = 96")
                .says("At η = 96 a start sharper than 2/η is thrown back to it", "steps 1000 to 2000")
                .theory(1, WINDOW)
                .of(above.the(mean(SharpnessResult::lateSharpness)))
                .from("arXiv 2003.02218 and 2103.00065; window 3 % set before the run");

        Plot losses = board.plot("hinge", "The hinge loss does not come to the edge", steps, sharpness)
                .level(LineKind.THEORY, "2/η", 1, 0, STEPS);
        draw(losses, "squares, η = 16", below.get(0), SharpnessResult::recordSharpness, false);
        draw(losses, "hinge, η = 16", hinge, SharpnessResult::recordSharpness, false);
        losses.claim("hinge-highest", "largest λη/2 at the looks, hinge, η = 16")
                .says("With the hinge loss, at η = 16, training ends before it comes to that edge", "hinge, highest")
                .below(1 - WINDOW)
                .of(hinge.the(mean(EdgeOfStability::highest)))
                .from("its Gauss–Newton part is 0; bound set before the run");
        board.where("sharpness λ: largest curvature of the training loss; η: learning rate; above 2/η, the edge, it"
                + " overshoots");
        board.caption(
                "Largest eigenvalue λ of the Hessian of the training loss along full-batch gradient descent: 128 points of a stripe in six"
                        + " dimensions, two hidden layers of 24 tanh, targets ±1/2, no biases. In units of 2/η, above which descent on a quadratic diverges."
                        + " (a) From below: at η = 16 and 32 it rises to 1 and hovers, at η = 4 it does not get there. (b) The loss falls all the same, no longer at every step."
                        + " (c) From above: at η = 96 the start is unstable; weights are thrown to where λ is smaller. (d) Hinge loss of margin 1/2 from the same starts: only"
                        + " the curvature of the network counts, and nothing is left once all points are fitted. Means over {} replicas (b: geometric), 95 % t intervals.",
                n);
    }
}
