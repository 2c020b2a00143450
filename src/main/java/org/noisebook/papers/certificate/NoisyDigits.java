package org.noisebook.papers.certificate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.Mlp;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Stream;

/** Digits drawn from one Gaussian a class, exact classifiers of their noised pictures, and networks trained on them. */
final class NoisyDigits {
    private static final int PIXELS = 64;
    private static final int CLASSES = 10;

    /** Log weights, means, eigenvectors by rows and variances of the classes, computed once. */
    private static final class Law {
        static final GaussianMixture DATA = GuidedLaw.DigitsMixture.standard().data();
        static final double[][][] AXES = new double[CLASSES][PIXELS][];
        /** The same by pixels. */
        static final double[][][] ROWS = new double[CLASSES][PIXELS][PIXELS];

        static final double[][] VARIANCES = new double[CLASSES][];

        static {
            for (int c = 0; c < CLASSES; c++) {
                EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(DATA.covariances()[c]));
                VARIANCES[c] = eigen.getRealEigenvalues();
                for (int j = 0; j < PIXELS; j++) {
                    AXES[c][j] = eigen.getEigenvector(j).toArray();
                    for (int i = 0; i < PIXELS; i++) {
                        ROWS[c][i][j] = AXES[c][j][i];
                    }
                }
            }
        }

