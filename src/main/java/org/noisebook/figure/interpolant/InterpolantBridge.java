package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.GaussianBridge;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.InterpolantStudy;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.solver.Field;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;

/** The Schrödinger bridge between Gaussians and the energy of its drift; claims also on how the SDE forgets its start. */
public final class InterpolantBridge extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String BUNNE = "Bunne et al. 2023, arXiv 2202.05722";

    private static final Pair.Gaussians PAIR = Pair.Gaussians.standard();
    private static final double DIFFUSION = 0.4;

    /** The figure. */
    public InterpolantBridge() {
        super(
                "interpolant-bridge",
                "Schrödinger bridge between Gaussians and what it costs",
                List.of(
                        ALBERGO,
                        "Bunne, Hsieh, Cuturi, Krause 2023, The Schrödinger Bridge between Gaussian Measures has a"
                                + " Closed Form, arXiv 2202.05722"));
    }

    private static InterpolantConfig config(Object... changes) {
        return Schema.with(InterpolantConfig.standard(), changes);
    }

    private static GaussianBridge bridge(double diffusion) {
        return new GaussianBridge(
                PAIR.startMean(), PAIR.startVariance(), PAIR.endMean(), PAIR.endVariance(), diffusion);
    }

    /** The SDE of the bridge, or of the same schedule with independent ends. */
    private static InterpolantConfig bridged(int particles, boolean coupled, double diffusion, double to) {
        double c = coupled ? bridge(diffusion).covariance() : 0;
        Motion motion = new Motion.Sde(SdeMethod.EULER_MARUYAMA, diffusion);
        InterpolantConfig ends =
                config("pair", Schema.with(PAIR, "covariance", c), "schedule", PathSchedule.linear(2 * diffusion));
        return Schema.with(ends, "motion", motion, "to", to, "steps", 256, "particles", particles);
    }

    /** The SDE with coupled or independent ends: along ε, and along t at one ε. */
    private record Ends(
            String name, boolean coupled, Line<?, InterpolantResult> noises, Line<?, InterpolantResult> times) {
        static Ends of(Board board, String name, boolean coupled) {
            int particles = board.choose(1000, 10_000);
            double[] noises = {0.1, 0.2, 0.4, 0.8, 1.6};
            return new Ends(
                    name,
                    coupled,
                    board.along(STUDY, noises, diffusion -> bridged(particles, coupled, diffusion, 1)),
                    board.along(STUDY, Line.even(0.125, 0.875, 7), t -> bridged(particles, coupled, DIFFUSION, t)));
        }
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        int n = board.replicas(16, 64);
        int many = board.choose(2000, 20_000);
        List<Ends> both = List.of(Ends.of(board, "bridge", true), Ends.of(board, "independent ends", false));
        Line<?, InterpolantResult> memories = board.along(STUDY, new double[] {0, 0.5, 1, 1.5, 2}, diffusion -> {
            Motion motion = new Motion.Sde(SdeMethod.HEUN, diffusion);
            return config("pair", PAIR, "motion", motion, "steps", 128, "particles", many);
        });
        tellEnergies(board, both);
        tellVariance(board, both);
        tellMemory(board, memories);
        board.layout(plate -> plate.size(85, 0.75));
        board.caption(
                "Between N(−1, ½) and N(2, 3): dX = (b + ε s) dt + √(2ε) dW, γ² = 2ε t(1 − t), with the ends of the"
                    + " Schrödinger bridge or with independent ends. Points: simulation, means over {} replicas with"
                    + " 95 % t intervals; lines: closed forms. (a) Energy ∫ E u² dt of the drift u = b + ε s; no other"
                    + " with this noise and these ends has less than the bridge's. (b) Variance of x_t at ε = 0.4,"
                    + " where the ends of the bridge have covariance 0.888.",
                n);
    }

    private static void tellEnergies(Board board, List<Ends> both) {
        double[] fine = SixDigits.of(Line.logarithmic(0.1, 1.6, 61));
        Plot plot = board.plot(
                "energy",
                "What the bridge costs",
                Axis.log10("noise ε").range(0.08, 2),
                Axis.linear("energy of the drift, ∫ E u² dt"));
        for (Ends ends : both) {
            plot.law(
                            ends.name,
                            fine,
                            e -> ends.coupled ? bridge(e).energy() : bridge(e).independentEnergy())
                    .points(ends.name, ends.noises, mean(InterpolantResult::energy));
        }
        Cell<?, InterpolantResult> optimal = both.get(0).noises.at(DIFFUSION);
        Cell<?, InterpolantResult> independent = both.get(1).noises.at(DIFFUSION);
        plot.claim("energy", "energy of the bridge, ε = 0.4")
                .theory(9.463320)
                .of(optimal.the(mean(InterpolantResult::energy)))
                .from(BUNNE);
        plot.claim("energy-independent", "energy of independent ends with the same noise, ε = 0.4")
                .theory(9.721227)
                .of(independent.the(mean(InterpolantResult::energy)))
                .from("closed form");
        plot.claim("least", "energy of the bridge less that of independent ends is below 0, ε = 0.4")
                .says("The bridge costs less energy: {}")
                .below(0)
                .of(optimal.less(independent, InterpolantResult::energy))
                .from(BUNNE + ": the bridge minimises it");
    }

    private static void tellVariance(Board board, List<Ends> both) {
        GaussianBridge bridge = bridge(DIFFUSION);
        Plot plot = board.plot(
                "variance",
                "Spread on the way, ε = 0.4",
                Axis.linear("time t").range(0, 1),
                Axis.linear("variance of x_t").range(0, 3.2));
        for (Ends ends : both) {
            plot.law(
                            ends.name,
                            SixDigits.of(Line.even(0, 1, 51)),
                            ends.coupled ? bridge::variance : bridge::independentVariance)
                    .points(ends.name, ends.times, mean(run -> run.variance().get(0)));
        }
        plot.claim("variance", "variance of the bridge at t = ½, ε = 0.4")
                .says("Its variance at half-time: {} (theory 1.52)")
                .theory(1.519205)
                .of(both.get(0).times.at(0.5).the(mean(run -> run.variance().get(0))))
                .from(BUNNE + ", theorem 3");
        plot.claim("covariance", "covariance of the ends of the bridge's SDE, ε = 0.4")
                .theory(0.888410)
                .of(both.get(0)
                        .noises
                        .at(DIFFUSION)
                        .the(mean(run -> run.startCovariance().get(0))))
                .from(BUNNE + ", theorem 3");
        double[] slopes = {0.776820, 0.559503, 0.437197};
        String[] ids = {"start", "middle", "end"};
        String[] times = {"0", "½", "1"};
        Field.Evaluator drift =
                bridge.interpolant().forwardDrift(time -> DIFFUSION).evaluator(2);
        for (int k = 0; k < slopes.length; k++) {
            double[][] out = new double[1][2];
            drift.at(0.5 * k, new double[][] {{0, 1}}, 2, out);
            plot.claim(
                            "slope-" + ids[k],
                            "slope of the drift b + ε s of the coupled interpolant at t = " + times[k] + ", ε = 0.4")
                    .identity(slopes[k], 1e-6)
                    .of(SixDigits.exact(out[0][1] - out[0][0]))
                    .from(BUNNE + ", theorem 3: k = 1/(t + 1/k(0)); window: printed digits");
        }
    }

    private static void tellMemory(Board board, Line<?, InterpolantResult> memories) {
        String source = "Cov = √(C₀C₁) exp(−ε ∫ dt/C), from " + ALBERGO;
        board.claim("memory", "covariance of X₀ and X₁ of the SDE, linear, a = 2, ε = 1")
                .theory(0.51289)
                .of(memories.at(1).the(mean(run -> run.startCovariance().get(0))))
                .from(source);
        double[] slopes = memories.perReplica(run -> run.startCovariance().get(0), covariances -> {
            SimpleRegression regression = new SimpleRegression();
            for (int k = 0; k < covariances.length; k++) {
                regression.addData(memories.x()[k], StrictMath.log(covariances[k]));
            }
            return regression.getSlope();
        });
        board.claim("decay", "slope of the logarithm of that covariance in ε, ε ≤ 2")
                .theory(-0.870420)
                .of(Estimate.ofMean(slopes))
                .from(source);
    }
}
