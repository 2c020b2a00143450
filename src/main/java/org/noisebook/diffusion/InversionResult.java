package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.HasEnds;
import org.noisebook.experiment.Parameter;

/**
 * The outcome of a round trip, with measurements on the way out.
 *
 * <p><b>Special cases</b>: {@code error}, {@code relativeMedian} and {@code relativeRms} are NaN if the way back uses
 * another class, {@code posterior} and both distances if it does not, {@code generationError} without a reference,
 * {@code drifts} for methods without a copy. After a non-finite number, sizes are infinite or NaN, and {@code growth}
 * covers the steps before it.
 *
 * @param error the largest difference of a coordinate from the start of the trip, in state and memory
 * @param relativeMedian median over particles of |x' − x|/|x|
 * @param generationError median over particles of the rms over coordinates of samples minus reference
 * @param growth growth factor of sizes per step, over the second half of the way out
 * @param distance median over particles of the rms difference between the new picture and the original
 * @param strangerDistance the same between the new picture and the original of the next particle
 * @param sizes median over particles of the rms over coordinates, at the start and after each tenth of the way out
 * @param pictures the first five pictures and then their results, row-major, if classes are swapped
 */
public record InversionResult(
        @Parameter("whether latents kept their size: kept, exploded or lost")
        Outcome outcome,

        @Parameter("field evaluations on the way out") double evaluations,

        @Parameter("largest difference after the round trip, including memory")
        double error,

        @Parameter("median relative difference after the round trip")
        double relativeMedian,

        @Parameter("rms relative difference after the round trip")
        double relativeRms,

        @Parameter("median rms difference of samples from the reference")
        double generationError,

        @Parameter("growth of latents per step, late on the way out")
        double growth,

        @Parameter("mean exact probability of the requested class")
        double posterior,

        @Parameter("median rms change of a picture") double distance,

        @Parameter("median rms difference from another picture")
        double strangerDistance,

        @Parameter("median rms of the state by tenths of the way out")
        Doubles sizes,

        @Parameter("median rms difference of the copies by tenths of the way out")
        Doubles drifts,

        @Parameter("five pictures and the results") Doubles pictures)
        implements HasEnds {
    /** Whether latents kept their size. */
    public enum Outcome {
        /** Their rms stayed below {@link InversionStudy#EXPLODED}. */
        KEPT,
        /** Their rms did not stay below it, but all numbers are finite. */
        EXPLODED,
        /** Some number is not finite. */
        LOST
    }

    @Override
    public EndCounts ends() {
        return outcome == Outcome.LOST ? new EndCounts(0, 0, 1) : EndCounts.all(1);
    }
}
