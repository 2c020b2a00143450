package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/** Nodes in time for integrals over [0, 1]. */
final class Quadrature {
    private Quadrature() {}

    /** Nodes in [−1, 1] and their weights, exact for polynomials below 2n. */
    static double[][] gaussLegendre(int n) {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(n);
        double[][] nodes = new double[2][n];
        for (int k = 0; k < n; k++) {
            nodes[0][k] = rule.getPoint(k);
            nodes[1][k] = rule.getWeight(k);
        }
        return nodes;
    }

    /** 0, 1/2, 1 and the breaks of a schedule, in order. */
    static double[] cuts(Schedule schedule) {
        return DoubleStream.concat(Arrays.stream(schedule.breaks()), DoubleStream.of(0, 0.5, 1))
                .sorted()
                .distinct()
                .toArray();
    }
}
