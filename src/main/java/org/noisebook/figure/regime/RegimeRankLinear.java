package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.regime.twolayer.TwoLayerTheory;
import org.noisebook.stats.Estimate;

/** How rank and norm of the first layer set the laziness of a two-layer linear network: simulation on exact theory. */
public final class RegimeRankLinear implements Figure {
    private static final TwoLayerTheory THEORY = TwoLayerTheory.of(TwoLayerCells.DIMENSION);
    private static final int[] RANKS = {1, 2, 3, 5, 7, 10};
    private static final double[] SCALES = TrainingCells.powers(0x1p-4, 2, 7);
    /** Of panel (a). */
    private static final double[] SHOWN_SCALES = {0x1p-4, 1, 2, 4};
    /** Of panels (b) to (d). */
    private static final int[] SHOWN_RANKS = {1, 2, 5, 10};

    private static final double INFINITESIMAL = 0x1p-10;
    private static final double[] SPARE_SCALES = {0.5, 1, 2, 4};
    private static final double[] FINE = TrainingCells.powers(0x1p-5, StrictMath.pow(2, 1.0 / 8), 65);
    private static final double[] FINE_RATIOS = TrainingCells.powers(1, StrictMath.pow(10, 1.0 / 40), 41);
    private static final double CLAIMED_SCALE = 1;
    /** Six digits of KA. */
    private static final double EXACT_WINDOW = 1e-6;

    private static final String SOURCE = "exact end of gradient flow, derived in TwoLayerTheory";

    @Override
    public String id() {
        return "regime-rank-linear";
    }

    @Override
    public String title() {
        return "Rank and norm of the initial weights against laziness in a two-layer linear network";
    }

    @Override
    public List<String> sources() {
        return TwoLayerCells.SOURCES;
    }

    private static int replicas(Preset preset) {
        return preset.choose(64, 512);
    }

    /** As many hidden units as the rank, where theory is stable against round-off at any norm. */
    private static TwoLayerConfig cell(int rank, double scale) {
        return TwoLayerCells.at(new TwoLayerStart.Isotropic(rank), rank, scale);
    }

    /** Rank one with spare hidden units. */
    private static TwoLayerConfig spare(double scale) {
        return TwoLayerCells.at(new TwoLayerStart.Isotropic(1), TwoLayerCells.WIDTH, scale);
    }

    /** A family of infinitesimal starts. */
    private record Spectrum(String name, List<TwoLayerConfig> cells) {
        static Spectrum of(String name, TwoLayerStart... starts) {
            return new Spectrum(
                    name,
                    Arrays.stream(starts)
                            .map(start -> TwoLayerCells.at(start, TwoLayerCells.WIDTH, INFINITESIMAL))
                            .toList());
        }

        static Spectrum withReadout(String name, double... shares) {
            TwoLayerConfig base = TwoLayerCells.at(new TwoLayerStart.Isotropic(1), TwoLayerCells.WIDTH, INFINITESIMAL);
            return new Spectrum(
                    name,
                    Arrays.stream(shares)
                            .mapToObj(share -> Schema.with(base, "readoutScale", share * INFINITESIMAL))
                            .toList());
        }
    }

