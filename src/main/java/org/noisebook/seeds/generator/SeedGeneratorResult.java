package org.noisebook.seeds.generator;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * Effects of seeds under conditions.
 *
 * <p><b>Shapes</b>: measures are [seed × conditions + condition]. <b>Special cases</b>: if a sample has diverged, all
 * but the first three and {@code latent} are NaN. Under fresh noise, {@code latent} is the point from which a seed
 * would have started.
 *
 * @param quality seed effects on log density, where higher is better
 * @param beyondNorm seed effects on log density minus its regression on the seed's |z|²; NaN if that explains
 *     everything
 * @param top1 fraction of samples whose seed a linear classifier identifies under the second half of the conditions,
 *     after training on the first
 * @param mantel rank correlation between the distances of seeds by component, over conditions, and those by noise, 1 −
 *     cos; NaN for one component
 * @param latent z, [seed × dimension + coordinate]
 * @param logDensity {@link SeedResponse#LOG_DENSITY} and so on
 * @param pictures samples of the three seeds with the highest mean log density, then of the three with the lowest,
 *     [seed × conditions + condition][pixel] in a row; empty for scenes without pictures
 */
public record SeedGeneratorResult(
        @Parameter("why the run ended") StopReason stopReason,

        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("field evaluations per sample") double evaluations,

        @Parameter("log density") SeedEffects quality,

        @Parameter("log density beyond the norm of the noise")
        SeedEffects beyondNorm,

        @Parameter("minus distance") SeedEffects closeness,

        @Parameter("first layout coordinate") SeedEffects layout,

        @Parameter("mean coordinate") SeedEffects ink,

        @Parameter("correlation of a seed's mean log density with −|z|²/2")
        double normCorrelation,

        @Parameter("slope of a seed's mean log density against |z|²")
        double normSlope,

        @Parameter("share of samples whose seed is recognised under unseen conditions")
        double top1,

        @Parameter("share whose seed is among the top five") double top5,

        @Parameter("rank correlation between distances by component and by noise")
        double mantel,

        @Parameter("its standard deviation under permuted seeds")
        double mantelNull,

        @Parameter("top1 after training on 1, 2, 4, … conditions")
        Doubles accuracy,

        @Parameter(value = "noise of each seed", symbol = "z")
        Doubles latent,

        @Parameter("exact log density of each sample") Doubles logDensity,

        @Parameter("distance of each sample from its target")
        Doubles distance,

        @Parameter("component or class of each sample") Doubles component,

        @Parameter("probability of that component, or of the requested class")
        Doubles confidence,

        @Parameter("first coordinate, or horizontal position of the centre of ink")
        Doubles across,

        @Parameter("second coordinate, or vertical position of the centre of ink")
        Doubles down,

        @Parameter("mean coordinate: the ink of a picture") Doubles mean,

        @Parameter("of the three best seeds and the three worst by log density")
        Doubles pictures)
        implements Trained {
    /** The noise z of each seed, [seed][coordinate]. */
    public double[][] latents(int seeds) {
        return rows(latent.toArray(), seeds);
    }

    /** The squared norm |z|² of each seed. */
    public double[] squaredNorm(int seeds) {
        return Arrays.stream(latents(seeds))
                .mapToDouble(z -> Arrays.stream(z).map(v -> v * v).sum())
                .toArray();
    }

    /** A measure, [seed][condition]. */
    public double[][] cells(SeedResponse response, int seeds) {
        Doubles flat = switch (response) {
            case LOG_DENSITY -> logDensity;
            case DISTANCE -> distance;
            case COMPONENT -> component;
            case CONFIDENCE -> confidence;
            case ACROSS -> across;
            case DOWN -> down;
            case MEAN -> mean;
        };
        return rows(flat.toArray(), seeds);
    }

    /** Effects of seeds on a measure: means over conditions minus the overall mean. */
    public double[] effects(SeedResponse response, int seeds) {
        double[][] cells = cells(response, seeds);
        double[] effects = new double[seeds];
        double mean = 0;
        for (int s = 0; s < seeds; s++) {
            effects[s] = Arrays.stream(cells[s]).sum() / cells[s].length;
            mean += effects[s] / seeds;
        }
        for (int s = 0; s < seeds; s++) {
            effects[s] -= mean;
        }
        return effects;
    }

    /** Residuals of the seed effects after a regression on |z|². */
    public double[] effectsBeyondNorm(SeedResponse response, int seeds) {
        double[] effects = effects(response, seeds);
        double[] norm = squaredNorm(seeds);
        double mean = Arrays.stream(norm).sum() / seeds;
        double squares = 0;
        double products = 0;
        for (int s = 0; s < seeds; s++) {
            double off = norm[s] - mean;
            squares += off * off;
            products += off * effects[s];
        }
        double slope = products / squares;
        for (int s = 0; s < seeds; s++) {
            effects[s] -= slope * (norm[s] - mean);
        }
        return effects;
    }

    /** The largest deviation of log density from −|z|²/2 plus a constant for each condition. */
    public double deviationFromNorm(int seeds) {
        double[][] cells = cells(SeedResponse.LOG_DENSITY, seeds);
        double[] norm = squaredNorm(seeds);
        double worst = 0;
        for (int c = 0; c < cells[0].length; c++) {
            double mean = 0;
            for (int s = 0; s < seeds; s++) {
                mean += (cells[s][c] + norm[s] / 2) / seeds;
            }
            for (int s = 0; s < seeds; s++) {
                worst = Math.max(worst, Math.abs(cells[s][c] + norm[s] / 2 - mean));
            }
        }
        return worst;
    }

    static double[][] rows(double[] flat, int count) {
        int length = flat.length / count;
        double[][] rows = new double[count][];
        Arrays.setAll(rows, s -> Arrays.copyOfRange(flat, s * length, (s + 1) * length));
        return rows;
    }
}
