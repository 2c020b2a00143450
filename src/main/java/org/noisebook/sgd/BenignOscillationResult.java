package org.noisebook.sgd;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * What a patch network learned of a weak feature, a strong one and noise.
 *
 * <p>The output of a feature is that of its patch alone times the label, the mean over both labels; that of the noise
 * is the mean of y f over the noise patches of the training points. A point with all patches is fitted where the three
 * add up to 1. After divergence numbers are NaN and the courses end in NaN.
 *
 * @param meanResidual mean of e = 1 − y f before a step, over the steps on points with the strong patch; NaN if there is none
 */
public record BenignOscillationResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("mean of half the squared residual over the training points")
        double trainLoss,

        @Parameter("share of training points with y f > 0") double trainAccuracy,

        @Parameter("share of points without the strong patch that have y f > 0")
        double testAccuracy,

        @Parameter(value = "mean residual on points with the strong patch", symbol = "⟨e⟩")
        double meanResidual,

        @Parameter(value = "mean squared residual on points with the strong patch", symbol = "⟨e²⟩")
        double meanSquaredResidual,

        @Parameter("output on the strong patch alone") double strongOutput,

        @Parameter("output on the weak patch alone") double weakOutput,

        @Parameter("mean output on the noise patches of the training points")
        double noiseOutput,

        @Parameter("output on the strong patch alone, by record")
        Doubles strongCourse,

        @Parameter("output on the weak patch alone, by record")
        Doubles weakCourse,

        @Parameter("mean output on the noise patches of the training points, by record")
        Doubles noiseCourse)
        implements Trained {}
