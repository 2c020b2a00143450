package org.noisebook.sgd;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.PlainPerceptron;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/**
 * One run of SGD on the perceptron, either step by step or skipping the steps that change nothing.
 *
 * <p><b>Fast forward</b>. A step changes a weight only if its batch holds an unfitted point. With U of P points
 * unfitted, a batch is clean with probability p0 = C(P−U, B)/C(P, B), so the number of clean steps before the next
 * change is geometric; the next batch then holds k ≥ 1 unfitted points, where k is hypergeometric conditioned on k ≥ 1
 * and the points are uniform among the unfitted. Computing U requires the margin of every point that can be unfitted:
 * w_1 never decreases, so while |w_⊥| ≤ W a point with w_1 z_1 − W|z_⊥| ≥ κ√d at any earlier w_1 stays fitted
 * (Cauchy–Schwarz) and is screened out. A second, closer screen keeps points whose margin was within R|z_⊥| of κ√d when
 * w_⊥ was last inspected; it is valid while w_⊥ has moved by less than R, which is long if steps are small. If steps
 * are large, the margins of all candidates are stored and each change adds a row of the Gram matrix to them; such rows
 * are computed once between two screenings, since the same hard points change the weights repeatedly. If drawing
 * batches is expected to be cheaper than counting, batches are drawn. The choice depends only on the past, so the
 * distribution is that of plain SGD, up to rounding of margins within a few units in the last place of κ√d.
 */
final class PerceptronRun {
    /** The screen is valid while |w_⊥| stays below this multiple of its value at the screening. */
    private static final double SCREEN_NOISE = 1.35;

    /** The screen is renewed when w_1 has grown by this factor. */
    private static final double SCREEN_GROWTH = 1.08;

    /** Relative margin for rounding in the screen, far above the error of a dot product of 65 536 terms. */
    private static final double SCREEN_SLACK_DOUBLE = 1e-10;

    private static final double SCREEN_SLACK_FLOAT = 1e-3;
    /** Renewing the screen reads two numbers per point, about an eighth of the cost of a margin. */
    private static final int SCREEN_PER_MARGIN = 8;

    /** The cost of a drawn sample, whose row may be anywhere in memory, in dot products of a long list. */
    private static final int DRAWN_SAMPLE = 4;

    /** First radius of the near screen in units of |w_⊥|, and the factor by which it adapts. */
    private static final double FIRST_RADIUS = 0.1;

    private static final double RADIUS_STEP = 1.5;
    /** A near screen that keeps more than this fraction is not worth maintaining. */
    private static final double NEAR_SHARE = 0.7;

    private static final long TEST_PART = 2;

    private final PerceptronConfig config;
    private final PerceptronPoints points;
    private final Stream order;
    private final SubsetSampler batches;
    private final int batchSize;
    private final long maxSteps;
    private final int[] all;
    private final int[] batch;
    private final int[] unfitted;
    private final TrajectoryRecorder recorder;
    /** Added to every skip: 0 except in the test that plants an error. */
    private final int skipOffset;

    private final MarginTracker tracker;

    private int[] candidates;
    private int candidateCount;
    private double screenNoise;
    private double screenSignal;
    private int[] near;
    private int nearCount;
    private double nearRadius;
    private boolean nearBuilt;
    private boolean nearPays;
    /** Number of margins computed on the near list since it was built. */
    private long nearSpent;

    private long step;
    private long lastStep;
    private long activeUpdates;
    private StopReason stopReason;

    PerceptronRun(PerceptronConfig config, Streams streams, Kernels kernels, int skipOffset) {
        this(config, streams, streams.at("order"), kernels, skipOffset);
    }

    PerceptronRun(PerceptronConfig config, Streams streams, Stream order, Kernels kernels, int skipOffset) {
        this.config = config;
        this.points = PerceptronPoints.of(config, kernels, streams.at("data"));
        this.order = order;
        this.batchSize = config.batchSize();
        this.batches = new SubsetSampler(points.size, order);
        this.maxSteps = maxSteps(config);
        this.all = new int[points.size];
        Arrays.setAll(all, i -> i);
        this.batch = new int[batchSize];
        this.unfitted = new int[points.size];
        this.tracker = new MarginTracker(points);
        this.recorder = new TrajectoryRecorder(config.recordsPerDecade(), maxSteps);
        this.skipOffset = skipOffset;
    }

    PerceptronResult run(Streams streams) {
        switch (config.sampler()) {
            case PLAIN -> plain();
            case FAST_FORWARD -> fastForward();
        }
        HingeSgd.Outcome outcome = new HingeSgd.Outcome(stopReason, lastStep, activeUpdates);
        return result(config, streams, outcome, points.perceptron.weights(), recorder);
    }

