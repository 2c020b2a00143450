package org.noisebook.notebook;

/** Pieces of HTML that look right on light and dark pages: no colour but the page's own, no style sheet, no script. */
final class Html {
    /** For what matters less. */
    static final String MUTED = "opacity:.65";

    /** Cells of text, and of numbers, which keep their digits below each other; pages without a table style need the rest. */
    static final String TEXT_CELL = "text-align:left;padding:.25em .6em";

    static final String NUMBER_CELL =
            "text-align:right;padding:.25em .6em;font-variant-numeric:tabular-nums;white-space:nowrap";

    private Html() {}

    /** Text as HTML; MathJax leaves dollar signs in it alone. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;")
                .replace("$", "<span>$</span>");
    }

    /** An element with a style and HTML inside. */
    static String element(String tag, String style, String inside) {
        return "<" + tag + (style.isEmpty() ? "" : " style=\"" + style + "\"") + ">" + inside + "</" + tag + ">";
    }

    /** A table with its head and body, scrolling where the page is narrower. */
    static String table(String inside) {
        return element("div", "overflow-x:auto", element("table", "margin:0;table-layout:auto", inside));
    }

    /** The whole of what is shown. */
    static String block(String name, String inside) {
        return "<div class=\"noisebook-" + name + "\">" + inside + "</div>";
    }
}
