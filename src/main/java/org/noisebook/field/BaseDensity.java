package org.noisebook.field;

import org.noisebook.interpolant.Target;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The base density ρ_0 from which a learned interpolant starts.
 *
 * <p>In configs: {@code noise}, {@code density(target=twoModes)}. With {@code noise} and a schedule without γ the
 * interpolant is one-sided: x_0 itself is the noise.
 */
public sealed interface BaseDensity permits BaseDensity.Noise, BaseDensity.Density {
    /**
     * An endless stream of points, all of class 0.
     *
     * @param dimension dimension d of the target
     */
    Target.Source open(int dimension, Streams streams, String name);

    /** Standard normal noise, N(0, I). */
    record Noise() implements BaseDensity {
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
     * Another density, for a two-sided interpolant.
     *
     * @param target a density with the dimension of the target
     */
    record Density(Target target) implements BaseDensity {
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
