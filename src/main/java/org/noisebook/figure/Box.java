package org.noisebook.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Stream;

/**
 * Ranges of two to four config fields inside which a paper's authors would expect their claim to hold, set before the
 * first variation runs; {@link Headline#vary} draws settings from it.
 *
 * <p>Numbers are drawn log-uniformly unless {@link #even} says otherwise, and rounded to three digits or, for counts, to
 * integers.
 */
public final class Box {
    private static final int LEAST_SETTINGS = 4;
    private static final int MOST_SETTINGS = 8;
    private static final int DIGITS = 3;
    private final List<Side> sides = new ArrayList<>();
    private int settings = MOST_SETTINGS;

    /** One field: a range of numbers, or the values to pick from. */
    private record Side(String field, double low, double high, boolean even, List<String> values) {
        String draw(Stream stream, Record config) {
            if (!values.isEmpty()) {
                return values.get(stream.nextIndex(values.size()));
            }
            double share = stream.nextDouble();
            double drawn = even ? low + (high - low) * share : low * StrictMath.pow(high / low, share);
            boolean whole = !(Schema.value(config, field) instanceof Double);
            return whole
                    ? String.valueOf(Math.round(drawn))
                    : Numbers.format(Double.parseDouble(String.format(Locale.ROOT, "%." + (DIGITS - 1) + "e", drawn)));
        }

        /** {@code sigma 0.1–3}. */
        String text() {
            return field + " "
                    + (values.isEmpty()
                            ? Numbers.format(low) + "–" + Numbers.format(high)
                            : String.join(" or ", values));
        }
    }

    private Box() {}

    /** A box of one field with a range of scales, which are above 0. */
    public static Box of(String field, double low, double high) {
        return new Box().and(field, low, high);
    }

    /** A box of one field with values to pick from. */
    public static Box ofValues(String field, String... values) {
        return new Box().pick(field, values);
    }

    /** The box with a further field and its range of scales, which are above 0. */
    public Box and(String field, double low, double high) {
        if (!(low > 0)) {
            throw new IllegalArgumentException(field + ": scales must be above 0, got " + low + "; see Box.even");
        }
        return side(new Side(field, low, high, false, List.of()));
    }

    /** The box with a further field, drawn uniformly from a range. */
    public Box even(String field, double low, double high) {
        return side(new Side(field, low, high, true, List.of()));
    }

    /** The box with a further field and values to pick from. */
    public Box pick(String field, String... values) {
        return side(new Side(field, 0, 1, true, List.of(values)));
    }

    private Box side(Side side) {
        if (!(side.low < side.high)) {
            throw new IllegalArgumentException(side.field + ": the range must not be empty, got " + side.text());
        }
        sides.add(side);
        return this;
    }

    /** Sets the number of settings, from 4 to 8, if the paper's ten minutes do not allow 8. */
    public Box settings(int count) {
        if (count < LEAST_SETTINGS || count > MOST_SETTINGS) {
            throw new IllegalArgumentException(
                    "settings must be in [" + LEAST_SETTINGS + ", " + MOST_SETTINGS + "], got " + count);
        }
        settings = count;
        return this;
    }

    /** The names of its fields. */
    public List<String> fields() {
        return sides.stream().map(Side::field).toList();
    }

    /** How many settings are drawn. */
    public int settings() {
        return settings;
    }

    /** Changes to a config, drawn from the box. */
    String draw(Stream stream, Record config) {
        return sides.stream()
                .map(side -> side.field + "=" + side.draw(stream, config))
                .collect(Collectors.joining(", "));
    }

    /** Whether changes that were drawn lie inside the box. */
    public boolean holds(String changes) {
        String[] parts = changes.split(", ");
        boolean inside = parts.length == sides.size();
        for (int k = 0; inside && k < parts.length; k++) {
            Side side = sides.get(k);
            String[] pair = parts[k].split("=", 2);
            inside = pair.length == 2
                    && pair[0].equals(side.field)
                    && (side.values.isEmpty()
                            ? Numbers.parse(pair[1]) >= side.low * (1 - 1e-2)
                                    && Numbers.parse(pair[1]) <= side.high * (1 + 1e-2)
                            : side.values.contains(pair[1]));
        }
        return inside;
    }

    /** {@code sigma 0.1–3, unknown separation or variance}. */
    @Override
    public String toString() {
        return sides.stream().map(Side::text).collect(Collectors.joining(", "));
    }
}
