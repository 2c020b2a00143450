package org.noisebook.linalg;

/**
 * Activations and their derivatives in {@code double}, from fma and the basic operations alone.
 *
 * <p>With n = round(w / ln 2) and r = w − n ln 2, e^w − 1 = 2^n p + (2^n − 1), p = e^r − 1 a polynomial. Then tanh |x|
 * = −p′/(2 + p′) with p′ = e^(−2|x|) − 1, which avoids cancellation for small and for large |x|, and σ(y) = 1/(1 +
 * e^−y) or e^y/(1 + e^y), whichever exponent is negative. GELU's y is cubic in x; its rounding error, which the
 * exponential would multiply by |y|, is carried along. The same is done for x² in erf and its slope.
 */
final class PlainDoubleActivations {
    /** e^−x is replaced by 0 beyond this x; below it the result is a normal number. */
    static final double LARGEST = 708; // float: 87

    static final double PER_LN2 = 0x1.71547652b82fep0; // float: 0x1.715476p0f
    /** Adding this rounds to an integer and leaves it in the low bits. */
    static final double ROUND = 0x1.8p52; // float: 0x1.8p23f
    /** The high part of ln 2, with so few bits that its products with exponents are exact. */
    static final double LN2_HIGH = 0x1.62e42fefa2p-1; // float: 0x1.62e4p-1f

    static final double LN2_LOW = 0x1.9ef35793c7673p-41; // float: 0x1.7f7d1cp-20f
    /** Number of fraction bits, and the bits of 1. */
    static final int DIGITS = 52; // float: 23

    static final long ONE_BITS = 1023L << DIGITS; // double only
    // float: static final int ONE_BITS = 127 << DIGITS;
    static final double P2 = 0.5; // float: 0.5f
    /**
     * Coefficients of r^3, r^4, … in e^r − 1 = r + r²/2 + …: interpolation at Chebyshev nodes on |r| ≤ 0.34658, with
     * relative error below 2^-59, 2^-29 in float32.
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
    /** 2/√π and its rounding error. */
    static final double ERF_1 = 0x1.20dd750429b6dp0; // float: 0x1.20dd76p0f

    static final double ERF_1_LOW = 0x1.1ae3a914fed8p-56; // float: -0x1.f7ac92p-25f
    /**
     * Coefficients of x^3, x^5, … in erf x: Chebyshev nodes of x² on |x| ≤ 1, relative error 2^-54, 2^-26 in float32.
     */
    static final double E3 = -0x1.812746b0379e6p-2; // float: -0x1.812746p-2f

    static final double E5 = 0x1.ce2f21a0429cep-4; // float: 0x1.ce2ebcp-4f
    static final double E7 = -0x1.b82ce31273e31p-6; // float: -0x1.b81a22p-6f
    static final double E9 = 0x1.565bcd09536c7p-8; // float: 0x1.551658p-8f
    static final double E11 = -0x1.c02db2b912d6ep-11; // float: -0x1.abec54p-11f
    static final double E13 = 0x1.f9a2f6f2ebc19p-14; // float: 0x1.5f78fp-14f
    static final double E15 = -0x1.f4cdf3dd33a2ep-17; // double only
    static final double E17 = 0x1.b9a3fad2b0dfap-20; // double only
    static final double E19 = -0x1.5ce48fd5a0e67p-23; // double only
    static final double E21 = 0x1.dd127475842fdp-27; // double only
    static final double E23 = -0x1.bd67ad590f0dap-31; // double only
    /**
     * Coefficients of 1, t, t^2, … in e^(x²) (1 − erf x), t = (x − 3)/(x + 3): interpolation at Chebyshev nodes on 1 ≤
     * x ≤ 6, error of erf below 2^-57; in float32 on 1 ≤ x ≤ 4, 2^-29.
     */
    static final double F0 = 0x1.6e9827d229d2dp-3; // float: 0x1.6e9828p-3f

    static final double F1 = -0x1.4e102b9cf8512p-2; // float: -0x1.4e102ap-2f
    static final double F2 = 0x1.f6ff20410599bp-3; // float: 0x1.f6ff22p-3f
    static final double F3 = -0x1.336ffbef08cbbp-3; // float: -0x1.33712p-3f
    static final double F4 = 0x1.258b13b0139fep-4; // float: 0x1.258256p-4f
    static final double F5 = -0x1.8fa58eb5bd68fp-6; // float: -0x1.8ebf84p-6f
    static final double F6 = 0x1.17c838fea5806p-8; // float: 0x1.31bb4cp-8f
    static final double F7 = 0x1.73101ea8fe252p-11; // float: 0x1.962586p-10f
    static final double F8 = -0x1.39085a31b18abp-11; // double only
    static final double F9 = 0x1.7b9fc8eb630e9p-15; // double only
    static final double F10 = 0x1.0cb1db32e0c9fp-14; // double only
    static final double F11 = -0x1.af2329d757293p-17; // double only
    static final double F12 = -0x1.0cb4611cc29f6p-17; // double only
    static final double F13 = 0x1.0f9a79cee3e31p-19; // double only
    static final double F14 = 0x1.57a5fe2b9b75ep-20; // double only
    /** GELU, SiLU and erf have reached their limits beyond these numbers. */
    static final double GELU_FLAT = 32; // float: 16

