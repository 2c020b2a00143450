package org.noisebook.site;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.noisebook.chart.Png;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/**
 * The site of a checkout: an index of all figures, and a page for each figure, paper, document and notebook, made from committed
 * files alone. It needs no server and asks no other host; the same files give the same bytes.
 *
 * <p><i>Cost</i>: a few seconds, most of them thumbnails.
 */
public final class Site {
    static final String JAVADOC = "apidocs/index.html";
    private static final String WRITTEN = "files.txt";
    private static final int THUMBNAIL = 320;
    private static final int WORDS = 400;

    private final Path root;
    private final boolean javadoc;
    private final Map<String, byte[]> written = new TreeMap<>();
    private final Map<String, Path> copied = new TreeMap<>();
    private final Deque<String> sources = new ArrayDeque<>();
    private final TreeSet<String> named = new TreeSet<>();
    private final List<String> search = new ArrayList<>();
    private final Map<Preset, List<Claim>> claims;
    private final List<PaperPage> papers;
    private final Map<String, String> notebooks = new TreeMap<>();

    private Site(Path root, boolean javadoc) throws IOException {
        this.root = root;
        this.javadoc = javadoc;
        claims = PaperPage.claims(root);
        papers = PaperPage.all(root);
        try (Stream<Path> files = Files.list(root.resolve("notebooks"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".ipynb")).toList()) {
                notebooks.put("notebooks/" + file.getFileName(), Files.readString(file));
            }
        }
    }

    /**
     * Writes the site and removes what an earlier one left there.
     *
     * @param root the checkout
     * @param out the folder; javadoc that lies in its folder {@code apidocs} is linked
     * @return how many pages it has
     */
    public static int write(Path root, Path out) throws IOException {
        Site site = new Site(root, Files.exists(out.resolve(JAVADOC)));
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

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        WholeFile.write(file, target -> Files.write(target, bytes));
    }

    private void build() throws IOException {
        List<Story> figures = Catalogue.figures().stream()
                .filter(figure -> Files.exists(root.resolve("figures/" + figure.id() + ".json")))
                .toList();
        for (Story figure : figures) {
            new FigurePage(this, figure).write();
        }
        page("index.html", "Figures", IndexPage.body(this, figures));
        NotebookPage.writeAll(this);
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
        page(place, title, Markdown.html(text, links(place, path)));
        find(place, title, paper ? "paper" : "document", text);
    }

    /** A file that a page names, as text; a folder as a list of its files. */
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

    /** Where a file of the checkout is found on the site. */
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
     * The address of a file or folder of the checkout as seen from a page; the site gets what it needs for it.
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

    /** Where the links of a text go that stands at {@code path} in the checkout and at {@code page} on the site. */
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

    /** A picture that one page alone shows, beside it; its address from there. */
    String picture(String page, String svg) {
        String stem = page.replace(".html", "-");
        long before =
                written.keySet().stream().filter(path -> path.startsWith(stem)).count();
        written.put(stem + (before + 1) + ".svg", svg.getBytes(StandardCharsets.UTF_8));
        return Markup.relative(page, stem + (before + 1) + ".svg");
    }

    void page(String path, String title, String body) {
        written.put(path, Markup.page(path, title, body, javadoc).getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a page be found by the words of a text. */
    void find(String path, String title, String kind, String text) {
        String words = Arrays.stream(
                        (title + " " + text).toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}.-]+"))
                .filter(word -> word.length() > 1)
                .distinct()
                .limit(WORDS)
                .collect(Collectors.joining(" "));
        search.add("{url: " + quoted(path) + ", title: " + quoted(title) + ", kind: " + quoted(kind) + ", words: "
                + quoted(words) + "}");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A small picture of a figure, its address from the site's root. */
    String thumbnail(String figure) throws IOException {
        String path = "thumbnails/" + figure + ".png";
        if (!written.containsKey(path)) {
            written.put(
                    path,
                    Png.encode(small(ImageIO.read(
                            root.resolve("figures/" + figure + ".png").toFile()))));
        }
        return path;
    }

    /** Means of the pixels, in sixteen levels a channel, of which a palette suffices; AWT takes ten times as long. */
    private static BufferedImage small(BufferedImage whole) {
        int width = whole.getWidth();
        int height = Math.max(1, Math.round((float) THUMBNAIL * whole.getHeight() / width));
        BufferedImage packed = new BufferedImage(width, whole.getHeight(), BufferedImage.TYPE_INT_RGB);
        packed.getGraphics().drawImage(whole, 0, 0, null);
        int[] pixels = (int[]) packed.getRaster().getDataElements(0, 0, width, whole.getHeight(), null);
        // Of 16 bits each: how many, and the sums of red, green and blue.
        long[] sums = new long[THUMBNAIL * height];
        for (int y = 0; y < whole.getHeight(); y++) {
            int row = y * height / whole.getHeight() * THUMBNAIL;
            for (int x = 0; x < width; x++) {
                long rgb = pixels[y * width + x];
                sums[row + x * THUMBNAIL / width] +=
                        1L << 48 | (rgb & 0xff0000) << 16 | (rgb & 0xff00) << 8 | rgb & 0xff;
            }
        }
        BufferedImage small = new BufferedImage(THUMBNAIL, height, BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < sums.length; k++) {
            long level = sums[k] >> 48 << 4;
            long rgb = (sums[k] >> 32 & 0xffff) / level << 16
                    | (sums[k] >> 16 & 0xffff) / level << 8
                    | (sums[k] & 0xffff) / level;
            small.setRGB(k % THUMBNAIL, k / THUMBNAIL, (int) rgb * 0x11);
        }
        return small;
    }

    /** The text of all notebooks by path. */
    Map<String, String> notebooks() {
        return notebooks;
    }

    Path root() {
        return root;
    }

    /** The claims of a figure, failures first. */
    List<Claim> claims(String figure, Preset preset) {
        return Claim.failuresFirst(claims.get(preset).stream()
                .filter(claim -> claim.figure().equals(figure))
                .toList());
    }

    List<PaperPage> papers() {
        return papers;
    }

    List<PaperPage> papers(String figure) {
        return papers.stream().filter(paper -> paper.figures().contains(figure)).toList();
    }
}
