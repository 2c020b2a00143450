package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.noisebook.data.DataFetch;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Frame;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The datasets. */
@Command(
        name = "data",
        description = "List the datasets, or download one that is not in the kit.",
        subcommands = {DataCommand.Listing.class, DataCommand.Fetch.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  noisebook data list",
            "  noisebook data fetch fashion-mnist",
            "  noisebook data fetch mnist",
            "",
            "Datasets that are not in the kit are in NOISEBOOK_DATA, else in the user's data folder."
        })
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** Lists. */
    @Command(
            name = "list",
            description = "List the datasets: content, size, licence and location.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook data list"})
    static final class Listing implements Callable<Integer> {
        private static final int DIGITS = 6;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Frame frame = new Frame("dataset", "what it is", "points", "shape", "classes", "licence", "where");
            for (DataSource source : DataSource.values()) {
                String shape =
                        Arrays.stream(source.shape()).mapToObj(String::valueOf).collect(Collectors.joining("x"));
                frame.add(
                        source.toString(),
                        source.title(),
                        source.isDrawn() ? "any" : String.valueOf(source.points()),
                        source.isDrawn() ? "any" : shape,
                        source.classes(),
                        source.licence(),
                        DataLibrary.standard().where(source));
            }
            spec.commandLine().getOut().print(frame.print(DIGITS));
            return 0;
        }
    }

    /** Fetches. */
    @Command(
            name = "fetch",
            description = "Download a dataset into the data folder: all of its files or none, checked by SHA-256.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook data fetch fashion-mnist"})
    static final class Fetch implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "fashion-mnist or mnist")
        private String name;

        @Override
        public Integer call() throws IOException {
            PrintWriter err = spec.commandLine().getErr();
            DataFetch fetch = DataFetch.of(DataSource.parse(name));
            String done = fetch.into(DataLibrary.standard(), message -> err.println("noisebook: " + message));
            spec.commandLine().getOut().println(done);
            return 0;
        }
    }
}
