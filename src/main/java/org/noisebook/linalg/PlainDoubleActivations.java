package org.noisebook.linalg;

/**
 * Activations and their derivatives in {@code double}, from fma and the basic operations alone.
 *
 * <p>With n = round(w / ln 2) and r = w − n ln 2, e^w − 1 = 2^n p + (2^n − 1), p = e^r − 1 a polynomial. Then tanh |x| =
 * −p′/(2 + p′) with p′ = e^(−2|x|) − 1, which has no cancellation at either end, and σ(y) = 1/(1 + e^−y) or e^y/(1 + e^y),
 * whichever exponent is negative. GELU's y is cubic in x; it is carried with its rounding error, which the exponential
 * would multiply by |y|.
 */
final class PlainDoubleActivations {
    /** e^−x is taken as 0 beyond this x; nearer to 0 it is a normal number. */
    static final double LARGEST = 708; // float: 87

    static final double PER_LN2 = 0x1.71547652b82fep0; // float: 0x1.715476p0f
    /** Adding it rounds to whole numbers and leaves them in the low bits. */
    static final double ROUND = 0x1.8p52; // float: 0x1.8p23f
    /** The high part of ln 2 has so few bits that its products with exponents are exact. */
    static final double LN2_HIGH = 0x1.62e42fefa2p-1; // float: 0x1.62e4p-1f

    static final double LN2_LOW = 0x1.9ef35793c7673p-41; // float: 0x1.7f7d1cp-20f
    /** Binary digits behind the point, and the bits of 1. */
    static final int DIGITS = 52; // float: 23

    static final long ONE_BITS = 1023L << DIGITS; // double only
    // float: static final int ONE_BITS = 127 << DIGITS;
    static final double P2 = 0.5; // float: 0.5f
    /**
     * Coefficients of r^3, r^4, … in e^r − 1 = r + r²/2 + …: interpolation in Chebyshev nodes on |r| ≤ 0.34658, error below
     * 2^-59 of it, 2^-29 in float32.
     */
    static final double P3 = 0x1.5555555555557p-3; // float: 0x1.555556p-3f

    static final double P4 = 0x1.5555555555556p-5; // float: 0x1.5554eap-5f
    static final double P5 = 0x1.11111111100dep-7; // float: 0x1.1110ep-7f
    static final double P6 = 0x1.6c16c16c162d6p-10; // float: 0x1.6d4318p-10f
    static final double P7 = 0x1.a01a01abe683ap-13; // float: 0x1.a124e6p-13f
    static final double P8 = 0x1.a01a01a6d7b19p-16; // double only
    static final double P9 = 0x1.71de02364614ap-19; // double only
    static final double P10 = 0x1.27e4db6718a69p-22; // double only
    static final double P11 = 0x1.af4ddfbb33a59p-26; // double only
    static final double P12 = 0x1.1f72fdb6c6443p-29; // double only
    /** 2 √(2/π) and its rounding error. */
    static final double GELU_1 = 0x1.9884533d43651p0; // float: 0x1.988454p0f

    static final double GELU_1_LOW = -0x1.cbc0d30ebfd15p-54; // float: -0x1.857936p-25f
    /** 0.044715 · 2 √(2/π) and its rounding error. */
    static final double GELU_3 = 0x1.2444f2a4d8b4bp-4; // float: 0x1.2444f2p-4f

    static final double GELU_3_LOW = -0x1.6c843a29d1c7p-61; // float: 0x1.49b16ap-29f
    static final double GELU_SLOPE = 0x1.b6676bf7450fp-3; // float: 0x1.b6676cp-3f
    /** GELU and SiLU are flat beyond this number. */
    static final double GELU_FLAT = 32; // float: 16

    static final double SILU_FLAT = 1024; // float: 128

