package org.noisebook.papers.cyclic;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.Prediction;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Part of a Gaussian field is known and imposed after every step of the sampler; cycles back to more noise let it act on the rest.
 *
 * <p>The field has covariance e^(−|Δ|/ℓ) and an exact score. Steps, replacement and the way back are affine, so the samples are Gaussian with
 * a mean M y and a covariance that are carried exactly; they are compared with the regression of the field on its known part y.
 */
@Paper(
        key = "2306.08247",
        title = "Diffusion in Diffusion: Cyclic One-Way Diffusion for Text-Vision-Conditioned Generation",
        cite = {
            "Wang, Yang, Qian, Zhu, Wu 2024, arXiv 2306.08247",
            "Lugmayr, Danelljan, Romero, Yu, Timofte, Van Gool 2022, RePaint, arXiv 2201.09865"
        },
        study = "cyclic",
        version = 1,
        does = "The law of a field that is sampled with known points imposed, under cycles back to noise",
        figure = "cyclic",
        shows = "Cycles back to noise let known pixels act on the rest",
        streams = "samples",
        with = CyclicDigits.class)
public final class CyclicOneWay extends OnePaper<CyclicOneWay.Config, CyclicOneWay.Result> {
    /** A Gaussian field on a line, sampled by ancestral steps with its first points known. */
    public record Config(
            @Parameter(standard = "24", range = "[2, 512]", value = "points of the field")
            int points,

            @Parameter(standard = "8", range = "[1, 511]", value = "known points, fewer than all")
            int known,

            @Parameter(standard = "6", range = "[0.1, 1000]", symbol = "ℓ", value = "correlation length")
            double length,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "200", range = "[2, 100000]", value = "ancestral steps")
            int steps,

            @Parameter(standard = "10", range = "[0, 100000]", value = "how often the path goes back")
            int cycles,

            @Parameter(standard = "0.2", range = "(0, 1]", value = "time to which it goes back")
            double noisy,

            @Parameter(standard = "0.02", range = "[0, noisy)", value = "time from which it goes back")
            double clean,

            @Parameter(standard = "true", value = "whether known points are imposed within the cycles too")
            boolean imposed,

