package org.noisebook.solver;

import java.util.Arrays;

/**
 * A score s(t, x) = ∇ log ρ(t, x), the gradient of the log density.
 *
 * <p>See {@link Field} for shapes and threads.
 */
public interface Score extends Field {
    /** w₀ s₀ + w₁ s₁ + …, for example a score guided by the gradient of a classifier's log probability. */
    static Score sum(double[] weights, Score... scores) {
        return new Score() {
            @Override
            public int dimension() {
                return scores[0].dimension();
            }

            @Override
            public Evaluator evaluator(int capacity) {
                Evaluator[] terms = Arrays.stream(scores)
                        .map(score -> score.evaluator(capacity))
                        .toArray(Evaluator[]::new);
                double[][] term = new double[dimension()][capacity];
                return (t, x, count, out) -> {
                    for (double[] row : out) {
                        Arrays.fill(row, 0, count, 0);
                    }
                    for (int i = 0; i < terms.length; i++) {
                        terms[i].at(t, x, count, term);
                        for (int j = 0; j < out.length; j++) {
                            for (int k = 0; k < count; k++) {
                                out[j][k] = Math.fma(weights[i], term[j][k], out[j][k]);
                            }
                        }
                    }
                };
            }
        };
    }

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
