package org.noisebook.cli;

import java.util.List;
import java.util.Optional;
import org.noisebook.compare.SeedPlan;
import org.noisebook.rng.Streams;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is said of a comparison before any run. */
final class PlanOptions {
    private static final int MOST = 50;
    private static final List<String> KNOWN = List.of(
            "--plan --effect --models --tasks --power --correlation --level --max --baseline --root-seed --format --out"
                    .split(" "));

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--plan", description = "before any run: how many seeds find --effect?")
    private boolean plan;

    @Option(names = "--effect", paramLabel = "D", description = "difference to find, in standard deviations of a run")
    private Optional<Double> effect = Optional.empty();

    @Option(names = "--models", paramLabel = "N", description = "models to compare (default 2)")
    private int models = 2;

    @Option(names = "--tasks", paramLabel = "N", description = "tasks that each model runs (default 1)")
    private int tasks = 1;

    @Option(names = "--power", paramLabel = "P", description = "chance of finding it (default 0.8)")
    private double power = 0.8;

    @Option(names = "--correlation", paramLabel = "R", description = "of the runs of one seed (default 0)")
    private double correlation;

    /** The plan, if one is asked for. */
    Optional<SeedPlan> plan(boolean table, boolean baseline, double level, int most, Streams streams) {
        if (!plan && effect.isPresent()) {
            throw usage("--effect needs --plan");
        }
        if (plan && (table || effect.isEmpty())) {
            throw usage(
                    table
                            ? "--plan is for the time before any run and takes no file"
                            : "--plan needs --effect D, the difference to find in standard deviations of a run, such as 0.5");
        }
        if (plan) {
            spec.commandLine().getParseResult().matchedOptionsSet().stream()
                    .map(OptionSpec::longestName)
                    .filter(name -> !KNOWN.contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw usage("--plan is in seeds and takes no " + name + ": leave it out");
                    });
        }
        return plan
                ? Optional.of(new SeedPlan(
                        effect.orElseThrow(),
                        models,
                        tasks,
                        baseline ? models - 1 : models * (models - 1) / 2,
                        correlation,
                        level,
                        power,
                        most == 0 ? MOST : most,
                        streams))
                : Optional.empty();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
