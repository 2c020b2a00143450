package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Json;
import org.noisebook.experiment.Origin;
import org.noisebook.figure.Story;
import org.noisebook.report.SeedReportPlate;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Columns;
import org.noisebook.runs.Observations;
import org.noisebook.seeds.FalseDiscovery;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SourceTable;
import org.noisebook.seeds.report.SeedReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The seed report on a table of a user's own. */
@Command(
        name = "seeds",
        description = {
            "How much of a score is due to the random seed, would the same seeds win again, and which stand out by more than luck?"
                    + " Reads a table with one row per run, whatever program made it, and answers in plain words.",
            "",
            "The first line names the columns. Rows may come in any order; several rows of the same seed and condition are repeats. Rows"
                    + " without a score (empty, NA, NaN) and leading lines that begin with # are skipped."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook seeds runs.csv --seed-column seed --condition-column model \\",
            "      --response accuracy",
            "    24 seeds, each with 6 models: how much does the seed matter, and is any seed good?",
            "",
            "  noisebook seeds runs.csv --seed-column init --seed-column split \\",
            "      --response error --lower-is-better --transform log",
            "    separate seeds for initialisation and data split: which one moves the error?",
            "",
            "  noisebook seeds runs.csv --seed-column seed --response loss \\",
            "      --lower-is-better --out report",
            "    one run per seed; report, tables and figure go to the folder report"
        })
final class SeedsCommand implements Callable<Integer> {

    /** How false finds are kept rare over many seeds. */
    private enum Correction {
        /** Benjamini and Hochberg. */
        BH(FalseDiscovery.Correction.BENJAMINI_HOCHBERG),
        /** Benjamini and Yekutieli. */
        BY(FalseDiscovery.Correction.BENJAMINI_YEKUTIELI);

        private final FalseDiscovery.Correction method;

        Correction(FalseDiscovery.Correction method) {
            this.method = method;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(
            names = "--seed-column",
            paramLabel = "NAME",
            required = true,
            description =
                    "column of the seeds; if several sources have their own seeds, such as init, order and data, and every"
                            + " combination was run, give it once for each")
    private List<String> seedColumns = new ArrayList<>();

    @Option(
            names = "--condition-column",
            paramLabel = "NAME",
            description =
                    "column of what differs between runs of the same seed: model, data set, prompt, …; repeat if several define it")
    private List<String> conditionColumns = new ArrayList<>();

    @Option(names = "--response", paramLabel = "NAME", required = true, description = "column of the score, a number")
    private String response = "";

    @Option(names = "--compare", hidden = true)
    private boolean compare;

    @Option(
            names = "--lower-is-better",
            description = "small scores are good (default for names such as loss, error and latency)")
    private boolean lower;

    @Option(names = "--higher-is-better", description = "large scores are good")
    private boolean higher;

    @Option(names = "--ignore", paramLabel = "NAME", description = "column to leave out")
    private List<String> ignore = new ArrayList<>();

    @Option(
            names = "--transform",
            paramLabel = "none|log|probit",
            description =
                    "analyse the logarithm of the score (errors, losses) or its probit (accuracies near 0 or 1); default none")
    private SeedReport.Transform transform = SeedReport.Transform.NONE;

    @Option(
            names = "--level",
            paramLabel = "P",
            description = "accepted false discovery rate, and level of tests (default 0.05)")
    private double level = 0.05;

    @Option(
            names = "--correction",
            paramLabel = "bh|by",
            description =
                    "control of false discoveries over many seeds: Benjamini-Hochberg, or Benjamini-Yekutieli, which is stricter"
                            + " (default bh)")
    private Correction correction = Correction.BH;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "number of best and worst seeds to show and to test on other conditions (default 6)")
    private int top = 6;

    @Option(names = "--draws", paramLabel = "N", description = "resamples behind intervals (default 1000)")
    private int draws = 1000;

    @Option(names = "--seed", paramLabel = "N", description = "root seed of the resampling (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "also write the report, its tables as CSV, and its figure as SVG and PNG")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        if (compare) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--compare is now a command: noisebook compare " + input.file()
                            + conditionColumns.stream()
                                    .map(name -> " --model " + name)
                                    .collect(Collectors.joining())
                            + seedColumns.stream()
                                    .map(name -> " --seed " + name)
                                    .collect(Collectors.joining())
                            + " --score " + response + (lower ? " --lower-is-better" : ""));
        }
        if (Files.isDirectory(input.file())) {
            throw new IOException("cannot read " + input.file() + ": it is a folder");
        }
        if (lower && higher) {
            throw new ParameterException(
                    spec.commandLine(), "--lower-is-better and --higher-is-better exclude each other");
        }
        Observations rows =
                input.read(table -> Observations.of(table, seedColumns, conditionColumns, response, ignore));
        SeedReport report = report(rows);
        String written = out.isPresent() ? write(report, out.get()) : "";
        PrintWriter print = spec.commandLine().getOut();
        print.print(lower || higher || Columns.isDirected(response) ? "" : Columns.ASSUMED + "\n");
        rows.notes().forEach(print::println);
        print.print(report.text());
        print.print(written);
        return 0;
    }

    private SeedReport report(Observations rows) {
        Stream stream = Streams.of(seed).at("bootstrap");
        SeedReport.Options options = new SeedReport.Options(
                seedColumns.get(0),
                String.join(" / ", conditionColumns),
                response,
                isLowerBetter(),
                transform,
                level,
                correction.method,
                top,
                draws);
        return seedColumns.size() > 1
                ? SeedReport.of(SourceTable.of(rows), options, stream)
                : SeedReport.of(SeedTable.of(rows), options, stream);
    }

    /** As said, or by the name of the score. */
    private boolean isLowerBetter() {
        return lower || !higher && Columns.isLowerBetter(response);
    }

    private String write(SeedReport report, Path folder) throws IOException {
        String stem = input.stem();
        Story.Drawing drawing = input.stamped(SeedReportPlate.of(report), seed);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(stem + "-seeds.txt", report.text());
        texts.put(stem + "-seeds.json", provenance(drawing));
        return ReportFiles.write(folder, stem + "-", report, texts, drawing);
    }

    private String provenance(Story.Drawing drawing) throws IOException {
        return new Json()
                .put("kit", "noisebook " + Origin.kitVersion())
                .put("file", input.file().getFileName().toString())
                .put("fileSha256", input.sha256())
                .put("seedColumns", seedColumns)
                .put("conditionColumn", String.join(" / ", conditionColumns))
                .put("response", response)
                .put("lowerIsBetter", isLowerBetter())
                .put("transform", transform.name().toLowerCase(Locale.ROOT))
                .put("level", Numbers.format(level))
                .put("correction", correction.name().toLowerCase(Locale.ROOT))
                .put("top", top)
                .put("draws", draws)
                .put("rootSeed", seed)
                .put("caption", drawing.caption())
                .text();
    }
}
