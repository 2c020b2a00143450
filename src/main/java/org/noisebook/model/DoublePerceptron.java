package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;

/** {@link PlainPerceptron} in float64. */
final class DoublePerceptron extends PlainPerceptron {
    // double in both: signatures of overridden methods
    private final double[] rows;
    private final double[] weights;
    private final double[] margins;
    private final double roundedThreshold;
    private final double roundedStep;
    // float: private final double[] seen;

    DoublePerceptron(
            int size,
            int dimension,
            double threshold, // double in both
            double stepLength, // double in both
            Kernels kernels) {
        super(size, dimension, threshold, stepLength, kernels);
        rows = new double[Kernels.DOUBLE_LEAD + size * stride];
        weights = new double[stride];
        margins = new double[size];
        roundedThreshold = threshold; // float: (float) threshold
        roundedStep = stepLength; // float: (float) stepLength
        // float: seen = new double[stride];
    }

    @Override
    void put(int position, double[] from, int offset) {
        int to = Kernels.DOUBLE_LEAD + position;
        for (int j = 0; j < dimension; j++) {
            rows[to + j] = from[offset + j]; // float: (float) from[offset + j]
        }
    }

    @Override
    public int unfitted(int[] candidates, int count, int[] found) {
        kernels.dots(rows, Kernels.DOUBLE_LEAD, stride, candidates, count, weights, margins);
        int n = 0;
        for (int k = 0; k < count; k++) {
            if (margins[k] < roundedThreshold) {
                found[n++] = candidates[k];
            }
        }
        return n;
    }

    @Override
    public double margin(int k) {
        return margins[k];
    }

    @Override
    public void margins(int[] list, int count, double[] out) {
        dots(list, count, weights, out);
    }

    @Override
    public void gramRow(int point, int[] list, int count, double[] out) {
        int start = Kernels.DOUBLE_LEAD + point * stride;
        dots(list, count, Arrays.copyOfRange(rows, start, start + stride), out);
    }

    // float: private void dots(int[] list, int count, float[] vector, double[] out) {
    // float:     kernels.dots(rows, Kernels.FLOAT_LEAD, stride, list, count, vector, margins);
    // float:     for (int k = 0; k < count; k++) {
    // float:         out[k] = margins[k];
    // float:     }
    // float: }
    // double only:
    private void dots(int[] list, int count, double[] vector, double[] out) {
        kernels.dots(rows, Kernels.DOUBLE_LEAD, stride, list, count, vector, out);
    }
    // end of double only

    @Override
    void add(int[] points, int count) {
        for (int k = 0; k < count; k++) {
            kernels.addScaled(roundedStep, rows, Kernels.DOUBLE_LEAD + points[k] * stride, stride, weights);
        }
    }

    @Override
    public double[] weights() {
        // float: for (int j = 0; j < dimension; j++) {
        // float:     seen[j] = weights[j];
        // float: }
        return weights; // float: seen
    }

    @Override
    public double weight(int j) {
        return weights[j];
    }

    @Override
    Precision precision() {
        return Precision.FLOAT64;
    }
}
