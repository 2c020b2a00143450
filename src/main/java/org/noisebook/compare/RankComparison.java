package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;

/**
 * Models ranked on each task by their means over seeds: Friedman's test, or Skillings and Mack's where models lack tasks, with the pairs by the same
 * exact law.
 *
 * <p>χ², Iman and Davenport's F and Nemenyi's normal range are left out: with few tasks F has p = 0 wherever all tasks agree, 7 of 12 times for two
 * equal models on two tasks.
 *
 * <p><b>Source</b>: Demšar 2006 (Journal of Machine Learning Research 7, 1); the law is that of {@link BlockRanks}.
 *
 * @param ranks mean rank of each model, 1 being best
 * @param tasks that two or more models finished
 * @param holes tasks among these that not all models finished
 * @param friedman Q, corrected for ties and holes
 * @param p of Q
 * @param error standard error of p where it is drawn, 0 where it is exact
 * @param criticalDifference least difference of mean ranks that separates two models; infinite where none can, NaN with holes
 * @param pairs p of each pair by the law of the largest difference, {@code [model][model]}
 */
public record RankComparison(
        double[] ranks,
        int tasks,
        int holes,
        double friedman,
        double p,
        double error,
        double criticalDifference,
        double[][] pairs) {
    private static final double LEVEL = 0.05;

    /**
     * Of means.
     *
     * @param y {@code [task][model]}, larger being better, NaN where there is none
     * @param stream of the law, where it is not exact
     * @return empty where no two tasks rank models, or some models meet no others on a task
     */
    public static Optional<RankComparison> of(double[][] y, Stream stream) {
        return BlockRanks.of(y).filter(ranks -> ranks.blocks() > 1).map(ranks -> of(y, ranks, stream));
    }

    private static RankComparison of(double[][] y, BlockRanks ranks, Stream stream) {
        int k = y[0].length;
        int holes = (int) Arrays.stream(y)
                .mapToLong(row -> Arrays.stream(row).filter(Double::isNaN).count())
                .filter(missing -> missing > 0 && missing < k - 1)
                .count();
        BlockRanks.Law law = ranks.law(LEVEL, stream);
        return new RankComparison(
                ranks.means(), ranks.blocks(), holes, law.q(), law.p(), law.error(), law.critical(), law.pairs());
    }

    /** Models by mean rank, the best first. */
    public List<Integer> order() {
        return IntStream.range(0, ranks.length)
                .boxed()
                .sorted(Comparator.comparingDouble(m -> ranks[m]))
                .toList();
    }

    /**
     * The bars of Demšar's diagram: largest runs of models, in {@link #order}, of which no two are told apart at 5 %; one of all where Q sees no
     * difference.
     */
    public List<List<Integer>> groups() {
        List<Integer> order = order();
        if (p > LEVEL) {
            return List.of(order);
        }
        List<List<Integer>> groups = new ArrayList<>();
        int reached = 0;
        for (int from = 0; from < order.size(); from++) {
            int to = from + 1;
            while (to < order.size() && apart(order.subList(from, to), order.get(to)) == 0) {
                to++;
            }
            if (to > from + 1 && to > reached) {
                groups.add(order.subList(from, to));
                reached = to;
            }
        }
        return groups;
    }

    private long apart(List<Integer> models, int from) {
        return models.stream().filter(m -> pairs[m][from] <= LEVEL).count();
    }
}
