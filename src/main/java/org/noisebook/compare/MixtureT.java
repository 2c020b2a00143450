package org.noisebook.compare;

/**
 * A test of mean 0 that may be looked at after every observation: E_n of the t statistic under a normal law mixed over μ/σ ~ N(0, 1/2) against
 * all normal laws of mean 0.
 *
 * <p>E_n = (1 + ng)^(−1/2) [(1 + t²/ν)/(1 + t²/(ν(1 + ng)))]^(n/2) with ν = n − 1, g = 1/2 unless said otherwise; decided at the first n ≥ 3 with
 * E_n ≥ H, where H = 1/α for looks without end (Ville's inequality) and lower where a largest n is declared beforehand.
 *
 * <p><b>Source</b>: Wang and Ramdas 2023 (arXiv 2310.03722). The lower H for a largest n of 5 to 100 are the points that null paths pass with a chance
 * of α, by draws from the mixture weighted 1/E at the first crossing; the levels that stand beside them are raised by the error of these draws. Between
 * the rows the next one holds, and in α they are interpolated on logarithms.
 *
 * <p><b>Error</b>: exact for normal differences without a largest n; false finds up to 50 looks .021 to .047 for symmetric laws; <b>not for</b>
 * skewed differences of mean 0 (.10 to .26).
 */
public final class MixtureT {
    /** Fewest observations that can decide. */
    public static final int FEWEST = 3;

    /** The variance g of effects in the mixture. */
    static final double G = 0.5;

    private static final int[] LARGEST = {5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100};
    /** Levels .05, .025, .01, .005, .001, 1e-4 and 1e-5 of the columns of H and the error of their simulation. */
    private static final double[] ALPHA = {0.0508, 0.0254, 0.01016, 0.00508, 0.001016, 1.05e-4, 1.14e-5};

    private static final double[][] H = {
        {3.06, 4, 5.314, 6.562, 9.086, 11.07, 11.87},
        {3.558, 4.811, 7.114, 9.149, 14.97, 23.06, 27.76},
        {3.979, 5.637, 8.833, 11.96, 22.37, 43.32, 62.6},
        {4.352, 6.435, 10.48, 15.03, 31.22, 72.14, 130.1},
        {5.004, 7.805, 13.74, 20.79, 51.65, 160.8, 401.8},
        {5.602, 8.988, 16.7, 26.33, 73.37, 283.7, 919},
        {6.328, 10.49, 20.51, 33.89, 106.2, 507.7, 2170},
        {7.253, 12.45, 25.62, 44.26, 156.1, 911, 5032},
        {8.461, 15.13, 32.84, 59.25, 233.1, 1648, 11420},
        {9.844, 18.2, 41.36, 77.18, 330.8, 2676, 21580},
        {11.43, 21.73, 51.18, 98.22, 448.4, 3982, 35550}
    };

    private MixtureT() {}

    /** E_n of t = mean √n/s for effects of variance g; 1 for n = 1. */
    static double eValue(double t, int n, double g) {
        double more = 1 + n * g;
        if (n < 2 || Double.isNaN(t)) {
            return 1;
        }
        if (Double.isInfinite(t)) {
            return StrictMath.pow(more, (n - 1) / 2.0);
        }
        double square = t * t / (n - 1.0);
        return StrictMath.exp(
                -0.5 * StrictMath.log(more) + 0.5 * n * (StrictMath.log1p(square) - StrictMath.log1p(square / more)));
    }

    /**
     * H of a level.
     *
     * @param largest n declared before the first look; 0 for none
     */
    public static double threshold(double alpha, int largest) {
        int row = row(largest);
        if (row < 0) {
            return 1 / alpha;
        }
        double[] h = H[row];
        int last = ALPHA.length - 1;
        if (alpha > ALPHA[0]) {
            return Math.min(1 / alpha, h[0]);
        }
        if (alpha < ALPHA[last]) {
            return Math.min(1 / alpha, h[last] * ALPHA[last] / alpha);
        }
        return between(alpha, ALPHA, h);
    }

    /** Interpolated on logarithms between two columns, each rising or falling. */
    private static double between(double x, double[] from, double[] to) {
        int k = 0;
        while (k < from.length - 2 && (from[0] < from[1] ? x > from[k + 1] : x < from[k + 1])) {
            k++;
        }
        double first = StrictMath.log(from[k]);
        double share = (StrictMath.log(x) - first) / (StrictMath.log(from[k + 1]) - first);
        double start = StrictMath.log(to[k]);
        return StrictMath.exp(start + share * (StrictMath.log(to[k + 1]) - start));
    }

    private static int row(int largest) {
        for (int row = 0; row < LARGEST.length; row++) {
            if (largest > 0 && largest <= LARGEST[row]) {
                return row;
            }
        }
        return -1;
    }

    /** The smallest level whose H is reached: valid at any time. */
    public static double pValue(double e, int largest) {
        int row = row(largest);
        if (row < 0 || e < H[row][0]) {
            return Math.min(1, 1 / e);
        }
        double[] h = H[row];
        int last = ALPHA.length - 1;
        if (e > h[last]) {
            return Math.min(h[last] * ALPHA[last] / e, 1);
        }
        return between(e, h, ALPHA);
    }

    /** Half-width of the interval in standard errors, t*_n, for effects of variance g; infinite where n cannot decide. */
    static double halfWidth(int n, double h, double g) {
        double more = 1 + n * g;
        double c = StrictMath.exp((StrictMath.log(more) + 2 * StrictMath.log(h)) / n);
        return n < 2 || c >= more ? Double.POSITIVE_INFINITY : StrictMath.sqrt((n - 1) * (c - 1) / (1 - c / more));
    }
}
