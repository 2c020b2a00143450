package org.noisebook.papers.bandlimited;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.bandlimited.BandlimitedWeights.Config;
import org.noisebook.papers.bandlimited.BandlimitedWeights.Result;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/** Floors against independent code, networks against floors, and both rules against each other. */
class BandlimitedWeightsTest {
    private static final BandlimitedWeights STUDY = new BandlimitedWeights();

    private static Result run(String changes) {
        return STUDY.run(changes, 1);
    }

    /** NumPy gave these relative errors and norms from singular values instead of a Gram matrix. */
    @ParameterizedTest
    @CsvSource({
        "10, 0.5, 0.938599, 1.96e4",
        "10, 1, 0.5842377, 4.65615e4",
        "10, 2, 7.26846e-3, 4.63e3",
        "10, 4, 2.41903e-4, 160",
        "30, 4, 0.87318, 1.98e4",
        "30, 8, 3.4843e-3, 2.31e3",
        "30, 11, 4.36814e-4, 563"
    })
    void floorsAreThoseOfIndependentCode(double omega, double band, double error, double norm) {
        Result floor = run("width=0, panels=8, omega=" + omega + ", band=" + band);
        assertThat(floor.error()).isCloseTo(error, withinPercentage(0.05));
        assertThat(floor.norm()).isCloseTo(norm, withinPercentage(0.5));
    }

    /** At settings that no figure uses, wide networks have the floor within three standard errors and a per mille. */
    @ParameterizedTest
    @CsvSource({"tanh, 7, 0.7", "gaussian, 15, 1.2", "tanh, 20, 1.5"})
    void wideNetworksReachTheFloor(String unit, double omega, double band) {
        Config wide = STUDY.config("unit=" + unit, "omega=" + omega, "band=" + band, "width=2000");
        double[] errors = new double[12];
        for (int r = 0; r < errors.length; r++) {
            errors[r] = STUDY.run(wide, Streams.of(4).withReplica(r)).error();
        }
        Estimate mean = Estimate.ofMean(errors);
        double floor = run("width=0, unit=" + unit + ", omega=" + omega + ", band=" + band)
                .error();
        assertThat(mean.mean()).isCloseTo(floor, within(3 * mean.stdError() + 2e-3 * floor));
    }

    /** Three times the frequency needs two to five times the band for an error of 10⁻³, with Gaussian units too. */
    @Test
    void theBandScalesWithTheFrequency() {
        String bell = "width=0, panels=8, unit=gaussian, ";
        assertThat(run(bell + "omega=10, band=4").error()).isLessThan(1e-3);
        assertThat(run(bell + "omega=30, band=8").error()).isGreaterThan(1e-3);
        assertThat(run(bell + "omega=30, band=16").error()).isLessThan(1e-3);
    }

    /** Where no singular value lies near the cut, all nodes resolve the same integral; a narrower network is a part of a wider one. */
    @Test
    void nodesAndRulesAgree() {
        assertThat(run("panels=10").error()).isCloseTo(run("").error(), withinPercentage(1e-3));
        assertThat(run("width=5, rule=truncated, cut=1e-9").error())
                .isCloseTo(run("width=5, cut=1e-12").error(), withinPercentage(1));
        assertThat(run("width=6, cut=1e-12").error())
                .isLessThan(run("width=5, cut=1e-12").error());
        assertThat(run("rule=truncated, width=200").error())
                .isLessThan(0.01 * run("width=200").error());
    }

    /** A band of 16 leaves eigenvalues far below rounding, and the decomposition still ends. */
    @Test
    void nearlySingularKernelsConverge() {
        assertThat(run("width=0, omega=30, band=16").error()).isCloseTo(5.13e-5, withinPercentage(2));
        assertThatThrownBy(() -> STUDY.config("band=0")).hasMessageContaining("band must be in [0.01, 50], got 0");
    }
}
