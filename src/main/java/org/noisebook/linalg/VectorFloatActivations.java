package org.noisebook.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector twin of {@link PlainFloatActivations}, operation by operation.
 *
 * <p>The compiler keeps vectors in registers only in methods of some forty vector calls, so an activation is two or three
 * loops over a short range, which pass numbers through the arrays of results; constants are vectors to save calls.
 */
final class VectorFloatActivations {
    private static final VectorSpecies<Float> FLOATS = VectorKernels.FLOATS;
    private static final int LANES = FLOATS.length();
    private static final int ONE_BITS = 127 << 23;
    /** Elements that all loops of an activation pass before the next ones. */
    static final int RANGE = 1024;

    private static final FloatVector ZERO = broadcast(0);
    private static final FloatVector ONE = broadcast(1);
    private static final FloatVector TWO = broadcast(2);
    private static final FloatVector MINUS_TWO = broadcast(-2);
    private static final FloatVector FOUR = broadcast(4);
    private static final FloatVector LARGEST = broadcast(PlainFloatActivations.LARGEST);
    private static final FloatVector HALF_LARGEST = broadcast(PlainFloatActivations.LARGEST / 2);
    private static final FloatVector MINUS_LARGEST = broadcast(-PlainFloatActivations.LARGEST);
    private static final FloatVector PER_LN2 = broadcast(PlainFloatActivations.PER_LN2);
    private static final FloatVector ROUND = broadcast(PlainFloatActivations.ROUND);
    private static final FloatVector MINUS_LN2_HIGH = broadcast(-PlainFloatActivations.LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = broadcast(-PlainFloatActivations.LN2_LOW);
    private static final FloatVector P2 = broadcast(0.5f);
    private static final FloatVector P3 = broadcast(PlainFloatActivations.P3);
    private static final FloatVector P4 = broadcast(PlainFloatActivations.P4);
    private static final FloatVector P5 = broadcast(PlainFloatActivations.P5);
    private static final FloatVector P6 = broadcast(PlainFloatActivations.P6);
    private static final FloatVector P7 = broadcast(PlainFloatActivations.P7);
    private static final FloatVector GELU_1 = broadcast(PlainFloatActivations.GELU_1);
    private static final FloatVector GELU_1_LOW = broadcast(PlainFloatActivations.GELU_1_LOW);
    private static final FloatVector GELU_3 = broadcast(PlainFloatActivations.GELU_3);
    private static final FloatVector GELU_3_LOW = broadcast(PlainFloatActivations.GELU_3_LOW);
    private static final FloatVector GELU_SLOPE = broadcast(PlainFloatActivations.GELU_SLOPE);
    private static final FloatVector GELU_TOP = broadcast(PlainFloatActivations.GELU_FLAT);
    private static final FloatVector GELU_BOTTOM = broadcast(-PlainFloatActivations.GELU_FLAT);
    private static final FloatVector SILU_TOP = broadcast(PlainFloatActivations.SILU_FLAT);
    private static final FloatVector SILU_BOTTOM = broadcast(-PlainFloatActivations.SILU_FLAT);

    private VectorFloatActivations() {}

    /**
     * One loop over a range.
     *
     * <p>Called through an interface that has many implementations, for the compiler must not put several loops into one
     * method: it would keep some of their vectors as objects.
     */
    private interface Loop {
        void over(
                float scale,
                float[] z,
                int zStart,
                float[] out,
                int outStart,
                float[] slope,
                int slopeStart,
                int length);
    }

    private static final Loop[] RELU = {VectorFloatActivations::relu};
    private static final Loop[] TANH = {VectorFloatActivations::tanhExponentials, VectorFloatActivations::tanh};
    private static final Loop[] GELU = {
        VectorFloatActivations::geluExponents, VectorFloatActivations::decay, VectorFloatActivations::gelu
    };
    private static final Loop[] SILU = {
        VectorFloatActivations::siluExponents, VectorFloatActivations::decay, VectorFloatActivations::silu
    };
    private static final Loop[] RELU_VALUES = {VectorFloatActivations::reluValues};
    private static final Loop[] TANH_VALUES = {
        VectorFloatActivations::tanhExponentials, VectorFloatActivations::tanhValues
    };
    private static final Loop[] GELU_VALUES = {
        VectorFloatActivations::geluExponents, VectorFloatActivations::decay, VectorFloatActivations::geluValues
    };
    private static final Loop[] SILU_VALUES = {
        VectorFloatActivations::siluExponents, VectorFloatActivations::decay, VectorFloatActivations::siluValues
    };

    static void activate(
            Activation activation,
            float scale,
            float[] z,
            int zStart,
            float[] out,
            int outStart,
            float[] slope,
            int slopeStart,
            int length) {
        Loop[] loops = switch (activation) {
            case RELU -> RELU;
            case TANH -> TANH;
            case GELU -> GELU;
            case SILU -> SILU;
        };
        for (int start = 0; start < length; start += RANGE) {
            int count = Math.min(RANGE, length - start);
            for (Loop loop : loops) {
                loop.over(scale, z, zStart + start, out, outStart + start, slope, slopeStart + start, count);
            }
        }
    }

    /**
     * Values alone: all loops but the last write to scratch memory, where the last reads what the others leave in the place
     * of slopes behind what they leave in the place of values.
     */
    static void activate(
            Activation activation,
            float scale,
            float[] z,
            int zStart,
            float[] out,
            int outStart,
            float[] scratch,
            int length) {
        Loop[] loops = switch (activation) {
            case RELU -> RELU_VALUES;
            case TANH -> TANH_VALUES;
            case GELU -> GELU_VALUES;
            case SILU -> SILU_VALUES;
        };
        int last = loops.length - 1;
        for (int start = 0; start < length; start += RANGE) {
            int count = Math.min(RANGE, length - start);
            // One call for all of them, for the reason given at Loop.
            for (int k = 0; k <= last; k++) {
                boolean end = k == last;
                float[] values = end ? out : scratch;
                int valuesStart = end ? outStart + start : 0;
                loops[k].over(scale, z, zStart + start, values, valuesStart, scratch, end ? 0 : RANGE, count);
            }
        }
    }

    private static void relu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            VectorMask<Float> off = x.compare(VectorOperators.LE, ZERO);
            factor.mul(x).blend(ZERO, off).intoArray(out, outStart + i);
            factor.blend(ZERO, off).intoArray(slope, slopeStart + i);
        }
    }

    /** out = e^(−2|z|) − 1, slope = e^(−2|z|). */
    private static void tanhExponentials(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector size = load(z, zStart + i).abs();
            VectorMask<Float> far = size.compare(VectorOperators.GT, HALF_LARGEST);
            FloatVector w = size.mul(MINUS_TWO).blend(MINUS_LARGEST, far);
            FloatVector n = w.fma(PER_LN2, ROUND);
            FloatVector p = lessOne(remainder(w, n.sub(ROUND)));
            FloatVector power = power(n);
            power.fma(p, power.sub(ONE)).intoArray(out, outStart + i);
            power.fma(p, power).blend(ZERO, far).intoArray(slope, slopeStart + i);
        }
    }

    private static void tanh(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            FloatVector less = load(out, outStart + i);
            FloatVector d = less.add(TWO);
            FloatVector t = less.div(d);
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out, outStart + i);
            FloatVector e = load(slope, slopeStart + i);
            factor.mul(e.mul(FOUR).div(d.mul(d))).intoArray(slope, slopeStart + i);
        }
    }

    /** slope = y and out = its rounding error with the sign it takes in −|y|. */
    private static void geluExponents(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            x = x.blend(GELU_BOTTOM, x.compare(VectorOperators.LT, GELU_BOTTOM));
            x = x.blend(GELU_TOP, x.compare(VectorOperators.GT, GELU_TOP));
            FloatVector square = x.mul(x);
            FloatVector squareLow = x.fma(x, square.neg());
            FloatVector cubic = GELU_3.mul(square);
            FloatVector cubicLow = GELU_3.fma(square, cubic.neg());
            cubicLow = GELU_3_LOW.fma(square, GELU_3.fma(squareLow, cubicLow));
            FloatVector sum = GELU_1.add(cubic);
            FloatVector part = sum.sub(GELU_1);
            FloatVector sumLow = GELU_1.sub(sum.sub(part)).add(cubic.sub(part));
            sumLow = sumLow.add(GELU_1_LOW.add(cubicLow));
            FloatVector y = x.mul(sum);
            FloatVector low = x.fma(sumLow, x.fma(sum, y.neg()));
            low.neg().blend(low, y.compare(VectorOperators.LT, ZERO)).intoArray(out, outStart + i);
            y.intoArray(slope, slopeStart + i);
        }
    }

    private static void siluExponents(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            x = x.blend(SILU_BOTTOM, x.compare(VectorOperators.LT, SILU_BOTTOM));
            x = x.blend(SILU_TOP, x.compare(VectorOperators.GT, SILU_TOP));
            x.intoArray(slope, slopeStart + i);
            ZERO.intoArray(out, outStart + i);
        }
    }

    /** slope = e^(−|slope| + out). */
    private static void decay(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector size = load(slope, slopeStart + i).abs();
            VectorMask<Float> far = size.compare(VectorOperators.GT, LARGEST);
            FloatVector w = size.neg().blend(MINUS_LARGEST, far);
            FloatVector n = w.fma(PER_LN2, ROUND);
            FloatVector r = remainder(w, n.sub(ROUND)).add(load(out, outStart + i));
            FloatVector power = power(n);
            power.fma(lessOne(r), power).blend(ZERO, far).intoArray(slope, slopeStart + i);
        }
    }

    private static void gelu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector above = load(z, zStart + i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            FloatVector x = above.blend(GELU_TOP, above.compare(VectorOperators.GT, GELU_TOP));
            FloatVector e = load(slope, slopeStart + i);
            FloatVector d = e.add(ONE);
            FloatVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            FloatVector rise = x.mul(GELU_SLOPE.fma(x.mul(x), GELU_1));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
            factor.mul(rise.fma(e.div(d.mul(d)), sigma)).intoArray(slope, slopeStart + i);
        }
    }

    private static void silu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector above = load(z, zStart + i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            FloatVector x = above.blend(SILU_TOP, above.compare(VectorOperators.GT, SILU_TOP));
            FloatVector e = load(slope, slopeStart + i);
            FloatVector d = e.add(ONE);
            FloatVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
            factor.mul(x.fma(e.div(d.mul(d)), sigma)).intoArray(slope, slopeStart + i);
        }
    }

    private static void reluValues(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] scratch, int from, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            factor.mul(x).blend(ZERO, x.compare(VectorOperators.LE, ZERO)).intoArray(out, outStart + i);
        }
    }

    private static void tanhValues(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] scratch, int from, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector x = load(z, zStart + i);
            FloatVector less = load(scratch, from + i);
            FloatVector t = less.div(less.add(TWO));
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out, outStart + i);
        }
    }

    private static void geluValues(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] scratch, int from, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector above = load(z, zStart + i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            FloatVector e = load(scratch, from + RANGE + i);
            FloatVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
        }
    }

    private static void siluValues(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] scratch, int from, int length) {
        FloatVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            FloatVector above = load(z, zStart + i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            FloatVector e = load(scratch, from + RANGE + i);
            FloatVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
        }
    }

    private static FloatVector remainder(FloatVector w, FloatVector n) {
        return n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, w));
    }

    private static FloatVector lessOne(FloatVector r) {
        return r.mul(r).fma(P7.fma(r, P6).fma(r, P5).fma(r, P4).fma(r, P3).fma(r, P2), r);
    }

    private static FloatVector power(FloatVector rounded) {
        IntVector bits = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return bits.add(ONE_BITS).reinterpretAsFloats();
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(FLOATS, array, offset);
    }
}
