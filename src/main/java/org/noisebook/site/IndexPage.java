package org.noisebook.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.noisebook.chart.Strip;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Exhibit;
import org.noisebook.figure.PaperPage;

/** The landing page and the gallery, from templates that name figures, and from papers whose figures are shown. */
final class IndexPage {
    private static final Pattern PLACE = Pattern.compile("\\{(papers|headlines|figure|title|cards|others) ?([^}]*)}");

    private IndexPage() {}

    static void write(Site site, String page, String title) throws IOException {
        String template = template(page);
        String body = PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(
                        switch (place.group(1)) {
                            case "papers" -> String.valueOf(site.papers.size());
                            case "headlines" -> Judgement.counts(site.judged, site.papers.size());
                            case "figure" -> picture(site, page, site.exhibits.get(place.group(2)));
                            case "title" ->
                                "<b>"
                                        + Markup.escape(site.exhibits
                                                .get(place.group(2))
                                                .title()) + "</b>";
                            case "others" -> others(site, page, template);
                            default -> cards(site, page, List.of(place.group(2).split(" ")));
                        }));
        site.page(page, title, body);
    }

    /** A template included in the kit. */
    static String template(String name) throws IOException {
        try (InputStream in = IndexPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String style(Claim.Verdict verdict) {
        return verdict.text().replace(' ', '-');
    }

    /** How many claims agree, disagree and are undecided, without identities. */
    static String counts(List<Claim> claims) {
        return Arrays.stream(Claim.Verdict.values())
                .map(verdict -> {
                    long count = claims.stream()
                            .filter(claim -> claim.kind() != Claim.Kind.IDENTITY && claim.verdict() == verdict)
                            .count();
                    String words = count + " " + Strip.word(verdict, count);
                    return count == 0 ? "" : "<span class=\"chip " + style(verdict) + "\">" + words + "</span> ";
                })
                .collect(Collectors.joining());
    }

    private static String picture(Site site, String page, Exhibit figure) {
        return "<a href=\"" + Site.address(figure) + "\"><img loading=\"lazy\" alt=\"" + Markup.escape(figure.title())
                + "\" src=\"" + site.to(page, figure.picture()) + "\"></a>";
    }

    /** A section for papers that no question of the template names, if there are any. */
    private static String others(Site site, String page, String template) {
        List<String> keys =
                unnamed(template, site.papers.stream().map(PaperPage::key).toList());
        return keys.isEmpty()
                ? ""
                : "<section><h2 id=\"others\">Other questions</h2>\n<ul class=\"cards\">\n" + cards(site, page, keys)
                        + "</ul></section>\n";
    }

    /** The papers whose cards a template does not name. */
    static List<String> unnamed(String template, List<String> papers) {
        String named = PLACE.matcher(template)
                .results()
                .filter(place -> place.group(1).equals("cards"))
                .map(place -> " " + place.group(2) + " ")
                .collect(Collectors.joining());
        return papers.stream().filter(key -> !named.contains(" " + key + " ")).toList();
    }

    /** Cards for every figure of the given papers; figures whose main claim is undecided have no picture. */
    private static String cards(Site site, String page, List<String> keys) {
        return keys.stream()
                .flatMap(key -> site.papers.stream().filter(paper -> paper.key().equals(key)))
                .flatMap(paper -> paper.figures().stream())
                .filter(site.exhibits::containsKey)
                .map(site.exhibits::get)
                .sorted(Comparator.comparing(figure -> !figure.isDecided()))
                .map(figure -> "<li data-url=\"" + Site.address(figure) + "\" data-paper=\""
                        + site.papers(figure.figure().id()).stream()
                                .map(PaperPage::key)
                                .collect(Collectors.joining(" "))
                        + "\">" + (figure.isDecided() ? picture(site, page, figure) : "")
                        + Markup.link(Site.address(figure), figure.title()) + "<p>" + counts(figure.claims())
                        + "</p></li>\n")
                .collect(Collectors.joining());
    }
}
