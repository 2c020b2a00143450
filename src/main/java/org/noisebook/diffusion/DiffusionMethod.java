package org.noisebook.diffusion;

import org.noisebook.data.Numbers;
import org.noisebook.experiment.Check;
import org.noisebook.solver.Field;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.Method;
import org.noisebook.solver.MethodCard;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;

/**
 * The samplers of a diffusion, which accept any prediction: exact, learned or composed.
 *
 * <p>Steps go from noise to data over any grid of times 1 ≥ τ_0 &gt; τ_1 &gt; … ≥ 0, from {@link Diffusion#prior}. In
 * the formulas a step goes from i to j; r = a_i/a_j and q = V_i − r² V_j are coefficient and variance of the diffusion
 * from j to i; e = E[z | x] and x̂ = (x − √V_i e)/a_i. See their {@link MethodCard cards} for details.
 *
 * <p>In configs: {@code ddim(eta=0.0)}, {@code predictorCorrector(predictor=reverseDiffusion, signalToNoise=0.16,
 * corrections=1)}.
 *
 * <p><b>Special cases</b>: a stochastic step that ends at τ = 0 returns its mean. Deterministic methods, except the
 * exponential one, can also step from τ = 0 towards noise (inversion); a stochastic step towards noise throws an {@code
 * IllegalArgumentException}. A diverging particle becomes infinite or NaN without affecting others. <b>Cost</b>: the
 * evaluations on the card; the rest is a few multiply-adds per coordinate. A step allocates nothing.
 */
