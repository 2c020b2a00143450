package org.noisebook.papers.goodseeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Stream;

/**
 * Accuracy of a linear classifier that identifies the seed of an output under conditions not used in training.
 *
 * <p>Features are y_sc = x_sc minus the mean of condition c over all seeds. With the means m_s over training conditions
 * and the pooled within-seed covariance W = Σ_sc (y_sc − m_s)(y_sc − m_s)ᵀ / ((S − 1)(C − 1)), an output is assigned to
 * the seed that minimises (y − m_s)ᵀ W⁻¹ (y − m_s): linear discriminant analysis with equal priors (Fisher 1936,
 * doi:10.1111/j.1469-1809.1936.tb02137.x).
 *
 * <p><b>Shapes</b>: {@code x[seed][condition][feature]}; not modified. Test conditions are others than those of training:
 * outputs of one condition share its content, which a split within a condition would detect instead. <b>Special
 * cases</b>: a feature that does not vary in training is omitted. If W is singular, because of a single training
 * condition or of features that are functions of others or of the seed, a ridge of 1e-6 times its mean diagonal (with
 * features in units of their standard deviation) is added, or the identity if W is zero. Among seeds at equal distance
 * the stream picks one. <b>Not</b> monotone in the number of training conditions: with few conditions, W covers few
 * directions of within-seed variation and gives too much weight to the others. If each condition reveals k directions,
 * the accuracy can dip near features/k conditions. <b>Cost</b>: S² × test conditions × features: 0.2 s for 1024 seeds, 16
 * conditions, 16 features.
 *
 * @param training number of training conditions
 * @param top1 fraction of correct answers
 * @param top5 fraction of outputs whose seed is among the five nearest
 */
record SeedClassifier(int training, double top1, double top5) {
    private static final int FIVE = 5;
    /** A pivot this far below its diagonal element counts as rounding error. */
    private static final double SINGULAR = 1e-10;

    private static final double RIDGE = 1e-6;

    /** The classifiers after 1, 2, 4, … and all of the first conditions, tested on the others; ties are broken by the stream. */
    static List<SeedClassifier> learningCurve(double[][][] x, int trainConditions, Stream stream) {
        Outputs outputs = new Outputs(x, trainConditions);
        List<SeedClassifier> curve = new ArrayList<>();
        for (int count = 1; count < trainConditions; count *= 2) {
            curve.add(outputs.classify(count, stream.part(count)));
        }
        curve.add(outputs.classify(trainConditions, stream.part(trainConditions)));
        return curve;
    }

    /**
     * Centred outputs, [condition][seed][feature].
     */
    private static final class Outputs {
        private final int seeds;
        private final int trainable;
        private final int features;
        private final double[][][] y;

        Outputs(double[][][] x, int trainable) {
            this.seeds = x.length;
            this.trainable = trainable;
            this.features = x[0][0].length;
            this.y = new double[x[0].length][][];
            Arrays.setAll(y, c -> centred(x, c));
        }

        private double[][] centred(double[][][] x, int condition) {
            // Relative to the first seed, so that a feature without differences is exactly 0.
            double[] first = x[0][condition];
            double[] mean = new double[features];
            for (double[][] outputs : x) {
                for (int f = 0; f < features; f++) {
                    mean[f] += (outputs[condition][f] - first[f]) / seeds;
                }
            }
            double[][] centred = new double[seeds][features];
            for (int s = 0; s < seeds; s++) {
                for (int f = 0; f < features; f++) {
                    centred[s][f] = x[s][condition][f] - first[f] - mean[f];
                }
            }
            return centred;
        }

        SeedClassifier classify(int training, Stream stream) {
            int[] ranks = ranks(training, stream.part(0));
            return new SeedClassifier(
                    training,
                    Grammar.share(ranks.length, k -> ranks[k] == 0),
                    Grammar.share(ranks.length, k -> ranks[k] < FIVE));
        }

