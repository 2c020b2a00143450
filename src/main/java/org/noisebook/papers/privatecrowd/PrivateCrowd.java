package org.noisebook.papers.privatecrowd;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Box;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.LogPhi;

/**
 * Agents act one after another on a private signal and on the reports of all before them; reports are honest or randomised.
 *
 * <p>The state is +1 or −1, signals are N(state, σ²), and ℓ is the log-likelihood ratio of all reports so far. An agent intends +1 if its signal
 * exceeds the threshold −σ²ℓ/2. All numbers are for the state +1. A step of ℓ depends on ℓ alone, so both steps and both chances of an error are tabulated.
 *
 * <p>Binary signals are the signs of these. An agent then follows the majority of reports once ℓ outweighs its signal, without a flip, as its report tells
 * nothing about it: a cascade. An agent in doubt tosses a coin (Bikhchandani, Hirshleifer, Welch 1992). All means are exact.
 *
 * <p><b>Streams</b>: {@code reports}, one part per crowd. <b>Error</b>: 10⁻⁵ relative for a step, from cubic interpolation. <b>Cost</b>: 50 ns per agent.
 */
@Paper(
        key = "2502.19525",
        title = "Differentially Private Sequential Learning",
        cite = {
            "Liu, Rahimian 2025, arXiv 2502.19525",
            "Hann-Caruthers, Martynov, Tamuz 2018, The speed of sequential asymptotic learning, doi:10.1016/j.jet.2017.11.009",
            "Bikhchandani, Hirshleifer, Welch 1992, doi:10.1086/261849"
        },
        study = "private-crowd",
        version = 2,
        does = "Agents that learn from the reports of all before them, honest or private",
        figure = "private-crowd",
        shows = "Public belief with and without privacy",
        streams = "reports")
public final class PrivateCrowd extends OnePaper<PrivateCrowd.Config, PrivateCrowd.Result> {
    /** How an intended action is reported. */
    public enum Report {
        /** As it is. */
        HONEST,
        /** Flipped with probability ½ e^(−ε|distance of the signal from the threshold|). */
        SMOOTH,
        /** Flipped with probability 1/(1 + e^ε). */
        CONSTANT
    }

    /** What an agent sees of its signal. */
    public enum Signals {
        /** All of it. */
        GAUSSIAN,
        /** Its sign. */
        BINARY
    }

    /** A crowd of agents in a row. */
    public record Config(
            @Parameter(standard = "smooth", value = "how actions are reported: honest, smooth or constant")
            Report report,

            @Parameter(standard = "0.5", range = "[0.01, 4]", symbol = "ε", value = "privacy parameter of flips")
            double epsilon,

            @Parameter(standard = "1", range = "[0.1, 5]", symbol = "σ", value = "standard deviation of signals")
            double sigma,

            @Parameter(
                    standard = "1000000",
                    range = "[1000, 100000000]",
                    symbol = "n",
                    value = "agents in exact recursions")
            int agents,

            @Parameter(standard = "10000", range = "[10, agents]", value = "agents of a simulated crowd")
            int simulated,

            @Parameter(standard = "250", range = "[1, 1000000]", value = "simulated crowds")
            int crowds,

            @Parameter(
                    standard = "gaussian",
                    omit = "gaussian",
                    value = "private signals: gaussian, or binary for their sign, with honest or constant reports")
            Signals signals) {
        /** Rejects binary signals with flips that depend on the signal's distance from a threshold. */
        public Config {
            if (signals == Signals.BINARY && report == Report.SMOOTH) {
                throw new IllegalArgumentException("report must be honest or constant with binary signals, got smooth");
            }
        }

        /** Counts of agents, two per decade, at which what is computed is kept; the last is n. */
        public double[] moments() {
            return moments(agents);
        }

        /** Counts of agents at which means over simulated crowds are kept. */
        public double[] simulatedMoments() {
            return moments(simulated);
        }

        private static double[] moments(int last) {
            int count = (int) Math.ceil(2 * StrictMath.log10(last) - 1e-9);
            return IntStream.rangeClosed(0, count)
                    .mapToDouble(k -> Math.min(last, Math.rint(StrictMath.pow(10, k / 2.0))))
                    .toArray();
        }

        /** The probability that an agent with a signal this far above the threshold reports −1. */
        double reportsMinus(double distance) {
            double flipped = report == Report.HONEST
                    ? 0
                    : report == Report.CONSTANT
                            ? 1 / (1 + StrictMath.exp(epsilon))
                            : StrictMath.exp(-epsilon * Math.abs(distance)) / 2;
            return distance > 0 ? flipped : 1 - flipped;
        }

        /** log P(report −1) for a signal from N(threshold + m, σ²). */
        double logMinus(double m) {
            double z = m / sigma;
            if (report == Report.HONEST) {
                return LogPhi.of(-z);
            }
            if (report == Report.CONSTANT) {
                double flipped = reportsMinus(1);
                return StrictMath.log(flipped + (1 - 2 * flipped) * StrictMath.exp(LogPhi.of(-z)));
            }
            return m < 0 ? StrictMath.log1p(-smooth(-m)) : StrictMath.log(smooth(m));
        }

        /** Φ(−m/σ) + ½ e^(ε²σ²/2) (e^(−εm) Φ(m/σ − εσ) − e^(εm) Φ(−m/σ − εσ)) for m at least 0. */
        private double smooth(double m) {
            double shift = epsilon * sigma;
            double right = LogPhi.of(m / sigma - shift) - epsilon * m;
            double wrong = LogPhi.of(-m / sigma - shift) + epsilon * m;
            double half = shift * shift / 2;
            return StrictMath.exp(LogPhi.of(-m / sigma))
                    + (StrictMath.exp(half + right) - StrictMath.exp(half + wrong)) / 2;
        }
    }

