package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.sgd.SinaiWalkConfig;
import org.noisebook.sgd.SinaiWalkResult;
import org.noisebook.sgd.SinaiWalkStudy;
import org.noisebook.sgd.TrainLongerConfig;
import org.noisebook.sgd.TrainLongerResult;
import org.noisebook.sgd.TrainLongerStudy;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Diffusion in a random potential, the distance of weights from their start while the rate is high, and how much of the
 * gap between small and large batches a larger rate, ghost normalisation and more updates close.
 */
public final class TrainLonger extends Story {
    private static final TrainLongerStudy STUDY = new TrainLongerStudy();
    private static final SinaiWalkStudy WALK = new SinaiWalkStudy();
    private static final SinaiWalkConfig SINAI = WALK.defaults();
    /** Up to where the other walk's panel ends. */
    private static final SinaiWalkConfig FREE =
            Schema.with(SINAI, "disorder", 0, "firstTime", 100, "lastTime", 1e6, "times", 5, "environments", 1);

    private static final TrainLongerConfig SMALL = STUDY.defaults();
    private static final int LARGE_BATCH = 1024;
    /** The batches of the small run. */
    private static final int GHOST_BATCH = SMALL.batchSize();

    private static final TrainLongerConfig LARGE = Schema.with(SMALL, "batchSize", LARGE_BATCH, "updates", (int)
            Math.rint((double) SMALL.updates() * SMALL.batchSize() / LARGE_BATCH));
    private static final TrainLongerConfig RATE = Schema.with(
            LARGE, "learningRate", SMALL.learningRate() * StrictMath.sqrt((double) LARGE_BATCH / SMALL.batchSize()));
    private static final TrainLongerConfig GHOST = Schema.with(RATE, "ghostBatch", GHOST_BATCH);
    private static final TrainLongerConfig LONG = Schema.with(RATE, "updates", SMALL.updates());
    private static final TrainLongerConfig GHOST_LONG = Schema.with(GHOST, "updates", SMALL.updates());

    /** Steps that the heavy ball remembers, 1/(1 − μ): before them weights fly rather than diffuse. */
    private static final double FIRST_STEP = Math.rint(1 / (1 - SMALL.momentum()));

    private static final double CLOSED = 0.75;
    private static final double LEAST_GAP = 0.02;
    private static final double LEAST_R_SQUARE = 0.98;
    /** Test accuracy of a pilot run, and its test images. */
    private static final double PILOT = 0.842;

    private static final int PILOT_TEST_SIZE = 6000;
    private static final int LINE_POINTS = 61;
    /** Every third record of a distance stands in the panel. */
    private static final int SHOWN = 3;

    /** With the sampling error of the test set, which all replicas share. */
    private static final Reduction<TrainLongerResult> ACCURACY =
            Reduction.<TrainLongerResult>mean(TrainLongerResult::testAccuracy).onSharedPoints(SMALL.testSize());

    private static final int LOG_FIT = 2;
    private static final int ROOT_FIT = 7;
    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    private static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";

    /** The figure. */
    public TrainLonger() {
        super(
                "train-longer",
                "Train longer: diffusion of weights at a high rate, and what closes the gap of large batches",
                Stream.concat(STUDY.sources().stream(), WALK.sources().stream()).toList());
    }

