package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector twin of {@link PlainDoubleActivations}, operation by operation.
 *
 * <p>The compiler keeps vectors in registers only in methods of up to about forty vector calls, so an activation is
 * split into up to four loops over a short range, which pass numbers through the result arrays; constants are stored as
 * vectors to save calls.
 */
final class VectorDoubleActivations {
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
    private static final int LANES = DOUBLES.length();
    /** Number of elements that pass through all loops of an activation before the next ones. */
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
    private static final DoubleVector ERF_1 = broadcast(PlainDoubleActivations.ERF_1);
    private static final DoubleVector ERF_1_LOW = broadcast(PlainDoubleActivations.ERF_1_LOW);
    private static final DoubleVector E3 = broadcast(PlainDoubleActivations.E3);
    private static final DoubleVector E5 = broadcast(PlainDoubleActivations.E5);
    private static final DoubleVector E7 = broadcast(PlainDoubleActivations.E7);
    private static final DoubleVector E9 = broadcast(PlainDoubleActivations.E9);
    private static final DoubleVector E11 = broadcast(PlainDoubleActivations.E11);
    private static final DoubleVector E13 = broadcast(PlainDoubleActivations.E13);
    private static final DoubleVector E15 = broadcast(PlainDoubleActivations.E15); // double only
    private static final DoubleVector E17 = broadcast(PlainDoubleActivations.E17); // double only
    private static final DoubleVector E19 = broadcast(PlainDoubleActivations.E19); // double only
    private static final DoubleVector E21 = broadcast(PlainDoubleActivations.E21); // double only
    private static final DoubleVector E23 = broadcast(PlainDoubleActivations.E23); // double only
    private static final DoubleVector F0 = broadcast(PlainDoubleActivations.F0);
    private static final DoubleVector F1 = broadcast(PlainDoubleActivations.F1);
    private static final DoubleVector F2 = broadcast(PlainDoubleActivations.F2);
    private static final DoubleVector F3 = broadcast(PlainDoubleActivations.F3);
    private static final DoubleVector F4 = broadcast(PlainDoubleActivations.F4);
    private static final DoubleVector F5 = broadcast(PlainDoubleActivations.F5);
    private static final DoubleVector F6 = broadcast(PlainDoubleActivations.F6);
    private static final DoubleVector F7 = broadcast(PlainDoubleActivations.F7);
    private static final DoubleVector F8 = broadcast(PlainDoubleActivations.F8); // double only
    private static final DoubleVector F9 = broadcast(PlainDoubleActivations.F9); // double only
    private static final DoubleVector F10 = broadcast(PlainDoubleActivations.F10); // double only
    private static final DoubleVector F11 = broadcast(PlainDoubleActivations.F11); // double only
    private static final DoubleVector F12 = broadcast(PlainDoubleActivations.F12); // double only
    private static final DoubleVector F13 = broadcast(PlainDoubleActivations.F13); // double only
    private static final DoubleVector F14 = broadcast(PlainDoubleActivations.F14); // double only
    private static final DoubleVector THREE = broadcast(3);
    private static final DoubleVector GELU_TOP = broadcast(PlainDoubleActivations.GELU_FLAT);
    private static final DoubleVector GELU_BOTTOM = broadcast(-PlainDoubleActivations.GELU_FLAT);
    private static final DoubleVector SILU_TOP = broadcast(PlainDoubleActivations.SILU_FLAT);
    private static final DoubleVector SILU_BOTTOM = broadcast(-PlainDoubleActivations.SILU_FLAT);

    private VectorDoubleActivations() {}

    /**
     * One loop over a range.
     *
     * <p>Called through an interface with many implementations so that the compiler does not inline several loops into
     * one method, where it would keep some vectors as objects.
     */
    private interface Loop {
        void over(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope);
    }

    private static final Loop[] RELU = {VectorDoubleActivations::relu};
    private static final Loop[] TANH = {VectorDoubleActivations::tanhExponentials, VectorDoubleActivations::tanh};
    private static final Loop[] GELU = {
        VectorDoubleActivations::geluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::gelu
    };
    private static final Loop[] SILU = {
        VectorDoubleActivations::siluExponents, VectorDoubleActivations::decay, VectorDoubleActivations::silu
    };
    private static final Loop[] ERF = {
        VectorDoubleActivations::erfExponents,
        VectorDoubleActivations::decay,
        VectorDoubleActivations::erfRest,
        VectorDoubleActivations::erf
    };
    private static final Loop[] LINEAR = {VectorDoubleActivations::linear};
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
    private static final Loop[] ERF_VALUES = {
        VectorDoubleActivations::erfExponents,
        VectorDoubleActivations::decay,
        VectorDoubleActivations::erfRest,
        VectorDoubleActivations::erfValues
    };
    private static final Loop[] LINEAR_VALUES = {VectorDoubleActivations::linearValues};

