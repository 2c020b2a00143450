package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.field.LossFloor;
import org.noisebook.field.MatchedPairsConfig;
import org.noisebook.field.MatchedPairsResult;
import org.noisebook.field.MatchedPairsStudy;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.GaussianFlow;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.InterpolantStudy;
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

/** What couplings of the ends cost: the bound of optimal transport, pairs matched in batches, rectification. */
public final class InterpolantTransport extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String TRANSPORT = "Benamou, Brenier 2000, doi:10.1007/s002110050002";

    private static final Pair.Gaussians PAIR = Pair.Gaussians.standard();
    private static final Pair PLANE = new Pair.Plane();
    private static final PathSchedule LINEAR = PathSchedule.linear(0);
    /** Sizes of γ²; the variance-exact path needs γ below 1. */
    private static final double[] LATENTS = {0, 1, 2, 4, 8};

    private static final double[] BATCHES = Line.powers(1, 2, 9);

    private static final List<PathSchedule.Path> PATHS =
            List.of(PathSchedule.Path.LINEAR, PathSchedule.Path.TRIGONOMETRIC, PathSchedule.Path.VARIANCE_EXACT);

    private static PathSchedule schedule(PathSchedule.Path path, double a) {
        return new PathSchedule(path, PathSchedule.linear(a).latent());
    }

    /** The figure. */
    public InterpolantTransport() {
        super(
                "interpolant-transport",
                "Energies of flows against optimal transport, pairs matched in batches, rectification",
                List.of(
                        ALBERGO,
                        TRANSPORT,
                        "Pooladian et al. 2023, Multisample Flow Matching, arXiv 2304.14772",
                        "Liu, Gong, Liu 2022, Flow Straight and Fast, arXiv 2209.03003"));
    }

    private static InterpolantConfig config(Object... changes) {
        return Schema.with(InterpolantConfig.standard(), changes);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(16, 64);
        int few = board.choose(1000, 10_000);
        int many = board.choose(2000, 20_000);
        List<? extends Line<?, InterpolantResult>> flows = PATHS.stream()
                .map(path -> board.along(
                        STUDY,
                        path == PathSchedule.Path.VARIANCE_EXACT ? new double[] {0, 1, 2} : LATENTS,
                        a -> config("schedule", schedule(path, a), "steps", 64, "particles", few)))
                .toList();
        Cell<?, InterpolantResult> plane =
                board.cell(STUDY, config("pair", PLANE, "schedule", LINEAR, "steps", 64, "particles", many));
        tellBound(board, flows);
        tellBatches(board);
        tellRectified(board, plane);
        board.caption(
                "Points: simulation, means over {} replicas with 95 % t intervals; lines: closed forms. (a) Two modes to three:"
                        + " energy of the ODE under schedules with γ² = a t(1 − t) against the bound W₂²; theory by quadrature. (b) Mean"
                        + " squared distance of pairs that are matched in batches, from N(−1, ½) and N(2, 3) on the line (theory by order"
                        + " statistics) and between two Gaussians in the plane; grey: W₂². (c) In the plane: flow of independent ends and"
                        + " flow of the pairs it makes (rectified), from the same eight places: straight, to the same ends.",
                n);
    }

    private static DoubleUnaryOperator quantiles(GaussianMixture law) {
        return new QuantileMap(u -> u, u -> 1 - u, QuantileMap.below(law), QuantileMap.above(law))::at;
    }

    private static void tellBound(Board board, List<? extends Line<?, InterpolantResult>> flows) {
        Plot plot = board.plot(
                "bound",
                "Two modes to three",
                Axis.linear("size of γ², a").range(-0.3, 8.3),
                Axis.linear("energy ∫ E b² dt").range(0, 30));
        MixtureInterpolant pair = new Pair.TwoToThree().interpolant(LINEAR);
        double distance = Wasserstein.w2(quantiles(pair.start()), quantiles(pair.end()));
        double cost = distance * distance;
        for (PathSchedule.Path path : PATHS) {
            Line<?, InterpolantResult> line = flows.get(PATHS.indexOf(path));
            String name = path.name().toLowerCase(Locale.ROOT).replace('_', '-');
            plot.law(
                            name,
                            path == PathSchedule.Path.VARIANCE_EXACT ? Line.even(0, 2.5, 6) : LATENTS,
                            a -> LossFloor.of(new Pair.TwoToThree().interpolant(schedule(path, a)))
                                    .velocityEnergy())
                    .points(name, line, mean(InterpolantResult::energy));
            plot.claim(
                            "bound-" + name,
                            "energy of the ODE, two modes to three, " + name + ", a = 2, less W₂² is above 0")
                    .above(0)
                    .of(line.at(2).the(mean(run -> run.energy() - cost)))
                    .from(TRANSPORT);
        }
        plot.colour(7).law("W₂²", new double[] {0, 8}, a -> cost);
        plot.claim("transport", "mean squared displacement of the ODE, two modes to three, linear, a = 2")
                .theory(6.39699)
                .of(flows.get(0).at(2).the(mean(InterpolantResult::displacement)))
                .from("W₂², since the flow map on the line is the quantile map");
    }

    /** E (x₁ − x₀)² of the Gaussian pair on the line, matched in batches of n: both sorted. */
    private static double sortedCost(double n) {
        double move = PAIR.endMean() - PAIR.startMean();
        return move * move
                + PAIR.startVariance()
                + PAIR.endVariance()
                - 2 * Math.sqrt(PAIR.startVariance() * PAIR.endVariance()) * OrderStatistics.meanSquare((int) n);
    }

    private static void tellBatches(Board board) {
        int pairs = board.choose(1024, 8192);
        MatchedPairsStudy study = new MatchedPairsStudy();
        Line<?, MatchedPairsResult> line =
                board.along(study, BATCHES, batch -> new MatchedPairsConfig(PAIR, (int) batch, pairs));
        Line<?, MatchedPairsResult> plane =
                board.along(study, BATCHES, batch -> new MatchedPairsConfig(PLANE, (int) batch, pairs));
        Plot plot = board.plot(
                        "batches",
                        "Matched in batches",
                        Axis.log2("pairs in a batch"),
                        Axis.linear("E |x₁ − x₀|²").range(5, 13))
                .law("on the line", BATCHES, InterpolantTransport::sortedCost);
        plot.claim("batch-order", "E (x₁ − x₀)² of Gaussian pairs on the line matched in batches of 4")
                .theory(sortedCost(4))
                .of(line.at(4).the(mean(MatchedPairsResult::cost)))
                .from("closed form by order statistics");
        tellMatched(board, plot.colour(0), "line", "on the line", PAIR, line);
        tellMatched(board, plot.colour(1), "plane", "in the plane", PLANE, plane);
    }

    private static void tellMatched(
            Board board, Plot plot, String id, String where, Pair pair, Line<?, MatchedPairsResult> costs) {
        MixtureInterpolant ends = pair.interpolant(LINEAR);
        double bound = new GaussianFlow(ends.start(), ends.end(), LINEAR).transportCost();
        plot.points(where, costs, mean(MatchedPairsResult::cost))
                .colour(7)
                .named(id.equals("line") ? "W₂²" : "")
                .law("W₂² " + where, new double[] {1, 256}, batch -> bound);
        board.claim("batch-" + id, "E |x₁ − x₀|² of Gaussian pairs " + where + " matched in batches of 256")
                .in("batches")
                .theory(bound)
                .of(costs.at(256).the(mean(MatchedPairsResult::cost)))
                .from("W₂², the limit of large batches: Pooladian et al. 2023, arXiv 2304.14772");
    }

    /** Places on the ellipse two standard deviations from the start's mean. */
    private static double[][] ring(GaussianMixture start) {
        double[][] c = start.covariance();
        double first = Math.sqrt(c[0][0]);
        double cross = c[0][1] / first;
        double second = Math.sqrt(c[1][1] - cross * cross);
        double[][] x = new double[2][8];
        for (int p = 0; p < 8; p++) {
            double u = 2 * StrictMath.cos(StrictMath.PI * p / 4);
            double v = 2 * StrictMath.sin(StrictMath.PI * p / 4);
            x[0][p] = start.mean()[0] + first * u;
            x[1][p] = start.mean()[1] + cross * u + second * v;
        }
        return x;
    }

    /** Paths from the ring at 20 equal times after the start. */
    private static double[][][] paths(MixtureInterpolant interpolant, double[][] starts) {
        return Ensemble.paths(
                OdeMethod.RK4.sampler(interpolant.velocity()),
                TimeGrid.UNIFORM.times(0, 1, 200),
                new double[][] {starts[0].clone(), starts[1].clone()},
                Noise.NONE,
                10);
    }

    private static void tellRectified(Board board, Cell<?, InterpolantResult> plane) {
        MixtureInterpolant first = PLANE.interpolant(LINEAR);
        GaussianFlow flow = new GaussianFlow(first.start(), first.end(), LINEAR);
        double[][] starts = ring(first.start());
        double[][][] curved = paths(first, starts);
        double[][][] straight = paths(flow.rectified(), starts);
        Plot plot = board.plot(
                "rectified", "Rectification in the plane", Axis.linear("coordinate x₁"), Axis.linear("coordinate x₂"));
        for (double[][] path : curved) {
            plot.colour(0).line(LineKind.SAMPLE, "flow of independent ends", path[0], path[1]);
        }
        for (double[][] path : straight) {
            plot.colour(3).line(LineKind.SAMPLE, "rectified flow", path[0], path[1]);
        }
        plot.colour(2)
                .points(
                        "start",
                        starts[0],
                        Arrays.stream(starts[1]).mapToObj(SixDigits::exact).toArray(Estimate[]::new),
                        1);
        plot.claim(
                        "rectified-map",
                        "largest distance of the ends of flow and rectified flow from the same eight places")
                .identity(0, 1e-3)
                .of(largest(p -> between(last(curved[p]), last(straight[p]))))
                .from(ALBERGO + ", section 5: the end map is the same; window ± 1e-3");
        plot.claim(
                        "rectified-straight",
                        "largest distance of the rectified flow from the straight line at t = ½, same places")
                .identity(0, 1e-3)
                .of(largest(p -> bend(straight[p])))
                .from("Liu, Gong, Liu 2022, arXiv 2209.03003; window ± 1e-3");
        plot.claim(
                        "bent",
                        "energy less squared displacement of the flow of independent ends in the plane is above 0: it bends")
                .above(0)
                .of(plane.the(mean(run -> run.energy() - run.displacement())))
                .from("Jensen's inequality");
        double cost = flow.transportCost();
        plot.claim(
                        "not-optimal",
                        "squared displacement of flow and rectified flow in the plane less W₂² is above 0: straight is not optimal")
                .above(0)
                .of(plane.the(mean(run -> run.displacement() - cost)))
                .from(ALBERGO + ", section 5");
    }

    private static double[] last(double[][] path) {
        return new double[] {path[0][path[0].length - 1], path[1][path[1].length - 1]};
    }

    private static double between(double[] from, double[] to) {
        return Math.hypot(to[0] - from[0], to[1] - from[1]);
    }

    private static double bend(double[][] path) {
        int last = path[0].length - 1;
        double u = path[0][last / 2] - 0.5 * (path[0][0] + path[0][last]);
        double v = path[1][last / 2] - 0.5 * (path[1][0] + path[1][last]);
        return Math.hypot(u, v);
    }

    private static Estimate largest(IntToDoubleFunction error) {
        double worst = IntStream.range(0, 8).mapToDouble(error).max().orElseThrow();
        return new Estimate(worst, Double.NaN, 0, worst, 8);
    }
}
