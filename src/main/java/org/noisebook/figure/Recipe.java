package org.noisebook.figure;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.noisebook.chart.LineStyle;
import org.noisebook.chart.Plate;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;

/**
 * How a figure's table is drawn: panels, axes, colours, legends, layout. It stands in the figure's SVG, so that the picture
 * comes again from the committed files, without a run.
 *
 * @param columns panels in a row
 * @param widthMm width of the sheet
 * @param aspect height over width of a plot
 * @param sharedLegend whether one legend serves all panels
 * @param takeaway what follows, in one sentence
 * @param parts the panels
 */
record Recipe(int columns, double widthMm, double aspect, boolean sharedLegend, String takeaway, List<Part> parts) {
    private static final String OPEN = "<metadata>";
    private static final String CLOSE = "</metadata>";

    /** NaN and infinities as text, as in the JSON beside the figure. */
    private static final TypeAdapter<Double> NUMBERS = new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            String text = Numbers.format(value);
            if (Double.isFinite(value)) {
                out.jsonValue(text);
            } else {
                out.value(text);
            }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            return Numbers.parse(in.nextString());
        }
    };

    private static final Gson GSON = new GsonBuilder()
            .disableHtmlEscaping()
            .registerTypeAdapter(double.class, NUMBERS)
            .registerTypeAdapter(Double.class, NUMBERS)
            .create();

    /** The recipe of a plate of these parts. */
    static Recipe of(Plate plate, List<Part> parts) {
        return new Recipe(plate.columns(), plate.widthMm(), plate.aspect(), plate.shared(), plate.takeaway(), parts);
    }

    /** The plate that a table fills. */
    Plate plate(Frame table) {
        Plate plate = draw(parts, table, columns, takeaway).size(widthMm, aspect);
        return sharedLegend ? plate.sharedLegend() : plate;
    }

    static Plate draw(List<Part> parts, Frame table, int columns, String takeaway) {
        return Plate.of(parts.stream().map(part -> part.panel(table)).toList(), columns)
                .key(key(parts))
                .verdicts(takeaway, parts.stream().map(Part::chips).toList());
    }

    /** What the kinds of lines that are drawn mean, in words, where the legend does not name them anyway. */
    private static Map<LineStyle, String> key(List<Part> parts) {
        Map<LineStyle, String> words = new EnumMap<>(LineStyle.class);
        parts.stream()
                .flatMap(part -> part.series().stream())
                .flatMap(one -> LineKind.find(one.kind()).stream())
                .filter(kind -> !kind.words().isEmpty())
                .forEach(kind -> words.put(kind.style(), kind.words()));
        return words;
    }

    /** One line of JSON. */
    String text() {
        return GSON.toJson(this);
    }

    static Recipe parse(String text) {
        return GSON.fromJson(text, Recipe.class);
    }

    /** An SVG document with a recipe in it. */
    static String put(String svg, String recipe) {
        int start = svg.indexOf('>') + 1;
        String text = recipe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return svg.substring(0, start) + "\n" + OPEN + text + CLOSE + svg.substring(start);
    }

    /** The recipe in an SVG document; none in one that was drawn before there were any. */
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
}
