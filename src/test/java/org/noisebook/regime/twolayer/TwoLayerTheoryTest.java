package org.noisebook.regime.twolayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Closed forms against numbers computed independently (tables given to five or six digits) and against their limits.
 */
class TwoLayerTheoryTest {
    /** Six digits after the point are given. */
    private static final double SIX_DIGITS = 1e-6;
    /** Five digits after the point are given, rounded. */
    private static final double FIVE_DIGITS = 0.51e-5;
    /** Three digits after the point are given, rounded. */
    private static final double THREE_DIGITS = 0.51e-3;
    /** A few operations on numbers of order 1. */
    private static final double ROUNDING = 1e-13;

    private static final TwoLayerTheory TEN = TwoLayerTheory.of(10);

    @ParameterizedTest
    @CsvSource({
        " 1,  1, .25, 1.618034, .618034, .352022, .250000, 1.160179, .786151, 2.904771, 2.718935",
        " 2,  1,  .5, 1.280776, .780776, .582248, .586492,  .805644, .883616, 3.281354, 2.926660",
        " 5,  1,  .5, 1.104988, .904988, .728473, .514700,  .800100, .951308, 3.608185, 3.296670",
        "10,  1,   1, 1.051249, .951249, .970385, .564425,  .709077, .975320, 3.735790, 3.429778",
        " 1,  2,   1, 4.236068, .236068, .987692, 1.00000,  .058171, .485868, 4.527864,  .851155",
        " 1, .5,  .1, 1.132782, .882782, .299288, .100000, 1.022846, .939565, 3.328099, 3.262010",
        " 5,  2,  .3, 1.477033, .677033, .794311, .748210, 1.042236, .822820, 3.957066, 2.759191",
        "10,  4,   1, 2.080625, .480625, .997714, .996195,  .177526, .693271, 6.746925, 1.732918"
    })
    void endPointsAreThoseOfTheTable(
            int rank,
            double scale,
            double share,
            double a2,
            double c2,
            double ka,
            double ra,
            double change,
            double readout,
            double norm,
            double distance) {
        TwoLayerTheory.EndPoint end = TEN.endPoint(rank, scale, share);

        assertThat(end.squaredGrown()).isCloseTo(a2, within(SIX_DIGITS));
        assertThat(end.squaredReadout()).isCloseTo(c2, within(SIX_DIGITS));
        assertThat(end.kernelAlignment()).isCloseTo(ka, within(SIX_DIGITS));
        assertThat(end.representationAlignment()).isCloseTo(ra, within(SIX_DIGITS));
        assertThat(end.weightChange()).isCloseTo(change, within(SIX_DIGITS));
        assertThat(end.readoutNorm()).isCloseTo(readout, within(SIX_DIGITS));
        assertThat(end.kernelNorm()).isCloseTo(norm, within(SIX_DIGITS));
        assertThat(end.kernelDistance()).isCloseTo(distance, within(SIX_DIGITS));
    }

    @ParameterizedTest
    @CsvSource({
        "  5, .42426, .60000, .60000, .94868",
        " 10, .30509, .43146, .68219, .96476",
        " 20, .21894, .30963, .69235, .97913",
        "100, .09952, .14074, .70370, .99518"
    })
    void infinitesimalMeansAreThoseOfTheTable(int d, double one, double two, double half, double full) {
        TwoLayerTheory theory = TwoLayerTheory.of(d);

        assertThat(theory.meanInfinitesimalAlignment(1)).isCloseTo(one, within(FIVE_DIGITS));
        assertThat(theory.meanInfinitesimalAlignment(2)).isCloseTo(two, within(FIVE_DIGITS));
        assertThat(theory.meanInfinitesimalAlignment(d / 2)).isCloseTo(half, within(FIVE_DIGITS));
        assertThat(theory.meanInfinitesimalAlignment(d)).isCloseTo(full, within(FIVE_DIGITS));
    }

    @ParameterizedTest
    @CsvSource({
        ".05,  1,   .97787, .30504, .10000",
        ".05,  2,   .97313, .43163, .14230",
        ".05,  5,   .96990, .68231, .22450",
        ".05, 10,   .96875, .96478, .31694",
        " .5,  1,  1.10745, .29929, .10000",
        " .5,  2,   .89300, .44861, .22293",
        " .5,  5,   .76293, .69423, .30937",
        " .5, 10,   .71937, .96625, .38544",
        "  1,  1,  1.95992, .26847, .10000",
        "  1,  2,  1.13042, .49945, .38888",
        "  1,  5,   .65640, .72847, .51470",
        "  1, 10,   .50279, .97038, .56442",
        "  2,  1,  6.10636, .14569, .10000",
        "  2,  2,  2.62842, .60054, .56001",
        "  2,  5,   .77728, .82770, .80888",
        "  2, 10,   .22278, .98262, .89074",
        "  4,  1, 23.76809, .10347, .10000",
        "  4,  2,  9.57169, .60272, .59693",
        "  4,  5,  2.07822, .89821, .89240",
        "  4, 10,   .03152, .99771, .99619"
    })
    void taskAveragesAreThoseOfTheTable(double scale, int rank, double change, double ka, double ra) {
        TwoLayerTheory.TaskAverage average = TEN.taskAverage(rank, scale);
        double raDigits = scale == 0.05 && rank < 10 ? 0.51e-4 : FIVE_DIGITS;

        assertThat(average.squaredWeightChange()).isCloseTo(change, within(FIVE_DIGITS));
        assertThat(average.kernelAlignment()).isCloseTo(ka, within(FIVE_DIGITS));
        assertThat(average.representationAlignment()).isCloseTo(ra, within(raDigits));
    }

