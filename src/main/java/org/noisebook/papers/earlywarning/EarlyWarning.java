package org.noisebook.papers.earlywarning;

import static org.noisebook.paper.Grammar.finite;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.OrnsteinUhlenbeck;
import org.noisebook.stats.RankCorrelation;
import org.noisebook.timeseries.RollingWindow;

/**
 * How often early warning signals are raised in series that slow down before a transition, and in series that do not.
 *
 * <p>A trend is Kendall's τ of the variance or of the lag-1 autocorrelation in a rolling window of the detrended series, with a p from
 * AR(1) surrogates. The drift test is the likelihood ratio of a drifting and a constant rate of an Ornstein–Uhlenbeck process.
 *
 * <p><b>Streams</b>: {@code noise} for the series, {@code reference} for steady series, {@code surrogates}.
 */
@Paper(
        key = "1305.6700",
        title = "Early warning signals: The charted and uncharted territories",
        cite = {
            "Boettiger, Ross, Hastings 2013, arXiv 1305.6700",
            "Boettiger, Hastings 2012, doi:10.1098/rsif.2012.0125",
            "Dakos et al. 2012, doi:10.1371/journal.pone.0041010"
        },
        study = "early-warning",
        version = 1,
        does = "How often early warning signals are raised in series with and without slowing down",
        figure = "early-warning",
        shows = "Early warning signals where something slows down and where nothing does",
        streams = {"noise", "reference", "surrogates"})
public final class EarlyWarning extends OnePaper<EarlyWarning.Config, EarlyWarning.Result> {
    /** What makes the series. */
    public enum System {
        /** A constant Ornstein–Uhlenbeck process. */
        STEADY,
        /** The same with noise that doubles. */
        NOISE,
        /** The same until a shock. */
        SHOCK,
        /** One well of a double well, until noise drives it out. */
        JUMP,
        /** A rate that falls smoothly, without a transition. */
        SMOOTH,
        /** The same with noise that falls too, so that s²/λ is constant. */
        HIDDEN,
        /** The stable branch before a saddle-node bifurcation. */
        FOLD,
        /** The occupied branch before a transcritical bifurcation. */
        TRANSCRITICAL,
        /** A focus before a supercritical Hopf bifurcation. */
        HOPF
    }

    /** Series and signals. */
    public record Config(
            @Parameter(
                    standard = "fold",
                    value =
                            "what makes the series: steady, noise, shock, jump, smooth, hidden, fold, transcritical or hopf")
            System system,

            @Parameter(standard = "300", range = "[40, 100000]", value = "values of a series")
            int length,

            @Parameter(standard = "1", range = "(0, 100]", symbol = "Δ", value = "time between values")
            double spacing,

            @Parameter(standard = "1", range = "(0, 100]", symbol = "λ", value = "rate of return at the start")
            double rate,

            @Parameter(standard = "0.15", range = "[0.01, 1]", value = "rate at the end over that at the start")
            double last,

            @Parameter(standard = "0.01", range = "(0, 1]", symbol = "s", value = "noise")
            double noise,

            @Parameter(standard = "0.5", range = "[0.05, 0.9]", value = "width of the rolling window over the length")
            double window,

            @Parameter(
                    standard = "0.025",
                    range = "[0.005, 1]",
                    value = "standard deviation of the smoother over the length")
            double bandwidth,

            @Parameter(standard = "1", range = "[-1, 5]", value = "degree of the mean in the drift test, −1 for 0")
            int degree,

            @Parameter(standard = "0.5", range = "(0, 1)", symbol = "τ", value = "trend that counts as large")
            double large,

            @Parameter(standard = "0.9", range = "[0.1, 1]", value = "where variance and correlation are compared")
            double place,

            @Parameter(standard = "40", range = "[2, 100000]", value = "series")
            int series,

            @Parameter(standard = "19", range = "[19, 10000]", value = "surrogates of a series")
            int surrogates,

            @Parameter(
                    standard = "200",
                    range = "[2, 1000000]",
                    value = "further series for variance and correlation at the place")
            int paths) {}

