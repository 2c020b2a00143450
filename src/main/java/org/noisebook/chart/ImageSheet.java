package org.noisebook.chart;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Small grey-scale pictures in rows and columns, such as samples from a generator; the high end of the range is dark.
 *
 * <p>Pictures fill rows from the top left; the last row may be short. Every method returns a changed copy.
 *
 * <p><i>Shapes</i>: {@code pixels[k]} holds picture k in row-major order from the top left, {@code width × height}
 * numbers; all are copied. <i>Special cases</i>: values beyond the range take the colour of its end; NaN is white with
 * a frame in the light grey of the gaps.
 */
public final class ImageSheet implements Panel {
    /** Pixels between groups of columns. */
    private static final int GAP = 3;

    private static final Axis NO_AXIS = Axis.linear("").range(0, 1);

    private final String title;
    private final int columns;
    private final int width;
    private final int height;
    private final double[][] pixels;
    private final double low;
    private final double high;
    private final List<String> rowLabels;
    private final List<HeatMap.Caption> words;
    private final int group;

    private ImageSheet(
            String title,
            int columns,
            int width,
            int height,
            double[][] pixels,
            double low,
            double high,
            List<String> rowLabels,
            List<HeatMap.Caption> words,
            int group) {
        this.title = title;
        this.columns = columns;
        this.width = width;
        this.height = height;
        this.pixels = pixels;
        this.low = low;
        this.high = high;
        this.rowLabels = rowLabels;
        this.words = words;
        this.group = group;
    }

    /**
     * A sheet of pictures.
     *
     * @param columns pictures per row
     * @param width width of a picture in pixels
     * @param height height of a picture in pixels
     * @param pixels one row per picture
     * @param low value shown in white
     * @param high value shown in black
     */
    public static ImageSheet of(
            String title, int columns, int width, int height, double[][] pixels, double low, double high) {
        Objects.requireNonNull(title, "title");
        if (columns < 1 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "columns, width and height must be at least 1, got " + columns + ", " + width + ", " + height);
        }
        if (pixels.length == 0) {
            throw new IllegalArgumentException("pixels must hold at least one picture, got 0");
        }
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException("low must be below high, got " + low + " and " + high);
        }
        double[][] own = new double[pixels.length][];
        for (int k = 0; k < pixels.length; k++) {
            if (pixels[k].length != width * height) {
                throw new IllegalArgumentException(
                        "pixels[" + k + "] must hold " + width * height + " numbers, got " + pixels[k].length);
            }
            own[k] = pixels[k].clone();
        }
        return new ImageSheet(title, columns, width, height, own, low, high, List.of(), List.of(), columns);
    }

    /** Sets a label to the left of each row, from the top. */
    public ImageSheet rowLabels(List<String> labels) {
        if (labels.size() != rows()) {
            throw new IllegalArgumentException("labels must hold " + rows() + " words, got " + labels.size());
        }
        return new ImageSheet(title, columns, width, height, pixels, low, high, List.copyOf(labels), words, group);
    }

    /**
     * Adds a text at a column and row of pictures, counted from 0: row −1 stands above them, the row after the last below, and
     * columns after the last to the right, such as the numbers of each row.
     */
    public ImageSheet text(double column, double row, String text) {
        List<HeatMap.Caption> more = new ArrayList<>(words);
        more.add(new HeatMap.Caption(column, row, text));
        return new ImageSheet(title, columns, width, height, pixels, low, high, rowLabels, List.copyOf(more), group);
    }

    /** Leaves a white gap after every so many columns. */
    public ImageSheet grouped(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be at least 1, got " + size);
        }
        return new ImageSheet(title, columns, width, height, pixels, low, high, rowLabels, words, size);
    }

    List<HeatMap.Caption> words() {
        return words;
    }

    int columns() {
        return columns;
    }

    /** Pixels of gaps before a column. */
    private int gaps(int column) {
        return column / group * GAP;
    }

    /** The place of a column's middle, as a fraction of the width of the sheet. */
    double across(double column) {
        int nearest = (int) Math.max(0, Math.min(columns - 1, Math.rint(column)));
        return ((column + 0.5) * (width + 1) + 0.5 + gaps(nearest)) / raster().width();
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Axis x() {
        return NO_AXIS;
    }

    @Override
    public Axis y() {
        return NO_AXIS;
    }

    int rows() {
        return (pixels.length + columns - 1) / columns;
    }

    /** Ticks at the middle of each labelled row of a sheet that fills the plot. */
    List<Ruler.Tick> ticks() {
        List<Ruler.Tick> ticks = new ArrayList<>();
        for (int r = 0; r < rowLabels.size(); r++) {
            ticks.add(new Ruler.Tick(1 - (r + 0.5) / rows(), rowLabels.get(r)));
        }
        return ticks;
    }

    /** The ratio of height to width of the whole sheet. */
    double aspect() {
        return (double) raster().height() / raster().width();
    }

    /** The whole sheet, with a grey frame of one pixel around every picture. */
    Raster raster() {
        Raster raster = new Raster(columns * (width + 1) + 1 + gaps(columns - 1), rows() * (height + 1) + 1);
        raster.fill(Raster.FRAME);
        for (int column = group; column < columns; column += group) {
            int end = column * (width + 1) + gaps(column);
            for (int k = 0; k < (GAP - 1) * raster.height(); k++) {
                raster.set(end - 1 - k % (GAP - 1), k / (GAP - 1), 0xFFFFFF);
            }
        }
        for (int k = 0; k < pixels.length; k++) {
            int left = k % columns * (width + 1) + 1 + gaps(k % columns);
            int top = k / columns * (height + 1) + 1;
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    double ink = (pixels[k][i * width + j] - low) / (high - low);
                    double light = Double.isNaN(ink) ? 1 : 1 - Math.min(1, Math.max(0, ink));
                    int grey = (int) Math.rint(255 * light);
                    raster.set(left + j, top + i, grey << 16 | grey << 8 | grey);
                }
            }
        }
        return raster;
    }

    /**
     * A picture as two hexadecimal digits per pixel, row-major, from 00 at the low end of the range to ff at the high.
     */
    public String hexadecimal(int picture) {
        byte[] levels = new byte[width * height];
        for (int i = 0; i < levels.length; i++) {
            double share = (pixels[picture][i] - low) / (high - low);
            levels[i] = (byte) Math.rint(255 * Math.min(1, Math.max(0, share)));
        }
        return HexFormat.of().formatHex(levels);
    }
}
