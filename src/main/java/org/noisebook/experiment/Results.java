package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.Frame;

/**
 * The results of a sweep, by cell and replica.
 *
 * @param <C> config record
 * @param <R> result record
 */
public final class Results<C extends Record, R extends Record> {
    private final Sweep<C, R> sweep;
    private final long rootSeed;
    private final List<List<Optional<R>>> results;
    private final Map<C, Integer> cellOf = new HashMap<>();

    Results(Sweep<C, R> sweep, long rootSeed, List<List<Optional<R>>> results) {
        this.sweep = sweep;
        this.rootSeed = rootSeed;
        this.results = results;
        for (int k = 0; k < sweep.cells().size(); k++) {
            cellOf.put(sweep.cells().get(k).config(), k);
        }
    }

    /** The sweep. */
    public Sweep<C, R> sweep() {
        return sweep;
    }

    /**
     * A cell's results in replica order; runs that a limit stopped are left out.
     *
     * @throws IllegalArgumentException if the sweep has no such cell
     */
    public List<R> of(C config) {
        Integer cell = cellOf.get(config);
        if (cell == null) {
            throw new IllegalArgumentException("no such cell in the sweep: " + config);
        }
        return results.get(cell).stream().flatMap(Optional::stream).toList();
    }

    /** One number of every run of a cell, in replica order. */
    public double[] values(C config, ToDoubleFunction<R> value) {
        return of(config).stream().mapToDouble(value).toArray();
    }

    /** Runs without a result because a limit stopped them. */
    public long missing() {
        return results.stream().flatMap(List::stream).filter(Optional::isEmpty).count();
    }

    /** One row a cell and replica: config fields, {@code seed}, {@code replica}, scalar results. */
    public Frame frame() {
        Schema<C> configs = Schema.of(sweep.study().defaults());
        Schema<R> outcomes = Schema.of(sweep.study().resultType());
        List<String> names = new ArrayList<>();
        configs.fields().stream()
                .filter(Schema.Field::scalar)
                .map(Schema.Field::name)
                .forEach(names::add);
        names.add("seed");
        names.add("replica");
        outcomes.fields().stream()
                .filter(Schema.Field::scalar)
                .map(Schema.Field::name)
                .forEach(names::add);
        Frame frame = new Frame(names);
        for (int k = 0; k < results.size(); k++) {
            List<Object> head = cells(configs, sweep.cells().get(k).config());
            for (int r = 0; r < results.get(k).size(); r++) {
                Optional<R> result = results.get(k).get(r);
                if (result.isPresent()) {
                    List<Object> row = new ArrayList<>(head);
                    row.add(rootSeed);
                    row.add(r);
                    row.addAll(cells(outcomes, result.get()));
                    frame.add(row.toArray());
                }
            }
        }
        return frame;
    }

    private static <T extends Record> List<Object> cells(Schema<T> schema, T value) {
        List<Object> cells = new ArrayList<>();
        Object[] values = schema.values(value);
        for (int k = 0; k < values.length; k++) {
            if (schema.fields().get(k).scalar()) {
                boolean cell = values[k] instanceof Number || values[k] instanceof String;
                cells.add(cell ? values[k] : Schema.formatValue(values[k]));
            }
        }
        return cells;
    }
}
