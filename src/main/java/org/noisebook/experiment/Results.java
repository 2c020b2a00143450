package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    public Sweep<C, R> sweep() {
        return sweep;
    }

    /**
     * A cell's results in replica order, without runs that were stopped by a limit.
     *
     * @throws IllegalArgumentException if the sweep has no such cell
     */
    public List<R> of(C config) {
        Integer cell = cellOf.get(config);
        if (cell == null) {
            throw new IllegalArgumentException("no such cell in the sweep: " + config);
        }
        return at(cell);
    }

    /** The results of the cell with a given index, see {@link #of}. */
    public List<R> at(int cell) {
        return results.get(cell).stream().flatMap(Optional::stream).toList();
    }

    /** One number for every run of a cell, in replica order. */
    public double[] values(C config, ToDoubleFunction<R> value) {
        return of(config).stream().mapToDouble(value).toArray();
    }

    /** Number of runs stopped by a limit. */
    public long missing() {
        return results.stream().flatMap(List::stream).filter(Optional::isEmpty).count();
    }

    /**
     * One row per cell and replica: config fields, {@code seed}, {@code replica}, scalar results.
     *
     * <p>A nested record in a config gives one text column and one column per part, such as {@code network.depth},
     * which is empty if a cell's record lacks that part. An array in a config is one text, such as {@code [0.5; 0.75]}.
     * A record in a result gives one column for each of its scalars. The last column, {@code verdict}, is the study's
     * verdict on the cell, if it has one.
     */
    public Frame frame() {
        List<Map<String, Object>> heads = new ArrayList<>();
        Set<String> columns = new LinkedHashSet<>();
        for (Sweep.Cell<C> cell : sweep.cells()) {
            Map<String, Object> head = new LinkedHashMap<>();
            addCells(head, "", cell.config(), true);
            heads.add(head);
            columns.addAll(head.keySet());
        }
        Schema.of(sweep.study().defaults()).fields().forEach(field -> columns.add(field.name()));
        List<String> outcomes = new ArrayList<>();
        addOutcomes(outcomes, "", sweep.study().resultType());
        List<String> names = new ArrayList<>(columns);
        names.add("seed");
        names.add("replica");
        names.addAll(outcomes);
        sweep.study().verdict(List.of()).ifPresent(none -> names.add("verdict"));
        Frame frame = new Frame(names);
        for (int k = 0; k < results.size(); k++) {
            Map<String, Object> head = heads.get(k);
            Optional<String> verdict = sweep.study().verdict(at(k));
            for (int r = 0; r < results.get(k).size(); r++) {
                Optional<R> result = results.get(k).get(r);
                if (result.isPresent()) {
                    List<Object> row = new ArrayList<>();
                    columns.forEach(name -> row.add(head.getOrDefault(name, "")));
                    row.add(rootSeed);
                    row.add(r);
                    Map<String, Object> outcome = new LinkedHashMap<>();
                    addCells(outcome, "", result.get(), false);
                    outcomes.forEach(name -> row.add(outcome.get(name)));
                    verdict.ifPresent(row::add);
                    frame.add(row.toArray());
                }
            }
        }
        return frame;
    }

    /** The scalar fields of a result, with those of nested records in place. */
    private static void addOutcomes(List<String> names, String prefix, Class<? extends Record> type) {
        for (Schema.Field field : Schema.of(type).fields()) {
            if (field.type().isRecord()) {
                addOutcomes(names, prefix + field.name() + ".", field.type().asSubclass(Record.class));
            } else if (field.scalar()) {
                names.add(prefix + field.name());
            }
        }
    }

    /** Adds the fields of a record by name, including those of nested records; arrays as one text or not at all. */
    private static <T extends Record> void addCells(Map<String, Object> cells, String prefix, T value, boolean arrays) {
        Schema<T> schema = Schema.of(value);
        Object[] values = schema.values(value);
        for (int k = 0; k < values.length; k++) {
            String name = prefix + schema.fields().get(k).name();
            if (arrays || schema.fields().get(k).scalar()) {
                cells.put(name, cell(values[k]));
            }
            if (values[k] instanceof Record part) {
                addCells(cells, name + ".", part, arrays);
            }
        }
    }

    private static Object cell(Object value) {
        return value instanceof Number || value instanceof String ? value : Schema.formatValue(value);
    }
}
