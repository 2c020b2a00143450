package org.noisebook.sgd;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * The result of one network training. It does not depend on when the run checks whether it has finished.
 *
 * <p>All values are taken at the final weights; after divergence losses, errors and changes are NaN. Arrays are copied
 * in and out and compared by value.
 *
 * @param trainLoss mean over the training points of (1/α) max(0, 1 − α y F), or of the other loss
 * @param time time of the last step that changed a weight; the authors' time runs on to their next checkpoint
 * @param relativeKernelChange ‖Θ − Θ_0‖/‖Θ_0‖ on the first probeSize test points; the choice of the 64 points changes
 *     it by several per cent, which intervals over replicas include only with {@code testDraw=own}
 */
public record NetworkResult(
        @Parameter("why the run ended: fitted, diverged or sampleCap")
        StopReason stopReason,

        @Parameter("index of the last step that changed a weight")
        long steps,

        @Parameter(value = "learningRate · steps", symbol = "t*")
        double time,

        @Parameter("steps with at least one unfitted point in the batch")
        long activeUpdates,

        @Parameter("loss on the training points") double trainLoss,

        @Parameter(value = "smallest α y F of the training points; 1 or more where fitted")
        double smallestMargin,

        @Parameter(value = "share of test points with y F ≤ 0", symbol = "ε")
        double testError,

        @Parameter("loss on the test points") double testLoss,

        @Parameter(value = "norm of the weight change over the norm of the initial weights", symbol = "|Δw|/|w₀|")
        double relativeWeightChange,

        @Parameter(value = "norm of the tangent kernel's change over its initial norm", symbol = "|ΔΘ|/|Θ₀|")
        double relativeKernelChange,

        @Parameter("relative weight change of each layer, from input to output")
        Doubles layerWeightChange)
        implements Trained {}
