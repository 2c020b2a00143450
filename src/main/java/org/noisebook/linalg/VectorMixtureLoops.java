package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin of {@link MixtureLoops}, operation by operation; the plain twin handles the rest of a row. */
final class VectorMixtureLoops implements MixtureLoops {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
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
    public void costs(AffineMixture f, int k, double[][] x, int from, int to, double[] cost, double[] least) {
        int end = whole(from, to);
        if (f.dimension == 1) {
            costsOnLine(f, k, x[0], from, end, cost, least);
        } else {
            costsInPlane(f, k, x[0], x[1], from, end, cost, least);
        }
        plain.costs(f, k, x, end, to, cost, least);
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
            AffineMixture f, int k, double[] x0, double[] x1, int from, int to, double[] cost, double[] least) {
        DoubleVector start = broadcast(f.costs[k]);
        DoubleVector r00 = broadcast(f.roots[4 * k]);
        DoubleVector r10 = broadcast(f.roots[4 * k + 2]);
        DoubleVector r11 = broadcast(f.roots[4 * k + 3]);
        DoubleVector s0 = broadcast(f.shifts[2 * k]);
        DoubleVector s1 = broadcast(f.shifts[2 * k + 1]);
        for (int i = from; i < to; i += LANES) {
            DoubleVector a = load(x0, i);
            DoubleVector z0 = r00.fma(a, s0);
            DoubleVector z1 = r11.fma(load(x1, i), r10.fma(a, s1));
            DoubleVector q = z1.fma(z1, z0.fma(z0, start));
            q.intoArray(cost, i);
            DoubleVector bottom = load(least, i);
            bottom.blend(q, q.compare(VectorOperators.LT, bottom)).intoArray(least, i);
        }
    }

    @Override
    public void powers(double[] cost, double[] least, int from, int to, double[] total) {
        int end = whole(from, to);
        for (int i = from; i < end; i += LANES) {
            DoubleVector w = load(least, i).sub(load(cost, i));
            DoubleVector v = w.blend(LOWEST, w.compare(VectorOperators.LT, LOWEST));
            DoubleVector n = v.add(ROUND);
            DoubleVector r = v.sub(n.sub(ROUND));
            DoubleVector p =
                    P11.fma(r, P10).fma(r, P9).fma(r, P8).fma(r, P7).fma(r, P6).fma(r, P5);
            p = p.fma(r, P4).fma(r, P3).fma(r, P2).fma(r, P1).fma(r, P0);
            LongVector bits = n.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
            DoubleVector e = p.mul(bits.add(ONE_BITS).reinterpretAsDoubles());
            e.intoArray(cost, i);
            load(total, i).add(e).intoArray(total, i);
        }
        plain.powers(cost, least, end, to, total);
    }

    @Override
    public void add(AffineMixture f, int k, double[][] x, int from, int to, double[] weight, double[][] out) {
        int end = whole(from, to);
        if (f.dimension == 1) {
            addOnLine(f, k, x[0], from, end, weight, out[0]);
        } else {
            addInPlane(f, k, x, from, end, weight, out);
        }
        plain.add(f, k, x, end, to, weight, out);
    }

    private static void addOnLine(AffineMixture f, int k, double[] x, int from, int to, double[] weight, double[] out) {
        DoubleVector c = broadcast(f.offsets[k]);
        DoubleVector g = broadcast(f.slopes[k]);
        for (int i = from; i < to; i += LANES) {
            load(weight, i).fma(g.fma(load(x, i), c), load(out, i)).intoArray(out, i);
        }
    }

    private static void addInPlane(
            AffineMixture f, int k, double[][] x, int from, int to, double[] weight, double[][] out) {
        DoubleVector c0 = broadcast(f.offsets[2 * k]);
        DoubleVector c1 = broadcast(f.offsets[2 * k + 1]);
        DoubleVector g00 = broadcast(f.slopes[4 * k]);
        DoubleVector g01 = broadcast(f.slopes[4 * k + 1]);
        DoubleVector g10 = broadcast(f.slopes[4 * k + 2]);
        DoubleVector g11 = broadcast(f.slopes[4 * k + 3]);
        double[] x0 = x[0];
        double[] x1 = x[1];
        double[] out0 = out[0];
        double[] out1 = out[1];
        for (int i = from; i < to; i += LANES) {
            DoubleVector a = load(x0, i);
            DoubleVector b = load(x1, i);
            DoubleVector w = load(weight, i);
            w.fma(g01.fma(b, g00.fma(a, c0)), load(out0, i)).intoArray(out0, i);
            w.fma(g11.fma(b, g10.fma(a, c1)), load(out1, i)).intoArray(out1, i);
        }
    }

    private static int whole(int from, int to) {
        return from + (to - from) / LANES * LANES;
    }

    private static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }
}
