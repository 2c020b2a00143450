package org.noisebook.papers.richlazy;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.noisebook.cells.NetworkCells;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.regime.RegimeResult;
import org.noisebook.sgd.NetworkConfig;

/** Kernel–target alignment of a network against training time, and its distance from the linearised network. */
public final class RegimeTrajectory extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double TEMPERATURE = 0x1p-5;
    private static final double[] OUTPUT_SCALES = {0x1p-4, 1, 0x1p6, 0x1p12};
    private static final String[] SCALE_NAMES = {"α = 2⁻⁴: rich", "α = 1", "α = 2⁶", "α = 2¹²: lazy"};
    /** Upper bounds of T/(h κ), none for the first; noise has an effect above 1. */
    private static final double[] SHARES = {Double.POSITIVE_INFINITY, 0x1p-2, 0x1p-4};

    private static final String[] SHARE_NAMES = {"noise shows", "hidden", "well hidden"};
    private static final String[] NOISES = {"noise above its onset", "1/4 of the onset", "1/16 of the onset"};
    private static final int PROBES = 256;
    private static final String LAZY_SOURCE =
            "lazy limit, α → ∞ with noise below the margin: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeTrajectory() {
        super("regime-trajectory", "How far a network moves, against time and training loss", STUDY.sources());
    }

    private static NetworkConfig training(double outputScale, double temperature) {
        return Schema.with(NetworkCells.at(NetworkCells.DIGITS, outputScale, temperature), "probeSize", PROBES);
    }

    /** The T at a share of hκ, κ = 1/α, below which the margin hides the noise. */
    private static double hidden(double share, double scale) {
        return share * NetworkCells.DIGITS.network().width() / scale;
    }

    /** Runs with their linearised network: at the common temperature, or at a share of hκ for all α at which that is lower. */
    private static Line<RegimeStudy.Config, RegimeResult> limit(Board board, double share) {
        return board.along(
                STUDY,
                Arrays.stream(board.choose(powers(0x1p4, 32, 3), powers(0x1p-8, 4, 12)))
                        .filter(scale -> share == SHARES[0] || hidden(share, scale) < TEMPERATURE)
                        .toArray(),
                scale -> new RegimeStudy.Config(training(scale, Math.min(TEMPERATURE, hidden(share, scale))), 0, true));
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Rich training aligns the kernel with the labels",
                "Rich training does not align the kernel with the labels",
                "Rich training may align the kernel with the labels");
        board.subtitle("Alignment with the labels against time, and distance to the linearised network against α");
        int n = board.replicas(6);
        List<Cell<RegimeStudy.Config, RegimeResult>> followed = Arrays.stream(OUTPUT_SCALES)
                .mapToObj(scale -> board.cell(STUDY, new RegimeStudy.Config(training(scale, TEMPERATURE), 3, false)))
                .toList();
        List<Line<RegimeStudy.Config, RegimeResult>> limits =
                Arrays.stream(SHARES).mapToObj(share -> limit(board, share)).toList();
        Axis time = Axis.log10("time: learning rate × steps").range(0.15, 1e4);
        Axis labels = Axis.linear("alignment with the labels");
        board.plot("target", "Alignment with the labels", time, labels);
        Axis distance = Axis.log10("distance to the linearised network");
        Plot limit = board.plot(
                "limit",
                "Distance to linearised network",
                Axis.log2("output scale α").range(0x1p3, 0x1p15),
                distance);
        for (int k = 0; k < OUTPUT_SCALES.length; k++) {
            tellCourses(board, SCALE_NAMES[k], followed.get(k));
        }
        for (int k = 0; k < SHARES.length; k++) {
            limit.colour(OUTPUT_SCALES.length + k)
                    .named(NOISES[k])
                    .points(SHARE_NAMES[k], limits.get(k), geometric(RegimeResult::linearisedDistance));
        }
        Cell<?, RegimeResult> near = limits.get(2).last();
        board.claim(
                        "rich-target-alignment",
                        "ratio of kernel–target alignment after to before training at α = 2^-4 is above 1")
                .control("run: α = 2^14, whose ratio is 1")
                .in("target")
                .says("Rich training aligns the kernel with the labels | alignment after / before training")
                .above(1)
                .of(followed.get(0)
                        .the(geometric(run -> run.movement().endTargetAlignment()
                                / run.movement().startTargetAlignment())))
                .from(
                        "rich training turns the kernel towards the target: Atanasov, Bordelon, Pehlevan 2022, arXiv 2111.00034");
        limit.claim("lazy-tangent-model", "relative linearisation error of predictions at α = 2^14, T = hκ/16")
                .control("run: α = 2^4 at T = 2^-5, whose distance is one half")
                .says("Lazy training at weak noise follows the linearised network")
                .theory(0, 0.1)
                .judge(near.the(mean(RegimeResult::linearisedDistance)), LAZY_SOURCE);
        limit.claim("tangent-model-noise", "ratio of linearisation errors, T = hκ/16 to T = hκ/4, is below 1")
                .control("run: T = hκ/4 from the same initial weights, the denominator")
                .below(1)
                .judge(near.over(limits.get(1).last(), RegimeResult::linearisedDistance), LAZY_SOURCE);
        board.caption(
                "Digits by parity, {}, T = 2⁻⁵, on {} test points. Means over {} replicas with 95 % t intervals, geometric in"
                        + " (b). A replica that has ended keeps its last value. (a) yᵀΘy / (|y|² Tr Θ). (b) |F − Fₗᵢₙ|/|F| for"
                        + " predictions F of the network and of its tangent model, trained with the same batches; noise has an effect at T = 2⁻⁵ and is hidden by the margin κ"
                        + " = 1/α at T = hκ/4, and more so at hκ/16.",
                NetworkCells.describe(NetworkCells.DIGITS), PROBES, n);
    }

    /** Plots a run from its first step on, because the axis is logarithmic, without its final record. */
    private static void tellCourses(Board board, String series, Cell<?, RegimeResult> cell) {
        double[] longest = cell.runs().stream()
                .map(RegimeResult::recordTime)
                .max(Comparator.comparingInt(times -> times.size()))
                .orElse(Doubles.of(new double[1]))
                .toArray();
        double[] times = Arrays.copyOfRange(longest, 1, Math.max(1, longest.length - 1));
        board.plot("target").points(series, times, cell, k -> mean(at(k, RegimeResult::recordTargetAlignment)));
    }

    /** A quantity of a run at the k-th displayed time; a run that has ended keeps its last value. */
    private static ToDoubleFunction<RegimeResult> at(int k, Function<RegimeResult, Doubles> trajectory) {
        return run -> {
            Doubles own = trajectory.apply(run);
            return own.get(Math.min(k + 1, own.size() - 1));
        };
    }
}
