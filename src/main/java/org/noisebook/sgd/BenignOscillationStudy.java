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
 * Single-sample SGD of a patch network with squared ReLU: with a large rate the output on the strong feature
 * oscillates, which teaches the weak feature; with a small one strong feature and noise fit the data, and points of the
 * weak feature alone are not recognised.
 *
 * <p>Lu, Wu, Yang and Zou 2023, "Benign Oscillation of Stochastic Gradient Descent with Large Learning Rates", arXiv
 * 2310.17074. f(x) = (1/m) Σ_j a_j Σ_p max(0, w_j·x_p)² with m neurons of a_j = 1 and m of a_j = −1, loss ½ (y − f)². A
 * point has the patches {@code weakStrength} y ê₁, {@code strongStrength} y ê₂ (some lack it) and normal noise across
 * ê₁ and ê₂; a test point has the first and fresh noise. Sizes, rates and noise are those of a small experiment, not of
 * the paper's theorems, and so is the order of points: every epoch shuffles them.
 *
 * <p>A neuron that sees a strong patch multiplies its component there by 1 + 2(η/m) v² e: the strong feature oscillates
 * as in {@link FeatureOscillationStudy} with η v²/m for η, from η = m/(2v²) on.
 *
 * <p><b>Streams</b>: {@code init} (a part a neuron), {@code data}, {@code test} (a part a point), {@code order}.
 * <b>Special cases</b>: a run diverges when an output is no longer a finite number; an output 0 is wrong for both
 * labels. <b>Error</b>: see {@link PatchNetwork} for what is exact. <b>Cost</b>: a step is 2 m n multiply-adds, a test
 * point 2 m d; a run of the defaults takes 10 ms.
 */
@Head(
        id = "benign-oscillation",
        version = 1,
        title = "Single-sample SGD of a patch network on a weak feature, a strong one and noise",
        streams = {"init", "data", "order", "test"},
        sources = BenignOscillationStudy.SOURCE)
public final class BenignOscillationStudy implements Study<BenignOscillationConfig, BenignOscillationResult> {
    static final String SOURCE =
            "Lu, Wu, Yang, Zou 2023, Benign Oscillation of Stochastic Gradient Descent with Large Learning Rates,"
                    + " arXiv 2310.17074";

    @Override
    public BenignOscillationResult run(BenignOscillationConfig config, Streams streams) {
        PatchNetwork network = new PatchNetwork(config, streams);
        Stream orders = streams.at("order");
        int n = config.trainSize();
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        Courses courses = new Courses(config, network);
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int step = 1; step <= config.steps(); step++) {
            int place = (step - 1) % n;
            if (place == 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                shuffle(order, orders);
            }
            int i = order[place];
            double residual = 1 - network.margin(i);
            if (!Double.isFinite(residual)) {
                return courses.diverged();
            }
            if (step > config.discard() && network.hasStrong(i)) {
                sum += residual;
                squares += residual * residual;
                count++;
            }
            network.step(i, residual);
            courses.look(step);
        }
        double loss = 0;
        int right = 0;
        for (int i = 0; i < n; i++) {
            double margin = network.margin(i);
            loss += (1 - margin) * (1 - margin) / (2 * n);
            right += margin > 0 ? 1 : 0;
        }
        if (!Double.isFinite(loss)) {
            return courses.diverged();
        }
        return new BenignOscillationResult(
                StopReason.COMPLETED,
                loss,
                (double) right / n,
                network.testAccuracy(streams.at("test")),
                sum / count,
                squares / count,
                network.strongOutput(),
                network.weakOutput(),
                network.noiseOutput(),
                Doubles.of(courses.strong),
                Doubles.of(courses.weak),
                Doubles.of(courses.noise));
    }

    private static void shuffle(int[] order, Stream stream) {
        for (int k = order.length - 1; k > 0; k--) {
            int other = stream.nextIndex(k + 1);
            int kept = order[k];
            order[k] = order[other];
            order[other] = kept;
        }
    }

    /** The outputs of strong feature, weak feature and noise, from the start on. */
    private static final class Courses {
        private final int every;
        private final PatchNetwork network;
        private final double[] strong;
        private final double[] weak;
        private final double[] noise;

        Courses(BenignOscillationConfig config, PatchNetwork network) {
            this.every = config.recordEvery();
            this.network = network;
            this.strong = new double[config.steps() / every + 1];
            Arrays.fill(strong, Double.NaN);
            this.weak = strong.clone();
            this.noise = strong.clone();
            look(0);
        }

        void look(int step) {
            if (step % every == 0) {
                int record = step / every;
                strong[record] = network.strongOutput();
                weak[record] = network.weakOutput();
                noise[record] = network.noiseOutput();
            }
        }

        BenignOscillationResult diverged() {
            double none = Double.NaN;
            return new BenignOscillationResult(
                    StopReason.DIVERGED,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    Doubles.of(strong),
                    Doubles.of(weak),
                    Doubles.of(noise));
        }
    }

    @Override
    public double work(BenignOscillationConfig config) {
        double n = config.trainSize();
        return config.width() * (config.steps() * n + config.dimension() * (n + config.testSize()));
    }

    @Override
    public long memory(BenignOscillationConfig config) {
        long n = config.trainSize();
        long neurons = 2L * config.width();
        long records = config.steps() / config.recordEvery() + 1;
        return (n * n + (n + 2 * neurons) * config.dimension() + 2 * n * neurons + 6 * records) * Double.BYTES;
    }
}
