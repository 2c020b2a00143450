package org.noisebook.paper;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.PlantedBoard;

/**
 * What each claim of a paper reads of the results of its studies, and whether these can make it hold and fail.
 *
 * <p>Every number of every cell is planted. One component after the other moves in all cells, by another amount in each; then one cell
 * after the other in all components: what a claim measures follows those that it reads, by its derivative. Then the numbers that a claim
 * reads are set by that derivative to where it should hold, and to where it should fail, many claims in one planting.
 */
final class ClaimReadings {
    /** Plantings of a study. */
    private static final int MOST_OF_A_STUDY = 50;

    private static final double STEP = 1e-5;
    private static final double SCATTER = 1e-7;
    /** Derivatives below this are rounding. */
    private static final double LEAST = 1e-4;

    /** Attempts with one element of a list, then with the whole. */
    private static final int PATIENCE = 2;
    /** Attempts with one number and its list. */
    private static final int ROUND = 14;

    private static final int WHOLE = -1;
    /** What is planted of a whole number, over what would be of a real one. */
    private static final double COUNTS = 1e6;

    /** What says that a run of a shared study did not diverge; planted as 1. */
    private static final String WHOLE_SHARE = "finiteShare";

    private static final double GOLDEN = 0.6180339887498949;

    /** A cell in the order of declaration, with the numbers of each component of its results and what is planted of them. */
    private record Cell(String name, int index, Slot[][] slots, double[][] base) {
        static Cell of(String name, int index, int... lengths) {
            Slot[][] slots = new Slot[lengths.length][];
            double[][] base = new double[lengths.length][];
            for (int k = 0; k < lengths.length; k++) {
                slots[k] = new Slot[lengths[k]];
                base[k] = new double[lengths[k]];
                for (int e = 0; e < lengths[k]; e++) {
                    slots[k][e] = new Slot(name, k, e);
                    base[k][e] = 0.31 + 0.15 * (GOLDEN * (1 + index + 7 * k + 3 * e) % 1);
                }
            }
            return new Cell(name, index, slots, base);
        }

        double[][] changed(Change change) {
            return IntStream.range(0, base.length)
                    .mapToObj(k -> IntStream.range(0, base[k].length)
                            .mapToDouble(e -> change.of(slots[k][e], base[k][e]))
                            .toArray())
                    .toArray(double[][]::new);
        }
    }

    /** One number of a result, or all of a list. */
    private record Slot(String cell, int component, int element) {
        boolean meets(Slot other) {
            boolean same = cell.equals(other.cell) && component == other.component;
            return same && (element == other.element || element == WHOLE || other.element == WHOLE);
        }
    }

    /** A number that a claim reads, and how much what it measures follows; NaN where it counts those that are 0 or 1. */
    private record Term(Slot slot, double slope, double counted) {
        Term(Slot slot, double slope) {
            this(slot, slope, Double.NaN);
        }
    }

    /** What a planted number becomes. */
    private interface Change {
        double of(Slot slot, double value);
    }

    /** A study, whose components stand behind those of the studies before. */
    private record Part(Study<?, ?> study, Record standard, RecordComponent[] components, int first) {
        int end() {
            return first + components.length;
        }
    }

    private final OnePaper<?, ?> paper;
    private final List<Part> parts = new ArrayList<>();
    private final List<RecordComponent> components = new ArrayList<>();
    private final Map<Record, Cell> known = new LinkedHashMap<>();
    private final Map<String, Set<Claim.Verdict>> seen = new HashMap<>();
    private final Map<String, List<Term>> terms = new LinkedHashMap<>();
    private final Map<String, String> readings = new LinkedHashMap<>();
    /** Plantings of ones and zeros, by number, cells, components and element. */
    private final Map<List<Object>, Map<String, Claim>> counts = new HashMap<>();

    private Map<String, Claim> base = Map.of();
    private int plantings;
    /** The config whose replicas are planted, its cell, and what is planted there but for scatter. */
    private Record latest;

    private Cell cell;
    private double[][] changed;

