package org.noisebook.figure;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.chart.LineStyle;

/** The kind of a line, which determines its style and its explanation. */
public enum LineKind {
    /** Theory without free parameters: solid. */
    THEORY("theory", LineStyle.SOLID, "lines without dots: theory"),
    /** The shape predicted by theory, through a measured point: long dashes. */
    ANCHORED("anchored", LineStyle.LONG_DASHED, "long dashes: theory through a measured point"),
    /** A constant from a reference: dash-dotted. */
    REFERENCE("reference", LineStyle.DASH_DOTTED, "dash-dotted: theory, one constant from a reference"),
    /** A law with fitted exponent and prefactor: dotted. */
    FIT("fit", LineStyle.DOTTED, "dotted: fitted law"),
    /** A boundary of cells, a marker of a position or level, or a connection between points: short dashes. */
    BORDER("border", LineStyle.DASHED, ""),
    /** The path of one sample: solid. */
    SAMPLE("sample", LineStyle.SOLID, ""),
    /** Measurements in order of time: solid, with an arrow head. */
    PATH("path", LineStyle.ARROW, ""),
    /** The minimum of a row of a map: its low end, position and high end, with a ring. */
    LEAST("least", LineStyle.RING, "");

    private final String text;
    private final LineStyle style;
    private final String words;

    LineKind(String text, LineStyle style, String words) {
        this.text = text;
        this.style = style;
        this.words = words;
    }

    /** The name of the kind in the table. */
    public String text() {
        return text;
    }

    LineStyle style() {
        return style;
    }

    String words() {
        return words;
    }

    /** The kind with a given name in the table, if it is a kind of line. */
    static Optional<LineKind> find(String text) {
        return text.equals(Sheet.JOIN)
                ? Optional.of(BORDER)
                : Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
    }

    static LineKind of(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("no kind of line: " + text));
    }
}
