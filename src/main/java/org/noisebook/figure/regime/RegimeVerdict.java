package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/** The three measures of the rule for lazy and rich on four networks, and what cosines of kernels cannot tell. */
public final class RegimeVerdict extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double[] SCALES = powers(0x1p-2, 4, 7);
    private static final double LAZIEST = SCALES[SCALES.length - 1];
    /** T of the richer half; beyond, the noise stays hidden behind the margin: T = hκ/16. */
    private static final double TEMPERATURE = 0x1p-2;

    private static final double HIDDEN = 0x1p-4;
    /** What customarily parts lazy from rich where alignment decides. */
    private static final double ALIGNED = 0.9;

    private static final Axis SCALE = Axis.log2("output scale α");
    private static final NetworkConfig SMALL = Schema.with(
            NetworkConfig.standard(),
            "trainSize=64, testSize=96, batchSize=8, sampleCap=2^20, probeSize=96, network=fullyConnected(depth=1, width=64,"
                    + " activation=relu)");
    private static final List<String> NAMES =
            List.of("sign, D = 1, tanh", "digits, D = 1", "digits, D = 3", "GELU, D = 5");
    private static final List<String> KEYS = List.of("sign", "digits", "deep", "gelu");
    private static final List<NetworkConfig> NETWORKS = List.of(
            Schema.with(SMALL, "dataset=sign, dimension=20, network.activation=tanh"),
            SMALL,
            Schema.with(SMALL, "network.depth=3"),
            Schema.with(SMALL, "network.depth=5, network.width=32, network.activation=gelu"));
    /** What a rule by kernel alignment alone called lazy. */
    private static final NetworkConfig MISJUDGED = Schema.with(SMALL, "learningRate=2, outputScale=2^-4");

    private static final String RULE =
            "rule by relative changes, limits by convention; cosines: Liu et al. 2024, arXiv 2310.08513";
    private static final String LIMIT =
            "lazy limit, α → ∞ at hidden noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeVerdict() {
        super("regime-verdict", "Lazy or rich: three measures that decide, and cosines that cannot", STUDY.sources());
    }

    private static RegimeConfig at(NetworkConfig network, double scale) {
        double temperature = Math.min(TEMPERATURE, HIDDEN * network.network().width() / scale);
        return new RegimeConfig(
                Schema.with(network, "outputScale", scale, "learningRate", temperature * network.batchSize()), 0, true);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(6, 24);
        double[] places = numbered(NETWORKS.size());
        Plane<RegimeConfig, RegimeResult> plane =
                board.plane(STUDY, SCALES, places, (scale, y) -> at(NETWORKS.get((int) y - 1), scale));
        var misjudged = board.cell(STUDY, new RegimeConfig(MISJUDGED, 0, false), board.choose(16, 48));
        var besideTangent = board.cell(STUDY, new RegimeConfig(MISJUDGED, 0, true));
        var untrained =
                board.cell(STUDY, new RegimeConfig(Schema.with(MISJUDGED, "learningRate=2^-60, sampleCap=8"), 0, true));
        ToDoubleFunction<RegimeResult> kernel = run -> run.movement().relativeKernelChange();
        ToDoubleFunction<RegimeResult> weights = run -> run.movement().relativeWeightChange();
        ToDoubleFunction<RegimeResult> tangent = RegimeResult::linearisedDistance;
        tellVerdicts(board, plane, plane.geometricMeans(kernel));
        Axis change = Axis.log10("|ΔΘ|/|Θ₀|");
        tellLines(board.plot("change", "Kernel change", SCALE, change), plane, null, geometric(kernel));
        board.plot("change").level(LineKind.BORDER, "rich", RegimeReport.RICH, SCALES[0], LAZIEST);
        Plot weightPlot = board.plot("weights", "Weight change", SCALE, Axis.log10("|Δw|/|w₀|"));
        tellLines(weightPlot, plane, null, geometric(weights));
        Axis away = Axis.log10("|F − Fₗᵢₙ|/|F|");
        tellLines(board.plot("tangent", "Distance to the tangent model", SCALE, away), plane, null, geometric(tangent));
        for (String panel : List.of("change", "weights", "tangent")) {
            board.plot(panel).level(LineKind.BORDER, "lazy", RegimeReport.LAZY, SCALES[0], LAZIEST);
        }
        List<KernelChange> pairs = misjudged.known(STUDY::untrainedPair);
        Estimate pairChange = meanOf(pairs, KernelChange::relativeDistance);
        Axis cosine = Axis.linear("kernel alignment, off-diagonal").range(0, 1.05);
        Plot plot = board.plot("cosine", "What alignment sees", change, cosine);
        tellLines(plot, plane, geometric(kernel), mean(RegimeResult::debiasedKernelAlignment));
        Estimate pairCosine = meanOf(pairs, KernelChange::offDiagonalAlignment);
        plot.points("untrained pair, D = 1", new double[] {pairChange.mean()}, pairCosine);
        for (int k = 0; k < NETWORKS.size(); k++) {
            Line<RegimeConfig, RegimeResult> line = plane.row(k);
            board.claim(KEYS.get(k) + "-lazy", "the largest of the three measures at α = 2^10: " + NAMES.get(k))
                    .in("change")
                    .below(RegimeReport.LAZY)
                    .of(line.last()
                            .the(mean(run -> Stream.of(kernel, weights, tangent)
                                    .mapToDouble(one -> one.applyAsDouble(run))
                                    .reduce(0, Math::max))))
                    .from(LIMIT);
            Estimate richest = line.cells().get(0).the(geometric(kernel));
            String statement = "kernel change at α = 2^-2: " + NAMES.get(k);
            above(board, KEYS.get(k) + "-rich", statement, RegimeReport.RICH, richest);
        }
        String where = "digits, D = 1, ReLU, h = 64, P = 64, η = 2, α = 2^-4: ";
        Estimate alignment = misjudged.the(mean(run -> run.movement().kernelAlignment()));
        above(board, "misjudged-change", where + "kernel change", RegimeReport.RICH, misjudged.the(geometric(kernel)));
        Estimate distance = besideTangent.the(geometric(tangent));
        above(board, "misjudged-tangent", where + "distance to the tangent model", RegimeReport.LAZY, distance);
        above(board, "misjudged-alignment", where + "alignment, by which alone it would be lazy", ALIGNED, alignment);
        String unlike = "two untrained networks of unlike seed, digits, D = 1, h = 64: ";
        above(board, "pair-alignment", unlike + "alignment", ALIGNED, meanOf(pairs, KernelChange::alignment));
        above(board, "pair-change", unlike + "kernel change from one to the other", RegimeReport.LAZY, pairChange);
        double still = STUDY.verdict(untrained.runs()).orElseThrow().equals("did not move") ? 1 : 0;
        board.claim("untrained-verdict", "1 if the verdict of one step with η = 2^-60 is 'did not move', not 'lazy'")
                .identity(1, 0)
                .of(new Estimate(still, 0, still, still, untrained.runs().size()))
                .from(RULE);
        board.layout(Plate::sharedLegend);
        board.caption(
                "Hinge SGD on 64 points, D hidden layers of 64 units (GELU: 32), ReLU unless named, B = 8, T = 1/4 or hκ/16 if"
                        + " that is less; {} replicas, {} test points. (a) Verdict by 95 % t intervals: lazy (L) if all of (b, c, d)"
                        + " are below 0.1; rich (R) if the kernel changed by more than 1, or by 0.5 with (d) above 0.2 or (c) above"
                        + " 0.5; disagree (?) if (b) and (d) contradict; else between (·). All limits are conventions. (b, c, d)"
                        + " Geometric means with t intervals of the logarithms; (d) at equal training loss, same batches; grey:"
                        + " limits. (e) Cosines, diagonals left out, against the change of kernel: they saturate; last series: two"
                        + " untrained networks of unlike seed.",
                n, SMALL.probeSize());
    }

    private static void tellVerdicts(Board board, Plane<RegimeConfig, RegimeResult> plane, double[][] change) {
        Plot plot = board.map(
                        "verdict",
                        "Verdict",
                        SCALE,
                        Axis.named("", NAMES),
                        ColourBar.decades("|ΔΘ|/|Θ₀|", change),
                        plane,
                        change)
                .verdict(STUDY, plane);
        Map<String, String> letters = Map.of("lazy", "L", "rich", "R", "measures disagree", "?", "between", "·");
        for (int j = 0; j < NETWORKS.size(); j++) {
            for (int i = 0; i < SCALES.length; i++) {
                String verdict = STUDY.verdict(plane.at(j, i).runs()).orElseThrow();
                plot.text(SCALES[i], j + 1, letters.getOrDefault(verdict, "–"));
            }
        }
    }

    /** Against α, or against the mean of a reduction. */
    private static void tellLines(
            Plot plot, Plane<RegimeConfig, RegimeResult> plane, Reduction<RegimeResult> x, Reduction<RegimeResult> y) {
        for (int k = 0; k < NETWORKS.size(); k++) {
            Line<RegimeConfig, RegimeResult> row = plane.row(k);
            plot.points(NAMES.get(k), x == null ? row : row.against(x), y);
        }
    }

    private static Estimate meanOf(List<KernelChange> pairs, ToDoubleFunction<KernelChange> value) {
        return Estimate.ofMean(pairs.stream().mapToDouble(value).toArray());
    }

    private static void above(Board board, String name, String statement, double bound, Estimate measured) {
        board.claim(name, statement).in("cosine").above(bound).of(measured).from(RULE);
    }
}
