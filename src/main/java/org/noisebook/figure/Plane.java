package org.noisebook.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * Cells over two numbers, rows of y and columns of x.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Plane<C extends Record, R extends Record> {
    private final double[] xs;
    private final double[] ys;
    private final List<List<Cell<C, R>>> rows;

    Plane(double[] xs, double[] ys, List<List<Cell<C, R>>> rows) {
        this.xs = xs.clone();
        this.ys = ys.clone();
        this.rows = rows.stream().map(List::copyOf).toList();
    }

    /** x of the columns. */
    public double[] xs() {
        return xs.clone();
    }

    /** y of the rows. */
    public double[] ys() {
        return ys.clone();
    }

    /** The cell of row j and column i. */
    public Cell<C, R> at(int j, int i) {
        return rows.get(j).get(i);
    }

    /** A row, along x. */
    public Line<C, R> row(int j) {
        return new Line<>(xs, rows.get(j));
    }

    /** The rows, each along x. */
    public Stream<Line<C, R>> lines() {
        return IntStream.range(0, ys.length).mapToObj(this::row);
    }

    /** A column, along y. */
    public Line<C, R> column(int i) {
        return new Line<>(ys, rows.stream().map(row -> row.get(i)).toList());
    }

    /** The row of a y. */
    public Line<C, R> rowAt(double y) {
        return row(place(ys, y));
    }

    /** The column of an x. */
    public Line<C, R> columnAt(double x) {
        return column(place(xs, x));
    }

    private static int place(double[] values, double value) {
        return IntStream.range(0, values.length)
                .filter(k -> values[k] == value)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no cells at " + value + "; there are: " + Arrays.toString(values)));
    }

    /** How the replicas ended, {@code [row][column]}. */
    public Ends[][] ends() {
        return rows.stream()
                .map(row -> row.stream().map(Cell::ends).toArray(Ends[]::new))
                .toArray(Ends[][]::new);
    }

    /** A number of each cell, {@code [row][column]}. */
    public double[][] numbers(ToDoubleFunction<Cell<C, R>> number) {
        return rows.stream()
                .map(row -> row.stream().mapToDouble(number).toArray())
                .toArray(double[][]::new);
    }

    /** Means over the replicas that fitted, {@code [row][column]}; NaN where none did. */
    public double[][] means(ToDoubleFunction<? super R> value) {
        return means(value, false);
    }

    /** Geometric means over the replicas that fitted, {@code [row][column]}; NaN where none did. */
    public double[][] geometricMeans(ToDoubleFunction<? super R> value) {
        return means(value, true);
    }

    private double[][] means(ToDoubleFunction<? super R> value, boolean geometric) {
        Predicate<R> fitted =
                run -> !(run instanceof Ended ended) || ended.ends().allFitted();
        return numbers(cell -> {
            double mean = cell.runs().stream()
                    .filter(fitted)
                    .mapToDouble(value::applyAsDouble)
                    .map(v -> geometric ? StrictMath.log(v) : v)
                    .average()
                    .orElse(Double.NaN);
            return geometric ? StrictMath.exp(mean) : mean;
        });
    }

    /** A number a cell, {@code [row][column]}, NaN unless all of its replicas fitted. */
    public double[][] ofWhole(double[][] value) {
        double[][] whole = new double[ys.length][xs.length];
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                whole[j][i] = at(j, i).isWhole() ? value[j][i] : Double.NaN;
            }
        }
        return whole;
    }

    /** The largest row of a column of which all replicas fitted, −1 if there is none. */
    public int highestWhole(int i) {
        return IntStream.iterate(ys.length - 1, j -> j >= 0, j -> j - 1)
                .filter(j -> at(j, i).isWhole())
                .findFirst()
                .orElse(-1);
    }

    /** The lowest row of a column of which all replicas fitted, the last row if there is none. */
    public int lowestWhole(int i) {
        return IntStream.range(0, ys.length)
                .filter(j -> at(j, i).isWhole())
                .findFirst()
                .orElse(ys.length - 1);
    }

    /** Of each column the upper edge, half a logarithmic step above, of the highest row that fitted; NaN if none did. */
    public double[] upperEdge() {
        double half = StrictMath.sqrt(ys[1] / ys[0]);
        double[] edge = new double[xs.length];
        Arrays.setAll(edge, i -> highestWhole(i) < 0 ? Double.NaN : ys[highestWhole(i)] * half);
        return edge;
    }

    /** What two numbers set. */
    @FunctionalInterface
    public interface Point<C> {
        /** The config there. */
        C at(double x, double y);
    }
}
