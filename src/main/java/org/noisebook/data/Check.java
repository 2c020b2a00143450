package org.noisebook.data;

/** Range checks for compact constructors; messages give name, bound and value. */
public final class Check {
    private Check() {}

    /** Requires a finite number in [low, high]. */
    public static void inRange(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            fail(name, "[" + Numbers.format(low) + ", " + Numbers.format(high) + "]", Numbers.format(value));
        }
    }

    /** Requires a finite number in (low, high]. */
    public static void above(String name, double value, double low, double high) {
        if (!(value > low && value <= high)) {
            fail(name, "(" + Numbers.format(low) + ", " + Numbers.format(high) + "]", Numbers.format(value));
        }
    }

    /** Requires an integer in [low, high]. */
    public static void inRange(String name, long value, long low, long high) {
        if (value < low || value > high) {
            fail(name, "[" + low + ", " + high + "]", Long.toString(value));
        }
    }

    /** Requires an integer between {@code low} and the value of another field. */
    public static void inRange(String name, long value, long low, String boundName, long high) {
        if (value < low || value > high) {
            fail(name, "[" + low + ", " + boundName + "=" + high + "]", Long.toString(value));
        }
    }

    /** Requires that a condition holds; else {@code message} is the whole message. */
    public static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static void fail(String name, String range, String value) {
        throw new IllegalArgumentException(name + " must be in " + range + ", got " + value);
    }
}
