package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Check;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;

/**
 * Mixture data seen as y = x_0 + √v z, each particle with its own y, and the deterministic sampler of their posteriors.
 *
 * <p>With u = a x_0 + √V z′, both are noisy data: together they are the data plus noise of variance ω = 1/(1/v + a²/V) at w =
 * ω (y/v + a u/V), so E[x_0 | y, u] is the denoiser of the data alone at w. The sampler is u ← a_j x̂ + √V_j (u − a_i x̂)/√V_i:
 * DDIM where there is signal, and well defined where there is none or no noise.
 *
 * <p><b>Source</b>: Bayes' rule; DDIM: Song, Meng and Ermon 2021, equation 12 (arXiv 2010.02502). <b>Shapes</b>: y, u
 * {@code [coordinate][particle]}. <b>Special cases</b>: v = ∞ is no observation; where a = 0, x̂ = E[x_0 | y]; where V = 0 and a &gt; 0, x̂ =
 * u/a. <b>Error</b>: rounding. <b>Cost</b>: of a step, one score of {@link SpectralMixture} at each particle.
 */
public final class ObservedMixture {
    /** What a restoration starts from at a time τ of its path, as a x + b y + √V z with an x that stands for the data. */
    public enum Start {
        /** Noise √V z alone, without b y. */
        NOISE,
        /** x = y, the observation. */
        OBSERVED,
        /** x = E[x_0 | y]. */
        MEAN,
        /** x a draw of the posterior. */
        EXACT
    }

    /** Noise levels of the denoiser, far wider than any in use. */
    private static final Diffusion LEVELS = new Diffusion.VarianceExploding(1e-9, 1e9);

    /** Below and above these ω, x̂ is w or the mean of the data. */
    private static final double LEAST = 1e-17;

    private static final double MOST = 1e17;

    private final GaussianMixture data;
    private final double variance;
    private final SpectralMixture axes;
    private final Score score;

    /**
     * Data and their observation.
     *
     * @param variance v, above 0; infinite for none
     */
    public ObservedMixture(GaussianMixture data, double variance) {
        this(data, variance, new SpectralMixture(data));
    }

    /** Digits of {@link GuidedLaw.DigitsMixture} and their observation. */
    public static ObservedMixture digits(double variance) {
        return new ObservedMixture(GuidedLaw.DigitsMixture.standard().data(), variance, SpectralMixture.digits());
    }

    private ObservedMixture(GaussianMixture data, double variance, SpectralMixture axes) {
        this.data = data;
        this.variance = variance;
        if (!Double.isInfinite(variance)) {
            Check.above("variance", variance, 0, 1e9);
        }
        this.axes = axes;
        score = axes.score(LEVELS);
    }

    /** The data. */
    public GaussianMixture data() {
        return data;
    }

    /** The score of the data alone along a path. */
    public Score score(Diffusion path) {
        return axes.score(path);
    }

    /** E[x_0 | y]. */
    public double[][] mean(double[][] y) {
        double[][] out = new double[y.length][y[0].length];
        denoiser(y, y[0].length).at(0, 0, y, y[0].length, out);
        return out;
    }

    /**
     * The start u = x − b y at a time of a path.
     *
     * @param x the data, draws of their posteriors
     * @param z standard normal noise
     */
    public double[][] start(Start start, Diffusion path, double tau, double[][] x, double[][] y, double[][] z) {
        double a = path.meanCoefficient(tau);
        double[][] centre = switch (start) {
            case NOISE, OBSERVED -> y;
            case MEAN -> mean(y);
            case EXACT -> x;
        };
        double factor = start == Start.NOISE ? 0 - path.observedCoefficient(tau) : a;
        double[][] u = Blocks.rows(y.length, y[0].length);
        Blocks.combine(path.stdDev(tau), z, factor, centre, y[0].length, u);
        return u;
    }

    /** E[x_0 | y, u] of a block. */
    private interface Denoiser {
        void at(double a, double noise, double[][] u, int count, double[][] out);
    }

    private Denoiser denoiser(double[][] y, int capacity) {
        Field.Evaluator field = score.evaluator(capacity);
        double[][] w = new double[y.length][capacity];
        return (a, noise, u, count, out) -> {
            double precision = a == 0 ? 0 : a * a / noise;
            double omega = 1 / (1 / variance + precision);
            boolean blind = omega > MOST;
            double seen = blind ? 0 : omega / variance;
            for (int j = 0; j < out.length; j++) {
                Arrays.fill(w[j], 0, count, 0);
                for (int k = 0; k < count; k++) {
                    w[j][k] = precision == Double.POSITIVE_INFINITY
                            ? u[j][k] / a
                            : (seen == 0 ? 0 : seen * y[j][k]) + (a == 0 ? 0 : omega * a / noise * u[j][k]);
                }
            }
            if (omega > LEAST && !blind) {
                field.at(LEVELS.timeOfSigma(Math.sqrt(omega)), w, count, out);
            }
            double[] mean = data.mean();
            for (int j = 0; j < out.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = blind ? mean[j] : omega > LEAST ? Math.fma(omega, out[j][k], w[j][k]) : w[j][k];
                }
            }
        };
    }

    /**
     * The sampler of u = x − b y along a path, for a block of the particles with these observations in this order.
     *
     * @param y at least as many observations as particles
     */
    public Sampler flow(Diffusion path, double[][] y) {
        return PairedStepper.sampler(score, 0, capacity -> new Steps(path, y, capacity));
    }

    /** The sampler for centred data and observations 0, whose linear part is that of all if there is one component. */
    public Sampler flow(Diffusion path) {
        return PairedStepper.sampler(
                score, 0, capacity -> new Steps(path, new double[data.dimension()][capacity], capacity));
    }

    /** x at the last time of a path from a {@link #start} at its first. */
    public double[][] restored(Start start, Diffusion path, double[] times, double[][] x, double[][] y, double[][] z) {
        int n = y[0].length;
        double[][] u = start(start, path, times[0], x, y, z);
        Sampler.Stepper stepper = flow(path, y).begin(n);
        for (int k = 1; k < times.length; k++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("restoration interrupted");
            }
            stepper.step(times[k - 1], times[k], u, n, new double[0][][]);
        }
        Blocks.combine(1, u, path.observedCoefficient(times[times.length - 1]), y, n, u);
        return u;
    }

    private final class Steps implements Sampler.Stepper {
        private final Diffusion path;
        private final Denoiser denoiser;
        private final double[][] clean;
        /** Particles whose E[x_0 | y] is in {@link #clean}. */
        private int known;

        private long evaluations;

        Steps(Diffusion path, double[][] y, int capacity) {
            this.path = path;
            denoiser = denoiser(y, capacity);
            clean = new double[y.length][capacity];
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            double a = path.meanCoefficient(from);
            double root = path.stdDev(from);
            if (a > 0 || count != known) {
                denoiser.at(a, root * root, x, count, clean);
                evaluations++;
                known = a > 0 ? 0 : count;
            }
            double kept = root == 0 ? 0 : path.stdDev(to) / root;
            Blocks.combine(kept, x, path.meanCoefficient(to) - kept * a, clean, count, x);
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
