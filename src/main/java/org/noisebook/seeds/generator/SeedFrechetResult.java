package org.noisebook.seeds.generator;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * Fréchet distances of seeds to the target, and of random groups of the same outputs.
 *
 * @param nullMin least of as many groups as there are seeds, mean over regroupings
 * @param nullMax greatest, likewise
 */
public record SeedFrechetResult(
        @Parameter("Fréchet distances of the seeds, ascending")
        Doubles distances,

        @Parameter("mean distance of random groups of the same outputs")
        double nullMean,

        @Parameter("standard deviation of those distances") double nullStdDev,

        @Parameter("least distance of as many random groups")
        double nullMin,

        @Parameter("greatest distance of as many random groups")
        double nullMax) {
    /** Greatest distance of a seed over the least. */
    public double ratio() {
        return distances.get(distances.size() - 1) / distances.get(0);
    }

    /** The same of random groups. */
    public double nullRatio() {
        return nullMax / nullMin;
    }

    /** Mean distance of the seeds. */
    public double meanDistance() {
        return distances.stream().sum() / distances.size();
    }

    /** Standard deviation of the distances of the seeds. */
    public double stdDev() {
        double mean = meanDistance();
        double squares = distances.stream().map(v -> (v - mean) * (v - mean)).sum();
        return StrictMath.sqrt(squares / (distances.size() - 1.0));
    }
}
