package org.noisebook.seeds;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The order of names: as numbers where all of them are numbers, else as text. */
public final class Names {
    private static final String NUMBER = "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?";

    private Names() {}

    /** In ascending order; equal numbers of different spelling by their text. */
    public static List<String> sorted(List<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.matches(NUMBER));
        Comparator<String> text = Comparator.naturalOrder();
        return names.stream()
                .sorted(
                        numbers
                                ? Comparator.<String>comparingDouble(Double::parseDouble)
                                        .thenComparing(text)
                                : text)
                .toList();
    }

    /** The place of each name. */
    public static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (String name : names) {
            places.put(name, places.size());
        }
        return places;
    }
}
