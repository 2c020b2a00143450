package org.noisebook.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What claims were called before: the ids of version 0.1.0 and those of today. */
final class RenamedClaims {
    private RenamedClaims() {}

    /** These ids with old ones replaced, each said. */
    static Set<String> current(List<String> ids, Consumer<String> say) {
        Map<String, String> table = ids.isEmpty() ? Map.of() : table();
        Set<String> current = new LinkedHashSet<>();
        for (String id : ids) {
            String now = table.getOrDefault(id, id);
            if (!now.equals(id)) {
                say.accept(id + " is now " + now);
            }
            current.add(now);
        }
        return current;
    }

    private static Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        try (InputStream in = RenamedClaims.class.getResourceAsStream("/org/noisebook/renamed-claims.tsv")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(line -> {
                        String[] names = line.split("\t", -1);
                        table.put(names[0], names[1]);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }
}
