package org.noisebook.paper;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.experiment.HasEnds;
import org.noisebook.stats.Estimate;

/** Runs of a paper's study under root seeds 0, 1, …, over which tests average. */
public record Runs<R>(List<R> all) {
    /** So many runs on the standard config with changes. */
    public static <R extends Record & HasEnds> Runs<R> of(PaperStudy<?, R> study, int count, String changes) {
        return new Runs<>(IntStream.range(0, count)
                .mapToObj(seed -> study.run(changes, seed))
                .toList());
    }

    /** The mean of a number of each run. */
    public Estimate mean(ToDoubleFunction<R> number) {
        return Estimate.ofMean(all.stream().mapToDouble(number).toArray());
    }
}
