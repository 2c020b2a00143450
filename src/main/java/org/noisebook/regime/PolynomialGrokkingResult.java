package org.noisebook.regime;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * Errors of a network and of its linearised twin along the training, all over the mean square of the targets.
 *
 * <p><b>Shapes</b>: a record each for {@link PolynomialGrokkingConfig#recordSteps}, NaN once the training has diverged.
 *
 * @param kernelTestError that of the twin after infinitely many steps
 */
public record PolynomialGrokkingResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("test error of kernel regression with the tangent kernel of the start")
        double kernelTestError,

        @Parameter("training error at the records") Doubles trainError,

        @Parameter("test error at the records") Doubles testError,

        @Parameter("training error of the linearised twin at the records")
        Doubles twinTrainError,

        @Parameter("test error of the linearised twin at the records")
        Doubles twinTestError,

        @Parameter(value = "relative change of the tangent kernel of the training points", symbol = "‖Θ−Θ₀‖/‖Θ₀‖")
        Doubles kernelChange,

        @Parameter(value = "alignment of that kernel with its start", symbol = "KA")
        Doubles kernelAlignment,

        @Parameter("share of the change of ⟨ww'⟩ along the direction of the target")
        Doubles targetShare)
        implements Trained {
    /** Test error after the last step over that of kernel regression: 1 is what the kernel of the start can do. */
    public double lastOverKernel() {
        return testError.get(testError.size() - 1) / kernelTestError;
    }
}
