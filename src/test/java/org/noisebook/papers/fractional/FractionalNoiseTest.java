package org.noisebook.papers.fractional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.fractional.FractionalNoise.Result;

/** Numbers of independent code, filters against conditioning, and learned H against Fisher's information, at settings that no figure uses. */
class FractionalNoiseTest {
    private static Result run(String changes) {
        return new FractionalNoise().run(changes, 3);
    }

    /** Relative mean square errors and bridges computed in NumPy. */
    @Test
    void numbersAreThoseOfIndependentCode() {
        assertThat(run("hurst=0.6, end=1, terms=8, steps=1").weightError()).isCloseTo(1.5e-5, within(1e-6));
        assertThat(run("hurst=0.2, end=1, terms=8, steps=1").weightError()).isCloseTo(3.2e-3, within(1e-4));
        Result rough = run("hurst=0.3, steps=1");
        assertThat(rough.markov()).isCloseTo(0.047, within(0.003));
        assertThat(rough.refitted()).isCloseTo(0.126, within(0.005));
        assertThat(run("hurst=0.5, theta=0.7, steps=1").brownian()).isLessThan(1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0.35, 0.5, 2, 7", "0.7, 0, 1, 3", "0.9, 2.5, 3, 12"})
    void theFilterHasTheEvidenceAndTheControlItsBound(double hurst, double theta, double end, int values) {
        String setting = "hurst=" + hurst + ", theta=" + theta + ", end=" + end + ", values=" + values + ", noise=0.3";
        Result fine = run(setting + ", steps=4000");
        assertThat(fine.kalmanGap()).isCloseTo(0, within(1e-6));
        assertThat(fine.boundGap()).isBetween(0.0, 0.1);
        assertThat(run(setting + ", steps=20").boundGap()).isGreaterThan(2 * fine.boundGap());
        assertThat(fine.timeGap()).isGreaterThan(fine.boundGap());
    }

    /** 150 series: the root mean square error is Fisher's within three of its standard errors, 3/√300, plus 5 % for finite n. */
    @Test
    @Tag("statistical")
    void learnedIndicesHaveFishersError() {
        for (String scale : new String[] {"known", "free"}) {
            Result r = run("hurst=0.4, theta=2, end=1, points=120, series=150, steps=1, scale=" + scale);
            assertThat(r.learnedError() / r.fisher()).as(scale).isCloseTo(1, within(3 / Math.sqrt(300) + 0.05));
        }
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("hurst=1")).hasMessageContaining("hurst must be in [0.05, 0.95], got 1");
        assertThatThrownBy(() -> run("terms=12, ratio=1.2"))
                .hasMessageContaining("terms must be fewer or ratio larger: the matrix of 12 rates");
    }
}
