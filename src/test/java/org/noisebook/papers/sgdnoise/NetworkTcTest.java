package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.cells.NetworkCells;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Preset;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

class NetworkTcTest {
    /** Interpolation of logarithms is exact on power laws, up to rounding. */
    private static final double ROUNDING = 1e-11;

    private static final double[] X = Line.powers(1, 2, 8);
    private static final double DELTA = 0.9;
    private static final double GAMMA = 0.4;
    /** Where the error leaves its plateau: T P^a = ONSET. */
    private static final double ONSET = 64;

    private static final double ERROR_EXPONENT = 0.5;
    private static final int REPLICAS = 3;
    private static final double[] SIZES = {64, 128, 256};
    private static final double[] TEMPERATURES = Line.powers(0x1p-8, 2, 12);
    private static final int[] ALL = NetworkCells.all(REPLICAS);
    private static final NetworkTc.Level WEIGHTS = new NetworkTc.Level(true, 0.1, "", "", "");
    private static final NetworkTc.Level ERRORS = new NetworkTc.Level(false, 0.5, "", "", "");

    /** x = c_r T^δ P^γ/100; the error is flat, then falls as 1/√T where T P^a passes the onset. */
    private static NetworkResult law(NetworkConfig config, int replica) {
        double change = (1 + replica)
                * StrictMath.pow(config.temperature(), DELTA)
                * StrictMath.pow(config.trainSize(), GAMMA)
                / 100;
        double scaled = config.temperature() * StrictMath.pow(config.trainSize(), ERROR_EXPONENT) / ONSET;
        return PlantedRuns.fitted((0.3 + 0.1 * replica) * Math.min(1, 1 / Math.sqrt(scaled)), change, 1);
    }

    private static LazySweep sweep(PlantedRuns.Law law) {
        return sweep(law, REPLICAS);
    }

    private static LazySweep sweep(PlantedRuns.Law law, int replicas) {
        Board board = new Board("planted", Preset.QUICK, PlantedRuns.of(law).experiment());
        NetworkConfig base = Schema.with(NetworkCells.GAUSSIAN, "outputScale", NetworkCells.LAZY);
        return LazySweep.of(board, "planted", 0, base, SIZES, TEMPERATURES, replicas);
    }

    @Test
    void theLastFallIsWhereTheErrorStaysBelowTheLevel() {
        double[] curve = Arrays.stream(X).map(x -> Math.min(1, 4 / x)).toArray();
        assertThat(NetworkTc.Cube.lastFall(X, curve, 0.3)).isCloseTo(4 / 0.3, within(ROUNDING));
    }

    @Test
    void scatterOfThePlateauDoesNotCount() {
        double[] curve = {1, 0.2, 1, 0.2, 1, 0.5, 0.25, 0.125};
        assertThat(NetworkTc.Cube.lastFall(X, curve, 0.35)).isCloseTo(32 * 0.5 / 0.35, within(ROUNDING));
    }

    @Test
    void aPointOnTheLevelIsTheFall() {
        assertThat(NetworkTc.Cube.lastFall(X, new double[] {1, 1, 1, 1, 1, 0.5, 0.25, 0.125}, 0.5))
                .isCloseTo(32, within(ROUNDING));
    }

    @Test
    void anErrorThatDoesNotStayBelowTheLevelHasNoFall() {
        double[] rises = {1, 1, 0.2, 0.2, 0.2, 0.2, 0.2, 1};
        double[] ends = {1, 1, 1, 1, 1, 1, 1, 0.5};
        assertThat(NetworkTc.Cube.lastFall(X, rises, 0.5)).as("rises again").isNaN();
        assertThat(NetworkTc.Cube.lastFall(X, ends, 0.5)).as("ends on it").isNaN();
        assertThat(NetworkTc.Cube.lastFall(X, ends, 2)).as("always below").isNaN();
        assertThat(NetworkTc.Cube.lastFall(new double[0], new double[0], 1)).isNaN();
    }

    @Test
    void aLastFallToZeroErrorIsFinite() {
        assertThat(NetworkTc.Cube.lastFall(new double[] {1, 2}, new double[] {1, 0}, 0.5))
                .isBetween(1.0, 2.0);
    }

