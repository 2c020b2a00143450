package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.experiment.Experiment;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.SeriesReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Early warning in a series of a user's own. */
@Command(
        name = "warn",
        description = {
            "Does a series return more slowly after kicks than it did, as before a tipping point? Reads a table with one row per time, at"
                    + " equal distances, below a line of names, and answers with the false-alarm rate at that length."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook warn lake.csv --column depth --anomalies --out report"})
final class WarnCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "column of the series (default: the only one, or the one beside equally spaced times)")
    private String column = "";

    @Option(names = "--level", paramLabel = "P", description = "accepted false-alarm rate (default 0.05)")
    private double level = 0.05;

    @Option(names = "--draws", paramLabel = "N", description = "simulated series behind each p (default 199)")
    private int draws = 199;

    @Option(names = "--anomalies", description = "also look for single values that stand out")
    private boolean anomalies;

    @Option(names = "--seed", paramLabel = "N", description = "root seed of the simulated series (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its tables as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        SeriesReport report = input.read(table -> SeriesReport.of(
                table, column, level, draws, anomalies, Streams.of(seed).at("surrogates")));
        return ReportFiles.print(spec, report, out, input.stem() + "-warn-");
    }
}
