package org.noisebook.papers.cdrl;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.GridLaw;

/**
 * The energy of a law on a line, learned by recovery likelihood with K Langevin steps, without sampling.
 *
 * <p>Data x of variance v are seen as y = x + N(0, s²). A chain for the model's law of x given y starts at y or from a proposal and takes K steps
 * x + (d/2)((log p)′(x) + (y − x)/s²) + N(0, d). The model log p = −x²/2v + Σ wφ with bumps φ is moved until the mean of each bump at the chain's end is
 * that of the data. For normal data its variance u solves c²(v + s²) + q = v, with c ← ac + d/2s², q ← a²q + d, a = 1 − d(1/u + 1/s²)/2.
 */
@Paper(
        key = "2309.05153",
        title = "Learning Energy-Based Models by Cooperative Diffusion Recovery Likelihood",
        cite = {
            "Zhu, Xie, Wu, Gao 2023, arXiv 2309.05153",
            "Gao, Song, Poole, Wu, Kingma 2020, Learning energy-based models by diffusion recovery likelihood, arXiv 2012.08125"
        },
        study = "recovery-energy",
        version = 1,
        does = "An energy learned by recovery likelihood with short chains, exact on a grid",
        figure = "recovery-energy",
        shows = "Bias of learned energies by steps of the chain and by its start",
        streams = {"draws"})
public final class RecoveryEnergies extends OnePaper<RecoveryEnergies.Config, RecoveryEnergies.Result> {
    /** Law of the data. */
    public enum Law {
        /** N(0, v). */
        GAUSSIAN,
        /** Two normal laws of equal weight. */
        MIXTURE
    }

    /** Where chains start. */
    public enum Start {
        /** At y. */
        OBSERVED,
        /** From the normal law with the moments of the data, given y. */
        LINEAR,
        /** From the exact law of x given y. */
        EXACT
    }

    /** Data, noise and chain. */
    public record Config(
            @Parameter(standard = "gaussian", value = "gaussian or mixture")
            Law law,

            @Parameter(standard = "1", range = "[0.2, 2]", symbol = "v", value = "variance of normal data")
            double variance,

            @Parameter(standard = "1.5", range = "[0, 2]", symbol = "m", value = "modes of the mixture at ± m")
            double mode,

            @Parameter(standard = "0.4", range = "[0.3, 1]", value = "standard deviation of each")
            double width,

            @Parameter(standard = "0.5", range = "[0.1, 2]", symbol = "s²", value = "variance of the noise")
            double noise,

            @Parameter(standard = "0.1", range = "[0.02, 0.5]", value = "step d of the chain in units of s²")
            double step,

            @Parameter(standard = "15", range = "[1, 1000]", symbol = "K", value = "steps of the chain")
            int steps,

            @Parameter(standard = "observed", value = "start of the chain: observed, linear or exact")
            Start start,

            @Parameter(standard = "90", range = "[1, 100000]", value = "updates of the energy")
            int updates) {
        double dataVariance() {
            return law == Law.GAUSSIAN ? variance : mode * mode + width * width;
        }
    }

    /** The learned law beside that of the data. */
    public record Result(
            @Parameter("Kullback-Leibler divergence of the model from the data")
            double divergence,

            @Parameter("slope of the model's log density on that of the data, over the data")
            double slope,

            @Parameter("correlation of the two") double correlation,

            @Parameter("variance of the model") double modelVariance,

            @Parameter("that variance by the recursion for normal data, NaN for a mixture or without a root")
            double fixedPoint,

            @Parameter("variance of 1,000 draws from the model")
            double drawnVariance,

            @Parameter("largest difference left between the means of a bump")
            double left)
            implements Outcome {}

    // The study.

    private static final double END = 6;
    private static final double BUMPS = 0.4;
    private static final double RIDGE = 1e-4;
    private static final int DRAWS = 1000;

