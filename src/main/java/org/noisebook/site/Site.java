package org.noisebook.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.chart.Strip;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Exhibit;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/**
 * Generates the site of a checkout from committed files alone: a landing page, a gallery, and a page for each figure,
 * paper, document and notebook. It needs no server and contacts no other host; the same files give the same bytes.
 *
 * <p><i>Cost</i>: a few seconds.
 */
public final class Site {
    private static final String APIDOCS = "apidocs/";
    static final String JAVADOC = APIDOCS + "index.html";
    private static final String WRITTEN = "files.txt";
    /** A figure embedded in a page; images of class {@code whole} are unchanged. */
    private static final Pattern FIGURE =
            Pattern.compile("<img (?!class=\"whole\")[^>]*src=\"(?:\\.\\./)*(figures/[^\"]*\\.svg)\"");

    private static final Pattern BAR = Pattern.compile("<!-- bar (.*?) -->");
    private static final Pattern HEIGHT = Pattern.compile("viewBox=\"0 0 ([0-9.]+) ([0-9.]+)\"");
    /** The rule above the verdicts, or the footer if there are none. */
    private static final Pattern END =
            Pattern.compile("stroke=\"#d3d7dc\" stroke-width=\"0.8\">\n<path d=\"M[0-9.]+ ([0-9.]+)"
                    + "|font-size=\"8.8\">\n<text x=\"16.01\" y=\"([0-9.]+)\">[a-z-]+ · ");

    private static final double TITLE = 52;
    private static final double RULE = 3;
    private static final double FOOTER = 11;
    private static final int WORDS = 400;
    /** Words that readers look for, by what the pages that answer say instead. */
    private static final List<Map.Entry<String, String>> SYNONYMS = List.of(
            Map.entry("a/b test", "which model is better"),
            Map.entry("catastrophic forgetting", "remembers the old task"),
            Map.entry("change point", "slows? down|early warning"),
            Map.entry(
                    "early stopping",
                    "train longer|grok|when training (ends|stops)|stopping process|last step that moved"),
            Map.entry("error bars", "confidence interval|95 % interval"),
            Map.entry("generalization", "generalis"),
            Map.entry("initialization", "initialis|initial weights"),
            Map.entry("memorization memorisation", "copies"),
            Map.entry("multiple testing comparisons", "holm|bonferroni|family-wise|reused? .{0,20}holdout|submissions"),
            Map.entry("overfitting", "overfit|holdout|noisy labels|flipped labels"),
            Map.entry("power analysis sample size", "how many (more )?(seeds|runs)"),
            Map.entry("reproducibility replication", "root seed|reproduc|same bytes|identical bytes"),
            Map.entry("tipping point", "tipping|early warning|loses stability"));

    private static final String WEB = "target/web/page";

    final Path root;
    /** The address of the site, ending in a slash; empty if unknown. */
    final String base;

    private final boolean javadoc;
    /** What environment/web.sh made: figures run in the page. */
    private final Path web;

    private final boolean runs;
    private final Map<String, byte[]> written = new TreeMap<>();
    private final Map<String, Path> copied = new TreeMap<>();
    private final Deque<String> sources = new ArrayDeque<>();
    private final TreeSet<String> named = new TreeSet<>();
    private final List<String> search = new ArrayList<>();
    /** The committed claims, with the full preset before quick. */
    final Map<Preset, List<Claim>> claims;
    /** The claims by id, each from the largest edition that judged it. */
    final Map<String, Claim> largest;

    final List<PaperPage> papers;
    /** The headlines by paper. */
    final Map<String, Judgement> judged;
    /** The edition of every figure shown to readers, by id. */
    final Map<String, Exhibit> exhibits = new LinkedHashMap<>();
    /** The text of all notebooks by path. */
    final Map<String, String> notebooks;

    private Site(Path root, String base, boolean javadoc) throws IOException {
        this.root = root;
        this.base = base;
        this.javadoc = javadoc;
        web = root.resolve(WEB);
        runs = Files.exists(web.resolve("kit.wasm"));
        claims = PaperPage.claims(root);
        largest = PaperText.largest(claims);
        papers = PaperPage.all(root);
        judged = Judgement.all(root, papers, largest);
        for (Story figure : Catalogue.figures()) {
            Exhibit.of(root, figure.id(), claims).ifPresent(one -> exhibits.put(figure.id(), one));
        }
        notebooks = PaperText.notebooks(root);
    }

