package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

/**
 * A linear diffusion dx = f(τ) x dτ + g(τ) dw that turns data (τ = 0) into noise (τ = 1).
 *
 * <p>Given x_0, x_τ is N(a x_0, V) with a' = f a and V' = 2 f V + g². With B(τ) = ∫_0^τ β:
 *
 * <pre>
 *                     f         g²                  a           V
 * VE                  0         (σ²)'               1           σ²
 * VP                  −β/2      β                   exp(−B/2)   1 − exp(−B)
 * sub-VP              −β/2      β (1 − exp(−2B))    exp(−B/2)   (1 − exp(−B))²
 * DDPM                as VP with β constant within each of its steps
 * OUVE                −γ        V' + 2 γ V          exp(−γτ)    see {@link Ouve}
 * residual            a'/a      V' − 2 f V          1 − ᾱ       β̄²
 * </pre>
 *
 * <p>The last two restore data from an observation y towards which they drift: x_τ given x_0 and y has the mean a x_0 +
 * (1 − a) y, and what diffuses here is x_τ − (1 − a) y; see {@link #observedCoefficient}.
 *
 * <p><b>Convention</b>: V(τ) of VE is σ²(τ), not σ²(τ) − σ²(0): x_0 is the data, and particles at τ = 0 already carry
 * noise σ_min. Marginals, prior, scores, samplers and likelihoods all use it.
 *
 * <p>In configs: {@code varianceExploding(sigmaMin=0.01, sigmaMax=50.0)}, {@code ddpm(steps=1000,
 * betas=cosineBetas(offset=0.008, largest=0.999))}.
 *
 * <p><b>Source</b>: Song, Sohl-Dickstein, Kingma, Kumar, Ermon and Poole 2021, section 3.4 and appendix B (arXiv
 * 2011.13456); for DDPM see {@link Ddpm}. <b>Range</b>: τ in [0, 1]; anything else is an {@code
 * IllegalArgumentException}. <b>Special cases</b>: V(0) = 0 except for VE, so log-SNR is +∞ and σ is 0 there.
 * <b>Error</b>: rounding; V to relative 10⁻¹⁵ (DDPM: 10⁻¹²) even near τ = 0. <b>Cost</b>: below 0.2 µs per value; DDPM
 * 1 µs per thousand steps.
 */
