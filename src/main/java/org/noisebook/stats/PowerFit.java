package org.noisebook.stats;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.rng.Stream;

/**
 * A power law y = prefactor · x^exponent from least squares of ln y on ln x, with errors from a bootstrap over
 * replicas.
 *
 * <p>Replicas share draws across cells, so a replica is resampled with all its cells. The fit of mean logarithms is the
 * mean of the replicas' own fits, and these are resampled; intervals are expanded percentile intervals (Hesterberg
 * 2015, doi:10.1080/00031305.2015.1089789), which widen percentiles by t/z · √(n/(n−1)) so that few replicas suffice.
 *
 * <p><b>Shapes</b>: {@code x[cell]}, {@code y[cell][replica]}, all positive and finite. <b>Error</b>: {@code
 * curvature}, the mean second-order coefficient in ln x, reveals departures from a power law; {@code worstResidual} is
 * the largest distance of a cell's mean from the fit in its own standard errors. <b>Cost</b>: 4000 resamples of n
 * numbers. Not for fewer than two replicas: the interval is then NaN.
 *
 * @param exponent the exponent
 * @param prefactor y at x = 1, geometric mean
 * @param curvature mean coefficient of (ln x)² in a quadratic fit, with its t interval; NaN below three values of x
 * @param worstResidual in standard errors; NaN for one replica
 */
public record PowerFit(Estimate exponent, Estimate prefactor, Estimate curvature, double worstResidual) {
    private static final int RESAMPLES = 4000;

    public static PowerFit of(double[] x, double[][] y, Stream bootstrap) {
        int cells = x.length;
        if (cells < 2 || y.length != cells) {
            throw new IllegalArgumentException(
                    "x and y must hold the same two or more cells, got " + x.length + " and " + y.length);
        }
        int replicas = y[0].length;
        double[] logX = new double[cells];
        for (int c = 0; c < cells; c++) {
            if (y[c].length != replicas || replicas == 0) {
                throw new IllegalArgumentException(
                        "every cell must have the same replicas, got " + y[c].length + " and " + replicas);
            }
            logX[c] = logOf("x", x[c]);
        }
        long distinct = Arrays.stream(x).distinct().count();
        if (distinct < 2) {
            throw new IllegalArgumentException("x must take two or more values in a power-law fit, got only " + x[0]);
        }
        double[] slopes = new double[replicas];
        double[] intercepts = new double[replicas];
        double[] curvatures = new double[replicas];
        double[][] logY = new double[replicas][cells];
        for (int r = 0; r < replicas; r++) {
            SimpleRegression line = new SimpleRegression();
            for (int c = 0; c < cells; c++) {
                logY[r][c] = logOf("y", y[c][r]);
                line.addData(logX[c], logY[r][c]);
            }
            slopes[r] = line.getSlope();
            intercepts[r] = line.getIntercept();
            curvatures[r] = distinct < 3 ? Double.NaN : curvature(logX, logY[r]);
        }
        Estimate[] fit = bootstrap(slopes, intercepts, bootstrap);
        Estimate log = fit[1];
        double prefactor = StrictMath.exp(log.mean());
        return new PowerFit(
                fit[0],
                new Estimate(
                        prefactor,
                        prefactor * log.stdError(),
                        StrictMath.exp(log.low()),
                        StrictMath.exp(log.high()),
                        replicas),
                Estimate.ofMean(curvatures),
                worstResidual(logX, logY, fit[0].mean(), log.mean()));
    }

    /** The fitted law at a point. */
    public double at(double x) {
        return prefactor.mean() * StrictMath.pow(x, exponent.mean());
    }

    private static double logOf(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be positive and finite in a power-law fit, got " + value);
        }
        return StrictMath.log(value);
    }

    private static double curvature(double[] logX, double[] logY) {
        double centre = Estimate.mean(logX);
        double[][] design = new double[logX.length][];
        for (int c = 0; c < logX.length; c++) {
            double u = logX[c] - centre;
            design[c] = new double[] {u, u * u};
        }
        if (logX.length == 3) {
            // A quadratic through three points leaves no residual degree of freedom, which the class requires.
            return secondDifference(logX, logY);
        }
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(logY, design);
        return regression.estimateRegressionParameters()[2];
    }

    private static double secondDifference(double[] x, double[] y) {
        double first = (y[1] - y[0]) / (x[1] - x[0]);
        double second = (y[2] - y[1]) / (x[2] - x[1]);
        return (second - first) / (x[2] - x[0]);
    }

    private static double worstResidual(double[] logX, double[][] logY, double slope, double intercept) {
        double worst = 0;
        for (int c = 0; c < logX.length; c++) {
            double[] values = new double[logY.length];
            for (int r = 0; r < values.length; r++) {
                values[r] = logY[r][c];
            }
            Estimate cell = Estimate.ofMean(values);
            double residual = Math.abs(cell.mean() - intercept - slope * logX[c]);
            worst = Math.max(worst, residual / cell.stdError());
        }
        return worst;
    }

    /** Expanded percentile intervals of the means of both arrays, resampled together. */
    private static Estimate[] bootstrap(double[] first, double[] second, Stream stream) {
        int n = first.length;
        double[][] means = new double[2][n < 2 ? 0 : RESAMPLES];
        for (int b = 0; b < means[0].length; b++) {
            double sumFirst = 0;
            double sumSecond = 0;
            for (int k = 0; k < n; k++) {
                int replica = stream.nextIndex(n);
                sumFirst += first[replica];
                sumSecond += second[replica];
            }
            means[0][b] = sumFirst / n;
            means[1][b] = sumSecond / n;
        }
        return new Estimate[] {interval(Estimate.mean(first), means[0], n), interval(Estimate.mean(second), means[1], n)
        };
    }

    /** The expanded percentile interval of a statistic from its bootstrap values. */
    public static Estimate interval(double value, double[] resampled, int n) {
        if (n < 2 || resampled.length < 2) {
            return new Estimate(value, Double.NaN, Double.NaN, Double.NaN, n);
        }
        double expansion = StrictMath.sqrt(n / (n - 1.0));
        double tail = new NormalDistribution(null, 0, 1).cumulativeProbability(-Estimate.tQuantile(n - 1) * expansion);
        double[] sorted = resampled.clone();
        Arrays.sort(sorted);
        double mean = Estimate.mean(sorted);
        double squares = 0;
        for (double m : sorted) {
            squares += (m - mean) * (m - mean);
        }
        double deviation = StrictMath.sqrt(squares / (sorted.length - 1.0)) * expansion;
        return new Estimate(value, deviation, quantile(sorted, tail), quantile(sorted, 1 - tail), n);
    }

    private static double quantile(double[] sorted, double p) {
        double position = p * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
