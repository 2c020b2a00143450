package org.noisebook.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;

/**
 * The page of a paper: what it says, by hand, then its figures and every claim with its verdict, from the committed tables.
 *
 * <p>The hand-written part is that of a {@link Chapter}, or {@code src/site/papers/KEY.md}: a heading, lines {@code cite:}, {@code
 * figures:} and {@code studies:}, a blank line and the text. Pages come out the same from the same committed files, anywhere.
 *
 * @param key the paper's identifier, such as {@code 2301.13703}
 * @param title its title
 * @param cite authors, year, identifier
 * @param figures ids of its figures
 * @param studies ids of its studies
 * @param text what it says, and what a reader should take from it
 */
public record PaperPage(
        String key, String title, String cite, List<String> figures, List<String> studies, String text) {
    private static final String ENDING = ".md";
    private static final List<Preset> PRESETS = List.of(Preset.FULL, Preset.QUICK);

    private static final String TABLE = "claims: ";

    private static final String LEGEND =
            "\n± and [ ]: 95 % intervals over n replicas (n stands in [claims.csv](../../../../figures/claims.csv))."
                    + " Reproduced: the interval lies inside the window; not reproduced: outside; not resolved: it"
                    + " straddles an end; too few runs: it does, and is wider than the window. Resolves: the smallest"
                    + " effect that could be seen at this n, half the interval, of a regression half the window. Control:"
                    + " what would fail if the finding were an artefact. A regression is compared with a reference value:"
                    + " its mean counts. An identity follows from algebra and tests the code. Failures stand first,"
                    + " identities last.";

    private static final String OWN_WINDOW =
            " The window shown is that of the first verdict; each was judged in its own.";

    /** Copies. */
    public PaperPage {
        figures = List.copyOf(figures);
        studies = List.copyOf(studies);
    }

    /** All papers of a checkout, by key. */
    public static List<PaperPage> all(Path root) throws IOException {
        List<PaperPage> pages = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve("src/site/papers"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                pages.add(parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file)));
            }
        }
        Catalogue.chapters().forEach(chapter -> chapter.page().ifPresent(pages::add));
        pages.sort(Comparator.comparing(PaperPage::key));
        return pages;
    }

    /**
     * The hand-written part.
     *
     * @throws IllegalArgumentException naming the line that is missing
     */
    public static PaperPage parse(String key, String text) {
        String[] parts = text.split("\n\n", 2);
        String[] head = parts[0].split("\n");
        return new PaperPage(
                key,
                line(key, head, 0, "# "),
                line(key, head, 1, "cite: "),
                List.of(line(key, head, 2, "figures: ").split(" ")),
                List.of(line(key, head, 3, "studies: ").split(" ")),
                parts.length < 2 ? "" : parts[1].strip());
    }

    private static String line(String key, String[] head, int index, String start) {
        if (index >= head.length || !head[index].startsWith(start)) {
            throw new IllegalArgumentException(
                    "line " + (index + 1) + " of the page of " + key + " must begin with '" + start + "'");
        }
        return head[index].substring(start.length()).strip();
    }

    /** The committed claims of a checkout, full before quick. */
    public static Map<Preset, List<Claim>> claims(Path root) throws IOException {
        Map<Preset, List<Claim>> claims = new LinkedHashMap<>();
        for (Preset preset : PRESETS) {
            Path file = preset.in(root.resolve("figures")).resolve("claims.csv");
            claims.put(preset, Files.exists(file) ? Claim.parse(Frame.parseCsv(Files.readString(file))) : List.of());
        }
        return claims;
    }

    /** The pages of a checkout by path below its root: one a paper and their index. */
    public static Map<Path, String> pages(Path root) throws IOException {
        Map<Preset, List<Claim>> claims = claims(root);
        Path folder = Path.of("src", "site", "markdown", "papers");
        Map<Path, String> pages = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder("# Papers\n\n| paper | figures | for | against | not resolved |"
                + " too few runs | controls hold | fail |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (PaperPage page : all(root)) {
            pages.put(folder.resolve(page.key + ENDING), page.markdown(root, claims));
            index.append(page.row(claims.get(Preset.QUICK)));
        }
        index.append(
                "\nCounts are those of the quick preset, identities left out: claims that speak for the paper and against"
                        + " it, those not decided, and, apart, its controls. Written by `noisebook docs`.\n");
        pages.put(folder.resolve("index.md"), index.toString());
        return pages;
    }

    private String row(List<Claim> claims) {
        StringBuilder row =
                new StringBuilder("| [" + title + "](" + key + ENDING + "), " + cite + " | " + figures.size() + " |");
        List<Predicate<Claim>> columns = List.of(
                claim -> claim.isFinding() && claim.forPaper() == Claim.Verdict.REPRODUCED,
                claim -> claim.isFinding() && claim.forPaper() == Claim.Verdict.NOT_REPRODUCED,
                claim -> claim.isFinding() && claim.verdict() == Claim.Verdict.NOT_RESOLVED && !claim.tooFewRuns(),
                claim -> claim.isFinding() && claim.tooFewRuns(),
                claim -> claim.isControl() && claim.verdict() == Claim.Verdict.REPRODUCED,
                claim -> claim.isControl() && claim.verdict() != Claim.Verdict.REPRODUCED);
        columns.forEach(column -> row.append(' ')
                .append(own(claims).stream().filter(column).count())
                .append(" |"));
        return row.append('\n').toString();
    }

    private List<Claim> own(List<Claim> claims) {
        return claims.stream().filter(claim -> figures.contains(claim.figure())).toList();
    }

    private String markdown(Path root, Map<Preset, List<Claim>> claims) {
        StringBuilder page = new StringBuilder(
                "# " + title + "\n\n" + cite + "\n\n" + told(claims) + "\n\n## What was measured\n\n");
        for (String figure : figures) {
            page.append("### ").append(Catalogue.figure(figure).title()).append("\n\n");
            int empty = page.length();
            for (Preset preset : PRESETS) {
                Path picture = preset.in(Path.of("figures")).resolve(figure + ".svg");
                if (Files.exists(root.resolve(picture))) {
                    String file = picture.toString().replace('\\', '/');
                    page.append("![" + figure + ", " + preset.text() + "](../../../../" + file + ")\n");
                }
            }
            page.append(page.length() == empty ? "Not drawn yet.\n" : "");
            page.append("\n`environment/noisebook figures " + figure + "`\n\n");
        }
        page.append("## Claims\n\n");
        Map<Preset, List<Claim>> own = new LinkedHashMap<>(claims);
        own.replaceAll((preset, all) -> own(all));
        own.values().removeIf(List::isEmpty);
        if (own.isEmpty()) {
            return page.append("None.\n").toString();
        }
        page.append("| claim | says | control | kind | window |");
        own.keySet().forEach(preset -> page.append(' ').append(preset.text()).append(" | resolves | verdict |"));
        page.append("\n| --- | --- | --- | --- | --- |" + " --- | --- | --- |".repeat(own.size()) + "\n");
        claimRows(own).forEach(page::append);
        return page.append(LEGEND + (own.size() < 2 ? "" : OWN_WINDOW) + " Written by `noisebook docs`.\n")
                .toString();
    }

    /**
     * The text; its lines {@code claims: WORDS: ID ID …} become rows of a table: each claim from the largest preset that judged
     * it, and how much its interval resolves, which is half the width.
     */
    private String told(Map<Preset, List<Claim>> claims) {
        StringBuilder told = new StringBuilder();
        boolean inTable = false;
        for (String line : text.split("\n")) {
            boolean table = line.startsWith(TABLE);
            if (table && !inTable) {
                told.append(
                        "| claim | judged on | measured | verdict | resolves | n |\n| --- | --- | --- | --- | --- | --- |\n");
            }
            inTable = table;
            if (!table) {
                told.append(line).append('\n');
                continue;
            }
            String[] parts = line.substring(TABLE.length()).split(": ", 2);
            String[] ids = parts.length < 2 ? new String[0] : parts[1].split(" ");
            if (ids.length == 0) {
                told.append("| " + parts[0] + " | not tested on images | – | – | – | – |\n");
            }
            for (String id : ids) {
                told.append("| " + (id.equals(ids[0]) ? parts[0] : "") + " | " + judged(id, claims));
            }
        }
        return told.toString().strip();
    }

    private static String judged(String id, Map<Preset, List<Claim>> claims) {
        for (Map.Entry<Preset, List<Claim>> one : claims.entrySet()) {
            for (Claim claim : one.getValue()) {
                if (claim.id().equals(id)) {
                    return "`" + id + "` (" + one.getKey().text() + "): " + escape(claim.statement()) + " | "
                            + escape(claim.found()) + " | " + claim.verdictText() + " | " + claim.resolves() + " | "
                            + claim.measured().n() + " |\n";
                }
            }
        }
        throw new IllegalArgumentException("no committed claim " + id);
    }

    /** Failures first by the first preset that judged. */
    private static List<String> claimRows(Map<Preset, List<Claim>> claims) {
        Map<String, Claim> first = new LinkedHashMap<>();
        claims.values().forEach(all -> all.forEach(claim -> first.putIfAbsent(claim.id(), claim)));
        return Claim.failuresFirst(List.copyOf(first.values())).stream()
                .map(claim -> claimRow(claim, claims))
                .toList();
    }

    private static String claimRow(Claim shown, Map<Preset, List<Claim>> claims) {
        StringBuilder row = new StringBuilder("| `" + shown.id() + "` | " + escape(shown.statement()) + " | "
                + escape(shown.control()) + " | " + Schema.formatValue(shown.kind()) + " | " + shown.window() + " |");
        for (List<Claim> all : claims.values()) {
            row.append(all.stream()
                    .filter(claim -> claim.id().equals(shown.id()))
                    .map(claim -> " " + escape(claim.found()) + " | " + claim.resolves() + " | "
                            + (claim.verdict() == Claim.Verdict.REPRODUCED
                                    ? claim.verdictText()
                                    : "**" + claim.verdictText() + "**")
                            + " |")
                    .findFirst()
                    .orElse(" – | – | – |"));
        }
        return row.append('\n').toString();
    }

    private static String escape(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
