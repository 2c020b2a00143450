package org.noisebook.sgd;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Gradient descent on two features that fit one label together: while a large step makes the strong one oscillate, the
 * mean residual is positive and feeds the weak one.
 *
 * <pre>
 *   F = s² + w²,   e = 1 − F,   s ← s (1 + 2ηe),   w ← w (1 + 2ηu²e)
 * </pre>
 *
 * <p>Two neurons with squared ReLU, one on a feature of strength 1, one on a feature of strength u, squared loss, label
 * 1; after Lu, Wu, Yang and Zou 2023, "Benign Oscillation of Stochastic Gradient Descent with Large Learning Rates",
 * arXiv 2310.17074. Closed forms are in {@link FeatureOscillationRules}.
 *
 * <p>Both start at the size of a normal number from the stream {@code init} times {@code initialScale}. <b>Special
 * cases</b>: a factor below 0 turns s, which changes nothing else. A run diverges when F is no longer a finite number;
 * for w → 0 it stays bounded up to η = 1. <b>Cost</b>: 25 ns a step.
 */
@Head(
        id = "feature-oscillation",
        version = 1,
        title = "Gradient descent on a strong and a weak feature: a large step makes the strong one oscillate",
        streams = "init",
        sources = BenignOscillationStudy.SOURCE)
public final class FeatureOscillationStudy implements Study<FeatureOscillationConfig, FeatureOscillationResult> {
    /** Steps between looks for an interruption, a power of two. */
    private static final int STRIDE = 4096;

    @Override
    public FeatureOscillationResult run(FeatureOscillationConfig config, Streams streams) {
        Stream init = streams.at("init");
        double strong = config.initialScale() * Math.abs(init.nextGaussian());
        double weak = config.initialScale() * Math.abs(init.nextGaussian());
        double rate = 2 * config.learningRate();
        double weakRate = rate * config.weakStrength() * config.weakStrength();
        double[] course = new double[config.steps() / config.recordEvery() + 1];
        Arrays.fill(course, Double.NaN);
        course[0] = weak;
        double sum = 0;
        double squares = 0;
        double logs = 0;
        for (int step = 1; step <= config.steps(); step++) {
            if (step % STRIDE == 0 && Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            double residual = 1 - strong * strong - weak * weak;
            if (!Double.isFinite(residual)) {
                return diverged(course);
            }
            double factor = 1 + rate * residual;
            if (step > config.discard()) {
                sum += residual;
                squares += residual * residual;
                logs += StrictMath.log(Math.abs(factor));
            }
            strong *= factor;
            weak *= 1 + weakRate * residual;
            if (step % config.recordEvery() == 0) {
                course[step / config.recordEvery()] = weak;
            }
        }
        if (!Double.isFinite(strong * strong + weak * weak)) {
            return diverged(course);
        }
        int count = config.steps() - config.discard();
        return new FeatureOscillationResult(
                StopReason.COMPLETED,
                sum / count,
                squares / count,
                logs / count,
                Math.abs(strong),
                weak,
                Doubles.of(course));
    }

    private static FeatureOscillationResult diverged(double[] course) {
        return new FeatureOscillationResult(
                StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Doubles.of(course));
    }

    @Override
    public double work(FeatureOscillationConfig config) {
        return config.steps();
    }

    @Override
    public long memory(FeatureOscillationConfig config) {
        return 2L * (config.steps() / config.recordEvery() + 1) * Double.BYTES;
    }
}
