package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.linear.MatrixUtils;
import org.junit.jupiter.api.Test;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FrechetDistanceTest {
    private static final double ROUNDING = 1e-10;

    private static double[][] diagonal(double... values) {
        double[][] matrix = new double[values.length][values.length];
        for (int j = 0; j < values.length; j++) {
            matrix[j][j] = values[j];
        }
        return matrix;
    }

    private static double[][] normals(Stream stream, int n, double... deviations) {
        double[][] x = new double[deviations.length][n];
        for (int k = 0; k < n; k++) {
            for (int j = 0; j < deviations.length; j++) {
                x[j][k] = deviations[j] * stream.nextGaussian();
            }
        }
        return x;
    }

    @Test
    void fits() {
        GaussianFit fit = GaussianFit.of(new double[][] {{1e6 + 1, 1e6 + 2, 1e6 + 6}, {0, 2, 1}});

        assertThat(fit.mean()).containsExactly(new double[] {1e6 + 3, 1}, within(1e-9));
        assertThat(fit.covariance()[0]).containsExactly(new double[] {7, 0.5}, within(1e-9));
        assertThat(fit.covariance()[1]).containsExactly(new double[] {0.5, 1}, within(1e-9));
        assertThat(fit.n()).isEqualTo(3);
        assertThat(fit).isEqualTo(new GaussianFit(fit.mean(), fit.covariance(), 3));
        assertThat(fit).hasSameHashCodeAs(new GaussianFit(fit.mean(), fit.covariance(), 3));
        assertThat(fit).isNotEqualTo(GaussianFit.exact(fit.mean(), fit.covariance()));
    }

    /** The way for matrices on which the general one gives up: V diag(λ) Vᵀ is the matrix, singular ones included. */
    @Test
    void patientSpectra() {
        double[][] x = normals(Streams.of(3).at("x"), 12, 1, 2, 0, 1e-9, 5, 1, 1, 1, 1, 1, 1, 1, 1, 3, 0);
        double[][] covariance = GaussianFit.of(x).covariance();
        FrechetDistance.Spectrum spectrum = FrechetDistance.Spectrum.patient(covariance);
        double[][] back = spectrum.vectors()
                .multiply(MatrixUtils.createRealDiagonalMatrix(spectrum.values()))
                .multiply(spectrum.vectors().transpose())
                .getData();
        for (int j = 0; j < x.length; j++) {
            assertThat(back[j]).containsExactly(covariance[j], within(1e-13 * 25));
        }
    }

    @Test
    void commutingCovariances() {
        GaussianFit a = GaussianFit.exact(new double[] {1, 0}, diagonal(4, 0.25));
        GaussianFit b = GaussianFit.exact(new double[] {0, 2}, diagonal(1, 1));

        assertThat(FrechetDistance.of(a, b)).isCloseTo(5 + 1 + 0.25, within(ROUNDING));
        assertThat(FrechetDistance.of(a, a)).isCloseTo(0, within(ROUNDING));
        assertThat(FrechetDistance.of(GaussianFit.exact(new double[2], diagonal(0, 4)), b))
                .as("singular")
                .isCloseTo(4 + 1 + 1, within(ROUNDING));
    }

    /** The pair of section 7.3 with its optimal-transport matrix A, A C_0 A = C_1: tr (C_0^½ C_1 C_0^½)^½ = tr A C_0. */
    @Test
    void otherCovariances() {
        double[][] c0 = {{1, 0.5}, {0.5, 2}};
        GaussianFit a = GaussianFit.exact(new double[] {0, 0}, c0);
        GaussianFit b = GaussianFit.exact(new double[] {2, -1}, new double[][] {{3, 1}, {1, 1}});
        double[][] map = {{1.646210, 0.149136}, {0.149136, 0.662908}};
        double trace = map[0][0] * c0[0][0] + map[0][1] * c0[1][0] + map[1][0] * c0[0][1] + map[1][1] * c0[1][1];

        assertThat(FrechetDistance.of(a, b)).isCloseTo(5 + 3 + 4 - 2 * trace, within(1e-5));
        assertThat(FrechetDistance.of(b, a)).isCloseTo(FrechetDistance.of(a, b), within(ROUNDING));
    }

    /** Means over 400 pairs of samples of one law against the closed form: it leaves terms in (d/n)². */
    @Test
    void biasOfEqualLaws() {
        double[] deviations = {2, 1, 1, 0.5, 0.1};
        double[] variances = Arrays.stream(deviations).map(s -> s * s).toArray();
        Stream stream = Streams.of(1).at("data");
        int repeats = 400;
        for (int n : new int[] {200, 400}) {
            double[] two = new double[repeats];
            double[] one = new double[repeats];
            GaussianFit law = GaussianFit.exact(new double[5], diagonal(variances));
            for (int r = 0; r < repeats; r++) {
                double[][] x = normals(stream, n, deviations);
                two[r] = FrechetDistance.of(x, normals(stream, 2 * n, deviations));
                one[r] = FrechetDistance.of(GaussianFit.of(x), law);
            }
            Estimate seen = Estimate.ofMean(two);
            double expected = FrechetDistance.biasOfEqualLaws(diagonal(variances), n, 2 * n);
            assertThat(seen.mean())
                    .as("n = %s: 4 standard errors, a false alarm of 6e-5, and 1 %% for the next order", n)
                    .isCloseTo(expected, within(4 * seen.stdError() + 0.01 * expected));
            assertThat(seen.stdError()).as("power").isLessThan(0.05 * expected);
            Estimate seenOne = Estimate.ofMean(one);
            double expectedOne = FrechetDistance.biasOfEqualLaws(diagonal(variances), n, 0);
            assertThat(seenOne.mean())
                    .as("n = %s against the law", n)
                    .isCloseTo(expectedOne, within(4 * seenOne.stdError() + 0.01 * expectedOne));
        }
        assertThat(FrechetDistance.biasOfEqualLaws(diagonal(1, 1, 1), 11, 0))
                .as("identity: d/n + d (d + 1)/(4 (n − 1))")
                .isCloseTo(3.0 / 11 + 0.3, within(ROUNDING));
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GaussianFit.of(new double[][] {{1}}))
                .withMessage("x must have at least 2 points, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GaussianFit.exact(new double[2], new double[][] {{1, 2}, {0, 1}}))
                .withMessage("covariance must be symmetric, got 0.0 and 2.0 at 1, 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.of(
                        GaussianFit.exact(new double[1], diagonal(1)),
                        GaussianFit.exact(new double[2], diagonal(1, 1))))
                .withMessage("both fits must have the same dimension, got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.biasOfEqualLaws(diagonal(1), 1, 5))
                .withMessage("n must be at least 2 and m 0 or at least 2, got 1 and 5");
    }

    /** The iteration for eigenvalues does not end on this covariance unless they are moved. */
    @Test
    void picturesWithWhiteMarginsHaveADistance() {
        ClassPoints pictures = DataLibrary.standard().pictures(DataSource.FASHION_TEST, 1000, Streams.of(1));
        double[][] x = new double[28 * 12][1000];
        double[][] y = new double[x.length][];
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < x[j].length; k++) {
                x[j][k] = pictures.x(k, j);
            }
            y[j] = x[j].clone();
        }
        Arrays.setAll(y[7], k -> x[7][k] + 0.5);

        assertThat(FrechetDistance.of(x, y)).isCloseTo(0.25, within(1e-5));
    }
}
