package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Score;

/**
 * A condition on the data that a diffusion samples.
 *
 * <p>In configs: {@code none}, {@code component(index=2)}, {@code known(coordinates=32, filling=exact)}, {@code
 * linear(rows=pooling(factor=2), noise=0.05)}.
 */
public interface DiffusionCondition {
    /** The observation of one data point drawn from the stream {@code observed}; empty by default. */
    default double[] observe(GaussianMixture data, Streams streams) {
        return new double[0];
    }

    /**
     * The target distribution of the samples, for the coordinates that are not observed.
     *
     * @throws IllegalArgumentException if a parameter does not fit the data, naming it
     */
    GaussianMixture wanted(GaussianMixture data, double... observed);

    /** Whether samples use the unchanged score of the data, so that a learned score can be used. */
    default boolean isPlain() {
        return false;
    }

    /** Whether observed coordinates are replaced before every step. */
    default boolean isReplacing() {
        return false;
    }

    /** The score that drives the samples. */
    default Score driving(Score plain, Diffusion diffusion, GaussianMixture wanted) {
        return isPlain() ? plain : diffusion.marginals(wanted).score();
    }

    /** No condition. */
    record None() implements DiffusionCondition {
        @Override
        public GaussianMixture wanted(GaussianMixture data, double... observed) {
            return data;
        }

        @Override
        public boolean isPlain() {
            return true;
        }
    }

    /**
     * Conditions on a mixture component, by the score s + ∇ log p_τ(component | x) ({@link Guidance} at w = 1).
     *
     * @param index index of the component, from 0
     */
    record Component(
            @Parameter(value = "which component", range = "[0, 1000000]")
            int index) implements DiffusionCondition {
        /** Too large an index is detected only in the run. */
        public Component {
            Ranges.check(Component.class, index);
        }

        @Override
        public GaussianMixture wanted(GaussianMixture data, double... observed) {
            if (index >= data.components()) {
                throw new IllegalArgumentException(
                        "condition.index must be in [0, " + (data.components() - 1) + "], got " + index);
            }
            return GaussianMixture.of(data.means()[index], data.covariances()[index]);
        }

        @Override
        public Score driving(Score plain, Diffusion diffusion, GaussianMixture wanted) {
            return new Guidance(plain, diffusion.marginals(wanted).score(), 1);
        }
    }

    /** How known coordinates enter the sampling. */
    enum Filling {
        /** Through the exact score of the other coordinates given them. */
        EXACT,
        /**
         * By replacing them before every step by known values with the noise of that time (Song et al. 2021, appendix
         * I.2); this is not exact for any number of steps, since the score sees the values only with noise.
         */
        REPLACEMENT
    }

    /** Conditions on the first coordinates of one data point, which is drawn from the stream {@code observed}. */
    record Known(
            @Parameter(value = "number of known coordinates: the first ones, but not all", range = "[1, 1000000]")
            int coordinates,

            @Parameter("how known coordinates enter: exact or replacement")
            Filling filling)
            implements DiffusionCondition {
        /** Too large a number is detected only in the run. */
        public Known {
            Ranges.check(Known.class, coordinates, filling);
        }

        /** One coordinate, treated exactly. */
        public static Known standard() {
            return new Known(1, Filling.EXACT);
        }

        @Override
        public double[] observe(GaussianMixture data, Streams streams) {
            double[][] point = data.sample(streams.at("observed"), 1);
            return IntStream.range(0, coordinates).mapToDouble(j -> point[j][0]).toArray();
        }

        @Override
        public GaussianMixture wanted(GaussianMixture data, double... observed) {
            int most = data.dimension() - 1;
            if (coordinates > most) {
                throw new IllegalArgumentException(
                        "condition.coordinates must be in [1, " + most + "], got " + coordinates);
            }
            return data.conditional(IntStream.range(0, coordinates).toArray(), observed);
        }

        @Override
        public boolean isPlain() {
            return isReplacing();
        }

        @Override
        public boolean isReplacing() {
            return filling == Filling.REPLACEMENT;
        }
    }

    /** Linear functions of a picture. */
    sealed interface Rows permits Pooling, Cosines {
        /**
         * The rows R of y = R x, {@code [row][coordinate]}, for pictures of {@code dimension} pixels, row-major.
         *
         * @throws IllegalArgumentException if the pictures are not square or too small
         */
        double[][] of(int dimension);

