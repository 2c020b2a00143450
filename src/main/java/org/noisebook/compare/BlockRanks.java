package org.noisebook.compare;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.Ranks;

/**
 * Items ranked within blocks, and the law of their rank sums when every order within a block is equally likely: Friedman's test, or Skillings and Mack's
 * where items are missing, with p of each pair by the same law.
 *
 * <p>Block i has k_i items with mid-ranks r; a = √(12/(k_i + 1)) (r − (k_i + 1)/2), A = Σ a, and Q = A′V⁺A with V = Σ c_i (I − J/k_i) over the
 * items of each block, c_i = Σ a²/(k_i − 1), the variance of A given the ties. Without holes Q is Friedman's, corrected for ties. A pair's distance is
 * |A_i − A_j|/√(V_ii + V_jj − 2V_ij), its p the probability that the largest distance is as large; without holes that is the range of the rank sums.
 *
 * <p><b>Source</b>: Friedman 1937 (doi:10.1080/01621459.1937.10503522); Skillings and Mack 1981 (doi:10.1080/00401706.1981.10486261). Law: blocks are
 * convolved over the sums reached, sorted among items of the same blocks, which are alike.
 *
 * <p><b>Special cases</b>: blocks of one item are left out; where all is tied Q = 0 and p = 1; {@link #of} is empty where blocks leave items unconnected.
 *
 * <p><b>Error</b>: 1e-12 while sums times orders stay below 10⁷, such as 200, 37, 12, 5, 3, 2 blocks of 3 to 8 items; else (1 + hits)/(1 + draws) with
 * its standard error. <b>Cost</b>: two seconds at most.
 */
public final class BlockRanks {
    private static final long MOST_STEPS = 10_000_000;
    private static final int MOST_ORDERS = 400_000;
    private static final int DRAWS = 99_999;
    private static final int FEWEST_DRAWS = 1_999;
    private static final double WORK = 4e8;
    private static final double EQUAL = 1e-9;
    /** Parts of a unit, so that sums are whole. */
    private static final double FINE = 1e12;

    private final int items;
    /** {@code [block][place]}: the item there, and its doubled rank less their mean. */
    private final int[][] item;

    private final int[][] rank;
    private final int[][] alike;
    private final long[] unit;
    private final double[][] inverse;
    private final double[][] spread;

    /**
     * What the law says.
     *
     * @param q Q of the blocks
     * @param p of a Q as large
     * @param error standard error of p where it is drawn, 0 where it is exact
     * @param pairs p of each pair, {@code [item][item]}
     * @param critical least distance of mean ranks whose p is at most the level; infinite where no distance has one, NaN with holes
     */
    public record Law(double q, double p, double error, double[][] pairs, double critical) {}

    private BlockRanks(int items, int[][] item, int[][] rank, double[][] variance, double[][] inverse) {
        this.items = items;
        this.item = item;
        this.rank = rank;
        this.inverse = inverse;
        unit = Arrays.stream(item)
                .mapToLong(of -> Math.round(FINE * unit(of.length)))
                .toArray();
        Map<List<Boolean>, List<Integer>> kin = IntStream.range(0, items)
                .boxed()
                .collect(Collectors.groupingBy(m -> Arrays.stream(item)
                        .map(of -> Arrays.binarySearch(of, m) < 0)
                        .toList()));
        alike = kin.values().stream()
                .map(of -> of.stream().mapToInt(m -> m).toArray())
                .toArray(int[][]::new);
        spread = new double[items][items];
        for (int a = 0; a < items; a++) {
            for (int b = 0; b < items; b++) {
                spread[a][b] = StrictMath.sqrt(variance[a][a] + variance[b][b] - 2 * variance[a][b]);
            }
        }
    }

    /** Of a doubled rank in a block of so many items. */
    private static double unit(int size) {
        return StrictMath.sqrt(3 / (size + 1.0));
    }

