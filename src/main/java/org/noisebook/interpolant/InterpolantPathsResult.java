package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * Places of particles over time.
 *
 * @param places of one particle after the other, from its start to t = 1
 */
public record InterpolantPathsResult(
        @Parameter("places of one particle after the other") Doubles places) {
    /** The paths, {@code [particle][time]}. */
    public double[][] paths(int particles) {
        double[] all = places.toArray();
        int each = all.length / particles;
        double[][] paths = new double[particles][];
        Arrays.setAll(paths, k -> Arrays.copyOfRange(all, k * each, (k + 1) * each));
        return paths;
    }
}
