package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.timeseries.LinesReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lines in a user's own series. */
@Command(
        name = "lines",
        description = {
            "Which frequencies does a series hold? Reads a table of times, which may be uneven, and values below a line of names, and answers"
                    + " with each line, its interval and its false-alarm probability in white noise and in red noise. 20 to 5,000 values."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook lines star.csv --time day --column brightness --out report"})
final class LinesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(names = "--time", paramLabel = "NAME", description = "column of times (default: the first)")
    private String time = "";

    @Option(names = "--column", paramLabel = "NAME", description = "column of values (default: the only other one)")
    private String column = "";

    @Option(
            names = "--highest",
            paramLabel = "F",
            description =
                    "highest frequency (default: half the inverse of the median step; at most the Nyquist frequency)")
    private double highest;

    @Option(names = "--level", paramLabel = "P", description = "accepted chance of a false line (default 0.05)")
    private double level = 0.05;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its table as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        LinesReport report = input.read(table -> LinesReport.of(table, time, column, highest, level));
        return ReportFiles.print(spec, report, out, input.stem() + "-lines-");
    }
}