public sealed interface DiffusionMethod extends Method
        permits DiffusionMethod.OneStep,
                DiffusionMethod.PredictorCorrector,
                DiffusionMethod.AnnealedLangevin,
                DiffusionMethod.ExponentialMultistep,
                DiffusionMethod.Edict,
                DiffusionMethod.Bdia,
                DiffusionMethod.ProbabilityFlow,
                DiffusionMethod.TimeFlow,
                DiffusionMethod.ReverseEquation {
    /** A sampler of this method for a diffusion, from a field with the given prediction. */
    Sampler sampler(Diffusion diffusion, Prediction prediction, Field field);

    /** A sampler of this method for a diffusion, from its score. */
    default Sampler sampler(Diffusion diffusion, Score score) {
        return sampler(diffusion, Prediction.SCORE, score);
    }

    /** Methods with steps x ← A x + B e + C z, whose coefficients depend on the two times. */
    sealed interface OneStep extends DiffusionMethod permits Ancestral, Ddim, ReverseDiffusion {
        @Override
        GaussianSampler sampler(Diffusion diffusion, Prediction prediction, Field field);

        @Override
        default GaussianSampler sampler(Diffusion diffusion, Score score) {
            return sampler(diffusion, Prediction.SCORE, score);
        }
    }

    /** The variance of an {@link Ancestral} step. */
    enum StepVariance {
        /** q V_j/V_i, the variance of x_j given x_i and x_0: exact for data at one point, else too small (DDPM: β̃). */
        POSTERIOR,
        /** q, the variance of x_i given x_j: exact for N(0, 1) data under VP (DDPM: β). */
        FORWARD
    }

    /**
     * DDPM, x ← (x + q s)/r + std z.
     *
     * @param variance variance of the step
     */
    record Ancestral(StepVariance variance) implements OneStep {
        /** With the posterior variance. */
        public static Ancestral standard() {
            return new Ancestral(StepVariance.POSTERIOR);
        }

        @Override
        public MethodCard card() {
            return new MethodCard(
                    "ancestral-" + (variance == StepVariance.POSTERIOR ? "posterior" : "forward"),
                    MethodCard.Kind.DIFFUSION,
                    "(x + q s)/r + std z, std² = " + (variance == StepVariance.POSTERIOR ? "q V_j/V_i" : "q"),
                    0,
                    1,
                    1,
                    1,
                    "O(steps^-1) in law"
                            + (variance == StepVariance.POSTERIOR ? "; few steps give too small a variance" : ""),
                    "few evaluations: the exponential method needs a tenth of them",
                    "Ho, Jain and Abbeel 2020, section 3.2 and algorithm 2 (arXiv 2006.11239)");
        }

        @Override
        public GaussianSampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new GaussianSteps(diffusion, prediction, field, 1, this::coefficients);
        }

        private void coefficients(Transition step, double[] out) {
            step.mustNotRise();
            out[0] = 1 / step.ratio();
            out[1] = -step.variance() / (step.ratio() * step.stdDevFrom());
            out[2] = variance == StepVariance.POSTERIOR
                    ? Math.sqrt(step.variance()) * step.stdDevTo() / step.stdDevFrom()
                    : step.lastIsMean(Math.sqrt(step.variance()));
        }
    }

    /**
     * DDIM, x ← a_j x̂ + √(V_j − C²) e + C z with C² = η² q V_j/V_i: deterministic for η = 0, {@link Ancestral} for η =
     * 1.
     *
     * <p>At η = 0 the step is x/a ← x/a + (σ_j − σ_i) e, Euler's method in σ, and works in both directions.
     *
     * @param eta η in [0, 1]
     */
    record Ddim(double eta) implements OneStep {
        /** Deterministic DDIM, η = 0. */
        public static Ddim standard() {
            return new Ddim(0);
        }

        public Ddim {
            Check.inRange("eta", eta, 0, 1);
        }

        @Override
        public MethodCard card() {
            return new MethodCard(
                    "ddim-" + Numbers.format(eta),
                    MethodCard.Kind.DIFFUSION,
                    "a_j x̂ + √(V_j - C²) e + C z, C = η √(q V_j/V_i), η = " + Numbers.format(eta),
                    eta == 0 ? 1 : 0,
                    1,
                    1,
                    eta == 0 ? 0 : 1,
                    eta == 0 ? "O(steps^-1); exact for data at one point" : "O(steps^-1) in law",
                    eta == 0
                            ? "accuracy matters: the exponential method has order 2 at the same cost"
                            : "evaluations are few",
                    "Song, Meng and Ermon 2021, equations 12 and 16 (arXiv 2010.02502)");
        }

        @Override
        public GaussianSampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new GaussianSteps(diffusion, prediction, field, eta == 0 ? 0 : 1, this::coefficients);
        }

        private void coefficients(Transition step, double[] out) {
            out[0] = step.factor();
            if (eta == 0) {
                out[1] = step.shift();
                out[2] = 0;
                return;
            }
            step.mustNotRise();
            double noise = eta * Math.sqrt(step.variance()) * step.stdDevTo() / step.stdDevFrom();
            double rest = Math.max(0, Math.fma(step.stdDevTo(), step.stdDevTo(), -noise * noise));
            out[1] = Math.sqrt(rest) - step.stdDevFrom() / step.ratio();
            out[2] = noise;
        }
    }

    /**
     * Reverse diffusion, x ← (2 − r) x + q s + √q z: the reverse equation with coefficients of the diffusion's steps.
     */
    record ReverseDiffusion() implements OneStep {
        @Override
        public MethodCard card() {
            return new MethodCard(
                    "reverse-diffusion",
                    MethodCard.Kind.DIFFUSION,
                    "(2 - r) x + q s + √q z",
                    0,
                    1,
                    1,
                    1,
                    "O(steps^-1) in law",
                    "few evaluations, or a large drop of the noise in one step: the variance is then far too large",
                    "Song et al. 2021, equation 46 and algorithms 2 and 3 (arXiv 2011.13456)");
        }

        @Override
        public GaussianSampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new GaussianSteps(diffusion, prediction, field, 1, ReverseDiffusion::coefficients);
        }

        private static void coefficients(Transition step, double[] out) {
            step.mustNotRise();
            out[0] = 2 - step.ratio();
            out[1] = -step.variance() / step.stdDevFrom();
            out[2] = step.lastIsMean(Math.sqrt(step.variance()));
        }
    }

    /**
     * Langevin steps x ← x + h s + √(2h) z at level i, then a predictor step to j: h = 2 r² (ρ ‖z‖/‖s‖)², with the
     * norms averaged over the particles of a block.
     *
     * <p>The corrector comes before the predictor, so that the last step is a predictor step without noise.
     *
     * @param predictor the predictor
     * @param signalToNoise ρ; the authors use 0.16 for images
     * @param corrections Langevin steps per predictor step
     */
    record PredictorCorrector(OneStep predictor, double signalToNoise, int corrections) implements DiffusionMethod {
        /** Reverse diffusion with ρ = 0.16 and one correction. */
        public static PredictorCorrector standard() {
            return new PredictorCorrector(new ReverseDiffusion(), 0.16, 1);
        }

        public PredictorCorrector {
            Check.above("signalToNoise", signalToNoise, 0, 100);
            Check.inRange("corrections", corrections, 1, 1000);
        }

        @Override
        public MethodCard card() {
            MethodCard first = predictor.card();
            return new MethodCard(
                    "langevin-" + first.id(),
                    MethodCard.Kind.DIFFUSION,
                    "x + h s + √(2h) z, h = 2 r² (ρ |z|/|s|)², " + corrections + " times, then " + first.formula(),
                    0,
                    0,
                    first.evaluations() + corrections,
                    first.noises() + corrections,
                    "no order claimed: Langevin steps of one size keep a bias that falls with ρ, and the norms of a"
                            + " block set their noise",
                    "particles must be independent, or ρ cannot be tuned",
                    "Song et al. 2021, algorithms 4 and 5 (arXiv 2011.13456)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new LangevinSteps(
                    predictor.sampler(diffusion, prediction, field),
                    diffusion,
                    prediction.to(Prediction.NOISE, diffusion, field),
                    signalToNoise,
                    corrections);
        }
    }

    /**
     * Annealed Langevin sampling: x ← (a_j/a_i) x and then {@code corrections} Langevin steps x ← x − ε √V e + √(2ε V)
     * z at level j, that is h = ε V for the score −e/√V.
     *
     * <p>Song and Ermon's sampler for a sequence of noise levels, with step sizes proportional to V as in their work.
     * It does not follow a path between levels, so each level must equilibrate on its own.
     *
     * <p><b>Special cases</b>: at V_j = 0 the state is only scaled.
     *
     * @param stepSize ε
     * @param corrections Langevin steps per level
     */
    record AnnealedLangevin(double stepSize, int corrections) implements DiffusionMethod {
        /** ε = 0.1 with a hundred steps per level. */
        public static AnnealedLangevin standard() {
            return new AnnealedLangevin(0.1, 100);
        }

        /** For a Gaussian, Langevin steps no longer converge from ε = 2 on. */
        public AnnealedLangevin {
            Check.above("stepSize", stepSize, 0, 1);
            Check.inRange("corrections", corrections, 1, 10_000);
        }

        @Override
        public MethodCard card() {
            return new MethodCard(
                    "annealed-langevin",
                    MethodCard.Kind.DIFFUSION,
                    "a_j/a_i x, then x - ε √V e + √(2ε V) z, " + corrections + " times, ε = "
                            + Numbers.format(stepSize),
                    0,
                    0,
                    corrections,
                    corrections,
                    "no order: exact for many steps per level with small ε, for any number of overlapping levels",
                    "modes are separated and steps are few: their weights are then those of a much earlier level",
                    "Song and Ermon 2019, algorithm 1 (arXiv 1907.05600)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new AnnealedSteps(
                    diffusion, prediction.to(Prediction.NOISE, diffusion, field), stepSize, corrections);
        }
    }

    /**
     * The exponential multistep method: x ← √V_j/√V_i x + a_j (1 − e^(−h)) D, where h is the increase of λ = log a/√V
     * and D = x̂ + h/(2h') (x̂ − x̂') extrapolates from the previous step, of width h'.
     *
     * <p>The first step, any not starting at the end of the last one, and a step to V = 0 (h = ∞) use D = x̂, which is
     * DDIM.
     */
    record ExponentialMultistep() implements DiffusionMethod {
        @Override
        public MethodCard card() {
            return new MethodCard(
                    "exponential-2",
                    MethodCard.Kind.DIFFUSION,
                    "√V_j/√V_i x + a_j (1 - e^-h) (x̂ + h/(2h') (x̂ - x̂')), h of log a/√V",
                    2,
                    2,
                    1,
                    0,
                    "O(h²) in log a/√V; exact for data at one point",
                    "particles are changed between steps, because x̂' belongs to the previous ones",
                    "Lu, Zhou, Bao, Chen, Li and Zhu 2022, algorithm 2, DPM-Solver++(2M) (arXiv 2211.01095)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            Field noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
            return PairedStepper.sampler(noiseMean, capacity -> new MultistepSteps(diffusion, noiseMean, capacity));
        }
    }

    /**
     * EDICT: x ← A x + B e(y), y ← A y + B e(x), x ← p x + (1 − p) y, y ← p y + (1 − p) x with A and B of {@link Ddim},
     * for a copy y that starts at x; x and y exchange roles in the first two lines at every other step.
     *
     * <p>Every line is invertible, so a step towards noise undoes the step towards data for any field, provided the
     * copy is kept ({@link Sampler.Stepper#memory}); samples are x.
     *
     * <p><b>Error</b>: the inverse step divides by p twice, so rounding errors grow with the number of steps.
     *
     * @param mixing p in (0, 1]; 1 for no mixing
     * @param alternating whether the copies alternate in going first, counting equal steps from τ = 1; else x is first
     */
    record Edict(double mixing, boolean alternating) implements DiffusionMethod {
        /** The authors' p = 0.93, alternating. */
        public static Edict standard() {
            return new Edict(0.93);
        }

        /** Alternating copies with the given p. */
        public Edict(double mixing) {
            this(mixing, true);
        }

        /** p = 0 is not invertible. */
        public Edict {
            Check.above("mixing", mixing, 0, 1);
        }

        @Override
        public MethodCard card() {
            return new MethodCard(
                    "edict-" + Numbers.format(mixing) + (alternating ? "" : "-fixed"),
                    MethodCard.Kind.DIFFUSION,
                    "A x + B e(y), A y + B e(x)" + (alternating ? ", or y first, alternating" : "")
                            + ", then each p of itself and 1 - p of the other, p = " + Numbers.format(mixing),
                    1,
                    1,
                    2,
                    0,
                    "O(steps^-1) once the copies stay together; inverts to rounding, which grows with the steps",
                    "steps are few, or so many that mixing makes latents explode",
                    "Wallace, Gokul and Naik 2022 (arXiv 2211.12446)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            Field noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
            return PairedStepper.sampler(
                    noiseMean, capacity -> new EdictSteps(diffusion, noiseMean, mixing, alternating, capacity));
        }
    }

    /**
     * BDIA: z_j = A z_i + B e_i + γ (z_k − A' z_i − B' e_i), where k is the state before i, and A, B and A', B' are the
     * coefficients of {@link Ddim} from i to j and from i back to k.
     *
     * <p>The step towards noise solves this for z_k, which needs z_j besides z_i ({@link Sampler.Stepper#memory}). The
     * first step of a path is a DDIM step; the first step after a reversal returns to the previous state at no cost.
     *
     * <p><b>Error</b>: a step towards noise divides by γ, so rounding errors grow by 1/γ per step for γ &lt; 1.
     * <b>Special cases</b>: a path that reverses must go to the time it came from, or an {@code
     * IllegalArgumentException} is thrown.
     *
     * @param gamma γ in (0, 1]; 0 would be DDIM, which cannot be undone
     */
    record Bdia(double gamma) implements DiffusionMethod {
        /** γ = 1, for lossless inversion. */
        public static Bdia standard() {
            return new Bdia(1);
        }

        public Bdia {
            Check.above("gamma", gamma, 0, 1);
        }

        @Override
        public MethodCard card() {
            return new MethodCard(
                    "bdia-" + Numbers.format(gamma),
                    MethodCard.Kind.DIFFUSION,
                    "A z_i + B e + γ (z_k - A' z_i - B' e) with the place k before i, γ = " + Numbers.format(gamma),
                    gamma == 1 ? 2 : 1,
                    gamma == 1 ? 2 : 1,
                    1,
                    0,
                    gamma == 1
                            ? "O(steps^-2) if step lengths change slowly; errors never decay"
                            : "(1 - γ)/(1 + γ) of the error of DDIM",
                    gamma == 1
                            ? "the first steps are coarse"
                            : "samples are to be inverted: rounding grows by 1/γ per step",
                    "Zhang, Lewis and Kleijn 2023 (arXiv 2307.10829)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            Field noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
            return PairedStepper.sampler(noiseMean, capacity -> new BdiaSteps(diffusion, noiseMean, gamma, capacity));
        }
    }

    /**
     * The probability flow dx̄/dσ = E[z | x̄] of x̄ = x/a in the time σ = √V/a, by an ODE method.
     *
     * <p>Euler's method gives DDIM, Heun's the sampler of EDM. A step to σ = 0 is Euler's, as few predictions exist
     * there.
     *
     * @param method ODE method in σ
     */
    record ProbabilityFlow(OdeMethod method) implements DiffusionMethod {
        @Override
        public MethodCard card() {
            MethodCard inner = method.card();
            return new MethodCard(
                    "flow-" + inner.id(),
                    MethodCard.Kind.DIFFUSION,
                    "x/a along dx̄/dσ = e in σ = √V/a: " + inner.formula(),
                    inner.strongOrder(),
                    inner.weakOrder(),
                    inner.evaluations(),
                    0,
                    "as " + inner.id() + " in σ; a last step to σ = 0 adds O(σ²) of its initial σ",
                    "steps are uniform in τ: σ then drops a lot in one step near the data",
                    "Karras, Aittala, Aila and Laine 2022, algorithm 1 (arXiv 2206.00364)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new SigmaSteps(diffusion, prediction.to(Prediction.NOISE, diffusion, field), method);
        }
    }

    /**
     * The probability flow dx = (f x − g² s/2) dτ in the time τ of the diffusion, by an ODE method.
     *
     * @param method ODE method in τ
     */
    record TimeFlow(OdeMethod method) implements DiffusionMethod {
        @Override
        public MethodCard card() {
            MethodCard inner = method.card();
            return new MethodCard(
                    "time-flow-" + inner.id(),
                    MethodCard.Kind.DIFFUSION,
                    "dx = (f x - g² s/2) dτ: " + inner.formula(),
                    inner.strongOrder(),
                    inner.weakOrder(),
                    inner.evaluations(),
                    0,
                    "as " + inner.id() + " in τ; for VE far too large until the steps resolve log σ",
                    "the noise falls by decades, as in VE: the flow in σ is nearly straight",
                    "Song et al. 2021, equation 13 (arXiv 2011.13456)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return method.sampler(diffusion.probabilityFlow(prediction.score(diffusion, field)));
        }
    }

    /**
     * The reverse equation dx = (f x − (1 + λ²)/2 g² s) dτ + λ g dw̄ in the time τ of the diffusion, by an SDE method.
     *
     * <p><b>Special cases</b>: the noise of the last step remains, even at τ = 0.
     *
     * @param method SDE method in τ
     * @param lambda λ; 1 for the time reversal of the diffusion
     */
    record ReverseEquation(SdeMethod method, double lambda) implements DiffusionMethod {
        /** Euler–Maruyama with λ = 1. */
        public static ReverseEquation standard() {
            return new ReverseEquation(SdeMethod.EULER_MARUYAMA, 1);
        }

        public ReverseEquation {
            Check.inRange("lambda", lambda, 0, 100);
        }

        @Override
        public MethodCard card() {
            MethodCard inner = method.card();
            return new MethodCard(
                    "reverse-" + inner.id(),
                    MethodCard.Kind.DIFFUSION,
                    "dx = (f x - (1 + λ²)/2 g² s) dτ + λ g dw, λ = " + Numbers.format(lambda) + ": " + inner.formula(),
                    inner.strongOrder(),
                    inner.weakOrder(),
                    inner.evaluations(),
                    inner.noises(),
                    "as " + inner.id() + " in τ",
                    "the noise falls by decades, as in VE",
                    "Song et al. 2021, equation 6 and appendix D.1 (arXiv 2011.13456)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return method.sampler(
                    diffusion.reverseDrift(prediction.score(diffusion, field), lambda),
                    tau -> lambda * lambda * diffusion.noiseRate(tau));
        }
    }
}
