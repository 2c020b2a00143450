package org.noisebook.figure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;

/**
 * Cells over two numbers, with y along the rows and x along the columns.
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

    /** The x of each column. */
    public double[] xs() {
        return xs.clone();
    }

    /** The y of each row. */
    public double[] ys() {
        return ys.clone();
    }

    /** The cell in row j and column i. */
    public Cell<C, R> at(int j, int i) {
        return rows.get(j).get(i);
    }

    /** One row, along x. */
    public Line<C, R> row(int j) {
        return new Line<>(xs, rows.get(j));
    }

    /** The rows, each along x. */
    public Stream<Line<C, R>> lines() {
        return IntStream.range(0, ys.length).mapToObj(this::row);
    }

    /** One column, along y. */
    public Line<C, R> column(int i) {
        return new Line<>(ys, rows.stream().map(row -> row.get(i)).toList());
    }

    /** The row at the given y. */
    public Line<C, R> rowAt(double y) {
        return row(place(ys, y));
    }

    /** The column at the given x. */
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
    public EndCounts[][] ends() {
        return rows.stream()
                .map(row -> row.stream().map(Cell::ends).toArray(EndCounts[]::new))
                .toArray(EndCounts[][]::new);
    }

    /** One number per cell, {@code [row][column]}. */
    public double[][] numbers(ToDoubleFunction<Cell<C, R>> number) {
        return rows.stream()
                .map(row -> row.stream().mapToDouble(number).toArray())
                .toArray(double[][]::new);
    }

    /** Means over the replicas that fitted, {@code [row][column]}; NaN if none did. */
    public double[][] means(ToDoubleFunction<? super R> value) {
        return means(value, false);
    }

    /** Geometric means over the replicas that fitted, {@code [row][column]}; NaN if none did. */
    public double[][] geometricMeans(ToDoubleFunction<? super R> value) {
        return means(value, true);
    }

    private double[][] means(ToDoubleFunction<? super R> value, boolean geometric) {
        Predicate<R> fitted =
                run -> !(run instanceof HasEnds ended) || ended.ends().allFitted();
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

    /** The given numbers, {@code [row][column]}, with NaN for cells in which not all replicas fitted. */
    public double[][] ofWhole(double[][] value) {
        double[][] whole = new double[ys.length][xs.length];
        for (int j = 0; j < ys.length; j++) {
            for (int i = 0; i < xs.length; i++) {
                whole[j][i] = at(j, i).isWhole() ? value[j][i] : Double.NaN;
            }
        }
        return whole;
    }

    /** The highest row of a column in which all replicas fitted; −1 if there is none. */
    public int highestWhole(int i) {
        return IntStream.iterate(ys.length - 1, j -> j >= 0, j -> j - 1)
                .filter(j -> at(j, i).isWhole())
                .findFirst()
                .orElse(-1);
    }

    /** The lowest row of a column in which all replicas fitted; the last row if there is none. */
    public int lowestWhole(int i) {
        return IntStream.range(0, ys.length)
                .filter(j -> at(j, i).isWhole())
                .findFirst()
                .orElse(ys.length - 1);
    }

    /** The upper edge of each column: half a logarithmic step above the highest row that fitted; NaN if none did. */
    public double[] upperEdge() {
        double half = StrictMath.sqrt(ys[1] / ys[0]);
        double[] edge = new double[xs.length];
        Arrays.setAll(edge, i -> highestWhole(i) < 0 ? Double.NaN : ys[highestWhole(i)] * half);
        return edge;
    }

    /** A region of the map. */
    @FunctionalInterface
    public interface Region {
        /** Whether the cell in this row and column belongs to the region. */
        boolean holds(int row, int column);
    }

    /**
     * The point in a region, {@code {x, y}}, that is farthest from all cells outside it, for given widths and heights
     * of a cell: the middle of one cell or of adjacent ones; empty for an empty region.
     */
    double[] middle(Region region, double across, double up) {
        double farthest = Double.NEGATIVE_INFINITY;
        double[] middle = {};
        for (double j = 0; j < ys.length; j += 0.5) {
            for (double i = 0; i < xs.length; i += 0.5) {
                double room = room(region, j, i, across, up);
                if (room > farthest) {
                    farthest = room;
                    middle = new double[] {between(xs, i), between(ys, j)};
                }
            }
        }
        return middle;
    }

    /**
     * Distance to the nearest cell outside the region, with a tiny penalty for distance from the middle of the region.
     */
    private double room(Region region, double row, double column, double across, double up) {
        double nearest = Double.POSITIVE_INFINITY;
        double all = 0;
        for (int j = -1; j <= ys.length; j++) {
            for (int i = -1; i <= xs.length; i++) {
                boolean inside = j >= 0 && j < ys.length && i >= 0 && i < xs.length && region.holds(j, i);
                double far = Math.max((Math.abs(i - column) - 0.5) * across, (Math.abs(j - row) - 0.5) * up);
                nearest = inside ? nearest : Math.min(nearest, far);
                all += inside ? far : 0;
            }
        }
        return nearest > 0 ? nearest - 1e-6 * all : Double.NEGATIVE_INFINITY;
    }

    /**
     * A value between two neighbouring ones: the middle of their logarithms if the values grow by a constant factor.
     */
    private static double between(double[] values, double place) {
        double low = values[(int) place];
        double high = values[(int) Math.ceil(place)];
        double first = values[1] / values[0];
        boolean log =
                values[0] > 0 && Math.abs(values[values.length - 1] / values[values.length - 2] / first - 1) < 1e-9;
        return log ? StrictMath.sqrt(low * high) : (low + high) / 2;
    }

    /** A config as a function of two numbers. */
    @FunctionalInterface
    public interface Point<C> {
        /** The config at a point. */
        C at(double x, double y);
    }
}
