package org.noisebook.regime;

import org.noisebook.model.Trained;

/** The result of a training whose movement was measured. */
public interface Moved extends Trained {
    /** How far the network moved, start against end; {@link Movement#NONE} after divergence. */
    Movement movement();

    /** ‖F − F_lin‖/‖F‖ of the tangent model at equal training loss; NaN if it is not known. */
    default double tangentDistance() {
        return Double.NaN;
    }

    /** Alignment of the tangent kernels before and after without their diagonals; NaN if it is not known. */
    default double debiasedKernelAlignment() {
        return Double.NaN;
    }

    /** CKA of the representations before and after without their diagonals; NaN if it is not known. */
    default double debiasedRepresentationAlignment() {
        return Double.NaN;
    }
}