public sealed interface Diffusion
        permits Diffusion.VarianceExploding,
                Diffusion.VariancePreserving,
                Diffusion.SubVariancePreserving,
                Diffusion.Ddpm,
                Diffusion.Ouve,
                Diffusion.Residual {
    /** The coefficient a(τ) of the data; positive. */
    double meanCoefficient(double tau);

    /** The variance V(τ) of the noise. */
    double variance(double tau);

    /** The drift coefficient f(τ). */
    double driftCoefficient(double tau);

    /** The noise rate g²(τ), the variance added per unit of time. */
    double noiseRate(double tau);

    /** The log signal-to-noise ratio log a²/V, which decreases with τ. */
    double logSnr(double tau);

    /**
     * The τ with the given log-SNR.
     *
     * @throws IllegalArgumentException unless it is between its values at τ = 1 and τ = 0
     */
    double timeOfLogSnr(double logSnr);

    /** The coefficient b of an observation y towards which data drift: x_τ − b y is this diffusion. */
    default double observedCoefficient(double tau) {
        return 0;
    }

    /** Variance of each coordinate of the initial noise in sampling. */
    default double priorVariance() {
        return 1;
    }

    /**
     * Rejects a time without signal, a(τ) = 0: a score or a noise mean cannot predict the data there; the only
     * prediction is their mean.
     *
     * @throws IllegalArgumentException that names τ and the start that is possible there
     */
    default void mustHaveSignal(double tau) {
        if (meanCoefficient(tau) == 0) {
            throw new IllegalArgumentException(
                    "no signal is left at tau=" + Numbers.format(tau)
                            + ", where a score or noise cannot predict the data: start=oneMoreStep takes the first step from their mean");
        }
    }

    /** The standard deviation √V(τ). */
    default double stdDev(double tau) {
        return Math.sqrt(variance(tau));
    }

    /** The noise level σ(τ) = √V/a: x_τ/a is the data plus noise of this standard deviation. */
    default double sigma(double tau) {
        return stdDev(tau) / meanCoefficient(tau);
    }

    /** The τ at which √V/a = σ. */
    default double timeOfSigma(double sigma) {
        return timeOfLogSnr(-2 * StrictMath.log(sigma));
    }

    /** Points with the noise of time τ, a x + √V z, where z is drawn coordinate by coordinate. */
    default double[][] noised(double tau, double[][] x, Stream stream) {
        double a = meanCoefficient(tau);
        double root = stdDev(tau);
        return Arrays.stream(x)
                .map(row -> Arrays.stream(row)
                        .map(value -> Math.fma(root, stream.nextGaussian(), a * value))
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Samples drawn from noise to data in equal steps, {@code [coordinate][sample]}. */
    default double[][] sample(DiffusionMethod method, Score score, int steps, int count, Stream start, Stream path) {
        double[][] x = prior(score.dimension()).sample(start, count);
        double[] times = TimeGrid.UNIFORM.times(1, 0, steps);
        Ensemble.run(method.sampler(this, score), times, x, Noise.independent(path), 1, Ensemble.Observer.NONE);
        return x;
    }

    /** The prior from which sampling starts, N(0, {@link #priorVariance}). */
    default GaussianMixture prior(int dimension) {
        double[][] covariance = new double[dimension][dimension];
        for (int j = 0; j < dimension; j++) {
            covariance[j][j] = priorVariance();
        }
        return GaussianMixture.of(new double[dimension], covariance);
    }

    /**
     * KL(p_1 ‖ prior) for data on the line, the error made by sampling from the prior; by the trapezoidal rule with
     * steps of a thousandth of a standard deviation, up to twelve standard deviations on each side.
     */
    default double priorDivergence(GaussianMixture data) {
        GaussianMixture law = marginals(data).marginal(1);
        GaussianMixture prior = prior(1);
        double step = 1e-3;
        double width = Math.sqrt(law.covariance()[0][0]);
        return IntStream.rangeClosed(-12_000, 12_000)
                .mapToDouble(k -> {
                    double[] x = {width * step * k};
                    double log = law.logDensity(x);
                    return StrictMath.exp(log) * (log - prior.logDensity(x)) * width * step;
                })
                .sum();
    }

    /**
     * The diffusion as a one-sided interpolant in its own time, x_τ = α z + β x_0 with α = √V and β = a.
     *
     * <p><b>Special cases</b>: α̇ is infinite where V = 0, αα̇ = V'/2 is not.
     */
    default Schedule schedule() {
        return new DiffusionSchedule(this);
    }

    /** The interpolant that gives densities and fields of x_τ for mixture data; its {@code endMean} is the denoiser. */
    default MixtureInterpolant marginals(GaussianMixture data) {
        return new MixtureInterpolant(GaussianMixture.standard(data.dimension()), data, schedule());
    }

    /**
     * Drift f x − (1 + λ²)/2 g² s of dx = … dτ + λ g dw̄, from τ = 1 to 0, with the diffusion's marginals for every λ.
     *
     * <p>The noise rate is λ² {@link #noiseRate}; λ = 1 is the reverse equation, λ = 0 the probability flow.
     *
     * @param lambda λ, at least 0
     */
    default VelocityField reverseDrift(Score score, double lambda) {
        Check.inRange("lambda", lambda, 0, Double.MAX_VALUE);
        double factor = -(1 + lambda * lambda) / 2;
        return new ComposedField(score, this::driftCoefficient, tau -> factor * noiseRate(tau));
    }

    /** The velocity f x − g² s/2 of the probability flow, the deterministic path with the same marginals. */
    default VelocityField probabilityFlow(Score score) {
        return reverseDrift(score, 0);
    }

    /** The time τ, after a check of its range. */
    private static double time(double tau) {
        Check.inRange("tau", tau, 0, 1);
        return tau;
    }

    /** Checks a linear rate β(τ) = β_min + τ (β_max − β_min). */
    private static void checkRate(double betaMin, double betaMax) {
        Check.above("betaMin", betaMin, 0, 1000);
        Check.inRange("betaMax", betaMax, betaMin, 1000);
    }

    /** Its integral B. */
    private static double rateIntegral(double betaMin, double betaMax, double tau) {
        return tau * Math.fma(tau / 2, betaMax - betaMin, betaMin);
    }

    /** The τ of an integral: the root of the quadratic equation, without cancellation. */
    private static double rateTime(double betaMin, double betaMax, double integral) {
        return 2 * integral / (betaMin + Math.sqrt(Math.fma(2 * integral, betaMax - betaMin, betaMin * betaMin)));
    }

    /** A τ computed from a log-SNR, with rounding beyond the ends removed. */
    private static double inside(Diffusion diffusion, double tau, double logSnr) {
        double rounding = 1e-9;
        if (!(tau >= -rounding && tau <= 1 + rounding)) {
            throw new IllegalArgumentException("logSnr must be in [" + Numbers.format(diffusion.logSnr(1)) + ", "
                    + Numbers.format(diffusion.logSnr(0)) + "], got " + Numbers.format(logSnr));
        }
        return Math.min(1, Math.max(0, tau));
    }

    /**
     * VE: σ(τ) = σ_min (σ_max/σ_min)^τ. The authors' code has 0.01 and 50.
     *
     * @param sigmaMin σ_min
     * @param sigmaMax σ_max, above σ_min
     */
    record VarianceExploding(double sigmaMin, double sigmaMax) implements Diffusion {
        /** The values in the authors' code. */
        public static VarianceExploding standard() {
            return new VarianceExploding(0.01, 50);
        }

        public VarianceExploding {
            Check.above("sigmaMin", sigmaMin, 0, 1e6);
            Check.above("sigmaMax", sigmaMax, sigmaMin, 1e9);
        }

        private double logRatio() {
            return StrictMath.log(sigmaMax / sigmaMin);
        }

        @Override
        public double meanCoefficient(double tau) {
            time(tau);
            return 1;
        }

        @Override
        public double stdDev(double tau) {
            return time(tau) == 1 ? sigmaMax : sigmaMin * StrictMath.exp(tau * logRatio());
        }

        @Override
        public double variance(double tau) {
            double sigma = stdDev(tau);
            return sigma * sigma;
        }

        @Override
        public double driftCoefficient(double tau) {
            time(tau);
            return 0;
        }

        @Override
        public double noiseRate(double tau) {
            return 2 * logRatio() * variance(tau);
        }

        @Override
        public double logSnr(double tau) {
            return -2 * (StrictMath.log(sigmaMin) + time(tau) * logRatio());
        }

        @Override
        public double timeOfLogSnr(double logSnr) {
            return inside(this, (-logSnr / 2 - StrictMath.log(sigmaMin)) / logRatio(), logSnr);
        }

        @Override
        public double priorVariance() {
            return sigmaMax * sigmaMax;
        }
    }

    /**
     * VP: β(τ) = β_min + τ (β_max − β_min). The authors' code has 0.1 and 20.
     *
     * @param betaMin β_min
     * @param betaMax β_max, at least β_min
     */
    record VariancePreserving(double betaMin, double betaMax) implements Diffusion {
        /** The values in the authors' code. */
        public static VariancePreserving standard() {
            return new VariancePreserving(0.1, 20);
        }

        public VariancePreserving {
            checkRate(betaMin, betaMax);
        }

        @Override
        public double meanCoefficient(double tau) {
            return StrictMath.exp(-rateIntegral(betaMin, betaMax, time(tau)) / 2);
        }

        @Override
        public double variance(double tau) {
            return -StrictMath.expm1(-rateIntegral(betaMin, betaMax, time(tau)));
        }

        @Override
        public double driftCoefficient(double tau) {
            return -noiseRate(tau) / 2;
        }

        @Override
        public double noiseRate(double tau) {
            return Math.fma(time(tau), betaMax - betaMin, betaMin);
        }

        @Override
        public double logSnr(double tau) {
            return -StrictMath.log(StrictMath.expm1(rateIntegral(betaMin, betaMax, time(tau))));
        }

        @Override
        public double timeOfLogSnr(double logSnr) {
            return inside(this, rateTime(betaMin, betaMax, StrictMath.log1p(StrictMath.exp(-logSnr))), logSnr);
        }
    }

    /**
     * sub-VP, with the rate β of {@link VariancePreserving} and never more variance.
     *
     * @param betaMin β_min
     * @param betaMax β_max, at least β_min
     */
    record SubVariancePreserving(double betaMin, double betaMax) implements Diffusion {
        /** The values in the authors' code. */
        public static SubVariancePreserving standard() {
            return new SubVariancePreserving(0.1, 20);
        }

        public SubVariancePreserving {
            checkRate(betaMin, betaMax);
        }

        private double integral(double tau) {
            return rateIntegral(betaMin, betaMax, time(tau));
        }

        @Override
        public double meanCoefficient(double tau) {
            return StrictMath.exp(-integral(tau) / 2);
        }

        @Override
        public double stdDev(double tau) {
            return -StrictMath.expm1(-integral(tau));
        }

        @Override
        public double variance(double tau) {
            double root = stdDev(tau);
            return root * root;
        }

        @Override
        public double driftCoefficient(double tau) {
            return -Math.fma(time(tau), betaMax - betaMin, betaMin) / 2;
        }

        @Override
        public double noiseRate(double tau) {
            return 2 * driftCoefficient(tau) * StrictMath.expm1(-2 * integral(tau));
        }

        @Override
        public double logSnr(double tau) {
            return -2 * StrictMath.log(2 * StrictMath.sinh(integral(tau) / 2));
        }

        /** σ = 2 sinh(B/2). */
        @Override
        public double timeOfLogSnr(double logSnr) {
            double half = StrictMath.exp(-logSnr / 2) / 2;
            double integral = 2 * StrictMath.log1p(half + half * half / (1 + Math.sqrt(1 + half * half)));
            return inside(this, rateTime(betaMin, betaMax, integral), logSnr);
        }
    }

    /**
     * The chain q(x_i | x_{i−1}) = N(√(1 − β_i) x_{i−1}, β_i), i = 1 … T, interpreted as VP: step i is τ = i/T, and
     * β(τ) is constant within a step, so that a² = ᾱ_i = Π (1 − β_i) at every step.
     *
     * <p><b>Source</b>: Ho, Jain and Abbeel 2020, equations 2 and 4 (arXiv 2006.11239).
     *
     * @param steps T
     * @param betas β_i
     */
    record Ddpm(int steps, Betas betas) implements Diffusion {
        private static final double LEAST_SIGNAL = 1e-30;

        public Ddpm {
            boolean toZero = betas instanceof ZeroTerminalBetas;
            Check.inRange("steps", steps, toZero ? 2 : 1, 1_000_000);
            double left = betas.remaining(steps, steps);
            if (!(left >= LEAST_SIGNAL || toZero)) {
                throw new IllegalArgumentException("betas must leave a signal of at least " + LEAST_SIGNAL
                        + " after steps=" + steps + ", got " + Numbers.format(left));
            }
        }

        private int step(double tau) {
            return Math.min((int) (time(tau) * steps), steps - 1);
        }

        /** The log signal log ᾱ. */
        private double logSignal(double tau) {
            int step = step(tau);
            double part = tau * steps - step;
            return part == 0 && betas instanceof ZeroTerminalBetas
                    ? StrictMath.log(betas.remaining(step, steps))
                    : Math.fma(
                            part,
                            StrictMath.log1p(-betas.beta(step + 1, steps)),
                            StrictMath.log(betas.remaining(step, steps)));
        }

        @Override
        public double meanCoefficient(double tau) {
            return StrictMath.exp(logSignal(tau) / 2);
        }

        @Override
        public double variance(double tau) {
            return 0 - StrictMath.expm1(logSignal(tau));
        }

        @Override
        public double driftCoefficient(double tau) {
            return -noiseRate(tau) / 2;
        }

        @Override
        public double noiseRate(double tau) {
            mustHaveSignal(tau);
            return -steps * StrictMath.log1p(-betas.beta(step(tau) + 1, steps));
        }

        @Override
        public double logSnr(double tau) {
            return -StrictMath.log(StrictMath.expm1(-logSignal(tau)));
        }

        @Override
        public double timeOfLogSnr(double logSnr) {
            double wanted = -StrictMath.log1p(StrictMath.exp(-logSnr));
            int low = 0;
            int high = steps - 1;
            while (low < high) {
                int middle = (low + high + 1) / 2;
                if (StrictMath.log(betas.remaining(middle, steps)) >= wanted) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            double part = (wanted - StrictMath.log(betas.remaining(low, steps)))
                    / StrictMath.log1p(-betas.beta(low + 1, steps));
            return inside(this, (low + part) / steps, logSnr);
        }
    }

    /**
     * OUVE: dx = γ (y − x) dτ + g dw with g² = 2 log r σ_min² r^(2τ), r = σ_max/σ_min, so that a = e^(−γτ) and V = σ_min²
     * (r^(2τ) − e^(−2γτ)) log r/(γ + log r). The authors' code has 1.5, 0.05 and 0.5.
     *
     * <p><b>Source</b>: Richter, Welker, Lemercier, Lay and Gerkmann 2023, equations 4 to 10 (arXiv 2208.05830).
     *
     * @param gamma γ, the stiffness
     * @param sigmaMin σ_min
     * @param sigmaMax σ_max, above σ_min
     */
    record Ouve(double gamma, double sigmaMin, double sigmaMax) implements Diffusion {
        /** The values in the authors' code. */
        public static Ouve standard() {
            return new Ouve(1.5, 0.05, 0.5);
        }

        public Ouve {
            Check.inRange("gamma", gamma, 0, 100);
            Check.above("sigmaMin", sigmaMin, 0, 1e6);
            Check.above("sigmaMax", sigmaMax, sigmaMin, 1e9);
        }

        private double rate() {
            return gamma + StrictMath.log(sigmaMax / sigmaMin);
        }

        /** V/a² over e^(2(γ + log r)τ) − 1. */
        private double scale() {
            return sigmaMin * sigmaMin * (1 - gamma / rate());
        }

        @Override
        public double observedCoefficient(double tau) {
            return -StrictMath.expm1(-gamma * time(tau));
        }

        @Override
        public double meanCoefficient(double tau) {
            return StrictMath.exp(-gamma * time(tau));
        }

        @Override
        public double variance(double tau) {
            return scale() * StrictMath.exp(-2 * gamma * time(tau)) * StrictMath.expm1(2 * rate() * tau);
        }

        @Override
        public double driftCoefficient(double tau) {
            time(tau);
            return -gamma;
        }

        @Override
        public double noiseRate(double tau) {
            return 2 * rate() * scale() * StrictMath.exp(2 * (rate() - gamma) * time(tau));
        }

        @Override
        public double logSnr(double tau) {
            return -StrictMath.log(scale() * StrictMath.expm1(2 * rate() * time(tau)));
        }

        @Override
        public double timeOfLogSnr(double logSnr) {
            return inside(this, StrictMath.log1p(StrictMath.exp(-logSnr) / scale()) / (2 * rate()), logSnr);
        }

        @Override
        public double priorVariance() {
            return variance(1);
        }
    }

    /** Whether a {@link Residual} path, run backward, removes residual and noise together or one before the other. */
    enum Removal {
        /** ᾱ = τ and β̄ = b τ. */
        JOINT,
        /** ᾱ falls from 1 to 0 while τ falls from 1 to ½, then β̄ from b. */
        RESIDUAL_FIRST,
        /** β̄ falls from b to its floor while τ falls from 1 to ½, then ᾱ from 1. */
        NOISE_FIRST
    }

    /**
     * The residual path x_τ = x_0 + ᾱ (y − x_0) + β̄ z, a = 1 − ᾱ, V = β̄², in which residual and noise have schedules of
     * their own. The flow depends on (1 − ᾱ)/β̄ only.
     *
     * <p><b>Source</b>: Liu, Wang, Fan, Wang, Tang and Qu 2024, equation 7 (arXiv 2308.13712), with linear schedules.
     * <b>Special cases</b>: no signal at τ = 1, with noise first already from τ = ½; V(0) = 0 also above a floor.
     *
     * @param order what is removed first
     * @param noise b, the noise at τ = 1
     * @param floor least β̄ for τ &gt; 0 if the noise is removed first; at most b
     */
    record Residual(Removal order, double noise, double floor) implements Diffusion {
        /** Together, with b = 1. */
        public static Residual standard() {
            return new Residual(Removal.JOINT, 1, 0);
        }

        public Residual {
            Check.above("noise", noise, 0, 1e6);
            Check.inRange("floor", floor, 0, noise);
            if (floor > 0 && order != Removal.NOISE_FIRST) {
                throw new IllegalArgumentException("floor must be 0 unless order=noiseFirst, got " + floor);
            }
        }

        private double slope(double tau) {
            return order == Removal.JOINT ? -1 : order == Removal.RESIDUAL_FIRST == time(tau) >= 0.5 ? -2 : 0;
        }

        @Override
        public double observedCoefficient(double tau) {
            return 1 - meanCoefficient(tau);
        }

        @Override
        public double meanCoefficient(double tau) {
            return switch (order) {
                case JOINT -> 1 - time(tau);
                case RESIDUAL_FIRST -> Math.min(1, 2 * (1 - time(tau)));
                case NOISE_FIRST -> Math.max(0, 1 - 2 * time(tau));
            };
        }

        @Override
        public double stdDev(double tau) {
            return switch (order) {
                case JOINT -> noise * time(tau);
                case RESIDUAL_FIRST -> noise * Math.min(1, 2 * time(tau));
                case NOISE_FIRST -> time(tau) == 0 ? 0 : Math.max(floor, noise * (2 * tau - 1));
            };
        }

        @Override
        public double variance(double tau) {
            double root = stdDev(tau);
            return root * root;
        }

        @Override
        public double driftCoefficient(double tau) {
            mustHaveSignal(tau);
            return slope(tau) / meanCoefficient(tau);
        }

        @Override
        public double noiseRate(double tau) {
            double growth =
                    order == Removal.JOINT ? noise : order == Removal.RESIDUAL_FIRST && slope(tau) == 0 ? 2 * noise : 0;
            return 2 * stdDev(tau) * growth - 2 * driftCoefficient(tau) * variance(tau);
        }

        @Override
        public double logSnr(double tau) {
            return 2 * StrictMath.log(meanCoefficient(tau) / stdDev(tau));
        }

        @Override
        public double timeOfLogSnr(double logSnr) {
            double inverse = StrictMath.exp(logSnr / 2) * (order == Removal.NOISE_FIRST ? floor : noise);
            return inside(
                    this,
                    switch (order) {
                        case JOINT -> 1 / (1 + inverse);
                        case RESIDUAL_FIRST -> inverse < 1 ? 1 - inverse / 2 : 0.5 / inverse;
                        case NOISE_FIRST -> (1 - inverse) / 2;
                    },
                    logSnr);
        }

        @Override
        public double priorVariance() {
            return noise * noise;
        }
    }

    /** The β_i of a {@link Ddpm}. */
    sealed interface Betas permits LinearBetas, ScaledLinearBetas, CosineBetas, ZeroTerminalBetas {
        /**
         * The value β_i.
         *
         * @param step i, from 1
         * @param steps T
         */
        double beta(int step, int steps);

        /**
         * The remaining signal ᾱ_i = Π_{k ≤ i} (1 − β_k).
         *
         * @param step i, from 0
         * @param steps T
         */
        default double remaining(int step, int steps) {
            double left = 1;
            for (int k = 1; k <= step; k++) {
                left *= 1 - beta(k, steps);
            }
            return left;
        }

        private static void check(double first, double last) {
            Check.above("first", first, 0, 0.999999);
            Check.inRange("last", last, first, 0.999999);
        }

        /** The position of step i between the first, 0, and the last, 1. */
        private static double place(int step, int steps) {
            return steps == 1 ? 0 : (step - 1.0) / (steps - 1);
        }
    }

    /**
     * Linearly spaced β_i: Ho, Jain and Abbeel 2020 with 10⁻⁴, 0.02 and T = 1000.
     *
     * @param first β_1
     * @param last β_T, at least β_1
     */
    record LinearBetas(double first, double last) implements Betas {
        public LinearBetas {
            Betas.check(first, last);
        }

        @Override
        public double beta(int step, int steps) {
            return Math.fma(Betas.place(step, steps), last - first, first);
        }
    }

    /**
     * Linearly spaced √β_i: Rombach, Blattmann, Lorenz, Esser and Ommer 2022 (arXiv 2112.10752), whose code has
     * 0.00085, 0.012 and T = 1000.
     *
     * @param first β_1
     * @param last β_T, at least β_1
     */
    record ScaledLinearBetas(double first, double last) implements Betas {
        public ScaledLinearBetas {
            Betas.check(first, last);
        }

        @Override
        public double beta(int step, int steps) {
            double low = Math.sqrt(first);
            double root = Math.fma(Betas.place(step, steps), Math.sqrt(last) - low, low);
            return root * root;
        }
    }

    /**
     * ᾱ_i = c(i/T)/c(0) with c(u) = cos²(π/2 (u + s)/(1 + s)), with β_i limited to a largest value: Nichol and Dhariwal
     * 2021, equation 17 (arXiv 2102.09672), with s = 0.008 and 0.999.
     *
     * @param offset s
     * @param largest largest β_i
     */
    record CosineBetas(double offset, double largest) implements Betas {
        public CosineBetas {
            Check.inRange("offset", offset, 0, 1);
            Check.above("largest", largest, 0, 0.999999);
        }

        private double level(int step, int steps) {
            double root = StrictMath.cos(Math.PI / 2 * ((double) step / steps + offset) / (1 + offset));
            return root * root;
        }

        private double free(int step, int steps) {
            return 1 - level(step, steps) / level(step - 1, steps);
        }

        @Override
        public double beta(int step, int steps) {
            return Math.min(free(step, steps), largest);
        }

        /** β_i increases with i, so the product telescopes up to the first limited value. */
        @Override
        public double remaining(int step, int steps) {
            int uncut = step;
            double left = 1;
            while (uncut > 0 && free(uncut, steps) > largest) {
                left *= 1 - largest;
                uncut--;
            }
            return left * level(uncut, steps) / level(0, steps);
        }
    }

    /**
     * Other β_i rescaled so that √ᾱ ends at exactly 0: √ᾱ'_i = (√ᾱ_i − √ᾱ_T) √ᾱ_1/(√ᾱ_1 − √ᾱ_T); hence β_T = 1, and no
     * signal remains after the last step.
     *
     * <p><b>Source</b>: Lin, Liu, Li and Yang 2024, algorithm 1 (arXiv 2305.08891). <b>Special cases</b>: methods that
     * need a score or noise mean at τ = 1 are rejected ({@link Diffusion#mustHaveSignal}); log-SNR is −∞ there.
     *
     * @param betas the original β_i
     */
    record ZeroTerminalBetas(Betas betas) implements Betas {
        /** Based on the scaled linear chain. */
        public static ZeroTerminalBetas standard() {
            return new ZeroTerminalBetas(new ScaledLinearBetas(0.00085, 0.012));
        }

        @Override
        public double beta(int step, int steps) {
            return step == steps ? 1 : 1 - remaining(step, steps) / remaining(step - 1, steps);
        }

        @Override
        public double remaining(int step, int steps) {
            if (step == 0) {
                return 1;
            }
            double last = Math.sqrt(betas.remaining(steps, steps));
            double first = Math.sqrt(betas.remaining(1, steps));
            double root = (Math.sqrt(betas.remaining(step, steps)) - last) * first / (first - last);
            return root * root;
        }
    }
}
