package org.noisebook.sgd;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the margins u·z of a list of points through changes of u, by adding rows of their Gram matrix.
 *
 * <p>After u += s z_k every margin grows by s z_k·z_i. A row z_k·z_i over the list is computed when point k first changes
 * the weights and kept; a change that would need more than one new row is cheaper to meet with new margins, and ends the
 * tracking.
 *
 * <p><b>Error</b>: rounding of as many additions as there are changes since the start.
 *
 * <p><b>Cost</b>: a change costs one addition a point, a new row one dot product a point.
 */
final class MarginTracker {
    /** Additions and comparisons in the time of a dot product. */
    private static final int ADDITIONS_PER_DOT = 8;

    /** Rows take at most as many numbers as the points themselves, or this many if that is more. */
    private static final long KEPT_NUMBERS = 1L << 20;

    private final PerceptronPoints points;
    private final long mostKept;
    private final Map<Integer, double[]> rows = new HashMap<>();
    private int[] list = new int[0];
    private int count;
    private double[] margins = new double[0];
    private boolean valid;
    /** Whether the rows belong to the list. */
    private boolean rowsKept;

    MarginTracker(PerceptronPoints points) {
        this.points = points;
        this.mostKept = mostKept(points.size, points.stride);
    }

    static long mostKept(int size, int stride) {
        return Math.max(KEPT_NUMBERS, (long) size * stride);
    }

    /** Whether the margins are those of the weights now. */
    boolean valid() {
        return valid;
    }

    /** The price of a look at the margins, in dot products. */
    int cost() {
        return count / ADDITIONS_PER_DOT + 1;
    }

    /** Computes the margins of a list, which must not change until {@link #stop}. */
    void start(int[] candidates, int candidateCount) {
        if (!rowsKept) {
            rows.clear();
        }
        list = candidates;
        count = candidateCount;
        if (margins.length < count) {
            margins = new double[count];
        }
        points.perceptron.margins(list, count, margins);
        valid = true;
        rowsKept = true;
    }

    /** The list is about to change. */
    void stop() {
        valid = false;
        rowsKept = false;
    }

    /** Collects the unfitted of the list; gives their number. */
    int unfitted(int[] found) {
        int n = 0;
        double threshold = points.threshold;
        for (int k = 0; k < count; k++) {
            found[n] = list[k];
            if (margins[k] < threshold) {
                n++;
            }
        }
        return n;
    }

    /** The weights have changed by these points. */
    void changed(int[] changing, int changes) {
        if (!valid) {
            return;
        }
        int missing = 0;
        for (int k = 0; k < changes; k++) {
            missing += rows.containsKey(changing[k]) ? 0 : 1;
        }
        if (missing > 1 || (missing == 1 && (rows.size() + 1L) * count > mostKept)) {
            valid = false;
            return;
        }
        for (int k = 0; k < changes; k++) {
            double[] row = rows.computeIfAbsent(changing[k], this::row);
            double step = points.stepLength;
            for (int i = 0; i < count; i++) {
                margins[i] = Math.fma(step, row[i], margins[i]);
            }
        }
    }

    private double[] row(int point) {
        double[] row = new double[count];
        points.perceptron.gramRow(point, list, count, row);
        return row;
    }
}
