package org.noisebook.papers.boundary;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.start.BoundaryConfig;
import org.noisebook.diffusion.start.BoundaryResult;
import org.noisebook.diffusion.start.BoundaryStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** One start for all pictures: better than a random one, worse than none, and never better than the posterior mean. */
public final class BoundaryOfAll extends Story {
    private static final BoundaryStudy STUDY = new BoundaryStudy();
    private static final String NONE = "A zero start comes within 10 % of the posterior mean";
    private static final String SOURCE = "arXiv 2305.15357, on a substitute model; bound set before the run";

    /** The figure. */
    public BoundaryOfAll() {
        super(
                "boundary",
                "One start for all pictures that a diffusion restores",
                List.of("Solving Diffusion ODEs with Optimal Boundary Conditions, arXiv 2305.15357"));
    }

    private static Cell<BoundaryConfig, BoundaryResult> at(Board board, double steps) {
        BoundaryConfig base = Schema.with(BoundaryConfig.standard(), "steps", (int) steps);
        return board.cell(
                STUDY, Schema.with(base, "start.candidates", board.choose(40, 300), "tests", board.choose(24, 40)));
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "An optimised start restores digits better; a zero start better still",
                "An optimised start does not help restoration; a zero start does",
                "An optimised start may help restoration; a zero start helps more");
        board.subtitle("Error of restored digits over that of the posterior mean, against DDIM steps");
        board.show("error");
        int n = board.replicas(6, 24);
        var line = board.lineOf(
                board.choose(new double[] {4, 20}, new double[] {4, 10, 20, 50}), steps -> at(board, steps));
        var cell = line.at(20);
        double last = board.choose(20, 50);
        Axis x = Axis.linear("steps of DDIM").range(0, 1.1 * last);
        Axis y = Axis.linear("error over that of the posterior mean");
        Plot plot = board.plot("error", "Error of restored digits", x, y)
                .points("a random start", line, over(BoundaryResult::random))
                .points("the chosen start", line, over(BoundaryResult::chosen))
                .named("no noise: start 0")
                .points("start 0", line, over(BoundaryResult::zero))
                .level("posterior mean", 1, 0, 1.1 * last);
        String where = ", 20 steps of DDIM, digits from 2 × 2 means";
        plot.claim("chosen", "error from the chosen start over that from random ones" + where)
                .says("An optimised start cuts the error below 0.85 of random ones")
                .below(0.85)
                .judge(ratio(cell, BoundaryResult::chosen, BoundaryResult::random), SOURCE);
        plot.claim("rank", "rank correlation of the errors of starts on two sets of pictures" + where)
                .above(0.6, -1, 1)
                .judge(cell, BoundaryResult::rankCorrelation, SOURCE);
        plot.claim("zero", "error from 0 over that from the chosen start" + where)
                .says(NONE)
                .below(1)
                .judge(ratio(cell, BoundaryResult::zero, BoundaryResult::chosen), "control: 0 is chosen by nothing");
        plot.claim("zero-mmse", "error from 0 over that of the posterior mean" + where)
                .says(NONE)
                .theory(1)
                .of(ratio(cell, BoundaryResult::zero, BoundaryResult::mmse))
                .from("exact for a Gaussian and many steps; a mixture may differ, window 10 %");
        board.claim("mmse-best", "error from the start best in hindsight less that of the posterior mean" + where)
                .above(0)
                .of(cell.the(mean(run -> run.best() - run.mmse())))
                .from("no estimate has less mean square error than the posterior mean, so no other start has either");
        board.claim("same-length", "error of starts as long as the chosen one over that of random ones" + where)
                .below(1)
                .of(ratio(cell, BoundaryResult::sameLength, BoundaryResult::random))
                .from("control: what length alone gives is not choice");
        board.claim(
                        "stranger",
                        "error from a start chosen by data of other observations over that from random ones" + where)
                .below(1)
                .of(ratio(cell, BoundaryResult::stranger, BoundaryResult::random))
                .from("control: a choice that knows no observation can only find what is good for all");
        BoundaryResult first = cell.runs().get(0);
        Axis across = Axis.linear("size of the start (rms of its noise)");
        Axis up = Axis.linear("error of restored digits");
        board.plot("length", "Error by norm of start", across, up)
                .points("candidates", first.sizes().toArray(), first.errors().toArray());
        board.claim("length", "rank correlation of length and error of starts" + where)
                .in("length")
                .says("Random starts of smaller norm restore better")
                .above(0.3, -1, 1)
                .of(cell, BoundaryResult::lengthCorrelation)
                .from("the flow takes 0 nearly to the posterior mean; bound set before the run");
        board.caption(
                "8×8 digits drawn from a Gaussian for each class, seen as means over 2 × 2 pixels with noise of standard deviation 0.05;"
                        + " the posterior is a mixture in closed form and its score exact; linear chain of T = 1000. {} random starts, one of"
                        + " which is chosen by its mean error on 20 pairs of digit and observation; all are judged on {} others. (a) Mean square"
                        + " error of a pixel over that of the exact posterior mean, which no start can beat. (b) Each candidate of one replica, 20 steps. Geometric means over {}"
                        + " replicas, each with its own starts and digits, 95 % t intervals.",
                cell.config().start().candidates(), cell.config().tests(), n);
    }

    private static Reduction<BoundaryResult> over(ToDoubleFunction<BoundaryResult> error) {
        return geometric(run -> error.applyAsDouble(run) / run.mmse());
    }

    private static Estimate ratio(
            Cell<?, BoundaryResult> cell,
            ToDoubleFunction<BoundaryResult> above,
            ToDoubleFunction<BoundaryResult> below) {
        return cell.the(geometric(run -> above.applyAsDouble(run) / below.applyAsDouble(run)));
    }
}