    /** Trends and alarms; alarms are shares of series at level 0.05. */
    public record Result(
            @Parameter("mean trend of the variance") double varianceTrend,

            @Parameter("mean trend of the autocorrelation") double lagTrend,

            @Parameter("share of series with a large trend of the variance")
            double largeTrend,

            @Parameter("share with a trend of the variance beyond that of surrogates")
            double varianceAlarm,

            @Parameter("share with a trend of the autocorrelation beyond that of surrogates")
            double lagAlarm,

            @Parameter("share flagged by the drift test with constant noise")
            double fixedAlarm,

            @Parameter("share flagged by the drift test with noise that may drift")
            double freeAlarm,

            @Parameter("area under the ROC curve of the variance trend against steady series")
            double trendArea,

            @Parameter("area of the drift test with constant noise")
            double fixedArea,

            @Parameter("variance over series at the place, over theory")
            double spread,

            @Parameter("lag-1 correlation over series at the place, minus theory")
            double lagError)
            implements Outcome {}

    // The study.

    private static final double LEVEL = 0.05;
    /** The 95 % point of a standard normal number. */
    private static final double CRITICAL = 1.6448536269514722;

    @Override
    protected Result measure(Config c, Streams streams) {
        int n = c.series();
        TippingSeries system = new TippingSeries(c);
        OrnsteinUhlenbeck steady = new OrnsteinUhlenbeck(c.spacing(), c.rate(), c.rate(), c.noise(), c.noise());
        Stream noise = streams.at("noise");
        Stream reference = streams.at("reference");
        Stream chance = streams.at("surrogates");
        double[][] trends = new double[3][n];
        double[][] fixed = new double[2][n];
        int[] alarms = new int[3];
        for (int k = 0; k < n; k++) {
            Grammar.stopIfInterrupted();
            double[] x = system.sample(noise);
            double[] other = steady.sample(c.length(), reference);
            var judged = RollingWindow.judged(x, c.window(), c.bandwidth(), c.surrogates(), chance);
            for (int j = 0; j < 2; j++) {
                trends[j][k] = judged.get(j).tau();
                alarms[j] += judged.get(j).p() <= LEVEL ? 1 : 0;
            }
            trends[2][k] = RollingWindow.trends(other, c.window(), c.bandwidth())[0];
            fixed[0][k] = slowing(c, false, x);
            fixed[1][k] = slowing(c, false, other);
            alarms[2] += slowing(c, true, x) > CRITICAL ? 1 : 0;
        }
        double[] moments = moments(c, system, noise);
        double[] theory = system.theory(place(c));
        return new Result(
                finite(Grammar.mean(n, k -> trends[0][k])),
                Grammar.mean(n, k -> trends[1][k]),
                Grammar.share(n, k -> trends[0][k] > c.large()),
                alarms[0] / (double) n,
                alarms[1] / (double) n,
                Grammar.share(n, k -> fixed[0][k] > CRITICAL),
                alarms[2] / (double) n,
                RankCorrelation.auc(trends[0], trends[2]),
                RankCorrelation.auc(fixed[0], fixed[1]),
                moments[0] / theory[0],
                moments[1] - theory[1]);
    }

    private static double slowing(Config c, boolean free, double... x) {
        return OrnsteinUhlenbeck.slowing(x, c.spacing(), c.degree(), free);
    }

    private static int place(Config c) {
        return Math.max(1, (int) Math.rint(c.place() * (c.length() - 1)));
    }

