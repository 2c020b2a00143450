package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.data.NearestNames;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Runs;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variation;
import org.noisebook.site.Judgement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges headlines at settings that nobody chose. */
@Command(
        name = "vary",
        description =
                "Does the main claim of a paper hold at settings that nobody chose? Draws settings from the box of its"
                        + " headline, judges the deciding claims at each and writes variations.csv; without a paper it lists the verdicts.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "At a setting the claim holds if all deciding claims agree and fails if they disagree or a run diverges. Over the",
            "decided settings, the figure's own included, it holds, holds in part or fails; with fewer than half decided it is",
            "undecided. Runs use the quick edition's replicas and are cached, so an interrupted command goes on where it was.",
            "",
            "Examples:",
            "  noisebook vary                             the verdicts so far",
            "  noisebook vary 2411.02780                  the settings of the repository",
            "  noisebook vary ambient-scaling --variation-seed 7 --settings 20      others, which are not written",
            "  noisebook vary --check --turn 3            exit 1 if one setting of each of seven papers differs"
        })
final class VaryCommand implements Callable<Integer> {
    private static final long STANDARD_SEED = 1;
    private static final int PAPERS_A_TURN = 7;
    private static final int DIGITS = 4;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "PAPER", description = "identifiers of papers, or figures of theirs")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--settings",
            paramLabel = "K",
            description = "how many settings are drawn (default: those of the repository, at most 8)")
    private int count;

    @Option(names = "--variation-seed", paramLabel = "S", description = "seed of the draws (default 1)")
    private long seed = STANDARD_SEED;

    @Option(names = "--check", description = "compare with the committed variations.csv and write nothing")
    private boolean check;

    @Option(
            names = "--turn",
            paramLabel = "N",
            description = "with --check: one setting of each of seven papers, others for each N")
    private Optional<Long> turn = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder of variations.csv (default: the kit's figures folder)")
    private Path out = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        if (count < 0 || spec.commandLine().getParseResult().hasMatchedOption("--settings") && count == 0) {
            throw new ParameterException(spec.commandLine(), "--settings must be at least 1, got " + count);
        }
        if (check && (count > 0 || seed != STANDARD_SEED) || turn.isPresent() && !check) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--check takes neither --settings nor --variation-seed, and only it takes --turn");
        }
        Map<String, Judgement> known = Judgement.all(ExperimentOptions.home());
        if (ids.isEmpty() && !check) {
            list(known);
            return 0;
        }
        List<Variation> committed = Variation.read(out);
        List<Story> all = stories(known);
        List<Integer> settings = IntStream.rangeClosed(1, count).boxed().toList();
        List<Story> asked = turn.isEmpty()
                ? all
                : IntStream.range(0, Math.min(PAPERS_A_TURN, all.size()))
                        .mapToObj(k -> all.get(Math.floorMod(turn.get() * PAPERS_A_TURN + k, all.size())))
                        .sorted(Comparator.comparing(Story::id))
                        .toList();
        return options.run(spec.commandLine().getErr(), Experiment.STANDARD_SEED, false, experiment -> {
            List<Variation> fresh = new ArrayList<>();
            for (Story story : asked) {
                List<Integer> numbers = turn.isPresent() ? oneOf(story, committed) : settings;
                try {
                    story.vary(new Runs.Computed(experiment), seed, numbers, judged -> {
                        fresh.addAll(judged);
                        judged.forEach(this::say);
                    });
                } catch (UncheckedIOException missing) {
                    if (turn.isEmpty()) {
                        throw missing;
                    }
                    print(story.id() + ": skipped: " + missing.getCause().getMessage());
                }
            }
            if (check) {
                return compare(committed, fresh);
            }
            conclude(asked, fresh, known);
            if (seed != STANDARD_SEED || count > 0) {
                print("not written: variations.csv has seed 1 and the number of settings of the box");
                return 0;
            }
            write(committed, fresh, asked);
            return 0;
        });
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private void list(Map<String, Judgement> known) {
        PrintWriter print = spec.commandLine().getOut();
        Frame frame = new Frame("paper", "figure", "verdict", "settings", "where");
        known.forEach((key, one) ->
                frame.add(key, one.headline().figure(), one.verdict().words(), one.dots(), one.where()));
        print.print(frame.print(DIGITS));
        print(known.size() + " headlines; 'noisebook vary PAPER' judges one again");
    }

    /** The figures that declare the headlines asked for, or all. */
    private List<Story> stories(Map<String, Judgement> known) {
        List<String> figures =
                known.values().stream().map(one -> one.headline().figure()).toList();
        return (ids.isEmpty() ? figures : ids)
                .stream()
                        .map(id -> {
                            String figure = known.containsKey(id)
                                    ? known.get(id).headline().figure()
                                    : id;
                            if (!figures.contains(figure)) {
                                List<String> all = Stream.concat(known.keySet().stream(), figures.stream())
                                        .toList();
                                throw NearestNames.unknown("headline of", id, all, "'noisebook vary' lists them");
                            }
                            return Catalogue.figure(figure);
                        })
                        .sorted(Comparator.comparing(Story::id))
                        .toList();
    }

    private List<Integer> oneOf(Story story, List<Variation> committed) {
        int most = committed.stream()
                .filter(one -> one.figure().equals(story.id()))
                .mapToInt(Variation::setting)
                .max()
                .orElse(1);
        return List.of(1 + Math.floorMod(turn.get(), most));
    }

    private void say(Variation one) {
        print("setting " + one.setting() + ", " + one.changes() + ": " + one.claim() + " " + one.found()
                + ", predicted " + one.window() + ": " + one.verdict());
    }

    private void conclude(List<Story> asked, List<Variation> fresh, Map<String, Judgement> known) {
        for (Story story : asked) {
            known.values().stream()
                    .filter(one -> one.headline().figure().equals(story.id()))
                    .map(one -> one.with(fresh))
                    .forEach(one -> print(story.id() + ": " + one.verdict().words() + ": " + one.where()));
        }
    }

    private int compare(List<Variation> committed, List<Variation> fresh) {
        List<Variation> kept = committed.stream()
                .filter(old -> fresh.stream()
                        .anyMatch(one -> one.figure().equals(old.figure()) && one.setting() == old.setting()))
                .toList();
        List<String> differences = Differences.ofCsv(
                Variation.file(out).getFileName().toString(),
                Variation.frame(kept).csv(),
                Variation.frame(fresh).csv());
        differences.forEach(this::print);
        print(fresh.size() + " rows recomputed, " + differences.size() + " differences");
        return differences.isEmpty() ? 0 : Main.FAILURE;
    }

    private void write(List<Variation> committed, List<Variation> fresh, List<Story> asked) throws IOException {
        List<Variation> all = new ArrayList<>();
        for (Story story : Catalogue.figures()) {
            List<Variation> from = asked.stream().anyMatch(one -> one.id().equals(story.id())) ? fresh : committed;
            from.stream().filter(one -> one.figure().equals(story.id())).forEach(all::add);
        }
        ExperimentOptions.makeFolder(out);
        Path file = Variation.file(out);
        WholeFile.write(
                file, target -> Files.writeString(target, Variation.frame(all).csv()));
        print("wrote " + file);
    }
}