    private static List<Spectrum> spectra() {
        return List.of(
                Spectrum.of("equal", new TwoLayerStart.Isotropic(1), new TwoLayerStart.Isotropic(4)),
                Spectrum.of(
                        "power law",
                        new TwoLayerStart.PowerLaw(2),
                        new TwoLayerStart.PowerLaw(1),
                        new TwoLayerStart.PowerLaw(0.5)),
                Spectrum.of(
                        "truncated",
                        new TwoLayerStart.Truncated(2),
                        new TwoLayerStart.Truncated(3),
                        new TwoLayerStart.Truncated(6)),
                Spectrum.of("Gaussian", new TwoLayerStart.Gaussian()),
                Spectrum.withReadout("rank 1, w₂(0) ≠ 0", 0.4, 0.6, 1));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<TwoLayerConfig> cells = new ArrayList<>();
        for (int rank : RANKS) {
            for (double scale : SCALES) {
                cells.add(cell(rank, scale));
            }
        }
        spectra().forEach(spectrum -> cells.addAll(spectrum.cells));
        for (double scale : SPARE_SCALES) {
            cells.add(spare(scale));
        }
        int replicas = replicas(preset);
        Results<TwoLayerConfig, TwoLayerResult> results =
                experiment.run(Sweep.of(TwoLayerCells.STUDY, cells, replicas));
        Sheet sheet = new Sheet();
        drawRanks(sheet, results);
        drawSpectra(sheet, results);
        drawScales(
                sheet,
                "alignment",
                "Tangent kernel",
                Axis.linear("kernel alignment KA").range(0, 1.02),
                results,
                TwoLayerResult::kernelAlignment,
                (rank, scale) -> THEORY.taskAverage(rank, scale).kernelAlignment());
        drawScales(
                sheet,
                "representation",
                "Hidden representation",
                Axis.linear("representation alignment RA").range(0, 1.02),
                results,
                TwoLayerResult::representationAlignment,
                (rank, scale) -> THEORY.taskAverage(rank, scale).representationAlignment());
        drawScales(
                sheet,
                "weights",
                "Weights",
                Axis.log10("weight change ⟨‖ΔW₁‖²⟩"),
                results,
                RegimeRankLinear::squaredWeightChange,
                (rank, scale) -> THEORY.taskAverage(rank, scale).squaredWeightChange());
        drawSpare(sheet, results);
        String n = String.valueOf(replicas);
        String caption = "Gradient flow of f = w₂·(W₁x) on y = β·x with whitened inputs, d = 10, ‖β‖ = 1, w₂(0) ="
                + " 0, from W₁ of norm σ to the end. Points: means over "
                + n
                + " random targets and starts, the same for all ranks, with 95 % t intervals, at r = d, where"
                + " nothing is random, with the solver's error of 3e-8; solid lines: exact averages over"
                + " targets, without any free number. (a, c, d, e) r equal singular values and h = r hidden"
                + " units; (a) σ → 0: (1 + 1/d)√(r/(d + 3)), which stands for the line of σ = 2⁻⁴ too: the"
                + " two differ by less than 0.001. (b) Starts of norm σ = 2⁻¹⁰, h = 20: r = 1 and 4 equal"
                + " singular values; all of them ∝ i^−a, a = 2, 1 and 1/2; Gaussian of full rank; Gaussian"
                + " truncated to rank 2, 3 and 6; rank one with a read-out of norm 0.4σ, 0.6σ and σ. One"
                + " number, the participation ratio PR of the initial kernel's eigenvalues, sets the mean"
                + " alignment (1 + 1/d)√(PR/(d + 3)); each point at its mean PR. (e) As σ → 0 the mean"
                + " squared weight change tends to ‖β‖ = 1 whatever the rank, and so does not tell the"
                + " ranks apart at small σ; with growing σ it falls at first, and below full rank rises in"
                + " the end. (f) Rank one with spare hidden units: an"
                + " exactly low-rank start is unstable there, round-off grows during the slow rotation at"
                + " large σ, and the end is lazier than theory's.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims(results));
    }

    private static double squaredWeightChange(TwoLayerResult result) {
        return result.weightChange() * result.weightChange();
    }

    private static double[] doubles(int[] values) {
        return Arrays.stream(values).asDoubleStream().toArray();
    }

    private static String scaleName(double scale) {
        return scale == 0x1p-4 ? "σ = 2⁻⁴" : String.format(Locale.ROOT, "σ = %.0f", scale);
    }

