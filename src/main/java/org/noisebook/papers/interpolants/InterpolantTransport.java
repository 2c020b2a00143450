package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.GaussianFlow;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.OrderStatistics;
import org.noisebook.stats.Wasserstein;

/** Transport cost of couplings between two densities: rectification, pairs matched in batches, and the optimal-transport bound. */
public final class InterpolantTransport extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String TRANSPORT = "Benamou, Brenier 2000, doi:10.1007/s002110050002";

    private static final Pair.Gaussians PAIR = Pair.Gaussians.standard();
    private static final Pair PLANE = new Pair.Plane();
    private static final Pair MODES = new Pair.TwoToThree();
    private static final PathSchedule LINEAR = PathSchedule.linear(0);
    private static final int PLACES = 8;
    private static final int END = 20;
    private static final double[] BATCHES = Line.powers(1, 2, 9);

    private static final List<PathSchedule.Path> PATHS =
            List.of(PathSchedule.Path.LINEAR, PathSchedule.Path.TRIGONOMETRIC, PathSchedule.Path.VARIANCE_EXACT);

    /** The figure. */
    public InterpolantTransport() {
        super(
                "interpolant-transport",
                "Rectification, pairs matched in batches, and energies of flows, against optimal transport",
                List.of(
                        ALBERGO,
                        TRANSPORT,
                        "Pooladian et al. 2023, Multisample Flow Matching, arXiv 2304.14772",
                        "Liu, Gong, Liu 2022, Flow Straight and Fast, arXiv 2209.03003"));
    }

    private static InterpolantStudy.Config flow(Pair pair, PathSchedule schedule, int particles) {
        return Schema.with(STUDY.defaults(), "pair", pair, "schedule", schedule, "steps", 64, "particles", particles);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the matched pairs of batches of 1, which cost the most");
        board.title(
                "Rectification straightens the paths and keeps their end points",
                "Rectification does not straighten the paths",
                "Rectification may straighten the paths");
        board.subtitle("Paths of a flow before and after rectification, and transport cost against batch size");
        board.sixDigits();
        int n = board.replicas(16, 64);
        var flows = PATHS.stream()
                .map(path -> new PathSchedule(path, PathSchedule.linear(2).latent()))
                .map(schedule -> board.cell(STUDY, flow(MODES, schedule, board.choose(1000, 10_000))))
                .toList();
        tellRectified(board, board.cell(STUDY, flow(PLANE, LINEAR, board.choose(2000, 20_000))));
        tellBatches(board);
        tellBound(board, flows);
        board.caption(
                "(a) Between two Gaussians in the plane: flow of independent ends and flow of the pairs that it makes"
                        + " (rectified), from eight places: straight, to the same ends. (b) Mean squared distance of pairs"
                        + " matched in batches, from N(−1, ½) to N(2, 3) on the line (curve: theory by order statistics)"
                        + " and between the Gaussians in the plane; level: squared Wasserstein distance W₂². Points: means"
                        + " over {} replicas with 95 % t intervals.",
                n);
    }

    private static DoubleUnaryOperator quantiles(GaussianMixture law) {
        return new QuantileMap(u -> u, u -> 1 - u, QuantileMap.below(law), QuantileMap.above(law))::at;
    }

    private static void tellBound(Board board, List<? extends Cell<?, InterpolantStudy.Result>> flows) {
        MixtureInterpolant pair = MODES.interpolant(LINEAR);
        double distance = Wasserstein.w2(quantiles(pair.start()), quantiles(pair.end()));
        double cost = distance * distance;
        for (PathSchedule.Path path : PATHS) {
            String name = path.name().toLowerCase(Locale.ROOT).replace('_', '-');
            board.claim("bound-" + name, "energy of the ODE minus W₂² is above 0, 2→3 modes, " + name + ", a = 2")
                    .control(
                            "none: an inequality with a sign; it would fail for an energy not integrated along the path")
                    .above(0)
                    .judge(flows.get(PATHS.indexOf(path)), run -> run.energy() - cost, TRANSPORT);
        }
        board.claim("transport", "mean squared displacement of the ODE, two modes to three, linear, a = 2")
                .control("run: independent pairs, whose squared displacement is larger")
                .theory(6.39699)
                .of(flows.get(0), InterpolantStudy.Result::displacement)
                .from("W₂², since the flow map on the line is the quantile map");
    }

    /** Expected (x₁ − x₀)² of the one-dimensional Gaussian pair matched in batches of n, that is, sorted. */
    private static double sortedCost(double n) {
        double move = PAIR.endMean() - PAIR.startMean();
        double root = Math.sqrt(PAIR.startVariance() * PAIR.endVariance());
        return move * move + PAIR.startVariance() + PAIR.endVariance() - 2 * root * OrderStatistics.meanSquare((int) n);
    }

    private static void tellBatches(Board board) {
        int pairs = board.choose(1024, 8192);
        MatchedPairsStudy study = new MatchedPairsStudy();
        var line = board.along(study, BATCHES, batch -> new MatchedPairsStudy.Config(PAIR, (int) batch, pairs));
        var plane = board.along(study, BATCHES, batch -> new MatchedPairsStudy.Config(PLANE, (int) batch, pairs));
        Axis x = Axis.log2("pairs in a batch");
        Axis y = Axis.linear("mean squared distance").range(5, 15);
        Plot plot = board.plot("batches", "Pairs matched in batches", x, y)
                .law("on the line", BATCHES, InterpolantTransport::sortedCost);
        plot.claim("batch-order", "mean |x₁ − x₀|² of Gaussian pairs on the line matched in batches of 4")
                .theory(sortedCost(4))
                .judge(line.at(4), MatchedPairsStudy.Result::cost, "closed form by order statistics");
        tellMatched(plot.colour(0), "line", "on the line", PAIR, line);
        tellMatched(plot.colour(1), "plane", "in the plane", PLANE, plane);
    }

    private static void tellMatched(
            Plot plot, String id, String where, Pair pair, Line<?, MatchedPairsStudy.Result> costs) {
        MixtureInterpolant ends = pair.interpolant(LINEAR);
        double bound = new GaussianFlow(ends.start(), ends.end(), LINEAR).transportCost();
        plot.points(where, costs, mean(MatchedPairsStudy.Result::cost))
                .named(id.equals("line") ? "W₂², the least possible" : "")
                .level(LineKind.THEORY, "W₂² " + where, bound, 1, 256);
        plot.claim("batch-" + id, "mean |x₁ − x₀|² of Gaussian pairs " + where + " matched in batches of 256")
                .says("Batches of 256 come within 10 % of the least cost")
                .theory(bound)
                .of(costs.at(256), MatchedPairsStudy.Result::cost)
                .from("W₂², the limit of large batches: Pooladian et al. 2023, arXiv 2304.14772");
    }

    /** Points on the two-standard-deviation ellipse of the initial density. */
    private static double[][] ring(GaussianMixture start) {
        double[][] c = start.covariance();
        double first = Math.sqrt(c[0][0]);
        double cross = c[0][1] / first;
        double second = Math.sqrt(c[1][1] - cross * cross);
        double[][] x = new double[2][PLACES];
        for (int p = 0; p < PLACES; p++) {
            double u = 2 * StrictMath.cos(StrictMath.PI * p / 4);
            double v = 2 * StrictMath.sin(StrictMath.PI * p / 4);
            x[0][p] = start.mean()[0] + first * u;
            x[1][p] = start.mean()[1] + cross * u + second * v;
        }
        return x;
    }

    /** Paths from these points at {@value #END} equally spaced times after the start. */
    private static double[][][] paths(MixtureInterpolant interpolant, double[][] starts) {
        return Ensemble.paths(
                OdeMethod.RK4.sampler(interpolant.velocity()),
                TimeGrid.UNIFORM.times(0, 1, 10 * END),
                new double[][] {starts[0].clone(), starts[1].clone()},
                Noise.NONE,
                10);
    }

    private static void tellRectified(Board board, Cell<?, InterpolantStudy.Result> plane) {
        MixtureInterpolant first = PLANE.interpolant(LINEAR);
        GaussianFlow flow = new GaussianFlow(first.start(), first.end(), LINEAR);
        double[][] starts = ring(first.start());
        double[][][] curved = paths(first, starts);
        double[][][] straight = paths(flow.rectified(), starts);
        Axis x = Axis.linear("x₁").range(-2.5, 7.1);
        Axis y = Axis.linear("x₂").range(-3.5, 3.7);
        Plot plot = board.plot("rectified", "Bent paths and straight ones", x, y);
        for (int p = 0; p < PLACES; p++) {
            plot.colour(0).line(LineKind.SAMPLE, "independent ends", curved[p][0], curved[p][1]);
            plot.colour(3).line(LineKind.SAMPLE, "rectified: straight", straight[p][0], straight[p][1]);
        }
        Estimate[] heights = Arrays.stream(starts[1]).mapToObj(SixDigits::exact).toArray(Estimate[]::new);
        plot.colour(2).points("start", starts[0], heights);
        plot.claim("rectified-map", "largest distance between end points of flow and rectified flow, same eight starts")
                .says("Rectified paths are straight and reach the same ends | largest deviation")
                .identity(0, 1e-3)
                .of(largest(p -> off(curved[p], END, straight[p][0][END], straight[p][1][END])))
                .from(ALBERGO + ", section 5: the end map is the same; window ± 1e-3");
        plot.claim("rectified-straight", "largest deviation of the rectified flow from straight lines at t = ½")
                .says("Rectified paths are straight and reach the same ends | largest deviation")
                .identity(0, 1e-3)
                .of(largest(p -> off(straight[p], END / 2, middle(straight[p][0]), middle(straight[p][1]))))
                .from("Liu, Gong, Liu 2022, arXiv 2209.03003; window ± 1e-3");
        plot.claim("bent", "energy of the flow in the plane minus its squared displacement is above 0 (paths bend)")
                .control("claim: rectified-straight")
                .says("Without rectification, paths bend | energy − squared displacement")
                .above(0)
                .judge(plane, run -> run.energy() - run.displacement(), "Jensen's inequality");
        plot.claim("not-optimal", "squared displacement of flow and rectified flow minus W₂² is above 0 (not optimal)")
                .control("claim: transport")
                .above(0)
                .judge(plane, run -> run.displacement() - flow.transportCost(), ALBERGO + ", section 5");
    }

    private static double middle(double... x) {
        return 0.5 * (x[0] + x[END]);
    }

    /** Distance of a path from a point at a given time. */
    private static double off(double[][] path, int time, double x, double y) {
        return Math.hypot(path[0][time] - x, path[1][time] - y);
    }

    private static Estimate largest(IntToDoubleFunction error) {
        double worst = IntStream.range(0, PLACES).mapToDouble(error).max().orElseThrow();
        return new Estimate(worst, Double.NaN, 0, worst, PLACES);
    }
}
