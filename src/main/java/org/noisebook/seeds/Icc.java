package org.noisebook.seeds;

import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.FDistribution;
import org.noisebook.stats.Estimate;

/**
 * Intraclass correlations of seeds: how similar a seed's responses are, singly or averaged over C conditions.
 *
 * <p>Sources: Shrout and Fleiss 1979 (doi:10.1037/0033-2909.86.2.420); McGraw and Wong 1996
 * (doi:10.1037/1082-989X.1.1.30), tables 4 and 7. The intervals of the one-way and consistency forms are exact F
 * intervals; those of agreement use Satterthwaite's degrees; standard errors are by the delta method. If cells are
 * missing or unequally filled, the correlations are ratios of variances, with a negative seed variance counted as 0,
 * and have the intervals of {@link SeedComponents}. With replicates the unit is the mean of a cell.
 *
 * <p><b>Range</b>: at most 1; for equally filled tables below 0 if seeds differ less than by chance. <b>Special
 * cases</b>: constant data give NaN. The averaged forms are −∞ if the means of the seeds are equal.
 *
 * @param oneWay ICC(1,1), which ignores conditions and is too low if they differ strongly
 * @param oneWayMean ICC(1,C)
 * @param agreement ICC(2,1) = V_S/(V_S + V_C + V_E)
 * @param agreementMean ICC(2,C)
 * @param consistency ICC(3,1) = V_S/(V_S + V_E)
 * @param consistencyMean ICC(3,C), reliability of a seed's mean over the conditions (Cronbach's alpha)
 */
