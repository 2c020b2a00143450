package org.noisebook.model;

import java.util.List;
import java.util.function.DoubleFunction;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.solver.VelocityField;

/** What particles move along, f(t, x). */
public sealed interface Drift {
    /**
     * Affine mixtures.
     *
     * @param at f(t, ·), of as many components at all times
     */
    record Mixtures(DoubleFunction<AffineMixture> at) implements Drift {}

    /**
     * Trained networks.
     *
     * @param nets which
     * @param at how they are summed at a time
     * @param field the same on the primitive engine
     */
    record Networks(List<Net> nets, DoubleFunction<Sum> at, VelocityField field) implements Drift {}

    /**
     * An {@link Mlp} in float32.
     *
     * @param weights packed
     */
    record Net(int[] widths, Activation activation, double[] weights) {}

    /**
     * own x + shift + Σ factor p of the networks' predictions p, one after the other.
     *
     * @param terms one a network
     */
    record Sum(double own, double[] shift, List<Term> terms) {}

    /**
     * The prediction p = skip x + constant + out f of a network whose scores at in (x − centre), rest are f.
     *
     * @param factor 0 leaves the network out
     * @param rest inputs behind the coordinates
     */
    record Term(double factor, double in, double skip, double out, double[] centre, double[] constant, double[] rest) {}
}
