package org.noisebook.interpolant;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.noisebook.data.Check;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.PointSet;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * A target density ρ given by samples: shapes in the plane, Gaussian mixtures, images.
 *
 * <p>In configs: {@code checkerboard}, {@code twoMoons(noise=0.05)}, {@code rings(count=2, noise=0.05)}, {@code
 * twoModes}, {@code threeModes}, {@code unevenModes}, {@code modeRing(modes=8, radius=4, stdDev=0.3)}, {@code
 * triangle}, {@code randomModes(modes=5, dimension=128, spread=7.5, seed=1)}, {@code brightness(pixels=64, mean=-0.6,
 * stdDev=0.3, texture=0.52)}, {@code pictures(dataset=digits, trainSize=1797)}, {@code pictureClasses(dataset=digits,
 * noise=0.02)}, {@code points(file=points.csv, columns=all, label=none)}.
 *
 * <p><b>Randomness</b>: points come one by one from the named stream (pictures: from its part 0, out of the training
 * set that the stream {@code data} selects), so a smaller sample is a prefix of a larger one.
 */
public interface Target {
    /** The dimension d; by default that of the mixture, or 2. */
    default int dimension() {
        return mixture().map(GaussianMixture::dimension).orElse(2);
    }

    /** Number of classes of points; 0 if there are none. */
    default int classes() {
        return 0;
    }

    /** The density itself if it is a Gaussian mixture, so that exact fields exist. */
    default Optional<GaussianMixture> mixture() {
        return Optional.empty();
    }

    /** Whether the density is a Gaussian mixture; reads no file, unlike {@link #mixture}. */
    default boolean isMixture() {
        return mixture().isPresent();
    }

    /** The pictures, if the points are pictures. */
    default Optional<Pictures> pictures() {
        return Optional.empty();
    }

    /** File name and SHA-256 of every file that is read, for a study's {@code inputs}. */
    default List<String> files() {
        return List.of();
    }

    /**
     * An endless source of points; those of the mixture if there is one.
     *
     * @param name name of the stream: {@code data} for training
     * @throws java.io.UncheckedIOException with a one-line message that names the file, if one is missing or invalid
     */
    default Source open(Streams streams, String name) {
        return new MixtureSource(mixture().orElseThrow(), streams.at(name));
    }

    /** Draws points one after another; belongs to one thread. */
    interface Source {
        /** The exact mean E x of the density. */
        double[] mean();

        /** The exact variance, averaged over coordinates. */
        double variance();

        /**
         * Draws the next points.
         *
         * @param x coordinate-major, x[j][k]
         * @param label classes, all 0 if there are none
         */
        void draw(int count, double[][] x, int[] label);
    }

    private static Source plane(double variance, Consumer<double[]> point) {
        double[] next = new double[2];
        return new Source() {
            @Override
            public double[] mean() {
                return new double[2];
            }

            @Override
            public double variance() {
                return variance;
            }

            @Override
            public void draw(int count, double[][] x, int[] label) {
                for (int k = 0; k < count; k++) {
                    point.accept(next);
                    x[0][k] = next[0];
                    x[1][k] = next[1];
                    label[k] = 0;
                }
            }
        };
    }

    private static void checkNoise(double noise) {
        Check.inRange("noise", noise, 0, 1000);
    }

    /**
     * Two interleaved half circles of radius 1, (cos θ − ½, sin θ − ¼) and its reflection through the origin, with θ
     * uniform on [0, π], plus normal noise.
     *
     * @param noise standard deviation of a coordinate
     */
    record TwoMoons(double noise) implements Target {
        public TwoMoons {
            checkNoise(noise);
        }

        /** The standard noise 0.05. */
        public static TwoMoons standard() {
            return new TwoMoons(0.05);
        }

        @Override
        public Source open(Streams streams, String name) {
            Stream stream = streams.at(name);
            double across = 0.75;
            double along = 0.5625 - 1 / StrictMath.PI;
            return plane((across + along) / 2 + noise * noise, point -> {
                double sign = stream.nextDouble() < 0.5 ? 1 : -1;
                double angle = StrictMath.PI * stream.nextDouble();
                point[0] = sign * (StrictMath.cos(angle) - 0.5) + noise * stream.nextGaussian();
                point[1] = sign * (StrictMath.sin(angle) - 0.25) + noise * stream.nextGaussian();
            });
        }
    }

