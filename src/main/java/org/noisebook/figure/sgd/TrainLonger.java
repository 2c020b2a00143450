package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
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
public final class TrainLonger implements Figure {
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

    private static final int LOG_FIT = 2;
    private static final int ROOT_FIT = 7;
    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    private static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";

    @Override
    public String id() {
        return "train-longer";
    }

    @Override
    public String title() {
        return "Train longer: diffusion of weights at a high rate, and what closes the gap of large batches";
    }

    @Override
    public List<String> sources() {
        List<String> sources = new ArrayList<>(STUDY.sources());
        sources.addAll(WALK.sources());
        return sources;
    }

    /** A way to train, and its short name. */
    private record Regime(String name, TrainLongerConfig config) {}

    private static List<Regime> regimes(Preset preset) {
        List<Regime> regimes = new ArrayList<>(List.of(
                new Regime("small", SMALL),
                new Regime("large", LARGE),
                new Regime("√B rate", RATE),
                new Regime("ghost", GHOST),
                new Regime("longer", LONG)));
        if (preset == Preset.FULL) {
            regimes.add(new Regime("both", GHOST_LONG));
        }
        return regimes;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(5, 16);
        int walks = preset.choose(16, 64);
        List<Regime> regimes = regimes(preset);
        Results<TrainLongerConfig, TrainLongerResult> results = experiment.run(
                Sweep.of(STUDY, regimes.stream().map(Regime::config).toList(), replicas));
        Results<SinaiWalkConfig, SinaiWalkResult> walked =
                experiment.run(Sweep.of(WALK, List.of(SINAI), walks).and(Sweep.of(WALK, List.of(FREE), 1)));
        Sheet sheet = new Sheet();
        addWalks(sheet, walked);
        addDistances(sheet, results);
        addAccuracies(sheet, regimes, results);
        addGaps(sheet, regimes, results);
        List<Claim> claims = new ArrayList<>(walkClaims(walked));
        claims.addAll(gapClaims(regimes, results));
        claims.addAll(distanceClaims(results));
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(regimes, replicas, walks),
                replicas + " and " + walks,
                claims);
    }

    private static String caption(List<Regime> regimes, int replicas, int walks) {
        return "(a) Root-mean-square displacement of a walk in a Brownian potential of steps N(0, σ²), σ = 2, and of a"
                + " free walk, against ln t, t from 10² to 10³⁰ and to 10⁶; exact for each potential, over " + walks
                + " × "
                + SINAI.environments()
                + " potentials, 95 % jackknife t intervals over " + walks
                + " groups. Lines: the law of large times √(61/45) ln² t/σ², and √t. (b) Distance of the weights from"
                + " their start against the update t, over the updates from 1/(1 − μ) on in which the rate is at its"
                + " start; dashed: least-squares fits of the means of all records, three for each that is shown, evenly"
                + " in ln t. (c) Accuracy on " + SMALL.testSize()
                + " test images after training. (d) Share of the gap between small and large batches at equal epochs"
                + " that is closed, with 95 % jackknife t intervals, n = " + replicas
                + ", without the sampling error of the test set; lines: none, three quarters, all. Training: "
                + describe()
                + ". small: B = " + SMALL.batchSize() + ", η = " + SMALL.learningRate() + ", " + SMALL.updates()
                + " updates; large: B = " + LARGE_BATCH + ", same η and epochs, " + LARGE.updates()
                + " updates; √B rate: η times √(" + LARGE_BATCH + "/" + SMALL.batchSize()
                + "); ghost: √B rate and normalisation"
                + " over ghost batches of " + GHOST_BATCH + "; longer: √B rate and " + LONG.updates()
                + " updates as small"
                + (regimes.size() > 5 ? "; both: √B rate, ghost and longer" : "")
                + ". (b, c) Means over " + replicas
                + " replicas with 95 % t intervals; those of (c) hold the sampling error of the test set, which all"
                + " share. float32.";
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

    /** Root-mean-square displacement at one time. */
    private static double rms(List<SinaiWalkResult> runs, int time) {
        return Math.sqrt(runs.stream()
                .mapToDouble(run -> run.squareDisplacement().get(time))
                .average()
                .orElse(Double.NaN));
    }

    private static void addWalks(Sheet sheet, Results<SinaiWalkConfig, SinaiWalkResult> walked) {
        String panel = "walks";
        sheet.panel(
                panel,
                "Walk in a random potential",
                Axis.log2("logarithm of time, ln t").range(4, 80),
                Axis.log10("rms displacement").range(1, 1e4));
        List<SinaiWalkResult> runs = walked.of(SINAI);
        double[] times = SINAI.timeGrid();
        Estimate[] y = new Estimate[times.length];
        for (int k = 0; k < y.length; k++) {
            int time = k;
            y[k] = SixDigits.of(Jackknife.of(runs, some -> rms(some, time)));
        }
        sheet.points(panel, "random potential", 0, logs(times), y, SixDigits.ends(y.length, runs.size()));
        double[] freeTimes = FREE.timeGrid();
        List<SinaiWalkResult> free = walked.of(FREE);
        Estimate[] freeY = IntStream.range(0, freeTimes.length)
                .mapToObj(k -> SixDigits.of(SixDigits.point(rms(free, k))))
                .toArray(Estimate[]::new);
        sheet.points(panel, "free", 1, logs(freeTimes), freeY, SixDigits.ends(freeY.length, 1));
        addLaw(sheet, panel, "√(61/45) ln² t/σ²", 0, 4.2, 75, TrainLonger::limit);
        addLaw(sheet, panel, "√t", 1, 4.2, 18, log -> StrictMath.exp(log / 2));
        sheet.legend(panel, Corner.BELOW);
    }

    /** The law of large times. */
    private static double limit(double logTime) {
        return SinaiWalkStudy.LIMIT * logTime * logTime / (SINAI.disorder() * SINAI.disorder());
    }

    private static double[] logs(double[] values) {
        return Arrays.stream(values).map(v -> SixDigits.of(StrictMath.log(v))).toArray();
    }

    private static void addLaw(
            Sheet sheet, String panel, String name, int colour, double from, double to, DoubleUnaryOperator law) {
        double[] x = IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> SixDigits.of(from * StrictMath.pow(to / from, k / (LINE_POINTS - 1.0))))
                .toArray();
        double[] y =
                Arrays.stream(x).map(v -> SixDigits.of(law.applyAsDouble(v))).toArray();
        sheet.line(panel, name, name, colour, x, y, Sheet.Kind.THEORY);
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

    private static void addDistances(Sheet sheet, Results<TrainLongerConfig, TrainLongerResult> results) {
        String panel = "distance";
        sheet.panel(panel, "Distance at the high rate", Axis.log2("update t"), Axis.linear("distance ‖w − w₀‖"));
        addDistance(sheet, panel, "small", 0, true, SMALL, results);
        addDistance(sheet, panel, "longer", 1, false, LONG, results);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addDistance(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            boolean named,
            TrainLongerConfig config,
            Results<TrainLongerConfig, TrainLongerResult> results) {
        List<TrainLongerResult> runs = results.of(config);
        double[] steps = runs.get(0).step().toArray();
        int[] places = phase(config, steps);
        int[] shown = IntStream.range(0, places.length)
                .filter(k -> k % SHOWN == 0)
                .map(k -> places[k])
                .toArray();
        Estimate[] y = Arrays.stream(shown)
                .mapToObj(k -> SixDigits.of(Estimate.ofMean(
                        runs.stream().mapToDouble(run -> run.distance().get(k)).toArray())))
                .toArray(Estimate[]::new);
        Ends[] ends = new Ends[y.length];
        Arrays.fill(ends, TrainingCells.ends(runs));
        sheet.points(panel, series, colour, picked(steps, shown), y, ends);
        if (TrainingCells.ends(runs).allFitted()) {
            double[] x = picked(steps, places);
            double[] means = Arrays.stream(places)
                    .mapToDouble(k -> runs.stream()
                            .mapToDouble(run -> run.distance().get(k))
                            .average()
                            .orElse(Double.NaN))
                    .toArray();
            addFit(sheet, panel, series, "a + b ln t", named, LOG_FIT, x, means, StrictMath::log);
            addFit(sheet, panel, series, "a + b √t", named, ROOT_FIT, x, means, Math::sqrt);
        }
    }

    private static void addFit(
            Sheet sheet,
            String panel,
            String series,
            String law,
            boolean named,
            int colour,
            double[] x,
            double[] y,
            DoubleUnaryOperator of) {
        SimpleRegression line = regression(x, y, of);
        double[] fitted = Arrays.stream(x)
                .map(t -> SixDigits.of(line.predict(of.applyAsDouble(t))))
                .toArray();
        sheet.line(panel, series + ", " + law, named ? law : "", colour, x, fitted, Sheet.Kind.FIT);
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

    private static Estimate accuracy(List<TrainLongerResult> runs, int testSize) {
        Estimate mean = Estimate.ofMean(
                runs.stream().mapToDouble(TrainLongerResult::testAccuracy).toArray());
        double p = mean.mean();
        return mean.withError(Math.sqrt(p * (1 - p) / testSize));
    }

    private static Axis named(List<Regime> regimes) {
        return Axis.named("", regimes.stream().map(Regime::name).toList());
    }

    private static void addAccuracies(
            Sheet sheet, List<Regime> regimes, Results<TrainLongerConfig, TrainLongerResult> results) {
        String panel = "accuracy";
        sheet.panel(panel, "Test accuracy", named(regimes), Axis.linear("test accuracy"));
        sheet.points(
                panel,
                "accuracy",
                0,
                numbers(regimes.size()),
                regimes.stream()
                        .map(regime -> SixDigits.of(accuracy(results.of(regime.config), SMALL.testSize())))
                        .toArray(Estimate[]::new),
                regimes.stream()
                        .map(regime -> TrainingCells.ends(results.of(regime.config)))
                        .toArray(Ends[]::new));
        sheet.legend(panel, Corner.NONE);
    }

    private static double[] numbers(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    /** Accuracies of small and large batches and of a third way, replica by replica. */
    private static List<double[]> triples(
            Results<TrainLongerConfig, TrainLongerResult> results, TrainLongerConfig config) {
        double[] small = results.values(SMALL, TrainLongerResult::testAccuracy);
        double[] large = results.values(LARGE, TrainLongerResult::testAccuracy);
        double[] third = results.values(config, TrainLongerResult::testAccuracy);
        return IntStream.range(0, small.length)
                .mapToObj(r -> new double[] {small[r], large[r], third[r]})
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

    private static Estimate closed(Results<TrainLongerConfig, TrainLongerResult> results, TrainLongerConfig config) {
        return Jackknife.of(triples(results, config), TrainLonger::closed);
    }

    /** Replicas whose three runs all completed, and those of which one diverged and left no accuracy. */
    private static Ends ends(List<double[]> triples) {
        int whole = (int) triples.stream()
                .filter(triple -> Double.isFinite(triple[0] + triple[1] + triple[2]))
                .count();
        return new Ends(whole, 0, triples.size() - whole);
    }

    private static void addGaps(
            Sheet sheet, List<Regime> regimes, Results<TrainLongerConfig, TrainLongerResult> results) {
        String panel = "gap";
        List<Regime> cures = regimes.subList(2, regimes.size());
        sheet.panel(
                panel,
                "Gap closed",
                named(cures),
                Axis.linear("share of the gap closed").range(-0.1, 1.2));
        sheet.points(
                panel,
                "gap closed",
                0,
                numbers(cures.size()),
                cures.stream()
                        .map(cure -> SixDigits.of(closed(results, cure.config)))
                        .toArray(Estimate[]::new),
                cures.stream().map(cure -> ends(triples(results, cure.config))).toArray(Ends[]::new));
        double[] across = {0.5, cures.size() + 0.5};
        for (double level : new double[] {0, CLOSED, 1}) {
            sheet.line(panel, "level", "", 7, across, new double[] {level, level}, Sheet.Kind.THEORY);
        }
        sheet.legend(panel, Corner.NONE);
    }

    private static List<Claim> walkClaims(Results<SinaiWalkConfig, SinaiWalkResult> walked) {
        double[] times = SINAI.timeGrid();
        double[] logTimes = Arrays.stream(times).map(StrictMath::log).toArray();
        int last = times.length - 1;
        return List.of(
                new Claim(
                        "train-longer-sinai",
                        Claim.Kind.THEORY,
                        "exponent of the rms displacement against ln t in a Brownian potential, σ = 2,"
                                + " t = 10² to 10³⁰",
                        2,
                        1.5,
                        2.2,
                        Jackknife.of(walked.of(SINAI), runs -> exponent(logTimes, runs)),
                        "Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2"),
                Claim.theory(
                        "train-longer-sinai-prefactor",
                        "rms displacement times σ²/ln² t in a Brownian potential at t = 10³⁰",
                        SinaiWalkStudy.LIMIT,
                        Jackknife.of(
                                walked.of(SINAI),
                                runs -> rms(runs, last) * SinaiWalkStudy.LIMIT / limit(logTimes[last])),
                        "√(61/45), from the limit law of Golosov and Kesten 1986"),
                Claim.theory(
                        "train-longer-free",
                        "exponent of the rms displacement against t of a free walk, t = 10² to 10⁶",
                        0.5,
                        0.02,
                        SixDigits.exact(exponent(FREE.timeGrid(), walked.of(FREE))),
                        "⟨x²⟩ = t, here without any drawn walker; window 0.02"));
    }

    /** Slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalkResult> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(rms(runs, k)))
                .toArray();
        return regression(x, logs, StrictMath::log).getSlope();
    }

    private static List<Claim> gapClaims(List<Regime> regimes, Results<TrainLongerConfig, TrainLongerResult> results) {
        double[] small = results.values(SMALL, TrainLongerResult::testAccuracy);
        double spread = Estimate.ofMean(small).stdError() * Math.sqrt(small.length);
        List<Claim> claims = new ArrayList<>(List.of(
                new Claim(
                        "train-longer-gap",
                        Claim.Kind.THEORY,
                        "test accuracy with batches of 32 less that with batches of 1024, same rate and epochs, is at"
                                + " least 0.02; paired interval" + WITHOUT_TEST_ERROR,
                        Double.NaN,
                        LEAST_GAP,
                        1,
                        difference(results, SMALL, LARGE),
                        PAPER + ", section 2; window from two points up"),
                atLeast(
                        "train-longer-closed",
                        "share of the gap that the √B rate and as many updates as the small batch close is at least"
                                + " 0.75; jackknife interval" + WITHOUT_TEST_ERROR,
                        closed(results, LONG)),
                new Claim(
                        "train-longer-ghost",
                        Claim.Kind.THEORY,
                        "ghost normalisation changes the test accuracy of batches of 1024 at the √B rate, same epochs,"
                                + " by more than 0; paired interval" + WITHOUT_TEST_ERROR,
                        Double.NaN,
                        0,
                        1,
                        difference(results, GHOST, RATE),
                        PAPER + ", section 4, table 1"),
                Claim.regression(
                        "train-longer-small-accuracy",
                        "test accuracy with batches of 32, order of magnitude: the pilot's rate and epochs are not"
                                + " recorded",
                        PILOT,
                        Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / PILOT_TEST_SIZE), spread),
                        accuracy(results.of(SMALL), SMALL.testSize()),
                        "pilot run; its error: sampling of its 6000 test images and, for one run, the standard"
                                + " deviation of runs here")));
        if (regimes.size() > 5) {
            claims.add(atLeast(
                    "train-longer-closed-ghost",
                    "share of the gap that the √B rate, as many updates and ghost normalisation close is at least 0.75;"
                            + " jackknife interval" + WITHOUT_TEST_ERROR,
                    closed(results, GHOST_LONG)));
        }
        return claims;
    }

    private static Claim atLeast(String id, String statement, Estimate measured) {
        return new Claim(
                id,
                Claim.Kind.THEORY,
                statement,
                1,
                CLOSED,
                Double.POSITIVE_INFINITY,
                measured,
                PAPER + ", section 5: as many updates close the gap; window from three quarters up");
    }

    /** Paired: on the same test images, whose sampling error it does not hold. */
    private static Estimate difference(
            Results<TrainLongerConfig, TrainLongerResult> results, TrainLongerConfig more, TrainLongerConfig less) {
        double[] high = results.values(more, TrainLongerResult::testAccuracy);
        double[] low = results.values(less, TrainLongerResult::testAccuracy);
        return Estimate.ofMean(IntStream.range(0, high.length)
                .mapToDouble(r -> high[r] - low[r])
                .toArray());
    }

    /** The window and the records that R² of a distance rests on. */
    private static String records(TrainLongerConfig config) {
        return String.format(
                Locale.ROOT,
                "updates %.0f to %d, records evenly in ln t, mean over replicas",
                FIRST_STEP,
                config.firstPhase());
    }

    private static List<Claim> distanceClaims(Results<TrainLongerConfig, TrainLongerResult> results) {
        return List.of(
                new Claim(
                        "train-longer-log",
                        Claim.Kind.THEORY,
                        "R² of a + b ln t for the distance of the weights, batches of 1024, √B rate, high-rate phase, "
                                + records(LONG) + ", is above 0.98",
                        1,
                        LEAST_R_SQUARE,
                        1,
                        cut(Estimate.ofMean(results.values(LONG, run -> rSquare(LONG, run, StrictMath::log)))),
                        PAPER + ", section 3, figure 2; interval cut at 1"),
                better("large", LONG, results),
                better("small", SMALL, results));
    }

    private static Estimate cut(Estimate e) {
        return new Estimate(e.mean(), e.stdError(), e.low(), Math.min(1, e.high()), e.n());
    }

    private static Claim better(
            String name, TrainLongerConfig config, Results<TrainLongerConfig, TrainLongerResult> results) {
        return new Claim(
                "train-longer-log-" + name,
                Claim.Kind.THEORY,
                "R² of a + b ln t less that of a + b √t for the distance of the weights, batches of "
                        + config.batchSize() + ", high-rate phase, " + records(config) + ", is above 0",
                Double.NaN,
                0,
                1,
                Estimate.ofMean(results.values(
                        config, run -> rSquare(config, run, StrictMath::log) - rSquare(config, run, Math::sqrt))),
                PAPER + ", section 3: ‖w − w₀‖ ~ log t");
    }
}
