package org.noisebook.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Numbers;

/**
 * A scale with fixed ends, which maps values to [0, 1] and chooses ticks. All internal numbers are transformed values.
 */
final class Ruler {
    private static final double PADDING = 0.04;
    /** Below this many units of log10 or log2, powers may be missing, so ticks are plain numbers. */
    private static final double MIN_DECADES = 1.0;

    private static final double MIN_OCTAVES = 2.0;
    private static final int MAX_STEPS = 60;
    /** Smallest distance of minor ticks at powers, in points. */
    private static final double MINOR_SPACE = 4;

    private final Scale scale;
    private final double from;
    private final double to;
    private final List<String> names;
    private final List<Double> numbers;

    /** A tick at position {@code u} in [0, 1]; minor ticks have an empty label. */
    record Tick(double u, String label) {
        boolean isMajor() {
            return !label.isEmpty();
        }
    }

    private Ruler(Scale scale, double from, double to) {
        this(scale, from, to, List.of(), List.of());
    }

    private Ruler(Scale scale, double from, double to, List<String> names, List<Double> numbers) {
        this.scale = scale;
        this.from = from;
        this.to = to;
        this.names = names;
        this.numbers = numbers;
    }

    static Ruler of(ColourBar bar) {
        return new Ruler(
                bar.scale(), bar.scale().forward(bar.min()), bar.scale().forward(bar.max()));
    }

    /** The fixed ends of the axis, or nice ends around data that spans [low, high] (transformed; NaN if no data). */
    static Ruler of(Axis axis, double low, double high) {
        Scale scale = axis.scale();
        if (!axis.names().isEmpty()) {
            return new Ruler(scale, axis.min(), axis.max(), axis.names(), List.of());
        }
        Ruler round = axis.isAutomatic()
                ? around(scale, low, high)
                : widened(scale, scale.forward(axis.min()), scale.forward(axis.max()));
        return new Ruler(scale, round.from, round.to, List.of(), axis.ticks());
    }

    /** The fixed ends of the axis, or exactly [low, high] (transformed; NaN if no data). */
    static Ruler tight(Axis axis, double low, double high) {
        return axis.isAutomatic() && low < high ? new Ruler(axis.scale(), low, high) : of(axis, low, high);
    }

    private static Ruler around(Scale scale, double low, double high) {
        if (Double.isNaN(low) || Double.isNaN(high)) {
            return new Ruler(scale, 0, 1);
        }
        double span = high - low;
        if (!(span > 1e-12 * Math.max(Math.abs(low), Math.abs(high)))) {
            double half = scale.isLog() ? 1 : low == 0 ? 1 : Math.abs(low) / 2;
            return new Ruler(scale, low - half, high + half);
        }
        double a = low - PADDING * span;
        double b = high + PADDING * span;
        return switch (scale) {
            case LINEAR, LOG10_AND_ZERO -> {
                // Ends on multiples of the step, but data from zero stay there: a loss or a probability cannot be
                // negative.
                double step = niceStep((high - low) / 20);
                double start = low >= 0 && a < 0 ? 0 : Math.floor(a / step) * step;
                double end = high <= 0 && b > 0 ? 0 : Math.ceil(b / step) * step;
                yield widened(scale, start, end);
            }
            case LOG10 -> widened(scale, niceEnd(a, false), niceEnd(b, true));
            case LOG2 -> widened(scale, a, b);
        };
    }

    private static Ruler widened(Scale scale, double from, double to) {
        if (from < to) {
            return new Ruler(scale, from, to);
        }
        double half = Math.max(Math.ulp(from), Math.ulp(to)) * 4;
        return new Ruler(scale, from - half, to + half);
    }

    /** The next 1, 2 or 5 times a power of ten, as a logarithm. */
    private static double niceEnd(double log, boolean up) {
        double decade = Math.floor(log);
        double[] steps = {0, StrictMath.log10(2), StrictMath.log10(5), 1};
        double best = up ? 1 : 0;
        for (double s : steps) {
            if (up && decade + s >= log - 1e-9) {
                return decade + s;
            }
            if (!up && decade + s <= log + 1e-9) {
                best = s;
            }
        }
        return decade + best;
    }

    Scale scale() {
        return scale;
    }

    double from() {
        return from;
    }

    double to() {
        return to;
    }

    /** Position of a value, from 0 to 1; NaN if the scale cannot show it. */
    double u(double value) {
        return place(scale.forward(value));
    }

    /** Whether the axis is numeric rather than categorical. */
    boolean isNumbers() {
        return names.isEmpty();
    }

