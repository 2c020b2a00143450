package org.noisebook.sgd;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the margins u·z of a list of points up to date as u changes, by adding rows of their Gram matrix.
 *
 * <p>After u += s z_k every margin grows by s z_k·z_i. A row z_k·z_i over the list is computed and stored when point k
 * first changes the weights. If a change needs more than one new row, tracking ends, as recomputing is cheaper.
 *
 * <p><b>Error</b>: rounding of one addition per change since the start. <b>Cost</b>: one addition per point for a
 * change, one dot product per point for a new row.
 */
final class MarginTracker {
    /** Number of additions and comparisons in the time of one dot product. */
    private static final int ADDITIONS_PER_DOT = 8;

    /** The stored rows hold at most as many numbers as the points themselves, or this many if that is more. */
    private static final long KEPT_NUMBERS = 1L << 20;

    private final PerceptronPoints points;
    private final long mostKept;
    private final Map<Integer, double[]> rows = new HashMap<>();
    private int[] list = new int[0];
    private int count;
    private double[] margins = new double[0];
    private boolean valid;
    /** Whether the rows belong to the current list. */
    private boolean rowsKept;

    MarginTracker(PerceptronPoints points) {
        this.points = points;
        this.mostKept = mostKept(points.size, points.stride);
    }

    static long mostKept(int size, int stride) {
        return Math.max(KEPT_NUMBERS, (long) size * stride);
    }

    /** Whether the margins are those of the current weights. */
    boolean valid() {
        return valid;
    }

    /** The cost of inspecting the margins, in dot products. */
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

    /** Called when the list is about to change. */
    void stop() {
        valid = false;
        rowsKept = false;
    }

    /** Collects the unfitted points of the list and returns their number. */
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

    /** Called when the weights have been changed by these points. */
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
