package org.noisebook.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * Training runs of perceptrons that share dimension, training-set size, precision and batch size: u ← u + step Σ z over
 * the batch's points with u·z &lt; threshold, from u = 0.
 *
 * @param dimension d
 * @param trainSize P
 * @param batchSize B
 * @param precision of points, weights and sums
 * @param fastForward how to skip steps that change nothing, on an engine that {@link ReplicaEngine#fastForwards}; empty
 *     to make every step
 * @param jobs the runs, each created once when its turn comes
 */
public record PerceptronReplicas(
        int dimension,
        int trainSize,
        int batchSize,
        Precision precision,
        Optional<FastForward> fastForward,
        List<Supplier<Job>> jobs) {
    public PerceptronReplicas {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(fastForward, "fastForward");
        jobs = List.copyOf(jobs);
    }

    /** Training runs that carry out every step, none of which stops early. */
    public PerceptronReplicas(
            int dimension, int trainSize, int batchSize, Precision precision, List<Supplier<Job>> jobs) {
        this(dimension, trainSize, batchSize, precision, Optional.empty(), jobs);
    }

    /**
     * The fast-forward of the perceptron study, exact in distribution.
     *
     * @param slack relative margin for rounding when points are screened out
     * @param mostKept largest number of Gram-matrix entries kept
     */
    public record FastForward(double slack, long mostKept) {}

    /**
     * One training run, with a new uniform subset at each step.
     *
     * @param rows z = y x, {@code [trainSize][dimension]}, row-major; not copied
     * @param threshold κ√d, rounded to the precision
     * @param stepLength η/(B√d), rounded to the precision
     * @param sampleCap the run ends after this many drawn samples (steps times batch size)
     * @param order draws the batches
     * @param at ascending step numbers after which u is recorded; numbers after the last change get the last u
     */
    public record Job(double[] rows, double threshold, double stepLength, long sampleCap, Stream order, long[] at) {}

    /**
     * How a training run ended.
     *
     * @param outcome reason for the end, last step that changed u, and number of steps that changed it
     * @param weights u at the end
     * @param weightsAt u after the requested steps
     */
    public record TrainingEnd(HingeSgd.Outcome outcome, double[] weights, double[][] weightsAt) {}
}