    private PlainDoubleActivations() {}

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
        switch (activation) {
            case RELU -> relu(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case TANH -> tanh(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case GELU -> gelu(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case SILU -> silu(scale, z, zStart, out, outStart, slope, slopeStart, length);
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
        for (int i = 0; i < length; i++) {
            double x = z[zStart + i];
            out[outStart + i] = x <= 0 ? 0 : scale * x;
            slope[slopeStart + i] = x <= 0 ? 0 : scale;
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
        for (int i = 0; i < length; i++) {
            double x = z[zStart + i];
            double size = Math.abs(x);
            boolean far = size > LARGEST / 2;
            double w = far ? -LARGEST : -2 * size;
            double n = Math.fma(w, PER_LN2, ROUND);
            double p = lessOne(remainder(w, n - ROUND));
            double power = power(n);
            double e = far ? 0 : Math.fma(power, p, power);
            double less = Math.fma(power, p, power - 1);
            double d = 2 + less;
            double t = less / d;
            t = x < 0 ? t : -t;
            t = x == 0 ? x : t;
            out[outStart + i] = scale * t;
            slope[slopeStart + i] = scale * (4 * e / (d * d));
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
        for (int i = 0; i < length; i++) {
            double above = atLeast(z[zStart + i], -GELU_FLAT);
            double x = atMost(above, GELU_FLAT);
            double square = x * x;
            double squareLow = Math.fma(x, x, -square);
            double cubic = GELU_3 * square;
            double cubicLow = Math.fma(GELU_3, square, -cubic);
            cubicLow = Math.fma(GELU_3_LOW, square, Math.fma(GELU_3, squareLow, cubicLow));
            double factor = GELU_1 + cubic;
            double part = factor - GELU_1;
            double factorLow = (GELU_1 - (factor - part)) + (cubic - part);
            factorLow = factorLow + (GELU_1_LOW + cubicLow);
            double y = x * factor;
            double low = Math.fma(x, factorLow, Math.fma(x, factor, -y));
            double e = decay(y, low);
            double d = 1 + e;
            double sigma = (y < 0 ? e : 1) / d;
            double rise = x * Math.fma(GELU_SLOPE, square, GELU_1);
            out[outStart + i] = scale * (above * sigma);
            slope[slopeStart + i] = scale * Math.fma(rise, e / (d * d), sigma);
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
        for (int i = 0; i < length; i++) {
            double above = atLeast(z[zStart + i], -SILU_FLAT);
            double x = atMost(above, SILU_FLAT);
            double e = decay(x, 0);
            double d = 1 + e;
            double sigma = (x < 0 ? e : 1) / d;
            out[outStart + i] = scale * (above * sigma);
            slope[slopeStart + i] = scale * Math.fma(x, e / (d * d), sigma);
        }
    }

    private static double atLeast(double x, double bound) {
        return x < bound ? bound : x;
    }

    private static double atMost(double x, double bound) {
        return x > bound ? bound : x;
    }

    /** e^−|y + low|. */
    private static double decay(double y, double low) {
        double size = Math.abs(y);
        boolean far = size > LARGEST;
        double w = far ? -LARGEST : -size;
        double n = Math.fma(w, PER_LN2, ROUND);
        double r = remainder(w, n - ROUND) + (y < 0 ? low : -low);
        double power = power(n);
        return far ? 0 : Math.fma(power, lessOne(r), power);
    }

    private static double remainder(double w, double n) {
        return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, w));
    }

    /** e^r − 1. */
    private static double lessOne(double r) {
        double high = Math.fma(Math.fma(Math.fma(Math.fma(P12, r, P11), r, P10), r, P9), r, P8); // double only
        double p = Math.fma(high, r, P7); // float: P7
        p = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(p, r, P6), r, P5), r, P4), r, P3), r, P2);
        return Math.fma(r * r, p, r);
    }

    /** 2^n for n in the low bits of n + ROUND. */
    private static double power(double rounded) {
        return Double.longBitsToDouble((Double.doubleToRawLongBits(rounded) << DIGITS) + ONE_BITS);
    }
}
