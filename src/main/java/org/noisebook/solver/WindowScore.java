package org.noisebook.solver;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The score of a long state made of the scores of overlapping windows: each coordinate gets the weighted mean of what
 * the windows that contain it say.
 *
 * <p>All windows see the same coordinate at the same noise, so the mean of scores is the mean of their denoisers.
 * MultiDiffusion (Bar-Tal et al. 2023, arXiv 2302.08113) averages windows so. <b>Cost</b>: one call of the window's
 * score for each window.
 */
public final class WindowScore implements Score {
    private final Score window;
    private final int[][] windows;
    private final double[] weights;
    private final double[] total;

    /**
     * A score of windows that cover all coordinates.
     *
     * @param window the score of one window, whose coordinates are in the order of each row of windows
     * @param windows the coordinates of each window
     * @param weights positive weight of each place within a window
     */
    public WindowScore(Score window, int[][] windows, double... weights) {
        this.window = window;
        this.windows = Arrays.stream(windows).map(int[]::clone).toArray(int[][]::new);
        this.weights = weights.clone();
        total = new double
                [1 + Arrays.stream(windows).flatMapToInt(Arrays::stream).max().orElse(-1)];
        for (int[] one : windows) {
            if (one.length != window.dimension() || weights.length != one.length) {
                throw new IllegalArgumentException("windows and weights must have the score's dimension="
                        + window.dimension() + ", got " + one.length + " and " + weights.length);
            }
            for (int i = 0; i < one.length; i++) {
                total[one[i]] += weights[i];
            }
        }
        for (int j = 0; j < total.length; j++) {
            if (!(total[j] > 0)) {
                throw new IllegalArgumentException("windows must cover every coordinate, got none at " + j);
            }
        }
    }

    /**
     * Windows of a line, or for 2 axes of a square in row-major order, one every {@code stride} places along each axis;
     * the last one ends with the side.
     */
    public static int[][] windows(int axes, int side, int width, int stride) {
        if (width > side) {
            throw new IllegalArgumentException("width must be at most side=" + side + ", got " + width);
        }
        int[] starts = IntStream.iterate(0, start -> start < side - width + stride, start -> start + stride)
                .map(start -> Math.min(start, side - width))
                .toArray();
        int[][] along = Arrays.stream(starts)
                .mapToObj(start -> IntStream.range(start, start + width).toArray())
                .toArray(int[][]::new);
        return axes == 1
                ? along
                : Arrays.stream(along)
                        .flatMap(rows -> Arrays.stream(along)
                                .map(columns -> Arrays.stream(rows)
                                        .flatMap(row -> Arrays.stream(columns).map(column -> row * side + column))
                                        .toArray()))
                        .toArray(int[][]::new);
    }

    /** Weights that fall linearly from the middle of a window of this width, 1 at its ends. */
    public static double[] triangle(int width) {
        return IntStream.range(0, width)
                .mapToDouble(i -> Math.min(i + 1, width - i))
                .toArray();
    }

    @Override
    public int dimension() {
        return total.length;
    }

    @Override
    public Evaluator evaluator(int capacity) {
        Evaluator inner = window.evaluator(capacity);
        double[][] part = new double[window.dimension()][];
        double[][] said = new double[window.dimension()][capacity];
        return (t, x, count, out) -> {
            for (double[] row : out) {
                Arrays.fill(row, 0, count, 0);
            }
            for (int[] one : windows) {
                for (int i = 0; i < one.length; i++) {
                    part[i] = x[one[i]];
                }
                inner.at(t, part, count, said);
                for (int i = 0; i < one.length; i++) {
                    double weight = weights[i] / total[one[i]];
                    double[] row = out[one[i]];
                    for (int k = 0; k < count; k++) {
                        row[k] = Math.fma(weight, said[i][k], row[k]);
                    }
                }
            }
        };
    }
}
