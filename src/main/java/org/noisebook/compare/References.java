package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.data.Echo;
import org.noisebook.data.TableFile;
import org.noisebook.runs.Labels;
import org.noisebook.runs.Role;
import org.noisebook.runs.Wording;

/**
 * Models without seeds, such as a published baseline: one score a task, which counts as a fixed number beside every seed of the others.
 *
 * <p>A {@code human} and a {@code random} player are the units of the others where both are there: (score − random)/(human − random) on each task
 * (Mnih et al. 2015, doi:10.1038/nature14236). They are then compared themselves only as the baseline.
 *
 * <p><b>Special cases</b>: with a task on which one of both is missing or human is not better than random, scores stay as they are.
 */
final class References {
    private static final String HUMAN = "human";
    private static final String RANDOM = "random";

    private References() {}

    /**
     * Refuses rows without a seed of models that have other rows with one.
     *
     * @param labels of rows by role
     * @param columns of the seed
     */
    static void check(Map<Role, Labels> labels, List<String> columns) {
        Labels seed = labels.get(Role.SEED);
        int none = seed.names().indexOf("");
        if (none < 0) {
            return;
        }
        Labels model = labels.get(Role.MODEL);
        Labels task = labels.getOrDefault(Role.TASK, Labels.ONE);
        int[] with = new int[model.names().size()];
        int[][] without = new int[model.names().size()][task.names().size()];
        for (int row = 0; row < seed.code().length; row++) {
            boolean bare = seed.code()[row] == none;
            with[model.at(row, 0)] += bare ? 0 : 1;
            without[model.at(row, 0)][task.at(row, 0)] += bare ? 1 : 0;
        }
        for (int row = 0; row < seed.code().length; row++) {
            int of = model.at(row, 0);
            if (seed.code()[row] == none && (with[of] > 0 || without[of][task.at(row, 0)] > 1)) {
                throw new IllegalArgumentException("column " + TableFile.named(columns) + " is empty in row "
                        + (row + 1) + " below the names: fill it in or remove the row; only a model with one score a"
                        + " task, such as a published baseline, needs no seed");
            }
        }
    }

    /** The table with such models beside every seed, and scores in their units. */
    static RunTable of(RunTable table, Optional<String> baseline) {
        int models = table.models().size();
        boolean[] fixed = new boolean[models];
        for (int m = 0; m < models; m++) {
            fixed[m] = isFixed(table, m);
        }
        List<Integer> references =
                IntStream.range(0, models).filter(m -> fixed[m]).boxed().toList();
        if (references.isEmpty() || references.size() == models) {
            return table;
        }
        RunTable whole = beside(table, fixed);
        List<String> notes = new ArrayList<>(table.notes());
        List<String> numbers = new ArrayList<>();
        int human = place(table, fixed, HUMAN);
        int random = place(table, fixed, RANDOM);
        boolean inUnits = false;
        if (human >= 0 && random >= 0) {
            Optional<String> lacking = IntStream.range(0, table.tasks().size())
                    .filter(k -> !(one(table, human, k) > one(table, random, k)))
                    .mapToObj(k -> table.tasks().get(k))
                    .findFirst();
            inUnits = lacking.isEmpty();
            notes.add(
                    inUnits
                            ? "Scores are human-normalised: 0 is 'random' and 1 is 'human' on each task. Both are left out of the pairs unless one is the"
                                    + " --baseline."
                            : "Scores are not human-normalised, as on '" + Echo.of(lacking.get())
                                    + "' 'human' is not better than 'random', or one of them is missing.");
        }
        List<Integer> kept = new ArrayList<>();
        for (int m = 0; m < models; m++) {
            boolean unit = inUnits && (m == human || m == random);
            if (!unit || baseline.equals(Optional.of(table.models().get(m)))) {
                kept.add(m);
                if (fixed[m]) {
                    numbers.add("'" + Echo.of(table.models().get(m)) + "'");
                }
            }
        }
        if (!numbers.isEmpty()) {
            notes.add(Wording.list(numbers)
                    + (numbers.size() == 1
                            ? " has no seeds and counts as a fixed number"
                            : " have no seeds and count as fixed numbers")
                    + " beside every seed of the others: how far it would vary is not known.");
        }
        double[][][] score = whole.score();
        if (inUnits) {
            double[][][] units = whole.map(x -> x).score();
            for (int k = 0; k < table.tasks().size(); k++) {
                double low = one(table, random, k);
                double unit = one(table, human, k) - low;
                for (double[][] of : units) {
                    double[] row = of[k];
                    Arrays.setAll(row, i -> (row[i] - low) / unit);
                }
            }
            score = units;
        }
        double[][][] scores = score;
        return new RunTable(
                kept.stream().map(table.models()::get).toList(),
                table.tasks(),
                table.seeds(),
                kept.stream().map(m -> whole.seed()[m]).toArray(int[][][]::new),
                kept.stream().map(m -> scores[m]).toArray(double[][][]::new),
                inUnits ? "human-normalised " + table.scale() : table.scale(),
                !inUnits && table.lowerIsBetter(),
                notes);
    }

    /** One score a task, without a seed or by the name of a player while others have more. */
    private static boolean isFixed(RunTable table, int model) {
        int most = Arrays.stream(table.score()[model])
                .mapToInt(of -> of.length)
                .max()
                .orElse(0);
        boolean unseeded = !table.seeds().isEmpty()
                && table.seeds().get(0).isEmpty()
                && Arrays.stream(table.seed()[model])
                        .flatMapToInt(Arrays::stream)
                        .allMatch(seed -> seed == 0);
        String name = table.models().get(model).toLowerCase(Locale.ROOT);
        return most == 1
                && (unseeded
                        || (name.equals(HUMAN) || name.equals(RANDOM))
                                && IntStream.range(0, table.models().size())
                                        .anyMatch(m ->
                                                Arrays.stream(table.score()[m]).anyMatch(of -> of.length > 2)));
    }

    private static int place(RunTable table, boolean[] fixed, String name) {
        return IntStream.range(0, fixed.length)
                .filter(m -> fixed[m] && table.models().get(m).equalsIgnoreCase(name))
                .findFirst()
                .orElse(-1);
    }

    private static double one(RunTable table, int model, int task) {
        double[] of = table.score()[model][task];
        return of.length == 0 ? Double.NaN : of[0];
    }

    /** Each fixed score beside every seed that others ran on its task. */
    private static RunTable beside(RunTable table, boolean[] fixed) {
        int[][][] seeds = table.seed().clone();
        double[][][] scores = table.score().clone();
        for (int m = 0; m < fixed.length; m++) {
            if (fixed[m]) {
                seeds[m] = seeds[m].clone();
                scores[m] = scores[m].clone();
                for (int k = 0; k < table.tasks().size(); k++) {
                    int task = k;
                    double[] score = scores[m][k];
                    seeds[m][k] = score.length == 0
                            ? new int[0]
                            : IntStream.range(0, fixed.length)
                                    .filter(other -> !fixed[other])
                                    .flatMap(other -> Arrays.stream(table.seed()[other][task]))
                                    .sorted()
                                    .distinct()
                                    .toArray();
                    scores[m][k] = new double[seeds[m][k].length];
                    Arrays.fill(scores[m][k], score.length == 0 ? 0 : score[0]);
                }
            }
        }
        return new RunTable(
                table.models(),
                table.tasks(),
                table.seeds(),
                seeds,
                scores,
                table.scale(),
                table.lowerIsBetter(),
                table.notes());
    }
}