        private static int side(int dimension, int least, String name) {
            int side = (int) Math.sqrt(dimension);
            if (side * side != dimension || side < least) {
                throw new IllegalArgumentException(name + " must see square pictures of side at least " + least
                        + ", got coordinates=" + dimension);
            }
            return side;
        }
    }

    /**
     * Means over blocks of pixels.
     *
     * @param factor side of a block, a divisor of the picture's side
     */
    record Pooling(
            @Parameter(value = "side of a block", range = "[1, 64]")
            int factor) implements Rows {
        public Pooling {
            Ranges.check(Pooling.class, factor);
        }

        /** Blocks of 2 × 2. */
        public static Pooling standard() {
            return new Pooling(2);
        }

        @Override
        public double[][] of(int dimension) {
            int side = Rows.side(dimension, factor, "pooling");
            if (side % factor != 0) {
                throw new IllegalArgumentException("factor must divide side=" + side + ", got " + factor);
            }
            int blocks = side / factor;
            double[][] rows = new double[blocks * blocks][dimension];
            for (int pixel = 0; pixel < dimension; pixel++) {
                rows[pixel / side / factor * blocks + pixel % side / factor][pixel] = 1.0 / (factor * factor);
            }
            return rows;
        }
    }

    /**
     * The leading orthonormal cosine coefficients of the picture (DCT-II), ordered by the sum i + j of their
     * frequencies and then by i.
     *
     * @param count number of coefficients
     */
    record Cosines(
            @Parameter(value = "leading cosines", range = "[1, 4096]")
            int count) implements Rows {
        public Cosines {
            Ranges.check(Cosines.class, count);
        }

        /** A quarter of the coefficients for 8 × 8 pixels. */
        public static Cosines standard() {
            return new Cosines(16);
        }

        @Override
        public double[][] of(int dimension) {
            int side = Rows.side(dimension, 1, "cosines");
            if (count > dimension) {
                throw new IllegalArgumentException("count must be in [1, " + dimension + "], got " + count);
            }
            return IntStream.range(0, dimension)
                    .boxed()
                    .sorted(Comparator.comparingInt((Integer f) -> f / side + f % side)
                            .thenComparing(f -> f))
                    .limit(count)
                    .map(f -> IntStream.range(0, dimension)
                            .mapToDouble(p -> cosine(f / side, p / side, side) * cosine(f % side, p % side, side))
                            .toArray())
                    .toArray(double[][]::new);
        }

        private static double cosine(int frequency, int place, int side) {
            return Math.sqrt((frequency == 0 ? 1.0 : 2.0) / side)
                    * StrictMath.cos(StrictMath.PI * (place + 0.5) * frequency / side);
        }
    }

    /**
     * Conditions on y = R x + noise for one picture, both drawn from the stream {@code observed}; the posterior is a
     * mixture in closed form ({@link GaussianMixture#given}).
     *
     * @param rows R
     * @param noise standard deviation of the noise
     */
    record Linear(
            @Parameter("what is observed of a picture: pooling or cosines")
            Rows rows,

            @Parameter(value = "standard deviation of the observation noise", range = "(0, 1000]")
            double noise)
            implements DiffusionCondition {
        public Linear {
            Ranges.check(Linear.class, rows, noise);
        }

        /** Blocks of 2 × 2 with noise 0.05. */
        public static Linear standard() {
            return new Linear(Pooling.standard(), 0.05);
        }

        @Override
        public GaussianMixture wanted(GaussianMixture data, double... observed) {
            return data.given(rows.of(data.dimension()), observed, noise * noise);
        }

        @Override
        public double[] observe(GaussianMixture data, Streams streams) {
            Stream stream = streams.at("observed");
            return observe(data.sample(stream, 1), stream);
        }

        /** The observation y of a picture x[j][0], with noise from a stream. */
        public double[] observe(double[][] x, Stream stream) {
            return Arrays.stream(rows.of(x.length))
                    .mapToDouble(row -> {
                        double sum = noise * stream.nextGaussian();
                        for (int j = 0; j < row.length; j++) {
                            sum = Math.fma(row[j], x[j][0], sum);
                        }
                        return sum;
                    })
                    .toArray();
        }
    }
}
