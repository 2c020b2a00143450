package org.noisebook.figure.sgd;

import java.util.Set;
import java.util.function.UnaryOperator;
import org.noisebook.chart.Plate;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * The (α, T) plane of a network: test error, weight change, training time and tangent-kernel change, with the border of
 * convergence, the line below which noise is hidden by the margin, and the regimes by a stated rule.
 */
public final class NetworkPhaseDiagram extends Story {
    /** The figure. */
    public NetworkPhaseDiagram() {
        super(
                "network-phase-diagram",
                "Test error, weight change and training time of a network in the (α, T) plane",
                NetworkCells.SOURCES);
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL, Preset.AUTHORS);
    }

    /** Measured on the runs of the full preset. */
    @Override
    protected double shareOfWork() {
        return 0.34;
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(board.choose(3, 3, 9));
        var plane = NetworkPlane.of(board, NetworkCells.STUDY, UnaryOperator.identity());
        var cells = plane.cells();
        double[][] error = cells.means(NetworkResult::testError);
        plane.map(board, "error", "Test error", NetworkPlane.errorBar(error), error);
        double[][] weights = cells.geometricMeans(NetworkResult::relativeWeightChange);
        plane.logMap(board, "weights", "Weight change", "|Δw|/|w₀|", weights);
        plane.logMap(board, "time", "Training time", "time t*", cells.geometricMeans(NetworkResult::time));
        double[][] kernel = cells.geometricMeans(NetworkResult::relativeKernelChange);
        String regimes = plane.regimes(board, "kernel", "Tangent-kernel change", kernel);
        board.layout(Plate::sharedLegend);
        NetworkConfig base = NetworkPlane.base(board.preset());
        board.caption(
                "{} by parity, {}, {}, float32, at most {} samples. (a) Test error on {} points, mean over {} replicas,"
                        + " the test set the same for all; (b) weight change ‖w − w₀‖/‖w₀‖, (c) time t* = η steps,"
                        + " (d) change of the tangent kernel on {} test points, geometric means. Short dashes: upper edge of the"
                        + " cells where all replicas fitted, Tₘₐₓ. Long dashes: theory's exponent (D − 1)/(D + 1) with a prefactor"
                        + " fitted to that edge at α ≤ 1. Solid: T = h/α, the temperature per width equal to the margin,"
                        + " below which theory sees no noise. Regimes in (d), of cells where all replicas fitted: lazy where"
                        + " the kernel changes by less than ½ (black line); features by α where it changes by more even at"
                        + " the lowest temperature that fits; features by T where only noise changes it so ({} cells)."
                        + " A network whose outputs are all 0 counts as capped.",
                board.preset() == Preset.QUICK ? "Digits" : "Fashion-MNIST",
                NetworkCells.describe(base),
                ((FullyConnected) base.network()).activation().name(),
                base.sampleCap(),
                base.testSize(),
                n,
                base.probeSize(),
                regimes);
    }
}
