package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.field.LossFloor;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.GaussianBridge;
import org.noisebook.interpolant.GaussianFlow;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.model.Ends;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Wasserstein;

/** Couplings and energies: Schrödinger bridge, memory of the SDE, the bound of optimal transport, minibatches, rectification. */
public final class InterpolantBridge implements Figure {
    private static final Pair.Gaussians PAIR = Pair.Gaussians.standard();
    private static final double DIFFUSION = 0.4;
    private static final double[] DIFFUSIONS = {0.1, 0.2, 0.4, 0.8, 1.6};
    private static final double[] MEMORIES = {0, 0.5, 1, 1.5, 2, 2.5, 3};
    private static final double[] TIMES = {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875};
    private static final double[] LATENTS = {0, 1, 2, 4, 8};
    /** The variance-exact path needs γ below 1. */
    private static final double LARGEST_EXACT = 2.5;

    private static final int[] BATCHES = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    private static final double SLOPE_ERROR = 1e-6;
    private static final double MAP_ERROR = 1e-3;
    /** Variance added to a joint law that is otherwise singular. */
    private static final double JITTER = 1e-9;

    private static final String TRANSPORT = "Benamou, Brenier 2000, doi:10.1007/s002110050002";

    @Override
    public String id() {
        return "interpolant-bridge";
    }

    @Override
    public String title() {
        return "Couplings of the ends, and what they cost: bridge, memory, optimal transport, rectification";
    }

    @Override
    public List<String> sources() {
        return List.of(
                InterpolantCells.ALBERGO,
                "Bunne, Hsieh, Cuturi, Krause 2023, The Schrödinger Bridge between Gaussian Measures has a Closed Form,"
                        + " arXiv 2202.05722",
                TRANSPORT,
                "Pooladian et al. 2023, Multisample Flow Matching, arXiv 2304.14772",
                "Liu, Gong, Liu 2022, Flow Straight and Fast, arXiv 2209.03003");
    }

    private static int replicas(Preset preset) {
        return preset.choose(16, 64);
    }

    private static GaussianBridge bridge(double diffusion) {
        return new GaussianBridge(
                PAIR.startMean(), PAIR.startVariance(), PAIR.endMean(), PAIR.endVariance(), diffusion);
    }

    /** The SDE of the bridge, or of the same schedule with independent ends. */
    private static InterpolantConfig bridged(Preset preset, boolean coupled, double diffusion, double to) {
        double c = coupled ? bridge(diffusion).covariance() : 0;
        return InterpolantCells.config(
                "pair",
                new Pair.Gaussians(PAIR.startMean(), PAIR.startVariance(), PAIR.endMean(), PAIR.endVariance(), c),
                "schedule",
                PathSchedule.linear(2 * diffusion),
                "motion",
                new Motion.Sde(SdeMethod.EULER_MARUYAMA, diffusion),
                "to",
                to,
                "steps",
                256,
                "particles",
                preset.choose(1000, 10_000));
    }

    private static InterpolantConfig memory(Preset preset, double diffusion) {
        return InterpolantCells.config(
                "pair",
                PAIR,
                "motion",
                new Motion.Sde(SdeMethod.HEUN, diffusion),
                "steps",
                128,
                "particles",
                preset.choose(2000, 20_000));
    }

    private static InterpolantConfig flow(Preset preset, PathSchedule schedule) {
        return InterpolantCells.config("schedule", schedule, "steps", 64, "particles", preset.choose(1000, 10_000));
    }

    private static InterpolantConfig plane(Preset preset) {
        return InterpolantCells.config(
                "pair",
                new Pair.Plane(),
                "schedule",
                InterpolantCells.LINEAR,
                "steps",
                64,
                "particles",
                preset.choose(2000, 20_000));
    }

    private static PathSchedule schedule(PathSchedule.Path path, double a) {
        return new PathSchedule(path, PathSchedule.linear(a).latent());
    }