    /** The value at a position. */
    double value(double u) {
        return scale.inverse(from + u * (to - from));
    }

    /** Position of a transformed value. */
    double place(double transformed) {
        return (transformed - from) / (to - from);
    }

    /**
     * Ticks whose labels do not overlap.
     *
     * @param length length of the axis in points
     * @param size extent of a label along the axis in points, including its distance to the next
     */
    List<Tick> ticks(double length, ToDoubleFunction<String> size) {
        List<Tick> ticks = candidates(length, size);
        return fits(ticks, length, size) ? ticks : thinned(ticks, length, size);
    }

    /** Drops labels that overlap their left neighbour, as a last resort on very short axes. */
    private static List<Tick> thinned(List<Tick> ticks, double length, ToDoubleFunction<String> size) {
        List<Tick> thin = new ArrayList<>();
        List<Tick> kept = new ArrayList<>();
        for (Tick tick : ticks) {
            kept.add(tick);
            if (fits(kept, length, size)) {
                thin.add(tick);
            } else {
                kept.remove(kept.size() - 1);
                thin.add(new Tick(tick.u(), ""));
            }
        }
        return thin;
    }

    private List<Tick> candidates(double length, ToDoubleFunction<String> size) {
        if (!names.isEmpty()) {
            return named();
        }
        if (!numbers.isEmpty()) {
            return numbers.stream()
                    .map(number -> new Tick(u(number), Numbers.typeset(Numbers.brief(number, 3))))
                    .filter(tick -> tick.u() >= 0 && tick.u() <= 1)
                    .toList();
        }
        double span = to - from;
        if (scale == Scale.LOG10_AND_ZERO) {
            return IntStream.rangeClosed(Math.max(-1, (int) Math.ceil(from)), (int) Math.floor(to))
                    .mapToObj(k -> new Tick(place(k), k < 0 ? "0" : "1" + "0".repeat(k)))
                    .toList();
        }
        if (scale == Scale.LOG10 && span >= MIN_DECADES) {
            return decades(length, size);
        }
        if (scale == Scale.LOG2 && span >= MIN_OCTAVES) {
            return powers(length, size);
        }
        return plain(length, size);
    }

