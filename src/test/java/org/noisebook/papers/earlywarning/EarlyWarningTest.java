package org.noisebook.papers.earlywarning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.papers.earlywarning.EarlyWarning.Config;
import org.noisebook.papers.earlywarning.EarlyWarning.Result;
import org.noisebook.papers.earlywarning.EarlyWarning.System;
import org.noisebook.rng.Streams;

/** Series against linear response, at settings that no figure uses. */
class EarlyWarningTest {
    private static final String FEW = ", length=60, series=2, paths=4000, place=0.8, spacing=0.7, rate=1.3, last=0.4";

    private static Config config(System system, String more) {
        return new EarlyWarning().config("system=" + system.name().toLowerCase(Locale.ROOT) + more);
    }

    /**
     * Variance s²/2λ and correlation e^{−λΔ} of 4,000 series within four standard errors (false alarms 6e-5 each); transcritical noise is
     * small beside the state. Euler steps of λdt = 0.1 would be off by 5 %, two standard errors.
     */
    @ParameterizedTest
    @EnumSource(
            names = {"JUMP"},
            mode = EnumSource.Mode.EXCLUDE)
    void seriesFollowLinearResponse(System system) {
        Result result = new EarlyWarning().run(config(system, FEW), Streams.of(3));
        assertThat(result.spread()).isCloseTo(1, within(4 * Math.sqrt(2 / 4e3)));
        assertThat(result.lagError()).isCloseTo(0, within(4 / Math.sqrt(4e3)));
    }

    /** λ falls from the rate to its share: the fold's branch has 3x² − 1 = share at its end. */
    @ParameterizedTest
    @EnumSource
    void ratesFallWhereTheyShould(System system) {
        TippingSeries series = new TippingSeries(config(system, FEW));
        boolean falls = system.ordinal() >= System.SMOOTH.ordinal();
        assertThat(series.rate(0)).isCloseTo(1.3, within(1e-9));
        assertThat(series.rate(1)).isCloseTo(falls ? 0.4 * 1.3 : 1.3, within(1e-9));
        assertThat(series.linear().noiseLast())
                .isCloseTo(
                        system == System.NOISE ? 0.02 : system == System.HIDDEN ? 0.01 * Math.sqrt(0.4) : 0.01,
                        within(1e-15));
    }

    /** Until the shock the series is the steady one, value by value; it is cut there. A double well is left by noise, not before half; noise that always drives it out diverges. */
    @Test
    void seriesEndBeforeTheyLeave() {
        double[] steady = new TippingSeries(config(System.STEADY, FEW))
                .sample(Streams.of(1).at("noise"));
        double[] shocked = new TippingSeries(config(System.SHOCK, FEW))
                .sample(Streams.of(1).at("noise"));
        assertThat(shocked).hasSize(57).isEqualTo(java.util.Arrays.copyOf(steady, 57));
        TippingSeries well = new TippingSeries(config(System.JUMP, ", noise=0.5, length=200"));
        int cut = 0;
        for (int k = 0; k < 20; k++) {
            double[] x = well.sample(Streams.of(1).withReplica(k).at("noise"));
            assertThat(x.length).isBetween(101, 200);
            assertThat(java.util.Arrays.stream(x).min().orElseThrow()).isNotNegative();
            cut += x.length < 200 ? 1 : 0;
        }
        assertThat(cut).isPositive();
        assertThat(new EarlyWarning()
                        .run(config(System.FOLD, ", noise=1"), Streams.of(1))
                        .ends()
                        .diverged())
                .isEqualTo(1);
    }

    /** With nothing to find, areas are 1/2 and alarms 0.05: 300 series within four standard errors. */
    @Test
    void steadySeriesRaiseNominalAlarms() {
        Result result = new EarlyWarning()
                .run(config(System.STEADY, ", series=300, degree=0, rate=0.8, paths=2, window=0.4"), Streams.of(2));
        double error = Math.sqrt(0.05 * 0.95 / 300);
        assertThat(result.varianceAlarm()).isCloseTo(0.05, within(4 * error));
        assertThat(result.lagAlarm()).isCloseTo(0.05, within(4 * error));
        assertThat(result.fixedAlarm()).isCloseTo(0.055, within(4 * error));
        assertThat(result.trendArea()).isCloseTo(0.5, within(4 / Math.sqrt(6 * 300.0)));
    }
}
