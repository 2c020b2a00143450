package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.data.Npy;
import org.noisebook.data.PointSet;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Schema;
import org.noisebook.field.Copies;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldPlan;
import org.noisebook.field.FieldReport;
import org.noisebook.field.FieldTraining;
import org.noisebook.field.LearningRate;
import org.noisebook.field.MixtureCheck;
import org.noisebook.field.Pairing;
import org.noisebook.field.TrainedField;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.notebook.Displays;
import org.noisebook.report.FieldPlate;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A field trained on points of a user's own. */
@Command(
        name = "field",
        description = {
            "How well does flow matching learn your points? Trains a field on nine tenths of them, draws samples, and reports beside the held-out"
                    + " tenth: how far samples are, against the two-sample floor; how many copy a training row; log p; what to change next.",
            "",
            "FILE is a table (CSV, TSV, semicolons, JSON lines), .npy, .npz, an IDX file, or a folder of PNG pictures of one size."
        },
        subcommands = {
            FieldCommand.Train.class,
            FieldCommand.Sample.class,
            FieldCommand.LogDensity.class,
            FieldCommand.CopyCount.class
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook field points.csv",
            "    train, sample and report: of few columns in about two minutes on an idle core",
            "  noisebook field points.csv --columns x,y --label kind --out report",
            "    one field of all kinds; report, samples, figure and field go to the folder report",
            "  noisebook field points.csv --check mixture",
            "    what the training itself costs, on a mixture fitted to the points, where all is known",
            "  noisebook field train points.csv --save points.field",
            "  noisebook field sample points.field --count 10000 --out samples.csv",
            "  noisebook field likelihood points.field new.csv --out logp.csv",
            "  noisebook field copies points.csv samples.csv --held-out fresh.csv"
        })
final class FieldCommand implements Callable<Integer> {
    private static final double HELD_OUT = 0.1;
    private static final int MOST_HELD_OUT = 10_000;
    private static final int LEAST_ROWS = 20;
    /** Seconds after which a person asks whether anything happens. */
    private static final double PATIENCE = 10;
    /** Seconds between lines of progress. */
    private static final double EVERY = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PointOptions points;

    @Mixin
    private TrainingOptions training;

