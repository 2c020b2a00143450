package org.noisebook.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A panel with points and their intervals, theory lines and bands.
 *
 * <p>Every method returns a changed copy. {@code colour} is an index in [0, {@value Palette#SIZE}) into a
 * colour-blind-safe palette; an index also fixes the marker shape and the dash lengths, so that the series remain
 * distinct in greyscale. A line should have the index of the points it explains. A series with an empty name is not
 * labelled; points and a line that share name and colour are labelled once.
 *
 * <p><i>Shapes</i>: all arrays of one call have equal length; they are copied. Length 0 gives only a legend entry, for
 * example one black "theory" line that represents lines of all colours. <i>Special cases</i>: NaN and, on a log axis,
 * values not above 0 are omitted, and break a line. A point outside the range becomes an open triangle at the border;
 * an interval that crosses the border, or reaches 0 on a log axis, ends in an open arrow head. An automatic log range
 * covers points, lines and bands; intervals extend it by at most one decade.
 */
public final class CurveChart implements Panel {
    private static final double[] NONE = {};

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Mark> marks;
    private final String note;
    private final List<HeatMap.Caption> words;

    private CurveChart(String title, Axis x, Axis y, List<Mark> marks, String note, List<HeatMap.Caption> words) {
        this.title = Objects.requireNonNull(title, "title");
        this.x = Objects.requireNonNull(x, "x");
        this.y = Objects.requireNonNull(y, "y");
        this.marks = List.copyOf(marks);
        this.note = Objects.requireNonNull(note, "note");
        this.words = List.copyOf(words);
    }

    /** An empty panel. */
    public static CurveChart of(String title, Axis x, Axis y) {
        return new CurveChart(title, x, y, List.of(), "", List.of());
    }

    /** Adds points with 95 % intervals from {@code low} to {@code high}; a point with NaN ends has no interval. */
    public CurveChart points(String name, int colour, double[] px, double[] py, double[] low, double[] high) {
        return with(new Mark.Points(name, colour, px, py, low, high));
    }

    /** Adds points without intervals. */
    public CurveChart points(String name, int colour, double[] px, double[] py) {
        return with(new Mark.Points(name, colour, px, py, NONE, NONE));
    }

    /** Adds a line through the given points, in order. */
    public CurveChart line(String name, int colour, double[] px, double[] py, LineStyle style) {
        return with(new Mark.Line(name, colour, px, py, style));
    }

    /** Adds a shaded strip from {@code low} to {@code high}. */
    public CurveChart band(String name, int colour, double[] px, double[] low, double[] high) {
        return with(new Mark.Band(name, colour, px, low, high));
    }

    /** Sets a text block in a free corner; its lines are separated by {@code \n}. */
    public CurveChart note(String text) {
        return new CurveChart(title, x, y, marks, text, words);
    }

    /** Adds a text that starts at a point, or ends there if the edge of the plot is close. */
    public CurveChart text(double px, double py, String text) {
        List<HeatMap.Caption> all = new ArrayList<>(words);
        all.add(new HeatMap.Caption(px, py, Objects.requireNonNull(text, "text")));
        return new CurveChart(title, x, y, marks, note, all);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Axis x() {
        return x;
    }

    @Override
    public Axis y() {
        return y;
    }

    List<Mark> marks() {
        return marks;
    }

    String note() {
        return note;
    }

    List<HeatMap.Caption> words() {
        return words;
    }

    /** The same chart without any marks. */
    CurveChart without() {
        return new CurveChart(title, x, y, List.of(), note, words);
    }

    CurveChart with(Mark mark) {
        List<Mark> all = new ArrayList<>(marks);
        all.add(mark);
        return new CurveChart(title, x, y, all, note, words);
    }
}
