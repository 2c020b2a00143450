package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.CacheFolder;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The cache of results. */
@Command(
        name = "cache",
        description = "List the cached results, add those of other caches, or delete those that this kit cannot read.",
        subcommands = {CacheCommand.Listing.class, CacheCommand.Merge.class, CacheCommand.Prune.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  noisebook cache list",
            "  noisebook cache merge shards/1 shards/2",
            "  noisebook cache prune --unused",
            "",
            "The cache is the folder NOISEBOOK_CACHE, else noisebook in the user's cache folder."
        })
final class CacheCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** The version of every study of this kit. */
    private static Map<String, Integer> versions() {
        return Catalogue.studies().stream().collect(Collectors.toMap(Study::id, Study::version));
    }

    /** Lists. */
    @Command(
            name = "list",
            description = "List the results by study and version.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook cache list"})
    static final class Listing implements Callable<Integer> {
        private static final int DIGITS = 6;
        private static final double MEGABYTE = 1e6;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            Map<String, Integer> versions = versions();
            Frame frame = new Frame("study", "version", "runs", "files", "MB", "used");
            for (CacheFolder.Book book : new CacheFolder(Cache.standardFolder()).books()) {
                frame.add(
                        book.study(),
                        book.version(),
                        book.runs(),
                        book.files().size(),
                        Math.round(book.bytes() / MEGABYTE * 10) / 10.0,
                        book.isUsed(versions) ? "yes" : "no");
            }
            spec.commandLine()
                    .getOut()
                    .print(frame.rows() == 0 ? "no results in " + Cache.standardFolder() + "\n" : frame.print(DIGITS));
            return 0;
        }
    }

    /** Merges. */
    @Command(
            name = "merge",
            description = "Add the results of other cache folders, all or none; those folders stay as they are.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook cache merge shards/1 shards/2"})
    static final class Merge implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(arity = "1..*", paramLabel = "DIR", description = "folders such as NOISEBOOK_CACHE named elsewhere")
        private List<Path> folders = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            Path into = Cache.standardFolder();
            List<CacheFolder> from = folders.stream().map(CacheFolder::new).toList();
            long added = new CacheFolder(into)
                    .merge(
                            from,
                            versions(),
                            message -> spec.commandLine().getErr().println("noisebook: " + message));
            spec.commandLine().getOut().println(added + " results added to " + into);
            return 0;
        }
    }

    /** Prunes. */
    @Command(
            name = "prune",
            description = "Delete results.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook cache prune --unused"})
    static final class Prune implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(
                names = "--unused",
                required = true,
                description = "delete results of studies and versions that this kit does not have")
        private boolean unused;

        @Override
        public Integer call() throws IOException {
            Map<String, Integer> versions = versions();
            boolean deleted = false;
            for (CacheFolder.Book book : new CacheFolder(Cache.standardFolder()).books()) {
                if (!book.isUsed(versions)) {
                    for (Path file : book.files()) {
                        deleted |= Files.deleteIfExists(file);
                        spec.commandLine().getOut().println("deleted " + file);
                    }
                }
            }
            if (!deleted) {
                spec.commandLine().getOut().println("nothing to delete in " + Cache.standardFolder());
            }
            return 0;
        }
    }
}
