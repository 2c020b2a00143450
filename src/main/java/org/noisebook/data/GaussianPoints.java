package org.noisebook.data;

import org.noisebook.rng.Stream;

/** Points with standard normal coordinates. */
final class GaussianPoints {
    static final int LARGEST_DIMENSION = 65_536;
    static final int LARGEST_COUNT = 100_000_000;

    /** The stripe of Paccolat et al. 2021: Φ(right) − Φ(left) = 1/2. */
    static final double STRIPE_LEFT = -0.3;

    static final double STRIPE_RIGHT = 1.18549;

    private GaussianPoints() {}

    /** The largest number of points of a given dimension that an array can hold. */
    static int largest(int dimension) {
        return Math.min(LARGEST_COUNT, (Integer.MAX_VALUE - Long.BYTES) / dimension);
    }

    /**
     * Draws points one by one, so that a smaller set is a prefix of a larger one.
     *
     * @throws IllegalArgumentException if the task omits a class
     */
    static Points draw(DataSource source, Task task, int count, int dimension, Stream stream) {
        float[] x = new float[count * dimension];
        byte[] label = new byte[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dimension; j++) {
                x[i * dimension + j] = (float) stream.nextGaussian();
            }
            label[i] = (byte) task.sign(classOf(source, x[i * dimension]));
        }
        return Points.own(dimension, x, label);
    }

    static int classOf(DataSource source, float x1) {
        if (source == DataSource.SIGN) {
            return x1 >= 0 ? 0 : 1;
        }
        return x1 > STRIPE_LEFT && x1 < STRIPE_RIGHT ? 1 : 0;
    }
}
