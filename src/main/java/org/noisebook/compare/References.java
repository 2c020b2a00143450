package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.Quoted;
import org.noisebook.data.TableFile;
import org.noisebook.runs.Labels;
import org.noisebook.runs.Role;

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
        int[] rows = IntStream.range(0, seed.code().length).toArray();
        Set<Integer> seeded = IntStream.of(rows)
                .filter(row -> seed.code()[row] != none)
                .mapToObj(row -> model.at(row, 0))
                .collect(Collectors.toSet());
        Set<List<Integer>> seen = new HashSet<>();
        for (int row : rows) {
            List<Integer> run = List.of(model.at(row, 0), task.at(row, 0));
            if (seed.code()[row] == none && (seeded.contains(run.get(0)) || !seen.add(run))) {
                throw new IllegalArgumentException("column " + TableFile.named(columns) + " is empty in row "
                        + (row + 1) + " below the names: fill it in or remove the row; only a model with one score a"
                        + " task, such as a published baseline, needs no seed");
            }
        }
    }

    /** The table with such models beside every seed, and scores in their units. */
    static RunTable of(RunTable table, Optional<String> baseline) {
        List<String> models = table.models();
        List<Integer> all = IntStream.range(0, models.size()).boxed().toList();
        List<Integer> fixed = fixed(table).stream().map(models::indexOf).toList();
        if (fixed.isEmpty()) {
            return table;
        }
        int[] tasks = IntStream.range(0, table.tasks().size()).toArray();
        Optional<Integer> human = named(models, fixed, HUMAN);
        Optional<Integer> random = named(models, fixed, RANDOM);
        boolean both = human.isPresent() && random.isPresent();
        Optional<String> lacking = IntStream.of(tasks)
                .filter(k -> both && !(one(table, human.get(), k) > one(table, random.get(), k)))
                .mapToObj(table.tasks()::get)
                .findFirst();
        boolean units = both && lacking.isEmpty();
        int[][][] seeds = table.seed().clone();
        double[][][] scores = table.map(x -> x).score();
        for (int k : tasks) {
            int[] ran = all.stream()
                    .filter(m -> !fixed.contains(m))
                    .flatMapToInt(m -> Arrays.stream(table.seed()[m][k]))
                    .sorted()
                    .distinct()
                    .toArray();
            for (int m : fixed) {
                seeds[m] = seeds[m].clone();
                seeds[m][k] = scores[m][k].length == 0 ? new int[0] : ran;
                double one = one(table, m, k);
                scores[m][k] = Arrays.stream(seeds[m][k]).mapToDouble(s -> one).toArray();
            }
            double low = units ? one(table, random.get(), k) : 0;
            double unit = units ? one(table, human.get(), k) - low : 1;
            for (double[][] of : scores) {
                of[k] = Arrays.stream(of[k]).map(x -> (x - low) / unit).toArray();
            }
        }
        List<String> notes = new ArrayList<>(table.notes());
        if (both) {
            notes.add(
                    units
                            ? "Scores are human-normalised: 0 is 'random' and 1 is 'human' on each task. Both are left out of the"
                                    + " pairs unless one is the --baseline."
                            : "Scores are not human-normalised, as on '" + Quoted.of(lacking.get())
                                    + "' 'human' is not better than 'random', or one of them is missing.");
        }
        List<Integer> kept = all.stream()
                .filter(m -> !units
                        || !human.equals(Optional.of(m)) && !random.equals(Optional.of(m))
                        || baseline.equals(Optional.of(models.get(m))))
                .toList();
        List<String> numbers =
                kept.stream().filter(fixed::contains).map(models::get).toList();
        if (!numbers.isEmpty()) {
            notes.add(
                    "No seeds, and so a fixed number beside every seed of the others, whose own variation is not known; ranks, which are about tasks, take it as it stands: "
                            + TableFile.named(numbers) + ".");
        }
        return new RunTable(
                kept.stream().map(models::get).toList(),
                table.tasks(),
                table.seeds(),
                kept.stream().map(m -> seeds[m]).toArray(int[][][]::new),
                kept.stream().map(m -> scores[m]).toArray(double[][][]::new),
                units ? "human-normalised " + table.scale() : table.scale(),
                !units && table.lowerIsBetter(),
                notes,
                table.folds());
    }

    /** The models that are fixed numbers, where others are not. */
    static List<String> fixed(RunTable table) {
        List<String> fixed = IntStream.range(0, table.models().size())
                .filter(m -> isFixed(table, m))
                .mapToObj(table.models()::get)
                .toList();
        return fixed.size() == table.models().size() ? List.of() : fixed;
    }

    /** One score a task, without a seed or by the name of a player while others have more. */
    private static boolean isFixed(RunTable table, int model) {
        String name = table.models().get(model);
        boolean unseeded = !table.seeds().isEmpty() && table.seeds().get(0).isEmpty();
        boolean player = (name.equalsIgnoreCase(HUMAN) || name.equalsIgnoreCase(RANDOM))
                && Arrays.stream(table.score()).flatMap(Arrays::stream).anyMatch(of -> of.length > 2);
        return Arrays.stream(table.seed()[model])
                .allMatch(of -> of.length == 0 || of.length == 1 && (player || unseeded && of[0] == 0));
    }

    private static Optional<Integer> named(List<String> models, List<Integer> fixed, String name) {
        return fixed.stream().filter(m -> models.get(m).equalsIgnoreCase(name)).findFirst();
    }

    private static double one(RunTable table, int model, int task) {
        double[] of = table.score()[model][task];
        return of.length == 0 ? Double.NaN : of[0];
    }
}
