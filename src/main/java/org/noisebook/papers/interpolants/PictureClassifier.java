package org.noisebook.papers.interpolants;

import org.noisebook.data.ClassPoints;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Mlp;
import org.noisebook.rng.Stream;

/**
 * A classifier of pictures, one hidden layer of 256 ReLUs, trained on real ones for ten passes by Adam in batches of 100
 * with learning rate 10⁻³, halved for the last five passes.
 *
 * <p>It judges samples of the same classes; its share of right answers on held-out pictures is the rate that samples
 * can be expected to reach. <b>Cost</b>: 6 operations per weight, picture and pass.
 */
final class PictureClassifier {
    private static final int HIDDEN = 256;
    private static final int BATCH = 100;
    private static final int PASSES = 10;
    private static final double RATE = 1e-3;

    private final Mlp network;
    private final int[] index = new int[BATCH];

    /** Trains a classifier; the stream gives its weights and the order of the pictures. */
    PictureClassifier(ClassPoints pictures, Stream stream) {
        int d = pictures.dimension();
        int n = pictures.count();
        int[] widths = {d, HIDDEN, pictures.classes()};
        network = Mlp.of(widths, Activation.RELU, BATCH, Precision.FLOAT32, MatrixKernels.fastest());
        network.initialiseUniformly(stream);
        double[] x = new double[n * d];
        int[] label = new int[n];
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                x[i * d + j] = pictures.x(i, j);
            }
            label[i] = pictures.label(i);
            order[i] = i;
        }
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = n - 1; i > 0; i--) {
                int other = (int) (stream.nextDouble() * (i + 1));
                int kept = order[i];
                order[i] = order[other];
                order[other] = kept;
            }
            for (int from = 0; from < n; from += BATCH) {
                network.forward(x, order, from, Math.min(BATCH, n - from));
                network.crossEntropy(label, order, from);
                network.backward();
                network.adam(2 * pass < PASSES ? RATE : RATE / 2);
            }
        }
    }

    /** The classes of pictures, coordinate-major. */
    int[] labels(double[][] x) {
        int[] labels = new int[x[0].length];
        double[] points = new double[BATCH * x.length];
        for (int from = 0; from < labels.length; from += BATCH) {
            int count = Math.min(BATCH, labels.length - from);
            for (int k = 0; k < count; k++) {
                index[k] = k;
                for (int j = 0; j < x.length; j++) {
                    points[k * x.length + j] = x[j][from + k];
                }
            }
            network.evaluate(points, index, 0, count);
            for (int k = 0; k < count; k++) {
                labels[from + k] = network.predicted(k);
            }
        }
        return labels;
    }
}