    /**
     * Of values.
     *
     * @param y {@code [block][item]}, rank 1 being the largest value; NaN where there is none
     * @return empty where some items meet no others, directly or through others, in a block that ranks them
     */
    public static Optional<BlockRanks> of(double[][] y) {
        int items = y[0].length;
        RealMatrix variance = MatrixUtils.createRealMatrix(items, items);
        List<int[]> item = new ArrayList<>();
        List<int[]> rank = new ArrayList<>();
        for (double[] row : y) {
            int[] at =
                    IntStream.range(0, items).filter(m -> !Double.isNaN(row[m])).toArray();
            if (at.length > 1) {
                double[] ranks =
                        Ranks.of(Arrays.stream(at).mapToDouble(m -> -row[m]).toArray());
                int[] doubled = Arrays.stream(ranks)
                        .mapToInt(r -> (int) (2 * r) - at.length - 1)
                        .toArray();
                int squares = Arrays.stream(doubled).map(r -> r * r).sum();
                double c = squares * unit(at.length) * unit(at.length) / (at.length - 1);
                for (int a : at) {
                    for (int b : at) {
                        variance.addToEntry(a, b, c * ((a == b ? 1 : 0) - 1.0 / at.length));
                    }
                }
                item.add(at);
                rank.add(doubled);
            }
        }
        // All tied: any V will do.
        RealMatrix known = variance.getNorm() > 0 ? variance : MatrixUtils.createRealIdentityMatrix(items);
        // V is regular but for the sum of each set of connected items; J/k makes up for one, and adds nothing, A having
        // no sum.
        DecompositionSolver solver = new LUDecomposition(known.scalarAdd(1.0 / items)).getSolver();
        return item.isEmpty() || !solver.isNonSingular()
                ? Optional.empty()
                : Optional.of(new BlockRanks(
                        items,
                        item.toArray(int[][]::new),
                        rank.toArray(int[][]::new),
                        known.getData(),
                        solver.getInverse().getData()));
    }

    /** Blocks of two or more items. */
    public int blocks() {
        return item.length;
    }

    /** The sums A, below 0 for items of small ranks, which are those of large values. */
    public double[] scores() {
        return Arrays.stream(sums()).mapToDouble(s -> s / FINE).toArray();
    }

    /** Mean ranks, 1 being the largest value, those of k_i items times (k + 1)/(k_i + 1). */
    public double[] means() {
        double[] sum = new double[items];
        int[] count = new int[items];
        for (int i = 0; i < item.length; i++) {
            double size = item[i].length + 1.0;
            for (int j = 0; j < item[i].length; j++) {
                sum[item[i][j]] += (rank[i][j] / size + 1) / 2 * (items + 1);
                count[item[i][j]]++;
            }
        }
        Arrays.setAll(sum, m -> sum[m] / count[m]);
        return sum;
    }

    private long[] sums() {
        long[] sums = new long[items];
        for (int i = 0; i < item.length; i++) {
            add(sums, i, rank[i]);
        }
        return sums;
    }

    private void add(long[] sums, int block, int[] order) {
        for (int j = 0; j < order.length; j++) {
            sums[item[block][j]] += order[j] * unit[block];
        }
    }

    private double q(long[] sums) {
        double q = 0;
        for (int a = 0; a < items; a++) {
            for (int b = 0; b < items; b++) {
                q += sums[a] / FINE * inverse[a][b] * (sums[b] / FINE);
            }
        }
        return q;
    }

    private double distance(long[] sums, int a, int b) {
        return a == b ? 0 : Math.abs(sums[a] - sums[b]) / FINE / spread[a][b];
    }

    /** Weights of sums by what they exceed. */
    private final class Tally {
        private final long[] here = sums();
        private final double observed = q(here);
        /** Without holes distances are whole multiples of half a rank in a block. */
        private final double grain = alike.length == 1 ? unit(items) / spread[0][1] : 0;

        private final double[] wanted = (grain > 0
                        ? IntStream.rangeClosed(0, 2 * (items - 1) * item.length)
                                .mapToDouble(d -> d * grain)
                        : IntStream.range(0, items * items).mapToDouble(i -> distance(here, i / items, i % items)))
                .sorted()
                .toArray();

        private final double[] reached = new double[wanted.length + 1];
        private double tail;

        private void add(long[] sums, double weight) {
            tail += q(sums) >= observed - EQUAL ? weight : 0;
            double far = 0;
            for (int a = 0; a < items; a++) {
                for (int b = 0; b < a; b++) {
                    far = Math.max(far, distance(sums, a, b));
                }
            }
            reached[below(far + EQUAL)] += weight;
        }

