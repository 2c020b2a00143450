package org.noisebook.diffusion.start;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * Pictures between pairs: whether they are pictures of the law, and of the pair.
 *
 * <p><b>Special cases</b>: numbers are NaN where a picture is not finite, and the run diverged.
 *
 * @param excess −log p a pixel of the pictures between less that of as many points of the law
 * @param distance mean rms distance of the pictures between from the mean of their pair
 * @param variance mean square of the blended codes over that of the codes
 * @param pictures first, second and between of the first ten pairs, row-major
 */
public record BlendResult(
        @Parameter("share of pictures that are finite") double finiteShare,

        @Parameter("negative log density a pixel, less that of points of the law")
        double excess,

        @Parameter("distance of a picture from the mean of its pair")
        double distance,

        @Parameter("variance of blended codes over that of the codes")
        double variance,

        @Parameter("largest value of a code") double largestCode,

        @Parameter("first, second and between of ten pairs") Doubles pictures)
        implements Ended {
    /** A run with a picture that is not finite diverged. */
    @Override
    public Ends ends() {
        return finiteShare == 1 ? Ends.all(1) : new Ends(0, 0, 1);
    }
}
