package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.solver.Field;

/**
 * Steps that use the last two states of a path; a path that reverses returns to its previous state and goes on there.
 */
final class BdiaSteps extends PairedStepper {
    private final double gamma;
    private final Transition onward;
    private final Transition back;

    BdiaSteps(Diffusion diffusion, Field noiseMean, double gamma, int capacity) {
        super(noiseMean, capacity);
        this.gamma = gamma;
        onward = new Transition(diffusion);
        back = new Transition(diffusion);
    }

    @Override
    public void step(double from, double to, double[][] x, int count, double[][][] noise) {
        Blocks.check(x, count, free);
        onward.set(from, to);
        boolean known = remembers(from, count);
        if (known && (place > from) == (to > from)) {
            if (to != place) {
                throw new IllegalArgumentException("a path that turns back at tau=" + Numbers.format(from)
                        + " must go to tau=" + Numbers.format(place) + ", where it started, got "
                        + Numbers.format(to));
            }
            copy(other, count, free);
        } else {
            predict(from, x, count, free);
            next(known, from, to, x, count);
        }
        copy(x, count, other);
        copy(free, count, x);
        remember(to, from, count);
    }

    /** free = the next state, from the noise mean in free. */
    private void next(boolean known, double from, double to, double[][] x, int count) {
        double factor = onward.factor();
        double shift = onward.shift();
        if (!known) {
            Blocks.combine(factor, x, shift, free, count, free);
            return;
        }
        back.set(from, place);
        double weight = to < from ? gamma : 1 / gamma;
        Blocks.combine(factor - weight * back.factor(), x, shift - weight * back.shift(), free, count, free);
        Blocks.combine(1, free, weight, other, count, free);
    }
}
