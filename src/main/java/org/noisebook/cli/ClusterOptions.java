package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Plan;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Runner;
import org.noisebook.experiment.RunnerProvider;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Sweep;
import picocli.CommandLine.Option;

/** Options of commands whose runs can be shared out to several machines. */
final class ClusterOptions {
    private static final String LOCAL = "local";

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "compute only share I of N into the cache (which may be shared) and write nothing else; shares never"
                            + " overlap")
    private Optional<String> shard = Optional.empty();

    @Option(
            names = "--dry-run",
            description = "report how many runs are missing, their cost and how to shard them; compute nothing")
    private boolean dryRun;

    @Option(
            names = "--runner",
            paramLabel = "local|spark",
            description = "where to run (default local); spark needs a build with -Pspark; never changes a result")
    private String runner = LOCAL;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark master, such as spark://host:7077 (default: the one of spark-submit)")
    private Optional<String> master = Optional.empty();

    /** Whether it is one share of several. */
    boolean isShard() {
        return shard.isPresent();
    }

    /** Whether less than all is computed, and so nothing is drawn. */
    boolean isPart() {
        return shard.isPresent() || dryRun;
    }

    /**
     * Refuses options that do not fit together.
     *
     * @throws IllegalArgumentException saying which
     */
    void check(boolean exact) {
        shard.ifPresent(Shard::parse);
        refuse(dryRun && isShard(), "--dry-run plans for any number of shards: omit --shard");
        refuse(master.isPresent() && isLocal(), "--master needs --runner spark");
        refuse(!exact && !isLocal(), "--runner " + runner + " needs --engine exact");
    }

    /** The same for those of {@link ExperimentOptions}. */
    void check(boolean noCache, boolean limited) {
        refuse(noCache && isShard(), "--shard needs the cache: omit --no-cache");
        refuse(limited && !isLocal(), "--limit needs --runner local: other runners cannot stop single runs");
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Whether runs stay on this machine. */
    boolean isLocal() {
        return runner.equals(LOCAL);
    }

    /**
     * The runner that was asked for.
     *
     * @throws IOException in one line, if it cannot be reached or this build lacks it
     */
    Runner open(LocalRunner local, PrintWriter err) throws IOException {
        if (isLocal() || dryRun) {
            return local;
        }
        List<RunnerProvider> there = ServiceLoader.load(RunnerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        RunnerProvider provider = there.stream()
                .filter(one -> one.name().equals(runner))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--runner must be "
                        + String.join(
                                ", ",
                                there.isEmpty()
                                        ? List.of(LOCAL)
                                        : List.of(LOCAL, there.get(0).name()))
                        + " in this build, got '" + runner + "'"
                        + (runner.equals("spark") ? ": mvn -Pspark package builds one with Spark" : "")));
        err.println("noisebook: starting " + runner);
        return provider.open(master);
    }

    /** Computes the share of a sweep that was asked for and says what is missing then. */
    String share(String name, Experiment experiment, Sweep<?, ?> sweep) {
        return share(name, experiment, part -> {
            try {
                part.run(sweep);
            } catch (Shard.Pending ignored) {
                // The plan says how much.
            }
            return part.plan(List.of(sweep), 1);
        });
    }

    /** The same of whatever plans itself. */
    String share(String name, Experiment experiment, Function<Experiment, Plan> task) {
        Shard part = shard.map(Shard::parse).orElse(Shard.NONE);
        Plan plan = task.apply((isShard() ? experiment : experiment.withProgress(Progress.SILENT)).withShard(part));
        return isShard()
                ? String.format(
                        "%s: shard %s done, %d of %d runs; %s%n",
                        name,
                        part.text(),
                        plan.runsOf(part),
                        plan.runs(),
                        plan.missing() == 0 ? "all are there" : plan.missing() + " of other shards are missing")
                : plan.text(name);
    }
}