    /**
     * Writes the site and removes files of an earlier version.
     *
     * @param root the checkout
     * @param out the output folder; Javadoc that {@link #writeJavadoc} has written there is linked and searched
     * @param base the address at which the site will stand, ending in a slash, for citations; empty if unknown
     * @return the number of pages
     */
    public static int write(Path root, Path out, String base) throws IOException {
        Site site = new Site(root, base, Files.exists(out.resolve(JAVADOC)));
        site.build();
        Path list = out.resolve(WRITTEN);
        if (Files.exists(list)) {
            for (String old : Files.readAllLines(list)) {
                Path file = out.resolve(old).normalize();
                if (file.startsWith(out.normalize())) {
                    Files.deleteIfExists(file);
                }
            }
        }
        for (Map.Entry<String, byte[]> one : site.written.entrySet()) {
            write(out.resolve(one.getKey()), one.getValue());
        }
        for (Map.Entry<String, Path> one : site.copied.entrySet()) {
            write(out.resolve(one.getKey()), Files.readAllBytes(one.getValue()));
        }
        Files.writeString(
                list,
                Stream.concat(site.written.keySet().stream(), site.copied.keySet().stream())
                        .sorted()
                        .collect(Collectors.joining("\n", "", "\n")));
        return (int) site.written.keySet().stream()
                .filter(path -> path.endsWith(".html"))
                .count();
    }

    /**
     * Writes the Javadoc of the supported packages where {@link #write(Path, Path, String)} links it, in place of an earlier one.
     *
     * <p><i>Cost</i>: some ten seconds.
     *
     * @return whether this Java can
     */
    public static boolean writeJavadoc(Path root, Path out) throws IOException {
        Path folder = out.resolve(APIDOCS);
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path one : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
        return Javadoc.write(root, folder);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        WholeFile.write(file, target -> Files.write(target, bytes));
    }

