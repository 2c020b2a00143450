package org.noisebook.papers.goodseeds;

import java.util.List;
import org.noisebook.data.Check;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.field.LearnedField;
import org.noisebook.rng.Streams;
import org.noisebook.solver.VelocityField;

/**
 * A generator with conditions: noise z ~ N(0, I) becomes a sample of the condition's target by x_t = (1 − t) z + t x_1.
 *
 * <p>In configs: {@code gaussianConditions(conditions=32, dimension=16)}, {@code mixtureConditions(conditions=32,
 * dimension=16, components=3, spread=0.5, model=0)}, {@code digits}, {@code digitsMixture}.
 *
 * <p>All scenes of one dimension use the same noise, so that a seed can be compared across scenes.
 */
public sealed interface SeedScene
        permits SeedScene.GaussianConditions, SeedScene.MixtureConditions, SeedScene.Pictures {
    /** The cost of an exponential in units of multiply-adds. */
    double WEIGHT = 30;

    /** The number C of conditions. */
    int conditions();

    /** The dimension d. */
    int dimension();

    /** Multiply-adds of a field evaluation for one particle. */
    double work();

    /** SHA-256 of its input files. */
    default List<String> files() {
        return List.of();
    }

    /** The generator for one replica. */
    Generator open(Streams streams);

    /** Fields and measurements for all conditions; belongs to one thread. */
    interface Generator {
        /** The velocity b under a condition. */
        VelocityField velocity(int condition);

        /** The drift b + ε(t) s under a condition. */
        VelocityField drift(int condition, double diffusion);

        /** The noise strength ε(t) for the ε of a config. */
        double diffusion(double diffusion, double t);

        /** Measurements of samples by {@link SeedResponse}, [response][k]; x is coordinate-major. */
        double[][] responses(int condition, double[][] x);
    }

    /**
     * One isotropic Gaussian N(m_c, V_c I) per condition, with V_c uniform on [0.2, 0.6]: {@link MixtureConditions}
     * with one component and spread 1, so that m_c is a common draw from N(0, I) plus a shift from N(0, I/4).
     *
     * <p>The flow is x = m_c + √V_c z, hence log ρ_c(x) = −|z|²/2 − (d/2) log(2π V_c): seed and condition effects are
     * exactly additive.
     *
     * @param conditions C
     * @param dimension d
     */
    record GaussianConditions(int conditions, int dimension) implements SeedScene {
        public GaussianConditions {
            checkSizes(conditions, dimension);
        }

        /** 32 conditions in 16 dimensions. */
        public static GaussianConditions standard() {
            return new GaussianConditions(32, 16);
        }

        @Override
        public double work() {
            return 2.0 * dimension + WEIGHT;
        }

        @Override
        public Generator open(Streams streams) {
            return new MixtureGenerator(new MixtureConditions(conditions, dimension, 1, 1, 0), streams);
        }
    }

    /**
     * One mixture of equal isotropic Gaussians per condition: their means are a layout common to all conditions, N(0,
     * spread²) per coordinate, plus a shift of the condition, N(0, (spread/2)²); variances uniform on [0.2, 0.6].
     *
     * @param conditions C
     * @param dimension d
     * @param components number of components of each mixture
     * @param spread standard deviation of the layout
     * @param model number of the generator; another number draws all means and variances anew, with the same noise
     */
    record MixtureConditions(int conditions, int dimension, int components, double spread, int model)
            implements SeedScene {
        public MixtureConditions {
            checkSizes(conditions, dimension);
            Check.inRange("components", components, 1, 1000);
            Check.inRange("spread", spread, 0, 1e6);
            Check.inRange("model", model, 0, Integer.MAX_VALUE);
        }

        /** 32 conditions of 3 components in 16 dimensions, spread 0.5. */
        public static MixtureConditions standard() {
            return new MixtureConditions(32, 16, 3, 0.5, 0);
        }

        @Override
        public double work() {
            return components * (2.0 * dimension + WEIGHT);
        }

        @Override
        public Generator open(Streams streams) {
            return new MixtureGenerator(this, streams);
        }
    }

    /** Scenes of the handwritten digits, one condition per class. */
    sealed interface Pictures extends SeedScene permits Digits, DigitsMixture {
        @Override
        default int conditions() {
            return PictureGenerator.CLASSES;
        }

        @Override
        default int dimension() {
            return PictureGenerator.PIXELS;
        }
    }

    /**
     * The handwritten digits by the field included in the kit, {@link LearnedField#digits}, one condition per class.
     */
    record Digits() implements Pictures {
        private static final double WEIGHTS = 134_000;

        @Override
        public double work() {
            return WEIGHTS;
        }

        @Override
        public List<String> files() {
            return new GuidedLaw.LearnedDigits().files();
        }

        @Override
        public Generator open(Streams streams) {
            LearnedField field = LearnedField.digits();
            return new PictureGenerator() {
                @Override
                public VelocityField velocity(int condition) {
                    return field.forClass(condition).velocity();
                }

                @Override
                public VelocityField drift(int condition, double diffusion) {
                    return field.forClass(condition).forwardDrift(t -> diffusion(diffusion, t));
                }
            };
        }
    }

    /**
     * The exact Gaussians of the classes of handwritten digits: another model of the data that {@link Digits} learned.
     */
    record DigitsMixture() implements Pictures {
        @Override
        public double work() {
            return 2.0 * PictureGenerator.PIXELS * PictureGenerator.PIXELS;
        }

        @Override
        public List<String> files() {
            return GuidedLaw.DigitsMixture.standard().files();
        }

        @Override
        public Generator open(Streams streams) {
            return new PictureGenerator() {
                @Override
                public VelocityField velocity(int condition) {
                    return classes.get(condition).velocity();
                }

                @Override
                public VelocityField drift(int condition, double diffusion) {
                    return classes.get(condition).forwardDrift(t -> diffusion(diffusion, t));
                }
            };
        }
    }

    private static void checkSizes(int conditions, int dimension) {
        Check.inRange("conditions", conditions, 4, 100_000);
        Check.inRange("dimension", dimension, 2, 1024);
    }
}
