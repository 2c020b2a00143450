package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Story;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;

/** When a network moves, against training time and training loss, and its distance to the tangent model. */
public final class RegimeTrajectory extends Story {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double TEMPERATURE = 0x1p-5;
    private static final double[] OUTPUT_SCALES = {0x1p-4, 1, 0x1p6, 0x1p12};
    /** α of the last panel. */
    private static final double[] LIMIT_SCALES = powers(0x1p-8, 4, 12);

    private static final double LAZY = LIMIT_SCALES[LIMIT_SCALES.length - 1];
    private static final double UNBOUNDED = Double.POSITIVE_INFINITY;
    /** Bounds of T/(h κ); noise shows above 1. */
    private static final double[] SHARES = {UNBOUNDED, 0x1p-2, 0x1p-4};

    private static final String[] SHARE_NAMES = {"T = 2⁻⁵", "T = hκ/4", "T = hκ/16"};
    /** Losses over κ at which alignments are compared. */
    private static final double[] LOSSES = powers(0x1p-10, 4, 6);

    private static final int PROBES = 256;
    private static final String LAZY_SOURCE =
            "lazy limit, α → ∞ at hidden noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";

    /** The figure. */
    public RegimeTrajectory() {
        super("regime-trajectory", "How far a network moves, against time and training loss", STUDY.sources());
    }

    private static NetworkConfig training(double outputScale, double temperature) {
        return Schema.with(NetworkCells.at(NetworkCells.DIGITS, outputScale, temperature), "probeSize", PROBES);
    }

    /** h times a share: with κ = 1/α the noise hides behind the margin below this over α. */
    private static double hidden(double share) {
        return share * NetworkCells.DIGITS.network().width();
    }

    /** The α at which a share of h κ is below the common temperature; all of them for no such bound. */
    private static double[] scales(double share) {
        return Arrays.stream(LIMIT_SCALES)
                .filter(scale -> share == UNBOUNDED || hidden(share) / scale < TEMPERATURE)
                .toArray();
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(8, 32);
        int recordsPerDecade = board.choose(3, 6);
        List<Cell<RegimeConfig, RegimeResult>> followed = Arrays.stream(OUTPUT_SCALES)
                .mapToObj(scale ->
                        board.cell(STUDY, new RegimeConfig(training(scale, TEMPERATURE), recordsPerDecade, false)))
                .toList();
        List<Line<RegimeConfig, RegimeResult>> limits = new ArrayList<>();
        for (double share : SHARES) {
            limits.add(board.along(
                    STUDY,
                    scales(share),
                    scale -> new RegimeConfig(training(scale, Math.min(TEMPERATURE, hidden(share) / scale)), 0, true)));
        }
        Axis time = Axis.log10("time t = η · steps");
        board.plot("kernel", "Kernel alignment", time, Axis.linear("KA"));
        board.plot("representation", "Centred representation alignment", time, Axis.linear("CKA"));
        board.plot("weights", "Weight change", time, Axis.log10("|Δw|/|w₀|"));
        board.plot("target", "Kernel–target alignment", time, Axis.linear("yᵀΘy / (|y|² Tr Θ)"));
        board.plot("loss", "Alignment at equal loss", Axis.log2("training loss / κ"), Axis.linear("KA"));
        board.plot("limit", "Distance to the tangent model", Axis.log2("output scale α"), Axis.log10("|F − Fₗᵢₙ|/|F|"));
        for (int k = 0; k < OUTPUT_SCALES.length; k++) {
            tellCourses(board, "α = " + NetworkCells.power(OUTPUT_SCALES[k]), 1 / OUTPUT_SCALES[k], followed.get(k));
        }
        for (int k = 0; k < SHARES.length; k++) {
            board.plot("limit")
                    .colour(OUTPUT_SCALES.length + k)
                    .points(SHARE_NAMES[k], limits.get(k), geometric(RegimeResult::linearisedDistance));
        }
        tellClaims(board, limits.get(2).at(LAZY), limits.get(1).at(LAZY), followed.get(0));
        board.layout(Plate::sharedLegend);
        board.caption(
                "Digits by parity, {}, T = 2⁻⁵, on {} test points. Points: means over {} replicas with 95 % t intervals; in"
                        + " (c) and (f) geometric means. A replica that has ended stays as it is; a setting with a replica"
                        + " that did not fit has no point. (a) Kernel alignment, (b) linear CKA of the last hidden layer, (c)"
                        + " weight change, (d) share of the tangent kernel's trace along the labels, against time; (e) kernel"
                        + " alignment where the training loss first stands at a share of the margin κ = 1/α or below: compare"
                        + " regimes at equal loss, since a network that is not trained has not moved; (f) distance of the"
                        + " network's predictions to those of its tangent model trained with the same batches, at the end: at"
                        + " T = 2⁻⁵ noise keeps the two apart however large α; the deeper the margin hides it (T = hκ/4 and"
                        + " hκ/16, drawn where these are below 2⁻⁵), the closer they come.",
                NetworkCells.describe(NetworkCells.DIGITS), PROBES, n);
    }

