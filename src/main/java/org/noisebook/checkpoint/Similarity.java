package org.noisebook.checkpoint;

import java.util.stream.IntStream;
import org.noisebook.data.NumberArray;

/**
 * Representational similarity analysis of two layers (Kriegeskorte, Mur and Bandettini 2008, Front. Syst. Neurosci. 2, 4): the
 * correlation of their dissimilarities 1 − corr(row i, row j) over the pairs i &lt; j.
 */
final class Similarity {
    private Similarity() {}

    /** Rows with any variance in both. */
    static int[] varied(NumberArray first, NumberArray second) {
        double[] a = new double[first.columns()];
        double[] b = new double[second.columns()];
        return IntStream.range(0, first.rows())
                .filter(i -> standardise(first, i, a) && standardise(second, i, b))
                .toArray();
    }

    /**
     * The correlation; rows without variance in either are left out ({@link #varied}). <b>Special cases</b>: NaN for fewer than three rows
     * or dissimilarities that are all one. <b>Cost</b>: n² times the columns.
     */
    static double rsa(NumberArray first, NumberArray second) {
        int[] rows = varied(first, second);
        double[] a = correlations(first, rows);
        double[] b = correlations(second, rows);
        double aMean = mean(a);
        double bMean = mean(b);
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int k = 0; k < a.length; k++) {
            ab += (a[k] - aMean) * (b[k] - bMean);
            aa += (a[k] - aMean) * (a[k] - aMean);
            bb += (b[k] - bMean) * (b[k] - bMean);
        }
        return ab / StrictMath.sqrt(aa * bb);
    }

    private static double mean(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value;
        }
        return sum / x.length;
    }

    private static double[] correlations(NumberArray layer, int[] rows) {
        int columns = layer.columns();
        double[] packed = new double[rows.length * columns];
        double[] one = new double[columns];
        for (int i = 0; i < rows.length; i++) {
            standardise(layer, rows[i], one);
            System.arraycopy(one, 0, packed, i * columns, columns);
        }
        double[] gram = KernelPair.gram(NumberArray.of(new int[] {rows.length, columns}, packed));
        return IntStream.range(0, gram.length)
                .filter(k -> k % rows.length > k / rows.length)
                .mapToDouble(k -> gram[k])
                .toArray();
    }

    /** A row less its mean, of norm 1; false if it does not vary. */
    private static boolean standardise(NumberArray layer, int row, double[] out) {
        layer.copy(row * out.length, out.length, out, 0);
        double mean = mean(out);
        double squares = 0;
        for (int j = 0; j < out.length; j++) {
            out[j] -= mean;
            squares += out[j] * out[j];
        }
        double norm = StrictMath.sqrt(squares);
        for (int j = 0; j < out.length; j++) {
            out[j] /= norm;
        }
        return norm > 0;
    }
}
