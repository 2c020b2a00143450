package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.model.GradientNoise;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Estimate;

/**
 * Is it the temperature, or the shape of the noise? Weight change, time and test error of other batches and other
 * noises against those of minibatches at equal T = η/B, replica by replica, at large and at small α.
 *
 * <p>Where the mean and the covariance of a step are all that counts, dw = g dt + √(T Σ) dW, minibatches of any size
 * B ≪ P and Gaussian noise are one process; unfitted points alone are the same process in the time dt′ = (P/U) dt, as
 * drift and second moment both grow by P/U, for U ≫ B and up to ḡ ḡᵀ.
 */
public final class NetworkControls implements Figure {
    private static final int BATCH = 4;
    private static final int LARGE_BATCH = 16;
    private static final Arm REFERENCE = new Arm(GradientNoise.MINIBATCH, BATCH);
    private static final Arm SINGLE = new Arm(GradientNoise.MINIBATCH, 1);
    private static final Arm LARGE = new Arm(GradientNoise.MINIBATCH, LARGE_BATCH);
    private static final Arm GAUSSIAN = new Arm(GradientNoise.GAUSSIAN, BATCH);
    private static final Arm UNFITTED = new Arm(GradientNoise.UNFITTED, BATCH);
    private static final Arm UNFITTED_SINGLE = new Arm(GradientNoise.UNFITTED, 1);
    private static final List<Arm> ARMS =
            List.of(SINGLE, LARGE, GAUSSIAN, new Arm(GradientNoise.GAUSSIAN, LARGE_BATCH), UNFITTED, UNFITTED_SINGLE);
    /** Half-width of the window in which two errors count as equal. */
    private static final double EQUIVALENCE = 0.01;

    private static final String THEORY =
            "dw = g dt + √(T Σ) dW: mean and covariance of a step are all that counts (arXiv 2301.13703)";
    private static final String GAUSSIAN_THEORY =
            THEORY + "; Gaussian noise of the minibatch's own covariance is this kit's control, after the authors'";
    private static final int REFERENCE_COLOUR = 7;

    /** A noise and a batch size. */
    record Arm(GradientNoise noise, int batchSize) {
        String text() {
            String name = noise == GradientNoise.GAUSSIAN ? "Gaussian" : Schema.formatValue(noise);
            return name + ", B = " + batchSize;
        }
    }

    /**
     * A regime.
     *
     * @param name in claims
     * @param title of the panels
     * @param outputScale α
     * @param temperatures shown
     * @param judged the temperature of the claims on weights and times
     * @param noisy that of the claims on errors
     */
    record Regime(String name, String title, double outputScale, double[] temperatures, double judged, double noisy) {
        /** Where a series is drawn: the arms stand side by side about T, apart by an eighth of the way to the next. */
        private double[] beside(int arm) {
            double step = StrictMath.log(temperatures[1] / temperatures[0]) / 8;
            double shift = StrictMath.exp((arm - (ARMS.size() - 1) / 2.0) * step);
            return Arrays.stream(temperatures).map(t -> t * shift).toArray();
        }
    }

    static final List<Regime> REGIMES = List.of(
            new Regime("lazy", "Large α = 2¹⁴", 0x1p14, TrainingCells.powers(0x1p-6, 4, 5), 0.25, 4),
            new Regime("feature", "Small α = 2⁻⁴", 0x1p-4, TrainingCells.powers(0x1p-5, 2, 4), 0.25, 0.25));

    @Override
    public String id() {
        return "network-controls";
    }

    @Override
    public String title() {
        return "Is it the temperature, or the shape of the noise? Controls of SGD's noise at equal T";
    }

    @Override
    public List<String> sources() {
        return NetworkCells.SOURCES;
    }

    static int replicas(Preset preset) {
        return preset.choose(24, 96);
    }

    private static NetworkConfig base(Preset preset) {
        return Schema.with(NetworkCells.GAUSSIAN, "testSize", preset.choose(4096, 16_384), "probeSize", 0);
    }