    @Override
    protected Result measure(Config c, Streams streams) {
        Chains chains = new Chains(c);
        int n = chains.data.size();
        double[] h = new double[n];
        Arrays.setAll(h, k -> -chains.data.point(k) * chains.data.point(k) / 2 / c.dataVariance());
        double[][] bumps = IntStream.rangeClosed((int) (-4 / BUMPS), (int) (4 / BUMPS))
                .mapToObj(b -> IntStream.range(0, n)
                        .mapToDouble(k -> StrictMath.exp(-StrictMath.pow(chains.data.point(k) / BUMPS - b, 2) / 2))
                        .toArray())
                .toArray(double[][]::new);
        DecompositionSolver solver = information(chains.data, bumps);
        double left = 0;
        for (int t = 0; t < c.updates(); t++) {
            Grammar.stopIfInterrupted();
            double[] end = chains.end(h);
            double[] gradient = new double[bumps.length];
            left = 0;
            for (int b = 0; b < bumps.length; b++) {
                double[] bump = bumps[b];
                gradient[b] = Grammar.sum(n, k -> bump[k] * (chains.data.weight(k) - end[k]));
                left = Math.max(left, Math.abs(gradient[b]));
            }
            double[] w = solver.solve(new Array2DRowRealMatrix(gradient)).getColumn(0);
            double most = Arrays.stream(w).map(Math::abs).max().orElseThrow();
            double rate = Math.min(1, 1 / most);
            for (int k = 0; k < n; k++) {
                int at = k;
                h[k] += rate * Grammar.sum(w.length, b -> w[b] * bumps[b][at]);
            }
        }
        GridLaw model = chains.data.with(h);
        double[] logs =
                IntStream.range(0, n).mapToDouble(chains.data::logDensity).toArray();
        double xx = covariance(chains.data, logs, logs);
        double xy = covariance(chains.data, logs, h);
        return new Result(
                Grammar.finite(chains.data.divergence(model)),
                xy / xx,
                xy / Math.sqrt(xx * covariance(chains.data, h, h)),
                model.variance(),
                c.law() == Law.GAUSSIAN ? fixedPoint(c) : Double.NaN,
                drawn(model, streams.at("draws")),
                left);
    }

    private static double drawn(GridLaw model, Stream stream) {
        double[] x = new double[DRAWS];
        Arrays.setAll(x, k -> {
            int at = 0;
            for (double u = stream.nextDouble() - model.weight(0);
                    u >= 0 && at < model.size() - 1;
                    u -= model.weight(at)) {
                at++;
            }
            return model.point(at);
        });
        double mean = Grammar.mean(DRAWS, k -> x[k]);
        return Grammar.mean(DRAWS, k -> (x[k] - mean) * (x[k] - mean));
    }

    private static double covariance(GridLaw law, double[] a, double... b) {
        double one = Grammar.sum(a.length, k -> law.weight(k) * a[k]);
        double two = Grammar.sum(a.length, k -> law.weight(k) * b[k]);
        return Grammar.sum(a.length, k -> law.weight(k) * (a[k] - one) * (b[k] - two));
    }

