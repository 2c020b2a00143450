package org.noisebook.chart;

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
 * <p>Panels fill rows from the top left, have plots of equal size and carry letters (a), (b), … when there are several.
 * Every method returns a changed copy. <i>Units</i>: the sheet is 120 mm wide for one column and 170 mm for more, unless
 * set; text of a one-column sheet stays above 6.5 pt when printed 85 mm wide. <i>Special cases</i>: the same plate gives
 * the same SVG bytes anywhere; the pixels of text depend on the installed fonts.
 */
public final class Plate {
    private static final double ONE_COLUMN_MM = 120;
    private static final double FULL_MM = 170;
    private static final double DEFAULT_ASPECT = 0.75;

    private final List<Panel> panels;
    private final int columns;
    private final String caption;
    private final String footer;
    private final double widthMm;
    private final double aspect;
    private final boolean sharedLegend;
    private final Map<LineStyle, String> key;

    private Plate(
            List<Panel> panels,
            int columns,
            String caption,
            String footer,
            double widthMm,
            double aspect,
            boolean sharedLegend,
            Map<LineStyle, String> key) {
        this.panels = panels;
        this.columns = columns;
        this.caption = caption;
        this.footer = footer;
        this.widthMm = widthMm;
        this.aspect = aspect;
        this.sharedLegend = sharedLegend;
        this.key = key;
    }

    /** A sheet with the given number of columns. */
    public static Plate of(List<? extends Panel> panels, int columns) {
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("panels.size() must be at least 1, got 0");
        }
        if (columns < 1 || columns > panels.size()) {
            throw new IllegalArgumentException(
                    "columns must be in [1, panels.size()=" + panels.size() + "], got " + columns);
        }
        return new Plate(
                List.copyOf(panels),
                columns,
                "",
                "",
                columns == 1 ? ONE_COLUMN_MM : FULL_MM,
                DEFAULT_ASPECT,
                false,
                Map.of());
    }

    /** A sheet with one panel. */
    public static Plate of(Panel panel) {
        return of(List.of(panel), 1);
    }

    /** Sets the text below the panels, wrapped to the sheet; for places that show a picture and nothing beside it. */
    public Plate caption(String text) {
        return new Plate(
                panels, columns, Objects.requireNonNull(text, "text"), footer, widthMm, aspect, sharedLegend, key);
    }

    /** Sets the small grey stamp at the bottom; long stamps wrap at {@code " · "}. */
    public Plate footer(String stamp) {
        return new Plate(
                panels, columns, caption, Objects.requireNonNull(stamp, "stamp"), widthMm, aspect, sharedLegend, key);
    }

    /** Sets the sheet width in millimetres, and height over width of every plot rectangle. */
    public Plate size(double newWidthMm, double newAspect) {
        if (!(newWidthMm >= 40 * columns && newWidthMm <= 2000)) {
            throw new IllegalArgumentException("widthMm must be in [" + 40 * columns + ", 2000], got " + newWidthMm);
        }
        if (!(newAspect >= 0.1 && newAspect <= 10)) {
            throw new IllegalArgumentException("aspect must be in [0.1, 10], got " + newAspect);
        }
        return new Plate(panels, columns, caption, footer, newWidthMm, newAspect, sharedLegend, key);
    }

    /** Replaces the legends of the panels by one below them all, without repetitions. */
    public Plate sharedLegend() {
        return new Plate(panels, columns, caption, footer, widthMm, aspect, true, key);
    }

    /** Sets a row below the panels that says in words what the styles of lines mean, whatever their colour. */
    public Plate key(Map<LineStyle, String> meanings) {
        return new Plate(panels, columns, caption, footer, widthMm, aspect, sharedLegend, meanings);
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

    List<Panel> panels() {
        return panels;
    }

    /** Panels in a row. */
    public int columns() {
        return columns;
    }

    String caption() {
        return caption;
    }

    /** The stamp. */
    public String footer() {
        return footer;
    }

    /** Width of the sheet in millimetres. */
    public double widthMm() {
        return widthMm;
    }

    /** Height over width of every plot. */
    public double aspect() {
        return aspect;
    }

    /** Whether one legend serves all panels. */
    public boolean hasSharedLegend() {
        return sharedLegend;
    }

    Map<LineStyle, String> key() {
        return key;
    }

    @Override
    public String toString() {
        return "Plate of " + panels.size() + (panels.size() == 1 ? " panel" : " panels");
    }
}
