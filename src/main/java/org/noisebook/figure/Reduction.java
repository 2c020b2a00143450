package org.noisebook.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.noisebook.experiment.EndCounts;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * Reduces the replicas of a cell to one estimate. Defined once, it serves panel, claim and caption.
 *
 * @param <R> result record
 */
public final class Reduction<R> {
    private final Function<List<? extends R>, Estimate> reduction;

    private Reduction(Function<List<? extends R>, Estimate> reduction) {
        this.reduction = reduction;
    }

    /** An arbitrary reduction. */
    public static <R> Reduction<R> by(Function<List<? extends R>, Estimate> reduction) {
        return new Reduction<>(reduction);
    }

    /** The mean of a number, with Student's t interval. */
    public static <R> Reduction<R> mean(ToDoubleFunction<R> value) {
        return by(runs -> Estimate.ofMeanOrNone(numbers(runs, value)));
    }

    /** The mean of a number with a bootstrap interval over whole replicas, which stays in the range of the values. */
    public static <R> Reduction<R> resampledMean(Supplier<Stream> stream, ToDoubleFunction<R> value) {
        return by(runs -> {
            double[] numbers = numbers(runs, value);
            return Bootstrap.of(
                    numbers.length,
                    stream.get(),
                    chosen -> Arrays.stream(chosen)
                            .mapToDouble(r -> numbers[r])
                            .average()
                            .orElse(Double.NaN));
        });
    }

    /** The number from one deterministic run: a point without an interval. */
    public static <R> Reduction<R> exact(ToDoubleFunction<R> value) {
        return by(runs -> SixDigits.point(numbers(runs, value)[0]));
    }

    /** The geometric mean of a positive number, with the t interval of its logarithms. */
    public static <R> Reduction<R> geometric(ToDoubleFunction<R> value) {
        return by(runs -> Estimate.ofGeometricMeanOrNone(numbers(runs, value)));
    }

    /** The mean of a proportion of points per replica, its interval clipped to [0, 1]; Wilson's if all are 0 or 1. */
    public static <R> Reduction<R> share(ToDoubleFunction<R> value, int points) {
        return by(runs -> Estimate.ofShares(numbers(runs, value), points));
    }

    /**
     * The mean of a number; replicas that agree within an error count as one deterministic value, with n = 1 and an
     * interval equal to their range widened by that error.
     */
    public static <R> Reduction<R> agreeing(ToDoubleFunction<R> value, double error) {
        return by(runs -> {
            double[] numbers = numbers(runs, value);
            double low = Arrays.stream(numbers).min().orElse(Double.NaN);
            double high = Arrays.stream(numbers).max().orElse(Double.NaN);
            return numbers.length > 1 && high - low <= error
                    ? new Estimate((low + high) / 2, error, low - error, high + error, 1)
                    : Estimate.ofMeanOrNone(numbers);
        });
    }

    /** A number computed from all replicas together, with a jackknife over them. */
    public static <R> Reduction<R> jackknife(ToDoubleFunction<List<R>> number) {
        return by(runs -> Jackknife.of(List.<R>copyOf(runs), number));
    }

    private static <R> double[] numbers(List<? extends R> runs, ToDoubleFunction<R> value) {
        return runs.stream().mapToDouble(value::applyAsDouble).toArray();
    }

    /** The estimate of these replicas. */
    public Estimate of(List<? extends R> runs) {
        return reduction.apply(runs);
    }

    /** The same reduction if every replica fitted, else NaN. */
    public Reduction<R> ofWhole() {
        return by(runs -> EndCounts.of(runs).allFitted() ? of(runs) : Estimate.NONE);
    }

    /** The same reduction with its estimate transformed, for example {@code e -> e.times(2)}. */
    public Reduction<R> then(UnaryOperator<Estimate> change) {
        return by(runs -> change.apply(of(runs)));
    }

    /** The same reduction plus the sampling error of a proportion that all replicas measure on the same points. */
    public Reduction<R> onSharedPoints(int points) {
        return then(e -> e.withError(StrictMath.sqrt(e.mean() * (1 - e.mean()) / points)));
    }

    /**
     * The same reduction for a mean in [0, 1], with its t interval on the logit scale, so that its ends stay in [0, 1].
     */
    public Reduction<R> onLogit() {
        return then(Reduction::logit);
    }

    /** The same reduction for a positive mean, with its t interval on the logarithmic scale. */
    public Reduction<R> onLog() {
        return then(Reduction::log);
    }

    /** The interval log(m/(1 − m)) ± t s/(m(1 − m)) with standard error s, by the delta method; mean and error stay. */
    private static Estimate logit(Estimate t) {
        double slope = t.mean() * (1 - t.mean());
        if (!(slope > 0) || t.high() == t.mean()) {
            return t;
        }
        double odds = t.mean() / (1 - t.mean());
        double factor = StrictMath.exp((t.high() - t.mean()) / slope);
        return new Estimate(t.mean(), t.stdError(), odds / (odds + factor), odds * factor / (1 + odds * factor), t.n());
    }

    /** The interval log m ± t s/m. */
    private static Estimate log(Estimate t) {
        if (!(t.mean() > 0) || t.high() == t.mean()) {
            return t;
        }
        double factor = StrictMath.exp((t.high() - t.mean()) / t.mean());
        return new Estimate(t.mean(), t.stdError(), t.mean() / factor, t.mean() * factor, t.n());
    }
}
