package org.noisebook.web;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.rng.Streams;

/** Where TeaVM's library or a browser computes otherwise than a JVM: one line each, the same in a page as on a JVM. */
public final class Bits {
    private static final int ARGUMENTS = 20_000;
    private static final double[] EDGES = {
        0,
        -0.0,
        1,
        -1,
        0.5,
        1e-310,
        -1e-310,
        1e308,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        3e-8
    };

    private Bits() {}

    public static void main(String... none) {
        System.out.print(lines());
    }

    /** Runs in a page by the request {@code bits}, on a JVM by {@link #main}. */
    static String lines() {
        StringBuilder out = new StringBuilder();
        one(out, "sin", StrictMath::sin);
        one(out, "cos", StrictMath::cos);
        one(out, "tan", StrictMath::tan);
        one(out, "asin", StrictMath::asin);
        one(out, "acos", StrictMath::acos);
        one(out, "atan", StrictMath::atan);
        one(out, "exp", StrictMath::exp);
        one(out, "log", StrictMath::log);
        one(out, "log10", StrictMath::log10);
        one(out, "log1p", StrictMath::log1p);
        one(out, "expm1", StrictMath::expm1);
        one(out, "cbrt", StrictMath::cbrt);
        one(out, "sinh", StrictMath::sinh);
        one(out, "cosh", StrictMath::cosh);
        one(out, "tanh", StrictMath::tanh);
        one(out, "rint", Math::rint);
        one(out, "round", x -> Math.round(x));
        one(out, "ulp", Math::ulp);
        one(out, "negation", x -> -x);
        two(out, "pow", StrictMath::pow);
        two(out, "atan2", StrictMath::atan2);
        two(out, "hypot", StrictMath::hypot);
        two(out, "minimum", Math::min);
        two(out, "fma", (x, y) -> Math.fma(x, y, -x * y));
        two(out, "fma of small numbers", (x, y) -> Math.fma(x * 1e-155, y * 1e-150, -x * 1e-305));
        two(out, "fma of smaller numbers", (x, y) -> Math.fma(x * 1e-159, y * 1e-160, y * 1e-310));
        two(out, "fma of large numbers", (x, y) -> Math.fma(x * 1e150, y * 1e149, -y * 1e300));
        two(out, "fma of both", (x, y) -> Math.fma(x * 1e-200, y * 1e190, y * 1e290) + Math.fma(x, y, 1e-200) * 1e-20);
        two(out, "fma of floats", (x, y) -> Math.fma((float) x, (float) y, -(float) x * (float) y));
        two(out, "remainder", (x, y) -> x % y);
        out.append("sum ")
                .append(DoubleStream.of(1e16, 1, 1, 1, -1e16, 0.1, 0.2).sum())
                .append('\n');
        out.append("average ")
                .append(DoubleStream.of(1e16, 1, 1, -1e16, 0.1, 0.2).average().orElse(0))
                .append('\n');
        out.append("distinct ")
                .append(Stream.of(List.of(1, 2, 2), List.of(2, 3, 3))
                        .flatMap(List::stream)
                        .distinct()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")))
                .append(' ')
                .append(IntStream.of(3, 3, 1).distinct().sum())
                .append('\n');
        Matcher letters = Pattern.compile("[\\p{L}]+(\\p{N}+)").matcher("x₀ σ²η12");
        out.append("pattern ")
                .append(letters.find() ? letters.group() + " " + letters.group(1) : "none")
                .append('\n');
        out.append("format ")
                .append(String.format(
                        Locale.ROOT, "%.3f|%8.2e|%-5s|%05d|%,d|%+.1f|%.0f", 2.0005, 1e-7, "a", -42, 1234567, 0.25, 0.5))
                .append('\n');
        out.append("numbers ")
                .append(new StringJoiner(" ")
                        .add(Double.toString(2e-3))
                        .add(Double.toString(1e23))
                        .add(Float.toString(0.1f))
                        .add(Integer.toString(Float.floatToIntBits((float) 1e-46))))
                .append('\n');
        out.append("stream ").append(Streams.of(7).at("bits").nextGaussian()).append('\n');
        return out.toString();
    }

    private static void one(StringBuilder out, String name, DoubleUnaryOperator function) {
        two(out, name, (x, y) -> function.applyAsDouble(x));
    }

    private static void two(StringBuilder out, String name, DoubleBinaryOperator function) {
        long hash = 0;
        for (double x : EDGES) {
            for (double y : EDGES) {
                hash = mixed(hash, function.applyAsDouble(x, y));
            }
        }
        long state = 1;
        for (int k = 0; k < ARGUMENTS; k++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            double x = ((state >> 11) * 0x1p-52) * (1 << (k % 20));
            state = state * 6364136223846793005L + 1442695040888963407L;
            double y = ((state >> 11) * 0x1p-52) * (1 << (k % 5));
            hash = mixed(hash, function.applyAsDouble(x, y));
        }
        out.append(name).append(' ').append(hash).append('\n');
    }

    private static long mixed(long hash, double value) {
        return hash * 31 + Double.doubleToLongBits(value);
    }
}
