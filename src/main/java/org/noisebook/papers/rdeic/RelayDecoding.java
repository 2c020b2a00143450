package org.noisebook.papers.rdeic;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.ObservedMixture;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;
import org.noisebook.stats.LogPhi;

/**
 * Digits coded by rounding and decoded by a diffusion that starts at pure noise or at the coded digit plus noise.
 *
 * <p>The decoder's posterior takes the rounding error as Gaussian with variance Δ²/12, so it is exact up to that. Realism is the mean
 * negative log density of decoded digits per pixel: too smooth digits have less than the data.
 */
@Paper(
        key = "2410.02640",
        title = "Diffusion-based Extreme Image Compression with Compressed Feature Initialization",
        cite = {
            "Li, Zhou, Wei, Ge, Jiang 2024, arXiv 2410.02640",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        },
        study = "rdeic",
        version = 1,
        does = "Decoding of rounded digits from several starts on several time grids",
        figure = "rdeic",
        shows = "Decoding from the coded picture instead of from noise",
        streams = {"digits", "start"})
public final class RelayDecoding extends OnePaper<RelayDecoding.Config, RelayDecoding.Result> {
    /** The times of the steps. */
    public enum Grid {
        /** Equal steps. */
        UNIFORM,
        /** Steps equal in √t, short at the end. */
        QUADRATIC,
        /** A first step to 0.3 T, then equal ones. */
        JUMP
    }

