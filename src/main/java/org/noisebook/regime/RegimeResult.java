package org.noisebook.regime;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.sgd.NetworkResult;

/**
 * The result of a training, and how far the network moved.
 *
 * <p>Records are taken at the start, at about equal ratios of steps on the way, and at the end. After divergence the
 * movement is NaN and there is no last record. Arrays are copied in and out and compared by value.
 *
 * @param linearisedDistance ‖F − F_lin‖/‖F‖ of the predictions on the probes at equal training loss; NaN if not asked for,
 *     after divergence, for a tangent model that does not come to this loss, or for predictions that are all 0 or whose
 *     squares overflow
 * @param departure by central differences of the outputs on the probes, in float64
 * @param debiasedKernelAlignment NaN after divergence
 * @param debiasedRepresentationAlignment NaN after divergence and where there is no answer
 * @param linearisedSteps index of the last step that changed the tangent model; 0 if not asked for
 * @param layerRepresentationAlignment CKA of each hidden layer, from the first to the last, of a convolutional network of the
 *     last alone, averaged over the pixels; NaN where a layer is constant
 */
public record RegimeResult(
        @Parameter("the training") NetworkResult training,

        @Parameter("start against end") Movement movement,

        @Parameter("relative distance of the tangent model's predictions on the probes, at equal training loss")
        double linearisedDistance,

        @Parameter("share of probes where the tangent model has the same sign")
        double linearisedAgreement,

        @Parameter("index of the last step that changed the tangent model")
        long linearisedSteps,

        @Parameter("departure of the outputs on the probes from their linearisations, which decides")
        Departure departure,

        @Parameter("cosine of the tangent kernels before and after, without diagonals")
        double debiasedKernelAlignment,

        @Parameter("linear CKA of the last hidden layer, without diagonals")
        double debiasedRepresentationAlignment,

        @Parameter("centred representation alignment of each hidden layer")
        Doubles layerRepresentationAlignment,

        @Parameter("η · steps of the records") Doubles recordTime,

        @Parameter("training loss at the records") Doubles recordTrainLoss,

        @Parameter("test error at the records") Doubles recordTestError,

        @Parameter("relative weight change at the records") Doubles recordWeightChange,

        @Parameter("kernel alignment at the records") Doubles recordKernelAlignment,

        @Parameter("representation alignment at the records")
        Doubles recordRepresentationAlignment,

        @Parameter("centred representation alignment at the records")
        Doubles recordCentredRepresentationAlignment,

        @Parameter("kernel–target alignment at the records") Doubles recordTargetAlignment)
        implements Trained {
    @Override
    public StopReason stopReason() {
        return training.stopReason();
    }
}
