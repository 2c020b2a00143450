package org.noisebook.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.noisebook.data.DataLibrary;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Origin;
import org.noisebook.linalg.Kernels;
import org.noisebook.model.ReplicaEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs here. */
@Command(
        name = "info",
        description =
                "Print versions, cores, memory, vector support, the devices of ND4J and OpenCL, and the folders of cache and data.",
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
        out.println("noisebook    " + origin.version());
        out.println("commit       " + origin.commit() + (origin.dirty() ? " (with changes)" : ""));
        out.println("java         " + origin.java());
        out.println("system       " + origin.system());
        out.println("cores        " + Runtime.getRuntime().availableProcessors());
        String kernelHeap = System.getProperty("noisebook.kernelHeap");
        out.println("heap         " + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB"
                + (kernelHeap == null ? "" : "; a kernel's " + kernelHeap + " MB, half of what is free now"));
        out.println("kernels      " + Kernels.fastest().describe());
        report("nd4j", EngineOptions.HOW_TO_BUILD, out);
        report("opencl", EngineOptions.HOW_TO_BUILD_OPENCL, out);
        out.println("cache        " + Cache.standardFolder());
        out.println("data         " + DataLibrary.standardFolder());
        return 0;
    }

    private static void report(String library, String howToBuild, PrintWriter out) {
        ReplicaEngine.Source.named(library)
                .map(ReplicaEngine.Source::report)
                .orElse(Map.of(library, "not in this build: " + howToBuild))
                .forEach((heading, text) -> out.printf("%-12s %s%n", heading, text));
    }
}
