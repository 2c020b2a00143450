package org.noisebook.data;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Numbers as text: the shortest decimal that reads back as the same double, the same on every Java version.
 *
 * <p>{@code Double.toString} before Java 19 is not always shortest, so it is not used for files.
 *
 * <p><b>Special cases</b>: {@code NaN}, {@code inf}, {@code -inf}; whole numbers carry no point; magnitudes outside
 * [1e-4, 1e15) use an exponent.
 *
 * <p><b>Cost</b>: about a microsecond a number.
 */
public final class Numbers {
    private static final int ALWAYS_EXACT_DIGITS = 15;
    private static final int ENOUGH_DIGITS = 17;
    private static final int LOWEST_PLAIN_EXPONENT = -4;
    private static final int HIGHEST_PLAIN_EXPONENT = 15;

    private Numbers() {}

    /** The shortest text of a double. */
    public static String format(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return "0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = exact;
        for (int digits = ALWAYS_EXACT_DIGITS; digits <= ENOUGH_DIGITS; digits++) {
            rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == value) {
                break;
            }
        }
        return layout(rounded.stripTrailingZeros());
    }

    /** The number rounded to so many significant digits, for people: tables and notes, not files. */
    public static String format(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
            return format(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
        return layout(rounded);
    }

    private static String layout(BigDecimal number) {
        String digits = number.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - number.scale();
        if (exponent >= LOWEST_PLAIN_EXPONENT && exponent < HIGHEST_PLAIN_EXPONENT) {
            return number.toPlainString();
        }
        String fraction = digits.substring(1);
        return (number.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (fraction.isEmpty() ? "" : "." + fraction)
                + "e"
                + exponent;
    }

    /**
     * Reads what {@link #format(double)} writes, ordinary decimal text, and powers such as {@code 2^-15}.
     *
     * @throws NumberFormatException if the text is no number
     */
    public static double parse(String text) {
        return switch (text) {
            case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> {
                int caret = text.indexOf('^');
                if (caret > 0 && text.substring(caret + 1).matches("[+-]?\\d{1,4}")) {
                    yield StrictMath.pow(parse(text.substring(0, caret)), Integer.parseInt(text.substring(caret + 1)));
                }
                if (!text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
                    throw new NumberFormatException(text);
                }
                yield Double.parseDouble(text);
            }
        };
    }
}
