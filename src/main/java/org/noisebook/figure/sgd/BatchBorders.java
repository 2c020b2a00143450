package org.noisebook.figure.sgd;

import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;

/**
 * Where noise-dominated SGD, first-step-dominated SGD and gradient descent meet in the (B, η) plane.
 *
 * @param onset T of the noise onset
 * @param crossover B* between noise and first step
 * @param firstStepRate the learning rate at which the first step takes over from gradient descent
 */
record BatchBorders(double onset, double crossover, double firstStepRate) {
    private static final int ONSET_COLOUR = 3;
    private static final int CROSSOVER_COLOUR = 1;
    private static final int FIRST_STEP_COLOUR = 0;

    /**
     * Draws each as far as it parts two phases: B* has no place on a plane whose rates all lie below that at which the
     * first step takes over.
     *
     * @param legends of the noise onset, B* and the first step; empty for none
     * @param onsetKind of the noise onset
     * @param kind of the other two
     */
    void draw(Plot plot, Plane<?, ?> plane, String[] legends, String suffix, LineKind onsetKind, LineKind kind) {
        double[] batches = plane.xs();
        double highestRate = plane.ys()[plane.ys().length - 1];
        double[] small = {batches[0], crossover};
        plot.colour(ONSET_COLOUR)
                .named(legends[0])
                .line(onsetKind, "noise onset" + suffix, small, new double[] {onset * small[0], onset * small[1]});
        if (firstStepRate < highestRate) {
            plot.colour(CROSSOVER_COLOUR)
                    .named(legends[1])
                    .line(kind, "B*" + suffix, new double[] {crossover, crossover}, new double[] {
                        firstStepRate, highestRate
                    });
        }
        plot.colour(FIRST_STEP_COLOUR)
                .named(legends[2])
                .line(kind, "first step" + suffix, new double[] {crossover, batches[batches.length - 1]}, new double[] {
                    firstStepRate, firstStepRate
                });
    }
}
