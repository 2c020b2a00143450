package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerFlow;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.regime.twolayer.TwoLayerStudy;
import org.noisebook.regime.twolayer.TwoLayerTheory;
import org.noisebook.stats.Estimate;

/** How rank and norm of the first layer set the laziness of a two-layer linear network: simulation on exact theory. */
public final class RegimeRankLinear extends Story {
    static final TwoLayerStudy STUDY = new TwoLayerStudy();
    /** d = 10, h = 20, whitened inputs, no read-out. */
    static final TwoLayerConfig BASE = STUDY.defaults();

    static final TwoLayerTheory THEORY = TwoLayerTheory.of(BASE.dimension());
    private static final double[] RANKS = {1, 2, 3, 5, 7, 10};
    private static final double[] ALL_RANKS =
            IntStream.rangeClosed(1, BASE.dimension()).asDoubleStream().toArray();
    private static final double[] SCALES = powers(0x1p-4, 2, 7);
    /** Of panel (a). */
    private static final double[] SHOWN_SCALES = {0x1p-4, 1, 2, 4};
    /** Of panels (c) to (e). */
    private static final int[] SHOWN_RANKS = {1, 2, 5, 10};

    private static final double INFINITESIMAL = 0x1p-10;
    private static final double[] SPARE_SCALES = {0.5, 1, 2, 4};
    private static final double[] FINE = powers(0x1p-5, StrictMath.pow(2, 1.0 / 8), 65);
    private static final double[] FINE_RATIOS = powers(1, StrictMath.pow(10, 1.0 / 40), 41);
    private static final double CLAIMED_SCALE = 1;
    /** Six digits of KA. */
    private static final double EXACT_WINDOW = 1e-6;

    private static final String SOURCE = "exact end of gradient flow, derived in TwoLayerTheory";

    /** The figure. */
    public RegimeRankLinear() {
        super(
                "regime-rank-linear",
                "Rank and norm of the initial weights against laziness in a two-layer linear network",
                STUDY.sources());
    }

    /** A number of a run and its exact average over targets. */
    private record Measure(
            String plot, String title, Axis axis, ToDoubleFunction<TwoLayerResult> value, Average theory) {}

    private interface Average {
        double of(int rank, double scale);
    }

    private static final Measure KERNEL = new Measure(
            "alignment",
            "Tangent kernel",
            Axis.linear("kernel alignment KA").range(0, 1.02),
            TwoLayerResult::kernelAlignment,
            (rank, scale) -> THEORY.taskAverage(rank, scale).kernelAlignment());
    private static final Measure REPRESENTATION = new Measure(
            "representation",
            "Hidden representation",
            Axis.linear("representation alignment RA").range(0, 1.02),
            TwoLayerResult::representationAlignment,
            (rank, scale) -> THEORY.taskAverage(rank, scale).representationAlignment());
    private static final Measure WEIGHTS = new Measure(
            "weights",
            "Weights",
            Axis.log10("weight change ⟨‖ΔW₁‖²⟩"),
            run -> run.weightChange() * run.weightChange(),
            (rank, scale) -> THEORY.taskAverage(rank, scale).squaredWeightChange());

    private static TwoLayerConfig config(TwoLayerStart start, int width, double scale) {
        return Schema.with(BASE, "start", start, "width", width, "scale", scale);
    }

    /** A start of infinitesimal norm. */
    private static TwoLayerConfig small(TwoLayerStart start) {
        return config(start, BASE.width(), INFINITESIMAL);
    }

    private static Map<String, List<TwoLayerConfig>> spectra() {
        Map<String, List<TwoLayerConfig>> spectra = new LinkedHashMap<>();
        spectra.put("equal", List.of(small(new TwoLayerStart.Isotropic(1)), small(new TwoLayerStart.Isotropic(4))));
        spectra.put(
                "power law",
                Stream.of(2, 1, 0.5)
                        .map(a -> small(new TwoLayerStart.PowerLaw(a.doubleValue())))
                        .toList());
        spectra.put(
                "truncated",
                Stream.of(2, 3, 6)
                        .map(r -> small(new TwoLayerStart.Truncated(r)))
                        .toList());
        spectra.put("Gaussian", List.of(small(new TwoLayerStart.Gaussian())));
        spectra.put(
                "rank 1, w₂(0) ≠ 0",
                Stream.of(0.4, 0.6, 1.0)
                        .map(share -> Schema.with(
                                small(new TwoLayerStart.Isotropic(1)), "readoutScale", share * INFINITESIMAL))
                        .toList());
        return spectra;
    }

