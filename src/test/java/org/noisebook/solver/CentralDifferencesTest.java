package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Derivatives of fields that say only their values. */
class CentralDifferencesTest {
    /** Truncation, h²/6 of a third derivative, and rounding, 10⁻¹⁶/h, at h = 7.6e-6: about 10⁻¹¹ of both together. */
    private static final double ERROR = 2e-10;

    private static final double[][] X = {{0.3, -1.2, 2, 0}, {1.5, 0.4, -0.7, 0}};
    private static final double[][] DIRECTION = {{1, 0.5, -2, 1}, {-1, 0.25, 3, 0}};

    /** sin(x) y + t and x² − e^y. */
    private static final VelocityField FIELD = VelocityField.of(2, (t, x, count, out) -> {
        for (int k = 0; k < count; k++) {
            out[0][k] = Math.sin(x[0][k]) * x[1][k] + t;
            out[1][k] = x[0][k] * x[0][k] - Math.exp(x[1][k]);
        }
    });

    private static double[][] along(double scale) {
        double[][] out = new double[2][4];
        double[][] direction = new double[2][4];
        for (int j = 0; j < 2; j++) {
            for (int k = 0; k < 4; k++) {
                direction[j][k] = scale * DIRECTION[j][k];
            }
        }
        FIELD.evaluator(4).along(0.5, X, direction, 4, out);
        return out;
    }

    @Test
    void alongADirection() {
        double[][] out = along(1);
        for (int k = 0; k < 4; k++) {
            double x = X[0][k];
            double y = X[1][k];
            double u = DIRECTION[0][k];
            double v = DIRECTION[1][k];
            assertThat(out[0][k]).isCloseTo(Math.cos(x) * y * u + Math.sin(x) * v, within(ERROR));
            assertThat(out[1][k]).isCloseTo(2 * x * u - Math.exp(y) * v, within(ERROR));
        }
    }

    /** The step is one in x, however long the direction is. */
    @Test
    void linearInTheDirection() {
        double[][] one = along(1);
        for (double scale : new double[] {1e-30, 1e30}) {
            double[][] out = along(scale);
            for (int k = 0; k < 4; k++) {
                assertThat(out[0][k] / scale).isCloseTo(one[0][k], within(ERROR));
                assertThat(out[1][k] / scale).isCloseTo(one[1][k], within(ERROR));
            }
        }
        assertThat(along(0)).isDeepEqualTo(new double[2][4]);
    }

    @Test
    void divergence() {
        double[] out = {7, 7, 7, 7};
        FIELD.evaluator(4).divergence(0.5, X, 3, out);
        for (int k = 0; k < 3; k++) {
            assertThat(out[k]).isCloseTo(Math.cos(X[0][k]) * X[1][k] - Math.exp(X[1][k]), within(ERROR));
        }
        assertThat(out[3]).as("beyond count").isEqualTo(7);
    }

    /** Far out the step grows with x, which keeps it above its rounding; NaN stays in its particle. */
    @Test
    void farOut() {
        VelocityField square = VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                out[0][k] = x[0][k] * x[0][k];
            }
        });
        double[] out = new double[2];
        square.evaluator(2).divergence(0, new double[][] {{1e12, Double.NaN}}, 2, out);
        assertThat(out[0] / 2e12).isCloseTo(1, within(1e-9));
        assertThat(out[1]).isNaN();
    }
}
