package org.noisebook.linalg;

import java.util.Arrays;

/** The plain-Java twin and reference of {@link MixtureLoops}. */
final class PlainMixtureLoops implements MixtureLoops {
    /** Smallest exponent used, so that all powers of two are normal numbers. */
    static final double LOWEST = -1021;

    /** Adding this rounds to an integer and leaves it in the low bits. */
    static final double ROUND = 0x1.8p52;

    /** Coefficients of r, r^2, … in 2^r = 1 + …: Chebyshev nodes on |r| ≤ 0.50001, relative error below 10^-17. */
    static final double P1 = 0x1.62e42fefa39efp-1;

    static final double P2 = 0x1.ebfbdff82c598p-3;
    static final double P3 = 0x1.c6b08d704a0c2p-5;
    static final double P4 = 0x1.3b2ab6fba1dd8p-7;
    static final double P5 = 0x1.5d87fe78a5275p-10;
    static final double P6 = 0x1.43091309705fdp-13;
    static final double P7 = 0x1.ffcbfc670e3f6p-17;
    static final double P8 = 0x1.62bfd475db30ep-20;
    static final double P9 = 0x1.b524fae4cb89bp-24;
    static final double P10 = 0x1.e60642a220885p-28;
    static final double P11 = 0x1.e9d400f144ca3p-32;

    /** 2^w for w ≤ 0. */
    static double power(double w) {
        double v = w < LOWEST ? LOWEST : w;
        double n = v + ROUND;
        double r = v - (n - ROUND);
        double p = Math.fma(P11, r, P10);
        p = Math.fma(p, r, P9);
        p = Math.fma(p, r, P8);
        p = Math.fma(p, r, P7);
        p = Math.fma(p, r, P6);
        p = Math.fma(p, r, P5);
        p = Math.fma(p, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, P1);
        p = Math.fma(p, r, 1);
        return p * Double.longBitsToDouble((Double.doubleToRawLongBits(n) << 52) + (1023L << 52));
    }

    @Override
    public void costs(AffineMixture f, double[][] x, int from, int to, double[][] cost, double[] least) {
        Arrays.fill(least, from, to, Double.POSITIVE_INFINITY);
        for (int k = 0; k < f.components; k++) {
            costs(f, k, x, from, to, cost[k], least);
        }
    }

    private static void costs(AffineMixture f, int k, double[][] x, int from, int to, double[] cost, double[] least) {
        double start = f.costs[k];
        double[] x0 = x[0];
        if (f.dimension == 1) {
            double r = f.roots[k];
            double s = f.shifts[k];
            for (int i = from; i < to; i++) {
                double z = Math.fma(r, x0[i], s);
                double q = Math.fma(z, z, start);
                cost[i] = q;
                least[i] = q < least[i] ? q : least[i];
            }
            return;
        }
        double[] x1 = x[1];
        double r00 = f.roots[4 * k];
        double r10 = f.roots[4 * k + 2];
        double r11 = f.roots[4 * k + 3];
        double s0 = f.shifts[2 * k];
        double s1 = f.shifts[2 * k + 1];
        for (int i = from; i < to; i++) {
            double z0 = Math.fma(r00, x0[i], s0);
            double z1 = Math.fma(r11, x1[i], Math.fma(r10, x0[i], s1));
            double q = Math.fma(z1, z1, Math.fma(z0, z0, start));
            cost[i] = q;
            least[i] = q < least[i] ? q : least[i];
        }
    }

    @Override
    public void powers(int components, double[][] cost, double[] least, int from, int to, double[] total) {
        Arrays.fill(total, from, to, 0);
        for (int k = 0; k < components; k++) {
            for (int i = from; i < to; i++) {
                double e = power(least[i] - cost[k][i]);
                cost[k][i] = e;
                total[i] += e;
            }
        }
    }

    @Override
    public void add(AffineMixture f, double[][] x, int from, int to, double[][] weight, double[][] out) {
        for (int j = 0; j < f.dimension; j++) {
            Arrays.fill(out[j], from, to, 0);
        }
        for (int k = 0; k < f.components; k++) {
            add(f, k, x, from, to, weight[k], out);
        }
    }

    private static void add(AffineMixture f, int k, double[][] x, int from, int to, double[] weight, double[][] out) {
        double[] x0 = x[0];
        double[] out0 = out[0];
        if (f.dimension == 1) {
            double c = f.offsets[k];
            double g = f.slopes[k];
            for (int i = from; i < to; i++) {
                out0[i] = Math.fma(weight[i], Math.fma(g, x0[i], c), out0[i]);
            }
            return;
        }
        double[] x1 = x[1];
        double[] out1 = out[1];
        double c0 = f.offsets[2 * k];
        double c1 = f.offsets[2 * k + 1];
        double g00 = f.slopes[4 * k];
        double g01 = f.slopes[4 * k + 1];
        double g10 = f.slopes[4 * k + 2];
        double g11 = f.slopes[4 * k + 3];
        for (int i = from; i < to; i++) {
            out0[i] = Math.fma(weight[i], Math.fma(g01, x1[i], Math.fma(g00, x0[i], c0)), out0[i]);
            out1[i] = Math.fma(weight[i], Math.fma(g11, x1[i], Math.fma(g10, x0[i], c1)), out1[i]);
        }
    }
}
