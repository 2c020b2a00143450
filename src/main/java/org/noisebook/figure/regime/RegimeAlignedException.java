package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.even;
import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.model.Ends;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerFlow;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.regime.twolayer.TwoLayerStudy;
import org.noisebook.regime.twolayer.TwoLayerTheory;
import org.noisebook.stats.Estimate;

/**
 * When a rank-one start along the task is as lazy as one of full rank: once its norm is not small, and sooner with
 * anisotropic inputs.
 */
public final class RegimeAlignedException extends Story {
    private static final TwoLayerStudy STUDY = new TwoLayerStudy();
    /** d = 10, h = 20, whitened inputs, no read-out. */
    private static final TwoLayerConfig BASE = STUDY.defaults();

    private static final TwoLayerTheory THEORY = TwoLayerTheory.of(BASE.dimension());

    /**
     * A start, what theory says of its mean KA for whitened inputs, and the reference values of four cells by κ and then
     * σ with their standard deviations, drawn at the right of the points of the simulation.
     */
    private record Kind(
            String id,
            String text,
            int colour,
            TwoLayerStart start,
            DoubleUnaryOperator theory,
            double shift,
            double[] reference,
            double[] stdDev) {
        /** A reference value with its error; one without spread has no interval. */
        Estimate reference(int cell) {
            double mean = reference[cell];
            double error = stdDev[cell] / Math.sqrt(REFERENCE_DRAWS);
            return error == 0
                    ? new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, 1)
                    : new Estimate(mean, 0, mean, mean, REFERENCE_DRAWS).withError(error);
        }
    }

    private static final Kind FULL = new Kind(
            "full-rank",
            "full rank, Gaussian",
            0,
            new TwoLayerStart.Gaussian(),
            scale -> Double.NaN,
            1.2,
            new double[] {.779, .813, .829, .855},
            new double[] {.031, .026, .027, .024});
    private static final Kind RANDOM = new Kind(
            "random",
            "rank 1, random",
            1,
            new TwoLayerStart.Isotropic(1),
            scale -> THEORY.taskAverage(1, scale).kernelAlignment(),
            1.2,
            new double[] {.291, .240, .359, .285},
            new double[] {.035, .069, .052, .103});
    private static final Kind ALIGNED = new Kind(
            "aligned",
            "rank 1, aligned",
            2,
            new TwoLayerStart.Aligned(),
            scale -> THEORY.endPoint(1, scale, 1).kernelAlignment(),
            1.4,
            new double[] {.555, .770, .687, .896},
            new double[] {0, 0, .017, .020});
    private static final Kind PARTIAL = new Kind(
            "partial",
            "rank 1, half aligned",
            3,
            new TwoLayerStart.PartiallyAligned(),
            scale -> THEORY.endPoint(1, scale, 0.5).kernelAlignment(),
            1.65,
            new double[] {.404, .466, .688, .893},
            new double[] {.059, .118, .016, .022});
    private static final List<Kind> KINDS = List.of(FULL, RANDOM, ALIGNED, PARTIAL);

    private static final double[] ANISOTROPIES = {1, 4};
    private static final double[] SCALES = {0.05, 0.2, 1};
    /** Where the reference values stand; their sd is that of so many draws. */
    private static final double[] REFERENCE_SCALES = {0.05, 1};

    private static final int REFERENCE_DRAWS = 12;
    private static final int GREY = 7;
    private static final int EQUAL_COLOUR = 4;
    private static final double[] RATIOS = {1, 1.5, 2, 3, 4, 6};
    private static final double[] RATIO_ENDS = {0.85, 7};
    private static final double[] CROSSING_SCALES = {0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3};
    /** Ten equal singular values and one along the target. */
    private static final double[] CROSSING_RANKS = {BASE.dimension(), 1};

    private static final double[] FINE_SCALES = powers(0.04, StrictMath.pow(1.1 / 0.04, 1.0 / 60), 61);
    private static final double[] FINE_CROSSING = powers(0.4, StrictMath.pow(3.4 / 0.4, 1.0 / 60), 61);
    /** KA of theory's crossing does not depend on the draw: these replicas only show it. */
    private static final int CROSSING_REPLICAS = 4;

    /** The norms between which the two cross are divided so often into so many parts. */
    private static final int CROSSING_ROUNDS = 3;

    private static final int CROSSING_PARTS = 16;

    /** Six digits of KA. */
    private static final double EXACT_WINDOW = 1e-6;

    private static final String NO_RANDOMNESS = ", no randomness";
    private static final String REFERENCE = "gradient flow with 12 draws, computed apart from this kit";

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

    /** The mean; where theory has one value for all draws, that value with the solver's error. */
    private static Reduction<TwoLayerResult> learned(ToDoubleFunction<TwoLayerResult> value) {
        return Reduction.agreeing(value, TwoLayerFlow.ERROR).ofWhole();
    }

    private static final Reduction<TwoLayerResult> ALIGNMENT = learned(TwoLayerResult::kernelAlignment);

    @Override
    protected void tell(Board board) {
        int n = board.replicas(48, 384);
        Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes = new LinkedHashMap<>();
        Map<Kind, Line<TwoLayerConfig, TwoLayerResult>> ratios = new LinkedHashMap<>();
        for (Kind kind : KINDS) {
            var plane = board.plane(
                    STUDY, SCALES, ANISOTROPIES, (scale, anisotropy) -> config(kind.start, anisotropy, scale));
            planes.put(kind, plane);
            if (kind != RANDOM) {
                ratios.put(
                        kind,
                        Line.of(
                                RATIOS,
                                Arrays.stream(RATIOS)
                                        .mapToObj(ratio -> ratio == ANISOTROPIES[0] || ratio == ANISOTROPIES[1]
                                                ? plane.rowAt(ratio).at(1)
                                                : board.cell(STUDY, config(kind.start, ratio, 1)))
                                        .toList()));
            }
        }
        for (double anisotropy : ANISOTROPIES) {
            tellScales(board, anisotropy, planes);
        }
        board.replicas(CROSSING_REPLICAS);
        Plane<TwoLayerConfig, TwoLayerResult> near = crossing(board, CROSSING_SCALES);
        tellCrossing(board, near);
        tellRatios(board, ratios);
        tellReferences(board, planes);
        tellBeatsFull(board, "aligned-beats-full", ALIGNED, 1, planes);
        tellBeatsFull(board, "aligned-beats-full-rich", ALIGNED, 0.05, planes);
        tellBeatsFull(board, "partial-beats-full", PARTIAL, 1, planes);
        tellExact(board, planes, n, near);
        board.layout(Plate::sharedLegend);
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
                n, CROSSING_REPLICAS);
    }

    private static String name(double anisotropy) {
        return String.format(Locale.ROOT, "k%.0f", anisotropy);
    }

    private static void tellScales(
            Board board, double anisotropy, Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        boolean isotropic = anisotropy == 1;
        Plot plot = board.plot(
                name(anisotropy),
                String.format(
                        Locale.ROOT,
                        isotropic ? "Isotropic inputs, κ = %.0f" : "Anisotropic inputs, κ = %.0f",
                        anisotropy),
                Axis.log10("initial norm σ").range(0.04, 2),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        planes.forEach((kind, plane) -> {
            Line<TwoLayerConfig, TwoLayerResult> line = plane.rowAt(anisotropy);
            plot.points(kind.text, line, ALIGNMENT);
            if (kind != FULL) {
                plot.named(kind.text)
                        .law(kind.text, FINE_SCALES, isotropic ? kind.theory : averageOfTargets(board, line.at(1)));
            }
        });
        int first = isotropic ? 0 : REFERENCE_SCALES.length;
        for (Kind kind : KINDS) {
            Estimate[] values = {kind.reference(first), kind.reference(first + 1)};
            plot.colour(GREY)
                    .points(
                            "reference",
                            Arrays.stream(REFERENCE_SCALES)
                                    .map(scale -> scale * kind.shift)
                                    .toArray(),
                            values,
                            Arrays.stream(values)
                                    .map(value -> Ends.all(value.n()))
                                    .toArray(Ends[]::new));
        }
    }

    /** Theory's KA of a rank-one start, averaged over the targets and starts of the replicas. */
    private static DoubleUnaryOperator averageOfTargets(Board board, Cell<TwoLayerConfig, TwoLayerResult> cell) {
        List<DoubleUnaryOperator> ends = board.known(cell, STUDY::rankOneAlignment);
        return scale -> {
            double mean = 0;
            for (DoubleUnaryOperator end : ends) {
                mean += end.applyAsDouble(scale) / ends.size();
            }
            return mean;
        };
    }

    /** Ten equal singular values beside one along the target, for each norm. */
    private static Plane<TwoLayerConfig, TwoLayerResult> crossing(Board board, double[] scales) {
        return board.plane(
                STUDY,
                CROSSING_RANKS,
                scales,
                (rank, scale) -> config(
                        rank == 1 ? new TwoLayerStart.Aligned() : new TwoLayerStart.Isotropic((int) rank), 1, scale));
    }

    private static void tellCrossing(Board board, Plane<TwoLayerConfig, TwoLayerResult> near) {
        Plot plot = board.plot(
                "crossing",
                "Rank 1 overtakes full rank",
                Axis.log2("initial norm σ").range(0.4, 3.4),
                Axis.log10("misalignment 1 − KA"));
        for (double rank : CROSSING_RANKS) {
            String series = rank == 1 ? ALIGNED.text : "full rank, equal singular values";
            plot.colour(rank == 1 ? ALIGNED.colour : EQUAL_COLOUR)
                    .points(series, near.columnAt(rank), learned(run -> 1 - run.kernelAlignment()))
                    .named(series)
                    .law(
                            series,
                            FINE_CROSSING,
                            scale -> 1 - THEORY.endPoint((int) rank, scale, 1).kernelAlignment());
        }
    }

    private static void tellRatios(Board board, Map<Kind, Line<TwoLayerConfig, TwoLayerResult>> ratios) {
        Plot plot = board.plot(
                "ratios",
                "Lazier than full rank, σ = 1",
                Axis.log2("anisotropy of the inputs κ").range(RATIO_ENDS[0], RATIO_ENDS[1]),
                Axis.linear("KA − KA of full rank, paired"));
        for (Kind kind : List.of(ALIGNED, PARTIAL)) {
            Line<TwoLayerConfig, TwoLayerResult> line = ratios.get(kind);
            plot.colour(kind.colour)
                    .points(kind.text, line, line.less(ratios.get(FULL), TwoLayerResult::kernelAlignment));
        }
        plot.colour(GREY).named("").law("no difference", RATIO_ENDS, ratio -> 0);
    }

    private static void tellReferences(Board board, Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        planes.forEach((kind, plane) -> {
            for (int k = 0; k < kind.reference.length; k++) {
                double anisotropy = ANISOTROPIES[k / 2];
                double scale = REFERENCE_SCALES[k % 2];
                boolean small = scale < 1;
                boolean sure = kind.stdDev[k] == 0;
                ClaimDraft claim = board.claim(
                                kind.id + "-" + name(anisotropy) + (small ? "-rich" : "-middle"),
                                String.format(
                                        Locale.ROOT,
                                        "mean kernel alignment, %s, κ = %.0f, σ = %s%s",
                                        kind.text,
                                        anisotropy,
                                        Numbers.brief(scale, 2),
                                        sure ? NO_RANDOMNESS : ""))
                        .in(name(anisotropy))
                        .of(plane.rowAt(anisotropy).at(scale).the(ALIGNMENT));
                if (sure) {
                    double end = small ? THEORY.infinitesimalAlignment(1, 1) : kind.theory.applyAsDouble(scale);
                    claim.identity(end, 0.1 * end)
                            .from(
                                    small
                                            ? "limit of σ → 0, 2/√(d + 3), off by order σ²"
                                            : "exact end of gradient flow, q = 1");
                } else {
                    claim.regression(kind.reference[k], kind.stdDev[k] / Math.sqrt(REFERENCE_DRAWS))
                            .from(REFERENCE);
                }
            }
        });
    }

    private static void tellBeatsFull(
            Board board,
            String name,
            Kind kind,
            double scale,
            Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes) {
        board.claim(
                        name,
                        "kernel alignment, " + kind.text
                                + ", less that of full rank on the same targets is above 0 (rank one is at least as lazy),"
                                + " κ = 4, σ = " + Numbers.brief(scale, 2))
                .in(scale == 1 ? "ratios" : "k4")
                .above(0)
                .range(-1, 1)
                .of(planes.get(kind)
                        .rowAt(4)
                        .at(scale)
                        .less(planes.get(FULL).rowAt(4).at(scale), TwoLayerResult::kernelAlignment))
                .from("Liu et al. 2024, arXiv 2310.08513, Proposition 1 and figure 3");
    }

    private static void tellExact(
            Board board,
            Map<Kind, Plane<TwoLayerConfig, TwoLayerResult>> planes,
            int n,
            Plane<TwoLayerConfig, TwoLayerResult> near) {
        double[] errors = new double[n];
        for (Kind kind : List.of(RANDOM, ALIGNED, PARTIAL)) {
            Cell<TwoLayerConfig, TwoLayerResult> cell =
                    planes.get(kind).rowAt(4).at(1);
            double[] measured = cell.values(RegimeAlignedException::alignment);
            List<DoubleUnaryOperator> ends = board.known(cell, STUDY::rankOneAlignment);
            Arrays.setAll(
                    errors,
                    r -> Math.max(errors[r], Math.abs(measured[r] - ends.get(r).applyAsDouble(1))));
        }
        board.claim(
                        "exact",
                        "largest error of kernel alignment against theory for a run's target, over all rank-one starts and"
                                + " replicas, κ = 4, σ = 1; interval: range over replicas")
                .in("k4")
                .identity(0, EXACT_WINDOW)
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

    private static double alignment(TwoLayerResult run) {
        return run.converged() ? run.kernelAlignment() : Double.NaN;
    }

    /**
     * Where the misalignments of replica 0 are equal: the norms between which they cross are divided again and again.
     * The interval ends at the nearest norms where their order is beyond the error of the flow; NaN without a crossing.
     */
    private static Estimate crossingScale(Board board, Plane<TwoLayerConfig, TwoLayerResult> near) {
        board.replicas(1);
        double[] bracket = bracket(near);
        for (int round = 0; round < CROSSING_ROUNDS && !Double.isNaN(bracket[0]); round++) {
            bracket = bracket(crossing(board, even(bracket[0], bracket[1], CROSSING_PARTS + 1)));
        }
        double half = (bracket[1] - bracket[0]) / 2;
        return new Estimate(bracket[0] + half, half, bracket[0], bracket[1], 1);
    }

    /** The last norm where full rank is lazier for certain before the first where rank one is. */
    private static double[] bracket(Plane<TwoLayerConfig, TwoLayerResult> plane) {
        double[] scales = plane.ys();
        double low = Double.NaN;
        for (int j = 0; j < scales.length; j++) {
            double lead = alignment(plane.at(j, 0).runs().get(0))
                    - alignment(plane.at(j, 1).runs().get(0));
            if (lead > 2 * TwoLayerFlow.ERROR) {
                low = scales[j];
            } else if (lead < -2 * TwoLayerFlow.ERROR && !Double.isNaN(low)) {
                return new double[] {low, scales[j]};
            }
        }
        return new double[] {Double.NaN, Double.NaN};
    }
}
