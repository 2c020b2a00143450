package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.PowerFit;

/**
 * The lazy regime at α = 2^15: weight change ~ T^δ P^γ and training time ~ T P^b, on Gaussian points and on images.
 */
public final class NetworkLazyExponents implements Figure {
    /** Reference: δ, γ, b on Gaussian points, D = 3, h = 64, B = 4, with errors. */
    private static final double[] REFERENCE_DELTA = {0.993, 0.001};

    private static final double[] REFERENCE_GAMMA = {0.439, 0.011};
    private static final double[] REFERENCE_B = {1.38, 0.01};

    @Override
    public String id() {
        return "network-lazy-exponents";
    }

    @Override
    public String title() {
        return "Weight change and training time in the lazy regime against temperature and number of points";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<LazySweep> sweeps = LazySweep.of(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(LazySweep.together(sweeps));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        for (LazySweep sweep : sweeps.subList(0, 2)) {
            LazyScaling.addTemperatures(sheet, sweep, results);
        }
        List<LazyScaling> scalings = sweeps.stream()
                .map(sweep -> LazyScaling.of(sweep, results, experiment))
                .toList();
        LazyScaling.addSizes(sheet, scalings, results);
        for (LazyScaling scaling : scalings) {
            claims.addAll(scaling.claims("network-lazy"));
            if (scaling.sweep().name().equals("Gaussian")) {
                addReference(
                        claims, "delta", "exponent of the weight change against T", REFERENCE_DELTA, scaling.delta());
                addReference(
                        claims, "gamma", "exponent of the weight change against P", REFERENCE_GAMMA, scaling.gamma());
                addReference(claims, "b", "exponent of the time against P", REFERENCE_B, scaling.b());
            }
        }
        String n = LazyScaling.replicas(sweeps);
        int width = sweeps.get(0).base().network().width();
        String caption =
                "α = 2¹⁵. (a, b) Weight change at the stop against temperature, geometric means with 95 % t intervals"
                        + " of the logarithms; solid: slope δ = 1 through the middle of the fitted range, T/h from 2⁻¹⁰ to 2⁻⁶, where"
                        + " T/h is 32 margins or more and the weights move by less than a tenth. (c) Weight change over T/h and (d) time"
                        + " over T against P, geometric means over the temperatures of that range, whose replicas all fitted; dashed:"
                        + " the fitted power law, whose exponent stands in the legend with its 95 % bootstrap interval; theory gives no"
                        + " exponent for images. Gaussian: x ~ N(0, 1₁₀), y = sign(x₁). " + LazyScaling.describe(sweeps)
                        + ", ReLU, float32. Replicas: " + n + ".";
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(),
                        width,
                        Map.of(sweeps.get(0).name(), "x", sweeps.get(1).name(), "x")),
                Plate.of(sheet.panels(), 2),
                caption,
                n,
                claims);
    }

    private static void addReference(
            List<Claim> claims, String key, String statement, double[] reference, PowerFit fit) {
        claims.add(Claim.regression(
                "network-lazy-" + key + "-reference",
                statement + ", Gaussian points",
                reference[0],
                reference[1],
                fit.exponent(),
                NetworkCells.REFERENCE));
    }
}
