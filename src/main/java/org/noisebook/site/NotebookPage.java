package org.noisebook.site;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.noisebook.figure.Catalogue;

/**
 * The page of a notebook: its text, its code and the output of its cells as recorded in {@code outputs/NAME.json},
 * since committed notebooks have no outputs. This replaces nbconvert, which would show no outputs and leaves TeX to
 * scripts that are not part of the site.
 */
final class NotebookPage {
    private static final Pattern TOKENS = Pattern.compile(
            "(?<comment>//.*)|(?<string>\"(?:\\\\.|[^\"\\\\])*\")"
                    + "|\\b(?<keyword>import|new|var|double|int|long|boolean|for|if|else|return|static|final|null|true|false)\\b");

    private static final String INDEX = "notebooks/index.html";

    private NotebookPage() {}

    static void writeAll(Site site) throws IOException {
        List<String> titles = new ArrayList<>();
        for (Map.Entry<String, String> notebook : site.notebooks.entrySet()) {
            String page = notebook.getKey().replace(".ipynb", ".html");
            String title = write(site, notebook.getKey(), notebook.getValue(), page);
            titles.add(Markup.link(Markup.relative(INDEX, page), title));
        }
        site.page(INDEX, "Notebooks", "<h1>Notebooks</h1>\n" + Markup.list(titles));
    }

    private static String write(Site site, String file, String json, String page) throws IOException {
        JsonObject notebook = JsonParser.parseString(json).getAsJsonObject();
        Path record = site.root.resolve(
                file.replace("notebooks/", "notebooks/outputs/").replace(".ipynb", ".json"));
        JsonObject outputs = Files.exists(record)
                ? JsonParser.parseString(Files.readString(record)).getAsJsonObject()
                : new JsonObject();
        StringBuilder body = new StringBuilder();
        StringBuilder words = new StringBuilder();
        String title = file;
        for (JsonElement element : notebook.getAsJsonArray("cells")) {
            JsonObject cell = element.getAsJsonObject();
            StringBuilder text = new StringBuilder();
            cell.getAsJsonArray("source").forEach(line -> text.append(line.getAsString()));
            words.append(text).append('\n');
            if (cell.get("cell_type").getAsString().equals("code")) {
                body.append(
                        "<pre class=\"code\" tabindex=\"0\"><code>" + coloured(text.toString()) + "</code></pre>\n");
                JsonElement shown = outputs.get(cell.get("id").getAsString());
                if (shown != null) {
                    shown.getAsJsonArray().forEach(one -> body.append(output(site, page, one.getAsJsonObject())));
                }
            } else {
                body.append(Markdown.withMaths(Citation.linked(text.toString()), site.links(page, file)));
                if (title.equals(file) && text.indexOf("# ") == 0) {
                    title = text.substring(2).lines().findFirst().orElse(file);
                }
            }
        }
        site.page(page, title, body.toString());
        site.find(page, title, "notebook", words.toString());
        return title;
    }

    private static String output(Site site, String page, JsonObject output) {
        if (output.has("figure")) {
            String id = output.get("figure").getAsString();
            String stem = "figures/" + (output.get("preset").getAsString().equals("quick") ? "" : "full/") + id;
            return "<p class=\"out\"><a href=\"" + Markup.relative(page, "figures/" + id + ".html")
                    + "\"><img class=\"whole\" loading=\"lazy\" alt=\""
                    + Markup.escape(Catalogue.figure(id).title()) + "\" src=\""
                    + site.to(page, stem + ".svg") + "\"></a></p>\n";
        }
        if (output.has("text")) {
            return "<pre class=\"out\" tabindex=\"0\">"
                    + Markup.escape(output.get("text").getAsString()) + "</pre>\n";
        }
        if (output.has("svg")) {
            String picture = site.picture(page, output.get("svg").getAsString());
            return "<p class=\"out\"><img loading=\"lazy\" alt=\"what the cell shows\" src=\"" + picture + "\"></p>\n";
        }
        return "<div class=\"out wide\" tabindex=\"0\">" + output.get("html").getAsString() + "</div>\n";
    }

    private static String coloured(String code) {
        StringBuilder out = new StringBuilder();
        Matcher token = TOKENS.matcher(code);
        int done = 0;
        while (token.find()) {
            String kind =
                    token.group("comment") != null ? "comment" : token.group("string") != null ? "string" : "keyword";
            out.append(Markup.escape(code.substring(done, token.start())))
                    .append("<span class=\"" + kind + "\">")
                    .append(Markup.escape(token.group()))
                    .append("</span>");
            done = token.end();
        }
        return out.append(Markup.escape(code.substring(done))).toString();
    }
}
