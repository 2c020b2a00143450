package org.noisebook.site;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fragments of HTML pages. */
final class Markup {
    /** Code, formulas and tags, which are unchanged, or a symbol with a subscript or superscript. */
    private static final Pattern SCRIPTS = Pattern.compile("(?s)<(code|pre|math|svg)\\b.*?</\\1>|<[^>]*>"
            + "|(?<=[\\p{L}\\p{N}|)*])([_^])([−-]?(?:\\([^()]*\\)|[\\p{L}\\p{N}]+(?:[.][0-9]+)?))");

    /** Scripts and modules of the site's own host alone; no text becomes code. */
    static final String POLICY =
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data: blob:; object-src 'none'; base-uri 'none'";

    private Markup() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Typesets T_c and P^a with subscripts and superscripts. */
    static String typeset(String html) {
        return SCRIPTS.matcher(html).replaceAll(found -> {
            if (found.group(2) == null) {
                return Matcher.quoteReplacement(found.group());
            }
            String tag = found.group(2).equals("_") ? "sub>" : "sup>";
            String script = found.group(3).replaceAll("^\\((.*)\\)$", "$1");
            return Matcher.quoteReplacement("<" + tag + script + "</" + tag);
        });
    }

    static String link(String address, String text) {
        return "<a href=\"" + escape(address) + "\">" + escape(text) + "</a>";
    }

    static String list(List<String> items) {
        return items.isEmpty() ? "" : "<ul><li>" + String.join("</li>\n<li>", items) + "</li></ul>\n";
    }

    /** The relative address of one file of the site from another; both paths start at the site's root. */
    static String relative(String from, String to) {
        String[] here = from.split("/");
        String[] there = to.split("/");
        int same = 0;
        while (same < here.length - 1 && same < there.length - 1 && here[same].equals(there[same])) {
            same++;
        }
        return "../".repeat(here.length - 1 - same)
                + String.join("/", List.of(there).subList(same, there.length));
    }

    /** A complete page; {@code path} is its path from the site's root. */
    static String page(String path, String title, String body, boolean javadoc, boolean runs) throws IOException {
        String up = relative(path, "index.html").replace("index.html", "");
        return IndexPage.template("page.html")
                .replace("{title}", escape(title))
                .replace("{javadoc}", javadoc ? link("{up}" + Site.JAVADOC, "Javadoc") + "\n" : "")
                .replace("{run}", runs ? "<script type=\"module\" src=\"{up}run/run.js\"></script>\n" : "")
                .replace("{policy}", POLICY)
                .replace("{up}", up)
                .replace("{body}", typeset(body));
    }
}
