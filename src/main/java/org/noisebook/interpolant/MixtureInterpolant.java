package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;

/**
 * An interpolant x_t = α x_0 + β x_1 + γ z between two Gaussian mixtures, with all fields in closed form.
 *
 * <p>Given the components (i, j) of x_0 and x_1, x_t is N(m_ij, C_ij) with m_ij = α m_i + β m_j and C_ij = α² C_i + β²
 * C_j + αβ (C_01 + C_01ᵀ) + γ² I. With responsibilities w_ij(t, x) every field here is Σ w_ij (c_ij + G_ij (x − m_ij)),
 * where the field is the conditional mean of a quantity with mean c_ij and covariance G_ij C_ij with x_t:
 *
 * <pre>
 * interpolantVelocity  v   = E[α̇ x_0 + β̇ x_1 | x_t]
 * velocity             b   = E[ẋ_t | x_t] = v − γγ̇ s
 * score                s   = ∇ log ρ = −E[z | x_t] / γ
 * forwardDrift         b + ε s
 * backwardDrift        b − ε s
 * startMean            η_0 = E[x_0 | x_t]
 * endMean              η_1 = E[x_1 | x_t]
 * noiseMean            η_z = E[z | x_t]
 * </pre>
 *
 * <p>A drift costs one evaluation, like any other field. div f = Σ w (tr G + f_ij · (s_ij − s)) and J u = Σ w (G u +
 * f_ij (s_ij − s) · u) are exact too, with s_ij = −C_ij⁻¹ (x − m_ij); the divergence of the score is the trace of the
 * Hessian of log ρ, and {@code along} of the score its product with a vector.
 *
 * <p><b>Source</b>: Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), appendix A; coupled components and
 * derivatives are derived here.
 *
 * <p><b>Shapes</b>: see {@link Field}; pairs (i, j) are numbered with j varying fastest. <b>Special cases</b>: t = 0
 * and t = 1 are ordinary times, even where γ̇ diverges. If C_ij = 0 (t = 0 and the start is a point mass), all
 * particles must be at that point; fields are then the means c under the mixture weights, which is correct for v, η_0,
 * η_1, η_z and for the drift b + a s of a diffusive interpolant, γ² = 2a t (1 − t); the score and the density do not
 * exist and throw an exception. A one-sided start whose α̇ diverges at t = 1 must have mean 0. NaN affects only its
 * particle. Times outside [0, 1] throw an {@code IllegalArgumentException}.
 *
 * <p><b>Error</b>: rounding times the condition number of C_ij. <b>Cost</b>: see {@code linalg.MixtureKernels}; the
 * matrices for a time are computed once for all blocks of a field (K d³) as long as they fit in 64 MB. Derivatives cost
 * twice as much as values plus K d² per direction.
 */
public final class MixtureInterpolant {
    private final GaussianMixture start;
    private final GaussianMixture end;
    private final Schedule schedule;
    private final List<MixturePair> pairs;
    private final Coupling ends;
    private final boolean independent;

    private MixtureInterpolant(
            GaussianMixture start,
            GaussianMixture end,
            Schedule schedule,
            List<MixturePair> pairs,
            Coupling ends,
            boolean independent) {
        this.start = start;
        this.end = end;
        this.schedule = schedule;
        this.pairs = pairs.stream().filter(pair -> pair.weight() > 0).toList();
        this.ends = ends;
        this.independent = independent;
    }

    /**
     * An interpolant between independent ends.
     *
     * @param start ρ_0
     * @param end ρ_1
     * @param schedule α, β, γ
     */
    public MixtureInterpolant(GaussianMixture start, GaussianMixture end, Schedule schedule) {
        this(
                start,
                end,
                schedule,
                MixturePair.product(start, end),
                Coupling.independent(start::sample, end::sample),
                true);
    }

    /**
     * An interpolant between coupled ends: joint components are pairs, each with its own covariance C_01 of x_0 and
     * x_1.
     *
     * @param joint distribution of (x_0, x_1) in 2d dimensions
     * @param schedule α, β, γ
     */
    public static MixtureInterpolant coupled(GaussianMixture joint, Schedule schedule) {
        List<MixturePair> pairs = MixturePair.joint(joint);
        int d = joint.dimension() / 2;
        return new MixtureInterpolant(
                joint.marginal(IntStream.range(0, d).toArray()),
                joint.marginal(IntStream.range(d, 2 * d).toArray()),
                schedule,
                pairs,
                Coupling.joint(joint),
                false);
    }

    /** The mirror x_t = x_1 + γ z with x_0 = x_1. The ODE returns every particle to its start; SDEs draw new ones. */
    public static MixtureInterpolant mirror(GaussianMixture mixture, Latent latent) {
        return new MixtureInterpolant(
                mixture,
                mixture,
                new PathSchedule(PathSchedule.Path.MIRROR, latent),
                MixturePair.same(mixture),
                Coupling.same(mixture::sample),
                false);
    }

    /** The start density ρ_0. */
    public GaussianMixture start() {
        return start;
    }

    /** The end density ρ_1. */
    public GaussianMixture end() {
        return end;
    }

    /** The schedule α, β, γ. */
    public Schedule schedule() {
        return schedule;
    }

    /** The joint distribution of (x_0, x_1), for sampling. */
    public Coupling ends() {
        return ends;
    }

    /** Whether x_0 is standard normal, independent of x_1, and the only noise. */
    public boolean oneSided() {
        return independent && !(schedule.gammaSquared(0.5) > 0) && start.equals(GaussianMixture.standard(dimension()));
    }

    /** The dimension d. */
    public int dimension() {
        return end.dimension();
    }

