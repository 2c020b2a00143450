package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** How rank and norm of the first layer set the laziness of a two-layer linear network, in simulation and exact theory. */
public final class RegimeRankLinear extends Story {
    static final TwoLayer STUDY = new TwoLayer();
    /** The base config: d = 10, h = 20, whitened inputs, initial read-out 0. */
    static final TwoLayer.Config BASE = STUDY.defaults();

    static final TwoLayerTheory THEORY = new TwoLayerTheory(BASE.dimension());
    private static final double[] RANKS = {1, 2, 3, 5, 7, 10};
    private static final double[] SCALES = powers(0x1p-4, 2, 7);
    /** Norms of the panels that plot against σ. */
    private static final int[] SHOWN_RANKS = {1, 2, 5, 10};

    private static final double INFINITESIMAL = 0x1p-10;
    private static final double[] FINE = powers(0x1p-5, StrictMath.pow(2, 1.0 / 8), 65);
    private static final double[] FINE_RATIOS = powers(1, StrictMath.pow(10, 1.0 / 40), 41);
    private static final double CLAIMED_SCALE = 1;
    private static final String OTHERS = "The theory also predicts the hidden layer and the weights";
    private static final String SOURCE = "exact end of gradient flow, derived in TwoLayerTheory";

    /** The figure. */
    public RegimeRankLinear() {
        super("regime-rank-linear", "How rank and norm of the initial weights set laziness", STUDY.sources());
    }

    /** A measure of a run and its exact average over targets. */
    private record Measure(
            String plot,
            String title,
            Axis axis,
            ToDoubleFunction<TwoLayer.Result> value,
            ToDoubleFunction<TwoLayerTheory.TaskAverage> average) {
        double theory(int rank, double scale) {
            return average.applyAsDouble(THEORY.taskAverage(rank, scale));
        }
    }

    private static final Measure KERNEL = new Measure(
            "alignment",
            "Kernel",
            Axis.linear("kernel alignment, 1 = lazy").range(0, 1.02),
            TwoLayer.Result::kernelAlignment,
            TwoLayerTheory.TaskAverage::kernelAlignment);
    private static final Measure REPRESENTATION = new Measure(
            "representation",
            "Hidden layer",
            Axis.linear("alignment, 1 = lazy").range(0, 1.02),
            TwoLayer.Result::representationAlignment,
            TwoLayerTheory.TaskAverage::representationAlignment);
    private static final Measure WEIGHTS = new Measure(
            "weights",
            "Weight change",
            Axis.log10("mean squared weight change"),
            run -> run.weightChange() * run.weightChange(),
            TwoLayerTheory.TaskAverage::squaredWeightChange);

    /** Starts of infinitesimal norm, with each argument in place of {@code %s} in the text. */
    private static Line<TwoLayer.Config, TwoLayer.Result> small(Board board, String text, double... arguments) {
        TwoLayer.Config small = Schema.with(BASE, "scale", INFINITESIMAL);
        return board.along(
                STUDY,
                numbered(arguments.length),
                k -> Schema.with(small, text.replace("%s", Numbers.format(arguments[(int) k - 1]))));
    }

    private static Map<String, Line<TwoLayer.Config, TwoLayer.Result>> spectra(Board board) {
        Map<String, Line<TwoLayer.Config, TwoLayer.Result>> spectra = new LinkedHashMap<>();
        spectra.put("equal", small(board, "start=isotropic(rank=%s)", 1, 4));
        spectra.put("power law", small(board, "start=powerLaw(exponent=%s)", 2, 1, 0.5));
        spectra.put("truncated", small(board, "start=truncated(rank=%s)", 2, 3, 6));
        spectra.put("Gaussian", small(board, "start=gaussian", 0));
        String readOut = "start=isotropic(rank=1), readoutScale=%s";
        spectra.put(
                "rank 1, with read-out",
                small(board, readOut, 0.4 * INFINITESIMAL, 0.6 * INFINITESIMAL, INFINITESIMAL));
        return spectra;
    }

    /** The mean, with at least the solver's error if all draws have the same theoretical value. */
    static Reduction<TwoLayer.Result> learned(ToDoubleFunction<TwoLayer.Result> value) {
        return Reduction.agreeing(value, TwoLayerFlow.ERROR).ofWhole();
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the neighbouring rank, whose value lies outside the window");
        board.title(
                "Higher initial rank makes training lazier",
                "Higher initial rank does not make training lazier",
                "Higher initial rank may make training lazier");
        board.subtitle(
                "Alignment with the initial kernel after training, against norm and rank of the initial weights");
        board.show("alignment", "representation");
        int n = board.replicas(64, 512);
        // With as many hidden units as the rank, the end point is stable against round-off at any norm.
        Plane<TwoLayer.Config, TwoLayer.Result> plane = board.plane(
                STUDY,
                SCALES,
                RANKS,
                (scale, rank) -> Schema.with(
                        BASE, "start", new TwoLayerStart.Isotropic((int) rank), "width", (int) rank, "scale", scale));
        Map<String, Line<TwoLayer.Config, TwoLayer.Result>> spectra = spectra(board);
        tellSpectra(board, spectra);
        for (Measure measure : List.of(KERNEL, REPRESENTATION, WEIGHTS)) {
            tellScales(board, plane, measure);
        }
        tellClaims(board, plane);
        board.caption(
                "Gradient flow of f = w₂·(W₁x) on y = β·x, whitened inputs, d = 10, ‖β‖ = 1, w₂(0) = 0, from W₁ of norm σ to"
                        + " the end. Points: means over {} random targets and starts, the same for all ranks, with 95 % t"
                        + " intervals; solid: exact averages over targets. r equal singular values, h = r"
                        + " hidden units, because with spare units an exactly low-rank start is unstable.",
                n);
    }

