package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SinkhornTest {
    /** Costs are of second order in the marginal error of 1e-6. */
    private static final double CONVERGED = 1e-8;

    private static double[][] normals(Stream stream, int dimension, int n, double scale) {
        double[][] x = new double[dimension][n];
        for (double[] row : x) {
            Arrays.setAll(row, k -> scale * stream.nextGaussian());
        }
        return x;
    }

    /**
     * Two points against themselves, a distance r apart: π = (p, ½ − p; ½ − p, p) with log(p/(½ − p)) = r²/ε, so OT = 2 (½ − p) r²
     * + ε (log 4 + 2 p log p + 2 (½ − p) log(½ − p)).
     */
    @Test
    void twoPoints() {
        double epsilon = 0.7;
        double r = 1.1;
        double odds = Math.exp(r * r / epsilon);
        double p = 0.5 * odds / (1 + odds);
        double q = 0.5 - p;
        double exact = 2 * q * r * r + epsilon * (Math.log(4) + 2 * p * Math.log(p) + 2 * q * Math.log(q));
        double[][] x = {{0, r}};
        Sinkhorn result = Sinkhorn.of(x, x, epsilon);

        assertThat(result.cost()).isCloseTo(exact, within(CONVERGED));
        assertThat(result.divergence()).isCloseTo(0, within(CONVERGED));
        assertThat(result.converged()).isTrue();
        assertThat(result.marginalError()).isLessThanOrEqualTo(Sinkhorn.TOLERANCE);
    }

    /** A shift δ costs |δ|² for every ε, since it changes all couplings' costs alike. */
    @Test
    void shifts() {
        double[][] x = normals(Streams.of(1).at("data"), 3, 60, 1);
        double[][] y = {
            Arrays.stream(x[0]).map(v -> v + 1).toArray(),
            Arrays.stream(x[1]).map(v -> v - 2).toArray(),
            x[2].clone()
        };
        for (double epsilon : new double[] {0.05, 0.5, 5, 500}) {
            assertThat(Sinkhorn.of(x, y, epsilon).divergence())
                    .as("regularisation %s", epsilon)
                    .isCloseTo(5, within(5e-6));
        }
    }

    /** As ε → 0 it goes to the exact W_2² of the line. */
    @Test
    void smallRegularisation() {
        Stream stream = Streams.of(2).at("data");
        double[][] x = normals(stream, 1, 40, 1);
        double[][] y = normals(stream, 1, 50, 2);
        double exact = Math.pow(Wasserstein.w2(x[0], y[0]), 2);
        double before = Double.POSITIVE_INFINITY;
        for (double epsilon : new double[] {1, 0.1, 0.01}) {
            Sinkhorn result = Sinkhorn.of(x, y, epsilon, 1e-5, 100_000);
            assertThat(result.converged()).isTrue();
            double off = Math.abs(result.divergence() - exact);
            assertThat(off).as("regularisation %s", epsilon).isLessThan(before / 3);
            before = off;
        }
        assertThat(before).isLessThan(0.01 * exact);
    }

    @Test
    void symmetricAndUnmodified() {
        Stream stream = Streams.of(3).at("data");
        double[][] x = normals(stream, 2, 30, 1);
        double[][] y = normals(stream, 2, 45, 1.5);
        double[] before = x[0].clone();

        assertThat(Sinkhorn.of(x, y, 0.2).divergence())
                .isCloseTo(Sinkhorn.of(y, x, 0.2).divergence(), within(1e-6));
        assertThat(Sinkhorn.of(x, y, 0.2).divergence()).isPositive();
        assertThat(x[0]).isEqualTo(before);
    }

    /** Far-apart clusters at an ε that would underflow without the potentials. */
    @Test
    void farApart() {
        double[][] x = {{0, 1, 1000, 1001}};
        double[][] y = {{0.5, 1.5, 1000.5, 1001.5}};
        Sinkhorn result = Sinkhorn.of(x, y, 0.01);

        assertThat(result.converged()).isTrue();
        assertThat(result.divergence()).isCloseTo(0.25, within(1e-6));
    }

    /** An absurd limit of iterations must show. */
    @Test
    void tooFewIterationsAreReported() {
        Stream stream = Streams.of(4).at("data");
        Sinkhorn result = Sinkhorn.of(normals(stream, 1, 40, 1), normals(stream, 1, 40, 3), 0.001, 1e-9, 3);

        assertThat(result.converged()).isFalse();
        assertThat(result.iterations()).isEqualTo(3);
        assertThat(result.marginalError()).isGreaterThan(1e-4);
    }

    @Test
    void exponential() {
        for (double x : new double[] {0, -0.1, 1e-9, -3.7, 20, -700, 650, 0.34657359}) {
            assertThat(Sinkhorn.exp(x) / StrictMath.exp(x)).as("e^%s", x).isCloseTo(1, within(4e-16));
        }
        assertThat(Sinkhorn.exp(-709)).isZero();
        assertThat(Sinkhorn.exp(Double.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void badInputIsRefused() {
        double[][] x = {{1, 2}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sinkhorn.of(x, x, 0))
                .withMessage("regularisation must be in (0, inf), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sinkhorn.of(x, x, 1, Double.NaN, 5))
                .withMessage("tolerance must be in (0, inf), got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sinkhorn.of(x, x, 1, 1, 0))
                .withMessage("mostIterations must be in [1, 2147483647], got 0");
    }
}
