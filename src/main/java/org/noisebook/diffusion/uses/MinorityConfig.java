package org.noisebook.diffusion.uses;

import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;

/**
 * Samples steered to a level of rarity.
 *
 * @param level of rarity, 1 for the commonest
 * @param weight 0 draws without guidance, 1 the level, more exaggerates it
 * @param rarityTime τ of the noise under which a point's rarity is measured
 */
public record MinorityConfig(
        @Parameter("uneven mixture: plane or digits") Data data,

        @Parameter("diffusion that is run backward") Diffusion diffusion,

        @Parameter("how steps are made") DiffusionMethod method,

        @Parameter(value = "steps of equal length", range = "[1, 10000]")
        int steps,

        @Parameter("what tells levels apart: exact or kernel")
        Classifier classifier,

        @Parameter(value = "levels of rarity, equally frequent", range = "[2, 20]")
        int levels,

        @Parameter(value = "level asked for", range = "[1, levels]")
        int level,

        @Parameter(value = "weight of guidance", symbol = "w", range = "[0, 20]")
        double weight,

        @Parameter(value = "time of the noise of rarity", range = "[0.01, 0.9]")
        double rarityTime,

        @Parameter(value = "noises a point", range = "[1, 1000]")
        int draws,

        @Parameter(value = "points that set the levels", range = "[50, 100000]")
        int points,

        @Parameter(value = "samples", range = "[16, 100000]")
        int particles) {
    /** What is sampled. */
    public enum Data {
        /** Unit Gaussians of weight 0.90 at (0, 0), 0.08 at (5, 0) and 0.02 at (0, 6). */
        PLANE,
        /** The Gaussians of ten digits, 0 to 4 with weight 0.18 each and 5 to 9 with 0.02. */
        DIGITS;

        private static final int COMMON = 5;

        /** Its law. */
        public GaussianMixture mixture() {
            if (this == PLANE) {
                double[][] one = {{1, 0}, {0, 1}};
                return new GaussianMixture(
                        new double[] {0.90, 0.08, 0.02},
                        new double[][] {{0, 0}, {5, 0}, {0, 6}},
                        new double[][][] {one, one, one});
            }
            GaussianMixture even = Target.PictureClasses.standard().mixture().orElseThrow();
            double[] weights = new double[even.components()];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = k < COMMON ? 0.18 : 0.02;
            }
            return new GaussianMixture(weights, even.means(), even.covariances());
        }
    }

    /** Where the score of a level comes from. */
    public enum Classifier {
        /** The components of the law, weighed by how often each has the level. */
        EXACT,
        /** Kernels on the points that set the levels: the classifier that these points teach. */
        KERNEL
    }

    /** Validates. */
    public MinorityConfig {
        Ranges.check(
                MinorityConfig.class,
                data,
                diffusion,
                method,
                steps,
                classifier,
                levels,
                level,
                weight,
                rarityTime,
                draws,
                points,
                particles);
        if (points < 5 * levels) {
            throw new IllegalArgumentException(
                    "points must be at least five for each of levels=" + levels + ", got " + points);
        }
    }

    /** The plane, the linear DDPM chain, 50 steps of order 2 to the rarest of ten levels, w = 1. */
    public static MinorityConfig standard() {
        return new MinorityConfig(
                Data.PLANE,
                new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02)),
                new DiffusionMethod.ExponentialMultistep(),
                50,
                Classifier.EXACT,
                10,
                10,
                1,
                0.5,
                16,
                4000,
                2000);
    }
}