    private static void tellSpectra(Board board, Map<String, Line<TwoLayer.Config, TwoLayer.Result>> spectra) {
        Plot plot = board.plot(
                "spectra",
                "Small weights: effective rank",
                Axis.linear("effective rank of the initial kernel").range(0.5, 10.5),
                KERNEL.axis);
        spectra.forEach((name, line) ->
                plot.points(name, line.against(learned(TwoLayer.Result::participationRatio)), learned(KERNEL.value)));
        plot.colour(Plot.GREY)
                .law(
                        "theory",
                        FINE_RATIOS,
                        ratio -> THEORY.meanInfinitesimalAlignment(Math.min(ratio, BASE.dimension())));
    }

    private static void tellScales(Board board, Plane<?, TwoLayer.Result> plane, Measure measure) {
        Plot plot = board.plot(measure.plot, measure.title, Axis.log2("norm of the initial weights σ"), measure.axis);
        for (int rank : SHOWN_RANKS) {
            String series = "r = " + rank;
            plot.points(series, plane.rowAt(rank), learned(measure.value))
                    .named(series)
                    .law(series, FINE, scale -> measure.theory(rank, scale));
        }
    }

    private static void tellClaims(Board board, Plane<TwoLayer.Config, TwoLayer.Result> plane) {
        Line<TwoLayer.Config, TwoLayer.Result> ranks = plane.columnAt(CLAIMED_SCALE);
        for (int k = 1; k < SHOWN_RANKS.length; k++) {
            int low = SHOWN_RANKS[k - 1];
            int high = SHOWN_RANKS[k];
            board.claim(
                            "rise-r" + low + "-r" + high,
                            "kernel alignment of rank " + high + " minus that of rank " + low
                                    + " on the same targets is above 0 (the higher rank is lazier), σ = 1")
                    .control("none: the sign of a difference on the same targets; equal ranks give 0")
                    .in("alignment")
                    .says("The higher the rank, the lazier the training | difference of kernel alignments")
                    .above(0, -1, 1)
                    .of(ranks.at(high).less(ranks.at(low), KERNEL.value))
                    .from("Liu et al. 2024, arXiv 2310.08513, Theorem 1: laziness rises with rank");
        }
        String alignment = "mean kernel alignment";
        tellMeans(board, plane, "rich", alignment, KERNEL, SCALES[0]);
        tellMeans(board, plane, "middle", alignment, KERNEL, CLAIMED_SCALE);
        tellMeans(board, plane, "representation", "mean representation alignment", REPRESENTATION, CLAIMED_SCALE);
        tellMeans(board, plane, "weights", "mean squared weight change ⟨‖ΔW₁‖²⟩", WEIGHTS, CLAIMED_SCALE);
        board.claim(
                        "exact",
                        "largest deviation of kernel alignment from its exact value at the run's q, all ranks and replicas,"
                                + " σ = 1; interval: range over replicas")
                .in("alignment")
                .identity(0, 1e-6)
                .of(Estimate.ofLargest(
                        ranks.cells().stream().map(RegimeRankLinear::errors).toList()))
                .from(SOURCE + "; window ± 1e-6");
    }

    /** Claims for every rank except d, whose row space contains every target, so there is nothing to average. */
    private static void tellMeans(
            Board board,
            Plane<?, TwoLayer.Result> plane,
            String name,
            String statement,
            Measure measure,
            double scale) {
        boolean small = scale < CLAIMED_SCALE;
        for (int rank : SHOWN_RANKS) {
            if (rank < BASE.dimension()) {
                board.claim(
                                name + "-r" + rank,
                                statement + " from rank " + rank + ", " + (small ? "σ = 2⁻⁴" : "σ = 1") + ", d = 10")
                        .in(measure.plot)
                        .says(measure == KERNEL ? "A parameter-free theory predicts the kernel alignment" : OTHERS)
                        .theory(small ? THEORY.meanInfinitesimalAlignment(rank) : measure.theory(rank, scale))
                        .of(plane.columnAt(scale).at(rank).the(learned(measure.value)))
                        .from(small ? "limit of σ → 0, (1 + 1/d)√(r/(d + 3)), off by order σ²" : SOURCE);
            }
        }
    }

    /** Absolute deviations of KA from theory at each run's q. */
    private static double[] errors(Cell<TwoLayer.Config, TwoLayer.Result> cell) {
        int rank = cell.config().width();
        return cell.values(run -> run.converged()
                ? Math.abs(run.kernelAlignment()
                        - THEORY.endPoint(rank, CLAIMED_SCALE, run.share()).kernelAlignment())
                : Double.NaN);
    }
}
