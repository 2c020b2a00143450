package org.noisebook.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.papers.interpolants.InterpolantFieldStudy;
import org.noisebook.papers.interpolants.InterpolantStudy;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;

/** What is left of a sweep when the device is lost on the way. */
@Tag("long")
class OpenclFaultsTest {
    /** Of a slot, one after the other. */
    private static final int REPLICAS = 6;

    private static final InterpolantStudy.Config PARTICLES =
            Schema.with(new InterpolantStudy().defaults(), "particles=16, steps=8");

    private static final String LOST = "OpenCL: cannot read: CL_OUT_OF_RESOURCES";

    /** A device that is lost: every launch and every read after so many launches fails. */
    private static class Losing implements OpenclQueue {
        private final OpenclQueue queue;
        private int launches;

        Losing(OpenclQueue queue, int launches) {
            this.queue = queue;
            this.launches = launches;
        }

        private void check() {
            if (launches <= 0) {
                throw new UncheckedIOException(new IOException(LOST));
            }
        }

        @Override
        public OpenclDevice device() {
            return queue.device();
        }

        @Override
        public Kernel build(String kernel, String options, String... files) {
            return queue.build(kernel, options, files);
        }

        @Override
        public Buffer buffer(long bytes) {
            return queue.buffer(bytes);
        }

        @Override
        public void write(Buffer to, long place, Object array) {
            queue.write(to, place, array);
        }

        @Override
        public void read(Buffer from, long place, Object array) {
            check();
            queue.read(from, place, array);
        }

        @Override
        public void launch(Kernel kernel, int groups, int items, Object... arguments) {
            check();
            queue.launch(kernel, groups, items, arguments);
            launches--;
        }

        @Override
        public void finish() {
            check();
            queue.finish();
        }

        @Override
        public boolean isOpen() {
            return queue.isOpen();
        }

        @Override
        public void close() {
            queue.close();
        }
    }

    private static Experiment on(Cache cache, Progress progress) {
        return new Experiment(1, cache, LocalRunner.standard(), progress);
    }

    /** Four launches of a replica are of outputs; between those some ten train all slots. */
    @ParameterizedTest
    @CsvSource({"0, 0, false", "0, 1, false", "10, 20, true"})
    void networksThatEndedAreKept(int perSlot, int launches, boolean isLater) {
        NetworkConfig config = Schema.with(
                NetworkConfig.standard(),
                "trainSize=24, testSize=8, network=fullyConnected(depth=2, width=8, activation=relu), batchSize=3,"
                        + " outputScale=16, probeSize=0, sampleCap=3000");
        lose(new NetworkStudy(), config, perSlot, launches, isLater);
    }

    /** One launch trains all slots to the end. */
    @ParameterizedTest
    @CsvSource({"0, false", "3, true"})
    void perceptronsThatEndedAreKept(int launches, boolean isLater) {
        PerceptronConfig config =
                Schema.with(PerceptronConfig.standard(), "dimension=16, trainSize=24, batchSize=3, sampleCap=3000");
        lose(new Perceptron(), config, 0, launches, isLater);
    }

    /** One launch moves all of them. */
    @Test
    void particlesCanBeMovedAgain() {
        lose(new InterpolantStudy(), PARTICLES, 0, 0, false);
    }

    private static <C extends Record, R extends Record> void lose(
            ReplicaStudy<C, R, ReplicaEngine> study, C config, int perSlot, int launches, boolean isLater) {
        OpenclQueue queue = OnOpencl.openOrSkip();
        int slots = new OpenclEngine(queue, true).slots();
        OpenclEngine engine = new OpenclEngine(new Losing(queue, perSlot * slots + launches), true);
        int replicas = REPLICAS * slots;
        Sweep<C, R> sweep = Sweep.of(study, List.of(config), replicas);
        Cache cache = Cache.inMemory();
        AtomicLong ended = new AtomicLong();
        Throwable loss = catchThrowable(() ->
                on(cache, state -> ended.set(state.done())).withEngine(engine).run(sweep));

        assertThat(loss).isInstanceOf(UncheckedIOException.class).hasRootCauseMessage(LOST);
        assertThat(loss.getCause()).hasMessage(LOST);
        assertThat(queue.isOpen()).isFalse();
        assertThat(ended.get() > 0).as("%s of %d ended", ended, replicas).isEqualTo(isLater);
        assertThat(ended.get()).isLessThan(replicas);

        // The device is there again: the same engine makes what is missing, and only that.
        AtomicLong cached = new AtomicLong(-1);
        List<R> all = on(cache, state -> cached.set(state.cached()))
                .withEngine(engine)
                .run(sweep)
                .of(config);
        assertThat(cached.get()).isEqualTo(ended.get());
        assertThat(all)
                .isEqualTo(on(Cache.inMemory(), Progress.SILENT).run(sweep).of(config));
    }

    /** A device with room for no replica of it. */
    @ParameterizedTest
    @CsvSource({"4096, 1048576, 1073741824", "4096, 1073741824, 1048576"})
    void aNetworkThatIsTooLargeIsRefusedBeforeItStarts(int width, long memory, long largestBuffer) {
        NetworkConfig config = Schema.with(
                NetworkConfig.standard(),
                "trainSize=24, testSize=8, probeSize=0, network=fullyConnected(depth=2, width=" + width
                        + ", activation=relu), batchSize=3");
        assertThat(refusal(new NetworkStudy(), config, memory, largestBuffer))
                .matches("a replica needs \\d{8,} bytes, more than a small one gives");
    }

    @Test
    void aFieldThatIsTooLargeIsRefusedBeforeItStarts() {
        InterpolantFieldStudy study = new InterpolantFieldStudy();
        assertThat(refusal(study, Schema.with(study.defaults(), "field.network.width", 1024), 1 << 20, 1 << 30))
                .matches("a replica needs \\d{8,} bytes, more than a small one gives");
    }

    /** A device with room for no block of them. */
    @ParameterizedTest
    @CsvSource({"50000, 1073741824", "1073741824, 1000"})
    void particlesThatAreTooManyAreRefusedBeforeTheyStart(long memory, long largestBuffer) {
        assertThat(refusal(new InterpolantStudy(), PARTICLES, memory, largestBuffer))
                .matches(
                        "\\d+ particles of \\d dimensions with \\d+ components need more memory than a small one gives");
    }

    private static <C extends Record, R extends Record> String refusal(
            ReplicaStudy<C, R, ReplicaEngine> study, C config, long memory, long largestBuffer) {
        try (OpenclQueue queue = OnOpencl.openOrSkip()) {
            OpenclDevice all = queue.device();
            OpenclDevice small = new OpenclDevice(
                    all.number(),
                    "a small one",
                    all.platform(),
                    all.isCard(),
                    all.units(),
                    memory,
                    largestBuffer,
                    all.localMemory(),
                    all.largestGroup(),
                    all.hasDouble(),
                    all.roundsDivision());
            OpenclQueue narrow = new Losing(queue, 0) {
                @Override
                public OpenclDevice device() {
                    return small;
                }

                @Override
                public Buffer buffer(long bytes) {
                    throw new AssertionError("started");
                }
            };
            Sweep<C, R> sweep = Sweep.of(study, List.of(config), 1);
            ReplicaEngine engine = new OpenclEngine(narrow, true);
            Throwable refused = catchThrowable(() ->
                    on(Cache.inMemory(), Progress.SILENT).withEngine(engine).run(sweep));
            assertThat(refused).isInstanceOf(IllegalArgumentException.class);
            return refused.getMessage();
        }
    }
}
