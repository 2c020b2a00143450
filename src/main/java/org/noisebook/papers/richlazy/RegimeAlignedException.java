package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.papers.richlazy.RegimeRankLinear.BASE;
import static org.noisebook.papers.richlazy.RegimeRankLinear.STUDY;
import static org.noisebook.papers.richlazy.RegimeRankLinear.learned;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** When initial weights of rank one along the task are as lazy as full rank, depending on their norm and on the inputs' anisotropy. */
public final class RegimeAlignedException extends Story {
    private static final double[] SCALES = {0.05, 0.2, 1};
    private static final double[] FINE_SCALES = powers(0.04, StrictMath.pow(1.1 / 0.04, 1.0 / 60), 61);
    private static final double[] RATIOS = {1, 1.5, 2, 3, 4, 6};
    private static final ToDoubleFunction<TwoLayer.Result> ALIGNMENT = TwoLayer.Result::kernelAlignment;

    /** The figure. */
    public RegimeAlignedException() {
        super(
                "regime-aligned-exception",
                "Initial weights of rank one along the task can be lazy too",
                STUDY.sources());
    }

    /** Networks from one kind of initial weights, by σ and κ, and by κ at σ = 1 if shown. */
    private record Kind(
            String id,
            String text,
            Plane<TwoLayer.Config, TwoLayer.Result> cells,
            Line<TwoLayer.Config, TwoLayer.Result> ratios) {
        Cell<TwoLayer.Config, TwoLayer.Result> at(double anisotropy, double scale) {
            return cells.rowAt(anisotropy).at(scale);
        }
    }

    private static Kind kind(Board board, String id, String text, TwoLayerStart start, double... ratios) {
        return new Kind(
                id,
                text,
                board.plane(STUDY, SCALES, new double[] {1, 4}, (scale, k) -> config(start, k, scale)),
                board.along(STUDY, ratios, k -> config(start, k, 1)));
    }

    private static TwoLayer.Config config(TwoLayerStart start, double anisotropy, double scale) {
        return Schema.with(BASE, "start", start, "anisotropy", anisotropy, "scale", scale);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: full rank on the same targets, subtracted");
        board.title(
                "From large weights, an aligned rank-one start is lazier than full rank",
                "An aligned rank-one start is no lazier than full rank",
                "An aligned rank-one start may be lazier than full rank");
        board.subtitle("Kernel alignment after training, against the norm of the initial weights");
        int n = board.replicas(24, 384);
        Kind full = kind(board, "full-rank", "full rank, Gaussian", new TwoLayerStart.Gaussian(), RATIOS);
        Kind random = kind(board, "random", "rank 1, random", new TwoLayerStart.Isotropic(1));
        Kind aligned = kind(board, "aligned", "rank 1, aligned", new TwoLayerStart.Aligned(), RATIOS);
        Kind partial = kind(board, "partial", "rank 1, half aligned", new TwoLayerStart.PartiallyAligned(), RATIOS);
        Plot plot = board.plot(
                "k4",
                "Kernel alignment",
                Axis.log10("norm of the initial weights σ").range(0.04, 1.3),
                Axis.linear("kernel alignment, 1 = lazy").range(0, 1));
        for (Kind kind : List.of(full, random, aligned, partial)) {
            plot.points(kind.text, kind.cells.rowAt(4), learned(ALIGNMENT));
            if (kind != full) {
                plot.law(kind.text, FINE_SCALES, averageOfTargets(kind.at(4, 1)));
            }
        }
        Plot lead = board.plot(
                "ratios",
                "Lead over full rank",
                Axis.log2("anisotropy κ of the inputs").range(0.85, 7),
                Axis.linear("alignment minus that of full rank"));
        lead.colour(2).points(aligned.text, aligned.ratios, aligned.ratios.less(full.ratios, ALIGNMENT));
        lead.colour(3)
                .named("rank 1, half aligned")
                .points(partial.text, partial.ratios, partial.ratios.less(full.ratios, ALIGNMENT));
        lead.level(LineKind.THEORY, "no difference", 0, 0.85, 7);
        // Means and standard deviations over 12 draws at κ = 1, 4 and in each σ = 0.05, 1; aligned starts have one end
        // at κ = 1.
        tellReferences(board, full, .779, .031, .813, .026, .829, .027, .855, .024);
        tellReferences(board, random, .291, .035, .240, .069, .359, .052, .285, .103);
        tellReferences(board, aligned, .687, .017, .896, .020);
        tellReferences(board, partial, .404, .059, .466, .118, .688, .016, .893, .022);
        String lazier = "From large weights, rank 1 along the task is lazier | difference of kernel alignments";
        tellLead(board, aligned, full, 1, lazier);
        tellLead(board, partial, full, 1, lazier);
        tellLead(
                board,
                aligned,
                full,
                0.05,
                "From small weights, rank 1 is also lazier | difference of kernel alignments");
        tellExact(board, List.of(random, aligned, partial));
        board.caption(
                "Kernel alignment after gradient flow of f = w₂·(W₁x) from W₁ of norm σ, w₂(0) = 0, d = 10, h = 20, on"
                        + " β ∝ Fᵀu, u isotropic, inputs of covariance Σ ∝ FᵀF, F = diag(κ × 5, 1 × 5), Tr Σ = d, βᵀΣβ = 1;"
                        + " half aligned: along the part of β in F's five larger directions. Points: means over {} targets and"
                        + " starts, the same for all, with 95 % t intervals. (a) Solid: the exact end of training from rank-one weights, averaged over the targets of the points; the aligned and half-aligned curves coincide. (b) Minus that of the Gaussian"
                        + " full-rank start on the same target, paired.",
                n);
    }

