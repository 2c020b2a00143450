package org.noisebook.site;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code CITATION.cff} says of the kit: the one source of its name, version, release date, licence and authors.
 *
 * <p>Read are the lines {@code key: value} at the margin, names of authors, and title, DOI or arXiv identifier of each
 * reference (Citation File Format 1.2.0); no other YAML is understood.
 *
 * @param name title of the kit
 * @param version its version
 * @param date day of the release, {@code 2026-01-31}
 * @param licence SPDX identifier
 * @param about what it is, in a sentence
 * @param author who wrote it
 * @param references title of each reference by its address
 */
record Citation(
        String name,
        String version,
        String date,
        String licence,
        String about,
        String author,
        Map<String, String> references) {
    private static final Pattern ARXIV = Pattern.compile("\\b((?:0[5-9]|1\\d|2\\d)(?:0[1-9]|1[0-2])\\.\\d{4,5})\\b");
    private static final Pattern DOI = Pattern.compile("\\b(10\\.\\d{4,9}/[^\\s;,\"]+)");
    /** A paper named by arXiv identifier or DOI that is not yet a link. */
    private static final Pattern NAMED =
            Pattern.compile("(?<![\\[/])\\b(?:arXiv[ :]" + ARXIV.pattern() + "|doi:10\\.\\d{4,9}/[^\\s;,\"<)]+)");

    static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** The citation of a checkout. */
    static Citation in(Path root) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, String> references = new LinkedHashMap<>();
        String title = "";
        for (String line : Files.readAllLines(root.resolve("CITATION.cff"))) {
            Matcher pair = Pattern.compile("([ -]*)([a-z-]+): \"?(.*?)\"?$").matcher(line);
            if (!pair.matches()) {
                continue;
            }
            String key = pair.group(2);
            if (pair.group(1).isEmpty() || key.equals("name")) {
                values.putIfAbsent(key, pair.group(3));
            } else if (key.equals("title")) {
                title = pair.group(3);
            } else if (key.equals("value") || key.equals("doi")) {
                references.put(addresses(pair.group(3)).get(0), title);
            }
        }
        for (String key : List.of("title", "version", "date-released", "license", "abstract", "name")) {
            if (!values.containsKey(key)) {
                throw new IOException("CITATION.cff has no " + key);
            }
        }
        return new Citation(
                values.get("title"),
                values.get("version"),
                values.get("date-released"),
                values.get("license"),
                values.get("abstract"),
                values.get("name"),
                references);
    }

    /** The addresses of the papers that a text names by arXiv identifier or DOI, in its order. */
    static List<String> addresses(String text) {
        List<String> found = new ArrayList<>();
        ARXIV.matcher(text).results().forEach(id -> found.add("https://arxiv.org/abs/" + id.group(1)));
        DOI.matcher(text).results().forEach(id -> found.add("https://doi.org/" + id.group(1)));
        return found;
    }

    /** A text in Markdown with a link wherever it names a paper by arXiv identifier or DOI. */
    static String linked(String text) {
        return NAMED.matcher(text)
                .replaceAll(one -> Matcher.quoteReplacement(
                        "[" + one.group() + "](" + addresses(one.group()).get(0) + ")"));
    }

    /** The same in HTML, from plain text. */
    static String html(String text) {
        return NAMED.matcher(Markup.escape(text))
                .replaceAll(one -> Matcher.quoteReplacement(
                        Markup.link(addresses(one.group()).get(0), one.group())));
    }

    /** {@code codemeta.json} (CodeMeta 3.0). */
    String codemeta() {
        JsonObject code = object("SoftwareSourceCode", "noisebook");
        code.addProperty("name", name);
        code.addProperty("description", about);
        code.addProperty("version", version);
        code.addProperty("datePublished", date);
        code.addProperty("license", licence());
        code.addProperty("programmingLanguage", "Java");
        code.addProperty("runtimePlatform", "JDK 17 or newer");
        code.add("author", organisation());
        JsonArray papers = new JsonArray();
        references.forEach((address, title) -> {
            JsonObject paper = article(address, title);
            paper.addProperty("@type", "schema:ScholarlyArticle");
            papers.add(paper);
        });
        code.add("referencePublication", papers);
        return document("https://w3id.org/codemeta/3.0", code);
    }

    /** The address of the licence. */
    @Override
    public String licence() {
        return "https://spdx.org/licenses/" + licence;
    }

    JsonObject organisation() {
        JsonObject author = object("Organization", "#authors");
        author.addProperty("name", this.author);
        return author;
    }

    static JsonObject article(String address, String title) {
        JsonObject article = object("ScholarlyArticle", address);
        article.addProperty("name", title);
        return article;
    }

    static JsonObject object(String type, String id) {
        JsonObject object = new JsonObject();
        object.addProperty("@type", type);
        object.addProperty("@id", id);
        return object;
    }

    static JsonObject reference(String id) {
        JsonObject reference = new JsonObject();
        reference.addProperty("@id", id);
        return reference;
    }

    /** A document: an object with its context first. */
    static String document(String context, JsonObject object) {
        JsonObject document = new JsonObject();
        document.addProperty("@context", context);
        object.entrySet().forEach(entry -> document.add(entry.getKey(), entry.getValue()));
        return GSON.toJson(document) + "\n";
    }

    /** A document of many objects. */
    static String document(String context, List<JsonObject> graph) {
        JsonArray all = new JsonArray();
        graph.forEach(all::add);
        JsonObject object = new JsonObject();
        object.add("@graph", all);
        return document(context, object);
    }
}
