package org.noisebook.field;

import org.noisebook.interpolant.Schedule;

/**
 * The scaling around the network f: prediction = skip(t) (x − m(t)) + constant(t) + out(t) f(in(t) (x − m(t)), t),
 * where m(t) = E x_t.
 *
 * <p>For Gaussian densities with the means and per-coordinate variances of ρ_0 and ρ_1, the first two terms are the
 * exact prediction and out(t) is the standard deviation of the residual: the preconditioning of Karras, Aittala, Aila
 * and Laine 2022 (arXiv 2206.00364, table 1) for any objective and schedule. The part γ̇ z of the velocity's target is
 * pure noise to the network and is not included in out(t).
 */
final class Scaling {
    private final FieldConfig config;
    private final Moments start;
    private final Moments end;

    double in;
    double skip;
    double out;
    /** Coefficients of E x_0 and E x_1 in m(t) and in the constant. */
    double startCentre;

    double endCentre;
    double startConstant;
    double endConstant;

    /** Mean and variance per coordinate of a density. */
    record Moments(double[] mean, double variance) {}

    Scaling(FieldConfig config, Moments start, Moments end) {
        this.config = config;
        this.start = start;
        this.end = end;
    }

    /** Sets the coefficients for a time. */
    void at(double t) {
        if (!config.network().preconditioned()) {
            in = 1;
            out = 1;
            return;
        }
        Schedule schedule = config.schedule();
        double alpha = schedule.alpha(t);
        double beta = schedule.beta(t);
        double alphaDot = schedule.alphaDot(t);
        double betaDot = schedule.betaDot(t);
        double square = schedule.gammaSquared(t);
        double variance = alpha * alpha * start.variance() + beta * beta * end.variance() + square;
        double noise = config.oneSided() ? alpha : Math.sqrt(square);
        double rest = (variance - noise * noise) / variance;
        double crossed = alpha * alphaDot * start.variance() + beta * betaDot * end.variance();
        startCentre = alpha;
        endCentre = beta;
        startConstant = 0;
        endConstant = 0;
        in = 1 / Math.sqrt(variance);
        switch (config.objective()) {
            case VELOCITY, INTERPOLANT_VELOCITY -> {
                boolean whole = config.objective() == Objective.VELOCITY;
                double speed = alphaDot * alphaDot * start.variance() + betaDot * betaDot * end.variance();
                skip = (crossed + (whole ? schedule.gammaGammaDot(t) : 0)) / variance;
                out = Math.sqrt(Math.max(0, speed - crossed * crossed / variance));
                startConstant = alphaDot;
                endConstant = betaDot;
            }
            case SCORE -> {
                skip = -1 / variance;
                out = Math.sqrt(rest) / noise;
            }
            case NOISE -> {
                skip = noise / variance;
                out = Math.sqrt(rest);
            }
            case DENOISER -> {
                skip = beta * end.variance() / variance;
                out = Math.sqrt(end.variance() * (1 - beta * beta * end.variance() / variance));
                endConstant = 1;
            }
        }
    }

    Moments start() {
        return start;
    }

    Moments end() {
        return end;
    }

    double centre(int j) {
        return startCentre * start.mean()[j] + endCentre * end.mean()[j];
    }

    double constant(int j) {
        return startConstant * start.mean()[j] + endConstant * end.mean()[j];
    }
}
