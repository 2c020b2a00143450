package org.noisebook.solver;

/**
 * A sampler whose step is x ← m(x) + s z with a standard deviation s that does not depend on x.
 *
 * <p>Mean and standard deviation are accessible, so that noise can be recovered from a path, z = (x' − m(x))/s, and a
 * last step can be taken without noise.
 */
public interface GaussianSampler extends Sampler {
    @Override
    Step begin(int capacity);

    /** Moves one block by steps of known mean and standard deviation; keeps no state between steps. */
    interface Step extends Stepper {
        /**
         * out = m(x), the mean of the next step; evaluates the same fields as the step.
         *
         * @param out may be x
         */
        void mean(double from, double to, double[][] x, int count, double[][] out);

        /** s ≥ 0; 0 for a step that takes no noise. */
        double stdDev(double from, double to);
    }
}
