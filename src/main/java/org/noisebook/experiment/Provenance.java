package org.noisebook.experiment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.noisebook.rng.Streams;

/**
 * How numbers were made, in the part that anyone can reproduce: studies, versions, configs, seed, engine class; no dates, no machine.
 *
 * @param sweeps what ran
 * @param rootSeed under which seed
 * @param engineClass on which class of engines
 * @param configHash SHA-256 of the keys of all runs
 */
public record Provenance(List<Sweep<?, ?>> sweeps, long rootSeed, String engineClass, String configHash) {
    /** Copies. */
    public Provenance {
        sweeps = List.copyOf(sweeps);
    }

    /** The provenance of sweeps. */
    public static Provenance of(List<Sweep<?, ?>> sweeps, long rootSeed, String engineClass) {
        Set<String> keys = new TreeSet<>();
        for (Sweep<?, ?> sweep : sweeps) {
            addKeys(sweep, rootSeed, engineClass, keys);
        }
        String text = String.join("\n", keys);
        return new Provenance(sweeps, rootSeed, engineClass, Run.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static <C extends Record, R extends Record> void addKeys(
            Sweep<C, R> sweep, long rootSeed, String engineClass, Set<String> keys) {
        Streams streams = Streams.of(rootSeed).withFixed(sweep.fixed());
        for (Sweep.Cell<C> cell : sweep.cells()) {
            for (int r = 0; r < cell.replicas(); r++) {
                keys.add(new Run<>(sweep.study(), cell.config(), streams.withReplica(r)).key(engineClass));
            }
        }
    }

    /**
     * The JSON file beside numbers: a head of the caller's, then the data's hash, studies and configs, sources, and claims if
     * there are any.
     */
    public String json(Map<String, String> head, List<Json> claims, List<String> sources, byte[] data) {
        Json json = new Json();
        head.forEach(json::put);
        json.put("kit", "noisebook " + Origin.kitVersion())
                .put("engine", engineClass)
                .put("rootSeed", rootSeed)
                .put("configHash", configHash)
                .put("dataSha256", Run.sha256(data))
                .put("sweeps", sweeps.stream().map(Provenance::describe).toList())
                .put("sources", sources);
        return (claims.isEmpty() ? json : json.put("claims", claims)).text();
    }

    private static <C extends Record, R extends Record> Json describe(Sweep<C, R> sweep) {
        Json json = new Json()
                .put("study", sweep.study().id())
                .put("version", sweep.study().version())
                .put("cells", sweep.cells().size())
                .put("runs", sweep.runs());
        if (!sweep.fixed().isEmpty()) {
            json.put("fixed", sweep.fixed().stream().sorted().toList());
        }
        Schema<C> schema = Schema.of(sweep.study().defaults());
        Set<Integer> replicas = new TreeSet<>();
        List<Set<String>> values = new ArrayList<>();
        schema.fields().forEach(field -> values.add(new LinkedHashSet<>()));
        for (Sweep.Cell<C> cell : sweep.cells()) {
            replicas.add(cell.replicas());
            Object[] of = schema.values(cell.config());
            for (int k = 0; k < of.length; k++) {
                values.get(k).add(Schema.formatValue(of[k]));
            }
        }
        json.put("replicas", List.copyOf(replicas));
        Json config = new Json();
        for (int k = 0; k < values.size(); k++) {
            config.put(schema.fields().get(k).name(), List.copyOf(values.get(k)));
        }
        return json.put("config", config);
    }
}
