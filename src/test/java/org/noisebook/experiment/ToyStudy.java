package org.noisebook.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** A study for tests: a few sums of random numbers. It counts its executions; {@code before} runs first in each. */
final class ToyStudy implements Study<ToyStudy.Config, ToyStudy.Result> {
    private final AtomicInteger executions = new AtomicInteger();
    private final int version;
    private final List<String> inputs;
    private final ToLongFunction<Config> memory;
    private final BiConsumer<Config, Streams> before;

    record Config(int size, double scale) {
        Config {
            Check.inRange("size", size, 0, 1000);
            Check.above("scale", scale, 0, 1e9);
        }
    }

    record Result(double sum, long draws, String label, double[] path) {
        Result {
            path = path.clone();
        }

        @Override
        public double[] path() {
            return path.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Result that
                    && Double.compare(sum, that.sum) == 0
                    && draws == that.draws
                    && label.equals(that.label)
                    && Arrays.equals(path, that.path);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(path) + Double.hashCode(sum);
        }
    }

    private ToyStudy(
            int version, List<String> inputs, ToLongFunction<Config> memory, BiConsumer<Config, Streams> before) {
        this.version = version;
        this.inputs = inputs;
        this.memory = memory;
        this.before = before;
    }

    static ToyStudy plain() {
        return doing((config, streams) -> {});
    }

    static ToyStudy doing(BiConsumer<Config, Streams> before) {
        return new ToyStudy(1, List.of(), config -> 0, before);
    }

    ToyStudy withVersion(int newVersion) {
        return new ToyStudy(newVersion, inputs, memory, before);
    }

    ToyStudy withInputs(String... hashes) {
        return new ToyStudy(version, List.of(hashes), memory, before);
    }

    ToyStudy withMemory(ToLongFunction<Config> bytes) {
        return new ToyStudy(version, inputs, bytes, before);
    }

    int executions() {
        return executions.get();
    }

    static Config config(int size) {
        return new Config(size, 1);
    }

    static List<Config> sizes(int... sizes) {
        return Arrays.stream(sizes).mapToObj(ToyStudy::config).toList();
    }

    @Override
    public String id() {
        return "toy";
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String title() {
        return "Sums of random numbers";
    }

    @Override
    public Config defaults() {
        return config(3);
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Set<String> streamNames() {
        return Set.of("data", "noise");
    }

    @Override
    public List<String> sources() {
        return List.of("none");
    }

    @Override
    public Result run(Config config, Streams streams) {
        executions.incrementAndGet();
        before.accept(config, streams);
        Stream data = streams.at("data");
        Stream noise = streams.at("noise");
        double[] path = new double[config.size()];
        double sum = 0;
        for (int k = 0; k < path.length; k++) {
            sum += config.scale() * data.nextGaussian() + noise.nextDouble();
            path[k] = sum;
        }
        return new Result(sum, config.size(), "size, \"" + config.size() + "\"", path);
    }

    @Override
    public double work(Config config) {
        return config.size();
    }

    @Override
    public long memory(Config config) {
        return memory.applyAsLong(config);
    }

    @Override
    public List<String> inputs(Config config) {
        return inputs;
    }
}
