package org.noisebook.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.noisebook.rng.Streams;

/**
 * The toy study side by side: runs of one scale may go together, and a batch ends from its last run to its first. It notes
 * its batches. Scale 13 is refused.
 */
final class ToyReplicas implements ReplicaStudy<ToyStudy.Config, ToyStudy.Result, ToyReplicas.Engine> {
    static final double REFUSED = 13;

    private final ToyStudy toy;
    private final Optional<int[]> ends;
    private final List<String> batches = Collections.synchronizedList(new ArrayList<>());

    ToyReplicas(ToyStudy toy) {
        this(toy, Optional.empty());
    }

    private ToyReplicas(ToyStudy toy, Optional<int[]> ends) {
        this.toy = toy;
        this.ends = ends;
    }

    /** Its batches end these runs, in this order. */
    static ToyReplicas ending(int... ends) {
        return new ToyReplicas(ToyStudy.plain(), Optional.of(ends));
    }

    /** An engine in name. */
    record Engine(String engineClass, int threads) implements RunEngine {
        @Override
        public int slots() {
            return Integer.MAX_VALUE;
        }
    }

    @Override
    public Class<Engine> engineType() {
        return Engine.class;
    }

    /** Each batch as {@code size/replica …}, in the order they started. */
    List<String> batches() {
        return List.copyOf(batches);
    }

    @Override
    public Object together(ToyStudy.Config config, Engine engine) {
        if (config.scale() == REFUSED) {
            throw new IllegalArgumentException("scale must not be " + (int) REFUSED);
        }
        return config.scale();
    }

    @Override
    public void run(
            List<Run<ToyStudy.Config, ToyStudy.Result>> runs, Engine engine, ResultListener<ToyStudy.Result> ended) {
        batches.add(String.join(
                " ",
                runs.stream()
                        .map(run -> run.config().size() + "/" + run.streams().replica())
                        .toList()));
        int last = runs.size() - 1;
        for (int k :
                ends.orElse(IntStream.rangeClosed(0, last).map(j -> last - j).toArray())) {
            ended.accept(k, runs.get(k).execute());
        }
    }

    @Override
    public String id() {
        return toy.id();
    }

    @Override
    public int version() {
        return toy.version();
    }

    @Override
    public String title() {
        return toy.title();
    }

    @Override
    public ToyStudy.Config defaults() {
        return toy.defaults();
    }

    @Override
    public Class<ToyStudy.Result> resultType() {
        return toy.resultType();
    }

    @Override
    public Set<String> streamNames() {
        return toy.streamNames();
    }

    @Override
    public List<String> sources() {
        return toy.sources();
    }

    @Override
    public ToyStudy.Result run(ToyStudy.Config config, Streams streams) {
        return toy.run(config, streams);
    }

    @Override
    public double work(ToyStudy.Config config) {
        return toy.work(config);
    }

    @Override
    public long memory(ToyStudy.Config config) {
        return toy.memory(config);
    }
}
