package org.noisebook.site;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.noisebook.chart.Strip;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Exhibit;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** The page of a figure in all its committed editions: the sheet, how to produce it, what it shows and its claims. */
final class FigurePage {
    private final Site site;
    private final Story figure;
    private final String path;

    FigurePage(Site site, Exhibit shown) {
        this.site = site;
        figure = shown.figure();
        path = Site.address(shown);
    }

    void write() throws IOException {
        StringBuilder body = new StringBuilder("<h1>" + Markup.escape(figure.title()) + "</h1>\n");
        List<String> sources = new ArrayList<>();
        StringBuilder words = new StringBuilder(figure.id());
        for (PaperPage paper : site.papers(figure.id())) {
            sources.add(site.cited(path, paper));
        }
        boolean first = true;
        for (Preset preset : site.claims.keySet()) {
            Optional<Exhibit> edition = Exhibit.of(site.root, figure.id(), preset, site.claims);
            if (edition.isPresent()) {
                body.append(first ? "" : "<details>\n<summary>Edition " + preset.text() + "</summary>\n");
                edition(body, words, edition.get());
                body.append(first ? "" : "</details>\n");
                first = false;
            }
        }
        figure.sources().forEach(source -> sources.add(Citation.html(source)));
        body.append("<h2>Sources</h2>\n" + Markup.list(sources));
        List<String> more = new ArrayList<>();
        site.notebooks.forEach((notebook, text) -> {
            if (text.contains("new " + figure.home().getSimpleName() + "()")) {
                more.add(Markup.link(site.to(path, notebook), notebook));
            }
        });
        String code = "src/main/java/" + figure.home().getName().replace('.', '/') + ".java";
        more.add(Markup.link(site.to(path, code), code));
        body.append("<h2>Notebooks and source</h2>\n" + Markup.list(more));
        site.page(path, figure.title(), body.toString());
        site.find(path, figure.title(), "figure", words.toString());
    }

    private void edition(StringBuilder body, StringBuilder words, Exhibit edition) throws IOException {
        String stem = edition.picture().replace(".svg", "");
        JsonObject json = JsonParser.parseString(Files.readString(site.root.resolve(stem + ".json")))
                .getAsJsonObject();
        String name = edition.preset().text();
        String caption = json.get("caption").getAsString();
        List<Claim> claims = Claim.failuresFirst(edition.claims());
        words.append(' ').append(caption);
        claims.forEach(claim -> words.append(' ').append(claim.statement()));
        body.append("<section id=\"" + name + "\" aria-label=\"Edition " + name + "\">\n"
                + "<figure>\n<div class=\"zoom\" tabindex=\"0\" role=\"group\" aria-label=\"Picture; keys + − 0 zoom\">"
                + "<img class=\"whole\" alt=\"" + Markup.escape(edition.title()) + "\" src=\""
                + site.to(path, stem + ".svg") + "\"></div>\n<figcaption>" + Markup.escape(caption)
                + "</figcaption>\n</figure>\n");
        List<String> files = new ArrayList<>();
        for (String ending : List.of("svg", "csv", "json")) {
            files.add(Markup.link(site.to(path, stem + "." + ending), ending.toUpperCase(Locale.ROOT)));
        }
        body.append("<p>" + String.join(" · ", files) + " · edition " + name + "</p>\n");
        body.append("<pre tabindex=\"0\"><code>" + edition.command() + "\n"
                + edition.command().replace(" figures ", " verify ") + "   # and compare\n"
                + edition.java() + "   // the same in Java</code></pre>\n");
        if (!claims.isEmpty()) {
            body.append(
                    "<h3>" + PaperText.count(claims) + " " + IndexPage.counts(claims)
                            + "</h3>\n<p class=\"note\">Bars: the 95 % interval"
                            + " against the predicted range (grey), which was fixed before the run.</p>\n<ol class=\"claims\">\n");
            claims.forEach(claim -> body.append(row(claim)));
            body.append("</ol>\n");
        }
        body.append("</section>\n");
    }

    /** The text of a claim's control, with a link if it is the id of a claim in the same figure. */
    private static String control(Claim claim) {
        String words = Markup.escape(claim.control());
        return words.startsWith(claim.figure() + "-") && !words.contains(" ")
                ? Markup.link("#" + words, words)
                : words.isEmpty() ? "–" : words;
    }

    private String row(Claim claim) {
        return "<li id=\"" + Markup.escape(claim.id()) + "\">" + ClaimPages.chip(claim) + " "
                + Strip.bar(List.of(claim)) + "<div><p>" + Markup.escape(claim.statement()) + "</p><p class=\"note\">"
                + Markup.escape(claim.found()) + ", n = " + claim.measured().n() + ", resolves " + claim.resolves()
                + " · "
                + Schema.formatValue(claim.kind()) + ": " + Markup.escape(claim.window()) + " · <code>"
                + Markup.link(Markup.relative(path, ClaimPages.address(claim.id())), claim.id()) + "</code> · "
                + Citation.html(claim.source())
                + "</p><p class=\"note\">Control: "
                + control(claim) + "</p></div></li>\n";
    }
}
