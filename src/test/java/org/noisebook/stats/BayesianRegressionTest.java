package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class BayesianRegressionTest {
    private static double[][] rows(int n, int p, Stream stream) {
        return IntStream.range(0, n)
                .mapToObj(k -> IntStream.range(0, p)
                        .mapToDouble(j -> j == 0 ? 1 : stream.nextGaussian())
                        .toArray())
                .toArray(double[][]::new);
    }

    /** With a vague prior: least squares, its residual variance and the variance of its prediction. */
    @Test
    void aVaguePriorIsLeastSquares() {
        Stream stream = Streams.of(1).at("data");
        double[][] x = rows(30, 2, stream);
        double[] y = Arrays.stream(x)
                .mapToDouble(row -> 2 - row[1] + stream.nextGaussian())
                .toArray();
        SimpleRegression least = new SimpleRegression();
        for (int k = 0; k < 30; k++) {
            least.addData(x[k][1], y[k]);
        }
        BayesianRegression fit = BayesianRegression.of(x, y, 1e-9);
        assertThat(fit.mean(1, 3)).isCloseTo(least.predict(3), within(1e-8));
        assertThat(fit.noise()).isCloseTo(least.getMeanSquareError(), within(1e-8));
        double middle = Arrays.stream(x).mapToDouble(row -> row[1]).sum() / 30;
        double leverage = 1.0 / 30 + (3 - middle) * (3 - middle) / least.getXSumSquares();
        assertThat(fit.epistemic(1, 3)).isCloseTo(fit.noise() * leverage, within(1e-8));
        assertThat(fit.deviation(1, 3)).isCloseTo(Math.sqrt(fit.noise() * (1 + leverage)), within(1e-8));
    }

    /** Weights of prior variance 0.04 and noise of variance 0.25: the prior of largest evidence finds r = 6.25 and noise. */
    @Test
    @Tag("statistical")
    void evidenceFindsThePrior() {
        Stream stream = Streams.of(2).at("data");
        double[][] x = rows(3000, 300, stream);
        double[] w = IntStream.range(0, 300)
                .mapToDouble(j -> 0.2 * stream.nextGaussian())
                .toArray();
        double[] y = Arrays.stream(x)
                .mapToDouble(row ->
                        IntStream.range(0, 300).mapToDouble(j -> w[j] * row[j]).sum() + 0.5 * stream.nextGaussian())
                .toArray();
        BayesianRegression fit = BayesianRegression.ofEvidence(x, y);
        assertThat(fit.noise()).isCloseTo(0.25, within(4 * 0.25 * Math.sqrt(2.0 / 2700)));
        double[] far = new double[300];
        Arrays.fill(far, 1);
        assertThat(fit.epistemic(far))
                .isCloseTo(BayesianRegression.of(x, y, 6.25).epistemic(far), within(1e-3));
        assertThatThrownBy(() -> BayesianRegression.of(x, y, 0)).hasMessage("ridge must be positive, got 0.0");
        assertThatThrownBy(() -> BayesianRegression.of(rows(3, 3, stream), new double[3], 1))
                .hasMessageContaining("got 3 rows of 3 and 3 values");
    }
}