    /** From the first step on, since the start cannot stand on a logarithmic axis, to the last but the end. */
    private static void tellCourses(Board board, String series, double kappa, Cell<RegimeConfig, RegimeResult> cell) {
        double[] longest = cell.runs().stream()
                .map(RegimeResult::recordTime)
                .max(Comparator.comparingInt(times -> times.size()))
                .orElse(Doubles.of(new double[1]))
                .toArray();
        double[] times = Arrays.copyOfRange(longest, 1, Math.max(1, longest.length - 1));
        board.plot("kernel").points(series, times, cell, k -> mean(at(k, RegimeResult::recordKernelAlignment)));
        board.plot("representation")
                .points(series, times, cell, k -> mean(at(k, RegimeResult::recordCentredRepresentationAlignment)));
        board.plot("weights").points(series, times, cell, k -> geometric(at(k, RegimeResult::recordWeightChange)));
        board.plot("target").points(series, times, cell, k -> mean(at(k, RegimeResult::recordTargetAlignment)));
        board.plot("loss").points(series, LOSSES, cell, k -> mean(run -> run.kernelAlignmentAt(LOSSES[k] * kappa)));
    }

    /** A run's number at the record of the k-th time that is shown; one that has ended stays as it is. */
    private static ToDoubleFunction<RegimeResult> at(int k, Function<RegimeResult, Doubles> trajectory) {
        return run -> {
            Doubles own = trajectory.apply(run);
            return own.get(Math.min(k + 1, own.size() - 1));
        };
    }

    private static void tellClaims(
            Board board,
            Cell<RegimeConfig, RegimeResult> near,
            Cell<RegimeConfig, RegimeResult> far,
            Cell<RegimeConfig, RegimeResult> rich) {
        board.claim("lazy-tangent-model", "distance of predictions to the tangent model at α = 2^14, T = hκ/16")
                .in("limit")
                .theory(0)
                .within(0.1)
                .of(near.the(mean(RegimeResult::linearisedDistance)))
                .from(LAZY_SOURCE);
        board.claim(
                        "tangent-model-noise",
                        "that distance over the one at T = hκ/4 is below 1: noise keeps the two apart")
                .in("limit")
                .below(1)
                .of(near.over(far, RegimeResult::linearisedDistance))
                .from(LAZY_SOURCE);
        board.claim(
                        "rich-target-alignment",
                        "kernel–target alignment after over before training at α = 2^-4 is above 1")
                .in("target")
                .above(1)
                .of(rich.the(geometric(run ->
                        run.movement().endTargetAlignment() / run.movement().startTargetAlignment())))
                .from(
                        "rich training turns the kernel to the target: Atanasov, Bordelon, Pehlevan 2022, arXiv 2111.00034");
    }
}
