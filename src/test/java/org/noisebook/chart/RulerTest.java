package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RulerTest {
    /** Positions are a few roundings away from exact. */
    private static final double ROUNDING = 1e-12;

    private static List<String> labels(Axis axis, double length) {
        return Ruler.of(axis, 0, 1).ticks(length, RulerTest::size).stream()
                .map(Ruler.Tick::label)
                .filter(l -> !l.isEmpty())
                .toList();
    }

    private static double size(String label) {
        return Pen.width(label, 9) + 7;
    }

    @Test
    void linearTicksAreNiceNumbersWithTrueMinus() {
        assertThat(labels(Axis.linear("x").range(-1, 1), 200)).containsExactly("−1.0", "−0.5", "0", "0.5", "1.0");
        assertThat(labels(Axis.linear("x").range(0, 3e6), 200)).containsExactly("0", "1×10⁶", "2×10⁶", "3×10⁶");
        assertThat(labels(Axis.linear("x").range(0, 2.5e-5), 300)).contains("0.5×10⁻⁵", "2.0×10⁻⁵");
    }

    @Test
    void log10TicksAreSuperscriptPowersWithMinorTicks() {
        Axis axis = Axis.log10("x").range(1e-3, 1e3);
        assertThat(labels(axis, 300)).containsExactly("10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³");
        List<Ruler.Tick> ticks = Ruler.of(axis, 0, 1).ticks(300, RulerTest::size);
        assertThat(ticks).hasSize(7 + 6 * 8);
        assertThat(ticks.get(1).u()).isCloseTo(StrictMath.log10(2) / 6, within(ROUNDING));
    }

    @Test
    void log10AxisOfOneDecadeHasMoreThanItsEnds() {
        assertThat(labels(Axis.log10("x").range(1, 10), 200)).containsExactly("1", "2", "5", "10");
        assertThat(labels(Axis.log10("x").range(1e-7, 1e-6), 250)).containsExactly("10⁻⁷", "2×10⁻⁷", "5×10⁻⁷", "10⁻⁶");
    }

    @Test
    void log2TicksTakeAStrideThatFits() {
        Axis axis = Axis.log2("x").range(StrictMath.pow(2, -5), 8);
        assertThat(labels(axis, 300)).containsExactly("2⁻⁵", "2⁻⁴", "2⁻³", "2⁻²", "2⁻¹", "2⁰", "2¹", "2²", "2³");
        assertThat(labels(axis, 120)).containsExactly("2⁻⁴", "2⁻²", "2⁰", "2²");
    }

    @Test
    void aLogAxisMayHaveAPlaceForZero() {
        Axis axis = Axis.log10AndZero("x").range(-1, 100);
        assertThat(labels(axis, 300)).containsExactly("0", "1", "10", "100");
        Ruler ruler = Ruler.of(axis, 0, 1);
        assertThat(ruler.u(0)).isEqualTo(0.25);
        assertThat(ruler.u(1)).isEqualTo(0.5);
        assertThat(ruler.u(10)).isEqualTo(0.75);
        assertThat(ruler.value(ruler.u(0.3))).isCloseTo(0.3, within(ROUNDING));
    }

    @Test
    void logAxisTooNarrowForPowersFallsBackToPlainNumbers() {
        assertThat(labels(Axis.log2("x").range(1, 1.8), 200)).contains("1.2", "1.6");
        assertThat(labels(Axis.log10("x").range(0.9, 1.3), 200)).contains("1.0", "1.2");
    }

    @ParameterizedTest
    @CsvSource({
        "LINEAR,-3,7",
        "LINEAR,1e300,1.5e300",
        "LINEAR,1e-300,2e-300",
        "LINEAR,1e6,1.000000001e6",
        "LOG10,1e-300,1e300",
        "LOG10,3,4",
        "LOG10,0.15,1.8",
        "LOG2,1e-5,1e5",
        "LOG2,3,3.01",
        "LOG10_AND_ZERO,-1,1e3"
    })
    void ticksLieInsideAscendAndNeverTouch(Scale scale, double min, double max) {
        Ruler ruler = Ruler.of(new Axis("x", scale, min, max), 0, 1);
        for (double length : new double[] {30, 60, 120, 400}) {
            List<Ruler.Tick> ticks = ruler.ticks(length, RulerTest::size);
            assertThat(ticks).extracting(Ruler.Tick::u).isSorted().allMatch(u -> u >= 0 && u <= 1);
            List<Ruler.Tick> major = ticks.stream().filter(Ruler.Tick::isMajor).toList();
            for (int i = 1; i < major.size(); i++) {
                double room = (major.get(i).u() - major.get(i - 1).u()) * length;
                double need =
                        (size(major.get(i).label()) + size(major.get(i - 1).label())) / 2;
                assertThat(room).isGreaterThanOrEqualTo(need);
            }
        }
    }

    @Test
    void namesStandAtWholeNumbersAsFarAsTheyFit() {
        Ruler ruler = Ruler.of(Axis.named("x", List.of("one", "two", "three")), 0, 1);
        assertThat(labels(Axis.named("x", List.of("one", "two", "three")), 400)).containsExactly("one", "two", "three");
        assertThat(labels(Axis.named("x", List.of("one", "two", "three")), 60)).containsExactly("one", "three");
        assertThat(ruler.u(2)).isEqualTo(0.5);
        assertThat(ruler.ticks(400, RulerTest::size).get(1).u()).isEqualTo(0.5);
    }

    @Test
    void chosenTicksStandAtTheirNumbers() {
        Axis axis = Axis.log10("x").range(2.5, 25).ticks(3, 5, 10, 20, 40);
        assertThat(labels(axis, 400)).containsExactly("3", "5", "10", "20");
        Ruler ruler = Ruler.of(axis, 0, 1);
        assertThat(ruler.ticks(400, RulerTest::size).get(1).u()).isEqualTo(ruler.u(5));
    }

    @ParameterizedTest
    @EnumSource(Scale.class)
    void mapsValuesBetweenItsEnds(Scale scale) {
        Ruler ruler = Ruler.of(new Axis("x", scale, 2, 32), 0, 1);
        assertThat(ruler.u(2)).isEqualTo(0);
        assertThat(ruler.u(32)).isEqualTo(1);
        assertThat(ruler.u(8)).isCloseTo(scale == Scale.LINEAR ? 0.2 : 0.5, within(ROUNDING));
        assertThat(ruler.u(Double.NaN)).isNaN();
        assertThat(Double.isNaN(ruler.u(-1))).isEqualTo(scale.isLog());
    }

    @Test
    void automaticRangeCoversTheDataAndStaysSane() {
        Ruler linear = Ruler.of(Axis.linear("x"), 0.2, 9.8);
        assertThat(linear.from()).isEqualTo(0);
        assertThat(linear.to()).isBetween(9.8, 11.0);
        Ruler log = Ruler.of(Axis.log10("x"), -2.5, 1.1);
        assertThat(log.from()).isCloseTo(StrictMath.log10(2e-3), within(ROUNDING));
        assertThat(log.to()).isCloseTo(StrictMath.log10(20), within(ROUNDING));
        for (double same : new double[] {0, 5, -3, 1e300, 1e-300}) {
            Ruler equal = Ruler.of(Axis.linear("x"), same, same);
            assertThat(equal.from()).isLessThan(same);
            assertThat(equal.to()).isGreaterThan(same);
        }
        Ruler none = Ruler.of(Axis.log2("x"), Double.NaN, Double.NaN);
        assertThat(none.from()).isLessThan(none.to());
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> Axis.log10("x").range(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("min must be above 0 on a log scale, got 0.0");
        assertThatThrownBy(() -> Axis.linear("x").range(2, 2)).hasMessage("min must be below max=2.0, got 2.0");
        assertThatThrownBy(() -> Axis.linear("x").range(Double.NaN, 2)).hasMessage("min must be finite, got NaN");
        assertThatThrownBy(() -> new Axis("x", Scale.LINEAR, 1, Double.NaN)).hasMessage("max must be finite, got NaN");
        assertThatThrownBy(() -> ColourBar.log10("v", -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
