package org.noisebook.site;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.noisebook.chart.Strip;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.rng.Streams;

/**
 * The claims of the site for machines: {@code claims.jsonld} in the words of schema.org, and {@code ro-crate-metadata.json}, a
 * Research Object Crate 1.3 with the profile Process Run Crate 0.6.
 *
 * <p>A claim whose source names a paper by arXiv identifier or DOI is a ClaimReview of a Claim that appears there; controls,
 * identities and the kit's own are plain Claims. Identifiers are relative to the documents. Dates are the release's.
 */
final class ClaimGraph {
    private static final String CLAIMS = "claims.jsonld";
    private static final String CRATE = "ro-crate-metadata.json";
    private static final Map<String, String> FORMATS = Map.of(
            "svg", "image/svg+xml",
            "csv", "text/csv",
            "json", "application/json",
            "jsonld", "application/ld+json");

    private final Site site;
    private final Citation kit;
    /** Titles of papers by address. */
    private final Map<String, String> titles = new TreeMap<>();

    private ClaimGraph(Site site, Citation kit) {
        this.site = site;
        this.kit = kit;
        titles.putAll(kit.references());
        for (PaperPage paper : site.papers) {
            Citation.addresses(paper.key()).forEach(address -> titles.put(address, paper.title()));
        }
    }

    static void write(Site site, Citation kit) throws IOException {
        for (Preset preset : site.claims.keySet()) {
            site.to(CLAIMS, preset.in(Path.of("figures")).resolve("claims.csv").toString());
        }
        ClaimGraph graph = new ClaimGraph(site, kit);
        byte[] claims = graph.claims().getBytes(StandardCharsets.UTF_8);
        site.put(CLAIMS, claims);
        site.put(CRATE, graph.crate(claims).getBytes(StandardCharsets.UTF_8));
    }

    private String claims() {
        List<JsonObject> graph = new ArrayList<>();
        Map<String, JsonObject> papers = new TreeMap<>();
        for (Claim claim : site.largest.values()) {
            List<String> named = claim.role() == Claim.Role.PAPER ? Citation.addresses(claim.source()) : List.of();
            graph.add(named.isEmpty() ? plain(claim) : review(claim, named));
            named.forEach(
                    address -> papers.put(address, Citation.article(address, titles.getOrDefault(address, address))));
        }
        for (PaperPage paper : site.papers) {
            Judgement judged = site.judged.get(paper.key());
            List<String> named = judged == null ? List.of() : Citation.addresses(paper.cite());
            if (!named.isEmpty()) {
                graph.add(review(paper, judged, named));
                named.forEach(address ->
                        papers.put(address, Citation.article(address, titles.getOrDefault(address, address))));
            }
        }
        graph.addAll(papers.values());
        graph.add(kit.organisation());
        return Citation.document("https://schema.org", graph);
    }

    private JsonObject review(Claim claim, List<String> papers) {
        return rated(
                about("ClaimReview", claim),
                ClaimPages.sentence(claim),
                Strip.word(claim.verdict(), 1),
                words(claim),
                papers);
    }

    /** The review of a paper's main claim, in its own words. */
    private JsonObject review(PaperPage paper, Judgement judged, List<String> papers) {
        String path = "papers/" + paper.key() + ".html";
        JsonObject review = Citation.object("ClaimReview", path);
        review.addProperty("name", paper.question());
        review.addProperty("url", path);
        review.add("author", Citation.reference("#authors"));
        review.addProperty("datePublished", kit.date());
        return rated(review, judged.headline().quoted(), judged.verdict().words(), judged.where(), papers);
    }

    private static JsonObject rated(
            JsonObject review, String claim, String verdict, String explanation, List<String> papers) {
        String path = review.get("@id").getAsString();
        review.addProperty("claimReviewed", claim);
        JsonObject reviewed = Citation.object("Claim", path + "#claim");
        reviewed.addProperty("text", claim);
        reviewed.add("appearance", references(papers));
        review.add("itemReviewed", reviewed);
        JsonObject rating = Citation.object("Rating", path + "#verdict");
        rating.addProperty("alternateName", verdict);
        rating.addProperty("ratingExplanation", explanation);
        review.add("reviewRating", rating);
        return review;
    }

    private JsonObject plain(Claim claim) {
        JsonObject plain = about("Claim", claim);
        plain.addProperty("text", ClaimPages.sentence(claim));
        plain.addProperty("description", Strip.word(claim.verdict(), 1) + ": " + words(claim));
        return plain;
    }

    private JsonObject about(String type, Claim claim) {
        String path = ClaimPages.address(claim.id());
        JsonObject about = Citation.object(type, path);
        about.addProperty("name", claim.id());
        about.addProperty("url", path);
        about.add("author", Citation.reference("#authors"));
        about.addProperty("datePublished", kit.date());
        about.add("isBasedOn", Citation.reference("figures/" + claim.figure() + ".html"));
        return about;
    }

    private static String words(Claim claim) {
        return claim.found() + ", n = " + claim.measured().n() + "; " + Schema.formatValue(claim.kind());
    }

