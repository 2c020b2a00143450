package org.noisebook.web;

/**
 * Arithmetic of {@link Math} with the JVM's bits, where TeaVM has another or none.
 *
 * <p><b>Source</b>: the product and sum of {@link #fma} without rounding by Dekker 1971 (doi:10.1007/BF01397083) and Knuth's
 * two-sum, rounded once to odd before the last sum (Boldo and Melquiond 2008, doi:10.1109/TC.2007.70819). <b>Error</b>: none
 * where the product lies in [1e-250, 1e290]; outside, product and sum are rounded apart. The build replaces both bodies by
 * one instruction for machines that have it.
 */
public final class Strict {
    /** 2²⁷ + 1; the build finds the body of the double form by it. */
    private static final double SPLIT = 134217729.0;
    /** No sum has this value; the build finds the body of the float form by it. */
    private static final double MARK = 9.8765e-301;

    private static final double WHOLE = 0x1.0p52;
    private static final int BIAS = 1023;
    private static final int LEAST = -1022;
    private static final double DOUBLE_DEGREE = 0.017453292519943295;
    private static final double DOUBLE_RADIAN = 57.29577951308232;

    private Strict() {}

    public static double toRadians(double degrees) {
        return degrees * DOUBLE_DEGREE;
    }

    public static double toDegrees(double radians) {
        return radians * DOUBLE_RADIAN;
    }

    public static double signum(double x) {
        return x > 0 ? 1 : x < 0 ? -1 : x;
    }

    public static double copySign(double size, double sign) {
        long bits = Double.doubleToRawLongBits(sign) & Long.MIN_VALUE;
        return Double.longBitsToDouble(bits | Double.doubleToRawLongBits(size) & Long.MAX_VALUE);
    }

    public static double rint(double x) {
        if (!(Math.abs(x) < WHOLE)) {
            return x;
        }
        return copySign(Math.abs(x) + WHOLE - WHOLE, x);
    }

    public static long round(double x) {
        double floor = Math.floor(x);
        return (long) (x - floor >= 0.5 ? floor + 1 : floor);
    }

    public static int round(float x) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(Integer.MIN_VALUE, round((double) x)));
    }

    public static double powerOfTwoD(int k) {
        return Double.longBitsToDouble((long) (k + BIAS) << 52);
    }

    /** x·2ᵏ, rounded once. */
    public static double scalb(double x, int k) {
        if (x == 0 || !(Math.abs(x) < Double.POSITIVE_INFINITY)) {
            return x;
        }
        double y = x;
        int left = Math.max(-2200, Math.min(2200, k));
        while (left > 1000) {
            y *= 0x1p1000;
            left -= 1000;
        }
        if (left < LEAST) {
            // As far as it stays normal without rounding; the last factor then rounds once.
            int exact = Math.max(0, Math.min(-left, getExponent(y) - LEAST));
            y *= powerOfTwoD(-(exact / 2));
            y *= powerOfTwoD(-(exact - exact / 2));
            left += exact;
        }
        return left < LEAST ? y * 0 : y * powerOfTwoD(left);
    }

    public static int getExponent(double x) {
        return (int) (Double.doubleToRawLongBits(x) >>> 52 & 0x7ff) - BIAS;
    }

    public static int getExponent(float x) {
        return (Float.floatToRawIntBits(x) >>> 23 & 0xff) - 127;
    }

    public static int floorMod(int x, int y) {
        int rest = x % y;
        return rest != 0 && (rest ^ y) < 0 ? rest + y : rest;
    }

    public static long floorMod(long x, long y) {
        long rest = x % y;
        return rest != 0 && (rest ^ y) < 0 ? rest + y : rest;
    }

    public static int floorMod(long x, int y) {
        return (int) floorMod(x, (long) y);
    }

    public static int multiplyExact(int x, int y) {
        long product = (long) x * y;
        if ((int) product != product) {
            throw new ArithmeticException("integer overflow");
        }
        return (int) product;
    }

    public static long multiplyExact(long x, long y) {
        if (multiplyHigh(x, y) != x * y >> 63) {
            throw new ArithmeticException("long overflow");
        }
        return x * y;
    }

    public static long multiplyExact(long x, int y) {
        return multiplyExact(x, (long) y);
    }

    public static double ulp(double x) {
        double size = Math.abs(x);
        if (!(size < Double.POSITIVE_INFINITY)) {
            return size;
        }
        long bits = Double.doubleToRawLongBits(size);
        return size == Double.MAX_VALUE
                ? size - Double.longBitsToDouble(bits - 1)
                : Double.longBitsToDouble(bits + 1) - size;
    }

    public static float ulp(float x) {
        float size = Math.abs(x);
        return Float.intBitsToFloat(Float.floatToRawIntBits(size) + 1) - size;
    }

    public static double nextUp(double x) {
        if (!(x < Double.POSITIVE_INFINITY)) {
            return x;
        }
        double y = x + 0.0;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(y) + (y >= 0 ? 1 : -1));
    }

    public static double nextDown(double x) {
        return -1 * nextUp(-1 * x);
    }

    public static long multiplyHigh(long x, long y) {
        long x1 = x >> 32;
        long x2 = x & 0xFFFFFFFFL;
        long y1 = y >> 32;
        long y2 = y & 0xFFFFFFFFL;
        long middle = x1 * y2 + (x2 * y2 >>> 32);
        long low = (middle & 0xFFFFFFFFL) + x2 * y1;
        return x1 * y1 + (middle >> 32) + (low >> 32);
    }

    public static long unsignedMultiplyHigh(long x, long y) {
        return multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
    }

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
        if (!(size < 1e290) || size < 1e-250 || Math.abs(a) > 1e150 || Math.abs(b) > 1e150) {
            return product + c;
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
