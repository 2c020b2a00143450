package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.timeseries.ForecastReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Forecasts of a series of a user's own. */
@Command(
        name = "forecast",
        description = {
            "How well does linear autoregression forecast a series, do its intervals cover, and would it notice a stuck sensor? Reads a table"
                    + " with one row per time, 60 to 100000 at equal distances, below a line of names. Run it before any network."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook forecast engine.csv --column pressure --horizon 5"})
final class ForecastCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "column of the series (default: the only one, or the one beside equally spaced times)")
    private String column = "";

    @Option(names = "--horizon", paramLabel = "N", description = "rows ahead (default 1)")
    private int horizon = 1;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its tables as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        ForecastReport report = input.read(table -> ForecastReport.of(table, column, horizon));
        return ReportFiles.print(spec, report, out, input.stem() + "-forecast-");
    }
}
