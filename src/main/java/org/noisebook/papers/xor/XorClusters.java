package org.noisebook.papers.xor;

import org.noisebook.linalg.Kernels;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Points of four Gaussian clusters ±μ_1 (label +1) and ±μ_2 (label −1) and the initial weights of a network, drawn in an orthonormal
 * basis of their span, so the cost does not depend on the dimension p.
 *
 * <p>The basis begins with μ_1/‖μ_1‖ and μ_2/‖μ_2‖. Orthogonal to these two, all vectors are spherical Gaussian in p − 2 dimensions.
 * Taken one by one, weights before training points, vector q = 0, 1, … has independent normal components along the
 * directions that its predecessors spanned; the length of what is left is χ with p − 2 − q degrees of freedom, and that part
 * gives the next direction. This is the triangular factor of a Wishart matrix (Bartlett 1933, Proc. R. Soc. Edinburgh 53,
 * 260–283): all inner products have exactly the distribution of vectors drawn in p dimensions, for every p ≥ 2. Of a test point
 * only the components in the span are drawn, since no other inner product with it occurs.
 *
 * <p><b>Shapes</b>: {@code points} has one row of length {@code stride} per point: training, test, then the two signal
 * directions; {@code weights[rank][padded(width)]} has one column per neuron; labels and true labels follow the points.
 * <b>Error</b>: rounding only. <b>Cost</b>: (points + width) · (trainSize + width) normal numbers.
 */
final class XorClusters {
    /** Number of signal directions. */
    static final int SIGNALS = 2;

    private static final int CLUSTERS = 4;

    final int rank;
    final int stride;
    final double[] points;
    final double[] weights;
    /** The training labels ±1, some of them flipped. */
    final int[] labels;
    /** The true labels ±1 of the clusters. */
    final int[] trueLabels;
    /** The signs ±1 of the second layer, √width times its weights. */
    final int[] signs;

    private XorClusters(XorGrokking.Config config) {
        rank = rank(config);
        stride = Kernels.padded(rank);
        points = new double[count(config) * stride];
        weights = new double[rank * Kernels.padded(config.width())];
        labels = new int[config.trainSize() + config.testSize()];
        trueLabels = labels.clone();
        signs = new int[config.width()];
    }

    /** The dimension of the span. */
    static int rank(XorGrokking.Config config) {
        return Math.min(config.dimension(), SIGNALS + config.width() + config.trainSize());
    }

    /** The number of rows of {@code points}. */
    static int count(XorGrokking.Config config) {
        return config.trainSize() + config.testSize() + SIGNALS;
    }

    static XorClusters draw(XorGrokking.Config config, Streams streams) {
        XorClusters clusters = new XorClusters(config);
        int n = config.trainSize();
        int m = config.width();
        int across = config.dimension() - SIGNALS;
        Stream init = streams.at("init");
        for (int j = 0; j < m; j++) {
            clusters.drawNeuron(j, init.part(j), across, config);
        }
        Stream data = streams.at("data");
        for (int i = 0; i < n; i++) {
            clusters.drawPoint(i, data.part(i), m + i, across, config.signalNorm(), config.flipShare());
        }
        Stream test = streams.at("test");
        int spanned = clusters.rank - SIGNALS;
        for (int i = 0; i < config.testSize(); i++) {
            clusters.drawPoint(n + i, test.part(i), spanned, spanned, config.signalNorm(), 0);
        }
        for (int k = 0; k < SIGNALS; k++) {
            clusters.points[(n + config.testSize() + k) * clusters.stride + k] = 1;
        }
        return clusters;
    }

    private void drawNeuron(int j, Stream stream, int across, XorGrokking.Config config) {
        signs[j] = sign(stream);
        double[] vector = new double[rank];
        fill(vector, 0, stream, j, across);
        for (int k = 0; k < rank; k++) {
            weights[k * Kernels.padded(config.width()) + j] = config.initialScale() * vector[k];
        }
    }

    private void drawPoint(int i, Stream stream, int before, int across, double signalNorm, double flipShare) {
        int cluster = stream.nextIndex(CLUSTERS);
        int axis = cluster / 2;
        trueLabels[i] = 1 - 2 * axis;
        labels[i] = stream.nextDouble() < flipShare ? -trueLabels[i] : trueLabels[i];
        fill(points, i * stride, stream, before, across);
        points[i * stride + axis] += cluster % 2 == 0 ? signalNorm : -signalNorm;
    }

    /** Draws a standard Gaussian vector after {@code before} others in the {@code across} dimensions orthogonal to the signal. */
    private static void fill(double[] to, int start, Stream stream, int before, int across) {
        int end = start + SIGNALS + Math.min(before, across);
        for (int k = start; k < end; k++) {
            to[k] = stream.nextGaussian();
        }
        if (before < across) {
            to[end] = Math.sqrt(2 * stream.nextGamma(0.5 * (across - before)));
        }
    }

    private static int sign(Stream stream) {
        return 1 - 2 * stream.nextIndex(2);
    }
}
