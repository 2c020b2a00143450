package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.stats.Estimate;

class ReductionTest {
    /** A few sums of numbers of order 1. */
    private static final double ROUNDING = 1e-12;

    private record Run(double value) {}

    private static List<Run> runs(double... values) {
        return Arrays.stream(values).mapToObj(Run::new).toList();
    }

    @Test
    void valuesThatAgreeAreOneAndOthersAMean() {
        double error = 3e-8;
        Reduction<Run> agreeing = Reduction.agreeing(Run::value, error);
        Estimate one = agreeing.of(runs(0.5, 0.5 + error / 2));

        assertThat(one.n()).isEqualTo(1);
        assertThat(one.mean()).isCloseTo(0.5 + error / 4, within(ROUNDING));
        assertThat(one.low()).isCloseTo(0.5 - error, within(ROUNDING));
        assertThat(one.high()).isCloseTo(0.5 + error * 1.5, within(ROUNDING));
        assertThat(agreeing.of(runs(1, 2, 3))).isEqualTo(Estimate.ofMean(1, 2, 3));
        assertThat(agreeing.of(runs(0.5, Double.NaN))).isEqualTo(Estimate.ofMean(0.5, Double.NaN));
        assertThat(agreeing.of(runs(0.5))).isEqualTo(Estimate.ofMean(0.5));
    }

    private static Reduction<Run> just(Estimate estimate) {
        return Reduction.by(runs -> estimate);
    }

    @Test
    void intervalsStayWhereTheNumberMayLie() {
        Estimate share = just(new Estimate(0.5, 0.1, 0.25, 0.75, 5)).onLogit().of(runs());
        assertThat(share.low()).as("logit 0 − 0.25/(0.5 · 0.5)").isCloseTo(0.268941421369995, within(ROUNDING));
        assertThat(share.high()).isCloseTo(0.731058578630005, within(ROUNDING));
        assertThat(share.stdError()).isEqualTo(0.1);
        Estimate near = just(new Estimate(0.95, 0.1, 0.6, 1.3, 5)).onLogit().of(runs());
        assertThat(near.high()).isBetween(0.95, 1.0);
        assertThat(near.low()).isBetween(0.0, 0.95);
        Estimate positive = just(new Estimate(2, 1, 0, 4, 5)).onLog().of(runs());
        assertThat(positive.low()).isCloseTo(2 / Math.E, within(ROUNDING));
        assertThat(positive.high()).isCloseTo(2 * Math.E, within(ROUNDING));
        for (double constant : new double[] {0, 1}) {
            Estimate known = Estimate.ofMean(constant, constant, constant);
            assertThat(just(known).onLogit().of(runs())).isEqualTo(known);
            assertThat(just(known).onLog().of(runs())).isEqualTo(known);
        }
    }
}
