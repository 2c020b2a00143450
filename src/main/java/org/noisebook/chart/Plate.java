package org.noisebook.chart;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A figure sheet: title, grey subtitle, panels, a strip of verdicts and a one-line footer; output as SVG, PNG and PDF.
 *
 * <p>Panels fill rows from the top left and share the width of their row. Every method returns a changed copy.
 * <i>Units</i>: the sheet has a printed width, by default {@value #PAGE_MM} mm; text is {@value #LEAST_POINT} to
 * {@value #MOST_POINT} pt in print at any width. <i>Special cases</i>: the same plate gives the same SVG bytes
 * anywhere; the pixels of text depend on the installed fonts.
 *
 * @param panels the panels
 * @param columns panels per row
 * @param title one sentence in bold; may be empty
 * @param subtitle the grey line below the title; may be empty
 * @param key explanation of line styles above the panels; may be empty
 * @param strip the verdicts
 * @param caption text below the panels, where the figure is shown without accompanying text
 * @param footer the small grey line at the bottom
 * @param widthMm width of the sheet
 * @param aspect ratio of height to width of the plots in a full row; 0 for a landscape figure
 */
public record Plate(
        List<Panel> panels,
        int columns,
        String title,
        String subtitle,
        String key,
        Strip strip,
        String caption,
        String footer,
        double widthMm,
        double aspect) {
    /** The smallest text size in points, at the printed width. */
    public static final double LEAST_POINT = 6;
    /** The largest text size in points. */
    public static final double MOST_POINT = 12.5;

    /** The width of a page in millimetres. */
    public static final double PAGE_MM = 170;

    /** Checks the arguments and copies the panels. */
    public Plate {
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("panels.size() must be at least 1, got 0");
        }
        if (columns < 1 || columns > panels.size()) {
            throw new IllegalArgumentException(
                    "columns must be in [1, panels.size()=" + panels.size() + "], got " + columns);
        }
        if (!(widthMm >= 30 * columns && widthMm <= 2000)) {
            throw new IllegalArgumentException("widthMm must be in [" + 30 * columns + ", 2000], got " + widthMm);
        }
        if (aspect != 0 && !(aspect >= 0.1 && aspect <= 10)) {
            throw new IllegalArgumentException("aspect must be in [0.1, 10], got " + aspect);
        }
        for (String text : new String[] {title, subtitle, key, caption, footer}) {
            Objects.requireNonNull(text, "text");
        }
        panels = List.copyOf(panels);
    }

    /** A sheet with the given number of columns. */
    public static Plate of(List<? extends Panel> panels, int columns) {
        return new Plate(List.copyOf(panels), columns, "", "", "", Strip.NONE, "", "", PAGE_MM, 0);
    }

    /** A sheet with one panel. */
    public static Plate of(Panel panel) {
        return of(List.of(panel), 1);
    }

    /** Sets the title and the subtitle. */
    public Plate title(String sentence, String below) {
        return new Plate(panels, columns, sentence, below, key, strip, caption, footer, widthMm, aspect);
    }

    /** Sets the explanation of the line styles. */
    public Plate key(String words) {
        return new Plate(panels, columns, title, subtitle, words, strip, caption, footer, widthMm, aspect);
    }

    public Plate strip(Strip verdicts) {
        return new Plate(panels, columns, title, subtitle, key, verdicts, caption, footer, widthMm, aspect);
    }

    /** Sets the text below the panels, wrapped to the sheet. */
    public Plate caption(String text) {
        return new Plate(panels, columns, title, subtitle, key, strip, text, footer, widthMm, aspect);
    }

    public Plate footer(String line) {
        return new Plate(panels, columns, title, subtitle, key, strip, caption, line, widthMm, aspect);
    }

    /** Sets the sheet width in millimetres, and the ratio of height to width of the plots in a full row. */
    public Plate size(double newWidthMm, double newAspect) {
        return new Plate(panels, columns, title, subtitle, key, strip, caption, footer, newWidthMm, newAspect);
    }

    /** The sheet as an SVG document with real text. */
    public String svg() {
        return new PlatePainter(this).svg();
    }

    /** The sheet as an SVG element for a web page: {@code widthPixels} wide, or less on a narrower page. */
    public String svg(int widthPixels) {
        check(widthPixels);
        return new PlatePainter(this).svg(widthPixels);
    }

    private static void check(int widthPixels) {
        if (widthPixels < 50 || widthPixels > 20_000) {
            throw new IllegalArgumentException("widthPixels must be in [50, 20000], got " + widthPixels);
        }
    }

    /** The sheet as a bitmap. */
    public BufferedImage image(int widthPixels) {
        check(widthPixels);
        return new PlatePainter(this).image(widthPixels);
    }

    /** Writes {@link #svg()} as UTF-8. */
    public void writeSvg(Path file) throws IOException {
        Files.writeString(file, svg(), StandardCharsets.UTF_8);
    }

    /** A PNG file of {@link #image} as bytes, without date or other metadata. */
    public byte[] png(int widthPixels) {
        try {
            return Png.encode(image(widthPixels));
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
    }

    /** Writes the PNG file of {@link #png}. */
    public void writePng(Path file, int widthPixels) throws IOException {
        Files.write(file, png(widthPixels));
    }

    /**
     * Writes the sheet as one page of vector graphics, text as outlines, without date: equal sheets give equal bytes.
     */
    public void writePdf(Path file) throws IOException {
        new PlatePainter(this).writePdf(file);
    }

    @Override
    public String toString() {
        return "Plate of " + panels.size() + (panels.size() == 1 ? " panel" : " panels");
    }
}