    private static void drawRanks(Sheet sheet, Results<TwoLayerConfig, TwoLayerResult> results) {
        String panel = "ranks";
        sheet.panel(
                panel,
                "Rank at fixed norm",
                Axis.linear("rank r").range(0.5, 10.5),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        int[] all = IntStream.rangeClosed(1, TwoLayerCells.DIMENSION).toArray();
        for (int k = 0; k < SHOWN_SCALES.length; k++) {
            double scale = SHOWN_SCALES[k];
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    scaleName(scale),
                    k,
                    doubles(RANKS),
                    Arrays.stream(RANKS).mapToObj(rank -> cell(rank, scale)).toList(),
                    results,
                    TwoLayerResult::kernelAlignment);
            // At the smallest norm the line of σ → 0 hides it.
            if (scale != SCALES[0]) {
                sheet.line(
                        panel,
                        scaleName(scale),
                        scaleName(scale),
                        k,
                        doubles(all),
                        Arrays.stream(all)
                                .mapToDouble(
                                        rank -> THEORY.taskAverage(rank, scale).kernelAlignment())
                                .toArray(),
                        Sheet.Kind.THEORY);
            }
        }
        sheet.line(
                panel,
                "σ → 0",
                "σ → 0",
                7,
                doubles(all),
                Arrays.stream(all)
                        .mapToDouble(THEORY::meanInfinitesimalAlignment)
                        .toArray(),
                Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void drawSpectra(Sheet sheet, Results<TwoLayerConfig, TwoLayerResult> results) {
        String panel = "spectra";
        sheet.panel(
                panel,
                "Any spectrum, σ → 0",
                Axis.linear("participation ratio PR").range(0.5, 10.5),
                Axis.linear("kernel alignment KA").range(0, 1.02));
        List<Spectrum> spectra = spectra();
        for (int k = 0; k < spectra.size(); k++) {
            List<TwoLayerConfig> cells = spectra.get(k).cells;
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    spectra.get(k).name,
                    k,
                    cells.stream()
                            .mapToDouble(cell -> TwoLayerCells.mean(results, cell, TwoLayerResult::participationRatio)
                                    .mean())
                            .toArray(),
                    cells,
                    results,
                    TwoLayerResult::kernelAlignment);
        }
        sheet.line(
                panel,
                "theory",
                "theory",
                7,
                FINE_RATIOS,
                Arrays.stream(FINE_RATIOS)
                        .map(ratio -> THEORY.meanInfinitesimalAlignment(Math.min(ratio, TwoLayerCells.DIMENSION)))
                        .toArray(),
                Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    /** An exact average. */
    private interface Average {
        double of(int rank, double scale);
    }

    private static void drawScales(
            Sheet sheet,
            String panel,
            String title,
            Axis y,
            Results<TwoLayerConfig, TwoLayerResult> results,
            ToDoubleFunction<TwoLayerResult> value,
            Average theory) {
        sheet.panel(panel, title, Axis.log2("initial norm σ"), y);
        for (int k = 0; k < SHOWN_RANKS.length; k++) {
            int rank = SHOWN_RANKS[k];
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    "r = " + rank,
                    k,
                    SCALES,
                    Arrays.stream(SCALES).mapToObj(scale -> cell(rank, scale)).toList(),
                    results,
                    value);
            sheet.line(
                    panel,
                    "r = " + rank,
                    "r = " + rank,
                    k,
                    FINE,
                    Arrays.stream(FINE).map(scale -> theory.of(rank, scale)).toArray(),
                    Sheet.Kind.THEORY);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void drawSpare(Sheet sheet, Results<TwoLayerConfig, TwoLayerResult> results) {
        String panel = "spare";
        sheet.panel(
                panel,
                "Rank 1 with spare hidden units",
                Axis.log2("initial norm σ").range(0.4, 5),
                Axis.linear("kernel alignment KA"));
        double[] fine =
                Arrays.stream(FINE).filter(scale -> scale >= 0.4 && scale <= 5).toArray();
        String[] names = {"h = 1", "h = 20"};
        for (int k = 0; k < names.length; k++) {
            boolean single = k == 0;
            TwoLayerCells.addPoints(
                    sheet,
                    panel,
                    names[k],
                    k,
                    SPARE_SCALES,
                    Arrays.stream(SPARE_SCALES)
                            .mapToObj(scale -> single ? cell(1, scale) : spare(scale))
                            .toList(),
                    results,
                    TwoLayerResult::kernelAlignment);
        }
        sheet.line(
                panel,
                "theory",
                "theory",
                7,
                fine,
                Arrays.stream(fine)
                        .map(scale -> THEORY.taskAverage(1, scale).kernelAlignment())
                        .toArray(),
                Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static List<Claim> claims(Results<TwoLayerConfig, TwoLayerResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (double scale : new double[] {SCALES[0], CLAIMED_SCALE}) {
            for (int rank : SHOWN_RANKS) {
                claims.add(Claim.theory(
                        "rank-linear-" + (scale < 1 ? "rich" : "middle") + "-r" + rank,
                        statement("mean kernel alignment", rank, scale),
                        scale < 1
                                ? THEORY.meanInfinitesimalAlignment(rank)
                                : THEORY.taskAverage(rank, scale).kernelAlignment(),
                        TwoLayerCells.mean(results, cell(rank, scale), TwoLayerResult::kernelAlignment),
                        scale < 1 ? "limit of σ → 0, (1 + 1/d)√(r/(d + 3)), off by order σ²" : SOURCE));
            }
        }
        for (int rank : SHOWN_RANKS) {
            claims.add(Claim.theory(
                    "rank-linear-representation-r" + rank,
                    statement("mean representation alignment", rank, CLAIMED_SCALE),
                    THEORY.taskAverage(rank, CLAIMED_SCALE).representationAlignment(),
                    TwoLayerCells.mean(results, cell(rank, CLAIMED_SCALE), TwoLayerResult::representationAlignment),
                    SOURCE));
        }
        for (int rank : SHOWN_RANKS) {
            claims.add(Claim.theory(
                    "rank-linear-weights-r" + rank,
                    statement("mean squared weight change ⟨‖ΔW₁‖²⟩", rank, CLAIMED_SCALE),
                    THEORY.taskAverage(rank, CLAIMED_SCALE).squaredWeightChange(),
                    TwoLayerCells.mean(results, cell(rank, CLAIMED_SCALE), RegimeRankLinear::squaredWeightChange),
                    SOURCE));
        }
        for (int k = 1; k < SHOWN_RANKS.length; k++) {
            int low = SHOWN_RANKS[k - 1];
            int high = SHOWN_RANKS[k];
            claims.add(new Claim(
                    "rank-linear-rise-r" + low + "-r" + high,
                    Claim.Kind.THEORY,
                    "kernel alignment of rank " + high + " less that of rank " + low
                            + " on the same targets is above 0 (the higher rank is lazier), σ = 1",
                    Double.NaN,
                    0,
                    1,
                    TwoLayerCells.difference(results, cell(high, CLAIMED_SCALE), cell(low, CLAIMED_SCALE)),
                    "Liu et al. 2024, arXiv 2310.08513, Theorem 1: laziness rises with rank"));
        }
        claims.add(Claim.theory(
                "rank-linear-exact",
                "largest error of kernel alignment against theory at a run's own q, over all ranks and replicas,"
                        + " σ = 1; interval: range over replicas",
                0,
                EXACT_WINDOW,
                largestError(results),
                SOURCE + "; window ± 1e-6"));
        return claims;
    }

    /** With d ranks the row space holds every target. */
    private static String statement(String measure, int rank, double scale) {
        return measure + " from rank " + rank + ", " + scaleName(scale) + ", d = 10"
                + (rank == TwoLayerCells.DIMENSION ? TwoLayerCells.NO_RANDOMNESS : "");
    }

    /** |KA − theory's at the run's own q|, the largest over the ranks of a replica. */
    private static Estimate largestError(Results<TwoLayerConfig, TwoLayerResult> results) {
        double[] errors = new double[results.of(cell(RANKS[0], CLAIMED_SCALE)).size()];
        for (int rank : RANKS) {
            double[] ofRank = results.values(
                    cell(rank, CLAIMED_SCALE),
                    result -> TwoLayerCells.alignment(result)
                            - THEORY.endPoint(rank, CLAIMED_SCALE, result.share())
                                    .kernelAlignment());
            Arrays.setAll(errors, r -> Math.max(errors[r], Math.abs(ofRank[r])));
        }
        return TwoLayerCells.largest(errors);
    }
}
