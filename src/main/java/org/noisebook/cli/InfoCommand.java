package org.noisebook.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.noisebook.data.DataLibrary;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Origin;
import org.noisebook.linalg.Kernels;
import org.noisebook.tensor.TensorBackends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs here. */
@Command(
        name = "info",
        description = "Print versions, vector support, ND4J backend, cores, memory, and the folders of cache and data.",
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
        out.println("heap         " + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB");
        out.println("kernels      " + Kernels.fastest().describe());
        out.println("nd4j         " + (backends.isEmpty() ? "none on the class path" : String.join(", ", backends)));
        out.println("cache        " + Cache.standardFolder());
        out.println("data         " + DataLibrary.standardFolder());
        return 0;
    }
}
