package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.jackknife;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
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
    private static final TrainLongerConfig LARGE = Schema.with(SMALL, "batchSize=1024, updates=47");
    private static final TrainLongerConfig RATE =
            Schema.with(LARGE, "learningRate", SMALL.learningRate() * StrictMath.sqrt(1024.0 / 32));
    private static final TrainLongerConfig GHOST = Schema.with(RATE, "ghostBatch=32");
    private static final TrainLongerConfig LONG = Schema.with(RATE, "updates", SMALL.updates());
    /** The last is in the full preset alone. */
    private static final List<TrainLongerConfig> REGIMES =
            List.of(SMALL, LARGE, RATE, GHOST, LONG, Schema.with(GHOST, "updates", SMALL.updates()));

    private static final List<String> NAMES = List.of("small", "large", "√B rate", "ghost", "longer", "both");

    /** Steps that the heavy ball remembers, 1/(1 − μ): before them weights fly rather than diffuse. */
    private static final double FIRST_STEP = Math.rint(1 / (1 - SMALL.momentum()));

    /** What R² of a distance rests on, in the small and in the longer run. */
    private static final String RECORDS =
            Words.say("updates {} to {}, records evenly in ln t, mean over replicas", FIRST_STEP, SMALL.firstPhase());

    private static final double CLOSED = 0.75;
    /** Test accuracy of a pilot run on 6000 test images. */
    private static final double PILOT = 0.842;
    /** Standard deviation of that accuracy between trainings on one test set, measured once at root seed 2. */
    private static final double SPREAD = 0.0012;

    /** With the sampling error of the test set, which all replicas share. */
    private static final Reduction<TrainLongerResult> ACCURACY =
            Reduction.<TrainLongerResult>mean(TrainLongerResult::testAccuracy).onSharedPoints(SMALL.testSize());

    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    private static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";

    /** The figure. */
    public TrainLonger() {
        super(
                "train-longer",
                "Train longer: diffusion of weights at a high rate, and what closes the gap of large batches",
                Stream.concat(STUDY.sources().stream(), WALK.sources().stream()).toList());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 16);
        int count = board.choose(5, 6);
        var regimes = board.lineOf(numbered(count), k -> board.cell(STUDY, REGIMES.get((int) k - 1)));
        regimes.ends(); // the trainings run first
        int walks = board.replicas(16, 64);
        var walk = board.cell(WALK, SINAI);
        var free = board.cell(WALK, FREE, 1);
        board.sixDigits();
        tellWalks(board, walk, free);
        Plot distance = board.plot(
                "distance", "Distance at the high rate", Axis.log2("update t"), Axis.linear("distance ‖w − w₀‖"));
        plotDistance(distance, "small", regimes.at(1), "a + b ln t", "a + b √t");
        plotDistance(distance.colour(1), "longer", regimes.at(5), "", "");
        distance.legend(Corner.BELOW);
        Axis accuracies = Axis.linear("test accuracy");
        board.plot("accuracy", "Test accuracy", Axis.named("", NAMES.subList(0, count)), accuracies)
                .points("accuracy", regimes, ACCURACY)
                .legend(Corner.NONE);
        List<Line<TrainLongerConfig, TrainLongerResult>> gaps = IntStream.rangeClosed(3, count)
                .mapToObj(cure -> regimes.where(k -> k <= 2 || k == cure))
                .toList();
        Axis closed = Axis.linear("share of the gap closed").range(-0.1, 1.2);
        Plot gap = board.plot("gap", "Gap closed", Axis.named("", NAMES.subList(2, count)), closed)
                .points(
                        "gap closed",
                        numbered(gaps.size()),
                        gaps.stream().map(TrainLonger::closed).toArray(Estimate[]::new),
                        gaps.stream().map(Line::together).toArray(Ends[]::new));
        for (double level : new double[] {0, CLOSED, 1}) {
            gap.level(LineKind.THEORY, "level", level, 0.5, gaps.size() + 0.5);
        }
        gap.legend(Corner.NONE);
        claimGaps(board, regimes, gaps);
        claimDistances(board, regimes);
        board.stamp(n + " and " + walks);
        board.caption(
                "(a) Root-mean-square displacement of a walk in a Brownian potential of steps N(0, σ²), σ = 2, and of a free"
                        + " one; exact for each of {} × {} potentials, 95 % jackknife t intervals. (b) Distance of the"
                        + " weights from their start while the rate is at its start; dotted: fits. (c) Accuracy on {} test"
                        + " images. (d) Share of the gap between small and large that is closed, 95 % jackknife t intervals"
                        + " without the sampling error of the test set. Fashion-MNIST at 14 × 14 pixels, {} images, ReLU"
                        + " network 196–{}–{}–10, cross-entropy, momentum {}, rate to a tenth after 1/2 and 3/4 of the updates."
                        + " small: B = 32, η = {}, {} updates; large: B = 1024, same η and epochs, {} updates; √B rate: η √(1024/32);"
                        + " ghost: √B rate, normalised over batches of 32; longer: √B rate, updates as small{}. (b, c) Means"
                        + " over {} replicas, 95 % t intervals, of (c) with that error. float32.",
                walks,
                SINAI.environments(),
                SMALL.testSize(),
                SMALL.trainSize(),
                SMALL.firstWidth(),
                SMALL.secondWidth(),
                SMALL.momentum(),
                SMALL.learningRate(),
                SMALL.updates(),
                LARGE.updates(),
                board.choose("", "; both: √B rate, ghost and longer"),
                n);
    }

    private static void tellWalks(
            Board board, Cell<SinaiWalkConfig, SinaiWalkResult> walk, Cell<SinaiWalkConfig, SinaiWalkResult> free) {
        double[] logs = logs(SINAI);
        board.plot(
                        "walks",
                        "Walk in a random potential",
                        Axis.log2("logarithm of time, ln t").range(4, 80),
                        Axis.log10("rms displacement").range(1, 1e4))
                .points("random potential", logs, walk, k -> jackknife(runs -> SinaiWalkResult.rms(runs, k)))
                .points("free", logs(FREE), free, k -> exact(run -> SinaiWalkResult.rms(List.of(run), k)))
                .colour(0)
                .law("√(61/45) ln² t/σ²", between(4.2, 75), SINAI::limit)
                .colour(1)
                .law("√t", between(4.2, 18), log -> StrictMath.exp(log / 2))
                .legend(Corner.BELOW);
        int last = logs.length - 1;
        board.claim(
                        "sinai",
                        "exponent of the rms displacement against ln t in a Brownian potential, σ = 2, t = 10² to 10³⁰")
                .in("walks")
                .theory(2)
                .window(1.5, 2.2)
                .of(walk.the(jackknife(runs -> exponent(logs, runs))))
                .from("Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2");
        board.claim("sinai-prefactor", "rms displacement times σ²/ln² t in a Brownian potential at t = 10³⁰")
                .in("walks")
                .theory(SinaiWalkStudy.LIMIT)
                .of(walk.the(jackknife(
                        runs -> SinaiWalkResult.rms(runs, last) * SinaiWalkStudy.LIMIT / SINAI.limit(logs[last]))))
                .from("√(61/45), from the limit law of Golosov and Kesten 1986");
        board.claim("free", "exponent of the rms displacement against t of a free walk, t = 10² to 10⁶")
                .in("walks")
                .identity(0.5, 0.02)
                .of(SixDigits.exact(exponent(FREE.timeGrid(), free.runs())))
                .from("⟨x²⟩ = t, here without any drawn walker; window 0.02");
    }

    private static double[] logs(SinaiWalkConfig config) {
        return Arrays.stream(config.timeGrid()).map(StrictMath::log).toArray();
    }

    private static double[] between(double from, double to) {
        return SixDigits.of(powers(from, StrictMath.pow(to / from, 1.0 / 60), 61));
    }

    /** The records of the high-rate phase that count. */
    private static TrainLongerResult phase(TrainLongerResult run) {
        return run.between(FIRST_STEP, SMALL.firstPhase());
    }

    private static void plotDistance(
            Plot plot, String name, Cell<TrainLongerConfig, TrainLongerResult> cell, String logs, String roots) {
        double[] x = phase(cell.runs().get(0)).step().toArray();
        IntFunction<Reduction<? super TrainLongerResult>> distance =
                k -> mean(run -> phase(run).distance().get(k));
        int[] thirds = IntStream.range(0, x.length).filter(k -> k % 3 == 0).toArray();
        double[] shown = Arrays.stream(thirds).mapToDouble(k -> x[k]).toArray();
        plot.points(name, shown, cell, k -> distance.apply(thirds[k]));
        if (cell.isWhole()) {
            double[] means = IntStream.range(0, x.length)
                    .mapToDouble(k -> cell.the(distance.apply(k)).mean())
                    .toArray();
            SimpleRegression log = regression(x, means, StrictMath::log);
            SimpleRegression root = regression(x, means, Math::sqrt);
            plot.colour(2)
                    .named(logs)
                    .fit(name + ", a + b ln t", x, t -> log.predict(StrictMath.log(t)))
                    .colour(Plot.GREY)
                    .named(roots)
                    .fit(name + ", a + b √t", x, t -> root.predict(Math.sqrt(t)));
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
    private static double rSquare(TrainLongerResult run, DoubleUnaryOperator of) {
        return regression(phase(run).step().toArray(), phase(run).distance().toArray(), of)
                .getRSquare();
    }

    /** (third − large)/(small − large), of mean accuracies over replicas. */
    private static Estimate closed(Line<TrainLongerConfig, TrainLongerResult> three) {
        return Jackknife.ratio(
                three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[2] - accuracy[1]),
                three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[0] - accuracy[1]));
    }

    /** Slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalkResult> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(SinaiWalkResult.rms(runs, k)))
                .toArray();
        return regression(x, logs, StrictMath::log).getSlope();
    }

    private static void claimGaps(
            Board board,
            Line<TrainLongerConfig, TrainLongerResult> regimes,
            List<Line<TrainLongerConfig, TrainLongerResult>> gaps) {
        var small = regimes.at(1);
        String paired = "; paired interval" + WITHOUT_TEST_ERROR;
        String gap = "test accuracy with batches of 32 less that with batches of 1024, same rate and epochs,";
        board.claim("gap", gap + " is at least 0.02" + paired)
                .in("accuracy")
                .above(0.02)
                .of(small.less(regimes.at(2), TrainLongerResult::testAccuracy))
                .from(PAPER + ", section 2; window from two points up");
        claimClosed(board, "closed", "the √B rate and as many updates as the small batch close", gaps.get(2));
        String ghost = "ghost normalisation changes the test accuracy of batches of 1024 at the √B rate, same epochs,";
        board.claim("ghost", ghost + " by more than 0" + paired)
                .in("accuracy")
                .above(0)
                .of(regimes.at(4).less(regimes.at(3), TrainLongerResult::testAccuracy))
                .from(PAPER + ", section 4, table 1");
        board.claim(
                        "small-accuracy",
                        "test accuracy with batches of 32, order of magnitude: the pilot's rate and epochs are not recorded")
                .in("accuracy")
                .regression(PILOT, Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / 6000), SPREAD))
                .of(small.the(ACCURACY))
                .from("pilot run; its error: sampling of its 6000 test images and, the spread of trainings,"
                        + " 0.0012 at root seed 2");
        if (gaps.size() > 3) {
            String both = "the √B rate, as many updates and ghost normalisation close";
            claimClosed(board, "closed-ghost", both, gaps.get(3));
        }
    }

    private static void claimClosed(
            Board board, String name, String cure, Line<TrainLongerConfig, TrainLongerResult> three) {
        String share = "share of the gap that " + cure + " is at least 0.75; jackknife interval" + WITHOUT_TEST_ERROR;
        board.claim(name, share)
                .in("gap")
                .above(CLOSED)
                .of(closed(three))
                .from(PAPER + ", section 5: as many updates close the gap; window from three quarters up");
    }

    private static void claimDistances(Board board, Line<TrainLongerConfig, TrainLongerResult> regimes) {
        var longer = regimes.at(5);
        String square = "R² of a + b ln t for the distance of the weights, batches of 1024, √B rate, high-rate phase, ";
        board.claim("log", square + RECORDS + ", is above 0.98")
                .in("distance")
                .above(0.98)
                .of(longer.the(mean(run -> rSquare(run, StrictMath::log))).cut(Double.NEGATIVE_INFINITY, 1))
                .from(PAPER + ", section 3, figure 2; interval cut at 1");
        claimBetter(board, "log-large", longer);
        claimBetter(board, "log-small", regimes.at(1));
    }

    private static void claimBetter(Board board, String name, Cell<TrainLongerConfig, TrainLongerResult> cell) {
        board.claim(
                        name,
                        "R² of a + b ln t less that of a + b √t for the distance of the weights, batches of "
                                + cell.config().batchSize() + ", high-rate phase, " + RECORDS + ", is above 0")
                .in("distance")
                .above(0)
                .of(cell.the(mean(run -> rSquare(run, StrictMath::log) - rSquare(run, Math::sqrt))))
                .from(PAPER + ", section 3: ‖w − w₀‖ ~ log t");
    }
}
