package org.noisebook.papers.gppde;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.linalg.Cholesky;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.GaussianProcess;
import org.noisebook.stats.ProcessKernel.Lines;

/**
 * u″ = f on [0, 1] with u known at both ends, from n values of f: a Gaussian process whose spectrum is a sum of lines with learned weights, and others.
 *
 * <p>Lines at 1, 2, … periods with covariance Σ w_q cos(2πqd) e^{−(2πs)²d²/2}; weights rise and fall by √(aᵀK_q a/tr C⁻¹K_q), a = C⁻¹y, whose fixed points
 * are those of the likelihood. Variances of u″ start equal. Kernels are those of values and second derivatives.
 */
@Paper(
        key = "2311.04465",
        title = "Solving High Frequency and Multi-Scale PDEs with Gaussian Processes",
        cite = {
            "Fang, Cooley, Long, Li, Kirby, Zhe 2023, arXiv 2311.04465",
            "Trefethen 2000, doi:10.1137/1.9780898719598"
        },
        study = "poisson-lines",
        version = 1,
        does = "A Poisson equation by Gaussian processes with learned spectral lines, and by series",
        figure = "poisson-lines",
        shows = "Waves from few points of a Poisson equation",
        streams = "noise")
public final class PoissonLines extends OnePaper<PoissonLines.Config, PoissonLines.Result> {
    /** The solution. */
    public enum Shape {
        /** sin 2πμx + A sin 2πνx. */
        WAVES,
        /** exp(−(x − ½)²/(2 · 0.05²)). */
        BUMP
    }

    /** A problem, a grid, a spectrum. */
    public record Config(
            @Parameter(standard = "waves", value = "solution: waves or bump")
            Shape shape,

            @Parameter(
                    standard = "15.915494309189533",
                    range = "(0, 200]",
                    symbol = "μ",
                    value = "periods of the wave in [0, 1]")
            double frequency,

            @Parameter(standard = "0", range = "[0, 200]", symbol = "ν", value = "periods of a second wave")
            double second,

            @Parameter(standard = "0.1", range = "[-10, 10]", symbol = "A", value = "its amplitude")
            double amplitude,

            @Parameter(standard = "48", range = "[6, 400]", symbol = "n", value = "points where f is known")
            int points,

            @Parameter(standard = "0", range = "[0, 1000]", value = "highest line, 0 for the limit")
            int highest,

            @Parameter(
                    standard = "0",
                    range = "[0, 1000]",
                    value = "frequency that lines may reach, 0 for that of Nyquist, (n − 1)/2; higher ones are aliases")
            double limit,

            @Parameter(standard = "0.3", range = "[0, 10]", symbol = "s", value = "width of lines")
            double width,

            @Parameter(standard = "0.00000001", range = "[0.00000000001, 0.01]", value = "jitter, relative variance")
            double jitter,

            @Parameter(standard = "30", range = "[0, 1000]", value = "updates of the weights, 0 for equal ones")
            int updates,

            @Parameter(standard = "0", range = "[0, 1]", value = "noise of f, of its root mean square")
            double noise) {
        double top() {
            return limit > 0 ? limit : (points - 1) / 2.0;
        }

        int lines() {
            return highest > 0 ? highest : (int) Math.floor(top());
        }

        double solution(double x) {
            return shape == Shape.BUMP
                    ? StrictMath.exp(-square(x) / 2)
                    : StrictMath.sin(2 * Math.PI * frequency * x)
                            + (second > 0 ? amplitude * StrictMath.sin(2 * Math.PI * second * x) : 0);
        }

        /** u″. */
        double source(double x) {
            double k = 2 * Math.PI * frequency;
            double l = 2 * Math.PI * second;
            return shape == Shape.BUMP
                    ? (square(x) - 1) / (WIDTH * WIDTH) * solution(x)
                    : -k * k * StrictMath.sin(k * x) - amplitude * l * l * StrictMath.sin(l * x);
        }

        private static double square(double x) {
            return (x - 0.5) * (x - 0.5) / (WIDTH * WIDTH);
        }
    }

