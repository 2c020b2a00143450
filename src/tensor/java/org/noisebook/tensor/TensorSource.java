package org.noisebook.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.noisebook.model.Device;
import org.noisebook.model.ReplicaEngine;

/** Makes ND4J available as a {@link ReplicaEngine.Source}. */
public final class TensorSource implements ReplicaEngine.Source {
    private static final long MEGABYTE = 1 << 20;

    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public boolean isThere() {
        return !TensorBackends.names().isEmpty();
    }

    @Override
    public Map<String, String> report() {
        List<String> backends = TensorBackends.names();
        Map<String, String> report = new LinkedHashMap<>();
        report.put(name(), backends.isEmpty() ? "none on the class path" : String.join(", ", backends));
        report.put("device", DeviceProbe.here().describe());
        report.put("openmp", openMp(System.getenv("OMP_NUM_THREADS")));
        report.put("native", natives(TensorBackends.nativeFolder()));
        return report;
    }

    @Override
    public ReplicaEngine open(Device device, Consumer<String> say) {
        return TensorEngine.open(device, say);
    }

    /** Threads per ND4J operation, as the OpenMP libraries read them from the environment. */
    static String openMp(String variable) {
        return variable == null || variable.isBlank()
                ? "a thread for each core (OMP_NUM_THREADS is not set)"
                : "OMP_NUM_THREADS=" + variable;
    }

    /** A folder of native libraries and its size. */
    static String natives(Path folder) {
        if (!Files.isDirectory(folder)) {
            return folder + " (nothing yet)";
        }
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes = files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            return folder + " (" + bytes / MEGABYTE + " MB)";
        } catch (IOException | UncheckedIOException e) {
            return folder + " (not readable)";
        }
    }
}
