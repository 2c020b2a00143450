package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.kernel.KernelProgram;
import org.noisebook.kernel.KernelSpecs;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The Jupyter kernel. */
@Command(
        name = "kernel",
        description = "Install the Jupyter kernel for Java, list installed kernels, or remove one.",
        subcommands = {
            KernelCommand.Install.class,
            KernelCommand.Listing.class,
            KernelCommand.Uninstall.class,
            KernelCommand.Start.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  noisebook kernel install                     for the user, under the name java",
            "  noisebook kernel install --prefix venv --name java-noisebook",
            "  noisebook kernel list",
            "  noisebook kernel uninstall"
        })
final class KernelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** Which folder and which name. */
    static final class Where {
        @ArgGroup
        private Folder folder = new Folder();

        @Option(names = "--name", paramLabel = "NAME", description = "what notebooks know it by (default java)")
        private String name = "java";

        private static final class Folder {
            @Option(names = "--user", description = "the user's own folder (default)")
            @SuppressWarnings("unused") // what happens without options
            private boolean user;

            @Option(names = "--sys-prefix", description = "the folder of the active Python environment")
            private boolean sysPrefix;

            @Option(names = "--prefix", paramLabel = "DIR", description = "DIR/share/jupyter/kernels")
            private Optional<Path> prefix = Optional.empty();
        }

        private Path path() throws IOException {
            if (folder.prefix.isPresent()) {
                if (folder.prefix.get().toString().isEmpty()) {
                    throw new IllegalArgumentException("--prefix must name a folder, got ''");
                }
                return KernelSpecs.prefixFolder(
                        folder.prefix.get().toAbsolutePath().normalize());
            }
            return folder.sysPrefix
                    ? KernelSpecs.here().sysPrefixFolder()
                    : KernelSpecs.here().userFolder();
        }
    }

    /** Installs. */
    @Command(
            name = "install",
            description = "Install the kernel, start it once and run a cell.",
            mixinStandardHelpOptions = true)
    static final class Install implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private Where where = new Where();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            Path folder = KernelSpecs.install(where.path(), where.name);
            out.println("kernel " + where.name + ": " + folder);
            out.println("JDK " + Runtime.version() + ": " + System.getProperty("java.home"));
            KernelSpecs.Trial trial = KernelSpecs.tryOut(folder);
            out.printf(Locale.ROOT, "one cell run: %s, %.1f s after the start%n", trial.result(), trial.seconds());
            return 0;
        }
    }

    /** Lists. */
    @Command(name = "list", description = "List the kernels that Jupyter finds.", mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {
        private static final int DIGITS = 6;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            List<KernelSpecs.Installed> kernels = KernelSpecs.here().list();
            if (kernels.isEmpty()) {
                spec.commandLine().getOut().println("no kernel is installed: noisebook kernel install");
                return 0;
            }
            Frame frame = new Frame("kernel", "what it is", "JDK", "folder");
            kernels.forEach(kernel -> frame.add(
                    kernel.name(),
                    kernel.displayName(),
                    kernel.java(),
                    kernel.folder().toString()));
            spec.commandLine().getOut().print(frame.print(DIGITS));
            return 0;
        }
    }

    /** Removes. */
    @Command(
            name = "uninstall",
            description = "Remove a kernel that this kit installed.",
            mixinStandardHelpOptions = true)
    static final class Uninstall implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private Where where = new Where();

        @Override
        public Integer call() throws IOException {
            spec.commandLine().getOut().println("removed " + KernelSpecs.uninstall(where.path(), where.name));
            return 0;
        }
    }

    /** What Jupyter calls. */
    @Command(
            name = "start",
            hidden = true,
            description = "Serve the front end of a Jupyter connection file.",
            mixinStandardHelpOptions = true)
    static final class Start implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "CONNECTION_FILE", description = "written by Jupyter")
        private Path connectionFile;

        @Override
        public Integer call() throws IOException, InterruptedException {
            KernelProgram.serve(connectionFile, spec.commandLine().getErr());
            return 0;
        }
    }
}
