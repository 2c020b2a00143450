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
 * The reproducible origin of numbers: studies, versions, configs, seed and engine class, without date or machine.
 *
 * @param sweeps the sweeps that ran
 * @param rootSeed their root seed
 * @param engineClass class of the engine
 * @param configHash SHA-256 of the keys of all runs
 */
public record Provenance(List<Sweep<?, ?>> sweeps, long rootSeed, String engineClass, String configHash) {
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
        return new Provenance(sweeps, rootSeed, engineClass, Streams.sha256(text.getBytes(StandardCharsets.UTF_8)));
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
     * The JSON file beside the data: the caller's header, the hash of the data, studies, configs, sources and claims.
     */
    public String json(Map<String, String> head, List<Json> claims, List<String> sources, byte[] data) {
        Json json = new Json();
        head.forEach(json::put);
        json.put("kit", "noisebook " + Origin.kitVersion())
                .put("engine", engineClass)
                .put("rootSeed", rootSeed)
                .put("configHash", configHash)
                .put("dataSha256", Streams.sha256(data))
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
