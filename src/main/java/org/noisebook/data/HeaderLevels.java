package org.noisebook.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tables whose columns have names on several levels, as pandas writes a pivot: a line for each level, then perhaps one with the names of the index.
 *
 * <p>A level with a name becomes a column, so that a row holds one run; levels without a name say what the numbers are. Where no level has a name,
 * the names of a column are joined by blanks.
 */
final class HeaderLevels {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[\\d.,]+([eE][-+]?\\d+)?%?");

    private final List<List<String>> rows;
    private final int width;
    private int levels;
    private int first;
    private int index;
    private List<String> indexNames;

    private HeaderLevels(List<List<String>> rows) {
        this.rows = rows;
        this.width = rows.get(0).size();
    }

    /** Whether names occur twice or lack behind the first, as only in the outer level of several. */
    static boolean isOuter(List<String> names) {
        return names.stream().distinct().count() < names.size() || names.indexOf("") > 0;
    }

    /**
     * The table below a header of several levels.
     *
     * @param rows all of them, equally long
     * @return none if the header has one level
     */
    static Optional<TextTable> of(List<List<String>> rows) {
        HeaderLevels header = new HeaderLevels(rows);
        return header.find() ? Optional.of(header.table()) : Optional.empty();
    }

    private boolean find() {
        List<String> outer = rows.get(0);
        int named = IntStream.range(1, Math.min(rows.size(), 8))
                .filter(row -> filled(row) > 0)
                .findFirst()
                .orElse(0);
        if (named > 0) {
            levels = named;
            index = filled(named);
            first = named + 1;
            indexNames = rows.get(named).subList(0, index);
            return isDistinct();
        }
        index = outer.get(0).equals(outer.get(1)) ? 0 : 1;
        levels = 2;
        while (levels < rows.size() && !isDistinct()) {
            levels++;
        }
        first = levels;
        indexNames = index == 0 ? List.of() : List.of("index");
        // Without a line for the index, names are told from runs as they are no numbers.
        return levels < rows.size()
                && isDistinct()
                && rows.subList(1, levels).stream()
                        .flatMap(row -> row.subList(index, width).stream())
                        .noneMatch(cell -> NUMBER.matcher(cell).matches());
    }

    /** How many cells at the begin hold a text where all others, below names, are empty; 0 if it is not so. */
    private int filled(int at) {
        List<String> row = rows.get(at);
        int filled = row.indexOf("");
        return filled > 0
                        && row.subList(filled, width).stream().allMatch(String::isEmpty)
                        && rows.get(0).subList(filled, width).stream().noneMatch(String::isEmpty)
                ? filled
                : 0;
    }

    private boolean isDistinct() {
        return IntStream.range(index, width)
                        .mapToObj(column -> names(column, IntStream.range(0, levels)))
                        .distinct()
                        .count()
                == width - index;
    }

    private List<String> names(int column, IntStream of) {
        return of.mapToObj(level -> rows.get(level).get(column)).toList();
    }

    private int[] levels(boolean named) {
        return IntStream.range(0, levels)
                .filter(level -> (index > 0 && !rows.get(level).get(0).isEmpty()) == named)
                .toArray();
    }

    private TextTable table() {
        int[] named = levels(true);
        int[] bare = levels(false);
        List<String> names = new ArrayList<>(indexNames);
        for (int level : named) {
            names.add(rows.get(level).get(0));
        }
        // Columns by their names on levels with a name, then by what the others say they hold.
        Map<List<String>, Map<String, Integer>> groups = new LinkedHashMap<>();
        List<String> values = new ArrayList<>();
        for (int column = index; column < width; column++) {
            String value = String.join(" ", names(column, IntStream.of(bare))).strip();
            value = value.isEmpty() ? "score" : value;
            groups.computeIfAbsent(names(column, IntStream.of(named)), key -> new LinkedHashMap<>())
                    .put(value, column);
            if (!values.contains(value)) {
                values.add(value);
            }
        }
        names.addAll(values);
        TextTable.Builder table = new TextTable.Builder(names);
        for (List<String> row : rows.subList(first, rows.size())) {
            groups.forEach((of, columns) -> {
                row.subList(0, index).forEach(table::add);
                of.forEach(table::add);
                values.forEach(value -> table.add(columns.containsKey(value) ? row.get(columns.get(value)) : ""));
            });
        }
        return table.build()
                .noting("The header has " + levels + " levels; "
                        + (named.length == 0
                                ? "their names are joined."
                                : IntStream.of(named)
                                                .mapToObj(level -> "'"
                                                        + Quoted.of(
                                                                rows.get(level).get(0)) + "'")
                                                .collect(Collectors.joining(" and "))
                                        + (named.length == 1 ? " is" : " are")
                                        + " read off the columns, a run a cell."));
    }
}
