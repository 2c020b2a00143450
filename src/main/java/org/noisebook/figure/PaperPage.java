package org.noisebook.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;

/**
 * The hand-written part of a paper's page.
 *
 * <p>It is that of a {@link Chapter}, or a file {@code KEY.md} in the paper's folder: a heading, lines {@code cite:},
 * {@code figures:} and {@code studies:}, a blank line and the text. The text begins with the question as a heading {@code #} and the
 * answer, followed by sections under headings {@code ##}; in running text without headings, the sections are found by their first
 * words. Equal files give equal pages on any machine.
 *
 * @param key the paper's identifier, such as {@code 2301.13703}
 * @param title its title
 * @param cite authors, year, identifier
 * @param figures ids of its figures
 * @param studies ids of its studies
 * @param text the question, what the paper says, and what a reader should take from it
 */
public record PaperPage(
        String key, String title, String cite, List<String> figures, List<String> studies, String text) {
    private static final String FOLDERS = "src/main/java/org/noisebook/papers";
    private static final String ENDING = ".md";
    private static final String HEADING = "# ";
    private static final List<Preset> PRESETS = List.of(Preset.FULL, Preset.QUICK);

    /** Begins a line of the text that lists the claims of a row. */
    public static final String CLAIMS = "claims: ";

    public static final String SHORT = "In short";
    public static final String QUESTION = "The question";
    public static final String SAYS = "What the paper says";
    public static final String DID = "What we did";
    public static final String FOUND = "What we found";
    public static final String MEANS = "What it means";
    public static final String TRY = "Try it";
    /** The section of running text that has no heading of its own. */
    public static final String MORE = "";

    private static final Pattern PRACTICE =
            Pattern.compile("(?s)\\s*\\bIn practice:\\s(.*?)(?=\\s+In Java:\\s|\n\n|\\z)");
    private static final Pattern JAVA = Pattern.compile("(?s)\\s*\\b(In Java:\\s.*?)(?=\n\n|\\z)");

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
                line(key, head, 1, "cite: ").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"),
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

    /** The question that the page answers; the paper's title if the text has none. */
    public String question() {
        return text.startsWith(HEADING) ? text.lines().findFirst().orElseThrow().substring(HEADING.length()) : title;
    }

    /** The text by section, in its order, with the answer as {@link #SHORT}; sections that it lacks are missing. */
    public Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        String told = text.replaceAll("(?m)^" + CLAIMS + ".*\n?", "").strip();
        if (!told.startsWith(HEADING)) {
            addRunning(told, sections);
        } else {
            for (String part : told.substring(HEADING.length()).split("(?m)^## ")) {
                String[] section = part.split("\n", 2);
                sections.put(
                        sections.isEmpty() ? SHORT : section[0].strip(), section.length > 1 ? section[1].strip() : "");
            }
        }
        sections.values().removeIf(String::isEmpty);
        return sections;
    }

    /**
     * Sorts running text: its first paragraph up to the sentence about the paper, from there, and from the sentence with "here"; what
     * follows "In practice:" and "In Java:"; and the rest.
     */
    private static void addRunning(String text, Map<String, String> sections) {
        String rest = takeOut(PRACTICE, MEANS, text, sections);
        rest = takeOut(JAVA, TRY, rest, sections);
        String[] paragraphs = rest.split("\n{2,}", 2);
        String section = QUESTION;
        for (String sentence : paragraphs[0].split("(?<=[.?!)])\\s+(?=\\p{Lu})")) {
            section = sentence.matches("(?s).*\\b[Hh]ere\\b.*")
                    ? DID
                    : section.equals(QUESTION) && sentence.matches("(?s).*\\b(paper|survey|report)\\b.*")
                            ? SAYS
                            : section;
            sections.merge(section, sentence, (before, more) -> before + " " + more);
        }
        sections.put(MORE, paragraphs.length > 1 ? paragraphs[1] : "");
    }

    private static String takeOut(Pattern told, String section, String text, Map<String, String> sections) {
        sections.put(
                section,
                told.matcher(text)
                        .results()
                        .map(one -> one.group(1))
                        .map(one -> Character.toUpperCase(one.charAt(0)) + one.substring(1))
                        .collect(Collectors.joining("\n\n")));
        return told.matcher(text).replaceAll("").strip();
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
