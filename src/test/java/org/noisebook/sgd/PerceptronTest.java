package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.PerceptronConfig.Sampler;

class PerceptronTest {
    private static final Perceptron STUDY = new Perceptron();
    private static final PerceptronConfig SMALL =
            Schema.with(PerceptronConfig.standard(), "dimension", 16, "trainSize", 256);
    /** Sums of a few thousand rounded terms. */
    private static final double ROUNDING = 1e-12;

    private static PerceptronResult run(PerceptronConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 16, 64, 1, PLAIN, FLOAT64",
        "1, 33, 300, 2, FAST_FORWARD, FLOAT64",
        "2.5, 64, 200, 16, PLAIN, FLOAT32",
        "1, 130, 400, 300, FAST_FORWARD, FLOAT32",
        "3, 5, 100, 100, FAST_FORWARD, FLOAT64"
    })
    void enginesGiveTheSameBits(
            double chi, int dimension, int trainSize, int batchSize, Sampler sampler, Precision precision) {
        PerceptronConfig config = Schema.with(
                PerceptronConfig.standard(),
                "chi",
                chi,
                "dimension",
                dimension,
                "trainSize",
                trainSize,
                "batchSize",
                batchSize,
                "sampler",
                sampler,
                "precision",
                precision,
                "recordsPerDecade",
                4);

        assertThat(STUDY.run(config, Streams.of(3), Kernels.fastest()))
                .isEqualTo(STUDY.run(config, Streams.of(3), Kernels.plain()));
    }

    /** Also where a run is capped or diverges. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void theReferenceEngineOfReplicasGivesTheBitsOfTheStudy(Precision precision) {
        PerceptronConfig base = Schema.with(SMALL, "precision", precision, "sampler", Sampler.PLAIN);
        List<PerceptronConfig> configs = List.of(
                Schema.with(base, "recordsPerDecade", 5),
                Schema.with(base, "recordsPerDecade", 5, "sampleCap", 100, "margin", 0.5),
                Schema.with(base, "learningRate", precision == Precision.FLOAT64 ? 1e99 : 1e60, "margin", 1),
                Schema.with(base, "chi", 2, "margin", 0.25, "testSize", 0),
                Schema.with(base, "sampler", Sampler.FAST_FORWARD));
        List<Run<PerceptronConfig, PerceptronResult>> runs = configs.stream()
                .map(config -> new Run<>(STUDY, config, Streams.of(2).withReplica(3)))
                .toList();
        Map<Integer, PerceptronResult> results = new HashMap<>();
        STUDY.run(runs, ReplicaEngine.plain(), results::put);

        for (int k = 0; k < runs.size(); k++) {
            assertThat(results.get(k))
                    .isEqualTo(STUDY.run(configs.get(k), Streams.of(2).withReplica(3)));
        }
    }

    @Test
    void runsOfEqualShapesGoTogether() {
        Object key = STUDY.together(SMALL, ReplicaEngine.plain());

        for (PerceptronConfig same : List.of(
                Schema.with(SMALL, "margin", 1),
                Schema.with(SMALL, "learningRate", 3),
                Schema.with(SMALL, "chi", 3),
                Schema.with(SMALL, "sampler", Sampler.PLAIN))) {
            assertThat(STUDY.together(same, ReplicaEngine.plain())).isEqualTo(key);
        }
        for (PerceptronConfig other : List.of(
                Schema.with(SMALL, "dimension", 17),
                Schema.with(SMALL, "trainSize", 255),
                Schema.with(SMALL, "batchSize", 3),
                Schema.with(SMALL, "precision", Precision.FLOAT32))) {
            assertThat(STUDY.together(other, ReplicaEngine.plain())).isNotEqualTo(key);
        }
    }

    /** u after one step is η/(B√d) Σ z over the batch: every point is unfitted at the start. */
    @ParameterizedTest
    @EnumSource(Sampler.class)
    void theFirstStepAddsTheBatch(Sampler sampler) {
        PerceptronConfig config =
                Schema.with(SMALL, "batchSize", 256, "sampleCap", 256, "sampler", sampler, "learningRate", 3);
        PerceptronResult result = run(config);
        Stream data = Streams.of(1).at("data");
        Stream signals = data.part(0);
        Stream noises = data.part(1);
        double[] sum = new double[16];
        for (int i = 0; i < 256; i++) {
            sum[0] += Math.sqrt(2 * signals.nextGamma(1));
            for (int j = 1; j < 16; j++) {
                sum[j] += noises.nextGaussian();
            }
        }
        double scale = 3 / (256 * Math.sqrt(16));
        double noise = 0;
        for (int j = 1; j < 16; j++) {
            noise += sum[j] * sum[j];
        }

        assertThat(result.steps()).isEqualTo(1);
        assertThat(result.activeUpdates()).isEqualTo(1);
        assertThat(result.signal()).isCloseTo(scale * sum[0], within(ROUNDING));
        assertThat(result.noise()).isCloseTo(scale * Math.sqrt(noise), within(ROUNDING));
        assertThat(result.stopReason()).isEqualTo(StopReason.SAMPLE_CAP);
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void scalingRateAndMarginTogetherScalesEverythingExactly(Sampler sampler) {
        PerceptronConfig config = Schema.with(SMALL, "sampler", sampler, "margin", 0.25, "recordsPerDecade", 3);
        PerceptronResult once = run(config);
        PerceptronResult doubled = run(Schema.with(config, "learningRate", 4, "margin", 0.5));

        assertThat(doubled.signal()).isEqualTo(2 * once.signal());
        assertThat(doubled.noise()).isEqualTo(2 * once.noise());
        assertThat(doubled.time()).isEqualTo(2 * once.time());
        assertThat(doubled.steps()).isEqualTo(once.steps());
        assertThat(doubled.ratio()).isEqualTo(once.ratio());
    }

    @Test
    void gradientDescentDoesNotDependOnTheOrder() {
        PerceptronConfig config = Schema.with(SMALL, "batchSize", 256, "margin", 1, "learningRate", 4);
        Streams pinned = Streams.of(1).withFixed(Set.of("data", "init"));

        assertThat(STUDY.run(config, pinned.withReplica(9))).isEqualTo(STUDY.run(config, pinned));
        assertThat(run(Schema.with(config, "sampler", Sampler.PLAIN))).isEqualTo(run(config));
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, FLOAT64", "FAST_FORWARD, FLOAT64", "PLAIN, FLOAT32", "FAST_FORWARD, FLOAT32"})
    void theLossIsZeroAtTheStopAndTheSignalNeverFalls(Sampler sampler, Precision precision) {
        for (int replica = 0; replica < 20; replica++) {
            PerceptronConfig config = Schema.with(
                    SMALL, "sampler", sampler, "precision", precision, "recordsPerDecade", 10, "margin", 0.1);
            Streams streams = Streams.of(5).withReplica(replica);
            PerceptronRun run = new PerceptronRun(config, streams, Kernels.fastest(), 0);
            PerceptronResult result = run.run(streams);

            assertThat(result.stopReason()).isEqualTo(StopReason.FITTED);
            assertThat(run.unfittedNow()).isZero();
            assertThat(result.trajectorySignal().toArray()).isSorted();
            assertThat(result.trajectoryTime().toArray()).isSorted();
        }
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void recordingDoesNotChangeTheRun(Sampler sampler) {
        PerceptronConfig config = Schema.with(SMALL, "sampler", sampler);
        PerceptronResult silent = run(config);
        PerceptronResult recorded = run(Schema.with(config, "recordsPerDecade", 12));

        assertThat(recorded.steps()).isEqualTo(silent.steps());
        assertThat(recorded.signal()).isEqualTo(silent.signal());
        assertThat(recorded.noise()).isEqualTo(silent.noise());
        double[] times = recorded.trajectoryTime().toArray();
        assertThat(times[0]).isEqualTo(config.learningRate());
        assertThat(times[times.length - 1]).isEqualTo(recorded.time());
        assertThat(recorded.trajectorySignal().get(times.length - 1)).isEqualTo(recorded.signal());
        assertThat(recorded.trajectoryNoise().get(times.length - 1)).isEqualTo(recorded.noise());
    }

    /** The state at a record is the state a run capped there ends in. */
    @Test
    void recordsAreTheStatesOfCappedRuns() {
        PerceptronConfig config = Schema.with(SMALL, "sampler", Sampler.PLAIN, "recordsPerDecade", 4, "margin", 0.5);
        PerceptronResult whole = run(config);
        for (int k = 0; k < whole.trajectoryTime().size(); k++) {
            long steps = Math.round(whole.trajectoryTime().get(k) / config.learningRate());
            PerceptronResult capped = run(Schema.with(config, "sampleCap", steps * config.batchSize()));

            assertThat(capped.signal()).isEqualTo(whole.trajectorySignal().get(k));
            assertThat(capped.noise()).isEqualTo(whole.trajectoryNoise().get(k));
        }
    }

    @Test
    void aSmallerSetIsAPrefixOfALargerOne() {
        Stream data = Streams.of(1).at("data");
        PerceptronPoints small = PerceptronPoints.of(SMALL, Kernels.plain(), data);
        PerceptronPoints large = PerceptronPoints.of(
                Schema.with(SMALL, "trainSize", 1000),
                Kernels.plain(),
                Streams.of(1).at("data"));
        for (int i = 0; i < small.size; i++) {
            assertThat(large.signalPart[i]).isEqualTo(small.signalPart[i]);
            assertThat(large.noisePart[i]).isEqualTo(small.noisePart[i]);
        }
    }

    @Test
    void anotherTestSetDoesNotChangeTraining() {
        PerceptronResult without = run(Schema.with(SMALL, "testSize", 0));

        assertThat(without.testErrorSampled()).isNaN();
        assertThat(without.signal()).isEqualTo(run(SMALL).signal());
    }

    /** Error probability ε on 4 · 10^5 points has standard error √(ε(1−ε)/n); 5 of them, false alarm 6e-7 a case. */
    @ParameterizedTest
    @CsvSource({"0, 64", "0.5, 64", "1, 128", "3, 48"})
    void sampledAndClosedTestErrorAgree(double chi, int trainSize) {
        int n = 400_000;
        PerceptronResult r = run(Schema.with(SMALL, "chi", chi, "trainSize", trainSize, "testSize", n));
        double error = Math.sqrt(r.testError() * (1 - r.testError()) / n);

        assertThat(r.testErrorSampled()).isCloseTo(r.testError(), within(5 * error));
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void divergenceIsAnOutcome(Sampler sampler) {
        PerceptronConfig config =
                Schema.with(SMALL, "sampler", sampler, "learningRate", 1e60, "precision", Precision.FLOAT32);
        PerceptronResult result = run(config);

        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.steps()).isEqualTo(1);
        assertThat(result.testErrorSampled()).isNaN();
    }

    @Test
    void aSampleCapThatIsMetExactlyIsNotACap() {
        PerceptronConfig plain = Schema.with(SMALL, "sampler", Sampler.PLAIN);
        PerceptronResult free = run(plain);
        long enough = free.steps() * plain.batchSize();

        assertThat(run(Schema.with(plain, "sampleCap", enough)).stopReason()).isEqualTo(StopReason.FITTED);
        assertThat(run(Schema.with(plain, "sampleCap", enough)).steps()).isEqualTo(free.steps());
        assertThat(run(Schema.with(plain, "sampleCap", enough - 1)).stopReason())
                .isEqualTo(StopReason.SAMPLE_CAP);
    }

    @Test
    void aRateThatCannotMoveTheWeightsIsRefused() {
        Assertions.assertThatThrownBy(() -> Schema.with(SMALL, "learningRate", 1e-30, "margin", 1))
                .hasMessageStartingWith("learningRate must be at least margin · batchSize · dimension · ")
                .hasMessageEndingWith("got 1e-30");
    }

    /**
     * Means of ln w_1, ln |w_⊥|, ln t* against an independent simulation in C (float64, event-driven, κ = 2^-15, T = 1),
     * with its standard errors: within 4.5 combined ones, false alarm 7e-6 a number, 6e-5 in all.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 16, 256, 2, 1.621, 0.008, 0.201, 0.011, 7.47, 0.03",
        "2, 16, 256, 8, 1.492, 0.005, 0.398, 0.009, 6.03, 0.04",
        "0, 8, 64, 2, 1.639, 0.015, -0.104, 0.018, 6.69, 0.04"
    })
    void agreesWithAnIndependentSimulation(
            double chi,
            int d,
            int p,
            int b,
            double w,
            double wError,
            double v,
            double vError,
            double t,
            double tError) {
        PerceptronConfig config = Schema.with(
                PerceptronConfig.standard(),
                "chi",
                chi,
                "dimension",
                d,
                "trainSize",
                p,
                "batchSize",
                b,
                "learningRate",
                b,
                "testSize",
                0);
        double[][] logs = new double[3][1000];
        for (int r = 0; r < 1000; r++) {
            PerceptronResult result = STUDY.run(config, Streams.of(1).withReplica(r));
            logs[0][r] = Math.log(result.signal());
            logs[1][r] = Math.log(result.noise());
            logs[2][r] = Math.log(result.time());
        }
        assertAgrees(logs[0], w, wError);
        assertAgrees(logs[1], v, vError);
        assertAgrees(logs[2], t, tError);
    }

    private static void assertAgrees(double[] values, double reference, double referenceError) {
        org.noisebook.stats.Estimate mean = org.noisebook.stats.Estimate.ofMean(values);
        // The reference is rounded to its last digit, half of which joins the error.
        double error = Math.hypot(mean.stdError(), referenceError) + 0.5 * Math.ulp(1f);
        assertThat(mean.mean()).isCloseTo(reference, within(4.5 * error));
    }

    @Test
    void workAndMemoryGrowWithTheRun() {
        List<PerceptronConfig> growing = new ArrayList<>(List.of(SMALL));
        growing.add(Schema.with(SMALL, "trainSize", 1024));
        growing.add(Schema.with(SMALL, "trainSize", 1024, "chi", 0));

        assertThat(growing.stream().map(STUDY::work)).isSorted();
        assertThat(STUDY.memory(Schema.with(SMALL, "trainSize", 1 << 20)))
                .isGreaterThan(3 * STUDY.memory(Schema.with(SMALL, "trainSize", 1 << 18)));
    }
}
