package org.noisebook.diffusion.uses;

import org.noisebook.data.Doubles;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * What noise maps look like, and what is rebuilt from them.
 *
 * <p><b>Special cases</b>: both errors are NaN under an edit, {@code posterior}, both overlaps and {@code pictures} are missing without
 * one; {@code variance} and {@code correlation} are NaN at a step that takes no noise, as one to τ = 0 does.
 *
 * @param outcome lost if a coordinate is not finite, exploded if one is beyond {@link NoiseMapsStudy#EXPLODED}
 * @param bareError median over particles of the rms over coordinates of the remainder of a last step without noise: what is wrong without it
 * @param overlap mean share of strokes, pixels above 0, that the edit and its source (moved as the edit is) have in common
 * @param strangerOverlap the same with the source of the next particle
 * @param variance mean square of each step's map, from noise to data
 * @param correlation of each step's map with the next one's
 * @param pictures the first five sources and then their edits, row-major
 */
public record NoiseMapsResult(
        @Parameter("whether pictures kept their size: kept, exploded or lost")
        InversionResult.Outcome outcome,

        @Parameter("evaluations of the field on both ways") double evaluations,

        @Parameter("largest difference of a coordinate after rebuilding")
        double error,

        @Parameter("median rms difference without the last remainder")
        double bareError,

        @Parameter("mean exact probability of the class asked for")
        double posterior,

        @Parameter("overlap of strokes with the source") double overlap,

        @Parameter("overlap of strokes with another source") double strangerOverlap,

        @Parameter("mean square of maps by step") Doubles variance,

        @Parameter("correlation of consecutive maps by step")
        Doubles correlation,

        @Parameter("five pictures and their edits") Doubles pictures)
        implements Ended {
    @Override
    public Ends ends() {
        return outcome == InversionResult.Outcome.LOST ? new Ends(0, 0, 1) : Ends.all(1);
    }
}
