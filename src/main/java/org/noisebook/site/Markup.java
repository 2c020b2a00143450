package org.noisebook.site;

import java.util.List;

/** Pieces of pages. */
final class Markup {
    private Markup() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String link(String address, String text) {
        return "<a href=\"" + escape(address) + "\">" + escape(text) + "</a>";
    }

    static String list(List<String> items) {
        return items.isEmpty() ? "" : "<ul><li>" + String.join("</li>\n<li>", items) + "</li></ul>\n";
    }

    /** The address of one file of the site as seen from another, both from its root. */
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

    /** A whole page; {@code path} is its place from the site's root. */
    static String page(String path, String title, String body, boolean javadoc) {
        String home = relative(path, "index.html");
        StringBuilder navigation = new StringBuilder();
        for (String[] one : new String[][] {
            {"index.html", "Figures"},
            {"papers/index.html", "Papers"},
            {"notebooks/index.html", "Notebooks"},
            {"docs/README.html", "Kit"},
        }) {
            navigation.append("<a href=\"" + relative(path, one[0]) + "\""
                    + (one[0].equals(path) ? " aria-current=\"page\"" : "") + ">" + one[1] + "</a>\n");
        }
        if (javadoc) {
            navigation.append("<a href=\"" + relative(path, Site.JAVADOC) + "\">Javadoc</a>\n");
        }
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s – Noisebook</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="%s">
                <script src="%s" defer></script>
                <script src="%s" defer></script>
                </head>
                <body>
                <a class="skip" href="#content">Skip to content</a>
                <header>
                <a class="name" href="%s">Noisebook</a>
                <nav aria-label="Site">
                %s</nav>
                <form role="search" action="%s"><input type="search" name="q" aria-label="Search the site" placeholder="Search"></form>
                <button type="button" id="shade" hidden>Light or dark</button>
                </header>
                <main id="content">
                %s</main>
                </body>
                </html>
                """.formatted(
                        escape(title),
                        relative(path, "site.css"),
                        relative(path, "search.js"),
                        relative(path, "site.js"),
                        home,
                        navigation,
                        home,
                        body);
    }
}
