package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerKernel;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.regime.twolayer.TwoLayerTheory;
import org.noisebook.regime.twolayer.TwoLayerWeights;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * When a rank-one start along the task is as lazy as one of full rank: once its norm is not small, and sooner with
 * anisotropic inputs.
 */
public final class RegimeAlignedException implements Figure {
    private static final TwoLayerTheory THEORY = TwoLayerTheory.of(TwoLayerCells.DIMENSION);

    /** A start, what theory says of its mean KA for whitened inputs, and the reference values of four cells. */
    private enum Kind {
        FULL(
                "full-rank",
                "full rank, Gaussian",
                new TwoLayerStart.Gaussian(),
                scale -> Double.NaN,
                new double[] {.779, .813, .829, .855},
                new double[] {.031, .026, .027, .024}),
        RANDOM(
                "random",
                "rank 1, random",
                new TwoLayerStart.Isotropic(1),
                scale -> THEORY.taskAverage(1, scale).kernelAlignment(),
                new double[] {.291, .240, .359, .285},
                new double[] {.035, .069, .052, .103}),
        ALIGNED(
                "aligned",
                "rank 1, aligned",
                new TwoLayerStart.Aligned(),
                scale -> THEORY.endPoint(1, scale, 1).kernelAlignment(),
                new double[] {.555, .770, .687, .896},
                new double[] {0, 0, .017, .020}),
        PARTIAL(
                "partial",
                "rank 1, half aligned",
                new TwoLayerStart.PartiallyAligned(),
                scale -> THEORY.endPoint(1, scale, 0.5).kernelAlignment(),
                new double[] {.404, .466, .688, .893},
                new double[] {.059, .118, .016, .022});

        private static final String RANK_ONE = "rank 1, ";

        private final String id;
        private final String text;
        private final TwoLayerStart start;
        private final DoubleUnaryOperator theory;
        private final double[] reference;
        private final double[] stdDev;

        Kind(
                String id,
                String text,
                TwoLayerStart start,
                DoubleUnaryOperator theory,
                double[] reference,
                double[] stdDev) {
            this.id = id;
            this.text = text;
            this.start = start;
            this.theory = theory;
            this.reference = reference;
            this.stdDev = stdDev;
        }
        /** Whether theory has one value for all targets and starts. */
        boolean isExact(double anisotropy) {
            return this == ALIGNED && anisotropy == 1;
        }
    }

    private static final double[] ANISOTROPIES = {1, 4};
    private static final double[] SCALES = {0.05, 0.2, 1};
    /** Where the reference values stand, by κ and then σ; their sd is that of so many draws. */
    private static final double[] REFERENCE_SCALES = {0.05, 1};

    private static final double REFERENCE_DRAWS = 12;
    /** Drawn at the right of the points of the simulation, by start. */
    private static final double[] REFERENCE_SHIFTS = {1.2, 1.2, 1.4, 1.65};

    private static final int GREY = 7;
    private static final int EQUAL_COLOUR = 4;
    private static final double[] RATIOS = {1, 1.5, 2, 3, 4, 6};
    private static final double[] CROSSING_SCALES = {0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3};
    private static final double[] FINE_SCALES = TrainingCells.powers(0.04, StrictMath.pow(1.1 / 0.04, 1.0 / 60), 61);
    private static final double[] FINE_CROSSING = TrainingCells.powers(0.4, StrictMath.pow(3.4 / 0.4, 1.0 / 60), 61);
    /** KA of theory's crossing does not depend on the draw: these replicas only show it. */
    private static final int CROSSING_REPLICAS = 4;

    /** The norms between which the two cross are divided so often into so many parts. */
    private static final int CROSSING_ROUNDS = 3;

    private static final int CROSSING_PARTS = 16;

    /** Six digits of KA. */
    private static final double EXACT_WINDOW = 1e-6;

    private static final String REFERENCE = "gradient flow with 12 draws, computed apart from this kit";
    private static final String PAPER = "Liu et al. 2024, arXiv 2310.08513, Proposition 1 and figure 3";

    @Override
    public String id() {
        return "regime-aligned-exception";
    }

