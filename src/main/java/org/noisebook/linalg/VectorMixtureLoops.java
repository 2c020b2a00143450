package org.noisebook.linalg;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin of {@link MixtureLoops}, operation by operation; the plain twin handles the rest of a row. */
final class VectorMixtureLoops implements MixtureLoops {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    /** Particles that go through all components at once, in two registers beside their sums. */
    private static final int PAIR = 2 * LANES;

    private static final long ONE_BITS = 1023L << 52;
    private static final DoubleVector LOWEST = broadcast(PlainMixtureLoops.LOWEST);
    private static final DoubleVector ROUND = broadcast(PlainMixtureLoops.ROUND);
    private static final DoubleVector P0 = broadcast(1);
    private static final DoubleVector P1 = broadcast(PlainMixtureLoops.P1);
    private static final DoubleVector P2 = broadcast(PlainMixtureLoops.P2);
    private static final DoubleVector P3 = broadcast(PlainMixtureLoops.P3);
    private static final DoubleVector P4 = broadcast(PlainMixtureLoops.P4);
    private static final DoubleVector P5 = broadcast(PlainMixtureLoops.P5);
    private static final DoubleVector P6 = broadcast(PlainMixtureLoops.P6);
    private static final DoubleVector P7 = broadcast(PlainMixtureLoops.P7);
    private static final DoubleVector P8 = broadcast(PlainMixtureLoops.P8);
    private static final DoubleVector P9 = broadcast(PlainMixtureLoops.P9);
    private static final DoubleVector P10 = broadcast(PlainMixtureLoops.P10);
    private static final DoubleVector P11 = broadcast(PlainMixtureLoops.P11);

    private final PlainMixtureLoops plain = new PlainMixtureLoops();

    @Override
    public void costs(AffineMixture f, double[][] x, int from, int to, double[][] cost, double[] least) {
        int end = whole(from, to);
        if (f.dimension == 1) {
            Arrays.fill(least, from, end, Double.POSITIVE_INFINITY);
            for (int k = 0; k < f.components; k++) {
                costsOnLine(f, k, x[0], from, end, cost[k], least);
            }
        } else {
            for (int i = from; i < end; i += PAIR) {
                costsInPlane(f, x[0], x[1], i, cost, least);
            }
        }
        plain.costs(f, x, end, to, cost, least);
    }

    private static void costsOnLine(
            AffineMixture f, int k, double[] x, int from, int to, double[] cost, double[] least) {
        DoubleVector start = broadcast(f.costs[k]);
        DoubleVector r = broadcast(f.roots[k]);
        DoubleVector s = broadcast(f.shifts[k]);
        for (int i = from; i < to; i += LANES) {
            DoubleVector z = r.fma(load(x, i), s);
            DoubleVector q = z.fma(z, start);
            q.intoArray(cost, i);
            DoubleVector bottom = load(least, i);
            bottom.blend(q, q.compare(VectorOperators.LT, bottom)).intoArray(least, i);
        }
    }

    private static void costsInPlane(
            AffineMixture f, double[] x0, double[] x1, int i, double[][] cost, double[] least) {
        double[] roots = f.roots;
        double[] shifts = f.shifts;
        DoubleVector a0 = load(x0, i);
        DoubleVector a1 = load(x0, i + LANES);
        DoubleVector b0 = load(x1, i);
        DoubleVector b1 = load(x1, i + LANES);
        DoubleVector l0 = broadcast(Double.POSITIVE_INFINITY);
        DoubleVector l1 = broadcast(Double.POSITIVE_INFINITY);
        for (int k = 0; k < f.components; k++) {
            DoubleVector start = broadcast(f.costs[k]);
            DoubleVector r = broadcast(roots[4 * k]);
            DoubleVector s = broadcast(shifts[2 * k]);
            DoubleVector z0 = r.fma(a0, s);
            DoubleVector z1 = r.fma(a1, s);
            r = broadcast(roots[4 * k + 2]);
            s = broadcast(shifts[2 * k + 1]);
            DoubleVector y0 = r.fma(a0, s);
            DoubleVector y1 = r.fma(a1, s);
            r = broadcast(roots[4 * k + 3]);
            y0 = r.fma(b0, y0);
            y1 = r.fma(b1, y1);
            DoubleVector q0 = y0.fma(y0, z0.fma(z0, start));
            DoubleVector q1 = y1.fma(y1, z1.fma(z1, start));
            q0.intoArray(cost[k], i);
            q1.intoArray(cost[k], i + LANES);
            l0 = l0.blend(q0, q0.compare(VectorOperators.LT, l0));
            l1 = l1.blend(q1, q1.compare(VectorOperators.LT, l1));
        }
        l0.intoArray(least, i);
        l1.intoArray(least, i + LANES);
    }

    @Override
    public void powers(int components, double[][] cost, double[] least, int from, int to, double[] total) {
        int end = whole(from, to);
        for (int i = from; i < end; i += PAIR) {
            powersOf(components, i, cost, least, total);
        }
        plain.powers(components, cost, least, end, to, total);
    }

