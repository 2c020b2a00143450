package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closed forms against numbers computed independently (tables given to five or six digits) and against their limits. */
class TwoLayerTheoryTest {
    /** Six digits after the point are given. */
    private static final double SIX_DIGITS = 1e-6;
    /** Five digits after the point are given, rounded. */
    private static final double FIVE_DIGITS = 0.51e-5;

    private static final TwoLayerTheory TEN = new TwoLayerTheory(10);

    @ParameterizedTest
    @CsvSource({
        " 1,  1, .25, .352022, .250000, 1.160179, .786151, 2.718935",
        " 2,  1,  .5, .582248, .586492,  .805644, .883616, 2.926660",
        " 5,  1,  .5, .728473, .514700,  .800100, .951308, 3.296670",
        "10,  1,   1, .970385, .564425,  .709077, .975320, 3.429778",
        " 1,  2,   1, .987692, 1.00000,  .058171, .485868,  .851155",
        " 1, .5,  .1, .299288, .100000, 1.022846, .939565, 3.262010",
        " 5,  2,  .3, .794311, .748210, 1.042236, .822820, 2.759191",
        "10,  4,   1, .997714, .996195,  .177526, .693271, 1.732918"
    })
    void endPointsAreThoseOfTheTable(
            int rank,
            double scale,
            double share,
            double ka,
            double ra,
            double change,
            double readout,
            double distance) {
        TwoLayerTheory.EndPoint end = TEN.endPoint(rank, scale, share);

        assertThat(end.kernelAlignment()).isCloseTo(ka, within(SIX_DIGITS));
        assertThat(end.representationAlignment()).isCloseTo(ra, within(SIX_DIGITS));
        assertThat(end.weightChange()).isCloseTo(change, within(SIX_DIGITS));
        assertThat(end.readoutNorm()).isCloseTo(readout, within(SIX_DIGITS));
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
        TwoLayerTheory theory = new TwoLayerTheory(d);

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
    @CsvSource({"1, .3", "2, .3", "5, .9", "10, 1"})
    void bothLimitsOfTheNormAreReached(int rank, double share) {
        TwoLayerTheory.EndPoint small = TEN.endPoint(rank, 1e-6, share);

        assertThat(small.kernelAlignment()).isCloseTo((rank + share) / Math.sqrt(rank * 13), within(1e-10));
        assertThat(small.weightChange()).isCloseTo(1, within(1e-5));
        assertThat(small.readoutNorm()).isCloseTo(1, within(1e-5));
        assertThat(TEN.endPoint(rank, 1e4, share).kernelAlignment())
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
        assertThat(new TwoLayerTheory(d).meanRootShare(rank)).isCloseTo(mean / mass, within(1e-8));
        assertThat(new TwoLayerTheory(d).meanRootShare(d)).isCloseTo(1, within(1e-13));
    }
}
