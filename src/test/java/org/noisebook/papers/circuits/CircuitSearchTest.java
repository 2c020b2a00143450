package org.noisebook.papers.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.paper.Runs;
import org.noisebook.papers.circuits.CircuitSearch.Config;
import org.noisebook.papers.circuits.CircuitSearch.Result;
import org.noisebook.stats.Estimate;

/** Closed forms against enumeration, at settings that no figure uses. */
class CircuitSearchTest {
    private static Result run(String changes) {
        return new CircuitSearch().run(changes, 3);
    }

    /** Where one gate and three are equal. */
    private static double crossover(double factor) {
        double low = 0;
        double high = 0.05;
        while (high - low > 1e-12) {
            double middle = (low + high) / 2;
            if (CircuitSearch.three(middle, factor) < CircuitSearch.one(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    @ParameterizedTest
    @CsvSource({"0.0004, 10", "0.003, 10", "0.003, 4", "0.02, 1.5", "0.0077, 0"})
    void enumerationHasTheClosedForms(double rate, double factor) {
        String noise = "rate=" + rate + ", factor=" + factor;
        double ground = CircuitSearch.three(0, 0);
        assertThat(run(noise).error() + ground).isCloseTo(CircuitSearch.best(rate, factor), within(1e-10));
        assertThat(run(noise + ", depth=1").error() + ground).isCloseTo(CircuitSearch.one(rate), within(1e-12));
    }

    /** The known energies; slopes 0.38666 and 9.24 Ha; crossovers, and that of probabilities of Pauli errors. */
    @Test
    void energiesAndCrossoversAreKnown() {
        double ground = CircuitSearch.three(0, 0);
        assertThat(ground).isCloseTo(-1.857275, within(1e-6));
        assertThat(ground + CircuitSearch.NUCLEI).isCloseTo(-1.137306, within(1e-6));
        assertThat((CircuitSearch.one(1e-6) - CircuitSearch.one(0)) / 1e-6).isCloseTo(0.38666, within(1e-5));
        assertThat((CircuitSearch.three(1e-6, 10) - ground) / 1e-6).isCloseTo(9.24, within(0.005));
        assertThat(crossover(10)).isCloseTo(0.00230, within(5e-6));
        assertThat(crossover(1)).isCloseTo(0.01277, within(1e-5));
        assertThat(0.75 * crossover(8)).isCloseTo(0.00211, within(1e-5));
    }

    /** No energy lies below the ground state, damped ones neither; damping towards |00⟩ moves them. */
    @Test
    void energiesStayAboveTheGroundState() {
        Config damped = new CircuitSearch().config("damping=0.1, rate=0.01");
        PauliVector state = PauliVector.zeros();
        assertThat(CircuitSearch.lowest(damped, state, 2, 5, 1)).isGreaterThan(CircuitSearch.three(0, 0) + 0.05);
        assertThat(run("damping=0.02").error()).isGreaterThan(0.01);
        assertThat(run("method=random, searches=4, iterations=300, depth=5").error())
                .isBetween(-1e-12, 1.6e-3);
    }

    /** One gate never succeeds: 2 × 7 + 1 energies with probability 3/4, else 1; within 3.5 standard errors. */
    @Test
    void energiesAreCounted() {
        Estimate mean = Runs.of(
                        new CircuitSearch(), 30, "method=random, depth=1, episodes=50, iterations=7, searches=3")
                .mean(CircuitSearch.Result::calls);
        assertThat(mean.mean()).isCloseTo(50 * (0.75 * 15 + 0.25), within(3.5 * mean.stdError()));
        assertThat(run("method=learner, depth=1, episodes=9, searches=2").late())
                .isZero();
    }

    @Test
    void longWordsAreNotEnumerated() {
        assertThatThrownBy(() -> run("depth=6")).hasMessage("depth must be in [1, 5] to enumerate all circuits, got 6");
    }
}
