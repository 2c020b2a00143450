package org.noisebook.stats;

/**
 * U-statistic of E k(X, X′) + E k(Y, Y′) − 2 E k(X, Y), from sums of k, k(x, x) = 0, over the pairs of each point.
 *
 * @param xx Σ_k k(x_i, x_k), i itself included
 * @param xy Σ_k k(x_i, y_k)
 * @param yx Σ_k k(y_i, x_k)
 * @param yy Σ_k k(y_i, y_k), i itself included
 */
record PairStatistic(double[] xx, double[] xy, double[] yx, double[] yy) {

    PairStatistic {
        if (xx.length < 2 || yy.length < 2) {
            throw new IllegalArgumentException(
                    "x and y must have at least 2 points, got " + xx.length + " and " + yy.length);
        }
    }

    /** The estimate with the standard error of its projections: √(4 Var(h(x))/n + 4 Var(h(y))/m). */
    Estimate estimate() {
        double[] ofX = projections(xx, xy, yy.length);
        double[] ofY = projections(yy, yx, xx.length);
        // Each sample takes one of the two cross terms.
        double value = Samples.sum(ofX) / ofX.length + Samples.sum(ofY) / ofY.length;
        double error = 2 * Math.sqrt(Samples.variance(ofX) / ofX.length + Samples.variance(ofY) / ofY.length);
        return Estimate.ofStdError(value, error, Math.min(ofX.length, ofY.length));
    }

    private double[] projections(double[] within, double[] between, int others) {
        int n = within.length;
        double[] projections = new double[n];
        for (int i = 0; i < n; i++) {
            projections[i] = within[i] / (n - 1.0) - between[i] / others;
        }
        return projections;
    }
}
