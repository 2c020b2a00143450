package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.Frame;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Wording;
import org.noisebook.seeds.Component;
import org.noisebook.seeds.CrossedComponents;
import org.noisebook.seeds.PairedComparison;
import org.noisebook.seeds.SourceTable;
import org.noisebook.stats.Estimate;

/**
 * The report of several sources of randomness, each with seeds of its own and all combinations tried, such as initialisation, order and data.
 *
 * <p>A mean of R runs that redraw every source has variance V/R; one that keeps the seed of source A has V_A + (V − V_A)/R.
 *
 * @param options settings and names
 * @param table the analysed scores, larger being better
 * @param components variance components
 */
public record SourcesReport(Options options, SourceTable table, CrossedComponents components) implements SeedReport {
    private static final int[] RUNS = {1, 5, 10, 30, 100};

    static SourcesReport of(SourceTable table, Options options, Stream stream) {
        return new SourcesReport(
                options,
                table,
                CrossedComponents.of(table.factors(), table.counts(), table.replicates(), table.value(), stream));
    }

    /** The sources without their interactions. */
    public List<Component> sources() {
        return components.components().subList(0, table.factors().size());
    }

    /** Names of sources and, if there are three or more, of interactions by as many first letters as distinguish the sources. */
    public List<String> briefNames() {
        List<String> names = new ArrayList<>(
                components.components().stream().map(Component::name).toList());
        List<String> factors = table.factors();
        int letters = 1;
        while (firsts(letters).stream().distinct().count() < factors.size()) {
            letters++;
        }
        List<String> firsts = firsts(letters);
        for (int f = 0; f < factors.size() && factors.size() > 2; f++) {
            for (int g = f + 1; g < factors.size(); g++) {
                String pair = firsts.get(f) + "×" + firsts.get(g);
                Collections.replaceAll(names, factors.get(f) + "×" + factors.get(g), pair);
            }
        }
        return names;
    }

    private List<String> firsts(int letters) {
        return table.factors().stream()
                .map(name -> name.substring(0, Math.min(letters, name.length())))
                .toList();
    }

    private static double size(double variance) {
        return StrictMath.sqrt(Math.max(0, variance));
    }

    private Wording words() {
        return Wording.of(StrictMath.sqrt(components.total()) / 2);
    }

    @Override
    public String title() {
        List<String> counts = new ArrayList<>();
        for (int f = 0; f < table.factors().size(); f++) {
            counts.add(table.counts()[f] + " of " + table.factors().get(f));
        }
        return options.scale() + " under every combination of the seeds of "
                + table.factors().size() + " sources of randomness (" + Wording.list(counts) + "), "
                + Wording.count(table.value().length, "value") + " in all; "
                + (options.lowerIsBetter() ? "lower" : "higher") + " is better.";
    }

    @Override
    public List<String> preface() {
        List<String> lines = new ArrayList<>();
        if (table.replicates() > 1) {
            lines.add("Every combination ran " + table.replicates() + " times.");
        }
        lines.addAll(Phrases.ofAnyReport(options));
        return lines;
    }

    @Override
    public List<Section> sections() {
        return List.of(shares(), tests(), errorBars(), whatToDo());
    }

    /** The source whose total share is largest. */
    private Component largest() {
        return sources().stream()
                .max(Comparator.comparingDouble(c -> c.totalShare().mean()))
                .orElseThrow();
    }

    private Section shares() {
        Component largest = largest();
        Estimate total = largest.totalShare();
        boolean clear = sources().stream()
                .filter(c -> !c.name().equals(largest.name()))
                .allMatch(c -> c.totalShare().high() < total.low());
        String answer = seen().isEmpty()
                ? "None of them visibly: " + options.scale()
                        + " differs between runs no more than if no seed had an effect."
                : largest.name() + (clear ? " matters" : " seems to matter") + " most: it is involved in "
                        + Wording.percent(total) + " of the variation of " + options.scale()
                        + " between runs [total share].";
        List<String> remarks = List.of(
                "Alone: the effect of a source's seed, whatever the seeds of the others. In all: this effect and its interactions with the other seeds. Judge a source by \"in all\": the same seed of the data order, for example, gives another order on other data, so its effect appears only as an interaction [exchangeability].",
                "Typical size: how far " + options.scale()
                        + " usually moves, up or down, because of this alone [standard deviation].");
        Frame frame = new Frame("source", "alone", "95 % interval", "in all", "95 % interval of it", "typical size");
        Wording words = words();
        for (Component c : components.components()) {
            boolean single = sources().contains(c);
            frame.add(
                    name(c),
                    Wording.percent(c.share().mean()),
                    Wording.percents(c.share().low(), c.share().high()),
                    single ? Wording.percent(c.totalShare().mean()) : "",
                    single
                            ? Wording.percents(
                                    c.totalShare().low(), c.totalShare().high())
                            : "",
                    words.score(size(c.variance().mean())));
        }
        return new Section("Which source of randomness moves the score?", answer, remarks, frame);
    }

