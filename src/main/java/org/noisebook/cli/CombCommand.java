package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.experiment.Experiment;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.CombReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A comb of lines in a spectrum of a user's own. */
@Command(
        name = "comb",
        description = {
            "Do the lines of a spectrum stand at equal distances? Reads a table with a row per bin below a line of names: power, or real and"
                    + " imaginary parts, after equally spaced frequencies if you have them; answers with spacing, width and significance."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook comb spectrum.csv --out report"})
final class CombCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(names = "--level", paramLabel = "P", description = "accepted false-alarm rate (default 0.05)")
    private double level = 0.05;

    @Option(
            names = "--draws",
            paramLabel = "N",
            description = "shuffles behind each p (default: 99, or more if the level needs them)")
    private int draws;

    @Option(names = "--seed", paramLabel = "N", description = "root seed of the shuffles (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its table as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        CombReport report = input.read(
                table -> new CombReport(table, level, draws, Streams.of(seed).at("surrogates")));
        return ReportFiles.print(spec, report, out, input.stem() + "-comb-");
    }
}
