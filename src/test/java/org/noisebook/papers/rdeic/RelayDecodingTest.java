package org.noisebook.papers.rdeic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.papers.rdeic.RelayDecoding.Result;

/** Settings that no figure uses, against closed forms. */
class RelayDecodingTest {
    private static final String NOISE = "start=noise, from=1, ";

    private static Result run(String changes) {
        return new RelayDecoding().run(changes, 5);
    }

    /** N(0.3, 1) in steps of 0.1: h − log₂ Δ bits, since E log of a bin's mean density differs by Δ²/24; a point: none. */
    @Test
    void ratesAreThoseOfKnownLaws() {
        double[] rate =
                RelayDecoding.rate(GaussianMixture.onLine(new double[] {1}, new double[] {0.3}, new double[] {1}), 0.1);
        assertThat(rate[0])
                .isCloseTo(
                        Math.log(2 * Math.PI * Math.E) / Math.log(4)
                                - Math.log(0.1) / Math.log(2)
                                + 0.01 / 24 / Math.log(2),
                        within(1e-5));
        assertThat(rate[1]).isCloseTo(0.01 / 12, within(1e-9));
        double[] coarse =
                RelayDecoding.rate(GaussianMixture.onLine(new double[] {1}, new double[] {0}, new double[] {1e-4}), 4);
        assertThat(coarse[0]).isCloseTo(0, within(1e-12));
        assertThat(coarse[1]).isCloseTo(1e-4, within(1e-12));
    }

    /** Fine steps from the exact start and from noise at T sample one posterior: paired, 60 digits, 0.3 rounding. */
    @Test
    void startsWithoutBiasAgree() {
        String fine = ", rounding=0.5, digits=60";
        Result exact = run("start=exact, from=0.5, steps=150" + fine);
        Result noise = run(NOISE + "grid=quadratic, steps=150" + fine);
        assertThat(noise.surprise()).isCloseTo(exact.surprise(), within(0.03));
        assertThat(noise.error() / noise.mmse()).isCloseTo(2, within(0.2));
        Result relay = run("from=0.5, steps=150" + fine);
        assertThat(relay.startBias()).isGreaterThan(0);
        assertThat(relay.dataSurprise()).isEqualTo(exact.dataSurprise());
    }

    /** From noise at T the linear chain leaves ā = 4e-5, so one step is the posterior mean up to its root; finer rounding restores. */
    @Test
    void oneStepFromNoiseIsTheMean() {
        Result one = run(NOISE + "steps=1");
        assertThat(one.error()).isCloseTo(one.mmse(), within(0.02 * one.mmse()));
        Result fine = run("rounding=0.01, steps=9, digits=4");
        assertThat(fine.error()).isLessThan(2e-5);
        assertThat(fine.decibels()).isCloseTo(20 * Math.log10(2), within(0.01));
    }

    @Test
    void gridsHoldTheirTimes() {
        RelayDecoding study = new RelayDecoding();
        assertThat(study.config(NOISE + "grid=jump, steps=4").times())
                .containsExactly(new double[] {1, 0.3, 0.2, 0.1, 0}, within(1e-12));
        assertThat(study.config(NOISE + "grid=jump, landing=0.5, steps=3").times())
                .containsExactly(new double[] {1, 0.5, 0.25, 0}, within(1e-12));
        assertThat(study.config(NOISE + "grid=quadratic, steps=2").times())
                .containsExactly(new double[] {1, 0.25, 0}, within(1e-12));
        assertThat(study.config("from=0.6, steps=2").times())
                .containsExactly(new double[] {0.6, 0.3, 0}, within(1e-12));
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("rounding=5")).hasMessageContaining("rounding must be in [0.001, 4], got 5");
        assertThatThrownBy(() -> run("grid=jump"))
                .hasMessageContaining(
                        "from must be above landing=0.3 and steps at least 2 for grid=jump, got 0.3 and 5");
    }
}
