package org.noisebook.field;

import org.noisebook.interpolant.Schedule;

/**
 * Converts one field of a one-sided interpolant x_t = α z + β x_1 into another, exact or learned: since s = −η_z/α, α
 * η_z + β η_1 = x and b = α̇ η_z + β̇ η_1, one network is enough.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), section 5. Their one-sided score loss
 * has 1/γ where 1/α is needed. <b>Special cases</b>: at t = 0, where β = 0, b is α̇ x + β̇ E x_1 and η_1 is E x_1. The
 * score does not exist where α = 0; it is infinite or NaN there. <b>Error</b>: that of the field times a factor, which
 * grows as 1/α or 1/β at an end. <b>Cost</b>: one evaluation; derivatives are those of the field.
 */
final class OneSided {
    private OneSided() {}

    /**
     * One field in terms of another: own x + field f + mean E[x_1].
     *
     * @param own factor of x
     * @param field factor of the known field
     * @param mean factor of E[x_1]
     */
    record Factors(double own, double field, double mean) {}

    /**
     * All fields, like x = α η_z + β η_1 itself, have the form p η_z + q η_1; the wanted field is the combination of x
     * and the known field that solves the two equations.
     *
     * @param scale factor of the wanted field
     */
    static Factors between(Schedule schedule, Objective known, Objective wanted, double t, double scale) {
        double alpha = schedule.alpha(t);
        double beta = schedule.beta(t);
        double start = ofStart(schedule, known, t);
        double end = ofEnd(schedule, known, t);
        double wantedStart = ofStart(schedule, wanted, t);
        double wantedEnd = ofEnd(schedule, wanted, t);
        double determinant = product(alpha, end) - product(beta, start);
        return new Factors(
                scale * (product(wantedStart, end) - product(wantedEnd, start)) / determinant,
                scale * (product(alpha, wantedEnd) - product(beta, wantedStart)) / determinant,
                0);
    }

    /** The factors near t = 0, where x is pure noise and contains no information on x_1. */
    static Factors atStart(Schedule schedule, Objective wanted, double t, double scale) {
        double alpha = schedule.alpha(t);
        double start = ofStart(schedule, wanted, t);
        double end = ofEnd(schedule, wanted, t);
        return new Factors(scale * start / alpha, 0, scale * (end - start * schedule.beta(t) / alpha));
    }

    /** The factors near t = 1, where x is x_1, for fields that contain it. */
    static Factors atEnd(Schedule schedule, Objective wanted, double t, double scale) {
        return new Factors(scale * ofEnd(schedule, wanted, t) / schedule.beta(t), 0, 0);
    }

    /** The product, where 0 times infinity is 0. */
    private static double product(double a, double b) {
        return a == 0 || b == 0 ? 0 : a * b;
    }

    /** The coefficient p of η_z in a field. */
    private static double ofStart(Schedule schedule, Objective field, double t) {
        return switch (field) {
            case VELOCITY, INTERPOLANT_VELOCITY -> schedule.alphaDot(t);
            case SCORE -> -1 / schedule.alpha(t);
            case NOISE -> 1;
            case DENOISER -> 0;
        };
    }

    /** The coefficient q of η_1 in a field. */
    static double ofEnd(Schedule schedule, Objective field, double t) {
        return switch (field) {
            case VELOCITY, INTERPOLANT_VELOCITY -> schedule.betaDot(t);
            case SCORE, NOISE -> 0;
            case DENOISER -> 1;
        };
    }
}