    /** What the public believes, and who errs. */
    public record Result(
            @Parameter(length = "moments", value = "ℓ after each count of agents if all reports are right")
            Doubles belief,

            @Parameter("slope of this ℓ over ln n from a thousand agents on")
            double slope,

            @Parameter("power of ln n that this ℓ follows from a thousand agents on")
            double power,

            @Parameter(length = "moments", value = "expected reports up to the first right one, cut at each count")
            Doubles waiting,

            @Parameter(length = "simulatedMoments", value = "mean ℓ of simulated crowds")
            Doubles meanBelief,

            @Parameter(length = "simulatedMoments", value = "mean number of wrong reports")
            Doubles wrongReports,

            @Parameter(length = "simulatedMoments", value = "mean number of wrong intentions")
            Doubles wrongIntentions,

            @Parameter("wrong reports per unit of ln n in the last decade")
            double reportRate,

            @Parameter("wrong intentions per unit of ln n in the last decade")
            double intentionRate,

            @Parameter("growth of the expected wait per unit of ln n in the last decade")
            double waitRate,

            @Parameter("wrong reports that the last decade adds, over those of the one before")
            double reportGrowth,

            @Parameter(
                    "what the last decade adds to the expected wait, over what the one before adds; 0 if neither adds anything")
            double waitGrowth,

            @Parameter("share of wrong intentions in the last half decade of simulated agents")
            double lateErrors,

            @Parameter("largest log-ratio of the chances of a report for two signals, over the guarantee, minus 1")
            double leak)
            implements Outcome {}

    // The study.

    private static final int FIRST_OF_FIT = 1000;

    /** Steps and chances by half the threshold's distance x = σ²ℓ/2 from the middle, on a grid that grows on demand. */
    private static final class Steps {
        private final Config c;
        private final double width;
        /** After a right report, after a wrong one, the chance of a wrong report, and of a wrong intention. */
        private final double[] now = new double[4];

        private double[][] nodes = new double[0][];
        private int reach = -1;

        Steps(Config c) {
            this.c = c;
            width = Math.min(c.sigma(), c.report() == Report.HONEST ? 1 : 1 / c.epsilon()) / 64;
        }

        private double[] node(double x) {
            double half = c.sigma() * c.sigma() / 2;
            double wrong = c.logMinus(1 + x);
            return new double[] {
                half * (c.logMinus(-1 - x) - c.logMinus(1 - x)),
                half * (wrong - c.logMinus(x - 1)),
                StrictMath.exp(wrong),
                StrictMath.exp(LogPhi.of(-(1 + x) / c.sigma()))
            };
        }

        private void grow(int least) {
            int larger = Math.max(least, 2 * reach);
            double[][] all = new double[2 * larger + 1][];
            Arrays.setAll(
                    all, k -> Math.abs(k - larger) <= reach ? nodes[k - larger + reach] : node((k - larger) * width));
            nodes = all;
            reach = larger;
        }

