package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.noisebook.data.DataLibrary;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Origin;
import org.noisebook.linalg.Kernels;
import org.noisebook.tensor.DeviceProbe;
import org.noisebook.tensor.TensorBackends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs here. */
@Command(
        name = "info",
        description =
                "Print versions, cores, memory, vector support, what ND4J would compute on, and the folders of cache and data.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  noisebook info"})
final class InfoCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Origin origin = Origin.here();
        List<String> backends = TensorBackends.names();
        out.println("noisebook    " + origin.version());
        out.println("commit       " + origin.commit() + (origin.dirty() ? " (with changes)" : ""));
        out.println("java         " + origin.java());
        out.println("system       " + origin.system());
        out.println("cores        " + Runtime.getRuntime().availableProcessors());
        String kernelHeap = System.getProperty("noisebook.kernelHeap");
        out.println("heap         " + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB"
                + (kernelHeap == null ? "" : "; a kernel's " + kernelHeap + " MB, half of what is free now"));
        out.println("kernels      " + Kernels.fastest().describe());
        out.println("nd4j         " + (backends.isEmpty() ? "none on the class path" : String.join(", ", backends)));
        out.println("device       " + DeviceProbe.here().describe());
        out.println("openmp       " + openMp(System.getenv("OMP_NUM_THREADS")));
        out.println("native       " + natives(TensorBackends.nativeFolder()));
        out.println("cache        " + Cache.standardFolder());
        out.println("data         " + DataLibrary.standardFolder());
        return 0;
    }

    /** Threads of one ND4J operation, as the OpenMP libraries read them from the environment. */
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