    private String name(Component c) {
        return switch (c.name()) {
            case "rest" -> "all together, or determined by none";
            case "error" -> "repeats of the same run";
            default -> c.name().replace("×", " with ");
        };
    }

    private List<Component> tested() {
        return components.components().stream()
                .filter(c -> !Double.isNaN(c.pValue()))
                .toList();
    }

    /** Their p-values, adjusted by Holm for all of them. */
    private double[] adjusted() {
        return PairedComparison.holm(
                tested().stream().mapToDouble(Component::pValue).toArray());
    }

    /** What shows more than luck would. */
    private List<String> seen() {
        List<Component> tested = tested();
        double[] p = adjusted();
        return IntStream.range(0, p.length)
                .filter(k -> p[k] < options.level())
                .mapToObj(k -> name(tested.get(k)))
                .toList();
    }

    private Section tests() {
        List<Component> tested = tested();
        List<String> seen = seen();
        String answer = seen.isEmpty()
                ? "No: none of the sources shows more than luck would."
                : seen.size() == tested.size()
                        ? "Yes: every source that can be tested shows more than luck would."
                        : "For " + Wording.list(seen) + " yes; the others may be luck.";
        double[] p = adjusted();
        Frame frame = new Frame("source", "as much by luck", "[F test, Holm]");
        for (int k = 0; k < p.length; k++) {
            frame.add(name(tested.get(k)), Wording.odds(p[k]), Wording.probability(p[k]));
        }
        int fewest = Arrays.stream(table.counts()).min().orElseThrow();
        return new Section(
                "Is that more than luck?",
                answer,
                List.of(
                        "As much by luck: how often a table whose sources have no effect shows as much of one of them. A source with few seeds is poorly known, however many runs there are: with "
                                + fewest
                                + " seeds the typical size of a source is easily off by "
                                + Wording.percent(0.5 * StrictMath.sqrt(2 / (fewest - 1.0))) + " either way."),
                frame);
    }

    /**
     * Standard error of a mean over runs.
     *
     * @param kept variance of what all runs share, 0 if they share nothing
     */
    public double errorOfMean(double kept, double runs) {
        double shared = Math.max(0, kept);
        return StrictMath.sqrt(shared + (components.total() - shared) / runs);
    }

    private Section errorBars() {
        Wording words = words();
        Component largest = sources().stream()
                .max(Comparator.comparingDouble(c -> c.variance().mean()))
                .orElseThrow();
        int runs = 10;
        String answer = "An average over " + runs + " runs that redraw everything is accurate to "
                + words.score(errorOfMean(0, runs)) + "; if all of them share one " + largest.name() + ", only to "
                + words.score(errorOfMean(largest.variance().mean(), runs))
                + ", and an error bar from these runs does not show this [standard error].";
        List<String> columns = new ArrayList<>(List.of("runs", "all redrawn"));
        sources().forEach(c -> columns.add("same " + c.name()));
        Frame frame = new Frame(columns);
        for (int r : RUNS) {
            List<Object> cells = new ArrayList<>(List.of(r, words.score(errorOfMean(0, r))));
            sources()
                    .forEach(c -> cells.add(words.score(errorOfMean(c.variance().mean(), r))));
            frame.add(cells.toArray());
        }
        return new Section(
                "How good is an average over runs?",
                answer,
                List.of("How much such an average usually differs from that over infinitely many runs:"),
                frame);
    }

    private Section whatToDo() {
        return new Section(
                "What to do",
                "Redraw every source in every run, "
                        + (seen().isEmpty() ? "" : largest().name() + " above all, ") + "and average.",
                List.of(
                        "- The effect of a source that all runs share stays in the average, however many runs there are.",
                        "- When you compare two methods, give both the same seeds of every source: the effect of the seeds on both cancels."));
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        Frame frame = Phrases.componentFrame();
        components.components().forEach(c -> Phrases.add(frame, c.name(), c));
        frames.put("components", frame);
        Frame tests = Phrases.quantityFrame();
        Phrases.add(tests, "mean", (options.lowerIsBetter() ? -1 : 1) * components.mean(), Double.NaN);
        Phrases.add(tests, "total variance", components.total(), Double.NaN);
        components.components().stream()
                .filter(c -> !Double.isNaN(c.pValue()))
                .forEach(c -> Phrases.add(tests, "F of " + c.name(), c.f(), c.pValue()));
        frames.put("tests", tests);
        return frames;
    }

    @Override
    public String toString() {
        return brief();
    }
}
