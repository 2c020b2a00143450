package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveChartTest {
    /** The colour of index 0 in SVG. */
    private static final String BLUE = "#1f5fa8";

    private static final Axis X = Axis.log10("size P").range(1, 1e4);
    private static final Axis Y = Axis.log10("error").range(1e-4, 1);

    private static double[] of(double... values) {
        return values;
    }

    private static String svg(CurveChart chart) {
        return Plate.of(chart).svg();
    }

    @Test
    void markersLandWhereTheRulerSaysInSvg() {
        // The plot rectangle is the first stroked rectangle; the marker must sit at 1/4 and 3/4 of it.
        String svg = svg(CurveChart.of("", X, Y).points("", 0, of(10), of(0.1)));
        Rectangle2D plot = SvgReader.plot(svg);
        double[] circle = SvgReader.circles(svg).get(0);
        assertThat(circle[0]).isCloseTo(plot.getX() + plot.getWidth() / 4, within(0.02));
        assertThat(circle[1]).isCloseTo(plot.getY() + plot.getHeight() / 4, within(0.02));
    }

    @Test
    void markersLandWhereTheRulerSaysInPixels() {
        // One marker in the plot: the centre of mass of its pixels must agree to half a pixel.
        CurveChart chart = CurveChart.of("", X, Y).points("", 0, of(300), of(0.004));
        Rectangle2D plot = SvgReader.plot(svg(chart));
        int widthPixels = 1000;
        double scale = widthPixels / SvgReader.width(svg(chart));
        BufferedImage image = Plate.of(chart).image(widthPixels);
        double weight = 0;
        double sx = 0;
        double sy = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                // Blue alone: the axes are nearly grey.
                int blue = (rgb & 0xFF) - ((rgb >> 16) & 0xFF);
                double w = blue > 20 ? blue : 0;
                weight += w;
                sx += w * (x + 0.5);
                sy += w * (y + 0.5);
            }
        }
        double u = StrictMath.log10(300) / 4;
        double v = StrictMath.log10(0.004 / 1e-4) / 4;
        assertThat(sx / weight).isCloseTo((plot.getX() + u * plot.getWidth()) * scale, within(0.5));
        assertThat(sy / weight).isCloseTo((plot.getMaxY() - v * plot.getHeight()) * scale, within(0.5));
    }

    @Test
    void curvesAreOnePathSoThatDashesRunOn() {
        String svg = svg(
                CurveChart.of("", X, Y).line("", 0, of(1, 10, 100, 1000), of(1, 0.1, 0.05, 0.01), LineStyle.DASHED));
        List<double[][]> paths = SvgReader.paths(svg, BLUE);
        assertThat(paths).hasSize(1);
        assertThat(paths.get(0)).hasDimensions(4, 2);
        assertThat(svg).contains("stroke-dasharray=\"3 2.2\"");
    }

    @Test
    void linesBreakAtWhatALogAxisCannotPlaceAndEndAtTheBorder() {
        String svg = svg(CurveChart.of("", X, Y)
                .line("", 0, of(1, 10, 100, 1000, 1e6), of(1, 0.1, -1, 0.01, 1e-5), LineStyle.SOLID));
        Rectangle2D plot = SvgReader.plot(svg);
        List<double[][]> paths = SvgReader.paths(svg, BLUE);
        assertThat(paths).hasSize(2);
        double[] end = paths.get(1)[1];
        // From (3/4, 1/2) towards (6/4, -1/4): the right border comes first, at v = 1/4.
        assertThat(end[0]).isCloseTo(plot.getMaxX(), within(0.02));
        assertThat(end[1]).isCloseTo(plot.getMaxY() - plot.getHeight() / 4, within(0.02));
    }

    @Test
    void whiskersAreAsymmetricAndMarkedWhereTheBorderCutsThem() {
        double[] x = of(10, 100, 1000);
        String svg = svg(
                CurveChart.of("", X, Y).points("", 0, x, of(0.01, 0.01, 0.01), of(0.001, 0, 0.001), of(0.1, 0.1, 50)));
        Rectangle2D plot = SvgReader.plot(svg);
        double[][] path = SvgReader.paths(svg, BLUE).get(1);
        double middle = plot.getCenterY();
        // Point 0: stem to 1/4 of the height with a cap of two points, then the upper half likewise.
        assertThat(path[0][1]).isCloseTo(middle, within(0.02));
        assertThat(path[1][1]).isCloseTo(plot.getMaxY() - plot.getHeight() / 4, within(0.02));
        assertThat(path[3][0] - path[2][0]).isCloseTo(-4.8, within(0.02));
        // Point 1: the lower end is 0, so the stem reaches the border and an arrow head of three points follows.
        assertThat(path[9][1]).isCloseTo(plot.getMaxY(), within(0.02));
        assertThat(path[11][1]).isCloseTo(plot.getMaxY(), within(1.0));
        assertThat(path[10][1]).isEqualTo(path[12][1]).isLessThan(plot.getMaxY() - 3);
        // Point 2: 50 lies above the range.
        assertThat(path[path.length - 2][1]).isCloseTo(plot.getY(), within(1.0));
    }

    @Test
    void pointsBeyondTheRangeBecomeTrianglesAtTheBorder() {
        String inside = svg(CurveChart.of("", X, Y).points("", 0, of(10), of(0.01)));
        String outside = svg(CurveChart.of("", X, Y).points("", 0, of(10, 10, 1e9), of(1e-9, 1e9, 0.01)));
        String nowhere = svg(CurveChart.of("", X, Y).points("", 0, of(10, -1, 10), of(-1, 0.1, Double.NaN)));
        assertThat(SvgReader.circles(inside)).hasSize(1);
        assertThat(SvgReader.circles(outside)).isEmpty();
        Rectangle2D plot = SvgReader.plot(outside);
        List<double[][]> triangles = SvgReader.paths(outside, BLUE);
        assertThat(triangles).hasSize(3).allSatisfy(t -> assertThat(t).hasNumberOfRows(3));
        assertThat(triangles.get(0)[0][1]).isCloseTo(plot.getMaxY(), within(1.5));
        assertThat(triangles.get(1)[0][1]).isCloseTo(plot.getY(), within(1.5));
        assertThat(triangles.get(2)[0][0]).isCloseTo(plot.getMaxX(), within(1.5));
        assertThat(nowhere).doesNotContain(BLUE);
    }

    @Test
    void callersArraysAreCopied() {
        double[] x = of(1, 10);
        double[] y = of(0.1, 0.2);
        double[] low = of(0.05, 0.1);
        double[] high = of(0.2, 0.4);
        CurveChart chart = CurveChart.of("", X, Y)
                .band("b", 1, x, low, high)
                .line("l", 0, x, y, LineStyle.SOLID)
                .points("p", 2, x, y, low, high);
        String before = svg(chart);
        for (double[] array : List.of(x, y, low, high)) {
            array[0] = 7;
        }
        assertThat(svg(chart)).isEqualTo(before);
    }

    @Test
    void strangeDataStillDraw() {
        Axis x = Axis.log10("x");
        Axis y = Axis.log10("y");
        double nan = Double.NaN;
        List<CurveChart> charts = List.of(
                CurveChart.of("", x, y),
                CurveChart.of("", x, y).points("p", 0, of(), of()).line("l", 0, of(), of(), LineStyle.SOLID),
                CurveChart.of("", x, y).points("p", 0, of(1), of(1), of(1), of(1)),
                CurveChart.of("", x, y).points("p", 0, of(nan, -1), of(1, 2), of(nan, nan), of(nan, nan)),
                CurveChart.of("", x, y).line("l", 0, of(1, 1), of(2, 2), LineStyle.DOTTED),
                CurveChart.of("", x, y).band("b", 0, of(1, 2, 3), of(0, -1, nan), of(1, 1, 1)),
                CurveChart.of("", x, y).points("p", 0, of(1e-300, 1e300), of(1e300, 1e-300)),
                CurveChart.of("", Axis.linear("x"), Axis.linear("y"))
                        .line("l", 0, of(-1e308, 1e308), of(-1e308, 1e308), LineStyle.DASHED),
                CurveChart.of("", Axis.linear("x").range(0, 1), Axis.linear("y").range(0, 1))
                        .line("l", 0, of(-1e300, 1e300), of(-1e300, 1e300), LineStyle.DASHED)
                        .points("p", 1, of(1e300), of(Double.POSITIVE_INFINITY)));
        for (CurveChart chart : charts) {
            assertThat(SvgReader.parse(svg(chart))).isNotNull();
            assertThat(svg(chart)).doesNotContain("NaN").doesNotContain("Infinity");
            assertThat(Plate.of(chart).image(100)).isNotNull();
        }
    }

    @Test
    void anIntervalStretchesAnAutomaticLogAxisByOneDecadeAtMost() {
        CurveChart chart = CurveChart.of("", Axis.log10("x"), Axis.log10("y"))
                .points("", 0, of(1, 2), of(1, 1), of(1e-30, 0.5), of(2, 2));
        assertThat(Spans.y(chart)[0]).isEqualTo(-1);
        assertThat(Spans.y(chart)[1]).isCloseTo(StrictMath.log10(2), within(1e-12));
    }

    /** Names stand at the ends of their curves, apart from each other; long ones and those of a lying plot in rows above it. */
    @Test
    void seriesAreNamedWhereTheyEnd() {
        CurveChart chart = CurveChart.of("", X, Y)
                .points("both", 0, of(10, 1e4), of(0.5, 1e-3))
                .line("both", 0, of(1, 1e4), of(1, 1e-3), LineStyle.SOLID)
                .line("", 1, of(1, 1e4), of(0.5, 1e-4), LineStyle.DASHED)
                .line("near", 2, of(1, 1e4), of(1, 1.1e-3), LineStyle.SOLID);
        String svg = svg(chart);
        Rectangle2D plot = SvgReader.plot(svg);
        assertThat(svg.split(">both<", -1)).hasSize(2);
        assertThat(SvgReader.textPlace(svg, "both")[0]).isGreaterThan(plot.getMaxX());
        double end = plot.getMaxY() - plot.getHeight() / 4;
        assertThat(SvgReader.textPlace(svg, "near")[1]).isCloseTo(end, within(9.0));
        assertThat(SvgReader.textPlace(svg, "both")[1] - SvgReader.textPlace(svg, "near")[1])
                .isGreaterThan(14);
        String longName = "a name that is far too long to stand at the end of its curve, as anybody sees at once";
        String above = svg(chart.line(longName, 3, of(1, 1e4), of(1e-3, 1), LineStyle.SOLID));
        assertThat(SvgReader.textPlace(above, longName)[1])
                .isLessThan(SvgReader.plot(above).getY());
    }

    /** Things with names are rows, the first above, and what is measured lies along the bottom. */
    @Test
    void categoriesAreRows() {
        String svg = svg(CurveChart.of("", Axis.named("", List.of("first\nrow", "other")), Y)
                .points("", 0, of(1, 2), of(1e-3, 1e-1)));
        double first = SvgReader.textPlace(svg, "first")[1];
        assertThat(first).isLessThan(SvgReader.textPlace(svg, "row")[1] - 9);
        assertThat(SvgReader.textPlace(svg, "row")[1]).isLessThan(SvgReader.textPlace(svg, "other")[1] - 9);
        List<double[]> circles = SvgReader.circles(svg);
        assertThat(circles.get(0)[0]).isLessThan(circles.get(1)[0]);
        assertThat(circles.get(0)[1]).isLessThan(circles.get(1)[1]);
        assertThat(SvgReader.textPlace(svg, "error")[1]).isGreaterThan(circles.get(1)[1]);
    }

    @Test
    void argumentsAreChecked() {
        CurveChart chart = CurveChart.of("", X, Y);
        assertThatThrownBy(() -> chart.points("p", 0, of(1, 2), of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("y.length must be x.length=2, got 1");
        assertThatThrownBy(() -> chart.points("p", 0, of(1), of(1), of(1), of()))
                .hasMessage("high.length must be x.length=1, got 0");
        assertThatThrownBy(() -> chart.band("p", 0, of(1), of(), of(1)))
                .hasMessage("low.length must be x.length=1, got 0");
        assertThatThrownBy(() -> chart.line("p", Palette.SIZE, of(1), of(1), LineStyle.SOLID))
                .hasMessage("colour must be in [0, 7], got 8");
    }
}
