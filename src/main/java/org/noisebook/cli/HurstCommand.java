package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.timeseries.HurstReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The Hurst index of a user's own series. */
@Command(
        name = "hurst",
        description = {
            "How rough is a path, and does it have memory? Reads a table with one row per time, at equal distances, below a line of names, and answers"
                    + " with the Hurst index H (1/2: random walk), its interval, and how many values a better answer needs. 40 to 10,000 values."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook hurst series.csv --column level --out report"})
final class HurstCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "column of the series (default: the only one, or the one beside equally spaced times)")
    private String column = "";

    @Option(names = "--noise", description = "the values are increments, not a path")
    private boolean noise;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its table as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        HurstReport report = input.read(table -> HurstReport.of(table, column, noise));
        return ReportFiles.print(spec, report, out, input.stem() + "-hurst-");
    }
}
