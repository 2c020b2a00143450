package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * The lazy regime of a convolutional network beside that of a fully connected one on the same points: weight
 * change ~ T^δ P^γ, training time ~ T P^b, and the escape temperature T_c ~ P^−a with a = γ/δ.
 */
public final class CnnLazyExponents implements Figure {
    /** α at which the CNN's margin is far below the noise of its outputs. */
    private static final double SMALL_MARGIN_OUTPUT_SCALE = 0x1p22;

    /** The weight change at which T_c is read: the CNN's kernel changes by tenths there already. */
    private static final NetworkTc.Level ESCAPE = new NetworkTc.Level(true, 0.01);

    @Override
    public String id() {
        return "cnn-lazy-exponents";
    }

    @Override
    public String title() {
        return "Weight change and training time in the lazy regime: a convolutional and a fully connected network";
    }

    @Override
    public List<String> sources() {
        return CnnPhaseDiagram.SOURCES;
    }

    /** The last is the CNN where the margin is negligible. */
    private static List<LazySweep> sweeps(Preset preset) {
        NetworkConfig data = Schema.with(
                NetworkConfig.standard(),
                "dataset",
                preset.choose(DataSource.FASHION_TEST_14, DataSource.FASHION_MNIST),
                "testSize",
                0,
                "probeSize",
                0,
                "outputScale",
                NetworkCells.LAZY,
                "batchSize",
                preset.choose(4, 16),
                "sampleCap",
                preset.choose(1L << 17, 1L << 22));
        NetworkConfig connected =
                Schema.with(data, "network", new FullyConnected(5, preset.choose(32, 128), Activation.RELU));
        NetworkConfig convolutional =
                Schema.with(data, "network", new InvertedResidual(1, preset.choose(4, 64), Activation.RELU));
        NetworkConfig smallMargin =
                Schema.with(convolutional, "outputScale", SMALL_MARGIN_OUTPUT_SCALE, "precision", Precision.FLOAT64);
        double[] temperatures = preset.choose(TrainingCells.powers(0x1p-3, 2, 6), TrainingCells.powers(0x1p-3, 2, 9));
        double[] fitted = preset.choose(TrainingCells.powers(0x1p-3, 2, 4), TrainingCells.powers(2, 2, 4));
        int[] sizes = preset.choose(new int[] {64, 128, 256, 512}, new int[] {1024, 2048, 4096, 8192});
        int replicas = preset.choose(20, 5);
        return List.of(
                new LazySweep("fully connected", "Fully connected", connected, sizes, temperatures, replicas),
                new LazySweep("CNN", "CNN", convolutional, sizes, temperatures, replicas),
                new LazySweep("CNN small margin", "CNN, small margin", smallMargin, sizes, fitted, replicas));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<LazySweep> sweeps = sweeps(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(LazySweep.together(sweeps));
        Sheet sheet = new Sheet();
        sweeps.subList(0, 2).forEach(sweep -> LazyScaling.addTemperatures(sheet, sweep, results));
        List<LazyScaling> scalings = sweeps.stream()
                .map(sweep -> LazyScaling.of(sweep, results, experiment))
                .toList();
        LazyScaling.addSizes(sheet, scalings, results);
        List<Claim> claims = new ArrayList<>();
        for (LazyScaling scaling : scalings) {
            claims.addAll(scaling.claims("cnn-lazy"));
        }
        scalings.subList(0, 2).forEach(scaling -> claims.add(escape(scaling, results, experiment)));
        Map<String, Integer> widths = Map.of(
                sweeps.get(0).name(), sweeps.get(0).base().network().width(),
                sweeps.get(1).name(), sweeps.get(1).base().network().width());
        String n = LazyScaling.replicas(sweeps);
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(),
                        widths::get,
                        Map.of(sweeps.get(0).name(), "x", sweeps.get(1).name(), "x")),
                Plate.of(sheet.panels(), 2),
                caption(preset, sweeps, n),
                n,
                claims);
    }

    /** Whether T_c, read where the weight change meets its level, falls with P as a = γ/δ says. */
    private static Claim escape(
            LazyScaling scaling, Results<NetworkConfig, NetworkResult> results, Experiment experiment) {
        LazySweep sweep = scaling.sweep();
        NetworkTc.Cube cube = NetworkTc.cube(sweep, results);
        Estimate ratio = Bootstrap.of(
                sweep.replicas(),
                experiment.streams().at("bootstrap/cnn-lazy/" + sweep.key() + "/tc"),
                replicas -> cube.exponent(ESCAPE, replicas) / NetworkTc.law(cube, scaling.chosen(), replicas));
        return Claim.theory(
                "cnn-lazy-tc-" + sweep.key(),
                "T_c ~ P^−a with a δ/γ = 1, T_c where " + ESCAPE.text()
                        + " (arithmetic of the same fit where the level lies in its range), " + sweep.name(),
                1,
                ratio,
                "Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703: a = γ/δ");
    }

    private static String caption(Preset preset, List<LazySweep> sweeps, String n) {
        return "α = 2¹⁵, " + preset.choose("Fashion-MNIST at 14 × 14 pixels", "Fashion-MNIST")
                + " by parity. (a, b) Weight change at the stop against temperature, geometric means with 95 % t"
                + " intervals of the logarithms; solid: slope δ = 1 through the middle of the fitted range, T over the"
                + " number of units that the read-out averages (h, in the CNN 20h) from 2⁻¹⁰ to 2⁻⁶. (c) Weight change"
                + " over T/h, most of whose distance between the networks is that factor of 20, and (d) time over T against P, geometric means over the temperatures of that range at"
                + " which all replicas fitted; dashed: the fitted power law, whose exponent stands in the legend with"
                + " its 95 % bootstrap interval; theory gives no exponent for images. Small margin: α = 2²² in float64,"
                + " at the same temperatures. "
                + LazyScaling.describe(sweeps)
                + " (of the CNN D counts its 16 layers before the read-out). ReLU, float32 else, at most "
                + sweeps.get(0).base().sampleCap()
                + " samples. Grid, replicas and the small-margin sweep were chosen after"
                + " trial runs, more replicas where intervals were too wide; windows were not. Replicas: " + n + ".";
    }
}
