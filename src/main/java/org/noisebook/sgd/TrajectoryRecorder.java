package org.noisebook.sgd;

import java.util.Arrays;

/**
 * Notes signal and noise at log-spaced steps without touching the run: the state at a record step is the state before the
 * first later change.
 */
final class TrajectoryRecorder {
    private static final double TEN = 10;
    private final int perDecade;
    private int decadeIndex;
    private long next;
    private int count;
    private long[] steps = new long[16];
    private double[] signals = new double[16];
    private double[] noises = new double[16];

    TrajectoryRecorder(int perDecade) {
        this.perDecade = perDecade;
        this.next = perDecade == 0 ? Long.MAX_VALUE : 1;
    }

    /** Called before the change at {@code step}: the weights now are those of all steps before it. */
    void before(long step, PerceptronPoints points) {
        if (next >= step) {
            return;
        }
        double signal = points.signal();
        double noise = points.noise();
        while (next < step) {
            add(next, signal, noise);
            advance();
        }
    }

    /** Called after the last change: adds the end point. */
    void finish(long lastStep, PerceptronPoints points) {
        if (perDecade > 0 && lastStep > 0) {
            add(lastStep, points.signal(), points.noise());
        }
    }

    private void advance() {
        long current = next;
        while (next <= current) {
            decadeIndex++;
            next = (long) StrictMath.floor(StrictMath.pow(TEN, (double) decadeIndex / perDecade));
        }
    }

    private void add(long step, double signal, double noise) {
        if (count == steps.length) {
            steps = Arrays.copyOf(steps, 2 * count);
            signals = Arrays.copyOf(signals, 2 * count);
            noises = Arrays.copyOf(noises, 2 * count);
        }
        steps[count] = step;
        signals[count] = signal;
        noises[count] = noise;
        count++;
    }

    double[] times(double learningRate) {
        double[] times = new double[count];
        Arrays.setAll(times, k -> learningRate * steps[k]);
        return times;
    }

    double[] signals() {
        return Arrays.copyOf(signals, count);
    }

    double[] noises() {
        return Arrays.copyOf(noises, count);
    }
}
