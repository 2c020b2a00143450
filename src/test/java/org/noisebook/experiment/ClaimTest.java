package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.noisebook.experiment.Claim.Verdict.NOT_REPRODUCED;
import static org.noisebook.experiment.Claim.Verdict.NOT_RESOLVED;
import static org.noisebook.experiment.Claim.Verdict.REPRODUCED;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Frame;
import org.noisebook.stats.Estimate;

class ClaimTest {
    private static Estimate interval(double low, double high) {
        return new Estimate((low + high) / 2, (high - low) / 4, low, high, 8);
    }

    /** Expected 2, window [1.8, 2.2]. */
    @ParameterizedTest
    @CsvSource({
        "1.9, 2.1, REPRODUCED",
        "1.8, 2.2, REPRODUCED",
        "1.79, 2.1, NOT_RESOLVED",
        "1.9, 2.21, NOT_RESOLVED",
        "1.0, 3.0, NOT_RESOLVED",
        "1.0, 1.8, NOT_RESOLVED",
        "1.0, 1.79, NOT_REPRODUCED",
        "2.21, 3.0, NOT_REPRODUCED",
        "NaN, NaN, NOT_RESOLVED"
    })
    void theoryIsJudgedByTheWholeInterval(double low, double high, Claim.Verdict verdict) {
        assertThat(Claim.theory("id", "x", 2, interval(low, high), "s").verdict())
                .isEqualTo(verdict);
    }

    @Test
    void aNegativeValueHasItsWindowTheRightWayRound() {
        Claim claim = Claim.theory("id", "x", -2, interval(-2.1, -1.9), "s");
        assertThat(claim.windowLow()).isEqualTo(-2.2);
        assertThat(claim.windowHigh()).isEqualTo(-1.8);
        assertThat(claim.verdict()).isEqualTo(REPRODUCED);
    }

    @Test
    void aWindowOfItsOwn() {
        Claim claim = Claim.theory("id", "x", 0, 0.05, interval(-0.04, 0.04), "s");
        assertThat(claim.verdict()).isEqualTo(REPRODUCED);
        assertThat(Claim.theory("id", "x", 0, interval(-0.04, 0.04), "s").verdict())
                .as("ten per cent of nothing")
                .isEqualTo(NOT_RESOLVED);
    }

    /** Reference 10 ± 0.3, measured error 0.4: the combined error is 0.5 and the window 10 ± 1.65. */
    @ParameterizedTest
    @CsvSource({
        "10, REPRODUCED",
        "11.64, REPRODUCED",
        "8.36, REPRODUCED",
        "11.66, NOT_REPRODUCED",
        "8.34, NOT_REPRODUCED"
    })
    void regressionIsJudgedByCombinedErrors(double mean, Claim.Verdict verdict) {
        Estimate measured = new Estimate(mean, 0.4, mean - 1, mean + 1, 8);
        assertThat(Claim.regression("id", "x", 10, 0.3, measured, "s").verdict())
                .isEqualTo(verdict);
    }

    @Test
    void regressionWithoutAnErrorIsNotResolved() {
        assertThat(Claim.regression("id", "x", 10, 0.3, Estimate.ofMean(10), "s")
                        .verdict())
                .isEqualTo(NOT_RESOLVED);
    }

    @Test
    void regressionWithoutANumberIsNotResolved() {
        Estimate measured = new Estimate(Double.NaN, 0.4, Double.NaN, Double.NaN, 8);
        assertThat(Claim.regression("id", "x", 10, 0.3, measured, "s").verdict())
                .isEqualTo(NOT_RESOLVED);
    }

    @Test
    void theTable() {
        Frame frame = Claim.frame(List.of(
                Claim.theory("a", "one, two", 2, interval(1, 1.5), "s"),
                Claim.regression("b", "x", 10, 0.3, new Estimate(10, 0.4, 9, 11, 8), "t")));
        assertThat(frame.csv())
                .isEqualTo(
                        "id,figure,panel,kind,expected,windowLow,windowHigh,measured,low,high,n,verdict,statement,source\n"
                                + "a,,–,theory,2,1.8,2.2,1.25,1,1.5,8,not reproduced,\"one, two\",s\n"
                                + "b,,–,regression,10,8.35,11.65,10,9,11,8,reproduced,x,t\n");
        assertThat(NOT_REPRODUCED.text()).isEqualTo("not reproduced");
        assertThat(NOT_RESOLVED.text()).isEqualTo("not resolved");
    }
}
