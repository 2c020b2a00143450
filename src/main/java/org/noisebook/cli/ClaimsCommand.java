package org.noisebook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.noisebook.chart.Strip;
import org.noisebook.data.Frame;
import org.noisebook.data.NearestNames;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Origin;
import org.noisebook.experiment.QuotedClaim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Judges claims. */
@Command(
        name = "claims",
        description = "Judge every claim against the window fixed for it, print the table and write claims.csv.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Kinds: theory (a value and a window), bound (above, below, between), regression (a reference value),",
            "identity (algebra or symmetry: it tests the code). All but regressions agree if the whole 95 %% interval lies",
            "in the window, disagree if it lies wholly outside, and are undecided otherwise; a regression agrees within",
            "3.3 combined standard errors. Too few runs: undecided, and the interval is wider than the window. In claims.csv",
            "the verdicts are reproduced, not reproduced, not resolved and too few runs. Roles: paper (the paper states it),",
            "finding (the kit's own, could have gone either way), law (a formula checked by simulation), code (a second",
            "computation), control, identity, regression; they are counted apart, and only paper speaks for or against a",
            "paper. Failures are printed first; the exit status stays 0.",
            "",
            "Examples:",
            "  noisebook claims",
            "  noisebook claims --verdict disagrees --paper 2301.13703",
            "  noisebook claims --figure network-tmax --preset full   replaces this figure's rows in claims.csv",
            "  noisebook claims --check          exit 1 if claims.csv differs from what is computed",
            "  noisebook claims network-tmax-exponent-d1                  computes the figure of this claim alone",
            "  noisebook claims --format tex > claims.tex              \\\\nbclaim{network-tmax-exponent-d1} in a manuscript",
            "  noisebook claims --format csv > quoted.csv              the numbers as quoted today, and later",
            "  noisebook claims --against quoted.csv                   which of them have moved; exit 1 if any"
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
            description = "figures whose runs are judged (default quick; of numbers to quote, the largest committed)")
    private Optional<Preset> edition = Optional.empty();

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
            converter = AnswerConverter.class,
            description =
                    "print only claims with this verdict: agrees, disagrees, undecided or too-few-runs (which is also"
                            + " undecided); the words of claims.csv are understood, too")
    private List<String> verdicts = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "tex|csv|json",
            description = "print the committed numbers for a manuscript: macros, a table or JSON; computes nothing")
    private Optional<Format> format = Optional.empty();

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "print which numbers of this table of --format csv have moved; computes nothing")
    private Optional<Path> against = Optional.empty();

    @Option(names = "--check", description = "compare with the committed claims.csv and write nothing")
    private boolean check;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "folder of claims.csv (default: the kit's figures folder)")
    private Path out = ExperimentOptions.figuresFolder();

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    private Preset preset = Preset.QUICK;

    /** Reads a verdict in the words of readers or of tables. */
    private static final class AnswerConverter implements ITypeConverter<String> {
        private static final List<String> KNOWN = List.of("agrees", "disagrees", "undecided", Claim.TOO_FEW_RUNS);

        @Override
        public String convert(String text) {
            String answer = Claim.answer(text.replace('-', ' '));
            if (!KNOWN.contains(answer)) {
                throw new TypeConversionException(
                        "expected agrees, disagrees, undecided or too-few-runs, or a verdict of"
                                + " claims.csv, but was '" + text + "'");
            }
            return answer;
        }
    }

    /** A form of numbers for manuscripts. */
    enum Format {
        /** Macros for LaTeX. */
        TEX,
        /** A table. */
        CSV,
        /** One object. */
        JSON
    }

    @Override
    public Integer call() throws IOException {
        preset = edition.orElse(preset);
        if (format.isPresent() || against.isPresent()) {
            return quote();
        }
        Path file = preset.in(out).resolve("claims.csv");
        if (check && !Files.exists(file)) {
            throw new IOException(file + " is missing: run 'noisebook claims' and commit it");
        }
        Frame kept = Files.exists(file)
                ? Claim.frame(Claim.parse(Frame.parseCsv(new String(WholeFile.read(file), StandardCharsets.UTF_8))))
                : Claim.frame(List.of());
        Set<String> wanted = RenamedClaims.current(ids, spec.commandLine().getOut()::println);
        if (figures.isEmpty()) {
            figures = figuresOf(wanted, kept);
        }
        List<Story> judged = judged(kept);
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

    /** The figures of claims that are all known; none if one is not. */
    private static List<String> figuresOf(Set<String> wanted, Frame kept) {
        List<String> known = kept.column("id").stream().map(String::valueOf).toList();
        return known.containsAll(wanted)
                ? wanted.stream()
                        .map(id -> kept.text(known.indexOf(id), "figure"))
                        .distinct()
                        .toList()
                : List.of();
    }

    private int quote() throws IOException {
        if (check || format.isPresent() && against.isPresent()) {
            throw new ParameterException(spec.commandLine(), "give one of --check, --format and --against");
        }
        PrintWriter print = spec.commandLine().getOut();
        Path file = edition.orElse(Preset.QUICK).in(out).resolve("claims.csv");
        if (!Files.exists(file)) {
            throw new IOException(file + " is missing: run it in the kit's folder, or name its figures with --out");
        }
        Map<String, String> sources = sources();
        Map<String, QuotedClaim> quoted = new LinkedHashMap<>();
        List<Preset> editions = edition.map(List::of).orElse(List.of(Preset.AUTHORS, Preset.FULL, Preset.QUICK));
        for (Preset one : editions) {
            Path table = one.in(out).resolve("claims.csv");
            if (Files.exists(table)) {
                Claim.parse(Frame.parseCsv(Files.readString(table))).stream()
                        .filter(claim -> figures.isEmpty() || figures.contains(claim.figure()))
                        .filter(claim -> isShown(claim, sources))
                        .forEach(claim -> quoted.putIfAbsent(claim.id(), QuotedClaim.of(claim, one.text())));
            }
        }
        Set<String> wanted = RenamedClaims.current(ids, spec.commandLine().getErr()::println);
        for (String id : wanted) {
            if (!quoted.containsKey(id)) {
                throw NearestNames.unknown("claim", id, quoted.keySet(), file + " has the committed ones");
            }
        }
        if (!wanted.isEmpty()) {
            quoted.keySet().retainAll(wanted);
        }
        if (quoted.isEmpty()) {
            throw new IOException("no claim of " + file + " is asked for");
        }
        if (against.isPresent()) {
            Map<String, QuotedClaim> old = quoted(against.get());
            List<String> moved = QuotedClaim.moved(old, quoted, Claim.renamed());
            moved.forEach(print::println);
            print.println(old.size() + " claims compared, " + moved.size() + " changed");
            return moved.isEmpty() ? 0 : Main.FAILURE;
        }
        print.print(
                switch (format.orElseThrow()) {
                    case TEX -> QuotedClaim.tex(quoted.values(), Origin.kitVersion());
                    case CSV -> QuotedClaim.frame(quoted.values()).csv();
                    case JSON -> QuotedClaim.json(quoted.values()) + "\n";
                });
        return 0;
    }

    private static Map<String, QuotedClaim> quoted(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a file: --against needs a table of --format csv");
        }
        try {
            Map<String, QuotedClaim> old = QuotedClaim.parse(Frame.parseCsv(Files.readString(file)));
            if (!old.isEmpty()) {
                return old;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no table of --format csv: " + e.getMessage(), e);
        }
        throw new IOException(file + " holds no claim");
    }

    private boolean isShown(Claim claim, Map<String, String> sources) {
        return (claim.source() + sources.get(claim.figure())).contains(paper)
                && (verdicts.isEmpty()
                        || verdicts.contains(claim.answer())
                        || verdicts.contains(claim.verdict().word(1)));
    }

    private static Map<String, String> sources() {
        return Catalogue.figures().stream()
                .collect(Collectors.toMap(Story::id, figure -> String.join("; ", figure.sources())));
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
        Map<String, String> sources = sources();
        List<Claim> shown = claims.stream()
                .filter(claim -> isShown(claim, sources))
                .filter(claim -> wanted.isEmpty() || wanted.contains(claim.id()))
                .toList();
        for (String id : wanted) {
            if (shown.stream().noneMatch(claim -> claim.id().equals(id))) {
                throw new IllegalArgumentException("no claim '" + id + "' among those asked for");
            }
        }
        print(print, shown);
    }

    /** The table, and how many have which verdict. */
    static void print(PrintWriter print, List<Claim> shown) {
        print.print(Claim.summary(Claim.failuresFirst(shown), DIGITS).print(DIGITS));
        for (Claim.Role role : Claim.Role.values()) {
            List<Claim> of = shown.stream().filter(c -> c.role() == role).toList();
            if (!of.isEmpty()) {
                print.println(Schema.formatValue(role) + ": "
                        + (role == Claim.Role.CONTROL
                                ? of.stream()
                                                .filter(c -> c.verdict() == Claim.Verdict.REPRODUCED)
                                                .count()
                                        + " of " + of.size() + " controls worked"
                                : Strip.counts(of)));
            }
        }
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
