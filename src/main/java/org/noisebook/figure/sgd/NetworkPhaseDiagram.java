package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/**
 * The (α, T) plane of a network: test error, weight change, training time and tangent-kernel change, with the border of
 * convergence, the line below which noise is hidden by the margin, and the regimes by a stated rule.
 */
public final class NetworkPhaseDiagram implements Figure {
    @Override
    public String id() {
        return "network-phase-diagram";
    }

    @Override
    public String title() {
        return "Test error, weight change and training time of a network in the (α, T) plane";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL, Preset.AUTHORS);
    }

    private static int replicas(Preset preset) {
        return preset == Preset.AUTHORS ? 9 : 3;
    }

    private static Sweep<NetworkConfig, NetworkResult> sweep(Preset preset) {
        List<NetworkConfig> cells = new ArrayList<>();
        for (double temperature : NetworkPlane.temperatures(preset)) {
            for (double outputScale : NetworkPlane.outputScales(preset)) {
                cells.add(NetworkCells.at(NetworkPlane.base(preset), outputScale, temperature));
            }
        }
        return Sweep.of(NetworkCells.STUDY, cells, replicas(preset));
    }

    /** Times dense steps on this machine; a run of the full preset cost a third of its cap's dense steps on average. */
    @Override
    public String forecast(Preset preset, Experiment experiment) {
        if (preset == Preset.QUICK) {
            return "";
        }
        long runs = sweep(preset).runs();
        return NetworkForecast.text(
                runs,
                "about",
                NetworkForecast.secondsOfPlane(NetworkPlane.base(preset), runs, NetworkForecast.STEPS, experiment),
                experiment);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        NetworkConfig base = NetworkPlane.base(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(sweep(preset));
        NetworkPlane<NetworkResult> grid = NetworkPlane.of(preset, results::of);
        Sheet sheet = new Sheet();
        double[][] error = grid.means(NetworkResult::testError, false);
        grid.addMap(sheet, "error", "Test error", NetworkPlane.errorBar(error), error);
        grid.addLogMap(
                sheet, "weights", "Weight change", "|Δw|/|w₀|", grid.means(NetworkResult::relativeWeightChange, true));
        grid.addLogMap(sheet, "time", "Training time", "time t*", grid.means(NetworkResult::time, true));
        double[][] kernel = grid.means(NetworkResult::relativeKernelChange, true);
        String regimes = grid.addRegimes(sheet, "kernel", "Tangent-kernel change", kernel);
        Map<String, String> columns = Map.of("error", "y", "weights", "y", "time", "y", "kernel", "y");
        String caption = caption(preset, base, regimes);
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(), base.network().width(), columns),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption,
                String.valueOf(replicas(preset)),
                List.of());
    }

    private static String caption(Preset preset, NetworkConfig base, String regimes) {
        String data = preset == Preset.QUICK ? "Digits" : "Fashion-MNIST";
        FullyConnected network = (FullyConnected) base.network();
        return data + " by parity, " + NetworkCells.describe(base) + ", "
                + network.activation().name() + ", float32, at most "
                + base.sampleCap() + " samples. (a) Test error on " + base.testSize() + " points, mean over "
                + replicas(preset)
                + " replicas, the test set the same for all, so that colours differ within its sampling error"
                + " too; (b) weight change ‖w − w₀‖/‖w₀‖, (c) time t* = η steps, (d) change of the tangent kernel on "
                + base.probeSize() + " test points, geometric means. Dotted: upper edge of the cells where all replicas"
                + " fitted, Tₘₐₓ. Dashed: theory's exponent (D − 1)/(D + 1) with a prefactor fitted to that edge at α ≤ 1. Solid:"
                + " T = h/α, the temperature per width equal to the margin, below which theory sees no noise. Regimes in (d), of"
                + " cells where all replicas fitted: lazy where the kernel changes by less than ½ (black line); features by α where it"
                + " changes by more even at the lowest temperature that fits; features by T where only noise changes it so"
                + " (" + regimes + " cells). A network whose outputs are all 0 counts as capped.";
    }
}