    /**
     * Uniform on the filled squares of a board on [−4, 4)²: squares of side 2, filled if ⌊x/2⌋ + ⌊y/2⌋ is even.
     *
     * <p>x_1 is uniform on [−2, 2), x_2 = u − 2 b + (⌊x_1⌋ mod 2) with u uniform on [0, 1) and b a fair coin, and both
     * are doubled; the variance of each coordinate is 16/3.
     */
    record Checkerboard() implements Target {
        private static final int SIDE = 2;

        @Override
        public Source open(Streams streams, String name) {
            Stream stream = streams.at(name);
            return plane(16.0 / 3, point -> {
                double first = 4 * stream.nextDouble() - 2;
                double coin = stream.nextDouble() < 0.5 ? 0 : 1;
                double second = stream.nextDouble() - 2 * coin + Math.floorMod((int) Math.floor(first), 2);
                point[0] = SIDE * first;
                point[1] = SIDE * second;
            });
        }

        /** Whether a point lies in a filled square of the board. */
        public static boolean isFilled(double x, double y) {
            boolean inside = Math.abs(x) < 4 && Math.abs(y) < 4;
            return inside && Math.floorMod((int) (Math.floor(x / SIDE) + Math.floor(y / SIDE)), 2) == 0;
        }
    }

    /**
     * Circles of radius 1, 2, … around the origin, equally likely, plus normal noise.
     *
     * @param count number of circles
     * @param noise standard deviation of a coordinate
     */
    record Rings(int count, double noise) implements Target {
        public Rings {
            Check.inRange("count", count, 1, 1000);
            checkNoise(noise);
        }

        /** Two rings with noise 0.05. */
        public static Rings standard() {
            return new Rings(2, 0.05);
        }

        @Override
        public Source open(Streams streams, String name) {
            Stream stream = streams.at(name);
            double square = (count + 1.0) * (2.0 * count + 1) / 6;
            return plane(square / 2 + noise * noise, point -> {
                double radius = 1 + stream.nextIndex(count);
                double angle = 2 * StrictMath.PI * stream.nextDouble();
                point[0] = radius * StrictMath.cos(angle) + noise * stream.nextGaussian();
                point[1] = radius * StrictMath.sin(angle) + noise * stream.nextGaussian();
            });
        }
    }

    /** ½ N(−3, ¼) + ½ N(3, ¼) on the line. */
    record TwoModes() implements Target {
        @Override
        public Optional<GaussianMixture> mixture() {
            return Optional.of(
                    GaussianMixture.onLine(new double[] {0.5, 0.5}, new double[] {-3, 3}, new double[] {0.25, 0.25}));
        }
    }

    /** A third each of N(−6, 0.5), N(0, 0.33) and N(6, 0.5) on the line. */
    record ThreeModes() implements Target {
        @Override
        public Optional<GaussianMixture> mixture() {
            double third = 1.0 / 3;
            return Optional.of(GaussianMixture.onLine(
                    new double[] {third, third, third}, new double[] {-6, 0, 6}, new double[] {0.5, 0.33, 0.5}));
        }
    }

    /** 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) on the line: mean 0.1, variance 2.19. */
    record UnevenModes() implements Target {
        @Override
        public Optional<GaussianMixture> mixture() {
            return Optional.of(
                    GaussianMixture.onLine(new double[] {0.3, 0.7}, new double[] {-2, 1}, new double[] {0.16, 0.36}));
        }
    }

    /** Three different Gaussians in the plane, with weights 0.5 at (−1.5, 0), 0.3 at (1, 1.2) and 0.2 at (1, −1.2). */
    record Triangle() implements Target {
        @Override
        public Optional<GaussianMixture> mixture() {
            return Optional.of(new GaussianMixture(
                    new double[] {0.5, 0.3, 0.2}, new double[][] {{-1.5, 0}, {1, 1.2}, {1, -1.2}}, new double[][][] {
                        {{0.2, 0.1}, {0.1, 0.3}}, {{0.3, -0.15}, {-0.15, 0.2}}, {{0.1, 0}, {0, 0.1}},
                    }));
        }
    }

    /**
     * Equal isotropic Gaussians with means evenly spaced on a circle.
     *
     * @param modes number of modes; the first is at angle 0
     * @param radius radius of the circle
     * @param stdDev per coordinate of a mode
     */
    record ModeRing(int modes, double radius, double stdDev) implements Target {
        public ModeRing {
            Check.inRange("modes", modes, 1, 1000);
            Check.inRange("radius", radius, 0, 1e6);
            Check.above("stdDev", stdDev, 0, 1e6);
        }

        /** Eight modes at radius 4 with standard deviation 0.3. */
        public static ModeRing standard() {
            return new ModeRing(8, 4, 0.3);
        }

