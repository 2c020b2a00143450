package org.noisebook.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * An XChart chart as a bitmap, for code that does not depend on XChart; its SVG would draw every letter as an outline.
 */
public final class ChartView {
    private final Chart<?, ?> chart;

    private ChartView(Chart<?, ?> chart) {
        this.chart = chart;
    }

    /** The class that can be viewed. */
    public static Class<?> type() {
        return Chart.class;
    }

    /** The view of a chart; empty for anything else. */
    public static Optional<ChartView> of(Object value) {
        return value instanceof Chart<?, ?> chart ? Optional.of(new ChartView(chart)) : Optional.empty();
    }

    /** A PNG file of the chart at its own size, as bytes. */
    public byte[] png() {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
    }

    /** The kind of chart and its title. */
    @Override
    public String toString() {
        String kind = chart.getClass().getSimpleName();
        return chart.getTitle() == null || chart.getTitle().isEmpty() ? kind : kind + ": " + chart.getTitle();
    }
}
