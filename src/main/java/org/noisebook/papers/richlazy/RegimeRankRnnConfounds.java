package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;

/** Other properties that change with the rank of the initial weights in {@link RegimeRankRnn}. */
public final class RegimeRankRnnConfounds extends Story {
    /** The figure. */
    public RegimeRankRnnConfounds() {
        super("regime-rank-rnn-confounds", "What else changes with initial rank", RankedStarts.STUDY.sources());
    }

    private static Reduction<Recurrent.Result> positive(ToDoubleFunction<Recurrent.Result> value) {
        return mean(value).ofWhole().onLog();
    }

    @Override
    protected void tell(Board board) {
        board.title("Low-rank starts also differ in size, and their weights move further");
        board.subtitle("Singular value, spectral radius and weight change, against the rank of the initial weights");
        int n = board.replicas(4, 5);
        List<RankedStarts.Task> tasks = RankedStarts.on(board);
        RankedStarts.Task any = tasks.get(0);
        any.tell(
                board,
                "largest singular value",
                "Largest singular value",
                Axis.linear("largest singular value").range(0, 14),
                positive(run -> run.ranks().largestSingularValue()));
        any.tell(
                board,
                "radius",
                "Spectral radius",
                Axis.linear("spectral radius"),
                positive(run -> run.ranks().spectralRadius()));
        for (RankedStarts.Task task : tasks) {
            task.tell(
                    board,
                    "weights " + task.name(),
                    "Weights, " + task.title(),
                    Axis.linear("weight change by training"),
                    positive(run -> run.movement().weightChange()));
        }
        board.caption(
                "The networks of regime-rank-rnn: the first r singular triplets of one Gaussian matrix, rescaled to its"
                        + " Frobenius norm or to its largest singular value s₁. {}. Means over {} replicas with 95 % t intervals"
                        + " on the scale of logarithms (delta method). Neither rescaling isolates the rank: the spectral radius"
                        + " of the start stays confounded with it, and so does s₁ at equal norm. Weight change is the Frobenius"
                        + " norm; runs end after equal steps, not at equal loss. No claims are made here.",
                RankedStarts.describe(any.high().config()), n);
    }
}