            @Parameter(standard = "200", range = "[2, 100000]", value = "samples that are compared with the law")
            int samples) {
        /** Rejects a field without unknown points. */
        public Config {
            if (known >= points) {
                throw new IllegalArgumentException("known must be below points=" + points + ", got " + known);
            }
        }

        GaussianMixture law() {
            double[][] covariance = GaussianLaw.covariance(points, (i, j) -> StrictMath.exp(-Math.abs(i - j) / length));
            return GaussianMixture.of(new double[points], covariance);
        }

        Score score() {
            return new SpectralMixture(law()).score(diffusion);
        }
    }

    /** The law of the unknown points against the exact conditional law; errors are relative, in the Frobenius norm. */
    public record Result(
            @Parameter("error of the map from known points to the mean of the rest")
            double mapError,

            @Parameter("error of the covariance of the rest")
            double covarianceError,

            @Parameter("largest deviation of a known point from its value")
            double knownError,

            @Parameter("deviation of the mean of samples from that of the law, rms over the rest, in standard errors")
            double sampledError,

            @Parameter("distance of the mean of the rest given the known points without noise from the regression")
            double regressionGap,

            @Parameter(
                    "norm over that of the regression of how the denoiser of the rest answers known points, at τ = 1")
            double startSensitivity,

            @Parameter("noise level σ at which it answers most")
            double peakSigma)
            implements Outcome {}

    // The study.

    @Override
    protected Result measure(Config c, Streams streams) {
        var state = new Cycles.Law(c.diffusion(), c.score(), c.known());
        Cycles cycles = new Cycles(c.steps(), c.cycles(), c.noisy(), c.clean(), c.imposed());
        cycles.run(state);
        double[][] response = state.law().response();
        double[][] covariance = state.law().covariance();
        int n = c.known();
        double off = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                off = Math.max(off, Math.abs(response[i][j] - (i == j ? 1 : 0)));
            }
            off = Math.max(off, Math.sqrt(covariance[i][i]));
        }
        double[][] regression = regression(c);
        double[][] rest = c.law()
                .conditional(IntStream.range(0, n).toArray(), new double[n])
                .covariances()[0];
        double[] sensitivity = sensitivity(c, regression);
        int peak = IntStream.range(0, c.steps()).reduce(0, (a, b) -> sensitivity[b] > sensitivity[a] ? b : a);
        return new Result(
                GaussianLaw.error(Arrays.copyOfRange(response, n, c.points()), regression),
                GaussianLaw.error(
                        Arrays.stream(covariance, n, c.points())
                                .map(row -> Arrays.copyOfRange(row, n, c.points()))
                                .toArray(double[][]::new),
                        rest),
                off,
                sampledError(c, cycles, response, covariance, streams.at("samples")),
                GaussianLaw.error(alone(c), regression),
                sensitivity[0],
                c.diffusion().sigma(TimeGrid.UNIFORM.times(1, 0, c.steps())[peak]));
    }

    private static double sampledError(
            Config c, Cycles cycles, double[][] response, double[][] covariance, Stream stream) {
        double[][] truth = c.law().sample(stream, 1);
        double[][] known = new double[c.known()][c.samples()];
        for (int j = 0; j < c.known(); j++) {
            Arrays.fill(known[j], truth[j][0]);
        }
        var samples = new Cycles.Samples(c.diffusion(), c.score(), known, stream);
        cycles.run(samples);
        double[][] x = Grammar.finite(samples.x());
        return Math.sqrt(Grammar.mean(c.points() - c.known(), k -> {
            int i = k + c.known();
            double exact = Grammar.sum(c.known(), j -> response[i][j] * truth[j][0]);
            double miss = Arrays.stream(x[i]).average().orElseThrow() - exact;
            return miss * miss * c.samples() / covariance[i][i];
        }));
    }

    /** The map from known points to the conditional mean of the rest. */
    static double[][] regression(Config c) {
        int[] known = IntStream.range(0, c.known()).toArray();
        return columns(c, unit -> c.law().conditional(known, unit).mean());
    }

    /** E[x_0(rest) | x_t(known)] as t → 0: the noise of the known points alone vanishes. */
    private static double[][] alone(Config c) {
        double[][] rows = GaussianLaw.covariance(c.points(), (i, j) -> i == j ? 1 : 0);
        double[][] known = Arrays.copyOf(rows, c.known());
        return columns(
                c,
                unit -> Arrays.copyOfRange(
                        c.law().given(known, unit, QUIET * QUIET).mean(), c.known(), c.points()));
    }

    private static double[][] columns(Config c, UnaryOperator<double[]> mean) {
        double[][] map = new double[c.points() - c.known()][c.known()];
        for (int k = 0; k < c.known(); k++) {
            double[] unit = new double[c.known()];
            unit[k] = 1;
            double[] of = mean.apply(unit);
            for (int i = 0; i < map.length; i++) {
                map[i][k] = of[i];
            }
        }
        return map;
    }

    /** ∂x̂_0(rest)/∂x_t(known) of the joint denoiser, by its norm over that of the regression. */
    private static double[] sensitivity(Config c, double[]... regression) {
        double[] times = TimeGrid.UNIFORM.times(1, 0, c.steps());
        Field denoiser = Prediction.SCORE.to(Prediction.DENOISER, c.diffusion(), c.score());
        double[][] units = new double[c.points()][c.known()];
        for (int k = 0; k < c.known(); k++) {
            units[k][k] = 1;
        }
        Field.Evaluator evaluator = denoiser.evaluator(c.known());
        double[][] out = new double[c.points()][c.known()];
        double all = norm(regression);
        double[] sensitivity = new double[c.steps()];
        for (int k = 0; k < c.steps(); k++) {
            evaluator.at(times[k], units, c.known(), out);
            sensitivity[k] = norm(Arrays.copyOfRange(out, c.known(), c.points())) / all;
        }
        return sensitivity;
    }

    private static double norm(double[]... rows) {
        return Math.sqrt(Grammar.numbers(rows).map(value -> value * value).sum());
    }

    @Override
    public double work(Config c) {
        double path = c.steps() * (1 + c.cycles() * Math.max(0, c.noisy() - c.clean()));
        return path * 14.0 * c.points() * c.points() * c.points();
    }

    @Override
    public long memory(Config c) {
        return 160L * c.points() * c.points() + (1L << 24);
    }

    // The figure.

    /** Noise level at which the known points count as free of noise. */
    private static final double QUIET = 1e-4;

    private static final String HIGH = "noisy=0.8, clean=0.2";
    private static final int SIDE = 8;
    private static final int SHOWN = 4;

    @Override
    protected void tell(Board board) {
        board.title(
                "Resampling cycles help at medium noise and do nothing at high noise",
                "Resampling cycles help little at medium noise",
                "Resampling cycles may help at medium noise");
        board.subtitle("A cycle adds noise and denoises again; completions of half a digit and of a Gaussian field");
        board.show("digits", "where");
        board.replicas(1);
        double[] counts = {0, 1, 3, 10};
        var low = on(board, "cycles in the last 20 to 2 % of 200 steps, linear schedule")
                .along("cycles", counts);
        var high = on(board, "cycles in 80 to 20 % of 200 steps, linear schedule")
                .with(HIGH)
                .along("cycles", counts);
        var cosine = on(board, "cycles in 80 to 20 % of 200 steps, cosine schedule")
                .with(HIGH)
                .with(Grammar.COSINE)
                .along("cycles", counts);
        var free = on(board, "known points not imposed within the cycles, last 20 to 2 % of 200 steps")
                .with("imposed=false")
                .along("cycles", counts);
        var few = on(board, "cycles in the last 20 to 2 % of 50 steps, linear schedule")
                .with("steps=50")
                .along("cycles", counts);
        double[] sigmas = board.choose(
                new double[] {0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4},
                new double[] {0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.57, 0.8, 1.13, 1.6, 2.26, 3.2, 4.5, 6.4});
        Config straight = config("steps=400");
        Config bent = config("steps=400", Grammar.COSINE);
        var linear = where(board, this, "ten cycles, linear schedule", straight, straight.diffusion(), sigmas);
        var curved = where(board, this, "ten cycles, cosine schedule", bent, bent.diffusion(), sigmas);
        int n = board.replicas(8, 32);
        CyclicDigits digits = new CyclicDigits();
        var plain = digits.on(board, "digits").with("cycles=0").cell().last();
        var cleaner = digits.on(board, "digits").cell().last();
        var noisier = digits.on(board, "digits").with(HIGH).cell().last();
        double[] middles = {0.1, 0.4, 1.6, 6.4};
        var levels = where(board, digits, "three cycles, digits", digits.defaults(), straight.diffusion(), middles);
        board.stamp("1 (exact); digits " + n);

        double[][] all = List.of(
                        given(plain), picture(plain, 2), picture(plain, 1), picture(noisier, 1), picture(cleaner, 1))
                .stream()
                .flatMap(Arrays::stream)
                .toArray(double[][]::new);
        List<String> kinds =
                List.of("given half", "exact mean", "no cycles", "3 cycles, high noise", "3 cycles, medium noise");
        Plot halves = board.pictures("digits", "Mean completion, |error| (black: 0.6)", kinds, SHOWN, SIDE, all, -1, 1)
                .differences(0.6, -1, -1, 1, 1, 1)
                .beside(0, "error", List.of(plain, noisier, cleaner), CyclicDigits.Result::meanError);
        Axis level = Axis.log10("noise level σ in the middle of the cycle").range(0.03, 20);
        double from = straight.diffusion().sigma(0.02);
        double to = straight.diffusion().sigma(0.2);
        double cut = over(low, 10, false);
        Axis change = Axis.linear("error with cycles / without").range(0.4, 1.2);
        Estimate[] gain = Arrays.stream(middles)
                .mapToObj(s -> levels.at(s).over(plain, CyclicDigits.Result::meanError))
                .toArray(Estimate[]::new);
        Plot where = board.plot("where", "Error by noise level", level, change)
                .named("no cycles")
                .level("no cycles", 1)
                .points("digits, 3 cycles", middles, gain, n)
                .joined("digits, 3 cycles")
                .curve(
                        "field, 10 cycles",
                        linear,
                        run -> run.mapError() / low.at(0).mean(Result::mapError));
        where.colour(Plot.GREY).named("").band("medium noise", from, to, 0.4, 1.2);
        where.level(LineKind.SAMPLE, "ten cycles over medium noise", cut, from, to);
        where.text(from, 0.45, "medium")
                .text(to, 0.45, "high")
                .text(from, cut - 0.03, "field, whole band: " + Numbers.brief(cut, 2));
        Plot plot = board.plot("cycles", "Cycles", Axis.linear("cycles"), Axis.linear("relative error"))
                .means("low noise, linear", low, Result::mapError)
                .means("high noise, linear", high, Result::mapError)
                .means("high noise, cosine", cosine, Result::mapError)
                .means("low noise, not imposed", free, Result::mapError)
                .means("low noise, 50 steps", few, Result::mapError);
        String fixed = "bound set before the run";
        String ratio = "error of the conditional mean over that without cycles";
        claim(where, "low", ratio, low, 10)
                .says("Field, medium noise: 10 cycles cut the error by 30 % | error with / without cycles")
                .below(0.7)
                .control("claim: low-free")
                .from(source(), fixed);
        claim(plot, "low-free", ratio, free, 10)
                .above(1)
                .from("control: cycles that forget the known points only add error");
        double[] before = {0, 1, 3, 10};
        for (int k = 1; k < before.length; k++) {
            double now = low.at(before[k]).mean(Result::mapError);
            plot.claim("falls-" + (int) before[k], "error over that with fewer cycles", low, before[k])
                    .below(1)
                    .of(now / low.at(before[k - 1]).mean(Result::mapError))
                    .control("claim: low-free")
                    .from(source(), fixed);
        }
        claim(where, "high", ratio, high, 10)
                .says("Field, high noise: 10 cycles change nothing | error with / without cycles")
                .theory(1, 0.01)
                .control("claim: high-cosine")
                .from("window 1 % set before the run");
        claim(plot, "high-cosine", ratio, cosine, 10)
                .below(0.99)
                .from("control: the same share of a cosine run lies at lower noise, where cycles act");
        for (double s : new double[] {0.2, 0.4, 0.8}) {
            board.claim("same-" + s, "error, linear over cosine schedule, 400 steps, ten cycles at σ = " + s)
                    .theory(1, 0.05)
                    .of(linear.at(s).mean(Result::mapError) / curved.at(s).mean(Result::mapError))
                    .control("claim: high-cosine")
                    .from("a chain of many steps forgets its schedule; window 5 % set before the run");
        }
        String mean = "error of the completions' mean, cycles minus none; digits, 50 steps, 3 cycles";
        halves.claim("digits-low", mean + " in the last 20 to 2 %")
                .says("Digits, medium noise: 3 cycles reduce the error | error with − without cycles")
                .below(0)
                .control("claim: digits-high")
                .of(cleaner.less(plain, CyclicDigits.Result::meanError))
                .from(source(), fixed);
        halves.claim("digits-high", mean + " in 80 to 20 %")
                .says("Digits, high noise: 3 cycles change nothing | error with − without cycles")
                .theory(0, 0.1)
                .of(noisier.less(plain, CyclicDigits.Result::meanError))
                .from("control: cycles at high noise do nothing for a field");
        String spread = "error of the conditional covariance over that without cycles";
        plot.claim("covariance", spread, low, 10)
                .below(0.5)
                .of(over(low, 10, true))
                .control("claim: covariance-few")
                .from(source(), fixed);
        plot.claim("covariance-few", spread, few, 10)
                .above(1)
                .of(over(few, 10, true))
                .from("control: 50 steps are too coarse, and their own error grows with the cycles");
        plot.claim("sampled", "deviation of the mean of 200 samples from the exact one, in standard errors", low, 10)
                .of(low.at(10).mean(Result::sampledError))
                .below(3)
                .control("run: samples without cycles against the law with ten")
                .from("the law is that of the samples; three standard errors");
        plot.claim("known", "largest deviation of a known point", low, 10)
                .of(low.at(10).mean(Result::knownError))
                .identity(0, 1e-12)
                .from("imposed without noise at the end");
        plot.claim("regression", "error of the mean of the rest given the known points with noise σ = 1e-4", low, 0)
                .identity(0, 1e-6)
                .of(low.at(0).mean(Result::regressionGap))
                .from("E[rest | known with noise] is the regression as the noise vanishes");
        plot.claim("start", "sensitivity of the denoiser at τ = 1", low, 0)
                .of(low.at(0).mean(Result::startSensitivity))
                .identity(0, 0.02)
                .from("a/(a² + V) times the covariance of both parts, which vanishes with a");
        board.caption("""
                (a) Lower halves of digits of 8 × 8 pixels, one Gaussian per class; the upper half is imposed after each of 50 ancestral steps with the noise of its time; \
                cycles go back over 80 to 20 % (high noise) or 20 to 2 % (medium noise) of the run; last rows: size of the error. Exact mean: E[lower half | upper half]; error: distance from it, relative to that of the mean \
                of all digits. (b) Cycles from 2σ to σ/2, for these digits and for a Gaussian field of 24 points with covariance exp(−lag/6), the \
                first 8 known, whose mean is carried exactly through 400 steps; whole band: ten cycles over medium noise in 200 steps; error of the map from known points to the mean \
                of the rest. In the table: the number of cycles, and no imposing. Digits: {} replicas of 4 halves and 32 samples, 95 % intervals.""", n);
    }

    /** Cycles from 2σ to σ/2. */
    private static <C extends Record, R extends Record> Line<C, R> where(
            Board board, Study<C, R> study, String words, C base, Diffusion diffusion, double... sigmas) {
        return board.along(
                        study,
                        sigmas,
                        s -> Schema.with(base, "noisy=" + time(diffusion, 2 * s) + ", clean=" + time(diffusion, s / 2)))
                .placed(x -> ", σ = " + x + "; from 2σ to σ/2, " + words);
    }

    private static double time(Diffusion diffusion, double sigma) {
        return Math.rint(1e4 * diffusion.timeOfSigma(sigma)) / 1e4;
    }

    private static double over(Line<Config, Result> line, double cycles, boolean covariance) {
        Result now = line.at(cycles).runs().get(0);
        Result none = line.at(0).runs().get(0);
        return covariance ? now.covarianceError() / none.covarianceError() : now.mapError() / none.mapError();
    }

    private static ClaimDraft claim(Plot plot, String name, String quantity, Line<Config, Result> line, double cycles) {
        return plot.claim(name, quantity, line, cycles).of(over(line, cycles, false));
    }

    /** The exact completions, grey where they complete. */
    private static double[][] given(Cell<?, CyclicDigits.Result> cell) {
        double[][] pictures = picture(cell, 2);
        for (double[] picture : pictures) {
            Arrays.fill(picture, CyclicDigits.KNOWN, SIDE * SIDE, 0);
        }
        return pictures;
    }

    private static double[][] picture(Cell<?, CyclicDigits.Result> cell, int part) {
        return Grammar.pictures(cell.runs().get(0).pictures(), SIDE * SIDE, part, SHOWN);
    }

    @Override
    protected String says() {
        return """
                The paper completes pictures without training: known pixels are imposed with the noise of the time after every step, and the sampler goes back to more noise again
                and again, so that known pixels act on the rest and not the other way round. Here the picture is a Gaussian field of 24 points, 8 of them known. All steps are
                affine, so mean and covariance of the samples are carried exactly and compared with the regression on the known points.

                Replacement alone misses most of it: the map from known points to the mean of the rest is wrong by 0.755. Ten cycles between 20 and 2 % of the linear run
                lower that to 0.494, forty to 0.390, and the error of the covariance from 0.114 to 0.040; ten cycles between 80 and 20 % leave 0.754. The fraction of the run is not
                what counts: on the cosine schedule cycles between 80 and 20 % do act (0.754 to 0.693), and at equal noise level both schedules agree within 1 %.
                Cycles act around σ = 0.4, less than half the standard deviation of a point, although the denoiser of the rest answers known points most near σ = 3.4. Cycles that do not impose the known
                points make the error worse (0.870). In 50 steps the mean gains as much, but the covariance gets worse. For halves of digits, three cycles at medium
                noise lower the error of the mean, and three at high noise do not. In practice: place cycles by noise level, at a fraction of the picture's own scale; keep imposing
                within them; spend steps there; and do not expect the exact conditional law.""";
    }
}
