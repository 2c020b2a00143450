package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Score;

/**
 * The initial noise of a diffusion.
 *
 * <p>An open family: its members are listed in {@code META-INF/families/org.noisebook.diffusion.DiffusionStart}, and a
 * paper may add its own. In configs: {@code standard}, which is never written, {@code exact}, {@code oneMoreStep},
 * {@code boundary(candidates=300, pairs=20)} and others, some of them in the package of their paper. A member starts
 * the study {@code diffusion} by {@link #draw} and {@code guidance} by {@link #guided}, or rejects it by name. Learned
 * starts are trained by a separate study, which reports the result of training; a run that uses one trains it again
 * from its own streams, so that the run depends only on its config.
 */
public interface DiffusionStart {
    /** The initial time τ. */
    default double first() {
        return 1;
    }

    /** Whether it starts from the mean of the data, as needed if a chain ends without signal. */
    default boolean needsNoSignal() {
        return false;
    }

    /** Whether all samples share one start, whose mean differs from that of the distribution. */
    default boolean isShared() {
        return false;
    }

    /** Its inputs beyond the files of the distribution: names with the versions of their training. */
    default List<String> inputs() {
        return List.of();
    }

    /**
     * Rejects a config of the study {@code diffusion} that it cannot start.
     *
     * @throws IllegalArgumentException with a message that says what must change
     */
    void check(DiffusionConfig config);

    /**
     * The initial points of a run of the study {@code diffusion}, {@code [coordinate][particle]}.
     *
     * @param score score of the data
     * @param law target distribution of the samples
     * @param times times of the sampler, from {@link #first} on
     */
    double[][] draw(DiffusionConfig config, Score score, GaussianMixture law, double[] times, Streams streams);

    /**
     * Rejects a config of the study {@code guidance} that it cannot start; by default every config.
     *
     * @throws IllegalArgumentException with a message that says what must change
     */
    default void check(GuidanceConfig config) {
        throw noGuidance();
    }

    /** The initial points of a run of the study {@code guidance} at τ. */
    default double[][] guided(GuidanceConfig config, ClassScores classes, double tau, Streams streams) {
        throw noGuidance();
    }

    private IllegalArgumentException noGuidance() {
        return new IllegalArgumentException(
                "start must be standard unless law is in pixels, and no boundary or interpolated, got "
                        + Schema.formatValue(this));
    }

    /** Starts that need only the distribution of the data. */
    interface Drawn extends DiffusionStart {
        /** {@code count} initial points at τ for data with this distribution, {@code [coordinate][particle]}. */
        double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count);

        @Override
        default void check(DiffusionConfig config) {
            // Any distribution is accepted.
        }

        @Override
        default double[][] draw(
                DiffusionConfig config, Score score, GaussianMixture law, double[] times, Streams streams) {
            return draw(config.diffusion(), law, times[0], streams.at("start"), config.particles());
        }

        @Override
        default void check(GuidanceConfig config) {
            if (config.law().latents() != config.law().dimension()) {
                DiffusionStart.super.check(config);
            }
        }

