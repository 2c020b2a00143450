package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Against mpmath 1.3 with 60 digits. */
class LogPhiTest {
    private static final Percentage ROUNDING = Percentage.withPercentage(1e-11);

    @Test
    void logarithmsAreThoseOfMpmath() {
        double[][] known = {
            {-40, -804.60844201375379},
            {-10, -53.231285150512471},
            {-4.5, -12.592419735713079},
            {-4, -10.360101486527291},
            {-1, -1.8410216450092635},
            {0.5, -0.36894641528865639},
            {3, -0.0013508099647481938},
            {9, -1.1285884059538406e-19}
        };
        for (double[] one : known) {
            assertThat(LogPhi.of(one[0])).as("%s", one[0]).isCloseTo(one[1], ROUNDING);
        }
        assertThat(LogPhi.of(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(LogPhi.of(Double.POSITIVE_INFINITY)).isZero();
        assertThat(LogPhi.of(Double.NaN)).isNaN();
    }

    @Test
    void differencesAreThoseOfMpmath() {
        double[][] known = {
            {-40, -39, -765.08315656437754},
            {-10, -9.999999, -64.734444091913351},
            {-3, -2.99, -10.009088011152298},
            {-1, 2, -0.20016629432446258},
            {5, 6, -15.068446096529453},
            {-6, -3, -6.6077269523714831},
            {-4.1, -3.9, -10.503551135557982},
            {0.001, 0.0010001, -17.037034684212428}
        };
        for (double[] one : known) {
            assertThat(LogPhi.difference(one[0], one[1]))
                    .as("%s to %s", one[0], one[1])
                    .isCloseTo(one[2], ROUNDING);
        }
        assertThat(LogPhi.difference(1, 1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(LogPhi.difference(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
                .isZero();
        assertThat(LogPhi.difference(Double.NEGATIVE_INFINITY, -5)).isEqualTo(LogPhi.of(-5));
        assertThatThrownBy(() -> LogPhi.difference(1, 0)).hasMessage("a must be at most b=0.0, got 1.0");
    }

    /** The series of narrow intervals and the direct formula meet where one takes over, in both tails and the middle. */
    @Test
    void theSeriesMeetsTheFormula() {
        for (double at : new double[] {-30, -5, -1, 0, 2, 12}) {
            double step = 0.0199 / Math.max(1, Math.abs(at));
            double parts = StrictMath.log(StrictMath.exp(LogPhi.difference(at, at + step / 2) - LogPhi.of(at))
                            + StrictMath.exp(LogPhi.difference(at + step / 2, at + step) - LogPhi.of(at)))
                    + LogPhi.of(at);
            assertThat(LogPhi.difference(at, at + step)).as("at %s", at).isCloseTo(parts, within(1e-12));
            double wide = LogPhi.difference(at, at + 2 * step);
            double whole = StrictMath.exp(LogPhi.difference(at, at + step) - wide)
                    + StrictMath.exp(LogPhi.difference(at + step, at + 2 * step) - wide);
            assertThat(whole).as("at %s", at).isCloseTo(1, within(1e-11));
        }
    }

    @Test
    void hazardIsTheMeanBeyondAPoint() {
        assertThat(LogPhi.hazard(0)).isCloseTo(StrictMath.sqrt(2 / StrictMath.PI), within(1e-15));
        assertThat(LogPhi.hazard(1)).isCloseTo(1.5251352761609812, within(1e-14));
        assertThat(LogPhi.hazard(1e6)).isCloseTo(1e6 + 1e-6, within(1e-9));
        assertThat(LogPhi.hazard(4 - 1e-12)).isCloseTo(LogPhi.hazard(4 + 1e-12), within(1e-11));
    }
}