    /** A decoder. */
    public record Config(
            @Parameter(standard = "1", range = "[0.001, 4]", symbol = "Δ", value = "step of the rounding")
            double rounding,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(
                    standard = "observed",
                    value =
                            "the decoder starts from noise, observed (the relay), mean (the posterior's) or exact, a posterior sample")
            ObservedMixture.Start start,

            @Parameter(standard = "0.3", range = "(0, 1]", symbol = "s", value = "time of the start, 1 for pure noise")
            double from,

            @Parameter(standard = "uniform", value = "steps in time: uniform, quadratic or jump")
            Grid grid,

            @Parameter(standard = "5", range = "[1, 10000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "20", range = "[2, 100000]", value = "digits that are coded")
            int digits) {
        /** Rejects jumps that do not fall. */
        public Config {
            if (grid == Grid.JUMP && (from <= RELAY || steps < 2)) {
                throw new IllegalArgumentException(
                        "from must be above 0.3 and steps at least 2 for grid=jump, got " + from + " and " + steps);
            }
        }

        double[] times() {
            double[] even =
                    TimeGrid.UNIFORM.times(grid == Grid.JUMP ? RELAY : from, 0, grid == Grid.JUMP ? steps - 1 : steps);
            if (grid == Grid.JUMP) {
                double[] all = new double[steps + 1];
                all[0] = from;
                System.arraycopy(even, 0, all, 1, steps);
                return all;
            }
            return grid == Grid.UNIFORM ? even : TimeGrid.QUADRATIC.times(from, 0, steps);
        }
    }

    /** Error and realism of decoded digits, per pixel. */
    public record Result(
            @Parameter("mean square error of the posterior mean")
            double mmse,

            @Parameter("mean square error of decoded digits")
            double error,

            @Parameter("mean negative log density of decoded digits")
            double surprise,

            @Parameter("that of the original digits") double dataSurprise,

            @Parameter("root mean square of √ā (y − E[x | y]), by which the relay's start is off")
            double startBias,

            @Parameter("decibels of error that the quantiser gains per bit of entropy when Δ is halved")
            double decibels,

            @Parameter("six digits: original, coded, decoded")
            Doubles pictures)
            implements Outcome {}

    // The study.

    private static final double RELAY = 0.3;
    /** At its time 0 the data are as they are. */
    private static final Diffusion PLAIN = Diffusion.VariancePreserving.standard();

    /** Standard deviations beyond which a Gaussian has nothing. */
    private static final double REACH = 8.5;

    private static final int SHOWN = 6;
    private static final int SIDE = 8;

    @Override
    protected Result measure(Config c, Streams streams) {
        ObservedMixture seen = ObservedMixture.digits(c.rounding() * c.rounding() / 12);
        GaussianMixture data = seen.data();
        int n = c.digits();
        double[][] x = data.sample(streams.at("digits"), n);
        double[][] y = Grammar.zip(x, x, (a, b) -> c.rounding() * Math.rint(a / c.rounding()));
        Stream stream = streams.at("start");
        double[][] z = GaussianMixture.standard(SIDE * SIDE).sample(stream, n);
        double[][] decoded = Grammar.finite(seen.restored(c.start(), c.diffusion(), c.times(), x, y, z));
        double[][] mean = seen.mean(y);
        double[] surprise = surprise(data, decoded, x);
        return new Result(
                Grammar.meanSquare(mean, x),
                Grammar.meanSquare(decoded, x),
                surprise[0],
                surprise[1],
                c.diffusion().meanCoefficient(c.from()) * Math.sqrt(Grammar.meanSquare(y, mean)),
                decibels(data, c.rounding()),
                Grammar.shown(SHOWN, x, y, decoded));
    }

    /** Mean negative log density per coordinate of each sample. */
    private static double[] surprise(GaussianMixture data, double[][]... samples) {
        int n = samples[0][0].length;
        var density = PLAIN.marginals(data).logDensity().evaluator(n);
        double[][] out = new double[1][n];
        return Arrays.stream(samples)
                .mapToDouble(x -> {
                    density.at(0, x, n, out);
                    return -Grammar.mean(n, k -> out[0][k]) / x.length;
                })
                .toArray();
    }

    static double decibels(GaussianMixture data, double step) {
        double[] coarse = rate(data, step);
        double[] fine = rate(data, step / 2);
        return 10 * StrictMath.log10(coarse[1] / fine[1]) / (fine[0] - coarse[0]);
    }

    /** Bits and mean square error per pixel of rounding, from the exact law of each pixel, without samples. */
    static double[] rate(GaussianMixture data, double step) {
        double[] weights = data.weights();
        double[][] means = data.means();
        double[][][] covariances = data.covariances();
        double bits = 0;
        double error = 0;
        for (int j = 0; j < data.dimension(); j++) {
            Grammar.stopIfInterrupted();
            Map<Double, Double> shares = new TreeMap<>();
            for (int c = 0; c < weights.length; c++) {
                double s = Math.sqrt(covariances[c][j][j]);
                double first = Math.rint((means[c][j] - REACH * s) / step);
                double last = Math.rint((means[c][j] + REACH * s) / step);
                double left = ((first - 0.5) * step - means[c][j]) / s;
                double below = LogPhi.phi(left);
                for (double q = first; q <= last; q++) {
                    double off = (means[c][j] - q * step) / s;
                    double right = left + step / s;
                    double upTo = LogPhi.phi(right);
                    double f = LogPhi.density(left);
                    double g = LogPhi.density(right);
                    double p = upTo - below;
                    error += weights[c] * s * s * ((off * off + 1) * p + (2 * off + left) * f - (2 * off + right) * g);
                    shares.merge(q, weights[c] * p, Double::sum);
                    left = right;
                    below = upTo;
                }
            }
            bits -= shares.values().stream()
                    .mapToDouble(p -> p > 0 ? p * StrictMath.log(p) / StrictMath.log(2) : 0)
                    .sum();
        }
        return new double[] {bits / data.dimension(), error / data.dimension()};
    }

    @Override
    public double work(Config c) {
        return 2e5 * c.digits() * (c.steps() + 2) + 6e6 / c.rounding() + 1e8;
    }

    @Override
    public long memory(Config c) {
        return 8L * SIDE * SIDE * 24 * c.digits() + (1L << 26);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.PictureClasses.standard().files();
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "On a linear schedule, quadratic steps reach most of the relay's gain",
                "Quadratic steps do not reach most of the relay's gain",
                "Quadratic steps may reach most of the relay's gain");
        board.subtitle(
                "Relay: decoding starts at the coded digit plus noise (0.3 T); the others start at pure noise (T)");
        board.show("pictures", "realism");
        int n = board.replicas(12, 48);
        double[] steps = board.choose(new double[] {5, 10, 50}, new double[] {5, 10, 20, 50, 200});
        String pure = "start=noise, from=1";
        var uniform = on(board, "pure noise, equal steps").with(pure).along("steps", steps);
        var quadratic = on(board, "pure noise, quadratic grid")
                .with(pure + ", grid=quadratic")
                .along("steps", steps);
        var jump = on(board, "pure noise, first step to 0.3 T")
                .with(pure + ", grid=jump")
                .along("steps", 5, 10);
        var relay = on(board, "relay start at 0.3 T").along("steps", steps);
        var mean = on(board, "start at the posterior mean plus noise at 0.3 T")
                .with("start=mean")
                .along("steps", 5);
        var exact = on(board, "exact start at 0.3 T").with("start=exact").along("steps", 5, 50);
        String cosine = "; cosine schedule";
        var cosineUniform = on(board, "pure noise, equal steps" + cosine)
                .with(Grammar.COSINE)
                .with(pure)
                .along("steps", 5);
        var cosineQuadratic = on(board, "pure noise, quadratic grid" + cosine)
                .with(Grammar.COSINE)
                .with(pure + ", grid=quadratic")
                .along("steps", 5);
        var cosineRelay =
                on(board, "relay start at 0.3 T" + cosine).with(Grammar.COSINE).along("steps", 5);
        board.replicas(1);
        var rates =
                on(board, "exact law of the pixels").with("steps=1, digits=2").along("rounding", 1, 1.0 / 16, 1.0 / 64);
        board.stamp(n + "; entropy 1 (exact)");

        List<Cell<Config, Result>> shown = List.of(uniform.at(5), quadratic.at(5), relay.at(5), exact.at(50));
        List<String> kinds = List.of(
                "original", "coded", "noise, equal steps", "noise, quadratic", "relay start", "exact, 50 steps");
        double[][] pixels = new double[kinds.size() * SHOWN][];
        for (int row = 0; row < kinds.size(); row++) {
            Doubles all = shown.get(Math.max(0, row - 2)).runs().get(0).pictures();
            double[][] part = Grammar.pictures(all, SIDE * SIDE, Math.min(row, 2), SHOWN);
            System.arraycopy(part, 0, pixels, row * SHOWN, SHOWN);
        }
        board.pictures("pictures", "|5 steps−exact| (black: 0.4)", kinds, SHOWN, SIDE, pixels, -1, 1)
                .differences(0.4, -1, -1, 5, 5, 5, -1)
                .beside(0, "−log p /\npixel", shown, Result::surprise)
                .beside(1, "error", shown, Result::error);
        board.plot(
                        "realism",
                        "Realism against steps",
                        Axis.log10("steps of DDIM").range(4, board.choose(60, 260)),
                        Axis.linear("−log density per pixel (below 0: too smooth)")
                                .range(-0.3, 0.1))
                .named("relay, equal steps")
                .points("relay start", relay, Reduction.mean(Result::surprise))
                .joined("relay start")
                .named("quadratic steps")
                .points("noise, quadratic grid", quadratic, Reduction.mean(Result::surprise))
                .joined("noise, quadratic grid")
                .named("equal steps")
                .points("noise, equal steps", uniform, Reduction.mean(Result::surprise))
                .joined("noise, equal steps")
                .level("exact start, 50 steps", exact.at(50).mean(Result::surprise), 4, board.choose(60, 260));

        String set = "set before the run";
        String share = "share of the relay's gain in −log p by the grid alone, ";
        Plot plot = board.plot("realism");
        for (double k : new double[] {5, 10}) {
            plot.claim("quadratic-" + (int) k, share + "quadratic, steps = " + (int) k)
                    .says((int) k + " quadratic steps reach most of the relay's gain | share of the gain in −log p")
                    .between(0.5, 1)
                    .control("claim: start")
                    .of(share(uniform.at(k), quadratic.at(k), relay.at(k)))
                    .from(source(), "control of the paper's finding; bounds " + set);
        }
        plot.claim(
                        "relay",
                        "distance of −log p from the exact start's, relay in 5 steps over pure noise in 10, equal steps")
                .says("The relay's 5 steps beat 10 equal steps | distance from exact −log p, ratio")
                .below(1)
                .control("claim: own-baseline")
                .of(distance(relay.at(5), uniform.at(10), exact.at(50)))
                .from(source());
        plot.claim("own-baseline", "the same, pure noise on a quadratic grid in 5 steps over equal ones in 10")
                .says("5 quadratic steps beat 10 equal steps | distance from exact −log p, ratio")
                .below(1)
                .of(distance(quadratic.at(5), uniform.at(10), exact.at(50)))
                .from("control: a claim that the paper's own baseline also wins");
        board.claim("jump-5", share + "first step to 0.3 T, steps = 5")
                .between(0.4, 0.7)
                .control("claim: start")
                .of(share(uniform.at(5), jump.at(5), relay.at(5)))
                .from("0.54 by independent code; window " + set);
        board.claim("start", "−log p per pixel, relay minus pure noise on a quadratic grid, steps = 5")
                .above(0)
                .control("claim: relay-biased")
                .of(relay.at(5).less(quadratic.at(5), Result::surprise))
                .from(source(), "the rest of the gain is the start's");
        board.claim("mean", "−log p per pixel, start at the posterior mean minus relay, steps = 5")
                .below(0)
                .control("claim: start")
                .of(mean.at(5).less(relay.at(5), Result::surprise))
                .from("y has the spread that its posterior mean lacks");
        board.claim("relay-biased", "−log p per pixel, relay minus exact start, steps = 50")
                .above(0.02)
                .control("claim: exact")
                .of(relay.at(50).less(exact.at(50), Result::surprise))
                .from("the start is off by √ā (y − E[x | y]), which no number of steps removes; bound " + set);
        board.claim("exact", "−log p per pixel, pure noise on a quadratic grid minus exact start, steps = 50")
                .theory(0, 0.03)
                .of(quadratic.at(50).less(exact.at(50), Result::surprise))
                .from("control: noise at T has no bias, so both end in one posterior; window " + set);
        double[] digits = {-0.247, -0.188, -0.153, -0.137};
        List<Line<Config, Result>> lines = List.of(uniform, jump, quadratic, relay);
        for (int k = 0; k < digits.length; k++) {
            board.claim(
                            "digits-"
                                    + List.of("uniform", "jump", "quadratic", "relay")
                                            .get(k),
                            "−log p per pixel",
                            lines.get(k),
                            5)
                    .theory(digits[k], 0.02)
                    .control("claim: start")
                    .of(lines.get(k).at(5), Result::surprise)
                    .from("independent code, 6 × 400 digits, error 0.002; window " + set);
        }
        board.claim("cosine", share + "quadratic, steps = 5; cosine schedule")
                .says("On a cosine schedule, quadratic steps reach most of the gain | share of the gain in −log p")
                .between(0.5, 1)
                .control("claim: start")
                .of(share(cosineUniform.at(5), cosineQuadratic.at(5), cosineRelay.at(5)))
                .from("reported for the other schedule; bounds as above");
        for (double k : new double[] {5, 50}) {
            board.claim("error-" + (int) k, "mean square error over that of the posterior mean", relay, k)
                    .between(1, 2)
                    .control("none: a decoder that ignores y has far more, one step of an exact start less than 2")
                    .of(relay.at(k)
                            .the(Reduction.jackknife(runs -> Grammar.sum(
                                            runs.size(), i -> runs.get(i).error())
                                    / Grammar.sum(runs.size(), i -> runs.get(i).mmse()))))
                    .from("realism costs error: 1 for the mean, 2 for a sample");
        }
        for (double step : new double[] {1.0 / 16, 1.0 / 64}) {
            board.claim("rate-" + (int) (1 / step), "decibels per bit of entropy, Δ to Δ/2", rates, step)
                    .theory(20 * StrictMath.log10(2), 0.2)
                    .control("claim: rate-1")
                    .of(rates.at(step).mean(Result::decibels))
                    .from("Δ²/12 at high rate; window " + set);
        }
        board.claim("rate-1", "decibels per bit of entropy, Δ to Δ/2", rates, 1)
                .above(6.22)
                .of(rates.at(1).mean(Result::decibels))
                .from("control: coarse steps are not at high rate");
        board.caption("""
                Digits drawn from one Gaussian per class are coded by rounding to multiples of 1 and decoded by DDIM under the exact posterior for a Gaussian error of variance 1/12; linear schedule, T = 1000. Pure noise at T with equal steps \
                or steps equal in √t, or the coded digit plus noise at 0.3 T (relay). Exact start: a posterior sample plus noise. (a) Six digits of one replica, and the size of the difference from the exact start; −log p: mean negative log density of decoded digits per pixel; error: mean square. \
                (b) The same against steps. Too smooth digits lie below. Means over {} replicas of {} digits, 95 % t intervals. In the table: other grids and starts, cosine schedule, decibels per bit of the rounding.""", n, relay.at(5).config().digits());
    }