    @ParameterizedTest
    @CsvSource({"10, 1.870", "20, 2.202", "50, 2.737", "100, 3.231"})
    void crossingScalesAreThoseOfTheTable(int d, double scale) {
        TwoLayerTheory theory = TwoLayerTheory.of(d);
        double crossing = theory.crossingScale();

        assertThat(crossing).isCloseTo(scale, within(THREE_DIGITS));
        assertThat(theory.endPoint(1, crossing, 1).kernelAlignment())
                .isCloseTo(theory.endPoint(d, crossing, 1).kernelAlignment(), within(1e-9));
        assertThat(new TwoLayerTheory(d, 9).crossingScale())
                .as("only σ²/B matters")
                .isCloseTo(3 * crossing, within(1e-8));
        for (double factor : new double[] {0.5, 0.99, 1.01, 2}) {
            double difference = theory.endPoint(1, factor * crossing, 1).kernelAlignment()
                    - theory.endPoint(d, factor * crossing, 1).kernelAlignment();
            assertThat(difference > 0).as("at %s of it", factor).isEqualTo(factor > 1);
        }
    }

    @Test
    void atTheCrossingInTenDimensionsTheAlignmentIsThatOfTheTable() {
        assertThat(TEN.endPoint(1, TEN.crossingScale(), 1).kernelAlignment()).isCloseTo(.98098, within(FIVE_DIGITS));
    }

    @Test
    void theCrossingExistsInEveryDimension() {
        for (int d : new int[] {2, 3, 5, 1000, 1_000_000}) {
            TwoLayerTheory theory = TwoLayerTheory.of(d);
            assertThat(theory.crossingScale() / StrictMath.pow(d, 0.25))
                    .as("d = %d", d)
                    .isBetween(0.9, 1.2);
        }
    }

    @Test
    void infinitesimalFormsAgree() {
        double[] target = {3, 4, 0, 0, 0, 0, 0, 0, 0, 0};
        double[][] features = new double[10][10];
        features[0][0] = 1;
        features[5][5] = 1;
        TwoLayerKernel kernel = new TwoLayerKernel(features, 0);

        assertThat(kernel.participationRatio()).isCloseTo(2, within(ROUNDING));
        assertThat(TEN.infinitesimalAlignment(kernel, target))
                .isCloseTo(TEN.infinitesimalAlignment(2, 0.36), within(ROUNDING));
        assertThat(TEN.infinitesimalAlignment(2, 0.2))
                .as("linear in q, so the mean is that at q = r/d")
                .isCloseTo(TEN.meanInfinitesimalAlignment(2), within(ROUNDING));
        assertThat(TEN.infinitesimalAlignment(1, 1)).isCloseTo(2 / Math.sqrt(13), within(ROUNDING));
        assertThat(TEN.infinitesimalAlignment(10, 1)).isCloseTo(11 / Math.sqrt(130), within(ROUNDING));
        TwoLayerKernel withReadout = new TwoLayerKernel(features, 100);
        assertThat(withReadout.participationRatio())
                .as("a read-out hides the rank")
                .isGreaterThan(9.9);
    }

    @ParameterizedTest
    @CsvSource({"1, .3", "2, .3", "5, .9", "10, 1"})
    void bothLimitsOfTheNormAreReached(int rank, double share) {
        TwoLayerTheory theory = new TwoLayerTheory(10, 2.5);
        TwoLayerTheory.EndPoint small = theory.endPoint(rank, 1e-6, share);

        assertThat(small.kernelAlignment()).isCloseTo(theory.infinitesimalAlignment(rank, share), within(1e-10));
        assertThat(small.weightChange()).as("√B").isCloseTo(Math.sqrt(2.5), within(1e-5));
        assertThat(small.readoutNorm()).as("√B").isCloseTo(Math.sqrt(2.5), within(1e-5));
        assertThat(theory.endPoint(rank, 1e4, share).kernelAlignment())
                .isCloseTo((rank - 1 + share) / rank, within(1e-10));
    }

    /** E √q by the midpoint rule on q = sin²θ, whose density is ∝ sin^(r−1) θ cos^(d−r−1) θ. */
    @ParameterizedTest
    @CsvSource({"1, 10", "2, 10", "5, 10", "9, 10", "3, 4", "50, 100"})
    void meanRootShareIsThatOfTheBetaLaw(int rank, int d) {
        double mean = 0;
        double mass = 0;
        int points = 20_000;
        for (int k = 0; k < points; k++) {
            double theta = (k + 0.5) / points * Math.PI / 2;
            double density = StrictMath.pow(Math.sin(theta), rank - 1) * StrictMath.pow(Math.cos(theta), d - rank - 1);
            mass += density;
            mean += density * Math.sin(theta);
        }
        assertThat(TwoLayerTheory.of(d).meanRootShare(rank)).isCloseTo(mean / mass, within(1e-8));
        assertThat(TwoLayerTheory.of(d).meanRootShare(d)).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerTheory.of(0))
                .withMessage("dimension must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerTheory(3, 0))
                .withMessage("targetNorm must be in (0, inf), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEN.endPoint(11, 1, 1))
                .withMessage("rank must be in [1, dimension=10], got 11");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEN.endPoint(1, 0, 1))
                .withMessage("scale must be in (0, inf), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEN.endPoint(1, 1, 1.5))
                .withMessage("share must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEN.meanInfinitesimalAlignment(0.5))
                .withMessage("participationRatio must be in [1, dimension=10], got 0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TEN.infinitesimalAlignment(new TwoLayerKernel(new double[][] {{1}}, 0), new double[10]))
                .withMessage("start must have dimension=10 rows, got 1");
    }
}
