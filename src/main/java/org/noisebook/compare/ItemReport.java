package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.data.Frame;
import org.noisebook.data.Quoted;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;

/**
 * Models compared on single items, such as the questions of a benchmark, in words. The items are looked at once.
 *
 * @param runs what each model answered
 * @param duels the pairs
 * @param baseline compared with each other model, in place of all pairs
 */
public record ItemReport(ItemRuns runs, List<ItemComparison> duels, Optional<String> baseline) implements Report {
    private static final int MOST_PAIRS = 30;

    /**
     * Reads and compares; none if a table's rows are no items.
     *
     * @param item columns that name the items; guessed where there are none
     * @param cluster columns that name what items go together
     * @param level of all pairs together
     */
    public static Optional<ItemReport> of(
            TextTable table,
            RunReader.Said said,
            List<String> item,
            List<String> cluster,
            Optional<String> baseline,
            double level,
            Stream stream) {
        return RunReader.items(table, said, item, cluster).map(runs -> of(runs, baseline, level, stream));
    }

    static ItemReport of(ItemRuns runs, Optional<String> baseline, double level, Stream stream) {
        if (runs.models().size() < 2) {
            throw new IllegalArgumentException("a comparison needs two or more models, got '"
                    + Quoted.of(String.join("", runs.models())) + "' alone: name their column with --model");
        }
        List<int[]> pairs = Family.pairs(runs.models(), baseline, List.of());
        ItemRuns read = runs.read(!runs.binary());
        ItemRuns other = runs.read(runs.binary());
        List<ItemComparison> duels = new ArrayList<>();
        for (int[] pair : pairs) {
            BiFunction<ItemRuns, Integer, ItemComparison> of = (as, hangs) ->
                    ItemComparison.of(as, pair[0], pair[1], level / pairs.size(), hangs, stream.part(duels.size()));
            ItemComparison found = of.apply(read, 0);
            int missing = runs.missing(pair[0]) + runs.missing(pair[1]);
            // Of a model without any answer nothing is left.
            boolean none = Double.isNaN(other.mean(pair[0]) + other.mean(pair[1]));
            if (missing > 0 && (none || of.apply(other, 0).verdict() != found.verdict())) {
                found = of.apply(read, missing);
            }
            duels.add(baseline.isPresent() || found.difference() < 0 ? found.turned() : found);
        }
        duels.sort(Comparator.comparingInt(
                        (ItemComparison duel) -> duel.verdict().isDecided() ? 0 : duel.hangs() > 0 ? 1 : 2)
                .thenComparingDouble(ItemComparison::p)
                .thenComparing(duel -> -Math.abs(duel.difference())));
        return new ItemReport(read, List.copyOf(duels), baseline);
    }

    private String name(int model) {
        return Quoted.of(runs.models().get(model));
    }

    private String items(ItemComparison duel) {
        return duel.items() + " items" + (runs.clustered() ? " in " + duel.clusters() + " clusters" : "");
    }

    private String score(double value) {
        return runs.binary()
                ? Wording.of(1).score(100 * value) + " %"
                : wording().score(value);
    }

    private Wording wording() {
        return Wording.of(duels.get(0).stdError());
    }

    private String difference(double oriented) {
        double shown = shown(oriented);
        return runs.binary() ? Wording.of(1).signed(100 * shown) : wording().signed(shown);
    }

    private double shown(double oriented) {
        return runs.lowerIsBetter() ? -oriented : oriented;
    }

    private int answered(int model) {
        return (int) Arrays.stream(runs.score()[model])
                .filter(of -> !Arrays.stream(of).allMatch(Double::isNaN))
                .count();
    }

    private String interval(ItemComparison duel) {
        double low =
                runs.lowerIsBetter() ? duel.interval().high() : duel.interval().low();
        double high =
                runs.lowerIsBetter() ? duel.interval().low() : duel.interval().high();
        return Double.isNaN(low) ? "unknown" : difference(low) + " to " + difference(high);
    }

    @Override
    public String title() {
        return Wording.count(runs.models().size(), "model") + " on " + runs.cluster().length + " items, "
                + (runs.binary() ? "right or wrong" : "scored");
    }