    static void activate(
            Activation activation, double scale, int length, DoubleView z, DoubleView out, DoubleView slope) {
        Loop[] loops = switch (activation) {
            case RELU -> RELU;
            case TANH -> TANH;
            case GELU -> GELU;
            case SILU -> SILU;
            case ERF -> ERF;
            case LINEAR -> LINEAR;
        };
        for (int start = 0; start < length; start += RANGE) {
            int end = Math.min(start + RANGE, length);
            for (Loop loop : loops) {
                loop.over(scale, start, end, z, out, slope);
            }
        }
    }

    /**
     * Values only: all loops but the last write to scratch memory, slopes behind values, and the last reads them there.
     */
    static void activate(
            Activation activation, double scale, int length, DoubleView z, DoubleView out, double[] scratch) {
        Loop[] loops = switch (activation) {
            case RELU -> RELU_VALUES;
            case TANH -> TANH_VALUES;
            case GELU -> GELU_VALUES;
            case SILU -> SILU_VALUES;
            case ERF -> ERF_VALUES;
            case LINEAR -> LINEAR_VALUES;
        };
        int last = loops.length - 1;
        for (int start = 0; start < length; start += RANGE) {
            int end = Math.min(start + RANGE, length);
            DoubleView values = new DoubleView(scratch, -start, 0, 1);
            DoubleView slopes = new DoubleView(scratch, RANGE - start, 0, 1);
            // A single call site for all loops, for the reason given at Loop.
            for (int k = 0; k <= last; k++) {
                loops[k].over(scale, start, end, z, k == last ? out : values, k == last ? values : slopes);
            }
        }
    }

