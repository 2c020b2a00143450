package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.PixelMap.Aggregation;
import org.noisebook.linalg.PixelMap.Law;
import org.noisebook.linalg.PixelMap.Motion;
import org.noisebook.linalg.PixelMap.Positions;

/** Turns, shifts and interpolation of pictures, and covariances through them. */
class PixelMapTest {
    private static final double ROUNDING = 1e-12;
    private static final int SIDE = 5;

    private static double[][] picture(IntToDoubleFunction value) {
        return IntStream.range(0, SIDE * SIDE)
                .mapToObj(i -> new double[] {value.applyAsDouble(i)})
                .toArray(double[][]::new);
    }

    @Test
    void halfAndQuarterTurnsPermute() {
        double[][] x = picture(i -> i);
        PixelMap half = PixelMap.nearest(SIDE, Motion.about(SIDE, 180, 1, 0, 0));
        PixelMap quarter = PixelMap.nearest(SIDE, Motion.about(SIDE, 90, 1, 0, 0));
        for (int i = 0; i < x.length; i++) {
            assertThat(half.of(x)[i][0]).isEqualTo(x.length - 1.0 - i);
        }
        assertThat(quarter.of(quarter.of(x))).isDeepEqualTo(half.of(x));
        assertThat(quarter.of(x)[SIDE - 1][0])
                .as("x turns to y: the corner on the left moves to the right")
                .isZero();
    }

    /** Bilinear maps are exact for a plane; outside there are holes. */
    @Test
    void interpolationIsExactForPlanes() {
        double[][] plane = picture(i -> 2 * (i % SIDE) - 3 * (i / SIDE));
        Motion motion = Motion.about(SIDE, 20, 1.1, 0.2, 0.3);
        PixelMap map = PixelMap.bilinear(SIDE, motion);
        for (int i = 0; i < SIDE * SIDE; i++) {
            double[] at = motion.inverse().of(i % SIDE, i / SIDE);
            boolean inside = Arrays.stream(at).allMatch(v -> v >= 0 && v <= SIDE - 1);
            if (inside) {
                assertThat(map.of(plane)[i][0]).isCloseTo(2 * at[0] - 3 * at[1], within(ROUNDING));
            }
        }
        PixelMap away = PixelMap.bilinear(SIDE, Motion.about(SIDE, 0, 1, 0, 2));
        assertThat(IntStream.range(0, away.pixels()).filter(away::isHole).count())
                .isEqualTo(2 * SIDE);
        assertThat(PixelMap.pixel(SIDE, -0.6, 0)).isEqualTo(-1);
    }

    /** W C Wᵀ by hand for two pixels, and variance 1 of unit rows on white noise. */
    @Test
    void covarianceIsCarried() {
        PixelMap map = new PixelMap(new int[][] {{0, 1}, {}}, new double[][] {{1, 2}, {}});
        double[][] image = map.covariance(new double[][] {{2, 0.5}, {0.5, 1}}, 7);
        assertThat(image).isDeepEqualTo(new double[][] {{2 + 4 * 0.5 + 4, 0}, {0, 7}});
        double[][] white = new double[25][25];
        IntStream.range(0, 25).forEach(i -> white[i][i] = 1);
        double[][] unit = PixelMap.bilinear(SIDE, Motion.about(SIDE, 7, 0.9, 0, 0.2))
                .unit()
                .covariance(white, 1);
        IntStream.range(0, 25).forEach(i -> assertThat(unit[i][i]).isCloseTo(1, within(ROUNDING)));
    }

    /** The covariance stays the identity for a flow with collisions, holes and losses. */
    @Test
    void aggregationIsWhite() {
        for (Positions positions : Positions.values()) {
            Aggregation moving = new Aggregation(12, positions);
            Law law = Law.white(144);
            for (int frame = 0; frame < 5; frame++) {
                PixelMap map = moving.move(Motion.about(12, 17, 0.8, 0.3, 1.3));
                law = (positions == Positions.FIRST ? Law.white(144) : law).through(map);
                for (int i = 0; i < 144; i++) {
                    double[] expected = new double[144];
                    expected[i] = 1;
                    assertThat(law.covariance()[i]).as("%s", positions).containsExactly(expected, within(ROUNDING));
                }
            }
        }
    }

    /** Two steps of 0.4 pixels make one of a pixel unless positions are rounded. */
    @Test
    void positionsAreKept() {
        for (Positions positions : Positions.values()) {
            Aggregation moving = new Aggregation(12, positions);
            double[][] ramp = new double[144][1];
            Arrays.setAll(ramp, i -> new double[] {i % 12});
            moving.move(Motion.about(12, 0, 1, 0, 0.4));
            double moved = moving.move(Motion.about(12, 0, 1, 0, 0.4)).of(ramp)[70][0];
            assertThat(moved).as("%s", positions).isEqualTo(positions == Positions.ROUNDED ? 10 : 9);
        }
    }

    /** Pixels that meet in two steps all have the same weight. */
    @Test
    void countsAreKept() {
        Aggregation meeting = new Aggregation(9, Positions.KEPT);
        Law law = Law.white(81);
        for (double zoom : new double[] {0.5, 0.6}) {
            law = law.through(meeting.move(Motion.about(9, 0, zoom, 0, 0)));
        }
        double[] middle = Arrays.stream(law.withFirst()[40]).filter(w -> w != 0).toArray();
        assertThat(middle.length).isGreaterThan(4);
        assertThat(Arrays.stream(middle).max().orElseThrow())
                .isCloseTo(Arrays.stream(middle).min().orElseThrow(), within(ROUNDING));
    }

    /** Three quarter turns at once, or one after the other, make the same film; a large motion leaves holes. */
    @Test
    void aFilmShowsWhatRemainsOfAPicture() {
        double[][] picture = PixelMap.enlarged(6, 2, 1, 2, 3, 4);
        assertThat(picture[7]).containsExactly(1);
        assertThat(picture[6]).containsExactly(0);
        assertThat(picture[28]).containsExactly(4);
        PixelMap quarter = PixelMap.nearest(6, Motion.about(6, 90, 1, 0, 0));
        PixelMap half = PixelMap.nearest(6, Motion.about(6, 180, 1, 0, 0));
        List<double[]> film = PixelMap.film(() -> quarter, false, 2, 2, picture);
        assertThat(film).hasSize(2);
        assertThat(film.get(1))
                .isEqualTo(PixelMap.film(() -> half, true, 1, 1, picture).get(1));
        assertThat(film.get(1)[7]).isEqualTo(4);
        PixelMap away = PixelMap.nearest(6, Motion.about(6, 0, 1, 0, 9));
        assertThat(PixelMap.film(() -> away, false, 1, 1, picture).get(1)).containsOnly(0);
    }
}
