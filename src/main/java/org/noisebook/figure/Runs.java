package org.noisebook.figure;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Sweep;

/** What a board needs of an experiment: results for its cells under one root seed. */
public interface Runs {
    /**
     * The replicas of a sweep's cells, by cell index.
     *
     * @throws org.noisebook.experiment.Shard.Pending if results are missing that come from elsewhere
     */
    <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep);

    /** The root seed. */
    default long rootSeed() {
        return Experiment.STANDARD_SEED;
    }

    /** The engine class of the results. */
    default String engineClass() {
        return Run.EXACT_ENGINE;
    }

    /** Whether the board becomes a drawing; otherwise only its claims or cells are asked of it. */
    default boolean areDrawn() {
        return true;
    }

    /** The same, which also passes every sweep to a listener. */
    default Runs withLog(Consumer<Sweep<?, ?>> listener) {
        Runs all = this;
        return new Runs() {
            @Override
            public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
                listener.accept(sweep);
                return all.of(sweep);
            }

            @Override
            public long rootSeed() {
                return all.rootSeed();
            }

            @Override
            public String engineClass() {
                return all.engineClass();
            }
        };
    }

    /** Results computed by an experiment or found in its cache. */
    record Computed(Experiment experiment) implements Runs {
        @Override
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            return experiment.run(sweep)::at;
        }

        @Override
        public long rootSeed() {
            return experiment.rootSeed();
        }

        @Override
        public String engineClass() {
            return experiment.engineClass();
        }
    }
}
