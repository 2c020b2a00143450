package org.noisebook.chart;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A sheet of panels, and its output as SVG and PNG.
 *
 * <p>Panels fill rows from the top left, share the width of their row and carry letters (a), (b), … when there are several.
 * Every method returns a changed copy. <i>Units</i>: the sheet is made for a width in print, 85 mm for one column of panels and
 * 170 mm for more, unless set; there text has {@value #LEAST_POINT} to {@value #MOST_POINT} pt whatever the width. <i>Special
 * cases</i>: the same plate gives the same SVG bytes anywhere; the pixels of text depend on the installed fonts.
 *
 * @param panels the panels
 * @param columns panels in a row
 * @param caption text below the panels, for places that show a picture and nothing beside it
 * @param footer the small grey stamp at the bottom
 * @param widthMm width of the sheet
 * @param aspect height over width of the plots of a full row
 * @param shared whether one legend below them all serves the panels
 * @param key what the styles of lines mean, whatever their colour
 * @param takeaway what follows: lines that stand above the panels, and the last below them
 * @param chips the verdicts on each panel, or none
 */
public record Plate(
        List<Panel> panels,
        int columns,
        String caption,
        String footer,
        double widthMm,
        double aspect,
        boolean shared,
        Map<LineStyle, String> key,
        String takeaway,
        List<List<Chip>> chips) {
    /** The smallest text, in points at the sheet's width. */
    public static final double LEAST_POINT = 6;
    /** How a line above the panels begins that says what words and symbols mean. */
    public static final String WHERE = "where ";
    /** The largest text. */
    public static final double MOST_POINT = 9;

    /** The width of a page, for panels in more than one column. */
    public static final double PAGE_MM = 170;

    private static final double COLUMN_MM = 85;
    private static final double DEFAULT_ASPECT = 0.75;

    /** Checks and copies. */
    public Plate {
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("panels.size() must be at least 1, got 0");
        }
        if (columns < 1 || columns > panels.size()) {
            throw new IllegalArgumentException(
                    "columns must be in [1, panels.size()=" + panels.size() + "], got " + columns);
        }
        if (!(widthMm >= 40 * columns && widthMm <= 2000)) {
            throw new IllegalArgumentException("widthMm must be in [" + 40 * columns + ", 2000], got " + widthMm);
        }
        if (!(aspect >= 0.1 && aspect <= 10)) {
            throw new IllegalArgumentException("aspect must be in [0.1, 10], got " + aspect);
        }
        if (!chips.isEmpty() && chips.size() != panels.size()) {
            throw new IllegalArgumentException(
                    "chips.size() must be panels.size()=" + panels.size() + ", got " + chips.size());
        }
        Objects.requireNonNull(caption, "text");
        Objects.requireNonNull(footer, "stamp");
        Objects.requireNonNull(takeaway, "takeaway");
        panels = List.copyOf(panels);
        chips = List.copyOf(chips);
    }

    /**
     * Verdicts of one kind on one panel.
     *
     * @param mark a sign: ✓, ✗ or ?
     * @param count how many
     * @param words what they are about and what was found, in a line of its own; empty for the number alone
     */
    public record Chip(String mark, int count, String words) {
        /** Only so many. */
        public Chip(String mark, int count) {
            this(mark, count, "");
        }

        String text() {
            return mark + " " + count;
        }

        /** Whether a text is the sign of a verdict and no more. */
        static boolean isMark(String text) {
            return text.length() == 1 && "✓✗?".contains(text);
        }

        /** The colour of a sign. */
        static Color colour(String mark) {
            return new Color(mark.equals("✓") ? 0x05714B : mark.equals("✗") ? 0xAD3309 : 0x6B5A00);
        }
    }

    /** A sheet with the given number of columns. */
    public static Plate of(List<? extends Panel> panels, int columns) {
        return new Plate(
                List.copyOf(panels),
                columns,
                "",
                "",
                columns == 1 ? COLUMN_MM : PAGE_MM,
                DEFAULT_ASPECT,
                false,
                Map.of(),
                "",
                List.of());
    }

    /** A sheet with one panel. */
    public static Plate of(Panel panel) {
        return of(List.of(panel), 1);
    }

    /** Sets the text below the panels, wrapped to the sheet. */
    public Plate caption(String text) {
        return new Plate(panels, columns, text, footer, widthMm, aspect, shared, key, takeaway, chips);
    }

    /** Sets the stamp; long stamps wrap at {@code " · "}. */
    public Plate footer(String stamp) {
        return new Plate(panels, columns, caption, stamp, widthMm, aspect, shared, key, takeaway, chips);
    }

    /** Sets the sheet width in millimetres, and height over width of the plots of a full row. */
    public Plate size(double newWidthMm, double newAspect) {
        return new Plate(panels, columns, caption, footer, newWidthMm, newAspect, shared, key, takeaway, chips);
    }

    /** Replaces the legends of the panels by one below them all, without repetitions. */
    public Plate sharedLegend() {
        return new Plate(panels, columns, caption, footer, widthMm, aspect, true, key, takeaway, chips);
    }

    /** Sets a row below the panels that says in words what the styles of lines mean. */
    public Plate key(Map<LineStyle, String> meanings) {
        return new Plate(panels, columns, caption, footer, widthMm, aspect, shared, meanings, takeaway, chips);
    }

    /** Sets what follows, its last line under the panels and the others above, and the verdicts on each panel in their order. */
    public Plate verdicts(String sentence, List<List<Chip>> ofPanels) {
        return new Plate(panels, columns, caption, footer, widthMm, aspect, shared, key, sentence, ofPanels);
    }

    /** The sheet as an SVG document with real text. */
    public String svg() {
        return new PlatePainter(this).svg();
    }

    /** The sheet as an SVG element for a page: so many pixels wide, less where the page is narrower. */
    public String svg(int widthPixels) {
        check(widthPixels);
        return new PlatePainter(this).svg(widthPixels);
    }

    private static void check(int widthPixels) {
        if (widthPixels < 50 || widthPixels > 20_000) {
            throw new IllegalArgumentException("widthPixels must be in [50, 20000], got " + widthPixels);
        }
    }

    /** The sheet as a picture. */
    public BufferedImage image(int widthPixels) {
        check(widthPixels);
        return new PlatePainter(this).image(widthPixels);
    }

    /** Writes {@link #svg()} as UTF-8. */
    public void writeSvg(Path file) throws IOException {
        Files.writeString(file, svg(), StandardCharsets.UTF_8);
    }

    /** {@link #image} as the bytes of a PNG file, without date or other metadata. */
    public byte[] png(int widthPixels) {
        try {
            return Png.encode(image(widthPixels));
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
    }

    /** Writes {@link #png}. */
    public void writePng(Path file, int widthPixels) throws IOException {
        Files.write(file, png(widthPixels));
    }

    @Override
    public String toString() {
        return "Plate of " + panels.size() + (panels.size() == 1 ? " panel" : " panels");
    }

    /** The last line of the takeaway. */
    String count() {
        return takeaway.substring(takeaway.lastIndexOf('\n') + 1);
    }

    List<Chip> chips(int panel) {
        return chips.isEmpty() ? List.of() : chips.get(panel);
    }
}