        /** The four numbers at x, valid until the next call. */
        double[] at(double x) {
            int low = (int) Math.floor(x / width);
            double t = x / width - low;
            int needed = Math.max(Math.abs(low - 1), Math.abs(low + 2));
            if (needed > reach) {
                grow(needed);
            }
            int first = low - 1 + reach;
            double a = -t * (t - 1) * (t - 2) / 6;
            double b = (t + 1) * (t - 1) * (t - 2) / 2;
            double d = -(t + 1) * t * (t - 2) / 2;
            double e = (t + 1) * t * (t - 1) / 6;
            for (int k = 0; k < now.length; k++) {
                now[k] = a * nodes[first][k]
                        + b * nodes[first + 1][k]
                        + d * nodes[first + 2][k]
                        + e * nodes[first + 3][k];
            }
            return now;
        }
    }

    /** The states of a crowd with binary signals: right reports less wrong ones, up to the edges where cascades begin. */
    private static final class Walk {
        /** What rounding may leave of a tie. */
        private static final double TIE = 1e-9;

        private final double accuracy;
        private final double flipped;
        private final double each;
        private final double own;
        private final int edge;

        Walk(Config c) {
            accuracy = StrictMath.exp(LogPhi.of(1 / c.sigma()));
            flipped = c.reportsMinus(1);
            double right = flipped + (1 - 2 * flipped) * accuracy;
            each = StrictMath.log(right / (1 - right));
            own = StrictMath.log(accuracy / (1 - accuracy));
            edge = (int) Math.floor(own / each + TIE) + 1;
        }

        /** The chance of a right intention after j. */
        double right(int j) {
            if (Math.abs(j) == edge) {
                return j > 0 ? 1 : 0;
            }
            boolean tie = Math.abs(Math.abs(j) * each - own) < TIE;
            return !tie ? accuracy : j > 0 ? (1 + accuracy) / 2 : accuracy / 2;
        }

        /** The chance of a right report after j. */
        double report(int j) {
            return Math.abs(j) == edge ? right(j) : flipped + (1 - 2 * flipped) * right(j);
        }

        /** ℓ after j. */
        double belief(int j) {
            double sum = Grammar.sum(Math.abs(j), i -> StrictMath.log(report(i) / (1 - report(-i))));
            return j < 0 ? -sum : sum;
        }

        /** Means of ℓ and of the numbers of wrong reports and intentions. */
        double[][] means(double... moments) {
            double[][] means = new double[3][moments.length];
            double[] chance = new double[2 * edge + 1];
            chance[edge] = 1;
            double reports = 0;
            double intentions = 0;
            int next = 0;
            for (int n = 1; next < moments.length; n++) {
                double[] after = new double[chance.length];
                for (int k = 0; k < chance.length; k++) {
                    double right = report(k - edge);
                    reports += chance[k] * (1 - right);
                    intentions += chance[k] * (1 - right(k - edge));
                    after[Math.min(k + 1, 2 * edge)] += chance[k] * right;
                    after[Math.max(k - 1, 0)] += chance[k] * (1 - right);
                }
                chance = after;
                if (n == moments[next]) {
                    stopIfInterrupted();
                    double[] now = chance;
                    means[0][next] = Grammar.sum(now.length, k -> now[k] * belief(k - edge));
                    means[1][next] = reports;
                    means[2][next++] = intentions;
                }
            }
            return means;
        }
    }

    /** The chance of a cascade on the wrong state with binary signals: that of an error given ℓ at the edge, 1/(1 + e^ℓ). */
    static double wrongCascade(Config c) {
        Walk walk = new Walk(c);
        return 1 / (1 + StrictMath.exp(walk.belief(walk.edge)));
    }

    private Result binary(Config c) {
        Walk walk = new Walk(c);
        double[] moments = c.moments();
        double[] belief = Arrays.stream(moments)
                .map(n -> walk.belief((int) Math.min(n, walk.edge)))
                .toArray();
        double[] waiting = new double[moments.length];
        double none = 1;
        double waited = 1;
        int next = 0;
        for (int n = 1; n <= c.agents(); n++) {
            none *= 1 - walk.report(-Math.min(n - 1, walk.edge));
            waited += none;
            if (n == moments[next]) {
                waiting[next++] = waited;
            }
        }
        return result(c, belief, waiting, walk.means(c.simulatedMoments()));
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        if (c.signals() == Signals.BINARY) {
            return binary(c);
        }
        Steps steps = new Steps(c);
        double[] moments = c.moments();
        double[] belief = new double[moments.length];
        double[] waiting = new double[moments.length];
        double right = 0;
        double wrong = 0;
        double none = 1;
        double waited = 1;
        int next = 0;
        for (int n = 1; n <= c.agents(); n++) {
            right += steps.at(right)[0];
            double[] step = steps.at(wrong);
            none *= step[2];
            wrong += step[1];
            waited += none;
            if (n == moments[next]) {
                stopIfInterrupted();
                belief[next] = 2 * right / (c.sigma() * c.sigma());
                waiting[next++] = waited;
            }
        }
        return result(c, belief, waiting, simulate(c, steps, streams.at("reports")));
    }

