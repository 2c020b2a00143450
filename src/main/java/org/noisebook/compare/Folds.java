package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.OneWayAnova;
import org.noisebook.runs.Wording;

/**
 * Runs that are folds of cross-validation: they share training data, so that their number says little of how well a difference is known.
 *
 * <p>N differences of k folds, r = N/k times over: t = mean/√(s²(1/N + c/(k − 1))). One partition: c = 1 with k − 1 degrees (Nadeau and Bengio 2003,
 * doi:10.1023/A:1024068626366). From two on: c = 5/4 with k + r − 2 degrees, because as published (c = 1, N − 1 degrees) equal learners are told apart
 * in up to .12 of tables at 10 × 10. Random splits have share/(1 − share) in place of 1/(k − 1), share being that of the tested data.
 *
 * <p><b>Error</b>: equal learners told apart in .005 to .067 at level .05.
 *
 * @param folds k
 * @param repeats names of the r partitions; runs are numbered partition by partition
 * @param numbers names of the folds of one
 * @param ratio tested over training data, 1/(k − 1)
 * @param averaged whether all seeds have one partition, over whose folds their scores are averaged: then seeds count, on these folds
 */
public record Folds(int folds, List<String> repeats, List<String> numbers, double ratio, boolean averaged) {
    private static final int MOST = 20;
    private static final double REPEATED = 1.25;
    private static final double SURE = 0.01;

    /** Folds of partitions, or random splits if the share of the data that each tests is said. */
    static Folds of(List<String> numbers, List<String> repeats, RunReader.Said said) {
        if (numbers.size() > MOST && said.testShare().isEmpty()) {
            throw new IllegalArgumentException(
                    "folds have " + numbers.size() + " numbers: which share of the data does each test?"
                            + " Say it with --test-share 0.1, or give their column another role with --seed, or --ignore it");
        }
        if (said.fresh()) {
            throw new IllegalArgumentException(
                    "--fresh excludes folds, on which all models are tested: --ignore their column to leave it out");
        }
        double share = said.testShare().orElse(1.0 / numbers.size());
        int folds = (int) Math.max(2, Math.round(1 / share));
        return new Folds(folds, repeats, numbers, share / (1 - share), false);
    }

    /** Variance of the mean of n differences over their variance. */
    double factor(int n) {
        return 1.0 / n + (n > folds ? REPEATED : 1) * ratio;
    }

    /** Degrees of freedom of n differences. */
    double degrees(int n) {
        return n > folds ? folds + (double) n / folds - 2 : Math.max(1, n - 1);
    }

    /** Names of all runs. */
    List<String> names() {
        return repeats.stream()
                .flatMap(repeat -> numbers.stream().map(number -> repeat + " / " + number))
                .toList();
    }

    /** Whether there are more than those of one partition. */
    boolean isRepeated() {
        return repeats.size() * numbers.size() > folds;
    }

    /** In words. */
    String inWords() {
        long times = Math.round((double) repeats.size() * numbers.size() / folds);
        return folds + (times > 1 ? " × " + times : "") + " folds";
    }

    /** A table with a note of what its folds are, and where all seeds have one partition, with the means over its folds. */
    static RunTable settled(RunTable table) {
        if (table.folds().isEmpty()) {
            return table;
        }
        Folds folds = table.folds().get();
        boolean several = folds.repeats.size() > 1 && folds.numbers.size() == folds.folds;
        double p = several ? folds.partitionP(table) : 1;
        boolean one = p <= SURE;
        String f = " [F of folds, " + Wording.probability(p) + "]";
        String note = "Folds are not seeds: " + folds.inWords()
                + (one
                        ? " are one partition for all seeds" + f
                                + "; scores are averaged over its folds, and verdicts are about these folds."
                        : (several ? ", a partition for each repeat" + f + "," : "")
                                + " share their training data; each tests "
                                + Wording.percent(folds.ratio / (1 + folds.ratio))
                                + " of it (--test-share), and pairs are compared by a corrected t.");
        return folds.with(table, one, note);
    }

    private RunTable with(RunTable table, boolean one, String note) {
        List<String> notes = new ArrayList<>(table.notes());
        notes.add(note);
        int[][][] seed = table.seed();
        double[][][] score = table.score();
        for (int m = 0; one && m < seed.length; m++) {
            for (int k = 0; k < seed[m].length; k++) {
                double[] sum = new double[repeats.size()];
                int[] count = new int[sum.length];
                for (int i = 0; i < seed[m][k].length; i++) {
                    sum[seed[m][k][i] / folds] += score[m][k][i] / folds;
                    count[seed[m][k][i] / folds]++;
                }
                seed[m][k] = IntStream.range(0, sum.length)
                        .filter(r -> count[r] == folds)
                        .toArray();
                score[m][k] = Arrays.stream(seed[m][k]).mapToDouble(r -> sum[r]).toArray();
            }
        }
        return new RunTable(
                table.models(),
                table.tasks(),
                one ? repeats : table.seeds(),
                seed,
                score,
                table.scale(),
                table.lowerIsBetter(),
                notes,
                Optional.of(new Folds(folds, repeats, numbers, ratio, one)));
    }

    /** p that folds of the same number have nothing in common: F of the sum over models, the least over tasks times their number. */
    private double partitionP(RunTable table) {
        double least = 1;
        for (int k = 0; k < table.tasks().size(); k++) {
            double[] sum = new double[repeats.size() * folds];
            for (int m = 0; m < table.models().size(); m++) {
                int[] seed = table.seed()[m][k];
                double[] of = new double[sum.length];
                Arrays.fill(of, seed.length == 0 ? 0 : Double.NaN);
                for (int i = 0; i < seed.length; i++) {
                    of[seed[i]] = table.score()[m][k][i];
                }
                Arrays.setAll(sum, i -> sum[i] + of[i]);
            }
            List<double[]> groups = IntStream.range(0, folds)
                    .mapToObj(f -> Moments.known(IntStream.range(0, repeats.size())
                            .mapToDouble(r -> sum[r * folds + f])
                            .toArray()))
                    .filter(of -> of.length > 1)
                    .toList();
            if (groups.size() > 1 && Moments.variance(Moments.known(sum)) > 0) {
                least = Math.min(
                        least,
                        new OneWayAnova().anovaPValue(groups) * table.tasks().size());
            }
        }
        return least;
    }
}
