package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.regime.recurrent.Connectivity;
import org.noisebook.regime.recurrent.EffectiveRanks;
import org.noisebook.regime.recurrent.RecurrentConfig;
import org.noisebook.regime.recurrent.RecurrentResult;
import org.noisebook.stats.RankCorrelation;

/** Kernel alignment of recurrent networks from structured starts of equal norm, against their effective rank. */
public final class RegimeStructures extends Story {
    /** The figure. */
    public RegimeStructures() {
        super(
                "regime-structures",
                "Kernel alignment against five effective ranks, for structured initial weights",
                RankedStarts.STUDY.sources());
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.FULL ? "about 80 minutes of one core, less after regime-rank-rnn" : "";
    }

    /** A start: its colour, how it is drawn, and the name of its claim, empty for none. */
    private record Start(String name, int colour, Connectivity connectivity, String claim) {}

    private static final Start GAUSSIAN = new Start("Gaussian", 0, new Connectivity.Gaussian(), "");
    private static final List<Start> STARTS = List.of(
            GAUSSIAN,
            new Start("rank 30", 1, new Connectivity.LowRank(30), ""),
            new Start("rank 5", 2, new Connectivity.LowRank(5), ""),
            new Start("rank 1", 7, new Connectivity.LowRank(1), ""),
            new Start("Dale, balanced", 3, new Connectivity.Dale(0.8, true), "dale"),
            new Start("Dale, unbalanced", 4, new Connectivity.Dale(0.8, false), ""),
            new Start("two blocks", 5, Connectivity.Block.standard(), "blocks"),
            new Start("chains", 6, Connectivity.Chain.standard(), "chains"));

    private static double kernelAlignment(RecurrentResult run) {
        return run.movement().kernelAlignment();
    }

    /** A start with its networks. */
    private record Trained(Start start, Cell<RecurrentConfig, RecurrentResult> cell) {
        boolean isWhole() {
            return cell.isWhole();
        }
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(5, 10);
        RecurrentConfig base = RankedStarts.images(board);
        List<Trained> all = new ArrayList<>();
        for (Start start : STARTS) {
            all.add(new Trained(
                    start, board.cell(RankedStarts.STUDY, Schema.with(base, "connectivity", start.connectivity))));
        }
        List<Trained> whole = all.stream().filter(Trained::isWhole).toList();
        tell(board, whole, "participation", "Participation ratio", "(Σs²)²/Σs⁴", EffectiveRanks::participationRatio);
        tell(board, whole, "stable", "Stable rank", "Σs²/s₁²", EffectiveRanks::stableRank);
        tell(board, whole, "nuclear", "Nuclear ratio", "Σs/s₁", EffectiveRanks::nuclearRatio);
        tell(board, whole, "eigenvalue", "Eigenvalue ratio", "Σ|λ|/|λ₁|", EffectiveRanks::eigenvalueRatio);
        tell(board, whole, "entropy", "Entropy rank", "exp(−Σ p ln p), p = s/Σs", EffectiveRanks::entropyRank);
        tell(board, whole, "radius", "Spectral radius", "|λ₁|", EffectiveRanks::spectralRadius);
        for (Trained one : all) {
            if (!one.start.claim.isEmpty()) {
                tellClaim(board, one, all.get(0).cell);
            }
        }
        board.layout(plate -> plate.size(plate.widthMm(), 0.68).sharedLegend());
        board.caption(
                "Kernel alignment KA after training on rows of {} from starts of equal Frobenius norm, against their effective"
                        + " rank by five definitions (s singular values, λ eigenvalues) and spectral radius. {}. Means over {}"
                        + " replicas, with 95 % t intervals of KA on the logit scale (delta method), without the error"
                        + " of shared test images. ρ: Spearman's correlation of the means of the {} starts shown, which were"
                        + " chosen, not drawn. Runs end after equal steps, not at equal loss. Dale: 80 % excitatory, balanced if"
                        + " inhibitory columns make up for their number; signs are not kept in training. Two blocks: means ±4/√N"
                        + " within and between. Chains: a rank-one part, strength 3, correlation 0.8.{}",
                board.choose("digits", "Fashion images"), RankedStarts.describe(base), n, whole.size(), lost(all));
    }

    /** A start that lost a replica has no point and no entry of the legend; the caption names it. */
    private static void tell(
            Board board,
            List<Trained> whole,
            String name,
            String title,
            String label,
            ToDoubleFunction<EffectiveRanks> rank) {
        double[] x = means(whole, run -> rank.applyAsDouble(run.ranks()));
        double correlation = RankCorrelation.of(x, means(whole, RegimeStructures::kernelAlignment));
        Plot plot = board.plot(
                name,
                title + String.format(Locale.ROOT, ", ρ = %.2f", correlation),
                Axis.log10(label + " of W₀"),
                Axis.linear("kernel alignment KA"));
        for (int k = 0; k < x.length; k++) {
            Start start = whole.get(k).start;
            plot.colour(start.colour)
                    .points(
                            start.name,
                            Line.of(new double[] {x[k]}, List.of(whole.get(k).cell)),
                            mean(RegimeStructures::kernelAlignment).onLogit());
        }
    }

    private static double[] means(List<Trained> whole, ToDoubleFunction<RecurrentResult> value) {
        return whole.stream().mapToDouble(one -> one.cell.mean(value)).toArray();
    }

    private static void tellClaim(Board board, Trained one, Cell<RecurrentConfig, RecurrentResult> gaussian) {
        board.claim(
                        one.start.claim,
                        "kernel alignment of the Gaussian start less that of " + one.start.name
                                + " is above 0 at equal norm, paired")
                .in("stable")
                .above(0)
                .range(-1, 1)
                .of(gaussian.less(one.cell, RegimeStructures::kernelAlignment))
                .from(
                        RankedStarts.PAPER
                                + ": a higher rank is lazier, also with Dale, block and chain starts; the size is not theory's");
    }

    /** Says which starts are not shown. */
    private static String lost(List<Trained> all) {
        return all.stream()
                .filter(one -> !one.isWhole())
                .map(one -> Words.say(
                        " {}: {} of {} replicas diverge, not shown.",
                        one.start.name,
                        one.cell.ends().diverged(),
                        one.cell.ends().count()))
                .collect(Collectors.joining());
    }
}
