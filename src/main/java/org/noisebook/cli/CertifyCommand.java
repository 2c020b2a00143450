package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.runs.CertifyReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Radii certified by counts of a smoothed classifier. */
@Command(
        name = "certify",
        description = {
            "Within which radius does no attack change the class of a smoothed classifier? Reads a table with columns sigma, n and hits: noise,"
                    + " draws, and how many of them had the class, one row per point."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook certify counts.csv --error 0.001 --out report"})
final class CertifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(
            names = "--error",
            paramLabel = "P",
            description = "probability that a certificate is wrong (default 0.001)")
    private double error = 0.001;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its table as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        CertifyReport report = input.read(table -> new CertifyReport(table, error));
        return ReportFiles.print(spec, report, out, input.stem() + "-certify-");
    }
}
