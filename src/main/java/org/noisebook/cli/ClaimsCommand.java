package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;
import org.noisebook.data.NearestNames;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges claims. */
@Command(
        name = "claims",
        description = "Judge every claim against the window fixed for it, print the table and write claims.csv.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Kinds: theory (a value and a window), bound (above, below, between), regression (a reference value),",
            "identity (algebra or symmetry: it tests the code). All but regressions are reproduced if the whole 95 %%",
            "interval lies in the window, not reproduced if wholly outside, else not resolved; a regression is reproduced",
            "within 3.3 combined standard errors. Too few runs: not resolved, and the interval is wider than the window.",
            "Controls and identities are counted separately. Failures are printed first; the exit status stays 0.",
            "",
            "Examples:",
            "  noisebook claims",
            "  noisebook claims --verdict not-reproduced --paper 2301.13703",
            "  noisebook claims --figure network-tmax --preset full   replaces this figure's rows in claims.csv",
            "  noisebook claims --check          exit 1 if claims.csv differs from what is computed"
        })
final class ClaimsCommand implements Callable<Integer> {
    private static final int DIGITS = 4;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "claims to print (default: all)")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--preset",
            paramLabel = "quick|full|authors",
            description = "figures whose runs are judged (default quick)")
    private Preset preset = Preset.QUICK;

    @Option(
            names = "--figure",
            paramLabel = "ID",
            description = "judge only the claims of this figure, and replace only its rows; may be repeated")
    private List<String> figures = new ArrayList<>();

    @Option(
            names = "--paper",
            paramLabel = "TEXT",
            description = "print only claims whose source, or their figure's, contains this text: 2301.13703")
    private String paper = "";

    @Option(
            names = "--verdict",
            paramLabel = "V",
            description = "print only claims with this verdict: reproduced, not-reproduced or not-resolved")
    private List<Claim.Verdict> verdicts = new ArrayList<>();

    @Option(names = "--check", description = "compare with the committed claims.csv and write nothing")
    private boolean check;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder of claims.csv (default: the kit's figures folder)")
    private Path out = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Override
    public Integer call() throws IOException {
        Path file = preset.in(out).resolve("claims.csv");
        if (check && !Files.exists(file)) {
            throw new IOException(file + " is missing: run 'noisebook claims' and commit it");
        }
        Frame kept = Files.exists(file)
                ? Claim.frame(Claim.parse(Frame.parseCsv(new String(WholeFile.read(file), StandardCharsets.UTF_8))))
                : Claim.frame(List.of());
        List<Story> judged = judged(kept);
        Set<String> wanted = RenamedClaims.current(ids, spec.commandLine().getOut()::println);
        checkAsked(wanted, kept, judged, file);
        if (!check) {
            ExperimentOptions.makeFolder(preset.in(out));
        }
        return options.run(spec.commandLine().getErr(), Experiment.STANDARD_SEED, false, experiment -> {
            List<Claim> claims = new ArrayList<>();
            for (Story figure : judged) {
                claims.addAll(Edition.drawn(figure, preset, experiment).claims());
            }
            print(claims, wanted);
            Frame frame = merged(kept, judged, Claim.frame(claims));
            if (check) {
                return compare(file, frame);
            }
            WholeFile.write(file, target -> Files.writeString(target, frame.csv()));
            spec.commandLine().getOut().println("wrote " + file);
            return 0;
        });
    }

    /** The named figures; beyond quick, a check judges those that are committed. */
    private List<Story> judged(Frame committed) {
        if (!figures.isEmpty()) {
            List<Story> named = figures.stream().map(Catalogue::figure).toList();
            named.forEach(figure -> Edition.checkPreset(figure, preset));
            return named;
        }
        Set<Object> there =
                check && preset != Preset.QUICK ? new LinkedHashSet<>(committed.column("figure")) : Set.of();
        return Catalogue.figures().stream()
                .filter(figure -> figure.presets().contains(preset))
                .filter(figure -> there.isEmpty() || there.contains(figure.id()))
                .toList();
    }

    /** Refuses before the work what nothing can have that is judged; the new claims of a named figure show only after it. */
    private void checkAsked(Set<String> wanted, Frame kept, List<Story> judged, Path file) {
        List<String> known = kept.column("id").stream().map(String::valueOf).toList();
        for (String id : wanted) {
            boolean fits = judged.stream().anyMatch(figure -> id.startsWith(figure.id() + "-"));
            if (!fits || figures.isEmpty() && !known.isEmpty() && !known.contains(id)) {
                throw NearestNames.unknown(
                        "claim", id, known, file + " has the previous ones, --figure judges new ones");
            }
        }
        String sources = judged.stream().map(Story::sources).toList()
                + kept.column("source").toString();
        if (!sources.contains(paper)) {
            throw NearestNames.unknown(
                    "paper", paper, List.of(sources.split("[^\\p{L}\\d.]+")), "the sources are in " + file);
        }
    }

    private void print(List<Claim> claims, Set<String> wanted) {
        PrintWriter print = spec.commandLine().getOut();
        Map<String, String> sources = Catalogue.figures().stream()
                .collect(Collectors.toMap(Story::id, figure -> String.join("; ", figure.sources())));
        Predicate<Claim> isOfPaper = claim -> (claim.source() + sources.get(claim.figure())).contains(paper);
        List<Claim> shown = claims.stream()
                .filter(isOfPaper)
                .filter(claim -> verdicts.isEmpty() || verdicts.contains(claim.verdict()))
                .filter(claim -> wanted.isEmpty() || wanted.contains(claim.id()))
                .toList();
        for (String id : wanted) {
            if (shown.stream().noneMatch(claim -> claim.id().equals(id))) {
                throw new IllegalArgumentException("no claim '" + id + "' among those asked for");
            }
        }
        print.print(Claim.summary(Claim.failuresFirst(shown), DIGITS).print(DIGITS));
        for (Claim.Verdict verdict : Claim.Verdict.values()) {
            long count = shown.stream()
                    .filter(c -> c.verdict() == verdict && c.isFinding() && !c.tooFewRuns())
                    .count();
            print.println(count + " " + verdict.text());
        }
        print.println(
                shown.stream().filter(c -> c.isFinding() && c.tooFewRuns()).count() + " " + Claim.TOO_FEW_RUNS);
        List<Claim> controls = shown.stream().filter(Claim::isControl).toList();
        long hold = controls.stream()
                .filter(c -> c.verdict() == Claim.Verdict.REPRODUCED)
                .count();
        print.println(hold + " of " + controls.size() + " controls hold");
        long identities = shown.stream()
                .filter(c -> c.kind() == Claim.Kind.IDENTITY && c.verdict() == Claim.Verdict.REPRODUCED)
                .count();
        print.println(identities + " identities hold");
    }

    /** The kept table with the rows of the judged figures replaced, by figure. */
    private Frame merged(Frame kept, List<Story> judged, Frame fresh) {
        if (figures.isEmpty()) {
            return fresh;
        }
        Set<String> ids = judged.stream().map(Story::id).collect(Collectors.toSet());
        Frame both = new Frame(fresh.names());
        for (Story figure : Catalogue.figures()) {
            Frame from = ids.contains(figure.id()) ? fresh : kept;
            for (int row = 0; row < from.rows(); row++) {
                if (from.text(row, "figure").equals(figure.id())) {
                    int at = row;
                    both.add(fresh.names().stream()
                            .map(name -> from.column(name).get(at))
                            .toArray());
                }
            }
        }
        return both;
    }

    private int compare(Path file, Frame frame) throws IOException {
        List<String> differences =
                Differences.ofCsv(file.getFileName().toString(), Files.readString(file), frame.csv());
        differences.forEach(spec.commandLine().getOut()::println);
        return differences.isEmpty() ? 0 : Main.FAILURE;
    }
}
