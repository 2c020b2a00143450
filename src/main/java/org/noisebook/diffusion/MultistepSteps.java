package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;

/** The second-order exponential integrator, which extrapolates the denoiser from the previous step. */
final class MultistepSteps extends PairedStepper {
    private final Transition transition;
    private double widthBefore;

    MultistepSteps(Diffusion diffusion, Field noiseMean, int capacity) {
        super(noiseMean, capacity);
        transition = new Transition(diffusion);
    }

    @Override
    public void step(double from, double to, double[][] x, int count, double[][][] noise) {
        Blocks.check(x, count, free);
        transition.set(from, to);
        if (transition.stdDevFrom() == 0) {
            throw new IllegalArgumentException(
                    "an exponential step must start at noise, got tau=" + Numbers.format(from));
        }
        predict(from, x, count, free);
        double mean = transition.meanFrom();
        Blocks.combine(1 / mean, x, -transition.sigmaFrom(), free, count, free);
        double width = width();
        double part = -StrictMath.expm1(-width) * transition.meanTo();
        double extrapolation = remembers(from, count) && width < Double.POSITIVE_INFINITY && width != 0
                ? width / (2 * widthBefore)
                : 0;
        Blocks.combine(transition.stdDevTo() / transition.stdDevFrom(), x, part * (1 + extrapolation), free, count, x);
        if (extrapolation != 0) {
            Blocks.combine(1, x, -part * extrapolation, other, count, x);
        }
        double[][] clean = free;
        free = other;
        other = clean;
        widthBefore = width;
        remember(width == 0 ? Double.NaN : to, from, count);
    }

    private double width() {
        return StrictMath.log(transition.sigmaFrom() / transition.sigmaTo());
    }

    @Override
    public void memory(Sampler.Memory memory) {
        super.memory(memory);
        transition.set(memory.place(), memory.end());
        widthBefore = width();
    }
}