    private static double[] latents(PathSchedule.Path path) {
        return path == PathSchedule.Path.VARIANCE_EXACT
                ? Arrays.stream(LATENTS).filter(a -> a <= LARGEST_EXACT).toArray()
                : LATENTS;
    }

    private static final PathSchedule.Path[] PATHS = {
        PathSchedule.Path.LINEAR, PathSchedule.Path.TRIGONOMETRIC, PathSchedule.Path.VARIANCE_EXACT
    };

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<InterpolantConfig> cells = new ArrayList<>();
        for (boolean coupled : new boolean[] {true, false}) {
            Arrays.stream(DIFFUSIONS).forEach(diffusion -> cells.add(bridged(preset, coupled, diffusion, 1)));
            Arrays.stream(TIMES).forEach(t -> cells.add(bridged(preset, coupled, DIFFUSION, t)));
        }
        Arrays.stream(MEMORIES).forEach(diffusion -> cells.add(memory(preset, diffusion)));
        for (PathSchedule.Path path : PATHS) {
            Arrays.stream(latents(path)).forEach(a -> cells.add(flow(preset, schedule(path, a))));
        }
        cells.add(plane(preset));
        Results<InterpolantConfig, InterpolantResult> results =
                experiment.run(Sweep.of(InterpolantCells.STUDY, cells, replicas(preset)));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        drawBridge(sheet, preset, results, claims);
        drawEnergies(sheet, preset, results, claims);
        drawMemory(sheet, preset, results, claims);
        drawBound(sheet, preset, results, claims);
        drawBatches(sheet, preset, experiment, claims);
        drawRectified(sheet, preset, results, claims);
        String n = String.valueOf(replicas(preset));
        String caption = "Between N(−1, ½) and N(2, 3) unless said otherwise. Points: simulation, means over " + n
                + " replicas with 95 % t intervals; lines: closed forms. (a) Variance of x_t along dX = (b + ε s) dt +"
                + " √(2ε) dW, ε = 0.4, γ² = 2ε t(1 − t): Schrödinger bridge, whose ends have covariance 0.888, and"
                + " independent ends. (b) Energy ∫ E u² dt of the drift u = b + ε s; no other with this noise and"
                + " these ends has less than the bridge's. (c) Correlation of X₀ and X₁ of the SDE, γ² = 2t(1 − t):"
                + " exp(−ε ∫ dt/C). (d) Two modes to three: energy of the ODE under schedules with γ² = a t(1 − t)"
                + " against the bound W₂²; theory by quadrature. (e) Mean squared distance of pairs that are matched in"
                + " batches, on the line (theory by order statistics) and between two Gaussians in the plane; grey:"
                + " W₂². (f) In the plane: flow of independent ends and flow of the pairs it makes (rectified), from the"
                + " same eight places: straight, to the same ends.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims);
    }

    /** C(t) of independent ends, γ² = 2ε t(1 − t). */
    private static double independentVariance(double diffusion, double t) {
        double rest = 1 - t;
        return rest * rest * PAIR.startVariance() + t * t * PAIR.endVariance() + 2 * diffusion * t * rest;
    }

    /** ∫ E u² dt of independent ends, by Simpson's rule. */
    static double independentEnergy(double diffusion) {
        double move = PAIR.endMean() - PAIR.startMean();
        return move * move
                + simpson(t -> {
                    double half = -(1 - t) * PAIR.startVariance() + t * PAIR.endVariance() + diffusion * (1 - 2 * t);
                    double pull = half - diffusion;
                    return pull * pull / independentVariance(diffusion, t);
                });
    }

    private static double simpson(DoubleUnaryOperator f) {
        int parts = 1000;
        double sum = 0;
        for (int k = 0; k <= parts; k++) {
            int weight = k == 0 || k == parts ? 1 : k % 2 == 1 ? 4 : 2;
            sum += weight * f.applyAsDouble((double) k / parts);
        }
        return sum / (3.0 * parts);
    }

    private static void drawBridge(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "variance",
                "Bridge, ε = 0.4",
                Axis.linear("time t").range(0, 1),
                Axis.linear("variance C(t)").range(0, 3.2));
        double[] t = InterpolantCells.even(0, 1, 50);
        GaussianBridge bridge = bridge(DIFFUSION);
        String[] names = {"bridge", "independent ends"};
        for (int k = 0; k < names.length; k++) {
            boolean coupled = k == 0;
            InterpolantCells.line(
                    sheet,
                    "variance",
                    names[k],
                    k,
                    t,
                    time -> coupled ? bridge.variance(time) : independentVariance(DIFFUSION, time));
            List<InterpolantConfig> configs = Arrays.stream(TIMES)
                    .mapToObj(time -> bridged(preset, coupled, DIFFUSION, time))
                    .toList();
            TrainingCells.addMeans(
                    sheet, "variance", names[k], k, TIMES, configs, results, result -> result.variance()[0]);
        }
        sheet.legend("variance", Corner.BELOW);
        String source = "Bunne et al. 2023, arXiv 2202.05722, theorem 3";
        claims.add(Claim.theory(
                "interpolant-bridge-variance",
                "variance of the bridge at t = ½, ε = 0.4",
                1.519205,
                InterpolantCells.mean(results, bridged(preset, true, DIFFUSION, 0.5), result -> result.variance()[0]),
                source));
        claims.add(Claim.theory(
                "interpolant-bridge-covariance",
                "covariance of the ends of the bridge's SDE, ε = 0.4",
                0.888410,
                InterpolantCells.mean(
                        results, bridged(preset, true, DIFFUSION, 1), result -> result.startCovariance()[0]),
                source));
        double[] slopes = {0.776820, 0.559503, 0.437197};
        String[] ids = {"start", "middle", "end"};
        Field.Evaluator drift =
                bridge.interpolant().forwardDrift(time -> DIFFUSION).evaluator(2);
        for (int k = 0; k < slopes.length; k++) {
            double[][] out = new double[1][2];
            drift.at(0.5 * k, new double[][] {{0, 1}}, 2, out);
            claims.add(Claim.theory(
                    "interpolant-bridge-slope-" + ids[k],
                    "slope of the drift b + ε s of the coupled interpolant at t = " + new String[] {"0", "½", "1"}[k]
                            + ", ε = 0.4",
                    slopes[k],
                    SLOPE_ERROR,
                    SixDigits.exact(out[0][1] - out[0][0]),
                    source + ": k = 1/(t + 1/k(0)); window: printed digits"));
        }
    }

    private static void drawEnergies(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "energy", "Energy of the drift", Axis.log10("noise ε").range(0.08, 2), Axis.linear("energy ∫ E u² dt"));
        double[] fine = new double[41];
        Arrays.setAll(fine, k -> SixDigits.of(0.1 * StrictMath.pow(2, k / 10.0)));
        String[] names = {"bridge", "independent ends"};
        for (int k = 0; k < names.length; k++) {
            boolean coupled = k == 0;
            InterpolantCells.line(
                    sheet,
                    "energy",
                    names[k],
                    k,
                    fine,
                    diffusion -> coupled ? bridge(diffusion).energy() : independentEnergy(diffusion));
            List<InterpolantConfig> configs = Arrays.stream(DIFFUSIONS)
                    .mapToObj(diffusion -> bridged(preset, coupled, diffusion, 1))
                    .toList();
            TrainingCells.addMeans(
                    sheet, "energy", names[k], k, DIFFUSIONS, configs, results, InterpolantResult::energy);
        }
        sheet.legend("energy", Corner.BELOW);
        InterpolantConfig optimal = bridged(preset, true, DIFFUSION, 1);
        InterpolantConfig independent = bridged(preset, false, DIFFUSION, 1);
        String source = "Bunne et al. 2023, arXiv 2202.05722";
        claims.add(Claim.theory(
                "interpolant-bridge-energy",
                "energy of the bridge, ε = 0.4",
                9.463320,
                InterpolantCells.mean(results, optimal, InterpolantResult::energy),
                source));
        claims.add(Claim.theory(
                "interpolant-bridge-energy-independent",
                "energy of independent ends with the same noise, ε = 0.4",
                9.721227,
                InterpolantCells.mean(results, independent, InterpolantResult::energy),
                "closed form"));
        double[] with = results.values(optimal, InterpolantResult::energy);
        double[] without = results.values(independent, InterpolantResult::energy);
        double[] less = new double[with.length];
        Arrays.setAll(less, r -> with[r] - without[r]);
        claims.add(new Claim(
                "interpolant-bridge-least",
                Claim.Kind.THEORY,
                "energy of the bridge less that of independent ends is below 0, ε = 0.4",
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                0,
                Estimate.ofMean(less),
                source + ": the bridge minimises it"));
    }

    private static void drawMemory(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "memory",
                "Memory of the start",
                Axis.linear("noise ε").range(0, 3.2),
                Axis.log10("correlation of X₀, X₁"));
        MixtureInterpolant pair = PAIR.interpolant(InterpolantCells.LINEAR_2);
        GaussianFlow flow = new GaussianFlow(pair.start(), pair.end(), InterpolantCells.LINEAR_2);
        double root = Math.sqrt(PAIR.startVariance() * PAIR.endVariance());
        InterpolantCells.line(
                sheet,
                "memory",
                "exp(−ε ∫ dt/C)",
                0,
                InterpolantCells.even(0, 3, 12),
                diffusion -> flow.forwardCovariance(t -> diffusion)[0][0] / root);
        List<InterpolantConfig> configs = Arrays.stream(MEMORIES)
                .mapToObj(diffusion -> memory(preset, diffusion))
                .toList();
        TrainingCells.addMeans(
                sheet, "memory", "SDE", 0, MEMORIES, configs, results, result -> result.startCovariance()[0] / root);
        sheet.legend("memory", Corner.BELOW);
        String source = "Cov = √(C₀C₁) exp(−ε ∫ dt/C), from " + InterpolantCells.ALBERGO;
        claims.add(Claim.theory(
                "interpolant-bridge-memory",
                "covariance of X₀ and X₁ of the SDE, linear, a = 2, ε = 1",
                0.51289,
                InterpolantCells.mean(results, memory(preset, 1), result -> result.startCovariance()[0]),
                source));
        double[] slopes = new double[replicas(preset)];
        Arrays.setAll(slopes, r -> {
            SimpleRegression line = new SimpleRegression();
            for (double diffusion : MEMORIES) {
                if (diffusion <= 2) {
                    double covariance =
                            results.of(memory(preset, diffusion)).get(r).startCovariance()[0];
                    line.addData(diffusion, StrictMath.log(covariance));
                }
            }
            return line.getSlope();
        });
        claims.add(Claim.theory(
                "interpolant-bridge-decay",
                "slope of the logarithm of that covariance in ε, ε ≤ 2",
                -0.870420,
                Estimate.ofMean(slopes),
                source));
    }

    /** W₂² of two modes and three. */
    static double transportCost() {
        MixtureInterpolant pair = new Pair.TwoToThree().interpolant(InterpolantCells.LINEAR);
        double distance = Wasserstein.w2(quantiles(pair.start()), quantiles(pair.end()));
        return distance * distance;
    }

    private static DoubleUnaryOperator quantiles(GaussianMixture law) {
        return new QuantileMap(u -> u, u -> 1 - u, QuantileMap.below(law), QuantileMap.above(law))::at;
    }

    private static void drawBound(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "bound",
                "Two modes to three",
                Axis.linear("size of γ², a").range(-0.3, 8.3),
                Axis.linear("energy ∫ E b² dt").range(0, 30));
        String[] names = {"linear", "trigonometric", "variance-exact"};
        String[] ids = {"linear", "trigonometric", "variance-exact"};
        double cost = transportCost();
        for (int k = 0; k < PATHS.length; k++) {
            PathSchedule.Path path = PATHS[k];
            double[] a = latents(path);
            InterpolantCells.line(
                    sheet,
                    "bound",
                    names[k],
                    k,
                    path == PathSchedule.Path.VARIANCE_EXACT ? InterpolantCells.even(0, LARGEST_EXACT, 5) : a,
                    size -> LossFloor.of(new Pair.TwoToThree().interpolant(schedule(path, size)))
                            .velocityEnergy());
            List<InterpolantConfig> configs = Arrays.stream(a)
                    .mapToObj(size -> flow(preset, schedule(path, size)))
                    .toList();
            TrainingCells.addMeans(sheet, "bound", names[k], k, a, configs, results, InterpolantResult::energy);
            double[] excess = results.values(flow(preset, schedule(path, 2)), InterpolantResult::energy);
            claims.add(new Claim(
                    "interpolant-bridge-bound-" + ids[k],
                    Claim.Kind.THEORY,
                    "energy of the ODE, two modes to three, " + names[k] + ", a = 2, less W₂² is above 0",
                    Double.NaN,
                    0,
                    Double.POSITIVE_INFINITY,
                    Estimate.ofMean(Arrays.stream(excess).map(e -> e - cost).toArray()),
                    TRANSPORT));
        }
        InterpolantCells.line(sheet, "bound", "W₂²", 7, new double[] {0, 8}, a -> cost);
        sheet.legend("bound", Corner.BELOW);
        claims.add(Claim.theory(
                "interpolant-bridge-transport",
                "mean squared displacement of the ODE, two modes to three, linear, a = 2",
                6.39699,
                InterpolantCells.mean(
                        results, flow(preset, InterpolantCells.LINEAR_2), InterpolantResult::displacement),
                "W₂², since the flow map on the line is the quantile map"));
    }

    /** (1/n) Σ (E z₍ᵢ₎)² over the order statistics of n normal numbers. */
    static double orderStatistics(int n) {
        NormalDistribution normal = new NormalDistribution();
        int places = 2000;
        double reach = 9;
        double step = 2 * reach / places;
        double[] means = new double[n];
        for (int k = 0; k <= places; k++) {
            double z = -reach + k * step;
            double below = StrictMath.log(normal.cumulativeProbability(z));
            double above = StrictMath.log(normal.cumulativeProbability(-z));
            double density = step * z * normal.density(z);
            for (int i = 0; i < n; i++) {
                double count = Gamma.logGamma(n + 1.0) - Gamma.logGamma(i + 1.0) - Gamma.logGamma(n - (double) i);
                means[i] += density * StrictMath.exp(count + i * below + (n - 1.0 - i) * above);
            }
        }
        return Arrays.stream(means).map(m -> m * m).sum() / n;
    }

    /** E (x₁ − x₀)² of the Gaussian pair on the line, matched in batches of n: both sorted. */
    static double batchCost(int n) {
        double move = PAIR.endMean() - PAIR.startMean();
        double root = Math.sqrt(PAIR.startVariance() * PAIR.endVariance());
        return move * move + PAIR.startVariance() + PAIR.endVariance() - 2 * root * orderStatistics(n);
    }

    private static double batchCost(Coupling coupling, Experiment experiment, int replica, int count) {
        double[][][] pairs =
                coupling.draw(experiment.streams().withReplica(replica).at("pairs"), count);
        double sum = 0;
        for (int j = 0; j < pairs[0].length; j++) {
            for (int k = 0; k < count; k++) {
                double move = pairs[1][j][k] - pairs[0][j][k];
                sum = Math.fma(move, move, sum);
            }
        }
        return sum / count;
    }

    private static Estimate[] batchCosts(MixtureInterpolant pair, Preset preset, Experiment experiment) {
        Coupling independent = Coupling.independent(pair.start()::sample, pair.end()::sample);
        int count = preset.choose(1024, 8192);
        return Arrays.stream(BATCHES)
                .mapToObj(batch -> Estimate.ofMean(IntStream.range(0, replicas(preset))
                        .mapToDouble(r -> batchCost(Coupling.transported(independent, batch), experiment, r, count))
                        .toArray()))
                .toArray(Estimate[]::new);
    }

    private static void drawBatches(Sheet sheet, Preset preset, Experiment experiment, List<Claim> claims) {
        sheet.panel(
                "batches",
                "Matched in batches",
                Axis.log2("pairs in a batch"),
                Axis.linear("E |x₁ − x₀|²").range(5, 13));
        double[] x = Arrays.stream(BATCHES).asDoubleStream().toArray();
        double[] theory =
                Arrays.stream(BATCHES).mapToDouble(InterpolantBridge::batchCost).toArray();
        MixtureInterpolant line = PAIR.interpolant(InterpolantCells.LINEAR);
        MixtureInterpolant plane = new Pair.Plane().interpolant(InterpolantCells.LINEAR);
        MixtureInterpolant[] pairs = {line, plane};
        String[] names = {"on the line", "in the plane"};
        sheet.line("batches", names[0], names[0], 0, x, SixDigits.of(theory), Sheet.Kind.THEORY);
        for (int k = 0; k < pairs.length; k++) {
            Estimate[] costs = batchCosts(pairs[k], preset, experiment);
            if (k == 0) {
                claims.add(Claim.theory(
                        "interpolant-bridge-batch-order",
                        "E (x₁ − x₀)² of Gaussian pairs on the line matched in batches of 4",
                        theory[2],
                        costs[2],
                        "closed form by order statistics"));
            }
            Ends[] ends = new Ends[costs.length];
            Arrays.fill(ends, new Ends(replicas(preset), 0, 0));
            sheet.points(
                    "batches",
                    names[k],
                    k,
                    x,
                    Arrays.stream(costs).map(SixDigits::of).toArray(Estimate[]::new),
                    ends);
            double bound = new GaussianFlow(pairs[k].start(), pairs[k].end(), InterpolantCells.LINEAR).transportCost();
            double level = SixDigits.of(bound);
            sheet.line(
                    "batches",
                    "W₂² " + names[k],
                    k == 0 ? "W₂²" : "",
                    7,
                    new double[] {1, 256},
                    new double[] {level, level},
                    Sheet.Kind.THEORY);
            String where = k == 0 ? "line" : "plane";
            claims.add(Claim.theory(
                    "interpolant-bridge-batch-" + where,
                    "E |x₁ − x₀|² of Gaussian pairs " + names[k] + " matched in batches of 256",
                    bound,
                    costs[BATCHES.length - 1],
                    "W₂², the limit of large batches: Pooladian et al. 2023, arXiv 2304.14772"));
        }
        sheet.legend("batches", Corner.BELOW);
    }

    /** The interpolant of x₀ with where the flow of another takes it. */
    static MixtureInterpolant rectified(MixtureInterpolant pair) {
        GaussianMixture start = pair.start();
        GaussianMixture end = pair.end();
        double[][] map = new GaussianFlow(start, end, pair.schedule()).map();
        double[][] c0 = start.covariance();
        double[][] c1 = end.covariance();
        int d = start.dimension();
        double[] mean = new double[2 * d];
        double[][] joint = new double[2 * d][2 * d];
        for (int i = 0; i < d; i++) {
            mean[i] = start.mean()[i];
            mean[d + i] = end.mean()[i];
            for (int j = 0; j < d; j++) {
                joint[i][j] = c0[i][j];
                joint[d + i][d + j] = c1[i][j];
                for (int l = 0; l < d; l++) {
                    joint[d + i][j] += map[i][l] * c0[l][j];
                }
                joint[j][d + i] = joint[d + i][j];
            }
        }
        for (int i = 0; i < 2 * d; i++) {
            joint[i][i] += JITTER;
        }
        return MixtureInterpolant.coupled(GaussianMixture.of(mean, joint), InterpolantCells.LINEAR);
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

    /** path[p][coordinate][time] of particles, at 20 equal times after the start. */
    private static double[][][] paths(MixtureInterpolant interpolant, double[][] x) {
        int shown = 20;
        int every = 10;
        double[][][] path = new double[x[0].length][2][shown + 1];
        Ensemble.run(
                OdeMethod.RK4.sampler(interpolant.velocity()),
                TimeGrid.UNIFORM.times(0, 1, shown * every),
                x,
                Noise.NONE,
                1,
                (first, step, t, now, count) -> {
                    for (int p = 0; step % every == 0 && p < count; p++) {
                        path[p][0][step / every] = now[0][p];
                        path[p][1][step / every] = now[1][p];
                    }
                });
        return path;
    }

    private static void drawRectified(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "rectified", "Rectification in the plane", Axis.linear("coordinate x₁"), Axis.linear("coordinate x₂"));
        MixtureInterpolant first = new Pair.Plane().interpolant(InterpolantCells.LINEAR);
        MixtureInterpolant second = rectified(first);
        double[][] curvedEnds = ring(first.start());
        double[][] straightEnds = ring(first.start());
        double[][][] curved = paths(first, curvedEnds);
        double[][][] straight = paths(second, straightEnds);
        String[] names = {"flow of independent ends", "rectified flow"};
        double[][][][] both = {curved, straight};
        for (int k = 0; k < both.length; k++) {
            for (int p = 0; p < both[k].length; p++) {
                sheet.line(
                        "rectified",
                        names[k],
                        p == 0 ? names[k] : "",
                        k == 0 ? 0 : 3,
                        SixDigits.of(both[k][p][0]),
                        SixDigits.of(both[k][p][1]),
                        Sheet.Kind.SAMPLE);
            }
        }
        double[][] starts = ring(first.start());
        Ends[] one = new Ends[starts[1].length];
        Arrays.fill(one, new Ends(1, 0, 0));
        sheet.points(
                "rectified",
                "start",
                2,
                SixDigits.of(starts[0]),
                Arrays.stream(SixDigits.of(starts[1]))
                        .mapToObj(SixDigits::exact)
                        .toArray(Estimate[]::new),
                one);
        sheet.legend("rectified", Corner.BELOW);
        claims.add(Claim.theory(
                "interpolant-bridge-rectified-map",
                "largest distance of the ends of flow and rectified flow from the same eight places",
                0,
                MAP_ERROR,
                largest(p -> Math.hypot(straightEnds[0][p] - curvedEnds[0][p], straightEnds[1][p] - curvedEnds[1][p])),
                InterpolantCells.ALBERGO + ", section 5: the end map is the same; window ± 1e-3"));
        claims.add(Claim.theory(
                "interpolant-bridge-rectified-straight",
                "largest distance of the rectified flow from the straight line at t = ½, same places",
                0,
                MAP_ERROR,
                largest(p -> bend(straight[p])),
                "Liu, Gong, Liu 2022, arXiv 2209.03003; window ± 1e-3"));
        claims.add(new Claim(
                "interpolant-bridge-bent",
                Claim.Kind.THEORY,
                "energy less squared displacement of the flow of independent ends in the plane is above 0: it bends",
                Double.NaN,
                0,
                Double.POSITIVE_INFINITY,
                InterpolantCells.mean(results, plane(preset), result -> result.energy() - result.displacement()),
                "Jensen's inequality"));
        GaussianFlow flow = new GaussianFlow(first.start(), first.end(), InterpolantCells.LINEAR);
        double[] displacement = results.values(plane(preset), InterpolantResult::displacement);
        claims.add(new Claim(
                "interpolant-bridge-not-optimal",
                Claim.Kind.THEORY,
                "squared displacement of flow and rectified flow in the plane less W₂² is above 0: straight is not optimal",
                Double.NaN,
                0,
                Double.POSITIVE_INFINITY,
                Estimate.ofMean(Arrays.stream(displacement)
                        .map(value -> value - flow.transportCost())
                        .toArray()),
                InterpolantCells.ALBERGO + ", section 5"));
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
