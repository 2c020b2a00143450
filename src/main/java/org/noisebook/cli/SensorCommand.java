package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.Npy;
import org.noisebook.timeseries.SensorReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The noise of a user's own sensor. */
@Command(
        name = "sensor",
        description = {
            "How much shot, read and row noise does a sensor have, and does its read noise have heavy tails? Reads two arrays (frame, row, column): dark"
                    + " frames, and flat frames in pairs of equal exposure."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook sensor dark.npy flat.npy --out report"})
final class SensorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DARK", description = "dark frames, .npy")
    private Path dark;

    @Parameters(index = "1", paramLabel = "FLAT", description = "flat frames, 2k and 2k + 1 of equal exposure, .npy")
    private Path flat;

    @Option(
            names = "--step",
            paramLabel = "Q",
            description = "step of rounding, 0 for none (default: the smallest difference between dark values)")
    private Optional<Double> step = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its table as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        SensorReport report;
        try {
            report = new SensorReport(Npy.read(dark), Npy.read(flat), step);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(dark + ", " + flat + ": " + e.getMessage(), e);
        }
        return ReportFiles.print(spec, report, out, "sensor-");
    }
}
