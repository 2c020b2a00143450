package org.noisebook.site;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/** Converts Markdown with tables to HTML; {@code links} maps link targets. */
final class Markdown {
    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    /** A code span, which is left unchanged, or mathematics. */
    private static final Pattern MATHS = Pattern.compile("`[^`]*`|\\$\\$?([^$]+)\\$\\$?");

    private static final char OPEN = '\uE000';
    private static final char CLOSE = '\uE001';

    private Markdown() {}

    static String html(String text, UnaryOperator<String> links) {
        Node document = PARSER.parse(text);
        AttributeProvider sent = (node, tag, attributes) -> {
            attributes.computeIfPresent("href", (name, address) -> links.apply(address));
            attributes.computeIfPresent("src", (name, address) -> links.apply(address));
            if (tag.equals("img")) {
                attributes.put("loading", "lazy");
            }
        };
        String html = HtmlRenderer.builder()
                .extensions(EXTENSIONS)
                .attributeProviderFactory(context -> sent)
                .build()
                .render(document);
        return html.replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
                .replace("</table>", "</table></div>");
    }

    /** The same, with mathematics between dollar signs. */
    static String withMaths(String text, UnaryOperator<String> links) {
        List<String> formulas = new ArrayList<>();
        Matcher maths = MATHS.matcher(text);
        String hidden = maths.replaceAll(found -> {
            if (found.group(1) == null) {
                return Matcher.quoteReplacement(found.group());
            }
            formulas.add(Tex.mathml(found.group(1)));
            return OPEN + String.valueOf(formulas.size() - 1) + CLOSE;
        });
        String html = html(hidden, links);
        for (int k = 0; k < formulas.size(); k++) {
            html = html.replace(OPEN + String.valueOf(k) + CLOSE, formulas.get(k));
        }
        return html;
    }
}
