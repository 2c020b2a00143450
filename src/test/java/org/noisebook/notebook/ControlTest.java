package org.noisebook.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.noisebook.chart.Axis;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.Plate;
import org.noisebook.stats.Estimate;

class ControlTest {
    @Test
    void aSliderGoesInDecimalSteps() {
        Control control = Controls.slider("t", 0, 1, 0.1, t -> t);
        assertThat(control.names())
                .containsExactly("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1");
        assertThat(control.draw(3)).isEqualTo(0.3);
        assertThat(Controls.slider("t", -1, 1, 0.75, t -> t).names()).containsExactly("-1", "-0.25", "0.5");
        assertThat(control.kind()).isEqualTo(Control.Kind.SLIDER);
    }

    @Test
    void itBeginsWithTheFirstOrWhereItIsTold() {
        Control control = Controls.slider("temperature", new double[] {0.5, 1, 2, 4}, t -> "T = " + t);
        assertThat(control.start()).isZero();
        assertThat(control.at(1).start()).isEqualTo(1);
        assertThat(control.at(100).start()).isEqualTo(3);
        assertThat(control.at(2.9)).hasToString("temperature: 2");
        assertThat(control.start()).as("the control itself stays").isZero();
        assertThat(Controls.toggle("noise", on -> on).at(true).start()).isEqualTo(1);
        assertThat(Controls.choice("law", List.of("a", "b"), law -> law).at("b").start())
                .isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Controls.choice("law", List.of("a", "b"), law -> law).at("c"))
                .withMessage("law has no value c");
    }

    @Test
    void theValuesAreThoseOfTheCall() {
        double[] values = {1, 2};
        Control control = Controls.slider("t", values, t -> t);
        values[0] = 7;
        assertThat(control.draw(0)).isEqualTo(1.0);
    }

    @Test
    void refusals() {
        for (double[] bad : new double[][] {{0, 1, 0}, {0, 1, -1}, {1, 1, 1}, {0, Double.NaN, 1}, {0, 1e308, 1e-308}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Controls.slider("t", bad[0], bad[1], bad[2], t -> t))
                    .withMessageStartingWith("t must go from a number up to a larger one by a step above 0, got ");
        }
        for (double to : new double[] {1e4, 1e18}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Controls.slider("t", 0, to, 1, t -> t))
                    .withMessage("t must have from 1 to 10000 positions");
        }
        assertThat(Controls.slider("t", 1, 1e4, 1, t -> t).names()).hasSize(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Controls.choice("law", List.of(), law -> law))
                .withMessage("law must have from 1 to 10000 positions");
    }

    @Test
    void aKernelThatKnowsNoControlsShowsTheFirstFrame() {
        assertThat(Displays.types()).contains(Control.class);
        assertThat(Displays.of(Controls.slider("t", new double[] {1, 2}, t -> "T = " + t)
                        .at(2)))
                .isEqualTo(Map.of("text/plain", "t: 2\nT = 2.0"));
        Map<String, String> table =
                Displays.of(Controls.toggle("noise", on -> Estimate.ofMean(new double[] {1, 2, on ? 3 : 4})));
        assertThat(table.keySet()).containsExactly("text/html", "text/plain");
        assertThat(table.get("text/plain")).startsWith("noise: false\n");
        assertThat(Displays.of(Controls.toggle("nothing", on -> null)).get("text/plain"))
                .isEqualTo("nothing: false\nnull");
    }

    @Test
    void aPictureThatMovesIsItsSvgAlone() {
        Plate plate = Plate.of(CurveChart.of("t", Axis.linear("x"), Axis.linear("y"))
                .points("p", 0, new double[] {1}, new double[] {2}));
        assertThat(Displays.moving(plate))
                .isEqualTo(Map.of("image/svg+xml", Displays.of(plate).get("image/svg+xml")));
        assertThat(Displays.moving(List.of("nothing known"))).isEmpty();
    }
}
