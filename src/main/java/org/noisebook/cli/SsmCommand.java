package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.MatrixFile;
import org.noisebook.data.Npy;
import org.noisebook.data.NumberArray;
import org.noisebook.experiment.Experiment;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.StateSpaceReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A state-space model of a user's own. */
@Command(
        name = "ssm",
        description = {
            "Can a state-space model x' = Ax + Bu be diagonalised, which resonances would a grid of frequencies miss, and how far do the"
                    + " usual approximations err? Reads A, n x n with n from 2 to 100, real and stable, and B, n numbers, as .npy or CSV without names."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: noisebook ssm A.npy B.npy --out report"})
final class SsmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "the matrix of the states")
    private Path matrix;

    @Parameters(index = "1", paramLabel = "B", description = "the drive of the states")
    private Path drive;

    @Option(names = "--seed", paramLabel = "N", description = "root seed of the perturbations (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(names = "--out", paramLabel = "DIR", description = "also write the report and its tables as CSV")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        StateSpaceReport report;
        try {
            report = new StateSpaceReport(
                    MatrixFile.read(matrix), drive(), Streams.of(seed).at("perturbation"));
        } catch (IllegalArgumentException e) {
            Path blamed = String.valueOf(e.getMessage()).startsWith("B ") ? drive : matrix;
            throw new IllegalArgumentException(blamed + ": " + e.getMessage(), e);
        }
        return ReportFiles.print(spec, report, out, "ssm-");
    }

    private NumberArray drive() throws IOException {
        if (drive.toString().endsWith(".npy")) {
            return Npy.read(drive);
        }
        MatrixFile file = MatrixFile.read(drive);
        return NumberArray.of(new int[] {file.rows(), file.columns()}, file.values());
    }
}
