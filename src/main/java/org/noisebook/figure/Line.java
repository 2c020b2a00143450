package org.noisebook.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.experiment.EndCounts;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * Cells along a number x.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Line<C extends Record, R extends Record> {
    private final double[] x;
    private final List<Cell<C, R>> cells;
    /** The condition of a claim, for the cell at x or, if x is NaN, for the whole line. */
    private final DoubleFunction<String> place;

    Line(double[] x, List<Cell<C, R>> cells) {
        this(x, cells, value -> "");
    }

    private Line(double[] x, List<Cell<C, R>> cells, DoubleFunction<String> place) {
        this.x = x.clone();
        this.cells = List.copyOf(cells);
        this.place = place;
    }

    /** The same cells, with the condition that ends claims on the cell at x or, if x is NaN, on the line. */
    public Line<C, R> placed(DoubleFunction<String> words) {
        return new Line<>(x, cells, words);
    }

    /** The condition of a claim, in words. */
    String place(double value) {
        return place.apply(value);
    }

    /** Cells that were declared one by one. */
    public static <C extends Record, R extends Record> Line<C, R> of(double[] x, List<Cell<C, R>> cells) {
        return new Line<>(x, cells);
    }

    /** The positions of the cells. */
    public double[] x() {
        return x.clone();
    }

    /** The cells in the order of {@link #x}. */
    public List<Cell<C, R>> cells() {
        return cells;
    }

    /** The number of cells. */
    public int size() {
        return x.length;
    }

    /**
     * The cell at the given x.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Cell<C, R> at(double value) {
        for (int k = 0; k < x.length; k++) {
            if (x[k] == value) {
                return cells.get(k);
            }
        }
        throw new IllegalArgumentException("no cell at " + value + "; there is: " + Arrays.toString(x));
    }

    /** The cells whose x satisfies a condition. */
    public Line<C, R> where(DoublePredicate condition) {
        return choose(k -> condition.test(x[k]));
    }

    /** The cells in which every replica fitted. */
    public Line<C, R> whole() {
        return choose(k -> cells.get(k).isWhole());
    }

    /** The cells from the first in which every replica fitted to the last before one in which not all did. */
    public Line<C, R> wholeRange() {
        return range(1);
    }

    /**
     * The cells from the first in which at least this fraction of replicas fitted to the last before one with fewer.
     */
    public Line<C, R> range(double share) {
        IntPredicate admitted = k -> {
            EndCounts ends = cells.get(k).ends();
            return ends.fitted() > 0 && ends.fitted() >= share * ends.count();
        };
        int first = IntStream.range(0, x.length).filter(admitted).findFirst().orElse(x.length);
        int end = IntStream.range(first, x.length)
                .filter(admitted.negate())
                .findFirst()
                .orElse(x.length);
        return choose(k -> k >= first && k < end);
    }

    public Cell<C, R> last() {
        return cells.get(x.length - 1);
    }

    /** The last {@code count} cells, for example the finest step sizes. */
    public Line<C, R> last(int count) {
        return choose(k -> k >= x.length - count);
    }

    private Line<C, R> choose(IntPredicate condition) {
        int[] chosen = IntStream.range(0, x.length).filter(condition).toArray();
        return new Line<>(
                Arrays.stream(chosen).mapToDouble(k -> x[k]).toArray(),
                Arrays.stream(chosen).mapToObj(cells::get).toList());
    }

    /** The same cells at other x values, for example measured ones. */
    public Line<C, R> against(double... newX) {
        return new Line<>(newX, cells);
    }

    /** The same cells with x set to the mean of a reduction. */
    public Line<C, R> against(Reduction<? super R> reduction) {
        return against(means(reduction));
    }

    /** The reduction of each cell. */
    public Estimate[] each(Reduction<? super R> reduction) {
        return cells.stream().map(cell -> cell.the(reduction)).toArray(Estimate[]::new);
    }

    /** The mean given by the reduction of each cell. */
    public double[] means(Reduction<? super R> reduction) {
        return Arrays.stream(each(reduction)).mapToDouble(Estimate::mean).toArray();
    }

    /** The mean difference of a number between corresponding cells of this line and another: see {@link Cell#less}. */
    public Estimate[] less(Line<?, ? extends R> other, ToDoubleFunction<? super R> value) {
        return IntStream.range(0, x.length)
                .mapToObj(k -> cells.get(k).less(other.cells.get(k), value))
                .toArray(Estimate[]::new);
    }

    /** How the replicas of each cell ended. */
    public EndCounts[] ends() {
        return cells.stream().map(Cell::ends).toArray(EndCounts[]::new);
    }

    /** How the replicas ended along the line: fitted if a replica did in every cell, diverged if it did in any. */
    public EndCounts together() {
        return IntStream.range(0, cells.get(0).runs().size())
                .mapToObj(r -> EndCounts.of(
                        cells.stream().map(cell -> cell.runs().get(r)).toList()))
                .map(ends -> ends.allFitted()
                        ? EndCounts.all(1)
                        : ends.diverged() > 0 ? new EndCounts(0, 0, 1) : new EndCounts(0, 1, 0))
                .reduce(EndCounts.NONE, EndCounts::and);
    }

    /** The replicas that fitted in every cell. */
    public int[] fitted() {
        return IntStream.range(0, x.length == 0 ? 0 : cells.get(0).runs().size())
                .filter(r -> cells.stream()
                        .allMatch(cell ->
                                EndCounts.of(List.of(cell.runs().get(r))).allFitted()))
                .toArray();
    }

    /** One number for every replica, {@code [cell][replica]}. */
    public double[][] values(ToDoubleFunction<? super R> value) {
        return cells.stream().map(cell -> cell.values(value)).toArray(double[][]::new);
    }

    /** One number per replica, computed from its curve along the line. */
    public double[] perReplica(ToDoubleFunction<? super R> value, ToDoubleFunction<double[]> number) {
        double[][] values = values(value);
        return IntStream.range(0, values[0].length)
                .mapToDouble(r -> number.applyAsDouble(
                        Arrays.stream(values).mapToDouble(cell -> cell[r]).toArray()))
                .toArray();
    }

    /** The power law of a number over the cells in which all replicas fitted, with a bootstrap over whole replicas. */
    public PowerFit power(Stream bootstrap, ToDoubleFunction<? super R> value) {
        Line<C, R> whole = whole();
        return PowerFit.of(whole.x, whole.values(value), bootstrap);
    }

    /** The x at which the mean of a reduction first crosses a level, by linear interpolation of logarithms, or NaN. */
    public double crossing(Reduction<? super R> reduction, double level) {
        return crossing(x, means(reduction), level);
    }

    /** The x at which a curve first crosses a level, by linear interpolation of logarithms; NaN if it does not. */
    public static double crossing(double[] x, double[] y, double level) {
        for (int k = 1; k < x.length; k++) {
            if ((y[k - 1] < level) != (y[k] < level)) {
                double share = StrictMath.log(level / y[k - 1]) / StrictMath.log(y[k] / y[k - 1]);
                return x[k - 1] * StrictMath.pow(x[k] / x[k - 1], share);
            }
        }
        return Double.NaN;
    }

    /** 1, 2, …, {@code count}: the positions on an axis of names. */
    public static double[] numbered(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    /** The powers {@code first, first·factor, …}, {@code count} values. */
    public static double[] powers(double first, double factor, int count) {
        double[] values = new double[count];
        double value = first;
        for (int k = 0; k < count; k++) {
            values[k] = value;
            value *= factor;
        }
        return values;
    }

    /** {@code count} evenly spaced values between two ends. */
    public static double[] even(double from, double to, int count) {
        return IntStream.range(0, count)
                .mapToDouble(k -> from + (to - from) * k / (count - 1))
                .toArray();
    }

    /** {@code count} logarithmically spaced values between two ends. */
    public static double[] logarithmic(double from, double to, int count) {
        return IntStream.range(0, count)
                .mapToDouble(k -> from * StrictMath.pow(to / from, k / (count - 1.0)))
                .toArray();
    }

    /** The centres of {@code count} equal parts of an interval. */
    public static double[] centres(double from, double to, int count) {
        return IntStream.range(0, count)
                .mapToDouble(k -> from + (to - from) * (2 * k + 1) / (2.0 * count))
                .toArray();
    }
}
