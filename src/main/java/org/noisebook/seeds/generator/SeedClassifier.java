package org.noisebook.seeds.generator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Beta;
import org.noisebook.experiment.Check;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * Accuracy of a linear classifier that identifies the seed of an output under conditions not used in training.
 *
 * <p>Features are y_sc = x_sc minus the mean of condition c over all seeds. With the means m_s over training conditions
 * and the pooled within-seed covariance W = Σ_sc (y_sc − m_s)(y_sc − m_s)ᵀ / ((S − 1)(C − 1)), an output is assigned to
 * the seed that minimises (y − m_s)ᵀ W⁻¹ (y − m_s): linear discriminant analysis with equal priors (Fisher 1936,
 * doi:10.1111/j.1469-1809.1936.tb02137.x).
 *
 * <p><b>Shapes</b>: {@code x[seed][condition][feature]}; not modified. Training and test conditions must not overlap:
 * outputs of one condition share its content, which a split within a condition would detect instead. <b>Special
 * cases</b>: a feature that does not vary in training is omitted. If W is singular, because of a single training
 * condition or of features that are functions of others or of the seed, a ridge of 1e-6 times its mean diagonal (with
 * features in units of their standard deviation) is added, or the identity if W is zero. Among seeds at equal distance
 * the stream picks one.
 *
 * <p><b>Error</b>: the intervals of {@code top1} and {@code top5} resample test conditions and need about eight of
 * them; with one condition there is no interval. {@link #wilson} and {@code pValue} treat all outputs as independent,
 * which is not quite true within a condition; {@link #permuted} gives a null distribution without this assumption.
 * <b>Not</b> monotone in the number of training conditions: with few conditions, W covers few directions of within-seed
 * variation and gives too much weight to the others. If each condition reveals k directions, the accuracy can dip near
 * features/k conditions.
 *
 * <p><b>Cost</b>: S² × test conditions × features: 0.2 s for 1024 seeds, 16 conditions, 16 features.
 *
 * @param seeds S; the chance of a blind guess is 1/S
 * @param training number of training conditions
 * @param hits number of correct answers in each test condition
 * @param hitsOfFive number of outputs whose seed is among the five nearest, in each test condition
 * @param top1 fraction of correct answers
 * @param top5 fraction of outputs whose seed is among the five nearest
 * @param pValue probability of at least as many correct answers by random guessing: the binomial upper tail
 */
public record SeedClassifier(
        int seeds, int training, int[] hits, int[] hitsOfFive, Estimate top1, Estimate top5, double pValue) {
    private static final int FIVE = 5;
    /** A pivot this far below its diagonal element counts as rounding error. */
    private static final double SINGULAR = 1e-10;

    private static final double RIDGE = 1e-6;

    public SeedClassifier {
        Check.inRange("seeds", seeds, 2, Integer.MAX_VALUE);
        Check.inRange("training", training, 1, Integer.MAX_VALUE);
        hits = hits.clone();
        hitsOfFive = hitsOfFive.clone();
    }

    /**
     * Trains on some conditions and tests on others.
     *
     * @param trainConditions at least one
     * @param testConditions at least one, none of them used in training
     * @param stream source for the bootstrap and for ties
     */
    public static SeedClassifier of(double[][][] x, int[] trainConditions, int[] testConditions, Stream stream) {
        return new Outputs(x, trainConditions, testConditions).classify(trainConditions.length, stream);
    }

    /**
     * The classifier after 1, 2, 4, … and all training conditions in the given order, tested on the same conditions.
     */
    public static List<SeedClassifier> learningCurve(
            double[][][] x, int[] trainConditions, int[] testConditions, Stream stream) {
        Outputs outputs = new Outputs(x, trainConditions, testConditions);
        List<SeedClassifier> curve = new ArrayList<>();
        for (int count = 1; count < trainConditions.length; count *= 2) {
            curve.add(outputs.classify(count, stream.part(count)));
        }
        curve.add(outputs.classify(trainConditions.length, stream.part(trainConditions.length)));
        return curve;
    }

    @Override
    public int[] hits() {
        return hits.clone();
    }

    @Override
    public int[] hitsOfFive() {
        return hitsOfFive.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedClassifier that
                && seeds == that.seeds
                && training == that.training
                && Arrays.equals(hits, that.hits)
                && Arrays.equals(hitsOfFive, that.hitsOfFive)
                && top1.equals(that.top1)
                && top5.equals(that.top5)
                && Double.compare(pValue, that.pValue) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(hits) + Arrays.hashCode(hitsOfFive)) + 31 * seeds + training;
    }

    /**
     * Centred outputs of the training conditions, followed by those of the test conditions: [condition][seed][feature].
     */
    private static final class Outputs {
        private final int seeds;
        private final int trainable;
        private final int features;
        private final double[][][] y;

        Outputs(double[][][] x, int[] trainConditions, int[] testConditions) {
            Check.inRange("seeds", x.length, 2, Integer.MAX_VALUE);
            Check.inRange("training conditions", trainConditions.length, 1, Integer.MAX_VALUE);
            Check.inRange("test conditions", testConditions.length, 1, Integer.MAX_VALUE);
            seeds = x.length;
            trainable = trainConditions.length;
            checkShapes(x);
            features = x[0][0].length;
            int[] chosen = IntStream.concat(Arrays.stream(trainConditions), Arrays.stream(testConditions))
                    .toArray();
            checkDisjoint(chosen, x[0].length);
            y = new double[chosen.length][][];
            Arrays.setAll(y, c -> centred(x, chosen[c]));
        }

        private static void checkShapes(double[][][] x) {
            for (double[][] outputs : x) {
                if (outputs.length != x[0].length) {
                    throw new IllegalArgumentException(
                            "every seed must have the same conditions, got " + x[0].length + " and " + outputs.length);
                }
                for (double[] output : outputs) {
                    if (output.length == 0 || output.length != x[0][0].length) {
                        throw new IllegalArgumentException(
                                "every output must have the same features, at least one, got " + x[0][0].length
                                        + " and " + output.length);
                    }
                    for (double value : output) {
                        Check.inRange("x", value, -Double.MAX_VALUE, Double.MAX_VALUE);
                    }
                }
            }
        }

        private void checkDisjoint(int[] chosen, int conditions) {
            int[] use = new int[conditions];
            for (int k = 0; k < chosen.length; k++) {
                Check.inRange("condition", chosen[k], 0, conditions - 1);
                int part = k < trainable ? 1 : 2;
                if (use[chosen[k]] != 0) {
                    throw new IllegalArgumentException(
                            use[chosen[k]] == part
                                    ? "a condition must be chosen once, got " + chosen[k] + " twice"
                                    : "test conditions must not be trained on, got " + chosen[k] + " in both");
                }
                use[chosen[k]] = part;
            }
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
            int[] own = IntStream.range(0, seeds).toArray();
            int[][] rows = new int[y.length][];
            Arrays.fill(rows, own);
            int[] ranks = ranks(training, rows, stream.part(0));
            int tests = y.length - trainable;
            int[] hits = new int[tests];
            int[] hitsOfFive = new int[tests];
            for (int k = 0; k < ranks.length; k++) {
                hits[k / seeds] += ranks[k] == 0 ? 1 : 0;
                hitsOfFive[k / seeds] += ranks[k] < FIVE ? 1 : 0;
            }
            int right = Arrays.stream(hits).sum();
            double p = right == 0 ? 1 : Beta.regularizedBeta(1.0 / seeds, right, ranks.length - right + 1.0);
            return new SeedClassifier(
                    seeds,
                    training,
                    hits,
                    hitsOfFive,
                    share(hits, stream.part(1)),
                    share(hitsOfFive, stream.part(2)),
                    p);
        }

        private Estimate share(int[] hits, Stream stream) {
            return Bootstrap.of(
                    hits.length,
                    stream,
                    chosen -> Arrays.stream(chosen).map(c -> hits[c]).sum() / ((double) seeds * hits.length));
        }

        /**
         * Number of seeds nearer than the correct one, for each test output, by condition.
         *
         * @param rows the outputs assigned to seeds 0, 1, … in each condition
         */
        int[] ranks(int training, int[][] rows, Stream ties) {
            double[][] means = new double[seeds][features];
            for (int c = 0; c < training; c++) {
                for (int s = 0; s < seeds; s++) {
                    double[] output = y[c][rows[c][s]];
                    for (int f = 0; f < features; f++) {
                        means[s][f] += output[f] / training;
                    }
                }
            }
            double[][] whitening = whitening(training, rows, means);
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
                double[] output = y[c][rows[c][k % seeds]];
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
        private double[][] whitening(int training, int[][] rows, double[][] means) {
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
                    double[] output = y[c][rows[c][s]];
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
