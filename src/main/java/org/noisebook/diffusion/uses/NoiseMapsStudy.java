package org.noisebook.diffusion.uses;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.ClassScores;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * Reads the noise of a stochastic sampler back from a path through a picture, z = (x_j − m(x_i))/s, and uses it again: for the same class,
 * for another, or moved by a pixel.
 *
 * <p>Each picture has the score of its own class. A step without noise (s = 0) has no map; what it misses, x_j − m(x_i), is kept as it is,
 * and {@link NoiseMapsResult#bareError} says what leaving it out costs.
 *
 * <p><b>Streams</b>: {@code pictures}, {@code path} and {@code fresh}. <b>Cost</b>: two evaluations of the score a step and particle.
 */
@Head(
        id = "noise-maps",
        version = 1,
        title = "Noise maps of pictures along a stochastic sampler, and edits that use them again",
        streams = {"pictures", "path", "fresh"},
        sources = {
            "Huberman-Spiegelglas, Kulikov, Michaeli 2023, An Edit Friendly DDPM Noise Space: Inversion and Manipulations, arXiv"
                    + " 2304.06140",
            "Ho, Jain, Abbeel 2020, Denoising Diffusion Probabilistic Models, arXiv 2006.11239"
        })
public final class NoiseMapsStudy implements Study<NoiseMapsConfig, NoiseMapsResult> {
    /** The size of a coordinate beyond which pictures count as exploded; theirs is 1. */
    public static final double EXPLODED = 100;

    private static final int SHOWN = 5;

    /**
     * Second moments of maps in expectation.
     *
     * @param variance of each step's map, averaged over coordinates
     * @param correlation of each step's map with the next one's
     */
    public record Moments(double[] variance, double[] correlation) {}

    @Override
    public NoiseMapsResult run(NoiseMapsConfig config, Streams streams) {
        int[] labels = new int[config.particles()];
        double[][] picture = InversionStudy.pictures(config.law(), streams, labels);
        GuidedLaw.Scores scores = InversionStudy.scores(config.law(), config.diffusion());
        Path path = new Path(config, streams, picture);
        Way out = new Way(config, scores, labels);
        double[][][] maps = out.read(path.places);
        double[][][] used = config.maps() == NoiseMapsConfig.Maps.FRESH ? fresh(config, streams) : maps;
        int classes = config.law().data().components();
        Arrays.setAll(labels, k -> (labels[k] + config.classShift()) % classes);
        Way back = new Way(config, scores, labels);
        int shift = config.pixelShift();
        double[][] start = moved(path.places[config.skipped()], shift);
        double[][] x = back.rebuild(start, used, shift);
        double none = Double.NaN;
        boolean edits = config.edits();
        double[][] source = moved(picture, shift);
        double[][] posterior = edits ? config.law().posterior(x).orElseThrow() : new double[0][];
        int n = config.particles();
        return new NoiseMapsResult(
                outcome(x),
                out.step.evaluations() + back.step.evaluations(),
                edits ? none : largest(x, picture),
                edits ? none : out.remainder(maps),
                edits
                        ? IntStream.range(0, n)
                                .mapToDouble(k -> posterior[labels[k]][k])
                                .average()
                                .orElseThrow()
                        : none,
                edits ? overlap(x, source, 0) : none,
                edits ? overlap(x, source, 1) : none,
                Doubles.of(out.products(maps, 0)),
                Doubles.of(correlation(out.products(maps, 0), out.products(maps, 1))),
                edits ? Doubles.of(shown(picture, x)) : Doubles.of());
    }

    /** A path from noise to the picture, and its times. */
    private static final class Path {
        private final double[][][] places;

        Path(NoiseMapsConfig config, Streams streams, double[][] picture) {
            boolean independent = config.maps() == NoiseMapsConfig.Maps.INDEPENDENT;
            double[] times = times(config);
            places = new double[times.length][][];
            places[config.steps()] = picture;
            for (int i = config.steps() - 1; i >= 0; i--) {
                int from = independent ? config.steps() : i + 1;
                double ratio = ratio(config.diffusion(), times[i], times[from]);
                double root = Math.sqrt(noise(config.diffusion(), times[i], times[from]));
                double[][] before = places[from];
                double[][] next = normal(streams.at("path").part(i), before.length, picture[0].length);
                for (int j = 0; j < next.length; j++) {
                    for (int k = 0; k < next[j].length; k++) {
                        next[j][k] = Math.fma(ratio, before[j][k], root * next[j][k]);
                    }
                }
                places[i] = next;
            }
        }
    }

    private static double[] times(NoiseMapsConfig config) {
        return TimeGrid.UNIFORM.times(1, 0, config.steps());
    }

    /** r of the diffusion from one time to a noisier one. */
    private static double ratio(Diffusion diffusion, double noisy, double clean) {
        return diffusion.meanCoefficient(noisy) / diffusion.meanCoefficient(clean);
    }

    /** q of it. */
    private static double noise(Diffusion diffusion, double noisy, double clean) {
        double ratio = ratio(diffusion, noisy, clean);
        return Math.max(0, diffusion.variance(noisy) - ratio * ratio * diffusion.variance(clean));
    }

    private static double[][] normal(org.noisebook.rng.Stream stream, int rows, int columns) {
        double[][] x = new double[rows][columns];
        for (double[] row : x) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return x;
    }

    private static double[][][] fresh(NoiseMapsConfig config, Streams streams) {
        return IntStream.range(0, config.steps())
                .mapToObj(i -> normal(streams.at("fresh").part(i), config.law().dimension(), config.particles()))
                .toArray(double[][][]::new);
    }

    /** One way along the sampler, each particle under the score of its class. */
    private static final class Way {
        private final double[] times;
        private final GaussianSampler.Step step;
        private final int skipped;
        private final boolean keepsRemainders;

        Way(NoiseMapsConfig config, GuidedLaw.Scores scores, int[] labels) {
            times = times(config);
            skipped = config.skipped();
            keepsRemainders = config.maps() != NoiseMapsConfig.Maps.FRESH;
            step = ((DiffusionMethod.OneStep) config.method())
                    .sampler(config.diffusion(), new ClassScores(scores.classes(), labels))
                    .begin(labels.length);
        }

        private double[][] mean(int i, double[][] x) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("noise maps interrupted");
            }
            double[][] mean = new double[x.length][x[0].length];
            step.mean(times[i], times[i + 1], x, x[0].length, mean);
            return mean;
        }

        private double stdDev(int i) {
            return step.stdDev(times[i], times[i + 1]);
        }

        /** The map of every step, the remainder of one without noise. */
        double[][][] read(double[][][] places) {
            double[][][] maps = new double[times.length - 1][][];
            for (int i = 0; i < maps.length; i++) {
                double stdDev = stdDev(i);
                double[][] map = mean(i, places[i]);
                for (int j = 0; j < map.length; j++) {
                    for (int k = 0; k < map[j].length; k++) {
                        map[j][k] = (places[i + 1][j][k] - map[j][k]) / (stdDev > 0 ? stdDev : 1);
                    }
                }
                maps[i] = map;
            }
            return maps;
        }

        double[][] rebuild(double[][] start, double[][][] maps, int shift) {
            double[][] x = start;
            for (int i = skipped; i < maps.length; i++) {
                double stdDev = stdDev(i);
                double factor = stdDev > 0 ? stdDev : keepsRemainders ? 1 : 0;
                double[][] map = moved(maps[i], shift);
                x = mean(i, x);
                for (int j = 0; j < x.length; j++) {
                    for (int k = 0; k < x[j].length; k++) {
                        x[j][k] = Math.fma(factor, map[j][k], x[j][k]);
                    }
                }
            }
            return x;
        }

        /** Median over particles of the rms of what the last step misses, if it takes no noise. */
        double remainder(double[][][] maps) {
            int last = maps.length - 1;
            int n = maps[last][0].length;
            double[] sorted = IntStream.range(0, n)
                    .mapToDouble(k -> Stream.of(maps[last])
                            .mapToDouble(row -> row[k] * row[k])
                            .average()
                            .orElseThrow())
                    .sorted()
                    .toArray();
            return stdDev(last) > 0 ? 0 : (Math.sqrt(sorted[(n - 1) / 2]) + Math.sqrt(sorted[n / 2])) / 2;
        }

        /** Mean products of maps with those so many steps later, NaN where there are none. */
        double[] products(double[][][] maps, int later) {
            return IntStream.range(0, maps.length)
                    .mapToDouble(i -> i + later < maps.length && stdDev(i) > 0 && stdDev(i + later) > 0
                            ? product(maps[i], maps[i + later])
                            : Double.NaN)
                    .toArray();
        }
    }

    private static double product(double[][] x, double[][] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < x[j].length; k++) {
                sum = Math.fma(x[j][k], y[j][k], sum);
            }
        }
        return sum / x.length / x[0].length;
    }

    private static double[] correlation(double[] squares, double[] products) {
        return IntStream.range(0, squares.length)
                .mapToDouble(
                        i -> i + 1 < squares.length ? products[i] / Math.sqrt(squares[i] * squares[i + 1]) : Double.NaN)
                .toArray();
    }

    /**
     * Variance and correlation of maps in closed form.
     *
     * <p>Under the Gaussian score of its class a step's mean is linear along each principal axis, m = K x, so that with c(i, j) = E x_i x_j
     * along it, s² E z² = c(j, j) − 2 K c(i, j) + K² c(i, i), and likewise for maps of consecutive steps. Along the path of the diffusion
     * c(i, j) = r E x_j²; of independent noise the picture alone is shared.
     *
     * @throws IllegalArgumentException for a learned score, or maps that are drawn new
     */
    public static Moments expected(NoiseMapsConfig config) {
        if (config.law() instanceof GuidedLaw.LearnedDigits || config.maps() == NoiseMapsConfig.Maps.FRESH) {
            throw new IllegalArgumentException("law must be exact and maps read from a path, got " + config);
        }
        double added = config.law() instanceof GuidedLaw.DigitsMixture ? GuidedLaw.DigitsMixture.NOISE : 0;
        GaussianMixture data = config.law().data();
        double[] squares = new double[config.steps()];
        double[] products = new double[config.steps()];
        for (int c = 0; c < data.components(); c++) {
            double[] law = new EigenDecomposition(new Array2DRowRealMatrix(data.covariances()[c])).getRealEigenvalues();
            double[] pictures =
                    Arrays.stream(law).map(v -> Math.max(0, v - added)).toArray();
            new Axes(config, law, pictures).add(data.weights()[c] / law.length, squares, products);
        }
        return new Moments(squares, correlation(squares, products));
    }

    /** The principal axes of a class. */
    private static final class Axes {
        private final boolean independent;
        private final double[] pictures;
        /** Of each time, factor and variance from the last one to it. */
        private final double[] ratio;

        private final double[] noise;
        /** K of each step along each axis. */
        private final double[][] slope;

        private final double[] stdDev;

        /** Of a Gaussian with these variances of its law, under which pictures have others. */
        Axes(NoiseMapsConfig config, double[] law, double[] pictures) {
            this.pictures = pictures;
            independent = config.maps() == NoiseMapsConfig.Maps.INDEPENDENT;
            Diffusion diffusion = config.diffusion();
            double[] times = times(config);
            double end = times[config.steps()];
            ratio = Arrays.stream(times).map(t -> ratio(diffusion, t, end)).toArray();
            noise = Arrays.stream(times).map(t -> noise(diffusion, t, end)).toArray();
            slope = new double[config.steps()][law.length];
            stdDev = new double[config.steps()];
            GaussianSampler.Step step = ((DiffusionMethod.OneStep) config.method())
                    .sampler(diffusion, score(diffusion, law))
                    .begin(1);
            for (int i = 0; i < slope.length; i++) {
                double[][] one = new double[law.length][1];
                Arrays.stream(one).forEach(row -> row[0] = 1);
                step.mean(times[i], times[i + 1], one, 1, one);
                slope[i] = Arrays.stream(one).mapToDouble(row -> row[0]).toArray();
                stdDev[i] = step.stdDev(times[i], times[i + 1]);
            }
        }

        /** Of the diffused axes. */
        private static Score score(Diffusion diffusion, double... law) {
            return new Score() {
                @Override
                public int dimension() {
                    return law.length;
                }

                @Override
                public Evaluator evaluator(int capacity) {
                    return (t, x, count, out) -> {
                        double a = diffusion.meanCoefficient(t);
                        double v = diffusion.variance(t);
                        for (int j = 0; j < law.length; j++) {
                            out[j][0] = -x[j][0] / (a * a * law[j] + v);
                        }
                    };
                }
            };
        }

        /** c(i, k), i the noisier, along an axis. */
        private double moment(int i, int k, int axis) {
            double shared = ratio[i] * ratio[k] * pictures[axis];
            return i != k && independent ? shared : shared + ratio[i] / ratio[k] * noise[k];
        }

        private double product(int i, int k, int axis) {
            double mine = slope[i][axis];
            double other = slope[k][axis];
            double crossed = k == i ? moment(i, i + 1, axis) : moment(i + 1, k, axis);
            return (moment(i + 1, k + 1, axis)
                            - other * crossed
                            - mine * moment(i, k + 1, axis)
                            + mine * other * moment(i, k, axis))
                    / (stdDev[i] * stdDev[k]);
        }

        void add(double weight, double[] squares, double[] products) {
            for (int i = 0; i < squares.length; i++) {
                for (int axis = 0; axis < pictures.length; axis++) {
                    squares[i] += stdDev[i] > 0 ? weight * product(i, i, axis) : Double.NaN;
                    products[i] +=
                            i + 1 < squares.length && stdDev[i + 1] > 0 ? weight * product(i, i + 1, axis) : Double.NaN;
                }
            }
        }
    }

    private static double[][] moved(double[][] x, int columns) {
        int width = (int) Math.round(Math.sqrt(x.length));
        return columns == 0
                ? x
                : IntStream.range(0, x.length)
                        .mapToObj(j -> x[j - j % width + (j % width + width - columns) % width])
                        .toArray(double[][]::new);
    }

    private static InversionResult.Outcome outcome(double[][] x) {
        boolean finite = Arrays.stream(x).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
        boolean large = Arrays.stream(x).flatMapToDouble(Arrays::stream).anyMatch(v -> Math.abs(v) > EXPLODED);
        return !finite
                ? InversionResult.Outcome.LOST
                : large ? InversionResult.Outcome.EXPLODED : InversionResult.Outcome.KEPT;
    }

    private static double largest(double[][] x, double[][] y) {
        double most = 0;
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < x[j].length; k++) {
                most = Math.max(most, Math.abs(x[j][k] - y[j][k]));
            }
        }
        return most;
    }

    /** Mean over particles of common strokes over all strokes, with the source so many particles further. */
    private static double overlap(double[][] x, double[][] source, int further) {
        int n = x[0].length;
        double sum = 0;
        for (int k = 0; k < n; k++) {
            int both = 0;
            int any = 0;
            for (int j = 0; j < x.length; j++) {
                boolean mine = x[j][k] > 0;
                boolean theirs = source[j][(k + further) % n] > 0;
                both += mine && theirs ? 1 : 0;
                any += mine || theirs ? 1 : 0;
            }
            sum += any == 0 ? 1 : (double) both / any;
        }
        return sum / n;
    }

    private static double[] shown(double[][] before, double[][] after) {
        List<double[]> all = new ArrayList<>();
        for (double[][] x : List.of(before, after)) {
            for (int k = 0; k < SHOWN; k++) {
                int particle = k % x[0].length;
                all.add(Stream.of(x).mapToDouble(row -> row[particle]).toArray());
            }
        }
        return all.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    @Override
    public double work(NoiseMapsConfig config) {
        double score = config.law() instanceof GuidedLaw.LearnedDigits ? 3e5 : 2e4;
        return 2.0 * config.steps() * config.particles() * score;
    }

    @Override
    public long memory(NoiseMapsConfig config) {
        return (3L * config.steps() + 20) * config.particles() * config.law().dimension() * Double.BYTES + (1L << 26);
    }

    @Override
    public List<String> inputs(NoiseMapsConfig config) {
        return config.law().files();
    }
}
