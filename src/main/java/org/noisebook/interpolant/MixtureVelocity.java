package org.noisebook.interpolant;

import org.noisebook.linalg.AffineMixture;
import org.noisebook.solver.VelocityField;

/** A velocity that is an affine mixture at every time and exposes its coefficients. */
public interface MixtureVelocity extends VelocityField {
    /**
     * The field at a time, cached for times that soon recur; see {@link MixtureInterpolant} for times without it.
     *
     * @param t in [0, 1]
     */
    AffineMixture mixture(double t);
}
