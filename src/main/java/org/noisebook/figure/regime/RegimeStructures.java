package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.regime.recurrent.Connectivity;
import org.noisebook.regime.recurrent.EffectiveRanks;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;
import org.noisebook.stats.Estimate;

/**
 * How far recurrent networks move from structured starts of equal norm: kernel alignment against the effective rank of
 * the initial weights, by five definitions of it, and against the initial spectral radius. Rank correlations over the
 * chosen starts describe them; what is claimed are paired differences to the Gaussian start.
 */
public final class RegimeStructures implements Figure {
    @Override
    public String id() {
        return "regime-structures";
    }

    @Override
    public String title() {
        return "Kernel alignment against five effective ranks, for structured initial weights";
    }

    @Override
    public List<String> sources() {
        return RecurrentCells.sources();
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.FULL ? "about 80 minutes of one core, less after regime-rank-rnn" : "";
    }

    /** A start, how it is drawn, and the end of its claim's id, empty for none. The Gaussian one is the first. */
    private record Structure(String name, int colour, Connectivity connectivity, String claim) {
        Structure(String name, int colour, Connectivity connectivity) {
            this(name, colour, connectivity, "");
        }
    }

    private static List<Structure> structures() {
        return List.of(
                new Structure("Gaussian", 0, new Connectivity.Gaussian()),
                new Structure("rank 30", 1, new Connectivity.LowRank(30)),
                new Structure("rank 5", 2, new Connectivity.LowRank(5)),
                new Structure("rank 1", 7, new Connectivity.LowRank(1)),
                new Structure("Dale, balanced", 3, new Connectivity.Dale(0.8, true), "dale"),
                new Structure("Dale, unbalanced", 4, new Connectivity.Dale(0.8, false)),
                new Structure("two blocks", 5, Connectivity.Block.standard(), "blocks"),
                new Structure("chains", 6, Connectivity.Chain.standard(), "chains"));
    }

    /** A number of the start: a definition of effective rank, and last the spectral radius. */
    private record Definition(String name, String title, String label, ToDoubleFunction<EffectiveRanks> value) {}

    private static List<Definition> definitions() {
        return List.of(
                new Definition(
                        "participation", "Participation ratio", "(Σs²)²/Σs⁴", EffectiveRanks::participationRatio),
                new Definition("stable", "Stable rank", "Σs²/s₁²", EffectiveRanks::stableRank),
                new Definition("nuclear", "Nuclear ratio", "Σs/s₁", EffectiveRanks::nuclearRatio),
                new Definition("eigenvalue", "Eigenvalue ratio", "Σ|λ|/|λ₁|", EffectiveRanks::eigenvalueRatio),
                new Definition("entropy", "Entropy rank", "exp(−Σ p ln p), p = s/Σs", EffectiveRanks::entropyRank),
                new Definition("radius", "Spectral radius", "|λ₁|", EffectiveRanks::spectralRadius));
    }

