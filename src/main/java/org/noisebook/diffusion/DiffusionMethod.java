package org.noisebook.diffusion;

import java.util.Optional;
import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
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
                DiffusionMethod.Multistep,
                DiffusionMethod.Edict,
                DiffusionMethod.Bdia,
                DiffusionMethod.ProbabilityFlow,
                DiffusionMethod.TimeFlow,
                DiffusionMethod.ReverseEquation,
                DiffusionMethod.Churn,
                DiffusionMethod.Repaint {
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

    /** Methods that extrapolate denoisers of previous steps, so that a path cannot be stepped back. */
    sealed interface Multistep extends DiffusionMethod permits ExponentialMultistep, DpmSolver, UniPc {}

    /** Whether a path can be stepped back: a method without noise that is no {@link Multistep}. */
    default boolean stepsBothWays() {
        return card().noises() == 0 && !(this instanceof Multistep);
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
            return MethodCard.diffusion(
                            "ancestral-" + (variance == StepVariance.POSTERIOR ? "posterior" : "forward"),
                            "(x + q s)/r + std z, std² = " + (variance == StepVariance.POSTERIOR ? "q V_j/V_i" : "q"))
                    .orders(0, 1)
                    .cost(1, 1)
                    .error("O(steps^-1) in law"
                            + (variance == StepVariance.POSTERIOR ? "; few steps give too small a variance" : ""))
                    .avoidWhen("few evaluations: the exponential method needs a tenth of them")
                    .from("Ho, Jain and Abbeel 2020, section 3.2 and algorithm 2 (arXiv 2006.11239)");
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
            return MethodCard.diffusion(
                            "ddim-" + Numbers.format(eta),
                            "a_j x̂ + √(V_j - C²) e + C z, C = η √(q V_j/V_i), η = " + Numbers.format(eta))
                    .orders(eta == 0 ? 1 : 0, 1)
                    .cost(1, eta == 0 ? 0 : 1)
                    .error(eta == 0 ? "O(steps^-1); exact for data at one point" : "O(steps^-1) in law")
                    .avoidWhen(
                            eta == 0
                                    ? "accuracy matters: the exponential method has order 2 at the same cost"
                                    : "evaluations are few")
                    .from("Song, Meng and Ermon 2021, equations 12 and 16 (arXiv 2010.02502)");
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
            return MethodCard.diffusion("reverse-diffusion", "(2 - r) x + q s + √q z")
                    .orders(0, 1)
                    .cost(1, 1)
                    .error("O(steps^-1) in law")
                    .avoidWhen(
                            "few evaluations, or a large drop of the noise in one step: the variance is then far too large")
                    .from("Song et al. 2021, equation 46 and algorithms 2 and 3 (arXiv 2011.13456)");
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
            return MethodCard.diffusion(
                            "langevin-" + first.id(),
                            "x + h s + √(2h) z, h = 2 r² (ρ |z|/|s|)², " + corrections + " times, then "
                                    + first.formula())
                    .orders(0, 0)
                    .cost(first.evaluations() + corrections, first.noises() + corrections)
                    .error(
                            "no order claimed: Langevin steps of one size keep a bias that falls with ρ, and the norms of a"
                                    + " block set their noise")
                    .avoidWhen("particles must be independent, or ρ cannot be tuned")
                    .from("Song et al. 2021, algorithms 4 and 5 (arXiv 2011.13456)");
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
            return MethodCard.diffusion(
                            "annealed-langevin",
                            "a_j/a_i x, then x - ε √V e + √(2ε V) z, " + corrections + " times, ε = "
                                    + Numbers.format(stepSize))
                    .orders(0, 0)
                    .cost(corrections, corrections)
                    .error(
                            "no order: exact for many steps per level with small ε, for any number of overlapping levels")
                    .avoidWhen(
                            "modes are separated and steps are few: their weights are then those of a much earlier level")
                    .from("Song and Ermon 2019, algorithm 1 (arXiv 1907.05600)");
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
    record ExponentialMultistep() implements Multistep {
        @Override
        public MethodCard card() {
            return MethodCard.diffusion(
                            "exponential-2", "√V_j/√V_i x + a_j (1 - e^-h) (x̂ + h/(2h') (x̂ - x̂')), h of log a/√V")
                    .orders(2, 2)
                    .cost(1, 0)
                    .error("O(h²) in log a/√V; exact for data at one point")
                    .avoidWhen("particles are changed between steps, because x̂' belongs to the previous ones")
                    .from("Lu, Zhou, Bao, Chen, Li and Zhu 2022, DPM-Solver++(2M) (arXiv 2211.01095)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            Field noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
            return PairedStepper.sampler(noiseMean, capacity -> new MultistepSteps(diffusion, noiseMean, capacity));
        }
    }

    /**
     * DPM-Solver++ in its multistep form, for the flow (η = 0) or the reverse equation (η = 1): x ← √V_j/√V_i e^(−ηh) x +
     * a_j ∫_0^1 H e^(−H(1−r)) P(r) dr + √V_j √(1 − e^(−2ηh)) z, H = (1 + η) h, h the increase of λ = log a/√V.
     *
     * <p>P is the polynomial in λ through the denoisers of the last 2 or 3 steps. At order 2 and η = 0 this is {@link
     * ExponentialMultistep}. The first steps, and a step to V = 0, use fewer denoisers.
     *
     * <p><b>Error</b>: k-diffusion's sample_dpmpp_3m_sde gives x̂'' h² half its size and so has order 2; this one does not.
     *
     * @param order denoisers used, 2 or 3
     * @param eta η in [0, 10]
     */
    record DpmSolver(int order, double eta) implements Multistep {
        /** DPM-Solver++(3M). */
        public static DpmSolver standard() {
            return new DpmSolver(3, 0);
        }

        public DpmSolver {
            Check.inRange("order", order, 2, 3);
            Check.inRange("eta", eta, 0, 10);
        }

        @Override
        public MethodCard card() {
            return MethodCard.diffusion(
                            "dpm-solver-" + order + (eta == 0 ? "" : "-sde-" + Numbers.format(eta)),
                            "√V_j/√V_i e^(-ηh) x + a_j ∫_0^1 H e^(-H(1-r)) P(r) dr + √V_j √(1 - e^(-2ηh)) z, H = (1 + η) h, P through "
                                    + order + " denoisers, η = " + Numbers.format(eta))
                    .orders(eta == 0 ? order : 0, eta == 0 ? order : 2)
                    .cost(1, eta == 0 ? 0 : 1)
                    .error(
                            eta == 0
                                    ? "O(h^" + order
                                            + ") in log a/√V; the first step has order 1, so it is short or where noise hides it"
                                    : "O(h²) in law, in log a/√V")
                    .avoidWhen("particles are changed between steps, because denoisers belong to the previous ones")
                    .from("Lu, Zhou, Bao, Chen, Li and Zhu 2022 (arXiv 2211.01095)"
                            + (eta == 0 ? "" : "; η as in k-diffusion's sample_dpmpp_3m_sde"));
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return history(diffusion, prediction, field, order, eta, false);
        }
    }

    /**
     * UniPC with B_2(h) = e^h − 1 on denoisers: the step of {@link DpmSolver} as predictor, then, once the denoiser at its
     * end is known, the same step with P through that one too; the next step starts from there.
     *
     * <p>The last step of a path is not corrected, since nothing evaluates its end.
     *
     * @param order denoisers of the predictor, 2 or 3
     */
    record UniPc(int order) implements Multistep {
        /** UniPC-3. */
        public static UniPc standard() {
            return new UniPc(3);
        }

        public UniPc {
            Check.inRange("order", order, 2, 3);
        }

        @Override
        public MethodCard card() {
            return MethodCard.diffusion(
                            "unipc-" + order,
                            "√V_j/√V_i x + a_j ∫_0^1 h e^(-h(1-r)) P(r) dr, P through " + order
                                    + " denoisers, then also through the one at its end")
                    .orders(order + 1, order + 1)
                    .cost(1, 0)
                    .error("O(h^" + (order + 1)
                            + ") in log a/√V; the first step has order 1, so it is short or where noise hides it")
                    .avoidWhen("particles are changed between steps, because denoisers belong to the previous ones")
                    .from("Zhao, Bai, Rao, Zhou and Lu 2023, for denoisers, B_2(h) = e^h - 1 (arXiv 2302.04867)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return history(diffusion, prediction, field, order, 0, true);
        }
    }

    private static Sampler history(
            Diffusion diffusion, Prediction prediction, Field field, int order, double eta, boolean corrected) {
        Field noiseMean = prediction.to(Prediction.NOISE, diffusion, field);
        return PairedStepper.sampler(
                noiseMean,
                eta == 0 ? 0 : 1,
                capacity -> new HistorySteps(diffusion, noiseMean, order, eta, corrected, capacity));
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
            return MethodCard.diffusion(
                            "edict-" + Numbers.format(mixing) + (alternating ? "" : "-fixed"),
                            "A x + B e(y), A y + B e(x)" + (alternating ? ", or y first, alternating" : "")
                                    + ", then each p of itself and 1 - p of the other, p = " + Numbers.format(mixing))
                    .orders(1, 1)
                    .cost(2, 0)
                    .error("O(steps^-1) once the copies stay together; inverts to rounding, which grows with the steps")
                    .avoidWhen("steps are few, or so many that mixing makes latents explode")
                    .from("Wallace, Gokul and Naik 2022 (arXiv 2211.12446)");
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
            return MethodCard.diffusion(
                            "bdia-" + Numbers.format(gamma),
                            "A z_i + B e + γ (z_k - A' z_i - B' e) with the place k before i, γ = "
                                    + Numbers.format(gamma))
                    .orders(gamma == 1 ? 2 : 1, gamma == 1 ? 2 : 1)
                    .cost(1, 0)
                    .error(
                            gamma == 1
                                    ? "O(steps^-2) if step lengths change slowly; errors never decay"
                                    : "(1 - γ)/(1 + γ) of the error of DDIM")
                    .avoidWhen(
                            gamma == 1
                                    ? "the first steps are coarse"
                                    : "samples are to be inverted: rounding grows by 1/γ per step")
                    .from("Zhang, Lewis and Kleijn 2023 (arXiv 2307.10829)");
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
            return MethodCard.diffusion("flow-" + inner.id(), "x/a along dx̄/dσ = e in σ = √V/a: " + inner.formula())
                    .orders(inner.strongOrder(), inner.weakOrder())
                    .cost(inner.evaluations(), 0)
                    .error("as " + inner.id() + " in σ; a last step to σ = 0 adds O(σ²) of its initial σ")
                    .avoidWhen("steps are uniform in τ: σ then drops a lot in one step near the data")
                    .from("Karras, Aittala, Aila and Laine 2022, algorithm 1 (arXiv 2206.00364)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new SigmaSteps(
                    diffusion, prediction.to(Prediction.NOISE, diffusion, field), method, Optional.empty());
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
            return MethodCard.diffusion("time-flow-" + inner.id(), "dx = (f x - g² s/2) dτ: " + inner.formula())
                    .orders(inner.strongOrder(), inner.weakOrder())
                    .cost(inner.evaluations(), 0)
                    .error("as " + inner.id() + " in τ; for VE far too large until the steps resolve log σ")
                    .avoidWhen("the noise falls by decades, as in VE: the flow in σ is nearly straight")
                    .from("Song et al. 2021, equation 13 (arXiv 2011.13456)");
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
            return MethodCard.diffusion(
                            "reverse-" + inner.id(),
                            "dx = (f x - (1 + λ²)/2 g² s) dτ + λ g dw, λ = " + Numbers.format(lambda) + ": "
                                    + inner.formula())
                    .orders(inner.strongOrder(), inner.weakOrder())
                    .cost(inner.evaluations(), inner.noises())
                    .error("as " + inner.id() + " in τ")
                    .avoidWhen("the noise falls by decades, as in VE")
                    .from("Song et al. 2021, equation 6 and appendix D.1 (arXiv 2011.13456)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return method.sampler(
                    diffusion.reverseDrift(prediction.score(diffusion, field), lambda),
                    tau -> lambda * lambda * diffusion.noiseRate(tau));
        }
    }

    /**
     * EDM's stochastic sampler: noise raises σ to σ̂ = σ (1 + γ), then an ODE method steps on x/a from σ̂ to σ_j.
     *
     * <p>The authors' S_churn is γ times the number of steps. σ̂ is at most σ at τ = 1, the largest noise of the
     * diffusion. <b>Special cases</b>: the last step to σ = 0 is Euler's.
     *
     * @param method ODE method in σ; the authors use Heun's
     * @param gamma γ in [0, √2 − 1]
     * @param from S_min, the least σ at which noise is added
     * @param to S_max, the largest one
     * @param inflation S_noise, the standard deviation of the added noise relative to what the law asks for
     */
    record Churn(OdeMethod method, double gamma, double from, double to, double inflation) implements DiffusionMethod {
        private static final double MOST = Math.sqrt(2) - 1;

        /** Heun, γ = 0.1 at every σ, noise as the law asks for. */
        public static Churn standard() {
            return new Churn(OdeMethod.HEUN, 0.1, 0, 1e9, 1);
        }

        public Churn {
            Check.inRange("gamma", gamma, 0, MOST);
            Check.inRange("from", from, 0, 1e9);
            Check.inRange("to", to, from, 1e9);
            Check.above("inflation", inflation, 0, 2);
        }

        @Override
        public MethodCard card() {
            MethodCard inner = method.card();
            return MethodCard.diffusion(
                            "churn-" + Numbers.format(gamma) + "-" + inner.id(),
                            "x/a + √(σ̂² - σ²) " + Numbers.format(inflation)
                                    + " z, σ̂ = σ (1 + γ), then d(x/a) = e dσ from σ̂: " + inner.formula() + "; γ = "
                                    + Numbers.format(gamma))
                    .orders(0, inner.weakOrder())
                    .cost(inner.evaluations(), 1)
                    .error("as " + inner.id()
                            + " in σ, in law, for γ in proportion to 1/steps; does not converge at a fixed γ")
                    .avoidWhen(
                            "the score is exact and steps are few: churn corrects errors of a score, and costs steps")
                    .from("Karras, Aittala, Aila and Laine 2022, algorithm 2 (arXiv 2206.00364)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return new SigmaSteps(
                    diffusion, prediction.to(Prediction.NOISE, diffusion, field), method, Optional.of(this));
        }

        /** σ̂ for a σ. */
        double raised(double sigma, double largest) {
            return sigma < from || sigma > to ? sigma : Math.max(sigma, Math.min(largest, sigma * (1 + gamma)));
        }
    }

    /**
     * RePaint's resampling: a predictor step from i to j, then U − 1 times the diffusion from j back to i and the step
     * again. Known coordinates are replaced after each step by their values with the noise of j.
     *
     * <p>Known are the coordinates of a condition {@code known(filling=replacement)}, or those of {@link #knowing};
     * without any, resampling does to a path what {@link Churn} does. <b>Special cases</b>: a step to τ = 0 is taken once.
     *
     * @param predictor the step down
     * @param resamplings U, how often it is taken
     */
    record Repaint(OneStep predictor, int resamplings) implements DiffusionMethod {
        /** DDPM's step, ten times, as the authors do. */
        public static Repaint standard() {
            return new Repaint(Ancestral.standard(), 10);
        }

        public Repaint {
            Check.inRange("resamplings", resamplings, 1, 1000);
        }

        @Override
        public MethodCard card() {
            MethodCard inner = predictor.card();
            return MethodCard.diffusion(
                            "repaint-" + resamplings + "-" + inner.id(),
                            "r x + √q z between " + resamplings + " times " + inner.formula())
                    .orders(0, 0)
                    .cost(resamplings * inner.evaluations(), 2 * resamplings - 1)
                    .error(
                            "no order: the rest fits known coordinates better with U, and exactly only for U and steps without bound")
                    .avoidWhen("the score of the rest given the known coordinates is at hand")
                    .from("Lugmayr, Danelljan, Romero, Yu, Timofte and Van Gool 2022, algorithm 1 (arXiv 2201.09865)");
        }

        @Override
        public Sampler sampler(Diffusion diffusion, Prediction prediction, Field field) {
            return knowing(diffusion, prediction, field);
        }

        /** A sampler that keeps the first coordinates at known values. */
        public Sampler knowing(Diffusion diffusion, Prediction prediction, Field field, double... known) {
            return new RepaintSteps(
                    diffusion, predictor.sampler(diffusion, prediction, field), resamplings, known.clone());
        }
    }
}