    /** Errors of u are root mean squares over 201 points, of the solution's. */
    public record Result(
            @Parameter("error with learned lines") double error,
            @Parameter("error with lines of equal weight") double equal,

            @Parameter("error with the squared exponential of the best width")
            double smooth,

            @Parameter("error of collocation on Chebyshev points")
            double chebyshev,

            @Parameter("error of a sine series") double sines,

            @Parameter("share of the variance of u″ in learned lines within 1 of the solution's")
            double mass,

            @Parameter("the same with equal weights") double equalMass,

            @Parameter("learned line with the largest variance of u″")
            double strongest,

            @Parameter("best width of the squared exponential")
            double length)
            implements Outcome {}

    // The study.

    private static final double WIDTH = 0.05;
    private static final int SHOWN = 201;
    private static final double NONE = 1e-14;

    @Override
    protected Result measure(Config c, Streams streams) {
        if (c.lines() > c.top()) {
            throw new IllegalArgumentException("highest must be in [0, limit=" + c.top()
                    + "], the Nyquist frequency of the grid unless limit is set, got " + c.highest());
        }
        int n = c.points();
        double[] grid =
                IntStream.range(0, n).mapToDouble(i -> (double) i / (n - 1)).toArray();
        double[] chebyshev = IntStream.range(0, n)
                .mapToDouble(i -> (1 - StrictMath.cos(Math.PI * i / (n - 1))) / 2)
                .toArray();
        Stream noise = streams.at("noise");
        double size = c.noise() * Math.sqrt(Grammar.mean(n, i -> c.source(grid[i]) * c.source(grid[i])));
        double[] f = Arrays.stream(grid)
                .map(x -> c.source(x) + size * noise.nextGaussian())
                .toArray();
        double[] other = Arrays.stream(chebyshev)
                .map(x -> c.source(x) + size * noise.nextGaussian())
                .toArray();
        Given given = new Given(c, grid, f, size);
        double best = Double.POSITIVE_INFINITY;
        double length = 0;
        for (double l : Line.logarithmic(0.004, 1, 49)) {
            double error = smoothError(c, given, l);
            length = error < best ? l : length;
            best = Math.min(best, error);
        }
        double[] weights = given.learned(c.updates());
        double[] equal = given.learned(0);
        double[] variance = variances(c, weights);
        double all = Arrays.stream(variance).sum();
        int strongest = IntStream.range(0, variance.length)
                .reduce((i, k) -> variance[k] > variance[i] ? k : i)
                .orElseThrow();
        double[] kept = IntStream.range(0, variance.length)
                .mapToDouble(k -> variance[k] > NONE * all ? weights[k] : 0)
                .toArray();
        return new Result(
                error(c, given.process(lines(c, kept))::mean),
                error(c, given.process(lines(c, equal))::mean),
                Grammar.finite(best),
                error(c, chebyshev(c, chebyshev, other)),
                error(c, sines(c, f)),
                near(c, variance),
                near(c, variances(c, equal)),
                strongest + 1,
                length);
    }

    private static double[] variances(Config c, double... weights) {
        return IntStream.range(0, weights.length)
                .mapToDouble(k -> weights[k] * Lines.line(k + 1, c.width(), 0, 4))
                .toArray();
    }

    private static double near(Config c, double... variance) {
        double near = Grammar.sum(
                variance.length,
                k -> Math.abs(k + 1 - c.frequency()) <= 1 || c.second() > 0 && Math.abs(k + 1 - c.second()) <= 1
                        ? variance[k]
                        : 0);
        return near / Arrays.stream(variance).sum();
    }

    private static Lines lines(Config c, double... weights) {
        return new Lines(Doubles.of(Line.numbered(weights.length)), Doubles.of(weights), c.width());
    }

