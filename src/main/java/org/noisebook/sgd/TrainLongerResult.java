package org.noisebook.sgd;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * How well a network trained, and how far its weights went.
 *
 * <p><b>Shapes</b>: {@code step} and {@code distance} have one entry a record: steps 1, 2, 3, …, then about eight a
 * factor of two, up to the last. They are copied in and out and compared by value. <b>Special cases</b>: after a run
 * that diverged losses, accuracies and the distances from then on are NaN.
 */
public record TrainLongerResult(
        @Parameter("why the run ended: completed or diverged")
        StopReason stopReason,

        @Parameter("share of test images in their class after the last step")
        double testAccuracy,

        @Parameter("share of training images in their class after the last step")
        double trainAccuracy,

        @Parameter("mean cross-entropy of the training images after the last step")
        double trainLoss,

        @Parameter("updates before each record") Doubles step,

        @Parameter("distance of the weights from their start, by record")
        Doubles distance)
        implements Trained {
    /** The same with only the records of these steps. */
    public TrainLongerResult between(double first, double last) {
        int[] places = IntStream.range(0, step.size())
                .filter(k -> step.get(k) >= first && step.get(k) <= last)
                .toArray();
        return new TrainLongerResult(
                stopReason, testAccuracy, trainAccuracy, trainLoss, picked(step, places), picked(distance, places));
    }

    private static Doubles picked(Doubles values, int[] places) {
        return Doubles.of(Arrays.stream(places).mapToDouble(values::get).toArray());
    }
}
