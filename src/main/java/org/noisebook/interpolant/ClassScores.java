package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.List;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Score;

/**
 * Scores of several classes as one: particles of an {@link Ensemble} block are shared out among the classes by their place in it.
 *
 * <p>Blocks are all laid out alike, each class in one stretch. It serves samplers that move whole blocks and keep particles in place.
 *
 * <p><b>Cost</b>: one evaluation of one of the scores a particle.
 */
final class ClassScores implements Score {
    private final List<Score> scores;
    /** Where the stretch of each class ends. */
    private final int[] ends;

    /**
     * Shares a block out.
     *
     * @param shares of the classes, adding up to 1; the places are rounded to
     */
    ClassScores(List<Score> scores, double... shares) {
        this.scores = scores;
        ends = new int[shares.length];
        double sum = 0;
        for (int c = 0; c < shares.length; c++) {
            sum += shares[c];
            ends[c] = (int) Math.rint(sum * Ensemble.BLOCK);
        }
        ends[shares.length - 1] = Ensemble.BLOCK;
    }

    /** The class of a particle of an ensemble. */
    int label(int particle) {
        int place = particle % Ensemble.BLOCK;
        int c = 0;
        while (place >= ends[c]) {
            c++;
        }
        return c;
    }

    @Override
    public int dimension() {
        return scores.get(0).dimension();
    }

    @Override
    public Evaluator evaluator(int capacity) {
        if (capacity > Ensemble.BLOCK) {
            throw new IllegalArgumentException("capacity must be at most " + Ensemble.BLOCK + ", got " + capacity);
        }
        List<Evaluator> all =
                scores.stream().map(score -> score.evaluator(capacity)).toList();
        double[][] own = new double[dimension()][capacity];
        double[][] value = new double[dimension()][capacity];
        return (t, x, count, out) -> {
            int first = 0;
            for (int c = 0; c < ends.length && first < count; c++) {
                int length = Math.min(ends[c], count) - first;
                if (length > 0) {
                    for (int j = 0; j < own.length; j++) {
                        System.arraycopy(x[j], first, own[j], 0, length);
                    }
                    all.get(c).at(t, own, length, value);
                    for (int j = 0; j < own.length; j++) {
                        System.arraycopy(value[j], 0, out[j], first, length);
                    }
                    first += length;
                }
            }
        };
    }

    @Override
    public String toString() {
        return "ClassScores" + Arrays.toString(ends);
    }
}
