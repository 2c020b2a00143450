package org.noisebook.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.data.Check;
import org.noisebook.data.ClassPoints;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearnedField;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.stats.GaussianFit;

/**
 * A distribution with classes, with its conditional and unconditional scores, for guidance.
 *
 * <p>In configs: {@code line(unconditionalVariance=1.5, conditionalMean=1.0, conditionalVariance=0.5)}, {@code
 * digitsMixture(latents=64)}, {@code learnedDigits}.
 */
public interface GuidedLaw {
    /** Number of coordinates of a data point. */
    int dimension();

    /** Number of coordinates that are diffused. */
    default int latents() {
        return dimension();
    }

    /** Whether there is more than one class. */
    default boolean hasClasses() {
        return true;
    }

    /** Approximate number of multiplications for a score at one point. */
    default double work() {
        return 20.0 * latents() * latents();
    }

    /** Draws as many handwritten digits as there are labels, x[j][k], and stores their classes in the labels. */
    default double[][] draw(Stream stream, int[] labels) {
        ClassPoints images = Target.Pictures.standard().images(Streams.of(1));
        double[][] x = new double[images.dimension()][labels.length];
        for (int k = 0; k < labels.length; k++) {
            int image = stream.nextIndex(images.count());
            labels[k] = images.label(image);
            for (int j = 0; j < x.length; j++) {
                x[j][k] = images.x(image, j);
            }
        }
        return x;
    }

    /** The scores in pixels, efficient for few particles and many times. */
    default Scores pixelScores(Diffusion diffusion) {
        return scores(diffusion);
    }

    /** SHA-256 of its input files. */
    default List<String> files() {
        return List.of();
    }

    /** The scores under a diffusion. */
    Scores scores(Diffusion diffusion);

    /** The distribution of the data as a mixture, whose components are the classes of {@link Scores}. */
    GaussianMixture data();

    /** Mean and covariance of the data, with which samples are compared. */
    default GaussianFit fit() {
        return GaussianFit.exact(data().mean(), data().covariance());
    }

    /** Data points from diffused latents. */
    default double[][] decode(double[][] latent) {
        return latent;
    }

    /** The probability of each class at data points, [class][point]; empty if there is only one class. */
    default Optional<double[][]> posterior(double[][] x) {
        return Optional.empty();
    }

    /**
     * Scores of the diffused distribution.
     *
     * @param unconditional score of all classes together
     * @param classes score of each class
     */
    record Scores(Score unconditional, List<Score> classes) {
        public Scores {
            classes = List.copyOf(classes);
        }

        private static Scores of(GaussianMixture mixture, Diffusion diffusion) {
            double[][] means = mixture.means();
            double[][][] covariances = mixture.covariances();
            List<Score> classes = new ArrayList<>();
            for (int c = 0; c < means.length; c++) {
                classes.add(diffusion
                        .marginals(GaussianMixture.of(means[c], covariances[c]))
                        .score());
            }
            return new Scores(diffusion.marginals(mixture).score(), classes);
        }
    }

    /**
     * On the line: N(0, v_u) without the condition and N(m, v_c) with it; the latter need not be a part of the former.
     *
     * @param unconditionalVariance v_u
     * @param conditionalMean m
     * @param conditionalVariance v_c
     */
    record Line(double unconditionalVariance, double conditionalMean, double conditionalVariance) implements GuidedLaw {
        private static final double LARGEST = 1e6;

        public Line {
            Check.above("unconditionalVariance", unconditionalVariance, 0, LARGEST);
            Check.inRange("conditionalMean", conditionalMean, -LARGEST, LARGEST);
            Check.above("conditionalVariance", conditionalVariance, 0, LARGEST);
        }

        /** The standard values v_u = 1.5, m = 1, v_c = 0.5. */
        public static Line standard() {
            return new Line(1.5, 1, 0.5);
        }

        @Override
        public int dimension() {
            return 1;
        }

        @Override
        public boolean hasClasses() {
            return false;
        }

        @Override
        public double[][] draw(Stream stream, int[] labels) {
            return data().sample(stream, labels.length);
        }

        @Override
        public Scores scores(Diffusion diffusion) {
            GaussianMixture all = GaussianMixture.of(new double[1], new double[][] {{unconditionalVariance}});
            return new Scores(
                    diffusion.marginals(all).score(),
                    List.of(diffusion.marginals(data()).score()));
        }

        @Override
        public GaussianMixture data() {
            return GaussianMixture.of(new double[] {conditionalMean}, new double[][] {{conditionalVariance}});
        }
    }

    /**
     * One Gaussian for each class of the handwritten digits, with the mean, covariance and relative frequency of its
     * images and 0.02 added to the variance of every pixel; diffused along its leading principal axes.
     *
     * @param latents number of principal axes kept; 64 for the pixels themselves
     */
    record DigitsMixture(int latents) implements GuidedLaw {
        private static final int PIXELS = 64;
        /** Variance added to every pixel. */
        public static final double NOISE = 0.02;

