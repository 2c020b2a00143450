package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
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
public final class NetworkControls extends Story {
    private static final Arm REFERENCE = new Arm(GradientNoise.MINIBATCH, 4);
    private static final Arm SINGLE = new Arm(GradientNoise.MINIBATCH, 1);
    private static final Arm LARGE = new Arm(GradientNoise.MINIBATCH, 16);
    private static final Arm GAUSSIAN = new Arm(GradientNoise.GAUSSIAN, 4);
    private static final Arm LARGE_GAUSSIAN = new Arm(GradientNoise.GAUSSIAN, 16);
    private static final Arm UNFITTED = new Arm(GradientNoise.UNFITTED, 4);
    private static final Arm UNFITTED_SINGLE = new Arm(GradientNoise.UNFITTED, 1);
    /** The first is what the others are held against. */
    private static final List<Arm> ARMS =
            List.of(REFERENCE, SINGLE, LARGE, GAUSSIAN, LARGE_GAUSSIAN, UNFITTED, UNFITTED_SINGLE);
    /** Half-width of the window in which two errors count as equal. */
    private static final double EQUIVALENCE = 0.01;

    private static final String THEORY =
            "dw = g dt + √(T Σ) dW: mean and covariance of a step are all that counts (arXiv 2301.13703)";
    private static final String GAUSSIAN_THEORY =
            THEORY + "; Gaussian noise of the minibatch's own covariance is this kit's control, after the authors'";

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
        private String setting(double temperature) {
            String plane = "α = " + NetworkCells.power(outputScale) + ", T = " + NetworkCells.power(temperature);
            return temperature == judged
                    ? "Gaussian points, " + name + ", " + plane
                    : "Gaussian points, " + plane + " (noise ends the lazy regime)";
        }
    }

    static final List<Regime> REGIMES = List.of(
            new Regime("lazy", "Large α = 2¹⁴", 0x1p14, powers(0x1p-6, 4, 5), 0.25, 4),
            new Regime("feature", "Small α = 2⁻⁴", 0x1p-4, powers(0x1p-5, 2, 4), 0.25, 0.25));

    /** What is compared, by ratios or, of errors, by differences. */
    private enum Quantity {
        WEIGHTS("weights", Axis.log2("ratio of weight changes").range(0.5, 2), NetworkResult::relativeWeightChange),
        TIME("time", Axis.log2("ratio of times t*").range(0x1p-5, 2), NetworkResult::time),
        ERROR("error", Axis.linear("difference of test errors").range(-0.03, 0.03), NetworkResult::testError);

        private final String text;
        private final Axis axis;
        private final ToDoubleFunction<NetworkResult> value;

        Quantity(String text, Axis axis, ToDoubleFunction<NetworkResult> value) {
            this.text = text;
            this.axis = axis;
            this.value = value;
        }

        /** Of one cell against another, replica by replica. */
        Estimate of(Cell<NetworkConfig, NetworkResult> arm, Cell<NetworkConfig, NetworkResult> against) {
            return this == ERROR ? arm.less(against, value) : arm.over(against, value);
        }
    }

    /** The arms in a regime, along x, at every temperature. */
    private record Runs(Regime regime, Plane<NetworkConfig, NetworkResult> arms) {
        Line<NetworkConfig, NetworkResult> along(Arm arm) {
            return arms.column(ARMS.indexOf(arm));
        }

        String panel(Quantity quantity) {
            return regime.name + " " + quantity.text;
        }
    }

    /** The figure. */
    public NetworkControls() {
        super(
                "network-controls",
                "Is it the temperature, or the shape of the noise? Controls of SGD's noise at equal T",
                NetworkCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(24, 96);
        NetworkConfig base = Schema.with(NetworkCells.GAUSSIAN, "testSize", board.choose(4096, 16_384), "probeSize", 0);
        List<Runs> regimes = REGIMES.stream()
                .map(regime -> new Runs(
                        regime,
                        board.plane(
                                NetworkCells.STUDY,
                                numbered(ARMS.size()),
                                regime.temperatures,
                                (number, t) -> config(base, regime, ARMS.get((int) number - 1), t))))
                .toList();
        for (Quantity quantity : Quantity.values()) {
            regimes.forEach(runs -> tellQuantity(board, quantity, runs));
        }
        Runs lazy = regimes.get(0);
        claimOne(board, "batch-4", "weight change, B = 4 over B = 1", lazy, Quantity.WEIGHTS, SINGLE, REFERENCE);
        String large = "weight change, B = 16 over B = 4 (the first step takes over above B*)";
        claimOne(board, "batch-16", large, lazy, Quantity.WEIGHTS, REFERENCE, LARGE);
        String idle =
                "weight change, one unfitted point a step over one of all points (the same process without idle steps)";
        claimOne(board, "unfitted-one", idle, lazy, Quantity.WEIGHTS, SINGLE, UNFITTED_SINGLE);
        regimes.forEach(runs -> tellClaims(board, runs));
        board.layout(Plate::sharedLegend);
        board.caption(
                "Other noises and batches against the minibatch of B = {} at equal temperature: (a, b) ratio of the weight"
                        + " changes at the stop, (c, d) ratio of the times t*, geometric means with 95 % t intervals of the"
                        + " logarithms; (e, f) difference of the test errors, means with 95 % t intervals; all replica by"
                        + " replica, n = {}, on the same points, weights and {} test points, whose sampling error the intervals do"
                        + " not hold. Series stand side by side about their temperature. Solid: no difference, the theory for"
                        + " B ≪ P, B below B* and U ≫ B; in (c, d) not of unfitted points. Gaussian: the full gradient plus noise"
                        + " of exactly the minibatch's covariance (the authors' noise has its size, not its shape); unfitted:"
                        + " min(B, U) of the U points unfitted now, over B. Shown where all replicas fitted. x ~ N(0, 1₁₀),"
                        + " y = sign(x₁), D = {}, h = {}, P = {}, ReLU, float32.",
                REFERENCE.batchSize,
                n,
                base.testSize(),
                base.network().depth(),
                base.network().width(),
                base.trainSize());
    }

    private static NetworkConfig config(NetworkConfig base, Regime regime, Arm arm, double temperature) {
        return NetworkCells.at(
                Schema.with(base, "batchSize", arm.batchSize, "noise", arm.noise), regime.outputScale, temperature);
    }

    private static void tellQuantity(Board board, Quantity quantity, Runs runs) {
        double[] temperatures = runs.regime.temperatures;
        double last = temperatures[temperatures.length - 1];
        int width = NetworkCells.GAUSSIAN.network().width();
        Plot plot = board.plot(
                        runs.panel(quantity),
                        runs.regime.title,
                        Axis.log2("temperature T = η/B").range(temperatures[0] / 2, 2 * last),
                        quantity.axis)
                .column(NetworkCells.PER_WIDTH, "x", t -> t / width);
        var reference = runs.along(REFERENCE);
        for (Arm arm : ARMS.subList(1, ARMS.size())) {
            var line = runs.along(arm);
            Estimate[] compared = IntStream.range(0, line.size())
                    .mapToObj(k ->
                            quantity.of(line.cells().get(k), reference.cells().get(k)))
                    .toArray(Estimate[]::new);
            plot.points(arm.text(), temperatures, compared, line.ends());
        }
        String legend = "as minibatch, B = " + REFERENCE.batchSize;
        double equal = quantity == Quantity.ERROR ? 0 : 1;
        plot.named(legend).level(LineKind.THEORY, legend, equal, temperatures[0], last);
    }

    private static void tellClaims(Board board, Runs runs) {
        Regime regime = runs.regime;
        String gaussian = "Gaussian noise of the minibatch's covariance";
        String unfitted = "unfitted points alone over minibatch";
        String weights = "weight change, " + gaussian + " over minibatch";
        claimOne(board, "gaussian-weights-" + regime.name, weights, runs, Quantity.WEIGHTS, REFERENCE, GAUSSIAN);
        String time = "time, " + gaussian + " over minibatch";
        claimOne(board, "gaussian-time-" + regime.name, time, runs, Quantity.TIME, REFERENCE, GAUSSIAN);
        board.claim(
                        "gaussian-error-" + regime.name,
                        gaussian + " has the minibatch's test error to within " + EQUIVALENCE + ", "
                                + regime.setting(regime.noisy))
                .in(runs.panel(Quantity.ERROR))
                .theory(0)
                .within(EQUIVALENCE)
                .of(Quantity.ERROR.of(
                        runs.along(GAUSSIAN).at(regime.noisy),
                        runs.along(REFERENCE).at(regime.noisy)))
                .from(GAUSSIAN_THEORY);
        String alone = "weight change, " + unfitted + " (another clock, U ≫ B)";
        claimOne(board, "unfitted-weights-" + regime.name, alone, runs, Quantity.WEIGHTS, REFERENCE, UNFITTED);
        board.claim(
                        "unfitted-time-" + regime.name,
                        "time, " + unfitted + ", is below 1, " + regime.setting(regime.judged))
                .in(runs.panel(Quantity.TIME))
                .below(1)
                .of(Quantity.TIME.of(
                        runs.along(UNFITTED).at(regime.judged),
                        runs.along(REFERENCE).at(regime.judged)))
                .from(THEORY + ", with dt′ = (P/U) dt");
    }

    /** That one arm gives what another gives. */
    private static void claimOne(
            Board board, String name, String statement, Runs runs, Quantity quantity, Arm from, Arm to) {
        double judged = runs.regime.judged;
        board.claim(name, statement + ", is 1, " + runs.regime.setting(judged))
                .in(runs.panel(quantity))
                .theory(1)
                .of(quantity.of(runs.along(to).at(judged), runs.along(from).at(judged)))
                .from(to.equals(GAUSSIAN) ? GAUSSIAN_THEORY : THEORY);
    }
}
