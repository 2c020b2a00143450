package org.noisebook.experiment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.noisebook.data.Check;
import org.noisebook.data.Quoted;
import org.noisebook.rng.Streams;

/**
 * One of several shares of every sweep, for one of several machines or jobs.
 *
 * <p>All runs of a sweep, in the cache or not, are assigned in descending order of {@link Study#work}, each to the
 * share with the least work so far (Graham 1969, SIAM J. Appl. Math. 17, 416: at most 4/3 of the shortest makespan).
 * The assignment depends only on the keys and the count, so shares never overlap, whatever has already been computed.
 *
 * @param index from 1; 0 has no runs
 * @param count number of shares
 */
public record Shard(int index, int count) {
    /** The shard that computes nothing and only reports missing runs. */
    public static final Shard NONE = new Shard(0, 1);

    private static final int MOST = 1_000_000;
    private static final int HEX = 16;
    private static final int SHIFT_DIGITS = 8;

    public Shard {
        Check.inRange("shards", count, 1, MOST);
        Check.inRange("shard", index, 0, count);
    }

    /**
     * The shard given by a text such as {@code 3/64}.
     *
     * @throws IllegalArgumentException with a one-line message for anything else, such as {@code 5/4}
     */
    public static Shard parse(String text) {
        if (!text.matches("\\d{1,7}/\\d{1,7}")) {
            throw new IllegalArgumentException("a shard is INDEX/COUNT such as 3/64, got '" + Quoted.of(text) + "'");
        }
        int index = Integer.parseInt(text.substring(0, text.indexOf('/')));
        int count = Integer.parseInt(text.substring(text.indexOf('/') + 1));
        if (index < 1 || index > count || count > MOST) {
            throw new IllegalArgumentException(
                    "a shard's index must be in [1, count] and its count in [1, " + MOST + "], got '" + text + "'");
        }
        return new Shard(index, count);
    }

    /** The text form read by {@link #parse}. */
    public String text() {
        return index + "/" + count;
    }

    /**
     * Assigns every run to a shard, numbered from 1.
     *
     * <p>The first shard is chosen by the keys, so that many small sweeps do not all start with the same shard.
     *
     * @param work work of every run by its key
     */
    public static Map<String, Integer> deal(Map<String, Double> work, int count) {
        List<String> keys = new ArrayList<>(work.keySet());
        keys.sort(Comparator.comparingDouble((String key) -> -work.get(key)).thenComparing(Comparator.naturalOrder()));
        String all = Streams.sha256(String.join("\n", new TreeSet<>(keys)).getBytes(StandardCharsets.UTF_8));
        long shift = Long.parseLong(all.substring(0, SHIFT_DIGITS), HEX);
        int[] machines = schedule(keys.stream().mapToDouble(work::get).toArray(), count);
        Map<String, Integer> dealt = new HashMap<>();
        for (int k = 0; k < machines.length; k++) {
            dealt.put(keys.get(k), (int) ((machines[k] + shift) % count) + 1);
        }
        return dealt;
    }

    /** List scheduling: assigns each cost in order to the machine that is free first, the lowest-numbered in a tie. */
    public static int[] schedule(double[] costs, int machines) {
        record Load(double end, int machine) {}

        PriorityQueue<Load> free =
                new PriorityQueue<>(Comparator.comparingDouble(Load::end).thenComparingInt(Load::machine));
        for (int m = 0; m < machines; m++) {
            free.add(new Load(0, m));
        }
        int[] chosen = new int[costs.length];
        for (int k = 0; k < costs.length; k++) {
            Load first = free.remove();
            chosen[k] = first.machine();
            free.add(new Load(first.end() + costs[k], first.machine()));
        }
        return chosen;
    }

    /** The total cost on each machine in a {@link #schedule}. */
    public static double[] loads(double[] costs, int[] chosen, int machines) {
        double[] loads = new double[machines];
        for (int k = 0; k < costs.length; k++) {
            loads[chosen[k]] += costs[k];
        }
        return loads;
    }

    /** Thrown if all runs of this shard are done but runs of other shards are missing from the cache. */
    public static final class Pending extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** With what is missing, in words. */
        public Pending(String message) {
            super(message);
        }
    }
}
