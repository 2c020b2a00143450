package org.noisebook.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.noisebook.data.Extras;
import org.noisebook.linalg.Precision;

/**
 * Computes many replicas in parallel: an engine for hardware that is efficient only for large workloads.
 *
 * <p>{@link #plain} is the reference, which computes one replica after another. The other engines agree with it in each
 * step up to rounding; they draw the same batches and noise from the same streams, so results differ only by rounding.
 *
 * <p>A replica's result does not depend on the other replicas, on their number or on their order.
 *
 * <p><b>Special cases</b>: an empty list of jobs does nothing. <b>Errors</b>: {@link CancellationException} if the
 * thread is interrupted; jobs that have already ended are reported. An instance may be used by several threads at once.
 */
public interface ReplicaEngine {
    /** The engine class in the cache key: {@code exact}, {@code nd4j-cpu}, {@code nd4j-cuda} or {@code opencl}. */
    String engineClass();

    /** The device it computes on, for messages. */
    default String where() {
        return engineClass();
    }

    /** A one-line description for reports, such as {@code "nd4j-cpu, 1 OpenMP thread"}. */
    String describe();

    /** The largest useful number of concurrent batches on this machine's cores: 1 if a device takes them in turn. */
    int threads();

    /** The largest number of replicas of a batch in progress at once; each holds its points. */
    int slots();

    /**
     * Trains networks by SGD as specified in {@link HingeSgd}.
     *
     * @throws IllegalArgumentException if {@link #check} rejects them
     */
    void train(HingeReplicas replicas, Ended<HingeReplicas.End> ended);

    /** Trains perceptrons by plain SGD on the hinge loss, from zero weights. */
    void train(PerceptronReplicas replicas, Ended<PerceptronReplicas.End> ended);

    /**
     * Trains networks by regression on batches drawn on the host.
     *
     * @throws IllegalArgumentException if this engine cannot
     */
    default void train(RegressionReplicas replicas, Ended<RegressionReplicas.End> ended) {
        throw new IllegalArgumentException("networks must not learn by regression on " + engineClass());
    }

    /** Whether it can skip the steps of a perceptron that change nothing, bit for bit like the exact engine. */
    default boolean fastForwards() {
        return false;
    }

    /** The largest dimension of particles that it can move. */
    default int mostDimensions() {
        return Integer.MAX_VALUE;
    }

    /**
     * Moves particles with affine-mixture drifts and, if it can train by regression, with drifts of trained networks.
     */
    void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended);

    /**
     * The Gram matrix G = X Xᵀ.
     *
     * @param rows X {@code [count][length]}, row-major
     * @return G {@code [count][count]}, row-major and symmetric in every bit
     */
    double[] gram(int count, int length, double[] rows);

    /**
     * Rejects networks, noises, losses and precisions that this engine cannot train in parallel.
     *
     * @throws IllegalArgumentException with a message that lists what it supports
     */
    void check(Network network, GradientNoise noise, Loss loss, Precision precision);

    /** The reference: one replica after another on the primitive engine, with the bits of {@code exact}. */
    static ReplicaEngine plain() {
        return new PlainReplicas();
    }

    /**
     * Receives results as they end, on the thread that called the engine.
     *
     * @param <E> the result of a replica
     */
    interface Ended<E> {
        /** Called when job number {@code job} of the list has ended. */
        void accept(int job, E end);
    }

    /** Creates engines of one library, which only some builds of the kit include. */
    interface Source {
        /** Its name in options, such as {@code nd4j}. */
        String name();

        /** Whether its library is on the class path; starts nothing. */
        boolean isThere();

        /** Its entries in a report, by headings of at most 12 letters; starts nothing. */
        Map<String, String> report();

        /**
         * Starts an engine.
         *
         * @param say receives one-line messages for the user, such as why there is no GPU
         * @throws java.io.UncheckedIOException with a one-line message, if it cannot compute there
         * @throws LinkageError if its library fails to load
         */
        ReplicaEngine open(Device device, Consumer<String> say);

        /**
         * Starts an engine on a device given by name: {@code cpu}, {@code gpu}, {@code auto}, or, if the library lists
         * devices, a number or a part of a name.
         *
         * @throws IllegalArgumentException for any other name
         */
        default ReplicaEngine open(String device, Consumer<String> say) {
            return open(Device.parse(device), say);
        }

        /** The source with this name; empty if the build lacks it or its library. */
        static Optional<Source> named(String name) {
            return Extras.of(Source.class).stream()
                    .filter(source -> source.name().equals(name) && source.isThere())
                    .findFirst();
        }
    }
}
