package org.noisebook.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that a test kills: a sweep that notes every start in a file, and whose later runs end never. */
final class SlowSweep {
    /** Runs that end. */
    static final int ENDED = 12;

    private static final long MILLIS_A_RUN = 15;

    private SlowSweep() {}

    /** Arguments: cache folder, file of starts, {@code runs} or {@code batches}. */
    public static void main(String[] arguments) {
        try (Cache cache = Cache.in(Path.of(arguments[0]), message -> {})) {
            run(cache, noting(Path.of(arguments[1])), arguments[2].equals("batches"));
        }
    }

    static Results<ToyStudy.Config, ToyStudy.Result> run(Cache cache, ToyStudy study, boolean batches) {
        Experiment exact = new Experiment(1, cache, new LocalRunner(2, Optional.empty()), Progress.SILENT);
        return batches
                ? exact.withEngine(new ToyReplicas.Engine(Run.EXACT_ENGINE, 2)).run(sweep(new ToyReplicas(study)))
                : exact.run(sweep(study));
    }

    static Sweep<ToyStudy.Config, ToyStudy.Result> sweep(Study<ToyStudy.Config, ToyStudy.Result> study) {
        return Sweep.of(study, ToyStudy.sizes(1, 2, 3, 4, 5, 6), 8);
    }

    private static ToyStudy noting(Path starts) {
        AtomicInteger runs = new AtomicInteger();
        return ToyStudy.doing((config, streams) -> {
            try {
                Files.writeString(
                        starts,
                        config.size() + "/" + streams.replica() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                Thread.sleep(runs.incrementAndGet() > ENDED ? Long.MAX_VALUE : MILLIS_A_RUN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
