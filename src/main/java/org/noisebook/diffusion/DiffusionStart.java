package org.noisebook.diffusion;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;

/**
 * Where sampling of a diffusion starts.
 *
 * <p>In configs: {@code standard}, which is never written, {@code exact}, {@code oneMoreStep}, {@code boundary(candidates=300,
 * pairs=20)}, {@code interpolated(blend=slerp, level=0.5)}, {@code
 * golden(strong=1.5, weak=0, pairs=256, ridge=0.01, shift=0)}, {@code policy(updates=60, samples=64, reuse=8, clip=0.2, rate=0.05,
 * calibrated=true)}. What a
 * study cannot start from it refuses by name. Learned starts are trained by a study of their own, which reports what the training came to; the
 * run that starts from one trains it from its own streams, so that it is a function of its config.
 */
public sealed interface DiffusionStart
        permits DiffusionStart.Drawn,
                DiffusionStart.Golden,
                DiffusionStart.Policy,
                DiffusionStart.Boundary,
                DiffusionStart.Interpolated {
    /** Starts that need no more than the law of the data. */
    sealed interface Drawn extends DiffusionStart permits Standard, Exact, OneMoreStep {
        /** So many starts at τ for data of this law, {@code [coordinate][particle]}. */
        double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count);
    }

    /** The prior at τ = 1, N(0, {@link Diffusion#priorVariance}), whatever signal is left there. */
    record Standard() implements Drawn {
        @Override
        public double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count) {
            return diffusion.prior(law.dimension()).sample(stream, count);
        }
    }

    /** The law of a x_0 + √V z itself. */
    record Exact() implements Drawn {
        @Override
        public double[][] draw(Diffusion diffusion, GaussianMixture law, double tau, Stream stream, int count) {
            return law.affine(diffusion.meanCoefficient(tau), diffusion.variance(tau))
                    .sample(stream, count);
        }
    }

    /**
     * a E[x_0] + √V z: one step of DDIM from pure noise, where the best prediction of the data is their mean, to where the chain ends; mean
     * exact, spread that of the noise.
     *
     * <p>The learned step of Zhang, Zhang and Cham 2023 (arXiv 2311.15744, equation 8) at its optimum. A chain that ends without signal
     * ({@link Diffusion.ZeroTerminalBetas}) makes its own first step so.
     */
    record OneMoreStep() implements Drawn {
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

    /**
     * One start for all particles and all observations: of so many draws of the prior the one whose samples lie nearest to the data of so many
     * pairs of data and observation, as {@link Boundaries} chooses it.
     *
     * <p>Ma, Yang, Yang and Zhang 2024 (arXiv 2305.15357).
     *
     * @param candidates draws of the prior
     * @param pairs that choose
     */
    record Boundary(
            @Parameter(value = "candidates for the start", range = "[2, 100000]")
            int candidates,

            @Parameter(value = "pairs of data and observation that choose", range = "[2, 10000]")
            int pairs)
            implements DiffusionStart {
        /** Validates. */
        public Boundary {
            Ranges.check(Boundary.class, candidates, pairs);
        }

        /** 300 candidates, 20 pairs. */
        public static Boundary standard() {
            return new Boundary(300, 20);
        }
    }

    /**
     * Noise that carries a class already: a start goes down with strong guidance to its class and up again with weak guidance, or where a ridge
     * regression on such pairs, one for each class, says that it would go.
     *
     * <p>Zhou, Shao, Bai and others 2024 (arXiv 2411.09502); {@code golden-noise} reports what the map does to noise.
     *
     * @param strong weight of guidance down
     * @param weak weight of guidance up
     * @param pairs of each class that teach the map; 0 for the trip itself
     * @param ridge added to the second moments of noise
     * @param shift by how many classes the noise is for another than is asked for
     */
    record Golden(
            @Parameter(value = "weight of guidance down", range = "[-100, 100]")
            double strong,

            @Parameter(value = "weight of guidance up", range = "[-100, 100]")
            double weak,

            @Parameter(value = "pairs of each class that teach the map; 0 for the trip itself", range = "[0, 100000]")
            int pairs,

            @Parameter(value = "ridge of the map", range = "(0, 1000]")
            double ridge,

            @Parameter(value = "by how many classes the noise is for another", range = "[0, 1000]")
            int shift)
            implements DiffusionStart {
        /** Validates. */
        public Golden {
            Ranges.check(Golden.class, strong, weak, pairs, ridge, shift);
        }

        /** Down at w = 1.5, up at 0, a map of 256 pairs a class. */
        public static Golden standard() {
            return new Golden(1.5, 0, 256, 0.01, 0);
        }
    }

    /**
     * Noise from a law N(μ, diag σ²) for each class, learned by policy gradient from the log probability of the class at the end of the sampler:
     * see {@link LearnedPolicy}.
     *
     * <p>Chen, Yang, Wang and others 2024 (arXiv 2407.19453); {@code noise-policy} reports what was learned.
     *
     * @param updates batches
     * @param samples of a batch
     * @param reuse steps of the gradient a batch
     * @param clip how far from 1 a ratio may be and still be climbed; 10⁶ for no clip
     * @param rate of a step
     * @param calibrated whether rewards are centred and scaled by those of their batch
     */
    record Policy(
            @Parameter(value = "batches", range = "[1, 100000]")
            int updates,

            @Parameter(value = "samples of a batch", range = "[2, 100000]")
            int samples,

            @Parameter(value = "steps a batch", range = "[1, 1000]")
            int reuse,

            @Parameter(value = "clip of the ratios", symbol = "ε", range = "(0, 1000000]")
            double clip,

            @Parameter(value = "rate of a step", range = "(0, 100]")
            double rate,

            @Parameter("whether rewards are centred and scaled by batch")
            boolean calibrated)
            implements DiffusionStart {
        /** Validates. */
        public Policy {
            Ranges.check(Policy.class, updates, samples, reuse, clip, rate, calibrated);
        }

        /** 60 batches of 64 used eight times, clip 0.2. */
        public static Policy standard() {
            return new Policy(60, 64, 8, 0.2, 0.05, true);
        }
    }

    /** What is made of the codes of two pictures. */
    sealed interface Blend permits Linear, Slerp, Corrected {}

    /** Half of each code: of independent noises it keeps half the variance. */
    record Linear() implements Blend {}

    /** The middle of the great circle through both codes: of independent noises it keeps the variance. */
    record Slerp() implements Blend {}

    /**
     * a (x_A + x_B)/2 + √V (α e_A + α e_B + γ z) with the noises e = (code − a x)/√V cut at ±c, fresh noise z and 2α² + γ² = 1.
     *
     * <p>Zheng, Liu, Gong and others 2024 (arXiv 2403.08840, equation 8 at equal weights). <b>Special cases</b>: γ = 1 noises the mean picture
     * anew.
     *
     * @param cut c
     * @param fresh γ
     */
    record Corrected(
            @Parameter(value = "where noises are cut", symbol = "c", range = "(0, 100]")
            double cut,

            @Parameter(value = "share of fresh noise", symbol = "γ", range = "[0, 1]")
            double fresh)
            implements Blend {
        /** Validates. */
        public Corrected {
            Ranges.check(Corrected.class, cut, fresh);
        }

        /** c = 2, γ = 0.6. */
        public static Corrected standard() {
            return new Corrected(2, 0.6);
        }
    }

    /**
     * Between the codes of two points of the data each, which the sampler itself takes up to a level of noise; sampling starts there.
     *
     * @param blend of the codes
     * @param level τ of the codes
     */
    record Interpolated(
            @Parameter("how two codes are blended: linear, slerp or corrected")
            Blend blend,

            @Parameter(value = "time of the codes", symbol = "τ", range = "(0, 1]")
            double level)
            implements DiffusionStart {
        /** Validates. */
        public Interpolated {
            Ranges.check(Interpolated.class, blend, level);
        }

        /** Slerp half way up. */
        public static Interpolated standard() {
            return new Interpolated(new Slerp(), 0.5);
        }
    }

    /** The times of a sampler, the first left out where no signal is left there. */
    static double[] times(Diffusion diffusion, double... times) {
        return diffusion.meanCoefficient(times[0]) == 0 ? Arrays.copyOfRange(times, 1, times.length) : times;
    }

    /** Refuses a diffusion that ends without signal unless its first step is made from the mean of the data, and others follow. */
    static void check(Diffusion diffusion, DiffusionStart start, int steps) {
        if (diffusion.meanCoefficient(1) > 0) {
            return;
        }
        if (!(start instanceof OneMoreStep)) {
            diffusion.mustHaveSignal(1);
        }
        if (steps < 2) {
            throw new IllegalArgumentException(
                    "steps must be at least 2 for a diffusion that ends without signal, got " + steps);
        }
    }
}
