package org.noisebook.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * Trainings of perceptrons that share dimension, set size, precision and batch size: u ← u + step Σ z over the batch's points with
 * u·z &lt; threshold, from u = 0.
 *
 * @param dimension d
 * @param trainSize P
 * @param batchSize B
 * @param precision of points, weights and sums
 * @param fastForward how to skip the steps that change nothing, for an engine that {@link ReplicaEngine#fastForwards}; empty
 *     if every step is to be made
 * @param jobs made when their turn comes; each is asked for once
 */
public record PerceptronReplicas(
        int dimension,
        int trainSize,
        int batchSize,
        Precision precision,
        Optional<FastForward> fastForward,
        List<Supplier<Job>> jobs) {
    /** Copies the list. */
    public PerceptronReplicas {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(fastForward, "fastForward");
        jobs = List.copyOf(jobs);
    }

    /** Trainings that make every step. */
    public PerceptronReplicas(
            int dimension, int trainSize, int batchSize, Precision precision, List<Supplier<Job>> jobs) {
        this(dimension, trainSize, batchSize, precision, Optional.empty(), jobs);
    }

    /**
     * The fast forward of the perceptron's study, exact in law.
     *
     * @param slack relative room for rounding in what is screened out
     * @param mostKept rows of the Gram matrix take at most as many numbers
     */
    public record FastForward(double slack, long mostKept) {}

    /**
     * One training, a fresh uniform subset a step.
     *
     * @param rows z = y x, {@code [trainSize][dimension]}, row-major; not copied
     * @param threshold κ√d, rounded to the precision
     * @param stepLength η/(B√d), rounded to the precision
     * @param sampleCap ends after this many drawn samples (steps times batch size)
     * @param order draws the batches
     * @param at ascending numbers of steps after which u is kept; those after the last change get the last u
     */
    public record Job(double[] rows, double threshold, double stepLength, long sampleCap, Stream order, long[] at) {}

    /**
     * How a training ended.
     *
     * @param outcome why; the last step that changed u; how many changed it
     * @param weights u at the end
     * @param weightsAt u after the steps that were asked for
     */
    public record End(HingeSgd.Outcome outcome, double[] weights, double[][] weightsAt) {}
}
