package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeGridTest {
    private static final double ROUND_OFF = 1e-12;

    /** The noise level of a variance-exploding diffusion: σ = 0.01 · 5000^t. */
    private static final DoubleUnaryOperator EXPLODING = t -> 0.01 * StrictMath.pow(5000, t);

    @Test
    void uniformTimesAreFractionsToTheBit() {
        double[] coarse = TimeGrid.UNIFORM.times(0, 1, 10);
        double[] fine = TimeGrid.UNIFORM.times(0, 1, 100);

        for (int i = 0; i <= 10; i++) {
            assertThat(coarse[i]).isEqualTo(i / 10.0).isEqualTo(fine[10 * i]);
        }
        assertThat(TimeGrid.UNIFORM.times(1, 0, 4)).containsExactly(1, 0.75, 0.5, 0.25, 0);
    }

    @Test
    void quadraticTimesAreSquares() {
        assertThat(TimeGrid.QUADRATIC.times(0, 1, 4))
                .containsExactly(new double[] {0, 0.0625, 0.25, 0.5625, 1}, within(ROUND_OFF));
        assertThat(TimeGrid.QUADRATIC.times(4, 1, 2)).containsExactly(new double[] {4, 2.25, 1}, within(ROUND_OFF));
    }

    /** Equation 5 of Karras et al. with σ(t) = t, σ_max = 80, σ_min = 0.002 and 18 times: the printed formula. */
    @Test
    void edmTimesAreThoseOfTheFormula() {
        double[] times = TimeGrid.EDM.times(80, 0.002, 17, t -> t);

        double high = StrictMath.pow(80, 1 / 7.0);
        double low = StrictMath.pow(0.002, 1 / 7.0);
        for (int i = 0; i <= 17; i++) {
            assertThat(times[i]).isEqualTo(StrictMath.pow(high + i / 17.0 * (low - high), 7), within(1e-10));
        }
    }

    @Test
    void logSnrTimesHaveNoiseLevelsInGeometricProgression() {
        DoubleUnaryOperator oneSided = t -> (1 - t) / t;
        double[] times = TimeGrid.LOG_SNR.times(0.001, 0.999, 6, oneSided);

        for (int i = 1; i < 6; i++) {
            assertThat(oneSided.applyAsDouble(times[i])).isEqualTo(StrictMath.pow(999, 1 - i / 3.0), within(1e-9));
        }
        assertThat(TimeGrid.LOG_SNR.times(1, 0, 5, EXPLODING))
                .containsExactly(new double[] {1, 0.8, 0.6, 0.4, 0.2, 0}, within(ROUND_OFF));
    }

    @ParameterizedTest
    @EnumSource
    void forwardIsBackwardReversedAndEndsAreExact(TimeGrid grid) {
        double[] down = grid.times(0.9, 0.013, 23, EXPLODING, 0.5);
        double[] up = grid.times(0.013, 0.9, 23, EXPLODING, 0.5);

        assertThat(down).hasSize(24).startsWith(0.9).endsWith(0.013).contains(0.5);
        assertThat(up).startsWith(0.013).endsWith(0.9).contains(0.5);
        for (int i = 0; i < 24; i++) {
            assertThat(up[i]).isEqualTo(down[23 - i], within(ROUND_OFF));
        }
    }

    @Test
    void breaksAreMetAndStepsStayAsMany() {
        assertThat(TimeGrid.UNIFORM.times(0, 1, 4, 0.5)).containsExactly(0, 0.25, 0.5, 0.75, 1);
        assertThat(TimeGrid.UNIFORM.times(1, 0, 3, 0.25, 0.25, 7, 0, 1)).containsExactly(1, 0.625, 0.25, 0);
        assertThat(TimeGrid.UNIFORM.times(0, 1, 3, 0.001, 0.002)).containsExactly(0, 0.001, 0.002, 1);
    }

    @Test
    void badInputGivesOneClearLine() {
        assertThatThrownBy(() -> TimeGrid.UNIFORM.times(0, 1, 0))
                .hasMessage("steps must be at least 1, one between breaks, got 0");
        assertThatThrownBy(() -> TimeGrid.UNIFORM.times(0, 1, 1, 0.5))
                .hasMessage("steps must be at least 2, one between breaks, got 1");
        assertThatThrownBy(() -> TimeGrid.UNIFORM.times(0, Double.NaN, 4))
                .hasMessage("from and to must be different finite times, got 0.0 and NaN");
        assertThatThrownBy(() -> TimeGrid.UNIFORM.times(0, 1, 4, Double.NaN))
                .hasMessage("breaks must be times, got NaN");
        assertThatThrownBy(() -> TimeGrid.EDM.times(0, 1, 4))
                .hasMessage("a grid EDM must be given the noise level σ(t), got none");
        assertThatThrownBy(() -> TimeGrid.LOG_SNR.times(1, 0, 4, t -> t))
                .hasMessage(
                        "the variable in which a grid is uniform must be finite at both ends, got -Infinity at t = 0.0; end the grid"
                                + " before");
        assertThatThrownBy(() -> TimeGrid.EDM.times(-0.4, 1, 4, t -> t * t, 0))
                .hasMessageStartingWith("the variable in which a grid is uniform must be strictly monotone");
        assertThatThrownBy(() -> TimeGrid.UNIFORM.times(1, 1 + 0x1p-51, 4))
                .hasMessageStartingWith("times must ascend or descend, got ");
    }
}