    /** Gain of a grid over gain of the relay. */
    private static Estimate share(Cell<?, Result> low, Cell<?, Result> grid, Cell<?, Result> high) {
        return Jackknife.ratio(less(grid, low), less(high, low));
    }

    private static Estimate distance(Cell<?, Result> one, Cell<?, Result> other, Cell<?, Result> end) {
        return Jackknife.ratio(less(end, one), less(end, other));
    }

    private static double[] less(Cell<?, Result> one, Cell<?, Result> other) {
        return one.paired(other, Result::surprise, (a, b) -> a - b);
    }

    @Override
    protected String says() {
        return """
                The paper codes a picture with a coarse codec and lets a diffusion start not from pure noise but from the coded picture plus some noise, so that few steps suffice. Here the codec
                rounds pixels of digits to multiples of 1, the posterior is exact for an error of variance 1/12, and realism is the negative log density of decoded digits: with few steps they are too
                smooth, and it lies below that of the data.

                The relay wins: in 5 steps it is nearer to the limit than pure noise in 10. But a start at 0.3 T also spends all its steps where they matter. Pure noise with one first step to 0.3 T has
                0.53 of the relay's gain, on a grid of equal steps in √t 0.85, and it beats equal steps in half of them too: the paper's own baseline, on another grid, also wins its claim. On the
                cosine schedule, whose equal steps are better placed, the quadratic grid has 0.47 of the gain. What is left is the start's: 0.016 per pixel in 5 steps. Its price is a bias that no
                number of steps removes, 0.04 per pixel in 50, since y is not the posterior mean: the start is off by √ā (y − E[x | y]). Starting at the posterior mean plus noise has the right
                centre but lacks the posterior's spread, and is smoother still. Realism costs error: 1.4 times the least possible in 5 steps, 1.9 in 50. Rounding itself gains 6.02 decibels per bit
                from steps of 1/16 on, 6.4 at the step that is used.

                In practice: before a relay, try pure noise on a grid with short last steps; use the relay for very few steps, and not where many are affordable.""";
    }
}
