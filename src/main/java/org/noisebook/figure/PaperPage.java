package org.noisebook.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;

/**
 * The hand-written part of a paper's page.
 *
 * <p>It is that of a {@link Chapter}, or a file {@code KEY.md} in the paper's folder: a heading, lines {@code cite:},
 * {@code figures:} and {@code studies:}, a blank line and the text. Equal files give equal pages on any machine.
 *
 * @param key the paper's identifier, such as {@code 2301.13703}
 * @param title its title
 * @param cite authors, year, identifier
 * @param figures ids of its figures
 * @param studies ids of its studies
 * @param text what the paper says, and what a reader should take from it
 */
public record PaperPage(
        String key, String title, String cite, List<String> figures, List<String> studies, String text) {
    private static final String FOLDERS = "src/main/java/org/noisebook/papers";
    private static final String ENDING = ".md";
    private static final List<Preset> PRESETS = List.of(Preset.FULL, Preset.QUICK);

    public PaperPage {
        figures = List.copyOf(figures);
        studies = List.copyOf(studies);
    }

    /** All papers of a checkout, by key. */
    public static List<PaperPage> all(Path root) throws IOException {
        List<PaperPage> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve(FOLDERS))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING)) {
                    pages.add(parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file)));
                }
            }
        }
        Catalogue.chapters().forEach(chapter -> chapter.page().ifPresent(pages::add));
        pages.sort(Comparator.comparing(PaperPage::key));
        return pages;
    }

    /**
     * Parses the hand-written part.
     *
     * @throws IllegalArgumentException if a line is missing, naming it
     */
    public static PaperPage parse(String key, String text) {
        String[] parts = text.split("\n\n", 2);
        String[] head = parts[0].split("\n");
        return new PaperPage(
                key,
                line(key, head, 0, "# "),
                line(key, head, 1, "cite: "),
                List.of(line(key, head, 2, "figures: ").split(" ")),
                List.of(line(key, head, 3, "studies: ").split(" ")),
                parts.length < 2 ? "" : parts[1].strip());
    }

    private static String line(String key, String[] head, int index, String start) {
        if (index >= head.length || !head[index].startsWith(start)) {
            throw new IllegalArgumentException(
                    "line " + (index + 1) + " of the page of " + key + " must begin with '" + start + "'");
        }
        return head[index].substring(start.length()).strip();
    }

    /** The committed claims of a checkout, with the full preset before quick. */
    public static Map<Preset, List<Claim>> claims(Path root) throws IOException {
        Map<Preset, List<Claim>> claims = new LinkedHashMap<>();
        for (Preset preset : PRESETS) {
            Path file = preset.in(root.resolve("figures")).resolve("claims.csv");
            claims.put(preset, Files.exists(file) ? Claim.parse(Frame.parseCsv(Files.readString(file))) : List.of());
        }
        return claims;
    }
}
