package org.noisebook.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a mistyped name may have meant: names that hold it, or are as long and share half of its pairs of letters. */
public final class NearestNames {
    private static final int MOST = 3;

    private NearestNames() {}

    /** To throw: {@code unknown figure 'exit-tme', did you mean exit-time? …} and where to find all names. */
    public static IllegalArgumentException unknown(String kind, String name, Collection<String> known, String hint) {
        List<String> pairs = IntStream.range(0, name.length() - 1)
                .mapToObj(i -> name.substring(i, i + 2).toLowerCase(Locale.ROOT))
                .toList();
        List<String> near = known.stream()
                .distinct()
                .filter(one -> shared(pairs, one) >= (Math.abs(one.length() - name.length()) < MOST ? 0.5 : 1))
                .sorted(Comparator.comparingDouble(one -> -shared(pairs, one)))
                .limit(MOST)
                .toList();
        return new IllegalArgumentException("unknown " + kind + " '" + name + "'"
                + (near.isEmpty() ? "; " : ", did you mean " + String.join(" or ", near) + "? ") + hint);
    }

    private static double shared(List<String> pairs, String name) {
        return (double) pairs.stream()
                        .filter(name.toLowerCase(Locale.ROOT)::contains)
                        .count()
                / pairs.size();
    }
}