        public DigitsMixture {
            Check.inRange("latents", latents, 1, PIXELS);
        }

        /** The mixture in pixels. */
        public static DigitsMixture standard() {
            return new DigitsMixture(PIXELS);
        }

        /** Created once. */
        private static final class Law {
            static final GaussianMixture DATA =
                    Target.PictureClasses.standard().mixture().orElseThrow();
            /** Evaluated at τ = 0, before any diffusion. */
            static final Field POSTERIOR =
                    new Diffusion.VariancePreserving(0.1, 20).marginals(DATA).responsibilities();

            /** Columns in order of decreasing eigenvalue. */
            static final double[][] AXES = new double[PIXELS][PIXELS];

            static final double[] VARIANCES = new double[PIXELS];

            static {
                EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(DATA.covariance()));
                int[] order = IntStream.range(0, PIXELS)
                        .boxed()
                        .sorted((a, b) -> Double.compare(eigen.getRealEigenvalue(b), eigen.getRealEigenvalue(a)))
                        .mapToInt(Integer::intValue)
                        .toArray();
                for (int i = 0; i < PIXELS; i++) {
                    VARIANCES[i] = eigen.getRealEigenvalue(order[i]);
                    for (int j = 0; j < PIXELS; j++) {
                        AXES[j][i] = eigen.getV().getEntry(j, order[i]);
                    }
                }
            }
        }

        /** Variance along the discarded principal axes, which no sampler can recover. */
        public double discardedVariance() {
            return Arrays.stream(Law.VARIANCES).skip(latents).sum();
        }

        @Override
        public int dimension() {
            return PIXELS;
        }

        @Override
        public List<String> files() {
            return Target.Pictures.standard().files();
        }

        @Override
        public GaussianMixture data() {
            return Law.DATA;
        }

        @Override
        public Optional<double[][]> posterior(double[][] x) {
            return Optional.of(Law.POSTERIOR.at(0, x));
        }

        @Override
        public Scores scores(Diffusion diffusion) {
            if (latents == PIXELS) {
                return Scores.of(data(), diffusion);
            }
            double[][] rows = new double[latents][PIXELS];
            double[] shift = new double[latents];
            double[] mean = data().mean();
            for (int i = 0; i < latents; i++) {
                for (int j = 0; j < PIXELS; j++) {
                    rows[i][j] = Law.AXES[j][i];
                    shift[i] -= rows[i][j] * mean[j];
                }
            }
            return Scores.of(data().image(rows, shift), diffusion);
        }

        /** Computed along the principal axes. */
        @Override
        public Scores pixelScores(Diffusion diffusion) {
            SpectralMixture digits = SpectralMixture.digits();
            return new Scores(
                    digits.score(diffusion),
                    IntStream.range(0, data().components())
                            .mapToObj(c -> digits.score(diffusion, c))
                            .toList());
        }

        @Override
        public double[][] decode(double[][] latent) {
            if (latents == PIXELS) {
                return latent;
            }
            double[] mean = data().mean();
            double[][] x = new double[PIXELS][latent[0].length];
            for (int j = 0; j < PIXELS; j++) {
                Arrays.fill(x[j], mean[j]);
                for (int i = 0; i < latents; i++) {
                    for (int k = 0; k < x[j].length; k++) {
                        x[j][k] = Math.fma(Law.AXES[j][i], latent[i][k], x[j][k]);
                    }
                }
            }
            return x;
        }
    }

    /**
     * The handwritten digits, by the field included in the kit, {@link LearnedField#digits}, used as a diffusion.
     * Samples are compared with mean and covariance of its training images; {@link DigitsMixture} classifies them.
     */
    record LearnedDigits() implements GuidedLaw {
        @Override
        public int dimension() {
            return DigitsMixture.PIXELS;
        }

        @Override
        public double work() {
            return 3e5;
        }

        @Override
        public List<String> files() {
            return List.of(
                    Target.Pictures.standard().files().get(0),
                    FieldLibrary.fileName(FieldConfig.digits(), Streams.of(1)));
        }

        @Override
        public Scores scores(Diffusion diffusion) {
            LearnedField field = LearnedField.digits();
            DiffusionInterpolant dictionary =
                    new DiffusionInterpolant(diffusion, field.config().schedule());
            List<Score> classes = IntStream.range(0, field.config().target().classes())
                    .mapToObj(c -> dictionary.diffusionScore(field.forClass(c).score()))
                    .toList();
            return new Scores(dictionary.diffusionScore(field.unconditional().score()), classes);
        }

        @Override
        public GaussianMixture data() {
            return DigitsMixture.standard().data();
        }

        @Override
        public Optional<double[][]> posterior(double[][] x) {
            return DigitsMixture.standard().posterior(x);
        }

        @Override
        public GaussianFit fit() {
            GaussianMixture data = data();
            double[][] covariance = data.covariance();
            for (int j = 0; j < covariance.length; j++) {
                covariance[j][j] -= DigitsMixture.NOISE;
            }
            return GaussianFit.exact(data.mean(), covariance);
        }
    }
}
