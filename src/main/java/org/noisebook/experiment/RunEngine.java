package org.noisebook.experiment;

/**
 * Computes many runs in parallel: what a runner needs to know of hardware that is efficient only for large workloads.
 *
 * <p>What it can compute is between it and its studies: see {@link ReplicaStudy#engineType}.
 */
public interface RunEngine {
    /** The engine class in the cache key: {@code exact}, {@code nd4j-cpu}, {@code nd4j-cuda} or {@code opencl}. */
    String engineClass();

    /** The device it computes on, for messages. */
    default String where() {
        return engineClass();
    }

    /** The largest useful number of concurrent batches on this machine's cores: 1 if a device takes them in turn. */
    int threads();

    /** The largest number of runs of a batch in progress at once; each holds its points. */
    int slots();
}
