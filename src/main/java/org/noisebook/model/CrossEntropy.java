package org.noisebook.model;

/**
 * The cross-entropy of softmax scores: loss −ln p_label with p_k = e^(s_k) / Σ_j e^(s_j), derivative p_k − [k = label].
 *
 * <p><b>Special cases</b>: the largest score is taken out first, so that no exponential overflows; a NaN or infinite score
 * makes loss and derivative NaN.
 *
 * <p><b>Error</b>: a few units of rounding. <b>Cost</b>: one {@code StrictMath.exp} a class.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * The loss of one case; its derivative goes to {@code slope[slopeStart …]}, which may be the scores themselves.
     *
     * @param scores of the classes from {@code start} on
     * @param classes how many
     * @param label the right one, in [0, classes)
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
