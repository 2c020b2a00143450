package org.noisebook.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Suggestions for a mistyped name: names that differ by a few letters, and names that contain it. */
public final class NearestNames {
    private static final int MOST_MISSPELT = 3;
    private static final int MOST_NAMES = 3;
    private static final int MOST_LISTED = 20;

    private NearestNames() {}

    /** The nearest names, up to one letter further than the closest; empty if all are far. Case is ignored. */
    public static List<String> of(String name, Collection<String> known) {
        int least = known.stream().mapToInt(one -> misspelt(name, one)).min().orElse(MOST_MISSPELT);
        int most = least < MOST_MISSPELT ? least + 1 : MOST_MISSPELT;
        return known.stream()
                .distinct()
                .filter(one -> misspelt(name, one) <= most)
                .sorted(Comparator.comparingInt(one -> misspelt(name, one)))
                .toList();
    }

    /** The nearest name at any distance, the first listed if there is a tie; case is ignored. */
    public static String nearest(String name, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(one -> edits(one.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    /**
     * The exception to throw: {@code unknown figure 'exit-tme', did you mean exit-time? …} and where to find all names.
     */
    public static IllegalArgumentException unknown(String kind, String name, Collection<String> known, String hint) {
        return new IllegalArgumentException(
                "unknown " + kind + " '" + Quoted.of(name) + "'" + didYouMean(name, known) + hint);
    }

    /**
     * {@code , did you mean exit-time? } or, if no name is near, {@code ; }; names that contain the given one are near.
     */
    public static String didYouMean(String name, Collection<String> known) {
        Stream<String> holders = known.stream()
                .filter(one ->
                        name.length() > 1 && one.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)));
        List<String> near = Stream.concat(of(name, known).stream(), holders)
                .distinct()
                .limit(MOST_NAMES)
                .toList();
        return near.isEmpty() ? "; " : ", did you mean " + String.join(" or ", near) + "? ";
    }

    /** All names, or the first of many. */
    public static String listed(Collection<String> known) {
        String first = TableFile.named(known.stream().limit(MOST_LISTED).toList());
        return known.size() > MOST_LISTED ? first + " and " + (known.size() - MOST_LISTED) + " more" : first;
    }

    /** Number of letters to insert, delete or replace; a value above any misspelling if hardly a letter agrees. */
    private static int misspelt(String name, String one) {
        int edits = edits(one.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
        return edits < Math.max(one.length(), name.length()) - 1 ? edits : Integer.MAX_VALUE;
    }

    private static int edits(String a, String b) {
        int[] last = new int[b.length() + 1];
        Arrays.setAll(last, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] next = new int[b.length() + 1];
            next[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                next[j] = Math.min(replaced, 1 + Math.min(last[j], next[j - 1]));
            }
            last = next;
        }
        return last[b.length()];
    }
}