    /** The training job for an engine, with the points of the run. */
    static PerceptronReplicas.Job job(PerceptronConfig config, Streams streams) {
        int dimension = config.dimension();
        double[] rows = new double[config.trainSize() * dimension];
        PerceptronPoints.draw(
                config, streams.at("data"), (i, row) -> System.arraycopy(row, 0, rows, i * dimension, dimension));
        return new PerceptronReplicas.Job(
                rows,
                PerceptronPoints.threshold(config),
                PerceptronPoints.stepLength(config),
                config.sampleCap(),
                streams.at("order"),
                TrajectoryRecorder.steps(config.recordsPerDecade(), maxSteps(config)));
    }

    /** The result of a training run done by an engine. */
    static PerceptronResult result(PerceptronConfig config, Streams streams, PerceptronReplicas.TrainingEnd end) {
        TrajectoryRecorder recorder = new TrajectoryRecorder(config.recordsPerDecade(), maxSteps(config));
        recorder.take(end.weightsAt(), end.outcome().steps(), config.dimension());
        return result(config, streams, end.outcome(), end.weights(), recorder);
    }

    private static PerceptronResult result(
            PerceptronConfig config,
            Streams streams,
            HingeSgd.Outcome outcome,
            double[] u,
            TrajectoryRecorder recorder) {
        double signal = u[0];
        double noise = PlainPerceptron.noise(u, config.dimension());
        recorder.finish(outcome.steps(), signal, noise);
        double ratio = signal / noise;
        Stream test = streams.at("data").part(TEST_PART);
        boolean tested = config.testSize() > 0 && outcome.stopReason() != StopReason.DIVERGED;
        return new PerceptronResult(
                outcome.stopReason(),
                outcome.steps(),
                config.learningRate() * outcome.steps(),
                outcome.activeUpdates(),
                signal,
                noise,
                ratio,
                Math.hypot(signal, noise) / initialNorm(streams.at("init"), config.dimension()),
                PerceptronTheory.of(config.chi()).unfittedFraction(ratio),
                tested ? PerceptronPoints.sampleTestError(config, u, test) : Double.NaN,
                Doubles.of(recorder.times(config.learningRate())),
                Doubles.of(recorder.signals()),
                Doubles.of(recorder.noises()));
    }

    private static long maxSteps(PerceptronConfig config) {
        return config.sampleCap() / config.batchSize();
    }

    /** Current number of unfitted points, from inspecting all points. */
    int unfittedNow() {
        return points.unfitted(all, points.size, unfitted);
    }

    private static double initialNorm(Stream init, int dimension) {
        double squares = 0;
        for (int j = 0; j < dimension; j++) {
            double w = init.nextGaussian();
            squares = Math.fma(w, w, squares);
        }
        return StrictMath.sqrt(squares);
    }

    private void plain() {
        HingeSgd.Outcome outcome = points.perceptron.descend(
                batchSize, config.sampleCap(), order, changing -> recorder.before(changing, points));
        stopReason = outcome.stopReason();
        lastStep = outcome.steps();
        activeUpdates = outcome.activeUpdates();
    }

    private void fastForward() {
        candidates = all;
        candidateCount = points.size;
        screenNoise = -1;
        int unfittedCount = points.size;
        long samplesSinceScreen = 0;
        while (true) {
            checkInterrupt();
            if (screenIsStale() && samplesSinceScreen >= points.size / SCREEN_PER_MARGIN) {
                screen();
                samplesSinceScreen = 0;
            }
            int countCost = tracker.valid() ? tracker.cost() : nearHolds() ? nearCount : candidateCount;
            int found = 0;
            if (countCost > DRAWN_SAMPLE * batchSize / (1 - cleanProbability(unfittedCount))) {
                long cleanSamples = 0;
                while (found == 0 && DRAWN_SAMPLE * cleanSamples < countCost) {
                    if (step >= maxSteps) {
                        stopAtCap();
                        return;
                    }
                    batches.draw(batch, batchSize);
                    step++;
                    cleanSamples += batchSize;
                    found = points.unfitted(batch, batchSize, unfitted);
                }
                samplesSinceScreen += cleanSamples;
            }
            if (found == 0) {
                unfittedCount = countUnfitted();
                samplesSinceScreen += countCost;
                if (unfittedCount == 0) {
                    unfittedCount = unfittedNow();
                    if (unfittedCount == 0) {
                        stopReason = StopReason.FITTED;
                        return;
                    }
                }
                found = nextChange(unfittedCount);
                if (found == 0) {
                    stopReason = StopReason.SAMPLE_CAP;
                    return;
                }
            }
            change(found);
            if (stopReason != null) {
                return;
            }
            tracker.changed(unfitted, found);
        }
    }

    /** Collects all unfitted points, inspecting only those that can be unfitted, and returns their number. */
    private int countUnfitted() {
        if (points.noise() > screenNoise) {
            screen();
        }
        if (!nearPays) {
            if (!tracker.valid()) {
                tracker.start(candidates, candidateCount);
            }
            return tracker.unfitted(unfitted);
        }
        if (nearHolds()) {
            nearSpent += nearCount;
            return points.unfitted(near, nearCount, unfitted);
        }
        if (nearBuilt) {
            // Maintaining and using the list should cost about the same.
            nearRadius *= nearSpent < candidateCount ? RADIUS_STEP : 1 / RADIUS_STEP;
        }
        int count = points.unfitted(candidates, candidateCount, unfitted);
        nearCount = points.near(candidates, candidateCount, nearRadius, slack(), near);
        nearBuilt = true;
        nearSpent = 0;
        nearPays = nearCount <= NEAR_SHARE * candidateCount;
        return count;
    }

