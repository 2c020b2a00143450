package org.noisebook.papers.slepian;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
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

/**
 * How long a Gaussian process stays on one side of zero, on simulated paths and under independent intervals.
 *
 * <p><b>Streams</b>: {@code noise} for the paths, {@code intervals} for intervals of the approximating law.
 */
@Paper(
        key = "2401.01805",
        title =
                "The Slepian model based independent interval approximation of persistency and zero-level exceedance distributions",
        cite = {
            "Bengtsson, Podgórski 2024, arXiv 2401.01805",
            "Rice 1945, doi:10.1002/j.1538-7305.1945.tb00453.x",
            "Poplavskyi, Schehr 2018, doi:10.1103/PhysRevLett.121.150601"
        },
        study = "slepian",
        version = 1,
        does = "How long a Gaussian process stays on one side of zero, simulated and under independent intervals",
        figure = "slepian",
        shows = "Intervals between zeros of Gaussian processes, simulated and taken as independent",
        streams = {"noise", "intervals"})
public final class SlepianIntervals extends OnePaper<SlepianIntervals.Config, SlepianIntervals.Result> {
    /** The covariance r(t) of the process. */
    public enum Covariance {
        /** Diffusion from random initial values in d dimensions at a point, sech^{d/2}(t/2). */
        DIFFUSION,
        /** Random acceleration, (3/2)e^{−t/2} − (1/2)e^{−3t/2}. */
        ACCELERATION,
        /** Not monotone, e^{−t²/2} cos ωt. */
        OSCILLATING
    }

    /** A process and its paths. */
    public record Config(
            @Parameter(standard = "diffusion", value = "covariance: diffusion, acceleration or oscillating")
            Covariance covariance,

            @Parameter(standard = "2", range = "[0.2, 20]", symbol = "d", value = "dimension of the diffusion")
            double dimension,

            @Parameter(standard = "1", range = "[0, 20]", symbol = "ω", value = "frequency of the oscillation")
            double frequency,

            @Parameter(standard = "0.05", range = "[0.001, 1]", value = "time between points of a path")
            double step,

            @Parameter(standard = "16", range = "[6, 24]", value = "base-2 logarithm of the points of a path")
            int logPoints,

            @Parameter(standard = "4", range = "[1, 100000]", value = "pairs of paths")
            int pairs,

            @Parameter(standard = "4", range = "(0, 100]", value = "length from which the decay is measured")
            double tail,

            @Parameter(standard = "0.01", range = "[0.001, 0.1]", value = "grid of the density of intervals")
            double grid,

            @Parameter(standard = "16", range = "[1, 100]", value = "longest length in the lists of shares")
            int longest,

            @Parameter(standard = "500", range = "[2, 1000000]", value = "intervals drawn from the law")
            int draws) {}

    /** Law and simulation; NaN where intervals of the law do not exist. */
    public record Result(
            @Parameter("exponent θ of the law") double theta,

            @Parameter("mean interval 2 ∫ E₀ over Rice's π/√(−r″(0)), minus 1")
            double riceGap,

            @Parameter("lowest density of the law") double lowest,

            @Parameter("mean of drawn intervals over Rice's")
            double drawnMean,

            @Parameter("mean interval of the paths over Rice's")
            double pathMean,

            @Parameter("inverse mean excess of the paths' intervals over the tail")
            double pathTheta,

            @Parameter(length = "longest", value = "share of the law's intervals longer than 1, 2, …")
            Doubles longer,

            @Parameter(length = "longest", value = "the same of the paths")
            Doubles pathLonger)
            implements Outcome {}

    // The study.

    /** A density below this is negative beyond the error of the grid. */
    private static final double NEGATIVE = -1e-3;

