package org.noisebook.seeds;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;

/**
 * What seeds make of conditions.
 *
 * <p><b>Shapes</b>: measures are [seed × conditions + condition]. <b>Special cases</b>: where a sample is not finite all measures are NaN.
 *
 * @param stopReason {@code COMPLETED} or {@code DIVERGED}
 * @param finiteShare share of samples that are finite
 * @param evaluations of the field for a sample
 * @param squaredNorm |z|² of each seed
 * @param logDensity {@link SeedResponse#LOG_DENSITY} and so on
 * @param distance from what was asked for
 * @param component chosen
 * @param confidence in it
 * @param across first layout coordinate
 * @param down second layout coordinate
 * @param mean coordinate
 */
public record SeedGeneratorResult(
        @Parameter("how the run ended") StopReason stopReason,

        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("evaluations of the field for a sample") double evaluations,

        @Parameter(value = "of each seed", symbol = "|z|²") double[] squaredNorm,

        @Parameter("exact log density of each sample") double[] logDensity,

        @Parameter("distance of each sample from what was asked for")
        double[] distance,

        @Parameter("component or class that each sample shows")
        double[] component,

        @Parameter("probability of that component, or of the class asked for")
        double[] confidence,

        @Parameter("first coordinate, or column of the centre of ink")
        double[] across,

        @Parameter("second coordinate, or row of the centre of ink")
        double[] down,

        @Parameter("mean coordinate, the ink of a picture") double[] mean) {

    /** Copies the arrays. */
    public SeedGeneratorResult {
        squaredNorm = squaredNorm.clone();
        logDensity = logDensity.clone();
        distance = distance.clone();
        component = component.clone();
        confidence = confidence.clone();
        across = across.clone();
        down = down.clone();
        mean = mean.clone();
    }

    /** The number of seeds. */
    public int seeds() {
        return squaredNorm.length;
    }

    /** A measure, [seed][condition]. */
    public double[][] cells(SeedResponse response) {
        double[] flat = switch (response) {
            case LOG_DENSITY -> logDensity;
            case DISTANCE -> distance;
            case COMPONENT -> component;
            case CONFIDENCE -> confidence;
            case ACROSS -> across;
            case DOWN -> down;
            case MEAN -> mean;
        };
        int conditions = flat.length / seeds();
        double[][] cells = new double[seeds()][];
        Arrays.setAll(cells, s -> Arrays.copyOfRange(flat, s * conditions, (s + 1) * conditions));
        return cells;
    }

    @Override
    public double[] squaredNorm() {
        return squaredNorm.clone();
    }

    @Override
    public double[] logDensity() {
        return logDensity.clone();
    }

    @Override
    public double[] distance() {
        return distance.clone();
    }

    @Override
    public double[] component() {
        return component.clone();
    }

    @Override
    public double[] confidence() {
        return confidence.clone();
    }

    @Override
    public double[] across() {
        return across.clone();
    }

    @Override
    public double[] down() {
        return down.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeedGeneratorResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {
            stopReason,
            finiteShare,
            evaluations,
            squaredNorm,
            logDensity,
            distance,
            component,
            confidence,
            across,
            down,
            mean
        };
    }
}
