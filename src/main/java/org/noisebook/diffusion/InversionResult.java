package org.noisebook.diffusion;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * The outcome of a round trip, with measurements on the way out.
 *
 * <p><b>Special cases</b>: {@code error}, {@code relativeMedian} and {@code relativeRms} are NaN where the way back is another's class,
 * {@code posterior} and both distances where it is not, {@code generationError} without a reference, {@code drifts} of methods
 * without a copy. Where a number was lost, sizes are infinite or NaN from there on, and {@code growth} is that of the steps before.
 *
 * @param error the largest difference of a coordinate from where the trip began, in the state and in what the method remembers
 * @param relativeMedian median over particles of |x' − x|/|x|
 * @param generationError median over particles of the rms over coordinates of samples less those of the reference
 * @param growth of sizes for a step, over the second half of the way out
 * @param distance median rms over coordinates between the picture made and the one it was made from
 * @param strangerDistance the same between it and the picture of the next particle
 * @param sizes median over particles of the rms over coordinates, at the start and after each tenth of the way out
 * @param pictures the first five pictures and then what was made of them, row-major, where classes are swapped
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
        implements Ended {
    /** Whether latents kept their size. */
    public enum Outcome {
        /** Their rms stayed below {@link InversionStudy#EXPLODED}. */
        KEPT,
        /** It did not, but all numbers are finite. */
        EXPLODED,
        /** Some number is not. */
        LOST
    }

    @Override
    public Ends ends() {
        return outcome == Outcome.LOST ? new Ends(0, 0, 1) : Ends.all(1);
    }
}