    /** 1/100 (c_1 c_2 c_3)^(1/3) T^δ P^γ = 0.1. */
    @Test
    void theWeightLevelIsMetWhereThePlantedLawMeetsIt() {
        NetworkTc.Cube cube = NetworkTc.cube(sweep(NetworkTcTest::law));
        double prefactor = Math.cbrt(6) / 100;
        double[] expected = Arrays.stream(SIZES)
                .map(size -> Math.pow(0.1 / (prefactor * Math.pow(size, GAMMA)), 1 / DELTA))
                .toArray();
        assertThat(cube.escape(WEIGHTS, ALL)).containsExactly(expected, within(ROUNDING));
        assertThat(cube.exponent(WEIGHTS, ALL)).isCloseTo(GAMMA / DELTA, within(ROUNDING));
        double[] first = Arrays.stream(expected)
                .map(t -> t * Math.pow(100 * prefactor, 1 / DELTA))
                .toArray();
        assertThat(cube.escape(WEIGHTS, new int[] {0, 0, 0}))
                .as("replica 0 alone")
                .containsExactly(first, within(10 * ROUNDING));
    }

    /** Replicas share the fall, and their mean is taken over its own plateau: T P^a = onset/level². */
    @Test
    void theErrorLevelIsAShareOfThePlateau() {
        NetworkTc.Cube cube = NetworkTc.cube(sweep(NetworkTcTest::law));
        double[] expected = Arrays.stream(SIZES)
                .map(size -> 4 * ONSET / Math.pow(size, ERROR_EXPONENT))
                .toArray();
        NetworkTc.Cube longer = NetworkTc.cube(sweep((config, replica) -> {
            NetworkConfig warmer = NetworkCells.at(config, 1, 64 * config.temperature());
            return PlantedRuns.fitted(law(warmer, replica).testError(), 1e-3 * config.temperature(), 1);
        }));
        assertThat(cube.escape(ERRORS, ALL)).as("not met by the highest T").containsOnly(Double.NaN);
        assertThat(cube.exponent(ERRORS, ALL)).isNaN();
        double[] scaled = Arrays.stream(expected).map(t -> t / 64).toArray();
        assertThat(longer.escape(ERRORS, ALL)).containsExactly(scaled, within(ROUNDING));
        assertThat(longer.escape(ERRORS, new int[] {2, 0, 2})).containsExactly(scaled, within(ROUNDING));
        assertThat(longer.exponent(ERRORS, ALL)).isCloseTo(ERROR_EXPONENT, within(ROUNDING));
    }

    @Test
    void aLevelThatOneSizeDoesNotMeetHasNoExponent() {
        NetworkTc.Cube cube = NetworkTc.cube(sweep((config, replica) ->
                config.trainSize() == 128 ? PlantedRuns.fitted(0.3, 1e-3, 1) : law(config, replica)));
        double[] escapes = cube.escape(WEIGHTS, ALL);
        assertThat(escapes[1]).isNaN();
        assertThat(escapes[0]).isPositive();
        assertThat(cube.exponent(WEIGHTS, ALL)).isNaN();
    }

    /** A size ends below the first temperature at which fewer than three quarters of its replicas fitted. */
    @Test
    void everySizeEndsBelowItsFirstTemperatureWithTooFewReplicas() {
        NetworkTc.Cube cube = NetworkTc.cube(
                sweep((config, replica) -> config.trainSize() == 128 && config.temperature() == 2 && replica == 1
                        ? PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, 1)
                        : law(config, replica)));
        assertThat(cube.temperatures()[0]).containsExactly(TEMPERATURES);
        assertThat(cube.temperatures()[1]).containsExactly(Line.powers(0x1p-8, 2, 9));
        assertThat(cube.logChanges()[1]).hasDimensions(9, REPLICAS);
        assertThat(cube.errors()[1]).hasDimensions(9, REPLICAS);
    }

    /** One of four that does not fit leaves a temperature in, and counts nowhere. */
    @Test
    void aReplicaThatDidNotFitIsLeftOutOfItsSize() {
        PlantedRuns.Law oneLost =
                (config, replica) -> config.trainSize() == 128 && config.temperature() == 2 && replica == 3
                        ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0, 1e9, 1)
                        : law(config, replica);
        NetworkTc.Cube cube = NetworkTc.cube(sweep(oneLost, REPLICAS + 1));
        assertThat(cube.temperatures()[1]).containsExactly(TEMPERATURES);
        assertThat(cube.fitted()[1]).containsExactly(ALL);
        assertThat(cube.escape(WEIGHTS, new int[] {0, 1, 2, 3})[1]).isEqualTo(cube.escape(WEIGHTS, ALL)[1]);
    }

    @Test
    void theLawOfTheFigureIsThatOfThePlane() {
        LazySweep sweep = sweep(NetworkTcTest::law);
        NetworkTc.Cube cube = NetworkTc.cube(sweep);
        assertThat(cube.law(ALL)).isCloseTo(GAMMA / DELTA, within(ROUNDING));
        assertThat(cube.law(new int[] {1, 1, 2})).isCloseTo(GAMMA / DELTA, within(ROUNDING));
    }
}
