package org.noisebook.runs;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.Numbers;

/** The order of names: as numbers where all of them are numbers, else as text. */
public final class NaturalOrder {
    private NaturalOrder() {}

    private record Numbered(double number, String name) {}

    /** In ascending order, no name first; equal numbers of different spelling by their text. */
    public static List<String> sorted(List<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.isEmpty() || Numbers.isDecimal(name));
        return names.stream()
                .map(name -> new Numbered(
                        name.isEmpty() ? Double.NEGATIVE_INFINITY : numbers ? Double.parseDouble(name) : 0, name))
                .sorted(Comparator.comparingDouble(Numbered::number).thenComparing(Numbered::name))
                .map(Numbered::name)
                .toList();
    }

    /** The index of each name. */
    public static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (String name : names) {
            places.put(name, places.size());
        }
        return places;
    }

    /** The names 0, 1, …, for a count. */
    public static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }
}