    private void build() throws IOException {
        for (Exhibit figure : exhibits.values()) {
            new FigurePage(this, figure).write();
        }
        IndexPage.write(this, "index.html", "The physics of noise, measured");
        IndexPage.write(this, "gallery.html", "Figures");
        NotebookPage.writeAll(this);
        Citation kit = Citation.in(root);
        ClaimPages.write(this, kit);
        for (String document : documents()) {
            document(document);
        }
        while (!sources.isEmpty()) {
            source(sources.pop());
        }
        for (String asset : List.of("site.css", "site.js")) {
            try (var in = Site.class.getResourceAsStream(asset)) {
                written.put(asset, in.readAllBytes());
            }
        }
        ClaimGraph.write(this, kit);
        if (runs) {
            try (Stream<Path> files = Files.walk(web)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    written.put("run/" + web.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
            }
        }
        for (String name : javadoc ? Javadoc.packages(root) : List.<String>of()) {
            find(
                    APIDOCS + name.replace('.', '/') + "/package-summary.html",
                    name,
                    "package",
                    Javadoc.classes(root, name));
        }
        written.put(
                "search.js",
                search.stream()
                        .sorted()
                        .collect(Collectors.joining(",\n", "const PAGES = [\n", "\n];\n"))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private List<String> documents() throws IOException {
        List<String> found = new ArrayList<>(List.of("README.md"));
        for (String folder : List.of("src/site/markdown", "src/site/markdown/papers")) {
            try (Stream<Path> files = Files.list(root.resolve(folder))) {
                files.map(file -> folder + "/" + file.getFileName())
                        .filter(name -> name.endsWith(".md"))
                        .sorted()
                        .forEach(found::add);
            }
        }
        return found;
    }

    private void document(String path) throws IOException {
        String text = Files.readString(root.resolve(path));
        String title = text.lines()
                .filter(line -> line.startsWith("# "))
                .findFirst()
                .map(line -> line.substring(2))
                .orElse(path);
        String place = place(path);
        boolean paper = place.startsWith("papers/");
        String body = Markdown.html(text, links(place, path));
        body = body.replaceAll("href=\"\\.\\./figures/(?:full/)?([a-z0-9-]+)\\.svg\"", "href=\"../figures/$1.html\"");
        String badge = place.replace(".html", ".svg");
        if (written.containsKey(badge)) {
            body += ClaimPages.embedded(this, badge, place);
        }
        page(place, title, BAR.matcher(body).replaceAll(bar -> Matcher.quoteReplacement(bar(bar.group(1)))));
        find(place, title, paper ? "paper" : "document", text);
    }

    /** Adds a file that a page refers to, as text; a folder becomes a list of its files. */
    private void source(String path) throws IOException {
        Path file = root.resolve(path);
        String place = place(path);
        String body = "<h1>" + Markup.escape(path) + "</h1>\n";
        if (Files.isDirectory(file)) {
            List<String> names = new ArrayList<>();
            try (Stream<Path> files = Files.list(file)) {
                for (Path one : files.sorted().toList()) {
                    String name = one.getFileName().toString();
                    if (!name.startsWith(".") && !name.equals("target")) {
                        names.add(Markup.link(to(place, path + "/" + name), name));
                    }
                }
            }
            body += Markup.list(names);
        } else if (path.endsWith(".md")) {
            body = Markdown.html(Files.readString(file), links(place, path));
        } else {
            body += "<pre tabindex=\"0\"><code>" + Markup.escape(Files.readString(file)) + "</code></pre>\n";
        }
        page(place, path, body);
    }

    /** The path on the site of a file in the checkout. */
    private String place(String path) {
        if (path.startsWith("figures/")) {
            return path;
        }
        if (path.startsWith("notebooks/") && path.endsWith(".ipynb")) {
            return path.replace(".ipynb", ".html");
        }
        if (path.startsWith("src/site/markdown/")) {
            String name = path.substring("src/site/markdown/".length()).replace(".md", ".html");
            return name.startsWith("papers/") ? name : "docs/" + name;
        }
        return path.equals("README.md") ? "docs/README.html" : "source/" + path + ".html";
    }

    /**
     * The address of a file or folder of the checkout, relative to a page; missing files are added to the site.
     *
     * @throws IllegalArgumentException if there is no such file
     */
    String to(String page, String path) {
        Path file = root.resolve(path);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(page + " names " + path + ", which does not exist");
        }
        String place = place(path);
        if (path.startsWith("figures/")) {
            copied.put(path, file);
        } else if (place.startsWith("source/") && named.add(path)) {
            sources.push(path);
        }
        return Markup.relative(page, place);
    }

    /** Maps the links of a text that is at {@code path} in the checkout and at {@code page} on the site. */
    UnaryOperator<String> links(String page, String path) {
        return address -> {
            if (address.isEmpty() || address.startsWith("#") || address.matches("[a-z]+:.*")) {
                return address;
            }
            String[] parts = address.split("#", 2);
            Path there = Path.of(path).resolveSibling(parts[0]).normalize();
            return to(page, there.toString().replace('\\', '/')) + (parts.length > 1 ? "#" + parts[1] : "");
        };
    }

    /** Stores a picture used by one page only beside that page, and returns its relative address. */
    String picture(String page, String svg) {
        String stem = page.replace(".html", "-");
        long before =
                written.keySet().stream().filter(path -> path.startsWith(stem)).count();
        written.put(stem + (before + 1) + ".svg", svg.getBytes(StandardCharsets.UTF_8));
        return Markup.relative(page, stem + (before + 1) + ".svg");
    }

    /** Stores a file of the site. */
    void put(String path, byte[] bytes) {
        written.put(path, bytes);
    }

    /** The files copied from the checkout, by their paths on the site. */
    Map<String, Path> copied() {
        return copied;
    }

    void page(String path, String title, String body) throws IOException {
        page(path, title, "", body);
    }

    /** Writes a page with a tag of its own in its head. */
    void page(String path, String title, String head, String body) throws IOException {
        StringBuilder cropped = new StringBuilder();
        Matcher picture = FIGURE.matcher(body);
        while (picture.find()) {
            String style = crop(Files.readString(root.resolve(picture.group(1))));
            picture.appendReplacement(cropped, "$0 style=\"" + style + "\"");
        }
        String whole = Markup.page(path, title, picture.appendTail(cropped).toString(), javadoc, runs)
                .replace("</title>\n", "</title>\n" + head);
        written.put(path, whole.getBytes(StandardCharsets.UTF_8));
    }

    /** The style that crops a sheet to the part from below its title to its verdicts. */
    private static String crop(String svg) {
        Matcher size = HEIGHT.matcher(svg);
        Matcher end = END.matcher(svg);
        if (!size.find() || !end.find()) {
            return "";
        }
        double height = Double.parseDouble(size.group(2));
        double bottom = end.group(1) != null
                ? Double.parseDouble(end.group(1)) - RULE
                : Double.parseDouble(end.group(2)) - FOOTER;
        return String.format(
                Locale.ROOT,
                "aspect-ratio:%s/%.0f;object-position:0 %.1f%%",
                size.group(1),
                bottom - TITLE,
                100 * TITLE / (height - bottom + TITLE));
    }

    /** The verdict bar of the claims with these ids, separated by spaces, as SVG. */
    private String bar(String ids) {
        return Strip.bar(Arrays.stream(ids.split(" ")).map(largest::get).toList());
    }

    /** Adds a page to the search index under the words of a text. */
    void find(String path, String title, String kind, String text) {
        String words = Arrays.stream(
                        (title + " " + text).toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}.-]+"))
                .filter(word -> word.length() > 1)
                .distinct()
                .limit(WORDS)
                .collect(Collectors.joining(" "));
        String lower = text.toLowerCase(Locale.ROOT);
        words += SYNONYMS.stream()
                .filter(synonym ->
                        Pattern.compile(synonym.getValue()).matcher(lower).find())
                .map(synonym -> " " + synonym.getKey())
                .collect(Collectors.joining());
        search.add("{url: " + quoted(path) + ", title: " + quoted(title) + ", kind: " + quoted(kind) + ", words: "
                + quoted(words) + "}");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The address of a figure's page. */
    static String address(Exhibit figure) {
        return "figures/" + figure.figure().id() + ".html";
    }

    /** A link to the page of a paper, and its citation with one to the paper. */
    String cited(String page, PaperPage paper) {
        return Markup.link(Markup.relative(page, "papers/" + paper.key() + ".html"), paper.title()) + ", "
                + Citation.html(paper.cite());
    }

    List<PaperPage> papers(String figure) {
        return papers.stream().filter(paper -> paper.figures().contains(figure)).toList();
    }
}
