package org.noisebook.papers.wgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ElasticBarTest {
    private static ElasticBar even(int elements, double dt) {
        double[] moduli = new double[elements];
        Arrays.fill(moduli, 1);
        return ElasticBar.of(1, dt, moduli);
    }

    private static double[] mode(int elements, int n) {
        return IntStream.rangeClosed(0, elements)
                .mapToDouble(i -> Math.sin((2 * n - 1) * Math.PI * i / (2 * elements)))
                .toArray();
    }

    /** A mode of the mesh has ωh = 2 sin(kh/2), in time tan(Ωdt/2) = ωdt/2, and the bar stays in it. */
    @Test
    void modesVibrateAtTheFrequencyOfMeshAndStep() {
        double dt = 0.03;
        for (int n = 1; n <= 4; n++) {
            ElasticBar bar = even(20, dt);
            double[] mode = mode(20, n);
            double omega = 40 * Math.sin((2 * n - 1) * Math.PI / 80);
            assertThat(bar.rayleigh(mode)).isCloseTo(omega * omega, within(1e-9));
            double[][] u = bar.driven(mode, 0, t -> 0, new double[41]);
            double shift = 2 * Math.atan(omega * dt / 2);
            for (int k = 0; k <= 40; k++) {
                assertThat(u[k][11]).isCloseTo(mode[11] * Math.cos(k * shift), within(1e-9));
            }
            assertThat(bar.drift(mode, 40)).isLessThan(1e-11);
        }
    }

    /** A loose bar under a constant force f moves as a whole by f t²/2 (mass 1). */
    @Test
    void aLooseBarIsARigidBodyInTheMean() {
        double[][] u = even(8, 0.01).loose(new double[9], 300, 3, t -> 2);
        double mean = (Arrays.stream(u[300]).sum() - (u[300][0] + u[300][8]) / 2) / 8;
        assertThat(mean).isCloseTo(9, within(1e-9));
        assertThatThrownBy(() -> ElasticBar.of(1, 0.1, 1, 0)).hasMessageContaining("must be positive");
    }

    /** Half a bar driven by the motion of the middle is the half of the whole bar, step by step. */
    @Test
    void aDrivenPartMovesLikeThePartOfTheWhole() {
        double[] moduli = {2, 2, 3, 1, 1, 1.5};
        double[][] u = ElasticBar.of(1.2, 0.02, moduli).loose(new double[7], 200, 1, t -> Math.sin(3 * t));
        double[] left = Arrays.stream(u).mapToDouble(row -> row[3]).toArray();
        double[][] part = ElasticBar.of(0.6, 0.02, 1, 1, 1.5).driven(new double[4], 0, t -> 0, left);
        for (int k = 0; k <= 200; k++) {
            for (int i = 0; i < 4; i++) {
                assertThat(part[k][i]).isCloseTo(u[k][i + 3], within(1e-11));
            }
        }
    }
}
