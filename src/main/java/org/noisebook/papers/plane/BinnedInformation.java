package org.noisebook.papers.plane;

import java.util.Arrays;

/**
 * Exact mutual information, in bits, of a binned representation T of equally likely inputs X with X and with a label Y.
 *
 * <p>Each input x lies in one cell t(x), the tuple of its activities' bins, so I(X;T) = H(T) = −Σ_t p(t) log2 p(t), and
 * with a label that depends on T through X alone I(T;Y) = H(Y) − Σ_t p(t) H(Y|t), p(y|t) the mean of p(y|x) within the
 * cell (Shwartz-Ziv and Tishby 2017, arXiv 1703.00810).
 *
 * <p><b>Shapes</b>: activities row-major {@code [inputs][width]}, label probabilities row-major {@code
 * [inputs][classes]}, rows summing to 1. <b>Units or range</b>: bits; 0 ≤ I(X;T) ≤ log2 inputs and 0 ≤ I(T;Y) ≤ I(X;Y)
 * up to rounding.
 *
 * <p><b>Special cases</b>: bins divide [low, high] equally and are closed below, the last also above; values outside
 * count in the first or last bin. If low = high, all values are in the first bin. NaN is rejected. <b>Error</b>:
 * rounding. It measures the information in the binned activities; the activities themselves lose none in a
 * deterministic network. Binned layers need not obey the data-processing inequality among themselves, since a binned
 * layer is not a function of the previous binned layer; each obeys it with X and Y. <b>Cost</b>: memory and operations
 * per unit proportional to inputs · bins.
 *
 * @param input I(X;T)
 * @param label I(T;Y)
 */
public record BinnedInformation(double input, double label) {
    private static final double LN2 = StrictMath.log(2);

    /** The information in one layer whose activities are binned between {@code low} and {@code high}. */
    public static BinnedInformation of(
            double[] activities, int width, double low, double high, int bins, double[] labels, int classes) {
        if (width < 1 || activities.length % width != 0) {
            throw new IllegalArgumentException(
                    "width must divide the " + activities.length + " activities, got " + width);
        }
        int inputs = activities.length / width;
        if (bins < 1 || (long) inputs * bins > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("bins must be in [1, 2^31 / inputs], got " + bins);
        }
        if (!(low <= high)) {
            throw new IllegalArgumentException("high must be at least low=" + low + ", got " + high);
        }
        return of(cells(activities, width, inputs, low, high, bins), labels, classes);
    }

    /**
     * The information in a representation given by the cell of every input.
     *
     * @param cells numbers in [0, inputs)
     */
    public static BinnedInformation of(int[] cells, double[] labels, int classes) {
        int inputs = cells.length;
        if (classes < 1 || labels.length != inputs * classes) {
            throw new IllegalArgumentException(
                    "labels must hold inputs · classes=" + inputs * classes + " numbers, got " + labels.length);
        }
        double[] sizes = new double[inputs];
        double[] inCell = new double[inputs * classes];
        double[] all = new double[classes];
        for (int x = 0; x < inputs; x++) {
            sizes[cells[x]]++;
            for (int y = 0; y < classes; y++) {
                inCell[cells[x] * classes + y] += labels[x * classes + y];
                all[y] += labels[x * classes + y];
            }
        }
        double label = entropy(all, 0, classes, inputs);
        for (int t = 0; t < inputs; t++) {
            label -= sizes[t] / inputs * entropy(inCell, t * classes, classes, sizes[t]);
        }
        return new BinnedInformation(entropy(sizes, 0, inputs, inputs), label);
    }

    /** The cell of every input, numbered in order of appearance; each unit splits the previous cells by its bins. */
    private static int[] cells(double[] activities, int width, int inputs, double low, double high, int bins) {
        int[] cells = new int[inputs];
        int[] names = new int[inputs * bins];
        double perUnit = high > low ? bins / (high - low) : 0;
        for (int j = 0, known = 1; j < width; j++) {
            boolean splits = known < inputs;
            if (splits) {
                Arrays.fill(names, 0, known * bins, -1);
                known = 0;
            }
            for (int x = 0; x < inputs; x++) {
                double value = activities[x * width + j];
                if (Double.isNaN(value)) {
                    throw new IllegalArgumentException("activities must be numbers, got NaN at input " + x);
                }
                if (splits) {
                    int bin = (int) Math.max(0, Math.min(bins - 1, (value - low) * perUnit));
                    int key = cells[x] * bins + bin;
                    if (names[key] < 0) {
                        names[key] = known++;
                    }
                    cells[x] = names[key];
                }
            }
        }
        return cells;
    }

    /** Entropy of weights that sum to {@code total}. */
    private static double entropy(double[] weights, int start, int length, double total) {
        double sum = 0;
        for (int k = start; k < start + length; k++) {
            if (weights[k] > 0) {
                double p = weights[k] / total;
                sum -= p * StrictMath.log(p);
            }
        }
        return sum / LN2;
    }
}
