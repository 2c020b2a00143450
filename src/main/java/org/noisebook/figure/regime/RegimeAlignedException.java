package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.even;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.regime.RegimeRankLinear.BASE;
import static org.noisebook.figure.regime.RegimeRankLinear.STUDY;
import static org.noisebook.figure.regime.RegimeRankLinear.THEORY;
import static org.noisebook.figure.regime.RegimeRankLinear.learned;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerFlow;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.stats.Estimate;

/** When a rank-one start along the task is as lazy as full rank: once its norm is not small, sooner with anisotropic inputs. */
public final class RegimeAlignedException extends Story {
    /** Reference values of each kind of start in four cells, by κ and then σ. */
    private static final Estimate[][] REFERENCE = {
        {of(.779, .031), of(.813, .026), of(.829, .027), of(.855, .024)},
        {of(.291, .035), of(.240, .069), of(.359, .052), of(.285, .103)},
        {of(.555, 0), of(.770, 0), of(.687, .017), of(.896, .020)},
        {of(.404, .059), of(.466, .118), of(.688, .016), of(.893, .022)}
    };

    /** A mean of 12 draws; one without spread has no interval. */
    private static Estimate of(double mean, double stdDev) {
        return stdDev == 0
                ? SixDigits.point(mean)
                : new Estimate(mean, 0, mean, mean, 12).withError(stdDev / Math.sqrt(12));
    }

    /** A start; its reference values stand so far at the right of the points of the simulation. */
    private record Kind(int row, String id, String text, double shift, TwoLayerStart start) {
        /** Mean KA for whitened inputs. */
        double theory(double scale) {
            return row == 1
                    ? THEORY.taskAverage(1, scale).kernelAlignment()
                    : THEORY.endPoint(1, scale, row == 2 ? 1 : 0.5).kernelAlignment();
        }
    }

    private static final Kind FULL = new Kind(0, "full-rank", "full rank, Gaussian", 1.2, new TwoLayerStart.Gaussian());
    private static final Kind RANDOM = new Kind(1, "random", "rank 1, random", 1.2, new TwoLayerStart.Isotropic(1));
    private static final Kind ALIGNED = new Kind(2, "aligned", "rank 1, aligned", 1.4, new TwoLayerStart.Aligned());
    private static final Kind PARTIAL =
            new Kind(3, "partial", "rank 1, half aligned", 1.65, new TwoLayerStart.PartiallyAligned());
    private static final List<Kind> KINDS = List.of(FULL, RANDOM, ALIGNED, PARTIAL);

    private static final double[] ANISOTROPIES = {1, 4};
    /** Where the reference values stand. */
    private static final double[] REFERENCE_SCALES = {0.05, 1};

    private static final double[] RATIOS = {1, 1.5, 2, 3, 4, 6};
    /** Ten equal singular values and one along the target. */
    private static final double[] CROSSING_RANKS = {BASE.dimension(), 1};

    private static final double[] FINE_SCALES = powers(0.04, StrictMath.pow(1.1 / 0.04, 1.0 / 60), 61);
    private static final double[] NORMS = powers(0.4, StrictMath.pow(3.4 / 0.4, 1.0 / 60), 61);
    private static final String NO_RANDOMNESS = ", no randomness";

    /** The figure. */
    public RegimeAlignedException() {
        super(
                "regime-aligned-exception",
                "The exception: a rank-one start along the task is lazy only once its norm is not small",
                STUDY.sources());
    }

    private static TwoLayerConfig config(TwoLayerStart start, double anisotropy, double scale) {
        return Schema.with(BASE, "start", start, "anisotropy", anisotropy, "scale", scale);
    }

    private static final Reduction<TwoLayerResult> ALIGNMENT = learned(TwoLayerResult::kernelAlignment);

    @Override
    protected void tell(Board board) {
        int n = board.replicas(48, 384);
        Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes = new LinkedHashMap<>();
        Map<Kind, Line<TwoLayerConfig, TwoLayerResult>> ratios = new LinkedHashMap<>();
        for (Kind kind : KINDS) {
            planes.put(
                    kind,
                    board.plane(
                            STUDY,
                            new double[] {0.05, 0.2, 1},
                            ANISOTROPIES,
                            (scale, k) -> config(kind.start, k, scale)));
            if (kind != RANDOM) {
                ratios.put(kind, board.along(STUDY, RATIOS, ratio -> config(kind.start, ratio, 1)));
            }
        }
        tellScales(board, 1, planes);
        tellScales(board, 4, planes);
        // KA of theory's crossing does not depend on the draw: these replicas only show it.
        int shown = board.replicas(4);
        Plane<TwoLayerConfig, TwoLayerResult> near =
                crossing(board, new double[] {0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3});
        tellCrossing(board, near);
        tellRatios(board, ratios);
        tellReferences(board, planes);
        tellBeatsFull(board, ALIGNED, 1, planes);
        tellBeatsFull(board, ALIGNED, 0.05, planes);
        tellBeatsFull(board, PARTIAL, 1, planes);
        tellExact(board, planes, near);
        board.layout(plate -> plate.sharedLegend());
        board.caption(
                "Kernel alignment KA after gradient flow of f = w₂·(W₁x) from W₁ of norm σ, w₂(0) = 0, d = 10, h = 20, on"
                        + " β ∝ Fᵀu, u isotropic, inputs of covariance Σ ∝ FᵀF, F = diag(κ × 5, 1 × 5), Tr Σ = d, βᵀΣβ = 1;"
                        + " half aligned: along the part of β in F's five larger directions. Points: means over {} targets and"
                        + " starts, the same for all, with 95 % t intervals, or the solver's error of 3e-8 where nothing is"
                        + " random (aligned at κ = 1; c). (a, b) Grey, at the right of their points (1.2 σ, aligned 1.4 σ,"
                        + " half aligned 1.65 σ): reference values with 95 % intervals from the sd of 12 draws. Solid: the"
                        + " exact end from rank one, averaged over all targets (a) or those of the points (b). (c) Isotropic"
                        + " inputs: rank one along the target and ten equal singular values, {} draws. (d) σ = 1: KA less that"
                        + " of the Gaussian full-rank start on the same target, paired; above 0 rank one is lazier.",
                n, shown);
    }

