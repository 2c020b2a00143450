package org.noisebook.seeds;

import org.apache.commons.math3.special.Beta;
import org.noisebook.stats.Estimate;

/**
 * One source of variance of a crossed design, with its line of the analysis of variance.
 *
 * <p>Sources: Searle, Casella and McCulloch 1992, Variance Components (doi:10.1002/9780470316856); pseudo-F and its degrees by
 * Satterthwaite 1946 (doi:10.2307/3002019).
 *
 * <p><b>Special cases</b>: what has no test has NaN for f, its degrees and pValue; shares of constant data are NaN.
 *
 * @param name such as {@code init}, {@code init×order} or {@code rest}
 * @param sumOfSquares adjusted for the sources that it is not nested in
 * @param degrees degrees of freedom of the sum of squares
 * @param meanSquare sum of squares over degrees
 * @param variance the unbiased estimate, which may be negative
 * @param share of the total variance; a negative variance counts as 0
 * @param totalShare share of this source and of all interactions it takes part in (Sobol's total index)
 * @param f mean squares over those expected without this source
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