public record Icc(
        Estimate oneWay,
        Estimate oneWayMean,
        Estimate agreement,
        Estimate agreementMean,
        Estimate consistency,
        Estimate consistencyMean) {
    private static final double UPPER = 0.5 + Estimate.LEVEL / 2;

    /** Correlations for a complete table, from the mean squares of its two-way analysis. */
    public static Icc of(int seeds, int conditions, double seedSquare, double conditionSquare, double restSquare) {
        double restDegrees = (seeds - 1.0) * (conditions - 1.0);
        double[] squares = {seedSquare, conditionSquare, restSquare};
        double[] degrees = {seeds - 1.0, conditions - 1.0, restDegrees};
        // The within-seed term, and the term that agreement adds to consistency, as weights of the mean squares.
        double[] within = {0, 1.0 / seeds, (seeds - 1.0) / seeds};
        double[] shift = {0, (double) conditions / seeds, -(double) conditions / seeds};
        double[] rest = {0, 0, 1};
        double withinSquare = conditionSquare / seeds + restSquare * (seeds - 1.0) / seeds;
        double withinDegrees = seeds * (conditions - 1.0);
        double[] oneWay = exact(seeds - 1.0, withinDegrees, seedSquare, withinSquare, conditions);
        double[] consistency = exact(seeds - 1.0, restDegrees, seedSquare, restSquare, conditions);
        double[] agreement = agreement(seeds, conditions, squares, degrees);
        return new Icc(
                ratio(within, within, conditions - 1.0, squares, degrees, oneWay, seeds),
                ratio(within, rest, 0, squares, degrees, stepUp(oneWay, conditions), seeds),
                ratio(rest, combined(rest, conditions - 1.0, shift, 1), 1, squares, degrees, agreement, seeds),
                ratio(
                        rest,
                        combined(rest, 0, shift, 1.0 / conditions),
                        1,
                        squares,
                        degrees,
                        stepUp(agreement, conditions),
                        seeds),
                ratio(rest, rest, conditions - 1.0, squares, degrees, consistency, seeds),
                ratio(rest, rest, 0, squares, degrees, stepUp(consistency, conditions), seeds));
    }

    /** Correlations from variances: signal/(signal + noise), the noise of a mean divided by the conditions. */
    static Icc of(int seeds, int conditions, VarianceDraws draws, ToDoubleFunction<double[]> restVariance) {
        ToDoubleFunction<double[]> signal = variances -> variances[0];
        ToDoubleFunction<double[]> shifted = variances -> variances[0] - variances[1] / conditions;
        ToDoubleFunction<double[]> noise = variances -> variances[1] + restVariance.applyAsDouble(variances);
        return new Icc(
                draws.of(ratio(shifted, noise, 1), seeds),
                draws.of(ratio(shifted, noise, conditions), seeds),
                draws.of(ratio(signal, noise, 1), seeds),
                draws.of(ratio(signal, noise, conditions), seeds),
                draws.of(ratio(signal, restVariance, 1), seeds),
                draws.of(ratio(signal, restVariance, conditions), seeds));
    }

    private static ToDoubleFunction<double[]> ratio(
            ToDoubleFunction<double[]> signal, ToDoubleFunction<double[]> noise, int averaged) {
        return variances -> {
            double wanted = Math.max(0, signal.applyAsDouble(variances));
            double whole = wanted + noise.applyAsDouble(variances) / averaged;
            return whole > 0 ? wanted / whole : Double.NaN;
        };
    }

    private static double[] combined(double[] a, double x, double[] b, double y) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = x * a[i] + y * b[i];
        }
        return sum;
    }

    /** (MS_S − below · MS)/(MS_S + times · added · MS) with its standard error. */
    private static Estimate ratio(
            double[] below, double[] added, double times, double[] squares, double[] degrees, double[] ends, int n) {
        double above = squares[0];
        double under = squares[0];
        for (int i = 0; i < squares.length; i++) {
            above -= below[i] * squares[i];
            under += times * added[i] * squares[i];
        }
        double variance = 0;
        for (int i = 0; i < squares.length; i++) {
            double first = i == 0 ? 1 : 0;
            double slope = ((first - below[i]) * under - (first + times * added[i]) * above) / (under * under);
            variance += slope * slope * 2 * squares[i] * squares[i] / degrees[i];
        }
        return new Estimate(above / under, StrictMath.sqrt(variance), ends[0], ends[1], n);
    }

    private static double[] exact(
            double seedDegrees, double otherDegrees, double seedSquare, double otherSquare, int conditions) {
        double low = otherSquare * quantile(seedDegrees, otherDegrees);
        double high = otherSquare / quantile(otherDegrees, seedDegrees);
        return new double[] {
            (seedSquare - low) / (seedSquare + (conditions - 1.0) * low),
            (seedSquare - high) / (seedSquare + (conditions - 1.0) * high)
        };
    }

    /** The interval of McGraw and Wong 1996, table 7, case 2. */
    private static double[] agreement(int seeds, int conditions, double[] squares, double[] degrees) {
        double s = squares[0];
        double c = squares[1];
        double e = squares[2];
        double icc = (s - e) / (s + (conditions - 1.0) * e + conditions * (c - e) / seeds);
        double odds = icc > 0 && icc < 1 ? icc / (1 - icc) : 0;
        double a = conditions * odds / seeds * c;
        double b = (1 + conditions * odds * (seeds - 1.0) / seeds) * e;
        double v = (a + b) * (a + b) / (a * a / degrees[1] + b * b / degrees[2]);
        v = v > 0 ? v : degrees[2];
        double other = conditions * c + ((double) conditions * seeds - conditions - seeds) * e;
        double below = quantile(degrees[0], v);
        double above = quantile(v, degrees[0]);
        return new double[] {
            seeds * (s - below * e) / (below * other + seeds * s), seeds * (above * s - e) / (other + seeds * above * s)
        };
    }

    /** The Spearman–Brown formula, from one condition to the mean of several. */
    static double stepUp(double icc, int conditions) {
        return conditions * icc / (1 + (conditions - 1.0) * icc);
    }

    private static double[] stepUp(double[] ends, int conditions) {
        return new double[] {stepUp(ends[0], conditions), stepUp(ends[1], conditions)};
    }

    private static double quantile(double numeratorDegrees, double denominatorDegrees) {
        return new FDistribution(null, numeratorDegrees, denominatorDegrees).inverseCumulativeProbability(UPPER);
    }
}
