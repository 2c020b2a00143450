package org.noisebook.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * One config of a study and its replicas; requesting their results runs all declared cells.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Cell<C extends Record, R extends Record> {
    private final C config;
    private final Supplier<List<R>> runs;
    private final Streams streams;

    Cell(C config, Supplier<List<R>> runs, Streams streams) {
        this.config = config;
        this.runs = runs;
        this.streams = streams;
    }

    /** The config. */
    public C config() {
        return config;
    }

    /** The results in replica order, without runs stopped by a limit. */
    public List<R> runs() {
        return runs.get();
    }

    /**
     * What a study can compute for each replica without a run, such as an exact end point or its random draws. The
     * study repeats the draws from the streams of that replica; a figure draws nothing itself.
     */
    public <T> List<T> known(BiFunction<? super C, Streams, T> study) {
        return IntStream.range(0, runs().size())
                .mapToObj(r -> study.apply(config, streams.withReplica(r)))
                .toList();
    }

    /** How the replicas ended. */
    public EndCounts ends() {
        return EndCounts.of(runs());
    }

    /** Whether every replica fitted. */
    public boolean isWhole() {
        return ends().allFitted();
    }

    /** One number for every replica. */
    public double[] values(ToDoubleFunction<? super R> value) {
        return runs().stream().mapToDouble(value::applyAsDouble).toArray();
    }

    /** The mean of a number over replicas, however they ended; NaN if there are none. */
    public double mean(ToDoubleFunction<? super R> value) {
        return Arrays.stream(values(value)).average().orElse(Double.NaN);
    }

    /** The means of lists of numbers that every replica holds, element by element. */
    public double[] means(Function<? super R, Doubles> numbers) {
        return IntStream.range(0, numbers.apply(runs().get(0)).size())
                .mapToDouble(k -> mean(run -> numbers.apply(run).get(k)))
                .toArray();
    }

    /** The ends of the central interval that contains a given fraction of the replicas. */
    public double[] middle(ToDoubleFunction<? super R> value, double share) {
        double[] sorted = values(value);
        Arrays.sort(sorted);
        int cut = (int) ((1 - share) / 2 * sorted.length + 1e-9);
        return new double[] {sorted[cut], sorted[sorted.length - 1 - cut]};
    }

    /** The reduction of the replicas. */
    public Estimate the(Reduction<? super R> reduction) {
        return reduction.of(runs());
    }

    /**
     * The mean difference of a number between this cell and another on the same draws; NaN unless all replicas fitted.
     */
    public Estimate less(Cell<?, ? extends R> other, ToDoubleFunction<? super R> value) {
        return Estimate.ofMeanOrNone(paired(other, value, (mine, theirs) -> mine - theirs));
    }

    /** The geometric mean ratio of a number between this cell and another on the same draws; NaN unless all fitted. */
    public Estimate over(Cell<?, ? extends R> other, ToDoubleFunction<? super R> value) {
        return Estimate.ofGeometricMeanOrNone(paired(other, value, (mine, theirs) -> mine / theirs));
    }

    /** An operator applied to a number of both cells, replica by replica; empty unless all replicas of both fitted. */
    public double[] paired(
            Cell<?, ? extends R> other, ToDoubleFunction<? super R> value, DoubleBinaryOperator operator) {
        if (!isWhole() || !other.isWhole()) {
            return new double[0];
        }
        double[] mine = values(value);
        double[] theirs = other.values(value);
        Arrays.setAll(mine, r -> operator.applyAsDouble(mine[r], theirs[r]));
        return mine;
    }
}
