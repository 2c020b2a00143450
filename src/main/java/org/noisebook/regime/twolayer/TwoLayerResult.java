package org.noisebook.regime.twolayer;

import java.util.Objects;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * What one training of a two-layer linear network gives, all of it where the flow stopped.
 *
 * @param share q = |P β̂|², P on the row space of W₁(0)
 * @param participationRatio PR of M = W₁ᵀW₁ + ‖w₂‖² 1 at the start
 */
public record TwoLayerResult(
        @Parameter("why the flow stopped: converged, timeLimit or evaluationLimit")
        TwoLayerFlow.End end,

        @Parameter(value = "time at the stop", symbol = "t") double time,

        @Parameter(value = "half the mean squared error at the stop", symbol = "L")
        double loss,

        @Parameter(value = "share of the target in the row space of the initial first layer", symbol = "q")
        double share,

        @Parameter(value = "participation ratio of the initial kernel's eigenvalues", symbol = "PR")
        double participationRatio,

        @Parameter(value = "alignment of the tangent kernel with the initial one", symbol = "KA")
        double kernelAlignment,

        @Parameter(value = "alignment of the hidden representation with the initial one", symbol = "RA")
        double representationAlignment,

        @Parameter(value = "Frobenius norm of the change of the tangent kernel", symbol = "KD")
        double kernelDistance,

        @Parameter(value = "Frobenius norm of the change of the first layer", symbol = "‖ΔW₁‖")
        double weightChange,

        @Parameter(value = "norm of the change of the read-out", symbol = "‖Δw₂‖")
        double readoutChange)
        implements Ended {
    public TwoLayerResult {
        Objects.requireNonNull(end, "end");
    }

    /** Whether the target was learned, so that the numbers are those of the end of training. */
    public boolean converged() {
        return end == TwoLayerFlow.End.CONVERGED;
    }

    /** A limit of any kind is a cap. */
    @Override
    public Ends ends() {
        return converged() ? Ends.all(1) : new Ends(0, 1, 0);
    }
}
