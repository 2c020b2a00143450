package org.noisebook.papers.sgdphases;

import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;

/**
 * Boundaries between noise-dominated SGD, first-step-dominated SGD and gradient descent in the (B, η) plane.
 *
 * @param onset T of the noise onset
 * @param crossover B* between noise and first step
 * @param firstStepRate the learning rate at which the first step takes over from gradient descent
 */
record BatchBorders(double onset, double crossover, double firstStepRate) {
    /**
     * Draws each boundary where it separates two phases; B* is not drawn if all rates of the plane are below that at which
     * the first step takes over.
     *
     * @param onsetKind kind of line of the noise onset; the others are anchored
     */
    void draw(Plot plot, Plane<?, ?> plane, LineKind onsetKind) {
        double smallest = plane.xs()[0];
        double largest = plane.xs()[plane.xs().length - 1];
        double highest = plane.ys()[plane.ys().length - 1];
        double[] rates = {onset * smallest, onset * crossover};
        plot.colour(3)
                .named("onset of noise")
                .line(onsetKind, "noise onset", new double[] {smallest, crossover}, rates);
        if (firstStepRate < highest) {
            double[] up = {firstStepRate, highest};
            plot.colour(1)
                    .named("B* by the first step")
                    .line(LineKind.ANCHORED, "B*", new double[] {crossover, crossover}, up);
        }
        plot.colour(0).named("onset of the first step");
        plot.anchored("first step", new double[] {crossover, largest}, batch -> firstStepRate);
    }
}
