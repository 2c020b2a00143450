package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeatMapTest {
    private static final Axis X = Axis.linear("x");
    private static final Axis Y = Axis.linear("y");
    private static final ColourBar BAR = ColourBar.of("value v", 0, 1);
    /** Of 255; blue and red of one class differ by up to 30. */
    private static final double EQUAL_LIGHTNESS = 35;

    private static CellState[][] fitted(int rows, int columns) {
        CellState[][] s = new CellState[rows][columns];
        for (CellState[] row : s) {
            Arrays.fill(row, CellState.FITTED);
        }
        return s;
    }

    private static HeatMap twoByTwo(CellState state) {
        CellState[][] states = fitted(2, 2);
        states[0][0] = state;
        return HeatMap.of("", X, Y, BAR)
                .cells(new double[] {0, 1}, new double[] {0, 1}, new double[][] {{0.1, 0.2}, {0.3, 0.4}}, states);
    }

    private static String hex(Color c) {
        return String.format("#%06x", c.getRGB() & 0xFFFFFF);
    }

    @Test
    void edgesLieHalfWayInTheScaleOfTheAxis() {
        HeatMap map = HeatMap.of("", Axis.log2("x"), Y, BAR)
                .cells(new double[] {1, 4, 8}, new double[] {5}, new double[][] {{0.1, 0.2, 0.3}});
        assertThat(map.xEdges()).containsExactly(new double[] {-1, 1, 2.5, 3.5}, within(1e-12));
        assertThat(map.yEdges()).containsExactly(4.5, 5.5);
    }

    @Test
    void cellsTileThePlotWithoutGaps() {
        String svg = Plate.of(twoByTwo(CellState.FITTED)).svg();
        Rectangle2D plot = SvgReader.plot(svg);
        Rectangle2D bottomLeft =
                SvgReader.rectangles(svg, hex(ColourMap.VIRIDIS.at(0.1))).get(0);
        Rectangle2D bottomRight =
                SvgReader.rectangles(svg, hex(ColourMap.VIRIDIS.at(0.2))).get(0);
        Rectangle2D topLeft =
                SvgReader.rectangles(svg, hex(ColourMap.VIRIDIS.at(0.3))).get(0);
        assertThat(bottomLeft.getX()).isEqualTo(plot.getX());
        assertThat(bottomLeft.getMaxY()).isCloseTo(plot.getMaxY(), within(0.011));
        assertThat(bottomLeft.getMaxX()).isGreaterThan(bottomRight.getX());
        assertThat(bottomRight.getX()).isCloseTo(plot.getCenterX(), within(0.011));
        assertThat(topLeft.getMaxY()).isGreaterThan(bottomLeft.getY());
        assertThat(bottomRight.getMaxX()).isCloseTo(plot.getMaxX(), within(0.011));
    }

    @ParameterizedTest
    @EnumSource(CellState.class)
    void everyStateHasItsLookAndALegendEntryOnlyIfPresent(CellState state) {
        String svg = Plate.of(twoByTwo(state)).svg();
        for (CellState other : CellState.values()) {
            boolean wanted = other == state || other.legend().isEmpty();
            assertThat(SvgReader.texts(svg).contains(other.legend())
                            || other.legend().isEmpty())
                    .isEqualTo(wanted);
        }
        String own = hex(ColourMap.VIRIDIS.at(0.1));
        boolean coloured = SvgReader.rectangles(svg, own).stream().anyMatch(r -> r.getWidth() > 50);
        assertThat(coloured).isEqualTo(state.hasValue());
        // In the cell and in the legend.
        boolean marked = state == CellState.UNRESOLVED || state == CellState.MIXED;
        assertThat(SvgReader.circles(svg)).hasSize(marked ? 2 : 0);
    }

    @Test
    void barIsPointedOnlyWhereValuesAreClamped() {
        double[] g = {0, 1};
        HeatMap plain = HeatMap.of("", X, Y, BAR).cells(g, g, new double[][] {{0, 0.5}, {0.7, 1}});
        HeatMap beyond = HeatMap.of("", X, Y, BAR).cells(g, g, new double[][] {{-1, 0.5}, {0.7, 2}});
        // The frame of the bar is the closed black path right of the plot.
        assertThat(barCorners(Plate.of(plain).svg())).isEqualTo(4);
        assertThat(barCorners(Plate.of(beyond).svg())).isEqualTo(6);
        assertThat(SvgReader.rectangles(Plate.of(beyond).svg(), hex(ColourMap.VIRIDIS.at(1))))
                .isNotEmpty();
    }

    private static int barCorners(String svg) {
        double right = SvgReader.plot(svg).getMaxX();
        return SvgReader.paths(svg, "#4a4f57").stream()
                .filter(p -> Math.abs(p[0][0] - right - HeatPainter.BAR_GAP) < 0.02)
                .findFirst()
                .orElseThrow()
                .length;
    }

    @Test
    void callersArraysAreCopied() {
        double[] g = {1, 2};
        double[][] v = {{0.1, 0.2}, {0.3, 0.4}};
        CellState[][] s = fitted(2, 2);
        HeatMap map = HeatMap.of("", X, Y, BAR).cells(g, g, v, s).line("l", 0, g, g, LineStyle.SOLID);
        String before = Plate.of(map).svg();
        g[0] = 1.5;
        v[0][0] = 0.9;
        s[0][0] = CellState.DIVERGED;
        assertThat(Plate.of(map).svg()).isEqualTo(before);
    }

    @Test
    void textsStandInThePlaneAndLinesHaveAHalo() {
        HeatMap map = twoByTwo(CellState.FITTED)
                .line("edge", 3, new double[] {0, 1}, new double[] {0, 1}, LineStyle.SOLID)
                .text(0.5, 0.5, "lazy");
        String svg = Plate.of(map).svg();
        Rectangle2D plot = SvgReader.plot(svg);
        // The name leaves the line that runs through its place, and stays near.
        double across = SvgReader.textPlace(svg, "lazy")[0] - plot.getCenterX();
        double down = SvgReader.textPlace(svg, "lazy")[1] - plot.getCenterY();
        assertThat(StrictMath.hypot(across, down)).isBetween(5.0, 60.0);
        String free =
                Plate.of(twoByTwo(CellState.FITTED).text(0.5, 0.5, "lazy")).svg();
        assertThat(SvgReader.textPlace(free, "lazy")[0])
                .isCloseTo(SvgReader.plot(free).getCenterX(), within(0.02));
        assertThat(SvgReader.texts(svg)).contains("edge", "value v");
        assertThat(svg).contains("paint-order=\"stroke\"");
        int halo = svg.indexOf("stroke=\"#fff\" stroke-width=\"3.6\"");
        assertThat(halo).isPositive().isLessThan(svg.indexOf("stroke=\"#e3a11c\""));
    }

    @Test
    void strangeFieldsStillDraw() {
        HeatMap empty = HeatMap.of("", X, Y, BAR);
        HeatMap logBar = HeatMap.of("", X, Y, ColourBar.log10("v", 1e-3, 1))
                .cells(new double[] {1}, new double[] {1}, new double[][] {{0}});
        HeatMap nan = HeatMap.of("", X, Y, BAR).cells(new double[] {1, 2}, new double[] {1}, new double[][] {
            {Double.NaN, Double.POSITIVE_INFINITY}
        });
        for (HeatMap map : List.of(empty, logBar, nan)) {
            assertThat(SvgReader.parse(Plate.of(map).svg())).isNotNull();
            assertThat(Plate.of(map).image(100)).isNotNull();
        }
        assertThat(nan.state(0, 0)).isEqualTo(CellState.MISSING);
    }

    @Test
    void argumentsAreChecked() {
        double[] g = {1, 2};
        HeatMap map = HeatMap.of("", Axis.log10("x"), Y, BAR);
        assertThatThrownBy(() -> map.cells(g, g, new double[1][2], fitted(2, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value.length must be 2, got 1");
        assertThatThrownBy(() -> map.cells(g, g, new double[2][2], fitted(2, 3)))
                .hasMessage("state[0].length must be 2, got 3");
        assertThatThrownBy(() -> map.cells(new double[] {0, 1}, g, new double[2][2]))
                .hasMessage("xCentres[0] must be finite and above 0, got 0.0");
        assertThatThrownBy(() -> map.cells(g, new double[] {2, 2}, new double[2][2]))
                .hasMessage("yCentres[1] must be above 2.0, got 2.0");
    }

    @Test
    void colourMapMeetsItsTableAndBrightensSteadily() {
        assertThat(ColourMap.VIRIDIS.at(0)).isEqualTo(new Color(0x440154));
        assertThat(ColourMap.VIRIDIS.at(1)).isEqualTo(new Color(0xFDE725));
        assertThat(ColourMap.VIRIDIS.at(7)).isEqualTo(ColourMap.VIRIDIS.at(1));
        double last = -1;
        for (int k = 0; k < 256; k++) {
            Color c = ColourMap.VIRIDIS.at(k / 255.0);
            assertThat(lightness(c)).isGreaterThan(last - 1);
            last = Math.max(last, lightness(c));
        }
    }

    /** Both ends are equally dark, the middle is light, and a cell at 0 has its colour. */
    @Test
    void differencesAreWhiteAtZeroAndEquallyDeepOnBothSides() {
        for (double t : new double[] {0, 0.125, 0.25, 0.375}) {
            assertThat(lightness(ColourMap.DIVERGING.at(t)))
                    .isCloseTo(lightness(ColourMap.DIVERGING.at(1 - t)), within(EQUAL_LIGHTNESS));
            assertThat(lightness(ColourMap.DIVERGING.at(t + 0.125)))
                    .isGreaterThan(lightness(ColourMap.DIVERGING.at(t)));
        }
        double[] g = {0, 1};
        String svg = Plate.of(HeatMap.of("", X, Y, ColourBar.differences("d", 3))
                        .cells(g, g, new double[][] {{-3, 3}, {0, Double.NEGATIVE_INFINITY}}))
                .svg();
        for (double t : new double[] {0, 0.5, 1}) {
            assertThat(SvgReader.rectangles(svg, hex(ColourMap.DIVERGING.at(t))))
                    .as("colour at " + t)
                    .isNotEmpty();
        }
        assertThat(barCorners(svg)).isEqualTo(5);
        assertThat(ColourBar.ratios("r", 0.5, 4))
                .isEqualTo(new ColourBar("r", Scale.LOG10, 0.125, 2, ColourMap.DIVERGING));
    }

    private static double lightness(Color c) {
        return 0.299 * c.getRed() + 0.587 * c.getGreen() + 0.114 * c.getBlue();
    }
}
