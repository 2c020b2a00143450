package org.noisebook.field;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;

/**
 * Integrals over time, and over the law of x_t where it lives on the line: Gauss–Legendre in t between breaks, an even grid in x, whose error
 * vanishes faster than any power of its step.
 */
public final class Quadrature {
    /** Largest number of points evaluated at once. */
    static final int BLOCK = 512;

    private static final int NODES = 64;
    /** Standard deviations of the components that the grid covers. */
    private static final double REACH = 9;
    /** Grid steps a standard deviation of the narrowest component. */
    private static final double POINTS = 16;

    private Quadrature() {}

    /** What takes the places of a grid, some at a time. */
    interface Line {
        /**
         * Takes places of one time.
         *
         * @param mass what each counts for in ∫ E dt
         */
        void add(double t, double[][] x, int count, double[] mass);
    }

    /** Nodes in [−1, 1] and their weights, exact for polynomials below 2n. */
    public static double[][] gaussLegendre(int n) {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(n);
        double[][] nodes = new double[2][n];
        for (int k = 0; k < n; k++) {
            nodes[0][k] = rule.getPoint(k);
            nodes[1][k] = rule.getWeight(k);
        }
        return nodes;
    }

    /** Times between two and their weights: a rule between each of the ends, 1/2 and the breaks of a schedule. */
    static double[][] times(Schedule schedule, double from, double to) {
        double[] cuts = DoubleStream.concat(
                        Arrays.stream(schedule.breaks()).filter(t -> t > from && t < to),
                        DoubleStream.of(from, 0.5, to))
                .sorted()
                .distinct()
                .toArray();
        double[][] rule = gaussLegendre(NODES);
        double[][] times = new double[2][(cuts.length - 1) * NODES];
        for (int i = 0; i < times[0].length; i++) {
            int part = i / NODES;
            double half = 0.5 * (cuts[part + 1] - cuts[part]);
            times[0][i] = cuts[part] + half * (1 + rule[0][i % NODES]);
            times[1][i] = half * rule[1][i % NODES];
        }
        return times;
    }

    /** Hands over all places of all times between two. */
    static void overLine(MixtureInterpolant interpolant, double from, double to, Line line) {
        if (interpolant.dimension() != 1) {
            throw new IllegalArgumentException("interpolant must have dimension 1, got " + interpolant.dimension());
        }
        Field.Evaluator density = interpolant.logDensity().evaluator(BLOCK);
        double[][] x = new double[1][BLOCK];
        double[][] mass = new double[1][BLOCK];
        double[][] times = times(interpolant.schedule(), from, to);
        for (int i = 0; i < times[0].length; i++) {
            double t = times[0][i];
            GaussianMixture law = interpolant.marginal(t);
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            double narrowest = Double.POSITIVE_INFINITY;
            double[][][] covariances = law.covariances();
            double[][] means = law.means();
            for (int k = 0; k < law.components(); k++) {
                double deviation = Math.sqrt(covariances[k][0][0]);
                low = Math.min(low, means[k][0] - REACH * deviation);
                high = Math.max(high, means[k][0] + REACH * deviation);
                narrowest = Math.min(narrowest, deviation);
            }
            int steps = (int) Math.ceil((high - low) / narrowest * POINTS);
            double step = (high - low) / steps;
            for (int first = 0; first <= steps; first += BLOCK) {
                int count = Math.min(BLOCK, steps + 1 - first);
                for (int k = 0; k < count; k++) {
                    x[0][k] = low + (first + k) * step;
                }
                density.at(t, x, count, mass);
                for (int k = 0; k < count; k++) {
                    mass[0][k] = times[1][i] * step * StrictMath.exp(mass[0][k]);
                }
                line.add(t, x, count, mass[0]);
            }
        }
    }
}
