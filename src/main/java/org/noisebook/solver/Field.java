package org.noisebook.solver;

/**
 * A function f(t, x) of time and position, evaluated for a block of particles at once.
 *
 * <p>A field is immutable and shared by all threads; an {@link Evaluator} has scratch memory and belongs to one.
 *
 * <p><b>Shapes</b>: coordinate-major: {@code x[j][k]} is coordinate j of particle k, j &lt; {@link #dimension}, k &lt;
 * count; rows may be longer than count. The value has {@link #outputs} rows. <b>Special cases</b>: particles are
 * independent, so NaN in one does not spread. Count 0 does nothing.
 */
public interface Field {
    /** d, the number of coordinates of x. */
    int dimension();

    /** The number of coordinates of f, usually d. */
    default int outputs() {
        return dimension();
    }

    /**
     * Creates an evaluator for blocks of at most {@code capacity} particles.
     *
     * @param capacity at least 1
     */
    Evaluator evaluator(int capacity);

    /**
     * f(t, x) at all particles, {@code [output][particle]}; for a loop over times use an {@link #evaluator} instead.
     */
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
         * @param out must not be x
         */
        void at(double t, double[][] x, int count, double[][] out);

        /**
         * out = J u, the derivative of f at (t, x) along {@code direction}, for one direction per particle.
         *
         * <p>By default, a central difference of f over x ± h u with h = 2⁻¹⁷ max(1, max|x_j|)/max|u_j|: <b>error</b>
         * O(h²) plus rounding of about 10⁻¹¹ of f; <b>cost</b> two evaluations.
         */
        default void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            CentralDifferences.along(this, t, x, direction, count, out);
        }

        /**
         * out[k] = tr J = div f at (t, x_k), for fields whose output has the dimension of x.
         *
         * <p>By default, from {@link #along} in every coordinate direction; <b>cost</b> d such calls.
         */
        default void divergence(double t, double[][] x, int count, double[] out) {
            CentralDifferences.divergence(this, t, x, count, out);
        }
    }
}
