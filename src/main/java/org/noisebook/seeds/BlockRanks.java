package org.noisebook.seeds;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.rng.Stream;

/**
 * Items ranked within blocks of two or more of them, and the law of their rank sums when within each block every order is equally likely: Friedman's
 * test, or Skillings and Mack's where items are missing, with p of each pair by the same law.
 *
 * <p>Block i has k_i items with mid-ranks r; a = √(12/(k_i + 1)) (r − (k_i + 1)/2), A = Σ a, and Q = A′V⁺A with V = Σ c_i (I − J/k_i) over the
 * items of each block, c_i = Σ a²/(k_i − 1), the variance of A given the ties. Without holes Q is Friedman's, corrected for ties. A pair's distance is
 * |A_i − A_j|/√(V_ii + V_jj − 2V_ij), and its p the probability that the largest distance of any pair is as large; without holes that largest one is
 * the range of the rank sums.
 *
 * <p><b>Source</b>: Friedman 1937 (doi:10.1080/01621459.1937.10503522); Skillings and Mack 1981 (doi:10.1080/00401706.1981.10486261). Law: the blocks
 * are convolved one by one over the sums reached (sorted among items of the same blocks, which are alike).
 *
 * <p><b>Special cases</b>: blocks of fewer than two items are left out; everything tied has Q = 0 and p = 1. {@link #of} is empty where the blocks leave
 * items unconnected.
 *
 * <p><b>Error</b>: 1e-12 while sums times orders stay below 10⁷, such as 200, 37, 12, 5, 3, 2 blocks of 3 to 8 items; else (1 + hits)/(1 + draws) with
 * its standard error. <b>Cost</b>: two seconds at most.
 */
public final class BlockRanks {
    private static final long MOST_STEPS = 10_000_000;
    private static final int MOST_ORDERS = 50_000;
    private static final int DRAWS = 99_999;
    private static final int FEWEST_DRAWS = 1_999;
    private static final double WORK = 4e8;
    private static final double EQUAL = 1e-9;
    /** A unit of a sum where blocks have unlike units. */
    private static final double FINE = 1e12;

    private final int items;
    private final boolean complete;
    /** {@code [block][place]}, the item there and its doubled rank less the mean. */
    private final int[][] item;

    private final int[][] rank;
    private final int[][] alike;
    private final long[] unit;
    private final double scale;
    private final RealMatrix inverse;
    private final double shrink;
    private final double[][] spread;
    private final double[] wanted;

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

    private BlockRanks(int items, int[][] item, int[][] rank, RealMatrix variance, double[] unit) {
        this.items = items;
        this.item = item;
        this.rank = rank;
        complete = Arrays.stream(item).allMatch(of -> of.length == items);
        alike = IntStream.range(0, items)
                .boxed()
                .collect(Collectors.groupingBy(m -> Arrays.stream(item)
                        .map(of -> Arrays.binarySearch(of, m) >= 0)
                        .toList()))
                .values()
                .stream()
                .map(kin -> kin.stream().mapToInt(m -> m).toArray())
                .toArray(int[][]::new);
        scale = complete ? unit[0] : 1 / FINE;
        this.unit = Arrays.stream(unit)
                .mapToLong(u -> complete ? 1 : Math.round(FINE * u))
                .toArray();
        // V is regular but for the sum of all items, so that V + J/k is regular, and minus J/k does nothing to A.
        inverse = complete || isTied()
                ? variance
                : new LUDecomposition(variance.scalarAdd(1.0 / items))
                        .getSolver()
                        .getInverse();
        shrink = variance.getEntry(0, 0) * items / (items - 1.0);
        spread = new double[items][items];
        for (int a = 0; a < items; a++) {
            for (int b = 0; b < items; b++) {
                spread[a][b] = StrictMath.sqrt(Math.max(
                                0, variance.getEntry(a, a) + variance.getEntry(b, b) - 2 * variance.getEntry(a, b)))
                        / scale;
            }
        }
        long[] sums = sums();
        wanted = IntStream.range(0, items)
                .boxed()
                .flatMapToDouble(a -> IntStream.range(0, a).mapToDouble(b -> distance(sums, a, b)))
                .sorted()
                .toArray();
    }