        @Override
        public Optional<GaussianMixture> mixture() {
            double[] weights = new double[modes];
            double[][] means = new double[modes][2];
            double[][][] covariances = new double[modes][2][2];
            for (int k = 0; k < modes; k++) {
                double angle = 2 * StrictMath.PI * k / modes;
                weights[k] = 1.0 / modes;
                means[k][0] = radius * StrictMath.cos(angle);
                means[k][1] = radius * StrictMath.sin(angle);
                covariances[k][0][0] = stdDev * stdDev;
                covariances[k][1][1] = stdDev * stdDev;
            }
            return Optional.of(new GaussianMixture(weights, means, covariances));
        }
    }

    /**
     * Equal Gaussians with means from N(0, spread² I) and covariances WᵀW/d + I, with the entries of W from N(0, 1).
     *
     * <p>The high-dimensional target of Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797, section 7.2). The
     * mixture depends only on its parameters, so it is the same for all replicas.
     *
     * @param modes number of modes
     * @param dimension d
     * @param spread standard deviation of each coordinate of a mean
     * @param seed seed of means and covariances
     */
    record RandomModes(int modes, int dimension, double spread, long seed) implements Target {
        public RandomModes {
            Check.inRange("modes", modes, 1, 1000);
            Check.inRange("dimension", dimension, 1, 1024);
            Check.inRange("spread", spread, 0, 1e6);
        }

        /** The authors' parameters: 5 modes in 128 dimensions, spread 7.5. */
        public static RandomModes standard() {
            return new RandomModes(5, 128, 7.5, 1);
        }

        @Override
        public Optional<GaussianMixture> mixture() {
            Stream stream = Streams.of(seed).at("modes");
            double[] weights = new double[modes];
            double[][] means = new double[modes][dimension];
            double[][][] covariances = new double[modes][][];
            for (int k = 0; k < modes; k++) {
                weights[k] = 1.0 / modes;
                Stream own = stream.part(k);
                for (int j = 0; j < dimension; j++) {
                    means[k][j] = spread * own.nextGaussian();
                }
                covariances[k] = covariance(own);
            }
            return Optional.of(new GaussianMixture(weights, means, covariances));
        }

        private double[][] covariance(Stream stream) {
            double[][] covariance = new double[dimension][dimension];
            double[] row = new double[dimension];
            for (int i = 0; i < dimension; i++) {
                for (int j = 0; j < dimension; j++) {
                    row[j] = stream.nextGaussian();
                }
                for (int j = 0; j < dimension; j++) {
                    for (int l = 0; l < dimension; l++) {
                        covariance[j][l] += row[j] * row[l] / dimension;
                    }
                }
            }
            for (int j = 0; j < dimension; j++) {
                covariance[j][j] += 1;
            }
            return covariance;
        }
    }

    /**
     * Gaussian pictures of P pixels: a brightness N(m, σ_b²) common to all pixels plus an isotropic texture of variance
     * v. In orthonormal axes whose first is (1, …, 1)/√P, the distribution is N(√P m, P σ_b² + v) along the first axis
     * and N(0, v) along the others.
     *
     * <p>The first coordinate divided by √P is the mean of a picture's pixels.
     *
     * @param pixels P
     * @param mean m
     * @param stdDev σ_b
     * @param texture v
     */
    record Brightness(int pixels, double mean, double stdDev, double texture) implements Target {
        public Brightness {
            Check.inRange("pixels", pixels, 1, 1024);
            Check.inRange("mean", mean, -1000, 1000);
            Check.inRange("stdDev", stdDev, 0, 1000);
            Check.above("texture", texture, 0, 1000);
        }

        /** The standard values: 64 pixels, m = −0.6, σ_b = 0.3, v = 0.52. */
        public static Brightness standard() {
            return new Brightness(64, -0.6, 0.3, 0.52);
        }

        /** The variance along the first axis, λ = P σ_b² + v. */
        public double variance() {
            return Math.fma(pixels, stdDev * stdDev, texture);
        }

        @Override
        public Optional<GaussianMixture> mixture() {
            double[] centre = new double[pixels];
            double[][] covariance = new double[pixels][pixels];
            for (int j = 0; j < pixels; j++) {
                covariance[j][j] = texture;
            }
            centre[0] = Math.sqrt(pixels) * mean;
            covariance[0][0] = variance();
            return Optional.of(GaussianMixture.of(centre, covariance));
        }
    }

    /**
     * Images with their classes, with black at −1 and white at 1.
     *
     * @param dataset an image dataset
     * @param trainSize number of images to draw from, with replacement
     */
    record Pictures(DataSource dataset, int trainSize) implements Target {
        /** Too large a trainSize is detected only when the images are opened. */
        public Pictures {
            if (dataset.isDrawn()) {
                throw new IllegalArgumentException("dataset must hold images, got " + dataset);
            }
            Check.inRange("trainSize", trainSize, 1, dataset.points());
        }

