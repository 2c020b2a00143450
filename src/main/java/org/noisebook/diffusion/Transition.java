package org.noisebook.diffusion;

import org.noisebook.data.Numbers;

/** Coefficients of a diffusion between two times, set anew for every step; belongs to one thread. */
final class Transition {
    private final Diffusion diffusion;
    private double from;
    private double to = Double.NaN;
    private double meanFrom;
    private double meanTo;
    private double stdDevFrom;
    private double stdDevTo;

    Transition(Diffusion diffusion) {
        this.diffusion = diffusion;
    }

    /** Steps usually start where the last one ended; the quantities known there are not computed again. */
    void set(double newFrom, double newTo) {
        boolean known = newFrom == to;
        meanFrom = known ? meanTo : diffusion.meanCoefficient(newFrom);
        stdDevFrom = known ? stdDevTo : diffusion.stdDev(newFrom);
        from = newFrom;
        to = newTo;
        meanTo = diffusion.meanCoefficient(to);
        if (meanFrom == 0 || meanTo == 0) {
            diffusion.mustHaveSignal(meanFrom == 0 ? from : to);
        }
        stdDevTo = diffusion.stdDev(to);
    }

    void mustNotRise() {
        if (to > from) {
            throw new IllegalArgumentException(
                    "a stochastic step must go down to tau <= " + Numbers.format(from) + ", got " + Numbers.format(to));
        }
    }

    /** A step that ends at the data has no noise. */
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

    /** The ratio r. */
    double ratio() {
        return meanFrom / meanTo;
    }

    /** a_j/a_i, the coefficient of x in the deterministic step x ← x a_j/a_i + {@link #shift} e. */
    double factor() {
        return 1 / ratio();
    }

    /** a_j (σ_j − σ_i), the coefficient of e in the deterministic step. */
    double shift() {
        return meanTo * (sigmaTo() - sigmaFrom());
    }

    /** The variance q = a_i² (σ_i² − σ_j²). */
    double variance() {
        double above = sigmaFrom() - sigmaTo();
        return Math.max(0, meanFrom * meanFrom * above * (sigmaFrom() + sigmaTo()));
    }
}
