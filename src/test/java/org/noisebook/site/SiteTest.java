package org.noisebook.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Story;

/** The site of this checkout, written once, and its pieces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiteTest {
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
    private static final int MOST_BYTES_OF_THE_INDEX = 450_000;

    private Path site;
    private int pages;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        site = folder;
        Files.writeString(site.resolve("stale.html"), "old");
        Files.writeString(site.resolve("mine.html"), "not of an earlier site");
        Files.writeString(site.resolve("files.txt"), "stale.html\n../outside\n");
        pages = Site.write(Path.of(""), site, "");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyLinkResolves() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : files(site)) {
            if (!page.toString().endsWith(".html") || page.endsWith("mine.html")) {
                continue;
            }
            Matcher found = ADDRESS.matcher(text(page));
            while (found.find()) {
                String address = found.group(1);
                if (address.startsWith("https://") || address.startsWith("data:")) {
                    continue;
                }
                links++;
                String[] parts = address.split("[#?]", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                boolean named = !address.contains("#") || text(target).contains("id=\"" + parts[1] + "\"");
                if (!Files.isRegularFile(target) || !named) {
                    broken.add(site.relativize(page) + ": " + address);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(1000);
    }

    /** Its own pictures, style and scripts only; the one kind of address elsewhere is a link to follow. */
    @Test
    void nothingIsLoadedFromElsewhere() throws IOException {
        for (Path page : files(site)) {
            if (page.toString().endsWith(".html")) {
                assertThat(text(page))
                        .as(page.toString())
                        .doesNotContainPattern("src=\"(https?:)?//")
                        .doesNotContainPattern("<link[^>]*href=\"(https?:)?//");
            }
        }
        assertThat(text(site.resolve("site.css"))).doesNotContain("url(", "@import");
    }

    @Test
    void theIndexIsLight() throws IOException {
        long bytes = 0;
        for (String part : List.of("index.html", "site.css", "site.js", "search.js", "gallery.html")) {
            for (Path file : files(site.resolve(part))) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThan(MOST_BYTES_OF_THE_INDEX);
    }

    @Test
    void theSameFilesGiveTheSameBytes(@TempDir Path again) throws IOException {
        assertThat(Site.write(Path.of(""), again, "")).isEqualTo(pages);
        Map<String, Integer> first = hashes(site);
        first.remove("mine.html");
        assertThat(hashes(again)).isEqualTo(first);
    }

    private static Map<String, Integer> hashes(Path folder) throws IOException {
        Map<String, Integer> hashes = new TreeMap<>();
        for (Path file : files(folder)) {
            hashes.put(folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
        }
        return hashes;
    }

    /** The packages of the page on stability: they exist, the Javadoc holds them and no others, and the search knows their classes. */
    @Test
    void theJavadocIsThatOfTheSupportedPackages(@TempDir Path folder) throws IOException {
        List<String> supported = Javadoc.packages(Path.of(""));
        assertThat(supported)
                .hasSizeGreaterThan(8)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(Path.of("src", "main", "java")
                                .resolve(name.replace('.', '/'))
                                .resolve("package-info.java"))
                        .exists());
        Path stale = Files.createDirectories(folder.resolve("apidocs")).resolve("stale.html");
        Files.writeString(stale, "old");
        assertThat(Site.writeJavadoc(Path.of(""), folder)).isTrue();
        assertThat(stale).doesNotExist();
        assertThat(Files.readAllLines(folder.resolve("apidocs/element-list")))
                .containsExactlyInAnyOrderElementsOf(supported);
        assertThat(text(folder.resolve("apidocs/org/noisebook/stats/Estimate.html")))
                .contains(
                        "<a href=\"../../../../index.html\">Noisebook</a>",
                        "A Monte-Carlo estimate with its 95 % interval")
                .doesNotContain("Generated by javadoc (17) on");
        Site.write(Path.of(""), folder, "");
        assertThat(text(folder.resolve("index.html"))).contains("<a href=\"apidocs/index.html\">Javadoc</a>");
        String search = text(folder.resolve("search.js"));
        for (String name : supported) {
            String page = "apidocs/" + name.replace('.', '/') + "/package-summary.html";
            assertThat(search).contains("{url: \"" + page + "\", title: \"" + name + "\", kind: \"package\"");
            assertThat(folder.resolve(page)).isRegularFile();
        }
        assertThat(search).containsPattern("title: \"org.noisebook.stats\".*\\bpowerfit\\b");
    }

    @Test
    void onlyWhatAnEarlierSiteWroteIsRemoved() {
        assertThat(site.resolve("stale.html")).doesNotExist();
        assertThat(site.resolve("mine.html")).exists();
    }

    /** Two claims: the failure stands first. */
    @Test
    void aFigureHasItsClaimsFailuresFirst() {
        String page = text(site.resolve("figures/network-lazy-exponents.html"));
        assertThat(page.indexOf(">disagrees<")).isPositive().isLessThan(page.indexOf(">agrees<"));
        assertThat(page)
                .contains("Edition full", "Edition quick", "environment/noisebook verify network-lazy-exponents")
                .contains("Edition.of(new NetworkLazyExponents(), Preset.FULL, Notebook.experiment())")
                .contains("network-lazy-exponents.csv\"", "papers/2301.13703.html\"")
                .contains("../source/src/main/java/org/noisebook/papers/sgdnoise/NetworkLazyExponents.java.html\"");
        assertThat(text(site.resolve("figures/perceptron-temperature.html")))
                .contains("../notebooks/01-perceptron-temperature.html\"");
    }

    @Test
    void everyNotebookShowsWhatItsCellsShowed() throws IOException {
        try (Stream<Path> notebooks = Files.list(Path.of("notebooks"))) {
            assertThat(notebooks.filter(file -> file.toString().endsWith(".ipynb")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        String name = file.getFileName().toString().replace(".ipynb", "");
                        assertThat(Path.of("notebooks/outputs", name + ".json")).exists();
                        assertThat(text(site.resolve("notebooks/" + name + ".html")))
                                .contains("class=\"out");
                    });
        }
    }

    /** Each in one section of the gallery; a sheet whose main claim is undecided has no picture there. */
    @Test
    void everyFigureIsInTheGalleryOnce() {
        String gallery = text(site.resolve("gallery.html"));
        assertThat(Pattern.compile("<li data-url=\"figures/([^.]*).html")
                        .matcher(gallery)
                        .results()
                        .map(card -> card.group(1)))
                .containsExactlyInAnyOrderElementsOf(Catalogue.figures().stream()
                        .map(Story::id)
                        .filter(id -> Files.exists(Path.of("figures", id + ".svg")))
                        .toList());
        assertThat(IndexPage.unnamed("a {cards 1 2} b {title 3} {cards 4}", List.of("1", "2", "3", "4", "5")))
                .as("papers of no question have a section of their own")
                .containsExactly("3", "5");
        assertThat(gallery)
                .contains("src=\"figures/full/sgd-regimes.svg\"")
                .doesNotContain("src=\"figures/full/opposite-effects.svg\"");
    }

    @Test
    void theLandingPageSaysWhatItIsAndWhatToTry() {
        String landing = text(site.resolve("index.html"));
        assertThat(landing.indexOf("src=\"figures/full/sgd-regimes.svg\""))
                .isGreaterThan(landing.indexOf("Noisebook is a Java toolkit for researchers and students"))
                .isLessThan(landing.indexOf("environment/noisebook figures network-tmax"));
        assertThat(landing)
                .contains("environment/noisebook compare ", "environment/noisebook warn ")
                .doesNotContain("{", "class=\"chip");
        assertThat(landing.split("href=\"gallery.html#")).hasSize(8);
    }

    /** Its picture and eight rows, whose verdicts count all of its claims that do not agree; the claims fold below. */
    @Test
    void theHeadlinePaperHasEightRows() throws IOException {
        String page = text(site.resolve("papers/2301.13703.html"));
        String first = page.substring(page.indexOf("<main"), page.indexOf("<details>"));
        assertThat(first.split("class=\"bar\"")).hasSize(9);
        String table = first.substring(first.indexOf("<table"), first.indexOf("</table>"))
                .replaceAll("(?s)<svg.*?</svg>", "");
        long adverse = Pattern.compile("(\\d+|both|>)[ ]?(disagree|undecided)")
                .matcher(table)
                .results()
                .mapToLong(one ->
                        one.group(1).equals("both") ? 2 : one.group(1).equals(">") ? 1 : Long.parseLong(one.group(1)))
                .sum();
        List<String> figures = PaperPage.all(Path.of("")).stream()
                .filter(paper -> paper.key().equals("2301.13703"))
                .flatMap(paper -> paper.figures().stream())
                .toList();
        assertThat(adverse)
                .isGreaterThan(100)
                .isEqualTo(PaperText.largest(PaperPage.claims(Path.of(""))).values().stream()
                        .filter(claim -> figures.contains(claim.figure())
                                && claim.kind() != Claim.Kind.IDENTITY
                                && claim.verdict() != Claim.Verdict.REPRODUCED)
                        .count());
        assertThat(first.indexOf("<img")).isPositive().isLessThan(first.indexOf("<table"));
        assertThat(page)
                .contains("<a id=\"sgd-regimes-cold-alpha\"></a>", "T<sub>c</sub>", "https://arxiv.org/abs/2301.13703")
                .doesNotContain("<!-- bar");
    }

    /** The numbers below a strip are within its picture. */
    @Test
    void stripsAreWhole() {
        Pattern strip = Pattern.compile("(?s)class=\"bar\"[^>]* viewBox=\"0 0 [\\d.]+ ([\\d.]+)\".*?</svg>");
        Matcher found = strip.matcher(text(site.resolve("papers/2310.12975.html")));
        int strips = 0;
        while (found.find()) {
            strips++;
            double height = Double.parseDouble(found.group(1));
            assertThat(Pattern.compile("<text [^>]*y=\"([\\d.]+)\"")
                            .matcher(found.group())
                            .results())
                    .isNotEmpty()
                    .allMatch(text -> Double.parseDouble(text.group(1)) <= height);
        }
        assertThat(strips).isEqualTo(4);
    }

    /** What readers call by other names is found. */
    @Test
    void theSearchKnowsSynonyms() {
        for (String words :
                List.of("early stopping", "multiple testing", "overfitting", "reproducibility", "tipping point")) {
            assertThat(text(site.resolve("search.js"))
                            .lines()
                            .filter(page -> Stream.of(words.split(" ")).allMatch(page::contains)))
                    .as(words)
                    .isNotEmpty();
        }
    }

    /** From below the title, at 52 of 500.25, to the rule above the verdicts. */
    @Test
    void picturesAreCroppedWhereTheyAreNotZoomed() {
        assertThat(text(site.resolve("gallery.html")))
                .contains("figures/full/sgd-regimes.svg\" style=\"aspect-ratio:680.35/253;object-position:0 21.1%\"");
        assertThat(text(site.resolve("figures/sgd-regimes.html"))).doesNotContain("aspect-ratio");
    }

    @Test
    void anIndexIsTypesetButNotInCode() {
        assertThat(Markup.typeset("T_c ~ P^−a, w^−(D−1), P^(0.57 γ)* <a id=\"x_y\">χ^2.</a><code>a_b</code> 10 ^ 2"))
                .isEqualTo("T<sub>c</sub> ~ P<sup>−a</sup>, w<sup>−(D−1)</sup>, P<sup>0.57 γ</sup>*"
                        + " <a id=\"x_y\">χ<sup>2</sup>.</a><code>a_b</code> 10 ^ 2");
    }

    @ParameterizedTest
    @CsvSource({
        "index.html, figures/a.html, figures/a.html",
        "figures/a.html, index.html, ../index.html",
        "figures/a.html, figures/full/a.svg, full/a.svg",
        "source/src/A.html, source/src/B.html, B.html",
        "source/src/A.html, figures/a.svg, ../../figures/a.svg",
    })
    void addressesAreRelative(String from, String to, String address) {
        assertThat(Markup.relative(from, to)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "T^{-a}_c § <msubsup><mi>T</mi><mi>c</mi><mrow><mo stretchy=\"false\">−</mo><mi>a</mi></mrow></msubsup>",
                "\\sqrt{2\\rho} § <msqrt><mrow><mn>2</mn><mi>ρ</mi></mrow></msqrt>",
                "\\frac12 § <mfrac><mn>1</mn><mn>2</mn></mfrac>",
                "\\dot x § <mover accent=\"true\"><mi>x</mi><mo>˙</mo></mover>",
            })
    void texBecomesMathMl(String tex, String mathml) {
        assertThat(Tex.mathml(tex)).isEqualTo("<math><mrow>" + mathml + "</mrow></math>");
    }

    @Test
    void anUnknownCommandOfTexIsNamed() {
        assertThatThrownBy(() -> Tex.mathml("\\alpha + \\frobnicate x"))
                .hasMessage("unknown TeX command \\frobnicate in $\\alpha + \\frobnicate x$");
    }

    @Test
    void mathsInCodeIsLeftAlone() {
        assertThat(Markdown.withMaths("`a $b$` and $c_1$ *here*", UnaryOperator.identity()))
                .isEqualTo("<p><code>a $b$</code> and <math><mrow><msub><mi>c</mi><mn>1</mn></msub></mrow></math>"
                        + " <em>here</em></p>\n");
    }

    /** Outside the folder there is nothing to be had. */
    @Test
    void theServerServesItsFolderAlone() throws IOException {
        HttpServer server = SiteServer.start(site.resolve("figures"), 0);
        try {
            int port = server.getAddress().getPort();
            assertThat(server.getAddress().getAddress().isLoopbackAddress()).isTrue();
            assertThat(status(port, "/network-tmax.html")).isEqualTo("200 text/html; charset=utf-8");
            assertThat(status(port, "/network-tmax.svg")).isEqualTo("200 image/svg+xml");
            assertThat(status(port, "/%2e%2e/index.html")).isEqualTo("404 text/plain; charset=utf-8");
            assertThat(status(port, "/none")).isEqualTo("404 text/plain; charset=utf-8");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void idleConnectionsShutNobodyOut() throws IOException {
        HttpServer server = SiteServer.start(site.resolve("figures"), 0);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int k = 0; k < 102; k++) {
                idle.add(new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort()));
                // Every other one stops in the middle of its request.
                idle.get(k)
                        .getOutputStream()
                        .write("GET / HTTP/1.1\r\n".repeat(k % 2).getBytes(StandardCharsets.UTF_8));
            }
            assertThat(status(server.getAddress().getPort(), "/network-tmax.svg"))
                    .isEqualTo("200 image/svg+xml");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
            server.stop(0);
        }
    }

    private static String status(int port, String path) throws IOException {
        HttpURLConnection asked = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        asked.setConnectTimeout(60_000);
        asked.setReadTimeout(60_000);
        return asked.getResponseCode() + " " + asked.getContentType();
    }
}
