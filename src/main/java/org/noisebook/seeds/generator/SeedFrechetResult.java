package org.noisebook.seeds.generator;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;

/**
 * Fréchet distances of seeds to the target, and of random groups of the same outputs.
 *
 * @param distances of the seeds, ascending
 * @param nullMean mean distance of a random group
 * @param nullStdDev its standard deviation
 * @param nullMin least of as many groups as there are seeds, mean over regroupings
 * @param nullMax greatest, likewise
 */
public record SeedFrechetResult(
        @Parameter("Fréchet distances of the seeds, ascending")
        double[] distances,

        @Parameter("mean distance of random groups of the same outputs")
        double nullMean,

        @Parameter("standard deviation of those distances") double nullStdDev,

        @Parameter("least distance of as many random groups")
        double nullMin,

        @Parameter("greatest distance of as many random groups")
        double nullMax) {

    /** Copies. */
    public SeedFrechetResult {
        distances = distances.clone();
    }

    /** Greatest distance of a seed over the least. */
    public double ratio() {
        return distances[distances.length - 1] / distances[0];
    }

    /** The same of random groups. */
    public double nullRatio() {
        return nullMax / nullMin;
    }

    @Override
    public double[] distances() {
        return distances.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedFrechetResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {distances, nullMean, nullStdDev, nullMin, nullMax};
    }
}
