package org.noisebook.sgd;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * The sharpness λ along a training, in units of its edge 2/η: λη/2.
 *
 * <p>Records stop where a training diverges or fits, which for the hinge is where λ = 0.
 *
 * @param lateSharpness NaN without a record in the later half of the steps
 * @param startSharpness λη/2 at w_0
 */
public record SharpnessResult(
        @Parameter("the training") NetworkResult training,

        @Parameter(value = "sharpness over its edge 2/η at the start", symbol = "λη/2")
        double startSharpness,

        @Parameter("mean of the same over the records in the later half of the steps")
        double lateSharpness,

        @Parameter("mean of the Gauss–Newton part's over these records")
        double lateGaussNewton,

        @Parameter("share of these records whose next step raises the loss")
        double lateRises,

        @Parameter("η · steps of the records") Doubles recordTime,

        @Parameter("training loss at the records") Doubles recordLoss,

        @Parameter("sharpness over its edge at the records") Doubles recordSharpness,

        @Parameter("the Gauss–Newton part's at the records") Doubles recordGaussNewton)
        implements Trained {
    @Override
    public StopReason stopReason() {
        return training.stopReason();
    }
}
