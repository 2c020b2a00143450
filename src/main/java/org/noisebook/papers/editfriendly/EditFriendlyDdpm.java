package org.noisebook.papers.editfriendly;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.stopIfInterrupted;
import static org.noisebook.paper.Grammar.sum;
import static org.noisebook.paper.Grammar.zip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.ClassScores;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Noise maps of digits: their size, the correlation of consecutive ones, and how much of a digit an edit to the next class keeps.
 *
 * <p>The noise of a stochastic sampler is computed from a path to a picture, z = (x_j − m(x_i))/s, and reused: for the same class, for
 * another class, or moved by a pixel. Each picture has the score of its own class. A step without noise (s = 0) has no map; its
 * remainder x_j − m(x_i) is stored as it is, and {@link Result#bareError} is the error without it.
 *
 * <p><b>Cost</b>: two evaluations of the score per step and particle.
 */
@Paper(
        key = "2304.06140",
        title = "An Edit Friendly DDPM Noise Space: Inversion and Manipulations",
        cite = {
            "Huberman-Spiegelglas, Kulikov, Michaeli 2023, arXiv 2304.06140",
            "Ho, Jain, Abbeel 2020, Denoising Diffusion Probabilistic Models, arXiv 2006.11239"
        },
        study = "noise-maps",
        version = 2,
        does = "Noise maps of pictures along a stochastic sampler, and edits that use them again",
        figure = "edit-friendly-ddpm",
        shows = "Noise maps that rebuild a picture, and what they keep of it",
        streams = {"pictures", "path", "fresh"})
public final class EditFriendlyDdpm extends OnePaper<EditFriendlyDdpm.Config, EditFriendlyDdpm.Result> {
    /** The path from which noise maps are computed. */
    public enum Maps {
        /** A path whose points are the picture with independent noise each, as in the paper. */
        INDEPENDENT,
        /** A path of the diffusion itself. */
        NATIVE,
        /** Fresh maps from the end point of the path of {@link #NATIVE}, the control that keeps no picture. */
        FRESH
    }

    /** Noise maps of pictures along a stochastic sampler, reused with or without an edit. */
    public record Config(
            @Parameter(standard = "digitsMixture", value = "distribution of the data, in pixels")
            GuidedLaw law,

            @Parameter(standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))", value = "the diffusion")
            Diffusion diffusion,

            @Parameter(standard = "ddim(eta=1)", value = "sampler with one normal number per step and coordinate")
            DiffusionMethod method,

            @Parameter(standard = "independent", value = "where maps come from: independent, native or fresh")
            Maps maps,

            @Parameter(standard = "100", range = "[4, 10000]", value = "steps of equal length")
            int steps,

            @Parameter(standard = "0", range = "[0, steps]", value = "noisy steps left out on the way back")
            int skipped,

            @Parameter(standard = "0", range = "[0, 9]", value = "shift of the class when the maps are reused")
            int classShift,

            @Parameter(standard = "0", range = "[0, 7]", value = "shift of the maps, in columns")
            int pixelShift,

            @Parameter(standard = "64", range = "[2, 512]", value = "particles")
            int particles) {
        /** Rejects configs that have no noise maps. */
        public Config {
            int classes = law.data().components();
            refuse(
                    !(method instanceof DiffusionMethod.OneStep)
                            || method.card().noises() != 1,
                    "method must take one normal number per step, got " + Schema.formatValue(method));
            refuse(law.latents() < law.dimension(), "law must be in pixels, got " + Schema.formatValue(law));
            refuse(
                    classShift >= Math.max(classes, 1),
                    "classShift must be below classes=" + classes + ", got " + classShift);
            refuse(
                    pixelShift > 0 && classes == 1,
                    "pixelShift must be 0 for a law without pictures, got " + pixelShift);
        }

        boolean edits() {
            return classShift > 0 || pixelShift > 0;
        }

        double[] times() {
            return TimeGrid.UNIFORM.times(1, 0, steps);
        }
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Moments of the noise maps and errors of the pictures rebuilt from them. Errors are NaN with an edit, overlaps without one, and moments
     * of maps at a step without noise, such as the one to τ = 0.
     */
    public record Result(
            @Parameter("evaluations of the field, both ways together")
            double evaluations,

            @Parameter("largest difference of a coordinate after rebuilding")
            double error,

            @Parameter("median rms error without the last remainder")
            double bareError,

            @Parameter("mean exact probability of the requested class")
            double posterior,

            @Parameter("overlap of strokes, pixels above 0, with the source, moved as the edit is")
            double overlap,

            @Parameter("overlap of strokes with the source of the next particle")
            double strangerOverlap,

            @Parameter(length = "steps", value = "mean square of maps by step, from noise to data")
            Doubles variance,

            @Parameter(length = "steps", value = "correlation of consecutive maps by step")
            Doubles correlation,

            @Parameter("five pictures and then their edits, pixel by pixel; none without one")
            Doubles pictures)
            implements Outcome {}

    // The study.

    private static final int SHOWN = 5;

    @Override
    protected Result measure(Config c, Streams streams) {
        int[] labels = new int[c.particles()];
        double[][] picture = c.law().draw(streams.at("pictures"), labels);
        GuidedLaw.Scores scores = c.law().pixelScores(c.diffusion());
        double[][][] places = path(c, streams.at("path"), picture);
        Way out = new Way(c, new ClassScores(scores.classes(), labels), labels.length);
        double[][][] maps = out.read(places);
        double[][][] used = c.maps() == Maps.FRESH ? fresh(c, streams.at("fresh")) : maps;
        int classes = c.law().data().components();
        int[] wanted =
                Arrays.stream(labels).map(k -> (k + c.classShift()) % classes).toArray();
        Way back = new Way(c, new ClassScores(scores.classes(), wanted), labels.length);
        int shift = c.pixelShift();
        double[][] x = finite(back.rebuild(moved(places[c.skipped()], shift), used, shift));
        double none = Double.NaN;
        boolean edits = c.edits();
        double[][] source = moved(picture, shift);
        double[][] posterior = edits ? c.law().posterior(x).orElseThrow() : new double[0][];
        double[] squares = out.products(maps, 0);
        double[] products = out.products(maps, 1);
        return new Result(
                out.step.evaluations() + back.step.evaluations(),
                edits ? none : largest(x, picture),
                edits ? none : out.remainder(maps),
                edits ? mean(wanted.length, k -> posterior[wanted[k]][k]) : none,
                edits ? overlap(x, source, 0) : none,
                edits ? overlap(x, source, 1) : none,
                Doubles.of(squares),
                Doubles.of(correlation(squares, products)),
                edits ? Grammar.shown(SHOWN, picture, x) : Doubles.of());
    }

    /** A path from noise to the picture; each point is noised from the picture or from the point that follows it. */
    private static double[][][] path(Config c, Stream stream, double[][] picture) {
        double[] times = c.times();
        double[][][] places = new double[times.length][][];
        places[c.steps()] = picture;
        for (int i = c.steps() - 1; i >= 0; i--) {
            int from = c.maps() == Maps.INDEPENDENT ? c.steps() : i + 1;
            double ratio = ratio(c.diffusion(), times[i], times[from]);
            double root = Math.sqrt(noise(c.diffusion(), times[i], times[from]));
            double[][] noise = normal(stream.part(i), picture.length, c.particles());
            places[i] = zip(places[from], noise, (x, z) -> Math.fma(ratio, x, root * z));
        }
        return places;
    }

    /** The ratio r in x_noisy = r x_clean + √q z. */
    private static double ratio(Diffusion diffusion, double noisy, double clean) {
        return diffusion.meanCoefficient(noisy) / diffusion.meanCoefficient(clean);
    }

    /** The variance q in x_noisy = r x_clean + √q z. */
    private static double noise(Diffusion diffusion, double noisy, double clean) {
        double ratio = ratio(diffusion, noisy, clean);
        return Math.max(0, diffusion.variance(noisy) - ratio * ratio * diffusion.variance(clean));
    }

    private static double[][] normal(Stream stream, int rows, int columns) {
        double[][] x = new double[rows][columns];
        for (double[] row : x) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return x;
    }

    private static double[][][] fresh(Config c, Stream stream) {
        return IntStream.range(0, c.steps())
                .mapToObj(i -> normal(stream.part(i), c.law().dimension(), c.particles()))
                .toArray(double[][][]::new);
    }

    /** The steps of the sampler, from noise to data. */
    private static final class Way {
        private final double[] times;
        private final GaussianSampler.Step step;
        private final int skipped;
        private final boolean keepsRemainders;

        Way(Config c, Score score, int particles) {
            times = c.times();
            skipped = c.skipped();
            keepsRemainders = c.maps() != Maps.FRESH;
            step = ((DiffusionMethod.OneStep) c.method())
                    .sampler(c.diffusion(), score)
                    .begin(particles);
        }

        double[][] mean(int i, double[][] x) {
            stopIfInterrupted();
            double[][] mean = new double[x.length][x[0].length];
            step.mean(times[i], times[i + 1], x, x[0].length, mean);
            return mean;
        }

        double stdDev(int i) {
            return step.stdDev(times[i], times[i + 1]);
        }

        /** The noise map of every step; for a step without noise, its remainder. */
        double[][][] read(double[][][] places) {
            double[][][] maps = new double[times.length - 1][][];
            for (int i = 0; i < maps.length; i++) {
                double unit = stdDev(i) > 0 ? stdDev(i) : 1;
                maps[i] = zip(places[i + 1], mean(i, places[i]), (next, mean) -> (next - mean) / unit);
            }
            return maps;
        }

        double[][] rebuild(double[][] start, double[][][] maps, int shift) {
            double[][] x = start;
            for (int i = skipped; i < maps.length; i++) {
                double stdDev = stdDev(i);
                double factor = stdDev > 0 ? stdDev : keepsRemainders ? 1 : 0;
                x = zip(moved(maps[i], shift), mean(i, x), (z, mean) -> Math.fma(factor, z, mean));
            }
            return x;
        }

        /** Median over particles of the rms remainder of the last step, if it has no noise. */
        double remainder(double[][][] maps) {
            double[][] last = maps[maps.length - 1];
            double[] sorted = IntStream.range(0, last[0].length)
                    .mapToDouble(k -> sum(last.length, j -> last[j][k] * last[j][k]) / last.length)
                    .sorted()
                    .toArray();
            int n = sorted.length;
            return stdDev(maps.length - 1) > 0 ? 0 : (Math.sqrt(sorted[(n - 1) / 2]) + Math.sqrt(sorted[n / 2])) / 2;
        }

        /** Mean product of each map with the one a given number of steps later, NaN where there is none. */
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

    private static double[] correlation(double[] squares, double... products) {
        return IntStream.range(0, squares.length)
                .mapToDouble(
                        i -> i + 1 < squares.length ? products[i] / Math.sqrt(squares[i] * squares[i + 1]) : Double.NaN)
                .toArray();
    }

    /** Shifts the columns of square pictures cyclically. */
    private static double[][] moved(double[][] x, int columns) {
        int width = (int) Math.round(Math.sqrt(x.length));
        return columns == 0
                ? x
                : IntStream.range(0, x.length)
                        .mapToObj(j -> x[j - j % width + (j % width + width - columns) % width])
                        .toArray(double[][]::new);
    }

    private static double largest(double[][] x, double[][] y) {
        return Grammar.numbers(zip(x, y, (a, b) -> Math.abs(a - b))).max().orElseThrow();
    }

    /** Mean over particles of shared strokes over all strokes, compared with the source a given number of particles further on. */
    private static double overlap(double[][] x, double[][] source, int further) {
        int n = x[0].length;
        return mean(n, k -> {
            int both = 0;
            int any = 0;
            for (int j = 0; j < x.length; j++) {
                boolean mine = x[j][k] > 0;
                boolean theirs = source[j][(k + further) % n] > 0;
                both += mine && theirs ? 1 : 0;
                any += mine || theirs ? 1 : 0;
            }
            return any == 0 ? 1 : (double) both / any;
        });
    }

    @Override
    public double work(Config c) {
        double score = c.law() instanceof GuidedLaw.LearnedDigits ? 3e5 : 2e4;
        return 2.0 * c.steps() * c.particles() * score;
    }

    @Override
    public long memory(Config c) {
        return (3L * c.steps() + 20) * c.particles() * c.law().dimension() * Double.BYTES + (1L << 26);
    }

    @Override
    public List<String> inputs(Config c) {
        return c.law().files();
    }

    // Maps in closed form.

    /** Expected mean square of each step's map, averaged over coordinates, and its correlation with the next map. */
    record Moments(double[] variance, double[] correlation) {}

    private final Map<Config, Moments> known = new ConcurrentHashMap<>();

    /**
     * The variance and correlation of noise maps in closed form.
     *
     * <p>With the Gaussian score of a class, the mean of a step is linear along each principal axis, m = K x. With c(i, j) = E x_i x_j along
     * the axis, s² E z² = c(j, j) − 2 K c(i, j) + K² c(i, i), and likewise for maps of consecutive steps. On a path of the diffusion
     * c(i, j) = r E x_j²; with independent noise, points share only the picture.
     *
     * @throws IllegalArgumentException for a learned score, or fresh maps
     */
    Moments expected(Config config) {
        return known.computeIfAbsent(config, EditFriendlyDdpm::moments);
    }

    private static Moments moments(Config c) {
        refuse(
                c.law() instanceof GuidedLaw.LearnedDigits || c.maps() == Maps.FRESH,
                "law must be exact and maps must come from a path, got " + c);
        double added = c.law() instanceof GuidedLaw.DigitsMixture ? GuidedLaw.DigitsMixture.NOISE : 0;
        GaussianMixture data = c.law().data();
        double[] squares = new double[c.steps()];
        double[] products = new double[c.steps()];
        for (int k = 0; k < data.components(); k++) {
            double[] law = new EigenDecomposition(new Array2DRowRealMatrix(data.covariances()[k])).getRealEigenvalues();
            Axes axes = new Axes(c, law, added);
            double weight = data.weights()[k] / law.length;
            for (int i = 0; i < squares.length; i++) {
                for (int axis = 0; axis < law.length; axis++) {
                    squares[i] += weight * axes.product(i, i, axis);
                    products[i] += i + 1 < squares.length ? weight * axes.product(i, i + 1, axis) : Double.NaN;
                }
            }
        }
        return new Moments(squares, correlation(squares, products));
    }

    /** The principal axes of a class. */
    private static final class Axes {
        private final boolean independent;
        /** Variances of the pictures, without the noise that the config's law adds. */
        private final double[] variance;
        /** For each time, the factor and the variance that lead to it from the last time. */
        private final double[] ratio;

        private final double[] noise;
        /** The factor K of each step along each axis. */
        private final double[][] slope;

        private final double[] stdDev;

        Axes(Config c, double[] law, double added) {
            variance = Arrays.stream(law).map(v -> Math.max(0, v - added)).toArray();
            independent = c.maps() == Maps.INDEPENDENT;
            double end = c.times()[c.steps()];
            ratio = Arrays.stream(c.times())
                    .map(t -> ratio(c.diffusion(), t, end))
                    .toArray();
            noise = Arrays.stream(c.times())
                    .map(t -> noise(c.diffusion(), t, end))
                    .toArray();
            Score score = Score.of(law.length, (t, x, count, out) -> {
                double a = c.diffusion().meanCoefficient(t);
                double v = c.diffusion().variance(t);
                for (int j = 0; j < law.length; j++) {
                    out[j][0] = -x[j][0] / (a * a * law[j] + v);
                }
            });
            Way way = new Way(c, score, 1);
            double[][] ones = new double[law.length][];
            Arrays.setAll(ones, j -> new double[] {1});
            slope = IntStream.range(0, c.steps())
                    .mapToObj(i -> Arrays.stream(way.mean(i, ones))
                            .mapToDouble(row -> row[0])
                            .toArray())
                    .toArray(double[][]::new);
            stdDev = IntStream.range(0, c.steps()).mapToDouble(way::stdDev).toArray();
        }

        /** The moment c(i, k), where i is the noisier point. */
        private double moment(int i, int k, int axis) {
            double shared = ratio[i] * ratio[k] * variance[axis];
            return i != k && independent ? shared : shared + ratio[i] / ratio[k] * noise[k];
        }

        /** E z_i z_k for the maps of steps i and k ≥ i, NaN if one of the steps has no noise. */
        double product(int i, int k, int axis) {
            double mine = slope[i][axis];
            double other = slope[k][axis];
            double crossed = k == i ? moment(i, i + 1, axis) : moment(i + 1, k, axis);
            double product = moment(i + 1, k + 1, axis)
                    - other * crossed
                    - mine * moment(i, k + 1, axis)
                    + mine * other * moment(i, k, axis);
            return stdDev[i] > 0 && stdDev[k] > 0 ? product / (stdDev[i] * stdDev[k]) : Double.NaN;
        }
    }

    // The figure.

    private static final double EXACT = 1e-10;
    private static final double[] PLACES = {2, 3, 4, 6, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
    private static final List<Integer> JUDGED = List.of(10, 50, 90);
    private static final String CHAIN = "digits, linear schedule, 100 of 1000 steps";

    private static String series(Maps maps) {
        return maps == Maps.FRESH ? "fresh noise" : maps == Maps.NATIVE ? "DDPM's noise" : "independent noise";
    }

    private Line<Config, Result> cell(Board board, Maps maps, String condition, String changes) {
        return on(board, series(maps) + condition)
                .with("maps=" + maps.name().toLowerCase(Locale.ROOT) + ", " + changes)
                .cell();
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: not-rebuilt");
        board.title(
                "Edits keep strokes because noise maps come from independent noise",
                "Reusing DDPM's noise keeps strokes nearly as well as independent noise",
                "Edits may keep strokes because noise maps come from independent noise");
        board.subtitle("Digits edited into the next digit by reusing the noise that rebuilds them, or by fresh noise");
        board.show("pictures", "overlap", "correlation");
        int n = board.replicas(8, 32);
        var independent = cell(board, Maps.INDEPENDENT, ", " + CHAIN, "particles=128");
        var own = cell(board, Maps.NATIVE, ", " + CHAIN, "particles=128");
        int edited = board.replicas(4, 32);
        String few = "particles=" + board.choose(64, 128);
        board.stamp(edited + " (b), " + n + " (c)");
        var fresh = cell(board, Maps.FRESH, ", " + CHAIN, few);
        String cosineBetas = few + ", diffusion.betas=cosineBetas(offset=0.008, largest=0.999)";
        var cosine = cell(board, Maps.INDEPENDENT, ", digits, cosine schedule, 100 of 1000 steps", cosineBetas);
        tellEdits(board, few);
        tellCorrelation(board, independent, own);
        tellVariance(board, independent, own, cosine);
        board.claim("rebuilt", "largest pixel error of a digit rebuilt from its noise maps", independent)
                .says("Noise maps rebuild the digit to rounding | largest error of a pixel")
                .identity(0, EXACT)
                .of(independent.last(), Result::error)
                .from(source());
        board.claim("not-rebuilt", "largest pixel error of a digit rebuilt from its noise maps", fresh)
                .above(EXACT)
                .of(fresh.last().the(geometric(Result::error)))
                .from("control: other maps must give another digit");
        board.claim("remainder", "rms pixel error without the remainder of the last, noiseless step", independent)
                .above(EXACT)
                .of(independent.last().the(geometric(Result::bareError)))
                .from("a step to τ = 0 has no noise and so no map: its remainder must be kept with them");
        board.caption("""
                8×8 digits under the exact score of a Gaussian for each class, linear schedule of T = 1000, 100 steps \
                of DDPM. The noise map of a step is what must be added to its mean to reach the next point of a \
                path through the digit. The points have independent noise, or the path is DDPM's own. (a) Digits of one \
                replica, and edits of them to the next class that reuse the maps; fresh noise: maps drawn anew from the \
                same point. (b) Pixels above 0 shared with the digit, over all such pixels, against the number of the \
                noisiest steps that are skipped; (a) skips none. (c) Correlation of consecutive maps; lines: closed form \
                without free parameters. Means over (b) {} replicas of {} digits, the same for all kinds of noise, (c) {} of 128; \
                95 % t intervals.""", edited, fresh.last().config().particles(), n);
    }

    /** The index of the step that starts with the given number of steps left. */
    private static int step(double left) {
        return 100 - (int) Math.round(left);
    }

    private static Reduction<Result> correlation(double left) {
        return mean(run -> run.correlation().get(step(left)));
    }

    private static Reduction<Result> variance(double left) {
        return mean(run -> run.variance().get(step(left)));
    }

    private void tellCorrelation(Board board, Line<Config, Result> independent, Line<Config, Result> own) {
        Plot plot = board.plot(
                "correlation",
                "Correlation of noise maps",
                Axis.linear("steps left to the digit").range(0, 100),
                Axis.linear("correlation with next map").range(-0.7, 0.2));
        double[] places = Arrays.copyOfRange(PLACES, 1, PLACES.length);
        for (var one : List.of(independent, own)) {
            Maps maps = one == own ? Maps.NATIVE : Maps.INDEPENDENT;
            double[] theory = expected(one.last().config()).correlation();
            plot.points(series(maps), places, one.last(), k -> correlation(places[k]))
                    .law(series(maps), Line.even(3, 100, 98), left -> theory[step(left)]);
        }
        String says = "Consecutive noise maps have correlation −½, those of DDPM 0";
        for (int left : JUDGED) {
            String quantity = "correlation of consecutive noise maps, " + left + " steps left";
            plot.claim("half-" + left, quantity, independent)
                    .control("claim: none-" + left)
                    .says(says)
                    .theory(-0.5, 0.02)
                    .of(independent.last().the(correlation(left)))
                    .from(
                            source(),
                            "a map is the noise of its point minus that of the next, with equal weights; window of the atlas");
            plot.claim("none-" + left, quantity, own)
                    .says(says)
                    .theory(0, 0.05)
                    .of(own.last().the(correlation(left)))
                    .from("control: DDPM's maps are its own noise; window of the atlas");
        }
    }

    private void tellVariance(
            Board board, Line<Config, Result> independent, Line<Config, Result> own, Line<Config, Result> cosine) {
        Plot plot = board.plot(
                "variance",
                "How large are the maps?",
                Axis.linear("steps left to the digit").range(0, 100),
                Axis.log10("mean square of a map").range(0.5, 300));
        for (var one : List.of(independent, own, cosine)) {
            Maps maps = one == own ? Maps.NATIVE : Maps.INDEPENDENT;
            String series = one == cosine ? "independent, cosine chain" : series(maps);
            double[] theory = expected(one.last().config()).variance();
            plot.points(series, PLACES, one.last(), k -> variance(PLACES[k]))
                    .law(series, Line.even(2, 100, 99), left -> theory[step(left)]);
        }
        for (var one : List.of(independent, cosine)) {
            var claim = plot.claim(one == cosine ? "least-cosine" : "large", "smallest mean square of a noise map", one)
                    .control(one == cosine ? "claim: large-cosine" : "claim: one-10")
                    .of(
                            one.last(),
                            run -> run.variance().stream()
                                    .filter(Double::isFinite)
                                    .min()
                                    .orElseThrow());
            if (one == cosine) {
                claim.theory(1).from("the first step starts from pure noise, so its map has mean square 1");
            } else {
                claim.above(2).from(source(), "bound of the atlas");
            }
        }
        plot.claim("large-cosine", "ratio of mean squares of maps, cosine to linear schedule, 50 steps left", cosine)
                .control("claim: least-cosine")
                .says("With the cosine schedule, noise maps are smaller | mean square, cosine / linear")
                .below(1)
                .of(cosine.last().over(independent.last(), run -> run.variance().get(step(50))))
                .from("true if the linear schedule, not the method, made the maps large");
        for (int left : JUDGED) {
            plot.claim("one-" + left, "mean square of a noise map, " + left + " steps left", own)
                    .theory(1, 0.3)
                    .of(own.last().the(variance(left)))
                    .from("control: noise of variance 1; window of the atlas, for 10 steps left and more");
        }
        double closed = expected(independent.last().config()).variance()[step(50)];
        plot.claim("closed-form", "mean square of a noise map, 50 steps left", independent)
                .control("claim: one-50")
                .theory(closed, 0.05 * closed)
                .of(independent.last().the(variance(50)))
                .from("linear along the principal axes of a class, EditFriendlyDdpm.expected; window 5 %");
    }

    private static List<double[]> pictures(Line<Config, Result> line, int part) {
        return List.of(Grammar.pictures(line.at(0).runs().get(0).pictures(), 64, part, SHOWN));
    }

    private void tellEdits(Board board, String few) {
        List<Line<Config, Result>> edits = Arrays.stream(Maps.values())
                .map(maps -> on(board, "edits to the next class by reusing maps of " + series(maps) + ", " + CHAIN)
                        .with("classShift=1, maps=" + maps.name().toLowerCase(Locale.ROOT) + ", " + few)
                        .along("skipped", 0, 60, 80))
                .toList();
        List<double[]> pixels = new ArrayList<>(pictures(edits.get(0), 0));
        edits.forEach(line -> pixels.addAll(pictures(line, 1)));
        List<String> rows = List.of("original", "independent noise", "DDPM's noise", "fresh noise");
        board.pictures("pictures", "Edited to the next digit", rows, SHOWN, 8, pixels.toArray(double[][]::new), -1, 1);
        Plot plot = board.plot(
                "overlap",
                "Strokes kept",
                Axis.linear("steps skipped, of 100").range(-4, 84),
                Axis.linear("strokes in common").range(0.3, 0.7));
        for (Maps maps : Maps.values()) {
            plot.means(series(maps), edits.get(maps.ordinal()), Result::overlap);
        }
        var independent = edits.get(0);
        var edit = independent.at(0);
        plot.claim("keeps", "share of strokes that an edit keeps, minus that with fresh noise", independent)
                .control("run: new noise, whose strokes in common are subtracted")
                .above(0)
                .of(edit.less(edits.get(2).at(0), Result::overlap))
                .from(source(), "check of the atlas");
        String own = "share of strokes that an edit keeps, minus that with DDPM's noise";
        plot.claim("keeps-more", own, independent)
                .control("run: new noise, whose strokes in common are subtracted")
                .above(0)
                .of(edit.less(edits.get(1).at(0), Result::overlap))
                .from(source() + ": edits by independent maps keep more than those by DDPM's");
        var runs = edits.stream().map(line -> line.at(0).runs()).toList();
        plot.claim("keeps-much", own + ", as a fraction of the gain over fresh noise", independent)
                .control("run: new noise, whose strokes in common are subtracted")
                .says("Most strokes are kept because the noise is independent | share of the gain over fresh noise")
                .above(0.5)
                .of(Estimate.ofMeanOrNone(IntStream.range(0, runs.get(0).size())
                        .mapToDouble(k -> (runs.get(0).get(k).overlap()
                                        - runs.get(1).get(k).overlap())
                                / (runs.get(0).get(k).overlap()
                                        - runs.get(2).get(k).overlap()))
                        .toArray()))
                .from("half of the possible gain, that over fresh noise");
        board.claim("edited", "exact probability of the next class after an edit", independent, 0, Result::posterior)
                .above(0.9, 0, 1)
                .from("control: an edit that kept the digit as it was would reach no other class");
        var moved = cell(board, Maps.INDEPENDENT, ", maps moved by a pixel, " + CHAIN, "pixelShift=1, " + few);
        board.claim("moved", "strokes shared with the digit moved by a pixel minus those with another digit", moved)
                .control("claim: not-rebuilt")
                .above(0)
                .of(moved.last(), run -> run.overlap() - run.strangerOverlap())
                .from(source() + ": maps moved by a pixel move the picture");
    }

    @Override
    protected String says() {
        return """
                The paper noises a picture independently at every step of a stochastic sampler. A step's *noise map* is what must be added to its mean
                to reach the next noised picture, so the maps rebuild the picture exactly. They are larger than ordinary noise and consecutive ones are
                anticorrelated; an edit that reuses them keeps the layout of the picture. Here this is measured on digits with exact scores. The maps rebuild a digit up to rounding
                if the remainder of the last, noiseless step is kept with them; without it a pixel is wrong by 0.04. Consecutive maps have
                correlation −½ at every noise level, and mean square and correlation follow a closed form along the principal axes of a class, for
                DDPM's own maps too. The maps are not large because of the linear schedule: with the cosine schedule the first map has size 1, but with 50 steps
                left the maps are larger still. When the class changes or the maps are moved by a pixel, they keep strokes that fresh noise from the same point loses.
                But DDPM's own maps keep nine tenths as many. With an exact score, most of what an edit keeps is due to reusing any maps, not to
                their independence. In practice, keep the maps and the last remainder, allow for the memory of one picture per step, and compare with
                DDPM's own maps before you credit the independent ones.

                Four ways to take a digit to noise and back in 50 steps (100 for the maps), linear schedule, double precision:

                | | largest change of a pixel | evaluations per step each way | kept beside the noisy end | error of samples | unstable where |
                | --- | --- | --- | --- | --- | --- |
                | DDIM | 0.6 | 1 | nothing | falls as 1/steps | nowhere |
                | EDICT, p = 0.93 | 10⁻¹¹ | 2 | a second copy | falls as 1/steps once the copies agree | latents explode with 250 steps |
                | BDIA, γ = 1 | 10⁻¹⁴ | 1 | the neighbour | falls as 1/steps² for Gaussian data | γ below 1: rounding errors grow by 1/γ per step |
                | noise maps | 10⁻¹⁵ | 1 | one map per step | that of DDPM: in distribution only, as 1/steps | nowhere; no map where a step adds no noise |""";
    }
}