    /** Theoretical KA of a rank-one start, averaged over the targets and starts of the replicas. */
    private static DoubleUnaryOperator averageOfTargets(Cell<TwoLayer.Config, TwoLayer.Result> cell) {
        List<DoubleUnaryOperator> ends = cell.known(STUDY::rankOneAlignment);
        return scale -> ends.stream()
                .mapToDouble(end -> end.applyAsDouble(scale) / ends.size())
                .reduce(0, Double::sum);
    }

    private static void tellReferences(Board board, Kind kind, double... reference) {
        for (int k = 0; k < reference.length; k += 2) {
            double anisotropy = reference.length - k > 4 ? 1 : 4;
            boolean small = k % 4 == 0;
            double scale = small ? 0.05 : 1;
            board.claim(
                            kind.id + "-k" + (int) anisotropy + (small ? "-rich" : "-middle"),
                            "mean kernel alignment, " + kind.text + ", κ = " + (int) anisotropy + ", σ = "
                                    + Numbers.brief(scale, 2))
                    .regression(reference[k], reference[k + 1] / Math.sqrt(12))
                    .of(kind.at(anisotropy, scale).the(learned(ALIGNMENT)))
                    .from("gradient flow with 12 draws, computed independently of this kit");
        }
    }

    private static void tellLead(Board board, Kind kind, Kind full, double scale, String words) {
        board.claim(
                        kind.id + "-beats-full" + (scale == 1 ? "" : "-rich"),
                        "kernel alignment of " + kind.text
                                + ", minus that of full rank, same targets, is above 0 (rank one is at least as lazy),"
                                + " κ = 4, σ = " + Numbers.brief(scale, 2))
                .in("k4")
                .says(words)
                // Signs of coinciding points would coincide, too.
                .above(0, -1, 1)
                .of(kind.at(4, scale).less(full.at(4, scale), ALIGNMENT))
                .from("Liu et al. 2024, arXiv 2310.08513, Proposition 1 and figure 3");
    }

    private static void tellExact(Board board, List<Kind> rankOne) {
        board.claim(
                        "exact",
                        "largest deviation of kernel alignment from its exact value for a run's target, all rank-one starts and"
                                + " replicas, κ = 4, σ = 1; interval: range over replicas")
                .in("k4")
                .identity(0, 1e-6)
                .of(Estimate.ofLargest(
                        rankOne.stream().map(kind -> errors(kind.at(4, 1))).toList()))
                .from("exact end from rank one for any inputs; window ± 1e-6");
    }

    private static double[] errors(Cell<TwoLayer.Config, TwoLayer.Result> cell) {
        double[] alignments = cell.values(RegimeAlignedException::alignment);
        List<DoubleUnaryOperator> ends = cell.known(STUDY::rankOneAlignment);
        return IntStream.range(0, alignments.length)
                .mapToDouble(r -> Math.abs(alignments[r] - ends.get(r).applyAsDouble(1)))
                .toArray();
    }

    private static double alignment(TwoLayer.Result run) {
        return run.converged() ? run.kernelAlignment() : Double.NaN;
    }
}
