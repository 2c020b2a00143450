package org.noisebook.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.apicatalog.jsonld.JsonLd;
import com.apicatalog.jsonld.JsonLdError;
import com.apicatalog.jsonld.document.Document;
import com.apicatalog.jsonld.document.JsonDocument;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.QuotedClaim;
import org.noisebook.figure.PaperPage;

/** Pages, badges and linked data of claims, for this checkout. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimPagesTest {
    private static final String BASE = "https://example.org/kit/";

    private Path site;
    private Map<String, Claim> claims;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        site = folder;
        Site.write(Path.of(""), site, BASE);
        claims = PaperText.largest(PaperPage.claims(Path.of("")));
    }

    private String text(String path) throws IOException {
        return Files.readString(site.resolve(path));
    }

    @Test
    void everyClaimHasAPageAndABadge() throws IOException {
        for (Claim claim : claims.values()) {
            assertThat(text("claims/" + claim.id() + ".html"))
                    .contains(
                            "noisebook claims " + claim.id(),
                            ": the prediction is " + Markup.escape(claim.window()) + ", and ",
                            Markup.escape(claim.found()),
                            "url = {" + BASE + "claims/" + claim.id() + ".html}");
            assertThat(text("claims/" + claim.id() + ".svg")).contains("<title>" + claim.id() + ": ");
        }
        assertThat(text("papers/2301.13703.svg")).contains(">undecided<");
        assertThat(text("papers/2310.12975.svg")).containsPattern(">\\d+ of \\d+ agree<");
    }

    @Test
    void earlierIdsLeadToTodays() throws IOException {
        for (Map.Entry<String, String> renamed : Claim.renamed().entrySet()) {
            String page = text("claims/" + renamed.getKey() + ".html");
            assertThat(page)
                    .contains(
                            claims.containsKey(renamed.getValue())
                                    ? "url=" + renamed.getValue() + ".html"
                                    : "is no longer made");
        }
    }

    @Test
    void aReleaseIsRemembered(@TempDir Path folder) throws IOException {
        Claim claim = claims.values().iterator().next();
        Files.writeString(
                folder.resolve("0.0.9.csv"),
                "id,edition,measured,low,high,n,verdict\n" + claim.id() + ",quick,7.25,7,7.5,3,not resolved\n");
        assertThat(ClaimPages.history(claim, ClaimPages.releases(folder), "0.1.0"))
                .startsWith("<ul><li>0.0.9: undecided, 7.25 [7, 7.5] (quick)</li>\n<li>0.1.0: ");
        assertThat(ClaimPages.releases(folder.resolve("none"))).isEmpty();
    }

    @Test
    void linkedDataExpandWithoutLoss() throws Exception {
        for (String file : List.of("claims.jsonld", "ro-crate-metadata.json")) {
            JsonObject document = JsonParser.parseString(text(file)).getAsJsonObject();
            assertThat(expanded(document)).as(file).containsExactlyInAnyOrderEntriesOf(counted(document));
        }
        JsonObject planted = JsonParser.parseString(text("claims.jsonld")).getAsJsonObject();
        planted.getAsJsonArray("@graph").get(0).getAsJsonObject().addProperty("noSuchTerm", "lost");
        assertThat(expanded(planted)).isNotEqualTo(counted(planted));
    }

    /** How often each property of the terms in use stands in the expanded document. */
    private static Map<String, Integer> expanded(JsonObject document) throws JsonLdError, IOException {
        Document context;
        try (InputStream in = ClaimPagesTest.class.getResourceAsStream("/org/noisebook/site-context.json")) {
            context = JsonDocument.of(in);
        }
        JsonValue expanded = JsonLd.expand(JsonDocument.of(new StringReader(document.toString())))
                .base(BASE)
                .loader((URI url, com.apicatalog.jsonld.loader.DocumentLoaderOptions options) -> context)
                .get();
        Map<String, Integer> counts = new HashMap<>();
        count(JsonParser.parseString(expanded.toString()), counts);
        return counts;
    }

    /** The same of the document itself, under the names that the expansion gives. */
    private static Map<String, Integer> counted(JsonObject document) {
        Map<String, Integer> counts = new HashMap<>();
        count(document.get("@graph"), counts);
        Map<String, Integer> named = new HashMap<>();
        counts.forEach((term, count) -> named.merge(
                term.equals("conformsTo") ? "http://purl.org/dc/terms/conformsTo" : "http://schema.org/" + term,
                count,
                Integer::sum));
        return named;
    }

    private static void count(JsonElement element, Map<String, Integer> counts) {
        if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(one -> count(one, counts));
        } else if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet().forEach(entry -> {
                if (!entry.getKey().startsWith("@")) {
                    counts.merge(entry.getKey(), 1, Integer::sum);
                    count(entry.getValue(), counts);
                }
            });
        }
    }

    @Test
    void aPaperMakesWhatItsSourceNames() throws IOException {
        Map<String, JsonObject> graph = graph("claims.jsonld");
        assertThat(graph.keySet())
                .containsAll(claims.keySet().stream().map(ClaimPages::address).toList());
        for (Claim claim : claims.values()) {
            JsonObject one = graph.get(ClaimPages.address(claim.id()));
            boolean review = claim.role() == Claim.Role.PAPER
                    && !Citation.addresses(claim.source()).isEmpty();
            assertThat(one.get("@type").getAsString()).isEqualTo(review ? "ClaimReview" : "Claim");
            if (review) {
                assertThat(one.getAsJsonObject("reviewRating")
                                .get("alternateName")
                                .getAsString())
                        .isIn("agrees", "disagrees", "undecided");
                assertThat(one.getAsJsonObject("itemReviewed").getAsJsonArray("appearance"))
                        .isNotEmpty()
                        .allMatch(paper -> graph.containsKey(id(paper)));
            }
        }
        assertThat(Citation.addresses("see arXiv 2301.13703, 1234.5678 of 10.1073/pnas.2316301121; window 2 %"))
                .containsExactly("https://arxiv.org/abs/2301.13703", "https://doi.org/10.1073/pnas.2316301121");
    }

    /** What RO-Crate 1.3 and Process Run Crate 0.6 ask for. */
    @Test
    void theCrateIsWhole() throws IOException {
        Map<String, JsonObject> graph = graph("ro-crate-metadata.json");
        JsonObject descriptor = graph.get("ro-crate-metadata.json");
        assertThat(id(descriptor.get("about"))).isEqualTo("./");
        assertThat(id(descriptor.get("conformsTo"))).isEqualTo("https://w3id.org/ro/crate/1.3");
        JsonObject root = graph.get("./");
        assertThat(root.get("@type").getAsString()).isEqualTo("Dataset");
        assertThat(root.keySet())
                .contains("name", "description", "license", "datePublished", "conformsTo", "mentions", "hasPart");
        List<String> parts = ids(root.getAsJsonArray("hasPart"));
        assertThat(parts).contains("claims.jsonld", "figures/claims.csv", "figures/full/sgd-regimes.csv");
        for (String part : parts) {
            assertThat(site.resolve(part)).isRegularFile();
            assertThat(graph.get(part).keySet()).contains("sha256", "encodingFormat");
        }
        List<String> runs = ids(root.getAsJsonArray("mentions"));
        assertThat(runs).hasSizeGreaterThan(80);
        for (String run : runs) {
            JsonObject action = graph.get(run);
            assertThat(action.get("@type").getAsString()).isEqualTo("CreateAction");
            assertThat(id(action.get("instrument"))).isEqualTo("#noisebook");
            assertThat(parts).containsAll(ids(action.getAsJsonArray("result")));
            assertThat(graph.keySet()).containsAll(ids(action.getAsJsonArray("object")));
        }
        assertThat(ids(graph.get("#run-random-teacher-quick").getAsJsonArray("object")))
                .contains("#preset-quick", "#data-digits");
        assertThat(ids(graph.get("#data-digits").getAsJsonArray("hasPart")))
                .allMatch(file -> graph.get(file).has("sha256"));
    }

    private Map<String, JsonObject> graph(String file) throws IOException {
        Map<String, JsonObject> graph = new HashMap<>();
        JsonParser.parseString(text(file))
                .getAsJsonObject()
                .getAsJsonArray("@graph")
                .forEach(one ->
                        assertThat(graph.put(id(one), one.getAsJsonObject())).isNull());
        return graph;
    }

    private static String id(JsonElement element) {
        return element.getAsJsonObject().get("@id").getAsString();
    }

    private static List<String> ids(JsonArray references) {
        List<String> ids = new ArrayList<>();
        references.forEach(one -> ids.add(id(one)));
        return ids;
    }

    @Test
    void codemetaIsOfTheCitation() throws IOException {
        JsonObject code = JsonParser.parseString(Files.readString(Path.of("codemeta.json")))
                .getAsJsonObject();
        assertThat(Files.readString(Path.of("codemeta.json")))
                .isEqualTo(Citation.in(Path.of("")).codemeta());
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + code.get("version").getAsString() + "</version>");
        assertThat(code.get("referencePublication").getAsJsonArray()).hasSize(2);
    }

    @Test
    void numbersForManuscripts() {
        String head = "id,edition,measured,low,high,n,verdict\n";
        Map<String, QuotedClaim> old = QuotedClaim.parse(Frame.parseCsv(head
                + "a-b,quick,-0.1335123,-0.14,1e-7,8,reproduced\nc,full,2,1,inf,1,not resolved\ngone,quick,1,1,1,1,x\n"
                + "old,quick,3,3,3,1,reproduced\n"));
        assertThat(QuotedClaim.tex(old.values(), "0.1.0"))
                .contains("\\nbset{a-b}{-0.1335}{-0.14}{1\\times10^{-7}}{8}{quick}{reproduced}\n")
                .contains("\\nbset{c}{2}{1}{\\infty}{1}{full}{not resolved}");
        assertThat(QuotedClaim.json(old.values())).contains("\"a-b\"").contains("0.1335123");
        Map<String, QuotedClaim> now = QuotedClaim.parse(
                Frame.parseCsv(
                        head
                                + "a-b,quick,-0.13351234,-0.14,1e-7,8,reproduced\nc,full,2,1,3,1,reproduced\nnew,quick,3,3,3,1,reproduced\n"));
        assertThat(QuotedClaim.moved(old, now, Map.of("old", "new")))
                .containsExactly(
                        "c: 2 [1, inf], n = 1, undecided -> 2 [1, 3], n = 1, agrees",
                        "gone: no longer judged",
                        "old, now new: the same number");
        assertThat(QuotedClaim.parse(
                        Frame.parseCsv(QuotedClaim.frame(old.values()).csv())))
                .isEqualTo(old);
    }
}