    private static Result result(Config c, double[] belief, double[] waiting, double[][] sums) {
        double[] moments = c.moments();
        SimpleRegression linear = new SimpleRegression();
        SimpleRegression powers = new SimpleRegression();
        for (int k = 0; k < moments.length; k++) {
            if (moments[k] >= FIRST_OF_FIT || k >= moments.length - 2) {
                double log = StrictMath.log(moments[k]);
                linear.addData(log, belief[k]);
                powers.addData(StrictMath.log(log), StrictMath.log(belief[k]));
            }
        }
        return new Result(
                Doubles.of(belief),
                linear.getSlope(),
                powers.getSlope(),
                Doubles.of(waiting),
                Doubles.of(sums[0]),
                Doubles.of(sums[1]),
                Doubles.of(sums[2]),
                rate(c.simulatedMoments(), sums[1]),
                rate(c.simulatedMoments(), sums[2]),
                rate(moments, waiting),
                growth(sums[1]),
                growth(waiting),
                late(c.simulatedMoments(), sums[2]),
                leak(c));
    }

    private static double rate(double[] moments, double... values) {
        int last = moments.length - 1;
        return (values[last] - values[last - 2]) / StrictMath.log(moments[last] / moments[last - 2]);
    }

    /** What the last decade adds over what the one before adds, or the last moments if they are few; 0 if neither adds anything. */
    static double growth(double... counts) {
        int last = counts.length - 1;
        double before = counts[Math.max(last - 2, 0)] - counts[Math.max(last - 4, 0)];
        return before == 0 ? 0 : (counts[last] - counts[Math.max(last - 2, 0)]) / before;
    }

    private static double late(double[] moments, double... intentions) {
        int last = moments.length - 1;
        return (intentions[last] - intentions[last - 1]) / (moments[last] - moments[last - 1]);
    }

    /** Means of ℓ and of the summed chances of wrong reports and intentions. */
    private static double[][] simulate(Config c, Steps steps, Stream stream) {
        double[] moments = c.simulatedMoments();
        double[][] sums = new double[3][moments.length];
        for (int crowd = 0; crowd < c.crowds(); crowd++) {
            stopIfInterrupted();
            Stream own = stream.part(crowd);
            double x = 0;
            double reports = 0;
            double intentions = 0;
            int next = 0;
            for (int n = 1; n <= c.simulated(); n++) {
                double[] step = steps.at(x);
                reports += step[2];
                intentions += step[3];
                x += step[own.nextDouble() < step[2] ? 1 : 0];
                if (n == moments[next]) {
                    sums[0][next] += 2 * x / (c.sigma() * c.sigma()) / c.crowds();
                    sums[1][next] += reports / c.crowds();
                    sums[2][next++] += intentions / c.crowds();
                }
            }
        }
        return sums;
    }

    private static double leak(Config c) {
        if (c.report() == Report.HONEST) {
            return 0;
        }
        double worst = 0;
        double[] grid = Line.even(-4, 4, 17);
        for (double s : grid) {
            for (double other : grid) {
                double told = s == other
                        ? 1
                        : c.report() == Report.CONSTANT ? c.epsilon() : c.epsilon() * Math.abs(s - other);
                double minus = StrictMath.log(c.reportsMinus(s) / c.reportsMinus(other));
                double plus = StrictMath.log((1 - c.reportsMinus(s)) / (1 - c.reportsMinus(other)));
                worst = Math.max(worst, Math.max(Math.abs(minus), Math.abs(plus)) / told);
            }
        }
        return worst - 1;
    }

    /** ℓ = (2/εσ²) ln(1 + ½ C εσ² n) with C = e^(ε²σ²/2) sinh ε: the solution of dℓ/dn = C e^(−εσ²ℓ/2), for right reports only. */
    static double belief(Config c, double n) {
        double rate = c.epsilon() * c.sigma() * c.sigma();
        return 2 / rate * StrictMath.log1p(rate / 2 * boost(c) * StrictMath.sinh(c.epsilon()) * n);
    }

    private static double boost(Config c) {
        return StrictMath.exp(c.epsilon() * c.epsilon() * c.sigma() * c.sigma() / 2);
    }

