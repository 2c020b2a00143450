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
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.LogPhi;

/**
 * Agents act one after another on a private signal and on the reports of all before them; reports are honest or randomised.
 *
 * <p>The state is +1 or −1, signals are N(state, σ²), and ℓ is the log-likelihood ratio of all reports so far. An agent intends +1 if its signal
 * exceeds the threshold −σ²ℓ/2. All numbers are for the state +1. A step of ℓ depends on ℓ alone, so both steps and both chances of an error are tabulated.
 *
 * <p><b>Streams</b>: {@code reports}, one part per crowd. <b>Error</b>: 10⁻⁵ relative for a step, from cubic interpolation. <b>Cost</b>: 50 ns per agent.
 */
@Paper(
        key = "2502.19525",
        title = "Differentially Private Sequential Learning",
        cite = {
            "Liu, Rahimian 2025, arXiv 2502.19525",
            "Hann-Caruthers, Martynov, Tamuz 2018, The speed of sequential asymptotic learning, doi:10.1016/j.jet.2017.11.009"
        },
        study = "private-crowd",
        version = 1,
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
            int crowds) {
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

    @Override
    protected Result measure(Config c, Streams streams) {
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
        SimpleRegression linear = new SimpleRegression();
        SimpleRegression powers = new SimpleRegression();
        for (int k = 0; k < moments.length; k++) {
            if (moments[k] >= FIRST_OF_FIT || k >= moments.length - 2) {
                double log = StrictMath.log(moments[k]);
                linear.addData(log, belief[k]);
                powers.addData(StrictMath.log(log), StrictMath.log(belief[k]));
            }
        }
        double[][] sums = simulate(c, steps, streams.at("reports"));
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
                leak(c));
    }

    private static double rate(double[] moments, double... values) {
        int last = moments.length - 1;
        return (values[last] - values[last - 2]) / StrictMath.log(moments[last] / moments[last - 2]);
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
                "Public belief grows as log n with privacy, as √(log n) without",
                "Public belief does not grow as log n with privacy",
                "Public belief may grow as log n with privacy");
        board.subtitle(
                "Agents see a signal and earlier reports; private reports are randomly flipped near the threshold");
        board.show("belief", "wrong");
        int n = board.replicas(8, 16);
        String size = "simulated=" + board.choose(10_000, 100_000);
        var half = on(board, "smooth flips, ε = 0.5").with(size).cell();
        var more =
                on(board, "smooth flips, ε = 0.9").with("epsilon=0.9, " + size).cell();
        var constant = on(board, "constant flips, ε = 0.5")
                .with("report=constant, " + size)
                .cell();
        var honest = on(board, "honest reports").with("report=honest, " + size).cell();
        double[] moments = half.last().config().moments();
        double[] simulated = half.last().config().simulatedMoments();
        int last = simulated.length - 1;
        double end = simulated[last];

        Axis agents = Axis.log10("number of agents n").range(7, 1.5e6);
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

        String fixed = "window set before the run";
        for (var line : List.of(half, more)) {
            Config c = line.last().config();
            String name = "-" + c.epsilon();
            double rate = c.epsilon() * c.sigma() * c.sigma() / 2;
            belief.claim(
                            "law" + name,
                            "mean ℓ at the last count over its asymptotic law",
                            line,
                            1,
                            r -> r.meanBelief().orNaN(last) / meanBelief(c, end))
                    .says("Private belief grows as (2/εσ²) ln n | mean over theory")
                    .theory(1, 0.02)
                    .control("claim: power")
                    .from(source(), "growth and jumps of e^(εσ²ℓ/2); " + fixed);
            belief.claim(
                            "slope" + name,
                            "slope of ℓ over ln n from 10³ to 10⁶ agents, times εσ²/2, all reports right",
                            line,
                            1,
                            r -> r.slope() * rate)
                    .theory(1, 0.02)
                    .control("claim: power")
                    .from(source(), fixed);
            belief.claim(
                            "formula" + name,
                            "ℓ after 10⁶ right reports over (2/εσ²) ln(1 + ½ C εσ² n)",
                            line,
                            1,
                            r -> r.belief().orNaN(moments.length - 1) / belief(c, moments[moments.length - 1]))
                    .theory(1, 0.001)
                    .control("run: report=honest, where ℓ is a quarter of this")
                    .from("dℓ/dn = C e^(−εσ²ℓ/2), C = e^(ε²σ²/2) sinh ε; " + fixed);
            wrong.claim(
                            "reports" + name,
                            "wrong reports per ln n in the last decade over theory",
                            line,
                            1,
                            r -> r.reportRate() / wrongPerLog(c))
                    .says(c.epsilon() == 0.5 ? "Wrong private reports grow as ln n | rate over theory" : "")
                    .theory(1, 0.05)
                    .control("claim: intentions" + name)
                    .from("e^(−ε)/(εσ²(sinh ε − ε e^(−ε))) per ln n; " + fixed);
            wrong.claim(
                            "intentions" + name,
                            "wrong intentions per ln n in the last decade",
                            line,
                            1,
                            Result::intentionRate)
                    .says(
                            c.epsilon() == 0.5
                                    ? "Private crowds stop intending wrong reports | wrong intentions per ln n"
                                    : "")
                    .below(0.01)
                    .control("claim: reports" + name)
                    .from(source(), "bound set before the run");
            wrong.claim(
                            "waiting" + name,
                            "growth per ln n of the wait for a right report, 10⁵ to 10⁶ agents",
                            line,
                            1,
                            Result::waitRate)
                    .below(0.01)
                    .control("claim: waiting")
                    .from(source(), "bound set before the run");
        }
        belief.claim(
                        "power",
                        "power of ln n that follows ℓ from 10³ to 10⁶ agents, all reports right",
                        honest,
                        1,
                        Result::power)
                .says("Honest belief grows as √(ln n) | power of ln n, 10³ to 10⁶")
                .theory(0.5, 0.03)
                .control("run: report=smooth, whose exponent is above 0.9")
                .from(source(), fixed);
        wrong.claim(
                        "waiting",
                        "growth per ln n of the wait for a right report, 10⁵ to 10⁶ agents",
                        honest,
                        1,
                        Result::waitRate)
                .above(1)
                .control("claim: waiting-0.5")
                .from(source(), "bound set before the run");
        belief.claim("constant", "mean ℓ at the last count, constant over smooth flips", constant, 1)
                .below(1)
                .of(constant.last().over(half.last(), r -> r.meanBelief().orNaN(last)))
                .control("run: report=honest, whose ℓ lies between the two")
                .from(source());
        for (var line : List.of(half, constant)) {
            board.claim(
                            "guarantee-" + (line == half ? "smooth" : "constant"),
                            "largest log-ratio of a report's chances over " + (line == half ? "ε|s − s′|" : "ε")
                                    + ", minus 1",
                            line,
                            1,
                            Result::leak)
                    .identity(0, 1e-9)
                    .from("the guarantee is met and reached");
        }
        board.caption("""
                The truth is one of two states; each of n agents has a signal N(±1, 1), sees all earlier reports and intends the likelier state. Private: the report is the other state with \
                probability ½ exp(−ε × distance of the signal from the threshold), or with probability 1/(1 + e^ε) (constant flips, ε = 0.5). (a) Log-likelihood ratio of the true state \
                given all reports, mean over {} × 250 simulated crowds; lines without dots: theory. (b) Expected numbers of wrong reports and of wrong intentions before they are randomised; dashes: \
                theory, 5.57 per ln n, from the last dot. Honest, at least: agents before the first right action, exact; they are a part of all who err. 95 % intervals.""", n);
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
                The paper lets agents act in turn, each on a private Gaussian signal and on the public reports of all before it. If reports are honest, public belief (the log-likelihood ratio ℓ of the true state) grows
                as √(ln n), and the agents before the first right action are infinitely many on average. With privacy, a report is flipped with a probability that decays with the distance of the
                signal from the threshold. A contrary report is then more telling, and ℓ grows as (2/εσ²) ln n. All steps of ℓ depend on ℓ alone; here they are exact.

                The law holds. If all reports are right, ℓ = (2/εσ²) ln(1 + ½ C εσ² n), C = e^(ε²σ²/2) sinh ε, is met to 10⁻⁵ at 10⁶ agents. Crowds that also err have a lower mean, with the same slope:
                e^(εσ²ℓ/2) grows steadily and is multiplied by e^(−ε²σ²) at each error, which gives the mean without a free number, 26.03 at n = 10⁴ and ε = 0.5. Honest reports reach 9.8 there, and flips with the
                constant probability 1/(1 + e^ε) 6.5. The two guarantees differ: constant flips hide any change of a signal up to ε, smooth ones only a change by d up to εd.

                Which errors end? With privacy, wrong intentions do: 2.4 on average at ε = 0.5, and none are added after 10³ agents. Wrong reports do not: a right intention near the threshold is still flipped,
                and their number grows as ln n, by 5.57 per unit at ε = 0.5 and 0.68 at ε = 0.9. At 10⁴ agents these are 35 wrong reports. The expected wait for the first right report is 1.59 with privacy at ε = 0.5 (it is finite while (2/εσ²)/(1 − e^(−2ε)) > 1, so up to about ε = 2 at σ = 1); without, 2.48, 4.46 and
                11.47 at 10⁴, 10⁵ and 10⁶ agents, and it grows for ever. Simulation cannot see this: a few crowds in a million carry it. In practice: noise that depends on the margin of a
                decision adds to a public record and costs wrong reports, some 35 in 10⁴, where honest crowds make at least 3.5 on average, nearly all in rare crowds; noise of constant strength does cost; and count intentions and reports apart.""";
    }
}