    private static void tellScales(
            Board board, double anisotropy, Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        boolean isotropic = anisotropy == 1;
        Plot plot = board.plot(
                "k" + (int) anisotropy,
                (isotropic ? "Isotropic" : "Anisotropic") + " inputs, κ = " + (int) anisotropy,
                Axis.log10("initial norm σ").range(0.04, 2),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        planes.forEach((kind, plane) -> {
            Line<TwoLayerConfig, TwoLayerResult> line = plane.rowAt(anisotropy);
            plot.points(kind.text, line, ALIGNMENT);
            if (kind != FULL) {
                plot.named(kind.text)
                        .law(kind.text, FINE_SCALES, isotropic ? kind::theory : averageOfTargets(line.at(1)));
            }
        });
        int first = isotropic ? 0 : REFERENCE_SCALES.length;
        for (Kind kind : KINDS) {
            double[] x = Arrays.stream(REFERENCE_SCALES)
                    .map(scale -> scale * kind.shift)
                    .toArray();
            Estimate[] values = REFERENCE[kind.row];
            plot.colour(Plot.GREY).points("reference", x, values[first], values[first + 1]);
        }
    }

    /** Theory's KA of a rank-one start, averaged over the targets and starts of the replicas. */
    private static DoubleUnaryOperator averageOfTargets(Cell<TwoLayerConfig, TwoLayerResult> cell) {
        List<DoubleUnaryOperator> ends = cell.known(STUDY::rankOneAlignment);
        return scale -> ends.stream()
                .mapToDouble(end -> end.applyAsDouble(scale) / ends.size())
                .reduce(0, Double::sum);
    }

    /** Ten equal singular values beside one along the target, for each norm. */
    private static Plane<TwoLayerConfig, TwoLayerResult> crossing(Board board, double[] scales) {
        TwoLayerStart equal = new TwoLayerStart.Isotropic(BASE.dimension());
        return board.plane(STUDY, CROSSING_RANKS, scales, (rank, scale) -> {
            return config(rank == 1 ? ALIGNED.start : equal, 1, scale);
        });
    }

    private static void tellCrossing(Board board, Plane<TwoLayerConfig, TwoLayerResult> near) {
        Plot plot = board.plot(
                "crossing",
                "Rank 1 overtakes full rank",
                Axis.log2("initial norm σ").range(0.4, 3.4),
                Axis.log10("misalignment 1 − KA"));
        for (double rank : CROSSING_RANKS) {
            String series = rank == 1 ? ALIGNED.text : "full rank, equal singular values";
            plot.colour(rank == 1 ? ALIGNED.row : KINDS.size())
                    .points(series, near.columnAt(rank), learned(run -> 1 - run.kernelAlignment()))
                    .named(series)
                    .law(
                            series,
                            NORMS,
                            scale -> 1 - THEORY.endPoint((int) rank, scale, 1).kernelAlignment());
        }
    }

    private static void tellRatios(Board board, Map<Kind, Line<TwoLayerConfig, TwoLayerResult>> ratios) {
        Plot plot = board.plot(
                "ratios",
                "Lazier than full rank, σ = 1",
                Axis.log2("anisotropy of the inputs κ").range(0.85, 7),
                Axis.linear("KA − KA of full rank, paired"));
        for (Kind kind : List.of(ALIGNED, PARTIAL)) {
            Line<TwoLayerConfig, TwoLayerResult> line = ratios.get(kind);
            plot.colour(kind.row).points(kind.text, line, line.less(ratios.get(FULL), TwoLayerResult::kernelAlignment));
        }
        plot.level(LineKind.THEORY, "no difference", 0, 0.85, 7);
    }

    private static void tellReferences(Board board, Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        planes.forEach((kind, plane) -> {
            for (int k = 0; k < REFERENCE[kind.row].length; k++) {
                double anisotropy = ANISOTROPIES[k / 2];
                double scale = REFERENCE_SCALES[k % 2];
                boolean small = scale < 1;
                Estimate reference = REFERENCE[kind.row][k];
                boolean sure = Double.isNaN(reference.stdError());
                var claim = board.claim(
                                kind.id + "-k" + (int) anisotropy + (small ? "-rich" : "-middle"),
                                "mean kernel alignment, " + kind.text + ", κ = " + (int) anisotropy + ", σ = "
                                        + Numbers.brief(scale, 2) + (sure ? NO_RANDOMNESS : ""))
                        .in("k" + (int) anisotropy)
                        .of(plane.rowAt(anisotropy).at(scale).the(ALIGNMENT));
                double end = small ? THEORY.infinitesimalAlignment(1, 1) : ALIGNED.theory(scale);
                String source =
                        small ? "limit of σ → 0, 2/√(d + 3), off by order σ²" : "exact end of gradient flow, q = 1";
                if (sure) {
                    claim.identity(end, 0.1 * end).from(source);
                } else {
                    claim.regression(reference.mean(), reference.stdError())
                            .from("gradient flow with 12 draws, computed apart from this kit");
                }
            }
        });
    }

    private static void tellBeatsFull(
            Board board, Kind kind, double scale, Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        var full = planes.get(FULL).rowAt(4).at(scale);
        board.claim(
                        kind.id + "-beats-full" + (scale == 1 ? "" : "-rich"),
                        "kernel alignment, " + kind.text
                                + ", less that of full rank on the same targets is above 0 (rank one is at least as lazy),"
                                + " κ = 4, σ = " + Numbers.brief(scale, 2))
                .in(scale == 1 ? "ratios" : "k4")
                .above(0)
                .range(-1, 1)
                .of(planes.get(kind).rowAt(4).at(scale).less(full, TwoLayerResult::kernelAlignment))
                .from("Liu et al. 2024, arXiv 2310.08513, Proposition 1 and figure 3");
    }

    private static void tellExact(
            Board board,
            Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes,
            Plane<TwoLayerConfig, TwoLayerResult> near) {
        List<double[]> errors = Stream.of(RANDOM, ALIGNED, PARTIAL)
                .map(kind -> errors(planes.get(kind).rowAt(4).at(1)))
                .toList();
        board.claim(
                        "exact",
                        "largest error of kernel alignment against theory for a run's target, over all rank-one starts and"
                                + " replicas, κ = 4, σ = 1; interval: range over replicas")
                .in("k4")
                .identity(0, 1e-6)
                .of(Estimate.ofLargest(errors))
                .from("exact end from rank one for any inputs; window ± 1e-6");
        double scale = THEORY.crossingScale();
        board.claim(
                        "crossing",
                        "norm above which rank one along the target is lazier than ten equal singular values, κ = 1, d = 10"
                                + NO_RANDOMNESS)
                .in("crossing")
                .identity(scale, 0.1 * scale)
                .of(crossingScale(board, near))
                .from("exact end of gradient flow");
    }

    private static double[] errors(Cell<TwoLayerConfig, TwoLayerResult> cell) {
        double[] errors = cell.values(RegimeAlignedException::alignment);
        List<DoubleUnaryOperator> ends = cell.known(STUDY::rankOneAlignment);
        Arrays.setAll(errors, r -> Math.abs(errors[r] - ends.get(r).applyAsDouble(1)));
        return errors;
    }

    private static double alignment(TwoLayerResult run) {
        return run.converged() ? run.kernelAlignment() : Double.NaN;
    }

    /**
     * Where the misalignments of replica 0 are equal: the norms between which they cross are divided thrice. The interval
     * ends at the nearest norms where their order is beyond the error of the flow; NaN without a crossing.
     */
    private static Estimate crossingScale(Board board, Plane<TwoLayerConfig, TwoLayerResult> near) {
        board.replicas(1);
        double[] ends = bracket(near);
        for (int round = 0; round < 3 && !Double.isNaN(ends[0]); round++) {
            ends = bracket(crossing(board, even(ends[0], ends[1], 17)));
        }
        double half = (ends[1] - ends[0]) / 2;
        return new Estimate(ends[0] + half, half, ends[0], ends[1], 1);
    }

    /** The last norm where full rank is lazier for certain before the first where rank one is. */
    private static double[] bracket(Plane<TwoLayerConfig, TwoLayerResult> plane) {
        double[] scales = plane.ys();
        double[][] full = plane.column(0).values(RegimeAlignedException::alignment);
        double[][] one = plane.column(1).values(RegimeAlignedException::alignment);
        double low = Double.NaN;
        for (int j = 0; j < scales.length; j++) {
            double lead = full[j][0] - one[j][0];
            if (lead > 2 * TwoLayerFlow.ERROR) {
                low = scales[j];
            } else if (lead < -2 * TwoLayerFlow.ERROR && !Double.isNaN(low)) {
                return new double[] {low, scales[j]};
            }
        }
        return new double[] {Double.NaN, Double.NaN};
    }
}