    private static NetworkConfig config(Preset preset, Regime regime, Arm arm, double temperature) {
        NetworkConfig config = Schema.with(base(preset), "batchSize", arm.batchSize, "noise", arm.noise);
        return NetworkCells.at(config, regime.outputScale, temperature);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<NetworkConfig> cells = new ArrayList<>();
        for (Regime regime : REGIMES) {
            for (double temperature : regime.temperatures) {
                cells.add(config(preset, regime, REFERENCE, temperature));
                ARMS.forEach(arm -> cells.add(config(preset, regime, arm, temperature)));
            }
        }
        int replicas = replicas(preset);
        Pairs pairs = new Pairs(preset, experiment.run(Sweep.of(NetworkCells.STUDY, cells, replicas)));
        Sheet sheet = new Sheet();
        for (Regime regime : REGIMES) {
            Axis axis = Axis.log2("ratio of weight changes").range(0.5, 2);
            addPanel(sheet, regime, "weights", axis, 1, pairs, pairs::weights);
        }
        for (Regime regime : REGIMES) {
            Axis axis = Axis.log2("ratio of times t*").range(0x1p-5, 2);
            addPanel(sheet, regime, "time", axis, 1, pairs, pairs::time);
        }
        for (Regime regime : REGIMES) {
            Axis axis = Axis.linear("difference of test errors").range(-0.03, 0.03);
            addPanel(sheet, regime, "error", axis, 0, pairs, pairs::error);
        }
        NetworkConfig base = base(preset);
        String n = String.valueOf(replicas);
        String caption = "Other noises and batches against the minibatch of B = " + BATCH
                + " at equal temperature: (a, b) ratio of the weight changes at the stop, (c, d) ratio of the times t*,"
                + " geometric means with 95 % t intervals of the logarithms; (e, f) difference of the test errors, means"
                + " with 95 % t intervals; the series stand side by side about their temperature. All"
                + " are taken replica by replica, n = " + n + ", on the same points, weights and test set ("
                + base.testSize()
                + " points), so that the intervals do not hold the sampling error of the test set. Solid: no difference,"
                + " the theory for B ≪ P, B below B* and, of unfitted points, U ≫ B: of all series in (a, b, e, f) and of"
                + " minibatches and Gaussian noise in (c, d). Gaussian: the full gradient plus Gaussian noise of exactly"
                + " the minibatch's covariance (this kit's control; the authors' noise has its size, not its shape);"
                + " unfitted: min(B, U) of the U points unfitted now, over B. Only temperatures at which all replicas"
                + " fitted are shown. x ~ N(0, 1₁₀), y = sign(x₁), D = "
                + base.network().depth() + ", h = "
                + base.network().width() + ", P = " + base.trainSize() + ", ReLU, float32.";
        Map<String, String> columns = REGIMES.stream()
                .flatMap(regime -> Stream.of("weights", "time", "error").map(kind -> panel(regime, kind)))
                .collect(Collectors.toMap(panel -> panel, panel -> "x"));
        return new Drawing(
                NetworkCells.withTemperaturePerWidth(
                        sheet.frame(), base.network().width(), columns),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption,
                n,
                claims(pairs));
    }

    private static String panel(Regime regime, String kind) {
        return regime.name + " " + kind;
    }

    /** How a number of one arm stands to that of another. */
    private interface Comparison {
        Estimate of(Regime regime, Arm from, Arm to, double temperature);
    }

    private static void addPanel(
            Sheet sheet, Regime regime, String kind, Axis axis, double equal, Pairs pairs, Comparison comparison) {
        String panel = panel(regime, kind);
        double[] temperatures = regime.temperatures;
        double last = temperatures[temperatures.length - 1];
        sheet.panel(panel, regime.title, Axis.log2("temperature T = η/B").range(temperatures[0] / 2, 2 * last), axis);
        for (int k = 0; k < ARMS.size(); k++) {
            Arm arm = ARMS.get(k);
            sheet.points(
                    panel,
                    arm.text(),
                    k,
                    temperatures,
                    regime.beside(k),
                    Arrays.stream(temperatures)
                            .mapToObj(t -> comparison.of(regime, REFERENCE, arm, t))
                            .toArray(Estimate[]::new),
                    Arrays.stream(temperatures)
                            .mapToObj(t -> pairs.ends(regime, arm, t))
                            .toArray(Ends[]::new));
        }
        String legend = "as minibatch, B = " + BATCH;
        sheet.line(
                panel,
                legend,
                legend,
                REFERENCE_COLOUR,
                new double[] {temperatures[0], last},
                new double[] {equal, equal},
                Sheet.Kind.THEORY);
    }

