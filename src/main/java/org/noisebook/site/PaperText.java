package org.noisebook.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.chart.Strip;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Box;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Exhibit;
import org.noisebook.figure.Headline;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Variation;

/**
 * The page of a paper in Markdown, from the hand-written part and the committed figures and claims.
 *
 * @param paper the hand-written part
 * @param root the checkout
 * @param claims the committed claims, with the full preset before quick
 * @param largest the claims by id, each from the largest edition that judged it
 * @param notebooks the text of all notebooks by path
 * @param judgement its headline, if it has been asked
 */
public record PaperText(
        PaperPage paper,
        Path root,
        Map<Preset, List<Claim>> claims,
        Map<String, Claim> largest,
        Map<String, String> notebooks,
        Optional<Judgement> judgement) {
    private static final String ENDING = ".md";
    private static final String HEAD =
            "| claim | role | says | control | predicted | measured | resolves | n | verdict |\n" + "| --- ".repeat(9)
                    + "|\n";

    private static final String UP = "../../../../";

    /** Most rows of claims that are not folded. */
    private static final int MOST_ROWS = 8;

    /** Most numbers in a row of claims that have no words of their own. */
    private static final int MOST_NUMBERS = 6;

    private static final int LONGEST_CONDITION = 45;
    private static final int MOST_WINDOWS = 4;
    private static final int DIGITS = 3;
    private static final String FAMILY = "-*";

    private static final String LEGEND =
            "\n± and [ ]: 95 % intervals over n replicas. Each claim is from its largest preset. Resolves: half the"
                    + " interval, the smallest detectable effect; for a regression half the window; computed: one number"
                    + " without draws. Control: what would fail if the finding were an artefact. Roles: paper, the paper"
                    + " states it; finding, the kit's own, which could have gone either way; law, a formula checked by"
                    + " simulation; code, a second computation; control; identity, algebra that tests the code; regression, a"
                    + " recorded value of the kit. Claims that disagree come first, identities last.\n";

    /**
     * A row of the table of what was found.
     *
     * @param words the claim in words
     * @param predicted the windows of the claims
     * @param measured their numbers
     * @param told the claims whose numbers are given
     * @param all the claims counted in its verdict
     */
    private record Finding(String words, String predicted, String measured, List<Claim> told, List<Claim> all) {
        boolean isAdverse() {
            return all.stream().anyMatch(claim -> claim.verdict() != Claim.Verdict.REPRODUCED);
        }

        /** A table row, with a comment where the site inserts its bar. */
        String line() {
            String ids = told.stream().map(Claim::id).collect(Collectors.joining(" "));
            List<Claim> others = new ArrayList<>(all);
            others.removeAll(told);
            return "| " + escape(words) + " | " + predicted + " | " + (ids.isEmpty() ? "" : "<!-- bar " + ids + " -->")
                    + measured + " | " + (told.isEmpty() ? "" : strong(told))
                    + (others.isEmpty()
                            ? ""
                            : (told.isEmpty() ? "" : "; ") + counted(others.size(), "other") + ": " + strong(others))
                    + " |\n";
        }
    }

    /** The files of a checkout made from committed ones, by path: a page per paper, their index, and {@code codemeta.json}. */
    public static Map<Path, String> pages(Path root) throws IOException {
        Map<Preset, List<Claim>> claims = PaperPage.claims(root);
        Map<String, Claim> largest = largest(claims);
        Map<String, String> notebooks = notebooks(root);
        Path folder = Path.of("src", "site", "markdown", "papers");
        Map<Path, String> pages = new LinkedHashMap<>();
        List<PaperPage> papers = PaperPage.all(root);
        Map<String, Judgement> judged = Judgement.all(root, papers, largest);
        StringBuilder index =
                new StringBuilder("# Papers\n\nDoes the main claim of each paper hold in small models, at the"
                        + " settings of its figure and at others drawn at random? "
                        + Judgement.counts(judged, papers.size())
                        + "\n\n| paper | main claim | figures | claims |\n" + "| --- ".repeat(4) + "|\n");
        for (PaperPage paper : papers) {
            Optional<Judgement> judgement = Optional.ofNullable(judged.get(paper.key()));
            PaperText text = new PaperText(paper, root, claims, largest, notebooks, judgement);
            pages.put(folder.resolve(paper.key() + ENDING), text.markdown());
            index.append("| [" + paper.question() + "](" + paper.key() + ENDING + ")" + text.cite(", ", " ") + " | "
                    + judgement
                            .map(one -> "**" + one.verdict().words() + "** " + one.dots())
                            .orElse(Judgement.NOT_ASKED)
                    + " | " + paper.figures().size() + " | " + count(text.own()) + " |\n");
        }
        index.append(
                "\nA dot is a setting: ● holds, ○ fails, ◐ in part, · undecided. Each claim counts once, in its largest"
                        + " preset, by its role. Written by `noisebook docs`.\n");
        pages.put(folder.resolve("index.md"), index.toString());
        pages.put(
                Path.of("figures", "headlines.csv"),
                Judgement.frame(papers, judged).csv());
        if (Files.exists(root.resolve("CITATION.cff"))) {
            pages.put(Path.of("codemeta.json"), Citation.in(root).codemeta());
        }
        return pages;
    }

    /** Claims by id, each from the largest edition that judged it. */
    static Map<String, Claim> largest(Map<Preset, List<Claim>> claims) {
        Map<String, Claim> largest = new LinkedHashMap<>();
        claims.values().forEach(all -> all.forEach(claim -> largest.putIfAbsent(claim.id(), claim)));
        return largest;
    }

    /** The text of all notebooks of a checkout by path. */
    static Map<String, String> notebooks(Path root) throws IOException {
        Map<String, String> notebooks = new TreeMap<>();
        Path folder = root.resolve("notebooks");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (file.toString().endsWith(".ipynb")) {
                        notebooks.put("notebooks/" + file.getFileName(), Files.readString(file));
                    }
                }
            }
        }
        return notebooks;
    }

    /** How many claims there are of each role, and how many controls worked. */
    static String count(List<Claim> claims) {
        return counted(claims.size(), "claim") + ": "
                + Arrays.stream(Claim.Role.values())
                        .map(role -> count(
                                role,
                                claims.stream()
                                        .filter(claim -> claim.role() == role)
                                        .toList()))
                        .filter(words -> !words.isEmpty())
                        .collect(Collectors.joining(", "));
    }

    private static String count(Claim.Role role, List<Claim> claims) {
        long worked = claims.stream()
                .filter(claim -> claim.verdict() == Claim.Verdict.REPRODUCED)
                .count();
        return claims.isEmpty()
                ? ""
                : role == Claim.Role.CONTROL
                        ? worked + " of " + counted(claims.size(), "control") + " worked"
                        : claims.size() + " " + Schema.formatValue(role);
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private List<Claim> own() {
        return Claim.failuresFirst(largest.values().stream()
                .filter(claim -> paper.figures().contains(claim.figure()))
                .toList());
    }

    private List<Claim> judged() {
        List<Claim> judged = new ArrayList<>(own());
        judged.removeIf(claim -> claim.kind() == Claim.Kind.IDENTITY);
        return judged;
    }

    /** The title of the paper, unless it is the question, and its citation. */
    private String cite(String before, String after) {
        String title = paper.question().equals(paper.title())
                ? before
                : before + "*" + paper.title() + (paper.title().endsWith("?") ? "*" : ".*") + after;
        return title + Citation.linked(paper.cite());
    }

    private String markdown() throws IOException {
        List<Exhibit> shown = new ArrayList<>();
        for (String figure : paper.figures()) {
            Exhibit.of(root, figure, claims).ifPresent(shown::add);
        }
        Map<String, String> sections = paper.sections();
        StringBuilder page = new StringBuilder("# " + paper.question() + "\n\n"
                + judgement.map(PaperText::headline).orElse("") + cite("", " ") + "\n\n");
        page.append(
                sections.containsKey(PaperPage.SHORT)
                        ? "**In short.** " + take(sections, PaperPage.SHORT) + "\n\n"
                        : "");
        section(page, sections, PaperPage.QUESTION);
        section(page, sections, PaperPage.SAYS);
        section(page, sections, PaperPage.DID);
        Exhibit hero = shown.stream().filter(Exhibit::isDecided).findFirst().orElse(null);
        if (hero != null) {
            page.append(picture(hero) + "**" + hero.title() + ".**" + sentence(" ", hero) + "\n\n");
        }
        List<Claim> others = judged();
        List<Finding> rows = findings(shown);
        page.append(others.isEmpty() ? "" : "## " + PaperPage.FOUND + "\n\n");
        page.append(rows.isEmpty() ? "" : "| claim | predicted | measured | verdict |\n" + "| --- ".repeat(4) + "|\n");
        rows.forEach(row -> page.append(row.line()));
        rows.forEach(row -> others.removeAll(row.all()));
        page.append(rows.isEmpty() ? "" : "\n");
        page.append(
                others.isEmpty()
                        ? ""
                        : "[" + counted(others.size(), (rows.isEmpty() ? "" : "more ") + "claim") + ": "
                                + Strip.counts(others) + "](#claims)\n\n");
        page.append(sections.containsKey(PaperPage.FOUND) ? take(sections, PaperPage.FOUND) + "\n\n" : "");
        section(page, sections, PaperPage.MEANS);
        tryIt(page, take(sections, PaperPage.TRY), hero == null && !shown.isEmpty() ? shown.get(0) : hero);
        if (!sections.isEmpty()) {
            fold(
                    page,
                    "What else was found, and how",
                    sections.entrySet().stream()
                            .map(one -> (one.getKey().isEmpty() ? "" : "### " + one.getKey() + "\n\n")
                                    + Citation.linked(one.getValue()) + "\n")
                            .collect(Collectors.joining("\n")));
        }
        StringBuilder figures = new StringBuilder();
        for (Exhibit one : shown) {
            String files = UP + one.picture().replace(".svg", "");
            figures.append("### [" + one.title() + "](" + UP + one.picture() + ")\n\n"
                    + (one == hero ? "Shown above. " : one.isDecided() ? picture(one) : "Undecided so far. ")
                    + sentence("", one) + "\n\n```\n" + one.command() + "\n" + one.java() + "\n```\n\n[Numbers]("
                    + files
                    + ".csv) · [settings](" + files + ".json)\n\n");
        }
        figures.append("Sources\n\n");
        shown.stream()
                .flatMap(one -> one.figure().sources().stream())
                .distinct()
                .forEach(source -> figures.append("- " + Citation.linked(escape(source)) + "\n"));
        page.append("## Figures\n\n");
        fold(page, counted(shown.size(), "figure") + ", settings and sources", figures.toString());
        List<Claim> own = own();
        StringBuilder table = new StringBuilder(HEAD);
        own.forEach(claim -> table.append(line(claim, "<a id=\"" + claim.id() + "\"></a>")));
        page.append("## Claims\n\n");
        fold(page, count(own), table + LEGEND);
        judgement.ifPresent(one -> {
            page.append("## Settings\n\n");
            fold(
                    page,
                    one.settings() + " settings drawn from "
                            + one.headline().box().map(Box::toString).orElse(""),
                    settings(one));
        });
        return page.append("Written by `noisebook docs`.\n").toString();
    }

    /** The paper's words, what became of them, and what the toy lacks. */
    private static String headline(Judgement one) {
        Headline headline = one.headline();
        String verdict = one.verdict().words();
        String where = one.where();
        for (String id : headline.decides()) {
            where = where.replace(id + " agrees", "[`" + id + "`](#" + id + ") agrees");
        }
        return "> " + headline.quoted() + " (" + headline.place() + ")\n>\n> **"
                + Character.toUpperCase(verdict.charAt(0)) + verdict.substring(1) + "**"
                + (headline.reason().isEmpty() ? ": " : ": " + headline.reason() + ". Of what follows from it, ")
                + where + ". " + one.dots()
                + (headline.lacks().isEmpty() ? "" : " Not in this toy: " + headline.lacks() + ".") + "\n\n";
    }

    private static String settings(Judgement one) {
        StringBuilder table = new StringBuilder(
                "| setting | claim | predicted | measured | verdict |\n" + "| --- ".repeat(5) + "|\n");
        for (Variation row : one.varied()) {
            table.append("| " + row.setting() + ": " + row.changes() + " | [" + row.claim() + "](#" + row.claim()
                    + ") | " + row.window() + " | " + row.found() + " | " + row.verdict() + " |\n");
        }
        int refused = one.varied().stream()
                .filter(row -> row.claim().equals(one.headline().decides().get(0)))
                .mapToInt(Variation::refused)
                .sum();
        return table + "\nDrawn by `noisebook vary " + one.headline().figure()
                + "`, numbers log-uniformly unless counts or shares say otherwise; " + counted(refused, "draw")
                + " refused by the study and redrawn. A run that diverges counts as a failure.\n";
    }

    /** A section without the lines that list claims, which is taken out; empty if it is missing. */
    private static String take(Map<String, String> sections, String name) {
        return Citation.linked(Objects.requireNonNullElse(sections.remove(name), ""));
    }

    private static void section(StringBuilder page, Map<String, String> sections, String name) {
        String text = take(sections, name);
        page.append(text.isEmpty() ? "" : "## " + name + "\n\n" + text + "\n\n");
    }

    /** The command of a figure and those in the text, the rest of the text, and links. */
    private void tryIt(StringBuilder page, String text, Exhibit one) {
        if (one == null) {
            return;
        }
        List<String> commands = text.lines().filter(PaperText::isCommand).toList();
        String rest = text.lines().filter(line -> !isCommand(line)).collect(Collectors.joining("\n"));
        page.append("## " + PaperPage.TRY + "\n\n```\n" + one.command() + "\n");
        commands.forEach(command -> page.append(command + "\n"));
        page.append("```\n\n" + (rest.isBlank() ? "" : rest.strip() + "\n\n"));
        notebooks.forEach((path, notebook) -> {
            if (paper.figures().stream().anyMatch(id -> notebook.contains("new " + home(id) + "()"))) {
                page.append("[Notebook " + path.replaceAll(".*/([0-9]+)-(.*)\\.ipynb", "$1, $2") + "](" + UP + path
                        + ") · ");
            }
        });
        page.append("[All claims](#claims) · "
                + Character.toUpperCase(one.preset().text().charAt(0))
                + one.preset().text().substring(1) + " edition, seed 1\n\n");
    }

    private static boolean isCommand(String line) {
        return line.startsWith("environment/noisebook ");
    }

    private static String home(String figure) {
        return Catalogue.figure(figure).home().getSimpleName();
    }

    private static void fold(StringBuilder page, String summary, String text) {
        page.append("<details>\n<summary>" + summary + "</summary>\n\n" + text + "\n</details>\n\n");
    }

    /** Its grey line, which a figure may lack. */
    private static String sentence(String before, Exhibit one) {
        return one.subtitle().isBlank() ? "" : before + one.subtitle() + ".";
    }

    private static String picture(Exhibit one) {
        String file = UP + one.picture();
        return "[![" + one.title() + "](" + file + ")](" + file + ")\n\n";
    }

    private static String strong(List<Claim> claims) {
        return strong(new Strip.Row("", claims).verdict(), Strip.counts(claims));
    }

    private static String strong(Claim.Verdict verdict, String words) {
        return verdict == Claim.Verdict.REPRODUCED ? words : "**" + words + "**";
    }

    /**
     * The rows: those of the text, else those of the figures, else one for each figure; then what they leave out, by family, if part
     * of it does not agree.
     */
    private List<Finding> findings(List<Exhibit> shown) {
        List<Finding> rows = written();
        boolean several = shown.size() > 1;
        if (rows.isEmpty()) {
            shown.forEach(one -> one.rows()
                    .forEach(row -> rows.add(finding(row.claim(), row.measure(), row.claims(), row.claims()))));
        }
        List<Claim> others = judged();
        rows.forEach(row -> others.removeAll(row.all()));
        Map<String, List<Claim>> families = others.stream()
                .collect(Collectors.groupingBy(
                        claim -> several ? claim.figure() : claim.stem(), LinkedHashMap::new, Collectors.toList()));
        families.values()
                .removeIf(family -> family.stream().allMatch(claim -> claim.verdict() == Claim.Verdict.REPRODUCED));
        if (several && rows.size() + families.size() > MOST_ROWS) {
            rows.clear();
            for (Exhibit one : shown) {
                List<Claim> all = judged().stream()
                        .filter(claim -> claim.figure().equals(one.figure().id()))
                        .toList();
                List<Strip.Row> said = one.rows();
                if (!all.isEmpty()) {
                    rows.add(
                            said.isEmpty()
                                    ? family(one.title(), all)
                                    : finding(
                                            said.get(0).claim(),
                                            said.get(0).measure(),
                                            said.get(0).claims(),
                                            all));
                }
            }
        } else {
            families.forEach((name, family) ->
                    rows.add(family(several ? title(shown, name) + ": other claims" : name, family)));
        }
        return rows.size() > MOST_ROWS ? merged(rows) : rows;
    }

    /** The first row, those that do not agree, and others while there is room; what does not agree after that is one row. */
    private static List<Finding> merged(List<Finding> rows) {
        List<Finding> kept = new ArrayList<>(rows);
        kept.subList(1, kept.size()).sort(Comparator.comparing(row -> !row.isAdverse()));
        List<Finding> rest = new ArrayList<>(kept.subList(MOST_ROWS - 1, kept.size()));
        rest.removeIf(row -> !row.isAdverse());
        kept = new ArrayList<>(kept.subList(0, MOST_ROWS - 1));
        if (!rest.isEmpty()) {
            kept.add(new Finding(
                    "Elsewhere",
                    "",
                    rest.stream()
                            .map(row -> escape(row.words()) + ": " + Strip.counts(row.all()))
                            .collect(Collectors.joining("; ")),
                    List.of(),
                    rest.stream().flatMap(row -> row.all().stream()).toList()));
        }
        return kept;
    }

    private static String title(List<Exhibit> shown, String figure) {
        return shown.stream()
                .filter(one -> one.figure().id().equals(figure))
                .map(Exhibit::title)
                .findFirst()
                .orElse(figure);
    }

    /** The row of claims without words of their own: the numbers of those that do not agree. */
    private static Finding family(String name, List<Claim> all) {
        List<Claim> told = all.stream()
                .filter(claim -> claim.verdict() != Claim.Verdict.REPRODUCED)
                .toList();
        return finding(Character.toUpperCase(name.charAt(0)) + name.substring(1), "", told.isEmpty() ? all : told, all);
    }

    private static Finding finding(String words, String measure, List<Claim> told, List<Claim> all) {
        List<Claim> first = told.subList(
                0, Math.min(told.size(), told.equals(all.subList(0, told.size())) ? told.size() : MOST_NUMBERS));
        List<String> windows = first.stream().map(Claim::window).distinct().toList();
        String numbers = first.size() == 1
                ? linked(first.get(0), first.get(0).found())
                : first.stream()
                        .map(claim -> linked(
                                        claim,
                                        Numbers.brief(claim.measured().mean(), DIGITS)
                                                .replace('-', '−'))
                                + condition(claim, first))
                        .collect(Collectors.joining(", "));
        return new Finding(
                words,
                windows.size() > MOST_WINDOWS ? "a window for each" : String.join("; ", windows),
                (measure.isEmpty() ? "" : escape(measure) + ": ")
                        + numbers
                        + (first.size() < told.size() ? " and " + (told.size() - first.size()) + " more" : ""),
                first,
                all);
    }

    private static String linked(Claim claim, String number) {
        return "[" + escape(number) + "](#" + claim.id() + ")";
    }

    /** The parts of a claim's statement that others of its row lack, if they are short. */
    private static String condition(Claim claim, List<Claim> row) {
        List<String> own = new ArrayList<>(parts(claim));
        List<String> shared = new ArrayList<>(own);
        row.forEach(one -> shared.retainAll(parts(one)));
        own.removeAll(shared);
        String condition = String.join(", ", own);
        return condition.isEmpty() || condition.length() > LONGEST_CONDITION ? "" : " (" + escape(condition) + ")";
    }

    private static List<String> parts(Claim claim) {
        return List.of(claim.statement().replaceAll("\\)$", "").split("[,;:] | \\(| (?:at|for|and) (?=\\S+ = )"));
    }

    /**
     * The rows for lines {@code claims: WORDS: NUMBER: ID ID …}, where {@code FIGURE-*} counts the claims of a figure that no line
     * names in the verdict of the row.
     */
    private List<Finding> written() {
        List<Finding> rows = new ArrayList<>();
        List<String[]> lines = paper.text()
                .lines()
                .filter(line -> line.startsWith(PaperPage.CLAIMS))
                .map(line -> line.substring(PaperPage.CLAIMS.length()).split(": ", 3))
                .toList();
        Set<String> named =
                lines.stream().flatMap(line -> Stream.of(line[2].split(" "))).collect(Collectors.toSet());
        for (String[] line : lines) {
            List<Claim> told = new ArrayList<>();
            List<Claim> all = new ArrayList<>();
            for (String id : line[2].split(" ")) {
                if (id.endsWith(FAMILY)) {
                    judged().stream()
                            .filter(claim -> id.equals(claim.figure() + FAMILY) && !named.contains(claim.id()))
                            .forEach(all::add);
                } else {
                    told.add(Optional.ofNullable(largest.get(id))
                            .orElseThrow(() -> new IllegalArgumentException("no committed claim " + id)));
                }
            }
            all.addAll(0, told);
            rows.add(finding(line[0], line[1], told, all));
        }
        return rows;
    }

    private static String line(Claim claim, String anchor) {
        return Stream.of(
                        anchor + "`" + claim.id() + "`",
                        Schema.formatValue(claim.role()),
                        escape(claim.statement()),
                        escape(claim.control()),
                        claim.window(),
                        escape(claim.found()),
                        claim.resolves(),
                        claim.runs(),
                        strong(claim.verdict(), claim.answer()))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String escape(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
