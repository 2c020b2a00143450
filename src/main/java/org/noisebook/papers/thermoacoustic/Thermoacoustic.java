package org.noisebook.papers.thermoacoustic;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.BayesianRegression;
import org.noisebook.stats.Estimate;

/**
 * Forecasts of the amplitude of a noisy oscillator between linear autoregression and the exact conditional mean, and what happens to them
 * and their epistemic variance when a sensor sticks.
 *
 * <p>Inputs: A(t), A(t − h), the planned control μ at t and t + h, and a channel of noise; output: A(t + h). A Bayesian last layer on random
 * features tanh(Wx + b), W and b normal, and on the inputs; the prior has the largest evidence.
 */
@Paper(
        key = "2107.06396",
        title =
                "Forecasting Thermoacoustic Instabilities in Liquid Propellant Rocket Engines Using Multimodal Bayesian Deep Learning",
        cite = {"Sengupta, Waxenegger-Wilfing, Martin, Hardi, Juniper 2021, arXiv 2107.06396"},
        study = "thermoacoustic",
        version = 1,
        does = "Forecasts of a noisy oscillation with uncertainties, and sensors that stick",
        figure = "thermoacoustic",
        shows = "Forecasts of a noisy oscillation when a sensor sticks",
        streams = {"control", "noise", "nuisance", "features"})
public final class Thermoacoustic extends OnePaper<Thermoacoustic.Config, Thermoacoustic.Result> {
    /** An oscillator, its controls, and a forecast. */
    public record Config(
            @Parameter(standard = "0.15", range = "[0.01, 1]", symbol = "s", value = "noise of a component")
            double noise,

            @Parameter(standard = "0.5", range = "[0.05, 5]", symbol = "h", value = "horizon, and distance of readings")
            double horizon,

            @Parameter(standard = "0.6", range = "[0, 2]", value = "largest control |μ|")
            double swing,

            @Parameter(standard = "5", range = "[0.5, 100]", value = "time between knots of the ramps")
            double span,

            @Parameter(standard = "40", range = "[3, 1000]", value = "runs to learn from, and as many new ones")
            int tests,

            @Parameter(standard = "40", range = "[10, 1000]", value = "duration of a run")
            double duration,

            @Parameter(standard = "100", range = "[0, 150]", value = "random features beside the inputs")
            int features,

            @Parameter(standard = "0.3", range = "[0.01, 100]", value = "standard deviation of their weights W and b")
            double scale,

            @Parameter(
                    standard = "0",
                    range = "[0, 1000000]",
                    symbol = "r",
                    value = "noise variance over the prior variance of weights; 0 takes that of largest evidence")
            double ridge,

            @Parameter(standard = "0", range = "[-1, 1]", symbol = "μ", value = "constant control of the law")
            double level,

            @Parameter(standard = "2", range = "[2, 100000]", value = "runs at constant control")
            int lawRuns,

            @Parameter(
                    standard = "0",
                    range = "[0, 20]",
                    symbol = "ω",
                    value = "frequency of the frame of the steps; 0 rotates")
            double omega,

            @Parameter(standard = "0.01", range = "[0.0005, 0.05]", symbol = "dt", value = "time step")
            double step) {
        NoisyHopf oscillator() {
            return new NoisyHopf(noise, omega, step);
        }

        int readings() {
            return (int) Math.floor(duration / horizon + 1e-9);
        }

        double highest() {
            return Math.sqrt(swing + omega * omega * step / 2 + 6 * noise);
        }
    }

