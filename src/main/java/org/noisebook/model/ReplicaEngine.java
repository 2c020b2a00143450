package org.noisebook.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.noisebook.data.Extras;
import org.noisebook.linalg.Precision;

/**
 * Computes many replicas side by side: an engine for hardware that pays only when much is done at once.
 *
 * <p>{@link #plain} is the reference, which takes one replica after the other. Others agree with it step by step up to
 * rounding; they draw the same batches and the same noise from the same streams, so that a result differs by rounding and
 * by what rounding grows into.
 *
 * <p>A replica's result does not depend on the replicas beside it, on their number or on their order.
 *
 * <p><b>Special cases</b>: no jobs do nothing. <b>Errors</b>: {@link CancellationException} if the thread is interrupted;
 * jobs that had ended are reported. An instance may be used by several threads at once.
 */
public interface ReplicaEngine {
    /** The engine class of its results, part of their key: {@code exact}, {@code nd4j-cpu}, {@code nd4j-cuda}, {@code opencl}. */
    String engineClass();

    /** Where it computes, in messages. */
    default String where() {
        return engineClass();
    }

    /** A line for reports, such as {@code "nd4j-cpu, 1 OpenMP thread"}. */
    String describe();

    /** How many batches pay beside each other on the cores of this machine, at most: 1 where a device takes them in turns. */
    int threads();

    /** How many replicas of a batch are under way at once, at most; each holds its points. */
    int slots();

    /**
     * Trains networks by SGD, as {@link HingeSgd} says.
     *
     * @throws IllegalArgumentException for what {@link #check} refuses
     */
    void train(HingeReplicas replicas, Ended<HingeReplicas.End> ended);

    /** Trains perceptrons by plain SGD on the hinge loss, from zero weights. */
    void train(PerceptronReplicas replicas, Ended<PerceptronReplicas.End> ended);

    /**
     * Trains networks by regression on batches that are drawn on the host.
     *
     * @throws IllegalArgumentException if it cannot
     */
    default void train(RegressionReplicas replicas, Ended<RegressionReplicas.End> ended) {
        throw new IllegalArgumentException("networks must not learn by regression on " + engineClass());
    }

    /** Whether it can skip a perceptron's steps that change nothing, bit by bit as the exact engine; if not, it makes every step. */
    default boolean fastForwards() {
        return false;
    }

    /** Dimensions of particles that it moves, at most. */
    default int mostDimensions() {
        return Integer.MAX_VALUE;
    }

    /** Moves particles along affine mixtures, and if it trains by regression, along trained networks. */
    void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended);

    /**
     * The Gram matrix G = X Xᵀ.
     *
     * @param rows X {@code [count][length]}, row-major
     * @return G {@code [count][count]}, row-major and symmetric in every bit
     */
    double[] gram(int count, int length, double[] rows);

    /**
     * Refuses networks, noises, losses and precisions that this engine cannot train side by side.
     *
     * @throws IllegalArgumentException saying what it can
     */
    void check(Network network, GradientNoise noise, Loss loss, Precision precision);

    /** The reference: one replica after the other on the primitive engine, the bits of {@code exact}. */
    static ReplicaEngine plain() {
        return new PlainReplicas();
    }

    /**
     * Takes what ends, on the thread that called the engine.
     *
     * @param <E> what a replica ends with
     */
    interface Ended<E> {
        /** Job number {@code job} of the list ended. */
        void accept(int job, E end);
    }

    /** Starts engines of one library, which some builds of the kit have and others lack. */
    interface Source {
        /** What options call it, such as {@code nd4j}. */
        String name();

        /** Whether its library is on the class path; nothing is started. */
        boolean isThere();

        /** What a report says of it, by headings of at most 12 letters; nothing is started. */
        Map<String, String> report();

        /**
         * Starts an engine.
         *
         * @param say takes a line for whoever started this, such as why there is no card
         * @throws java.io.UncheckedIOException in one line, if it cannot compute there
         * @throws LinkageError if its library does not start
         */
        ReplicaEngine open(Device device, Consumer<String> say);

        /**
         * The same by a word: {@code cpu}, {@code gpu}, {@code auto}, and where a library lists devices also a number or a part
         * of a name.
         *
         * @throws IllegalArgumentException for another word
         */
        default ReplicaEngine open(String device, Consumer<String> say) {
            return open(Device.parse(device), say);
        }

        /** The source of this name; empty in a build without it or its library. */
        static Optional<Source> named(String name) {
            return Extras.of(Source.class).stream()
                    .filter(source -> source.name().equals(name) && source.isThere())
                    .findFirst();
        }
    }
}
