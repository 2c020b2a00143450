package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class DodgeTest {
    private static final Axis X = Axis.linear("x").range(0, 10);
    private static final Axis Y = Axis.linear("y").range(0, 1);

    private static List<double[]> moved(CurveChart chart) {
        return Dodge.of(chart, Ruler.of(X, 0, 10), Ruler.of(Y, 0, 1), 200, 150).marks().stream()
                .map(mark -> ((Mark.Points) mark).x())
                .toList();
    }

    private static CurveChart chart() {
        return CurveChart.of("", X, Y);
    }

    @Test
    void pointsThatHideEachOtherPartInTheOrderOfTheirSeries() {
        double[] x = {2, 5};
        List<double[]> places = moved(chart().points("a", 0, x, new double[] {0.5, 0.2})
                .points("b", 1, x, new double[] {0.51, 0.8})
                .points("c", 2, x, new double[] {0.5, 0.5}));
        // 3.5 of 200 units of an axis of 10.
        assertThat(places.get(0)).containsExactly(new double[] {1.825, 5}, within(1e-12));
        assertThat(places.get(1)).containsExactly(x, within(1e-12));
        assertThat(places.get(2)).containsExactly(new double[] {2.175, 5}, within(1e-12));
    }

    @Test
    void longIntervalsMeetToo() {
        double[] x = {2};
        double[] low = {0.1};
        double[] high = {0.9};
        List<double[]> places = moved(chart().points("a", 0, x, new double[] {0.2}, low, high)
                .points("b", 1, x, new double[] {0.8}, low, high));
        assertThat(places.get(0)[0]).isLessThan(2);
        assertThat(places.get(1)[0]).isGreaterThan(2);
    }

    @Test
    void nobodyLeavesThePlot() {
        double[] x = {0.1};
        double[] y = {0.5};
        CurveChart chart = chart();
        for (int k = 0; k < 5; k++) {
            chart = chart.points("s" + k, k, x, y);
        }
        assertThat(moved(chart)).allSatisfy(place -> assertThat(place[0]).isBetween(0.0, 0.2));
    }

    @Test
    void pointsOfOneSeriesAloneStay() {
        double[] x = {1, 2, 3};
        assertThat(moved(chart().points("a", 0, x, x)).get(0)).containsExactly(x);
    }
}
