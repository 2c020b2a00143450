package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Quoted;
import org.noisebook.seeds.FalseDiscovery;

/**
 * What all pairs together decide, and which models may be the best.
 *
 * <p>Where no number of seeds is declared, E_i of each pair at the same look are judged together. {@link Control#ANY}, a closed test of mean
 * e-values: a pair is decided once its E and any others have a mean of 1/α or more, which is E_i − 1/α ≥ Σ (1/α − E_j) over the E_j &lt; 1/α; its p
 * is one over the least such mean, at its lowest so far, and decided stays decided. {@link Control#SHARE}, e-BH: the K pairs of the largest E are
 * decided for the largest K with E_(K) ≥ m/(αK), by the present E alone, so that a pair may be undecided again. Otherwise pairs are judged one by
 * one at α/m.
 *
 * <p>Best: e(j beats i) = max(0, 2E − (1 + ng)^(−1/2)) if j leads, else 0; model i leaves at the first look at which the mean over all others is
 * 1/α or more. Where a number is declared it leaves when p of one other is at most 2α/(k − 1). A given best model stays with a chance of 1 − α.
 *
 * <p><b>Source</b>: Vovk and Wang 2021 (doi:10.1214/20-AOS2020), merging by means, closed by the smallest others; e-BH: Wang and Ramdas 2022
 * (doi:10.1111/rssb.12489). <b>Error</b>: pairs look at different seeds, so that looks are measured, not proved: any false verdict .02 to .05 of
 * tables, share of false ones .003. <b>Cost</b>: m log m a look.
 */
public final class Family {
    private static final double EXACT = 1 + 1e-9;

    private Family() {}

    /** What is kept below the level. */
    public enum Control {
        /** The chance of any false verdict. */
        ANY,
        /** The share of false verdicts among all, on average. */
        SHARE
    }

    /**
     * Evidence of a pair at its looks.
     *
     * @param seeds at each
     * @param evidence E, or 1/p where a number is declared, negative where the second model leads
     */
    record Path(int[] seeds, double[] evidence) {
        /** At the last look of so many seeds or fewer; 0 before the first. */
        private double at(int n) {
            int place = Arrays.binarySearch(seeds, n);
            place = place < 0 ? -place - 2 : place;
            return place < 0 ? 0 : evidence[place];
        }

        Path turned() {
            return new Path(seeds, Arrays.stream(evidence).map(e -> -e).toArray());
        }
    }

    /**
     * All pairs of models by their places, or each with a baseline, which comes first.
     *
     * @param fixed models that are numbers without runs, of which two have nothing to test
     * @throws IllegalArgumentException for a baseline that is none of the models
     */
    static List<int[]> pairs(List<String> models, Optional<String> baseline, List<String> fixed) {
        int base = baseline.map(models::indexOf).orElse(-2);
        if (base == -1) {
            throw NearestNames.unknown(
                    "model",
                    baseline.orElseThrow(),
                    models,
                    "the table's models are " + Quoted.of(String.join(", ", models)));
        }
        List<int[]> pairs = new ArrayList<>();
        for (int a = 0; a < models.size(); a++) {
            for (int b = a + 1; b < models.size(); b++) {
                boolean numbers = fixed.contains(models.get(a)) && fixed.contains(models.get(b));
                if (!numbers && (base < 0 || a == base || b == base)) {
                    pairs.add(b == base ? new int[] {b, a} : new int[] {a, b});
                }
            }
        }
        return pairs;
    }

    /** All pairs as judged together. */
    static List<PairComparison> judged(List<PairComparison> duels, Stopping stopping, double alpha, Control control) {
        return !stopping.isEndless() || duels.size() < 2
                ? duels
                : control == Control.SHARE ? shares(duels, stopping, alpha) : closed(duels, stopping, alpha);
    }

    private static int[] looks(List<PairComparison> duels) {
        return duels.stream()
                .flatMapToInt(duel -> Arrays.stream(duel.path().seeds()))
                .filter(n -> n >= MixtureT.FEWEST)
                .sorted()
                .distinct()
                .toArray();
    }

    /** E of each pair at a look; 1 before its first. */
    private static double[] sizes(List<PairComparison> duels, int look) {
        return duels.stream()
                .mapToDouble(duel -> Math.abs(duel.path().at(look)))
                .map(e -> e == 0 ? 1 : e)
                .toArray();
    }

