package org.noisebook.interpolant;

import org.noisebook.data.ClassPoints;
import org.noisebook.rng.Stream;

/** Draws images uniformly with replacement from a set. */
final class PictureSource implements Target.Source {
    private final ClassPoints images;
    private final Stream stream;
    private final double[] mean;
    private final double variance;

    PictureSource(ClassPoints images, Stream stream) {
        this.images = images;
        this.stream = stream;
        mean = new double[images.dimension()];
        double squares = 0;
        for (int j = 0; j < mean.length; j++) {
            double sum = 0;
            double square = 0;
            for (int i = 0; i < images.count(); i++) {
                double value = images.x(i, j);
                sum += value;
                square += value * value;
            }
            mean[j] = sum / images.count();
            squares += square / images.count() - mean[j] * mean[j];
        }
        variance = squares / mean.length;
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
            int image = stream.nextIndex(images.count());
            for (int j = 0; j < mean.length; j++) {
                x[j][k] = images.x(image, j);
            }
            label[k] = images.label(image);
        }
    }
}
