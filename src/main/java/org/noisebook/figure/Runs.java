package org.noisebook.figure;

import java.util.List;
import java.util.function.IntFunction;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Sweep;

/** Where the results of a board's cells come from: an experiment, or a test that plants them. */
interface Runs {
    /** The replicas of the sweep's cell of an index. */
    <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep);

    /** What an experiment computes or has in its cache. */
    record Computed(Experiment experiment) implements Runs {
        @Override
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            return experiment.run(sweep)::at;
        }
    }
}