        /** Each particle uses the distribution of its class, or, for w = 0, that of all classes. */
        @Override
        default double[][] guided(GuidanceConfig config, ClassScores classes, double tau, Streams streams) {
            GaussianMixture data = config.law().data();
            Stream stream = streams.at("start");
            int n = config.particles();
            if (config.weight() == 0) {
                return draw(config.diffusion(), data, tau, stream, n);
            }
            double[][] x = new double[data.dimension()][n];
            for (int c = 0; c < data.components(); c++) {
                GaussianMixture one = GaussianMixture.of(data.means()[c], data.covariances()[c]);
                double[][] own = draw(config.diffusion(), one, tau, stream.part(c), n);
                for (int k = 0; k < n; k++) {
                    for (int j = 0; j < x.length && classes.label(k) == c; j++) {
                        x[j][k] = own[j][k];
                    }
                }
            }
            return x;
        }
    }

    /** Starts that are learned for the classes of a guided distribution. */
    interface Learned extends DiffusionStart {
        /** Transforms prior noise into initial points for particles of these classes. */
        double[][] moved(GuidanceConfig config, int[] labels, double[][] noise, Streams streams);

        @Override
        default void check(DiffusionConfig config) {
            String text = Schema.formatValue(this);
            throw new IllegalArgumentException("start=" + text.substring(0, text.indexOf('('))
                    + " must have classes, those of the study guidance");
        }

        @Override
        default double[][] draw(
                DiffusionConfig config, Score score, GaussianMixture law, double[] times, Streams streams) {
            throw new IllegalArgumentException("no start without classes: " + Schema.formatValue(this));
        }

        @Override
        default void check(GuidanceConfig config) {
            if (config.law().latents() != config.law().dimension()) {
                DiffusionStart.super.check(config);
            }
            check(config.law(), config.method());
        }

        /** Rejects a distribution or method for which no start can be learned. */
        static void check(GuidedLaw law, DiffusionMethod method) {
            if (!law.hasClasses() || law.latents() < law.dimension()) {
                throw new IllegalArgumentException(
                        "law must have classes and be in pixels for start=golden or policy, got "
                                + Schema.formatValue(law));
            }
            if (!method.stepsBothWays()) {
                throw new IllegalArgumentException(
                        "method must step both ways, without noise, for start=golden or policy, got "
                                + Schema.formatValue(method));
            }
        }

        @Override
        default double[][] guided(GuidanceConfig config, ClassScores classes, double tau, Streams streams) {
            int[] labels =
                    IntStream.range(0, config.particles()).map(classes::label).toArray();
            return moved(config, labels, GuidanceStudy.prior(config, streams.at("start")), streams);
        }
    }

    /** The prior at τ = 1, N(0, {@link Diffusion#priorVariance}), even if some signal remains there. */
    record Standard() implements Drawn {
        @Override
        public double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count) {
            return diffusion.prior(law.dimension()).sample(stream, count);
        }

        @Override
        public void check(GuidanceConfig config) {
            // Latents are standard noise as well.
        }

        @Override
        public double[][] guided(GuidanceConfig config, ClassScores classes, double tau, Streams streams) {
            return GuidanceStudy.prior(config, streams.at("start"));
        }
    }

    /** The exact distribution of a x_0 + √V z. */
    record Exact() implements Drawn {
        @Override
        public double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count) {
            return law.affine(diffusion.meanCoefficient(tau), diffusion.variance(tau))
                    .sample(stream, count);
        }
    }

    /**
     * a E[x_0] + √V z: one DDIM step from pure noise, where the best prediction of the data is their mean, to the end
     * of the chain. The mean is exact, the variance that of the noise.
     *
     * <p>The learned step of Zhang, Zhang and Cham 2023 (arXiv 2311.15744, equation 8) at its optimum. A chain that
     * ends without signal ({@link Diffusion.ZeroTerminalBetas}) makes this its first step.
     */
    record OneMoreStep() implements Drawn {
        @Override
        public boolean needsNoSignal() {
            return true;
        }

        @Override
        public double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count) {
            double a = diffusion.meanCoefficient(tau);
            double root = diffusion.stdDev(tau);
            double[] mean = law.mean();
            double[][] x = GaussianMixture.standard(mean.length).sample(stream, count);
            for (int j = 0; j < x.length; j++) {
                double shift = a * mean[j];
                double[] row = x[j];
                Arrays.setAll(row, k -> Math.fma(root, row[k], shift));
            }
            return x;
        }
    }

    /** The times of a sampler, without the first if no signal is left there. */
    static double[] times(Diffusion diffusion, double... times) {
        return diffusion.meanCoefficient(times[0]) == 0 ? Arrays.copyOfRange(times, 1, times.length) : times;
    }

    /** Rejects a diffusion that ends without signal, unless its first step uses the data mean and more steps follow. */
    static void check(Diffusion diffusion, DiffusionStart start, int steps) {
        if (diffusion.meanCoefficient(1) > 0) {
            return;
        }
        if (!start.needsNoSignal()) {
            diffusion.mustHaveSignal(1);
        }
        if (steps < 2) {
            throw new IllegalArgumentException(
                    "steps must be at least 2 for a diffusion that ends without signal, got " + steps);
        }
    }
}
