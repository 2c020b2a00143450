package org.noisebook.paper;

import org.noisebook.experiment.HasEnds;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.rng.Streams;

/**
 * A study used by a single paper: that of a {@link OnePaper}, or an additional one with a {@code Head}.
 *
 * <p>Config and result are records nested in it. Each component has a {@code Parameter}; those of the config have a
 * {@code standard} value and, if not all values are valid, a {@code range}, so neither record has a body. The result is
 * an {@link Outcome}, or tells how its run ended by a {@code stopReason}. {@link #inputs}, {@link #memory} and {@link #work}
 * are overridden where needed.
 *
 * @param <C> config record
 * @param <R> result record
 */
public abstract class PaperStudy<C extends Record, R extends Record & HasEnds> implements Study<C, R> {
    /** Performs one run; {@link Outcome.Diverged} ends it if numbers become non-finite. */
    protected abstract R measure(C config, Streams streams);

    @Override
    public final R run(C config, Streams streams) {
        Ranges.check(config);
        try {
            return measure(config, streams);
        } catch (Outcome.Diverged e) {
            return Outcome.diverged(resultType());
        }
    }

    /** Runs replica 0 under a root seed, on the standard config with changes such as {@code steps=20, level=3}. */
    public final R run(String changes, long rootSeed) {
        return run(config(changes), Streams.of(rootSeed));
    }

    /** The standard config with changes applied in order; an empty text changes nothing. */
    public final C config(String... changes) {
        C config = defaults();
        for (String change : changes) {
            config = Schema.with(config, change);
        }
        return config;
    }

    /** A setting with the standard config and a condition that claims on its cells quote. */
    public final Setting<C, R> on(Board board, String condition) {
        return Setting.of(board, this, condition);
    }
}