    /**
     * Of values.
     *
     * @param y {@code [block][item]}, rank 1 being the largest value; NaN where there is none
     * @return empty where some items meet no others, directly or through others, in a block that ranks them
     */
    public static Optional<BlockRanks> of(double[][] y) {
        int items = y[0].length;
        int[][] item = Arrays.stream(y)
                .map(row -> IntStream.range(0, items)
                        .filter(m -> !Double.isNaN(row[m]))
                        .toArray())
                .toArray(int[][]::new);
        int[] used =
                IntStream.range(0, y.length).filter(i -> item[i].length > 1).toArray();
        RealMatrix variance = MatrixUtils.createRealMatrix(items, items);
        int[][] rank = new int[used.length][];
        double[] unit = new double[used.length];
        int[] component = IntStream.range(0, items).toArray();
        boolean ranked = false;
        for (int i = 0; i < used.length; i++) {
            int[] at = item[used[i]];
            double[] row = y[used[i]];
            double[] ranks =
                    Ranks.of(Arrays.stream(at).mapToDouble(m -> -row[m]).toArray());
            rank[i] = Arrays.stream(ranks)
                    .mapToInt(r -> (int) Math.round(2 * r) - at.length - 1)
                    .toArray();
            unit[i] = StrictMath.sqrt(12 / (at.length + 1.0)) / 2;
            double c = unit[i]
                    * unit[i]
                    * Arrays.stream(rank[i]).mapToDouble(r -> (double) r * r).sum()
                    / (at.length - 1.0);
            for (int a : at) {
                for (int b : at) {
                    variance.addToEntry(a, b, c * ((a == b ? 1 : 0) - 1.0 / at.length));
                    int from = component[a];
                    int to = component[b];
                    component = c > 0
                            ? Arrays.stream(component)
                                    .map(x -> x == from ? to : x)
                                    .toArray()
                            : component;
                }
            }
            ranked |= c > 0;
        }
        return ranked && Arrays.stream(component).distinct().count() > 1 || used.length == 0
                ? Optional.empty()
                : Optional.of(new BlockRanks(
                        items, Arrays.stream(used).mapToObj(i -> item[i]).toArray(int[][]::new), rank, variance, unit));
    }

    /** Blocks of two or more items. */
    public int blocks() {
        return item.length;
    }

    /** The sums A, below 0 for items of small ranks, which are those of large values. */
    public double[] scores() {
        return Arrays.stream(sums()).mapToDouble(s -> s * scale).toArray();
    }

