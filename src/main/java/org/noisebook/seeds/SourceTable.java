package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.data.Echo;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Check;

/**
 * One response under every combination of the seeds of several sources, such as initialisation, order and data, equally often each.
 *
 * <p><b>Shapes</b>: {@code value} is row-major, the first factor slowest, replicates fastest.
 *
 * @param factors names of the sources, two or more
 * @param levels names of the seeds of each source, in ascending order
 * @param replicates observations of each combination
 * @param value the observations
 */
public record SourceTable(List<String> factors, List<List<String>> levels, int replicates, double[] value) {
    /** So many combinations without a value are not gone through to name one. */
    private static final double MANY = 1e6;

    /** Copies and validates. */
    public SourceTable {
        factors = List.copyOf(factors);
        levels = levels.stream().map(List::copyOf).toList();
        value = value.clone();
        Check.inRange("factors", factors.size(), 2, Integer.MAX_VALUE);
        Check.inRange("replicates", replicates, 1, Integer.MAX_VALUE);
        long cells = replicates;
        for (List<String> names : levels) {
            cells *= names.size();
        }
        if (levels.size() != factors.size() || cells != value.length) {
            throw new IllegalArgumentException("values must be one for each of " + cells
                    + " combinations of seeds and replicates, got " + value.length);
        }
    }

    /**
     * A table read off columns of text, one row an observation; rows without a response are left out, and their order does not matter.
     *
     * @throws IllegalArgumentException for an unknown column, a response that is no number, or combinations that are not all equally often
     *     there
     */
    public static SourceTable from(Frame frame, List<String> sourceColumns, String responseColumn) {
        if (new TreeSet<>(sourceColumns).size() < sourceColumns.size()) {
            throw new IllegalArgumentException("columns of seeds must differ, got " + sourceColumns);
        }
        List<SeedTable> columns = sourceColumns.stream()
                .map(column -> SeedTable.from(frame, column, column, responseColumn))
                .toList();
        List<List<String>> levels =
                columns.stream().map(column -> Names.sorted(column.seeds())).toList();
        double[] value = columns.get(0).value();
        double all = levels.stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
        if (all > Math.max(value.length, MANY)) {
            throw new IllegalArgumentException("every combination of " + Echo.of(String.join(" and ", sourceColumns))
                    + " must be there equally often, got " + value.length + " values for " + Numbers.format(all)
                    + " combinations");
        }
        int cells = (int) all;
        List<List<Double>> values = new ArrayList<>();
        for (int cell = 0; cell < cells; cell++) {
            values.add(new ArrayList<>());
        }
        int[] cellOf = new int[value.length];
        for (int f = 0; f < columns.size(); f++) {
            Map<String, Integer> places = Names.places(levels.get(f));
            int[] seed = columns.get(f).seed();
            for (int i = 0; i < value.length; i++) {
                cellOf[i] = cellOf[i] * places.size()
                        + places.get(columns.get(f).seeds().get(seed[i]));
            }
        }
        for (int i = 0; i < value.length; i++) {
            values.get(cellOf[i]).add(value[i]);
        }
        int replicates = values.get(0).size();
        double[] sorted = new double[value.length];
        int filled = 0;
        for (int cell = 0; cell < cells; cell++) {
            List<Double> here = values.get(cell);
            if (here.isEmpty() || here.size() != replicates) {
                throw new IllegalArgumentException("every combination of "
                        + Echo.of(String.join(" and ", sourceColumns)) + " must be there equally often, got "
                        + here.size() + " values for "
                        + Echo.of(name(sourceColumns, levels, cell)) + " and " + replicates + " for "
                        + Echo.of(name(sourceColumns, levels, 0)));
            }
            Collections.sort(here);
            for (double v : here) {
                sorted[filled++] = v;
            }
        }
        return new SourceTable(sourceColumns, levels, replicates, sorted);
    }

    private static String name(List<String> factors, List<List<String>> levels, int cell) {
        List<String> parts = new ArrayList<>();
        int rest = cell;
        for (int f = factors.size() - 1; f >= 0; f--) {
            int count = levels.get(f).size();
            parts.add(0, factors.get(f) + " " + levels.get(f).get(rest % count));
            rest /= count;
        }
        return String.join(", ", parts);
    }

    /** Seeds of each source. */
    public int[] counts() {
        return levels.stream().mapToInt(List::size).toArray();
    }

    /** The same design with changed values. */
    public SourceTable map(DoubleUnaryOperator change) {
        return new SourceTable(
                factors, levels, replicates, Arrays.stream(value).map(change).toArray());
    }

    @Override
    public double[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceTable that
                && factors.equals(that.factors)
                && levels.equals(that.levels)
                && replicates == that.replicates
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * factors.hashCode() + levels.hashCode()) + 31 * replicates + Arrays.hashCode(value);
    }
}
