package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.checkpoint.Linearisation;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.RegimeResult;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/** Lazy or rich by the departure from the linearisations on four networks, and a case that kernel alignment alone gets wrong. */
public final class RegimeVerdict extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double[] SCALES = powers(0x1p-2, 4, 7);
    /** Customary alignment above which training counts as lazy. */
    private static final double ALIGNED = 0.9;

    private static final ToDoubleFunction<RegimeResult> SLOPE =
            run -> run.departure().slope();
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
            "rule of `noisebook regime`, limits set on networks trained beside their tangent models; cosines: Liu et al. 2024, arXiv 2310.08513";
    private static final String LIMIT =
            "lazy limit, α → ∞ with noise below the margin: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeVerdict() {
        super("regime-verdict", "Lazy or rich: measures that decide, and cosines that cannot", STUDY.sources());
    }

    /** A network at T = 1/4 or, if that is lower, at T = hκ/16, where the margin hides the noise. */
    private static RegimeStudy.Config at(NetworkConfig network, double scale) {
        double temperature = Math.min(0x1p-2, 0x1p-4 * network.network().width() / scale);
        return new RegimeStudy.Config(
                Schema.with(network, "outputScale", scale, "learningRate", temperature * network.batchSize()), 0, true);
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Networks are rich at small output scale and lazy at large",
                "Not all networks are rich at small output scale, lazy at large",
                "Networks may be rich at small output scale and lazy at large");
        board.subtitle(
                "Verdict against α, and kernel alignment against the change of the slopes, for several networks");
        int n = board.replicas(6, 24);
        double[] places = numbered(NETWORKS.size());
        Plane<RegimeStudy.Config, RegimeResult> plane =
                board.plane(STUDY, SCALES, places, (scale, y) -> at(NETWORKS.get((int) y - 1), scale));
        var misjudged = board.cell(STUDY, new RegimeStudy.Config(MISJUDGED, 0, false), board.choose(16, 48));
        var besideTangent = board.cell(STUDY, new RegimeStudy.Config(MISJUDGED, 0, true));
        List<KernelChange> pairs = misjudged.known(STUDY::untrainedPair);
        Estimate pairChange = meanOf(pairs, KernelChange::relativeDistance);
        Estimate pairAlignment = meanOf(pairs, KernelChange::alignment);
        Estimate change = misjudged.the(geometric(SLOPE));
        Estimate alignment = misjudged.the(mean(ALIGNMENT));
        tellVerdicts(board, plane);
        tellAlignment(board, plane)
                .named("digits, large rate")
                .points("digits, D = 1, η = 2", new double[] {change.mean()}, alignment);
        String where = "digits, D = 1, ReLU, h = 64, P = 64, η = 2, α = 2^-4: ";
        String alone = "misjudged-alignment";
        above(board, "misjudged-change", where + "change of the slopes δ_s", Linearisation.RICH, change, alone);
        Estimate distance = besideTangent.the(geometric(RegimeResult::linearisedDistance));
        above(board, "misjudged-tangent", where + "relative linearisation error", Linearisation.LAZY, distance, alone);
        board.plot("cosine")
                .claim("misjudged-alignment", where + "kernel alignment, which alone would call it lazy")
                .control("claim: misjudged-change")
                .says("By kernel alignment alone, a rich network passes for lazy")
                .above(ALIGNED)
                .judge(alignment, RULE);
        String unlike = "two untrained networks with different seeds, digits, D = 1, h = 64: ";
        above(board, "pair-alignment", unlike + "kernel alignment", ALIGNED, pairAlignment, "pair-change");
        above(
                board,
                "pair-change",
                unlike + "relative kernel change between them",
                KernelChange.SMALL,
                pairChange,
                "digits-lazy");
        board.caption(
                "Hinge SGD on 64 points, D hidden layers of 64 units (GELU: 32), ReLU unless named, B = 8, T = 1/4 or hκ/16 if"
                        + " that is less; {} replicas, {} test points. (a) Lazy: the outputs depart from their linearisations at the start and at"
                        + " the end, δ₁ and δ₁′, by less than {}; rich: their slopes along the change of the weights differ by δ_s above 2/3;"
                        + " by geometric means. (b) Means; the last: η = 2, α = 2⁻⁴.",
                n,
                SMALL.probeSize(),
                Linearisation.LAZY);
    }

    /** Plots the verdict on each network and α. */
    private static void tellVerdicts(Board board, Plane<RegimeStudy.Config, RegimeResult> plane) {
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
        Plot plot = board.map("verdict", "Verdict", scale, names, ColourBar.classes(), plane, found);
        for (int k = 1; k <= verdicts.size(); k++) {
            int verdict = k;
            plot.region(plane, (j, i) -> found[j][i] == verdict, verdicts.get(k - 1));
        }
        plot.region(plane, (j, i) -> found[j][i] == ColourBar.NEITHER, "neither");
        for (int k = 0; k < NETWORKS.size(); k++) {
            String words =
                    "By the departure from the linearisations: rich at small α, lazy at large α | departure δ from a linearisation";
            plot.claim(
                            KEYS.get(k) + "-lazy",
                            "larger departure from a linearisation, δ₁ or δ₁′, at α = 2^10: " + NAMES.get(k))
                    .control("claim: " + KEYS.get(k) + "-rich")
                    .says(words)
                    .below(Linearisation.LAZY)
                    .judge(plane.row(k).last().the(geometric(RegimeVerdict::largest)), LIMIT);
            plot.claim(KEYS.get(k) + "-rich", "change of the slopes δ_s at α = 2^-2: " + NAMES.get(k))
                    .control("claim: " + KEYS.get(k) + "-lazy")
                    .says(words)
                    .above(Linearisation.RICH)
                    .judge(plane.row(k).cells().get(0).the(geometric(SLOPE)), RULE);
        }
    }

    private static double largest(RegimeResult run) {
        return Math.max(run.departure().start(), run.departure().end());
    }

    /** Plots kernel alignment against the change of the slopes, with the limits of both. */
    private static Plot tellAlignment(Board board, Plane<RegimeStudy.Config, RegimeResult> plane) {
        Plot plot = board.plot(
                "cosine",
                "Alignment alone misses rich networks",
                Axis.linear("change of the slopes δ_s").range(0, 1),
                Axis.linear("kernel alignment").range(0.5, 1.02));
        for (int k = 0; k < NETWORKS.size(); k++) {
            plot.named(WORDS.get(k)).points(NAMES.get(k), plane.row(k).against(geometric(SLOPE)), mean(ALIGNMENT));
        }
        double[] rich = {Linearisation.RICH, Linearisation.RICH};
        return plot.level(LineKind.BORDER, "aligned", ALIGNED, 0, 1)
                .colour(Plot.GREY)
                .named("")
                .line(LineKind.BORDER, "rich", rich, new double[] {0.5, 1.02})
                .text(0.02, 0.83, "above: aligned")
                .text(Linearisation.RICH, 0.52, "rich by δ_s");
    }

    private static Estimate meanOf(List<KernelChange> pairs, ToDoubleFunction<KernelChange> value) {
        return Estimate.ofMeanOrNone(pairs.stream().mapToDouble(value).toArray());
    }

    private static void above(
            Board board, String name, String statement, double bound, Estimate measured, String control) {
        board.claim(name, statement)
                .control("claim: " + control)
                .in("cosine")
                .above(bound)
                .of(measured)
                .from(RULE);
    }
}