        /** Of weights that sum to a number, and more that exceed all. */
        private Law law(double level, double more, double all) {
            double[] beyond = new double[wanted.length + 1];
            beyond[wanted.length] = more / all;
            for (int i = wanted.length - 1; i >= 0; i--) {
                beyond[i] = beyond[i + 1] + reached[i + 1] / all;
            }
            double[][] pairs = new double[items][items];
            for (int a = 0; a < items; a++) {
                int row = a;
                Arrays.setAll(pairs[a], b -> Math.min(1, beyond[below(distance(here, row, b) - EQUAL)]));
            }
            int least = wanted.length;
            for (int i = wanted.length - 1; i > 0 && beyond[i] <= level; i--) {
                least = reached[i + 1] > 0 ? i : least;
            }
            double critical = grain == 0
                    ? Double.NaN
                    : least < wanted.length ? least / 2.0 / item.length : Double.POSITIVE_INFINITY;
            double p = Math.min(1, (tail + more) / all);
            return new Law(observed, p, more > 0 ? StrictMath.sqrt(p * (1 - p) / all) : 0, pairs, critical);
        }

        private int below(double distance) {
            int at = Arrays.binarySearch(wanted, distance);
            return at < 0 ? -at - 1 : at;
        }
    }

    /**
     * The law, exact where it can be.
     *
     * @param level of the critical distance
     * @param stream of the draws where it cannot
     */
    public Law law(double level, Stream stream) {
        Tally tally = new Tally();
        if (exact(tally)) {
            return tally.law(level, 0, 1);
        }
        Tally drawn = new Tally();
        double work = Arrays.stream(item).mapToInt(of -> of.length).sum() + 3.0 * items * items;
        int draws = (int) Math.max(FEWEST_DRAWS, Math.min(DRAWS, WORK / work));
        for (int b = 0; b < draws; b++) {
            long[] sums = new long[items];
            for (int i = 0; i < item.length; i++) {
                int[] order = rank[i].clone();
                stream.shuffle(order);
                add(sums, i, order);
            }
            drawn.add(sums, 1);
        }
        return drawn.law(level, 1, draws + 1.0);
    }

    /** Whether there were few enough orders. */
    private boolean exact(Tally tally) {
        Map<LongBuffer, double[]> states = new LinkedHashMap<>();
        states.put(LongBuffer.wrap(new long[items]), new double[] {1});
        long steps = 0;
        for (int i = 0; i < item.length; i++) {
            List<int[]> orders = orders(rank[i]);
            steps += (long) states.size() * orders.size();
            if (orders.isEmpty() || steps > MOST_STEPS) {
                return false;
            }
            int block = i;
            Map<LongBuffer, double[]> next = new LinkedHashMap<>();
            states.forEach((state, weight) -> {
                for (int[] order : orders) {
                    long[] sums = state.array().clone();
                    add(sums, block, order);
                    if (block == item.length - 1) {
                        tally.add(sums, weight[0] / orders.size());
                        continue;
                    }
                    sort(sums);
                    next.computeIfAbsent(LongBuffer.wrap(sums), none -> new double[1])[0] += weight[0] / orders.size();
                }
            });
            states = next;
        }
        return true;
    }

    /** Items of the same blocks are alike: their sums are sorted. */
    private void sort(long[] sums) {
        for (int[] kin : alike) {
            long[] of = Arrays.stream(kin).mapToLong(m -> sums[m]).sorted().toArray();
            for (int j = 0; j < kin.length; j++) {
                sums[kin[j]] = of[j];
            }
        }
    }

    /** The distinct orders of numbers, ascending; none where they are too many. */
    private static List<int[]> orders(int[] of) {
        List<int[]> orders = new ArrayList<>();
        int[] order = of.clone();
        Arrays.sort(order);
        while (orders.size() * order.length < MOST_ORDERS) {
            orders.add(order.clone());
            int i = order.length - 2;
            while (i >= 0 && order[i] >= order[i + 1]) {
                i--;
            }
            if (i < 0) {
                return orders;
            }
            int j = order.length - 1;
            while (order[j] <= order[i]) {
                j--;
            }
            swap(order, i, j);
            Arrays.sort(order, i + 1, order.length);
        }
        return List.of();
    }

    private static void swap(int[] order, int i, int j) {
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
