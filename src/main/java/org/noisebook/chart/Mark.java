package org.noisebook.chart;

import java.util.Objects;

/** The marks of a panel, from bottom to top; arrays are copied on input and never exposed. */
sealed interface Mark {
    /** The name in the legend; empty if none. */
    String name();

    /** The index into {@link Palette}. */
    int colour();

    /** Points with intervals; {@code low} and {@code high} are empty arrays if there are none. */
    record Points(String name, int colour, double[] x, double[] y, double[] low, double[] high) implements Mark {
        public Points {
            check(name, colour, x);
            sameLength("y", y, x.length);
            if (low.length != 0 || high.length != 0) {
                sameLength("low", low, x.length);
                sameLength("high", high, x.length);
            }
            x = x.clone();
            y = y.clone();
            low = low.clone();
            high = high.clone();
        }
    }

    /** A curve; NaN breaks it. */
    record Line(String name, int colour, double[] x, double[] y, LineStyle style) implements Mark {
        public Line {
            check(name, colour, x);
            sameLength("y", y, x.length);
            Objects.requireNonNull(style, "style");
            x = x.clone();
            y = y.clone();
        }
    }

    /** A shaded strip between two curves; NaN breaks it. */
    record Band(String name, int colour, double[] x, double[] low, double[] high) implements Mark {
        public Band {
            check(name, colour, x);
            sameLength("low", low, x.length);
            sameLength("high", high, x.length);
            x = x.clone();
            low = low.clone();
            high = high.clone();
        }
    }

    private static void check(String name, int colour, double[] x) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(x, "x");
        Palette.check(colour);
    }

    private static void sameLength(String what, double[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(what + ".length must be x.length=" + length + ", got " + values.length);
        }
    }
}