    /** A way to train, and its short name. */
    private record Regime(String name, Cell<TrainLongerConfig, TrainLongerResult> cell) {}

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 16);
        Regime small = new Regime("small", board.cell(STUDY, SMALL));
        Regime large = new Regime("large", board.cell(STUDY, LARGE));
        Regime rate = new Regime("√B rate", board.cell(STUDY, RATE));
        Regime ghost = new Regime("ghost", board.cell(STUDY, GHOST));
        Regime longer = new Regime("longer", board.cell(STUDY, LONG));
        List<Regime> regimes = new ArrayList<>(List.of(small, large, rate, ghost, longer));
        if (board.preset() == Preset.FULL) {
            regimes.add(new Regime("both", board.cell(STUDY, GHOST_LONG)));
        }
        small.cell.runs(); // the trainings run first
        int walks = board.replicas(16, 64);
        var walk = board.cell(WALK, SINAI);
        var free = board.cell(WALK, FREE, 1);
        board.sixDigits();
        plotWalks(board, walk.runs(), free.runs());
        Plot distance = board.plot(
                "distance", "Distance at the high rate", Axis.log2("update t"), Axis.linear("distance ‖w − w₀‖"));
        plotDistance(distance, small, "a + b ln t", "a + b √t");
        plotDistance(distance.colour(1), longer, "", "");
        distance.legend(Corner.BELOW);
        board.plot("accuracy", "Test accuracy", names(regimes), Axis.linear("test accuracy"))
                .points(
                        "accuracy",
                        numbers(regimes.size()),
                        regimes.stream()
                                .map(regime -> regime.cell.the(ACCURACY))
                                .toArray(Estimate[]::new),
                        regimes.stream().map(regime -> regime.cell.ends()).toArray(Ends[]::new))
                .legend(Corner.NONE);
        List<Regime> cures = regimes.subList(2, regimes.size());
        List<List<double[]>> triples = cures.stream()
                .map(cure -> triples(small.cell, large.cell, cure.cell))
                .toList();
        Plot gap = board.plot(
                        "gap",
                        "Gap closed",
                        names(cures),
                        Axis.linear("share of the gap closed").range(-0.1, 1.2))
                .points(
                        "gap closed",
                        numbers(cures.size()),
                        triples.stream()
                                .map(one -> Jackknife.of(one, TrainLonger::closed))
                                .toArray(Estimate[]::new),
                        triples.stream().map(TrainLonger::ends).toArray(Ends[]::new));
        for (double level : new double[] {0, CLOSED, 1}) {
            gap.colour(7).named("").law("level", new double[] {0.5, cures.size() + 0.5}, x -> level);
        }
        gap.legend(Corner.NONE);
        claimWalks(board, walk.runs(), free.runs());
        claimGaps(board, small.cell, large.cell, rate.cell, ghost.cell, triples);
        claimDistances(board, small.cell, longer.cell);
        board.stamp(n + " and " + walks);
        board.caption(
                "(a) Root-mean-square displacement of a walk in a Brownian potential of steps N(0, σ²), σ = 2, and of a free"
                        + " one; exact for each of {} × {} potentials, 95 % jackknife t intervals. (b) Distance of the"
                        + " weights from their start while the rate is at its start; dotted: fits. (c) Accuracy on {} test images. (d) Share of the gap between small and large that is"
                        + " closed, 95 % jackknife t intervals without the sampling error of the test set. {}. small: B = {},"
                        + " η = {}, {} updates; large: B = {}, same η and epochs, {} updates; √B rate: η √({}/{}); ghost: √B rate,"
                        + " normalised over batches of {}; longer: √B rate, updates as small{}. (b, c) Means over {}"
                        + " replicas, 95 % t intervals, of (c) with that error. float32.",
                walks,
                SINAI.environments(),
                SMALL.testSize(),
                describe(),
                SMALL.batchSize(),
                SMALL.learningRate(),
                SMALL.updates(),
                LARGE_BATCH,
                LARGE.updates(),
                LARGE_BATCH,
                SMALL.batchSize(),
                GHOST_BATCH,
                regimes.size() > 5 ? "; both: √B rate, ghost and longer" : "",
                n);
    }

    private static String describe() {
        return String.format(
                Locale.ROOT,
                "Fashion-MNIST at 14 × 14 pixels, %d images, ReLU network 196–%d–%d–10, cross-entropy, momentum %s,"
                        + " rate to a tenth after 1/2 and 3/4 of the updates",
                SMALL.trainSize(),
                SMALL.firstWidth(),
                SMALL.secondWidth(),
                SMALL.momentum());
    }

    private static Axis names(List<Regime> regimes) {
        return Axis.named("", regimes.stream().map(Regime::name).toList());
    }

    private static double[] numbers(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    /** Root-mean-square displacement at one time. */
    private static double rms(List<SinaiWalkResult> runs, int time) {
        return Math.sqrt(runs.stream()
                .mapToDouble(run -> run.squareDisplacement().get(time))
                .average()
                .orElse(Double.NaN));
    }

    private static void plotWalks(Board board, List<SinaiWalkResult> runs, List<SinaiWalkResult> free) {
        double[] times = logs(SINAI.timeGrid());
        Estimate[] walked = new Estimate[times.length];
        Arrays.setAll(walked, k -> Jackknife.of(runs, some -> rms(some, k)));
        double[] freeTimes = logs(FREE.timeGrid());
        Estimate[] freed = new Estimate[freeTimes.length];
        Arrays.setAll(freed, k -> SixDigits.point(rms(free, k)));
        board.plot(
                        "walks",
                        "Walk in a random potential",
                        Axis.log2("logarithm of time, ln t").range(4, 80),
                        Axis.log10("rms displacement").range(1, 1e4))
                .points("random potential", times, walked, runs.size())
                .points("free", freeTimes, freed, 1)
                .colour(0)
                .named("√(61/45) ln² t/σ²")
                .law("√(61/45) ln² t/σ²", between(4.2, 75), TrainLonger::limit)
                .colour(1)
                .named("√t")
                .law("√t", between(4.2, 18), log -> StrictMath.exp(log / 2))
                .legend(Corner.BELOW);
    }

    /** The law of large times. */
    private static double limit(double logTime) {
        return SinaiWalkStudy.LIMIT * logTime * logTime / (SINAI.disorder() * SINAI.disorder());
    }

    private static double[] logs(double[] values) {
        return Arrays.stream(values).map(StrictMath::log).toArray();
    }

    private static double[] between(double from, double to) {
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> SixDigits.of(from * StrictMath.pow(to / from, k / (LINE_POINTS - 1.0))))
                .toArray();
    }

    /** Places of the records of the high-rate phase that count. */
    private static int[] phase(TrainLongerConfig config, double[] steps) {
        return IntStream.range(0, steps.length)
                .filter(k -> steps[k] >= FIRST_STEP && steps[k] <= config.firstPhase())
                .toArray();
    }

    private static double[] picked(double[] values, int[] places) {
        return Arrays.stream(places).mapToDouble(k -> values[k]).toArray();
    }

    private static void plotDistance(Plot plot, Regime regime, String logLegend, String rootLegend) {
        List<TrainLongerResult> runs = regime.cell.runs();
        double[] steps = runs.get(0).step().toArray();
        int[] places = phase(regime.cell.config(), steps);
        int[] shown = IntStream.range(0, places.length)
                .filter(k -> k % SHOWN == 0)
                .map(k -> places[k])
                .toArray();
        Estimate[] y = Arrays.stream(shown)
                .mapToObj(k ->
                        regime.cell.the(Reduction.mean(run -> run.distance().get(k))))
                .toArray(Estimate[]::new);
        Ends[] ends = new Ends[y.length];
        Arrays.fill(ends, regime.cell.ends());
        plot.points(regime.name, picked(steps, shown), y, ends);
        if (regime.cell.isWhole()) {
            double[] x = picked(steps, places);
            double[] means = Arrays.stream(places)
                    .mapToDouble(k -> runs.stream()
                            .mapToDouble(run -> run.distance().get(k))
                            .average()
                            .orElse(Double.NaN))
                    .toArray();
            SimpleRegression log = regression(x, means, StrictMath::log);
            SimpleRegression root = regression(x, means, Math::sqrt);
            plot.colour(LOG_FIT)
                    .named(logLegend)
                    .fit(regime.name + ", a + b ln t", x, t -> log.predict(StrictMath.log(t)))
                    .colour(ROOT_FIT)
                    .named(rootLegend)
                    .fit(regime.name + ", a + b √t", x, t -> root.predict(Math.sqrt(t)));
        }
    }

    /** y = a + b of(x). */
    private static SimpleRegression regression(double[] x, double[] y, DoubleUnaryOperator of) {
        SimpleRegression line = new SimpleRegression();
        for (int k = 0; k < x.length; k++) {
            line.addData(of.applyAsDouble(x[k]), y[k]);
        }
        return line;
    }

    /** R² of a fit of the distance in the high-rate phase. */
    private static double rSquare(TrainLongerConfig config, TrainLongerResult run, DoubleUnaryOperator of) {
        int[] places = phase(config, run.step().toArray());
        return regression(
                        picked(run.step().toArray(), places),
                        picked(run.distance().toArray(), places),
                        of)
                .getRSquare();
    }

    /** Accuracies of small and large batches and of a third way, replica by replica. */
    private static List<double[]> triples(
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> large,
            Cell<TrainLongerConfig, TrainLongerResult> third) {
        double[] first = small.values(TrainLongerResult::testAccuracy);
        double[] second = large.values(TrainLongerResult::testAccuracy);
        double[] last = third.values(TrainLongerResult::testAccuracy);
        return IntStream.range(0, first.length)
                .mapToObj(r -> new double[] {first[r], second[r], last[r]})
                .toList();
    }

    /** (third − large)/(small − large), of means over replicas. */
    private static double closed(List<double[]> triples) {
        double part = 0;
        double whole = 0;
        for (double[] triple : triples) {
            part += triple[2] - triple[1];
            whole += triple[0] - triple[1];
        }
        return part / whole;
    }

    /** Replicas whose three runs all completed, and those of which one diverged and left no accuracy. */
    private static Ends ends(List<double[]> triples) {
        int whole = (int) triples.stream()
                .filter(triple -> Double.isFinite(triple[0] + triple[1] + triple[2]))
                .count();
        return new Ends(whole, 0, triples.size() - whole);
    }

    private static void claimWalks(Board board, List<SinaiWalkResult> walked, List<SinaiWalkResult> free) {
        double[] logTimes = logs(SINAI.timeGrid());
        int last = logTimes.length - 1;
        board.claim(
                        "sinai",
                        "exponent of the rms displacement against ln t in a Brownian potential, σ = 2, t = 10² to 10³⁰")
                .in("walks")
                .theory(2)
                .window(1.5, 2.2)
                .of(Jackknife.of(walked, runs -> exponent(logTimes, runs)))
                .from("Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2");
        board.claim("sinai-prefactor", "rms displacement times σ²/ln² t in a Brownian potential at t = 10³⁰")
                .in("walks")
                .theory(SinaiWalkStudy.LIMIT)
                .of(Jackknife.of(walked, runs -> rms(runs, last) * SinaiWalkStudy.LIMIT / limit(logTimes[last])))
                .from("√(61/45), from the limit law of Golosov and Kesten 1986");
        board.claim("free", "exponent of the rms displacement against t of a free walk, t = 10² to 10⁶")
                .in("walks")
                .identity(0.5, 0.02)
                .of(SixDigits.exact(exponent(FREE.timeGrid(), free)))
                .from("⟨x²⟩ = t, here without any drawn walker; window 0.02");
    }

    /** Slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalkResult> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(rms(runs, k)))
                .toArray();
        return regression(x, logs, StrictMath::log).getSlope();
    }

    private static void claimGaps(
            Board board,
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> large,
            Cell<TrainLongerConfig, TrainLongerResult> rate,
            Cell<TrainLongerConfig, TrainLongerResult> ghost,
            List<List<double[]>> cures) {
        board.claim(
                        "gap",
                        "test accuracy with batches of 32 less that with batches of 1024, same rate and epochs, is at"
                                + " least 0.02; paired interval" + WITHOUT_TEST_ERROR)
                .in("accuracy")
                .above(LEAST_GAP)
                .of(difference(small, large))
                .from(PAPER + ", section 2; window from two points up");
        claimClosed(board, "closed", "the √B rate and as many updates as the small batch close", cures.get(2));
        board.claim(
                        "ghost",
                        "ghost normalisation changes the test accuracy of batches of 1024 at the √B rate, same epochs,"
                                + " by more than 0; paired interval" + WITHOUT_TEST_ERROR)
                .in("accuracy")
                .above(0)
                .of(difference(ghost, rate))
                .from(PAPER + ", section 4, table 1");
        Estimate accuracies = small.the(Reduction.mean(TrainLongerResult::testAccuracy));
        double spread = accuracies.stdError() * Math.sqrt(accuracies.n());
        board.claim(
                        "small-accuracy",
                        "test accuracy with batches of 32, order of magnitude: the pilot's rate and epochs are not"
                                + " recorded")
                .in("accuracy")
                .regression(PILOT, Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / PILOT_TEST_SIZE), spread))
                .of(small.the(ACCURACY))
                .from("pilot run; its error: sampling of its 6000 test images and, for one run, the standard"
                        + " deviation of runs here");
        if (cures.size() > 3) {
            claimClosed(
                    board, "closed-ghost", "the √B rate, as many updates and ghost normalisation close", cures.get(3));
        }
    }

    private static void claimClosed(Board board, String name, String cure, List<double[]> triples) {
        board.claim(
                        name,
                        "share of the gap that " + cure + " is at least 0.75; jackknife interval" + WITHOUT_TEST_ERROR)
                .in("gap")
                .above(CLOSED)
                .of(Jackknife.of(triples, TrainLonger::closed))
                .from(PAPER + ", section 5: as many updates close the gap; window from three quarters up");
    }

    /** Paired: on the same test images, whose sampling error it does not hold; NaN where a run left no accuracy. */
    private static Estimate difference(
            Cell<TrainLongerConfig, TrainLongerResult> more, Cell<TrainLongerConfig, TrainLongerResult> less) {
        double[] differences = more.values(TrainLongerResult::testAccuracy);
        double[] low = less.values(TrainLongerResult::testAccuracy);
        Arrays.setAll(differences, r -> differences[r] - low[r]);
        return Estimate.ofMean(differences);
    }

    private static void claimDistances(
            Board board,
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> longer) {
        Estimate log = longer.the(Reduction.mean(run -> rSquare(LONG, run, StrictMath::log)));
        board.claim(
                        "log",
                        "R² of a + b ln t for the distance of the weights, batches of 1024, √B rate, high-rate phase, "
                                + records(LONG) + ", is above 0.98")
                .in("distance")
                .above(LEAST_R_SQUARE)
                .of(new Estimate(log.mean(), log.stdError(), log.low(), Math.min(1, log.high()), log.n()))
                .from(PAPER + ", section 3, figure 2; interval cut at 1");
        claimBetter(board, "log-large", longer);
        claimBetter(board, "log-small", small);
    }

    /** The window and the records that R² of a distance rests on. */
    private static String records(TrainLongerConfig config) {
        return String.format(
                Locale.ROOT,
                "updates %.0f to %d, records evenly in ln t, mean over replicas",
                FIRST_STEP,
                config.firstPhase());
    }

    private static void claimBetter(Board board, String name, Cell<TrainLongerConfig, TrainLongerResult> cell) {
        TrainLongerConfig config = cell.config();
        board.claim(
                        name,
                        "R² of a + b ln t less that of a + b √t for the distance of the weights, batches of "
                                + config.batchSize() + ", high-rate phase, " + records(config) + ", is above 0")
                .in("distance")
                .above(0)
                .of(cell.the(Reduction.mean(
                        run -> rSquare(config, run, StrictMath::log) - rSquare(config, run, Math::sqrt))))
                .from(PAPER + ", section 3: ‖w − w₀‖ ~ log t");
    }
}