    private String crate(byte[] claims) throws IOException {
        JsonObject root = Citation.object("Dataset", "./");
        root.addProperty("name", kit.name() + ": claims and figures");
        root.addProperty("description", kit.about());
        root.addProperty("version", kit.version());
        root.addProperty("datePublished", kit.date());
        root.add("license", Citation.reference(kit.licence()));
        root.add("author", Citation.reference("#authors"));
        root.add("conformsTo", Citation.reference("https://w3id.org/ro/wfrun/process/0.6"));
        Map<String, JsonObject> files = new LinkedHashMap<>();
        files.put(CLAIMS, file(CLAIMS, claims));
        Map<String, JsonObject> runs = new LinkedHashMap<>();
        for (Map.Entry<String, Path> copied : site.copied().entrySet()) {
            String path = copied.getKey();
            byte[] bytes = Files.readAllBytes(copied.getValue());
            files.put(path, file(path, bytes));
            if (path.endsWith(".json")) {
                run(path, new String(bytes, StandardCharsets.UTF_8), runs);
            }
        }
        root.add("hasPart", references(files.keySet()));
        root.add("mentions", references(runs.keySet()));
        JsonObject descriptor = Citation.object("CreativeWork", CRATE);
        descriptor.add("about", Citation.reference("./"));
        descriptor.add("conformsTo", Citation.reference("https://w3id.org/ro/crate/1.3"));
        JsonObject software = Citation.object("SoftwareApplication", "#noisebook");
        software.addProperty("name", "Noisebook");
        software.addProperty("softwareVersion", kit.version());
        software.add("license", Citation.reference(kit.licence()));
        JsonObject licence = Citation.object("CreativeWork", kit.licence());
        licence.addProperty("name", "Apache License 2.0");
        JsonObject profile = Citation.object("CreativeWork", "https://w3id.org/ro/wfrun/process/0.6");
        profile.addProperty("name", "Process Run Crate");
        profile.addProperty("version", "0.6");
        List<JsonObject> graph =
                new ArrayList<>(List.of(descriptor, root, profile, software, licence, kit.organisation()));
        for (Preset preset : site.claims.keySet()) {
            JsonObject value = Citation.object("PropertyValue", "#preset-" + preset.text());
            value.addProperty("name", "preset");
            value.addProperty("value", preset.text());
            graph.add(value);
        }
        for (DataSource source : DataSource.values()) {
            addData(source, graph);
        }
        graph.addAll(runs.values());
        graph.addAll(files.values());
        return Citation.document("https://w3id.org/ro/crate/1.3/context", graph);
    }

    private static JsonArray references(Iterable<String> ids) {
        JsonArray all = new JsonArray();
        ids.forEach(id -> all.add(Citation.reference(id)));
        return all;
    }

    private static JsonObject file(String path, byte[] bytes) {
        JsonObject file = Citation.object("File", path);
        file.addProperty("name", path.substring(path.lastIndexOf('/') + 1));
        file.addProperty("encodingFormat", FORMATS.get(path.substring(path.lastIndexOf('.') + 1)));
        file.addProperty("contentSize", String.valueOf(bytes.length));
        file.addProperty("sha256", Streams.sha256(bytes));
        return file;
    }

    /** The run that drew a sheet; its JSON names neither host nor time, so that there is no {@code endTime}. */
    private void run(String path, String text, Map<String, JsonObject> runs) {
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        String stem = path.replace(".json", "");
        String preset = json.get("preset").getAsString();
        String id = "#run-" + json.get("figure").getAsString() + "-" + preset;
        JsonObject run = Citation.object("CreateAction", id);
        run.addProperty("name", json.get("title").getAsString());
        run.addProperty(
                "description",
                "environment/noisebook figures " + json.get("figure").getAsString()
                        + (preset.equals("quick") ? "" : " --preset " + preset));
        run.add("instrument", Citation.reference("#noisebook"));
        JsonArray objects = references(List.of("#preset-" + preset));
        JsonElement sweeps = json.get("sweeps");
        for (DataSource source : DataSource.values()) {
            String word = "\\b" + source + "\\b";
            if (sweeps != null
                    && Pattern.compile(word).matcher(sweeps.toString()).find()) {
                objects.add(Citation.reference(id(source)));
            }
        }
        run.add("object", objects);
        run.add("result", references(List.of(stem + ".csv", stem + ".json", stem + ".svg")));
        runs.put(id, run);
    }

    /** A dataset with its licence, and its files with their hashes where these are known. */
    private static void addData(DataSource source, List<JsonObject> graph) {
        JsonObject data = Citation.object("Dataset", id(source));
        data.addProperty("name", source.title());
        data.addProperty("license", source.licence());
        JsonArray parts = new JsonArray();
        for (var part : source.files()) {
            String id = id(source) + "-" + part.name();
            JsonObject file = Citation.object("CreativeWork", id);
            file.addProperty("name", part.name());
            if (part.isKnown()) {
                file.addProperty("sha256", part.sha256());
            }
            parts.add(Citation.reference(id));
            graph.add(file);
        }
        data.add("hasPart", parts);
        graph.add(data);
    }

    private static String id(DataSource source) {
        return "#data-" + source;
    }
}