    /** Amplitudes, errors, coverages, and ratios of a forecast with a stuck sensor and one with working ones. */
    public record Result(
            @Parameter("mean amplitude at constant control over the law's")
            double amplitudeRatio,

            @Parameter("that over the law's at μ + ω²dt/2") double shiftedRatio,

            @Parameter("root mean square error of: no change")
            double persistence,

            @Parameter("of linear autoregression") double linear,

            @Parameter("of random features") double random,

            @Parameter("of the exact conditional mean") double exact,

            @Parameter("share of new readings in 90 % intervals of linear autoregression")
            double linearCoverage,

            @Parameter("the same of random features") double randomCoverage,

            @Parameter("median ratio of epistemic variances, one sensor stuck at its first reading in the run")
            double oldVariance,

            @Parameter("the same at the mean of its data") double meanVariance,

            @Parameter("the same at 0") double deadVariance,

            @Parameter("the same, both sensors at the first reading")
            double bothOldVariance,

            @Parameter("the same at the mean of their data") double bothMeanVariance,

            @Parameter("the same at 0") double bothDeadVariance,

            @Parameter("ratio of root mean square errors, one sensor stuck at its first reading in the run")
            double oldError,

            @Parameter("the same at the mean of its data") double meanError,

            @Parameter("the same at 0") double deadError,

            @Parameter("the same, both sensors at the first reading")
            double bothOldError,

            @Parameter("the same at the mean of their data") double bothMeanError,

            @Parameter("the same at 0") double bothDeadError,

            @Parameter("share of new readings in 90 % intervals, one sensor at its first reading")
            double oldCoverage,

            @Parameter("median ratio of epistemic variances of linear autoregression, one sensor at 0")
            double deadLinearVariance)
            implements Outcome {}

    // The study.

    private static final double NINETY = 1.6448536269514722;

    /** Rows of inputs with the control behind each. */
    private record Rows(double[][] x, double[] y, double[] first, DoubleUnaryOperator[] control, double[] time) {}

    @Override
    protected Result measure(Config c, Streams streams) {
        int forecasts = c.tests() * (c.readings() - 2);
        if (forecasts < c.features() + 20) {
            throw new IllegalArgumentException("tests × (duration/horizon − 2) must be at least features + 20 = "
                    + (c.features() + 20) + ", got " + forecasts);
        }
        double[] law = law(c, streams.at("noise").part(2));
        Rows seen = rows(c, streams, 0);
        Rows fresh = rows(c, streams, 1);
        int count = seen.y().length;
        double[] middle = new double[5];
        Arrays.setAll(middle, j -> Grammar.mean(count, k -> seen.x()[k][j]));
        double[] spread = new double[5];
        Arrays.setAll(
                spread,
                j -> Math.max(
                        1e-9, Math.sqrt(Grammar.mean(count, k -> StrictMath.pow(seen.x()[k][j] - middle[j], 2)))));
        Stream stream = streams.at("features");
        double[][] w = new double[c.features()][6];
        for (double[] one : w) {
            Arrays.setAll(one, j -> c.scale() * stream.nextGaussian());
        }
        Inputs simple = new Inputs(middle, spread, new double[0][]);
        Inputs many = new Inputs(middle, spread, w);
        BayesianRegression linear = fit(c, seen, simple);
        BayesianRegression random = fit(c, seen, many);
        int n = fresh.y().length;
        double[] healthy = new double[n];
        double[] straight = new double[n];
        double[] errors = new double[4];
        double[] inside = new double[2];
        NoisyHopf oscillator = new NoisyHopf(c.noise(), 0, c.step());
        for (int k = 0; k < n; k++) {
            Grammar.stopIfInterrupted();
            double[] x = fresh.x()[k];
            double y = fresh.y()[k];
            double[] plain = simple.row(x);
            double[] rich = many.row(x);
            double known = oscillator.expected(fresh.control()[k], fresh.time()[k], c.horizon(), c.highest(), x[0]);
            double[] four = {x[0], linear.mean(plain), random.mean(rich), known};
            for (int j = 0; j < 4; j++) {
                errors[j] += (y - four[j]) * (y - four[j]) / n;
            }
            healthy[k] = random.epistemic(rich);
            straight[k] = linear.epistemic(plain);
            inside[0] += Math.abs(y - four[1]) <= NINETY * linear.deviation(plain) ? 1 : 0;
            inside[1] += Math.abs(y - four[2]) <= NINETY * random.deviation(rich) ? 1 : 0;
        }
        double[][] faults = new double[6][];
        for (int j = 0; j < 6; j++) {
            int kind = j % 3;
            IntToDoubleFunction reading = k -> kind == 0 ? fresh.first()[k] : kind == 1 ? middle[0] : 0;
            faults[j] = fault(j > 2, fresh, reading, random, many, healthy);
        }
        double rmse = Math.sqrt(errors[2]);
        return new Result(
                law[0],
                law[1],
                Math.sqrt(errors[0]),
                Math.sqrt(errors[1]),
                Grammar.finite(rmse),
                Math.sqrt(errors[3]),
                inside[0] / n,
                inside[1] / n,
                faults[0][0],
                faults[1][0],
                faults[2][0],
                faults[3][0],
                faults[4][0],
                faults[5][0],
                faults[0][1] / rmse,
                faults[1][1] / rmse,
                faults[2][1] / rmse,
                faults[3][1] / rmse,
                faults[4][1] / rmse,
                faults[5][1] / rmse,
                faults[0][2],
                fault(false, fresh, k -> 0, linear, simple, straight)[0]);
    }

