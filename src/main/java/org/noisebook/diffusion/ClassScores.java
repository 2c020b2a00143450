package org.noisebook.diffusion;

import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Score;

/**
 * Scores of several classes combined: the particles of an {@link Ensemble} block are assigned to classes by position.
 *
 * <p>Position p belongs to the class whose part of [0, 1) contains the golden-ratio sequence (p φ mod 1), so that any
 * first particles of a block also have the class proportions, to within about one particle. It works for samplers that
 * move whole blocks and keep the order of particles.
 *
 * <p><b>Cost</b>: one evaluation of one score per particle.
 */
public final class ClassScores implements Score {
    /** 2⁶⁴ divided by the golden ratio. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final double TWO_POW_MINUS_53 = 0x1.0p-53;

    private final List<Score> scores;
    private final int[] labels;
    /** The positions of each class, in ascending order. */
    private final int[][] places;

    /**
     * Assigns the particles of a block in given proportions.
     *
     * @param shares proportions of the classes, summing to 1
     */
    ClassScores(List<Score> scores, double... shares) {
        this(scores, shareOut(shares));
    }

    /** Assigns each position of a block to a given class. */
    public ClassScores(List<Score> scores, int[] labels) {
        this.scores = List.copyOf(scores);
        this.labels = labels.clone();
        places = IntStream.range(0, scores.size())
                .mapToObj(c -> IntStream.range(0, labels.length)
                        .filter(place -> labels[place] == c)
                        .toArray())
                .toArray(int[][]::new);
    }

    private static int[] shareOut(double... shares) {
        int[] labels = new int[Ensemble.BLOCK];
        for (int place = 0; place < labels.length; place++) {
            double left = (place * GOLDEN >>> 11) * TWO_POW_MINUS_53;
            int c = 0;
            while (c < shares.length - 1 && left >= shares[c]) {
                left -= shares[c++];
            }
            labels[place] = c;
        }
        return labels;
    }

    /** The class of a particle of an ensemble. */
    int label(int particle) {
        return labels[particle % labels.length];
    }

    @Override
    public int dimension() {
        return scores.get(0).dimension();
    }

    @Override
    public Evaluator evaluator(int capacity) {
        if (capacity > labels.length) {
            throw new IllegalArgumentException("capacity must be at most " + labels.length + ", got " + capacity);
        }
        List<Evaluator> all =
                scores.stream().map(score -> score.evaluator(capacity)).toList();
        double[][] own = new double[dimension()][capacity];
        double[][] value = new double[dimension()][capacity];
        return (t, x, count, out) -> {
            for (int c = 0; c < places.length; c++) {
                int[] of = places[c];
                int length = 0;
                while (length < of.length && of[length] < count) {
                    for (int j = 0; j < own.length; j++) {
                        own[j][length] = x[j][of[length]];
                    }
                    length++;
                }
                if (length > 0) {
                    all.get(c).at(t, own, length, value);
                }
                for (int i = 0; i < length; i++) {
                    for (int j = 0; j < own.length; j++) {
                        out[j][of[i]] = value[j][i];
                    }
                }
            }
        };
    }
}
