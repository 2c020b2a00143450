package org.noisebook.web;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Texts as the JDK makes them, and small methods of its classes that TeaVM lacks. */
public final class Texts {
    private static final long HEAP = 2L << 30;

    private Texts() {}

    public static String format(Locale locale, String form, Object... values) {
        return format(form, values);
    }

    public static String formatted(String form, Object... values) {
        return format(form, values);
    }

    /** {@code %s %d %x %e %f %n %%} with flags, width and precision. */
    public static String format(String form, Object... values) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        int k = 0;
        while (k < form.length()) {
            char c = form.charAt(k++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int start = k;
            while ("-+0 ,#".indexOf(form.charAt(k)) >= 0) {
                k++;
            }
            String flags = form.substring(start, k);
            start = k;
            while (Character.isDigit(form.charAt(k))) {
                k++;
            }
            int width = k > start ? Integer.parseInt(form.substring(start, k)) : 0;
            if (form.charAt(k) == '$') {
                next = width - 1;
                width = 0;
                k++;
            }
            int precision = -1;
            if (form.charAt(k) == '.') {
                start = ++k;
                while (Character.isDigit(form.charAt(k))) {
                    k++;
                }
                precision = Integer.parseInt(form.substring(start, k));
            }
            char kind = form.charAt(k++);
            if (kind == '%' || kind == 'n') {
                out.append(kind == '%' ? '%' : '\n');
            } else {
                out.append(padded(one(kind, flags, precision, values[next++]), flags, width));
            }
        }
        return out.toString();
    }

    private static String one(char kind, String flags, int precision, Object value) {
        String text = switch (kind) {
            case 'x' -> value instanceof Long big ? Long.toHexString(big) : Integer.toHexString((Integer) value);
            case 'e' -> scientific(((Number) value).doubleValue(), precision < 0 ? 6 : precision);
            case 'f' -> fixed(((Number) value).doubleValue(), precision < 0 ? 6 : precision);
            default -> String.valueOf(value);
        };
        if (kind == 's' && precision >= 0 && precision < text.length()) {
            return text.substring(0, precision);
        }
        if (kind == 'd' && flags.contains(",")) {
            for (int k = text.length() - 3; k > 0 && Character.isDigit(text.charAt(k - 1)); k -= 3) {
                text = text.substring(0, k) + ',' + text.substring(k);
            }
        }
        boolean signed = (kind == 'd' || kind == 'e' || kind == 'f') && flags.contains("+");
        return signed && !text.startsWith("-") ? "+" + text : text;
    }

    private static String padded(String text, String flags, int width) {
        if (text.length() >= width) {
            return text;
        }
        String fill = (flags.contains("0") ? "0" : " ").repeat(width - text.length());
        if (flags.contains("-")) {
            return text + fill;
        }
        boolean signed = flags.contains("0") && (text.startsWith("-") || text.startsWith("+"));
        return signed ? text.charAt(0) + fill + text.substring(1) : fill + text;
    }

    private static String sign(double x, String text) {
        return x < 0 || x == 0 && 1 / x < 0 ? "-" + text : text;
    }

    private static String special(double x) {
        return Double.isNaN(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity";
    }

    private static String fixed(double x, int digits) {
        return Double.isFinite(x)
                ? sign(
                        x,
                        new BigDecimal(Double.toString(Math.abs(x)))
                                .setScale(digits, RoundingMode.HALF_UP)
                                .toPlainString())
                : special(x);
    }

    private static String scientific(double x, int digits) {
        if (!Double.isFinite(x)) {
            return special(x);
        }
        BigDecimal number =
                new BigDecimal(Double.toString(Math.abs(x))).round(new MathContext(digits + 1, RoundingMode.HALF_UP));
        String mantissa = number.unscaledValue().toString();
        int exponent = x == 0 ? 0 : number.precision() - 1 - number.scale();
        mantissa = (mantissa + "0".repeat(digits + 1)).substring(0, digits + 1);
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return sign(x, mantissa.charAt(0) + (digits > 0 ? "." + mantissa.substring(1) : "") + "e" + power);
    }

    public static Stream<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            lines.add(text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end));
            start = end + 1;
        }
        return lines.stream();
    }

    public static void writeBytes(java.io.ByteArrayOutputStream out, byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    public static Map<String, String> getenv() {
        return Map.of();
    }

    public static String getenv(String name) {
        return null;
    }

    public static long maxMemory(Runtime none) {
        return HEAP;
    }

    /** An array of arrays. */
    public static Object newInstance(Class<?> type, int... lengths) {
        Class<?> part = type;
        for (int k = 1; k < lengths.length; k++) {
            part = Array.newInstance(part, 0).getClass();
        }
        return made(part, lengths, 0);
    }

    private static Object made(Class<?> part, int[] lengths, int k) {
        Object array = Array.newInstance(part, lengths[k]);
        for (int i = 0; k + 1 < lengths.length && i < lengths[k]; i++) {
            ((Object[]) array)[i] = made(part.getComponentType(), lengths, k + 1);
        }
        return array;
    }
}
