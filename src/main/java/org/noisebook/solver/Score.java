package org.noisebook.solver;

/**
 * A score s(t, x) = ∇ log ρ(t, x): where the density grows.
 *
 * <p>See {@link Field} for shapes and threads.
 */
public interface Score extends Field {
    /** A score without scratch memory of its own. */
    static Score of(int dimension, Evaluator function) {
        return new Score() {
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
