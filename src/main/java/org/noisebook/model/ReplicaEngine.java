package org.noisebook.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.noisebook.data.OptionalServices;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.RunEngine;
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
public interface ReplicaEngine extends RunEngine {
    /** A one-line description for reports, such as {@code "nd4j-cpu, 1 OpenMP thread"}. */
    String describe();

    /**
     * Trains networks by SGD as specified in {@link HingeSgd}.
     *
     * @throws IllegalArgumentException if {@link #check} rejects them
     */
    void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended);

    /** Trains perceptrons by plain SGD on the hinge loss, from zero weights. */
    void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended);

    /**
     * Trains networks by regression on batches drawn on the host.
     *
     * @throws IllegalArgumentException if this engine cannot
     */
    default void train(RegressionReplicas replicas, ResultListener<RegressionReplicas.TrainingEnd> ended) {
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
    void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended);

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
            return OptionalServices.of(Source.class).stream()
                    .filter(source -> source.name().equals(name) && source.isThere())
                    .findFirst();
        }
    }
}
