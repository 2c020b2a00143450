package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.mean;

import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.recurrent.RecurrentResult;

/** What else changes with the rank of the initial weights in {@link RegimeRankRnn}. */
public final class RegimeRankRnnConfounds extends Story {
    /** The figure. */
    public RegimeRankRnnConfounds() {
        super(
                "regime-rank-rnn-confounds",
                "What changes with the rank of recurrent networks' initial weights besides their laziness",
                RankedStarts.STUDY.sources());
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.FULL ? "about two hours of one core, nothing after regime-rank-rnn" : "";
    }

    private static Reduction<RecurrentResult> positive(ToDoubleFunction<RecurrentResult> value) {
        return mean(value).ofWhole().onLog();
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 10);
        RankedStarts starts = RankedStarts.on(board);
        starts.tell(
                "weights",
                "Recurrent weight change",
                Axis.linear("|ΔW|"),
                positive(run -> run.movement().weightChange()));
        starts.tell(
                "loss",
                "Training loss at the end",
                Axis.log10("late training loss"),
                positive(RecurrentResult::lateLoss));
        starts.tellStart(
                "radius",
                "Confound: radius at the start",
                Axis.linear("spectral radius of W₀"),
                positive(run -> run.ranks().spectralRadius()));
        starts.tellStart(
                "largest singular value",
                "Confound: s₁ at the start",
                Axis.linear("singular value s₁ of W₀"),
                positive(run -> run.ranks().largestSingularValue()));
        board.layout(plate -> plate.size(plate.widthMm(), 0.62).sharedLegend());
        board.caption(
                "The networks of regime-rank-rnn: the first r singular triplets of one Gaussian matrix, rescaled to its"
                        + " Frobenius norm or to its largest singular value s₁. {}. Means over {} replicas with 95 % t intervals"
                        + " on the scale of logarithms (delta method). Series stand beside each other, in the legend's order,"
                        + " by factors of 1.2 in r. (a) Change of the recurrent weights. (b) Training loss, mean over the last"
                        + " tenth of the steps: runs end after equal steps, not at equal loss. (c) Neither rescaling isolates"
                        + " the rank: the spectral radius of the start, the same for all tasks, stays confounded with it, and"
                        + " (d) so does s₁ at equal norm. Nothing is claimed of these.",
                RankedStarts.describe(starts.tasks().get(0).high().config()), n);
    }
}
