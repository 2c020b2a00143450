package org.noisebook.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Any XChart chart as a picture, for code that must not depend on XChart; its SVG would draw every letter as outlines. */
public final class ChartView {
    private final Chart<?, ?> chart;

    private ChartView(Chart<?, ?> chart) {
        this.chart = chart;
    }

    /** The class of what can be viewed. */
    public static Class<?> type() {
        return Chart.class;
    }

    /** The view of a chart; empty for anything else. */
    public static Optional<ChartView> of(Object value) {
        return value instanceof Chart<?, ?> chart ? Optional.of(new ChartView(chart)) : Optional.empty();
    }

    /** The bytes of a PNG file of the chart's own size. */
    public byte[] png() {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException("a stream in memory failed", e);
        }
    }

    /** Kind and title. */
    @Override
    public String toString() {
        String kind = chart.getClass().getSimpleName();
        return chart.getTitle() == null || chart.getTitle().isEmpty() ? kind : kind + ": " + chart.getTitle();
    }
}
