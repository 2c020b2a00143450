package org.noisebook.interpolant;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;

/** Draws points of a Gaussian mixture one after another. */
public final class MixtureSource implements Target.Source {
    private final Stream stream;
    private final double[] weights;
    private final double[][] means;
    /** Lower Cholesky factors. */
    private final double[][][] roots;

    private final double[] mean;
    private final double variance;
    private final double[] z;

    /** A source for a mixture, drawing from a stream. */
    public MixtureSource(GaussianMixture mixture, Stream stream) {
        this.stream = stream;
        weights = mixture.weights();
        means = mixture.means();
        double[][][] covariances = mixture.covariances();
        roots = Arrays.stream(covariances)
                .map(c -> new CholeskyDecomposition(new Array2DRowRealMatrix(c))
                        .getL()
                        .getData())
                .toArray(double[][][]::new);
        int d = mixture.dimension();
        mean = new double[d];
        z = new double[d];
        double squares = 0;
        for (int c = 0; c < weights.length; c++) {
            for (int j = 0; j < d; j++) {
                mean[j] += weights[c] * means[c][j];
                squares += weights[c] * (covariances[c][j][j] + means[c][j] * means[c][j]);
            }
        }
        variance = (squares - Arrays.stream(mean).map(m -> m * m).sum()) / d;
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double variance() {
        return variance;
    }

    @Override
    public void draw(int count, double[][] x, int[] label) {
        for (int k = 0; k < count; k++) {
            double u = stream.nextDouble();
            int c = 0;
            while (c < weights.length - 1 && u >= weights[c]) {
                u -= weights[c++];
            }
            for (int i = 0; i < z.length; i++) {
                z[i] = stream.nextGaussian();
                double sum = means[c][i];
                for (int j = 0; j <= i; j++) {
                    sum = Math.fma(roots[c][i][j], z[j], sum);
                }
                x[i][k] = sum;
            }
            label[k] = 0;
        }
    }
}
