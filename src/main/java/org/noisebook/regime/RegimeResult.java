package org.noisebook.regime;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.NetworkResult;

/**
 * What a training of a network gave and how far the network moved.
 *
 * <p>Records are taken at the start, at about equal ratios of steps on the way, and at the end. After divergence the
 * movement is NaN and there is no last record. Arrays are copied in and out and compared by value.
 *
 * @param training the result of the study {@code network}
 * @param movement start against end
 * @param linearisedDistance ‖F − F_lin‖/‖F‖ of the predictions on the probes; NaN if not asked for, after divergence, or
 *     for predictions that are all 0 or whose squares overflow
 * @param linearisedAgreement share of probes where the tangent model has the same sign
 * @param linearisedSteps index of the last step that changed the tangent model; 0 if not asked for
 * @param layerRepresentationAlignment CKA of each hidden layer, from the first to the last; NaN where a layer is constant
 * @param recordTime η · steps of the records
 * @param recordTrainLoss the training loss
 * @param recordTestError the test error
 * @param recordWeightChange ‖Δw‖/‖w_0‖
 * @param recordKernelAlignment KA
 * @param recordRepresentationAlignment RA, raw
 * @param recordCentredRepresentationAlignment CKA
 * @param recordTargetAlignment of the tangent kernel with the labels
 */
public record RegimeResult(
        @Parameter("the training") NetworkResult training,

        @Parameter("start against end") Movement movement,

        @Parameter("distance of the tangent model's predictions, relative, on the probes")
        double linearisedDistance,

        @Parameter("share of probes where the tangent model has the same sign")
        double linearisedAgreement,

        @Parameter("index of the last step that changed the tangent model")
        long linearisedSteps,

        @Parameter("centred representation alignment of each hidden layer")
        double[] layerRepresentationAlignment,

        @Parameter("η · steps of the records") double[] recordTime,

        @Parameter("training loss at the records") double[] recordTrainLoss,

        @Parameter("test error at the records") double[] recordTestError,

        @Parameter("relative weight change at the records") double[] recordWeightChange,

        @Parameter("kernel alignment at the records") double[] recordKernelAlignment,

        @Parameter("representation alignment at the records")
        double[] recordRepresentationAlignment,

        @Parameter("centred representation alignment at the records")
        double[] recordCentredRepresentationAlignment,

        @Parameter("kernel–target alignment at the records") double[] recordTargetAlignment)
        implements Moved {

    /** Copies the arrays. */
    public RegimeResult {
        Objects.requireNonNull(training, "training");
        Objects.requireNonNull(movement, "movement");
        layerRepresentationAlignment = layerRepresentationAlignment.clone();
        recordTime = recordTime.clone();
        recordTrainLoss = recordTrainLoss.clone();
        recordTestError = recordTestError.clone();
        recordWeightChange = recordWeightChange.clone();
        recordKernelAlignment = recordKernelAlignment.clone();
        recordRepresentationAlignment = recordRepresentationAlignment.clone();
        recordCentredRepresentationAlignment = recordCentredRepresentationAlignment.clone();
        recordTargetAlignment = recordTargetAlignment.clone();
    }

    @Override
    public StopReason stopReason() {
        return training.stopReason();
    }

    @Override
    public double[] layerRepresentationAlignment() {
        return layerRepresentationAlignment.clone();
    }

    @Override
    public double[] recordTime() {
        return recordTime.clone();
    }

    @Override
    public double[] recordTrainLoss() {
        return recordTrainLoss.clone();
    }

    @Override
    public double[] recordTestError() {
        return recordTestError.clone();
    }

    @Override
    public double[] recordWeightChange() {
        return recordWeightChange.clone();
    }

    @Override
    public double[] recordKernelAlignment() {
        return recordKernelAlignment.clone();
    }

    @Override
    public double[] recordRepresentationAlignment() {
        return recordRepresentationAlignment.clone();
    }

    @Override
    public double[] recordCentredRepresentationAlignment() {
        return recordCentredRepresentationAlignment.clone();
    }

    @Override
    public double[] recordTargetAlignment() {
        return recordTargetAlignment.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegimeResult that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {
            training,
            movement,
            linearisedDistance,
            linearisedAgreement,
            linearisedSteps,
            layerRepresentationAlignment,
            recordTime,
            recordTrainLoss,
            recordTestError,
            recordWeightChange,
            recordKernelAlignment,
            recordRepresentationAlignment,
            recordCentredRepresentationAlignment,
            recordTargetAlignment
        };
    }
}