    /** The mean; where theory has one value for all draws, that value with the solver's error. */
    static Reduction<TwoLayerResult> learned(ToDoubleFunction<TwoLayerResult> value) {
        return Reduction.agreeing(value, TwoLayerFlow.ERROR).ofWhole();
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(64, 512);
        // As many hidden units as the rank, where theory is stable against round-off at any norm.
        Plane<TwoLayerConfig, TwoLayerResult> plane = board.plane(
                STUDY,
                SCALES,
                RANKS,
                (scale, rank) -> config(new TwoLayerStart.Isotropic((int) rank), (int) rank, scale));
        Map<String, Line<TwoLayerConfig, TwoLayerResult>> spectra = new LinkedHashMap<>();
        spectra()
                .forEach((name, configs) -> spectra.put(
                        name,
                        Line.of(
                                new double[configs.size()],
                                configs.stream()
                                        .map(one -> board.cell(STUDY, one))
                                        .toList())));
        Line<TwoLayerConfig, TwoLayerResult> spare =
                board.along(STUDY, SPARE_SCALES, scale -> config(new TwoLayerStart.Isotropic(1), BASE.width(), scale));
        tellRanks(board, plane);
        tellSpectra(board, spectra);
        for (Measure measure : List.of(KERNEL, REPRESENTATION, WEIGHTS)) {
            tellScales(board, plane, measure);
        }
        tellSpare(board, plane.rowAt(1).where(scale -> scale >= SPARE_SCALES[0]), spare);
        tellClaims(board, plane);
        board.caption(
                "Gradient flow of f = w₂·(W₁x) on y = β·x, whitened inputs, d = 10, ‖β‖ = 1, w₂(0) = 0, from W₁ of norm σ to"
                        + " the end. Points: means over {} random targets and starts, the same for all ranks, with 95 % t"
                        + " intervals, at r = d, where nothing is random, with the solver's error of 3e-8; solid: exact"
                        + " averages over targets, no free number. (a, c, d, e) r equal singular values, h = r hidden units;"
                        + " (a) σ → 0: (1 + 1/d)√(r/(d + 3)), which stands for σ = 2⁻⁴ too. (b) Starts of norm σ = 2⁻¹⁰, h ="
                        + " 20: 1 and 4 equal singular values; all ∝ i^−a, a = 2, 1, 1/2; Gaussian; Gaussian truncated to"
                        + " rank 2, 3, 6; rank one with a read-out of norm 0.4σ, 0.6σ, σ; each at its mean participation ratio"
                        + " PR of the initial kernel's eigenvalues; line: (1 + 1/d)√(PR/(d + 3)). (f) Rank one with spare"
                        + " hidden units: an exactly low-rank start is unstable there, and round-off grows during the slow"
                        + " rotation at large σ.",
                n);
    }

    private static String scaleName(double scale) {
        return scale == 0x1p-4 ? "σ = 2⁻⁴" : String.format(Locale.ROOT, "σ = %.0f", scale);
    }