    private static DecompositionSolver information(GridLaw law, double[]... bumps) {
        double[][] m = new double[bumps.length][bumps.length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < m.length; j++) {
                m[i][j] = covariance(law, bumps[i], bumps[j]) + (i == j ? RIDGE : 0);
            }
        }
        return new CholeskyDecomposition(new Array2DRowRealMatrix(m, false), 1e-8, 0).getSolver();
    }

    /** The model's variance by bisection, NaN without a root where a is positive. */
    private static double fixedPoint(Config c) {
        double v = c.variance();
        double s = c.noise();
        double d = c.step() * s;
        // Below, a is negative and the chain swings.
        double low = 1 / (2 / d - 1 / s);
        double high = 100;
        if (reached(c, v, s, d, low) > v || reached(c, v, s, d, high) < v) {
            return Double.NaN;
        }
        for (int k = 0; k < 100; k++) {
            double u = Math.sqrt(low * high);
            boolean below = reached(c, v, s, d, u) < v;
            low = below ? u : low;
            high = below ? high : u;
        }
        return low;
    }

    private static double reached(Config c, double v, double s, double d, double u) {
        double a = 1 - d * (1 / u + 1 / s) / 2;
        double mean = c.start() == Start.OBSERVED ? 1 : v / (v + s);
        double spread = c.start() == Start.OBSERVED ? 0 : v * s / (v + s);
        for (int k = 0; k < c.steps(); k++) {
            mean = a * mean + d / (2 * s);
            spread = a * a * spread + d;
        }
        return mean * mean * (v + s) + spread;
    }

    /** Chains of all y on one grid. */
    private static final class Chains {
        private final Config c;
        private final GridLaw data;
        private final double[] seen;
        private final double[][] start;
        private final double[] kernel;

        Chains(Config c) {
            this.c = c;
            double deviation = Math.sqrt(c.step() * c.noise());
            // A normal kernel on a grid of spacing 2/3 of its deviation is exact to 1e-9.
            int n = 2 * (int) Math.ceil(END / Math.min(0.1, deviation / 1.5)) + 1;
            data = GridLaw.of(-END, END, n, x -> logDensity(c, x));
            int reach = (int) Math.ceil(6 * deviation / data.spacing());
            double[] bell = new double[2 * reach + 1];
            Arrays.setAll(bell, k -> StrictMath.exp(-StrictMath.pow((k - reach) * data.spacing() / deviation, 2) / 2));
            double sum = Arrays.stream(bell).sum();
            kernel = Arrays.stream(bell).map(b -> b / sum).toArray();
            int[] at = IntStream.range(0, n).filter(k -> k % 2 == 0).toArray();
            double[] all = Arrays.stream(at)
                    .mapToDouble(k ->
                            Grammar.sum(n, j -> data.weight(j) * bell(data.point(k) - data.point(j), c.noise())))
                    .toArray();
            double total = Arrays.stream(all).sum();
            seen = Arrays.stream(all).map(p -> p / total).toArray();
            start = Arrays.stream(at).mapToObj(this::start).toArray(double[][]::new);
        }

        private static double logDensity(Config c, double x) {
            if (c.law() == Law.GAUSSIAN) {
                return -x * x / 2 / c.variance();
            }
            double near = StrictMath.pow((Math.abs(x) - c.mode()) / c.width(), 2) / 2;
            double far = StrictMath.pow((Math.abs(x) + c.mode()) / c.width(), 2) / 2;
            return -near + StrictMath.log1p(StrictMath.exp(near - far));
        }

        private static double bell(double x, double variance) {
            return StrictMath.exp(-x * x / 2 / variance);
        }

        private double[] start(int at) {
            int n = data.size();
            double y = data.point(at);
            double[] x = new double[n];
            if (c.start() == Start.OBSERVED) {
                x[at] = 1;
                return x;
            }
            double v = c.dataVariance();
            double share = v / (v + c.noise());
            Arrays.setAll(
                    x,
                    k -> c.start() == Start.LINEAR
                            ? bell(data.point(k) - share * y, share * c.noise())
                            : data.weight(k) * bell(data.point(k) - y, c.noise()));
            double sum = Arrays.stream(x).sum();
            Arrays.setAll(x, k -> x[k] / sum);
            return x;
        }

        /** The law of x at the ends of the chains, under a model's log density. */
        double[] end(double... h) {
            int n = h.length;
            double[] slope = new double[n];
            for (int k = 2; k < n - 2; k++) {
                slope[k] = (h[k - 2] - 8 * h[k - 1] + 8 * h[k + 1] - h[k + 2]) / (12 * data.spacing());
            }
            slope[0] = slope[1] = slope[2];
            slope[n - 1] = slope[n - 2] = slope[n - 3];
            double[] end = new double[n];
            int[] to = new int[n];
            double[][] parts = new double[4][n];
            double d = c.step() * c.noise();
            for (int row = 0; row < seen.length; row++) {
                if (seen[row] < 1e-9) {
                    continue;
                }
                double y = data.point(2 * row);
                for (int k = 0; k < n; k++) {
                    double x = data.point(k);
                    double moved = (x + d / 2 * (slope[k] + (y - x) / c.noise()) + END) / data.spacing();
                    to[k] = (int) Math.max(1, Math.min(n - 3, Math.floor(moved)));
                    double r = Math.max(-1, Math.min(2, moved - to[k]));
                    parts[0][k] = -r * (r - 1) * (r - 2) / 6;
                    parts[1][k] = (r + 1) * (r - 1) * (r - 2) / 2;
                    parts[2][k] = -(r + 1) * r * (r - 2) / 2;
                    parts[3][k] = (r + 1) * r * (r - 1) / 6;
                }
                double[] law = start[row];
                for (int t = 0; t < c.steps(); t++) {
                    law = spread(moved(law, to, parts));
                }
                for (int k = 0; k < n; k++) {
                    end[k] += seen[row] * law[k];
                }
            }
            return end;
        }

        private static double[] moved(double[] law, int[] to, double[]... parts) {
            double[] moved = new double[law.length];
            for (int k = 0; k < law.length; k++) {
                for (int j = 0; j < 4; j++) {
                    moved[to[k] + j - 1] += law[k] * parts[j][k];
                }
            }
            return moved;
        }

        private double[] spread(double... law) {
            int n = law.length;
            int reach = kernel.length / 2;
            double[] spread = new double[n];
            for (int j = 0; j < kernel.length; j++) {
                int shift = j - reach;
                double weight = kernel[j];
                for (int k = Math.max(0, -shift); k < Math.min(n, n - shift); k++) {
                    spread[k + shift] += weight * law[k];
                }
            }
            return spread;
        }
    }

    @Override
    public double work(Config c) {
        return 2e5 * c.steps() * c.updates() * (0.1 / Math.min(0.1, Math.sqrt(c.step() * c.noise()) / 1.5)) + 1e7;
    }

    @Override
    public long memory(Config c) {
        return 1L << 26;
    }

    // The figure.

    private static final double[] DIGITS = {0.281, 0.697, 0.879, 0.976};

    @Override
    protected void tell(Board board) {
        board.title(
                "Short chains bias learned energies unless their start is exact",
                "Short chains bias learned energies even from an exact start",
                "Short chains may bias learned energies unless their start is exact");
        board.subtitle(
                "Chains of K Langevin steps draw clean points x given noisy points y; energies learned from them");
        board.show("normal", "mixture");
        board.replicas(1);
        double[] counts = {3, 6, 15, 30};
        double[] shown = {2, 3, 4, 6, 8, 11, 15, 20, 30, 42, 60};
        var seen = on(board, "normal data, start at y").along("steps", counts);
        var exact = on(board, "normal data, exact start").with("start=exact").along("steps", counts);
        var linear = on(board, "normal data, linear start").with("start=linear").along("steps", 3);
        var digits = on(board, "normal data, start at y").with("updates=1").along("steps", 3, 15, 30, 100);
        String modes = "law=mixture, noise=0.25, start=";
        List<Line<Config, Result>> mixed = List.of(
                on(board, "two modes, start at y").with(modes + "observed").along("steps", counts),
                on(board, "two modes, linear start").with(modes + "linear").along("steps", counts),
                on(board, "two modes, exact start").with(modes + "exact").along("steps", counts));
        var fine = on(board, "two modes, start at y, steps of a fifth")
                .with(modes + "observed, step=0.02")
                .along("steps", 15);
        board.stamp("1 (exact)");
        Plot normal = board.plot(
                        "normal",
                        "Normal data, variance 1",
                        Axis.log10("steps K of the chain").range(1.8, 70),
                        Axis.linear("variance of the learned law").range(0, 1.1))
                .points("start at y", seen, Reduction.exact(Result::modelVariance))
                .law("start at y", shown, k -> fixed("observed", k))
                .points("exact start", exact, Reduction.exact(Result::modelVariance))
                .law("exact start", shown, k -> fixed("exact", k));
        Plot mixture = board.plot(
                "mixture",
                "Two modes at ±1.5",
                Axis.log10("steps K of the chain").range(2.7, 34),
                Axis.log10("divergence from the data (KL)").range(3e-4, 1));
        List<String> names = List.of("start at y", "linear start", "exact start");
        for (int k = 0; k < 3; k++) {
            mixture.colour(k == 0 ? 0 : 3 - k)
                    .points(names.get(k), mixed.get(k), Reduction.exact(Result::divergence))
                    .joined(names.get(k));
        }

        String set = "set before the run";
        double bias = mixed.get(0).at(3).mean(Result::divergence);
        mixture.claim("exact", "divergence after 3 steps, exact start over start at y", mixed.get(2))
                .says("An exact start removes the bias | KL at K = 3 over start at y")
                .below(0.1)
                .control("claim: linear")
                .of(mixed.get(2).at(3).mean(Result::divergence) / bias)
                .from(source(), "cooperation helps if the proposal carries the law; bound " + set);
        mixture.claim("linear", "divergence after 3 steps, linear start minus start at y", mixed.get(1))
                .says("A linear start is worse on two modes | KL minus start at y")
                .above(0)
                .control("claim: linear-normal")
                .of(mixed.get(1).at(3).mean(Result::divergence) - bias)
                .from("a normal proposal fills the gap between modes");
        mixture.claim("short", "divergence after 3 steps over that after 15, start at y", mixed.get(0))
                .says("3 steps bias more than 15 | KL ratio, start at y")
                .above(3)
                .control("claim: product")
                .of(bias / mixed.get(0).at(15).mean(Result::divergence))
                .from(source(), "bound " + set);
        for (double k : counts) {
            double law = fixed("observed", k);
            normal.claim("normal-" + (int) k, "variance of the learned law", seen, k)
                    .says("Normal data: the bias is that of theory | learned variance")
                    .theory(law)
                    .within(0.02 * law)
                    .control("claim: start")
                    .of(seen.at(k).mean(Result::modelVariance))
                    .from("c²(v + s²) + q = v; window 2 % " + set);
        }
        board.claim("start", "variance of the learned law, exact start, 3 steps", exact)
                .theory(1, 0.1)
                .control("claim: normal-3")
                .of(exact.at(3).mean(Result::modelVariance))
                .from("what is left is the step's; window " + set);
        board.claim("linear-normal", "variance of the learned law, linear start, 3 steps", linear)
                .theory(1, 0.1)
                .control("claim: normal-3")
                .of(linear.at(3).mean(Result::modelVariance))
                .from("for normal data a linear start is exact; window " + set);
        board.claim("product", "divergence after 15 steps of a fifth over that after 3 steps, start at y", fine)
                .theory(1, 0.25)
                .control("claim: short")
                .of(fine.at(15).mean(Result::divergence) / bias)
                .from("only steps times their size counts; window " + set);
        board.claim("correlation", "correlation of log densities after 3 steps, start at y", mixed.get(0), 3)
                .above(0.98)
                .control("none: shows that correlation does not see the bias")
                .of(mixed.get(0).at(3).mean(Result::correlation))
                .from("control: a slope is no loss of correlation");
        for (int k = 0; k < DIGITS.length; k++) {
            double at = digits.x()[k];
            board.claim("digits-" + (int) at, "variance by the recursion", digits, at)
                    .identity(DIGITS[k], 6e-4)
                    .of(digits.at(at).mean(Result::fixedPoint))
                    .from("computed independently to three digits");
        }
        board.caption("""
                Data x on a line, y = x + N(0, s²). The model's energy is a parabola plus bumps (width 0.4); it is moved until the mean of every bump over the ends of chains equals that of the data.                 A chain draws x given y by K Langevin steps of s²/10 under the model, from y, from the normal law with the data's moments given y (linear start), or from the                 data's exact law given y. All laws are carried on a grid; nothing is sampled. (a) N(0, 1), s² = ½. Lines: u of c²(1 + s²) + q = 1. (b) N(±1.5, 0.4²), s² = ¼. In                 the table: shorter steps, and the correlation of log densities.""");
    }

    private double fixed(String start, double steps) {
        return fixedPoint(config("start=" + start, "steps=" + (int) steps));
    }

    @Override
    protected String says() {
        return """
                An energy-based model is learned with chains that sample from it. Recovery likelihood makes this easy: only the clean point given a noisy one is sampled, level by level, and a few Langevin steps
                may do. The paper adds an initialiser that proposes the clean point and learns from the chain.

                On a line nothing need be sampled. Chains of K steps that start at the noisy point have not forgotten it, and the energy pays: for N(0, 1) the learned variance is 0.281, 0.697, 0.879 and 0.976 after
                3, 15, 30 and 100 steps of s²/10, as a recursion for two moments says. The correlation of log densities does not see this: it is 1 for normal data at any bias, and 0.997 for
                two modes whose learned energy is 2.6 times too steep. What counts is steps times their size: 15 steps of a fifth bias as much as 3. An exact start removes the bias (divergence
                0.0013 instead of 0.34 after 3 steps); the rest is the error of the step. A linear start is exact for normal data and cures them, but on two modes it fills the gap between
                them and is worse than none (0.51). So cooperation helps exactly when the initialiser carries the law. Ladders of noise, networks and pictures are not tried here.
                In practice: report the slope of the energy or a divergence, and lengthen the chain until the energy stops changing.""";
    }
}
