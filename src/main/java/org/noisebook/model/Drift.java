package org.noisebook.model;

import java.util.List;
import java.util.function.DoubleFunction;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.solver.VelocityField;

/** The drift f(t, x) of particles. */
public sealed interface Drift {
    /**
     * Affine mixtures.
     *
     * @param at f(t, ·), of as many components at all times
     */
    record Mixtures(DoubleFunction<AffineMixture> at) implements Drift {}

    /**
     * own x + shift + Σ factor p of the predictions p = skip x + constant + out f of networks, one after the other, f being the scores at
     * in (x − centre), rest. A network of factor 0 is left out.
     *
     * @param nets which
     * @param numbers own, shift, and then for each network factor, in, skip, out, centre, constant and rest at a time
     * @param field the same on the primitive engine
     */
    record Networks(List<Net> nets, DoubleFunction<double[]> numbers, VelocityField field) implements Drift {}

    /**
     * An {@link Mlp} in float32.
     *
     * @param weights packed
     */
    record Net(int[] widths, Activation activation, double[] weights) {}
}