    private static double[] law(Config c, Stream noise) {
        double mean = Grammar.mean(c.lawRuns(), k -> {
            Grammar.stopIfInterrupted();
            double[] a = c.oscillator()
                    .amplitudes(t -> c.level(), c.duration() / 2, c.horizon(), c.readings(), noise.part(k));
            return Grammar.finite(Grammar.mean(a.length, i -> a[i]));
        });
        double shift = c.omega() * c.omega() * c.step() / 2;
        return new double[] {
            mean / NoisyHopf.meanAmplitude(c.level(), c.noise()),
            mean / NoisyHopf.meanAmplitude(c.level() + shift, c.noise())
        };
    }

    private static Rows rows(Config c, Streams streams, int part) {
        int each = c.readings() - 2;
        int n = c.tests() * each;
        Rows rows = new Rows(new double[n][], new double[n], new double[n], new DoubleUnaryOperator[n], new double[n]);
        for (int run = 0; run < c.tests(); run++) {
            long own = 2L * run + part;
            Stream knots = streams.at("control").part(own);
            double[] levels = new double[(int) Math.ceil(c.duration() / c.span()) + 1];
            Arrays.setAll(levels, k -> c.swing() * (2 * knots.nextDouble() - 1));
            DoubleUnaryOperator mu = NoisyHopf.ramps(c.span(), levels);
            double[] a = c.oscillator()
                    .amplitudes(
                            mu,
                            5,
                            c.horizon(),
                            c.readings(),
                            streams.at("noise").part(part).part(run));
            Stream nuisance = streams.at("nuisance").part(own);
            for (int k = 0; k < each; k++) {
                int row = run * each + k;
                double t = (k + 2) * c.horizon();
                rows.x()[row] = new double[] {
                    a[k + 1], a[k], mu.applyAsDouble(t), mu.applyAsDouble(t + c.horizon()), nuisance.nextGaussian()
                };
                rows.y()[row] = a[k + 2];
                rows.first()[row] = a[0];
                rows.control()[row] = mu;
                rows.time()[row] = t;
            }
        }
        return rows;
    }

    /** 1, the standardised inputs, and tanh of random combinations of these. */
    private record Inputs(double[] middle, double[] spread, double[][] w) {
        double[] row(double... x) {
            double[] out = new double[6 + w.length];
            out[0] = 1;
            for (int j = 0; j < 5; j++) {
                out[j + 1] = (x[j] - middle[j]) / spread[j];
            }
            for (int i = 0; i < w.length; i++) {
                double[] weights = w[i];
                double sum = Grammar.sum(6, j -> weights[j] * out[j]);
                out[6 + i] = 1 - 2 / (StrictMath.exp(2 * sum) + 1);
            }
            return out;
        }
    }

    private static BayesianRegression fit(Config c, Rows seen, Inputs inputs) {
        double[][] rows = Arrays.stream(seen.x()).map(inputs::row).toArray(double[][]::new);
        return c.ridge() > 0
                ? BayesianRegression.of(rows, seen.y(), c.ridge())
                : BayesianRegression.ofEvidence(rows, seen.y());
    }

