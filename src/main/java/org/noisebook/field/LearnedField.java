package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.Drift;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;
import org.noisebook.solver.VelocityField;

/**
 * The learned fields of an interpolant: what {@link MixtureInterpolant} is for exact ones.
 *
 * <p>A field is a linear combination of x and what the networks predict, by x_t = α η_0 + β η_1 + γ η_z, b = v + γ̇ η_z, s = −ζ̄/γ, with ζ̄ the
 * mean of the noise. One-sided interpolants (base N(0, I), no γ; noise x_0) need one network of any objective, since
 * α η_0 + β η_1 = x and b = α̇ η_0 + β̇ η_1; others need two for both velocity and score, joined by {@link #with}.
 *
 * <p>Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), sections 2 and 3.2.
 *
 * <p><b>Shapes</b>: see {@link Field}. Derivatives along a direction and the divergence are exact, by forward differentiation.
 *
 * <p><b>Special cases</b>: where a coefficient diverges at an end, times are moved to those that training saw, at least 10⁻⁴ inside; the
 * velocity of a network that learned the noise is there α̇ x + β̇ E[x_1], and of one that learned the denoiser β̇ x. NaN stays in its
 * particle.
 *
 * <p><b>Error</b>: float32 inside, so about 10⁻⁶ of the values beside what was not learned; half the mean squared error is the excess of the
 * loss over its minimum. <b>Cost</b>: two operations a weight and particle; a derivative as much again, a divergence d of them.
 */
public final class LearnedField {
    private static final double LEAST_MARGIN = 1e-4;

    /** One or two. */
    private final List<FieldNet> nets;
    /** The class, or −1. */
    private final int label;

    private LearnedField(List<FieldNet> nets, int label) {
        this.nets = nets;
        this.label = label;
    }

    /** A network as it was trained. */
    static LearnedField of(FieldNet net) {
        return new LearnedField(List.of(net), -1);
    }

    /**
     * The handwritten digits as a class-conditional one-sided field, which comes with the kit: {@link FieldConfig#digits} of root seed 1.
     *
     * <p><b>Cost</b>: 134 000 weights.
     */
    public static LearnedField digits() {
        return FieldLibrary.standard().field(FieldConfig.digits(), Streams.of(1));
    }

    /**
     * Both networks as one: a velocity and a score or noise mean of the same interpolant.
     *
     * @throws IllegalArgumentException if the other is of another interpolant, or one of them is two already
     */
    public LearnedField with(LearnedField other) {
        if (nets.size() + other.nets.size() != 2) {
            throw new IllegalArgumentException(
                    "only two networks can be joined, got " + (nets.size() + other.nets.size()));
        }
        FieldConfig a = config();
        FieldConfig b = other.config();
        if (!a.target().equals(b.target())
                || !a.base().equals(b.base())
                || !a.schedule().equals(b.schedule())) {
            throw new IllegalArgumentException("networks to be joined must have learned the same interpolant");
        }
        return new LearnedField(List.of(nets.get(0), other.nets.get(0)), label);
    }

    /** The training of the (first) network. */
    public FieldConfig config() {
        return nets.get(0).config();
    }

    /** d. */
    public int dimension() {
        return config().dimension();
    }

    /** How the training of the (first) network ended. */
    public StopReason stopReason() {
        return nets.get(0).stopReason();
    }

    /** The loss of the (first) network over its training, in at most 100 equal parts, each the mean over its steps. */
    public double[] loss() {
        return nets.get(0).loss();
    }

    /**
     * The fields of one class.
     *
     * @throws IllegalArgumentException if the network does not see classes, or there is no such class
     */
    public LearnedField forClass(int newLabel) {
        if (!nets.stream().allMatch(net -> net.config().network().conditional())) {
            throw new IllegalArgumentException("a class needs a network with conditional=true");
        }
        int classes = config().target().classes();
        if (newLabel < 0 || newLabel >= classes) {
            throw new IllegalArgumentException("label must be in [0, " + (classes - 1) + "], got " + newLabel);
        }
        return new LearnedField(nets, newLabel);
    }

    /** The fields of all classes together; learned if {@code dropout} withheld classes. */
    public LearnedField unconditional() {
        return new LearnedField(nets, -1);
    }

    /** Whether the networks can give a field. */
    public boolean gives(Objective field) {
        boolean velocity = learned(Objective.VELOCITY);
        boolean noise = learned(Objective.NOISE) || learned(Objective.SCORE);
        boolean interpolant = learned(Objective.INTERPOLANT_VELOCITY);
        if (config().oneSided()) {
            return true;
        }
        return switch (field) {
            case VELOCITY -> velocity || interpolant && (noise || !config().noisy());
            case INTERPOLANT_VELOCITY -> interpolant || velocity && (noise || !config().noisy());
            case SCORE, NOISE -> noise;
            case DENOISER -> false;
        };
    }

