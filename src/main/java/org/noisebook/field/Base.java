package org.noisebook.field;

import org.noisebook.interpolant.Target;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The density ρ_0 that a learned interpolant starts from.
 *
 * <p>In configs: {@code noise}, {@code density(target=twoModes)}. With {@code noise} and a schedule without γ the interpolant is
 * one-sided: x_0 itself is the noise.
 */
public sealed interface Base permits Base.Noise, Base.Density {
    /**
     * An endless stream of points with class 0.
     *
     * @param dimension d of the target
     */
    Target.Source open(int dimension, Streams streams, String name);

    /** N(0, I). */
    record Noise() implements Base {
        @Override
        public Target.Source open(int dimension, Streams streams, String name) {
            Stream stream = streams.at(name);
            return new Target.Source() {
                @Override
                public double[] mean() {
                    return new double[dimension];
                }

                @Override
                public double variance() {
                    return 1;
                }

                @Override
                public void draw(int count, double[][] x, int[] label) {
                    for (int k = 0; k < count; k++) {
                        for (int j = 0; j < dimension; j++) {
                            x[j][k] = stream.nextGaussian();
                        }
                        label[k] = 0;
                    }
                }
            };
        }
    }

    /**
     * Another density: a two-sided interpolant.
     *
     * @param target of the dimension of the target
     */
    record Density(Target target) implements Base {
        /** Two modes on the line. */
        public static Density standard() {
            return new Density(new Target.TwoModes());
        }

        @Override
        public Target.Source open(int dimension, Streams streams, String name) {
            return target.open(streams, name);
        }
    }
}
