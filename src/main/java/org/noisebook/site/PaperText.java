package org.noisebook.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.chart.Strip;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Exhibit;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;

/**
 * The page of a paper in Markdown, from the hand-written part and the committed figures and claims.
 *
 * @param paper the hand-written part
 * @param root the checkout
 * @param claims the committed claims, with the full preset before quick
 * @param largest the claims by id, each from the largest edition that judged it
 */
public record PaperText(PaperPage paper, Path root, Map<Preset, List<Claim>> claims, Map<String, Claim> largest) {
    private static final String ENDING = ".md";
    private static final String TABLE = "claims: ";
    private static final String HEAD =
            "| claim | says | control | predicted | measured | resolves | n | verdict |\n" + "| --- ".repeat(8) + "|\n";

    private static final String UP = "../../../../";

    private static final String LEGEND =
            "\n± and [ ]: 95 % intervals over n replicas. Each claim is from its largest preset. Resolves: half the"
                    + " interval, the smallest detectable effect; for a regression half the window. Control: what"
                    + " would fail if the finding were an artefact. A regression compares a mean with a reference value."
                    + " An identity follows from algebra and tests the code. Failures come first, identities last.\n";

    /** The files of a checkout made from committed ones, by path: a page per paper, their index, and {@code codemeta.json}. */
    public static Map<Path, String> pages(Path root) throws IOException {
        Map<Preset, List<Claim>> claims = PaperPage.claims(root);
        Map<String, Claim> largest = largest(claims);
        Path folder = Path.of("src", "site", "markdown", "papers");
        Map<Path, String> pages = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder("# Papers\n\n| paper | figures | claims |\n| --- | --- | --- |\n");
        for (PaperPage paper : PaperPage.all(root)) {
            PaperText text = new PaperText(paper, root, claims, largest);
            pages.put(folder.resolve(paper.key() + ENDING), text.markdown());
            index.append("| [" + paper.title() + "](" + paper.key() + ENDING + "), " + paper.cite() + " | "
                    + paper.figures().size() + " | " + Strip.counts(text.judged()) + " |\n");
        }
        index.append("\nEach claim counts once, in its largest preset. Written by `noisebook docs`.\n");
        pages.put(folder.resolve("index.md"), index.toString());
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

    private String markdown() throws IOException {
        List<Exhibit> shown = new ArrayList<>();
        for (String figure : paper.figures()) {
            Exhibit.of(root, figure, claims).ifPresent(shown::add);
        }
        StringBuilder page = new StringBuilder("# " + paper.title() + "\n\n" + paper.cite() + "\n\n");
        Exhibit hero = shown.stream().filter(Exhibit::isDecided).findFirst().orElse(null);
        if (hero != null) {
            page.append(picture(hero) + "**" + hero.title() + ".**" + sentence(" ", hero) + "\n\n");
        }
        Map<Strip.Row, String> headlines = headlines();
        List<Strip.Row> rows = new ArrayList<>(headlines.keySet());
        page.append(
                headlines.isEmpty() && shown.stream().allMatch(one -> one.rows().isEmpty())
                        ? ""
                        : "| claim | measured | verdict |\n| --- | --- | --- |\n");
        headlines.forEach((row, number) ->
                page.append(row(row, number + ": " + measured(row.claims().get(0)))
                        .replaceFirst("([0-9])", "<a id=\"claim-$1\"></a>$1")));
        for (Exhibit one : headlines.isEmpty() ? shown : List.<Exhibit>of()) {
            page.append(shown.size() > 1 && !one.rows().isEmpty() ? "| **" + one.title() + "** | | |\n" : "");
            one.rows()
                    .forEach(row -> page.append(row(
                            row,
                            row.claims().size() > 1
                                    ? row.claims().size() + " cases"
                                    : measured(row.claims().get(0)))));
            rows.addAll(one.rows());
        }
        List<Claim> others = judged();
        rows.forEach(row ->
                row.claims().forEach(told -> others.removeIf(claim -> claim.id().equals(told.id()))));
        String rest = rows.isEmpty() ? "[Claims: " + Strip.counts(others) : "\n[" + Strip.rest(others);
        page.append(others.isEmpty() ? "" : rest + "](#claims)\n");
        String[] told =
                paper.text().replaceAll("(?m)^" + TABLE + ".*\n?", "").strip().split("\n{2,}", 2);
        page.append("\n" + told[0] + "\n\n");
        if (told.length > 1) {
            fold(page, "What was found, and how", told[1] + "\n");
        }
        if (!headlines.isEmpty()) {
            StringBuilder table = new StringBuilder(HEAD);
            headlines.keySet().forEach(row -> {
                table.append("| **" + escape(row.claim()) + "** |" + " |".repeat(7) + "\n");
                row.claims().forEach(claim -> table.append(line(claim, "")));
            });
            fold(page, "The measurements that decide the rows above", table.toString());
        }
        page.append("## Figures\n\n");
        for (Exhibit one : shown) {
            page.append("### [" + one.title() + "](" + UP + one.picture() + ")\n\n"
                    + (one == hero ? "Shown above. " : one.isDecided() ? picture(one) : "Undecided so far. ")
                    + sentence("", one) + "\n\n```\n" + one.command() + "\n" + one.java() + "\n```\n\n");
        }
        page.append("## Claims\n\n");
        List<Claim> own = own();
        StringBuilder table = new StringBuilder(HEAD);
        own.forEach(claim -> table.append(line(claim, "<a id=\"" + claim.id() + "\"></a>")));
        fold(page, "All " + own.size() + " claims", table + LEGEND);
        return page.append("Written by `noisebook docs`.\n").toString();
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

    /** A table row, with a comment where the site inserts its bar. */
    private static String row(Strip.Row row, String measured) {
        String ids = row.claims().stream().map(Claim::id).collect(Collectors.joining(" "));
        return "| " + escape(row.claim()) + " | <!-- bar " + ids + " -->" + escape(measured) + " | "
                + strong(row.verdict(), Strip.counts(row.claims())) + " |\n";
    }

    private static String measured(Claim claim) {
        return claim.found() + "; predicted " + claim.window();
    }

    private static String strong(Claim.Verdict verdict, String words) {
        return verdict == Claim.Verdict.REPRODUCED ? words : "**" + words + "**";
    }

    /** The rows for lines {@code claims: WORDS: NUMBER: ID ID …}, with the measurement of the first claim. */
    private Map<Strip.Row, String> headlines() {
        Map<Strip.Row, String> rows = new LinkedHashMap<>();
        for (String line : paper.text().split("\n")) {
            if (line.startsWith(TABLE)) {
                String[] parts = line.substring(TABLE.length()).split(": ", 3);
                List<Claim> judged = Arrays.stream(parts[2].split(" "))
                        .map(id -> Optional.ofNullable(largest.get(id))
                                .orElseThrow(() -> new IllegalArgumentException("no committed claim " + id)))
                        .toList();
                rows.put(new Strip.Row(parts[0], judged), parts[1]);
            }
        }
        return rows;
    }

    private static String line(Claim claim, String anchor) {
        return Stream.of(
                        anchor + "`" + claim.id() + "`",
                        escape(claim.statement()),
                        escape(claim.control()),
                        Schema.formatValue(claim.kind()) + ", " + claim.window(),
                        escape(claim.found()),
                        claim.resolves(),
                        String.valueOf(claim.measured().n()),
                        strong(claim.verdict(), claim.verdictText()))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String escape(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
