package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class SeedComponentsTest {
    /** Half a unit of the sixth decimal, to which the worked example is printed. */
    private static final double PRINTED = 5e-7;

    private static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};

    private static Stream stream(int replica) {
        return Streams.of(1).at("seed-components", replica);
    }

    @Test
    void workedExample() {
        SeedComponents result = SeedComponents.of(SeedTable.of(EXAMPLE), stream(0));
        Component[] components = {result.seed(), result.condition(), result.rest()};
        double[] squares = {33.2, 42.55, 5.2};
        double[] meanSquares = {8.3, 14.183333, .433333};
        double[] variances = {1.966667, 2.75, .433333};
        double[] shares = {.381877, .533981, .084142};
        for (int i = 0; i < components.length; i++) {
            assertThat(components[i].sumOfSquares()).isCloseTo(squares[i], within(PRINTED));
            assertThat(components[i].meanSquare()).isCloseTo(meanSquares[i], within(PRINTED));
            assertThat(components[i].variance().mean()).isCloseTo(variances[i], within(PRINTED));
            assertThat(components[i].share().mean()).isCloseTo(shares[i], within(PRINTED));
        }
        assertThat(result.f()).isCloseTo(19.153846, within(PRINTED));
        assertThat(result.seed().numeratorDegrees()).isEqualTo(4);
        assertThat(result.seed().denominatorDegrees()).isEqualTo(12);
        assertThat(result.pValue()).isCloseTo(3.8155e-5, within(5e-10));
        Icc icc = result.icc();
        Estimate[] correlations = {
            icc.consistency(),
            icc.agreement(),
            icc.consistencyMean(),
            icc.agreementMean(),
            icc.oneWay(),
            icc.oneWayMean()
        };
        double[] printed = {.819444, .381877, .947791, .711916, .286648, .616466};
        for (int i = 0; i < printed.length; i++) {
            assertThat(correlations[i].mean()).isCloseTo(printed[i], within(PRINTED));
        }
        assertThat(icc.consistency().low()).isCloseTo(.476962, within(PRINTED));
        assertThat(icc.consistency().high()).isCloseTo(.976556, within(PRINTED));
        assertThat(result.balanced()).isTrue();
        assertThat(result.split()).isEmpty();
    }
}