    static final double SILU_FLAT = 1024; // float: 128

    private PlainDoubleActivations() {}

    /**
     * {@link DoubleMatrixKernels#activate(Activation, double, int, DoubleView, DoubleView, DoubleView)} from {@code from} to {@code to}.
     */
    static void activate(
            Activation activation, double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        switch (activation) {
            case RELU -> relu(scale, from, to, z, out, slope);
            case TANH -> tanh(scale, from, to, z, out, slope);
            case GELU -> gelu(scale, from, to, z, out, slope);
            case SILU -> silu(scale, from, to, z, out, slope);
            case ERF -> erf(scale, from, to, z, out, slope);
            case LINEAR -> linear(scale, from, to, z, out, slope);
        }
    }

    private static void relu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            double x = z.values()[z.start() + i];
            out.values()[out.start() + i] = x <= 0 ? 0 : scale * x;
            slope.values()[slope.start() + i] = x <= 0 ? 0 : scale;
        }
    }

    private static void tanh(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            double x = z.values()[z.start() + i];
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
            out.values()[out.start() + i] = scale * t;
            slope.values()[slope.start() + i] = scale * (4 * e / (d * d));
        }
    }

    private static void gelu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            double above = atLeast(z.values()[z.start() + i], -GELU_FLAT);
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
            out.values()[out.start() + i] = scale * (above * sigma);
            slope.values()[slope.start() + i] = scale * Math.fma(rise, e / (d * d), sigma);
        }
    }

    private static void silu(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            double above = atLeast(z.values()[z.start() + i], -SILU_FLAT);
            double x = atMost(above, SILU_FLAT);
            double e = decay(x, 0);
            double d = 1 + e;
            double sigma = (x < 0 ? e : 1) / d;
            out.values()[out.start() + i] = scale * (above * sigma);
            slope.values()[slope.start() + i] = scale * Math.fma(x, e / (d * d), sigma);
        }
    }

    private static void erf(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            double x = atMost(atLeast(z.values()[z.start() + i], -GELU_FLAT), GELU_FLAT);
            double square = x * x;
            double e = decay(square, Math.fma(x, x, -square));
            double size = Math.abs(x);
            double far = 1 - rest((size - 3) / (size + 3)) * e;
            double near = Math.fma(x, ERF_1, x * Math.fma(square, erfCubic(square), ERF_1_LOW));
            out.values()[out.start() + i] = scale * (size < 1 ? near : x < 0 ? -far : far);
            slope.values()[slope.start() + i] = scale * (ERF_1 * e);
        }
    }

    private static void linear(double scale, int from, int to, DoubleView z, DoubleView out, DoubleView slope) {
        for (int i = from; i < to; i++) {
            out.values()[out.start() + i] = scale * z.values()[z.start() + i];
            slope.values()[slope.start() + i] = scale;
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

    /** (erf x − 2x/√π)/x³ as a function of x². */
    private static double erfCubic(double square) {
        double high = Math.fma(Math.fma(E23, square, E21), square, E19); // double only
        high = Math.fma(Math.fma(high, square, E17), square, E15); // double only
        double p = Math.fma(high, square, E13); // float: E13
        p = Math.fma(Math.fma(Math.fma(p, square, E11), square, E9), square, E7);
        return Math.fma(Math.fma(p, square, E5), square, E3);
    }

    /** e^(x²) (1 − erf x) as a function of (x − 3)/(x + 3). */
    private static double rest(double t) {
        double high = Math.fma(Math.fma(Math.fma(F14, t, F13), t, F12), t, F11); // double only
        high = Math.fma(Math.fma(Math.fma(high, t, F10), t, F9), t, F8); // double only
        double p = Math.fma(high, t, F7); // float: F7
        p = Math.fma(Math.fma(Math.fma(Math.fma(p, t, F6), t, F5), t, F4), t, F3);
        return Math.fma(Math.fma(Math.fma(p, t, F2), t, F1), t, F0);
    }

    /** 2^n, where n is in the low bits of n + ROUND. */
    private static double power(double rounded) {
        return Double.longBitsToDouble((Double.doubleToRawLongBits(rounded) << DIGITS) + ONE_BITS);
    }
}
