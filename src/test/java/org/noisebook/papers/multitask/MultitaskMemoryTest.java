package org.noisebook.papers.multitask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.paper.Runs;
import org.noisebook.papers.multitask.MultitaskMemory.Result;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/** Overlaps against closed forms, independent numbers and simulation, at settings that no figure uses. */
class MultitaskMemoryTest {
    private static final String QUICK = "units=100, sweeps=2, ";

    private static Result limit(String changes) {
        return new MultitaskMemory().run(QUICK + changes, 1);
    }

    /** (1 − d)dᵏ at low temperature, up to four patterns, where Σ dᵏ over k from 1 to K − 1 is well below 1. */
    @ParameterizedTest
    @CsvSource({"2, 0.5", "2, 0.25", "3, 0.45", "4, 0.4"})
    void coldOverlapsAreTheClosedForm(int patterns, double d) {
        double[] law = MultitaskMemory.law(patterns, d, 0.01);
        for (int k = 0; k < patterns; k++) {
            assertThat(law[k]).isCloseTo((1 - d) * Math.pow(d, k), within(1e-3));
        }
    }

    /** Computed with NumPy in double precision. */
    @Test
    void limitsAreThoseOfIndependentCode() {
        assertThat(MultitaskMemory.law(3, 0.6, 0.02)).containsExactly(new double[] {0.368, 0.272, 0.176}, within(5e-4));
        assertThat(MultitaskMemory.law(2, 0.7, 0.1)).containsExactly(new double[] {0.252, 0.252}, within(5e-4));
        assertThat(limit("patterns=2, temperature=0.1, blank=0.691").growth()).isGreaterThan(1);
        assertThat(limit("patterns=2, temperature=0.1, blank=0.6918").growth()).isLessThan(1);
    }

    /** One full pattern of the Curie–Weiss law m = tanh(m/T); with examples of quality r, m = E[tanh] by Gauss's sum over 3. */
    @Test
    void onePatternIsAFerromagnet() {
        double m = limit("patterns=1, blank=0, temperature=0.7").law().get(0);
        assertThat(m).isCloseTo(Math.tanh(m / 0.7), within(1e-9)).isGreaterThan(0.5);
        assertThat(limit("patterns=1, blank=0, temperature=1.1").law().get(0)).isCloseTo(0, within(1e-9));
        assertThat(limit("patterns=1, blank=0, temperature=0.01, examples=3, quality=0.5")
                        .law()
                        .get(0))
                .as("most of three examples are right: 3p² − 2p³ at p = 0.75, less its complement")
                .isCloseTo(2 * (3 * 0.5625 - 2 * 0.421875) - 1, within(1e-9));
    }

    /** Three standard errors of six runs and 0.002 for the finite size, which a law off by 0.01 would not pass. */
    @Tag("statistical")
    @ParameterizedTest
    @CsvSource({
        "'patterns=2, blank=0.45, temperature=0.15', 2",
        "'patterns=3, blank=0.35, temperature=0.05', 3",
        "'patterns=2, blank=0.2, temperature=0.05, examples=9, quality=0.6', 2",
        "'patterns=2, blank=0.2, temperature=0.05, examples=9, quality=0.6, learning=alone', 2"
    })
    void simulationsSettleAtTheLimit(String changes, int patterns) {
        Runs<Result> runs = Runs.of(new MultitaskMemory(), 6, "units=40000, sweeps=24, " + changes);
        for (int k = 0; k < patterns; k++) {
            int which = k;
            Estimate mean = runs.mean(r -> r.simulated().get(which));
            assertThat(mean.mean()).isCloseTo(runs.all().get(0).law().get(k), within(3 * mean.stdError() + 0.002));
        }
    }

    /** Two coupled spins of one pattern: P(equal) = 1/(1 + e^{−2J/T}) with J = 1. */
    @Test
    void heatBathHasBoltzmannsLaw() {
        HebbianMemory pair = new HebbianMemory(2, new double[] {0.5, 0.5}, new short[][] {{1}, {1}});
        var stream = Streams.of(3).at("dynamics");
        double[] spins = {1, 1};
        double same = 0;
        for (int t = 0; t < 40_000; t++) {
            pair.heatBath(1.5, spins, 1, stream);
            same += spins[0] == spins[1] ? 1.0 / 40_000 : 0;
        }
        assertThat(same).isCloseTo(1 / (1 + Math.exp(-2 / 1.5)), within(0.02));
    }

    /** Two patterns, four examples each of quality 0.3, alone: a state that retrieves single examples has the lower free energy. */
    @Test
    void fewExamplesAloneAreRetrievedThemselves() {
        int m = 4;
        double[] one = new double[17];
        short[][] shown = new short[17][m];
        one[16] = 0.3;
        for (int k = 0; k < 16; k++) {
            int right = Integer.bitCount(k);
            one[k] = 0.35
                    * (Math.pow(0.65, right) * Math.pow(0.35, m - right)
                            + Math.pow(0.35, right) * Math.pow(0.65, m - right));
            for (int a = 0; a < m; a++) {
                shown[k][a] = (short) ((k >> a & 1) == 1 ? 1 : -1);
            }
        }
        double[] weights = new double[17 * 17];
        short[][] rows = new short[17 * 17][2 * m];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = one[i / 17] * one[i % 17];
            System.arraycopy(shown[i / 17], 0, rows[i], 0, m);
            System.arraycopy(shown[i % 17], 0, rows[i], m, m);
        }
        HebbianMemory alone = new HebbianMemory(1 / (m * (0.09 + 0.91 / m)), weights, rows);
        double[] patterns = alone.settled(0.1, 0.211, 0.21, 0.209, 0.208, 0.021, 0.0205, 0.02, 0.0195);
        double[] examples = alone.settled(0.1, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.007, 0.003);
        assertThat(alone.freeEnergy(0.1, patterns)).isCloseTo(-0.2176, within(2e-4));
        assertThat(alone.freeEnergy(0.1, examples)).isCloseTo(-0.2226, within(2e-4));
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> limit("blank=1")).hasMessageContaining("blank must be in [0, 1), got 1");
        assertThatThrownBy(() -> limit("patterns=5")).hasMessageContaining("patterns must be in [1, 4], got 5");
    }
}