    /**
     * Samples of ρ_1, {@code [coordinate][sample]}: particles of ρ_0 moved by dX = (b + ε s) dt + √(2ε) dW.
     *
     * @param steps equal steps from t = 0 to 1, of RK4 where ε = 0, else of Euler and Maruyama
     * @param diffusion ε
     */
    public double[][] sample(int count, int steps, double diffusion, Streams streams) {
        double[][] x = start.sample(streams.at("base"), count);
        Sampler sampler = diffusion == 0
                ? OdeMethod.RK4.sampler(velocity())
                : SdeMethod.EULER_MARUYAMA.sampler(forwardDrift(t -> diffusion), t -> 2 * diffusion);
        double[] times = TimeGrid.UNIFORM.times(0, 1, steps, schedule.breaks());
        Ensemble.run(sampler, times, x, Noise.independent(streams.at("path")), 1, Ensemble.Observer.NONE);
        return x;
    }

    /** ρ(t), the distribution of x_t; one component per pair. */
    public GaussianMixture marginal(double t) {
        double time = Schedule.checkTime(t);
        double alpha = schedule.alpha(time);
        double beta = schedule.beta(time);
        int d = dimension();
        double[][] means = new double[pairs.size()][];
        double[][][] covariances = new double[pairs.size()][d][];
        for (int k = 0; k < means.length; k++) {
            MixturePair pair = pairs.get(k);
            means[k] = pair.mean(alpha, beta);
            double[] flat = pair.covariance(
                    alpha * alpha, beta * beta, alpha * beta, alpha * beta, schedule.gammaSquared(time));
            for (int i = 0; i < d; i++) {
                covariances[k][i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
            }
        }
        return new GaussianMixture(
                pairs.stream().mapToDouble(MixturePair::weight).toArray(), means, covariances);
    }

    /** The velocity b = E[ẋ_t | x_t = x]. */
    public MixtureVelocity velocity() {
        return MixtureField.velocity(pairs, schedule, MixtureMoment.VELOCITY);
    }

    /** The forward drift b + ε(t) s, as in dX = (b + ε s) dt + √(2ε) dW. */
    public MixtureVelocity forwardDrift(DoubleUnaryOperator diffusion) {
        return MixtureField.velocity(pairs, schedule, MixtureMoment.drift(diffusion, 1));
    }

    /** The backward drift b − ε(t) s, for an SDE that runs from t = 1 to t = 0. */
    public MixtureVelocity backwardDrift(DoubleUnaryOperator diffusion) {
        return MixtureField.velocity(pairs, schedule, MixtureMoment.drift(diffusion, -1));
    }

    /** The interpolant velocity v = E[α̇ x_0 + β̇ x_1 | x_t = x] = b + γγ̇ s. */
    public MixtureVelocity interpolantVelocity() {
        return MixtureField.velocity(pairs, schedule, MixtureMoment.INTERPOLANT_VELOCITY);
    }

    /** The score s = ∇ log ρ, whose divergence is the trace of the Hessian of log ρ. */
    public Score score() {
        return MixtureField.score(pairs, schedule);
    }

    /** The mean of the start, η_0 = E[x_0 | x_t = x]. */
    public Field startMean() {
        return mean(MixtureMoment.START);
    }

    /** The mean of the end, η_1 = E[x_1 | x_t = x], which is the denoiser if x_1 is the data. */
    public Field endMean() {
        return mean(MixtureMoment.END);
    }

    /** The mean of the noise, η_z = E[z | x_t = x] = −γ s. */
    public Field noiseMean() {
        return mean(MixtureMoment.NOISE);
    }

    private Field mean(MixtureMoment moment) {
        return MixtureField.plain(pairs, schedule, moment, MixtureField.Kind.MEAN);
    }

    /** The log density log ρ(t, x), as a field with one output. */
    public Field logDensity() {
        return MixtureField.plain(pairs, schedule, MixtureMoment.SCORE, MixtureField.Kind.LOG_DENSITY);
    }

    /** The responsibilities w_ij(t, x), one output per pair of components with positive weight, j varying fastest. */
    public Field responsibilities() {
        return MixtureField.plain(pairs, schedule, MixtureMoment.SCORE, MixtureField.Kind.RESPONSIBILITIES);
    }

    /** The density ρ(t_i, x_j) on the line, {@code [j][i]}. */
    public double[][] density(double[] t, double[] x) {
        Field.Evaluator density = logDensity().evaluator(x.length);
        double[][] value = new double[x.length][t.length];
        double[][] out = new double[1][x.length];
        for (int i = 0; i < t.length; i++) {
            density.at(t[i], new double[][] {x}, x.length, out);
            for (int j = 0; j < x.length; j++) {
                value[j][i] = StrictMath.exp(out[0][j]);
            }
        }
        return value;
    }

    /**
     * The largest deviation, over given points on the line, of log ρ(t), b and s from those of a stationary N(0, 1).
     */
    public double distanceFromNoise(double t, double... places) {
        double[][] x = {places};
        int count = places.length;
        double[][][] out = new double[3][1][count];
        logDensity().evaluator(count).at(t, x, count, out[0]);
        velocity().evaluator(count).at(t, x, count, out[1]);
        score().evaluator(count).at(t, x, count, out[2]);
        double largest = 0;
        for (int i = 0; i < count; i++) {
            double normal = -0.5 * (places[i] * places[i] + StrictMath.log(2 * Math.PI));
            largest = Math.max(largest, Math.abs(out[0][0][i] - normal));
            largest = Math.max(largest, Math.abs(out[1][0][i]));
            largest = Math.max(largest, Math.abs(out[2][0][i] + places[i]));
        }
        return largest;
    }
}
