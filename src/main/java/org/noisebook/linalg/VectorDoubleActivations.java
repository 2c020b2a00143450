package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector twin of {@link PlainDoubleActivations}, operation by operation.
 *
 * <p>The compiler keeps vectors in registers only in methods of some forty vector calls, so an activation is two or three
 * loops over a short range, which pass numbers through the arrays of results; constants are vectors to save calls.
 */
final class VectorDoubleActivations {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    /** Elements that all loops of an activation pass before the next ones. */
    static final int RANGE = 1024;

    private static final DoubleVector ZERO = broadcast(0);
    private static final DoubleVector ONE = broadcast(1);
    private static final DoubleVector TWO = broadcast(2);
    private static final DoubleVector MINUS_TWO = broadcast(-2);
    private static final DoubleVector FOUR = broadcast(4);
    private static final DoubleVector LARGEST = broadcast(PlainDoubleActivations.LARGEST);
    private static final DoubleVector HALF_LARGEST = broadcast(PlainDoubleActivations.LARGEST / 2);
    private static final DoubleVector MINUS_LARGEST = broadcast(-PlainDoubleActivations.LARGEST);
    private static final DoubleVector PER_LN2 = broadcast(PlainDoubleActivations.PER_LN2);
    private static final DoubleVector ROUND = broadcast(PlainDoubleActivations.ROUND);
    private static final DoubleVector MINUS_LN2_HIGH = broadcast(-PlainDoubleActivations.LN2_HIGH);
    private static final DoubleVector MINUS_LN2_LOW = broadcast(-PlainDoubleActivations.LN2_LOW);
    private static final DoubleVector P2 = broadcast(PlainDoubleActivations.P2);
    private static final DoubleVector P3 = broadcast(PlainDoubleActivations.P3);
    private static final DoubleVector P4 = broadcast(PlainDoubleActivations.P4);
    private static final DoubleVector P5 = broadcast(PlainDoubleActivations.P5);
    private static final DoubleVector P6 = broadcast(PlainDoubleActivations.P6);
    private static final DoubleVector P7 = broadcast(PlainDoubleActivations.P7);
    private static final DoubleVector P8 = broadcast(PlainDoubleActivations.P8); // double only
    private static final DoubleVector P9 = broadcast(PlainDoubleActivations.P9); // double only
    private static final DoubleVector P10 = broadcast(PlainDoubleActivations.P10); // double only
    private static final DoubleVector P11 = broadcast(PlainDoubleActivations.P11); // double only
    private static final DoubleVector P12 = broadcast(PlainDoubleActivations.P12); // double only
    private static final DoubleVector GELU_1 = broadcast(PlainDoubleActivations.GELU_1);
    private static final DoubleVector GELU_1_LOW = broadcast(PlainDoubleActivations.GELU_1_LOW);
    private static final DoubleVector GELU_3 = broadcast(PlainDoubleActivations.GELU_3);
    private static final DoubleVector GELU_3_LOW = broadcast(PlainDoubleActivations.GELU_3_LOW);
    private static final DoubleVector GELU_SLOPE = broadcast(PlainDoubleActivations.GELU_SLOPE);
    private static final DoubleVector GELU_TOP = broadcast(PlainDoubleActivations.GELU_FLAT);
    private static final DoubleVector GELU_BOTTOM = broadcast(-PlainDoubleActivations.GELU_FLAT);
    private static final DoubleVector SILU_TOP = broadcast(PlainDoubleActivations.SILU_FLAT);
    private static final DoubleVector SILU_BOTTOM = broadcast(-PlainDoubleActivations.SILU_FLAT);

    private VectorDoubleActivations() {}

    /**
     * One loop over a range.
     *
     * <p>Called through an interface that has many implementations, for the compiler must not put several loops into one
     * method: it would keep some of their vectors as objects.
     */
    private interface Loop {
        void over(
                double scale,
                double[] z,
                int zStart,
                double[] out,
                int outStart,
                double[] slope,
                int slopeStart,
                int length);
    }

