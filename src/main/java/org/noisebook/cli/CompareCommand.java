package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.compare.Comparison;
import org.noisebook.compare.ComparisonReport;
import org.noisebook.compare.Curves;
import org.noisebook.compare.Family;
import org.noisebook.compare.ItemReport;
import org.noisebook.compare.RunReader;
import org.noisebook.compare.RunTable;
import org.noisebook.compare.SeedPlan;
import org.noisebook.compare.Stopping;
import org.noisebook.data.Quoted;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Story;
import org.noisebook.notebook.Displays;
import org.noisebook.report.ComparisonPlate;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Columns;
import org.noisebook.runs.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Models compared on a table of a user's own. */
@Command(
        name = "compare",
        description = {
            "Which model is better, on which tasks, after how many seeds? Reads a table with one row per run, whatever program made it. The"
                    + " first three lines answer, and the answer stays valid if you look again after more seeds.",
            "",
            "Roles of columns are guessed from their names and printed first; options correct them. Failed runs (inf, NaN, no score) count."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook compare runs.csv",
            "    columns such as model, dataset, seed and accuracy",
            "",
            "  noisebook compare runs.csv --model method --task env --seed seed --score return --max 50",
            "    look after every seed, 50 at most",
            "",
            "  noisebook compare --plan --effect 0.5 --models 3 --tasks 6",
            "    before any run: how many seeds find half a standard deviation?",
            "",
            "  noisebook compare wandb.csv --score val/loss --keep best:val/loss --baseline adam",
            "    training histories; every method against one",
            "",
            "  noisebook compare answers.csv --item question --cluster text",
            "    a row for each answer, right or wrong; questions on one text go together",
            "",
            "  noisebook compare runs.csv --planned 10 --out report",
            "    ten seeds were fixed beforehand; text, Markdown, LaTeX, CSV and a page go to the folder report"
        })
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Mixin
    private PlanOptions before;

    @Option(names = "--model", paramLabel = "NAME", description = "column of the model; repeat if several define it")
    private List<String> model = new ArrayList<>();

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "column of the task or data set; repeat if several define it")
    private List<String> task = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "NAME", description = "column of the seed; repeat if several define it")
    private List<String> seed = new ArrayList<>();

    @Option(
            names = "--fold",
            paramLabel = "NAME",
            description = "column of cross-validation folds, which are not seeds")
    private Optional<String> fold = Optional.empty();

    @Option(names = "--test-share", paramLabel = "P", description = "share of the data that a fold tests (default 1/k)")
    private Optional<Double> testShare = Optional.empty();

    @Option(
            names = "--score",
            paramLabel = "NAME",
            description =
                    "column of the score; several are a wide table, or as many answers if they are measurements such as accuracy and loss")
    private List<String> score = new ArrayList<>();

    @Option(names = "--item", paramLabel = "NAME", description = "column of the item, if rows are single questions")
    private List<String> item = new ArrayList<>();

    @Option(names = "--cluster", paramLabel = "NAME", description = "column that says which items go together")
    private List<String> cluster = new ArrayList<>();

    @Option(names = "--step", paramLabel = "NAME", description = "column of the step, if rows are histories")
    private Optional<String> step = Optional.empty();

    @Option(
            names = "--keep",
            paramLabel = "last|best:NAME|mean:K|auc",
            description =
                    "score of a history: at the last step, where another column is best, the mean of the last K, or the area under the curve (default last)")
    private String keep = "last";

    @Option(
            names = "--wide",
            paramLabel = "model|task|seed|run",
            description = "what the names of several score columns stand for")
    private Optional<String> wide = Optional.empty();

    @Option(
            names = "--run-name",
            paramLabel = "PATTERN",
            description = "pattern of run names, such as {model}_{task}_s{seed}; {*} matches anything")
    private Optional<String> runName = Optional.empty();

    @Option(names = "--ignore", paramLabel = "NAME", description = "column to leave out")
    private List<String> ignore = new ArrayList<>();

    @Option(names = "--fresh", description = "equal seeds of different models are unrelated")
    private boolean fresh;

    @Option(
            names = "--lower-is-better",
            description = "lower scores are better (default for names such as loss and error)")
    private boolean lower;

    @Option(names = "--higher-is-better", description = "large scores are good")
    private boolean higher;

    @Option(
            names = "--baseline",
            paramLabel = "MODEL",
            description = "compare each model only with this one (default: all pairs)")
    private Optional<String> baseline = Optional.empty();

    @Option(
            names = "--max",
            paramLabel = "N",
            description =
                    "largest number of seeds, declared before the first look; of more, the first so many count (default: none)")
    private Optional<Integer> max = Optional.empty();

    @Option(
            names = "--planned",
            paramLabel = "N",
            description = "the number of seeds was fixed beforehand: one look; of more, the first so many count")
    private Optional<Integer> planned = Optional.empty();

    @Option(
            names = "--boundary",
            paramLabel = "any|late",
            description = "late: early verdicts are rare, more power at --max (default any)")
    private String boundary = "any";

    @Option(names = "--level", paramLabel = "P", description = "chance of any false verdict (default 0.05)")
    private double level = 0.05;

    @Option(
            names = "--over",
            paramLabel = "seeds|tasks",
            description =
                    "tasks: they are a random sample, and the question is which model is better on tasks like these (default seeds)")
    private String over = "seeds";

    @Option(
            names = "--control",
            paramLabel = "any|share",
            description = "share: keep the share of false verdicts at the level, not the chance of any (default any)")
    private String control = "any";

    @Option(
            names = "--gamma",
            paramLabel = "P",
            description = "share of wins above which a difference matters (default 0.75)")
    private double gamma = 0.75;

    @Option(
            names = "--goal",
            paramLabel = "X",
            description = "goal of the optimality gap (default 1 for scores in [0, 1])")
    private Optional<Double> goal = Optional.empty();

    @Option(names = "--draws", paramLabel = "N", description = "resamples behind intervals (default 2000)")
    private int draws = 2000;

    @Option(names = "--root-seed", paramLabel = "N", description = "root seed of the resampling (default 1)")
    private long rootSeed = Experiment.STANDARD_SEED;

    @Option(
            names = "--format",
            paramLabel = "text|markdown|latex|csv|html",
            description = "format of the printed report (default text)")
    private String format = "text";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "also write text, Markdown, LaTeX, tables as CSV, the figure, and one self-contained HTML page")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        oneOf("--format", format, "text", "markdown", "latex", "csv", "html");
        Optional<SeedPlan> plan =
                before.plan(input.hasFile(), baseline.isPresent(), level, max.orElse(0), Streams.of(rootSeed));
        if (plan.isPresent() && (out.isPresent() || format.equals("html"))) {
            throw usage("--plan prints text, markdown, latex or csv, and has no figure");
        }
        if (plan.isPresent()) {
            print(plan.get(), "plan");
            return 0;
        }
        Comparison.Options options = options();
        RunReader.Said said = said();
        Optional<ItemReport> items = input.read(read -> ItemReport.of(
                read, said, item, cluster, baseline, level, Streams.of(rootSeed).at("flips")));
        if (items.isPresent()) {
            if (format.equals("html") || max.isPresent() || planned.isPresent()) {
                throw usage("items have no --format html, and no --max or --planned: they are looked at once");
            }
            print(items.get(), "pairs");
            if (out.isPresent()) {
                spec.commandLine()
                        .getOut()
                        .print(ReportFiles.write(out.get(), input.stem() + "-compare-", items.get()));
            }
            return 0;
        }
        if (wide.isPresent() || !Columns.areMeasures(score)) {
            answer(said, options, "");
            return 0;
        }
        PrintWriter print = spec.commandLine().getOut();
        for (String name : score) {
            if (format.equals("text")) {
                print.print((name.equals(score.get(0)) ? "" : "\n") + "Score " + Quoted.of(name) + " ("
                        + (1 + score.indexOf(name)) + " of " + score.size() + ", each at a level of its own)\n\n");
            }
            answer(said.ofScore(name), options, "-" + name.replaceAll("[^A-Za-z0-9_.-]+", "-"));
        }
        return 0;
    }

    private void print(Report report, String table) {
        spec.commandLine()
                .getOut()
                .print(
                        switch (format) {
                            case "markdown" -> report.markdown();
                            case "latex" -> report.latex();
                            case "csv" -> report.frames().get(table).csv();
                            default -> report.text();
                        });
    }

    /** One table and its answer. */
    private void answer(RunReader.Said said, Comparison.Options options, String suffix) throws IOException {
        RunTable table = input.read(read -> RunReader.read(read, said));
        Comparison comparison =
                Comparison.of(table, options, Streams.of(rootSeed).at("bootstrap"));
        ComparisonReport report = comparison.report();
        Optional<Curves> curves = out.isPresent() || format.equals("html")
                ? input.read(read -> RunReader.curves(read, said))
                : Optional.empty();
        String written = "";
        if (out.isPresent()) {
            Story.Drawing drawing = drawing(comparison, curves);
            String stem = input.stem() + "-compare" + suffix;
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put(stem + ".txt", report.text());
            texts.put(stem + ".md", report.markdown());
            texts.put(stem + ".tex", report.latex());
            texts.put(stem + ".html", Displays.page(report, drawing));
            curves.ifPresent(of -> texts.put(stem + "-curves.csv", of.frame().csv()));
            written = ReportFiles.write(out.get(), stem + "-", report, texts, drawing);
        }
        PrintWriter print = spec.commandLine().getOut();
        if (format.equals("html")) {
            print.print(Displays.page(report, drawing(comparison, curves)));
        } else {
            print(report, "pairs");
        }
        print.print(written);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void oneOf(String option, String got, String... allowed) {
        if (!List.of(allowed).contains(got)) {
            int last = allowed.length - 1;
            throw usage(
                    option + " must be " + String.join(", ", List.of(allowed).subList(0, last)) + " or " + allowed[last]
                            + ", got '" + Quoted.of(got) + "'");
        }
    }

    private Comparison.Options options() {
        boolean late = boundary.equals("late");
        oneOf("--boundary", boundary, "any", "late");
        if (late && max.isEmpty() || planned.isPresent() && (max.isPresent() || late)) {
            throw usage(
                    late && planned.isEmpty()
                            ? "--boundary late needs --max"
                            : "--planned excludes --max and --boundary");
        }
        oneOf("--over", over, "seeds", "tasks");
        oneOf("--control", control, "any", "share");
        boolean overTasks = over.equals("tasks");
        boolean share = control.equals("share");
        if (overTasks && late || share && (max.isPresent() || planned.isPresent())) {
            throw usage(
                    share ? "--control share excludes --max and --planned" : "--over tasks excludes --boundary late");
        }
        if (max.equals(Optional.of(0))) {
            throw usage("--max must be 5 or more, got 0: leave it out for none");
        }
        Stopping.Rule rule =
                planned.isPresent() ? Stopping.Rule.PLANNED : late ? Stopping.Rule.LATE : Stopping.Rule.ANYTIME;
        return new Comparison.Options(
                level,
                gamma,
                rule,
                planned.or(() -> max).orElse(0),
                baseline,
                draws,
                goal,
                share ? Family.Control.SHARE : Family.Control.ANY,
                overTasks);
    }

    private RunReader.Said said() {
        if (lower && higher) {
            throw usage("--lower-is-better and --higher-is-better exclude each other");
        }
        wide.ifPresent(of -> oneOf("--wide", of, "model", "task", "seed", "run"));
        RunReader.Keep kept;
        if (keep.equals("last")) {
            kept = new RunReader.Keep.Last();
        } else if (keep.equals("auc")) {
            kept = new RunReader.Keep.Area();
        } else if (keep.startsWith("best:")) {
            kept = new RunReader.Keep.Best(keep.substring(5));
        } else if (keep.matches("mean:[1-9]\\d{0,8}")) {
            kept = new RunReader.Keep.Mean(Integer.parseInt(keep.substring(5)));
        } else {
            throw usage("--keep must be last, best:NAME, mean:K or auc, got '" + Quoted.of(keep) + "'");
        }
        testShare.filter(share -> !(share > 0 && share <= 0.5)).ifPresent(share -> {
            throw usage("--test-share must be in (0, 0.5], got " + share);
        });
        Optional<Boolean> small = lower || higher ? Optional.of(lower) : Optional.empty();
        return new RunReader.Said(
                model, task, seed, score, step, kept, wide, runName, small, fresh, ignore, fold, testShare);
    }

    private Story.Drawing drawing(Comparison comparison, Optional<Curves> curves) throws IOException {
        return input.stamped(ComparisonPlate.of(comparison, curves), rootSeed);
    }
}
