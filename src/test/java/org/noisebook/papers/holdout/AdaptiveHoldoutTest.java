package org.noisebook.papers.holdout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.holdout.AdaptiveHoldout.Result;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.LabelledCloud;
import org.noisebook.stats.ReuseBias;
import org.noisebook.stats.Thresholdout;

/** Reused holdouts against closed forms and against columns drawn in full. */
class AdaptiveHoldoutTest {
    private static Result run(String changes, int seed) {
        return new AdaptiveHoldout().run(changes, seed);
    }

    private static Estimate mean(int count, IntToDoubleFunction value) {
        double[] values = new double[count];
        Arrays.setAll(values, value);
        return Estimate.ofMean(values);
    }

    /** Settings that no figure uses; three standard errors, wrong in 0.3 % of seeds each. */
    @Test
    @Tag("statistical")
    void freeUseIsTheClosedForm() {
        for (String setting : new String[] {
            "rows=400, tried=3000, chosen=60, bar=0.5",
            "rows=50, tried=200, chosen=0, bar=0",
            "rows=1000, tried=500, chosen=0, bar=1.5",
            "rows=3000, tried=20000, chosen=1000, bar=1"
        }) {
            Estimate reported =
                    mean(300, seed -> run(setting + ", use=free", seed).reported());
            double law = run(setting, 1).law();
            assertThat(reported.mean()).as(setting).isCloseTo(law, within(3 * reported.stdError()));
        }
        assertThat(ReuseBias.ofVote(10_000, 500, 1)).isCloseTo(0.6335, within(5e-5));
        assertThat(ReuseBias.ofVote(10_000, 500, 0)).isCloseTo(0.5708, within(5e-5));
        assertThat(ReuseBias.ofVote(100, ReuseBias.votesFor(100, 0.7), 0)).isCloseTo(0.7, within(1e-9));
        assertThat(ReuseBias.ofBest(2500, 2)).isCloseTo(0.5 + 0.01 / Math.sqrt(Math.PI), within(1e-12));
    }

    /** Whole columns of a cloud whose labels are flipped half of the time give the same law. */
    @Test
    @Tag("statistical")
    void onlyCorrelationsNeedBeDrawn() {
        int n = 50;
        int d = 40;
        Estimate whole = mean(2000, seed -> columns(n, d, seed));
        Estimate fast = mean(
                2000,
                seed -> run("rows=50, tried=40, chosen=0, bar=0.5, use=free", seed)
                        .reported());
        assertThat(fast.mean()).isCloseTo(whole.mean(), within(3 * Math.hypot(fast.stdError(), whole.stdError())));
        assertThat(fast.mean()).isGreaterThan(0.6);
    }

    private static double columns(int n, int d, int seed) {
        double[] w = new double[d];
        w[0] = 1;
        LabelledCloud cloud = LabelledCloud.of(w, 0.5);
        LabelledCloud.Sample training = cloud.sample(Streams.of(seed).at("training"), n);
        LabelledCloud.Sample holdout = cloud.sample(Streams.of(seed).at("holdout"), n);
        double bar = 0.5 / Math.sqrt(n);
        double[] vote = new double[n];
        int votes = 0;
        for (int i = 0; i < d; i++) {
            double a = correlation(training, i);
            double b = correlation(holdout, i);
            if (Math.min(a, b) >= bar || Math.max(a, b) <= -bar) {
                votes++;
                for (int r = 0; r < n; r++) {
                    vote[r] += Math.signum(a) * holdout.x()[i][r];
                }
            }
        }
        int right = 0;
        for (int r = 0; r < n; r++) {
            right += vote[r] * holdout.y()[r] > 0 ? 1 : 0;
        }
        return votes == 0 ? 0.5 : (double) right / n;
    }

    private static double correlation(LabelledCloud.Sample sample, int i) {
        double sum = 0;
        for (int r = 0; r < sample.y().length; r++) {
            sum += sample.x()[i][r] * sample.y()[r] / sample.y().length;
        }
        return sum;
    }

    /** Labels of a half-space agree with its normal by (1 − 2η) √(2/π). */
    @Test
    void halfSpacesAgreeWithTheirNormal() {
        LabelledCloud.Sample sample = LabelledCloud.of(new double[] {0.6, 0.8}, 0.1)
                .sample(Streams.of(2).at("cloud"), 100_000);
        double theory = 0.8 * Math.sqrt(2 / Math.PI);
        assertThat(correlation(sample, 0)).isCloseTo(0.6 * theory, within(0.015));
        assertThat(correlation(sample, 1)).isCloseTo(0.8 * theory, within(0.015));
    }

    @Test
    void withoutNoiseTheThresholdDecides() {
        Thresholdout rule = new Thresholdout(0.1, 0);
        var stream = Streams.of(1).at("noise");
        assertThat(rule.answer(0.8, 0.71, stream)).isEqualTo(new Thresholdout.Answer(0.8, false));
        assertThat(rule.answer(0.8, 0.69, stream)).isEqualTo(new Thresholdout.Answer(0.69, true));
        Thresholdout noisy = new Thresholdout(0.1, 0.02);
        Estimate told = mean(20_000, k -> noisy.answer(1, 0, stream).value());
        assertThat(told.mean()).isCloseTo(0, within(4 * told.stdError()));
        assertThat(told.stdError() * Math.sqrt(20_000)).isCloseTo(0.02 * Math.sqrt(2), within(1e-3));
        assertThatThrownBy(() -> new Thresholdout(-1, 0)).hasMessage("threshold must be at least 0, got -1.0");
        assertThatThrownBy(() -> new Thresholdout(0, Double.NaN)).hasMessage("noise must be at least 0, got NaN");
    }

    @Test
    void limitsHold() {
        assertThat(run("tried=5, bar=6", 1).reported()).isEqualTo(0.5);
        assertThat(run("tried=5, bar=6, use=free", 1)).satisfies(r -> {
            assertThat(r.votes()).isZero();
            assertThat(r.fresh()).isEqualTo(0.5);
        });
        Result all = run("rows=100, tried=50, chosen=0, bar=0, use=once", 1);
        assertThat(all.votes()).isEqualTo(50);
        assertThat(all.read()).isZero();
        assertThatThrownBy(() -> run("real=20, tried=10", 1)).hasMessageContaining("real must be in [0, tried=10]");
    }
}