    ClaimReadings(OnePaper<?, ?> paper) {
        this.paper = paper;
        paper.studies().forEach(this::add);
        base = planted((slot, value) -> value);
        if (parts.size() > paper.studies().size()) {
            // Cells that were declared before those of a shared study lack its components.
            known.clear();
            base = planted((slot, value) -> value);
        }
        read();
        aim();
    }

    private Part add(Study<?, ?> study) {
        RecordComponent[] own = leaves(study.resultType()).toArray(RecordComponent[]::new);
        Part part = new Part(study, study.defaults(), own, components.size());
        parts.add(part);
        components.addAll(List.of(own));
        return part;
    }

    /** By claim: kind, window and what it reads, a line each. */
    String lines() {
        return readings.entrySet().stream()
                .map(one -> one.getKey() + "\t" + one.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Claims that were not seen both to hold and to fail; those of algebra, which read nothing, aside. */
    List<String> idle() {
        return base.keySet().stream()
                .filter(id -> !terms.get(id).isEmpty() || base.get(id).kind() != Claim.Kind.IDENTITY)
                .filter(id ->
                        !seen.get(id).containsAll(EnumSet.of(Claim.Verdict.REPRODUCED, Claim.Verdict.NOT_REPRODUCED)))
                .map(id -> id + " reads " + readings.get(id) + " and was only " + seen.get(id))
                .toList();
    }

    int plantings() {
        return plantings;
    }

    /** How many there may be, beside those that find what counts read. */
    int most() {
        return MOST_OF_A_STUDY * parts.size() + counts.size();
    }

    private Map<String, Claim> planted(Change change) {
        plantings++;
        latest = null;
        Map<String, Claim> claims = new LinkedHashMap<>();
        PlantedBoard.claims(paper.story(), (config, replica) -> result(config, replica, change))
                .forEach(claim -> claims.put(claim.id(), claim));
        claims.forEach((id, claim) -> seen.computeIfAbsent(id, one -> EnumSet.noneOf(Claim.Verdict.class))
                .add(claim.verdict()));
        return claims;
    }

    private Record result(Record config, int replica, Change change) {
        if (config != latest) {
            latest = config;
            cell = known.computeIfAbsent(config, this::cell);
            changed = cell.changed(change);
        }
        Part part = part(config);
        List<double[]> all = new ArrayList<>();
        for (int k = part.first; k < part.end(); k++) {
            double[] numbers = changed[k].clone();
            double scatter = 1 + SCATTER * replica * (1 + k + 2 * (cell.index % 5));
            for (int e = 0; e < numbers.length; e++) {
                numbers[e] = numbers[e] == 1 ? 1 : numbers[e] * scatter;
            }
            all.add(components.get(k).getName().equals(WHOLE_SHARE) ? new double[] {1} : numbers);
        }
        return (Record) value(part.study.resultType(), all.iterator());
    }

    /** The study of a config: the paper's own, or one that it shares. */
    private Part part(Record config) {
        return parts.stream()
                .filter(part -> part.standard.getClass() == config.getClass())
                .findFirst()
                .orElseGet(() -> add(Catalogue.studies().stream()
                        .filter(study -> study.defaults().getClass() == config.getClass())
                        .findFirst()
                        .orElseThrow()));
    }

    /** The components of a record, those of a record in it in its place. */
    private static Stream<RecordComponent> leaves(Class<?> record) {
        return Stream.of(record.getRecordComponents())
                .flatMap(part -> part.getType().isRecord() ? leaves(part.getType()) : Stream.of(part));
    }

    private static Object value(Class<?> type, Iterator<double[]> numbers) {
        if (type.isRecord()) {
            Object[] values = Stream.of(type.getRecordComponents())
                    .map(part -> value(part.getType(), numbers))
                    .toArray();
            try {
                Constructor<?> constructor = type.getDeclaredConstructors()[0];
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot plant a " + type.getName(), e);
            }
        }
        double[] own = numbers.next();
        if (type == Doubles.class) {
            return Doubles.of(own);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        long count = Math.round(COUNTS * own[0]);
        return type == double.class ? (Object) own[0] : type == int.class ? (Object) (int) count : (Object) count;
    }

    private Cell known(String name) {
        return known.values().stream()
                .filter(cell -> cell.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A cell, named by what differs from the standard config, behind the name of a further study. */
    private Cell cell(Record config) {
        Part part = part(config);
        Schema<Record> schema = Schema.of(config);
        List<String> names = schema.fields().stream().map(Schema.Field::name).toList();
        Object[] standard = schema.values(part.standard);
        Object[] values = schema.values(config);
        String name = IntStream.range(0, values.length)
                .filter(k -> !values[k].equals(standard[k]))
                .mapToObj(k -> names.get(k) + "=" + Schema.formatValue(values[k]))
                .collect(Collectors.joining(", "));
        int[] lengths = IntStream.range(0, components.size())
                .map(k -> k < part.first || k >= part.end() ? 0 : length(components.get(k), config))
                .toArray();
        String study = part.first == 0 ? "" : part.study.id() + " ";
        return Cell.of(study + (name.isEmpty() ? "standard" : name), known.size(), lengths);
    }

    private static int length(RecordComponent component, Record config) {
        String length = component.getAnnotation(Parameter.class).length();
        return length.isEmpty() ? 1 : length(length, config);
    }

    /** Such as of {@code steps + 1}, or as long as what a method of the config gives. */
    private static int length(String text, Record config) {
        String[] terms = text.split(" \\+ ");
        int more = terms.length > 1 ? Integer.parseInt(terms[1]) : 0;
        try {
            Object value = config.getClass().getMethod(terms[0]).invoke(config);
            return more
                    + (value instanceof Number count
                            ? count.intValue()
                            : value instanceof Doubles list ? list.size() : Array.getLength(value));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no " + terms[0] + " of " + config, e);
        }
    }

    private void read() {
        List<String> all = known.values().stream().map(Cell::name).toList();
        List<Map<String, Double>> byComponent = IntStream.range(0, components.size())
                .mapToObj(k -> slopes(
                        (slot, value) -> value + (slot.component == k ? STEP * cellWeight(all.indexOf(slot.cell)) : 0)))
                .toList();
        Map<Integer, Map<String, Double>> byElement = new HashMap<>();
        for (int k = 0; k < components.size(); k++) {
            int component = k;
            boolean isRead = byComponent.get(k).values().stream().anyMatch(ClaimReadings::moves);
            if (isRead && components.get(k).getType() == Doubles.class) {
                byElement.put(
                        k,
                        slopes((slot, value) -> value
                                + (slot.component == component
                                        ? STEP * cellWeight(all.indexOf(slot.cell)) * slot.element / 100
                                        : 0)));
            }
        }
        List<Map<String, Double>> byCell = all.stream()
                .map(cell -> slopes(
                        (slot, value) -> value + (slot.cell.equals(cell) ? STEP * componentWeight(slot.component) : 0)))
                .toList();
        for (String id : base.keySet()) {
            int[] read = IntStream.range(0, components.size())
                    .filter(k -> moves(byComponent.get(k).get(id)))
                    .toArray();
            int[] where = IntStream.range(0, all.size())
                    .filter(c -> moves(byCell.get(c).get(id)))
                    .toArray();
            List<Term> own = new ArrayList<>();
            for (int k : read) {
                double slope = byComponent.get(k).get(id);
                int mean = byElement.containsKey(k)
                        ? (int) Math.round(100 * byElement.get(k).get(id) / slope)
                        : 0;
                for (int c : where) {
                    int element = Math.max(0, Math.min(mean, known(all.get(c)).slots[k].length - 1));
                    double each = where.length == 1
                            ? slope / cellWeight(c)
                            : read.length == 1 ? byCell.get(c).get(id) / componentWeight(k) : slope;
                    own.add(new Term(new Slot(all.get(c), k, element), each));
                }
            }
            Claim claim = base.get(id);
            if (own.isEmpty() && claim.kind() != Claim.Kind.IDENTITY) {
                own.addAll(counted(id, 1));
            }
            terms.put(id, own);
            readings.put(
                    id,
                    Schema.formatValue(claim.kind()) + "\t" + Numbers.brief(claim.windowLow(), 6) + " to "
                            + Numbers.brief(claim.windowHigh(), 6) + "\t" + words(own));
        }
    }

    /** What a claim reads that has no derivative, such as a count of ones or zeros: those of one cell change what it measures. */
    private List<Term> counted(String id, double number) {
        List<String> cells = known.values().stream().map(Cell::name).toList();
        List<Integer> all = IntStream.range(0, components.size()).boxed().toList();
        if (!isMovedBy(number, id, cells, all, WHOLE)) {
            return number == 1 ? counted(id, 0) : List.of();
        }
        int component = halved(all, half -> isMovedBy(number, id, cells, half, WHOLE));
        String cell = halved(cells, half -> isMovedBy(number, id, half, List.of(component), WHOLE));
        int length = known.values().stream()
                .mapToInt(one -> one.slots[component].length)
                .max()
                .orElseThrow();
        int element = length == 1
                ? 0
                : halved(
                        IntStream.range(0, length).boxed().toList(),
                        half -> half.stream().anyMatch(e -> isMovedBy(number, id, cells, List.of(component), e)));
        return List.of(new Term(new Slot(cell, component, element), Double.NaN, number));
    }

    /** The one of a list that has what halves of the list are asked for. */
    private static <T> T halved(List<T> list, Predicate<List<T>> has) {
        List<T> left = list;
        while (left.size() > 1) {
            List<T> half = left.subList(0, left.size() / 2);
            left = has.test(half) ? half : left.subList(half.size(), left.size());
        }
        return left.get(0);
    }

    private boolean isMovedBy(double number, String id, List<String> where, List<Integer> what, int element) {
        Claim claim = counts.computeIfAbsent(
                        List.of(number, where, what, element),
                        key -> planted((slot, value) -> where.contains(slot.cell)
                                        && what.contains(slot.component)
                                        && (element == WHOLE || element == slot.element)
                                ? number
                                : value))
                .get(id);
        return claim.measured().mean() != base.get(id).measured().mean();
    }

    private static boolean moves(double slope) {
        return Double.isNaN(slope) || Math.abs(slope) > LEAST;
    }

    private static double cellWeight(int cell) {
        return 1 + 0.1 * cell;
    }

    private static double componentWeight(int component) {
        return 1 + 0.1 * component;
    }

    private Map<String, Double> slopes(Change change) {
        Map<String, Double> slopes = new HashMap<>();
        planted(change)
                .forEach((id, claim) -> slopes.put(
                        id, (claim.measured().mean() - base.get(id).measured().mean()) / STEP));
        return slopes;
    }

    private String words(List<Term> own) {
        Map<String, List<String>> byCell = new LinkedHashMap<>();
        for (Term term : own) {
            RecordComponent component = components.get(term.slot.component);
            boolean list = component.getType() == Doubles.class;
            double unit = list || component.getType() == double.class ? 1 : COUNTS;
            byCell.computeIfAbsent(term.slot.cell, cell -> new ArrayList<>())
                    .add((Double.isNaN(term.slope)
                                    ? "counts " + (term.counted == 0 ? "zeros" : "ones") + " of "
                                    : (term.slope < 0 ? "− " : "+ ") + Numbers.brief(Math.abs(term.slope) / unit, 3)
                                            + " ")
                            + component.getName()
                            + (list ? "[" + term.slot.element + "]" : ""));
        }
        return own.isEmpty()
                ? "nothing"
                : byCell.entrySet().stream()
                        .map(one -> String.join(" ", one.getValue()) + " at " + one.getKey())
                        .collect(Collectors.joining("; "));
    }

    /**
     * A claim that is to hold, or to fail, by a shift of a number that it follows, by the secant rule: of the one that it follows most, then
     * of that number's whole list, then of the next; a last attempt with each makes it 0.
     */
    private static final class Goal {
        private final Claim claim;
        private final boolean holds;
        private final List<Term> terms;
        private double shift;
        private double measured;
        private double slope;
        private int attempts;

        Goal(Claim claim, boolean holds, List<Term> terms) {
            this.claim = claim;
            this.holds = holds;
            this.terms = terms.stream()
                    .sorted(Comparator.comparingDouble(one -> -Math.abs(one.slope)))
                    .toList();
        }

        boolean isMet(Map<String, Set<Claim.Verdict>> seen) {
            return seen.get(claim.id()).contains(holds ? Claim.Verdict.REPRODUCED : Claim.Verdict.NOT_REPRODUCED);
        }

        private Term term() {
            return terms.get(attempts / ROUND % terms.size());
        }

        /** Where it shifts. */
        Slot slot() {
            Slot slot = term().slot;
            boolean whole = attempts % ROUND >= PATIENCE && attempts % ROUND < 2 * PATIENCE;
            return whole ? new Slot(slot.cell, slot.component, WHOLE) : slot;
        }

        void step() {
            if (attempts % ROUND == 0 || attempts % ROUND == PATIENCE || attempts % ROUND == 2 * PATIENCE) {
                restart();
            }
            shift += (target() - measured) / slope;
        }

        double planted(double value) {
            return attempts % ROUND == ROUND - 1 ? 0 : value + shift;
        }

        private void restart() {
            shift = 0;
            measured = claim.measured().mean();
            // A count has no slope, but a share of it follows that of what it counts.
            boolean isShare = Double.isNaN(term().slope) && claim.kind() != Claim.Kind.REGRESSION;
            slope = isShare ? 1 : term().slope;
        }

        void meet(Claim found) {
            double secant = (found.measured().mean() - claim.measured().mean()) / shift;
            attempts++;
            measured = found.measured().mean();
            if (!Double.isFinite(measured)) {
                restart();
            } else if (secant != 0 && Double.isFinite(secant)) {
                slope = secant;
            }
        }

        /** Inside the window or outside, nearer to its end or farther with each attempt. */
        private double target() {
            double low = claim.windowLow();
            double high = claim.windowHigh();
            boolean upper = Double.isFinite(high) && (!Double.isFinite(low) || attempts % 2 == 1);
            double end = upper ? high : low;
            double[] margins = {0.05 * Math.max(Math.abs(end), 0.1), 0.5 * Math.abs(end), 0.5, 5};
            double margin = margins[attempts / 2 % margins.length];
            if (holds) {
                return Double.isFinite(low) && Double.isFinite(high)
                        ? (low + high) / 2
                        : upper ? end - margin : end + margin;
            }
            return upper ? end + margin : end - margin;
        }
    }

    private void aim() {
        List<Goal> goals = new ArrayList<>();
        base.forEach((id, claim) -> {
            List<Term> own = terms.get(id);
            if (!own.isEmpty()) {
                goals.add(new Goal(claim, true, own));
                goals.add(new Goal(claim, false, own));
            }
        });
        goals.removeIf(goal -> goal.isMet(seen));
        while (!goals.isEmpty() && plantings < most()) {
            Set<Slot> used = new HashSet<>();
            Map<Slot, Goal> shifts = new HashMap<>();
            List<Goal> tried = new ArrayList<>();
            for (Goal goal : goals) {
                Set<Slot> own = new HashSet<>(Set.of(goal.slot()));
                terms.get(goal.claim.id()).forEach(term -> own.add(term.slot));
                if (own.stream().noneMatch(slot -> used.stream().anyMatch(slot::meets))) {
                    used.addAll(own);
                    goal.step();
                    shifts.put(goal.slot(), goal);
                    tried.add(goal);
                }
            }
            Map<String, Claim> found = planted((slot, value) -> {
                Goal own = shifts.get(slot);
                Goal goal = own == null ? shifts.get(new Slot(slot.cell, slot.component, WHOLE)) : own;
                return goal == null ? value : goal.planted(value);
            });
            tried.forEach(goal -> goal.meet(found.get(goal.claim.id())));
            goals.removeIf(goal -> goal.isMet(seen));
            // A goal that is hard to meet must not keep those that read the same numbers from trying.
            Collections.rotate(goals, -1);
        }
    }
}
