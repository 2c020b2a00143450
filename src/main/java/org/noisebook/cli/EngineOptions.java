package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
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

    /** What brings OpenCL into a build. */
    static final String HOW_TO_BUILD_OPENCL =
            "NOISEBOOK_OPENCL=1 environment/noisebook or mvn -Popencl package builds with it";

    private enum Engine {
        EXACT(""),
        ND4J("ND4J is not in this build: " + HOW_TO_BUILD),
        OPENCL("OpenCL is not in this build: " + HOW_TO_BUILD_OPENCL);

        private final String missing;

        Engine(String missing) {
            this.missing = missing;
        }

        /** As the option and {@link ReplicaEngine.Source} call it. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--engine",
            paramLabel = "exact|nd4j|opencl",
            description =
                    "engine for the runs (default exact, the reference). nd4j computes many at a time, for some studies;"
                            + " its results are cached separately. So does opencl, with exact results if the device's"
                            + " arithmetic is exact")
    private Engine engine = Engine.EXACT;

    @Option(
            names = "--device",
            paramLabel = "cpu|gpu|auto|N",
            description = "device for nd4j and opencl (default auto: a usable card if there is one, else the CPU); for"
                    + " opencl also a number, or part of a name, from noisebook info")
    private Optional<String> device = Optional.empty();

    /**
     * Refuses options that do not fit together.
     *
     * @throws IllegalArgumentException saying which
     */
    void check(ExperimentOptions options) {
        if (isExact() && device.isPresent()) {
            throw new IllegalArgumentException(
                    "--device needs --engine nd4j or opencl: the exact engine runs on the CPU");
        }
        if (engine == Engine.ND4J) {
            device.ifPresent(Device::parse);
        }
        boolean limited = options.runner().limit().isPresent();
        if (!isExact() && limited) {
            throw new IllegalArgumentException(
                    "--limit needs --engine exact: runs in a batch have no wall time of their own");
        }
    }

    /** Refuses a study that only the exact engine runs. */
    void check(Study<?, ?> study) {
        if (!isExact() && !(study instanceof ReplicaStudy)) {
            List<String> ids = Catalogue.studies().stream()
                    .filter(ReplicaStudy.class::isInstance)
                    .map(Study::id)
                    .toList();
            throw new IllegalArgumentException("study " + study.id() + " does not run on " + text()
                    + ": --engine exact runs it; on " + text() + " there is: " + String.join(", ", ids));
        }
    }

    /** The engine's word. */
    String text() {
        return engine.text();
    }

    /** Whether it may turn out to give the reference's bits. */
    boolean mayBeExact() {
        return engine == Engine.OPENCL;
    }

    /** Whether it is the reference. */
    boolean isExact() {
        return engine == Engine.EXACT;
    }

    /**
     * Starts the engine that was asked for and says what it is; empty for the exact one, which is there anyway.
     *
     * @throws IOException in one line, if its library is not there or does not start
     */
    Optional<ReplicaEngine> open(PrintWriter err) throws IOException {
        if (isExact()) {
            return Optional.empty();
        }
        ReplicaEngine.Source source = ReplicaEngine.Source.named(text())
                .orElseThrow(() -> new IOException("--engine " + text() + ": " + engine.missing));
        ReplicaEngine opened;
        try {
            opened = source.open(device.orElse(Device.AUTO.text()), line -> err.println("noisebook: " + line));
        } catch (LinkageError e) {
            String library = engine == Engine.ND4J ? "ND4J" : "OpenCL";
            throw new IOException("--engine " + text() + ": " + library + " does not start: " + root(e), e);
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
