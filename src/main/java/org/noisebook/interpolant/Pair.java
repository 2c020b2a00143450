package org.noisebook.interpolant;

import org.noisebook.data.Check;
import org.noisebook.model.GaussianMixture;

/**
 * Two densities whose interpolants have exact fields.
 *
 * <p>In configs: {@code twoToThree}, {@code gaussians(startMean=-1, startVariance=0.5, endMean=2, endVariance=3,
 * covariance=0)}, {@code plane}, {@code noiseTo(target=modeRing(modes=8, radius=4, stdDev=0.3))}.
 */
public interface Pair {
    /** The interpolant of the pair. */
    MixtureInterpolant interpolant(Schedule schedule);

    /** The dimension d. */
    int dimension();

    /** Number of components of x_t. */
    int components();

    /** From {@link Target.TwoModes} to {@link Target.ThreeModes}, the authors' example on the line. */
    record TwoToThree() implements Pair {
        @Override
        public MixtureInterpolant interpolant(Schedule schedule) {
            return new MixtureInterpolant(
                    new Target.TwoModes().mixture().orElseThrow(),
                    new Target.ThreeModes().mixture().orElseThrow(),
                    schedule);
        }

        @Override
        public int dimension() {
            return 1;
        }

        @Override
        public int components() {
            return 6;
        }
    }

    /**
     * Two jointly normal scalars.
     *
     * @param startMean m_0
     * @param startVariance C_0
     * @param endMean m_1
     * @param endVariance C_1
     * @param covariance covariance of x_0 and x_1
     */
    record Gaussians(double startMean, double startVariance, double endMean, double endVariance, double covariance)
            implements Pair {
        private static final double LARGEST = 1e6;

        public Gaussians {
            Check.inRange("startMean", startMean, -LARGEST, LARGEST);
            Check.above("startVariance", startVariance, 0, LARGEST);
            Check.inRange("endMean", endMean, -LARGEST, LARGEST);
            Check.above("endVariance", endVariance, 0, LARGEST);
            double root = Math.sqrt(startVariance * endVariance);
            if (!(Math.abs(covariance) < root)) {
                throw new IllegalArgumentException(
                        "covariance must be inside (-" + root + ", " + root + "), got " + covariance);
            }
        }

        /** From N(−1, ½) to N(2, 3), independent. */
        public static Gaussians standard() {
            return new Gaussians(-1, 0.5, 2, 3, 0);
        }

        @Override
        public MixtureInterpolant interpolant(Schedule schedule) {
            return MixtureInterpolant.coupled(
                    GaussianMixture.of(
                            new double[] {startMean, endMean},
                            new double[][] {{startVariance, covariance}, {covariance, endVariance}}),
                    schedule);
        }

        @Override
        public int dimension() {
            return 1;
        }

        @Override
        public int components() {
            return 1;
        }
    }

    /**
     * Two correlated Gaussians in the plane with non-commuting covariances: no flow between them is optimal transport.
     */
    record Plane() implements Pair {
        @Override
        public MixtureInterpolant interpolant(Schedule schedule) {
            return new MixtureInterpolant(
                    GaussianMixture.of(new double[] {0, 0}, new double[][] {{1, 0.5}, {0.5, 2}}),
                    GaussianMixture.of(new double[] {2, -1}, new double[][] {{3, 1}, {1, 1}}),
                    schedule);
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public int components() {
            return 1;
        }
    }

    /**
     * From N(0, I) to a mixture: one-sided if the schedule has no latent noise.
     *
     * @param target a Gaussian mixture
     */
    record NoiseTo(Target target) implements Pair {
        public NoiseTo {
            if (target.mixture().isEmpty()) {
                throw new IllegalArgumentException("target must be a Gaussian mixture, got " + target);
            }
        }

        /** From noise to eight modes on a circle. */
        public static NoiseTo standard() {
            return new NoiseTo(Target.ModeRing.standard());
        }

        @Override
        public MixtureInterpolant interpolant(Schedule schedule) {
            return new MixtureInterpolant(
                    GaussianMixture.standard(dimension()), target.mixture().orElseThrow(), schedule);
        }

        @Override
        public int dimension() {
            return target.dimension();
        }

        @Override
        public int components() {
            return target.mixture().orElseThrow().components();
        }
    }
}