    /** The median ratio of epistemic variances, the root mean square error and the coverage with a stuck sensor. */
    private static double[] fault(
            boolean both,
            Rows fresh,
            IntToDoubleFunction reading,
            BayesianRegression model,
            Inputs inputs,
            double... healthy) {
        int n = healthy.length;
        double[] ratios = new double[n];
        double square = 0;
        double inside = 0;
        for (int k = 0; k < n; k++) {
            double[] x = fresh.x()[k].clone();
            x[0] = reading.applyAsDouble(k);
            x[1] = both ? x[0] : x[1];
            double[] row = inputs.row(x);
            double error = fresh.y()[k] - model.mean(row);
            ratios[k] = model.epistemic(row) / healthy[k];
            square += error * error / n;
            inside += Math.abs(error) <= NINETY * model.deviation(row) ? 1 : 0;
        }
        Arrays.sort(ratios);
        return new double[] {ratios[n / 2], Math.sqrt(square), inside / n};
    }

    @Override
    public double work(Config c) {
        double n = 2.0 * c.tests() * c.readings();
        double steps = (c.lawRuns() * 1.5 + 2 * c.tests()) * c.duration() / c.step();
        return 30 * steps + n * (6e4 + 3.0 * c.features() * c.features());
    }

    @Override
    public long memory(Config c) {
        return 40L * c.tests() * c.readings() * (c.features() + 30) + (1L << 24);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "A sensor stuck at an old value doubles errors without an alarm",
                "A sensor stuck at an old value raises the alarm",
                "A sensor stuck at an old value may raise no alarm");
        board.subtitle("Alarm: the epistemic variance, what a fit does not know of its weights, grows tenfold");
        int n = board.replicas(6, 32);
        var sticking = on(board, "prior of largest evidence").cell();
        var vague = on(board, "vague prior").with("ridge=0.001").cell();
        Cell<Config, Result> one = sticking.last();
        var law = on(board, "rotating frame")
                .with("tests=3, features=0, lawRuns=200, step=0.02")
                .along("level", -0.5, 0, 0.5);
        var frame = on(board, "fixed frame, ω = 6, dt = 0.02")
                .with("tests=3, features=0, lawRuns=200, omega=6, step=0.02")
                .along("level", 0);
        board.stamp(n + " draws of 40 + 40 runs");
        Axis faults = Axis.named("", List.of("at an old value", "at its mean", "dead, at 0"));
        Axis ratio = Axis.log10("ratio, stuck / working").range(0.7, 20);
        double[] x = {1, 2, 3};
        Plot single = board.plot("single", "One of two sensors sticks", faults, ratio)
                .points("rms error", x, means(one, Result::oldError, Result::meanError, Result::deadError))
                .points(
                        "epistemic variance",
                        x,
                        means(one, Result::oldVariance, Result::meanVariance, Result::deadVariance))
                .named("alarm at 10")
                .level(LineKind.BORDER, "alarm", 10, 0.5, 3.5);
        Plot pair = board.plot("pair", "Both sensors stick", faults, ratio)
                .points("rms error", x, means(one, Result::bothOldError, Result::bothMeanError, Result::bothDeadError))
                .points(
                        "epistemic variance",
                        x,
                        means(one, Result::bothOldVariance, Result::bothMeanVariance, Result::bothDeadVariance))
                .named("alarm at 10")
                .level(LineKind.BORDER, "alarm", 10, 0.5, 3.5);
        Plot gap = board.plot(
                        "gap",
                        "Both sensors work",
                        Axis.named("", List.of("no change", "linear regression", "random features", "exact mean")),
                        Axis.linear("rms error of the forecast").range(0.084, 0.102))
                .named("")
                .points(
                        "rms error",
                        new double[] {1, 2, 3, 4},
                        means(one, Result::persistence, Result::linear, Result::random, Result::exact));
        String paper = "the paper's alarm, ten times";
        stuck(single, sticking, "old", Result::oldVariance, Result::oldError);
        single.claim("dead-variance", "epistemic variance, sensor at 0, over working", sticking, 1)
                .says("A dead sensor raises the alarm | epistemic variance, dead / working")
                .above(10)
                .control("claim: dead-vague")
                .of(one.the(Reduction.mean(Result::deadVariance)))
                .from(source(), paper);
        board.claim("dead-vague", "epistemic variance, sensor at 0, over working", vague, 1)
                .above(10)
                .control("claim: vague-error")
                .of(vague.last().the(Reduction.mean(Result::deadVariance)))
                .from("control: r = 0.001, set after a first run: the alarm is a property of the prior");
        board.claim(
                        "vague-error",
                        "rms error with a vague prior minus that with the prior of largest evidence",
                        vague,
                        1)
                .above(0)
                .control("claim: dead-vague")
                .of(vague.last().less(one, Result::random))
                .from("control: the prior that raises the alarm forecasts worse");
        gap.claim("share", "share of the gap from linear AR to the exact mean that random features close", sticking, 1)
                .says("Random features beat linear regression | fraction of its gap to the exact mean")
                .between(0, 1)
                .control("claim: persistence")
                .of(one.the(Reduction.jackknife(Thermoacoustic::share)))
                .from("0 is linear AR, 1 the bound of all forecasts");
        stuck(single, sticking, "mean", Result::meanVariance, Result::meanError);
        stuck(pair, sticking, "both-old", Result::bothOldVariance, Result::bothOldError);
        stuck(pair, sticking, "both-mean", Result::bothMeanVariance, Result::bothMeanError);
        stuck(pair, sticking, "both-dead", Result::bothDeadVariance, Result::bothDeadError);
        board.claim("dead-linear", "epistemic variance of linear AR, sensor at 0, over working", sticking, 1)
                .above(10)
                .of(one.the(Reduction.mean(Result::deadLinearVariance)))
                .from("control: does the baseline raise the same alarm?");
        board.claim("old-coverage", "share of readings in 90 % intervals, sensor at its first reading", sticking, 1)
                .below(0.86)
                .control("claim: coverage")
                .of(one.the(Reduction.mean(Result::oldCoverage)))
                .from("intervals of a working sensor cover 0.86 to 0.94");
        board.claim("persistence", "rms error of linear AR minus that of no change", sticking, 1)
                .below(0)
                .of(one.the(Reduction.mean(r -> r.linear() - r.persistence())))
                .from("control: to beat persistence takes no network");
        for (String who : new String[] {"", "-linear"}) {
            board.claim(
                            "coverage" + who,
                            "share of new readings in 90 % intervals" + who.replace('-', ' '),
                            sticking,
                            1)
                    .between(0.86, 0.94)
                    .control(who.isEmpty() ? "claim: coverage-linear" : "claim: old-coverage")
                    .of(one.the(Reduction.mean(who.isEmpty() ? Result::randomCoverage : Result::linearCoverage)))
                    .from(source());
        }
        for (double mu : law.x()) {
            board.claim("law" + Math.round(10 * mu), "simulated mean amplitude over the law's", law, mu)
                    .theory(1, 0.02)
                    .control("claim: frame")
                    .of(law.at(mu).the(Reduction.mean(Result::amplitudeRatio)))
                    .from("A² is N(μ, s²) cut at 0; window 2 %");
        }
        board.claim("frame", "simulated mean amplitude over the law's", frame, 0)
                .above(1.5)
                .of(frame.at(0).the(Reduction.mean(Result::amplitudeRatio)))
                .from("control: plain Euler steps of the oscillation itself");
        board.claim("shift", "simulated mean amplitude over the law's at μ + ω²dt/2", frame, 0)
                .theory(1, 0.02)
                .control("claim: frame")
                .of(frame.at(0).the(Reduction.mean(Result::shiftedRatio)))
                .from("Euler steps add ω²dt/2 to μ; window 2 %");
        board.caption("""
                dz = (μ − |z|²)z dt + 0.15 dW (a component) with ramps of μ between −0.6 and 0.6; forecasts of A = |z| half a time unit ahead from A now (the sensor that sticks), A half a unit before (the second sensor), μ now and \
                then, and noise. 40 runs of 40 time units to learn from, 40 new ones. Linear regression: Bayesian, on these inputs; random features: the same on 100 more, tanh(Wx + b). Exact mean: backward \
                Fokker–Planck equation. Epistemic variance: median over forecasts of the ratio to that with working sensors. Means of {} replicas, 95 % t intervals.""", n);
    }

    @SafeVarargs
    private static Estimate[] means(Cell<Config, Result> cell, ToDoubleFunction<Result>... numbers) {
        return Arrays.stream(numbers)
                .map(number -> cell.the(Reduction.mean(number)))
                .toArray(Estimate[]::new);
    }

    private static double share(List<Result> runs) {
        double linear = runs.stream().mapToDouble(Result::linear).sum();
        double random = runs.stream().mapToDouble(Result::random).sum();
        double exact = runs.stream().mapToDouble(Result::exact).sum();
        return (linear - random) / (linear - exact);
    }

    private static void stuck(
            Plot plot,
            Line<Config, Result> line,
            String fault,
            ToDoubleFunction<Result> variance,
            ToDoubleFunction<Result> error) {
        boolean shown = fault.equals("old");
        plot.claim(fault + "-variance", "epistemic variance, stuck over working (" + fault + ")", line, 1)
                .says(
                        shown
                                ? "A sensor stuck at an old value raises no alarm | epistemic variance, stuck / working"
                                : "")
                .below(10)
                .control("claim: dead-vague")
                .of(line.last().the(Reduction.mean(variance)))
                .from("what is inside the data is not new to the fit; bound: the alarm");
        plot.claim(fault + "-error", "rms error, stuck over working (" + fault + ")", line, 1)
                .says(
                        shown
                                ? "A sensor stuck at an old value raises errors by half or more | rms error, stuck / working"
                                : "")
                .above(1.5)
                .control("claim: " + fault + "-variance")
                .of(line.last().the(Reduction.mean(error)))
                .from("an error that matters; bound 1.5 set before the run");
    }

    @Override
    protected String says() {
        return """
                Combustion chambers hum when noise drives a nearly unstable oscillation. The paper forecasts the amplitude from several sensors and planned controls with a Bayesian network, and takes its epistemic variance, what the
                network says it does not know, as an alarm for broken sensors. Here the chamber is a noisy oscillator with a ramped control, so the law of the amplitude and the best possible forecast are known.

                Half a time unit ahead, no forecast can have an rms error below 0.0884. Linear autoregression on the same inputs reaches 0.0900 (no change: 0.0986), a Bayesian layer on random features closes 61 % of the gap
                between them. Coverage decides nothing: the 90 % intervals of both cover 90 %. The simulation has the law's mean amplitude within 0.6 % at three controls; plain Euler steps of the
                oscillation itself, ω = 6 and dt = 0.02, act like a control raised by ω²dt/2 and give 1.85 times the amplitude.

                The alarm fails where it is needed. A sensor stuck at an old reading multiplies errors by 2.4 and epistemic variance by 1.8; at its mean by 1.8 and 1.35. When both sensors stick, they agree with each
                other, and the variance does not rise at all (1.08, 0.88). Of 90 % intervals 51 % then cover. A dead sensor, at 0, multiplies the variance by 6.0, below the paper's ten. The independent pilot had 85 there:
                the number is a property of the prior. With a vague one (r = 0.001) it is 14, and forecasts are worse.
                The size of the random weights, 0.3, was chosen because 1 forecast worse. Not studied: a deep ensemble and real engines.

                In practice: fit linear autoregression first; do not wait for epistemic variance to find a stuck sensor, look for readings that repeat. `noisebook forecast series.csv` does
                both on a series of your own.
                In Java: `new Thermoacoustic().run("noise=0.2, horizon=1", 1)`; `BayesianRegression.ofEvidence(rows, y)` for rows of your own.""";
    }
}
