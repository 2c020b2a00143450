package org.noisebook.papers.interpolants;

import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;

/**
 * Named pairs of Gaussian mixtures, for studies that need exact fields.
 *
 * <p>The Gaussians on the line and in the plane and the 2→3-mode pair are those of tests and tables; the last is that of the one-dimensional
 * demonstration in the code of Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797).
 */
public enum ExactPair {
    /** N(0, 1) and N(0, 1). */
    STANDARD(GaussianMixture.standard(1), GaussianMixture.standard(1)),
    /** N(−1, 0.5) and N(2, 3). */
    GAUSSIANS(line(-1, 0.5), line(2, 3)),
    /** N(0, 1) and 0.3 N(−2, 0.16) + 0.7 N(1, 0.36). */
    NOISE_TO_TWO_MODES(
            GaussianMixture.standard(1),
            GaussianMixture.onLine(new double[] {0.3, 0.7}, new double[] {-2, 1}, new double[] {0.16, 0.36})),
    /** Modes at ±3 and at −6, 0, 6. */
    TWO_TO_THREE_MODES(
            new Target.TwoModes().mixture().orElseThrow(),
            new Target.ThreeModes().mixture().orElseThrow()),
    /** Two Gaussians in the plane whose covariances do not commute. */
    PLANE(
            GaussianMixture.of(new double[] {0, 0}, new double[][] {{1, 0.5}, {0.5, 2}}),
            GaussianMixture.of(new double[] {2, -1}, new double[][] {{3, 1}, {1, 1}}));

    private final GaussianMixture start;
    private final GaussianMixture end;

    ExactPair(GaussianMixture start, GaussianMixture end) {
        this.start = start;
        this.end = end;
    }

    private static GaussianMixture line(double mean, double variance) {
        return GaussianMixture.onLine(new double[] {1}, new double[] {mean}, new double[] {variance});
    }

    /** The density ρ_1. */
    public GaussianMixture end() {
        return end;
    }

    /** The dimension d. */
    public int dimension() {
        return end.dimension();
    }

    /** The interpolant between the two densities with a given schedule. */
    public MixtureInterpolant by(Schedule schedule) {
        return new MixtureInterpolant(start, end, schedule);
    }
}
