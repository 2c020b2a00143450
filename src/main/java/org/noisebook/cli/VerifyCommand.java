package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Re-runs figures without the cache and compares. */
@Command(
        name = "verify",
        description = "Re-run figures without the cache and compare with the committed CSV and JSON, field by field.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  noisebook verify perceptron-density", "", "Exit status 1 if anything differs."})
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "figures to verify")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--preset", paramLabel = "quick|full|authors", description = "which edition (default quick)")
    private Preset preset = Preset.QUICK;

    @Option(names = "--in", paramLabel = "DIR", description = "folder of the files (default: the kit's figures folder)")
    private Path in = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        List<Story> figures = ids.stream().map(Catalogue::figure).toList();
        PrintWriter print = spec.commandLine().getOut();
        for (Story figure : figures) {
            Edition.checkPreset(figure, preset);
            for (String ending : List.of(".csv", ".json")) {
                Path file = preset.in(in).resolve(figure.id() + ending);
                if (!Files.isRegularFile(file)) {
                    throw new IOException(file + " is missing: nothing to verify");
                }
            }
        }
        return options.run(spec.commandLine().getErr(), Experiment.STANDARD_SEED, true, experiment -> {
            int status = 0;
            for (Story figure : figures) {
                Edition edition = Edition.drawn(figure, preset, experiment);
                Path folder = preset.in(in);
                String csv = figure.id() + ".csv";
                String json = figure.id() + ".json";
                List<String> differences = new ArrayList<>();
                differences.addAll(Differences.ofCsv(csv, Files.readString(folder.resolve(csv)), edition.csv()));
                differences.addAll(Differences.ofLines(json, Files.readString(folder.resolve(json)), edition.json()));
                differences.forEach(print::println);
                print.println(figure.id() + ": "
                        + (differences.isEmpty() ? "CSV and JSON reproduced" : differences.size() + " differences"));
                status = differences.isEmpty() ? status : Main.FAILURE;
            }
            return status;
        });
    }
}