    /** Variance and lag-1 correlation over the series that last so long; NaN if fewer than two do. */
    private static double[] moments(Config c, TippingSeries system, Stream noise) {
        int k = place(c);
        double[][] kept = IntStream.range(0, c.paths())
                .mapToObj(i -> {
                    Grammar.stopIfInterrupted();
                    double[] x = system.sample(noise);
                    return x.length > k ? new double[] {x[k - 1], x[k]} : new double[0];
                })
                .filter(pair -> pair.length > 0)
                .toArray(double[][]::new);
        double before = Grammar.mean(kept.length, i -> kept[i][0]);
        double now = Grammar.mean(kept.length, i -> kept[i][1]);
        double first = Grammar.sum(kept.length, i -> (kept[i][0] - before) * (kept[i][0] - before));
        double second = Grammar.sum(kept.length, i -> (kept[i][1] - now) * (kept[i][1] - now));
        double both = Grammar.sum(kept.length, i -> (kept[i][0] - before) * (kept[i][1] - now));
        return new double[] {second / (kept.length - 1), both / Math.sqrt(first * second)};
    }

    @Override
    public double work(Config c) {
        double signals = 8000 + 200 * c.surrogates() * (1 + c.bandwidth() * c.length() / 20);
        return c.length() * (c.series() * signals + 500.0 * c.paths());
    }

    @Override
    public long memory(Config c) {
        return 100L * c.length() + 100L * c.series() + 40L * c.paths() + (1L << 24);
    }

    // The figure.

    /** How much noise drives the double well out within some hundred values. */
    private static final String RESTLESS = ", noise=0.25";

    private static final List<System> SHOWN =
            List.of(System.STEADY, System.NOISE, System.JUMP, System.SMOOTH, System.HIDDEN, System.FOLD);
    private static final List<String> NAMES = List.of(
            "steady", "growing noise", "jump by noise ahead", "slowing, no jump", "slowing, less noise", "fold ahead");
    private static final List<System> OTHERS = List.of(System.SHOCK, System.HOPF, System.TRANSCRITICAL);

    private static double x(System system) {
        return SHOWN.indexOf(system) + 1;
    }

    private static String text(System system) {
        return system.name().toLowerCase(Locale.ROOT);
    }

