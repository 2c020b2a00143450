package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Labels;
import org.noisebook.runs.NaturalOrder;
import org.noisebook.runs.Observations;
import org.noisebook.runs.Scores;

/**
 * One response for seeds (rows) under conditions (columns): Y_sc, measured once, several times or not at all.
 *
 * <p><b>Shapes</b>: long form, one entry per observation. <b>Range</b>: values in [-1e50, 1e50]; cells not measured
 * have no entry. <b>Special cases</b>: there is at least one observation for every named seed and condition.
 *
 * @param seeds names of the rows
 * @param conditions names of the columns
 * @param seed row of each observation
 * @param condition column of each observation
 * @param value the observations
 */
public record SeedTable(List<String> seeds, List<String> conditions, int[] seed, int[] condition, double[] value) {
    public SeedTable {
        seeds = List.copyOf(seeds);
        conditions = List.copyOf(conditions);
        seed = seed.clone();
        condition = condition.clone();
        value = value.clone();
        if (value.length == 0) {
            throw new IllegalArgumentException("a table must hold at least one observation, got none");
        }
        if (seed.length != value.length || condition.length != value.length) {
            throw new IllegalArgumentException("seeds, conditions and values must be equally many, got " + seed.length
                    + ", " + condition.length + " and " + value.length);
        }
        checkUsed("seed", seeds, seed);
        checkUsed("condition", conditions, condition);
        for (double v : value) {
            Check.inRange("value", v, -Scores.LARGEST, Scores.LARGEST);
        }
    }

    private static void checkUsed(String what, List<String> names, int[] index) {
        boolean[] used = new boolean[names.size()];
        for (int i : index) {
            Check.inRange(what, i, 0, names.size() - 1);
            used[i] = true;
        }
        for (int i = 0; i < used.length; i++) {
            if (!used[i]) {
                throw new IllegalArgumentException(
                        "every " + what + " must have an observation, got none of '" + Quoted.of(names.get(i)) + "'");
            }
        }
    }

    /** A table of cells with seeds 0, 1, … as rows and conditions 0, 1, … as columns; NaN marks a cell not measured. */
    public static SeedTable of(double[][] y) {
        return of(y, NaturalOrder.numbered(y.length), NaturalOrder.numbered(y.length == 0 ? 0 : y[0].length));
    }

    /** A table of named cells; NaN marks a cell not measured. */
    public static SeedTable of(double[][] y, List<String> seeds, List<String> conditions) {
        List<int[]> places = new ArrayList<>();
        for (int s = 0; s < y.length; s++) {
            if (y[s].length != conditions.size()) {
                throw new IllegalArgumentException("rows must have a cell for each of " + conditions.size()
                        + " conditions, got " + y[s].length + " in row " + s);
            }
            for (int c = 0; c < y[s].length; c++) {
                if (!Double.isNaN(y[s][c])) {
                    places.add(new int[] {s, c});
                }
            }
        }
        return new SeedTable(
                seeds,
                conditions,
                places.stream().mapToInt(place -> place[0]).toArray(),
                places.stream().mapToInt(place -> place[1]).toArray(),
                places.stream().mapToDouble(place -> y[place[0]][place[1]]).toArray());
    }

    /** A table from rows labelled by seed and condition, or by seed alone with the single condition {@code all}. */
    public static SeedTable of(Observations rows) {
        List<Labels> labels = rows.labels();
        boolean lone = labels.size() == 1;
        return new SeedTable(
                labels.get(0).names(),
                lone ? List.of("all") : labels.get(1).names(),
                labels.get(0).code(),
                lone ? new int[rows.score().length] : labels.get(1).code(),
                rows.score());
    }

    /** Number of observations in each cell. */
    private int[][] counts() {
        int[][] counts = new int[seeds.size()][conditions.size()];
        for (int i = 0; i < value.length; i++) {
            counts[seed[i]][condition[i]]++;
        }
        return counts;
    }

    /** Number of observations per cell if it is the same in all cells, else 0. */
    public int replicates() {
        int[] different = Arrays.stream(counts())
                .flatMapToInt(Arrays::stream)
                .distinct()
                .limit(2)
                .toArray();
        return different.length == 1 ? different[0] : 0;
    }

    /** Number of cells without an observation. */
    public int missing() {
        return (int) Arrays.stream(counts())
                .flatMapToInt(Arrays::stream)
                .filter(count -> count == 0)
                .count();
    }

