package org.noisebook.papers.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.paper.Runs;
import org.noisebook.papers.certificate.CertifiedRadius.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class CertifiedRadiusTest {
    private static Estimate mean(String changes, ToDoubleFunction<Result> number) {
        return Runs.of(new CertifiedRadius(), 40, changes).mean(number);
    }

    /** Settings that no figure uses, also where the formula for many draws does not hold. */
    @ParameterizedTest
    @Tag("statistical")
    @ValueSource(
            strings = {
                "margin=0.4, sigma=0.3, draws=500",
                "margin=2, sigma=0.7, draws=60",
                "margin=0.2, draws=300",
                "margin=1, error=0.05, draws=5000, points=20"
            })
    void radiiAreThoseOfTheBinomialLaw(String changes) {
        Estimate radius = mean(changes, Result::radius);
        double expected = new CertifiedRadius().run(changes, 1).expected();
        assertThat(radius.mean()).isCloseTo(expected, within(3 * radius.stdError() + 1e-9));
    }

    /** The price at margin 0.85, by independent code; at 100,000 draws the exact mean is within 0.0005 of it. */
    @ParameterizedTest
    @CsvSource({"1, 1000, 0.7100", "1, 100000, 0.8360", "0.5, 1000, 0.7428", "2, 1000, 0.5968"})
    void thePriceIsThatOfTheFormula(double sigma, int draws, double radius) {
        var config = new CertifiedRadius().config("sigma=" + sigma, "draws=" + draws, "points=1");
        assertThat(config.price()).isCloseTo(radius, within(1e-4));
        assertThat(new CertifiedRadius().run(config, Streams.of(1)).expected())
                .isCloseTo(radius, within(draws == 1000 ? 0.005 : 5e-4));
    }

    @Test
    void attacksFlipBeyondTheMarginAlone() {
        assertThat(mean("draws=20000, points=5, sigma=0.5, attack=1.1", Result::flipped)
                        .mean())
                .isEqualTo(1);
        assertThat(mean("draws=20000, points=5, sigma=0.5, attack=0.9", Result::flipped)
                        .mean())
                .isZero();
        assertThat(mean("error=0.5, draws=2000", Result::beyond).mean()).isCloseTo(0.5, within(0.06));
    }

    /** The classes of clean pictures are found; at little noise all ways agree; the posterior mean has the least error. */
    @Test
    void exactClassifiersKnowTheLaw() {
        Stream stream = Streams.of(4).at("points");
        int[] right = new int[3];
        int agree = 0;
        for (int k = 0; k < 200; k++) {
            int label = NoisyDigits.label(stream);
            double[] x = NoisyDigits.noised(NoisyDigits.draw(stream, label), 1.5, stream);
            int[] said = {NoisyDigits.classify(2.25, x), NoisyDigits.denoisedFirst(2.25, x), NoisyDigits.classify(0, x)
            };
            for (int m = 0; m < 3; m++) {
                right[m] += said[m] == label ? 1 : 0;
            }
            double[] clean = NoisyDigits.draw(stream, label);
            agree += NoisyDigits.classify(1e-9, clean) == NoisyDigits.denoisedFirst(1e-9, clean) ? 1 : 0;
        }
        assertThat(agree).isEqualTo(200);
        assertThat(right[0]).isGreaterThan(right[2] + 40).isGreaterThanOrEqualTo(right[1] - 10);
    }

    @Test
    void networksLearnAndBadSettingsAreNamed() {
        Result net = new CertifiedRadius().run("method=noisyNet, sigma=0.5, steps=150, points=20, draws=20", 1);
        assertThat(net.accuracy()).isGreaterThan(0.7);
        assertThat(net.expected()).isNaN();
        assertThatThrownBy(() -> new CertifiedRadius().run("sigma=0", 1))
                .hasMessageContaining("sigma must be in [0.01, 100], got 0");
    }
}
