package org.noisebook.regime.recurrent;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.model.Trials;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** What decisions on ring channels share: signals, labels, and how well an ideal observer does. */
final class RingTrials {
    /** Per cent of coherence at which the channels differ by 1. */
    private static final double FULL = 100;

    private RingTrials() {}

    /** Draws one trial. */
    interface Draw {
        void draw(Trials trials, int trial, Stream stream);
    }

    /** Fresh trials from the stream {@code data}, and from replica 0's {@code test}. */
    static RecurrentTask.Sources sources(Streams streams, Draw draw) {
        return new RecurrentTask.Sources(endless(streams.at("data"), draw), endless(streams.at("test", 0), draw));
    }

    private static RecurrentTask.Source endless(Stream stream, Draw draw) {
        return trials -> {
            for (int i = 0; i < trials.count(); i++) {
                draw.draw(trials, i, stream);
            }
        };
    }

    /** Zeros, channel 0 on until the last step, and there the class of the direction: +1 is 1, −1 is 2. */
    static void prepare(Trials trials, int trial, int direction) {
        int last = trials.steps() - 1;
        for (int step = 0; step <= last; step++) {
            for (int channel = 0; channel < trials.inputs(); channel++) {
                trials.putInput(trial, step, channel, channel == 0 && step < last ? 1 : 0);
            }
            trials.putLabel(trial, step, step < last ? 0 : direction > 0 ? 1 : 2);
        }
    }

    /** A noisy stimulus on two channels at angles 0 and π. */
    static void show(
            Trials trials,
            int trial,
            int step,
            int channel,
            int direction,
            double coherence,
            double noise,
            Stream stream) {
        double half = direction * coherence / (2 * FULL);
        trials.putInput(trial, step, channel, 0.5 + half + noise * stream.nextGaussian());
        trials.putInput(trial, step, channel + 1, 0.5 - half + noise * stream.nextGaussian());
    }

    static int direction(Stream stream) {
        return stream.nextIndex(2) == 0 ? 1 : -1;
    }

    /**
     * Who adds up the differences of two channels over the steps is right with Φ(c/100 √steps / (noise √2)), here the mean
     * over coherences.
     */
    static double ceiling(double[] coherences, int steps, double noise) {
        double sum = 0;
        for (double coherence : coherences) {
            sum += coherence == 0 ? 0.5 : normal(coherence / FULL * StrictMath.sqrt(steps / 2.0) / noise);
        }
        return sum / coherences.length;
    }

    /** Φ, the distribution function of a standard normal number; Φ(∞) = 1. */
    static double normal(double z) {
        return Double.isInfinite(z) ? 1 : new NormalDistribution(null, 0, 1).cumulativeProbability(z);
    }
}
