package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Quoted;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Origin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The commands of the program: {@code noisebook studies | figures | run | claims | claim | vary | verify | export | docs | site | compare | seeds | warn | regime | field | holdout | data | cache | info | kernel}.
 */
@Command(
        name = "noisebook",
        description = "The physics of noise in learning and generation: phase diagrams, exponents and figures.",
        mixinStandardHelpOptions = true,
        versionProvider = CommandTree.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  noisebook figures perceptron-exponents      regenerate one figure",
            "  noisebook run perceptron --set chi=0,1,2 --set trainSize=512,1024 --replicas 8",
            "  noisebook claims                            which claims agree, disagree or are undecided",
            "  noisebook vary                              which papers' main claims hold",
            "  noisebook claim add claims.toml             your own claims on its studies",
            "  noisebook compare runs.csv                  which model is better",
            "  noisebook seeds runs.csv --seed-column seed --response accuracy",
            "  noisebook warn series.csv                   is a tipping point near?",
            "  noisebook regime before.npz after.npz       was this training lazy or rich?",
            "  noisebook field points.csv                  train a field on your points",
            "  noisebook holdout --rows 1000 --submissions 100   how far can scores flatter?",
            "  noisebook denoise pictures.npy --noise gaussian   denoise without clean pictures",
            "",
            "Exit status: 0 done, 1 failure or difference, 2 wrong usage, 130 interrupted."
        })
final class CommandTree implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            StudiesCommand.class,
            FiguresCommand.class,
            RunCommand.class,
            ClaimsCommand.class,
            ClaimCommand.class,
            VaryCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            DocsCommand.class,
            SiteCommand.class,
            CompareCommand.class,
            SeedsCommand.class,
            WarnCommand.class,
            CombCommand.class,
            SsmCommand.class,
            HurstCommand.class,
            ForecastCommand.class,
            LinesCommand.class,
            CertifyCommand.class,
            SensorCommand.class,
            RegimeCommand.class,
            FieldCommand.class,
            HoldoutCommand.class,
            DenoiseCommand.class,
            DataCommand.class,
            CacheCommand.class,
            InfoCommand.class,
            KernelCommand.class);
    /** The parser's list, which help writes in lower case. */
    private static final Pattern CHOICES = Pattern.compile("\\[[A-Z0-9_, ]+] \\(case-insensitive\\)");

    @Spec
    private CommandSpec spec;

    private CommandTree() {}

    /** Runs a command with its own output and error, and gives the exit status. */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new CommandTree());
        // Reading the options of all takes longer than most commands.
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .toList();
        (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setUnmatchedOptionsArePositionalParams(false);
        line.registerConverter(Path.class, CommandTree::path);
        line.setParameterExceptionHandler((exception, args) -> {
            err.println("noisebook: " + oneLine(misuse(exception), arguments));
            return Main.USAGE;
        });
        line.setExecutionExceptionHandler((exception, command, result) -> {
            if (System.getenv("NOISEBOOK_DEBUG") != null) {
                exception.printStackTrace(err);
            }
            return explain(err, exception, arguments);
        });
        try {
            for (int k = 0; k < arguments.length; k++) {
                if (arguments[k].matches("(--[a-z-]+=)?")) {
                    String option = arguments[k].isEmpty() && k > 0 ? arguments[k - 1] : arguments[k];
                    String name = option.matches("--[a-z-]+=?") ? option.replace("=", "") : "an argument";
                    err.println("noisebook: " + name + " must have a value, got '' (see 'noisebook --help')");
                    return Main.USAGE;
                }
            }
            int status = line.execute(arguments);
            if (out.checkError()) {
                err.println("noisebook: cannot write to standard output");
                return Main.FAILURE;
            }
            return status;
        } catch (ServiceConfigurationError e) {
            String cause = e.getCause() == null ? "" : ": " + e.getCause();
            err.println("noisebook: META-INF/services/" + oneLine(e.getMessage() + cause, arguments));
            return Main.FAILURE;
        } catch (OutOfMemoryError e) {
            err.println("noisebook: out of memory: lower the sizes or --threads, or raise the heap with"
                    + " NOISEBOOK_JAVA_OPTS=-Xmx…");
            return Main.FAILURE;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static String misuse(CommandLine.ParameterException exception) {
        CommandLine line = exception.getCommandLine();
        String help = "'" + line.getCommandSpec().qualifiedName() + " --help'";
        if (exception instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !line.getSubcommands().isEmpty()) {
            var names = line.getSubcommands().keySet();
            String name = unmatched.getUnmatched().get(0);
            return NearestNames.unknown("command", name, names, help + " lists them")
                    .getMessage();
        }
        String message = String.valueOf(exception.getMessage())
                .replaceFirst("is not an? (int|long)$", "is not a whole number")
                .replaceFirst(
                        "^positional parameter at index \\S+ \\((\\w+)\\) requires at least", "$1 needs at least");
        Matcher choices = CHOICES.matcher(message);
        return choices.replaceFirst(
                        list -> list.group().toLowerCase(Locale.ROOT).replace('_', '-')) + " (see " + help + ")";
    }

    /** A place that was meant. */
    private static Path path(String text) {
        if (text.isBlank()) {
            throw new CommandLine.TypeConversionException("must name a file or folder, got '" + text + "'");
        }
        return Path.of(text);
    }

    private static int explain(PrintWriter err, Throwable exception, String... arguments) {
        boolean misused = exception instanceof IllegalArgumentException;
        if (misused || exception instanceof CancellationException) {
            err.println("noisebook: " + oneLine(exception.getMessage(), arguments));
            return misused ? Main.USAGE : Main.INTERRUPTED;
        }
        if (exception instanceof UncheckedIOException io) {
            return explain(err, io.getCause(), arguments);
        }
        if (exception instanceof FileSystemException io) {
            err.println("noisebook: " + oneLine(io.getFile() + ": " + WholeFile.reason(io), arguments));
            return Main.FAILURE;
        }
        if (exception instanceof IOException || exception instanceof LocalRunner.OutOfMemoryException) {
            err.println("noisebook: " + oneLine(exception.getMessage(), arguments));
            return Main.FAILURE;
        }
        err.println("noisebook: unexpected failure: " + oneLine(String.valueOf(exception), arguments)
                + " (NOISEBOOK_DEBUG=1 shows where)");
        return Main.FAILURE;
    }

    /** A message as one line, in which an argument, its value or a word is cut short where it is long. */
    private static String oneLine(String message, String... arguments) {
        String line = String.valueOf(message);
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            line = line.replace(argument, Quoted.of(argument)).replace(value, Quoted.of(value));
        }
        return line.replaceAll("\\s*\\R\\s*", "; ").replaceAll("(\\S{200})\\S{200,}", "$1…");
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is needed");
    }

    /** Prints the kit's version. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"noisebook " + Origin.kitVersion()};
        }
    }
}
