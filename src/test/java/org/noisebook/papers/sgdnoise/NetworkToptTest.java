package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Line;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

class NetworkToptTest {
    private static final double ROUNDING = 1e-12;
    private static final double[] T = Line.powers(0x1p-4, 2, 8);
    private static final int[] ALL = {0, 1};

    /** Two replicas that lie as far above as below a curve in log2 T. */
    private static ErrorValley valley(DoubleUnaryOperator curve) {
        return valley(T, curve);
    }

    private static ErrorValley valley(double[] temperatures, DoubleUnaryOperator curve) {
        double[][] errors = Arrays.stream(temperatures)
                .map(t -> curve.applyAsDouble(StrictMath.log(t) / StrictMath.log(2)))
                .mapToObj(mean -> new double[] {mean - 0.01, mean + 0.01})
                .toArray(double[][]::new);
        return new ErrorValley(temperatures, errors);
    }

    @Test
    void theVertexOfAParabolaIsExact() {
        for (double vertex : new double[] {-2.7, -1, 0, 0.25, 1.49, 1.99}) {
            ErrorValley valley = valley(u -> 0.2 + 0.03 * (u - vertex) * (u - vertex));
            assertThat(valley.optimum(ALL)).isCloseTo(Math.pow(2, vertex), within(10 * ROUNDING));
            assertThat(valley.inside(ALL)).isTrue();
        }
    }

    /** Vertex and border lie where the mean over the replicas has them, repeats included. */
    @Test
    void theOptimumIsThatOfTheChosenReplicas() {
        double[][] errors = {{0.3, 0.3}, {0.1, 0.2}, {0.3, 0.1}, {0.4, 0.3}};
        ErrorValley valley = new ErrorValley(new double[] {1, 2, 4, 8}, errors);
        assertThat(valley.means(new int[] {0, 0, 1}))
                .containsExactly(new double[] {0.3, 0.4 / 3, 0.7 / 3, 1.1 / 3}, within(1e-15));
        assertThat(valley.optimum(new int[] {0, 0, 0})).isCloseTo(2, within(ROUNDING));
        assertThat(valley.optimum(new int[] {1, 1})).isBetween(2.0, 4.0);
    }

    @Test
    void theUpperBorderIsAnOptimumTheLowerIsNone() {
        ErrorValley falling = valley(u -> 0.5 - 0.01 * u);
        ErrorValley rising = valley(u -> 0.5 + 0.01 * u);
        assertThat(falling.optimum(ALL)).isEqualTo(8);
        assertThat(rising.optimum(ALL)).isNaN();
        assertThat(falling.inside(ALL)).isFalse();
        assertThat(rising.inside(ALL)).isFalse();
        assertThat(falling.place(ALL)).isEqualTo(3);
        assertThat(rising.place(ALL)).isEqualTo(1);
    }

    @Test
    void theSmallestMeanNextToABorderIsInside() {
        ErrorValley low = valley(u -> (u + 3) * (u + 3));
        ErrorValley high = valley(u -> (u - 2) * (u - 2));
        assertThat(low.inside(ALL)).isTrue();
        assertThat(high.inside(ALL)).isTrue();
        assertThat(low.optimum(ALL)).isCloseTo(0.125, within(ROUNDING));
        assertThat(high.optimum(ALL)).isCloseTo(4, within(ROUNDING));
        assertThat(high.place(ALL)).isEqualTo(2);
    }

    /** Of equal means the one at the lowest temperature counts; a flat bottom of three has no curvature to shift it. */
    @Test
    void aFlatValleyHasNoOptimum() {
        assertThat(valley(u -> 0.25).optimum(ALL)).isNaN();
        assertThat(valley(u -> 0.25).inside(ALL)).isFalse();
        ErrorValley pair = valley(u -> u == 0 || u == 1 ? 0.25 : 0.5);
        assertThat(pair.optimum(ALL))
                .as("midway between two equal smallest means")
                .isCloseTo(Math.sqrt(2), within(ROUNDING));
    }

    @Test
    void veryShortValleysHaveNoInside() {
        assertThat(valley(new double[0], u -> 1).optimum(ALL)).isNaN();
        assertThat(valley(new double[0], u -> 1).inside(ALL)).isFalse();
        assertThat(valley(new double[] {2}, u -> 1).optimum(ALL)).isNaN();
        assertThat(valley(new double[] {2}, u -> 1).inside(ALL)).isFalse();
        assertThat(valley(new double[] {2, 4}, u -> u).inside(ALL)).isFalse();
    }

    @Test
    void anOptimumWhoseIntervalReachesAnEdgeIsCensored() {
        ErrorValley valley = valley(u -> u * u);
        Estimate inner = new Estimate(1, 0.1, 0.5, 2, 9);
        assertThat(valley.holds(inner)).isTrue();
        Estimate above = new Estimate(1, 0.1, 0.5, 8, 9);
        assertThat(valley.holds(above)).isFalse();
        Estimate below = new Estimate(1, 0.1, Double.NaN, Double.NaN, 9);
        assertThat(valley.holds(below)).isFalse();
    }

    @Test
    void theDepthIsThatBelowTheLowerEnd() {
        ErrorValley valley =
                new ErrorValley(new double[] {1, 2, 4}, new double[][] {{0.3, 0.3}, {0.1, 0.3}, {0.2, 0.3}});
        assertThat(valley.depth(ALL)).isCloseTo(0.25, within(ROUNDING));
        assertThat(valley.depth(new int[] {0})).isCloseTo(1, within(ROUNDING));
    }

    /** Errors are least at T = 2 α^k, k = (D − 1)/(D + 1), for digits at D = 5 alone; elsewhere they fall with T. */
    @Test
    void aPlantedLawIsFoundWhereItIs() {
        var drawing = new NetworkTopt()
                .draw(Preset.QUICK, PlantedRuns.of(NetworkToptTest::law).experiment());
        Claim found = Planted.claim(drawing, "network-topt-digits-p128-d5");
        assertThat(found.measured().mean()).isCloseTo(2.0 / 3, within(0.01));
        assertThat(found.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        Claim none = Planted.claim(drawing, "network-topt-sign-p128-d3");
        assertThat(none.verdict()).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(none.says()).isEqualTo(found.says());
    }

    private static NetworkResult law(NetworkConfig config, int replica) {
        double u = StrictMath.log(config.temperature()) / StrictMath.log(2);
        double best = 2.0 / 3 * StrictMath.log(config.outputScale()) / StrictMath.log(2) + 1;
        double error = config.network().depth() == 5 && config.trainSize() == 128
                ? 0.2 + 1e-3 * (u - best) * (u - best)
                : 0.3 - 1e-3 * u;
        return PlantedRuns.fitted(error + 1e-6 * StrictMath.sin(7.0 * replica + 3 * u), 1, 1);
    }
}
