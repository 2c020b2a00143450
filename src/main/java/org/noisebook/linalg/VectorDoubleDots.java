package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The dot products of {@link VectorKernels} in {@code double}, several rows at a time. */
final class VectorDoubleDots {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    private static final int LANES_OF_ONE_PASS = 8;
    private static final int ACCUMULATORS = VectorKernels.ACCUMULATORS;
    private static final int PAD = Kernels.PAD;

    private final double[] scratch = new double[VectorKernels.ROWS_AT_ONCE * LANES_OF_ONE_PASS];

    /** Dot products of the listed rows {@code start} to {@code end}. */
    void dots(double[] rows, int first, int stride, int[] index, int start, int end, double[] vector, double[] out) {
        if (LANES == LANES_OF_ONE_PASS) {
            onePass(rows, first, stride, index, start, end, vector, out);
        } else {
            severalPasses(rows, first, stride, index, start, end, vector, out);
        }
    }

    private void onePass(
            double[] rows, int first, int stride, int[] index, int start, int end, double[] vector, double[] out) {
        final int lanes = LANES_OF_ONE_PASS;
        double[] s = scratch;
        for (int k = start; k < end; k++) {
            int row = first + index[k] * stride;
            DoubleVector a = DoubleVector.zero(DOUBLES);
            DoubleVector b = a;
            DoubleVector c = a;
            DoubleVector d = a;
            DoubleVector e = a;
            DoubleVector f = a;
            DoubleVector g = a;
            DoubleVector h = a;
            int i = 0;
            for (; i + ACCUMULATORS <= stride; i += ACCUMULATORS) {
                int r = row + i;
                a = load(rows, r).fma(load(vector, i), a);
                b = load(rows, r + lanes).fma(load(vector, i + lanes), b);
                c = load(rows, r + 2 * lanes).fma(load(vector, i + 2 * lanes), c);
                d = load(rows, r + 3 * lanes).fma(load(vector, i + 3 * lanes), d);
                e = load(rows, r + 4 * lanes).fma(load(vector, i + 4 * lanes), e);
                f = load(rows, r + 5 * lanes).fma(load(vector, i + 5 * lanes), f);
                g = load(rows, r + 6 * lanes).fma(load(vector, i + 6 * lanes), g);
                h = load(rows, r + 7 * lanes).fma(load(vector, i + 7 * lanes), h);
            }
            int rest = stride - i;
            int r = row + i;
            if (rest >= PAD) {
                a = load(rows, r).fma(load(vector, i), a);
                b = load(rows, r + lanes).fma(load(vector, i + lanes), b);
            }
            if (rest >= 2 * PAD) {
                c = load(rows, r + 2 * lanes).fma(load(vector, i + 2 * lanes), c);
                d = load(rows, r + 3 * lanes).fma(load(vector, i + 3 * lanes), d);
            }
            if (rest >= 3 * PAD) {
                e = load(rows, r + 4 * lanes).fma(load(vector, i + 4 * lanes), e);
                f = load(rows, r + 5 * lanes).fma(load(vector, i + 5 * lanes), f);
            }
            if (stride > 2 * PAD) {
                a = a.add(e);
                b = b.add(f);
                c = c.add(g);
                d = d.add(h);
            }
            if (stride > PAD) {
                a = a.add(c);
                b = b.add(d);
            }
            a.add(b).intoArray(s, (k - start) * lanes);
        }
        for (int k = start; k < end; k++) {
            int o = (k - start) * lanes;
            out[k] = ((s[o] + s[o + 4]) + (s[o + 2] + s[o + 6])) + ((s[o + 1] + s[o + 5]) + (s[o + 3] + s[o + 7]));
        }
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }

    private void severalPasses(
            double[] rows, int first, int stride, int[] index, int start, int end, double[] vector, double[] out) {
        double[] s = scratch;
        for (int k = start; k < end; k++) {
            int row = first + index[k] * stride;
            int width = 2 * PlainKernels.firstHalf(stride);
            for (int lane = 0; lane < width; lane += LANES) {
                DoubleVector sum = DoubleVector.zero(DOUBLES);
                for (int i = lane; i < stride; i += ACCUMULATORS) {
                    sum = load(rows, row + i).fma(load(vector, i), sum);
                }
                sum.intoArray(s, lane);
            }
            for (int half = width / 2; half > 0; half /= 2) {
                for (int j = 0; j < half; j++) {
                    s[j] += s[j + half];
                }
            }
            out[k] = s[0];
        }
    }

    static void addScaled(double factor, double[] rows, int offset, int length, double[] y) {
        DoubleVector scale = DoubleVector.broadcast(DOUBLES, factor);
        for (int j = 0; j < length; j += LANES) {
            load(rows, offset + j).fma(scale, load(y, j)).intoArray(y, j);
        }
    }
}
