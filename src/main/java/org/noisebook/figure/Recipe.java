package org.noisebook.figure;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Panel;
import org.noisebook.chart.Plate;
import org.noisebook.chart.Strip;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Json;

/**
 * Everything needed to draw a figure from its table and claims: texts, panels, axes and colours. It is stored in the
 * figure's SVG, so that the figure can be redrawn from committed files without a run.
 *
 * @param titles titles if the main claim agrees, disagrees or is undecided
 * @param subtitle the grey line below
 * @param sayings the rows of the strip, the main claim first
 * @param shown names of the parts shown in the figure
 * @param parts the panels, including those that appear only in the table
 */
record Recipe(List<String> titles, String subtitle, List<Saying> sayings, List<String> shown, List<Part> parts) {
    private static final String OPEN = "<metadata>";
    private static final String CLOSE = "</metadata>";
    /** Separates a claim in plain words from what is measured. */
    static final String MEASURE = " \\| ";

    private static final int MOST_ROWS = 4;
    private static final int MOST_COLUMNS = 5;

    /** A claim in plain words, and the ids of the claims with this wording. */
    record Saying(String words, List<String> ids) {}

    /** The sayings of claims, in order. */
    static List<Saying> sayings(List<Claim> claims) {
        Map<String, List<String>> ids = new LinkedHashMap<>();
        claims.stream()
                .filter(claim -> !claim.says().isEmpty())
                .forEach(claim -> ids.computeIfAbsent(claim.says(), unseen -> new ArrayList<>())
                        .add(claim.id()));
        return ids.entrySet().stream()
                .map(one -> new Saying(one.getKey(), one.getValue()))
                .toList();
    }

    /** The plate filled from a table and claims. */
    Plate plate(Frame table, List<Claim> claims) {
        List<Part> seen = parts.stream()
                .filter(part -> shown.isEmpty() || shown.contains(part.name()))
                .toList();
        List<Integer> colours = seen.stream()
                .flatMap(part -> part.series().stream())
                .filter(one -> !one.name().isEmpty())
                .map(Part.Series::colour)
                .filter(colour -> colour != Plot.GREY)
                .distinct()
                .toList();
        IntUnaryOperator palette = colour -> colour == Plot.GREY ? colour : colours.indexOf(colour);
        List<Panel> panels = seen.stream()
                .map(part -> part.panel(table, seen.size() > 1 ? seen.indexOf(part) : -1, palette))
                .toList();
        List<Strip.Row> rows = rows(claims);
        int columns = panels.size() <= MOST_COLUMNS ? panels.size() : (panels.size() + 1) / 2;
        Set<String> names = seen.stream().map(Part::name).collect(Collectors.toSet());
        List<Strip.Row> first = shown(rows, names);
        List<Claim> others = judged(claims);
        first.forEach(row -> others.removeAll(row.claims()));
        return Plate.of(panels, columns)
                .title(title(rows), subtitle)
                .key(key(seen).replace("lines without dots: theory", theory(seen)))
                .strip(new Strip(first, first.isEmpty() ? "" : rest(others)));
    }

    /** The main claim, then rows that the figure draws, then others with a saying; without sayings, all rows. */
    private List<Strip.Row> shown(List<Strip.Row> rows, Set<String> names) {
        ToIntFunction<Strip.Row> place = row -> row == rows.get(0)
                ? 0
                : row.claims().stream().anyMatch(claim -> names.contains(claim.panel()))
                        ? 1
                        : sayings.isEmpty() || row.claims().stream().anyMatch(this::isSaid) ? 2 : 3;
        return rows.stream()
                .filter(row -> place.applyAsInt(row) < 3)
                .sorted(Comparator.comparingInt(place))
                .limit(MOST_ROWS)
                .toList();
    }

    private boolean isSaid(Claim claim) {
        return sayings.stream().anyMatch(saying -> saying.ids().contains(claim.id()));
    }

    /** A text about the claims that have no row; it names those that do not agree. */
    private String rest(List<Claim> others) {
        String named = Strip.SEVERITY.stream()
                .filter(verdict -> verdict != Claim.Verdict.REPRODUCED)
                .flatMap(verdict -> others.stream().filter(claim -> claim.verdict() == verdict))
                .map(this::words)
                .distinct()
                .collect(Collectors.joining("; "));
        return Strip.rest(others) + (named.isEmpty() ? "" : " (" + named + ")");
    }

    /** A claim in plain words, or else the quantity that it is about. */
    private String words(Claim claim) {
        return sayings.stream()
                .filter(saying -> saying.ids().contains(claim.id()))
                .map(saying -> saying.words().split(MEASURE)[0])
                .findFirst()
                .orElse(quantity(claim.statement()));
    }