    private static final Loop[] RELU = {VectorDoubleActivations::relu};
    private static final Loop[] TANH = {VectorDoubleActivations::tanhExponentials, VectorDoubleActivations::tanh};
    private static final Loop[] GELU = {
        VectorDoubleActivations::geluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::gelu
    };
    private static final Loop[] SILU = {
        VectorDoubleActivations::siluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::silu
    };
    private static final Loop[] RELU_VALUES = {VectorDoubleActivations::reluValues};
    private static final Loop[] TANH_VALUES = {
        VectorDoubleActivations::tanhExponentials, VectorDoubleActivations::tanhValues
    };
    private static final Loop[] GELU_VALUES = {
        VectorDoubleActivations::geluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::geluValues
    };
    private static final Loop[] SILU_VALUES = {
        VectorDoubleActivations::siluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::siluValues
    };

    static void activate(
            Activation activation,
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
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
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] scratch,
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
                double[] values = end ? out : scratch;
                int valuesStart = end ? outStart + start : 0;
                loops[k].over(scale, z, zStart + start, values, valuesStart, scratch, end ? 0 : RANGE, count);
            }
        }
    }

    private static void relu(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            VectorMask<Double> off = x.compare(VectorOperators.LE, ZERO);
            factor.mul(x).blend(ZERO, off).intoArray(out, outStart + i);
            factor.blend(ZERO, off).intoArray(slope, slopeStart + i);
        }
    }

    /** out = e^(−2|z|) − 1, slope = e^(−2|z|). */
    private static void tanhExponentials(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            DoubleVector size = load(z, zStart + i).abs();
            VectorMask<Double> far = size.compare(VectorOperators.GT, HALF_LARGEST);
            DoubleVector w = size.mul(MINUS_TWO).blend(MINUS_LARGEST, far);
            DoubleVector n = w.fma(PER_LN2, ROUND);
            DoubleVector p = lessOne(remainder(w, n.sub(ROUND)));
            DoubleVector power = power(n);
            power.fma(p, power.sub(ONE)).intoArray(out, outStart + i);
            power.fma(p, power).blend(ZERO, far).intoArray(slope, slopeStart + i);
        }
    }

    private static void tanh(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            DoubleVector less = load(out, outStart + i);
            DoubleVector d = less.add(TWO);
            DoubleVector t = less.div(d);
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out, outStart + i);
            DoubleVector e = load(slope, slopeStart + i);
            factor.mul(e.mul(FOUR).div(d.mul(d))).intoArray(slope, slopeStart + i);
        }
    }

    /** slope = y and out = its rounding error with the sign it takes in −|y|. */
    private static void geluExponents(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            x = x.blend(GELU_BOTTOM, x.compare(VectorOperators.LT, GELU_BOTTOM));
            x = x.blend(GELU_TOP, x.compare(VectorOperators.GT, GELU_TOP));
            DoubleVector square = x.mul(x);
            DoubleVector squareLow = x.fma(x, square.neg());
            DoubleVector cubic = GELU_3.mul(square);
            DoubleVector cubicLow = GELU_3.fma(square, cubic.neg());
            cubicLow = GELU_3_LOW.fma(square, GELU_3.fma(squareLow, cubicLow));
            DoubleVector sum = GELU_1.add(cubic);
            DoubleVector part = sum.sub(GELU_1);
            DoubleVector sumLow = GELU_1.sub(sum.sub(part)).add(cubic.sub(part));
            sumLow = sumLow.add(GELU_1_LOW.add(cubicLow));
            DoubleVector y = x.mul(sum);
            DoubleVector low = x.fma(sumLow, x.fma(sum, y.neg()));
            low.neg().blend(low, y.compare(VectorOperators.LT, ZERO)).intoArray(out, outStart + i);
            y.intoArray(slope, slopeStart + i);
        }
    }

    private static void siluExponents(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            x = x.blend(SILU_BOTTOM, x.compare(VectorOperators.LT, SILU_BOTTOM));
            x = x.blend(SILU_TOP, x.compare(VectorOperators.GT, SILU_TOP));
            x.intoArray(slope, slopeStart + i);
            ZERO.intoArray(out, outStart + i);
        }
    }

    /** slope = e^(−|slope| + out). */
    private static void decay(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        for (int i = 0; i < length; i += LANES) {
            DoubleVector size = load(slope, slopeStart + i).abs();
            VectorMask<Double> far = size.compare(VectorOperators.GT, LARGEST);
            DoubleVector w = size.neg().blend(MINUS_LARGEST, far);
            DoubleVector n = w.fma(PER_LN2, ROUND);
            DoubleVector r = remainder(w, n.sub(ROUND)).add(load(out, outStart + i));
            DoubleVector power = power(n);
            power.fma(lessOne(r), power).blend(ZERO, far).intoArray(slope, slopeStart + i);
        }
    }

    private static void gelu(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector above = load(z, zStart + i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            DoubleVector x = above.blend(GELU_TOP, above.compare(VectorOperators.GT, GELU_TOP));
            DoubleVector e = load(slope, slopeStart + i);
            DoubleVector d = e.add(ONE);
            DoubleVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            DoubleVector rise = x.mul(GELU_SLOPE.fma(x.mul(x), GELU_1));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
            factor.mul(rise.fma(e.div(d.mul(d)), sigma)).intoArray(slope, slopeStart + i);
        }
    }

    private static void silu(
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector above = load(z, zStart + i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            DoubleVector x = above.blend(SILU_TOP, above.compare(VectorOperators.GT, SILU_TOP));
            DoubleVector e = load(slope, slopeStart + i);
            DoubleVector d = e.add(ONE);
            DoubleVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
            factor.mul(x.fma(e.div(d.mul(d)), sigma)).intoArray(slope, slopeStart + i);
        }
    }

    private static void reluValues(
            double scale, double[] z, int zStart, double[] out, int outStart, double[] scratch, int from, int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            factor.mul(x).blend(ZERO, x.compare(VectorOperators.LE, ZERO)).intoArray(out, outStart + i);
        }
    }

    private static void tanhValues(
            double scale, double[] z, int zStart, double[] out, int outStart, double[] scratch, int from, int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector x = load(z, zStart + i);
            DoubleVector less = load(scratch, from + i);
            DoubleVector t = less.div(less.add(TWO));
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out, outStart + i);
        }
    }

    private static void geluValues(
            double scale, double[] z, int zStart, double[] out, int outStart, double[] scratch, int from, int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector above = load(z, zStart + i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            DoubleVector e = load(scratch, from + RANGE + i);
            DoubleVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
        }
    }

    private static void siluValues(
            double scale, double[] z, int zStart, double[] out, int outStart, double[] scratch, int from, int length) {
        DoubleVector factor = broadcast(scale);
        for (int i = 0; i < length; i += LANES) {
            DoubleVector above = load(z, zStart + i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            DoubleVector e = load(scratch, from + RANGE + i);
            DoubleVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out, outStart + i);
        }
    }

    private static DoubleVector remainder(DoubleVector w, DoubleVector n) {
        return n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, w));
    }

    private static DoubleVector lessOne(DoubleVector r) {
        DoubleVector p = P12.fma(r, P11).fma(r, P10).fma(r, P9).fma(r, P8).fma(r, P7); // float: P7
        return r.mul(r).fma(p.fma(r, P6).fma(r, P5).fma(r, P4).fma(r, P3).fma(r, P2), r);
    }

    private static DoubleVector power(DoubleVector rounded) {
        LongVector bits = rounded.reinterpretAsLongs().lanewise(VectorOperators.LSHL, PlainDoubleActivations.DIGITS);
        return bits.add(PlainDoubleActivations.ONE_BITS).reinterpretAsDoubles();
    }

    private static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(DOUBLES, value);
    }

    private static DoubleVector load(double[] array, int offset) {
        return DoubleVector.fromArray(DOUBLES, array, offset);
    }
}