    /**
     * The mean of ℓ after many smooth reports, wrong ones included.
     *
     * <p>y = e^(εσ²ℓ/2) grows at the rate a = ½ εσ² C and is multiplied by e^(−κ), κ = ε²σ², at the rate r/y, r = ½ e^(ε²σ²/2 − ε). The moments
     * m_p = E (y/n)^p obey m_p = m_(p−1) f(p), f(p) = a − r (1 − e^(−κp))/p, so that E ln y = ln n + ln a − Σ_(k≥1) f′(k)/f(k).
     */
    static double meanBelief(Config c, double n) {
        double rate = c.epsilon() * c.sigma() * c.sigma();
        double kappa = c.epsilon() * rate;
        double a = rate / 2 * boost(c) * StrictMath.sinh(c.epsilon());
        double r = boost(c) * StrictMath.exp(-c.epsilon()) / 2;
        int last = (int) (1000 + 40 / kappa);
        double sum = -StrictMath.log1p(-r / (a * (last + 0.5)));
        for (int k = last; k > 0; k--) {
            double lost = -StrictMath.expm1(-kappa * k);
            double slope = r * (lost - kappa * k * (1 - lost)) / ((double) k * k);
            sum += slope / (a - r * lost / k);
        }
        return 2 / rate * (StrictMath.log(n) + StrictMath.log(a) - sum);
    }

    /** Wrong smooth reports per unit of ln n: e^(−ε)/(εσ²(sinh ε − ε e^(−ε))). */
    static double wrongPerLog(Config c) {
        double flip = StrictMath.exp(-c.epsilon());
        return flip / (c.epsilon() * c.sigma() * c.sigma() * (StrictMath.sinh(c.epsilon()) - c.epsilon() * flip));
    }

    @Override
    public double work(Config c) {
        return 60.0 * (c.agents() + (double) c.simulated() * c.crowds());
    }

    @Override
    public long memory(Config c) {
        return 1L << 26;
    }

    // The figure.

    /** The first count of agents that is drawn, 10. */
    private static final int FIRST = 2;

