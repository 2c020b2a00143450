package org.noisebook.papers.rdeic;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.ObservedMixture;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Box;
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
import org.noisebook.paper.Setting;
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
        /** A first step to a landing, then equal ones. */
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

            @Parameter(standard = "0.3", range = "(0, 1)", value = "time at which the first step of a jump ends")
            double landing,

            @Parameter(standard = "5", range = "[1, 10000]", value = "steps of DDIM")
            int steps,

            @Parameter(standard = "20", range = "[2, 100000]", value = "digits that are coded")
            int digits) {
        /** Rejects jumps that do not fall. */
        public Config {
            if (grid == Grid.JUMP && (from <= landing || steps < 2)) {
                throw new IllegalArgumentException("from must be above landing=" + landing
                        + " and steps at least 2 for grid=jump, got " + from + " and " + steps);
            }
        }

        double[] times() {
            double[] even = TimeGrid.UNIFORM.times(
                    grid == Grid.JUMP ? landing : from, 0, grid == Grid.JUMP ? steps - 1 : steps);
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

    private static final String PURE = "start=noise, from=1";

    /** Five steps from two starts on two grids. */
    private record Square(
            Cell<Config, Result> low,
            Cell<Config, Result> grid,
            Cell<Config, Result> start,
            Cell<Config, Result> both) {
        static Square of(Setting<Config, Result> relay) {
            return new Square(
                    relay.with(PURE).cell().last(),
                    relay.with(PURE + ", grid=quadratic").cell().last(),
                    relay.cell().last(),
                    relay.with("grid=quadratic").cell().last());
        }

        /** The grid's part of the gain in −log p, averaged over both starts, over the gain of both. */
        Estimate share() {
            double[] atNoise = less(grid, low);
            double[] atRelay = less(both, start);
            double[] all = less(both, low);
            return Jackknife.ratio(mean(atNoise, atRelay), all);
        }

        Estimate gain(boolean ofGrid) {
            return Estimate.ofMeanOrNone(
                    ofGrid ? mean(less(grid, low), less(both, start)) : mean(less(start, low), less(both, grid)));
        }

        private static double[] mean(double[] a, double... b) {
            double[] mean = new double[a.length];
            Arrays.setAll(mean, r -> (a[r] + b[r]) / 2);
            return mean;
        }
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "In 5 steps, the relay start decodes more realistically than noise",
                "In 5 steps, the relay start decodes no better than noise",
                "In 5 steps, the relay start may decode better than noise");
        board.subtitle("Relay: decoding starts at the coded digit plus noise (0.3 T), else at pure noise (T)");
        board.show("realism", "pictures");
        int n = board.replicas(12, 48);
        double[] steps = board.choose(new double[] {5, 10, 50}, new double[] {5, 10, 20, 50, 200});
        var own = on(board, "relay at 0.3 T, 5 steps, Δ = 1, linear schedule").replicas(c -> n);
        board.headline(
                        "abstract",
                        "use the compressed latent features of the image with added noise, instead of pure noise, as the starting point to eliminate the unnecessary initial stages of the denoising process")
                .decidedBy("best")
                .lacks("extreme bit rates, residual diffusion and fine-tuning")
                .vary(
                        own,
                        Box.of("rounding", 0.5, 2)
                                .and("from", 0.1, 0.6)
                                .and("steps", 2, 50)
                                .pick(
                                        "diffusion.betas",
                                        "linearBetas(first=1e-4,last=0.02)",
                                        "cosineBetas(offset=0.008,largest=0.999)"),
                        this::decide);
        var uniform = on(board, "pure noise, equal steps").with(PURE).along("steps", steps);
        var quadratic = on(board, "pure noise, quadratic grid")
                .with(PURE + ", grid=quadratic")
                .along("steps", steps);
        var jump = on(board, "pure noise, first step to 0.3 T")
                .with(PURE + ", grid=jump")
                .along("steps", 5);
        var relay = on(board, "relay start at 0.3 T").along("steps", steps);
        var relayQuadratic = on(board, "relay start at 0.3 T, quadratic grid")
                .with("grid=quadratic")
                .along("steps", steps);
        var mean = on(board, "start at the posterior mean plus noise at 0.3 T")
                .with("start=mean")
                .along("steps", 5);
        var exact = on(board, "exact start at 0.3 T").with("start=exact").along("steps", 50);
        Map<String, Square> squares = new LinkedHashMap<>();
        squares.put("", Square.of(own));
        squares.put("-0.5", Square.of(own.with("rounding=0.5")));
        squares.put("-2", Square.of(own.with("rounding=2")));
        squares.put("-cosine", Square.of(own.with(Grammar.COSINE)));
        board.replicas(1);
        var rates =
                on(board, "exact law of the pixels").with("steps=1, digits=2").along("rounding", 1, 1.0 / 16, 1.0 / 64);
        board.stamp(n + "; entropy 1 (exact)");

        board.plot(
                        "realism",
                        "Realism against steps",
                        Axis.log10("steps of DDIM").range(4, board.choose(60, 260)),
                        Axis.linear("−log density per pixel (below 0: too smooth)")
                                .range(-0.3, 0.1))
                .colour(2)
                .points("relay, quadratic steps", relayQuadratic, Reduction.mean(Result::surprise))
                .joined("relay, quadratic steps")
                .colour(0)
                .points("relay, equal steps", relay, Reduction.mean(Result::surprise))
                .joined("relay, equal steps")
                .colour(3)
                .points("noise, quadratic steps", quadratic, Reduction.mean(Result::surprise))
                .joined("noise, quadratic steps")
                .colour(1)
                .points("noise, equal steps", uniform, Reduction.mean(Result::surprise))
                .joined("noise, equal steps")
                .level("exact start, 50 steps", exact.at(50).mean(Result::surprise), 4, board.choose(60, 260));
        List<Cell<Config, Result>> shown =
                List.of(uniform.at(5), quadratic.at(5), relay.at(5), relayQuadratic.at(5), exact.at(50));
        List<String> kinds = List.of(
                "original",
                "coded",
                "noise, equal steps",
                "noise, quadratic",
                "relay, equal steps",
                "relay, quadratic",
                "exact, 50 steps");
        double[][] pixels = new double[kinds.size() * SHOWN][];
        for (int row = 0; row < kinds.size(); row++) {
            Doubles all = shown.get(Math.max(0, row - 2)).runs().get(0).pictures();
            double[][] part = Grammar.pictures(all, SIDE * SIDE, Math.min(row, 2), SHOWN);
            System.arraycopy(part, 0, pixels, row * SHOWN, SHOWN);
        }
        board.pictures("pictures", "|5 steps−exact| (black: 0.4)", kinds, SHOWN, SIDE, pixels, -1, 1)
                .differences(0.4, -1, -1, 6, 6, 6, 6, -1)
                .beside(0, "−log p /\npixel", shown, Result::surprise)
                .beside(1, "error", shown, Result::error);

        String set = "set before the run";
        String look = "set after a look";
        Plot plot = board.plot("realism");
        Square five = squares.get("");
        String gains = "raises −log p per pixel by more than 0.05 in 5 steps, averaged over both ";
        plot.claim("gain-start", "The relay start " + gains + "grids.", own.cell())
                .says("The start and the grid gain 0.05 each in 5 steps | gain in −log p per pixel")
                .above(0.05)
                .control("claim: relay-biased")
                .of(five.gain(false))
                .from(source(), "half of the gain measured elsewhere, " + look);
        plot.claim("gain-grid", "The quadratic grid " + gains + "starts.", own.cell())
                .says("The start and the grid gain 0.05 each in 5 steps | gain in −log p per pixel")
                .above(0.05)
                .control("claim: gain-start")
                .of(five.gain(true))
                .from("control: what a grid gains without the paper's start, " + look);
        for (var one : squares.entrySet()) {
            board.claim(
                            "share" + one.getKey(),
                            "The grid's share in the gain of start and grid together is below one half.",
                            own.cell())
                    .below(0.5)
                    .control("claim: gain-grid")
                    .of(one.getValue().share())
                    .from("means over both starts and grids; " + look);
        }
        plot.claim(
                        "half",
                        "The relay's distance from the exact −log p in 5 steps, divided by that of noise in 10, each on its better grid, is below 1.",
                        own.cell())
                .says(
                        "The relay's 5 steps do better than 10 from noise, on best grids | distance from exact −log p, ratio")
                .below(1)
                .control("claim: own-baseline")
                .of(distance(
                        exact.at(50),
                        List.of(relay.at(5), relayQuadratic.at(5)),
                        List.of(uniform.at(10), quadratic.at(10))))
                .from(source(), "abstract", look);
        plot.claim(
                        "own-baseline",
                        "From pure noise, 5 quadratic steps come nearer to the exact −log p than 10 equal ones (ratio of distances).",
                        own.cell())
                .says("From noise, 5 quadratic steps do better than 10 equal ones | distance from exact −log p, ratio")
                .below(1)
                .of(distance(exact.at(50), List.of(quadratic.at(5)), List.of(uniform.at(10))))
                .from("control: a claim that the paper's own baseline also wins");
        board.claim(
                        "mean",
                        "A start at the posterior mean plus noise has a lower −log p than the relay in 5 steps.",
                        own.cell())
                .below(0)
                .control("claim: best")
                .of(mean.at(5).less(relay.at(5), Result::surprise))
                .from("y has the spread that its posterior mean lacks");
        board.claim(
                        "relay-biased",
                        "In 50 steps, the relay's −log p per pixel is more than 0.02 above that of an exact start.",
                        own.cell())
                .above(0.02)
                .control("claim: exact")
                .of(relay.at(50).less(exact.at(50), Result::surprise))
                .from("the start is off by √ā (y − E[x | y]), which no number of steps removes; bound " + set);
        board.claim(
                        "exact",
                        "In 50 quadratic steps from noise, −log p per pixel is that of an exact start within 0.03.",
                        own.cell())
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
                            "The negative log density per pixel is " + digits[k] + " within 0.02.",
                            lines.get(k),
                            5)
                    .theory(digits[k], 0.02)
                    .code()
                    .control("claim: relay-biased")
                    .of(lines.get(k).at(5), Result::surprise)
                    .from("computed independently, 6 × 400 digits, error 0.002; window " + set);
        }
        for (double k : new double[] {5, 50}) {
            board.claim(
                            "error-" + (int) k,
                            "The mean squared error is one to two times that of the posterior mean.",
                            relay,
                            k)
                    .between(1, 2)
                    .control("none: a decoder that ignores y has far more, one step of an exact start less than 2")
                    .of(relay.at(k)
                            .the(Reduction.jackknife(runs -> Grammar.sum(
                                            runs.size(), i -> runs.get(i).error())
                                    / Grammar.sum(runs.size(), i -> runs.get(i).mmse()))))
                    .from("realism costs error: 1 for the mean, 2 for a sample");
        }
        for (double step : new double[] {1.0 / 16, 1.0 / 64}) {
            board.claim(
                            "rate-" + (int) (1 / step),
                            "Rounding half as coarsely gains 6.02 dB for each bit of entropy.",
                            rates,
                            step)
                    .theory(20 * StrictMath.log10(2), 0.2)
                    .control("claim: rate-1")
                    .of(rates.at(step).mean(Result::decibels))
                    .from("Δ²/12 at high rate; window " + set);
        }
        board.claim("rate-1", "Rounding half as coarsely gains more than 6.22 dB for each bit of entropy.", rates, 1)
                .above(6.22)
                .of(rates.at(1).mean(Result::decibels))
                .from("control: coarse steps are not at high rate");
        board.caption("""
                Digits drawn from one Gaussian per class are coded by rounding to multiples of 1 and decoded by DDIM under the exact posterior for a Gaussian error of variance 1/12; linear schedule, T = 1000. Pure noise at T with equal steps \
                or steps equal in √t, or the coded digit plus noise at 0.3 T (relay). Exact start: a posterior sample plus noise. (a) Six digits of one replica, and the size of the difference from the exact start; −log p: mean negative log density of decoded digits per pixel; error: mean square. \
                (b) The same against steps. Too smooth digits lie below. Means over {} replicas of {} digits, 95 % t intervals. In the table: other grids and starts, cosine schedule, decibels per bit of the rounding.""", n, relay.at(5).config().digits());
    }

    /** What the paper claims, at one setting of the relay. */
    private void decide(Board board, Setting<Config, Result> at) {
        var noise = at.with(PURE);
        List<Cell<Config, Result>> relays =
                List.of(at.cell().last(), at.with("grid=quadratic").cell().last());
        List<Cell<Config, Result>> noises = List.of(
                noise.cell().last(),
                noise.with("grid=quadratic").cell().last(),
                noise.with("grid=jump, landing=" + at.config().from()).cell().last());
        Cell<Config, Result> exact = at.with("start=exact, steps=50").cell().last();
        board.claim(
                        "best",
                        "The relay's distance from the exact −log p, divided by that of pure noise, each on its best grid, is below 1.",
                        at.cell())
                .in("realism")
                .says("On its best grid, the relay start comes nearer than noise | distance from exact −log p, ratio")
                .below(1, 0, Double.POSITIVE_INFINITY)
                .control("claim: own-baseline")
                .paper()
                .of(distance(exact, relays, noises))
                .from(source() + ", abstract", "of two and of three grids, set after a look");
        board.claim(
                        "error",
                        "The relay's mean squared error, divided by that of pure noise, each on its best grid, is below 1.",
                        at.cell())
                .in("pictures")
                .says("On its best grid, the relay start also has the smaller error | mean squared error / noise's")
                .below(1, 0, Double.POSITIVE_INFINITY)
                .control("claim: best")
                .of(Jackknife.ratio(
                        nearest(exact, relays).values(Result::error),
                        nearest(exact, noises).values(Result::error)))
                .from("fidelity, named in the abstract, set after a look");
    }

    /** The cell whose mean −log p is nearest to that of the exact start. */
    private static Cell<Config, Result> nearest(Cell<Config, Result> exact, List<Cell<Config, Result>> cells) {
        double end = exact.mean(Result::surprise);
        return cells.stream()
                .min(Comparator.comparingDouble(cell -> Math.abs(cell.mean(Result::surprise) - end)))
                .orElseThrow();
    }

    /** The distance of the nearest of some cells over that of the nearest of others. */
    private static Estimate distance(
            Cell<Config, Result> exact, List<Cell<Config, Result>> some, List<Cell<Config, Result>> others) {
        double[] above = less(nearest(exact, some), exact);
        double[] below = less(nearest(exact, others), exact);
        return Jackknife.of(
                IntStream.range(0, above.length).boxed().toList(),
                all -> Math.abs(Grammar.sum(all.size(), k -> above[all.get(k)])
                        / Grammar.sum(all.size(), k -> below[all.get(k)])));
    }

    private static double[] less(Cell<?, Result> one, Cell<?, Result> other) {
        return one.paired(other, Result::surprise, (a, b) -> a - b);
    }

    @Override
    protected String says() {
        return """
                # Does a start from the coded picture spare steps of a diffusion?

                In few steps, yes: with five, it leaves 0.36 of the distance from exact realism that pure noise leaves, each on its best grid of steps. With many steps, or with too little noise at the start, it is
                worse: it wins in two of eight random settings.

                ## The question

                A picture is coded coarsely, and a diffusion restores the detail, starting from pure noise. Could it start from the coded picture instead?

                ## What the paper says

                "[U]se the compressed latent features of the image with added noise, instead of pure noise, as the starting point to eliminate the unnecessary initial stages of the denoising process" (abstract).

                ## What we did

                Digits are coded by rounding pixels to multiples of Δ = 1 and decoded with the exact posterior (for a Gaussian rounding error). The *relay* starts at the coded digit plus the noise of 0.3 of the
                diffusion's time T. A late start also spends its steps where they matter, so both starts also get a *quadratic grid*, with shorter steps near the end. Realism is the negative log density per pixel, −log p;
                digits decoded in few steps are too smooth, and theirs is too low. Extreme bit rates and residual diffusion are missing.

                ## What we found

                - **Start or grid?** Both: averaged over the other, the start raises −log p by 0.103 and the grid by 0.087. The grid's share is 0.46; 0.52 for finer rounding (Δ = 0.5), 0.31 for coarser
                  (Δ = 2), and 0.28 on a cosine schedule.
                - **Random settings.** The relay wins in two and five steps that start at 0.26 T and 0.40 T. It loses in 18 steps or more, and wherever it starts at 0.13 T or below.
                - **Limit.** The coded digit is not the posterior mean, so without the residual diffusion of the paper no number of steps removes the start's bias, 0.042 per pixel in 50.

                ## What it means

                Use the relay for very few steps, at 13 % more squared error, on a grid with short last steps, and with enough noise to hide the code's errors. Where many steps are affordable, start from noise.

                ## Measurements in detail

                On equal steps, 5 steps of the relay reach −0.13 and those of noise −0.24; on quadratic ones −0.05 and −0.15. Pure noise with a first step to 0.3 T has −0.18. On better grids, the relay's 5 steps are
                nearer to the exact value than 10 from noise; from noise, 5 quadratic steps also beat 10 equal ones, so that the paper's own baseline wins that comparison on another grid.

                Starting at the posterior mean plus noise has the right centre but lacks the posterior's spread, and is smoother still. Realism costs error: that of the relay on its best grid is 1.13 times that of
                noise, since a sample of the posterior has twice the error of its mean; on equal steps it is 1.4 times the least possible in 5 steps, 1.9 in 50. Rounding itself gains 6.02 decibels for each bit
                from steps of 1/16 on, 6.4 at the step that is used.""";
    }
}