    @Override
    protected Result measure(Config c, Streams streams) {
        IntervalLaw law = new IntervalLaw(c);
        int count = (int) Math.round(c.longest() / c.grid()) + 1;
        double[] density = law.density(c.grid(), count);
        double lowest = Arrays.stream(density).min().orElseThrow();
        boolean exists = lowest >= NEGATIVE;
        double[] lengths = lengths(c, law, streams.at("noise"));
        double[] far = Arrays.stream(lengths).filter(t -> t > c.tail()).toArray();
        Stream drawn = streams.at("intervals");
        return new Result(
                exists ? law.theta() : Double.NaN,
                law.mean() / law.rice() - 1,
                lowest,
                exists ? Grammar.mean(c.draws(), k -> law.sample(drawn)) / law.rice() : Double.NaN,
                Grammar.mean(lengths.length, k -> lengths[k]) / law.rice(),
                1 / Grammar.mean(far.length, k -> far[k] - c.tail()),
                Doubles.of(longer(c, density)),
                Doubles.of(IntStream.rangeClosed(1, c.longest())
                        .mapToDouble(t -> Grammar.share(lengths.length, k -> lengths[k] > t))
                        .toArray()));
    }

    /** 1 − ∫ f, by the trapezium rule. */
    private static double[] longer(Config c, double... density) {
        double h = c.grid();
        double[] all = new double[c.longest()];
        double sum = 0;
        int next = 1;
        for (int k = 1; k < density.length; k++) {
            sum += h * (density[k - 1] + density[k]) / 2;
            if (next <= all.length && k == Math.round(next / h)) {
                all[next++ - 1] = 1 - sum;
            }
        }
        return all;
    }

    /** The lengths between zeros, interpolated linearly, of all whole intervals. */
    private static double[] lengths(Config c, IntervalLaw law, Stream stream) {
        StationaryPath paths = new StationaryPath(1 << c.logPoints(), c.step(), law::covariance);
        return IntStream.range(0, c.pairs())
                .mapToObj(pair -> {
                    Grammar.stopIfInterrupted();
                    return Arrays.stream(paths.sample(stream)).flatMapToDouble(x -> between(c.step(), x));
                })
                .flatMapToDouble(lengths -> lengths)
                .toArray();
    }

    private static DoubleStream between(double step, double... x) {
        double[] zeros = IntStream.range(1, x.length)
                .filter(k -> x[k - 1] < 0 != x[k] < 0)
                .mapToDouble(k -> step * (k - x[k] / (x[k] - x[k - 1])))
                .toArray();
        return IntStream.range(1, zeros.length).mapToDouble(k -> zeros[k] - zeros[k - 1]);
    }

    @Override
    public double work(Config c) {
        double count = c.longest() / c.grid();
        return c.pairs() * Math.pow(2, c.logPoints()) * (40.0 * c.logPoints() + 200)
                + count * count
                + 2e4 * c.draws()
                + 1e8;
    }

    @Override
    public long memory(Config c) {
        return (1L << c.logPoints()) * 8 * (14 + 2L * c.pairs()) + (1L << 24);
    }

    // The figure.

    private static final List<String> NAMES =
            List.of("diffusion, d = 1", "diffusion, d = 2", "diffusion, d = 3", "random acceleration");
    /** θ by four independent digits, and the exact exponents where they are known. */
    private static final double[] THETAS = {0.120328, 0.186211, 0.235774, 0.264669};

    private static final double TWO = 3.0 / 16;
    private static final double ACCELERATED = 1.0 / 4;

