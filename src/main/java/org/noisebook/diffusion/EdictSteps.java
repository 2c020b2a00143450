package org.noisebook.diffusion;

import org.noisebook.solver.Field;

/**
 * Two coupled copies, each moved by the noise mean at the other and then mixed; steps towards noise undo those to data.
 */
final class EdictSteps extends PairedStepper {
    private final double mixing;
    private final boolean alternating;
    private final Transition transition;

    EdictSteps(Diffusion diffusion, Field noiseMean, double mixing, boolean alternating, int capacity) {
        super(noiseMean, capacity);
        this.mixing = mixing;
        this.alternating = alternating;
        transition = new Transition(diffusion);
    }

    @Override
    public void step(double from, double to, double[][] x, int count, double[][][] noise) {
        Blocks.check(x, count, free);
        if (!remembers(from, count)) {
            copy(x, count, other);
        }
        if (to <= from) {
            down(from, to, x, count);
        } else {
            up(from, to, x, count);
        }
        remember(to, to, count);
    }

    /** Whether the copy goes first: at every other of equal steps counted from τ = 1, the same in both directions. */
    private boolean copyFirst(double high, double low) {
        return alternating && Math.rint((1 - high) / (high - low)) % 2 == 1;
    }

    private void down(double from, double to, double[][] x, int count) {
        transition.set(from, to);
        boolean swap = copyFirst(from, to);
        double[][] one = swap ? other : x;
        double[][] two = swap ? x : other;
        predict(from, two, count, free);
        Blocks.combine(transition.factor(), one, transition.shift(), free, count, one);
        predict(from, one, count, free);
        Blocks.combine(transition.factor(), two, transition.shift(), free, count, two);
        Blocks.combine(mixing, x, 1 - mixing, other, count, x);
        Blocks.combine(mixing, other, 1 - mixing, x, count, other);
    }

    /** The lines of {@link #down} in reverse order, each solved for the variable it changed. */
    private void up(double from, double to, double[][] x, int count) {
        transition.set(to, from);
        double factor = 1 / transition.factor();
        Blocks.combine(1 / mixing, other, (mixing - 1) / mixing, x, count, other);
        Blocks.combine(1 / mixing, x, (mixing - 1) / mixing, other, count, x);
        boolean swap = copyFirst(to, from);
        double[][] one = swap ? other : x;
        double[][] two = swap ? x : other;
        predict(to, one, count, free);
        Blocks.combine(factor, two, -factor * transition.shift(), free, count, two);
        predict(to, two, count, free);
        Blocks.combine(factor, one, -factor * transition.shift(), free, count, one);
    }
}
