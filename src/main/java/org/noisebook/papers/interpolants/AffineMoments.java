package org.noisebook.papers.interpolants;

import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;

/**
 * The exact E X² of a numerical method for the SDE between two Gaussians in one dimension. Every step is affine in position and noise, so
 * mean and variance obey a recursion.
 *
 * <p><b>Error</b>: rounding; the time-step error of the method is the result. <b>Cost</b>: three particles.
 */
final class AffineMoments {
    private AffineMoments() {}

    /**
     * E X_1² after equal steps from the exact start.
     *
     * @param interpolant between two Gaussians on the line
     * @param motion the SDE and its method
     * @param steps from t = 0 to 1
     */
    static double second(MixtureInterpolant interpolant, Motion.Sde motion, int steps) {
        Sampler.Stepper stepper = motion.sampler(interpolant, true).begin(3);
        double[] times = TimeGrid.UNIFORM.times(0, 1, steps);
        double mean = interpolant.start().mean()[0];
        double variance = interpolant.start().covariance()[0][0];
        double[][][] noise = {{{0, 0, 1}}};
        for (int step = 0; step < steps; step++) {
            double[][] x = {{mean, mean + 1, mean}};
            stepper.step(times[step], times[step + 1], x, 3, noise);
            double slope = x[0][1] - x[0][0];
            double spread = x[0][2] - x[0][0];
            mean = x[0][0];
            variance = slope * slope * variance + spread * spread;
        }
        return mean * mean + variance;
    }
}
