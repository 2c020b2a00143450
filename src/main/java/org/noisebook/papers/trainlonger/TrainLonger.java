package org.noisebook.papers.trainlonger;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Reduction.jackknife;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
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
import org.noisebook.figure.Story;
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

    private static final TrainLongerConfig SMALL = STUDY.defaults();
    private static final TrainLongerConfig LARGE = Schema.with(SMALL, "batchSize=1024, updates=47");
    private static final TrainLongerConfig RATE =
            Schema.with(LARGE, "learningRate", SMALL.learningRate() * StrictMath.sqrt(1024.0 / 32));
    /** The last is in the full preset alone. */
    private static final List<TrainLongerConfig> REGIMES = List.of(
            SMALL,
            LARGE,
            RATE,
            Schema.with(RATE, "ghostBatch", LARGE.batchSize()),
            Schema.with(RATE, "ghostBatch=32"),
            Schema.with(RATE, "updates=1500"),
            Schema.with(RATE, "updates=1500, ghostBatch=32"));

    private static final List<String> LABELS = List.of(
            "batch\n32", "batch\n1024", "higher\nrate", "rate,\nnorm", "rate,\nghosts", "rate,\nlonger", "all\nthree");

    private static final Axis UPDATES = Axis.log2("update t (logarithmic)");
    private static final double LONGER = 6;

    /** Test accuracy of a pilot run on 6000 test images. */
    private static final double PILOT = 0.842;
    /** Standard deviation of that accuracy between trainings on one test set, measured once at root seed 2. */
    private static final double SPREAD = 0.0012;

    /** With the sampling error of the test set, which all replicas share. */
    private static final Reduction<TrainLongerResult> ACCURACY =
            Reduction.<TrainLongerResult>mean(TrainLongerResult::testAccuracy).onSharedPoints(SMALL.testSize());

    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    private static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";
    /** How far p of a + b (tᵖ − 1)/p may lie from that of a law: half-way between ln t, 0, and √t, ½, is twice as far. */
    private static final double POWER_WINDOW = 0.125;

    /** Steps that the heavy ball remembers, 1/(1 − μ): before them weights fly rather than diffuse. */
    private static final double FIRST_STEP = Math.rint(1 / (1 - SMALL.momentum()));

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
        int count = board.choose(6, 7);
        var regimes = board.lineOf(numbered(count), k -> board.cell(STUDY, REGIMES.get((int) k - 1)));
        double[] budgets = board.choose(new double[] {47, 94}, new double[] {47, 188, 1500});
        List<Line<TrainLongerConfig, TrainLongerResult>> normalised = Stream.of(0, LARGE.batchSize(), 32)
                .map(cases -> board.line(STUDY, Schema.with(RATE, "ghostBatch", cases), "updates", budgets))
                .toList();
        regimes.ends(); // the trainings run first
        int walks = board.replicas(16, 64);
        var walk = board.cell(WALK, SINAI);
        board.sixDigits();
        Axis cures = Axis.named("small batch, large batch, and what is done to it", LABELS.subList(0, count));
        Axis share = Axis.linear("test accuracy");
        Plot accuracy = board.plot("accuracy", "More updates bring the large batch near the small", cures, share)
                .points("accuracy", regimes, ACCURACY)
                .legend(Corner.NONE);
        for (int regime = 1; regime <= 2; regime++) {
            double level = regimes.at(regime).mean(TrainLongerResult::testAccuracy);
            accuracy.level(LineKind.BORDER, "B = " + (regime == 1 ? 32 : 1024), level, 0.5, count + 0.5);
        }
        accuracy.text(1.6, regimes.at(1).mean(TrainLongerResult::testAccuracy) + 0.004, "small batch: the goal")
                .text(2.6, regimes.at(2).mean(TrainLongerResult::testAccuracy) + 0.004, "large batch");
        board.where(
                "gap: between small and large batches, dashed; norm: normalised over the batch; ghosts: in parts of 32;"
                        + " longer: updates as for 32; fit: a + b ln t, as published");
        claimGaps(accuracy, regimes);
        tellDistances(board, regimes.at(1), regimes.at(LONGER));
        claimNormalisation(board, budgets, normalised);
        claimWalks(board, walk);
        board.stamp(n + " and " + walks);
        board.caption(
                "Fashion-MNIST at 14 × 14, {} images, two hidden layers, cross-entropy, momentum, rate to a tenth after 1/2 and 3/4 of"
                        + " the updates. (a) Accuracy on {} test images, with that error. B = 32: η = {}, 1500 updates; B = 1024: same η"
                        + " and epochs, 47 updates; rate: η √(1024/32); norm, ghosts: batch normalisation over the batch, over 32; longer:"
                        + " 1500 updates{}. Dashed: the first two, whose difference is the gap. (b) Distance of the weights from their start"
                        + " at the first rate; dotted: fits of a + b ln t. (c, d) What each run's fit leaves. Means over {} replicas with 95 % t intervals; walks: {} replicas.",
                SMALL.trainSize(),
                SMALL.testSize(),
                SMALL.learningRate(),
                board.choose("", "; both: ghost and longer"),
                n,
                walks);
    }

    private static void claimWalks(Board board, Cell<SinaiWalkConfig, SinaiWalkResult> walk) {
        double[] logs = Arrays.stream(SINAI.timeGrid()).map(StrictMath::log).toArray();
        int last = logs.length - 1;
        board.claim(
                        "sinai",
                        "exponent of the rms displacement against ln t in a Brownian potential, σ = 2, t = 10² to 10³⁰")
                .theory(2)
                .window(1.5, 2.2)
                .of(walk.the(jackknife(runs -> exponent(logs, runs))))
                .from("Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2");
        board.claim("sinai-prefactor", "rms displacement times σ²/ln² t in a Brownian potential at t = 10³⁰")
                .theory(SinaiWalkStudy.LIMIT)
                .of(walk.the(jackknife(
                        runs -> SinaiWalkResult.rms(runs, last) * SinaiWalkStudy.LIMIT / SINAI.limit(logs[last]))))
                .from("√(61/45), from the limit law of Golosov and Kesten 1986");
    }

    /** What normalisation does, and what ghost batches add to it; {@code lines}: none, whole batch, ghost. */
    private static void claimNormalisation(
            Board board, double[] budgets, List<Line<TrainLongerConfig, TrainLongerResult>> lines) {
        Estimate[] gains = lines.get(1).less(lines.get(0), TrainLongerResult::testAccuracy);
        Estimate[] ghosts = lines.get(2).less(lines.get(1), TrainLongerResult::testAccuracy);
        for (int b = 0; b < budgets.length; b++) {
            int updates = (int) budgets[b];
            String where = "raise%s the test accuracy of batches of 1024 at the √B rate over %s, " + updates
                    + " updates; paired interval" + WITHOUT_TEST_ERROR;
            board.claim("normalised-" + updates, "normalisation over the whole batch " + where.formatted("s", "none"))
                    .above(0)
                    .judge(gains[b], "Ioffe and Szegedy 2015, arXiv 1502.03167");
            String whole = where.formatted("", "normalisation of the whole batch");
            board.claim("ghost-adds-" + updates, "ghost batches of 32 " + whole)
                    .above(0)
                    .judge(ghosts[b], PAPER + ", section 4, table 1");
        }
    }

    /** Slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalkResult> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(SinaiWalkResult.rms(runs, k)))
                .toArray();
        return regression(x, logs, StrictMath::log).getSlope();
    }

    private static void claimGaps(Plot plot, Line<TrainLongerConfig, TrainLongerResult> regimes) {
        var small = regimes.at(1);
        String gap =
                "test accuracy with batches of 32 less that with batches of 1024, same rate and epochs, is at least 0.02;"
                        + " paired interval" + WITHOUT_TEST_ERROR;
        plot.claim("gap", gap)
                .above(0.02)
                .of(small.less(regimes.at(2), TrainLongerResult::testAccuracy))
                .from(PAPER + ", section 2; window from two points up");
        String longer = "the √B rate and as many updates as the small batch close";
        String closes = "A higher rate and longer training close {} of the gap";
        claimClosed(plot, "closed", closes, longer, regimes, LONGER);
        String order =
                "test accuracy with batches of 32, order of magnitude: the pilot's rate and epochs are not recorded";
        plot.claim("small-accuracy", order)
                .regression(PILOT, Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / 6000), SPREAD))
                .of(small.the(ACCURACY))
                .from("pilot run; its error: sampling of its 6000 test images and, the spread of trainings,"
                        + " 0.0012 at root seed 2");
        if (regimes.size() > LONGER) {
            String both = "the √B rate, as many updates and ghost normalisation close";
            claimClosed(plot, "closed-ghost", "", both, regimes, LONGER + 1);
        }
    }

    /** (cured − large)/(small − large), of mean accuracies over replicas. */
    private static void claimClosed(
            Plot plot, String name, String says, String cure, Line<?, TrainLongerResult> regimes, double number) {
        var three = regimes.where(k -> k <= 2 || k == number);
        String share = "share of the gap that " + cure + " is at least 0.75; jackknife interval" + WITHOUT_TEST_ERROR;
        plot.claim(name, share)
                .says(says)
                .or(
                        "A higher rate and longer training close only {} of the gap",
                        "A higher rate and longer training may close most of the gap: {}")
                .above(0.75)
                .of(Jackknife.ratio(
                        three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[2] - accuracy[1]),
                        three.perReplica(TrainLongerResult::testAccuracy, accuracy -> accuracy[0] - accuracy[1])))
                .from(PAPER + ", section 5: as many updates close the gap; window from three quarters up");
    }

    private static void tellDistances(
            Board board,
            Cell<TrainLongerConfig, TrainLongerResult> small,
            Cell<TrainLongerConfig, TrainLongerResult> longer) {
        Axis distance = Axis.linear("distance of the weights from their start");
        Plot plot = board.plot("distance", "Weights leave their start", UPDATES, distance)
                .legend(Corner.TOP_LEFT);
        Plot log = residuals(board, "ln t");
        Plot root = residuals(board, "√t");
        tellDistance(plot.named("batch 32"), log, root, "small", "B = 32", small);
        tellDistance(plot.named("batch 1024, longer"), log, root, "longer", "B = 1024, longer", longer);
        plot.claim("log", "R² of a + b ln t" + where(longer) + ", is above 0.98")
                .above(0.98)
                .of(longer.the(mean(TrainLonger::rSquare)).cut(Double.NEGATIVE_INFINITY, 1))
                .from(PAPER + ", section 3, figure 2; interval cut at 1");
    }

    /** A panel of what a + b law(t), fitted to every run, leaves of its distances. */
    private static Plot residuals(Board board, String law) {
        Axis left = Axis.linear("distance less its fit").range(-2.5, 1);
        return board.plot(law, "What a + b " + law + " leaves", UPDATES, left)
                .level(LineKind.BORDER, "none", 0, FIRST_STEP, SMALL.firstPhase())
                .legend(Corner.NONE);
    }

    private static double residual(TrainLongerResult run, DoubleUnaryOperator law, int k) {
        double[] x = phase(run).step().toArray();
        double[] y = phase(run).distance().toArray();
        return y[k] - regression(x, y, law).predict(law.applyAsDouble(x[k]));
    }

    private static String where(Cell<TrainLongerConfig, TrainLongerResult> cell) {
        return " for the distance of the weights, batches of " + cell.config().batchSize()
                + ", high-rate phase, updates 10 to 750, records evenly in ln t, mean over replicas";
    }

    /** The records of the high-rate phase that count. */
    private static TrainLongerResult phase(TrainLongerResult run) {
        return run.between(FIRST_STEP, SMALL.firstPhase());
    }

    /** Every third record with the fit of ln t to the mean of all, and what the power between ln t and √t is. */
    private static void tellDistance(
            Plot plot,
            Plot left,
            Plot root,
            String key,
            String series,
            Cell<TrainLongerConfig, TrainLongerResult> cell) {
        double[] x = phase(cell.runs().get(0)).step().toArray();
        int[] thirds = IntStream.range(0, x.length).filter(k -> k % 3 == 0).toArray();
        int colour = key.equals("small") ? 0 : 1;
        double[] shown = Arrays.stream(thirds).mapToDouble(k -> x[k]).toArray();
        plot.points(series, shown, cell, k -> mean(run -> phase(run).distance().get(thirds[k])));
        left.colour(colour).points(series, shown, cell, k -> mean(run -> residual(run, StrictMath::log, thirds[k])));
        root.colour(colour).points(series, shown, cell, k -> mean(run -> residual(run, StrictMath::sqrt, thirds[k])));
        if (cell.isWhole()) {
            double[] means = IntStream.range(0, x.length)
                    .mapToDouble(k -> cell.mean(run -> phase(run).distance().get(k)))
                    .toArray();
            SimpleRegression log = regression(x, means, StrictMath::log);
            plot.colour(colour).named("").fit(series + ", a + b ln t", shown, t -> log.predict(StrictMath.log(t)));
        }
        Estimate power = cell.the(mean(TrainLonger::power));
        String law = "power p of a + b (tᵖ − 1)/p" + where(cell) + ", ";
        plot.claim("logarithm-" + key, law + "ln t at p = 0")
                .says("Weights leave their start like the published logarithm (dotted)", "power of t (ln t: 0, √t: ½)")
                .or(
                        "Weights leave their start faster than the published logarithm, slower than √t",
                        "Weights leave their start about like the published logarithm (dotted)")
                .theory(0, POWER_WINDOW)
                .judge(power, PAPER + ", section 3: ‖w − w₀‖ ~ log t; window a quarter of the way to √t");
        plot.claim("root-" + key, law + "√t at p = 0.5")
                .theory(0.5, POWER_WINDOW)
                .judge(power, "free diffusion, the control; window a quarter of the way to ln t");
    }

    /** The p of the least squares of a + b (tᵖ − 1)/p, which is a + b ln t at 0 and as good as a + b √t at ½. */
    private static double power(TrainLongerResult run) {
        double[] logs = phase(run).step().stream().map(StrictMath::log).toArray();
        double[] distance = phase(run).distance().toArray();
        if (!Double.isFinite(distance[distance.length - 1])) {
            return Double.NaN;
        }
        UnivariateObjectiveFunction left = new UnivariateObjectiveFunction(p -> regression(
                        logs, distance, log -> p == 0 ? log : StrictMath.expm1(p * log) / p)
                .getSumSquaredErrors());
        return new BrentOptimizer(1e-9, 1e-9)
                .optimize(new MaxEval(1000), GoalType.MINIMIZE, new SearchInterval(-2, 2), left)
                .getPoint();
    }

    /** y = a + b of(x). */
    private static SimpleRegression regression(double[] x, double[] y, DoubleUnaryOperator of) {
        SimpleRegression line = new SimpleRegression();
        for (int k = 0; k < x.length; k++) {
            line.addData(of.applyAsDouble(x[k]), y[k]);
        }
        return line;
    }

    /** R² of a + b ln t in the high-rate phase. */
    private static double rSquare(TrainLongerResult run) {
        return regression(phase(run).step().toArray(), phase(run).distance().toArray(), StrictMath::log)
                .getRSquare();
    }
}
