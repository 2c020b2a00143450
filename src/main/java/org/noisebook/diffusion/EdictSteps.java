package org.noisebook.diffusion;

import org.noisebook.solver.Field;

/** Two coupled copies, each moved by the noise mean at the other and then mixed; a step up undoes the step down. */
final class EdictSteps extends PairedStepper {
    private final double mixing;
    private final Transition transition;

    EdictSteps(Diffusion diffusion, Field noiseMean, double mixing, int capacity) {
        super(noiseMean, capacity);
        this.mixing = mixing;
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

    private void down(double from, double to, double[][] x, int count) {
        transition.set(from, to);
        predict(from, other, count, free);
        Blocks.combine(transition.factor(), x, transition.shift(), free, count, x);
        predict(from, x, count, free);
        Blocks.combine(transition.factor(), other, transition.shift(), free, count, other);
        Blocks.combine(mixing, x, 1 - mixing, other, count, x);
        Blocks.combine(mixing, other, 1 - mixing, x, count, other);
    }

    /** The lines of {@link #down} from last to first, each solved for what it changed. */
    private void up(double from, double to, double[][] x, int count) {
        transition.set(to, from);
        double factor = 1 / transition.factor();
        Blocks.combine(1 / mixing, other, (mixing - 1) / mixing, x, count, other);
        Blocks.combine(1 / mixing, x, (mixing - 1) / mixing, other, count, x);
        predict(to, x, count, free);
        Blocks.combine(factor, other, -factor * transition.shift(), free, count, other);
        predict(to, other, count, free);
        Blocks.combine(factor, x, -factor * transition.shift(), free, count, x);
    }
}
