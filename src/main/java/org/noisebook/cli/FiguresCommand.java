package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.model.ReplicaEngine;
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
            "  noisebook figures network-topt --engine nd4j       into figures/nd4j-cpu or figures/nd4j-cuda",
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

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "where the files go (default: the kit's figures folder, or in it a folder of the engine's class if it"
                            + " is not exact)")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private EngineOptions engines = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        if (list) {
            Frame frame = new Frame("figure", "what it shows");
            Catalogue.figures().forEach(figure -> frame.add(figure.id(), figure.title()));
            print.print(frame.print(DIGITS));
            return 0;
        }
        engines.check(options);
        if (!engines.isExact()) {
            checkKept();
        }
        List<Figure> figures = ids.isEmpty()
                ? Catalogue.figures().stream()
                        .filter(figure -> figure.presets().contains(preset))
                        .toList()
                : ids.stream().map(Catalogue::figure).toList();
        figures.forEach(figure -> Edition.checkPreset(figure, preset));
        PrintWriter err = spec.commandLine().getErr();
        Optional<ReplicaEngine> engine = engines.open(err);
        Path folder = out.orElseGet(() -> ExperimentOptions.figuresFolder(engine));
        ExperimentOptions.makeFolder(preset.in(folder));
        return options.run(err, Experiment.STANDARD_SEED, false, exact -> {
            Experiment experiment = engine.map(exact::withEngine).orElse(exact);
            for (Figure figure : figures) {
                long start = System.nanoTime();
                String forecast = figure.forecast(preset, experiment);
                if (!forecast.isEmpty()) {
                    err.println(figure.id() + ": " + forecast + (engines.isExact() ? "" : " (on the exact engine)"));
                }
                Edition.of(figure, preset, experiment).write(folder);
                double seconds = (System.nanoTime() - start) / NANOS;
                Path stem = preset.in(folder).resolve(figure.id());
                print.printf(Locale.ROOT, "%s.{svg,png,csv,json}  %.1f s%n", stem, seconds);
            }
            return 0;
        });
    }

    /** The committed figures stay, which are exact, and so do those that do not run on the other engine. */
    private void checkKept() throws IOException {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("--engine nd4j needs the ids of the figures: not all of them run on it");
        }
        if (out.isPresent()) {
            for (Preset committed : Preset.values()) {
                if (ExperimentOptions.isSameFolder(
                        preset.in(out.get()), committed.in(ExperimentOptions.figuresFolder()))) {
                    throw new IllegalArgumentException("--out " + out.get()
                            + " would write over the committed figures, which are exact: name another folder");
                }
            }
        }
    }
}
