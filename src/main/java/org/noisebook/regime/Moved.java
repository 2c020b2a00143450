package org.noisebook.regime;

import org.noisebook.model.Trained;

/** The result of a training whose movement was measured. */
public interface Moved extends Trained {
    /** How far the network moved, start against end; {@link Movement#NONE} after divergence. */
    Movement movement();
}
