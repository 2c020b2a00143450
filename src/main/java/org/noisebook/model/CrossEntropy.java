package org.noisebook.model;

/**
 * Cross-entropy of softmax scores: loss −ln p_label with p_k = e^(s_k) / Σ_j e^(s_j), derivative p_k − [k = label].
 *
 * <p><b>Special cases</b>: the largest score is subtracted first, so no exponential overflows; a NaN or infinite score
 * makes loss and derivative NaN. <b>Error</b>: a few unit roundoffs. <b>Cost</b>: one {@code StrictMath.exp} per class.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * The loss of one sample; its derivative goes to {@code slope[slopeStart …]}, which may be the scores themselves.
     *
     * @param scores the class scores, from {@code start} on
     * @param classes the number of classes
     * @param label the correct class, in [0, classes)
     */
    public static double of(double[] scores, int start, int classes, int label, double[] slope, int slopeStart) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            largest = Math.max(largest, scores[start + k]);
        }
        double right = scores[start + label] - largest;
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            double power = StrictMath.exp(scores[start + k] - largest);
            slope[slopeStart + k] = power;
            sum += power;
        }
        for (int k = 0; k < classes; k++) {
            slope[slopeStart + k] = slope[slopeStart + k] / sum - (k == label ? 1 : 0);
        }
        return StrictMath.log(sum) - right;
    }
}