    @Override
    protected void tell(Board board) {
        board.title(
                "Private crowds make finitely many wrong reports",
                "Wrong private reports keep growing; wrong intentions end",
                "Wrong private reports may keep growing");
        board.subtitle(
                "Agents see a signal and earlier reports; private reports are randomly flipped near the threshold");
        board.show("wrong", "belief", "binary");
        int n = board.replicas(8, 16);
        String size = "simulated=" + board.choose(10_000, 100_000);
        var smooth = on(board, "smooth flips").with(size);
        board.headline(
                        "abstract",
                        "in the non-private setting, the expected stopping time for the first correct decision and the number of"
                                + " incorrect actions diverge […] under a finite privacy budget epsilon in (0,1), both remain finite",
                        "for binary signals, differential privacy noise hinders learning")
                .decidedBy("finite", "wait", "binary")
                .lacks("agents who choose their privacy")
                .vary(smooth, Box.of("epsilon", 0.1, 1).and("sigma", 0.5, 2).settings(8), this::decide);
        var half = smooth.along("epsilon", 0.5);
        var more = smooth.along("epsilon", 0.9);
        var wide = on(board, "smooth flips with σ = 2")
                .with("sigma=2, simulated=10, crowds=1")
                .replicas(c -> 1)
                .along("epsilon", 0.9);
        var constant =
                on(board, "constant flips").with("report=constant, " + size).along("epsilon", 0.5);
        var honest = on(board, "honest reports").with("report=honest, " + size).cell();
        double[] epsilons = Line.logarithmic(0.1, 4, 401);
        var binary = on(board, "binary signals")
                .with("signals=binary, report=constant, " + size)
                .replicas(c -> 1)
                .along("epsilon", 0.2, 0.5, 1, 2);
        Config clear = config("signals=binary, report=honest");
        double[] moments = half.last().config().moments();
        double[] simulated = half.last().config().simulatedMoments();
        int last = simulated.length - 1;
        double end = simulated[last];

        Axis agents = Axis.log10("number of agents n").range(7, 1.5e6);
        Plot wrong = board.plot(
                "wrong",
                "Errors, ε = 0.5",
                agents,
                Axis.linear("expected number of errors").range(0, 65));
        draw(wrong, "private reports", half, simulated, Result::wrongReports);
        draw(wrong, "private intentions", half, simulated, Result::wrongIntentions);
        double anchor = half.last().mean(r -> r.wrongReports().orNaN(last));
        wrong.anchored(
                "private reports",
                Arrays.stream(moments).filter(m -> m >= end).toArray(),
                m -> anchor + wrongPerLog(half.last().config()) * StrictMath.log(m / end));
        double[] seen = Arrays.stream(moments).skip(FIRST).toArray();
        wrong.line(
                LineKind.THEORY,
                "honest, at least",
                seen,
                IntStream.range(FIRST, moments.length)
                        .mapToDouble(k -> honest.last().mean(r -> r.waiting().orNaN(k)) - 1)
                        .toArray());
        Plot belief = board.plot(
                "belief",
                "Public belief",
                agents,
                Axis.linear("mean public log-likelihood ratio").range(0, 45));
        double[] late = Arrays.stream(moments).filter(m -> m >= 30).toArray();
        draw(belief, "private, ε = 0.5", half, simulated, Result::meanBelief)
                .law("private, ε = 0.5", late, m -> meanBelief(half.last().config(), m));
        draw(belief, "private, ε = 0.9", more, simulated, Result::meanBelief)
                .law("private, ε = 0.9", late, m -> meanBelief(more.last().config(), m));
        draw(belief, "honest", honest, simulated, Result::meanBelief).joined("honest");
        draw(belief, "constant flips", constant, simulated, Result::meanBelief).joined("constant flips");
        board.plot(
                        "binary",
                        "Binary signals",
                        Axis.log10("privacy parameter ε").range(0.09, 4.5),
                        Axis.linear("wrong share of late agents").range(0, 0.2))
                .points("private", binary, mean(Result::lateErrors))
                .law(
                        "private",
                        epsilons,
                        e -> wrongCascade(Schema.with(binary.last().config(), "epsilon", e)))
                .law("honest", epsilons, e -> wrongCascade(clear));

        for (var line : List.of(half, more)) {
            Config c = line.last().config();
            wrong.claim(
                            "intentions-" + c.epsilon(),
                            "In the last decade of agents fewer than 0.01 wrong intentions are added per ln n.",
                            line,
                            c.epsilon(),
                            Result::intentionRate)
                    .says(c.epsilon() == 0.5 ? "Wrong private intentions end | wrong intentions per ln n" : "")
                    .below(0.01)
                    .control("claim: reports-" + c.epsilon())
                    .from(source(), "bound set before the run");
        }
        String fixed = "window set before the run";
        for (var line : List.of(half, more)) {
            Config c = line.last().config();
            String name = "-" + c.epsilon();
            double rate = c.epsilon() * c.sigma() * c.sigma() / 2;
            belief.claim(
                            "law" + name,
                            "The mean of ℓ at the last count is that of its asymptotic law within 2 %.",
                            line,
                            c.epsilon(),
                            r -> r.meanBelief().orNaN(last) / meanBelief(c, end))
                    .says("Private belief grows as (2/εσ²) ln n | mean over theory")
                    .theory(1, 0.02)
                    .control("claim: power")
                    .from("growth and jumps of e^(εσ²ℓ/2); " + fixed);
            belief.claim(
                            "slope" + name,
                            "If all reports are right, ℓ grows by 2/εσ² per ln n from 10³ to 10⁶ agents, within 2 %.",
                            line,
                            c.epsilon(),
                            r -> r.slope() * rate)
                    .paper()
                    .theory(1, 0.02)
                    .control("claim: power")
                    .from(source() + ", abstract: asymptotic learning speed", fixed);
            belief.claim(
                            "formula" + name,
                            "After 10⁶ right reports ℓ is (2/εσ²) ln(1 + ½ C εσ² n) within 0.1 %.",
                            line,
                            c.epsilon(),
                            r -> r.belief().orNaN(moments.length - 1) / belief(c, moments[moments.length - 1]))
                    .theory(1, 0.001)
                    .control("run: report=honest, where ℓ is a quarter of this")
                    .from("dℓ/dn = C e^(−εσ²ℓ/2), C = e^(ε²σ²/2) sinh ε; " + fixed);
            wrong.claim(
                            "reports" + name,
                            "Wrong reports grow per ln n as theory says, within 5 %, in the last decade of agents.",
                            line,
                            c.epsilon(),
                            r -> r.reportRate() / wrongPerLog(c))
                    .theory(1, 0.05)
                    .control("claim: intentions" + name)
                    .from("e^(−ε)/(εσ²(sinh ε − ε e^(−ε))) per ln n; " + fixed);
        }
        waits(
                board,
                "wait-wide",
                wide,
                "bound 1 for the paper's word finite, looked for after a look at the law of the wait");
        wrong.claim(
                        "waiting-0.9",
                        "The wait for a right report grows by less than 0.01 per ln n from 10⁵ to 10⁶ agents.",
                        more,
                        0.9,
                        Result::waitRate)
                .paper()
                .below(0.01)
                .control("claim: waiting")
                .from(source() + ", abstract", "bound set before the run");
        belief.claim(
                        "power",
                        "If all reports are right, ℓ grows as the square root of ln n from 10³ to 10⁶ agents, its power within 0.03.",
                        honest,
                        1,
                        Result::power)
                .says("Honest belief grows as √(ln n) | power of ln n, 10³ to 10⁶")
                .theory(0.5, 0.03)
                .control("run: report=smooth, whose exponent is above 0.9")
                .from("Hann-Caruthers, Martynov, Tamuz 2018", fixed);
        wrong.claim(
                        "waiting",
                        "The wait for a right report grows by more than 1 per ln n from 10⁵ to 10⁶ agents.",
                        honest,
                        1,
                        Result::waitRate)
                .paper()
                .above(1)
                .control("claim: wait")
                .from(source() + ", abstract", "bound set before the run");
        belief.claim(
                        "constant",
                        "Constant flips lead to less belief at the last count than smooth ones.",
                        constant,
                        0.5)
                .paper()
                .below(1)
                .control("run: report=honest, whose ℓ lies between the two")
                .of(constant.last().over(half.last(), r -> r.meanBelief().orNaN(last)))
                .from(source() + ", abstract");
        for (var line : List.of(half, constant)) {
            board.claim(
                            "guarantee-" + (line == half ? "smooth" : "constant"),
                            "The largest log-ratio of a report's chances is that of the guarantee, "
                                    + (line == half ? "ε|s − s′|" : "ε") + ".",
                            line,
                            0.5,
                            Result::leak)
                    .identity(0, 1e-9)
                    .from("the guarantee is met and reached");
        }
        board.caption("""
                The truth is one of two states; each of n agents has a signal N(±1, 1), sees all earlier reports and intends the likelier state. Private: the report is the other state with \
                probability ½ exp(−ε × distance of the signal from the threshold), or with probability 1/(1 + e^ε) (constant flips, ε = 0.5). (a) Wrong reports, and wrong intentions before \
                they are randomised; dashes: theory, 5.57 per ln n, from the last dot. Honest, at least: agents before the first right action, exact. (b) Log-likelihood ratio of the \
                true state given all reports, mean over {} × 250 simulated crowds, 95 % intervals; lines without dots: theory. (c) Agents see only the sign of their signal and flip with probability \
                1/(1 + e^ε) until they follow the majority; exact.""", n);
    }

