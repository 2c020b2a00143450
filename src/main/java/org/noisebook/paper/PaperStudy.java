package org.noisebook.paper;

import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.rng.Streams;

/**
 * A study that one paper uses: that of a {@link OnePaper}, or a further one under a {@code Head}.
 *
 * <p>Config and result are records nested in it. Each component has a {@code Parameter}; those of the config have a {@code
 * standard} value and, where not every value will do, a {@code range}, so that neither record has a body. {@link #inputs}, {@link #memory}
 * and {@link #work} are overridden where they matter.
 *
 * @param <C> config record
 * @param <R> result record
 */
public abstract class PaperStudy<C extends Record, R extends Record & Outcome> implements Study<C, R> {
    /** One run; {@link Outcome.Diverged} ends it where numbers are no longer finite. */
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

    /** Replica 0 under a root seed of the standard config with some changes, such as {@code steps=20, level=3}. */
    public final R run(String changes, long rootSeed) {
        return run(config(changes), Streams.of(rootSeed));
    }

    /** The standard config with some changes, one after the other; none if empty. */
    public final C config(String... changes) {
        C config = defaults();
        for (String change : changes) {
            config = Schema.with(config, change);
        }
        return config;
    }

    /** Cells of the standard config under a condition, which claims on them name. */
    public final Setting<C, R> on(Board board, String condition) {
        return Setting.of(board, this, condition);
    }
}
