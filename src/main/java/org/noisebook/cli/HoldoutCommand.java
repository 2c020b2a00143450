package org.noisebook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.TableFile;
import org.noisebook.data.WholeFile;
import org.noisebook.rng.Streams;
import org.noisebook.runs.HoldoutLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A holdout that answers without being used up. */
@Command(
        name = "holdout",
        description = {
            "How far can submissions flatter on a holdout of so many rows? A table of submissions is answered by Thresholdout, with a log.",
            "",
            "The table has columns submission, training and holdout, the last two accuracies. An answer is the accuracy in training, unless that"
                    + " on the holdout differs by more than a noisy threshold; then it is the latter with noise, until the holdout is spent."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "Examples:",
            "  noisebook holdout --rows 1000 --submissions 100",
            "  noisebook holdout submissions.csv --rows 1000 --log board.csv --seed 7130",
            "    adds answers to board.csv, which may be shown; keep the seed from those who submit"
        })
final class HoldoutCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions input;

    @Option(names = "--rows", paramLabel = "N", required = true, description = "rows of the holdout")
    private int rows;

    @Option(names = "--submissions", paramLabel = "K", description = "how many there will be")
    private Optional<Integer> submissions = Optional.empty();

    @Option(names = "--log", paramLabel = "CSV", description = "the log of answers, made if it is not there")
    private Optional<Path> log = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "secret seed of the noise: choose one number and keep it for this log; anyone who knows it can subtract"
                            + " the noise")
    private Optional<Long> seed = Optional.empty();

    @Override
    public Integer call() throws IOException {
        if (input.hasFile() != log.isPresent() || log.isEmpty() && submissions.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give --submissions, or a table of submissions and --log");
        }
        if (log.isPresent() && seed.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give --seed, a number that those who submit do not know");
        }
        HoldoutLog answers = new HoldoutLog(rows, List.of(), submissions.orElse(1));
        if (log.isPresent()) {
            HoldoutLog before = Files.exists(log.get()) ? logged(answers, log.get()) : answers;
            answers = input.read(
                    table -> before.with(table, Streams.of(seed.orElseThrow()).at("noise")));
            String text = answers.head() + "\n" + answers.answers().csv();
            WholeFile.write(log.get(), target -> Files.writeString(target, text));
        }
        spec.commandLine().getOut().print(answers.text());
        return 0;
    }

    private static HoldoutLog logged(HoldoutLog empty, Path file) throws IOException {
        String text = new String(WholeFile.read(file), StandardCharsets.UTF_8);
        try {
            return empty.read(text.lines().findFirst().orElse(""), TableFile.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
