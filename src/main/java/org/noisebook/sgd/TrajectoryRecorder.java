package org.noisebook.sgd;

import java.util.Arrays;
import org.noisebook.model.PlainPerceptron;

/** Records signal and noise at log-spaced steps: the state at a record step is that before the first later change. */
final class TrajectoryRecorder {
    private static final double TEN = 10;
    private final long[] at;
    private int count;
    private final long[] steps;
    private final double[] signals;
    private final double[] noises;

    /** A recorder for a run of at most {@code maxSteps} steps. */
    TrajectoryRecorder(int perDecade, long maxSteps) {
        this.at = steps(perDecade, maxSteps);
        this.steps = new long[at.length + 1];
        this.signals = new double[at.length + 1];
        this.noises = new double[at.length + 1];
    }

    /** The record steps floor(10^(k/perDecade)) of a run of at most {@code maxSteps} steps, each once. */
    static long[] steps(int perDecade, long maxSteps) {
        long[] found = new long[16];
        int n = 0;
        long next = 1;
        for (int k = 1; perDecade > 0 && next <= maxSteps; k++) {
            if (n == 0 || next > found[n - 1]) {
                if (n == found.length) {
                    found = Arrays.copyOf(found, 2 * n);
                }
                found[n++] = next;
            }
            next = (long) StrictMath.floor(StrictMath.pow(TEN, (double) k / perDecade));
        }
        return Arrays.copyOf(found, n);
    }

    /** Called before the change at {@code step}: the current weights are those after all earlier steps. */
    void before(long step, PerceptronPoints points) {
        if (count == at.length || at[count] >= step) {
            return;
        }
        double signal = points.signal();
        double noise = points.noise();
        while (count < at.length && at[count] < step) {
            add(at[count], signal, noise);
        }
    }

    /** Adopts the weights that an engine kept at the record steps, up to its last change. */
    void take(double[][] weightsAt, long lastStep, int dimension) {
        while (count < at.length && at[count] < lastStep) {
            double[] u = weightsAt[count];
            add(at[count], u[0], PlainPerceptron.noise(u, dimension));
        }
    }

    /** Called after the last change: adds the end point. */
    void finish(long lastStep, double signal, double noise) {
        if (at.length > 0 && lastStep > 0) {
            add(lastStep, signal, noise);
        }
    }

    private void add(long step, double signal, double noise) {
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
