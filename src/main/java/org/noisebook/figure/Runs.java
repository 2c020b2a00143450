package org.noisebook.figure;

import java.util.List;
import java.util.function.IntFunction;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Sweep;

/** The source of results for a board's cells: an experiment, or a test that supplies them. */
interface Runs {
    /** The replicas of a sweep's cells, by cell index. */
    <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep);

    /** Results computed by an experiment or found in its cache. */
    record Computed(Experiment experiment) implements Runs {
        @Override
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            return experiment.run(sweep)::at;
        }
    }
}