        /** Number of seeds nearer than the correct one, for each test output, by condition. */
        private int[] ranks(int training, Stream ties) {
            double[][] means = new double[seeds][features];
            for (int c = 0; c < training; c++) {
                for (int s = 0; s < seeds; s++) {
                    double[] output = y[c][s];
                    for (int f = 0; f < features; f++) {
                        means[s][f] += output[f] / training;
                    }
                }
            }
            double[][] whitening = whitening(training, means);
            double[][] centres = new double[whitening.length][seeds];
            for (int s = 0; s < seeds; s++) {
                for (int f = 0; f < centres.length; f++) {
                    centres[f][s] = Dot.inOrder(whitening[f], means[s]);
                }
            }
            int[] ranks = new int[(y.length - trainable) * seeds];
            double[] squared = new double[seeds];
            for (int k = 0; k < ranks.length; k++) {
                int c = trainable + k / seeds;
                double[] output = y[c][k % seeds];
                Arrays.fill(squared, 0);
                for (int f = 0; f < centres.length; f++) {
                    addSquares(Dot.inOrder(whitening[f], output), centres[f], squared);
                }
                ranks[k] = rank(squared, k % seeds, ties);
            }
            return ranks;
        }

        private static void addSquares(double at, double[] row, double[] squared) {
            for (int s = 0; s < row.length; s++) {
                double off = row[s] - at;
                squared[s] = Math.fma(off, off, squared[s]);
            }
        }

        private static int rank(double[] squared, int seed, Stream ties) {
            double own = squared[seed];
            int nearer = 0;
            int equal = 0;
            for (double other : squared) {
                nearer += other < own ? 1 : 0;
                equal += other == own ? 1 : 0;
            }
            return equal == 1 ? nearer : nearer + ties.nextIndex(equal);
        }

        /** Rows of R with R W Rᵀ = I, over the features that vary. */
        private double[][] whitening(int training, double[][] means) {
            double[] scale = new double[features];
            for (int c = 0; c < training; c++) {
                for (double[] output : y[c]) {
                    for (int f = 0; f < features; f++) {
                        scale[f] += output[f] * output[f] / ((double) training * seeds);
                    }
                }
            }
            int[] kept = IntStream.range(0, features).filter(f -> scale[f] > 0).toArray();
            int size = kept.length;
            if (size == 0) {
                return new double[0][features];
            }
            Arrays.setAll(scale, f -> Math.sqrt(scale[f]));
            double[] within = new double[size * size];
            double[] off = new double[size];
            double degrees = (seeds - 1.0) * Math.max(1, training - 1);
            for (int c = 0; c < training; c++) {
                for (int s = 0; s < seeds; s++) {
                    double[] output = y[c][s];
                    for (int i = 0; i < size; i++) {
                        off[i] = (output[kept[i]] - means[s][kept[i]]) / scale[kept[i]];
                        for (int j = 0; j <= i; j++) {
                            within[i * size + j] += off[i] * off[j] / degrees;
                        }
                    }
                }
            }
            double[] root = root(size, within).inverseLower();
            double[][] whitening = new double[size][features];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j <= i; j++) {
                    whitening[i][kept[j]] = root[i * size + j] / scale[kept[j]];
                }
            }
            return whitening;
        }

        private static Cholesky root(int size, double[] within) {
            Cholesky plain = Cholesky.of(size, within).orElse(null);
            if (plain != null && isRegular(size, plain.lower(), within)) {
                return plain;
            }
            double trace = 0;
            for (int i = 0; i < size; i++) {
                trace += within[i * size + i];
            }
            double ridge = trace > 0 ? RIDGE * trace / size : 1;
            double[] raised = within.clone();
            for (int i = 0; i < size; i++) {
                raised[i * size + i] += ridge;
            }
            return Cholesky.of(size, raised)
                    .orElseThrow(() -> new IllegalStateException("a covariance with a ridge is positive definite"));
        }

        private static boolean isRegular(int size, double[] lower, double[] within) {
            for (int i = 0; i < size; i++) {
                double pivot = lower[i * size + i];
                if (pivot * pivot < SINGULAR * within[i * size + i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