    private boolean nearHolds() {
        return nearBuilt && nearPays && points.displacement() <= nearRadius && points.noise() <= screenNoise;
    }

    /**
     * Draws the step of the next change and its unfitted points, which move to the front of {@code unfitted}.
     *
     * @return their number; 0 if the cap is reached first
     */
    private int nextChange(int unfittedCount) {
        double clean = cleanProbability(unfittedCount);
        long skips = 0;
        int chosen = 0;
        if (clean >= 0.5) {
            double draw = StrictMath.log(order.nextPositive()) / StrictMath.log(clean);
            skips = draw >= maxSteps ? maxSteps : (long) draw;
            chosen = conditionalCount(unfittedCount, clean);
            for (int k = 0; k < chosen; k++) {
                int other = k + order.nextIndex(unfittedCount - k);
                int point = unfitted[other];
                unfitted[other] = unfitted[k];
                unfitted[k] = point;
            }
        } else {
            while (true) {
                chosen = revealBatch(unfittedCount);
                if (chosen > 0 || step + skips >= maxSteps) {
                    break;
                }
                skips++;
            }
        }
        skips += skipOffset;
        if (chosen == 0 || skips >= maxSteps - step) {
            step = maxSteps;
            return 0;
        }
        step += skips + 1;
        return chosen;
    }

    /** Draws k ≥ 1 from the conditional hypergeometric distribution, by inversion from k = 1. */
    private int conditionalCount(int unfittedCount, double clean) {
        double target = clean + (1 - clean) * order.nextDouble();
        double mass = clean;
        double sum = clean;
        int most = Math.min(unfittedCount, batchSize);
        int k = 0;
        do {
            mass *= (double) (unfittedCount - k)
                    * (batchSize - k)
                    / ((k + 1.0) * (points.size - unfittedCount - batchSize + k + 1.0));
            k++;
            sum += mass;
        } while (sum <= target && k < most);
        return k;
    }

    /** Draws which unfitted points a uniform batch contains, one after another. */
    private int revealBatch(int unfittedCount) {
        int chosen = 0;
        for (int j = 0; j < unfittedCount && chosen < batchSize; j++) {
            if (order.nextDouble() * (points.size - j) < batchSize - chosen) {
                int point = unfitted[j];
                unfitted[j] = unfitted[chosen];
                unfitted[chosen++] = point;
            }
        }
        return chosen;
    }

    /** C(P−U, B)/C(P, B); if that is below one half, possibly another number below one half. */
    private double cleanProbability(int unfittedCount) {
        int few = Math.min(unfittedCount, batchSize);
        int many = Math.max(unfittedCount, batchSize);
        double probability = 1;
        for (int i = 0; i < few && probability >= 0.25; i++) {
            probability *= (double) (points.size - many - i) / (points.size - i);
        }
        return Math.max(probability, 0);
    }

    private void change(int count) {
        recorder.before(step, points);
        points.update(unfitted, count);
        lastStep = step;
        activeUpdates++;
        if (!points.perceptron.finite()) {
            stopReason = StopReason.DIVERGED;
        }
    }

    private void stopAtCap() {
        stopReason = unfittedNow() == 0 ? StopReason.FITTED : StopReason.SAMPLE_CAP;
    }

    private boolean screenIsStale() {
        return points.signal() > SCREEN_GROWTH * screenSignal || points.noise() > screenNoise;
    }

    private void screen() {
        if (candidates == all) {
            candidates = new int[points.size];
            near = new int[points.size];
        }
        screenSignal = points.signal();
        screenNoise = SCREEN_NOISE * points.noise();
        candidateCount = points.screen(screenSignal, screenNoise, slack(), candidates);
        if (!nearPays || nearRadius == 0) {
            nearRadius = FIRST_RADIUS * points.noise();
        }
        nearBuilt = false;
        nearPays = true;
        tracker.stop();
    }

    private double slack() {
        return slack(config);
    }

    private static double slack(PerceptronConfig config) {
        return config.precision() == Precision.FLOAT64 ? SCREEN_SLACK_DOUBLE : SCREEN_SLACK_FLOAT;
    }

    /** Settings that an engine needs to fast-forward. */
    static PerceptronReplicas.FastForward rules(PerceptronConfig config) {
        long mostKept = MarginTracker.mostKept(config.trainSize(), Kernels.padded(config.dimension()));
        return new PerceptronReplicas.FastForward(slack(config), mostKept);
    }

    static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("perceptron run interrupted");
        }
    }
}
