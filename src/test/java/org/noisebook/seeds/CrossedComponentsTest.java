package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class CrossedComponentsTest {
    /** Half a unit of the sixth decimal, to which the worked examples are printed. */
    private static final double PRINTED = 5e-7;

    private static final List<String> NAMES = List.of("init", "order", "data");
    private static final double[] EXAMPLE = {1, 2, 3, 5, 2, 4, 4, 9, 0, 3, 5, 6};

    private static Stream stream(int replica) {
        return Streams.of(1).at("crossed-components", replica);
    }

    @Test
    void workedThreeWayExample() {
        CrossedComponents result = CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(0));
        assertThat(result.components())
                .extracting(Component::name)
                .containsExactly("init", "order", "data", "init×order", "init×data", "order×data", "rest");
        double[] squares = {8.166667, 33.333333, 16.333333, 1.166667, 2.166667, .333333, 3.166667};
        double[] variances = {1.0, 5.666667, 2.75, -.5, -.25, -.416667, 1.583333};
        for (int i = 0; i < squares.length; i++) {
            Component component = result.components().get(i);
            assertThat(component.sumOfSquares()).as(component.name()).isCloseTo(squares[i], within(PRINTED));
            assertThat(component.variance().mean()).as(component.name()).isCloseTo(variances[i], within(PRINTED));
        }
        assertThat(result.components().stream()
                        .mapToDouble(Component::sumOfSquares)
                        .sum())
                .isCloseTo(64.666667, within(PRINTED));
        assertThat(result.mean()).isCloseTo(44.0 / 12, within(1e-14));
    }

    @Test
    void refusesWhatIsNoTable() {
        double[] y = EXAMPLE.clone();
        y[7] = Double.NaN;
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {3, 2, 2}, y, stream(0)))
                .hasMessage("value of cell init=1, order=1, data=1 must be finite, got NaN");
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {6, 2, 1}, EXAMPLE, stream(0)))
                .hasMessageStartingWith("levels of 'data' must be in [2, ");
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {3, 2, 3}, EXAMPLE, stream(0)))
                .hasMessage("values must be as many as cells times replicates, 18 × 1, got 12");
    }
}
