package org.noisebook.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * Text form of numbers: the shortest decimal that reads back as the same double, identical on every Java version.
 *
 * <p>{@code Double.toString} before Java 19 is not always shortest, so it is not used for files.
 *
 * <p><b>Special cases</b>: {@code NaN}, {@code inf}, {@code -inf}, {@code -0}; integers have no decimal point;
 * magnitudes outside [1e-4, 1e15) use an exponent. <b>Cost</b>: about a microsecond per number.
 */
public final class Numbers {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int ALWAYS_EXACT_DIGITS = 15;
    private static final int ENOUGH_DIGITS = 17;
    private static final long MANTISSA = (1L << 52) - 1;
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
            return 1 / value > 0 ? "0" : "-0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        BigDecimal exact = new BigDecimal(value);
        // A subnormal number may need fewer digits than the 15 that every normal number survives.
        int first = Math.abs(value) < Double.MIN_NORMAL ? 1 : ALWAYS_EXACT_DIGITS;
        for (int digits = first; digits < ENOUGH_DIGITS; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits));
            if (nearest.doubleValue() == value) {
                return layout(nearest.stripTrailingZeros());
            }
            // Above a power of two, doubles are twice as far apart as below: the next decimal may be the one that fits.
            if ((Double.doubleToLongBits(value) & MANTISSA) == 0) {
                BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
                if (above.doubleValue() == value) {
                    return layout(above.stripTrailingZeros());
                }
            }
        }
        return layout(exact.round(new MathContext(ENOUGH_DIGITS)).stripTrailingZeros());
    }

    /** The number rounded to some significant digits, for tables and notes read by people, not for files. */
    public static String format(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return format(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
        return layout(rounded);
    }

    /**
     * The number for long lists read by people: exact if it is an integer or needs no more digits, else rounded to
     * {@code digits} significant digits, with an exponent if rounding reaches integer digits.
     */
    public static String brief(double value, int digits) {
        if (!Double.isFinite(value) || value == Math.rint(value) && Math.abs(value) < 1e15) {
            return format(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
        if (rounded.doubleValue() == value) {
            return format(value);
        }
        return rounded.scale() < 0 ? scientific(rounded) : layout(rounded);
    }

    /** A number in typeset form: {@code 2.2e-7} as {@code 2.2×10^−7}, with true minus signs. */
    public static String typeset(String number) {
        return number.replaceAll("(?<![\\d.])1e(?=-?\\d)", "10^")
                .replaceAll("(?<=[\\d)])e(?=[-−]?\\d)", "×10^")
                .replace('-', '−');
    }

    private static String layout(BigDecimal number) {
        int exponent = number.precision() - 1 - number.scale();
        return exponent >= LOWEST_PLAIN_EXPONENT && exponent < HIGHEST_PLAIN_EXPONENT
                ? number.toPlainString()
                : scientific(number);
    }

    private static String scientific(BigDecimal number) {
        String digits = number.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - number.scale();
        String fraction = digits.substring(1);
        return (number.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (fraction.isEmpty() ? "" : "." + fraction)
                + "e"
                + exponent;
    }

    /**
     * Parses the output of {@link #format(double)}, decimal text, and powers such as {@code 2^-15} and {@code 2^7.5}.
     *
     * @throws NumberFormatException if the text is not a number
     */
    public static double parse(String text) {
        return switch (text) {
            case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> {
                int caret = text.indexOf('^');
                if (caret > 0 && isDecimal(text.substring(0, caret)) && isDecimal(text.substring(caret + 1))) {
                    double power = StrictMath.pow(
                            Double.parseDouble(text.substring(0, caret)),
                            Double.parseDouble(text.substring(caret + 1)));
                    if (!Double.isFinite(power)) {
                        throw new NumberFormatException(text);
                    }
                    yield power;
                }
                if (!isDecimal(text)) {
                    throw new NumberFormatException(text);
                }
                yield Double.parseDouble(text);
            }
        };
    }

    /** Whether a text is a decimal number, with an exponent or without. */
    public static boolean isDecimal(String text) {
        return DECIMAL.matcher(text).matches();
    }
}
