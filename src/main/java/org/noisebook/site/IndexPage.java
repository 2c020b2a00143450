package org.noisebook.site;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** All figures as small pictures, to be filtered by area, paper, verdict and words. */
final class IndexPage {
    private static final Map<String, String> AREAS = new TreeMap<>(Map.of(
            "sgd", "Noise of SGD",
            "regime", "Lazy and rich",
            "interpolant", "Interpolants and diffusion",
            "seeds", "Seeds"));
    private static final Map<String, String> VERDICTS = new TreeMap<>(Map.of(
            "not-reproduced", "with claims not reproduced",
            "not-resolved", "with claims not resolved",
            "reproduced", "all claims reproduced"));

    private IndexPage() {}

    private static String area(Story figure) {
        String folder = figure.getClass().getPackageName();
        return folder.substring(folder.lastIndexOf('.') + 1);
    }

    /** The largest preset that judged a figure. */
    static Preset judged(Site site, String figure) {
        return site.claims(figure, Preset.FULL).isEmpty() ? Preset.QUICK : Preset.FULL;
    }

    /** How many claims speak for and against the paper, how many are open, and, apart, how its controls ended. */
    static String counts(List<Claim> claims) {
        List<Claim> findings = claims.stream().filter(Claim::isFinding).toList();
        List<Claim> controls = claims.stream().filter(Claim::isControl).toList();
        StringBuilder marks = new StringBuilder();
        for (Claim.Verdict verdict : Claim.Verdict.values()) {
            marks.append(chip(
                    verdict,
                    verdict.text(),
                    findings.stream().filter(claim -> claim.forPaper() == verdict && !claim.tooFewRuns())));
        }
        marks.append(chip(
                Claim.Verdict.NOT_RESOLVED,
                Claim.TOO_FEW_RUNS,
                findings.stream().filter(Claim::tooFewRuns)));
        for (Claim.Verdict verdict : Claim.Verdict.values()) {
            String words = "controls " + verdict.text();
            marks.append(chip(verdict, words, controls.stream().filter(claim -> claim.verdict() == verdict)));
        }
        return marks.toString();
    }

    private static String chip(Claim.Verdict verdict, String words, Stream<Claim> claims) {
        long count = claims.count();
        String shown = words.equals(verdict.text()) ? "" : words.replaceFirst(" .*", "") + " ";
        return count == 0
                ? ""
                : "<span class=\"chip " + ClaimBar.style(verdict) + "\" title=\"" + words + "\">" + shown
                        + verdict.mark() + " " + count + "<span class=\"unseen\"> " + words + "</span></span> ";
    }

    static String body(Site site, List<Story> figures) throws IOException {
        StringBuilder page = new StringBuilder("<h1>Figures</h1>\n<form id=\"filters\" class=\"filters\">\n");
        page.append(choice("area", "Area", AREAS));
        page.append(choice(
                "paper",
                "Paper",
                site.papers().stream()
                        .collect(Collectors.toMap(PaperPage::key, PaperPage::title, (a, b) -> a, LinkedHashMap::new))));
        page.append(choice("verdict", "Verdict", VERDICTS));
        page.append("<output id=\"count\" aria-live=\"polite\">" + figures.size() + " figures</output>\n</form>\n"
                + "<div id=\"found\"></div>\n<ul class=\"cards\">\n");
        for (Story figure : figures) {
            List<Claim> claims = site.claims(figure.id(), judged(site, figure.id()));
            String address = "figures/" + figure.id() + ".html";
            page.append("<li data-url=\"" + address + "\" data-area=\"" + area(figure) + "\" data-paper=\""
                    + site.papers(figure.id()).stream().map(PaperPage::key).collect(Collectors.joining(" "))
                    + "\" data-verdict=\""
                    + claims.stream()
                            .filter(claim -> claim.kind() != Claim.Kind.IDENTITY)
                            .map(claim -> ClaimBar.style(claim.verdict()))
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(" "))
                    + "\"><a href=\"" + address + "\"><img loading=\"lazy\" alt=\"\" src=\""
                    + site.thumbnail(figure.id()) + "\"><span>" + Markup.escape(figure.title()) + "</span></a><p>"
                    + counts(claims) + "</p></li>\n");
        }
        return page.append("</ul>\n").toString();
    }

    private static String choice(String name, String words, Map<String, String> values) {
        StringBuilder choice =
                new StringBuilder("<label>" + words + " <select name=\"" + name + "\"><option value=\"\">any</option>");
        values.forEach((value, shown) ->
                choice.append("<option value=\"" + Markup.escape(value) + "\">" + Markup.escape(shown) + "</option>"));
        return choice.append("</select></label>\n").toString();
    }
}
