package org.noisebook.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
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
import org.noisebook.stats.Estimate;

/** The site of this checkout, written once, and its pieces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiteTest {
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
    private static final int MOST_BYTES_OF_THE_INDEX = 1_500_000;

    private Path site;
    private int pages;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        site = folder;
        Files.writeString(site.resolve("stale.html"), "old");
        Files.writeString(site.resolve("mine.html"), "not of an earlier site");
        Files.writeString(site.resolve("files.txt"), "stale.html\n../outside\n");
        pages = Site.write(Path.of(""), site);
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
        for (String part : List.of("index.html", "site.css", "site.js", "search.js", "thumbnails")) {
            for (Path file : files(site.resolve(part))) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThan(MOST_BYTES_OF_THE_INDEX);
    }

    @Test
    void theSameFilesGiveTheSameBytes(@TempDir Path again) throws IOException {
        assertThat(Site.write(Path.of(""), again)).isEqualTo(pages);
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

    @Test
    void onlyWhatAnEarlierSiteWroteIsRemoved() {
        assertThat(site.resolve("stale.html")).doesNotExist();
        assertThat(site.resolve("mine.html")).exists();
    }

    /** Two claims: the failure stands first, its bar ends outside the window. */
    @Test
    void aFigureHasItsClaimsFailuresFirst() {
        String page = text(site.resolve("figures/network-lazy-exponents.html"));
        assertThat(page.indexOf("✗ not reproduced")).isPositive().isLessThan(page.indexOf("✓ reproduced"));
        assertThat(page)
                .contains("Preset full", "Preset quick", "environment/noisebook verify network-lazy-exponents")
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

    private static Claim claim(double windowLow, double windowHigh, double mean, double low, double high) {
        return new Claim(
                "id",
                "figure",
                "–",
                Claim.Kind.BOUND,
                "it <moves>",
                0,
                windowLow,
                windowHigh,
                new Estimate(mean, Double.NaN, low, high, 4),
                "a source",
                "",
                "none: a toy",
                1);
    }

    @Test
    void aBarShowsTheIntervalAgainstTheWindow() {
        double infinity = Double.POSITIVE_INFINITY;
        // From 0.9 to 2.5 with a margin of 12 % at both ends: 300 pixels for 1.984.
        assertThat(ClaimBar.svg(claim(0.9, 1.1, 2, 1.5, 2.5)))
                .contains("class=\"bar not-reproduced\"", "x=\"29.0\" y=\"1\" width=\"30.2\"", "cx=\"195.4\"")
                .contains("d=\"M119.8 11.0H271.0\"", "aria-label=\"measured 2.0 ± 0.5; window [0.9, 1.1]\"");
        assertThat(ClaimBar.svg(claim(0, infinity, 2, 1, 3))).contains("width=\"271.0\"", "class=\"bar reproduced\"");
        assertThat(ClaimBar.svg(claim(1e-10, infinity, 0.1, 0.01, 1))).contains("logarithmic scale", "cx=\"246.8\"");
        assertThat(ClaimBar.svg(claim(0, 1, Double.NaN, Double.NaN, Double.NaN)))
                .isEqualTo("<span class=\"none\">nothing measured</span>");
        assertThat(ClaimBar.svg(claim(0, 0, 0, 0, 0))).contains("cx=\"150.0\"");
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

    private static String status(int port, String path) throws IOException {
        HttpURLConnection asked = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        return asked.getResponseCode() + " " + asked.getContentType();
    }
}