    private static void powersOf(int components, int i, double[][] cost, double[] least, double[] total) {
        DoubleVector l0 = load(least, i);
        DoubleVector l1 = load(least, i + LANES);
        DoubleVector t0 = DoubleVector.zero(DOUBLES);
        DoubleVector t1 = DoubleVector.zero(DOUBLES);
        for (int k = 0; k < components; k++) {
            DoubleVector v0 = l0.sub(load(cost[k], i));
            DoubleVector v1 = l1.sub(load(cost[k], i + LANES));
            v0 = v0.blend(LOWEST, v0.compare(VectorOperators.LT, LOWEST));
            v1 = v1.blend(LOWEST, v1.compare(VectorOperators.LT, LOWEST));
            DoubleVector n0 = v0.add(ROUND);
            DoubleVector n1 = v1.add(ROUND);
            DoubleVector r0 = v0.sub(n0.sub(ROUND));
            DoubleVector r1 = v1.sub(n1.sub(ROUND));
            DoubleVector p0 = P11.fma(r0, P10).fma(r0, P9);
            DoubleVector p1 = P11.fma(r1, P10).fma(r1, P9);
            p0 = p0.fma(r0, P8).fma(r0, P7);
            p1 = p1.fma(r1, P8).fma(r1, P7);
            p0 = p0.fma(r0, P6).fma(r0, P5);
            p1 = p1.fma(r1, P6).fma(r1, P5);
            p0 = p0.fma(r0, P4).fma(r0, P3);
            p1 = p1.fma(r1, P4).fma(r1, P3);
            p0 = p0.fma(r0, P2).fma(r0, P1).fma(r0, P0);
            p1 = p1.fma(r1, P2).fma(r1, P1).fma(r1, P0);
            LongVector b0 = n0.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
            LongVector b1 = n1.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
            p0 = p0.mul(b0.add(ONE_BITS).reinterpretAsDoubles());
            p1 = p1.mul(b1.add(ONE_BITS).reinterpretAsDoubles());
            p0.intoArray(cost[k], i);
            p1.intoArray(cost[k], i + LANES);
            t0 = t0.add(p0);
            t1 = t1.add(p1);
        }
        t0.intoArray(total, i);
        t1.intoArray(total, i + LANES);
    }

    @Override
    public void add(AffineMixture f, double[][] x, int from, int to, double[][] weight, double[][] out) {
        int end = whole(from, to);
        if (f.dimension == 1) {
            Arrays.fill(out[0], from, end, 0);
            for (int k = 0; k < f.components; k++) {
                addOnLine(f, k, x[0], from, end, weight[k], out[0]);
            }
        } else {
            for (int i = from; i < end; i += PAIR) {
                addInPlane(f, x[0], x[1], i, weight, out[0], out[1]);
            }
        }
        plain.add(f, x, end, to, weight, out);
    }

    private static void addOnLine(AffineMixture f, int k, double[] x, int from, int to, double[] weight, double[] out) {
        DoubleVector c = broadcast(f.offsets[k]);
        DoubleVector g = broadcast(f.slopes[k]);
        for (int i = from; i < to; i += LANES) {
            load(weight, i).fma(g.fma(load(x, i), c), load(out, i)).intoArray(out, i);
        }
    }

    private static void addInPlane(
            AffineMixture f, double[] x0, double[] x1, int i, double[][] weight, double[] out0, double[] out1) {
        double[] offsets = f.offsets;
        double[] slopes = f.slopes;
        DoubleVector a0 = load(x0, i);
        DoubleVector a1 = load(x0, i + LANES);
        DoubleVector b0 = load(x1, i);
        DoubleVector b1 = load(x1, i + LANES);
        DoubleVector u0 = DoubleVector.zero(DOUBLES);
        DoubleVector u1 = DoubleVector.zero(DOUBLES);
        DoubleVector v0 = DoubleVector.zero(DOUBLES);
        DoubleVector v1 = DoubleVector.zero(DOUBLES);
        for (int k = 0; k < f.components; k++) {
            DoubleVector e0 = load(weight[k], i);
            DoubleVector e1 = load(weight[k], i + LANES);
            DoubleVector c = broadcast(offsets[2 * k]);
            DoubleVector g = broadcast(slopes[4 * k]);
            DoubleVector h = broadcast(slopes[4 * k + 1]);
            u0 = e0.fma(h.fma(b0, g.fma(a0, c)), u0);
            u1 = e1.fma(h.fma(b1, g.fma(a1, c)), u1);
            c = broadcast(offsets[2 * k + 1]);
            g = broadcast(slopes[4 * k + 2]);
            h = broadcast(slopes[4 * k + 3]);
            v0 = e0.fma(h.fma(b0, g.fma(a0, c)), v0);
            v1 = e1.fma(h.fma(b1, g.fma(a1, c)), v1);
        }
        u0.intoArray(out0, i);
        u1.intoArray(out0, i + LANES);
        v0.intoArray(out1, i);
        v1.intoArray(out1, i + LANES);
    }

    private static int whole(int from, int to) {
        return from + (to - from) / PAIR * PAIR;
    }

    private static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }
}
