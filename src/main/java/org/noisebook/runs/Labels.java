package org.noisebook.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The names of runs in one role.
 *
 * @param names the different ones
 * @param code place of each row's name, or of each score column's; none where all runs bear the one name
 * @param ofColumns whether score columns bear them
 */
public record Labels(List<String> names, int[] code, boolean ofColumns) {
    /** One name for all. */
    public static final Labels ONE = new Labels(List.of("all"), new int[0], false);

    /** Copies the names; the array is not copied. */
    public Labels {
        names = List.copyOf(names);
    }

    /** The place of the name that a row's score in a score column has. */
    public int at(int row, int column) {
        return code.length == 0 ? 0 : code[ofColumns ? column : row];
    }

    /** The names of some rows, in order of appearance. */
    Labels of(int[] rows) {
        int[] places = new int[names.size()];
        List<String> left = new ArrayList<>();
        int[] codes = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int old = code[rows[i]];
            if (places[old] == 0) {
                left.add(names.get(old));
                places[old] = left.size();
            }
            codes[i] = places[old] - 1;
        }
        return new Labels(left, codes, false);
    }

    /** The same in ascending order of the names. */
    public Labels sorted() {
        List<String> order = NaturalOrder.sorted(names);
        Map<String, Integer> places = NaturalOrder.places(order);
        int[] to = names.stream().mapToInt(places::get).toArray();
        int[] codes = new int[code.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = to[code[i]];
        }
        return new Labels(order, codes, ofColumns);
    }
}
