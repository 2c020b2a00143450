package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

/**
 * What a training itself costs: the same training on draws of a Gaussian mixture fitted to the data, whose velocity,
 * score, density and samples are exact.
 *
 * <p>Errors of velocity and score are root mean squares over times in [0.05, 0.95] and points of the interpolant, beside
 * the root mean square of the exact field.
 *
 * @param components of the mixture
 * @param velocity error
 * @param exactVelocity size
 * @param score error; NaN where the field has none
 * @param exactScore size
 * @param logDensity |learned − exact| of log p, over draws
 * @param bias learned − exact of log p
 * @param distance sliced W_1 of samples to draws
 * @param floor sliced W_1 of draws to draws
 */
public record MixtureCheck(
        int components,
        double velocity,
        double exactVelocity,
        double score,
        double exactScore,
        Estimate logDensity,
        Estimate bias,
        double distance,
        double floor) {
    private static final int FIT_POINTS = 20_000;
    private static final int MOST_DIMENSION = 64;
    private static final int DRAWS = 2000;
    private static final double EDGE = 0.05;
    private static final int DIGITS = 3;

    /** Trains as planned, on a mixture fitted to the plan's points. */
    public static MixtureCheck of(FieldPlan plan, Streams streams) {
        return of(plan, streams, made -> {});
    }

    /** The same, telling before each update how many were made. */
    public static MixtureCheck of(FieldPlan plan, Streams streams, IntConsumer progress) {
        int d = plan.points().dimension();
        if (d > MOST_DIMENSION) {
            throw new IllegalArgumentException("--check mixture fits covariances and takes at most " + MOST_DIMENSION
                    + " columns, got " + d + ": choose some with --columns");
        }
        if (plan.network().channels() > 0) {
            throw new IllegalArgumentException("--check mixture needs log densities, which a U-Net does not give");
        }
        if (!(plan.pairing() instanceof Pairing.Independent)) {
            throw new IllegalArgumentException("--check mixture needs independent pairs, whose field is exact, got "
                    + plan.pairing().word());
        }
        GaussianMixture mixture = MixtureFit.of(plan.points().standardised(FIT_POINTS), streams.at("mixture"));
        Target fitted = new Target() {
            @Override
            public Optional<GaussianMixture> mixture() {
                return Optional.of(mixture);
            }
        };
        TrainedField field = plan.on(fitted).train(streams, progress);
        MixtureInterpolant exact = new MixtureInterpolant(GaussianMixture.standard(d), mixture, plan.schedule());
        double[][] draws = mixture.sample(streams.at("test").part(1), DRAWS);
        double[] errors = field.standardisedLogDensity(draws, TrainedField.STEPS);
        double[] known = MixtureFit.logDensities(mixture, draws);
        Arrays.setAll(errors, k -> errors[k] - known[k]);
        LearnedField learned = field.learned();
        return new MixtureCheck(
                mixture.components(),
                rms(learned, Objective.VELOCITY, exact.velocity(), streams),
                size(exact.velocity(), exact, streams),
                field.hasScore() ? rms(learned, Objective.SCORE, exact.score(), streams) : Double.NaN,
                size(exact.score(), exact, streams),
                Estimate.ofMean(Arrays.stream(errors).map(Math::abs).toArray()),
                Estimate.ofMean(errors),
                FieldReport.apart(field.standardisedSample(DRAWS, TrainedField.STEPS, 0, streams), draws),
                FieldReport.apart(mixture.sample(streams.at("test").part(2), DRAWS), draws));
    }

    private static double rms(LearnedField learned, Objective objective, Field exact, Streams streams) {
        return Math.sqrt(2
                * HeldOutLoss.excess(learned, objective, exact, EDGE, 1 - EDGE, streams)
                        .mean());
    }

    private static double size(Field field, MixtureInterpolant exact, Streams streams) {
        int times = 20;
        double sum = 0;
        double[][] out = new double[field.dimension()][DRAWS];
        Field.Evaluator evaluator = field.evaluator(DRAWS);
        for (int k = 0; k < times; k++) {
            double t = EDGE + (1 - 2 * EDGE) * (k + 0.5) / times;
            evaluator.at(t, exact.marginal(t).sample(streams.at("size").part(k), DRAWS), DRAWS, out);
            for (double[] row : out) {
                sum += Arrays.stream(row).map(value -> value * value).sum() / DRAWS;
            }
        }
        return Math.sqrt(sum / times);
    }

    Report.Section section() {
        Frame frame = new Frame("learned minus exact", "error", "beside");
        frame.add("velocity, root mean square", number(velocity), number(exactVelocity) + " (its size)");
        if (!Double.isNaN(score)) {
            frame.add("score, root mean square", number(score), number(exactScore) + " (its size)");
        }
        frame.add("log p, mean absolute", logDensity.brief() + " nats", "bias " + bias.brief());
        frame.add("samples, sliced W1", number(distance), number(floor) + " (two-sample floor)");
        return new Report.Section(
                "What does the training itself cost?",
                "The same training on draws of a mixture of " + Wording.count(components, "Gaussian")
                        + " fitted to these rows, where everything is known exactly: log p is wrong by "
                        + number(logDensity.mean()) + " nats on average.",
                List.of(),
                frame);
    }

    private static String number(double value) {
        return Numbers.brief(value, DIGITS);
    }
}
