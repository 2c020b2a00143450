package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.Drift;
import org.noisebook.model.Mlp;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

/**
 * The learned fields of an interpolant, as {@link MixtureInterpolant} gives the exact ones.
 *
 * <p>Every field is a linear combination of x and the networks' predictions, by x_t = α η_0 + β η_1 + γ η_z, b = v + γ̇
 * η_z, s = −ζ̄/γ, where ζ̄ is the mean of the noise. One-sided interpolants (base N(0, I), no γ; noise x_0) need one
 * network with any objective, since α η_0 + β η_1 = x and b = α̇ η_0 + β̇ η_1; others need two for both velocity and
 * score, joined by {@link #with}.
 *
 * <p>Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797), sections 2 and 3.2.
 *
 * <p><b>Shapes</b>: see {@link Field}. Derivatives along a direction and the divergence are exact, by forward
 * differentiation. <b>Special cases</b>: where a coefficient diverges at an end, times are clamped to the range used in
 * training, at least 10⁻⁴ inside; there the velocity of a network that learned the noise is α̇ x + β̇ E[x_1], and that
 * of one that learned the denoiser is β̇ x. NaN affects only its particle. <b>Error</b>: rounding in float32, about
 * 10⁻⁶ of the values, plus the learning error, whose half mean square is the excess of the loss over its minimum.
 * <b>Cost</b>: two operations per weight and particle; a derivative doubles this, a divergence takes d derivatives.
 */
public final class LearnedField {
    private static final double LEAST_MARGIN = 1e-4;

    /** One or two networks. */
    private final List<FieldNet> nets;
    /** The class, or −1. */
    private final int label;

    private LearnedField(List<FieldNet> nets, int label) {
        this.nets = nets;
        this.label = label;
    }

    /** The fields of one trained network. */
    static LearnedField of(FieldNet net) {
        return new LearnedField(List.of(net), -1);
    }

    /**
     * The kit's class-conditional one-sided field of the handwritten digits: {@link FieldConfig#digits} of root seed 1.
     *
     * <p><b>Cost</b>: 134 000 weights.
     */
    public static LearnedField digits() {
        return FieldLibrary.standard().field(FieldConfig.digits(), Streams.of(1));
    }

    /**
     * Combines two networks, a velocity and a score or noise mean of the same interpolant.
     *
     * @throws IllegalArgumentException if the interpolants differ, or one of them already combines two networks
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

    List<FieldNet> nets() {
        return nets;
    }

    /** The training config of the (first) network. */
    public FieldConfig config() {
        return nets.get(0).config();
    }

    /** The dimension d. */
    public int dimension() {
        return config().dimension();
    }

    /** How the training of the (first) network ended. */
    public StopReason stopReason() {
        return nets.get(0).stopReason();
    }

    /** The loss history of the (first) network, in at most 100 equal parts, each averaged over its steps. */
    public double[] loss() {
        return nets.get(0).loss();
    }

    /**
     * The fields for one class.
     *
     * @throws IllegalArgumentException if classes are not an input of the network, or there is no such class
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

    /**
     * The fields of the same dense networks with other weights and with the inputs of every product changed on the way.
     * Derivatives do not see the change of activities. The change must be thread-safe.
     *
     * @param weights what is done to each layer's matrix [inputs][outputs], without biases
     * @param activities what is done to each layer's inputs, or null
     */
    public LearnedField changed(Mlp.Change weights, Mlp.Change activities) {
        return new LearnedField(
                nets.stream().map(net -> net.changed(weights, activities)).toList(), label);
    }

    /**
     * The fields of the same U-Nets, which take over parts of earlier evaluations. An evaluator must see the same points, moved,
     * from one evaluation to the next, as those of samplers do. Derivatives do not see the plan.
     */
    public LearnedField reusing(ReusePlan plan) {
        return new LearnedField(nets.stream().map(net -> net.reusing(plan)).toList(), label);
    }

    /** The unconditional fields of all classes together; trained only if {@code dropout} withheld classes. */
    public LearnedField unconditional() {
        return new LearnedField(nets, -1);
    }

    /** Whether the networks determine a field. */
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

    /** The index of the network that learned it, or −1. */
    private int index(Objective objective) {
        for (int i = 0; i < nets.size(); i++) {
            if (nets.get(i).config().objective() == objective) {
                return i;
            }
        }
        return -1;
    }

    /** The velocity b = E[ẋ_t | x_t = x]. */
    public VelocityField velocity() {
        return combined(Objective.VELOCITY);
    }

    /** Samples by the ODE in equal steps of RK4 from t = 0 to 1, {@code [coordinate][sample]}. */
    public double[][] sample(int count, int steps, Streams streams) {
        double[][] x = new double[dimension()][count];
        config().base().open(dimension(), streams, "base").draw(count, x, new int[count]);
        double[] times = TimeGrid.UNIFORM.times(0, 1, steps, config().schedule().breaks());
        Ensemble.run(OdeMethod.RK4.sampler(velocity()), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return x;
    }

    /** The score s = ∇ log ρ. */
    public Score score() {
        return combined(Objective.SCORE);
    }

    /** The forward drift b + ε s, at the cost of one evaluation. */
    public VelocityField forwardDrift(DoubleUnaryOperator diffusion) {
        return combinedDrift(diffusion);
    }

    /** The field for an objective. */
    Field field(Objective wanted) {
        return combined(wanted);
    }

    /** The drift b + ε s for any engine; b alone if ε is 0, for which no score is needed. */
    public Drift drift(double diffusion) {
        return (diffusion == 0 ? combined(Objective.VELOCITY) : combinedDrift(t -> diffusion)).drift();
    }

    private Combined combinedDrift(DoubleUnaryOperator diffusion) {
        check(Objective.VELOCITY);
        check(Objective.SCORE);
        return new Combined((t, sum) -> {
            addTo(sum, Objective.VELOCITY, t, 1);
            double factor = diffusion.applyAsDouble(t);
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

    /** The linear combination x · own + E[x_1] · mean + Σ factor_i prediction_i. */
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

    /** A linear combination as a field. */
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
