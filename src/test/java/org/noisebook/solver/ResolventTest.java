package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ResolventTest {
    private static double[][] random(int n, Stream stream) {
        double[][] a = new double[n][n];
        for (double[] row : a) {
            for (int k = 0; k < n; k++) {
                row[k] = stream.nextGaussian();
            }
        }
        return a;
    }

    /** Eigenvectors and elimination agree, and both solve (iω − A)x = b, for complex and real eigenvalues. */
    @Test
    void solvesTheSystem() {
        Stream stream = Streams.of(5).at("matrix");
        for (int n : new int[] {1, 2, 5, 13}) {
            double[][] a = random(n, stream);
            double[] b = random(n, stream)[0];
            Resolvent response = Resolvent.of(a, b);
            for (double omega : new double[] {-0.7, 0, 0.3, 2.5}) {
                double[][] x = response.at(omega);
                double[][] same = Resolvent.solve(a, b, omega);
                for (int i = 0; i < n; i++) {
                    assertThat(x[0][i]).isCloseTo(same[0][i], within(1e-8));
                    assertThat(x[1][i]).isCloseTo(same[1][i], within(1e-8));
                    double real = -omega * x[1][i] - b[i];
                    double imaginary = omega * x[0][i];
                    for (int k = 0; k < n; k++) {
                        real -= a[i][k] * x[0][k];
                        imaginary -= a[i][k] * x[1][k];
                    }
                    assertThat(Math.hypot(real, imaginary)).isLessThan(1e-8);
                }
            }
        }
    }

    /** The damped oscillator x″ + 2cx′ + w²x = u has x = 1/(w² − ω² + 2icω). */
    @Test
    void oscillatorAndModes() {
        double c = 0.2;
        double w = 1.5;
        Resolvent one = Resolvent.of(new double[][] {{0, 1}, {-w * w, -2 * c}}, 0, 1);
        double omega = 1.1;
        double square = Math.pow(w * w - omega * omega, 2) + Math.pow(2 * c * omega, 2);
        assertThat(one.at(omega)[0][0]).isCloseTo((w * w - omega * omega) / square, within(1e-12));
        assertThat(one.at(omega)[1][0]).isCloseTo(-2 * c * omega / square, within(1e-12));
        assertThat(one.decays()[0]).isCloseTo(c, within(1e-12));
        assertThat(Math.abs(one.frequencies()[0])).isCloseTo(Math.sqrt(w * w - c * c), within(1e-12));
        double[][] line =
                Resolvent.ofModes(new double[] {3, 1}, new double[] {180, 360}).at(183);
        assertThat(line[0][0]).isCloseTo(1 / 6.0, within(1e-15));
        assertThat(line[1][0]).isCloseTo(-1 / 6.0, within(1e-15));
    }

    /** Condition: 1 for a normal matrix, √((1 + s)/(1 − s)) for two unit eigenvectors of scalar product s. */
    @Test
    void conditionIsThatOfTheEigenvectors() {
        assertThat(Resolvent.of(new double[][] {{-1, 2}, {-2, -1}}, 1, 0).condition())
                .isCloseTo(1, within(1e-12));
        double t = 7;
        double s = t / Math.sqrt(1 + t * t);
        assertThat(Resolvent.of(new double[][] {{1, t}, {0, 2}}, 1, 0).condition())
                .isCloseTo(Math.sqrt((1 + s) / (1 - s)), within(1e-9));
        assertThat(Resolvent.of(new double[][] {{1, 1}, {0, 1}}, 1, 0).condition())
                .as("dependent eigenvectors")
                .isGreaterThan(1e12);
        assertThatThrownBy(() -> Resolvent.ofModes(new double[2], new double[1]))
                .hasMessageContaining("got 2 and 1");
    }
}
