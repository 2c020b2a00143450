package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;

/** The Schrödinger bridge between Gaussians and the energy of its drift, with claims on how fast the SDE forgets its initial value. */
public final class InterpolantBridge extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String BUNNE = "Bunne et al. 2023, arXiv 2202.05722";

    private static final Pair.Gaussians PAIR = Pair.Gaussians.standard();
    private static final double DIFFUSION = 0.4;
    private static final Reduction<InterpolantStudy.Result> ENERGY = mean(InterpolantStudy.Result::energy);
    private static final Reduction<InterpolantStudy.Result> VARIANCE =
            mean(run -> run.variance().get(0));

    /** The figure. */
    public InterpolantBridge() {
        super(
                "interpolant-bridge",
                "Schrödinger bridge between Gaussians and its energy",
                List.of(
                        ALBERGO,
                        "Bunne, Hsieh, Cuturi, Krause 2023, Schrödinger Bridge between Gaussians, arXiv 2202.05722"));
    }

    private static GaussianBridge bridge(double diffusion) {
        return new GaussianBridge(
                PAIR.startMean(), PAIR.startVariance(), PAIR.endMean(), PAIR.endVariance(), diffusion);
    }

    /** The SDE with independent ends, linear path, a = 2. */
    private static InterpolantStudy.Config independent(int particles, Motion motion) {
        return Schema.with(STUDY.defaults(), "pair", PAIR, "motion", motion, "steps", 128, "particles", particles);
    }

    /** The SDE of the bridge, or of the same schedule with independent ends. */
    private static InterpolantStudy.Config bridged(int particles, boolean coupled, double diffusion, double to) {
        double c = coupled ? bridge(diffusion).covariance() : 0;
        PathSchedule schedule = PathSchedule.linear(2 * diffusion);
        return Schema.with(
                independent(particles, new Motion.Sde(SdeMethod.EULER_MARUYAMA, diffusion)),
                "pair",
                Schema.with(PAIR, "covariance", c),
                "schedule",
                schedule,
                "to",
                to,
                "steps",
                256);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: other ε, whose closed form lies outside the window");
        board.title(
                "A Schrödinger bridge costs less energy than independent ends",
                "A Schrödinger bridge costs as much energy as independent ends",
                "A Schrödinger bridge may cost less energy than independent ends");
        board.subtitle("Energy of the motion against its noise, and variance along the path between two Gaussians");
        board.sixDigits();
        int n = board.replicas(16, 64);
        int few = board.choose(1000, 10_000);
        double[] noises = {0.1, 0.2, 0.4, 0.8, 1.6};
        double[] times = Line.even(0.125, 0.875, 7);
        var bridges = board.along(STUDY, noises, e -> bridged(few, true, e, 1));
        var others = board.along(STUDY, noises, e -> bridged(few, false, e, 1));
        var bridgeInTime = board.along(STUDY, times, t -> bridged(few, true, DIFFUSION, t));
        var otherInTime = board.along(STUDY, times, t -> bridged(few, false, DIFFUSION, t));
        int many = board.choose(2000, 20_000);
        var memories =
                board.along(STUDY, Line.even(0, 2, 5), e -> independent(many, new Motion.Sde(SdeMethod.HEUN, e)));
        double[] fine = SixDigits.of(Line.logarithmic(0.1, 1.6, 61));
        Axis x = Axis.log10("noise ε").range(0.08, 2);
        Axis y = Axis.linear("energy of the motion");
        Plot energy = board.plot("energy", "Energy of the motion", x, y)
                .law("bridge", fine, e -> bridge(e).energy())
                .points("bridge", bridges, ENERGY)
                .law("independent ends", fine, e -> bridge(e).independentEnergy())
                .points("independent ends", others, ENERGY);
        double[] t = SixDigits.of(Line.even(0, 1, 51));
        Axis across = Axis.linear("time t").range(0, 1);
        Axis up = Axis.linear("variance along the path").range(0, 3.2);
        Plot variance = board.plot("variance", "Spread along the path", across, up)
                .law("bridge", t, bridge(DIFFUSION)::variance)
                .points("bridge", bridgeInTime, VARIANCE)
                .law("independent ends", t, bridge(DIFFUSION)::independentVariance)
                .points("independent ends", otherInTime, VARIANCE);
        board.claim("energy", "energy of the Schrödinger bridge, ε = 0.4")
                .theory(9.463320)
                .judge(bridges.at(DIFFUSION).the(ENERGY), BUNNE);
        board.claim("energy-independent", "energy of independent ends with the same noise, ε = 0.4")
                .theory(9.721227)
                .judge(others.at(DIFFUSION).the(ENERGY), "closed form");
        energy.claim("least", "energy of the Schrödinger bridge minus that of independent ends is below 0, ε = 0.4")
                .says("The bridge costs less energy than independent ends, ε = 0.4 | difference of energies")
                .below(0)
                .of(bridges.at(DIFFUSION).less(others.at(DIFFUSION), InterpolantStudy.Result::energy))
                .from(BUNNE + ": the bridge minimises it");
        variance.claim("variance", "variance of the Schrödinger bridge at t = ½, ε = 0.4")
                .says("The bridge has the predicted variance at half-time")
                .theory(1.519205)
                .judge(bridgeInTime.at(0.5).the(VARIANCE), BUNNE + ", theorem 3");
        variance.claim("covariance", "covariance of the two ends of the Schrödinger bridge, ε = 0.4")
                .theory(0.888410)
                .judge(bridges.at(DIFFUSION), run -> run.startCovariance().get(0), BUNNE + ", theorem 3");
        tellMemory(board, memories);
        board.caption(
                "dX = (b + ε s) dt + √(2ε) dW from N(−1, ½) to N(2, 3), γ² = 2ε t(1 − t), with the ends of the"
                        + " Schrödinger bridge or independent ends. Points: means over {} replicas with 95 % t intervals;"
                        + " lines: closed forms. (a) Energy of the drift u = b + ε s; the bridge minimises it. (b) ε = 0.4; the bridge's ends have covariance 0.888.",
                n);
    }

    private static void tellMemory(Board board, Line<?, InterpolantStudy.Result> memories) {
        String source = "Cov = √(C₀C₁) exp(−ε ∫ dt/C), from " + ALBERGO;
        board.claim("memory", "covariance of X₀ and X₁ under the SDE, linear path, a = 2, ε = 1")
                .theory(0.51289)
                .judge(memories.at(1), run -> run.startCovariance().get(0), source);
        double[] slopes = memories.perReplica(run -> run.startCovariance().get(0), covariances -> {
            SimpleRegression regression = new SimpleRegression();
            for (int k = 0; k < covariances.length; k++) {
                regression.addData(memories.x()[k], StrictMath.log(covariances[k]));
            }
            return regression.getSlope();
        });
        board.claim("decay", "slope in ε of the logarithm of the covariance of X₀ and X₁, ε ≤ 2")
                .theory(-0.870420)
                .judge(Estimate.ofMeanOrNone(slopes), source);
    }
}
