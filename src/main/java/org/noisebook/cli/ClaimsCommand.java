package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Judges all claims. */
@Command(
        name = "claims",
        description = "Judge every claim against the window fixed for it, print the table and write claims.csv.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A theory claim is reproduced if its whole 95 %% interval lies in the window around the theoretical value,",
            "not reproduced if wholly outside, else not resolved; a regression claim is reproduced within 3.3 combined",
            "standard errors of the reference. A claim that fails is printed as failed; the exit status stays 0.",
            "",
            "Examples:",
            "  noisebook claims",
            "  noisebook claims --check          exit 1 if claims.csv differs from what is computed"
        })
final class ClaimsCommand implements Callable<Integer> {
    private static final int DIGITS = 4;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--preset",
            paramLabel = "quick|full",
            description = "figures whose runs are judged (default quick)")
    private Preset preset = Preset.QUICK;

    @Option(names = "--check", description = "compare with the committed claims.csv and write nothing")
    private boolean check;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder of claims.csv (default: the kit's figures folder)")
    private Path out = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        Path file = preset.in(out).resolve("claims.csv");
        if (check && !Files.exists(file)) {
            throw new IOException(file + " is missing: run 'noisebook claims' and commit it");
        }
        if (!check) {
            ExperimentOptions.makeFolder(preset.in(out));
        }
        return options.run(spec.commandLine().getErr(), Experiment.STANDARD_SEED, false, experiment -> {
            List<Claim> claims = new ArrayList<>();
            for (Figure figure : Catalogue.figures()) {
                if (figure.presets().contains(preset)) {
                    claims.addAll(Edition.of(figure, preset, experiment).claims());
                }
            }
            Frame frame = Claim.frame(claims);
            print.print(Claim.summary(claims, DIGITS).print(DIGITS));
            for (Claim.Verdict verdict : Claim.Verdict.values()) {
                long count = claims.stream().filter(c -> c.verdict() == verdict).count();
                print.println(count + " " + verdict.text());
            }
            if (check) {
                return compare(file, frame);
            }
            WholeFile.write(file, target -> Files.writeString(target, frame.csv()));
            return 0;
        });
    }

    private int compare(Path file, Frame frame) throws IOException {
        List<String> differences =
                Differences.ofCsv(file.getFileName().toString(), Files.readString(file), frame.csv());
        differences.forEach(spec.commandLine().getOut()::println);
        return differences.isEmpty() ? 0 : Main.FAILURE;
    }
}
