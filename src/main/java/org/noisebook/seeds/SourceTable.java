package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Labels;
import org.noisebook.runs.Observations;

/**
 * One response for every combination of the seeds of several sources, such as initialisation, order and data, with
 * equally many replicates.
 *
 * <p><b>Shapes</b>: {@code value} is row-major, the first factor varying slowest, replicates fastest.
 *
 * @param factors names of the sources, two or more
 * @param levels names of the seeds of each source, in ascending order
 * @param replicates number of observations of each combination
 * @param value the observations
 */
public record SourceTable(List<String> factors, List<List<String>> levels, int replicates, double[] value) {
    /** Beyond this number of combinations, missing ones are not listed by name. */
    private static final double MANY = 1e6;

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
     * A table from rows labelled by the seeds of each source, in any order.
     *
     * @throws IllegalArgumentException if the combinations do not all occur equally often
     */
    public static SourceTable of(Observations rows) {
        List<Labels> sources = rows.labels().stream().map(Labels::sorted).toList();
        List<List<String>> levels = sources.stream().map(Labels::names).toList();
        double[] value = rows.score();
        String wanted = "every combination of " + Quoted.of(String.join(" and ", rows.columns()))
                + " must be there equally often, got ";
        double all = levels.stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
        if (all > Math.max(value.length, MANY)) {
            throw new IllegalArgumentException(
                    wanted + value.length + " values for " + Numbers.format(all) + " combinations");
        }
        int[] counts = new int[(int) all];
        int[] cellOf = new int[value.length];
        for (int i = 0; i < value.length; i++) {
            for (Labels source : sources) {
                cellOf[i] = cellOf[i] * source.names().size() + source.code()[i];
            }
            counts[cellOf[i]]++;
        }
        for (int cell = 0; cell < counts.length; cell++) {
            if (counts[cell] == 0 || counts[cell] != counts[0]) {
                throw new IllegalArgumentException(wanted + counts[cell] + " values for "
                        + Quoted.of(name(rows.columns(), levels, cell)) + " and " + counts[0] + " for "
                        + Quoted.of(name(rows.columns(), levels, 0)));
            }
        }
        double[] sorted = IntStream.range(0, value.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> cellOf[i]).thenComparingDouble(i -> value[i]))
                .mapToDouble(i -> value[i])
                .toArray();
        return new SourceTable(rows.columns(), levels, counts[0], sorted);
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

    /** Number of seeds of each source. */
    public int[] counts() {
        return levels.stream().mapToInt(List::size).toArray();
    }

    /** The same design with transformed values. */
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
