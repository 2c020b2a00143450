package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Wording;

/** What in a table would make a verdict on it mean something else: it stands beside the verdict. */
final class Doubts {
    /** How a note on reading begins that belongs beside the verdict. */
    static final String BEWARE = "Beware: ";

    /** Logarithms of ratios about a hundred. */
    private static final double HUNDRED = 0.1;

    private Doubts() {}

    /** The sentences, each after a space; none where all is well. */
    static String of(RunTable table) {
        List<String> doubts = new ArrayList<>(table.notes());
        int[] models = IntStream.range(0, table.models().size()).toArray();
        IntStream.of(models)
                .filter(m -> IntStream.range(0, table.tasks().size()).anyMatch(k -> isMixed(table.finished(m, k))))
                .mapToObj(m -> name(table, m))
                .findFirst()
                .or(() -> IntStream.range(0, table.tasks().size())
                        .filter(k -> isMixed(IntStream.of(models)
                                .mapToObj(m -> table.finished(m, k))
                                .flatMapToDouble(Arrays::stream)
                                .toArray()))
                        .mapToObj(k -> "different models")
                        .findFirst())
                .ifPresent(where -> doubts.add(
                        BEWARE + "scores of " + where + " lie a factor of about 100 apart: are some in percent?"));
        for (int a : models) {
            for (int b = a + 1; b < models.length; b++) {
                if (isCopy(table, a, b)) {
                    doubts.add(
                            BEWARE + name(table, a) + " and " + name(table, b) + " have the same score in every run.");
                }
            }
        }
        int different = different(table);
        if (different > 0) {
            doubts.add(BEWARE + "the runs of all models repeat together, " + Wording.count(different, "seed")
                    + " are different: were rows copied?");
        }
        return noted(doubts);
    }

    /** Those among notes. */
    static String noted(List<String> notes) {
        return notes.stream()
                .filter(note -> note.startsWith(BEWARE))
                .map(" "::concat)
                .collect(Collectors.joining());
    }

    private static String name(RunTable table, int model) {
        return Quoted.of(table.models().get(model));
    }

    /** Whether positive scores up to 1 and others up to 100 are alike but for the hundred. */
    private static boolean isMixed(double[] x) {
        double[] shares =
                Arrays.stream(x).filter(v -> Math.abs(v) <= 1).map(Math::abs).toArray();
        double[] others =
                Arrays.stream(x).filter(v -> Math.abs(v) > 1).map(Math::abs).toArray();
        return shares.length > 0
                && others.length > 0
                && Math.abs(StrictMath.log10(Moments.quantile(others, 0.5) / Moments.quantile(shares, 0.5)) - 2)
                        < HUNDRED;
    }

    private static boolean isCopy(RunTable table, int a, int b) {
        return table.runs(a) >= Stopping.FEWEST
                && !table.isDead(a)
                && !table.isStill(a)
                && Arrays.deepEquals(table.seed()[a], table.seed()[b])
                && Arrays.deepEquals(table.score()[a], table.score()[b]);
    }

    /** How many seeds are different where half of them or fewer are, and each model's score tells which; 0 else. */
    private static int different(RunTable table) {
        double[][] runs = Arrays.stream(table.score())
                .flatMap(Arrays::stream)
                .filter(of -> Arrays.stream(of).distinct().count() > 1)
                .toArray(double[][]::new);
        int seeds = runs.length == 0 ? 0 : runs[0].length;
        if (runs.length < 2 || Arrays.stream(runs).anyMatch(of -> of.length != seeds)) {
            return 0;
        }
        int rows = (int) IntStream.range(0, seeds)
                .mapToObj(s -> Arrays.stream(runs).map(of -> of[s]).toList())
                .distinct()
                .count();
        return rows > 2
                        && 2 * rows <= seeds
                        && Arrays.stream(runs)
                                .allMatch(of -> Arrays.stream(of).distinct().count() == rows)
                ? rows
                : 0;
    }
}
