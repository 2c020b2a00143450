package org.noisebook.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.noisebook.chart.Strip;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.QuotedClaim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;

/**
 * A page and a badge for every claim, at {@code claims/ID.html} and {@code claims/ID.svg}, a badge for every paper, and pages that
 * lead from earlier ids to those of today.
 */
final class ClaimPages {
    private static final String FOLDER = "claims/";

    private final Site site;
    private final Citation kit;
    private final Map<String, Map<String, QuotedClaim>> releases;

    private ClaimPages(Site site, Citation kit) throws IOException {
        this.site = site;
        this.kit = kit;
        releases = releases(site.root.resolve("figures/releases"));
    }

    /** The numbers of releases by version, from the files {@code VERSION.csv} of a folder, which may be missing. */
    static Map<String, Map<String, QuotedClaim>> releases(Path folder) throws IOException {
        Map<String, Map<String, QuotedClaim>> releases = new LinkedHashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    releases.put(
                            file.getFileName().toString().replace(".csv", ""),
                            QuotedClaim.parse(Frame.parseCsv(Files.readString(file))));
                }
            }
        }
        return releases;
    }

    /** What the claim says, and the window that it predicts. */
    static String sentence(Claim claim) {
        return claim.statement() + "; predicted: " + claim.window();
    }

    /** The claim, what was found, and whether they agree, as one sentence. */
    static String heading(Claim claim) {
        String says = claim.statement();
        String found =
                claim.measured().n() == 0 || Double.isNaN(claim.measured().mean())
                        ? "there is no measurement yet"
                        : "the measurement is " + claim.found() + ", which "
                                + (claim.tooFewRuns()
                                        ? "comes from too few runs"
                                        : claim.verdict() == Claim.Verdict.NOT_RESOLVED
                                                ? "leaves it undecided"
                                                : claim.answer());
        return Character.toUpperCase(says.charAt(0)) + says.substring(1).replaceAll("\\.$", "") + ": the prediction is "
                + claim.window() + ", and " + found;
    }

    static String address(String id) {
        return FOLDER + id + ".html";
    }

    static void write(Site site, Citation kit) throws IOException {
        ClaimPages pages = new ClaimPages(site, kit);
        for (Claim claim : site.largest.values()) {
            pages.page(claim);
            pages.badge(FOLDER + claim.id() + ".svg", claim.id(), claim.answer(), claim.verdict());
        }
        for (Map.Entry<String, String> renamed : Claim.renamed().entrySet()) {
            pages.redirect(renamed.getKey(), renamed.getValue());
        }
        for (PaperPage paper : site.papers) {
            List<Claim> judged = site.largest.values().stream()
                    .filter(claim -> paper.figures().contains(claim.figure()) && claim.kind() != Claim.Kind.IDENTITY)
                    .toList();
            Judgement headline = site.judged.get(paper.key());
            if (headline != null) {
                pages.badge(
                        "papers/" + paper.key() + ".svg",
                        paper.key(),
                        headline.verdict().words(),
                        headline.verdict() == Judgement.Verdict.HOLDS
                                ? Claim.Verdict.REPRODUCED
                                : headline.verdict() == Judgement.Verdict.FAILS
                                        ? Claim.Verdict.NOT_REPRODUCED
                                        : Claim.Verdict.NOT_RESOLVED);
            } else if (!judged.isEmpty()) {
                long agree = judged.stream()
                        .filter(claim -> claim.verdict() == Claim.Verdict.REPRODUCED)
                        .count();
                pages.badge(
                        "papers/" + paper.key() + ".svg",
                        paper.key(),
                        agree + " of " + judged.size() + " agree",
                        new Strip.Row("", judged).verdict());
            }
        }
    }

    private void page(Claim claim) throws IOException {
        String path = address(claim.id());
        StringBuilder body = new StringBuilder("<h1>" + Markup.escape(heading(claim)) + "</h1>\n<p>" + chip(claim)
                + " <code>" + Markup.escape(claim.id()) + "</code></p>\n");
        for (Map.Entry<Preset, List<Claim>> edition : site.claims.entrySet()) {
            edition.getValue().stream()
                    .filter(one -> one.id().equals(claim.id()))
                    .forEach(one -> body.append(edition(path, edition.getKey(), one)));
        }
        List<String> from = new ArrayList<>();
        from.add(
                Markup.link(Markup.relative(path, "figures/" + claim.figure() + ".html"), claim.figure()) + ", figure");
        site.papers(claim.figure()).forEach(paper -> from.add(site.cited(path, paper)));
        body.append("<h2>Where it stands</h2>\n" + Markup.list(from));
        body.append("<h2>History</h2>\n" + history(claim, releases, kit.version()));
        String title = "Claim " + claim.id() + " of Noisebook " + kit.version();
        String year = kit.date().substring(0, 4);
        String url = site.base.isEmpty() ? "" : site.base + path;
        body.append("<h2>Cite</h2>\n<p>" + Markup.escape(kit.author()) + " (" + year + "). " + Markup.escape(title)
                + ": " + Markup.escape(sentence(claim)) + ". " + Markup.escape(url) + "</p>\n"
                + code("@misc{noisebook-"
                        + claim.id() + ",\n  author = {{" + kit.author() + "}},\n  title = {" + title
                        + "},\n  year = {" + year + "},\n  version = {" + kit.version() + "}"
                        + (url.isEmpty() ? "" : ",\n  url = {" + url + "}") + "\n}")
                + "<p>In LaTeX, <code>\\nbclaim{" + Markup.escape(claim.id())
                + "}</code> is its number, after <code>\\input</code> of what <code>noisebook claims --format tex</code>"
                + " prints.</p>\n" + embedded(site, FOLDER + claim.id() + ".svg", path));
        site.page(path, "Claim " + claim.id(), body.toString());
    }

    /** A badge and the Markdown that shows it with a link to its page. */
    static String embedded(Site site, String badge, String page) {
        String name = badge.substring(badge.lastIndexOf('/') + 1);
        String where = site.base.isEmpty() ? " (put the address of this site before both paths)" : "";
        return "<p>Badge" + where + ": <img class=\"whole\" alt=\"verdict\" src=\"" + Markup.escape(name) + "\"></p>\n"
                + code("[![" + name.replace(".svg", "") + "](" + site.base + badge + ")](" + site.base + page + ")");
    }

    private String edition(String path, Preset preset, Claim claim) {
        String edition = preset == Preset.QUICK ? "" : " --preset " + preset.text();
        String[][] rows = {
            {
                "Verdict",
                chip(claim) + " (in claims.csv: " + claim.verdictText() + ")"
                        + (claim.tooFewRuns() ? ", the interval is wider than the window" : "")
            },
            {
                "Measured",
                Markup.escape(claim.found()) + ", 95 % interval, n = "
                        + claim.measured().n()
            },
            {
                "Predicted",
                Schema.formatValue(claim.kind()) + ", " + Markup.escape(claim.window()) + "; the window was set: "
                        + claim.windowSet()
            },
            {"Role", Schema.formatValue(claim.role())},
            {"Source", Citation.html(claim.source())},
            {"Resolves", claim.resolves()},
            {"Control", control(path, claim)},
            {"Compute it", code("environment/noisebook claims " + claim.id() + edition)}
        };
        StringBuilder table = new StringBuilder(
                "<h2>Edition " + preset.text() + "</h2>\n" + Strip.bar(List.of(claim)) + "\n<table class=\"facts\">\n");
        for (String[] row : rows) {
            table.append("<tr><th scope=\"row\">" + row[0] + "</th><td>" + row[1] + "</td></tr>\n");
        }
        return table + "</table>\n";
    }

    private String control(String path, Claim claim) {
        return site.largest.containsKey(claim.control())
                ? Markup.link(Markup.relative(path, address(claim.control())), claim.control())
                : claim.control().isEmpty() ? "–" : Markup.escape(claim.control());
    }

    /** What earlier releases found, and this version. */
    static String history(Claim claim, Map<String, Map<String, QuotedClaim>> releases, String version) {
        List<String> lines = new ArrayList<>();
        releases.forEach((release, claims) -> {
            QuotedClaim old = claims.get(claim.id());
            if (old != null && !release.equals(version)) {
                lines.add(release + ": " + Claim.answer(old.verdict()) + ", " + Markup.escape(old.number()) + " ("
                        + Markup.escape(old.edition()) + ")");
            }
        });
        lines.add(version + ": " + claim.answer() + ", " + Markup.escape(claim.found()) + " (this site)");
        return Markup.list(lines);
    }

    /** The verdict in a coloured frame. */
    static String chip(Claim claim) {
        return "<span class=\"chip " + IndexPage.style(claim.verdict()) + "\">" + claim.answer() + "</span>";
    }

    private static String code(String text) {
        return "<pre tabindex=\"0\"><code>" + Markup.escape(text) + "</code></pre>\n";
    }

    /** A page that leads from an id of before to the page of today's, or says that the claim is no longer made. */
    private void redirect(String before, String now) throws IOException {
        String path = address(before);
        if (site.largest.containsKey(before)) {
            throw new IllegalStateException("claim " + before + " is renamed to " + now + ", but is judged");
        }
        boolean there = site.largest.containsKey(now);
        String link = Markup.relative(path, address(now));
        site.page(
                path,
                "Claim " + before,
                there ? "<meta http-equiv=\"refresh\" content=\"0; url=" + link + "\">\n" : "",
                there
                        ? "<p>The claim " + Markup.escape(before) + " is now " + Markup.link(link, now) + ".</p>\n"
                        : "<p>The claim " + Markup.escape(before) + " is no longer made.</p>\n");
    }

    /** Two words in boxes; the verdict is in the text, and its box is dark on any paper. */
    private void badge(String path, String left, String right, Claim.Verdict verdict) {
        int a = width(left);
        int b = width(right);
        String fill = switch (verdict) {
            case REPRODUCED -> "#05714b";
            case NOT_REPRODUCED -> "#8f2205";
            case NOT_RESOLVED -> "#5c5c5c";
        };
        String svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + (a + b) + "\" height=\"20\" role=\"img\""
                + " aria-label=\"" + Markup.escape(left + ": " + right) + "\"><title>"
                + Markup.escape(left + ": " + right)
                + "</title><rect width=\"" + (a + b) + "\" height=\"20\" rx=\"3\" fill=\"#e6e8eb\"/><path d=\"M" + a
                + " 0h" + (b - 3) + "a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-" + (b - 3) + "z\" fill=\"" + fill
                + "\"/><g font-family=\"DejaVu Sans,Verdana,sans-serif\" font-size=\"11\"><text x=\"6\" y=\"14\" fill=\"#1c2026\""
                + " textLength=\"" + (a - 12) + "\">" + Markup.escape(left) + "</text><text x=\"" + (a + 6)
                + "\" y=\"14\" fill=\"#fff\" textLength=\"" + (b - 12) + "\">" + Markup.escape(right)
                + "</text></g></svg>\n";
        site.put(path, svg.getBytes(StandardCharsets.UTF_8));
    }

    /** Width of a box around a text of letters of 11 points, 6.4 wide on average. */
    private static int width(String text) {
        return (int) Math.round(12 + 6.4 * text.length());
    }
}
