package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
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

    private static Claim claim(Claim.Kind kind, double expected, double halfWidth, Estimate measured) {
        double low = expected - halfWidth;
        double high = expected + halfWidth;
        return new Claim(
                "id",
                "figure",
                Claim.NO_PANEL,
                kind,
                "one, two",
                expected,
                low,
                high,
                measured,
                "s",
                "",
                "none: a toy",
                halfWidth,
                Claim.Role.of(kind, "s"));
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
        assertThat(claim(Claim.Kind.THEORY, 2, 0.2, interval(low, high)).verdict())
                .isEqualTo(verdict);
    }

    @Test
    void aWindowWithoutWidthIsNotMet() {
        assertThat(claim(Claim.Kind.THEORY, 0, 0.05, interval(-0.04, 0.04)).verdict())
                .isEqualTo(REPRODUCED);
        assertThat(claim(Claim.Kind.THEORY, 0, 0, interval(-0.04, 0.04)).verdict())
                .as("ten per cent of nothing")
                .isEqualTo(NOT_RESOLVED);
    }

    /** Reference 10 ± 1.65. */
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
        assertThat(claim(Claim.Kind.REGRESSION, 10, 1.65, measured).verdict()).isEqualTo(verdict);
    }

    @Test
    void regressionWithoutAnErrorIsNotResolved() {
        assertThat(claim(Claim.Kind.REGRESSION, 10, Double.NaN, Estimate.ofMean(10))
                        .verdict())
                .isEqualTo(NOT_RESOLVED);
    }

    @Test
    void regressionWithoutANumberIsNotResolved() {
        Estimate measured = new Estimate(Double.NaN, 0.4, Double.NaN, Double.NaN, 8);
        assertThat(claim(Claim.Kind.REGRESSION, 10, 1.65, measured).verdict()).isEqualTo(NOT_RESOLVED);
    }

    /** Expected 2, window [1.8, 2.2]: half of it is 0.2. */
    @Test
    void anIntervalWiderThanTheWindowHasTooFewRuns() {
        Claim wide = claim(Claim.Kind.THEORY, 2, 0.2, interval(1.7, 2.2));
        assertThat(wide.resolution()).isCloseTo(0.25, within(1e-12));
        assertThat(wide.verdictText()).isEqualTo("too few runs");
        Claim aside = claim(Claim.Kind.THEORY, 2, 0.2, interval(1.7, 2));
        assertThat(aside.verdictText()).as("narrow enough, and at the edge").isEqualTo("not resolved");
        assertThat(claim(Claim.Kind.THEORY, 2, 0.2, interval(3, 5)).verdictText())
                .as("decided all the same")
                .isEqualTo("not reproduced");
        assertThat(claim(Claim.Kind.REGRESSION, 10, 1.5, interval(0, 20)).resolution())
                .isEqualTo(1.5);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, -Infinity, Infinity, 1",
        "0.9, Infinity, 0, 1, 0.05",
        "-Infinity, 0.2, 0, 1, 0.1",
        "-Infinity, -3, -Infinity, Infinity, 3",
        "0, Infinity, -Infinity, Infinity, Infinity"
    })
    void whatMustBeResolved(double low, double high, double lowest, double highest, double needed) {
        assertThat(Claim.needed(low, high, lowest, highest)).isCloseTo(needed, within(1e-12));
    }

    @Test
    void aClaimWithoutItsOwnControlHasTheUsualOneUnlessItNeedsNone() {
        assertThat(Claim.controlOf(Claim.Kind.THEORY, "s", "claim: uncut")).isEqualTo("claim: uncut");
        assertThat(Claim.controlOf(Claim.Kind.REGRESSION, "s", "claim: uncut")).isEqualTo("claim: uncut");
        assertThat(Claim.controlOf(Claim.Kind.BOUND, "control: s", "claim: uncut"))
                .isEqualTo("none: itself a control");
        assertThat(Claim.controlOf(Claim.Kind.IDENTITY, "s", "claim: uncut")).isEqualTo("none: identity");
        assertThat(Claim.controlOf(Claim.Kind.REGRESSION, "s", "")).isEqualTo("none: a recorded value");
        assertThat(Claim.controlOf(Claim.Kind.BOUND, "s", "")).isEmpty();
    }

    @Test
    void theRoleFollowsFromKindAndSource() {
        assertThat(Claim.Role.of(Claim.Kind.THEORY, "s")).isEqualTo(Claim.Role.LAW);
        assertThat(Claim.Role.of(Claim.Kind.BOUND, "s")).isEqualTo(Claim.Role.FINDING);
        assertThat(Claim.Role.of(Claim.Kind.BOUND, "control: s")).isEqualTo(Claim.Role.CONTROL);
        assertThat(Claim.Role.of(Claim.Kind.IDENTITY, "control: s")).isEqualTo(Claim.Role.IDENTITY);
        assertThat(Claim.Role.of(Claim.Kind.REGRESSION, "s")).isEqualTo(Claim.Role.REGRESSION);
    }

    @ParameterizedTest
    @CsvSource({
        "arXiv 2411.02780; bound set before the run, before the run",
        "arXiv 2411.02780; factor from a pilot, after a pilot",
        "'bound set before the run, n from a pilot', after a pilot",
        "bound chosen after a first run, after a look",
        "'0 in place of 0.05 since a first run', after a look",
        "set after a look, after a look",
        "'the paper''s 17 %', from the paper",
        "arXiv 2411.02780, not said"
    })
    void theSourceSaysWhenTheWindowWasSet(String source, String set) {
        Claim claim = from(source, claim(Claim.Kind.BOUND, 2, 0.2, interval(1.9, 2.1)));
        assertThat(claim.windowSet()).isEqualTo(set);
        assertThat(claim.isLookedAt()).isEqualTo(set.equals("after a look"));
    }

    @Test
    void oneNumberWithoutAnIntervalIsComputed() {
        assertThat(claim(Claim.Kind.BOUND, 2, 0.2, new Estimate(2, 0, 2, 2, 1)).runs())
                .isEqualTo("computed");
        assertThat(claim(Claim.Kind.BOUND, 2, 0.2, interval(1.9, 2.1)).runs()).isNotEqualTo("computed");
    }

    private static Claim from(String source, Claim c) {
        return new Claim(
                c.id(),
                c.figure(),
                c.panel(),
                c.kind(),
                c.statement(),
                c.expected(),
                c.windowLow(),
                c.windowHigh(),
                c.measured(),
                source,
                c.says(),
                c.control(),
                c.needed(),
                Claim.Role.of(c.kind(), source));
    }

    @Test
    void theTable() {
        Frame frame = Claim.frame(List.of(
                claim(Claim.Kind.THEORY, 2, 0.25, interval(1, 1.5)),
                claim(Claim.Kind.REGRESSION, 10, 1.5, new Estimate(10, 0.4, 9, 11, 8))));
        assertThat(frame.csv())
                .isEqualTo(
                        "id,figure,panel,kind,expected,windowLow,windowHigh,measured,low,high,n,verdict,statement,source,"
                                + "control,resolution,needed,role,set\n"
                                + "id,figure,–,theory,2,1.75,2.25,1.25,1,1.5,8,not reproduced,\"one, two\",s,none: a toy,0.25,0.25,law,from theory\n"
                                + "id,figure,–,regression,10,8.5,11.5,10,9,11,8,reproduced,\"one, two\",s,none: a toy,1.5,1.5,regression,from theory\n");
        assertThat(NOT_REPRODUCED.text()).isEqualTo("not reproduced");
        assertThat(NOT_RESOLVED.text()).isEqualTo("not resolved");
    }
}