    /** Mean ranks, 1 being the largest value, those of k_i items times (k + 1)/(k_i + 1). */
    public double[] means() {
        double[] sum = new double[items];
        int[] count = new int[items];
        for (int i = 0; i < item.length; i++) {
            for (int j = 0; j < item[i].length; j++) {
                int k = item[i].length;
                sum[item[i][j]] += (rank[i][j] + k + 1) / 2.0 * (items + 1) / (k + 1);
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
            if (complete) {
                q += shrink > 0 ? scale * sums[a] * scale * sums[a] / shrink : 0;
                continue;
            }
            for (int b = 0; b < items; b++) {
                q += scale * sums[a] * inverse.getEntry(a, b) * scale * sums[b];
            }
        }
        return q;
    }

    private double distance(long[] sums, int a, int b) {
        return complete
                ? Math.abs(sums[a] - sums[b])
                : spread[a][b] > 0 ? Math.abs(sums[a] - sums[b]) / spread[a][b] : 0;
    }

    private double largest(long[] sums) {
        double largest = 0;
        if (complete) {
            long low = Long.MAX_VALUE;
            long high = Long.MIN_VALUE;
            for (long s : sums) {
                low = Math.min(low, s);
                high = Math.max(high, s);
            }
            return high - low;
        }
        for (int a = 0; a < items; a++) {
            for (int b = 0; b < a; b++) {
                largest = Math.max(largest, distance(sums, a, b));
            }
        }
        return largest;
    }

    /** Weights of sums by what they exceed. */
    private final class Tally {
        private final double observed = q(sums());
        private final double[] reached = new double[wanted.length + 1];
        private final double[] range = new double[complete ? 2 * items * item.length + 1 : 0];
        private double tail;

        private void add(long[] sums, double weight) {
            tail += q(sums) >= observed - EQUAL ? weight : 0;
            double far = largest(sums) + EQUAL;
            int at = Arrays.binarySearch(wanted, far);
            reached[at < 0 ? -at - 1 : at] += weight;
            if (complete) {
                range[(int) far] += weight;
            }
        }

        private Law law(double level, double more, double all) {
            double p = Math.min(1, (tail + more) / all);
            double[] beyond = new double[wanted.length];
            double sum = more;
            for (int i = wanted.length - 1; i >= 0; i--) {
                sum += reached[i + 1];
                beyond[i] = Math.min(1, sum / all);
            }
            long[] sums = sums();
            double[][] pairs = new double[items][items];
            for (int a = 0; a < items; a++) {
                for (int b = 0; b < a; b++) {
                    int at = Arrays.binarySearch(wanted, distance(sums, a, b));
                    while (at > 0 && wanted[at - 1] == wanted[at]) {
                        at--;
                    }
                    pairs[a][b] = beyond[at];
                    pairs[b][a] = beyond[at];
                }
                pairs[a][a] = 1;
            }
            int least = range.length;
            sum = more;
            while (least > 1 && (sum + range[least - 1]) / all <= level) {
                sum += range[--least];
            }
            while (least < range.length && range[least] == 0) {
                least++;
            }
            double critical = !complete
                    ? Double.NaN
                    : least == range.length ? Double.POSITIVE_INFINITY : least / 2.0 / item.length;
            return new Law(observed, p, more > 0 ? StrictMath.sqrt(p * (1 - p) / all) : 0, pairs, critical);
        }
    }

    /**
     * The law, exact where it can be.
     *
     * @param level of the critical distance
     * @param stream of the draws where it cannot
     */
    public Law law(double level, Stream stream) {
        if (isTied()) {
            double[][] ones = new double[items][items];
            Arrays.stream(ones).forEach(row -> Arrays.fill(row, 1));
            return new Law(0, 1, 0, ones, complete ? Double.POSITIVE_INFINITY : Double.NaN);
        }
        return exact().map(tally -> tally.law(level, 0, 1)).orElseGet(() -> drawn(level, stream));
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

    private boolean isTied() {
        return Arrays.stream(rank).flatMapToInt(Arrays::stream).allMatch(r -> r == 0);
    }

    private Optional<Tally> exact() {
        Map<LongBuffer, double[]> states = Map.of(LongBuffer.wrap(new long[items]), new double[] {1});
        long steps = 0;
        Tally tally = new Tally();
        for (int i = 0; i < item.length; i++) {
            List<int[]> orders = orders(rank[i]);
            steps += (long) states.size() * orders.size();
            if (orders.isEmpty() || steps > MOST_STEPS) {
                return Optional.empty();
            }
            int block = i;
            boolean last = i == item.length - 1;
            Map<LongBuffer, double[]> next = new HashMap<>();
            states.forEach((state, weight) -> {
                double each = weight[0] / orders.size();
                for (int[] order : orders) {
                    long[] sums = state.array().clone();
                    add(sums, block, order);
                    if (last) {
                        tally.add(sums, each);
                        continue;
                    }
                    sort(sums);
                    next.computeIfAbsent(LongBuffer.wrap(sums), none -> new double[1])[0] += each;
                }
            });
            states = next;
        }
        return Optional.of(tally);
    }

    private Law drawn(double level, Stream stream) {
        double work = 0;
        for (int[] of : item) {
            work += of.length;
        }
        work += complete ? items : 3.0 * items * items;
        int draws = (int) Math.max(FEWEST_DRAWS, Math.min(DRAWS, WORK / work));
        Tally tally = new Tally();
        for (int b = 0; b < draws; b++) {
            long[] sums = new long[items];
            for (int i = 0; i < item.length; i++) {
                int[] order = rank[i].clone();
                for (int j = order.length - 1; j > 0; j--) {
                    swap(order, j, stream.nextIndex(j + 1));
                }
                add(sums, i, order);
            }
            tally.add(sums, 1);
        }
        return tally.law(level, 1, draws + 1.0);
    }

    /** The distinct orders of numbers, ascending; none where they are too many. */
    private static List<int[]> orders(int[] of) {
        List<int[]> orders = new ArrayList<>();
        int[] order = of.clone();
        Arrays.sort(order);
        while (orders.size() < MOST_ORDERS) {
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
            for (int from = i + 1, to = order.length - 1; from < to; from++, to--) {
                swap(order, from, to);
            }
        }
        return List.of();
    }

    private static void swap(int[] order, int i, int j) {
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