    private static void tellRanks(Board board, Plane<TwoLayerConfig, TwoLayerResult> plane) {
        Plot plot = board.plot(
                "ranks",
                "Rank at fixed norm",
                Axis.linear("rank r").range(0.5, 10.5),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        for (double scale : SHOWN_SCALES) {
            String series = scaleName(scale);
            plot.points(series, plane.columnAt(scale), learned(KERNEL.value));
            // At the smallest norm the line of σ → 0 hides it.
            if (scale != SCALES[0]) {
                plot.named(series).law(series, ALL_RANKS, rank -> KERNEL.theory.of((int) rank, scale));
            }
        }
        plot.colour(Plot.GREY)
                .law("σ → 0", ALL_RANKS, THEORY::meanInfinitesimalAlignment)
                .legend(Corner.BELOW);
    }

    private static void tellSpectra(Board board, Map<String, Line<TwoLayerConfig, TwoLayerResult>> spectra) {
        Plot plot = board.plot(
                "spectra",
                "Any spectrum, σ → 0",
                Axis.linear("participation ratio PR").range(0.5, 10.5),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        spectra.forEach((name, line) ->
                plot.points(name, line.against(learned(TwoLayerResult::participationRatio)), learned(KERNEL.value)));
        plot.colour(Plot.GREY)
                .law(
                        "theory",
                        FINE_RATIOS,
                        ratio -> THEORY.meanInfinitesimalAlignment(Math.min(ratio, BASE.dimension())))
                .legend(Corner.BELOW);
    }

    private static void tellScales(Board board, Plane<TwoLayerConfig, TwoLayerResult> plane, Measure measure) {
        Plot plot = board.plot(measure.plot, measure.title, Axis.log2("initial norm σ"), measure.axis);
        for (int rank : SHOWN_RANKS) {
            String series = "r = " + rank;
            plot.points(series, plane.rowAt(rank), learned(measure.value))
                    .named(series)
                    .law(series, FINE, scale -> measure.theory.of(rank, scale));
        }
        plot.legend(Corner.BELOW);
    }

    private static void tellSpare(
            Board board, Line<TwoLayerConfig, TwoLayerResult> single, Line<TwoLayerConfig, TwoLayerResult> spare) {
        board.plot(
                        "spare",
                        "Rank 1 with spare hidden units",
                        Axis.log2("initial norm σ").range(0.4, 5),
                        Axis.linear("kernel alignment KA"))
                .points("h = 1", single, learned(KERNEL.value))
                .points("h = 20", spare, learned(KERNEL.value))
                .colour(Plot.GREY)
                .law(
                        "theory",
                        Arrays.stream(FINE)
                                .filter(scale -> scale >= 0.4 && scale <= 5)
                                .toArray(),
                        scale -> KERNEL.theory.of(1, scale))
                .legend(Corner.BELOW);
    }

    private static void tellClaims(Board board, Plane<TwoLayerConfig, TwoLayerResult> plane) {
        String alignment = "mean kernel alignment";
        tellMeans(board, plane, "rich", alignment, KERNEL, SCALES[0]);
        tellMeans(board, plane, "middle", alignment, KERNEL, CLAIMED_SCALE);
        tellMeans(board, plane, "representation", "mean representation alignment", REPRESENTATION, CLAIMED_SCALE);
        tellMeans(board, plane, "weights", "mean squared weight change ⟨‖ΔW₁‖²⟩", WEIGHTS, CLAIMED_SCALE);
        Line<TwoLayerConfig, TwoLayerResult> ranks = plane.columnAt(CLAIMED_SCALE);
        for (int k = 1; k < SHOWN_RANKS.length; k++) {
            int low = SHOWN_RANKS[k - 1];
            int high = SHOWN_RANKS[k];
            board.claim(
                            "rise-r" + low + "-r" + high,
                            "kernel alignment of rank " + high + " less that of rank " + low
                                    + " on the same targets is above 0 (the higher rank is lazier), σ = 1")
                    .in("ranks")
                    .above(0)
                    .range(-1, 1)
                    .of(ranks.at(high).less(ranks.at(low), KERNEL.value))
                    .from("Liu et al. 2024, arXiv 2310.08513, Theorem 1: laziness rises with rank");
        }
        board.claim(
                        "exact",
                        "largest error of kernel alignment against theory at a run's own q, over all ranks and replicas,"
                                + " σ = 1; interval: range over replicas")
                .in("ranks")
                .identity(0, EXACT_WINDOW)
                .of(Estimate.ofLargest(
                        ranks.cells().stream().map(RegimeRankLinear::errors).toList()))
                .from(SOURCE + "; window ± 1e-6");
    }

    /** With d ranks the row space holds every target: theory and the flow must agree without any average. */
    private static void tellMeans(
            Board board,
            Plane<TwoLayerConfig, TwoLayerResult> plane,
            String name,
            String statement,
            Measure measure,
            double scale) {
        boolean small = scale < CLAIMED_SCALE;
        for (int rank : SHOWN_RANKS) {
            boolean sure = rank == BASE.dimension();
            double expected = small ? THEORY.meanInfinitesimalAlignment(rank) : measure.theory.of(rank, scale);
            ClaimDraft claim = board.claim(
                            name + "-r" + rank,
                            statement + " from rank " + rank + ", " + scaleName(scale) + ", d = 10"
                                    + (sure ? ", no randomness" : ""))
                    .in(measure.plot);
            (sure ? claim.identity(expected, 0.1 * expected) : claim.theory(expected))
                    .of(plane.columnAt(scale).at(rank).the(learned(measure.value)))
                    .from(small ? "limit of σ → 0, (1 + 1/d)√(r/(d + 3)), off by order σ²" : SOURCE);
        }
    }

    /** |KA − theory's at the run's own q|. */
    private static double[] errors(Cell<TwoLayerConfig, TwoLayerResult> cell) {
        int rank = cell.config().width();
        return cell.values(run -> run.converged()
                ? Math.abs(run.kernelAlignment()
                        - THEORY.endPoint(rank, CLAIMED_SCALE, run.share()).kernelAlignment())
                : Double.NaN);
    }
}
