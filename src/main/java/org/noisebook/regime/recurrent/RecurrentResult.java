package org.noisebook.regime.recurrent;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.regime.Moved;
import org.noisebook.regime.Movement;

/**
 * What one training of a recurrent network gives. After divergence losses, accuracy and movement are NaN.
 *
 * <p>Records stand at the same places of five arrays, which are empty if there are none; those after a divergence are left
 * out. Arrays are copied in and out and compared by value.
 *
 * @param testLoss mean cross-entropy over test trials and counted steps
 * @param recordRepresentationAlignment of the activity at the last step
 */
public record RecurrentResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("training loss, mean over the last tenth of the steps")
        double lateLoss,

        @Parameter("loss on fresh test trials") double testLoss,

        @Parameter("share of test trials with the right answer at the last step")
        double testAccuracy,

        @Parameter("change of recurrent weights, their tangent kernel, and the activity at the last step")
        Movement movement,

        @Parameter("cosine of the tangent kernels of all weights before and after")
        double allKernelAlignment,

        @Parameter(value = "norm of the input weights' change", symbol = "|ΔW_in|")
        double inputWeightChange,

        @Parameter("the same over their initial norm") double relativeInputWeightChange,

        @Parameter(value = "norm of the read-out weights' change", symbol = "|ΔW_out|")
        double readOutWeightChange,

        @Parameter("the same over their initial norm") double relativeReadOutWeightChange,

        @Parameter("effective ranks of the initial recurrent weights")
        EffectiveRanks ranks,

        @Parameter("steps done at the records") Doubles recordStep,
        @Parameter("loss on the probes there") Doubles recordLoss,

        @Parameter("norm of the recurrent weights' change there")
        Doubles recordWeightChange,

        @Parameter("alignment of the recurrent tangent kernel there")
        Doubles recordKernelAlignment,

        @Parameter("alignment of the representation there") Doubles recordRepresentationAlignment)
        implements Moved {}