    /** The claims that decide the headline: do errors and waits end, and do binary signals suffer? */
    private void decide(Board board, Setting<Config, Result> at) {
        double epsilon = at.config().epsilon();
        var smooth = at.along("epsilon", epsilon);
        var told = at.replicas(c -> 1)
                .called("constant flips")
                .with("signals=binary, report=constant")
                .along("epsilon", epsilon);
        var clear = at.replicas(c -> 1).with("signals=binary, report=honest").cell();
        board.claim(
                        "finite",
                        "Wrong reports end with privacy: the last decade of agents adds less than the decade before.",
                        smooth,
                        epsilon)
                .in("wrong")
                .says("Wrong private reports end | growth, last decade over the one before")
                .paper()
                .below(1)
                .control("claim: intentions-0.5")
                .of(smooth.last(), Result::reportGrowth)
                .from(source() + ", abstract", "bound 1 for the word finite, set after a look at the growth per ln n");
        waits(board, "wait", smooth, "bound 1 for the paper's word finite");
        board.claim(
                        "binary",
                        "With binary signals more late agents are wrong with constant flips than without.",
                        told,
                        epsilon)
                .in("binary")
                .says("Binary signals: privacy misleads more agents | share more than honest")
                .paper()
                .above(0)
                .control("run: epsilon=4, where fewer are wrong than without flips")
                .of(told.last().mean(Result::lateErrors) - clear.last().mean(Result::lateErrors))
                .from(source() + ", abstract", "the sign of the paper's word hinders");
    }

