package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API twin of {@link Kernels}.
 *
 * <p>Registers hold the 64 accumulators of the contract: eight registers of eight lanes or four of sixteen; narrower
 * registers take several passes over a row. The accumulators are added first across registers, then across lanes, in
 * the order of the contract.
 */
final class VectorKernels implements Kernels {
    static final int ACCUMULATORS = 64;
    static final VectorSpecies<Double> DOUBLES = atMost512(DoubleVector.SPECIES_PREFERRED);
    static final VectorSpecies<Float> FLOATS = atMost512(FloatVector.SPECIES_PREFERRED);
    private static final int DOUBLE_LANES = DOUBLES.length();
    private static final int FLOAT_LANES = FLOATS.length();
    private static final int WIDE_FLOAT_LANES = 16;
    static final int ROWS_AT_ONCE = 32;

    private final VectorDoubleDots doubles = new VectorDoubleDots();
    private final VectorFloatDots floats = new VectorFloatDots();
    private final float[] floatScratch = new float[ROWS_AT_ONCE * WIDE_FLOAT_LANES];

    @SuppressWarnings("unchecked")
    private static <T> VectorSpecies<T> atMost512(VectorSpecies<T> preferred) {
        if (preferred.vectorBitSize() <= 512) {
            return preferred;
        }
        return preferred.elementType() == float.class
                ? (VectorSpecies<T>) FloatVector.SPECIES_512
                : (VectorSpecies<T>) DoubleVector.SPECIES_512;
    }

    /** Whether the machine's registers are wide enough for the vector twin to be faster. */
    static boolean usable() {
        return DOUBLE_LANES >= 2 && FLOAT_LANES >= 4;
    }

    @Override
    public String describe() {
        return "vector " + FLOATS.vectorBitSize() + " bit";
    }

    @Override
    public void dots(double[] rows, int first, int stride, int[] index, int count, double[] vector, double[] out) {
        for (int start = 0; start < count; start += ROWS_AT_ONCE) {
            int end = Math.min(count, start + ROWS_AT_ONCE);
            doubles.dots(rows, first, stride, index, start, end, vector, out);
        }
    }

    @Override
    public void dots(float[] rows, int first, int stride, int[] index, int count, float[] vector, float[] out) {
        for (int start = 0; start < count; start += ROWS_AT_ONCE) {
            int end = Math.min(count, start + ROWS_AT_ONCE);
            if (FLOAT_LANES == WIDE_FLOAT_LANES) {
                wide(rows, first, stride, index, start, end, vector, out);
            } else {
                floats.dots(rows, first, stride, index, start, end, vector, out);
            }
        }
    }

    private void wide(
            float[] rows, int first, int stride, int[] index, int start, int end, float[] vector, float[] out) {
        int k = start;
        if (stride % ACCUMULATORS == 0) {
            k = fourRows(rows, first, stride, index, start, end, vector);
        }
        oneRow(rows, first, stride, index, k, start, end, vector);
        float[] s = floatScratch;
        for (k = start; k < end; k++) {
            int o = (k - start) * WIDE_FLOAT_LANES;
            out[k] = (((s[o] + s[o + 8]) + (s[o + 4] + s[o + 12])) + ((s[o + 2] + s[o + 10]) + (s[o + 6] + s[o + 14])))
                    + (((s[o + 1] + s[o + 9]) + (s[o + 5] + s[o + 13]))
                            + ((s[o + 3] + s[o + 11]) + (s[o + 7] + s[o + 15])));
        }
    }

