package org.noisebook.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.noisebook.experiment.Claim;

/** What claims were called before: the ids of version 0.1.0 and those of today. */
final class RenamedClaims {
    private RenamedClaims() {}

    /** These ids with old ones replaced, each said. */
    static Set<String> current(List<String> ids, Consumer<String> say) {
        Map<String, String> table = ids.isEmpty() ? Map.of() : Claim.renamed();
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
}