    private static double kernelAlignment(RecurrentResult result) {
        return result.movement().kernelAlignment();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        RecurrentConfig base = RecurrentCells.images(preset);
        List<RecurrentConfig> cells = structures().stream()
                .map(s -> RecurrentCells.with(base, s.connectivity))
                .toList();
        int replicas = RecurrentCells.replicas(preset);
        Results<RecurrentConfig, RecurrentResult> results =
                experiment.run(Sweep.of(RecurrentCells.STUDY, cells, replicas));
        List<RecurrentConfig> whole = cells.stream()
                .filter(cell -> TrainingCells.ends(results.of(cell)).allFitted())
                .toList();
        Sheet sheet = new Sheet();
        StringBuilder permutations = new StringBuilder();
        for (Definition definition : definitions()) {
            double[] x = means(results, whole, r -> definition.value.applyAsDouble(r.ranks()));
            double[] y = means(results, whole, RegimeStructures::kernelAlignment);
            sheet.panel(
                    definition.name,
                    definition.title + String.format(Locale.ROOT, ", ρ = %.2f", spearman(x, y)),
                    Axis.log10(definition.label + " of W₀"),
                    Axis.linear("kernel alignment KA"));
            for (int k = 0; k < cells.size(); k++) {
                addPoint(sheet, definition, structures().get(k), cells.get(k), results);
            }
            permutations
                    .append(permutations.length() == 0 ? "" : ", ")
                    .append(definition.title.toLowerCase(Locale.ROOT))
                    .append(String.format(Locale.ROOT, " %.4f", permutationP(x, y)));
        }
        String n = String.valueOf(replicas);
        String caption = "Kernel alignment of the recurrent weights after training on rows of "
                + preset.choose("digits", "Fashion images") + " from starts of equal Frobenius norm, against the"
                + " effective rank of the start by five definitions (s singular values, λ eigenvalues) and against its spectral"
                + " radius. " + RecurrentCells.describe(base) + ". Points: means over " + n
                + " replicas of both, with 95 % t intervals of KA on the logit scale (delta method), which stay in [0, 1];"
                + " replicas share test images, whose sampling error the intervals do not hold. ρ describes the points: Spearman's"
                + " rank correlation of the means of the " + whole.size()
                + " starts shown. Exact two-sided permutation p over these "
                + whole.size() + " starts, one definition at a time: " + permutations
                + "; the starts were chosen, not drawn, so that p is no test of other starts."
                + " Runs end after equal steps, not at equal loss; mean training loss over the last tenth of the steps: "
                + losses(structures(), cells, results)
                + ". Dale: 80 % excitatory units, |G| with the sign of the unit that sends, balanced if inhibitory columns make up"
                + " for their number; signs are not kept in training. Two blocks: means ±4/√N within and"
                + " between, in units of the deviation of a weight."
                + " Chains: a rank-one part of strength 3 and correlation 0.8. Starts driven by data were not run."
                + lost(structures(), cells, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).size(170, 0.68).sharedLegend(),
                caption,
                n,
                claims(structures(), cells, results));
    }

    /** A start that lost a replica has no point and no entry of the legend; the caption names it. */
    private static void addPoint(
            Sheet sheet,
            Definition definition,
            Structure structure,
            RecurrentConfig config,
            Results<RecurrentConfig, RecurrentResult> results) {
        Ends ends = TrainingCells.ends(results.of(config));
        if (!ends.allFitted()) {
            return;
        }
        Estimate alignment = RecurrentCells.mean(results, config, RegimeStructures::kernelAlignment);
        sheet.points(
                definition.name,
                structure.name,
                structure.colour,
                means(results, List.of(config), r -> definition.value.applyAsDouble(r.ranks())),
                new Estimate[] {RecurrentCells.ofShare(alignment)},
                new Ends[] {ends});
    }

    /** The mean over replicas for each start. */
    private static double[] means(
            Results<RecurrentConfig, RecurrentResult> results,
            List<RecurrentConfig> cells,
            ToDoubleFunction<RecurrentResult> value) {
        return cells.stream()
                .mapToDouble(cell ->
                        Arrays.stream(results.values(cell, value)).average().orElse(Double.NaN))
                .toArray();
    }

    private static String losses(
            List<Structure> structures,
            List<RecurrentConfig> cells,
            Results<RecurrentConfig, RecurrentResult> results) {
        return IntStream.range(0, cells.size())
                        .filter(k ->
                                TrainingCells.ends(results.of(cells.get(k))).allFitted())
                        .mapToObj(k -> structures.get(k).name + " "
                                + RecurrentCells.ofPositive(
                                                RecurrentCells.mean(results, cells.get(k), RecurrentResult::lateLoss))
                                        .brief())
                        .collect(Collectors.joining(", "))
                + " (95 % t intervals of logarithms, delta method)";
    }

    private static List<Claim> claims(
            List<Structure> structures,
            List<RecurrentConfig> cells,
            Results<RecurrentConfig, RecurrentResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (int k = 0; k < cells.size(); k++) {
            Structure structure = structures.get(k);
            if (!structure.claim.isEmpty()) {
                claims.add(RecurrentCells.positive(
                        "regime-structures-" + structure.claim,
                        "kernel alignment of the Gaussian start less that of " + structure.name
                                + " is above 0 at equal norm, paired",
                        RecurrentCells.difference(
                                results, cells.get(0), cells.get(k), RegimeStructures::kernelAlignment),
                        RecurrentCells.PAPER
                                + ": a higher rank is lazier, also with Dale, block and chain starts; the size"
                                + " is not theory's"));
            }
        }
        return claims;
    }

    /** Says which starts are not shown. */
    private static String lost(
            List<Structure> structures,
            List<RecurrentConfig> cells,
            Results<RecurrentConfig, RecurrentResult> results) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < cells.size(); k++) {
            Ends ends = TrainingCells.ends(results.of(cells.get(k)));
            if (!ends.allFitted()) {
                double radius = Arrays.stream(
                                results.values(cells.get(k), r -> r.ranks().spectralRadius()))
                        .average()
                        .orElse(Double.NaN);
                text.append(String.format(
                        Locale.ROOT,
                        " %s: %d of %d replicas diverge (mean initial spectral radius %.1f), not shown and not in the"
                                + " correlations.",
                        structures.get(k).name,
                        ends.diverged(),
                        ends.diverged() + ends.fitted(),
                        radius));
            }
        }
        return text.toString();
    }

    /**
     * The share of all orders of y whose rank correlation with x is as far from 0 as the given one, or farther: exact,
     * and only for few values.
     */
    static double permutationP(double[] x, double[] y) {
        if (Double.isNaN(spearman(x, y))) {
            return Double.NaN;
        }
        double[] a = centredRanks(x);
        double[] b = centredRanks(y);
        // Products of centred ranks are multiples of a quarter: their sums are exact, and equal ones compare equal.
        long[] counts = new long[2];
        permute(a, b, 0, 0, Math.abs(product(a, b)), counts);
        return (double) counts[0] / counts[1];
    }

    private static void permute(double[] a, double[] b, int from, double product, double bound, long[] counts) {
        if (from == a.length) {
            counts[0] += Math.abs(product) >= bound ? 1 : 0;
            counts[1]++;
            return;
        }
        for (int k = from; k < b.length; k++) {
            swap(b, from, k);
            permute(a, b, from + 1, product + a[from] * b[from], bound, counts);
            swap(b, from, k);
        }
    }

    private static void swap(double[] values, int i, int k) {
        double value = values[i];
        values[i] = values[k];
        values[k] = value;
    }

    /** Pearson's correlation of ranks, equal values sharing their mean rank; NaN if a value is NaN or all are equal. */
    static double spearman(double[] x, double[] y) {
        double[] a = centredRanks(x);
        double[] b = centredRanks(y);
        return product(a, b) / StrictMath.sqrt(product(a, a) * product(b, b));
    }

    private static double product(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(k -> a[k] * b[k]).sum();
    }

    private static double[] centredRanks(double[] values) {
        double[] ranks = ranks(values);
        Arrays.setAll(ranks, k -> ranks[k] - (values.length + 1) / 2.0);
        return ranks;
    }

    private static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int k = 0; k < values.length; k++) {
            int below = 0;
            int equal = 0;
            for (double value : values) {
                below += value < values[k] ? 1 : 0;
                equal += value == values[k] ? 1 : 0;
            }
            ranks[k] = equal == 0 ? Double.NaN : below + (equal + 1) / 2.0;
        }
        return ranks;
    }
}
