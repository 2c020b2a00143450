package org.noisebook.paper;

import java.util.stream.Collectors;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;
import org.noisebook.experiment.Schema;

/** The result of a {@link OnePaper}; a result whose numbers are all NaN represents a diverged run. */
public interface Outcome extends HasEnds {
    @Override
    default EndCounts ends() {
        return DoubleComponents.allNaN((Record) this) ? new EndCounts(0, 0, 1) : EndCounts.all(1);
    }

    /** The result of a diverged run: numbers NaN, counts 0, lists empty. */
    static <R extends Record> R diverged(Class<R> type) {
        return Schema.of(type)
                .parse(Schema.of(type).fields().stream()
                        .map(field -> field.name() + "=" + none(field.type()))
                        .collect(Collectors.joining(", ")));
    }

    private static String none(Class<?> type) {
        if (type.isEnum()) {
            return "diverged";
        }
        return type == double.class ? "NaN" : type == Doubles.class ? "[]" : "0";
    }

    /** Thrown by a run whose numbers become non-finite. */
    final class Diverged extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
