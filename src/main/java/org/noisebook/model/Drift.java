package org.noisebook.model;

import java.util.List;
import java.util.function.DoubleFunction;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.solver.VelocityField;

/** The drift f(t, x) of particles. */
public sealed interface Drift {
    /**
     * A drift of affine mixtures.
     *
     * @param at f(t, ·), with the same number of components at all times
     */
    record Mixtures(DoubleFunction<AffineMixture> at) implements Drift {}

    /**
     * The drift own x + shift + Σ factor p of the predictions p = skip x + constant + out f of several networks, where
     * f is the network's output at the inputs in (x − centre), rest. Networks with factor 0 are omitted.
     *
     * @param nets the networks
     * @param numbers gives, at a time, own, shift and per network factor, in, skip, out, centre, constant and rest
     * @param field the same drift on the primitive engine
     */
    record Networks(List<Net> nets, DoubleFunction<double[]> numbers, VelocityField field) implements Drift {}

    /**
     * An {@link Mlp} in float32.
     *
     * @param weights packed
     */
    record Net(int[] widths, Activation activation, double[] weights) {}
}
