package org.noisebook.field;

import java.util.stream.IntStream;
import org.noisebook.interpolant.Coupling;
import org.noisebook.rng.Stream;

/**
 * Which noise of a training step goes to which of its points.
 *
 * <p>The noise of a step is only permuted, so its distribution stays; given the point it is no longer normal when it was {@link #ASSIGNED}, so
 * that what is learned gives a velocity but no score. <b>Source</b>: immiscible diffusion, Li et al. 2024 (arXiv 2406.12303).
 */
public enum Matching {
    /** The noise that was drawn for the point. */
    INDEPENDENT,
    /** The permutation of least squared distance within the step, exact. */
    ASSIGNED,
    /** A random permutation. */
    PERMUTED;

    /**
     * Permutes the first {@code count} noises of a step.
     *
     * @param stream for a random permutation
     * @return comparisons made by the assignment, 0 without one
     */
    public long permute(double[][] noise, double[][] points, int count, Stream stream) {
        return switch (this) {
            case INDEPENDENT -> 0;
            case ASSIGNED -> {
                var solved = Coupling.partners(points, noise, 0, count);
                Coupling.reorder(noise, 0, solved.columns());
                yield solved.scanned();
            }
            case PERMUTED -> {
                int[] order = IntStream.range(0, count).toArray();
                stream.shuffle(order);
                Coupling.reorder(noise, 0, order);
                yield 0;
            }
        };
    }
}