    private Config of(System system) {
        return config("system=" + text(system) + (system == System.JUMP ? RESTLESS : ""));
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Growing noise sets off variance alarms without any slowing down",
                "Growing noise does not set off variance alarms",
                "Growing noise may set off variance alarms");
        board.subtitle("The rate of return is constant in the upper three systems; drift tests ask whether it falls");
        board.show("alarms");
        int n = board.replicas(6, 32);
        board.stamp(n + " × 40 series");
        Line<Config, Result> all = board.lineOf(
                        Line.numbered(SHOWN.size()), k -> board.cell(this, of(SHOWN.get((int) k - 1))))
                .placed(k -> "; " + NAMES.get((int) k - 1) + ", 300 values");
        var others = on(board, "300 values")
                .with("series=20")
                .each("system", OTHERS.stream().map(EarlyWarning::text).toArray(String[]::new));
        var quarter = on(board, "steady, 300 values, windows of a quarter")
                .with("system=steady, window=0.25")
                .cell();
        var slow = on(board, "before a fold, 1000 values")
                .with("length=1000, series=20")
                .cell();
        Plot plot = board.plot(
                        "alarms",
                        "Alarms by system",
                        Axis.named("", NAMES),
                        Axis.linear("share of series with an alarm (grey line: 0.05, the level of the tests)")
                                .range(-0.03, 1.05))
                .points("variance trend", all, shares(all, Result::varianceAlarm))
                .points("autocorrelation trend", all, shares(all, Result::lagAlarm))
                .points("drift test, fixed noise", all, shares(all, Result::fixedAlarm))
                .points("drift test, free noise", all, shares(all, Result::freeAlarm))
                .level(LineKind.THEORY, "level", 0.05, 0.5, NAMES.size() + 0.5);
        String pilot = "bound set before the run";
        double noise = x(System.NOISE);
        String free = "share flagged by the drift test with free noise";
        claim(plot, "noise", "share flagged by the variance trend", all, noise, Result::varianceAlarm)
                .says("The variance trend flags growing noise | share of series")
                .above(0.8, 0, 1)
                .control("claim: steady")
                .from(source(), pilot);
        claim(plot, "steady", "share flagged by the variance trend", all, x(System.STEADY), Result::varianceAlarm)
                .below(0.15, 0, 1)
                .from("control: nominal 0.05 where nothing changes");
        claim(plot, "fixed", "share flagged by the drift test with constant noise", all, noise, Result::fixedAlarm)
                .says("A drift test with constant noise flags growing noise | share of series")
                .above(0.8, 0, 1)
                .control("claim: free")
                .from("more noise at a constant rate looks like a slower return; " + pilot);
        claim(plot, "free", free, all, noise, Result::freeAlarm)
                .says("A drift test that lets noise vary ignores growing noise | share of series")
                .below(0.12, 0, 1)
                .control("claim: free-smooth")
                .from("nominal 0.05; " + pilot);
        claim(plot, "free-smooth", free, all, x(System.SMOOTH), Result::freeAlarm)
                .says("A drift test that lets noise vary finds a falling rate | share of series")
                .above(0.8, 0, 1)
                .control("claim: free")
                .from(pilot);
        claim(plot, "free-hidden", free, all, x(System.HIDDEN), Result::freeAlarm)
                .above(0.8, 0, 1)
                .control("claim: free")
                .from(pilot);
        claim(plot, "lag", "share flagged by the autocorrelation trend", all, noise, Result::lagAlarm)
                .below(0.15, 0, 1)
                .control("claim: noise")
                .from("noise does not change e^(−λΔ); " + pilot);
        plot.claim("hidden", "mean trend of the variance", all, x(System.HIDDEN), Result::varianceTrend)
                .below(-0.2, -1, 1)
                .control("claim: free-hidden")
                .from("s²/2λ is constant and the smoother removes slow fluctuations: a fall in spite of slowing down");
        claim(plot, "large", "share with a variance trend above 0.5", all, x(System.STEADY), Result::largeTrend)
                .above(0.1, 0, 1)
                .control("claim: large-quarter")
                .from("windows overlap, so τ scatters; " + pilot);
        board.claim("large-quarter", "share with a variance trend above 0.5", quarter, 1)
                .of(share(quarter.at(1), Result::largeTrend))
                .below(0.15, 0, 1)
                .from("control: shorter windows, more of them");
        String area = "area under the ROC curve of the variance trend";
        String steady = "arXiv 1305.6700; until it leaves, the state is steady; window set before the run";
        board.claim("area-shock", area, others, 1, Result::trendArea)
                .theory(0.5, 0.15)
                .control("claim: area-smooth")
                .from(steady);
        plot.claim("area-jump", area, all, x(System.JUMP), Result::trendArea)
                .theory(0.5, 0.15)
                .control("claim: area-smooth")
                .from(steady);
        for (int k = 2; k <= 3; k++) {
            board.claim("area-" + text(OTHERS.get(k - 1)), area, others, k, Result::trendArea)
                    .above(0.75, 0, 1)
                    .control("claim: area-shock")
                    .from(
                            "arXiv 1305.6700; slows down before a transition that is not catastrophic; bound set before the run");
        }
        plot.claim("area-smooth", area, all, x(System.SMOOTH), Result::trendArea)
                .above(0.8, 0, 1)
                .control("claim: area-shock")
                .from("arXiv 1305.6700; a smooth change slows down without a transition: a harmless alarm");
        board.claim("area-fold", area, slow, 1, Result::trendArea)
                .above(0.95, 0, 1)
                .control("claim: area-shock")
                .from(source(), pilot);
        plot.claim("areas", "area of the drift test minus that of the variance trend", all, x(System.SMOOTH))
                .above(0, -1, 1)
                .of(all.at(x(System.SMOOTH)), r -> r.fixedArea() - r.trendArea())
                .control("claim: area-shock")
                .from("Boettiger and Hastings 2012: the likelihood ratio needs fewer values");
        double fold = x(System.FOLD);
        String linear = "linear response, until the last tenth";
        board.claim("spread", "variance at 0.9 of the way over s²/2λ with its delay", all, fold, Result::spread)
                .theory(1, 0.15)
                .control("run: against s²/2λ of the start the ratio is above 3")
                .from(linear);
        board.claim("correlation", "lag-1 correlation at 0.9 of the way minus e^(−λΔ)", all, fold, Result::lagError)
                .theory(0, 0.05)
                .control("run: against e^(−λΔ) of the start the difference is above 0.3")
                .from(linear);
        board.caption("""
                Share of series of 300 values (Δ = 1) with an alarm at level 0.05. Variance and autocorrelation: Kendall's τ in a rolling window of half the series, after a Gaussian smoother \
                (1/40 of the length), against 19 AR(1) surrogates. Drift tests: signed root of the likelihood ratio of a drifting over a constant rate λ of an Ornstein–Uhlenbeck process \
                with a linear mean; noise constant, or free to drift in both. Steady: λ = 1. Growing: its noise doubles. Jump: a double well, until noise drives it out. Slowing: λ falls as 0.15ᵘ, \
                with constant s or constant s²/λ. Fold: the branch of μ + x − x³. In the table: a shock, Hopf and transcritical bifurcations, 1000 values. {} replicas of 40 series, 95 % intervals.""", n);
    }

    private static ClaimDraft claim(
            Plot plot, String name, String what, Line<Config, Result> line, double x, ToDoubleFunction<Result> value) {
        return plot.claim(name, what, line, x).of(share(line.at(x), value));
    }

    private static Estimate[] shares(Line<Config, Result> line, ToDoubleFunction<Result> value) {
        return line.cells().stream().map(cell -> share(cell, value)).toArray(Estimate[]::new);
    }

    /** A share of all series, with its binomial error. */
    private static Estimate share(Cell<Config, Result> cell, ToDoubleFunction<Result> value) {
        int n = cell.runs().size() * cell.config().series();
        double share = cell.mean(value);
        Estimate estimate = share == 0 || share == 1
                ? Estimate.ofProportion(Math.round(share * n), n)
                : Estimate.ofStdError(share, Math.sqrt(Math.max(0, share * (1 - share)) / n), n);
        return estimate.cut(0, 1);
    }

    @Override
    protected String says() {
        return """
                A system that loses stability returns more slowly after small kicks, so its fluctuations grow and last longer. The paper asks when a rise of variance or autocorrelation
                is a warning: some catastrophes come without it, some harmless changes bring it, and a trend means little without its error rates.

                Here nine systems give series of 300 values. Where nothing changes, one series in four has a variance trend τ above 0.5, so a large τ alone says little; against
                surrogates the rate is 8 % at a level of 5 %, an interval that includes the level. Noise that doubles at a constant rate of return sets off the variance trend in 88 %
                of the series, and a likelihood ratio for a falling rate with fixed noise in 98 %. If noise may drift under both hypotheses, 8 % are left, and 91 % of the series that
                do slow down are found. The same test finds slowing down that variance hides: when noise falls with the rate, the variance trend is negative (−0.56). Autocorrelation
                does not react to noise, but finds only a third to a half of the falls. A fold and a smooth change that slows down both raise the signals; the shares differ too little
                to tell one series from another. A jump by noise gives no trend of the variance; yet series that are chosen because they jumped end in an excursion, and the drift
                tests flag 16 to 26 % of them. Variance and correlation follow s²/2λ and e^(−λΔ) up to nine tenths of the way, within some per cent (spread) and some hundredths
                (correlation). In practice: test the rate and let the noise vary; quote the false-alarm rate at your length; and do not collect series by how they end. The command
                `noisebook warn` does this for a series of your own.""";
    }
}
