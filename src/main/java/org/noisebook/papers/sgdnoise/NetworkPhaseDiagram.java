package org.noisebook.papers.sgdnoise;

import static org.noisebook.figure.Line.powers;

import java.util.Set;
import org.noisebook.cells.NetworkCells;
import org.noisebook.cells.NetworkPlane;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * The (α, T) plane of a network: kernel change with the regimes it defines, and test error, with the edge of convergence and the
 * line below which the margin hides the noise.
 */
public final class NetworkPhaseDiagram extends Story {
    /** The figure. */
    public NetworkPhaseDiagram() {
        super(
                "network-phase-diagram",
                "Lazy or rich: kernel change and test error of a network in the (α, T) plane",
                NetworkCells.SOURCES);
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL, Preset.AUTHORS);
    }

    /** Share of the capped work, measured on the runs of the full preset. */
    @Override
    protected double shareOfWork() {
        return 0.34;
    }

    @Override
    protected void tell(Board board) {
        board.title("A small output scale or strong noise makes a network learn features");
        board.subtitle("Change of the tangent kernel, and test error, against output scale and SGD noise");
        int n = board.replicas(board.choose(2, 3, 9));
        NetworkConfig base = NetworkPlane.base(board.preset());
        // Learning rates of the full preset are 2^-12 to 2^10, of the authors 2^-15 to 2^15.
        var plane = NetworkPlane.of(
                board,
                base,
                board.choose(powers(0x1p-10, 4, 12), powers(0x1p-12, 4, 12), powers(0x1p-14, 2, 26)),
                board.choose(powers(0x1p-7, 4, 9), powers(0x1p-16, 4, 12), powers(0x1p-19, 2, 31)),
                (a, t) -> n);
        plane.kernelMap(board, "kernel", "Change of the kernel", NetworkResult::relativeKernelChange);
        double[][] error = plane.cells().means(NetworkResult::testError);
        plane.map(board, "error", "Test error", NetworkPlane.errorBar(error), error);
        board.caption(
                "{} by parity, {}, {}, float32, {} replicas. (a) Change of the tangent kernel on test points, geometric mean, white at"
                        + " ½. Lazy: less than ½; features by small α: more even at the lowest T that fits; features by noise:"
                        + " more only with noise. Dashed: Tₘₐₓ, the edge of the cells that fit, with the predicted exponent (D"
                        + " − 1)/(D + 1) and a prefactor fitted at α ≤ 1. (b) Test error on {} points, the same for all replicas. Solid: T = h/α, below which theory predicts no effect of noise. A network whose outputs are all 0 counts as not converged.",
                board.preset() == Preset.QUICK ? "Digits" : "Fashion-MNIST",
                NetworkCells.describe(base),
                ((FullyConnected) base.network()).activation().name(),
                n,
                base.testSize());
    }
}
