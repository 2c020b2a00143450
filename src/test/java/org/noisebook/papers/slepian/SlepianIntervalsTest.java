package org.noisebook.papers.slepian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.slepian.SlepianIntervals.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The law against independent numbers, its own draws and simulated paths, at settings that no figure uses. */
class SlepianIntervalsTest {
    private static IntervalLaw law(String changes) {
        return new IntervalLaw(new SlepianIntervals().config(changes));
    }

    /** SciPy 1.17, adaptive quadrature and Brent's method in double precision. */
    @Test
    void exponentsAreThoseOfIndependentCode() {
        assertThat(law("dimension=0.7").theta()).isCloseTo(0.09426310759, within(1e-8));
        assertThat(law("dimension=5").theta()).isCloseTo(0.31277700172, within(1e-8));
    }

    /** E₀ from r by central differences, for every covariance; Rice's mean follows for all, monotone or not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"dimension=0.7", "dimension=6", "covariance=acceleration", "covariance=oscillating, frequency=3"
            })
    void theExpectedStateIsThatOfTheCovariance(String changes) {
        IntervalLaw law = law(changes);
        double h = 1e-3;
        double curvature = (1 - law.covariance(h)) * 2 / (h * h);
        for (double t : new double[] {0.3, 1, 2.5}) {
            double slope = (law.covariance(t + 1e-5) - law.covariance(t - 1e-5)) / 2e-5;
            double r = law.covariance(t);
            assertThat(law.expected(t)).isCloseTo(-slope / Math.sqrt(curvature * (1 - r * r)), within(1e-3));
        }
        assertThat(law.expected(1e-6)).isCloseTo(1, within(1e-5));
        assertThat(law.mean()).isCloseTo(law.rice(), within(1e-9 * law.rice()));
    }

    /** The density, its draws and its mean agree: shares of 4,000 draws within four standard errors (false alarms 3e-4 in all). */
    @Test
    void drawsFollowTheDensity() {
        IntervalLaw law = law("dimension=4");
        double[] f = law.density(0.01, 4_001);
        Stream stream = Streams.of(6).at("intervals");
        double[] drawn = new double[4_000];
        Arrays.setAll(drawn, k -> law.sample(stream));
        double below = 0;
        double mean = 0;
        for (int k = 1; k < f.length; k++) {
            below += 0.005 * (f[k - 1] + f[k]);
            mean += 0.01 * 0.01 * k * f[k];
            if (k == 200 || k == 500 || k == 1_000) {
                double t = 0.01 * k;
                double share = Arrays.stream(drawn).filter(x -> x < t).count() / 4e3;
                assertThat(share).isCloseTo(below, within(4 * Math.sqrt(below * (1 - below) / 4e3)));
            }
        }
        assertThat(below).isCloseTo(1, within(1e-3));
        assertThat(mean).isCloseTo(law.rice(), within(2e-3 * law.rice()));
    }

    /** Rice's mean of simulated intervals within 3 % (some 5,000 of them, error 1 %), where the law does not exist too. */
    @Test
    void pathsHaveRicesMean() {
        Result waves =
                new SlepianIntervals().run("covariance=oscillating, frequency=3, step=0.02, pairs=2, draws=2", 2);
        assertThat(waves.pathMean()).isCloseTo(1, within(0.03));
        assertThat(waves.lowest()).isLessThan(-0.01);
        assertThat(waves.theta()).isNaN();
        Result steep = new SlepianIntervals().run("dimension=9, step=0.02, pairs=3, draws=400, tail=2", 2);
        assertThat(steep.pathMean()).isCloseTo(1, within(0.03));
        assertThat(steep.drawnMean()).isCloseTo(1, within(4 / Math.sqrt(400)));
        assertThat(steep.longer().get(3)).isCloseTo(steep.pathLonger().get(3), within(0.02));
    }

    /** A finer grid moves neither the lowest density nor the shares. */
    @Test
    void theGridIsFineEnough() {
        double coarse = Arrays.stream(law("covariance=oscillating, frequency=2").density(0.01, 801))
                .min()
                .orElseThrow();
        double fine = Arrays.stream(law("covariance=oscillating, frequency=2").density(0.005, 1_601))
                .min()
                .orElseThrow();
        assertThat(coarse).isCloseTo(fine, within(1e-5)).isCloseTo(-0.0022, within(1e-4));
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> new SlepianIntervals().run("dimension=0.1", 1))
                .hasMessageContaining("dimension must be in [0.2, 20], got 0.1");
        assertThatThrownBy(() -> new SlepianIntervals().run("logPoints=30", 1)).hasMessageContaining("[6, 24], got 30");
    }
}
