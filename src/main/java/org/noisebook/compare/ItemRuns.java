package org.noisebook.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Labels;
import org.noisebook.runs.Role;
import org.noisebook.runs.Wording;

/**
 * Scores of models on single items, such as questions of a benchmark: one row an item, right or wrong or a number.
 *
 * @param models names
 * @param seeds of a model, one if none are named
 * @param cluster of each item, a number; its own where items are not clustered
 * @param clustered whether they are
 * @param score {@code [model][item][seed]}, larger being better; NaN where there is no row, −∞ for a row without one
 * @param binary whether all scores are 0 or 1
 * @param lowerIsBetter whether scores were negated
 * @param notes how the table was read
 */
record ItemRuns(
        List<String> models,
        int seeds,
        int[] cluster,
        boolean clustered,
        double[][][] score,
        boolean binary,
        boolean lowerIsBetter,
        List<String> notes) {
    /**
     * Gathers rows.
     *
     * @param labels of rows by role, the item's and the cluster's among them
     * @param value of rows, larger being better; no score is wrong where scores are right or wrong
     * @throws IllegalArgumentException for an item that a model has twice with one seed, or in two clusters
     */
    static ItemRuns of(Map<Role, Labels> labels, double[] value, boolean lower, List<String> notes) {
        Labels model = labels.get(Role.MODEL);
        Labels task = labels.getOrDefault(Role.TASK, Labels.ONE);
        Labels seed = labels.getOrDefault(Role.SEED, Labels.ONE);
        Labels item = labels.get(Role.ITEM);
        Optional<Labels> cluster = Optional.ofNullable(labels.get(Role.CLUSTER));
        Map<Long, Integer> place = new HashMap<>();
        int[] at = new int[value.length];
        int[] clusters = new int[value.length];
        for (int row = 0; row < at.length; row++) {
            long key = (long) task.at(row, 0) * item.names().size() + item.at(row, 0);
            at[row] = place.computeIfAbsent(key, none -> place.size());
            int group = cluster.isPresent() ? cluster.get().at(row, 0) : at[row];
            if (at[row] == place.size() - 1 && clusters[at[row]] == 0) {
                clusters[at[row]] = group + 1;
            }
            check(clusters[at[row]] == group + 1, "is in a second cluster", item, row);
        }
        int count = place.size();
        boolean binary = Arrays.stream(value).allMatch(x -> Double.isNaN(x) || x == 0 || x == (lower ? -1 : 1));
        double[][][] score =
                new double[model.names().size()][count][seed.names().size()];
        boolean[][][] filled = new boolean[score.length][count][seed.names().size()];
        for (double[][] of : score) {
            Arrays.stream(of).forEach(row -> Arrays.fill(row, Double.NaN));
        }
        int failed = 0;
        for (int row = 0; row < at.length; row++) {
            int m = model.at(row, 0);
            int s = seed.at(row, 0);
            check(!filled[m][at[row]][s], "has a second row", item, row);
            filled[m][at[row]][s] = true;
            boolean none = Double.isNaN(value[row]);
            failed += none ? 1 : 0;
            score[m][at[row]][s] = none ? Double.NEGATIVE_INFINITY : value[row];
        }
        if (failed > 0) {
            notes.add(Wording.count(failed, "row") + " without a score "
                    + (binary
                            ? failed == 1 ? "counts as wrong." : "count as wrong."
                            : (failed == 1 ? "is" : "are")
                                    + " left out, with the other model's on the same item and seed."));
        }
        return new ItemRuns(
                model.names(),
                seed.names().size(),
                Arrays.copyOf(clusters, count),
                cluster.isPresent(),
                score,
                binary,
                lower,
                List.copyOf(notes));
    }

    /** The same with rows without a score left out, or as the worst one. */
    ItemRuns read(boolean leftOut) {
        double worst = scores(0, score.length).filter(Double::isFinite).min().orElse(0);
        double as = leftOut ? Double.NaN : !binary ? worst : lowerIsBetter ? -1 : 0;
        double[][][] read = RunTable.map(score, x -> Double.isInfinite(x) ? as : x);
        return new ItemRuns(models, seeds, cluster, clustered, read, binary, lowerIsBetter, notes);
    }

    /** Rows of a model without a score, before it is read. */
    int missing(int model) {
        return (int) scores(model, model + 1).filter(Double::isInfinite).count();
    }

    private DoubleStream scores(int from, int to) {
        return Arrays.stream(score, from, to).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream);
    }

    private static void check(boolean holds, String otherwise, Labels item, int row) {
        if (!holds) {
            throw new IllegalArgumentException("item '"
                    + Quoted.of(item.names().get(item.at(row, 0))) + "' " + otherwise + " in row " + (row + 1)
                    + " below the names: say what tells rows apart with --seed, --task or another --item");
        }
    }

    /** The mean of a model, each item counting once, as people write it. */
    double mean(int model) {
        double mean = Arrays.stream(score[model])
                .mapToDouble(of -> Arrays.stream(of)
                        .filter(x -> !Double.isNaN(x))
                        .average()
                        .orElse(Double.NaN))
                .filter(x -> !Double.isNaN(x))
                .average()
                .orElse(Double.NaN);
        return lowerIsBetter ? -mean : mean;
    }
}
