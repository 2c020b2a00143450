package org.noisebook.field;

import org.noisebook.model.UNet;

/** What evaluations of a U-Net take over from earlier ones, by the time t of the interpolant, and what becomes known of them. */
@FunctionalInterface
public interface ReusePlan {
    /** The part that is taken over from the last evaluation that took over nothing. */
    UNet.Reuse reused(double t);

    /** Sees the maps of some points, as {@link UNet#evaluate(UNet.Reuse, org.noisebook.model.Mlp.Change)} orders them. */
    default void seen(double t, int map, double[] values) {}

    /** Learns the multiply-adds of an evaluation of all points together. */
    default void spent(double t, int points, long multiplyAdds) {}
}
