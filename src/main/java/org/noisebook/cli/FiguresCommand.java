package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Regenerates figures. */
@Command(
        name = "figures",
        description = "Regenerate figures: SVG, PNG, the CSV of what is plotted, and JSON provenance.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook figures                                 all of them",
            "  noisebook figures perceptron-exponents --preset full",
            "  noisebook figures network-phase-diagram --preset authors",
            "  noisebook figures --list"
        })
final class FiguresCommand implements Callable<Integer> {
    private static final int DIGITS = 6;
    private static final double NANOS = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "figures to regenerate (default: all)")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--preset",
            paramLabel = "quick|full|authors",
            description =
                    "size of the figures (default quick); authors is the source's own grid, where a figure has it")
    private Preset preset = Preset.QUICK;

    @Option(names = "--list", description = "list the figures and do nothing")
    private boolean list;

    @Option(names = "--out", paramLabel = "DIR", description = "where the files go (default: the kit's figures folder)")
    private Path out = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        if (list) {
            Frame frame = new Frame("figure", "what it shows");
            Catalogue.figures().forEach(figure -> frame.add(figure.id(), figure.title()));
            print.print(frame.print(DIGITS));
            return 0;
        }
        List<Figure> figures = ids.isEmpty()
                ? Catalogue.figures().stream()
                        .filter(figure -> figure.presets().contains(preset))
                        .toList()
                : ids.stream().map(Catalogue::figure).toList();
        figures.forEach(figure -> Edition.checkPreset(figure, preset));
        ExperimentOptions.makeFolder(preset.in(out));
        return options.run(spec.commandLine().getErr(), Experiment.STANDARD_SEED, false, experiment -> {
            for (Figure figure : figures) {
                long start = System.nanoTime();
                String forecast = figure.forecast(preset, experiment);
                if (!forecast.isEmpty()) {
                    spec.commandLine().getErr().println(figure.id() + ": " + forecast);
                }
                Edition.of(figure, preset, experiment).write(out);
                double seconds = (System.nanoTime() - start) / NANOS;
                Path stem = preset.in(out).resolve(figure.id());
                print.printf(Locale.ROOT, "%s.{svg,png,csv,json}  %.1f s%n", stem, seconds);
            }
            return 0;
        });
    }
}
