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
 * Integrals over time, and over the distribution of x_t on the line: Gauss–Legendre quadrature in t between breaks, and
 * a uniform grid in x, whose error vanishes faster than any power of its spacing.
 */
public final class Quadrature {
    /** Largest number of points evaluated at once. */
    static final int BLOCK = 512;

    private static final int NODES = 64;
    /** Half-width of the grid in standard deviations of the components. */
    private static final double REACH = 9;
    /** Grid points per standard deviation of the narrowest component. */
    private static final double POINTS = 16;

    private Quadrature() {}

    /** Receives the points of a grid, in blocks. */
    interface Line {
        /**
         * Receives points at one time.
         *
         * @param mass weight of each in ∫ E dt
         */
        void add(double t, double[][] x, int count, double[] mass);
    }

    /** Nodes in [−1, 1] and their weights, exact for polynomials of degree below 2n. */
    public static double[][] gaussLegendre(int n) {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(n);
        double[][] nodes = new double[2][n];
        for (int k = 0; k < n; k++) {
            nodes[0][k] = rule.getPoint(k);
            nodes[1][k] = rule.getWeight(k);
        }
        return nodes;
    }

    /** Times between two bounds with weights: one rule between consecutive ends, 1/2 and breaks of a schedule. */
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

    /** Passes on all points at all times between two bounds. */
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
