package org.noisebook.site;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.noisebook.figure.Catalogue;

/** A notebook with its text, its code, and what its cells showed in the run of which {@code outputs/NAME.json} is the record. */
final class NotebookPage {
    private static final Pattern TOKENS = Pattern.compile(
            "(?<comment>//.*)|(?<string>\"(?:\\\\.|[^\"\\\\])*\")"
                    + "|\\b(?<keyword>import|new|var|double|int|long|boolean|for|if|else|return|static|final|null|true|false)\\b");

    private NotebookPage() {}

    static void writeAll(Site site, List<String> names) throws IOException {
        List<String> titles = new ArrayList<>();
        for (String name : names) {
            titles.add(Markup.link(name.replace(".ipynb", ".html"), write(site, name)));
        }
        site.page("notebooks/index.html", "Notebooks", "<h1>Notebooks</h1>\n" + Markup.list(titles));
    }

    private static String write(Site site, String name) throws IOException {
        String file = "notebooks/" + name;
        String page = file.replace(".ipynb", ".html");
        JsonObject notebook = JsonParser.parseString(
                        Files.readString(site.root().resolve(file)))
                .getAsJsonObject();
        Path record = site.root().resolve("notebooks/outputs/" + name.replace(".ipynb", ".json"));
        JsonObject outputs = Files.exists(record)
                ? JsonParser.parseString(Files.readString(record)).getAsJsonObject()
                : new JsonObject();
        StringBuilder body = new StringBuilder();
        StringBuilder words = new StringBuilder();
        String title = name;
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
                body.append(Markdown.withMaths(text.toString(), site.links(page, file)));
                if (title.equals(name) && text.indexOf("# ") == 0) {
                    title = text.substring(2).lines().findFirst().orElse(name);
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
                    + "\"><img loading=\"lazy\" alt=\""
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