    @Override
    public String title() {
        return "The exception: a rank-one start along the task is lazy only once its norm is not small";
    }

    @Override
    public List<String> sources() {
        return TwoLayerCells.SOURCES;
    }

    private static int replicas(Preset preset) {
        return preset.choose(48, 384);
    }

    private static TwoLayerConfig cell(Kind kind, double anisotropy, double scale) {
        return Schema.with(TwoLayerCells.at(kind.start, TwoLayerCells.WIDTH, scale), "anisotropy", anisotropy);
    }

    private static TwoLayerConfig isotropic(double scale) {
        return TwoLayerCells.at(new TwoLayerStart.Isotropic(TwoLayerCells.DIMENSION), TwoLayerCells.WIDTH, scale);
    }

    private static TwoLayerConfig aligned(double scale) {
        return TwoLayerCells.at(new TwoLayerStart.Aligned(), TwoLayerCells.WIDTH, scale);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<TwoLayerConfig> cells = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (double anisotropy : ANISOTROPIES) {
                for (double scale : SCALES) {
                    cells.add(cell(kind, anisotropy, scale));
                }
            }
            for (double ratio : RATIOS) {
                if (kind != Kind.RANDOM && ratio != ANISOTROPIES[0] && ratio != ANISOTROPIES[1]) {
                    cells.add(cell(kind, ratio, 1));
                }
            }
        }
        int replicas = replicas(preset);
        Results<TwoLayerConfig, TwoLayerResult> results =
                experiment.run(Sweep.of(TwoLayerCells.STUDY, cells, replicas));
        List<TwoLayerConfig> crossing = new ArrayList<>();
        for (double scale : CROSSING_SCALES) {
            crossing.add(isotropic(scale));
            crossing.add(aligned(scale));
        }
        Results<TwoLayerConfig, TwoLayerResult> near =
                experiment.run(Sweep.of(TwoLayerCells.STUDY, crossing, CROSSING_REPLICAS));
        Sheet sheet = new Sheet();
        for (int k = 0; k < ANISOTROPIES.length; k++) {
            drawScales(sheet, k, replicas, experiment.streams(), results);
        }
        drawCrossing(sheet, near);
        drawRatios(sheet, results);
        Estimate crossingScale = crossing(experiment, near);
        String n = String.valueOf(replicas);
        String caption = "A rank-one start along the target is lazy only once its norm σ is not small: as σ → 0 its KA"
                + " with whitened inputs tends to 2/√(d + 3) = 0.555, far below full rank. Kernel alignment"
                + " after gradient flow of f = w₂·(W₁x) from W₁ of norm σ, w₂(0) = 0, d = 10, h = 20, on"
                + " targets β ∝ Fᵀu, u isotropic, with inputs of covariance Σ ∝ FᵀF, F = diag(κ × 5, 1 × 5),"
                + " Tr Σ = d, βᵀΣβ = 1; half aligned: along the part of β in the five directions of F's"
                + " larger singular value. Points: means over "
                + n
                + " targets and starts, the same for all, with 95 % t intervals, or with the solver's error"
                + " of 3e-8 where nothing is random (aligned at κ = 1; c). (a, b) Reference values for σ ="
                + " 0.05 and 1 are grey and stand at the right of the points of their start"
                + " (full rank and random at 1.2 σ, aligned at 1.4 σ, half aligned at 1.65 σ), with 95 %"
                + " intervals from the sd of 12 draws, without one where nothing is random; in (b) the two"
                + " aligned starts nearly coincide. Solid lines: the exact end from rank one, averaged over"
                + " all targets (a) or those of the points (b). (c) Isotropic inputs: rank one along the"
                + " target and ten equal singular values, where theory has one value for all targets, on "
                + CROSSING_REPLICAS
                + " draws that agree within the solver's error; they cross at σ = 1.870. (d) σ = 1:"
                + " alignment less that of the Gaussian full-rank start on the same target, with 95 % t"
                + " intervals of the paired difference; above 0 rank one is lazier. At σ = 0.05 it is not,"
                + " even at κ = 4 (b).";
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption,
                n,
                claims(results, crossingScale, experiment.streams()));
    }

    private static String anisotropyName(double anisotropy) {
        return String.format(Locale.ROOT, "k%.0f", anisotropy);
    }

    private static void drawScales(
            Sheet sheet, int index, int replicas, Streams streams, Results<TwoLayerConfig, TwoLayerResult> results) {
        double anisotropy = ANISOTROPIES[index];
        String panel = anisotropyName(anisotropy);
        sheet.panel(
                panel,
                String.format(
                        Locale.ROOT,
                        anisotropy == 1 ? "Isotropic inputs, κ = %.0f" : "Anisotropic inputs, κ = %.0f",
                        anisotropy),
                Axis.log10("initial norm σ").range(0.04, 2),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        for (Kind kind : Kind.values()) {
            int colour = kind.ordinal();
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    kind.text,
                    colour,
                    SCALES,
                    Arrays.stream(SCALES)
                            .mapToObj(scale -> cell(kind, anisotropy, scale))
                            .toList(),
                    results,
                    TwoLayerResult::kernelAlignment);
            if (kind != Kind.FULL) {
                double[] ends = anisotropy == 1
                        ? Arrays.stream(FINE_SCALES).map(kind.theory).toArray()
                        : rankOneMeans(kind, anisotropy, replicas, streams);
                sheet.line(panel, kind.text, kind.text, colour, FINE_SCALES, ends, Sheet.Kind.THEORY);
            }
        }
        for (Kind kind : Kind.values()) {
            double shift = REFERENCE_SHIFTS[kind.ordinal()];
            double[] x = Arrays.stream(REFERENCE_SCALES).map(s -> s * shift).toArray();
            Estimate[] values = new Estimate[x.length];
            Ends[] ends = new Ends[x.length];
            for (int k = 0; k < x.length; k++) {
                values[k] = reference(kind, 2 * index + k);
                ends[k] = new Ends(values[k].n(), 0, 0);
            }
            sheet.points(panel, "reference", GREY, x, values, ends);
        }
    }

    /** Theory's KA of a rank-one start, averaged over the targets and starts of the replicas. */
    private static double[] rankOneMeans(Kind kind, double anisotropy, int replicas, Streams streams) {
        double[] means = new double[FINE_SCALES.length];
        for (int r = 0; r < replicas; r++) {
            Before before = Before.of(cell(kind, anisotropy, 1), streams.withReplica(r));
            for (int k = 0; k < means.length; k++) {
                means[k] += before.rankOneTheory(FINE_SCALES[k]) / replicas;
            }
        }
        return means;
    }

    /** A run before its training. */
    private record Before(double[][] covariance, double[] target, TwoLayerKernel kernel) {
        static Before of(TwoLayerConfig config, Streams streams) {
            double[] target = TwoLayerCells.STUDY.target(config, streams);
            TwoLayerWeights weights = config.start()
                    .draw(config.width(), config.scale(), config.readoutScale(), target, streams.at("init"));
            return new Before(TwoLayerCells.STUDY.covariance(config), target, weights.kernel());
        }

        /** KA at the end of training from rank one; the norm of the start enters through the end alone. */
        double rankOneTheory(double scale) {
            return kernel.alignment(TwoLayerTheory.rankOneEnd(target, scale), covariance);
        }
    }

    private static Estimate reference(Kind kind, int cell) {
        double error = kind.stdDev[cell] / Math.sqrt(REFERENCE_DRAWS);
        double mean = kind.reference[cell];
        if (error == 0) {
            return new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, 1);
        }
        return new Estimate(mean, 0, mean, mean, (int) REFERENCE_DRAWS).withError(error);
    }

    private static void drawCrossing(Sheet sheet, Results<TwoLayerConfig, TwoLayerResult> near) {
        String panel = "crossing";
        sheet.panel(
                panel,
                "Rank 1 overtakes full rank",
                Axis.log2("initial norm σ").range(0.4, 3.4),
                Axis.log10("misalignment 1 − KA"));
        String[] names = {"full rank, equal singular values", Kind.ALIGNED.text};
        int[] ranks = {TwoLayerCells.DIMENSION, 1};
        int[] colours = {EQUAL_COLOUR, Kind.ALIGNED.ordinal()};
        for (int k = 0; k < names.length; k++) {
            int rank = ranks[k];
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    names[k],
                    colours[k],
                    CROSSING_SCALES,
                    Arrays.stream(CROSSING_SCALES)
                            .mapToObj(scale -> rank == 1 ? aligned(scale) : isotropic(scale))
                            .toList(),
                    near,
                    result -> 1 - result.kernelAlignment());
            sheet.line(
                    panel,
                    names[k],
                    names[k],
                    colours[k],
                    FINE_CROSSING,
                    Arrays.stream(FINE_CROSSING)
                            .map(scale -> 1 - THEORY.endPoint(rank, scale, 1).kernelAlignment())
                            .toArray(),
                    Sheet.Kind.THEORY);
        }
    }

    private static void drawRatios(Sheet sheet, Results<TwoLayerConfig, TwoLayerResult> results) {
        String panel = "ratios";
        sheet.panel(
                panel,
                "Lazier than full rank, σ = 1",
                Axis.log2("anisotropy of the inputs κ").range(0.85, 7),
                Axis.linear("KA − KA of full rank, paired"));
        for (Kind kind : List.of(Kind.ALIGNED, Kind.PARTIAL)) {
            Estimate[] differences = new Estimate[RATIOS.length];
            Ends[] ends = new Ends[RATIOS.length];
            for (int k = 0; k < RATIOS.length; k++) {
                TwoLayerConfig config = cell(kind, RATIOS[k], 1);
                differences[k] = TwoLayerCells.difference(results, config, cell(Kind.FULL, RATIOS[k], 1));
                ends[k] = TwoLayerCells.ends(results.of(config));
            }
            sheet.points(panel, kind.text, kind.ordinal(), RATIOS, differences, ends);
        }
        sheet.line(panel, "no difference", "", GREY, new double[] {0.85, 7}, new double[] {0, 0}, Sheet.Kind.THEORY);
    }

    private static List<Claim> claims(
            Results<TwoLayerConfig, TwoLayerResult> results, Estimate crossingScale, Streams streams) {
        List<Claim> claims = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int k = 0; k < kind.reference.length; k++) {
                double anisotropy = ANISOTROPIES[k / 2];
                double scale = REFERENCE_SCALES[k % 2];
                String id = String.format(
                        Locale.ROOT,
                        "aligned-exception-%s-k%.0f-%s",
                        kind.id,
                        anisotropy,
                        scale < 1 ? "rich" : "middle");
                String statement = String.format(
                        Locale.ROOT,
                        "mean kernel alignment, %s, κ = %.0f, σ = %s%s",
                        kind.text,
                        anisotropy,
                        Numbers.brief(scale, 2),
                        kind.isExact(anisotropy) ? TwoLayerCells.NO_RANDOMNESS : "");
                Estimate measured =
                        TwoLayerCells.mean(results, cell(kind, anisotropy, scale), TwoLayerResult::kernelAlignment);
                if (kind.stdDev[k] > 0) {
                    double error = kind.stdDev[k] / Math.sqrt(REFERENCE_DRAWS);
                    claims.add(Claim.regression(id, statement, kind.reference[k], error, measured, REFERENCE));
                } else {
                    boolean small = scale < 1;
                    claims.add(Claim.theory(
                            id,
                            statement,
                            small ? THEORY.infinitesimalAlignment(1, 1) : kind.theory.applyAsDouble(scale),
                            measured,
                            small
                                    ? "limit of σ → 0, 2/√(d + 3), off by order σ²"
                                    : "exact end of gradient flow, q = 1"));
                }
            }
        }
        claims.add(beatsFull("aligned-exception-aligned-beats-full", Kind.ALIGNED, 1, results));
        claims.add(beatsFull("aligned-exception-aligned-beats-full-rich", Kind.ALIGNED, 0.05, results));
        claims.add(beatsFull("aligned-exception-partial-beats-full", Kind.PARTIAL, 1, results));
        claims.add(Claim.theory(
                "aligned-exception-exact",
                "largest error of kernel alignment against theory for a run's target, over all rank-one starts and"
                        + " replicas, κ = 4, σ = 1; interval: range over replicas",
                0,
                EXACT_WINDOW,
                largestError(results, streams),
                "exact end from rank one for any inputs; window ± 1e-6"));
        claims.add(Claim.theory(
                "aligned-exception-crossing",
                "norm above which rank one along the target is lazier than ten equal singular values, κ = 1, d = 10"
                        + TwoLayerCells.NO_RANDOMNESS,
                THEORY.crossingScale(),
                crossingScale,
                "exact end of gradient flow"));
        return claims;
    }

    private static Claim beatsFull(
            String id, Kind kind, double scale, Results<TwoLayerConfig, TwoLayerResult> results) {
        return new Claim(
                id,
                Claim.Kind.THEORY,
                "kernel alignment, " + kind.text
                        + ", less that of full rank on the same targets is above 0 (rank one is at least as lazy),"
                        + " κ = 4, σ = " + Numbers.brief(scale, 2),
                Double.NaN,
                0,
                1,
                TwoLayerCells.difference(results, cell(kind, 4, scale), cell(Kind.FULL, 4, scale)),
                PAPER);
    }

    /** |KA − theory's for the run's own target|, the largest over the rank-one starts of a replica. */
    private static Estimate largestError(Results<TwoLayerConfig, TwoLayerResult> results, Streams streams) {
        double[] errors = new double[results.of(cell(Kind.ALIGNED, 4, 1)).size()];
        for (Kind kind : List.of(Kind.RANDOM, Kind.ALIGNED, Kind.PARTIAL)) {
            TwoLayerConfig config = cell(kind, 4, 1);
            double[] measured = results.values(config, TwoLayerCells::alignment);
            for (int r = 0; r < errors.length; r++) {
                double theory = Before.of(config, streams.withReplica(r)).rankOneTheory(config.scale());
                errors[r] = Math.max(errors[r], Math.abs(measured[r] - theory));
            }
        }
        return TwoLayerCells.largest(errors);
    }

    /**
     * Where the misalignments of replica 0 are equal: the norms between which they cross are divided again and again.
     * The interval ends at the nearest norms where their order is beyond the error of the flow; NaN without a crossing.
     */
    private static Estimate crossing(Experiment experiment, Results<TwoLayerConfig, TwoLayerResult> near) {
        double[] bracket = bracket(near, CROSSING_SCALES);
        for (int round = 0; round < CROSSING_ROUNDS && !Double.isNaN(bracket[0]); round++) {
            double[] scales = new double[CROSSING_PARTS + 1];
            for (int k = 0; k <= CROSSING_PARTS; k++) {
                scales[k] = bracket[0] + (bracket[1] - bracket[0]) * k / CROSSING_PARTS;
            }
            List<TwoLayerConfig> cells = new ArrayList<>();
            for (double scale : scales) {
                cells.add(isotropic(scale));
                cells.add(aligned(scale));
            }
            bracket = bracket(experiment.run(Sweep.of(TwoLayerCells.STUDY, cells, 1)), scales);
        }
        double half = (bracket[1] - bracket[0]) / 2;
        return new Estimate(bracket[0] + half, half, bracket[0], bracket[1], 1);
    }

    /** The last norm where full rank is lazier for certain before the first where rank one is. */
    private static double[] bracket(Results<TwoLayerConfig, TwoLayerResult> results, double[] scales) {
        double low = Double.NaN;
        for (double scale : scales) {
            double lead = TwoLayerCells.alignment(results.of(isotropic(scale)).get(0))
                    - TwoLayerCells.alignment(results.of(aligned(scale)).get(0));
            if (lead > 2 * TwoLayerCells.FLOW_ERROR) {
                low = scale;
            } else if (lead < -2 * TwoLayerCells.FLOW_ERROR && !Double.isNaN(low)) {
                return new double[] {low, scale};
            }
        }
        return new double[] {Double.NaN, Double.NaN};
    }
}