    private List<Tick> named() {
        List<Tick> ticks = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            double position = place(k + 1);
            if (position >= 0 && position <= 1) {
                ticks.add(new Tick(position, names.get(k)));
            }
        }
        return ticks;
    }

    private List<Tick> powers(double length, ToDoubleFunction<String> size) {
        for (int stride = 1; ; stride *= 2) {
            List<Tick> ticks = powers(stride, 2, length);
            if (fits(ticks, length, size) || stride > to - from) {
                return ticks;
            }
        }
    }

    /** A labelled tick at every {@code stride}-th power, and minor ticks at the others unless they would be crowded. */
    private List<Tick> powers(int stride, int base, double length) {
        List<Tick> ticks = new ArrayList<>();
        boolean crowded = length < MINOR_SPACE * (to - from);
        long first = (long) Math.ceil(from - 1e-9);
        long last = (long) Math.floor(to + 1e-9);
        for (long k = first; k <= last; k++) {
            boolean major = Math.floorMod(k, (long) stride) == 0;
            if (major || !crowded) {
                ticks.add(new Tick(inside(place(k)), major ? base + superscript(k) : ""));
            }
        }
        return ticks;
    }

    private static double inside(double u) {
        return Math.min(1, Math.max(0, u));
    }

    private List<Tick> decades(double length, ToDoubleFunction<String> size) {
        List<Tick> ticks = new ArrayList<>();
        int stride = 1;
        for (int candidate : new int[] {1, 2, 3, 5, 10, 20, 50, 100, 200}) {
            stride = candidate;
            ticks = powers(candidate, 10, length);
            if (fits(ticks, length, size)) {
                break;
            }
        }
        // Nine minor ticks per decade need enough space.
        if (stride > 1 || length < 9 * MINOR_SPACE / 2 * (to - from)) {
            return ticks;
        }
        // With only one or two powers, 2 and 5, or 3, are labelled too.
        if (ticks.stream().filter(Tick::isMajor).count() <= 2) {
            for (int[] mantissas : new int[][] {{1, 2, 5}, {1, 3}, {1, 5}}) {
                List<Tick> all = decade(mantissas);
                if (fits(all, length, size)) {
                    return all;
                }
            }
        }
        return decade(1);
    }

    /** All multiples of powers of ten, labelled for some mantissas; plain numbers if these are short. */
    private List<Tick> decade(int... mantissas) {
        List<Tick> ticks = new ArrayList<>();
        boolean plain = mantissas.length > 1 && from >= -2 - 1e-9 && to <= 3 + 1e-9;
        for (long k = (long) Math.floor(from - 1e-9); k <= to + 1e-9; k++) {
            for (int m = 1; m < 10; m++) {
                double t = k + StrictMath.log10(m);
                if (t < from - 1e-9 || t > to + 1e-9) {
                    continue;
                }
                String label = plain
                        ? new BigDecimal(m).scaleByPowerOfTen((int) k).toPlainString()
                        : (m > 1 ? m + "×10" : "10") + superscript(k);
                int mantissa = m;
                boolean labelled = Arrays.stream(mantissas).anyMatch(w -> w == mantissa);
                ticks.add(new Tick(inside(place(t)), labelled ? label : ""));
            }
        }
        return ticks;
    }

    /** Round numbers, also on a log scale whose range is too short for powers. */
    private List<Tick> plain(double length, ToDoubleFunction<String> size) {
        double low = scale.inverse(from);
        double high = scale.inverse(to);
        List<Tick> ticks = new ArrayList<>();
        for (int count = 8; count >= 1; count--) {
            ticks = plain(low, high, niceStep((high - low) / count));
            if (fits(ticks, length, size)) {
                return ticks;
            }
        }
        return ticks;
    }

    private List<Tick> plain(double low, double high, double step) {
        List<Tick> ticks = new ArrayList<>();
        if (!(step > 0) || Double.isInfinite(step)) {
            return ticks;
        }
        double slack = 1e-9 * step;
        double first = Math.ceil((low - slack) / step);
        double largest = Math.max(Math.abs(low), Math.abs(high));
        for (int i = 0; i < MAX_STEPS && (first + i) * step <= high + slack; i++) {
            double value = (first + i) * step;
            double position = scale == Scale.LINEAR ? place(value) : u(value);
            if (!Double.isNaN(position)) {
                ticks.add(new Tick(inside(position), number(value, step, largest)));
            }
        }
        return ticks;
    }

    /** The smallest 1, 2 or 5 times a power of ten that is at least {@code rough}. */
    private static double niceStep(double rough) {
        if (!(rough > 0) || Double.isInfinite(rough)) {
            return rough;
        }
        int exponent = (int) Math.floor(StrictMath.log10(rough) + 1e-9);
        for (int mantissa : new int[] {1, 2, 5}) {
            double step = power(mantissa, exponent);
            if (step >= rough * (1 - 1e-9)) {
                return step;
            }
        }
        return power(1, exponent + 1);
    }

    private static double power(int mantissa, int exponent) {
        return new BigDecimal(mantissa).scaleByPowerOfTen(exponent).doubleValue();
    }

    /** A tick label with the decimals of the step, a true minus sign, and a power of ten for large or small numbers. */
    private static String number(double value, double step, double largest) {
        int stepExponent = (int) Math.floor(StrictMath.log10(step) + 1e-9);
        int exponent = (int) Math.floor(StrictMath.log10(largest) + 1e-9);
        if (Math.abs(value) < step / 2) {
            return "0";
        }
        boolean scientific = exponent >= 5 || exponent <= -4;
        int decimals = Math.max(0, scientific ? exponent - stepExponent : -stepExponent);
        BigDecimal exact = new BigDecimal(value);
        String digits = (scientific ? exact.scaleByPowerOfTen(-exponent) : exact)
                .setScale(Math.min(decimals, 15), RoundingMode.HALF_EVEN)
                .toPlainString()
                .replace('-', '−');
        return scientific ? digits + "×10" + superscript(exponent) : digits;
    }

    static String superscript(long exponent) {
        StringBuilder text = new StringBuilder(exponent < 0 ? "⁻" : "");
        for (char digit : Long.toString(Math.abs(exponent)).toCharArray()) {
            text.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
        }
        return text.toString();
    }

    private static boolean fits(List<Tick> ticks, double length, ToDoubleFunction<String> size) {
        List<Tick> major = ticks.stream()
                .filter(Tick::isMajor)
                .sorted((a, b) -> Double.compare(a.u(), b.u()))
                .toList();
        for (int i = 1; i < major.size(); i++) {
            Tick a = major.get(i - 1);
            Tick b = major.get(i);
            double need = (size.applyAsDouble(a.label()) + size.applyAsDouble(b.label())) / 2;
            if ((b.u() - a.u()) * length < need) {
                return false;
            }
        }
        return true;
    }
}
