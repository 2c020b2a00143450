package org.noisebook.seeds;

import org.apache.commons.math3.special.Beta;
import org.noisebook.stats.Estimate;

/**
 * One variance component of a crossed design, with its line in the analysis of variance.
 *
 * <p>Sources: Searle, Casella and McCulloch 1992, Variance Components (doi:10.1002/9780470316856); pseudo-F and its
 * degrees by Satterthwaite 1946 (doi:10.2307/3002019).
 *
 * <p><b>Special cases</b>: without a test f, its degrees and pValue are NaN; shares of constant data are NaN.
 *
 * @param name such as {@code init}, {@code init×order} or {@code rest}
 * @param sumOfSquares sum of squares, adjusted for the sources in which it is not nested
 * @param degrees degrees of freedom of the sum of squares
 * @param meanSquare sum of squares divided by degrees
 * @param variance unbiased estimate of the variance, which may be negative
 * @param share fraction of the total variance; a negative variance counts as 0
 * @param totalShare fraction of this source and of all its interactions (Sobol's total index)
 * @param f mean square divided by its expectation without this source
 * @param numeratorDegrees degrees of freedom of the numerator of f
 * @param denominatorDegrees degrees of freedom of its denominator
 * @param pValue probability of an f at least as large without this source
 */
public record Component(
        String name,
        double sumOfSquares,
        double degrees,
        double meanSquare,
        Estimate variance,
        Estimate share,
        Estimate totalShare,
        double f,
        double numeratorDegrees,
        double denominatorDegrees,
        double pValue) {
    /** P(F ≥ f), accurate in the far tail. */
    public static double fTail(double f, double numeratorDegrees, double denominatorDegrees) {
        if (Double.isNaN(f)) {
            return Double.NaN;
        }
        return Beta.regularizedBeta(
                denominatorDegrees / (denominatorDegrees + numeratorDegrees * f),
                denominatorDegrees / 2,
                numeratorDegrees / 2);
    }
}
