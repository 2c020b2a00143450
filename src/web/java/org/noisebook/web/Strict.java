package org.noisebook.web;

/**
 * The fused multiply-add: a·b + c, rounded once.
 *
 * <p><b>Source</b>: product and sum without rounding by Dekker 1971 (doi:10.1007/BF01397083) and Knuth's two-sum, rounded once
 * to odd before the last sum (Boldo and Melquiond 2008, doi:10.1109/TC.2007.70819); where that could overflow or lose bits, the
 * JDK's decimal numbers. The build replaces both bodies by one instruction for machines that have it.
 */
public final class Strict {
    /** 2²⁷ + 1; the build finds the body of the double form by it. */
    private static final double SPLIT = 134217729.0;
    /** No sum has this value; the build finds the body of the float form by it. */
    private static final double MARK = 9.8765e-301;

    private Strict() {}

    /** A sum moved to the neighbour with an odd last bit, on the side of its error. */
    private static double odd(double sum, double error) {
        long bits = Double.doubleToRawLongBits(sum);
        if (error == 0 || (bits & 1) != 0) {
            return sum;
        }
        return Double.longBitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
    }

    public static double fma(double a, double b, double c) {
        double product = a * b;
        double size = Math.abs(product);
        if (a == 0 || b == 0) {
            return product + c;
        }
        if (!(size < 1e290) || size < 1e-250 || Math.abs(a) > 1e150 || Math.abs(b) > 1e150 || !(Math.abs(c) < 1e300)) {
            return Math.fma(a, b, c);
        }
        double t = SPLIT * a;
        double aHigh = t - (t - a);
        double aLow = a - aHigh;
        t = SPLIT * b;
        double bHigh = t - (t - b);
        double bLow = b - bHigh;
        double low = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
        double first = c + low;
        double z = first - c;
        double firstError = c - (first - z) + (low - z);
        double sum = product + first;
        z = sum - product;
        double sumError = product - (sum - z) + (first - z);
        double rest = firstError + sumError;
        z = rest - firstError;
        return sum + odd(rest, firstError - (rest - z) + (sumError - z));
    }

    public static float fma(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        double z = sum - product;
        double error = product - (sum - z) + (c - z);
        return error == 0 || !(Math.abs(sum) < Double.POSITIVE_INFINITY) || sum == MARK
                ? (float) sum
                : (float) odd(sum, error);
    }
}