    @Option(
            names = "--check",
            paramLabel = "mixture",
            description = "also train on a mixture fitted to the points and show what is wrong")
    private Optional<String> check = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "also write report, tables, figure, samples and the field")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        if (check.isPresent() && !check.get().equals("mixture")) {
            throw new ParameterException(spec.commandLine(), "--check must be mixture, got '" + check.get() + "'");
        }
        if (out.isPresent()) {
            ExperimentOptions.makeFolder(out.get());
            checkWritable(out.get().resolve("points.field"));
        }
        PointSet all = points.read();
        List<PointSet> parts = all.split((int) Math.min(MOST_HELD_OUT, Math.ceil(HELD_OUT * all.rows())));
        Streams streams = training.streams();
        FieldPlan plan = training.plan(parts.get(0));
        Optional<MixtureCheck> cost =
                check.map(name -> MixtureCheck.of(plan, streams, progress(plan, "training the check", spec)));
        TrainedField field = trained(plan, streams, spec);
        FieldReport report = FieldReport.of(field, parts.get(0), parts.get(1), cost, streams);
        String written = "";
        if (out.isPresent()) {
            Story.Drawing drawing = FieldPlate.of(field, Optional.of(parts.get(all.height() > 0 ? 0 : 1)));
            int count = parts.get(1).rows();
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("field.txt", report.text());
            texts.put("field.html", Displays.page(report, drawing));
            texts.put("samples.csv", csv(field.names(), field.classes(count), field.sample(count, streams)));
            Path saved = out.get().resolve("points.field");
            written = ReportFiles.write(out.get(), "", report, texts, drawing).stripTrailing() + ", " + saved + "\n";
            field.save(saved);
        }
        PrintWriter print = spec.commandLine().getOut();
        print.print(report.text());
        print.print(written);
        return 0;
    }

    /** Finds out before the work that a file can be written after it. */
    private static void checkWritable(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        String reason = !Files.isDirectory(parent) ? "no such folder" : "permission denied";
        if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw new IOException("cannot write " + file + ": " + reason);
        }
        try {
            WholeFile.checkIsFile(file);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void say(String what, CommandSpec spec) {
        spec.commandLine().getErr().println("noisebook: " + what);
        spec.commandLine().getErr().flush();
    }

    private static IntConsumer progress(FieldPlan plan, String what, CommandSpec spec) {
        int steps = plan.training().steps();
        long[] said = {0, System.nanoTime()};
        return made -> {
            if (made == 0) {
                said[1] = System.nanoTime();
            }
            double seconds = (System.nanoTime() - said[1]) / 1e9;
            if (seconds > PATIENCE + EVERY * said[0]) {
                said[0] = 1 + (long) ((seconds - PATIENCE) / EVERY);
                say(
                        what + ", " + 100L * made / steps + " % in " + Math.round(seconds) + " s, about "
                                + Math.round(seconds * (steps - made) / Math.max(1, made)) + " s to go",
                        spec);
            }
        };
    }

    private static TrainedField trained(FieldPlan plan, Streams streams, CommandSpec spec) throws IOException {
        TrainedField field = plan.train(streams, progress(plan, "training", spec));
        if (!field.completed()) {
            throw new IOException("the training diverged: halve --rate, now "
                    + Schema.formatValue(plan.training().learningRate()));
        }
        return field;
    }

    /** A table with a last column of classes if there are any. */
    private static String csv(List<String> names, List<String> classes, double[]... x) {
        Frame frame = new Frame(
                Stream.concat(names.stream(), classes.stream().limit(1).map(any -> "class"))
                        .toList());
        for (int k = 0; k < x[0].length; k++) {
            int at = k;
            Stream<String> own = classes.isEmpty() ? Stream.of() : Stream.of(classes.get(k));
            frame.add(Stream.concat(Arrays.stream(x).map(row -> (Object) row[at]), own)
                    .toArray());
        }
        return frame.csv();
    }

    private static void write(Path file, List<String> names, List<String> classes, int height, double[]... x)
            throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            double[] flat = new double[x.length * x[0].length];
            Arrays.setAll(flat, i -> x[i % x.length][i / x.length]);
            int[] shape =
                    height > 0 ? new int[] {x[0].length, height, x.length / height} : new int[] {x[0].length, x.length};
            Npy.write(file, flat, shape);
        } else {
            String text = csv(names, classes, x);
            WholeFile.write(file, target -> Files.writeString(target, text));
        }
    }

    /** The file of points and what to read of it. */
    static final class PointOptions {
        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        /** Optional to the parser, which else asks for it before a command such as train. */
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "FILE",
                description = "the points: a table, .npy, .npz, IDX, or a folder of PNG pictures")
        private Optional<Path> file = Optional.empty();

        @Option(
                names = "--columns",
                split = ",",
                paramLabel = "NAME",
                description = "columns to learn (default: all that hold numbers)")
        private List<String> columns = new ArrayList<>();

        @Option(
                names = "--label",
                paramLabel = "NAME",
                description = "column of the classes; of IDX a file, of pictures 'folder'")
        private Optional<String> label = Optional.empty();

        PointSet read() throws IOException {
            Path given = file.orElseThrow(
                    () -> new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE'"));
            PointSet points = PointSet.read(given, columns, label);
            int different = points.rows() - points.duplicates();
            if (different < LEAST_ROWS) {
                throw new IllegalArgumentException(given + " has " + different
                        + " different rows: a field needs at least " + LEAST_ROWS + ", better 1000");
            }
            return points;
        }
    }

    /** How to train. */
    static final class TrainingOptions {
        @Option(
                names = "--updates",
                paramLabel = "N",
                description = "updates of the weights (default: 10,000 passes, or a minute's worth)")
        private Optional<Integer> updates = Optional.empty();

        @Option(
                names = "--width",
                paramLabel = "N",
                description = "units of a hidden layer (default: 64 to 512, by columns)")
        private Optional<Integer> width = Optional.empty();

        @Option(
                names = "--channels",
                paramLabel = "N",
                description = "of square pictures: a U-Net with N channels, such as 16, instead of a dense network")
        private Optional<Integer> channels = Optional.empty();

        @Option(
                names = "--rate",
                paramLabel = "X",
                description = "learning rate at the start (default 0.004, of a wide network 0.001)")
        private Optional<Double> rate = Optional.empty();

        @Option(
                names = "--transport",
                paramLabel = "B",
                description = "pair noise and points by optimal transport within batches of B, 2 to 512")
        private Optional<Integer> transport = Optional.empty();

        @Option(names = "--reflow", paramLabel = "FIELD", description = "pair noise with where a saved field takes it")
        private Optional<Path> reflow = Optional.empty();

        @Option(names = "--seed", paramLabel = "N", description = "seed of weights and draws (default 1)")
        private long seed = 1;

        /** Names the option where a value is out of range. */
        private static <T> T named(String option, Supplier<T> make) {
            try {
                return make.get();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
            }
        }

        Streams streams() {
            return Streams.of(seed);
        }

        FieldPlan plan(PointSet points) throws IOException {
            if (transport.isPresent() && reflow.isPresent()) {
                throw new IllegalArgumentException("give --transport or --reflow, not both");
            }
            Pairing pairing =
                    named("--transport", () -> transport.map(Pairing::transport).orElse(Pairing.independent()));
            if (reflow.isPresent()) {
                pairing = Pairing.reflow(TrainedField.load(reflow.get()));
            }
            FieldConfig.Network network = channels.isPresent()
                    ? named("--channels", () -> FieldPlan.network(points, channels.get()))
                    : FieldPlan.network(points);
            FieldConfig.Network wide =
                    width.isPresent() ? named("--width", () -> Schema.with(network, "width", width.get())) : network;
            Pairing pairs = pairing;
            FieldPlan plan = named(
                    transport.isPresent() ? "--transport" : reflow.isPresent() ? "--reflow" : "the network",
                    () -> FieldTraining.of(points, pairs, PathSchedule.linear(0), wide));
            FieldConfig.Training training = plan.training();
            if (rate.isPresent()) {
                training = named(
                        "--rate",
                        () -> Schema.with(plan.training(), "learningRate", new LearningRate.Cosine(rate.get())));
            }
            FieldConfig.Training rated = training;
            return plan.with(
                    updates.isPresent() ? named("--updates", () -> Schema.with(rated, "steps", updates.get())) : rated);
        }
    }

    /** A command that prints one answer. */
    abstract static class Answering implements Callable<Integer> {
        @Spec
        CommandSpec spec;

        abstract String answer() throws IOException;

        @Override
        public Integer call() throws IOException {
            spec.commandLine().getOut().println(answer());
            return 0;
        }
    }

    /** Trains. */
    @Command(
            name = "train",
            description = "Train on all rows and save the field.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook field train points.csv --save points.field"})
    static final class Train extends Answering {
        @Mixin
        private PointOptions points;

        @Mixin
        private TrainingOptions training;

        @Option(names = "--save", required = true, paramLabel = "FIELD", description = "where to save it")
        private Path save;

        @Override
        String answer() throws IOException {
            checkWritable(save);
            FieldPlan plan = training.plan(points.read());
            TrainedField field = trained(plan, training.streams(), spec);
            field.save(save);
            return "Trained by " + field.trained() + "; saved to " + save + ".";
        }
    }

    /** Samples. */
    @Command(
            name = "sample",
            description = "Draw samples of a saved field, in the units of its points.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook field sample points.field --count 10000 --out samples.csv"})
    static final class Sample extends Answering {
        @Parameters(paramLabel = "FIELD", description = "a saved field")
        private Path saved;

        @Option(names = "--count", paramLabel = "N", description = "number of samples (default 1000)")
        private int count = 1000;

        @Option(
                names = "--steps",
                paramLabel = "N",
                description = "steps of RK4, with noise of Euler and Maruyama (default 32)")
        private int steps = 32;

        @Option(names = "--epsilon", paramLabel = "X", description = "noise of the sampler (default 0)")
        private double epsilon;

        @Option(
                names = "--class",
                paramLabel = "NAME",
                description = "class of the samples (default: all, as often as in the points)")
        private Optional<String> sampledClass = Optional.empty();

        @Option(names = "--seed", paramLabel = "N", description = "seed (default 1)")
        private long seed = 1;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "a .csv or .npy file (default: CSV to standard output)")
        private Optional<Path> out = Optional.empty();

        @Override
        String answer() throws IOException {
            if (count < 1 || steps < 1 || !(epsilon >= 0 && epsilon <= 1000)) {
                throw new ParameterException(
                        spec.commandLine(), "--count and --steps must be at least 1 and --epsilon in [0, 1000]");
            }
            if (out.isPresent()) {
                if (!out.get().toString().matches("(?i).*\\.(csv|npy)")) {
                    throw new ParameterException(
                            spec.commandLine(), "--out must end in .csv or .npy, got '" + out.get() + "'");
                }
                checkWritable(out.get());
            }
            TrainedField field = TrainedField.load(saved);
            if (sampledClass.isPresent()) {
                field = field.forClass(sampledClass.get());
            }
            double[][] x = field.sample(count, steps, epsilon, Streams.of(seed));
            if (out.isPresent()) {
                write(
                        out.get(),
                        field.names(),
                        field.classes(count),
                        field.points().height(),
                        x);
                return Wording.count(count, "sample") + " written to " + out.get() + ".";
            }
            String text = csv(field.names(), field.classes(count), x);
            return text.substring(0, text.length() - 1);
        }
    }

    /** Log densities. */
    @Command(
            name = "likelihood",
            description = "Log p of points under a saved field, in nats and in the units of the file.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook field likelihood points.field new.csv --out logp.csv"})
    static final class LogDensity extends Answering {
        @Parameters(index = "0", paramLabel = "FIELD", description = "a saved field")
        private Path saved;

        @Parameters(index = "1", paramLabel = "FILE", description = "points with the field's columns")
        private Path file;

        @Option(names = "--out", paramLabel = "CSV", description = "also write log p of each row")
        private Optional<Path> out = Optional.empty();

        @Override
        String answer() throws IOException {
            TrainedField field = TrainedField.load(saved);
            double[] log = field.logDensity(field.points().values(file));
            if (out.isPresent()) {
                double[] rows =
                        IntStream.rangeClosed(1, log.length).asDoubleStream().toArray();
                write(out.get(), List.of("row", "logp"), List.of(), 0, rows, log);
            }
            return "Log p: " + Estimate.ofMean(log).text() + " nats a row.";
        }
    }

    /** Copies. */
    @Command(
            name = "copies",
            description = {
                "Which share of samples copies training rows? Counts samples nearer to a training row than all but 1 %% of fresh rows are, less what"
                        + " fresh rows themselves give.",
                "",
                "The three files hold the same columns. Samples may come from any program."
            },
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  noisebook field copies train.csv samples.csv --held-out fresh.csv"})
    static final class CopyCount extends Answering {
        @Mixin
        private PointOptions train;

        @Parameters(index = "1", paramLabel = "SAMPLES", description = "samples")
        private Path samples;

        @Option(
                names = "--held-out",
                required = true,
                paramLabel = "FILE",
                description = "rows that were not trained on, 300 or more")
        private Path heldOut;

        @Override
        String answer() throws IOException {
            PointSet known = train.read();
            Copies copies = Copies.of(
                    known.points(),
                    known.standardised(known.values(heldOut)),
                    known.standardised(known.values(samples)));
            if (copies.notFresh(known.duplicates())) {
                throw new IllegalArgumentException(copies.freshEqual() + " of "
                        + Wording.count(copies.fresh(), "row") + " of " + heldOut
                        + " equal a training row: --held-out needs rows that were not trained on");
            }
            return copies.sentence();
        }
    }
}