    private boolean learned(Objective objective) {
        return index(objective) >= 0;
    }

    /** Which network learned it, or −1. */
    private int index(Objective objective) {
        for (int i = 0; i < nets.size(); i++) {
            if (nets.get(i).config().objective() == objective) {
                return i;
            }
        }
        return -1;
    }

    /** b = E[ẋ_t | x_t = x]. */
    public VelocityField velocity() {
        return combined(Objective.VELOCITY);
    }

    /** v = E[α̇ x_0 + β̇ x_1 | x_t = x]. */
    public VelocityField interpolantVelocity() {
        return combined(Objective.INTERPOLANT_VELOCITY);
    }

    /** s = ∇ log ρ. */
    public Score score() {
        return combined(Objective.SCORE);
    }

    /** E[ζ | x_t = x], the mean of the noise: z, or x_0 of a one-sided interpolant. */
    public Field noiseMean() {
        return combined(Objective.NOISE);
    }

    /** E[x_1 | x_t = x] of a one-sided interpolant. */
    public Field denoiser() {
        return combined(Objective.DENOISER);
    }

    /** b + ε s, for one evaluation. */
    public VelocityField forwardDrift(DoubleUnaryOperator diffusion) {
        return drift(diffusion, 1);
    }

    /** b − ε s, for one evaluation. */
    public VelocityField backwardDrift(DoubleUnaryOperator diffusion) {
        return drift(diffusion, -1);
    }

    /** Any of the fields. */
    Field field(Objective wanted) {
        return combined(wanted);
    }

    /** b + ε s for any engine; b alone where ε is 0, for which no score must be learned. */
    public Drift drift(double diffusion) {
        return (diffusion == 0 ? combined(Objective.VELOCITY) : drift(t -> diffusion, 1)).drift();
    }

    private Combined drift(DoubleUnaryOperator diffusion, int sign) {
        check(Objective.VELOCITY);
        check(Objective.SCORE);
        return new Combined((t, sum) -> {
            addTo(sum, Objective.VELOCITY, t, 1);
            double factor = sign * diffusion.applyAsDouble(t);
            if (factor != 0) {
                addTo(sum, Objective.SCORE, t, factor);
            }
        });
    }

    private Combined combined(Objective wanted) {
        check(wanted);
        return new Combined((t, sum) -> addTo(sum, wanted, t, 1));
    }

    private void check(Objective wanted) {
        if (!gives(wanted)) {
            String all = Stream.of(Objective.values())
                    .filter(this::learned)
                    .map(Objective::toString)
                    .reduce((a, b) -> a + " and " + b)
                    .orElseThrow();
            throw new IllegalArgumentException(
                    wanted + " cannot be had from networks that learned " + all + " of this interpolant");
        }
    }

    /** x · own + E[x_1] · mean + Σ factor_i prediction_i. */
    private static final class Sum {
        private double own;
        private double mean;
        private final double[] factors;

        Sum(int nets) {
            factors = new double[nets];
        }

        void clear() {
            own = 0;
            mean = 0;
            Arrays.fill(factors, 0);
        }
    }

    private interface Combination {
        void at(double t, Sum sum);
    }

    private void addTo(Sum sum, Objective wanted, double t, double factor) {
        int same = index(wanted);
        if (same >= 0) {
            sum.factors[same] += factor;
        } else if (config().oneSided()) {
            addOneSided(sum, wanted, t, factor);
        } else {
            addTwoSided(sum, wanted, t, factor);
        }
    }

    private double margin() {
        return nets.stream()
                .mapToDouble(net -> net.config().training().timeMargin())
                .reduce(LEAST_MARGIN, Math::max);
    }

    private void addTwoSided(Sum sum, Objective wanted, double t, double factor) {
        Schedule schedule = config().schedule();
        double margin = margin();
        double time = Math.min(1 - margin, Math.max(margin, t));
        boolean score = learned(Objective.SCORE);
        int noise = index(score ? Objective.SCORE : Objective.NOISE);
        double gamma = schedule.gamma(time);
        switch (wanted) {
            case SCORE -> sum.factors[noise] -= factor / gamma;
            case NOISE -> sum.factors[noise] -= factor * gamma;
            default -> {
                boolean forward = wanted == Objective.VELOCITY;
                sum.factors[index(forward ? Objective.INTERPOLANT_VELOCITY : Objective.VELOCITY)] += factor;
                if (config().noisy()) {
                    // b = v − γγ̇ s = v + γ̇ η_z
                    double product = (forward ? 1 : -1) * schedule.gammaGammaDot(time);
                    sum.factors[noise] += factor * (score ? -product : product / gamma);
                }
            }
        }
    }

