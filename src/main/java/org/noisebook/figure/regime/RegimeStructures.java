package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
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
import org.noisebook.regime.Connectivity;
import org.noisebook.regime.EffectiveRanks;
import org.noisebook.regime.RecurrentConfig;
import org.noisebook.regime.RecurrentResult;
import org.noisebook.stats.Estimate;

/**
 * How far recurrent networks move from structured starts of equal norm: kernel alignment against the effective rank of the
 * initial weights, by five definitions of it, and against the initial spectral radius.
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

    /** A start and how it is drawn. */
    private record Structure(String name, int colour, Connectivity connectivity) {}

    private static List<Structure> structures() {
        return List.of(
                new Structure("Gaussian", 0, new Connectivity.Gaussian()),
                new Structure("rank 30", 1, new Connectivity.LowRank(30)),
                new Structure("rank 5", 2, new Connectivity.LowRank(5)),
                new Structure("rank 1", 7, new Connectivity.LowRank(1)),
                new Structure("Dale, balanced", 3, new Connectivity.Dale(0.8, true)),
                new Structure("Dale, unbalanced", 4, new Connectivity.Dale(0.8, false)),
                new Structure("two blocks", 5, Connectivity.Block.standard()),
                new Structure("chains", 6, Connectivity.Chain.standard()));
    }

    /** A definition of effective rank; the last one is none, and nothing is claimed of it. */
    private record Definition(String name, String title, String label, ToDoubleFunction<EffectiveRanks> value) {
        boolean isRank() {
            return !name.equals("radius");
        }
    }

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
        Sheet sheet = Sheet.ofCurves();
        List<Claim> claims = new ArrayList<>();
        for (Definition definition : definitions()) {
            Estimate correlation = correlation(results, whole, definition);
            sheet.panel(
                    definition.name,
                    definition.title + ", ρ = " + correlation.brief(),
                    Axis.log10(definition.label + " of W₀"),
                    Axis.linear("kernel alignment KA"));
            for (int k = 0; k < cells.size(); k++) {
                addPoint(sheet, definition, structures().get(k), cells.get(k), results);
            }
            if (definition.isRank()) {
                claims.add(RecurrentCells.positive(
                        "regime-structures-" + definition.name,
                        "kernel alignment rises with the " + definition.title.toLowerCase(Locale.ROOT)
                                + " of the start: rank correlation over " + whole.size()
                                + " starts above 0",
                        correlation,
                        RecurrentCells.PAPER + ": a higher effective rank is lazier, with the eigenvalue ratio in its"
                                + " Figure 2"));
            }
        }
        String n = String.valueOf(replicas);
        String caption = "Kernel alignment of the recurrent weights after training on rows of "
                + preset.choose("digits", "Fashion images") + " from eight starts of equal Frobenius norm, against the"
                + " effective rank of the start by five definitions (s singular values, λ eigenvalues) and against its spectral"
                + " radius. " + RecurrentCells.describe(base) + ". Points: means over " + n
                + " replicas of both, with 95 % t intervals of KA; replicas share test images, whose sampling error the intervals"
                + " do not hold. ρ: Spearman's rank correlation over the starts, computed in each replica, mean"
                + " with 95 % t interval over " + n
                + ". Dale: 80 % excitatory units, |G| with the sign of the unit that sends, balanced if inhibitory columns make up"
                + " for their number; signs are not kept in training. Two blocks: means ±4/√N within and"
                + " between, in units of the deviation of a weight."
                + " Chains: a rank-one part of strength 3 and correlation 0.8. Definitions disagree on balanced Dale starts."
                + lost(structures(), cells, results);
        return new Drawing(
                sheet.frame(), Plate.of(sheet.panels(), 2).size(170, 0.68).sharedLegend(), caption, n, claims);
    }

    private static void addPoint(
            Sheet sheet,
            Definition definition,
            Structure structure,
            RecurrentConfig config,
            Results<RecurrentConfig, RecurrentResult> results) {
        double x = Arrays.stream(results.values(config, r -> definition.value.applyAsDouble(r.ranks())))
                .average()
                .orElse(Double.NaN);
        Sheet.Ends ends = TrainingCells.ends(results.of(config));
        sheet.points(
                definition.name,
                structure.name + (ends.allFitted() ? "" : " (diverged)"),
                structure.colour,
                new double[] {x},
                new Estimate[] {RecurrentCells.mean(results, config, RegimeStructures::kernelAlignment)},
                new Sheet.Ends[] {ends});
    }

    /** The mean over replicas of Spearman's correlation over starts. */
    private static Estimate correlation(
            Results<RecurrentConfig, RecurrentResult> results, List<RecurrentConfig> whole, Definition definition) {
        List<double[]> ranks = whole.stream()
                .map(cell -> results.values(cell, r -> definition.value.applyAsDouble(r.ranks())))
                .toList();
        List<double[]> alignments = whole.stream()
                .map(cell -> results.values(cell, RegimeStructures::kernelAlignment))
                .toList();
        int replicas = ranks.isEmpty() ? 0 : ranks.get(0).length;
        return Estimate.ofMean(IntStream.range(0, replicas)
                .mapToDouble(r -> spearman(
                        ranks.stream().mapToDouble(values -> values[r]).toArray(),
                        alignments.stream().mapToDouble(values -> values[r]).toArray()))
                .toArray());
    }

    /** Says which starts are not shown. */
    private static String lost(
            List<Structure> structures,
            List<RecurrentConfig> cells,
            Results<RecurrentConfig, RecurrentResult> results) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < cells.size(); k++) {
            Sheet.Ends ends = TrainingCells.ends(results.of(cells.get(k)));
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

    /** Pearson's correlation of ranks, equal values sharing their mean rank; NaN if a value is NaN or all are equal. */
    static double spearman(double[] x, double[] y) {
        double[] a = ranks(x);
        double[] b = ranks(y);
        double middle = (x.length + 1) / 2.0;
        double product = 0;
        double first = 0;
        double second = 0;
        for (int k = 0; k < x.length; k++) {
            product += (a[k] - middle) * (b[k] - middle);
            first += (a[k] - middle) * (a[k] - middle);
            second += (b[k] - middle) * (b[k] - middle);
        }
        return product / StrictMath.sqrt(first * second);
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