    private static double smoothError(Config c, Given given, double length) {
        Lines smooth = new Lines(Doubles.of(0), Doubles.of(1), 1 / (2 * Math.PI * length));
        try {
            return error(c, given.process(smooth)::mean);
        } catch (IllegalArgumentException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /** What is known: f on the grid and u at the ends. */
    private record Given(Config config, double[] places, int[] orders, double[] values, double noise) {
        Given(Config c, double[] x, double[] f, double noise) {
            this(c, new double[x.length + 2], new int[x.length + 2], Arrays.copyOf(f, f.length + 2), noise);
            int n = x.length;
            System.arraycopy(x, 0, places, 0, n);
            Arrays.fill(orders, 0, n, 2);
            places[n + 1] = 1;
            values[n] = c.solution(0);
            values[n + 1] = c.solution(1);
        }

        private double[] variances(Lines kernel) {
            return IntStream.range(0, places.length)
                    .mapToDouble(i -> config.jitter() * kernel.at(0, orders[i], 0, orders[i])
                            + (orders[i] > 0 ? noise * noise : 0))
                    .toArray();
        }

        GaussianProcess process(Lines kernel) {
            return GaussianProcess.given(kernel, places, orders, values, variances(kernel));
        }

        double[] learned(int updates) {
            int n = places.length;
            int count = config.lines();
            double[][] k = new double[count][];
            double[] w = new double[count];
            double mean = Grammar.mean(n - 2, i -> values[i] * values[i]);
            for (int q = 0; q < count; q++) {
                double[] one = new double[q + 1];
                one[q] = 1;
                w[q] = mean / (count * Lines.line(q + 1, config.width(), 0, 4));
                k[q] = updates == 0 ? one : GaussianProcess.covariance(lines(config, one), places, orders);
            }
            for (int t = 0; t < updates; t++) {
                Grammar.stopIfInterrupted();
                double[] c = new double[n * n];
                for (int q = 0; q < count; q++) {
                    for (int i = 0; i < c.length; i++) {
                        c[i] += w[q] * k[q][i];
                    }
                }
                for (int i = 0; i < n; i++) {
                    c[i * n + i] += config.jitter() * c[i * n + i] + (orders[i] > 0 ? noise * noise : 0);
                }
                double[] inverse =
                        Cholesky.of(n, c).orElseThrow(Outcome.Diverged::new).inverse();
                double[] a = IntStream.range(0, n)
                        .mapToDouble(i -> Grammar.sum(n, j -> inverse[i * n + j] * values[j]))
                        .toArray();
                for (int q = 0; q < count; q++) {
                    double pull = 0;
                    double trace = 0;
                    for (int i = 0; i < c.length; i++) {
                        pull += a[i / n] * k[q][i] * a[i % n];
                        trace += inverse[i] * k[q][i];
                    }
                    w[q] *= Math.sqrt(Math.max(0, pull) / trace);
                }
            }
            return w;
        }
    }

    private static double error(Config c, DoubleUnaryOperator found) {
        double off = 0;
        double size = 0;
        for (int i = 0; i < SHOWN; i++) {
            double x = (double) i / (SHOWN - 1);
            double u = c.solution(x);
            double e = found.applyAsDouble(x) - u;
            off += e * e;
            size += u * u;
        }
        return Grammar.finite(Math.sqrt(off / size));
    }

    /** Σ b_k sin kπx with the source at inner points, and a cubic with the source and the solution at the ends. */
    private static DoubleUnaryOperator sines(Config c, double... f) {
        int m = f.length - 1;
        double first = f[0];
        double last = f[m];
        double[] b = IntStream.range(1, m)
                .mapToDouble(k -> -2.0
                        / (m * Math.PI * Math.PI * k * k)
                        * Grammar.sum(
                                m, j -> (f[j] - first - (last - first) * j / m) * StrictMath.sin(Math.PI * k * j / m)))
                .toArray();
        double left = c.solution(0);
        double slope = c.solution(1) - left - first / 2 - (last - first) / 6;
        return x -> left
                + slope * x
                + first * x * x / 2
                + (last - first) * x * x * x / 6
                + Grammar.sum(b.length, k -> b[k] * StrictMath.sin(Math.PI * (k + 1) * x));
    }

    /** The polynomial through n Chebyshev points whose second derivative is the source at the inner ones. */
    private static DoubleUnaryOperator chebyshev(Config c, double[] x, double... f) {
        int n = x.length;
        double[] w = IntStream.range(0, n)
                .mapToDouble(i -> (i % 2 == 0 ? 1 : -1) * (i == 0 || i == n - 1 ? 0.5 : 1))
                .toArray();
        RealMatrix d = MatrixUtils.createRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                if (k != i) {
                    d.setEntry(i, k, w[k] / w[i] / (x[i] - x[k]));
                    d.addToEntry(i, i, -d.getEntry(i, k));
                }
            }
        }
        RealMatrix equations = d.multiply(d);
        double[] right = f.clone();
        for (int i = 0; i < n; i += n - 1) {
            double[] row = new double[n];
            row[i] = 1;
            equations.setRow(i, row);
            right[i] = c.solution(x[i]);
        }
        double[] u = new LUDecomposition(equations)
                .getSolver()
                .solve(new ArrayRealVector(right))
                .toArray();
        return at -> {
            double sum = 0;
            double ones = 0;
            for (int i = 0; i < n; i++) {
                if (Math.abs(at - x[i]) < 1e-15) {
                    return u[i];
                }
                sum += w[i] / (at - x[i]) * u[i];
                ones += w[i] / (at - x[i]);
            }
            return sum / ones;
        };
    }