    private void waits(Board board, String name, Line<Config, Result> line, String bound) {
        board.claim(
                        name,
                        "The wait for the first right report ends with privacy: the last decade of agents adds less than the one before.",
                        line,
                        line.x()[0])
                .in("wrong")
                .says("The wait for a right report ends | growth, last decade over the one before")
                .paper()
                .below(1)
                .control("claim: waiting")
                .of(line.last().mean(Result::waitGrowth))
                .from(source() + ", abstract", bound);
    }

    private static Plot draw(
            Plot plot, String series, Line<Config, Result> line, double[] at, Function<Result, Doubles> list) {
        return plot.points(
                series,
                Arrays.stream(at).skip(FIRST).toArray(),
                line.last(),
                k -> mean(r -> list.apply(r).orNaN(k + FIRST)));
    }

    @Override
    protected String says() {
        return """
                # Do private crowds stop making mistakes?

                They stop intending them, but by our law wrong reports grow without end, as the logarithm of the number of agents. With binary signals privacy mostly misleads more agents.

                ## The question

                People judge a product in turn, each on a private impression and on all earlier reviews. To hide the impression, they may report the opposite at random, more often for a small *privacy parameter* ε. How many
                reports are wrong?

                ## What the paper says

                Privacy by flips that depend on the signal speeds up learning, and the wait for a right action and the number of wrong ones "remain finite" (abstract).

                ## What we did

                Agents have signals N(±1, σ²) and the exact log-likelihood ratio ℓ of all reports. A report is flipped with probability ½ exp(−ε × distance of the signal from the threshold). Actions are what is reported. A
                count that remains finite must grow ever less: we divide what the last tenfold increase of agents adds by what the one before added. With binary signals, agents see only the sign, flip with
                probability 1/(1 + e^ε), and follow the majority once it outweighs their signal; in doubt they toss a coin.

                ## What we found

                - **Drawn settings.** At all 8 the wait ends and binary signals suffer. Wrong reports grow ever less at one, do not at six; one is open.
                - **Why.** A right intention near the threshold is still flipped: 35 of 10⁴ reports are wrong at ε = 0.5. Wrong intentions end after 2.4 on average; of them the abstract is right where the wait ends. Learning is as fast as it says, as ln n.
                - **Control.** Without privacy the wait is 2.5, 4.5 and 11.5 at 10⁴, 10⁵ and 10⁶ agents.
                - **Limit.** It ends only while (2/εσ²)/(1 − e^(−2ε)) exceeds 1; at ε = 0.9 and σ = 2 it does not.
                - **Binary signals.** Near ε = 0.8, from 1.1 to 1.3 and above 1.8, privacy beats honest crowds that toss coins; honest agents who trust their signal beat both.

                ## What it means

                Noise that depends on the margin of a decision speeds up learning at the price of wrong reports without end: count intentions and reports apart.

                ## Try it

                environment/noisebook run private-crowd --set signals=binary --set report=constant,honest

                ## Measurements in detail

                If reports are honest, ℓ grows as √(ln n), and the agents before the first right action are infinitely many on average. With privacy a contrary report is more telling, and ℓ grows as (2/εσ²) ln n. If all reports are
                right, ℓ = (2/εσ²) ln(1 + ½ C εσ² n), C = e^(ε²σ²/2) sinh ε, is met to 10⁻⁵ at 10⁶ agents. Crowds that also err have a lower mean, with the same slope:
                e^(εσ²ℓ/2) grows steadily and is multiplied by e^(−ε²σ²) at each error, which gives the mean without a free number, 26.03 at n = 10⁴ and ε = 0.5. Honest reports reach 9.8 there, and flips with the
                constant probability 1/(1 + e^ε) 6.5. The two guarantees differ: constant flips hide any change of a signal up to ε, smooth ones only a change by d up to εd.

                Wrong intentions stay at 2.4 on average at ε = 0.5, and none are added after 10³ agents. The number of wrong reports grows by 5.57 per unit of ln n at ε = 0.5 and by 0.68 at ε = 0.9. The expected wait for the first right
                report is 1.59 with privacy at ε = 0.5; without, it is 2.48, 4.46 and 11.47 at 10⁴, 10⁵ and 10⁶ agents. Simulation cannot see this: a few crowds in a million carry it. Honest crowds make at least 3.5 errors on
                average in 10⁵ agents, nearly all in rare crowds.

                With binary signals (σ = 1, so that a signal is right with probability 0.841) 10.6 % of honest crowds end in a wrong cascade if agents in doubt toss a coin, 3.4 % if they follow their own signal; 15.6 % do at ε = 0.5. The share
                jumps wherever ε changes the majority that outweighs a signal; just below ε = 0.83 it is 10.2 %.""";
    }
}
