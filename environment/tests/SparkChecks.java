import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Plan;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;
import org.noisebook.rng.Streams;
import org.noisebook.spark.SparkRunner;

/** What Spark does with a run that fails each time, and with an interruption; ends with a line about the first that is wrong. */
public final class SparkChecks {
    private static final AtomicInteger POISONED = new AtomicInteger();
    private static final int ENDLESS = 99;
    private static final int MOST_TRIES = 3000;

    private SparkChecks() {}

    /** A config. */
    public record Config(int size) {}

    /** A result. */
    public record Result(double value) {}

    /** Fails at size 0 and never ends at 99; longest first means that it comes to size 0 last and to 99 first. */
    public static final class Toy implements Study<Config, Result> {
        @Override
        public String id() {
            return "toy";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public String title() {
            return "A toy";
        }

        @Override
        public Config defaults() {
            return new Config(1);
        }

        @Override
        public Set<String> streamNames() {
            return Set.of("noise");
        }

        @Override
        public List<String> sources() {
            return List.of("none");
        }

        @Override
        public double work(Config config) {
            return config.size();
        }

        @Override
        public Result run(Config config, Streams streams) {
            if (config.size() == 0) {
                POISONED.incrementAndGet();
                throw new IllegalStateException("nothing to add");
            }
            if (config.size() == ENDLESS) {
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return new Result(streams.at("noise").nextGaussian() * config.size());
        }
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException(what);
        }
    }

    private static Sweep<Config, Result> sweep(int special) {
        return Sweep.of(new Toy(), List.of(new Config(special), new Config(5), new Config(3)), special == 0 ? 1 : 2);
    }

    /** How many runs that end are in the cache, of one or two replicas. */
    private static long kept(Path folder, int replicas) {
        try (Cache cache = Cache.in(folder, message -> {})) {
            Sweep<Config, Result> others = Sweep.of(new Toy(), List.of(new Config(5), new Config(3)), replicas);
            Plan plan = new Experiment(1, cache, LocalRunner.standard(), Progress.SILENT).plan(List.of(others), 1);
            return plan.runs() - plan.missing();
        }
    }

    /** Four attempts, its config in one line, and the runs before it kept. */
    private static void poisoned(JavaSparkContext context, Path folder) throws IOException {
        try (Cache cache = Cache.in(folder, message -> {})) {
            new Experiment(1, cache, new SparkRunner(context), Progress.SILENT).run(sweep(0));
            check(false, "a run that fails each time passes");
        } catch (UncheckedIOException e) {
            check(
                    e.getMessage()
                            .equals("SparkChecks$Toy [size=0], replica 0 failed 4 times on Spark:"
                                    + " java.lang.IllegalStateException: nothing to add"),
                    "the run is not named: " + e.getMessage());
        }
        check(POISONED.get() == 4, POISONED + " attempts");
        check(kept(folder, 1) == 2, kept(folder, 1) + " of 2 other runs are kept");
    }

    /** The job is gone, and what ended is kept. */
    private static void interrupted(JavaSparkContext context, Path folder) throws Exception {
        Thread main = Thread.currentThread();
        AtomicInteger told = new AtomicInteger();
        try (Cache cache = Cache.in(folder, message -> {})) {
            Progress progress = state -> {
                if (state.done() == 4 && told.getAndIncrement() == 0) {
                    main.interrupt();
                }
            };
            new Experiment(1, cache, new SparkRunner(context), progress).run(sweep(ENDLESS));
            check(false, "an interruption passes");
        } catch (CancellationException e) {
            check(e.getMessage().equals("sweep interrupted; finished runs are kept"), e.getMessage());
        }
        check(Thread.interrupted(), "the thread forgets its interruption");
        for (int tries = 0; context.statusTracker().getActiveJobIds().length > 0; tries++) {
            check(tries < MOST_TRIES, "the job goes on");
            Thread.sleep(10);
        }
        check(kept(folder, 2) == 4, kept(folder, 2) + " of 4 runs are kept");
    }

    private static JavaSparkContext context(String master) {
        return new JavaSparkContext(new SparkConf()
                .setMaster(master)
                .setAppName("checks")
                .set("spark.log.level", "OFF")
                .set("spark.ui.enabled", "false"));
    }

    /** Argument: a folder. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        try {
            // One after another: what comes last meets nothing under way.
            try (JavaSparkContext context = context("local[1,4]")) {
                poisoned(context, folder.resolve("poisoned"));
            }
            try (JavaSparkContext context = context("local[4,4]")) {
                interrupted(context, folder.resolve("interrupted"));
            }
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }
}
