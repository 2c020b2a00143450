package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.OwnClaim;
import org.noisebook.notebook.Displays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A reader's own claims. */
@Command(
        name = "claim",
        description = "Judge the claims of a TOML file on the kit's studies and print them as 'noisebook claims' does.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Fields of a claim:",
            "  id, statement   its short name, and what it says in one phrase",
            "  study, set      a study, and its settings as after --set of 'noisebook run'",
            "  replicas        runs of each cell (default 16)",
            "  measure         a result of the study that is a number",
            "  reduction       mean (default); difference or ratio of two cells; slope: the exponent of a power law",
            "                  in the setting with three values or more",
            "  theory          a value, within 10 %% unless window = 0.2 or another part of it is given",
            "  above, below, between   bounds, in place of a theory",
            "  range           [lowest, highest] value that the measure can have, if its meaning leaves this open",
            "  control         what would fail were it an artefact: an id of the file, 'none: REASON', 'run: WHAT'",
            "  source          where theory or bound come from; 'control' for a control",
            "",
            "Windows that cannot fail are refused. Example (own-claims.md has more):",
            "",
            "  [[claim]]",
            "  id = \"time\"",
            "  statement = \"training time grows faster than the number of points\"",
            "  study = \"perceptron\"",
            "  set = [\"dimension=16\", \"trainSize=64,128,256,512\"]",
            "  replicas = 16",
            "  measure = \"time\"",
            "  reduction = \"slope\"",
            "  above = 1",
            "  control = \"none: a passing doubt\"",
            "  source = \"a guess\"",
            "",
            "  noisebook claim add claims.toml --out report"
        })
final class ClaimCommand implements Callable<Integer> {
    private enum Action {
        ADD
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "add", description = "judge these claims beside the kit's")
    @SuppressWarnings("unused") // only its word is checked
    private Action action = Action.ADD;

    @Parameters(index = "1", paramLabel = "FILE.toml", description = "the claims")
    private Path file;

    @Option(names = "--seed", paramLabel = "K", description = "root seed (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(names = "--out", paramLabel = "DIR", description = "also write them as CSV and HTML")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        List<OwnClaim> own = ClaimFile.read(file);
        String stem = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        if (out.isPresent()) {
            ExperimentOptions.makeFolder(out.get());
        }
        PrintWriter print = spec.commandLine().getOut();
        return options.run(spec.commandLine().getErr(), seed, false, experiment -> {
            List<Claim> claims = new ArrayList<>();
            own.forEach(one -> claims.add(one.judge(experiment)));
            ClaimsCommand.print(print, claims);
            claims.stream()
                    .filter(claim -> Double.isNaN(claim.measured().mean()))
                    .forEach(
                            claim -> print.println(claim.id() + ": a run gave no number, or for a slope none above 0"));
            String html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + stem
                    + "</title></head>" + Displays.of(claims).get("text/html").replace("<details>", "<details open>")
                    + "</html>\n";
            if (out.isPresent()) {
                write(out.get().resolve(stem + ".csv"), Claim.frame(claims).csv());
                write(out.get().resolve(stem + ".html"), html);
            }
            return 0;
        });
    }

    private void write(Path file, String text) throws IOException {
        WholeFile.write(file, target -> Files.writeString(target, text));
        spec.commandLine().getOut().println("wrote " + file);
    }
}
