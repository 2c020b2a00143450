package org.noisebook.solver;

/**
 * A function f(t, x) of time and place, evaluated for a block of particles at once.
 *
 * <p>A field is immutable and belongs to all threads; an {@link Evaluator} holds scratch memory and belongs to one.
 *
 * <p><b>Shapes</b>: coordinate-major: {@code x[j][k]} is coordinate j of particle k, j &lt; {@link #dimension}, k &lt;
 * count; rows may be longer than count. The value has {@link #outputs} rows.
 *
 * <p><b>Special cases</b>: particles do not depend on each other: NaN in one stays there. Count 0 does nothing.
 */
public interface Field {
    /** d, the number of coordinates of x. */
    int dimension();

    /** The number of coordinates of f, usually d. */
    default int outputs() {
        return dimension();
    }

    /**
     * Memory to evaluate blocks of at most {@code capacity} particles.
     *
     * @param capacity at least 1
     */
    Evaluator evaluator(int capacity);

    /** f(t, x) at all particles, {@code [output][particle]}; a loop over times keeps an {@link #evaluator} instead. */
    default double[][] at(double t, double[][] x) {
        double[][] out = new double[outputs()][x[0].length];
        evaluator(x[0].length).at(t, x, x[0].length, out);
        return out;
    }

    /** Evaluates a field; belongs to one thread. */
    interface Evaluator {
        /**
         * out = f(t, x).
         *
         * @param out may not be x
         */
        void at(double t, double[][] x, int count, double[][] out);

        /**
         * out = J u, the derivative of f at (t, x) along {@code direction}, for one direction a particle.
         *
         * <p>Unless a field knows better, by a central difference of f over x ± h u with h = 2⁻¹⁷ max(1, max|x_j|)/max|u_j|: <b>error</b> O(h²)
         * and rounding of about 10⁻¹¹ of f; <b>cost</b> two evaluations.
         */
        default void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            CentralDifferences.along(this, t, x, direction, count, out);
        }

        /**
         * out[k] = tr J = div f at (t, x_k), for fields with as many outputs as coordinates.
         *
         * <p>Unless a field knows better, by {@link #along} every coordinate: <b>cost</b> d of them.
         */
        default void divergence(double t, double[][] x, int count, double[] out) {
            CentralDifferences.divergence(this, t, x, count, out);
        }
    }
}