    /** Numbers of one arm against those of another, replica by replica; NaN unless all of both fitted. */
    private record Pairs(Preset preset, Results<NetworkConfig, NetworkResult> results) {
        Ends ends(Regime regime, Arm arm, double temperature) {
            return TrainingCells.ends(results.of(config(preset, regime, arm, temperature)));
        }

        private double[] values(
                Regime regime,
                Arm from,
                Arm to,
                double temperature,
                ToDoubleFunction<NetworkResult> value,
                DoubleBinaryOperator comparison) {
            return NetworkCells.paired(
                    results.of(config(preset, regime, to, temperature)),
                    results.of(config(preset, regime, from, temperature)),
                    value,
                    comparison);
        }

        Estimate weights(Regime regime, Arm from, Arm to, double temperature) {
            return Estimate.ofGeometricMean(
                    values(regime, from, to, temperature, NetworkResult::relativeWeightChange, (a, b) -> a / b));
        }

        Estimate time(Regime regime, Arm from, Arm to, double temperature) {
            return Estimate.ofGeometricMean(
                    values(regime, from, to, temperature, NetworkResult::time, (a, b) -> a / b));
        }

        Estimate error(Regime regime, Arm from, Arm to, double temperature) {
            return Estimate.ofMean(values(regime, from, to, temperature, NetworkResult::testError, (a, b) -> a - b));
        }
    }

    private static List<Claim> claims(Pairs pairs) {
        List<Claim> claims = new ArrayList<>();
        Regime lazy = REGIMES.get(0);
        claims.add(one("batch-4", "weight change, B = 4 over B = 1", lazy, pairs::weights, SINGLE, REFERENCE));
        claims.add(one(
                "batch-16",
                "weight change, B = 16 over B = 4 (the first step takes over above B*)",
                lazy,
                pairs::weights,
                REFERENCE,
                LARGE));
        claims.add(one(
                "unfitted-one",
                "weight change, one unfitted point a step over one of all points (the same process without idle steps)",
                lazy,
                pairs::weights,
                SINGLE,
                UNFITTED_SINGLE));
        for (Regime regime : REGIMES) {
            String gaussian = "Gaussian noise of the minibatch's covariance over minibatch";
            String unfitted = "unfitted points alone over minibatch";
            claims.add(one(
                    "gaussian-weights-" + regime.name,
                    "weight change, " + gaussian,
                    regime,
                    pairs::weights,
                    REFERENCE,
                    GAUSSIAN));
            claims.add(
                    one("gaussian-time-" + regime.name, "time, " + gaussian, regime, pairs::time, REFERENCE, GAUSSIAN));
            claims.add(Claim.theory(
                    "network-controls-gaussian-error-" + regime.name,
                    "Gaussian noise of the minibatch's covariance has the minibatch's test error to within "
                            + EQUIVALENCE + ", " + setting(regime, regime.noisy),
                    0,
                    EQUIVALENCE,
                    pairs.error(regime, REFERENCE, GAUSSIAN, regime.noisy),
                    GAUSSIAN_THEORY));
            claims.add(one(
                    "unfitted-weights-" + regime.name,
                    "weight change, " + unfitted + " (another clock, U ≫ B)",
                    regime,
                    pairs::weights,
                    REFERENCE,
                    UNFITTED));
            claims.add(new Claim(
                    "network-controls-unfitted-time-" + regime.name,
                    Claim.Kind.THEORY,
                    "time, " + unfitted + ", is below 1, " + setting(regime, regime.judged),
                    Double.NaN,
                    0,
                    1,
                    pairs.time(regime, REFERENCE, UNFITTED, regime.judged),
                    THEORY + ", with dt′ = (P/U) dt"));
        }
        return claims;
    }

    private static Claim one(String id, String statement, Regime regime, Comparison ratio, Arm from, Arm to) {
        return Claim.theory(
                "network-controls-" + id,
                statement + ", is 1, " + setting(regime, regime.judged),
                1,
                ratio.of(regime, from, to, regime.judged),
                to.equals(GAUSSIAN) ? GAUSSIAN_THEORY : THEORY);
    }

    private static String setting(Regime regime, double temperature) {
        String plane = "α = " + NetworkCells.power(regime.outputScale) + ", T = " + NetworkCells.power(temperature);
        return temperature == regime.judged
                ? "Gaussian points, " + regime.name + ", " + plane
                : "Gaussian points, " + plane + " (noise ends the lazy regime)";
    }
}
