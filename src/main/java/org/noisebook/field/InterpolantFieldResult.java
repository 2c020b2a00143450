package org.noisebook.field;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * The error of a learned field and the quality of its samples.
 *
 * <p><b>Shapes</b>: loss histories have up to 100 entries for equal parts of the training; other arrays have one entry
 * per ε. <b>Special cases</b>: NaN where a number does not exist: without an exact field or a checkerboard, in more
 * than one dimension, or after diverged training. Errors are standard errors over 8 independent sets of draws.
 *
 * @param companionLoss loss history of the second network; empty if there is none
 * @param loss E[½ f² − f·y] on new draws
 * @param scoreExcess √(velocityExcess/scoreExcess) is the ε that minimises the bound on the Kullback–Leibler divergence
 * @param distance distance to equally many new points of the target: W_1 on the line, else sliced over 64 directions
 * @param cellShares fraction of samples in each of {@value #CELLS} × {@value #CELLS} equal cells of [−5, 5]², rows from
 *     the bottom, one ε after another; empty unless the target is the checkerboard
 */
public record InterpolantFieldResult(
        @Parameter("why the training ended: completed or diverged")
        StopReason stopReason,

        @Parameter("loss during training") Doubles trainingLoss,

        @Parameter("loss of the second network during training")
        Doubles companionLoss,

        @Parameter("loss on new draws") double loss,

        @Parameter("standard error of the loss") double lossError,

        @Parameter("loss of the exact field on the same draws")
        double floor,

        @Parameter("half the mean squared error of what the network learned")
        double excess,

        @Parameter("standard error of the excess") double excessError,

        @Parameter("half the mean squared error of the velocity where noise is injected")
        double velocityExcess,

        @Parameter("standard error of the excess of the velocity")
        double velocityExcessError,

        @Parameter("half the mean squared error of the score where noise is injected")
        double scoreExcess,

        @Parameter("standard error of the excess of the score")
        double scoreExcessError,

        @Parameter("(sliced) W1 between samples and fresh points of the target, by ε")
        Doubles distance,

        @Parameter("standard error of the distance over directions, by ε")
        Doubles distanceError,

        @Parameter("(sliced) W1 between two sets of points of the target")
        double sampleDistance,

        @Parameter("distance of samples drawn with the exact fields, by ε")
        Doubles exactDistance,

        @Parameter("share of samples in filled squares, by ε")
        Doubles filledShare,

        @Parameter("share of samples that are finite, by ε") Doubles finiteShare,

        @Parameter("field evaluations per sample, by ε") Doubles evaluations,

        @Parameter("share of samples in each cell of a histogram, by ε, row and column")
        Doubles cellShares)
        implements Trained {
    /** Cells per side; three along each square of the checkerboard. */
    public static final int CELLS = 30;

    /** The histogram covers [−REACH, REACH]². */
    public static final double REACH = 5;
}