        static final double[] LOG_WEIGHTS =
                Arrays.stream(DATA.weights()).map(StrictMath::log).toArray();
        static final double[][] MEANS = DATA.means();
    }

    private NoisyDigits() {}

    /** A class and a picture of it, without noise. */
    static double[] draw(Stream stream, int label) {
        double[] x = Law.MEANS[label].clone();
        for (int j = 0; j < PIXELS; j++) {
            double z = stream.nextGaussian() * Math.sqrt(Math.max(0, Law.VARIANCES[label][j]));
            double[] axis = Law.AXES[label][j];
            for (int i = 0; i < PIXELS; i++) {
                x[i] += z * axis[i];
            }
        }
        return x;
    }

    /** A class by its weight. */
    static int label(Stream stream) {
        double u = stream.nextDouble();
        int c = 0;
        while (c < CLASSES - 1 && u >= StrictMath.exp(Law.LOG_WEIGHTS[c])) {
            u -= StrictMath.exp(Law.LOG_WEIGHTS[c++]);
        }
        return c;
    }

    static double[] noised(double[] x, double sigma, Stream stream) {
        return Arrays.stream(x).map(v -> v + sigma * stream.nextGaussian()).toArray();
    }

    /** The most probable class of a picture with noise of a variance. */
    static int classify(double variance, double... x) {
        return most(logs(variance, coordinates(x)));
    }

    /** That of the posterior mean, as if it had no noise. */
    static int denoisedFirst(double variance, double... x) {
        double[][] along = coordinates(x);
        double[] logs = logs(variance, along);
        double largest = logs[most(logs)];
        double sum = Arrays.stream(logs).map(l -> StrictMath.exp(l - largest)).sum();
        double[] mean = new double[PIXELS];
        for (int c = 0; c < CLASSES; c++) {
            double share = StrictMath.exp(logs[c] - largest) / sum;
            for (int i = 0; i < PIXELS && share > 1e-12; i++) {
                mean[i] += share * Law.MEANS[c][i];
            }
            for (int j = 0; j < PIXELS && share > 1e-12; j++) {
                double d = Math.max(0, Law.VARIANCES[c][j]);
                double pull = share * along[c][j] * d / (d + variance);
                double[] axis = Law.AXES[c][j];
                for (int i = 0; i < PIXELS; i++) {
                    mean[i] += pull * axis[i];
                }
            }
        }
        return classify(0, mean);
    }

    private static double[][] coordinates(double... x) {
        double[][] along = new double[CLASSES][PIXELS];
        double[] off = new double[PIXELS];
        for (int c = 0; c < CLASSES; c++) {
            for (int i = 0; i < PIXELS; i++) {
                off[i] = x[i] - Law.MEANS[c][i];
            }
            // Sums run side by side over the axes.
            for (int i = 0; i < PIXELS; i++) {
                double[] row = Law.ROWS[c][i];
                for (int j = 0; j < PIXELS; j++) {
                    along[c][j] += row[j] * off[i];
                }
            }
        }
        return along;
    }

    private static double[] logs(double variance, double[]... along) {
        double[] logs = Law.LOG_WEIGHTS.clone();
        for (int c = 0; c < CLASSES; c++) {
            double product = 1;
            for (int j = 0; j < PIXELS; j++) {
                double d = Math.max(0, Law.VARIANCES[c][j]) + variance;
                logs[c] -= along[c][j] * along[c][j] / d / 2;
                product *= d;
                if (j % 8 == 7) {
                    logs[c] -= StrictMath.log(product) / 2;
                    product = 1;
                }
            }
        }
        return logs;
    }

    private static int most(double... logs) {
        return IntStream.range(1, logs.length).reduce(0, (best, c) -> logs[c] > logs[best] ? c : best);
    }

    /** A network trained with noise up to σ, its first steps perhaps by contrast of neighbours on a path of noise. */
    static final class Net {
        private static final int BATCH = 32;
        private static final double RATE = 3e-3;
        /** Noise of the cleaner neighbour over that of the other. */
        private static final double NEIGHBOUR = 0.8;

        private final Mlp mlp = Mlp.of(
                new int[] {PIXELS, 64, 32, CLASSES},
                Activation.RELU,
                BATCH,
                Precision.FLOAT32,
                MatrixKernels.fastest());
        private final int[] index = IntStream.range(0, BATCH).toArray();

        Net(int steps, double contrastive, double sigma, Stream init, Stream data) {
            mlp.initialise(init, Math.sqrt(2));
            double[] clear = new double[BATCH * PIXELS];
            double[] noisy = new double[BATCH * PIXELS];
            int[] labels = new int[BATCH];
            for (int step = 0; step < steps; step++) {
                Grammar.stopIfInterrupted();
                for (int k = 0; k < BATCH; k++) {
                    labels[k] = label(data);
                    double[] x = draw(data, labels[k]);
                    double s = sigma * (step < contrastive * steps ? data.nextPositive() : 1);
                    for (int i = 0; i < PIXELS; i++) {
                        double z = s * data.nextGaussian();
                        noisy[k * PIXELS + i] = x[i] + z;
                        clear[k * PIXELS + i] = x[i] + NEIGHBOUR * z;
                    }
                }
                if (step < contrastive * steps) {
                    contrast(clear, noisy);
                } else {
                    mlp.forward(noisy, index, 0, BATCH);
                    mlp.crossEntropy(labels, index, 0);
                }
                mlp.backward();
                mlp.adam(RATE);
            }
        }

        /** −log of the softmax over j of −|e_i − t_j|²/2 at j = i, t the scores of the cleaner neighbours, held. */
        private void contrast(double[] clear, double... noisy) {
            double[] t = new double[BATCH * CLASSES];
            double[] e = new double[BATCH * CLASSES];
            mlp.evaluate(clear, index, 0, BATCH);
            mlp.copyActivities(mlp.layers(), t);
            mlp.forward(noisy, index, 0, BATCH);
            mlp.copyActivities(mlp.layers(), e);
            double[] slopes = new double[e.length];
            double[] w = new double[BATCH];
            for (int i = 0; i < BATCH; i++) {
                int at = i * CLASSES;
                for (int j = 0; j < BATCH; j++) {
                    int to = j * CLASSES;
                    w[j] = -Grammar.sum(CLASSES, c -> (e[at + c] - t[to + c]) * (e[at + c] - t[to + c])) / 2;
                }
                double largest = Arrays.stream(w).max().orElseThrow();
                double sum = 0;
                for (int j = 0; j < BATCH; j++) {
                    w[j] = StrictMath.exp(w[j] - largest);
                    sum += w[j];
                }
                for (int c = 0; c < CLASSES; c++) {
                    double mean = 0;
                    for (int j = 0; j < BATCH; j++) {
                        mean += w[j] / sum * t[j * CLASSES + c];
                    }
                    slopes[at + c] = (mean - t[at + c]) / BATCH;
                }
            }
            mlp.setSlopes(slopes);
        }

        int classify(double... x) {
            mlp.evaluate(x, index, 0, 1);
            return mlp.predicted(0);
        }
    }
}