    private static void relu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            VectorMask<Double> off = x.compare(VectorOperators.LE, ZERO);
            factor.mul(x).blend(ZERO, off).intoArray(out.values(), out.start() + i);
            factor.blend(ZERO, off).intoArray(slope.values(), slope.start() + i);
        }
    }

    /** out = e^(−2|z|) − 1, slope = e^(−2|z|). */
    private static void tanhExponentials(
            double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector size = load(z, i).abs();
            VectorMask<Double> far = size.compare(VectorOperators.GT, HALF_LARGEST);
            DoubleVector w = size.mul(MINUS_TWO).blend(MINUS_LARGEST, far);
            DoubleVector n = w.fma(PER_LN2, ROUND);
            DoubleVector p = lessOne(remainder(w, n.sub(ROUND)));
            DoubleVector power = power(n);
            power.fma(p, power.sub(ONE)).intoArray(out.values(), out.start() + i);
            power.fma(p, power).blend(ZERO, far).intoArray(slope.values(), slope.start() + i);
        }
    }

    private static void tanh(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            DoubleVector less = load(out, i);
            DoubleVector d = less.add(TWO);
            DoubleVector t = less.div(d);
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out.values(), out.start() + i);
            DoubleVector e = load(slope, i);
            factor.mul(e.mul(FOUR).div(d.mul(d))).intoArray(slope.values(), slope.start() + i);
        }
    }

    /** slope = y, and out = its rounding error with the sign it has in −|y|. */
    private static void geluExponents(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
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
            low.neg().blend(low, y.compare(VectorOperators.LT, ZERO)).intoArray(out.values(), out.start() + i);
            y.intoArray(slope.values(), slope.start() + i);
        }
    }

    private static void siluExponents(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            x = x.blend(SILU_BOTTOM, x.compare(VectorOperators.LT, SILU_BOTTOM));
            x = x.blend(SILU_TOP, x.compare(VectorOperators.GT, SILU_TOP));
            x.intoArray(slope.values(), slope.start() + i);
            ZERO.intoArray(out.values(), out.start() + i);
        }
    }

    /** slope = x² and out = minus its rounding error. */
    private static void erfExponents(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            x = x.blend(GELU_BOTTOM, x.compare(VectorOperators.LT, GELU_BOTTOM));
            x = x.blend(GELU_TOP, x.compare(VectorOperators.GT, GELU_TOP));
            DoubleVector square = x.mul(x);
            x.fma(x, square.neg()).neg().intoArray(out.values(), out.start() + i);
            square.intoArray(slope.values(), slope.start() + i);
        }
    }

    /** slope = e^(−|slope| + out). */
    private static void decay(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector size = load(slope, i).abs();
            VectorMask<Double> far = size.compare(VectorOperators.GT, LARGEST);
            DoubleVector w = size.neg().blend(MINUS_LARGEST, far);
            DoubleVector n = w.fma(PER_LN2, ROUND);
            DoubleVector r = remainder(w, n.sub(ROUND)).add(load(out, i));
            DoubleVector power = power(n);
            power.fma(lessOne(r), power).blend(ZERO, far).intoArray(slope.values(), slope.start() + i);
        }
    }

    private static void gelu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector above = load(z, i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            DoubleVector x = above.blend(GELU_TOP, above.compare(VectorOperators.GT, GELU_TOP));
            DoubleVector e = load(slope, i);
            DoubleVector d = e.add(ONE);
            DoubleVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            DoubleVector rise = x.mul(GELU_SLOPE.fma(x.mul(x), GELU_1));
            factor.mul(above.mul(sigma)).intoArray(out.values(), out.start() + i);
            factor.mul(rise.fma(e.div(d.mul(d)), sigma)).intoArray(slope.values(), slope.start() + i);
        }
    }

    private static void silu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector above = load(z, i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            DoubleVector x = above.blend(SILU_TOP, above.compare(VectorOperators.GT, SILU_TOP));
            DoubleVector e = load(slope, i);
            DoubleVector d = e.add(ONE);
            DoubleVector sigma =
                    ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(d);
            factor.mul(above.mul(sigma)).intoArray(out.values(), out.start() + i);
            factor.mul(x.fma(e.div(d.mul(d)), sigma)).intoArray(slope.values(), slope.start() + i);
        }
    }

    /** out = 1 − erf |z|, accurate for |z| ≥ 1, from slope = e^(−z²). */
    private static void erfRest(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i += LANES) {
            DoubleVector size = load(z, i).abs();
            size = size.blend(GELU_TOP, size.compare(VectorOperators.GT, GELU_TOP));
            DoubleVector t = size.sub(THREE).div(size.add(THREE));
            DoubleVector high = F14.fma(t, F13).fma(t, F12).fma(t, F11).fma(t, F10); // double only
            high = high.fma(t, F9).fma(t, F8); // double only
            DoubleVector p = high.fma(t, F7); // float: F7
            p = p.fma(t, F6)
                    .fma(t, F5)
                    .fma(t, F4)
                    .fma(t, F3)
                    .fma(t, F2)
                    .fma(t, F1)
                    .fma(t, F0);
            p.mul(load(slope, i)).intoArray(out.values(), out.start() + i);
        }
    }

    private static void erf(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            factor.mul(erf(load(z, i), load(out, i))).intoArray(out.values(), out.start() + i);
            factor.mul(ERF_1.mul(load(slope, i))).intoArray(slope.values(), slope.start() + i);
        }
    }

    private static DoubleVector erf(DoubleVector x, DoubleVector rest) {
        DoubleVector far = ONE.sub(rest);
        far = far.blend(far.neg(), x.compare(VectorOperators.LT, ZERO));
        DoubleVector square = x.mul(x);
        DoubleVector high = E23.fma(square, E21).fma(square, E19); // double only
        high = high.fma(square, E17).fma(square, E15); // double only
        DoubleVector p = high.fma(square, E13); // float: E13
        p = p.fma(square, E11).fma(square, E9).fma(square, E7).fma(square, E5).fma(square, E3);
        DoubleVector near = x.fma(ERF_1, x.mul(square.fma(p, ERF_1_LOW)));
        return far.blend(near, x.abs().compare(VectorOperators.LT, ONE));
    }

    private static void linear(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            factor.mul(load(z, i)).intoArray(out.values(), out.start() + i);
            factor.intoArray(slope.values(), slope.start() + i);
        }
    }

    private static void reluValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            factor.mul(x).blend(ZERO, x.compare(VectorOperators.LE, ZERO)).intoArray(out.values(), out.start() + i);
        }
    }

    private static void tanhValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector x = load(z, i);
            DoubleVector less = load(scratch, i);
            DoubleVector t = less.div(less.add(TWO));
            t = t.neg().blend(t, x.compare(VectorOperators.LT, ZERO));
            t = t.blend(x, x.compare(VectorOperators.EQ, ZERO));
            factor.mul(t).intoArray(out.values(), out.start() + i);
        }
    }

    private static void geluValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector above = load(z, i);
            above = above.blend(GELU_BOTTOM, above.compare(VectorOperators.LT, GELU_BOTTOM));
            DoubleVector e = load(scratch, RANGE + i);
            DoubleVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out.values(), out.start() + i);
        }
    }

    private static void siluValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            DoubleVector above = load(z, i);
            above = above.blend(SILU_BOTTOM, above.compare(VectorOperators.LT, SILU_BOTTOM));
            DoubleVector e = load(scratch, RANGE + i);
            DoubleVector sigma =
                    ONE.blend(e, above.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            factor.mul(above.mul(sigma)).intoArray(out.values(), out.start() + i);
        }
    }

    private static void erfValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            factor.mul(erf(load(z, i), load(scratch, i))).intoArray(out.values(), out.start() + i);
        }
    }

    private static void linearValues(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView scratch) {
        DoubleVector factor = broadcast(scale);
        for (int i = from; i < to; i += LANES) {
            factor.mul(load(z, i)).intoArray(out.values(), out.start() + i);
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

    private static DoubleVector load(DoubleView view, int i) {
        return DoubleVector.fromArray(DOUBLES, view.values(), view.start() + i);
    }
}
