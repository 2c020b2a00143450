package org.noisebook.regime;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * What a network learned of XOR clusters, step by step.
 *
 * <p><b>Shapes</b>: every array has one entry a step, from the start (index 0) to the last step. They are copied in and out
 * and compared by value. <b>Range</b>: accuracies, agreements and alignments lie in [0, 1].
 *
 * @param stopReason completed, always: no number of a run within the config's bounds can overflow
 * @param linearTestAccuracy of the linear part ½ (f(x) − f(−x)) = ½ Σ_j a_j w_j·x alone
 * @param averageAgreement share of test points to which network and Σ_i y_i x_i·x give the same label
 * @param ownAlignment mean over neurons of |cos(w_j, μ)|, with μ_1 for a_j &gt; 0 and μ_2 for a_j &lt; 0
 */
public record XorGrokkingResult(
        @Parameter("why the run ended: completed") StopReason stopReason,

        @Parameter("share of the training labels that were flipped")
        double flippedShare,

        @Parameter("training accuracy after the first step, flipped labels included")
        double firstTrainAccuracy,

        @Parameter("test accuracy after the first step") double firstTestAccuracy,

        @Parameter("share of test points where the network agrees with its linear part, after the first step")
        double firstLinearAgreement,

        @Parameter("training accuracy after the last step, flipped labels included")
        double lastTrainAccuracy,

        @Parameter("accuracy on training points by their true labels, after the last step")
        double lastCleanTrainAccuracy,

        @Parameter("test accuracy after the last step") double lastTestAccuracy,

        @Parameter("mean logistic loss of training, by step")
        Doubles loss,

        @Parameter("training accuracy, flipped labels included, by step")
        Doubles trainAccuracy,

        @Parameter("accuracy on training points by their true labels, by step")
        Doubles cleanTrainAccuracy,

        @Parameter("test accuracy, by step") Doubles testAccuracy,

        @Parameter("test accuracy of the linear part of the network, by step")
        Doubles linearTestAccuracy,

        @Parameter("share of test points where the network agrees with its linear part, by step")
        Doubles linearAgreement,

        @Parameter("share of test points where the network agrees with the linear rule Σ y x, by step")
        Doubles averageAgreement,

        @Parameter("mean |cosine| of a neuron with the signal of its sign, by step")
        Doubles ownAlignment,

        @Parameter("mean |cosine| of a neuron with the signal of the other sign, by step")
        Doubles otherAlignment)
        implements Trained {}