        /** All handwritten digits. */
        public static Pictures standard() {
            return new Pictures(DataSource.DIGITS, DataSource.DIGITS.points());
        }

        @Override
        public Optional<Pictures> pictures() {
            return Optional.of(this);
        }

        @Override
        public int dimension() {
            return dataset.inputDimension(0);
        }

        @Override
        public int classes() {
            return dataset.classes();
        }

        @Override
        public List<String> files() {
            return DataLibrary.standard().inputs(dataset).entrySet().stream()
                    .map(file -> file.getKey() + " " + file.getValue())
                    .toList();
        }

        /** The set of images to draw from. */
        public ClassPoints images(Streams streams) {
            return DataLibrary.standard().pictures(dataset, trainSize, streams);
        }

        @Override
        public Source open(Streams streams, String name) {
            return new PictureSource(images(streams), streams.at(name).part(0));
        }
    }

    /**
     * A mixture with one Gaussian for each class of images, with their mean, covariance and relative frequency, and
     * {@code noise} added to the variance of every pixel.
     *
     * @param dataset an image dataset
     * @param noise added variance
     */
    record PictureClasses(DataSource dataset, double noise) implements Target {
        public PictureClasses {
            if (dataset.isDrawn()) {
                throw new IllegalArgumentException("dataset must hold images, got " + dataset);
            }
            Check.above("noise", noise, 0, 1000);
        }

        /** Handwritten digits with noise 0.02. */
        public static PictureClasses standard() {
            return new PictureClasses(DataSource.DIGITS, 0.02);
        }

        @Override
        public int dimension() {
            return dataset.inputDimension(0);
        }

        @Override
        public List<String> files() {
            return shown().files();
        }

        @Override
        public boolean isMixture() {
            return true;
        }

        private Pictures shown() {
            return new Pictures(dataset, dataset.points());
        }

        @Override
        public Optional<GaussianMixture> mixture() {
            ClassPoints images = shown().images(Streams.of(1));
            int d = images.dimension();
            int classes = images.classes();
            int[] counts = new int[classes];
            double[][] means = new double[classes][d];
            double[][][] covariances = new double[classes][d][d];
            for (int i = 0; i < images.count(); i++) {
                int c = images.label(i);
                counts[c]++;
                for (int j = 0; j < d; j++) {
                    means[c][j] += images.x(i, j);
                }
            }
            for (int c = 0; c < classes; c++) {
                for (int j = 0; j < d; j++) {
                    means[c][j] /= counts[c];
                }
            }
            double[] off = new double[d];
            for (int i = 0; i < images.count(); i++) {
                int c = images.label(i);
                for (int j = 0; j < d; j++) {
                    off[j] = images.x(i, j) - means[c][j];
                }
                for (int j = 0; j < d; j++) {
                    for (int l = 0; l < d; l++) {
                        covariances[c][j][l] += off[j] * off[l] / counts[c];
                    }
                }
            }
            double[] weights = new double[classes];
            for (int c = 0; c < classes; c++) {
                weights[c] = (double) counts[c] / images.count();
                for (int j = 0; j < d; j++) {
                    covariances[c][j][j] += noise;
                }
            }
            return Optional.of(new GaussianMixture(weights, means, covariances));
        }
    }

    /** Points of a user's own, drawn with replacement in standardised coordinates; labels are those of their classes. */
    static Target of(PointSet points) {
        return new PointTarget(points);
    }

    /**
     * The points of a file in standardised coordinates, drawn with replacement: {@link PointSet#read}.
     *
     * @param file name of the file
     * @param columns names of columns separated by semicolons, or {@code all}
     * @param label column of the classes, or {@code none}
     */
    record Points(String file, String columns, String label) implements Target {
        /** All columns of points.csv, without classes. */
        public static Points standard() {
            return new Points("points.csv", "all", "none");
        }

        private Target target() {
            return new PointTarget(DataLibrary.standard()
                    .points(
                            Path.of(file),
                            columns.equals("all") ? List.of() : List.of(columns.split(";")),
                            Optional.of(label).filter(name -> !name.equals("none"))));
        }

        @Override
        public int dimension() {
            return target().dimension();
        }

        @Override
        public int classes() {
            return target().classes();
        }

        @Override
        public List<String> files() {
            return target().files();
        }

        @Override
        public Source open(Streams streams, String name) {
            return target().open(streams, name);
        }
    }
}
