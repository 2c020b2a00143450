package org.noisebook.web;

import java.math.BigInteger;

/**
 * The fused multiply-add: a·b + c, rounded once.
 *
 * <p><b>Source</b>: product and sum without rounding by Dekker 1971 (doi:10.1007/BF01397083) and Knuth's two-sum, rounded once
 * to odd before the last sum (Boldo and Melquiond 2008, doi:10.1109/TC.2007.70819), of scaled numbers where it could overflow or
 * lose bits; integers for numbers that are subnormal. The build replaces both bodies by one instruction for machines that have it.
 */
public final class Strict {
    /** 2²⁷ + 1. */
    private static final double SPLIT = 134217729.0;
    /** A bound of products that are safe; the build finds the body of the double form by it. */
    private static final double LARGE = 1.234567e290;
    /** No sum has this value; the build finds the body of the float form by it. */
    private static final double MARK = 9.8765e-301;

    /** More binary digits than product and sum have. */
    private static final int FAR = 120;

    private static final int DIGITS = 53;
    /** The exponent of the smallest subnormal number. */
    private static final int LEAST = -1074;

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
        double other = Math.abs(c);
        if (size > 1e-250 && size < LARGE && Math.abs(a) < 1e150 && Math.abs(b) < 1e150 && other < 1e300) {
            return safe(a, b, c);
        }
        if (other == 0 || size == 0 && (a == 0 || b == 0)) {
            return other == 0 && a != 0 && b != 0 ? product : product + c;
        }
        if (!Double.isFinite(a) || !Double.isFinite(b) || !Double.isFinite(c)) {
            return Double.isFinite(a) && Double.isFinite(b) ? c : product + c;
        }
        int first = Math.getExponent(a);
        int second = Math.getExponent(b);
        int third = Math.getExponent(c);
        if (Math.min(Math.min(first, second), third) >= Double.MIN_EXPONENT) {
            int scale = first + second;
            if (third - scale > FAR) {
                return c;
            }
            // Farther below the product, only the sign of the summand matters.
            double moved = third - scale < -FAR ? Math.copySign(0x1p-200, c) : Math.scalb(c, -scale);
            double scaled = safe(Math.scalb(a, -first), Math.scalb(b, -second), moved);
            double sum = Math.scalb(scaled, scale);
            if (scaled == 0 || Math.abs(sum) > Double.MIN_NORMAL) {
                return sum;
            }
        }
        return exact(a, b, c);
    }

    /** Of finite numbers other than zero, by integers. */
    private static double exact(double a, double b, double c) {
        int product = unit(a) + unit(b);
        int low = Math.min(product, unit(c));
        BigInteger sum = digits(a)
                .multiply(digits(b))
                .shiftLeft(product - low)
                .add(digits(c).shiftLeft(unit(c) - low));
        BigInteger size = sum.abs();
        int drop = Math.max(Math.max(size.bitLength() - DIGITS, LEAST - low), 0);
        long kept = size.shiftRight(drop).longValue();
        if (drop > 0 && size.testBit(drop - 1) && (size.getLowestSetBit() < drop - 1 || (kept & 1) != 0)) {
            kept++;
        }
        return sum.signum() * Math.scalb((double) kept, low + drop);
    }

    /** The exponent of a number's last digit. */
    private static int unit(double x) {
        return Math.max(Math.getExponent(x), Double.MIN_EXPONENT) - DIGITS + 1;
    }

    private static BigInteger digits(double x) {
        return BigInteger.valueOf((long) Math.scalb(x, -unit(x)));
    }

    private static double safe(double a, double b, double c) {
        double product = a * b;
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
