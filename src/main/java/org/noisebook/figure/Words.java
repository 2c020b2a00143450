package org.noisebook.figure;

import java.util.Locale;
import org.noisebook.data.Numbers;
import org.noisebook.stats.Estimate;

/** Formats numbers for captions, statements and legends. */
public final class Words {
    private Words() {}

    /**
     * A text with each {@code {}} replaced: an estimate as by {@link Estimate#brief}, a number as short as possible.
     */
    public static String say(String text, Object... values) {
        StringBuilder said = new StringBuilder();
        int from = 0;
        for (Object value : values) {
            int hole = text.indexOf("{}", from);
            if (hole < 0) {
                throw new IllegalArgumentException("more values than {} in: " + text);
            }
            said.append(text, from, hole).append(word(value));
            from = hole + 2;
        }
        if (text.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException("fewer values than {} in: " + text);
        }
        return said.append(text, from, text.length()).toString();
    }

    /** A statement and a condition such as {@code , H = 0.8; T = 4}, which a sentence takes before its full stop, in words. */
    static String at(String statement, String condition) {
        if (!statement.endsWith(".")) {
            return statement + condition;
        }
        String[] parts = condition.split("; ", 2);
        String place = parts[0].isEmpty() ? "" : " at " + parts[0].replaceFirst("^, ", "");
        return statement.substring(0, statement.length() - 1) + place + (parts.length < 2 ? "" : " (" + parts[1] + ")");
    }

    /** {@code 0.441 ± 0.014}: a fitted exponent with the half-width of its interval, as short as a legend needs it. */
    public static String exponent(Estimate fitted) {
        double half = (fitted.high() - fitted.low()) / 2;
        return new Estimate(fitted.mean(), half, fitted.mean() - half, fitted.mean() + half, fitted.n()).brief();
    }

    /** {@code 0.441 ± 0.014 (theory 0.50)}. */
    public static String exponent(Estimate fitted, double theory) {
        return exponent(fitted) + String.format(Locale.ROOT, " (theory %.2f)", theory);
    }

    private static String word(Object value) {
        return value instanceof Estimate estimate
                ? estimate.brief()
                : value instanceof Double number ? Numbers.format(number) : String.valueOf(value);
    }

    /** The text, rejected if it has more than the given number of characters or words, or contains a verdict mark. */
    static String check(String figure, String text, int characters, int words) {
        if (text.length() > characters || text.split(" ").length > words || text.matches(".*[✓✗?].*")) {
            throw new IllegalArgumentException(
                    figure + ": at most " + words + " words, " + characters + " characters and no marks, got: " + text);
        }
        return text;
    }
}
