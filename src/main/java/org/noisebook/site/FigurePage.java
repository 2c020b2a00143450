package org.noisebook.site;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** A figure in all presets that are committed: the picture, what follows from it, its claims, and how to make it again. */
final class FigurePage {
    private static final List<Preset> LARGEST_FIRST = List.of(Preset.AUTHORS, Preset.FULL, Preset.QUICK);

    private final Site site;
    private final Story figure;
    private final String path;

    FigurePage(Site site, Story figure) {
        this.site = site;
        this.figure = figure;
        path = "figures/" + figure.id() + ".html";
    }

    void write() throws IOException {
        StringBuilder body = new StringBuilder("<h1>" + Markup.escape(figure.title()) + "</h1>\n");
        List<String> sources = new ArrayList<>();
        StringBuilder words = new StringBuilder(figure.id());
        for (PaperPage paper : site.papers(figure.id())) {
            sources.add(Markup.link(Markup.relative(path, "papers/" + paper.key() + ".html"), paper.title()) + ", "
                    + Markup.escape(paper.cite()));
        }
        for (Preset preset : LARGEST_FIRST) {
            Path folder = preset.in(Path.of("figures"));
            String stem = folder.resolve(figure.id()).toString().replace('\\', '/');
            if (Files.exists(site.root().resolve(stem + ".json"))) {
                edition(body, words, preset, stem);
            }
        }
        body.append("<h2>Sources</h2>\n" + Markup.list(sources));
        body.append(Markup.list(figure.sources().stream().map(Markup::escape).toList()));
        List<String> more = new ArrayList<>();
        site.notebooks().forEach((notebook, text) -> {
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

    private void edition(StringBuilder body, StringBuilder words, Preset preset, String stem) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(site.root().resolve(stem + ".json")))
                .getAsJsonObject();
        List<Claim> claims = site.claims(figure.id(), preset);
        String name = preset.text();
        String caption = json.get("caption").getAsString();
        String headline = json.get("headline").getAsString();
        words.append(' ').append(caption);
        claims.forEach(claim -> words.append(' ').append(claim.statement()));
        body.append("<section aria-labelledby=\"" + name + "\">\n<h2 id=\"" + name + "\">Preset " + name + "</h2>\n"
                + "<p class=\"takeaway\">" + Markup.escape(headline) + "</p>\n"
                + "<figure>\n<div class=\"zoom\" tabindex=\"0\" role=\"group\" aria-label=\"Picture; keys + − 0 zoom\">"
                + "<img alt=\"" + Markup.escape(figure.title() + ", preset " + name) + "\" src=\""
                + site.to(path, stem + ".svg") + "\"></div>\n<figcaption>" + Markup.escape(caption)
                + "</figcaption>\n</figure>\n");
        List<String> files = new ArrayList<>();
        for (String ending : List.of("svg", "png", "csv", "json")) {
            files.add(Markup.link(site.to(path, stem + "." + ending), ending.toUpperCase(Locale.ROOT)));
        }
        body.append("<p>" + String.join(" · ", files) + " · kit "
                + Markup.escape(json.get("kit").getAsString()) + " · engine "
                + json.get("engine").getAsString()
                + " · root seed " + json.get("rootSeed").getAsString() + " · n = "
                + Markup.escape(json.get("replicas").getAsString()) + " · configs "
                + json.get("configHash").getAsString().substring(0, 12) + "</p>\n");
        String option = preset == Preset.QUICK ? "" : " --preset " + name;
        body.append("<pre tabindex=\"0\"><code>environment/noisebook figures " + figure.id() + option
                + "   # make it again\nenvironment/noisebook verify " + figure.id() + option
                + "    # and compare</code></pre>\n");
        if (!claims.isEmpty()) {
            body.append("<h3>Claims " + IndexPage.counts(claims) + "</h3>\n<p class=\"note\">Bars: the 95 % interval"
                    + " against the window fixed before (shaded), each on its own scale.</p>\n<ol class=\"claims\">\n");
            claims.forEach(claim -> body.append(row(claim)));
            body.append("</ol>\n");
        }
        body.append("</section>\n");
    }

    /** What it says, a link where it is the id of a claim of the same figure. */
    private static String control(Claim claim) {
        String words = Markup.escape(claim.control());
        return words.startsWith(claim.figure() + "-") && !words.contains(" ")
                ? Markup.link("#" + words, words)
                : words.isEmpty() ? "–" : words;
    }

    private static String row(Claim claim) {
        return "<li id=\"" + Markup.escape(claim.id()) + "\"><span class=\"chip " + ClaimBar.style(claim.verdict())
                + "\">" + claim.verdict().mark() + " " + claim.verdictText() + "</span> "
                + ClaimBar.svg(claim) + "<div><p>" + Markup.escape(claim.statement()) + "</p><p class=\"note\">"
                + Markup.escape(claim.found()) + ", n = " + claim.measured().n() + ", resolves " + claim.resolves()
                + " · "
                + Schema.formatValue(claim.kind()) + ": " + Markup.escape(claim.window()) + " · <code>"
                + Markup.escape(claim.id()) + "</code> · " + Markup.escape(claim.source())
                + "</p><p class=\"note\">Control: "
                + control(claim) + "</p></div></li>\n";
    }
}