    /** Means of the cells, NaN if there are none: [seed][condition]. */
    public double[][] cells() {
        int[][] counts = counts();
        double[][] cells = new double[seeds.size()][conditions.size()];
        for (int i = 0; i < value.length; i++) {
            cells[seed[i]][condition[i]] += value[i] / counts[seed[i]][condition[i]];
        }
        for (int s = 0; s < cells.length; s++) {
            for (int c = 0; c < cells[s].length; c++) {
                cells[s][c] = counts[s][c] == 0 ? Double.NaN : cells[s][c];
            }
        }
        return cells;
    }

    /** Means of the cells minus the mean of their condition's cells, NaN if there are none: [seed][condition]. */
    public double[][] centred() {
        double[][] cells = cells();
        for (int c = 0; c < conditions.size(); c++) {
            double sum = 0;
            int count = 0;
            for (double[] row : cells) {
                sum += Double.isNaN(row[c]) ? 0 : row[c];
                count += Double.isNaN(row[c]) ? 0 : 1;
            }
            for (double[] row : cells) {
                row[c] -= sum / count;
            }
        }
        return cells;
    }

    /**
     * The chosen rows and columns, in the given order.
     *
     * @throws IllegalArgumentException if one is chosen twice or has no observations left
     */
    public SeedTable of(int[] chosenSeeds, int[] chosenConditions) {
        int[] seedAt = places(chosenSeeds, seeds.size(), "seed");
        int[] conditionAt = places(chosenConditions, conditions.size(), "condition");
        int[] kept = new int[value.length];
        int count = 0;
        for (int i = 0; i < value.length; i++) {
            if (seedAt[seed[i]] >= 0 && conditionAt[condition[i]] >= 0) {
                kept[count++] = i;
            }
        }
        kept = Arrays.copyOf(kept, count);
        return new SeedTable(
                Arrays.stream(chosenSeeds).mapToObj(seeds::get).toList(),
                Arrays.stream(chosenConditions).mapToObj(conditions::get).toList(),
                Arrays.stream(kept).map(i -> seedAt[seed[i]]).toArray(),
                Arrays.stream(kept).map(i -> conditionAt[condition[i]]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> value[i]).toArray());
    }

    private static int[] places(int[] chosen, int count, String what) {
        int[] at = new int[count];
        Arrays.fill(at, -1);
        for (int i = 0; i < chosen.length; i++) {
            Check.inRange(what, chosen[i], 0, count - 1);
            if (at[chosen[i]] >= 0) {
                throw new IllegalArgumentException("a " + what + " must be chosen once, got " + chosen[i] + " twice");
            }
            at[chosen[i]] = i;
        }
        return at;
    }

    /**
     * The same table in canonical order: seeds, conditions and the observations of a cell in ascending order, where
     * names are compared as numbers if all are numbers, else as text.
     */
    public SeedTable sorted() {
        Labels bySeed = new Labels(seeds, seed, false).sorted();
        Labels byCondition = new Labels(conditions, condition, false).sorted();
        int[] order = IntStream.range(0, value.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> bySeed.code()[i])
                        .thenComparingInt(i -> byCondition.code()[i])
                        .thenComparingDouble(i -> value[i]))
                .mapToInt(i -> i)
                .toArray();
        return new SeedTable(
                bySeed.names(),
                byCondition.names(),
                Arrays.stream(order).map(i -> bySeed.code()[i]).toArray(),
                Arrays.stream(order).map(i -> byCondition.code()[i]).toArray(),
                Arrays.stream(order).mapToDouble(i -> value[i]).toArray());
    }

    /** The same design with transformed values, such as logarithms of errors. */
    public SeedTable map(DoubleUnaryOperator change) {
        return new SeedTable(
                seeds,
                conditions,
                seed,
                condition,
                Arrays.stream(value).map(change).toArray());
    }

    @Override
    public int[] seed() {
        return seed.clone();
    }

    @Override
    public int[] condition() {
        return condition.clone();
    }

    @Override
    public double[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedTable that
                && seeds.equals(that.seeds)
                && conditions.equals(that.conditions)
                && Arrays.equals(seed, that.seed)
                && Arrays.equals(condition, that.condition)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * seeds.hashCode() + conditions.hashCode())
                + 31 * (31 * Arrays.hashCode(seed) + Arrays.hashCode(condition))
                + Arrays.hashCode(value);
    }
}
