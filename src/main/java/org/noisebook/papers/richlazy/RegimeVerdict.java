package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/** Lazy or rich by three measures on four networks, and a case that kernel alignment alone gets wrong. */
public final class RegimeVerdict extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double[] SCALES = powers(0x1p-2, 4, 7);
    /** Customary alignment above which training counts as lazy. */
    private static final double ALIGNED = 0.9;

    private static final ToDoubleFunction<RegimeResult> KERNEL =
            run -> run.movement().relativeKernelChange();
    private static final ToDoubleFunction<RegimeResult> ALIGNMENT =
            run -> run.movement().kernelAlignment();
    private static final NetworkConfig SMALL = Schema.with(
            NetworkConfig.standard(),
            "trainSize=64, testSize=96, batchSize=8, sampleCap=2^20, probeSize=96, network=fullyConnected(depth=1, width=64,"
                    + " activation=relu)");
    private static final List<String> NAMES =
            List.of("sign, D = 1, tanh", "digits, D = 1", "digits, D = 3", "GELU, D = 5");
    private static final List<String> WORDS =
            List.of("sign, 1 layer, tanh", "digits, 1 layer", "digits, 3 layers", "GELU, 5 layers");
    private static final List<String> KEYS = List.of("sign", "digits", "deep", "gelu");
    private static final List<NetworkConfig> NETWORKS = List.of(
            Schema.with(SMALL, "dataset=sign, dimension=20, network.activation=tanh"),
            SMALL,
            Schema.with(SMALL, "network.depth=3"),
            Schema.with(SMALL, "network.depth=5, network.width=32, network.activation=gelu"));
    /** A network that kernel alignment alone would call lazy. */
    private static final NetworkConfig MISJUDGED = Schema.with(SMALL, "learningRate=2, outputScale=2^-4");

    private static final String RULE =
            "rule from relative changes, limits by convention; cosines: Liu et al. 2024, arXiv 2310.08513";
    private static final String LIMIT =
            "lazy limit, α → ∞ with noise below the margin: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeVerdict() {
        super("regime-verdict", "Lazy or rich: three measures that decide, and cosines that cannot", STUDY.sources());
    }

    /** A network at T = 1/4 or, if that is lower, at T = hκ/16, where the margin hides the noise. */
    private static RegimeConfig at(NetworkConfig network, double scale) {
        double temperature = Math.min(0x1p-2, 0x1p-4 * network.network().width() / scale);
        return new RegimeConfig(
                Schema.with(network, "outputScale", scale, "learningRate", temperature * network.batchSize()), 0, true);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Networks are rich at small output scale and lazy at large",
                "Not all networks are rich at small output scale, lazy at large",
                "Networks may be rich at small output scale and lazy at large");
        board.subtitle("Kernel change against α, and kernel alignment against kernel change, for several networks");
        int n = board.replicas(6, 24);
        double[] places = numbered(NETWORKS.size());
        Plane<RegimeConfig, RegimeResult> plane =
                board.plane(STUDY, SCALES, places, (scale, y) -> at(NETWORKS.get((int) y - 1), scale));
        var misjudged = board.cell(STUDY, new RegimeConfig(MISJUDGED, 0, false), board.choose(16, 48));
        var besideTangent = board.cell(STUDY, new RegimeConfig(MISJUDGED, 0, true));
        List<KernelChange> pairs = misjudged.known(STUDY::untrainedPair);
        Estimate pairChange = meanOf(pairs, KernelChange::relativeDistance);
        Estimate pairAlignment = meanOf(pairs, KernelChange::alignment);
        Estimate change = misjudged.the(geometric(KERNEL));
        Estimate alignment = misjudged.the(mean(ALIGNMENT));
        tellVerdicts(board, plane);
        tellAlignment(board, plane)
                .named("two random starts")
                .points("untrained pair", new double[] {pairChange.mean()}, pairAlignment)
                .named("digits, large rate")
                .points("digits, D = 1, η = 2", new double[] {change.mean()}, alignment);
        String where = "digits, D = 1, ReLU, h = 64, P = 64, η = 2, α = 2^-4: ";
        above(board, "misjudged-change", where + "relative kernel change", RegimeReport.RICH, change);
        Estimate distance = besideTangent.the(geometric(RegimeResult::linearisedDistance));
        above(board, "misjudged-tangent", where + "relative linearisation error", RegimeReport.LAZY, distance);
        board.plot("cosine")
                .claim("misjudged-alignment", where + "kernel alignment, which alone would call it lazy")
                .says("By kernel alignment alone, a rich network passes for lazy")
                .above(ALIGNED)
                .judge(alignment, RULE);
        String unlike = "two untrained networks with different seeds, digits, D = 1, h = 64: ";
        above(board, "pair-alignment", unlike + "kernel alignment", ALIGNED, pairAlignment);
        above(board, "pair-change", unlike + "relative kernel change between them", RegimeReport.LAZY, pairChange);
        board.caption(
                "Hinge SGD on 64 points, D hidden layers of 64 units (GELU: 32), ReLU unless named, B = 8, T = 1/4 or hκ/16 if"
                        + " that is less; {} replicas, {} test points. (a) Lazy by 95 % t intervals: changes of kernel and weights"
                        + " and distance to the tangent model, at equal training loss, below 0.1; rich: kernel changed by more than"
                        + " 1, or by 0.5 with the tangent model farther than 0.2 or the weights than 0.5; all limits are conventions."
                        + " (b) Means; the pair: different seeds; the last: η = 2, α = 2⁻⁴.",
                n, SMALL.probeSize());
    }

    /** Plots the verdict on each network and α. */
    private static void tellVerdicts(Board board, Plane<RegimeConfig, RegimeResult> plane) {
        List<String> verdicts = List.of("lazy", "rich");
        double[][] found = new double[NETWORKS.size()][SCALES.length];
        for (int k = 0; k < found.length; k++) {
            for (int i = 0; i < SCALES.length; i++) {
                int verdict = verdicts.indexOf(
                        STUDY.verdict(plane.row(k).at(SCALES[i]).runs()).orElseThrow());
                found[k][i] = verdict < 0 ? ColourBar.NEITHER : 1 + verdict;
            }
        }
        Axis scale = Axis.log2("output scale α");
        Axis names = Axis.named("", WORDS);
        Plot plot = board.map("verdict", "Verdict of three measures", scale, names, ColourBar.classes(), plane, found);
        for (int k = 1; k <= verdicts.size(); k++) {
            int verdict = k;
            plot.region(plane, (j, i) -> found[j][i] == verdict, verdicts.get(k - 1));
        }
        plot.region(plane, (j, i) -> found[j][i] == ColourBar.NEITHER, "neither");
        for (int k = 0; k < NETWORKS.size(); k++) {
            String words = "By three measures: rich at small α, lazy at large α";
            plot.claim(KEYS.get(k) + "-lazy", "largest of the three measures of change at α = 2^10: " + NAMES.get(k))
                    .says(words)
                    .below(RegimeReport.LAZY)
                    .judge(plane.row(k).last().the(mean(RegimeVerdict::largest)), LIMIT);
            plot.claim(KEYS.get(k) + "-rich", "relative kernel change at α = 2^-2: " + NAMES.get(k))
                    .says(words)
                    .above(RegimeReport.RICH)
                    .judge(plane.row(k).cells().get(0).the(geometric(KERNEL)), RULE);
        }
    }

    /** The largest of the three measures. */
    private static double largest(RegimeResult run) {
        double weights = run.movement().relativeWeightChange();
        return Math.max(Math.max(KERNEL.applyAsDouble(run), weights), run.linearisedDistance());
    }

    /** Plots kernel alignment against kernel change, with the limits of both. */
    private static Plot tellAlignment(Board board, Plane<RegimeConfig, RegimeResult> plane) {
        double[] ends = {1e-4, 2e3};
        Plot plot = board.plot(
                "cosine",
                "Alignment alone misses rich networks",
                Axis.log10("kernel change").range(ends[0], ends[1]),
                Axis.linear("kernel alignment").range(0.5, 1.02));
        for (int k = 0; k < NETWORKS.size(); k++) {
            plot.named(WORDS.get(k)).points(NAMES.get(k), plane.row(k).against(geometric(KERNEL)), mean(ALIGNMENT));
        }
        return plot.level(LineKind.BORDER, "aligned", ALIGNED, ends[0], ends[1])
                .colour(Plot.GREY)
                .named("")
                .line(LineKind.BORDER, "rich", new double[] {RegimeReport.RICH, RegimeReport.RICH}, new double[] {
                    0.5, 1.02
                })
                .text(ends[0], 0.92, "alignment says lazy")
                .text(RegimeReport.RICH, 0.52, "kernel says rich");
    }

    private static Estimate meanOf(List<KernelChange> pairs, ToDoubleFunction<KernelChange> value) {
        return Estimate.ofMean(pairs.stream().mapToDouble(value).toArray());
    }

    private static void above(Board board, String name, String statement, double bound, Estimate measured) {
        board.claim(name, statement).in("cosine").above(bound).of(measured).from(RULE);
    }
}
