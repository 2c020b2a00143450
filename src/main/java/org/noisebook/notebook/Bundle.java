package org.noisebook.notebook;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.noisebook.chart.Plate;

/** MIME type to text, the richest first. */
final class Bundle {
    static final String PLAIN = "text/plain";
    static final String HTML = "text/html";
    static final String SVG = "image/svg+xml";
    static final String PNG = "image/png";

    private static final int LEAST_WIDTH = 620;
    private static final int MOST_WIDTH = 760;
    /** Brings the smallest text of a sheet to the size of the page's own. */
    private static final double PIXELS_PER_MM = 4.2;

    private static final int PNG_WIDTH = 960;

    private Bundle() {}

    static Map<String, String> plain(String text) {
        return Map.of(PLAIN, text.stripTrailing());
    }

    static Map<String, String> html(String html, String plain) {
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put(HTML, html);
        bundle.putAll(plain(plain));
        return Collections.unmodifiableMap(bundle);
    }

    /**
     * A picture without any HTML: a front end would prefer that, and drop an SVG inside it in a notebook that it does
     * not trust, where it shows the PNG of this bundle instead. So the caption is part of the picture.
     */
    static Map<String, String> picture(Plate plate, String plain) {
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put(SVG, svg(plate));
        bundle.putAll(png(plate.png(PNG_WIDTH), plain));
        return Collections.unmodifiableMap(bundle);
    }

    static String svg(Plate plate) {
        return plate.svg((int)
                Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.round(PIXELS_PER_MM * plate.widthMm()))));
    }

    static Map<String, String> png(byte[] png, String plain) {
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put(PNG, Base64.getEncoder().encodeToString(png));
        bundle.putAll(plain(plain));
        return Collections.unmodifiableMap(bundle);
    }
}
