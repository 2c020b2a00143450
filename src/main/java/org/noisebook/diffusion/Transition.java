package org.noisebook.diffusion;

import org.noisebook.data.Numbers;

/** Coefficients of a diffusion between two times; belongs to one thread and is set for every step. */
final class Transition {
    private final Diffusion diffusion;
    private double from;
    private double to;
    private double meanFrom;
    private double meanTo;
    private double stdDevFrom;
    private double stdDevTo;

    Transition(Diffusion diffusion) {
        this.diffusion = diffusion;
    }

    void set(double newFrom, double newTo) {
        from = newFrom;
        to = newTo;
        meanFrom = diffusion.meanCoefficient(from);
        meanTo = diffusion.meanCoefficient(to);
        stdDevFrom = diffusion.stdDev(from);
        stdDevTo = diffusion.stdDev(to);
    }

    void mustNotRise() {
        if (to > from) {
            throw new IllegalArgumentException(
                    "a stochastic step must go down to tau <= " + Numbers.format(from) + ", got " + Numbers.format(to));
        }
    }

    /** No noise in a step to the data. */
    double lastIsMean(double stdDev) {
        return to == 0 ? 0 : stdDev;
    }

    double meanFrom() {
        return meanFrom;
    }

    double meanTo() {
        return meanTo;
    }

    double stdDevFrom() {
        return stdDevFrom;
    }

    double stdDevTo() {
        return stdDevTo;
    }

    double sigmaFrom() {
        return stdDevFrom / meanFrom;
    }

    double sigmaTo() {
        return stdDevTo / meanTo;
    }

    /** r. */
    double ratio() {
        return meanFrom / meanTo;
    }

    /** q = a_i² (σ_i² − σ_j²). */
    double variance() {
        double above = sigmaFrom() - sigmaTo();
        return Math.max(0, meanFrom * meanFrom * above * (sigmaFrom() + sigmaTo()));
    }
}
