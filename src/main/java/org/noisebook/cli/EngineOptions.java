package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Catalogue;
import org.noisebook.model.Device;
import org.noisebook.model.ReplicaEngine;
import picocli.CommandLine.Option;

/** Options of commands that can run on another engine than the exact one. */
final class EngineOptions {
    /** What brings ND4J into a build. */
    static final String HOW_TO_BUILD = "NOISEBOOK_ND4J=1 environment/noisebook or mvn -Pnd4j package builds with it";

    private enum Engine {
        EXACT,
        ND4J
    }

    @Option(
            names = "--engine",
            paramLabel = "exact|nd4j",
            description =
                    "what computes the runs (default exact, the reference); nd4j takes many side by side, for some"
                            + " studies, and its results are kept apart")
    private Engine engine = Engine.EXACT;

    @Option(
            names = "--device",
            paramLabel = "cpu|gpu|auto",
            description =
                    "where nd4j computes (default auto: on a CUDA card if there is a usable one, else on the CPU)")
    private Optional<Device> device = Optional.empty();

    /**
     * Refuses options that do not fit together.
     *
     * @throws IllegalArgumentException saying which
     */
    void check(ExperimentOptions options) {
        if (isExact() && device.isPresent()) {
            throw new IllegalArgumentException("--device needs --engine nd4j: the exact engine runs on the CPU");
        }
        boolean limited = options.runner().limit().isPresent();
        if (!isExact() && limited) {
            throw new IllegalArgumentException(
                    "--limit needs --engine exact: runs side by side have no wall time of their own");
        }
    }

    /** Refuses a study that only the exact engine runs. */
    void check(Study<?, ?> study) {
        if (!isExact() && !(study instanceof ReplicaStudy)) {
            List<String> ids = Catalogue.studies().stream()
                    .filter(ReplicaStudy.class::isInstance)
                    .map(Study::id)
                    .toList();
            throw new IllegalArgumentException("study " + study.id() + " does not run on nd4j: --engine exact runs it;"
                    + " on nd4j there is: " + String.join(", ", ids));
        }
    }

    /** Whether it is the reference. */
    boolean isExact() {
        return engine == Engine.EXACT;
    }

    /**
     * Starts the engine that was asked for and says what it is; empty for the exact one, which is there anyway.
     *
     * @throws IOException in one line, if ND4J is not there or does not start
     */
    Optional<ReplicaEngine> open(PrintWriter err) throws IOException {
        if (isExact()) {
            return Optional.empty();
        }
        ReplicaEngine.Source source = ReplicaEngine.Source.named("nd4j")
                .orElseThrow(() -> new IOException("--engine nd4j: ND4J is not in this build: " + HOW_TO_BUILD));
        ReplicaEngine opened;
        try {
            opened = source.open(device.orElse(Device.AUTO), line -> err.println("noisebook: " + line));
        } catch (LinkageError e) {
            throw new IOException("--engine nd4j: ND4J does not start: " + root(e), e);
        }
        err.println("noisebook: engine " + opened.describe());
        return Optional.of(opened);
    }

    /** What went wrong first. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