    @Override
    public double work(Config c) {
        double n = c.points();
        double lines = c.lines();
        return lines * n * (150 * n + 3 * n * c.updates() + 6e4)
                + (c.updates() + 60) * n * n * n
                + 5e3 * n * (n + SHOWN);
    }

    @Override
    public long memory(Config c) {
        return 8L * (c.points() + 2) * (c.points() + 2) * (c.lines() + 8) + (1L << 24);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "Where no sine series fits, learned lines need the fewest points",
                "Learned lines do not need the fewest points",
                "Learned lines may need the fewest points");
        board.subtitle("A Poisson equation solved from n values of its source; lines: learned frequencies of a kernel");
        board.replicas(1);
        board.stamp("1 (exact)");
        var off = drawn(board, "off", "sin 100x", "", 36, 40, 48, 60, 80, 110, 150);
        var on = drawn(board, "on", "sin 20πx", "frequency=10", 24, 28, 34, 48, 70, 100, 150);
        String mixed = "sin 6πx + 0.1 sin 60πx";
        var mix = on(board, mixed).with("frequency=3, second=30, points=67").cell();
        var bump = on(board, "a bump").with("shape=bump").cell();
        var alias = on(board, "sin 20πx, 34 points")
                .with("frequency=10, points=34, limit=60")
                .cell();
        var cell = off.at(48);
        var exact = on.at(34);
        Plot left = board.plot("off");
        left.claim("error", "error of u, learned lines", off, 48)
                .says("sin 100x, 48 points: lines err below 10⁻⁴ | error of u")
                .below(1e-4)
                .control("claim: equal")
                .of(cell.mean(Result::error))
                .from(source(), "bound 1e-4 set before the run");
        left.claim("smooth", "error with the best smooth kernel over that with learned lines", off, 48)
                .says("There a smooth kernel errs 100 times more | its error over that of lines")
                .above(100)
                .control("claim: bump")
                .of(cell.mean(Result::smooth) / cell.mean(Result::error))
                .from(source(), "bound 100 set before the run");
        left.claim("chebyshev-80", "error of a Chebyshev series over that with learned lines", off, 80)
                .says("sin 100x, 80 points: Chebyshev is better | its error over that of lines")
                .below(1)
                .control("claim: chebyshev")
                .of(off.at(80).mean(Result::chebyshev) / off.at(80).mean(Result::error))
                .from("control: above π points a wave it converges geometrically");
        board.plot("on")
                .claim("sines", "error of the sine series over that with learned lines", on, 34)
                .says("sin 20πx: a sine series is better | its error over that of lines")
                .below(1)
                .control("claim: sines-off")
                .of(exact.mean(Result::sines) / exact.mean(Result::error))
                .from("control: the wave is a term of the series");
        board.claim("equal", "error with lines of equal weight over that with learned ones", off, 48)
                .above(1000)
                .control("claim: error")
                .of(cell.mean(Result::equal) / cell.mean(Result::error))
                .from("control: the same lines, nothing learned; bound 1,000");
        board.claim("chebyshev", "error of a Chebyshev series", off, 48)
                .above(0.1)
                .control("claim: chebyshev-80")
                .of(cell.mean(Result::chebyshev))
                .from("control: π points a wave are needed, 50 in all");
        board.claim("mass", "share of the variance of u″ within 1 of the true frequency", off, 48)
                .above(0.95)
                .control("claim: mass-equal")
                .of(cell.mean(Result::mass))
                .from(source(), "bound 0.95");
        board.claim("mass-equal", "the same for equal weights", off, 48)
                .below(0.95)
                .control("claim: mass")
                .of(cell.mean(Result::equalMass))
                .from("control: nothing learned");
        board.claim("sines-off", "error of the sine series over that with learned lines", off, 48)
                .above(1)
                .control("claim: sines")
                .of(cell.mean(Result::sines) / cell.mean(Result::error))
                .from("control: the wave is no term of the series");
        board.claim("lines-on", "error of u, learned lines", on, 34)
                .below(1e-3)
                .control("claim: alias")
                .of(exact.mean(Result::error))
                .from(source(), "bound 1e-3");
        board.claim("mix", "error of the sine series over that with learned lines", mix, 1)
                .below(1)
                .control("claim: sines-off")
                .of(mix.last().mean(Result::sines) / mix.last().mean(Result::error))
                .from("control: both waves are terms of the series");
        board.claim("bump", "error with the best smooth kernel over that with learned lines", bump, 1)
                .below(1)
                .control("claim: smooth")
                .of(bump.last().mean(Result::smooth) / bump.last().mean(Result::error))
                .from("control: a solution without lines");
        Cell<Config, Result> folded = alias.last();
        board.claim("alias", "error with lines to 60 over √(1 + (μ/μ′)⁴), μ′ the strongest line", alias, 1)
                .theory(1, 0.01)
                .control("claim: lines-on")
                .of(folded.mean(Result::error) / Math.sqrt(1 + StrictMath.pow(10 / folded.mean(Result::strongest), 4)))
                .from("u″ of a line at n − 1 ± μ is the same on the grid; window 1 %");
        board.caption("""
                u″ = f on [0, 1] with u known at both ends, from n values of f. Learned lines: a Gaussian process with lines at 1, 2, …, (n − 1)/2 periods of width 0.3, weights by 30 multiplicative updates towards the \
                highest likelihood. Best smooth kernel: squared exponential of the width of least error, which needs the solution. Both have a jitter of 1e-8, which bounds their error. Chebyshev series: collocation on n \
                Chebyshev points. Sine series: on the same grid, with a cubic for the ends. Errors are root mean squares over 201 points. (a) 15.9 periods, no term of the sine series; (b) 10 periods, a term of it.""");
    }

    private Line<Config, Result> drawn(Board board, String name, String problem, String change, double... points) {
        Plot plot = board.plot(
                name,
                problem,
                Axis.log10("points n").range(points[0] * 0.92, 165),
                Axis.log10("error of u, relative").range(1e-15, 10));
        var line = on(board, problem).with(change).along("points", points);
        plot.points("learned lines", line, Reduction.mean(Result::error))
                .joined("learned lines")
                .points("best smooth kernel", line, Reduction.mean(Result::smooth))
                .joined("best smooth kernel")
                .points("Chebyshev series", line, Reduction.mean(Result::chebyshev))
                .joined("Chebyshev series")
                .points("sine series", line, Reduction.mean(Result::sines))
                .joined("sine series");
        return line;
    }

    @Override
    protected String says() {
        return """
                Smooth kernels and networks miss high frequencies. The paper gives a Gaussian process a spectrum of lines, learns their weights from the equation, and finds solutions with few points. Here that is tried on
                u″ = f in one dimension (not its Kronecker grids, Allen–Cahn equation or networks).

                It works where the solution is a wave: sin 100x from 48 points, three a period, has an error of 3e-6, 3,900 times less than a squared exponential whose width was chosen with the answer known, and
                14,000 times less than the same lines at equal weight; all of the variance of u″ lies within 1 of the true frequency. The jitter of 1e-8 sets this floor; at 150 points the smooth kernel reaches it.

                Classical controls limit this. On sin 20πx and sin 6πx + 0.1 sin 60πx **a sine series on the same grid** is exact to rounding (3e-13, 6e-14); on sin 100x, which is no term of it, it errs by 4 %. **Chebyshev
                collocation** fails at 48 points (0.71; π points a wave are needed) and is 70,000 times better than lines at 80. For a bump without lines the smooth kernel is five times better. Lines above the
                Nyquist frequency fit an alias: with lines up to 60, sin 20πx on 34 points becomes a line at 43, and the error is √(1 + (10/43)⁴), no solution at all. Such lines are refused unless `limit` allows them.

                In practice: with two to three points a wave and no basis that fits, learn lines and keep them below Nyquist; with a periodic problem or more points use a spectral method. In Java: `GaussianProcess.given` with
                a `Lines` kernel conditions on values and second derivatives of your own. For a series at uneven times, `noisebook lines series.csv` names the frequencies it holds, with intervals, the chance of
                each in white noise, and the Nyquist frequency of its times.""";
    }
}
