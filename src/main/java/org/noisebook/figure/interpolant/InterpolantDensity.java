package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.field.LossFloor;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantPathsConfig;
import org.noisebook.interpolant.InterpolantPathsResult;
import org.noisebook.interpolant.InterpolantPathsStudy;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.InterpolantStudy;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.SdeMethod;
import org.noisebook.stats.Estimate;

/** ρ(t, x) of one pair of densities under four schedules, with paths of ODE and SDE. */
public final class InterpolantDensity extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final Pair PAIR = new Pair.TwoToThree();

    /** A schedule, the panel of its density, and what is known of it. */
    private record Way(String panel, String id, String name, PathSchedule schedule, double floor, double scoreEnergy) {
        MixtureInterpolant interpolant() {
            return PAIR.interpolant(schedule);
        }
    }

    private static final Way STILL =
            new Way("a", "linear", "linear, γ = 0", PathSchedule.linear(0), -11.26946, 3.05980);
    private static final Way NOISY =
            new Way("b", "linear-2", "linear, a = 2", PathSchedule.linear(2), -9.18165, 0.96216);
    private static final Way EXACT = new Way(
            "c",
            "variance-exact",
            "variance-exact, a = 2",
            new PathSchedule(PathSchedule.Path.VARIANCE_EXACT, new Latent.Root(2)),
            -9.79559,
            0.86405);
    private static final Way ENCODING = new Way(
            "d",
            "encoding",
            "encoding–decoding",
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared()),
            -32.74965,
            2.36641);
    private static final List<Way> WAYS = List.of(STILL, NOISY, EXACT, ENCODING);
    /** Between normal ends the variance-exact schedule is linear, a = 2. */
    private static final List<Way> OTHERS = List.of(STILL, NOISY, ENCODING);

    private static final Motion NOISE = new Motion.Sde(SdeMethod.HEUN, 1);
    private static final Doubles STARTS = Doubles.of(-3.4, -2.6, 2.6, 3.4);
    private static final Doubles NOISY_STARTS = Doubles.of(-3, 3);
    private static final Doubles MAPPED = Doubles.of(-3.5, -2.6, 0.05, 2.7, 3.9);
    private static final int SHOWN = 20;
    private static final double REACH = 7.5;
    private static final int MODE_TIMES = 200;
    /** Rounding of sums of a few numbers of order one. */
    private static final double ROUNDING = 1e-9;

    /** The figure. */
    public InterpolantDensity() {
        super(
                "interpolant-density",
                "Density over time and paths of an interpolant under four schedules",
                List.of(ALBERGO));
    }

    /** Standard normal ends, by SDE. */
    private static InterpolantConfig unit(Way way, double t, int particles) {
        InterpolantConfig config = Schema.with(
                InterpolantConfig.standard(), "pair", new Pair.Gaussians(0, 1, 0, 1, 0), "schedule", way.schedule);
        return Schema.with(config, "motion", NOISE, "to", t, "steps", 64, "particles", particles);
    }

    /** Paths of a way's ODE and SDE, and where its ODE takes a few places. */
    private record Paths(
            Cell<?, InterpolantPathsResult> flow,
            Cell<?, InterpolantPathsResult> noisy,
            Cell<?, InterpolantPathsResult> map) {
        static Paths of(Board board, Way way) {
            InterpolantPathsStudy study = new InterpolantPathsStudy();
            InterpolantPathsConfig flow =
                    new InterpolantPathsConfig(PAIR, way.schedule, Motion.Ode.standard(), STARTS, 51, SHOWN);
            return new Paths(
                    board.cell(study, flow, 1),
                    board.cell(study, Schema.with(flow, "motion", NOISE, "starts", NOISY_STARTS), 1),
                    board.cell(study, Schema.with(flow, "starts", MAPPED, "every", 2000, "shown", 1), 1));
        }
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(8, 32);
        int particles = board.choose(1000, 20_000);
        List<Cell<?, InterpolantResult>> flows = new ArrayList<>();
        List<Line<?, InterpolantResult>> units = new ArrayList<>();
        for (Way way : WAYS) {
            InterpolantConfig flow = Schema.with(InterpolantConfig.standard(), "schedule", way.schedule, "steps", 128);
            flows.add(board.cell(STUDY, Schema.with(flow, "particles", board.choose(2000, 20_000))));
            if (OTHERS.contains(way)) {
                units.add(board.along(STUDY, Line.even(0.125, 0.875, 7), t -> unit(way, t, particles)));
            }
        }
        List<Paths> paths = WAYS.stream().map(way -> Paths.of(board, way)).toList();
        for (int k = 0; k < WAYS.size(); k++) {
            tellMap(board, WAYS.get(k), paths.get(k));
        }
        tellModes(board);
        tellVariance(board, units);
        tellEnergies(board, flows);
        tellEnds(board, paths);
        board.caption(
                "½ N(−3, ¼) + ½ N(3, ¼) to three modes at −6, 0, 6 of variances 0.5, 0.33, 0.5; γ² = a t(1 − t)."
                        + " (a–d) Exact density; black: paths of the ODE dX = b dt from four places; orange: two paths of"
                        + " the SDE with ε = 1, the same noise in all panels. All schedules end the ODE's paths at the same"
                        + " places. (e) Local maxima in x of the exact density; where lines meet the last drawn shows. (f)"
                        + " Variance of x_t between two independent N(0, 1): lines α² +"
                        + " β² + γ², with that of the variance-exact schedule on that of linear a = 2; points: SDE, ε = 1,"
                        + " means over {} replicas of {} particles with 95 % t intervals.",
                n, particles);
    }

    private static void tellMap(Board board, Way way, Paths paths) {
        int columns = board.choose(20, 50);
        int rows = board.choose(30, 90);
        double[] t = SixDigits.of(Line.centres(0, 1, columns));
        double[] x = SixDigits.of(Line.centres(-REACH, REACH, rows));
        double[][] density = way.interpolant().density(t, x);
        Arrays.setAll(density, j -> thousandths(density[j]));
        Plot plot = board.exactMap(
                way.panel,
                way.name,
                Axis.linear("time t").range(0, 1),
                Axis.linear("place x").range(-REACH, REACH),
                ColourBar.of("density ρ(t, x)", 0, 0.25),
                t,
                x,
                density);
        tellPaths(plot.colour(2).named("ODE"), "ODE", paths.flow, STARTS);
        tellPaths(plot.colour(1).named("SDE, ε = 1"), "SDE", paths.noisy, NOISY_STARTS);
    }

    private static double[] thousandths(double... values) {
        return Arrays.stream(values).map(value -> Math.rint(1e3 * value) / 1e3).toArray();
    }

    private static void tellPaths(Plot plot, String series, Cell<?, InterpolantPathsResult> cell, Doubles starts) {
        for (double[] path : cell.runs().get(0).paths(starts.size())) {
            plot.line(LineKind.SAMPLE, series, Line.even(0, 1, SHOWN + 1), thousandths(path));
        }
    }

    private static void tellModes(Board board) {
        Plot plot = board.plot(
                "e",
                "Modes on the way",
                Axis.linear("time t").range(0, 1),
                Axis.linear("modes of ρ(t)").range(0, 7));
        double[] t = SixDigits.of(Line.centres(0, 1, MODE_TIMES));
        List<double[]> modes = new ArrayList<>();
        for (Way way : OTHERS) {
            modes.add(ModeCounts.of(PAIR, way.schedule, t));
            plot.colour(WAYS.indexOf(way))
                    .named(way.name)
                    .line(LineKind.THEORY, way.name, t, modes.get(modes.size() - 1));
        }
        ModeCounts.judge(plot, PAIR, modes.get(0), modes.get(1), ALBERGO + ", section 4");
        GaussianMixture half = NOISY.interpolant().marginal(0.5);
        board.plot("b")
                .claim(
                        "valley",
                        "ρ(½, 0) over the largest ρ(½, x) at linear a = 2 less that at γ = 0 is above 0: γ fills the valley")
                .above(0)
                .of(SixDigits.exact(valley(half) - valley(STILL.interpolant().marginal(0.5))))
                .from(ALBERGO + ", section 4: γ convolves ρ with N(0, γ²)");
        plot.claim("modes-encoding", "modes of ρ(½) under encoding–decoding")
                .identity(1, 0.1)
                .of(SixDigits.exact(ModeCounts.of(PAIR, ENCODING.schedule, 0.5)[0]))
                .from(ALBERGO + ", section 4");
        plot.claim(
                        "noise",
                        "largest difference of log ρ(½), b and s under encoding–decoding from those of N(0, 1), 0 and −x, |x| ≤ 4")
                .identity(0, ROUNDING)
                .of(SixDigits.exact(ENCODING.interpolant().distanceFromNoise(0.5, SixDigits.of(Line.even(-4, 4, 81)))))
                .from(ALBERGO + ", section 4; window: rounding");
    }

    /** ρ(½, 0) over the largest ρ(½, ·): how full the valley between the inner modes is. */
    private static double valley(GaussianMixture law) {
        double peak = DoubleStream.iterate(0, x -> x < ModeCounts.REACH, x -> x + 0.01)
                .map(law::logDensity)
                .max()
                .orElseThrow();
        return StrictMath.exp(law.logDensity(0) - peak);
    }

    /** The largest distance of α² + β² + γ² from a law of time. */
    static double distanceFrom(Schedule schedule, DoubleUnaryOperator law) {
        return Arrays.stream(SixDigits.of(Line.even(0, 1, 1001)))
                .map(t -> Math.abs(schedule.unitVariance(t) - law.applyAsDouble(t)))
                .max()
                .orElseThrow();
    }

    private static void tellVariance(Board board, List<Line<?, InterpolantResult>> units) {
        Plot plot = board.plot(
                "f",
                "Standard normal ends",
                Axis.linear("time t").range(0, 1),
                Axis.linear("variance of xₜ").range(0.4, 1.2));
        for (int k = 0; k < OTHERS.size(); k++) {
            Way way = OTHERS.get(k);
            plot.colour(WAYS.indexOf(way))
                    .law(way.name, SixDigits.of(Line.even(0, 1, 41)), way.schedule::unitVariance)
                    .points(way.name, units.get(k), mean(run -> run.variance().get(0)));
        }
        plot.claim("sum-encoding", "largest difference of α² + β² + γ² under encoding–decoding from 1 − ½ sin² 2πt")
                .identity(0, ROUNDING)
                .of(SixDigits.exact(distanceFrom(ENCODING.schedule, t -> {
                    double sine = StrictMath.sin(2 * Math.PI * t);
                    return 1 - 0.5 * sine * sine;
                })))
                .from("direct; the constraint that the sum is 1, printed in " + ALBERGO
                        + ", does not hold; window: rounding");
        plot.claim("sum-linear", "largest difference of α² + β² + γ² of linear, a = 2, from 1")
                .identity(0, ROUNDING)
                .of(SixDigits.exact(distanceFrom(NOISY.schedule, t -> 1)))
                .from(ALBERGO + ", section 4; window: rounding");
        plot.claim("variance-encoding", "variance at t = ¼ between standard normal ends, encoding–decoding, SDE")
                .theory(0.5)
                .of(units.get(2).at(0.25).the(mean(run -> run.variance().get(0))))
                .from("1 − ½ sin² 2πt");
        plot.claim("variance-linear", "variance at t = ½ between standard normal ends, linear, a = 2, SDE")
                .theory(1)
                .of(units.get(1).at(0.5).the(mean(run -> run.variance().get(0))))
                .from(ALBERGO + ", section 4");
    }

    private static void tellEnergies(Board board, List<Cell<?, InterpolantResult>> flows) {
        for (Way way : WAYS) {
            board.plot(way.panel)
                    .claim("score-" + way.id, "∫ E s² dt by quadrature, " + way.name)
                    .identity(way.scoreEnergy, 5e-5)
                    .of(SixDigits.exact(LossFloor.of(way.interpolant()).scoreEnergy()))
                    .from("reference table of loss floors; window: its digits");
            board.claim("floor-" + way.id, "least loss min L_b = −½ ∫ E b² dt along the flow of particles, " + way.name)
                    .in(way.panel)
                    .theory(way.floor)
                    .of(flows.get(WAYS.indexOf(way))
                            .the(mean(InterpolantResult::energy))
                            .times(-0.5))
                    .from(ALBERGO + ", section 2; reference value by quadrature");
        }
    }

    private static void tellEnds(Board board, List<Paths> paths) {
        QuantileMap map =
                QuantileMap.of(STILL.interpolant().start(), STILL.interpolant().end());
        double worst = 0;
        for (Paths one : paths) {
            for (double[] path : one.map.runs().get(0).paths(MAPPED.size())) {
                worst = Math.max(worst, Math.abs(path[1] - map.at(path[0])));
            }
        }
        board.claim(
                        "map",
                        "largest difference of the flow map from the quantile map over four schedules and five places,"
                                + " 2000 RK4 steps")
                .identity(0, 2e-5)
                .of(new Estimate(worst, Double.NaN, 0, worst, WAYS.size() * MAPPED.size()))
                .from("on the line both are the one increasing map; window: accuracy of the reference's integration");
    }
}