    /** The first phrase of a statement. */
    private static String quantity(String statement) {
        return statement.split("[,;:] ")[0];
    }

    /** The axis on which the figure or its table has the worst of some claims, or else what its statement begins with. */
    private String measure(List<Claim> claims) {
        Claim worst = new Strip.Row("", claims).worst();
        return parts.stream()
                .filter(part -> part.name().equals(worst.panel()))
                .map(Part::quantity)
                .filter(label -> !label.isEmpty())
                .findFirst()
                .orElse(quantity(worst.statement()));
    }

    /** The title for the verdict of the main claim. */
    String title(List<Strip.Row> rows) {
        int verdict = rows.isEmpty() ? 0 : rows.get(0).verdict().ordinal();
        return titles.isEmpty() ? "" : titles.get(Math.min(verdict, titles.size() - 1));
    }

    private static List<Claim> judged(List<Claim> claims) {
        return claims.stream()
                .filter(claim -> claim.kind() != Claim.Kind.IDENTITY)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Rows of the strip: the main claim, then all claims that do not agree, then the others with a saying. */
    List<Strip.Row> rows(List<Claim> claims) {
        List<Claim> left = judged(claims);
        List<Strip.Row> rows = new ArrayList<>();
        for (Saying saying : sayings) {
            List<Claim> same = claims.stream()
                    .filter(claim -> saying.ids().contains(claim.id()))
                    .toList();
            if (!same.isEmpty()) {
                String[] words = saying.words().split(MEASURE);
                rows.add(new Strip.Row(words[0], words.length > 1 ? words[1] : measure(same), same));
                left.removeAll(same);
            }
        }
        left.stream()
                .collect(Collectors.groupingBy(Claim::stem, LinkedHashMap::new, Collectors.toList()))
                .forEach((stem, same) -> {
                    if (same.stream().anyMatch(claim -> claim.verdict() != Claim.Verdict.REPRODUCED)) {
                        rows.add(new Strip.Row(same.size() == 1 ? same.get(0).statement() : stem, measure(same), same));
                    }
                });
        if (rows.size() > 1) {
            rows.subList(1, rows.size()).sort(Comparator.comparingInt(row -> Strip.SEVERITY.indexOf(row.verdict())));
        }
        return rows;
    }

    /** The meaning of the kinds of lines that are drawn, in words. */
    private static String key(List<Part> parts) {
        boolean points = parts.stream()
                .flatMap(part -> part.series().stream())
                .anyMatch(one -> one.kind().equals(Sheet.POINTS));
        String words = parts.stream()
                .flatMap(part -> part.series().stream())
                .filter(one -> one.colour() != Plot.GREY)
                .flatMap(one -> LineKind.find(one.kind()).stream())
                .map(LineKind::words)
                .filter(kind -> !kind.isEmpty())
                .distinct()
                .sorted()
                .collect(Collectors.joining("; "));
        return points ? words : "";
    }

    /** What lines and dots are; lines through dots, which are dotted or dashed, are not theory. */
    private static String theory(List<Part> parts) {
        boolean joined = parts.stream()
                .flatMap(part -> part.series().stream())
                .anyMatch(one -> one.kind().equals(Sheet.JOIN));
        return (joined ? "solid lines" : "lines") + ": theory, dots: simulation";
    }

    /** The recipe as one line of JSON. */
    String text() {
        List<Json> said = sayings.stream()
                .map(one -> new Json().put("words", one.words()).put("ids", one.ids()))
                .toList();
        return new Json()
                .put("titles", titles)
                .put("subtitle", subtitle)
                .put("sayings", said)
                .put("shown", shown)
                .put("parts", parts.stream().map(Part::json).toList())
                .line();
    }

    static Recipe parse(String text) {
        return Reader.GSON.fromJson(text, Recipe.class);
    }

    /** The SVG document with the recipe inserted. */
    static String put(String svg, String recipe) {
        int start = svg.indexOf('>') + 1;
        String text = recipe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return svg.substring(0, start) + "\n" + OPEN + text + CLOSE + svg.substring(start);
    }

    /** The recipe in an SVG document; empty for documents older than recipes. */
    static Optional<String> in(String svg) {
        int start = svg.indexOf(OPEN);
        int end = svg.indexOf(CLOSE);
        return start < 0 || end < start
                ? Optional.empty()
                : Optional.of(svg.substring(start + OPEN.length(), end)
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&"));
    }

    /** Reads what {@link #text} writes: numbers that are not finite are text. */
    private static final class Reader {
        private static final JsonDeserializer<Double> NUMBERS =
                (json, type, context) -> Numbers.parse(json.getAsString());
        private static final Gson GSON = new GsonBuilder()
                .registerTypeAdapter(double.class, NUMBERS)
                .registerTypeAdapter(Double.class, NUMBERS)
                .create();
    }
}
