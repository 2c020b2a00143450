package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Run;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Runs;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variant;
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
            "  noisebook figures                                 all of them, the quickest first",
            "  noisebook figures --first                         four of them, as a first look",
            "  noisebook figures perceptron-exponents --preset full",
            "  noisebook figures network-phase-diagram --preset authors",
            "  noisebook figures network-topt --engine nd4j       into figures/nd4j-cpu or figures/nd4j-cuda",
            "  noisebook figures network-phase-diagram --preset authors --dry-run   the cost, on how many cores",
            "  noisebook figures network-phase-diagram --preset authors --shard 3/64",
            "  noisebook figures seed-layout --redraw --format pdf      for a journal",
            "  noisebook figures perceptron-trajectory --set dimension=32 --out mine",
            "  noisebook figures --list"
        })
final class FiguresCommand implements Callable<Integer> {
    private static final int DIGITS = 6;
    private static final double NANOS = 1e9;
    /** The one of the README, and three of the quickest. */
    private static final List<String> FIRST =
            List.of("perceptron-exponents", "perceptron-density", "diffusion-sdes", "benign-oscillation");

    /** What is written beside CSV and JSON. */
    private enum Format {
        SVG,
        PDF
    }

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "figures to regenerate (default: all)")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--preset",
            paramLabel = "quick|full|authors",
            description = "size of the figures (default quick); authors is the paper's own grid, if a figure has it")
    private Preset preset = Preset.QUICK;

    @Option(names = "--first", description = "only the four that are drawn first")
    private boolean first;

    @Option(names = "--list", description = "list the figures and do nothing")
    private boolean list;

    @Option(
            names = "--redraw",
            description =
                    "redraw from the existing CSV and the recipe in the SVG, without a run: after a change of the drawing code")
    private boolean redraw;

    @Option(
            names = "--format",
            paramLabel = "svg|pdf",
            description = "pdf also writes ID.pdf, for a journal (default svg: SVG and PNG)")
    private Format format = Format.SVG;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "your own value of a config field, or of a part such as network.width, for every run of the named"
                            + " figures that has this field; needs --out; repeat for more fields")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "folder of the files (default: the kit's figures folder, or a subfolder named after the engine if it"
                            + " is not exact)")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private EngineOptions engines = new EngineOptions();

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

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
        cluster.check(engines.isExact());
        if (!engines.isExact() && !engines.mayBeExact()) {
            checkKept();
        }
        checkVariant();
        List<Story> figures = figures();
        figures.forEach(figure -> Edition.checkPreset(figure, preset));
        PrintWriter err = spec.commandLine().getErr();
        Optional<ReplicaEngine> engine = engines.open(err);
        if (engine.filter(other -> engines.mayBeExact() && !isExact(other)).isPresent()) {
            checkKept();
        }
        Path folder = out.orElseGet(() -> ExperimentOptions.figuresFolder(engine));
        if (redraw) {
            return redraw(figures, folder);
        }
        if (cluster.isPart()) {
            return options.run(err, Experiment.STANDARD_SEED, cluster, exact -> {
                Experiment experiment = engine.map(exact::withEngine).orElse(exact);
                for (Story figure : figures) {
                    String name = figure.id() + " " + preset.text();
                    print.print(cluster.share(name, experiment, shard -> figure.shard(preset, shard)));
                    print.flush();
                }
                return 0;
            });
        }
        ExperimentOptions.makeFolder(preset.in(folder));
        if (ids.isEmpty() && preset == Preset.QUICK && figures.size() > FIRST.size()) {
            err.printf(
                    "%d figures into %s: about 16 minutes of CPU time if no run is cached, the quickest first%n",
                    figures.size(), folder);
        }
        return options.run(err, Experiment.STANDARD_SEED, cluster, exact -> {
            Experiment experiment = engine.map(exact::withEngine).orElse(exact);
            boolean shared = engine.isEmpty() && cluster.isLocal() && experiment.threads() > 1;
            draw(figures, experiment, folder, shared);
            if (ids.isEmpty() && out.isEmpty()) {
                print.println("noisebook site shows all committed figures on one page");
            }
            return 0;
        });
    }

    /** Draws figures one after another, or two at a time, which share the threads: one trains alone while the other has many runs. */
    private void draw(List<Story> figures, Experiment experiment, Path folder, boolean shared) throws IOException {
        long begin = System.nanoTime();
        if (!shared || figures.size() == 1) {
            for (int k = 0; k < figures.size(); k++) {
                announce(figures, k, k, begin);
                double processor = processorSeconds();
                String line = draw(figures.get(k), experiment, folder);
                say(line + String.format(Locale.ROOT, ", %.1f CPU s", processorSeconds() - processor));
            }
            return;
        }
        ExecutorService pair = Executors.newFixedThreadPool(2);
        AtomicInteger drawn = new AtomicInteger();
        try {
            CompletionService<Integer> ended = new ExecutorCompletionService<>(pair);
            for (int k = 0; k < figures.size(); k++) {
                int number = k;
                ended.submit(() -> {
                    announce(figures, number, drawn.get(), begin);
                    say(draw(figures.get(number), experiment, folder));
                    return drawn.incrementAndGet();
                });
            }
            for (int k = 0; k < figures.size(); k++) {
                ended.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted; finished runs are kept");
        } finally {
            pair.shutdownNow();
        }
        say(String.format(
                Locale.ROOT,
                "%d figures: %.0f s, %.0f CPU s",
                figures.size(),
                (System.nanoTime() - begin) / NANOS,
                processorSeconds()));
    }

    private void announce(List<Story> figures, int number, int drawn, long begin) {
        if (figures.size() > 1) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "figure %d of %d%s: %s%n",
                            number + 1,
                            figures.size(),
                            left((System.nanoTime() - begin) / NANOS, drawn, figures.size()),
                            figures.get(number).id());
        }
    }

    private void say(String line) {
        PrintWriter print = spec.commandLine().getOut();
        print.println(line);
        print.flush();
    }

    /** Draws a figure; its files and seconds. */
    private String draw(Story figure, Experiment experiment, Path folder) throws IOException {
        long start = System.nanoTime();
        String forecast = figure.forecast(preset, experiment);
        if (!forecast.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(figure.id() + ": " + forecast + (engines.isExact() ? "" : " (on the exact engine)"));
        }
        Edition edition = Edition.drawn(figure, preset, new Runs.Computed(experiment), Variant.parse(settings));
        edition.write(folder);
        String pdf = pdf(edition, folder);
        Path stem = preset.in(folder).resolve(figure.id());
        double seconds = (System.nanoTime() - start) / NANOS;
        return String.format(Locale.ROOT, "%s.{svg,png%s,csv,json}  %.1f s", stem, pdf, seconds);
    }

    private static double processorSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / NANOS;
    }

    /** The time that the figures left take if they take as long as those before; empty where none is drawn. */
    private static String left(double seconds, int drawn, int all) {
        return drawn == 0
                ? ""
                : String.format(Locale.ROOT, ", about %.0f min left", Math.ceil(seconds / drawn * (all - drawn) / 60));
    }

    private void checkVariant() {
        if (settings.isEmpty()) {
            return;
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("--set needs the ids of the figures that it changes");
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException(
                    "--set draws your own variant of a figure: name its folder with --out DIR");
        }
        if (redraw || cluster.isPart()) {
            throw new IllegalArgumentException("--set cannot be combined with --redraw, --shard or --dry-run");
        }
    }

    private int redraw(List<Story> figures, Path folder) throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        int status = 0;
        for (Story figure : figures) {
            Path stem = preset.in(folder).resolve(figure.id());
            Optional<Edition> edition = Edition.committed(figure.id(), preset, folder);
            if (edition.isPresent()) {
                edition.get().writePictures(folder);
                print.println(stem + ".{svg,png" + pdf(edition.get(), folder) + "}");
            } else {
                print.println(stem + ".svg: missing or without a recipe: draw it without --redraw first");
                status = ids.isEmpty() ? status : Main.FAILURE;
            }
        }
        return status;
    }

    /** Writes the PDF if it is asked for; what it adds to the list of endings. */
    private String pdf(Edition edition, Path folder) throws IOException {
        if (format != Format.PDF) {
            return "";
        }
        edition.writePdf(folder);
        return ",pdf";
    }

    private List<Story> figures() {
        if (!ids.isEmpty() && first) {
            throw new IllegalArgumentException("--first takes no ids");
        }
        List<String> named = ids.isEmpty() && first ? FIRST : ids;
        if (!named.isEmpty()) {
            return named.stream().map(Catalogue::figure).toList();
        }
        return Catalogue.figures().stream()
                .filter(figure -> figure.presets().contains(preset))
                .sorted(Comparator.comparingInt(
                        figure -> FIRST.contains(figure.id()) ? FIRST.indexOf(figure.id()) : FIRST.size()))
                .toList();
    }

    /** The committed figures stay, which are exact, and so do those that do not run on the other engine. */
    private static boolean isExact(ReplicaEngine engine) {
        return engine.engineClass().equals(Run.EXACT_ENGINE);
    }

    private void checkKept() throws IOException {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException(
                    "--engine " + engines.text() + " needs the ids of the figures, because not all of them run on it");
        }
        if (out.isPresent()) {
            for (Preset committed : Preset.values()) {
                if (ExperimentOptions.isSameFolder(
                        preset.in(out.get()), committed.in(ExperimentOptions.figuresFolder()))) {
                    throw new IllegalArgumentException("--out " + out.get()
                            + " would overwrite the committed figures, which are exact: name another folder");
                }
            }
        }
    }
}
