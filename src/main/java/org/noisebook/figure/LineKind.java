package org.noisebook.figure;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.chart.LineStyle;

/** The kind of a line, which sets its style and its explanation. */
public enum LineKind {
    /** Theory without free parameters: solid. */
    THEORY("theory", LineStyle.SOLID, "lines without dots: theory"),
    /** Theory's shape through a measured point: long dashes. */
    ANCHORED("anchored", LineStyle.LONG_DASHED, "long dashes: theory through a measured point"),
    /** A constant from a reference: dash-dotted. */
    REFERENCE("reference", LineStyle.DASH_DOTTED, "dash-dotted: theory, one constant from a reference"),
    /** Exponent and prefactor measured: dotted. */
    FIT("fit", LineStyle.DOTTED, "dotted: fitted law"),
    /** Borders cells, marks a place or a level, or joins points: short dashes. */
    BORDER("border", LineStyle.DASHED, ""),
    /** The path of one sample: solid. */
    SAMPLE("sample", LineStyle.SOLID, ""),
    /** What is measured in order of time: solid, with an arrow head. */
    PATH("path", LineStyle.ARROW, ""),
    /** Where a row of a map is least: low end, place, high end, with a ring. */
    LEAST("least", LineStyle.RING, "");

    private final String text;
    private final LineStyle style;
    private final String words;

    LineKind(String text, LineStyle style, String words) {
        this.text = text;
        this.style = style;
        this.words = words;
    }

    /** The word in the table. */
    public String text() {
        return text;
    }

    LineStyle style() {
        return style;
    }

    String words() {
        return words;
    }

    /** The kind of a word in the table, if it is one of a line. */
    static Optional<LineKind> find(String text) {
        return text.equals(Sheet.JOIN)
                ? Optional.of(BORDER)
                : Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
    }

    static LineKind of(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("no kind of line: " + text));
    }
}
