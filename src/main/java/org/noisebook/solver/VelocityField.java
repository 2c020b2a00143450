package org.noisebook.solver;

/**
 * A velocity b(t, x) that moves particles, dX = b(t, X) dt, alone or as the drift of a stochastic equation.
 *
 * <p>See {@link Field} for shapes and threads.
 */
public interface VelocityField extends Field {
    /** A velocity without scratch memory of its own. */
    static VelocityField of(int dimension, Evaluator function) {
        return new VelocityField() {
            @Override
            public int dimension() {
                return dimension;
            }

            @Override
            public Evaluator evaluator(int capacity) {
                return function;
            }
        };
    }
}
