package org.noisebook.experiment;

import java.util.List;
import java.util.Set;
import org.noisebook.data.Check;
import org.noisebook.rng.Streams;

/** A study for tests whose config holds records within a record: it adds up sizes. */
public final class ToyNested implements Study<ToyNested.Config, ToyNested.Result> {
    /** An enum as a part. */
    public enum Activation {
        RELU,
        GELU
    }

    /** A family as a field. */
    public sealed interface Network permits FullyConnected, Convolutional {}

    /** A record of plain parts. */
    public record FullyConnected(int depth, int width, Activation activation) implements Network {
        /** What is left out. */
        public static FullyConnected standard() {
            return new FullyConnected(2, 64, Activation.RELU);
        }

        public FullyConnected {
            Check.inRange("depth", depth, 1, 16);
        }
    }

    /** A record with a record and an array as parts. */
    public record Convolutional(int depth, double[] channels, FullyConnected top) implements Network {}

    /** What runs. */
    public record Config(
            @Parameter(value = "training points", symbol = "P", range = "[1, 100]")
            int trainSize,

            @Parameter("what is trained") Network network) {}

    /** What comes out. */
    public record Result(
            @Parameter("a sum") long sum,

            @Parameter("a record as a result") Parts parts) {}

    /** A result's record. */
    public record Parts(@Parameter("a part of it") double half) {}

    @Override
    public String id() {
        return "nested";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String title() {
        return "Sums of sizes";
    }

    @Override
    public Config defaults() {
        return new Config(10, new FullyConnected(5, 128, Activation.GELU));
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Set<String> streamNames() {
        return Set.of("data");
    }

    @Override
    public List<String> sources() {
        return List.of("none");
    }

    @Override
    public Result run(Config config, Streams streams) {
        int depth = config.network() instanceof FullyConnected network ? network.depth() : 0;
        int sum = config.trainSize() + depth;
        return new Result(sum, new Parts(sum / 2.0));
    }

    @Override
    public double work(Config config) {
        return 1;
    }

    @Override
    public long memory(Config config) {
        return 0;
    }
}