    @Override
    protected void tell(Board board) {
        board.title(
                "Independent intervals predict how long a Gaussian process keeps its sign",
                "Independent intervals do not predict how long a process keeps its sign",
                "Independent intervals may predict how long a process keeps its sign");
        board.subtitle("Times between zeros. Lines: independent intervals, no free number. Dots: simulated paths");
        int n = board.replicas(8, 32);
        var diffusion = on(board, "diffusion, step 0.05").along("dimension", 1, 2, 3);
        var acceleration =
                on(board, "random acceleration").with("covariance=acceleration").cell();
        var coarse =
                on(board, "diffusion, step 0.1").with("step=0.1, logPoints=15").along("dimension", 2);
        board.replicas(1);
        double[] frequencies = {1, 2, 5};
        var waves = on(board, "covariance exp(−t²/2) cos ωt")
                .with("covariance=oscillating, pairs=1, logPoints=12, draws=2")
                .along("frequency", frequencies);
        board.stamp(n + "; density 1 (exact)");
        List<Line<Config, Result>> all = List.of(
                diffusion.where(d -> d == 1), diffusion.where(d -> d == 2), diffusion.where(d -> d == 3), acceleration);
        double[] lengths = Line.even(1, 16, 16);
        Plot plot = board.plot(
                "longer",
                "Long intervals",
                Axis.linear("length t of an interval between zeros").range(0, 16.5),
                Axis.log10("share of intervals longer than t").range(0.005, 1.05));
        for (int k = 0; k < all.size(); k++) {
            var cell = all.get(k).last();
            double[] law = cell.means(Result::longer);
            double[] shown =
                    Arrays.stream(lengths).filter(t -> law[(int) t - 1] > 0.006).toArray();
            plot.points(
                            NAMES.get(k),
                            shown,
                            cell,
                            i -> Reduction.mean((Result r) -> r.pathLonger().orNaN(i)))
                    .law(NAMES.get(k), shown, t -> law[(int) t - 1]);
        }
        Plot density = board.plot(
                "density",
                "Covariance exp(−t²/2) cos ωt",
                Axis.linear("length t of an interval").range(0, 6),
                Axis.linear("density under independence").range(-0.4, 1.6));
        for (double omega : frequencies) {
            double[] f = new IntervalLaw(waves.at(omega).config()).density(0.02, 301);
            density.law("ω = " + (int) omega, Line.even(0, 6, 101), t -> f[(int) Math.round(50 * t)]);
        }
        density.level(LineKind.THEORY, "zero", 0, 0, 6).text(2.2, -0.25, "negative: no such law");
        String exact = "exact exponent; window set before the run";
        plot.claim("theta-2", "θ of independent intervals over the exact 3/16, minus 1", diffusion, 2)
                .says("Diffusion, d = 2: decay at most 1 % too slow | predicted over exact − 1")
                .between(-0.01, 0)
                .of(diffusion.at(2).mean(Result::theta) / TWO - 1)
                .control("claim: theta-acceleration")
                .from(source(), "Poplavskyi and Schehr 2018: 3/16");
        plot.claim("theta-acceleration", "θ of independent intervals over the exact 1/4, minus 1", acceleration, 1)
                .says("Random acceleration: at most 6 % too fast | predicted over exact − 1")
                .between(0, 0.06)
                .of(acceleration.at(1).mean(Result::theta) / ACCELERATED - 1)
                .control("claim: theta-2")
                .from(source(), "Sinai 1992, Burkhardt 1993: 1/4");
        plot.claim("path-acceleration", "decay of the simulated tail, per unit of time", acceleration, 1)
                .says("The simulation decays at 1/4, not at 0.265 | rate, acceleration")
                .theory(ACCELERATED, 0.05 * ACCELERATED)
                .of(acceleration.at(1), Result::pathTheta)
                .control("none: the prediction of independent intervals lies outside the window")
                .from(exact);
        plot.claim("path-2", "decay of the simulated tail, per unit of time", diffusion, 2, Result::pathTheta)
                .theory(TWO, 0.05 * TWO)
                .control("claim: path-acceleration")
                .from(exact, "cannot tell 0.1862 from 0.1875");
        board.claim("grids", "decay of the simulated tail, step 0.1 over step 0.05, d = 2")
                .theory(1, 0.05)
                .of(coarse.at(2).over(diffusion.at(2), Result::pathTheta))
                .control("run: a step of 1 misses short intervals")
                .from("two grids; window 5 % set before the run");
        density.claim("refused", "lowest density of intervals, ω = 5", waves, 5)
                .says("ω = 5 is refused: its density is negative | lowest density")
                .below(NEGATIVE)
                .of(waves.at(5).mean(Result::lowest))
                .control("claim: accepted-1")
                .from(source(), "bound: the error of the grid");
        density.claim("refused-2", "lowest density of intervals, ω = 2", waves, 2)
                .below(NEGATIVE)
                .of(waves.at(2).mean(Result::lowest))
                .control("claim: accepted-1")
                .from(source(), "bound: the error of the grid");
        density.claim("reported-1", "lowest density of intervals, ω = 1", waves, 1)
                .above(NEGATIVE)
                .of(waves.at(1).mean(Result::lowest))
                .control("claim: refused")
                .from("reported: E₀ is negative there, the density is not");
        for (int k = 0; k < all.size(); k++) {
            Line<Config, Result> one = all.get(k);
            double x = one.x()[0];
            String name = k < 3 ? Integer.toString(k + 1) : "acceleration";
            board.claim("accepted-" + name, "lowest density of intervals", one, x)
                    .above(NEGATIVE)
                    .of(one.at(x).mean(Result::lowest))
                    .control("claim: refused")
                    .from(source(), "r is monotone");
            board.claim("digits-" + name, "θ of independent intervals", one, x)
                    .identity(THETAS[k], 1e-6)
                    .of(one.at(x).mean(Result::theta))
                    .from("1 = θ ∫ E₀ e^{θt} dt, computed independently to six digits");
            board.claim("rice-" + name, "mean interval 2 ∫ E₀ over π/√(−r″(0)), minus 1", one, x)
                    .identity(0, 1e-9)
                    .of(one.at(x).mean(Result::riceGap))
                    .from("∫ −r′/√(1 − r²) dt = π/2");
            board.claim(
                            "drawn-" + name,
                            "mean of geometric sums of draws from −E₀′ over π/√(−r″(0))",
                            one,
                            x,
                            Result::drawnMean)
                    .theory(1, 0.1)
                    .control("run: a geometric number of parameter 1/3 has mean 3/2 of it")
                    .from("Rice 1945");
            board.claim("mean-" + name, "mean interval of the paths over π/√(−r″(0))", one, x, Result::pathMean)
                    .theory(1, 0.05)
                    .control("run: a step of 1 misses short intervals")
                    .from("Rice 1945");
        }
        board.caption("""
                (a) Share of the times between zeros that are longer than t. Lines: an interval is a geometric(½) number of draws from the density −E₀′, E₀(t) = −r′(t)/(√(−r″(0)) √(1 − r²)), the expected \\
                state of the clipped Slepian process; the tail decays as e^{−θt}. Dots: Gaussian paths by circulant embedding, step 0.05, {} replicas of 8 paths of 65,536 points, 95 % t intervals. \\
                Diffusion: r = sech^{d/2}(t/2). Random acceleration: r = (3/2)e^{−t/2} − (1/2)e^{−3t/2}. (b) The same density where r is not monotone: for ω = 2 and 5 it is negative, so no \\
                independent intervals have this E₀. In the table: Rice's mean interval, and paths on a coarser grid.""", n);
    }

    @Override
    protected String says() {
        return """
                How long does noise keep its sign? For most Gaussian processes the law of the times between zeros is unknown. The paper takes these times as independent and chooses their law so
                that the mean state after a zero is that of the Slepian process, the process seen from a zero. It then asks when this law exists.

                The construction is simple: an interval is a sum of draws from the density −E₀′, one draw with probability 1/2, two with 1/4, and so on. So it exists whenever E₀ falls, and the mean
                interval is always Rice's π/√(−r″(0)). The tail decays at 0.1203, 0.1862, 0.2358 for diffusion in one, two, three dimensions, against 3/16 = 0.1875 exactly in two (0.7 % too slow),
                and at 0.2647 for random acceleration, against 1/4 (5.9 % too fast). Simulated paths have Rice's mean and decay at the exact rates; for acceleration they rule out the prediction, for
                two dimensions they cannot tell it from the truth. The oscillating covariance e^{−t²/2} cos ωt is refused at ω = 2 and 5, where the density turns negative; at ω = 1
                it stays positive although E₀ does not. In practice: use the approximation for monotone covariances that are smooth at 0, check the sign of the density for others, and
                expect errors of a few per cent in the decay.""";
    }
}