    private void addOneSided(Sum sum, Objective wanted, double t, double factor) {
        Schedule schedule = config().schedule();
        Objective learned = config().objective();
        double margin = margin();
        OneSided.Factors factors;
        if (t < margin && (learned == Objective.NOISE || learned == Objective.SCORE)) {
            factors = OneSided.atStart(schedule, wanted, t, factor);
        } else if (t > 1 - margin && learned == Objective.DENOISER && OneSided.ofEnd(schedule, wanted, t) != 0) {
            factors = OneSided.atEnd(schedule, wanted, t, factor);
        } else {
            double time = Math.min(1 - margin, Math.max(margin, t));
            factors = OneSided.between(schedule, learned, wanted, time, factor);
        }
        sum.own += factors.own();
        sum.factors[0] += factors.field();
        sum.mean += factors.mean();
    }

    /** A combination as a field. */
    private final class Combined implements VelocityField, Score {
        private final Combination combination;

        Combined(Combination combination) {
            this.combination = combination;
        }

        @Override
        public int dimension() {
            return config().dimension();
        }

        @Override
        public Field.Evaluator evaluator(int capacity) {
            return new CombinedEvaluator(combination, capacity);
        }

        Drift drift() {
            return new Drift.Networks(nets.stream().map(FieldNet::net).toList(), this::numbers, this);
        }

        private double[] numbers(double t) {
            Sum sum = new Sum(nets.size());
            combination.at(t, sum);
            DoubleStream.Builder all = DoubleStream.builder().add(sum.own);
            for (double mean : nets.get(0).end().mean()) {
                all.add(sum.mean * mean);
            }
            for (int i = 0; i < sum.factors.length; i++) {
                nets.get(i).describe(t, sum.factors[i], label, all);
            }
            return all.build().toArray();
        }
    }

    private final class CombinedEvaluator implements Field.Evaluator {
        private final Combination combination;
        private final List<FieldNet.Evaluation> evaluations;
        private final Sum sum = new Sum(nets.size());
        private final double[] unit;
        private final double[][] units;

        CombinedEvaluator(Combination combination, int capacity) {
            this.combination = combination;
            evaluations =
                    nets.stream().map(net -> net.evaluation(capacity, label)).toList();
            unit = new double[capacity];
            Arrays.fill(unit, 1);
            units = new double[dimension()][];
            Arrays.fill(units, new double[capacity]);
        }

        private void forward(double t, double[][] x, int count, boolean derivatives) {
            sum.clear();
            combination.at(t, sum);
            for (int i = 0; i < sum.factors.length; i++) {
                if (sum.factors[i] != 0) {
                    evaluations.get(i).forward(t, x, count, derivatives);
                }
            }
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            forward(t, x, count, false);
            double[] mean = nets.get(0).end().mean();
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = Math.fma(sum.own, x[j][k], sum.mean * mean[j]);
                }
            }
            for (int i = 0; i < sum.factors.length; i++) {
                if (sum.factors[i] != 0) {
                    evaluations.get(i).add(sum.factors[i], x, count, out);
                }
            }
        }

        @Override
        public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            forward(t, x, count, true);
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = sum.own * direction[j][k];
                }
            }
            for (int i = 0; i < sum.factors.length; i++) {
                if (sum.factors[i] != 0) {
                    evaluations.get(i).forwardAlong(direction, count);
                    for (int j = 0; j < x.length; j++) {
                        evaluations.get(i).addAlong(sum.factors[i], j, direction[j], count, out[j]);
                    }
                }
            }
        }

        @Override
        public void divergence(double t, double[][] x, int count, double[] out) {
            forward(t, x, count, true);
            Arrays.fill(out, 0, count, sum.own * x.length);
            double[] zeros = units[0];
            for (int j = 0; j < x.length; j++) {
                units[j] = unit;
                for (int i = 0; i < sum.factors.length; i++) {
                    if (sum.factors[i] != 0) {
                        evaluations.get(i).forwardAlong(units, count);
                        evaluations.get(i).addAlong(sum.factors[i], j, unit, count, out);
                    }
                }
                units[j] = zeros;
            }
        }
    }
}
