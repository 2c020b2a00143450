package org.noisebook.regime;

import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * A ReLU network on XOR clusters with flipped labels: after one step of gradient descent it fits every label by a linear
 * rule and is at chance on fresh points; soon after it has found the clusters and still fits the flipped labels.
 *
 * <p>Xu, Wang, Frei, Vardi and Hu 2023, "Benign Overfitting and Grokking in ReLU Networks for XOR Cluster Data", arXiv
 * 2310.02541. Points are N(±μ_1, I_p) with label +1 and N(±μ_2, I_p) with label −1, μ_1 ⊥ μ_2, ‖μ_1‖ = ‖μ_2‖, the four equally
 * likely; a training label is flipped with probability {@code flipShare}. f(x) = Σ_j a_j φ(w_j·x) with φ = ReLU, random
 * a_j = ±1/√m that stay, w_j from N(0, ω² I_p), full-batch gradient descent for the logistic loss.
 *
 * <p>As φ(z) = z/2 + |z|/2, f has an odd part, which is linear: ½ Σ_j a_j w_j·x, and an even part. The labels are even in
 * x, so that any linear rule has accuracy exactly 1/2: it is right on a point of +μ with the probability that it is wrong
 * on one of −μ. What generalises is the even part.
 *
 * <p><b>Streams</b>: {@code init}, {@code data}, {@code test}, one part a neuron or point: a smaller training set is a prefix of
 * a larger one. <b>Special cases</b>: an output 0 counts as the label −1. <b>Error</b>: the points are an exact draw (see
 * {@link XorClusters}). <b>Cost</b>: a step is n (n + testSize) m multiply-adds whatever p is; a run of the defaults takes 0.2 s.
 */
@Head(
        id = "xor-grokking",
        version = 1,
        title = "Gradient descent of a ReLU network on XOR clusters with flipped labels, step by step",
        streams = {"init", "data", "test"},
        sources = {
            "Xu, Wang, Frei, Vardi, Hu 2023, Benign Overfitting and Grokking in ReLU Networks for XOR Cluster Data,"
                    + " arXiv 2310.02541",
            "Bartlett 1933, On the Theory of Statistical Regression, Proceedings of the Royal Society of Edinburgh 53,"
                    + " 260-283"
        })
public final class XorGrokkingStudy implements Study<XorGrokkingConfig, XorGrokkingResult> {
    /** Numbers kept of every step, and as many copies. */
    private static final int HISTORIES = 18;

    @Override
    public XorGrokkingResult run(XorGrokkingConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public XorGrokkingResult run(XorGrokkingConfig config, Streams streams, MatrixKernels products) {
        XorClusters clusters = XorClusters.draw(config, streams);
        GramDescent descent = new GramDescent(config, clusters, products);
        History history = new History(config, clusters, descent);
        history.look(0);
        for (int step = 1; step <= config.steps(); step++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            descent.step();
            history.look(step);
        }
        return history.result();
    }

    /** The numbers of a run, looked up after every step. */
    private static final class History {
        private final XorClusters clusters;
        private final GramDescent descent;
        private final int trainSize;
        private final int end;
        private final boolean[] labels;
        private final boolean[] trueLabels;
        private final boolean[] averageLabels;
        private final double[] loss;
        private final double[] train;
        private final double[] cleanTrain;
        private final double[] test;
        private final double[] linearTest;
        private final double[] linear;
        private final double[] average;
        private final double[] own;
        private final double[] other;

        History(XorGrokkingConfig config, XorClusters clusters, GramDescent descent) {
            this.clusters = clusters;
            this.descent = descent;
            this.trainSize = config.trainSize();
            this.end = trainSize + config.testSize();
            this.labels = positive(i -> clusters.labels[i]);
            this.trueLabels = positive(i -> clusters.trueLabels[i]);
            this.averageLabels = positive(descent::averageOutput);
            this.loss = new double[config.steps() + 1];
            this.train = loss.clone();
            this.cleanTrain = loss.clone();
            this.test = loss.clone();
            this.linearTest = loss.clone();
            this.linear = loss.clone();
            this.average = loss.clone();
            this.own = loss.clone();
            this.other = loss.clone();
        }

        void look(int step) {
            boolean[] given = positive(descent::output);
            boolean[] linearly = positive(descent::linearOutput);
            loss[step] = descent.loss();
            train[step] = agreement(given, labels, 0, trainSize);
            cleanTrain[step] = agreement(given, trueLabels, 0, trainSize);
            test[step] = agreement(given, trueLabels, trainSize, end);
            linearTest[step] = agreement(linearly, trueLabels, trainSize, end);
            linear[step] = agreement(given, linearly, trainSize, end);
            average[step] = agreement(given, averageLabels, trainSize, end);
            own[step] = alignment(0);
            other[step] = alignment(1);
        }

        private boolean[] positive(IntToDoubleFunction output) {
            boolean[] positive = new boolean[end];
            for (int i = 0; i < end; i++) {
                positive[i] = output.applyAsDouble(i) > 0;
            }
            return positive;
        }

        /** Share of points in [from, to) with equal labels. */
        private static double agreement(boolean[] a, boolean[] b, int from, int to) {
            int equal = 0;
            for (int i = from; i < to; i++) {
                equal += a[i] == b[i] ? 1 : 0;
            }
            return (double) equal / (to - from);
        }

        /** Mean alignment of neurons with the signal of their sign, or with the other one. */
        private double alignment(int which) {
            int width = clusters.signs.length;
            double sum = 0;
            for (int j = 0; j < width; j++) {
                int ownSignal = clusters.signs[j] > 0 ? 0 : 1;
                sum += descent.alignment(j, end + (ownSignal ^ which));
            }
            return sum / width;
        }

        XorGrokkingResult result() {
            int last = loss.length - 1;
            return new XorGrokkingResult(
                    StopReason.COMPLETED,
                    1 - agreement(labels, trueLabels, 0, trainSize),
                    train[1],
                    test[1],
                    linear[1],
                    train[last],
                    cleanTrain[last],
                    test[last],
                    Doubles.of(loss),
                    Doubles.of(train),
                    Doubles.of(cleanTrain),
                    Doubles.of(test),
                    Doubles.of(linearTest),
                    Doubles.of(linear),
                    Doubles.of(average),
                    Doubles.of(own),
                    Doubles.of(other));
        }
    }

    @Override
    public double work(XorGrokkingConfig config) {
        double points = XorClusters.count(config);
        return points * config.trainSize() * ((double) config.steps() * config.width() + XorClusters.rank(config));
    }

    @Override
    public long memory(XorGrokkingConfig config) {
        long points = XorClusters.count(config);
        long rank = Kernels.padded(XorClusters.rank(config));
        long width = Kernels.padded(config.width());
        long products = (points + Kernels.PAD) * config.trainSize();
        long sums = (points + config.trainSize()) * width;
        return (points * rank + rank * width + products + sums + HISTORIES * (config.steps() + 1L)) * Double.BYTES;
    }
}
