package org.noisebook.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Run;
import org.noisebook.linalg.Precision;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronConfig.Sampler;
import org.noisebook.sgd.PerceptronResult;

@Tag("long")
class OpenclPerceptronsTest extends OnOpencl {
    private static final Perceptron STUDY = new Perceptron();
    /** Record steps that a launch takes. */
    private static final int LOOKS = 16;

    /** Perceptrons alone. */
    private record Engine(OpenclPerceptrons perceptrons) implements ReplicaEngine {
        static Engine of(int slots, int items, int lanes) {
            return new Engine(new OpenclPerceptrons(queue, slots, items, lanes));
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public String engineClass() {
            return "exact";
        }

        @Override
        public String describe() {
            return "perceptrons";
        }

        @Override
        public int threads() {
            return 1;
        }

        @Override
        public boolean fastForwards() {
            return true;
        }

        @Override
        public void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
            perceptrons.train(replicas, ended);
        }

        @Override
        public void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double[] gram(int count, int length, double[] rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void check(Network network, GradientNoise noise, Loss loss, Precision precision) {}
    }

    /** Log-uniform between powers of 2. */
    private static double power(Stream stream, double low, double high) {
        return StrictMath.pow(2, low + (high - low) * stream.nextDouble());
    }

    /** From small to large in everything: sets, steps, margins, caps, record steps. */
    private static PerceptronConfig draw(Stream stream, Sampler sampler, int mostPoints) {
        int d = (int) power(stream, 1, 8);
        int p = (int) power(stream, 0, mostPoints);
        int b = stream.nextIndex(6) == 0 ? p : Math.min(p, (int) power(stream, 0, mostPoints));
        double unit = stream.nextIndex(6) == 0 ? power(stream, 110, 300) : 1;
        double temperature = unit * power(stream, -6, 8);
        double margin = unit * power(stream, -15, 1);
        Precision precision = stream.nextIndex(3) > 0 ? Precision.FLOAT64 : Precision.FLOAT32;
        double least = margin * b * d * (precision == Precision.FLOAT64 ? 0x1p-50 : 0x1p-21);
        return new PerceptronConfig(
                stream.nextIndex(3),
                d,
                p,
                b,
                Math.max(temperature * b, least),
                margin,
                sampler,
                precision,
                (long) power(stream, 4, sampler == Sampler.PLAIN ? 18 : 40),
                0,
                new int[] {0, 2, 9, 60}[stream.nextIndex(4)]);
    }

    /** How many ended in which way. */
    private static Map<StopReason, Integer> compare(Engine engine, Sampler sampler, int settings, int mostPoints) {
        Map<StopReason, Integer> ends = new EnumMap<>(StopReason.class);
        Stream stream = Streams.of(22).at("settings").part(sampler.ordinal());
        for (int k = 0; k < settings; k++) {
            PerceptronConfig setting = draw(stream, sampler, mostPoints);
            if (!isTried(k)) {
                continue;
            }
            for (PerceptronResult expected : compare(engine, setting, 1)) {
                ends.merge(expected.stopReason(), 1, Integer::sum);
            }
        }
        return ends;
    }

    private static List<PerceptronResult> compare(Engine engine, PerceptronConfig config, int replicas) {
        List<Run<PerceptronConfig, PerceptronResult>> runs = new ArrayList<>();
        for (int r = 0; r < replicas; r++) {
            runs.add(new Run<>(STUDY, config, Streams.of(3).withReplica(r)));
        }
        List<PerceptronResult> actual = new ArrayList<>(Collections.nCopies(replicas, null));
        STUDY.run(runs, engine, actual::set);
        List<PerceptronResult> expected =
                runs.stream().map(run -> STUDY.run(config, run.streams())).toList();
        for (int r = 0; r < replicas; r++) {
            assertEquals(expected.get(r), actual.get(r), config.toString());
        }
        return expected;
    }

    /** Random settings, the same at every run. */
    @ParameterizedTest
    @CsvSource({"PLAIN, 200, 10, 3", "FAST_FORWARD, 200, 11, 3", "FAST_FORWARD, 12, 14, 2"})
    void oneItemHasTheExactBits(Sampler sampler, int settings, int mostPoints, int ways) {
        Map<StopReason, Integer> ends = compare(Engine.of(1, 1, 8), sampler, settings, mostPoints);

        assertEquals(ways, ends.size(), () -> ends.toString());
    }

    /** Where steps are large or sets hard, so that margins are tracked by rows of the Gram matrix: hundreds of rows, thousands of changes. */
    @ParameterizedTest
    @CsvSource({
        "2, 2000, 8, 0.1, 0.5",
        "2, 8000, 1, 0.1, 0.5",
        "5, 8000, 8, 1, 0.5",
        "5, 300, 8, 0.1, 0.5",
        "20, 8000, 8, 1, 0.5",
        "20, 8000, 1, 100, 0.5",
        "60, 8000, 8, 100, 2e-4"
    })
    void trackedMarginsHaveTheExactBits(int dimension, int size, int batch, double temperature, double margin) {
        for (Precision precision : Precision.values()) {
            PerceptronConfig config = new PerceptronConfig(
                    1,
                    dimension,
                    size,
                    batch,
                    temperature * batch,
                    margin,
                    Sampler.FAST_FORWARD,
                    precision,
                    1L << 45,
                    0,
                    0);
            compare(Engine.of(2, 1, 8), config, 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void manyItemsHaveTheExactBits(Sampler sampler) {
        compare(Engine.of(1, 32, 1), sampler, 24, 8);
    }

    /** More replicas than slots, so that slots are filled again beside others under way, and more record steps than a launch takes. */
    @ParameterizedTest
    @EnumSource(Sampler.class)
    void replicasDoNotMeet(Sampler sampler) {
        PerceptronConfig config =
                new PerceptronConfig(1, 20, 300, 7, 14, 0.25, sampler, Precision.FLOAT64, 1_000_000, 64, 50);
        List<PerceptronResult> results = compare(Engine.of(3, 1, 16), config, 8);

        assertTrue(results.stream().allMatch(result -> result.trajectoryTime().size() > 2 * LOOKS));
        assertEquals(
                8, results.stream().map(PerceptronResult::signal).distinct().count());
    }

    @Test
    void anInterruptEndsIt() {
        PerceptronConfig config =
                new PerceptronConfig(1, 20, 300, 7, 14, 0.25, Sampler.PLAIN, Precision.FLOAT64, 1_000_000, 0, 0);
        Run<PerceptronConfig, PerceptronResult> run = new Run<>(STUDY, config, Streams.of(3));
        Thread.currentThread().interrupt();
        try {
            assertThrows(
                    CancellationException.class, () -> STUDY.run(List.of(run), Engine.of(1, 1, 8), (k, result) -> {}));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItStarts() {
        PerceptronReplicas replicas = new PerceptronReplicas(
                2,
                4,
                1,
                Precision.FLOAT64,
                Optional.of(new PerceptronReplicas.FastForward(0, 1L << 50)),
                List.of(() -> {
                    throw new AssertionError("started");
                }));
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> Engine.of(1, 1, 8).train(replicas, (job, end) -> {}));
        assertTrue(refusal.getMessage().startsWith("a replica needs 9007199254741"), refusal.getMessage());
    }
}