    @Override
    public List<String> answer() {
        ItemComparison duel = duels.get(0);
        String a = name(duel.first());
        String b = name(duel.second());
        int one = answered(duel.first()) + answered(duel.second()) - 2 * duel.items();
        String on = " on " + items(duel) + (one == 0 ? "" : ", " + one + " of one model only left out");
        long decided = duels.stream().filter(d -> d.verdict().isDecided()).count();
        boolean hangs = duels.stream().anyMatch(d -> d.hangs() > 0);
        String first = duel.hangs() > 0
                ? "Not decided: which of " + a + " and " + b + " is better" + on + " hangs on "
                        + Wording.count(duel.hangs(), "missing answer") + ", left out or "
                        + (runs.binary() ? "counted as wrong" : "given the worst score")
                : (duel.verdict() == Verdict.OPEN && duels.size() > 1
                                ? "No model is shown to be better than another"
                                : PairWords.inWords(a, b, duel.verdict()))
                        + on;
        int winner = duel.verdict() == Verdict.WORSE ? duel.second() : duel.first();
        boolean best = decided > 1
                && duels.stream()
                                .filter(d -> d.verdict().isDecided()
                                        && winner == (d.verdict() == Verdict.WORSE ? d.second() : d.first()))
                                .count()
                        == runs.models().size() - 1;
        String more = decided < 2 ? "." : ", the clearest of " + decided + " decided pairs of " + duels.size() + ".";
        String size = a + " has " + score(shown(duel.mean())) + (runs.binary() ? " right" : "") + " and " + b + " "
                + score(shown(duel.mean() - duel.difference())) + ": " + difference(duel.difference())
                + (runs.binary() ? " points" : "") + " (" + interval(duel) + ").";
        String next = (hangs
                        ? "Decide beforehand how missing answers count."
                        : duels.stream()
                                .filter(d -> d.verdict() == Verdict.OPEN)
                                .findFirst()
                                .map(this::next)
                                .orElse("Every pair is decided."))
                + (duel.seeds() == 1 ? " This is about these runs, one of each model, and not about new seeds." : "");
        return List.of(
                best ? name(winner) + " is better than every other model" + on + "." : first + more,
                size + Doubts.noted(runs.notes()),
                next);
    }

    /** What would separate a pair. */
    private String next(ItemComparison duel) {
        String pair = name(duel.first()) + " and " + name(duel.second());
        int fewest = Stopping.fewest(duel.level());
        if (duel.seeds() == 1 && duel.clusters() < fewest) {
            return duel.clusters() + (runs.clustered() ? " clusters" : " items") + " cannot separate " + pair
                    + ": at least " + fewest + " are needed"
                    + (duels.size() > 1 ? " for " + duels.size() + " pairs." : ".");
        }
        return pair
                + (duel.seeds() > 1
                        ? " stay open: more items and more seeds would narrow the interval."
                        : duel.needed() > 0
                                ? " would be separated by about " + duel.needed()
                                        + " items like these if the difference is as it seems."
                                : " are too alike for a number of items that would separate them.");
    }

    @Override
    public List<String> preface() {
        return runs.notes().stream()
                .filter(note -> !note.startsWith(Doubts.BEWARE))
                .toList();
    }

    @Override
    public List<Section> sections() {
        ItemComparison any = duels.get(0);
        boolean mcNemar = any.seeds() == 1 && !runs.clustered() && runs.binary();
        String test = any.seeds() > 1
                ? "t, the variances of items and of " + any.seeds() + " seeds added, Satterthwaite"
                : mcNemar
                        ? "McNemar, exact"
                        : "flips of the signs of whole " + (runs.clustered() ? "clusters" : "items");
        Frame models = new Frame("model", runs.binary() ? "right" : "mean");
        IntStream.range(0, runs.models().size())
                .boxed()
                .sorted(Comparator.comparingDouble(m -> (runs.lowerIsBetter() ? 1 : -1) * runs.mean(m)))
                .forEach(m -> models.add(name(m), score(runs.mean(m))));
        Frame pairs = new Frame("model;against;verdict;items;difference;interval;p;ahead;behind".split(";"));
        for (ItemComparison duel : duels.subList(0, Math.min(MOST_PAIRS, duels.size()))) {
            pairs.add(
                    name(duel.first()),
                    name(duel.second()),
                    duel.verdict().word(),
                    duel.items(),
                    difference(duel.difference()),
                    interval(duel),
                    Wording.probability(Math.min(1, duels.size() * duel.p())).replaceFirst("^p (= )?", ""),
                    duel.ahead(),
                    duel.behind());
        }
        String family = duels.size() == 1 ? "" : ", adjusted for " + duels.size() + " pairs [Bonferroni]";
        return List.of(
                new Section(
                        "Which models differ?",
                        "Verdict and p: " + test + family + ". Interval: "
                                + (runs.clustered() ? "jackknife over clusters" : "jackknife over items")
                                + (any.seeds() > 1 ? " and seeds" : "") + ", at the same level"
                                + (runs.binary() ? ", in points." : "."),
                        List.of(
                                "Ahead and behind: items on which the first or the second is better. The items are looked"
                                        + " at once; add more only if their number was fixed before."
                                        + (runs.clustered()
                                                ? ""
                                                : " Items that go together, such as questions on one text, need --cluster.")),
                        pairs),
                new Section("How good is each model?", "Each item that it answered counts once.", List.of(), models));
    }

    @Override
    public Map<String, Frame> frames() {
        Frame pairs = new Frame(
                "first second verdict items clusters seeds difference stdError degrees low high p ahead behind"
                        .split(" "));
        for (ItemComparison d : duels) {
            pairs.add(
                    runs.models().get(d.first()),
                    runs.models().get(d.second()),
                    d.verdict().word(),
                    d.items(),
                    d.clusters(),
                    d.seeds(),
                    d.difference(),
                    d.stdError(),
                    d.degrees(),
                    d.interval().low(),
                    d.interval().high(),
                    Math.min(1, duels.size() * d.p()),
                    d.ahead(),
                    d.behind());
        }
        return Map.of("pairs", pairs);
    }
}