    /** One over the least mean of each number and any others. */
    static double[] closedP(double[] e) {
        double[] sorted = e.clone();
        Arrays.sort(sorted);
        double[] sum = new double[sorted.length + 1];
        for (int r = 0; r < sorted.length; r++) {
            sum[r + 1] = sum[r] + sorted[r];
        }
        return Arrays.stream(e)
                .map(own -> {
                    // The mean falls while the next smallest is below it.
                    int low = 0;
                    int high = sorted.length - 1;
                    while (low < high) {
                        int r = (low + high) >>> 1;
                        if (sorted[r] * (r + 1) < own + sum[r]) {
                            low = r + 1;
                        } else {
                            high = r;
                        }
                    }
                    return Math.min(1, (low + 1) / (own + sum[low]));
                })
                .toArray();
    }

    private static List<PairComparison> closed(List<PairComparison> duels, Stopping stopping, double alpha) {
        int m = duels.size();
        double[] lowest = new double[m];
        int[] decidedAt = new int[m];
        boolean[] up = new boolean[m];
        double[] e = new double[m];
        Arrays.fill(lowest, 1);
        Arrays.fill(e, 1);
        for (int look : looks(duels)) {
            e = sizes(duels, look);
            double[] p = closedP(e);
            for (int i = 0; i < m; i++) {
                double here = duels.get(i).path().at(look);
                int seeds = Math.min(look, duels.get(i).seeds());
                // Fewer than five seeds decide nothing, so that their p does not stay.
                lowest[i] = Math.min(look, seeds + 1) <= Stopping.FEWEST ? p[i] : Math.min(lowest[i], p[i]);
                if (decidedAt[i] == 0 && here != 0 && seeds >= Stopping.FEWEST && p[i] <= alpha * EXACT) {
                    decidedAt[i] = seeds;
                    up[i] = here > 0;
                }
            }
        }
        double deficit = Arrays.stream(e).map(x -> Math.max(0, 1 / alpha - x)).sum();
        List<PairComparison> judged = new ArrayList<>();
        for (int i = 0; i < m; i++) {
            double height = 1 / alpha + deficit - Math.max(0, 1 / alpha - e[i]);
            Stopping own = new Stopping(Stopping.Rule.ANYTIME, 1 / height, 0, stopping.prior(), stopping.signs());
            judged.add(duels.get(i).judged(decidedAt[i], up[i], lowest[i], alpha, own));
        }
        return judged;
    }

    private static List<PairComparison> shares(List<PairComparison> duels, Stopping stopping, double alpha) {
        // K largest E of m/(αK) or more are the K smallest 1/E of αK/m or less.
        double[] q = FalseDiscovery.benjaminiHochberg(Arrays.stream(sizes(duels, Integer.MAX_VALUE))
                .map(e -> Math.min(1, 1 / e))
                .toArray());
        List<PairComparison> judged = new ArrayList<>();
        for (int i = 0; i < q.length; i++) {
            PairComparison duel = duels.get(i);
            boolean decided = q[i] <= alpha * EXACT && duel.seeds() >= Stopping.FEWEST;
            boolean up = duel.path().at(Integer.MAX_VALUE) > 0;
            judged.add(duel.judged(decided ? duel.seeds() : 0, up, q[i], alpha, stopping));
        }
        return judged;
    }

    /** The models that may be the best, by their places: those that have not left nor, under {@link Control#ANY}, lost to another. */
    static List<Integer> best(
            List<PairComparison> duels, int models, Stopping stopping, double alpha, Control control) {
        boolean[] left = new boolean[models];
        double needed = stopping.isEndless() ? 1 / alpha : (models - 1) / (2 * alpha);
        for (int look : looks(duels)) {
            double[] against = new double[models];
            for (PairComparison duel : duels) {
                double evidence = duel.path().at(look);
                int behind = evidence < 0 ? duel.first() : duel.second();
                int n = Math.min(look, duel.seeds());
                if (evidence == 0 || n < Stopping.FEWEST) {
                    continue;
                }
                if (stopping.isEndless()) {
                    double one = 2 * Math.abs(evidence) - 1 / StrictMath.sqrt(1 + n * stopping.prior());
                    against[behind] += Math.max(0, one) / (models - 1);
                } else {
                    against[behind] = Math.max(against[behind], Math.abs(evidence));
                }
            }
            for (int i = 0; i < models; i++) {
                left[i] |= against[i] >= needed / EXACT;
            }
        }
        for (PairComparison duel : control == Control.ANY ? duels : List.<PairComparison>of()) {
            left[duel.second()] |= duel.verdict() == Verdict.BETTER;
            left[duel.first()] |= duel.verdict() == Verdict.WORSE;
        }
        return IntStream.range(0, models).filter(i -> !left[i]).boxed().toList();
    }
}
