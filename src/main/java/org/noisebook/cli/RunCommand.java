package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.noisebook.data.Doubles;
import org.noisebook.data.Npy;
import org.noisebook.data.Numbers;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Catalogue;
import org.noisebook.model.ReplicaEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sweeps a study over a cartesian grid. */
@Command(
        name = "run",
        description = "Sweep a study over the cartesian product of the --set values; one CSV row per cell and replica.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook run perceptron --set trainSize=512,1024 --replicas 8 --out sweep.csv",
            "  noisebook run perceptron --set learningRate=2^-4,2^0,2^4 --fix data",
            "  noisebook run perceptron --set recordsPerDecade=8 --arrays trajectories",
            "  noisebook run network --set outputScale=1,16,256 --engine nd4j --device auto",
            "  noisebook run network --set outputScale=1,16,256 --replicas 32 --dry-run",
            "  noisebook run network --set outputScale=1,16,256 --replicas 32 --shard 3/64",
            "",
            "'noisebook studies STUDY' lists the fields with their ranges and defaults."
        })
final class RunCommand implements Callable<Integer> {
    private static final double MOST_RUNS = 1e7;
    private static final Pattern ARRAY = Pattern.compile("\\d{6,}-\\w+\\.npy");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "STUDY", description = "a study's id")
    private String id;

    @Option(
            names = "--set",
            paramLabel = "NAME=V1,V2,…",
            description = "values of a config field, or of a part such as network.depth; repeat for more fields")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--replicas", paramLabel = "N", description = "independent runs of every cell (default 1)")
    private int replicas = 1;

    @Option(names = "--seed", paramLabel = "K", description = "root seed (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(
            names = "--fix",
            paramLabel = "STREAM",
            split = ",",
            description = "give every replica the same init, data or order")
    private List<String> fixed = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FILE.csv", description = "where the table goes (default: standard output)")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--arrays",
            paramLabel = "DIR",
            description = "write array results as ROW-NAME.npy into this folder")
    private Optional<Path> arrays = Optional.empty();

    @Option(names = "--yes", description = "start more than 10 million runs")
    private boolean yes;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private EngineOptions engines = new EngineOptions();

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws IOException {
        return sweep(Catalogue.study(id));
    }

    /** Finds out before the cells are made that they are a slip of the keyboard. */
    private void checkSize() {
        double runs = Sweep.gridRuns(replicas, settings.toArray(String[]::new));
        if (runs > MOST_RUNS && !yes) {
            throw new IllegalArgumentException("the values of --set and --replicas make " + Numbers.format(runs)
                    + " runs: set fewer, or start more than 10 million with --yes");
        }
    }

    private <C extends Record, R extends Record> int sweep(Study<C, R> study) throws IOException {
        checkSize();
        Sweep<C, R> sweep = Sweep.grid(study, study.defaults(), replicas, settings.toArray(String[]::new))
                .withFixed(Set.copyOf(fixed));
        PrintWriter err = spec.commandLine().getErr();
        engines.check(options);
        engines.check(study);
        cluster.check(engines.isExact());
        checkWritable();
        Optional<ReplicaEngine> engine = engines.open(err);
        return options.run(err, seed, cluster, exact -> {
            Experiment experiment = engine.map(exact::withEngine).orElse(exact);
            if (cluster.isPart()) {
                spec.commandLine().getOut().print(cluster.share(id, experiment, sweep));
                return 0;
            }
            Results<C, R> results = experiment.run(sweep);
            String csv = results.frame().csv();
            if (arrays.isPresent()) {
                writeArrays(arrays.get(), study, results, err);
            }
            if (out.isPresent()) {
                WholeFile.write(out.get(), file -> Files.writeString(file, csv));
            } else {
                spec.commandLine().getOut().print(csv);
            }
            if (results.missing() > 0) {
                err.println("noisebook: " + results.missing() + " of " + sweep.runs()
                        + " runs exceeded --limit and are left out");
                return Main.FAILURE;
            }
            return 0;
        });
    }

    /** Finds out before the work that the table can be written after it. */
    private void checkWritable() throws IOException {
        if (out.isPresent()) {
            Path parent = out.get().toAbsolutePath().getParent();
            if (!Files.isDirectory(parent)) {
                throw new IOException("cannot write " + out.get() + ": no such folder");
            }
            if (!Files.isWritable(parent)) {
                throw new IOException("cannot write " + out.get() + ": permission denied");
            }
            try {
                WholeFile.checkIsFile(out.get());
            } catch (IOException e) {
                throw new IOException("cannot write " + out.get() + ": " + e.getMessage(), e);
            }
        }
        if (arrays.isPresent()) {
            ExperimentOptions.makeFolder(arrays.get());
        }
    }

    /** Writes the arrays and says what became of those of an earlier run. */
    private static <C extends Record, R extends Record> void writeArrays(
            Path folder, Study<C, R> study, Results<C, R> results, PrintWriter err) throws IOException {
        Schema<R> schema = Schema.of(study.resultType());
        TreeSet<String> earlier = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(ARRAY.asMatchPredicate())
                    .forEach(earlier::add);
        }
        int before = earlier.size();
        int row = 0;
        for (Sweep.Cell<C> cell : results.sweep().cells()) {
            for (R result : results.of(cell.config())) {
                Object[] values = schema.values(result);
                for (int k = 0; k < values.length; k++) {
                    if (values[k] instanceof Doubles || values[k] instanceof double[]) {
                        double[] array = values[k] instanceof Doubles many ? many.toArray() : (double[]) values[k];
                        String name = String.format(
                                Locale.ROOT,
                                "%06d-%s.npy",
                                row,
                                schema.fields().get(k).name());
                        WholeFile.write(folder.resolve(name), file -> Npy.write(file, array, array.length));
                        earlier.remove(name);
                    }
                }
                row++;
            }
        }
        if (before > 0) {
            String kept = earlier.isEmpty() ? "" : "; " + earlier.size() + " more remain, from " + earlier.first();
            err.println("noisebook: " + folder + " held " + before + " arrays of an earlier run: "
                    + (before - earlier.size()) + " replaced" + kept);
        }
    }
}
