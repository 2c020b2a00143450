package org.noisebook.linalg;

/**
 * Activations and their derivatives in {@code float}, from fma and the basic operations alone.
 *
 * <p>With n = round(w / ln 2) and r = w − n ln 2, e^w − 1 = 2^n p + (2^n − 1), p = e^r − 1 a polynomial. Then tanh |x| =
 * −p′/(2 + p′) with p′ = e^(−2|x|) − 1, which has no cancellation at either end, and σ(y) = 1/(1 + e^−y) or e^y/(1 + e^y),
 * whichever exponent is negative. GELU's y is cubic in x; it is carried with its rounding error, which the exponential
 * would multiply by |y|.
 */
final class PlainFloatActivations {
    /** e^−x is taken as 0 beyond this x; nearer to 0 it is a normal number. */
    static final float LARGEST = 87;

    static final float PER_LN2 = 0x1.715476p0f;
    /** Adding it rounds to whole numbers and leaves them in the low bits. */
    static final float ROUND = 0x1.8p23f;
    /** The high part of ln 2 has so few bits that its products with exponents are exact. */
    static final float LN2_HIGH = 0x1.62e4p-1f;

    static final float LN2_LOW = 0x1.7f7d1cp-20f;
    /** Coefficients of r^3, r^4, … in e^r − 1 = r + r²/2 + …: interpolation in Chebyshev nodes on |r| ≤ 0.34658, error below 2^-29 of it. */
    static final float P3 = 0x1.555556p-3f;

    static final float P4 = 0x1.5554eap-5f;
    static final float P5 = 0x1.1110ep-7f;
    static final float P6 = 0x1.6d4318p-10f;
    static final float P7 = 0x1.a124e6p-13f;
    /** 2 √(2/π) and its rounding error. */
    static final float GELU_1 = 0x1.988454p0f;

    static final float GELU_1_LOW = -0x1.857936p-25f;
    /** 0.044715 · 2 √(2/π) and its rounding error. */
    static final float GELU_3 = 0x1.2444f2p-4f;

    static final float GELU_3_LOW = 0x1.49b16ap-29f;
    static final float GELU_SLOPE = 0x1.b6676cp-3f;
    /** GELU and SiLU are flat beyond this number. */
    static final float GELU_FLAT = 16;

    static final float SILU_FLAT = 128;

    private PlainFloatActivations() {}

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
        switch (activation) {
            case RELU -> relu(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case TANH -> tanh(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case GELU -> gelu(scale, z, zStart, out, outStart, slope, slopeStart, length);
            case SILU -> silu(scale, z, zStart, out, outStart, slope, slopeStart, length);
        }
    }

    private static void relu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[zStart + i];
            out[outStart + i] = x <= 0 ? 0 : scale * x;
            slope[slopeStart + i] = x <= 0 ? 0 : scale;
        }
    }

    private static void tanh(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i++) {
            float x = z[zStart + i];
            float size = Math.abs(x);
            boolean far = size > LARGEST / 2;
            float w = far ? -LARGEST : -2 * size;
            float n = Math.fma(w, PER_LN2, ROUND);
            float p = lessOne(remainder(w, n - ROUND));
            float power = power(n);
            float e = far ? 0 : Math.fma(power, p, power);
            float less = Math.fma(power, p, power - 1);
            float d = 2 + less;
            float t = less / d;
            t = x < 0 ? t : -t;
            t = x == 0 ? x : t;
            out[outStart + i] = scale * t;
            slope[slopeStart + i] = scale * (4 * e / (d * d));
        }
    }

    private static void gelu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i++) {
            float above = atLeast(z[zStart + i], -GELU_FLAT);
            float x = atMost(above, GELU_FLAT);
            float square = x * x;
            float squareLow = Math.fma(x, x, -square);
            float cubic = GELU_3 * square;
            float cubicLow = Math.fma(GELU_3, square, -cubic);
            cubicLow = Math.fma(GELU_3_LOW, square, Math.fma(GELU_3, squareLow, cubicLow));
            float factor = GELU_1 + cubic;
            float part = factor - GELU_1;
            float factorLow = (GELU_1 - (factor - part)) + (cubic - part);
            factorLow = factorLow + (GELU_1_LOW + cubicLow);
            float y = x * factor;
            float low = Math.fma(x, factorLow, Math.fma(x, factor, -y));
            float e = decay(y, low);
            float d = 1 + e;
            float sigma = (y < 0 ? e : 1) / d;
            float rise = x * Math.fma(GELU_SLOPE, square, GELU_1);
            out[outStart + i] = scale * (above * sigma);
            slope[slopeStart + i] = scale * Math.fma(rise, e / (d * d), sigma);
        }
    }

    private static void silu(
            float scale, float[] z, int zStart, float[] out, int outStart, float[] slope, int slopeStart, int length) {
        for (int i = 0; i < length; i++) {
            float above = atLeast(z[zStart + i], -SILU_FLAT);
            float x = atMost(above, SILU_FLAT);
            float e = decay(x, 0);
            float d = 1 + e;
            float sigma = (x < 0 ? e : 1) / d;
            out[outStart + i] = scale * (above * sigma);
            slope[slopeStart + i] = scale * Math.fma(x, e / (d * d), sigma);
        }
    }

    private static float atLeast(float x, float bound) {
        return x < bound ? bound : x;
    }

    private static float atMost(float x, float bound) {
        return x > bound ? bound : x;
    }

    /** e^−|y + low|. */
    private static float decay(float y, float low) {
        float size = Math.abs(y);
        boolean far = size > LARGEST;
        float w = far ? -LARGEST : -size;
        float n = Math.fma(w, PER_LN2, ROUND);
        float r = remainder(w, n - ROUND) + (y < 0 ? low : -low);
        float power = power(n);
        return far ? 0 : Math.fma(power, lessOne(r), power);
    }

    private static float remainder(float w, float n) {
        return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, w));
    }

    /** e^r − 1. */
    private static float lessOne(float r) {
        return Math.fma(
                r * r, Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(P7, r, P6), r, P5), r, P4), r, P3), r, 0.5f), r);
    }

    /** 2^n for n in the low bits of n + ROUND. */
    private static float power(float rounded) {
        return Float.intBitsToFloat((Float.floatToRawIntBits(rounded) << 23) + (127 << 23));
    }
}