    /** Processes four rows at a time, which share the loads of the vector; returns the first remaining row. */
    private int fourRows(float[] rows, int first, int stride, int[] index, int start, int end, float[] vector) {
        final int lanes = WIDE_FLOAT_LANES;
        float[] s = floatScratch;
        int k = start;
        for (; k + 4 <= end; k += 4) {
            int row0 = first + index[k] * stride;
            int row1 = first + index[k + 1] * stride;
            int row2 = first + index[k + 2] * stride;
            int row3 = first + index[k + 3] * stride;
            FloatVector a0 = FloatVector.zero(FLOATS);
            FloatVector b0 = FloatVector.zero(FLOATS);
            FloatVector c0 = FloatVector.zero(FLOATS);
            FloatVector d0 = FloatVector.zero(FLOATS);
            FloatVector a1 = FloatVector.zero(FLOATS);
            FloatVector b1 = FloatVector.zero(FLOATS);
            FloatVector c1 = FloatVector.zero(FLOATS);
            FloatVector d1 = FloatVector.zero(FLOATS);
            FloatVector a2 = FloatVector.zero(FLOATS);
            FloatVector b2 = FloatVector.zero(FLOATS);
            FloatVector c2 = FloatVector.zero(FLOATS);
            FloatVector d2 = FloatVector.zero(FLOATS);
            FloatVector a3 = FloatVector.zero(FLOATS);
            FloatVector b3 = FloatVector.zero(FLOATS);
            FloatVector c3 = FloatVector.zero(FLOATS);
            FloatVector d3 = FloatVector.zero(FLOATS);
            for (int i = 0; i < stride; i += ACCUMULATORS) {
                FloatVector u = load(vector, i);
                a0 = load(rows, row0 + i).fma(u, a0);
                a1 = load(rows, row1 + i).fma(u, a1);
                a2 = load(rows, row2 + i).fma(u, a2);
                a3 = load(rows, row3 + i).fma(u, a3);
                FloatVector v = load(vector, i + lanes);
                b0 = load(rows, row0 + i + lanes).fma(v, b0);
                b1 = load(rows, row1 + i + lanes).fma(v, b1);
                b2 = load(rows, row2 + i + lanes).fma(v, b2);
                b3 = load(rows, row3 + i + lanes).fma(v, b3);
                FloatVector w = load(vector, i + 2 * lanes);
                c0 = load(rows, row0 + i + 2 * lanes).fma(w, c0);
                c1 = load(rows, row1 + i + 2 * lanes).fma(w, c1);
                c2 = load(rows, row2 + i + 2 * lanes).fma(w, c2);
                c3 = load(rows, row3 + i + 2 * lanes).fma(w, c3);
                FloatVector x = load(vector, i + 3 * lanes);
                d0 = load(rows, row0 + i + 3 * lanes).fma(x, d0);
                d1 = load(rows, row1 + i + 3 * lanes).fma(x, d1);
                d2 = load(rows, row2 + i + 3 * lanes).fma(x, d2);
                d3 = load(rows, row3 + i + 3 * lanes).fma(x, d3);
            }
            int o = (k - start) * lanes;
            a0.add(c0).add(b0.add(d0)).intoArray(s, o);
            a1.add(c1).add(b1.add(d1)).intoArray(s, o + lanes);
            a2.add(c2).add(b2.add(d2)).intoArray(s, o + 2 * lanes);
            a3.add(c3).add(b3.add(d3)).intoArray(s, o + 3 * lanes);
        }
        return k;
    }

    private void oneRow(
            float[] rows, int first, int stride, int[] index, int from, int start, int end, float[] vector) {
        final int lanes = WIDE_FLOAT_LANES;
        float[] s = floatScratch;
        for (int k = from; k < end; k++) {
            int row = first + index[k] * stride;
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector d = a;
            int i = 0;
            for (; i + ACCUMULATORS <= stride; i += ACCUMULATORS) {
                int r = row + i;
                a = load(rows, r).fma(load(vector, i), a);
                b = load(rows, r + lanes).fma(load(vector, i + lanes), b);
                c = load(rows, r + 2 * lanes).fma(load(vector, i + 2 * lanes), c);
                d = load(rows, r + 3 * lanes).fma(load(vector, i + 3 * lanes), d);
            }
            int rest = stride - i;
            int r = row + i;
            if (rest >= PAD) {
                a = load(rows, r).fma(load(vector, i), a);
            }
            if (rest >= 2 * PAD) {
                b = load(rows, r + lanes).fma(load(vector, i + lanes), b);
            }
            if (rest >= 3 * PAD) {
                c = load(rows, r + 2 * lanes).fma(load(vector, i + 2 * lanes), c);
            }
            if (stride > 2 * PAD) {
                a = a.add(c);
                b = b.add(d);
            }
            if (stride > PAD) {
                a = a.add(b);
            }
            a.intoArray(s, (k - start) * lanes);
        }
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(FLOATS, array, offset);
    }

    @Override
    public void addScaled(double factor, double[] rows, int offset, int length, double[] y) {
        VectorDoubleDots.addScaled(factor, rows, offset, length, y);
    }

    @Override
    public void addScaled(float factor, float[] rows, int offset, int length, float[] y) {
        VectorFloatDots.addScaled(factor, rows, offset, length, y);
    }
}
