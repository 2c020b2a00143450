package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;
import org.noisebook.rng.Streams;

/**
 * Cells of one study, each with its number of replicas.
 *
 * <p>Cells form a list or a Cartesian grid; {@link #and} joins sweeps. Replica r of every cell uses the same streams.
 *
 * @param study the study run in every cell
 * @param cells configs with their numbers of replicas
 * @param fixed names of streams pinned to replica 0
 * @param <C> config record
 * @param <R> result record
 */
public record Sweep<C extends Record, R extends Record>(Study<C, R> study, List<Cell<C>> cells, Set<String> fixed) {
    public Sweep {
        cells = List.copyOf(cells);
        Check.inRange("cells of a sweep of " + study.id(), cells.size(), 1, Integer.MAX_VALUE);
        for (String name : fixed) {
            if (!study.streamNames().contains(name)) {
                throw new IllegalArgumentException("fixed streams of " + study.id() + " must be among "
                        + String.join(
                                ", ", study.streamNames().stream().sorted().toList()) + ", got '" + Quoted.of(name)
                        + "'");
            }
        }
        fixed = Collections.unmodifiableSet(new TreeSet<>(fixed));
    }

    /**
     * A config and its number of replicas.
     *
     * @param config the config
     * @param replicas from 1 to a million
     * @param <C> config record
     */
    public record Cell<C extends Record>(C config, int replicas) {
        private static final int MOST_REPLICAS = 1_000_000;

        public Cell {
            Check.that(config != null, "config must be a record, got null");
            Check.inRange("replicas", replicas, 1, MOST_REPLICAS);
        }
    }

    /** A sweep of listed cells, each with the same number of replicas. */
    public static <C extends Record, R extends Record> Sweep<C, R> of(
            Study<C, R> study, List<C> configs, int replicas) {
        return new Sweep<>(
                study, configs.stream().map(c -> new Cell<>(c, replicas)).toList(), Set.of());
    }

    /**
     * A Cartesian grid of listed values, with the last axis varying fastest.
     *
     * @param axes each {@code name=value,value,…}, where the name is a field or a part such as {@code network.depth};
     *     values are text or numbers, including powers such as {@code 2^-4}
     * @throws IllegalArgumentException for an axis of another form; a field that is unknown, occurs twice or follows
     *     one of its parts; an invalid or repeated value; or 2^31 cells or more
     */
    public static <C extends Record, R extends Record> Sweep<C, R> grid(
            Study<C, R> study, C start, int replicas, String... axes) {
        Schema<C> schema = Schema.of(start);
        Map<String, List<String>> values = values(axes);
        double cells = gridRuns(1, axes);
        if (cells > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a grid must have fewer than 2^31 cells, got " + Numbers.format(cells));
        }
        List<String> texts = new ArrayList<>(List.of(""));
        for (Map.Entry<String, List<String>> axis : values.entrySet()) {
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                for (String value : axis.getValue()) {
                    longer.add(text + (text.isEmpty() ? "" : ",") + axis.getKey() + "=" + value);
                }
            }
            texts = longer;
        }
        Map<C, String> seen = new HashMap<>();
        List<C> configs = new ArrayList<>();
        for (String text : texts) {
            C config = schema.parse(text, start);
            String same = seen.putIfAbsent(config, text);
            if (same != null) {
                throw new IllegalArgumentException(twice(same, text));
            }
            configs.add(config);
        }
        return of(study, configs, replicas);
    }

    /** The number of runs of {@link #grid}, without creating them; inexact above 2^53. */
    public static double gridRuns(int replicas, String... axes) {
        Check.inRange("replicas", replicas, 1, Cell.MOST_REPLICAS);
        return values(axes).values().stream().mapToDouble(List::size).reduce(replicas, (a, b) -> a * b);
    }

    private static Map<String, List<String>> values(String... axes) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        for (String axis : axes) {
            int equals = axis.indexOf('=');
            String name = axis.substring(0, Math.max(0, equals)).strip();
            List<String> values = Schema.split(axis.substring(equals + 1), ',');
            if (name.isEmpty()) {
                throw new IllegalArgumentException(
                        "values are set as name=value,value,…, got '" + Quoted.of(axis) + "'");
            }
            if (values.isEmpty()) {
                throw new IllegalArgumentException(Quoted.of(name) + " must have at least one value, got none");
            }
            Set<String> different = new HashSet<>();
            for (String value : values) {
                if (!different.add(value)) {
                    throw new IllegalArgumentException(
                            Quoted.of(name) + " has the value " + Quoted.of(value) + " twice: leave one out");
                }
            }
            if (byName.put(name, values) != null) {
                throw new IllegalArgumentException(Quoted.of(name) + " is set twice");
            }
            for (String earlier : byName.keySet()) {
                if (earlier.startsWith(name + ".")) {
                    throw new IllegalArgumentException(name + " must be set before " + earlier);
                }
            }
        }
        return byName;
    }

    /** The message for two identical cells, naming the first setting in which their texts differ. */
    private static String twice(String one, String other) {
        List<String> first = Schema.split(one, ',');
        List<String> second = Schema.split(other, ',');
        int k = 0;
        while (first.get(k).equals(second.get(k))) {
            k++;
        }
        return Quoted.of(first.get(k)) + " and " + Quoted.of(second.get(k)) + " are the same: leave one out";
    }

    /** A sweep with the cells of both. */
    public Sweep<C, R> and(Sweep<C, R> other) {
        if (!other.study.id().equals(study.id()) || !other.fixed.equals(fixed)) {
            throw new IllegalArgumentException("sweeps must be of one study with the same fixed streams");
        }
        List<Cell<C>> both = new ArrayList<>(cells);
        both.addAll(other.cells);
        return new Sweep<>(study, both, fixed);
    }

    /** The same sweep with the given streams pinned to replica 0. */
    public Sweep<C, R> withFixed(Set<String> names) {
        return new Sweep<>(study, cells, names);
    }

    /** Visits every run with its key, cell by cell. */
    void visit(long rootSeed, String engineClass, BiConsumer<Run<C, R>, String> visitor) {
        Streams streams = Streams.of(rootSeed).withFixed(fixed);
        for (Cell<C> cell : cells) {
            Function<Streams, String> keys = Run.keys(study, cell.config(), engineClass);
            for (int r = 0; r < cell.replicas(); r++) {
                Streams own = streams.withReplica(r);
                visitor.accept(new Run<>(study, cell.config(), own), keys.apply(own));
            }
        }
    }

    /** Number of runs. */
    public long runs() {
        return cells.stream().mapToLong(Cell::replicas).sum();
    }
}
