package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
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
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** ρ(t, x) of one pair of densities under four schedules, with paths of ODE and SDE. */
public final class InterpolantDensity implements Figure {
    private static final Pair PAIR = new Pair.TwoToThree();
    private static final String[] PANELS = {"a", "b", "c", "d"};
    private static final String[] NAMES = {
        "linear, γ = 0", "linear, a = 2", "variance-exact, a = 2", "encoding–decoding"
    };
    private static final PathSchedule[] SCHEDULES = {
        InterpolantCells.LINEAR, InterpolantCells.LINEAR_2, InterpolantCells.VARIANCE_EXACT, InterpolantCells.ENCODING
    };

    /** Where paths of the ODE and the SDE begin. */
    private static final double[] STARTS = {-3.4, -2.6, 2.6, 3.4};

    private static final double[] NOISY_STARTS = {-3, 3};
    private static final double DIFFUSION = 1;
    private static final int PATH_STEPS = 1024;
    private static final double REACH = 7.5;
    private static final double[] TIMES = {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875};
    private static final double[] MAPPED = {-3.5, -2.6, 0.05, 2.7, 3.9};
    private static final double MAP_ERROR = 2e-5;
    /** Rounding of sums of a few numbers of order one. */
    private static final double ROUNDING = 1e-9;

    private static final double[] FLOORS = {-11.26946, -9.18165, -9.79559, -32.74965};
    private static final double[] SCORE_ENERGIES = {3.05980, 0.96216, 0.86405, 2.36641};
    private static final double PRINTED = 5e-5;

    @Override
    public String id() {
        return "interpolant-density";
    }

    @Override
    public String title() {
        return "Density over time and paths of an interpolant under four schedules";
    }

    @Override
    public List<String> sources() {
        return List.of(InterpolantCells.ALBERGO);
    }

    private static int replicas(Preset preset) {
        return preset.choose(8, 32);
    }

    private static MixtureInterpolant interpolant(int k) {
        return PAIR.interpolant(SCHEDULES[k]);
    }

    /** The flow of the pair: its energy is −2 min L_b. */
    private static InterpolantConfig flow(Preset preset, int k) {
        return InterpolantCells.config(
                "schedule", SCHEDULES[k], "steps", 128, "particles", preset.choose(2000, 20_000));
    }

    /** Standard normal ends, by SDE. */
    private static InterpolantConfig unit(Preset preset, int k, double t) {
        return InterpolantCells.config(
                "pair",
                new Pair.Gaussians(0, 1, 0, 1, 0),
                "schedule",
                SCHEDULES[k],
                "motion",
                new Motion.Sde(SdeMethod.HEUN, DIFFUSION),
                "to",
                t,
                "steps",
                64,
                "particles",
                preset.choose(1000, 20_000));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<InterpolantConfig> cells = new ArrayList<>();
        for (int k = 0; k < SCHEDULES.length; k++) {
            cells.add(flow(preset, k));
            if (SCHEDULES[k] != InterpolantCells.VARIANCE_EXACT) {
                for (double t : TIMES) {
                    cells.add(unit(preset, k, t));
                }
            }
        }
        Results<InterpolantConfig, InterpolantResult> results =
                experiment.run(Sweep.of(InterpolantCells.STUDY, cells, replicas(preset)));
        Sheet sheet = new Sheet();
        Stream stream = experiment.streams().at("paths");
        for (int k = 0; k < SCHEDULES.length; k++) {
            drawMap(sheet, preset, k, stream);
        }
        drawMiddle(sheet);
        drawVariance(sheet, preset, results);
        String n = String.valueOf(replicas(preset));
        String caption =
                "½ N(−3, ¼) + ½ N(3, ¼) to three modes at −6, 0, 6 of variances 0.5, 0.33, 0.5; γ² = a t(1 − t)."
                        + " (a–d) Exact density; black: paths of the ODE dX = b dt from four places; orange: two paths of"
                        + " the SDE with ε = 1, the same noise in all panels. All schedules end the ODE's paths at the same"
                        + " places. (e) Exact density half-way, where the variance-exact schedule is linear, a = 2. (f)"
                        + " Variance of x_t between two independent N(0, 1): lines α² +"
                        + " β² + γ², with that of the variance-exact schedule on that of linear a = 2; points: SDE, ε = 1,"
                        + " means over " + n + " replicas of " + preset.choose(1000, 20_000)
                        + " particles with 95 % t intervals.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims(preset, results));
    }

    private static void drawMap(Sheet sheet, Preset preset, int k, Stream stream) {
        int columns = preset.choose(20, 50);
        int rows = preset.choose(30, 90);
        double[] t = new double[columns];
        Arrays.setAll(t, i -> SixDigits.of((i + 0.5) / columns));
        double[] x = new double[rows];
        Arrays.setAll(x, j -> SixDigits.of(REACH * (2 * (j + 0.5) / rows - 1)));
        Field.Evaluator density = interpolant(k).logDensity().evaluator(rows);
        double[][] value = new double[rows][columns];
        double[][] out = new double[1][rows];
        for (int i = 0; i < columns; i++) {
            density.at(t[i], new double[][] {x}, rows, out);
            for (int j = 0; j < rows; j++) {
                value[j][i] = Math.rint(1e3 * StrictMath.exp(out[0][j])) / 1e3;
            }
        }
        sheet.cells(
                PANELS[k],
                NAMES[k],
                Axis.linear("time t").range(0, 1),
                Axis.linear("place x").range(-REACH, REACH),
                ColourBar.of("density ρ(t, x)", 0, 0.25),
                t,
                x,
                value);
        paths(sheet, k, stream);
    }

    /** Paths of the ODE, then of the SDE, at 20 times after the start. */
    private static void paths(Sheet sheet, int k, Stream stream) {
        MixtureInterpolant interpolant = interpolant(k);
        int shown = 20;
        int every = PATH_STEPS / shown;
        double[] times = TimeGrid.UNIFORM.times(0, 1, every * shown);
        for (boolean noisy : new boolean[] {false, true}) {
            double[][] x = {noisy ? NOISY_STARTS.clone() : STARTS.clone()};
            double[][] path = new double[x[0].length][shown + 1];
            Ensemble.Observer observer = (first, step, time, now, count) -> {
                if (step % every == 0) {
                    for (int p = 0; p < count; p++) {
                        path[p][step / every] = now[0][p];
                    }
                }
            };
            if (noisy) {
                Motion motion = new Motion.Sde(SdeMethod.HEUN, DIFFUSION);
                Noise noise = new Brownian(stream, 0, 1, 10);
                Ensemble.run(motion.sampler(interpolant, true), times, x, noise, 1, observer);
            } else {
                Ensemble.run(OdeMethod.RK4.sampler(interpolant.velocity()), times, x, Noise.NONE, 1, observer);
            }
            double[] at = InterpolantCells.even(0, 1, shown);
            for (int p = 0; p < path.length; p++) {
                double[] y = Arrays.stream(path[p])
                        .map(v -> Math.rint(1e3 * v) / 1e3)
                        .toArray();
                sheet.line(
                        PANELS[k],
                        noisy ? "SDE" : "ODE",
                        p > 0 ? "" : noisy ? "SDE, ε = 1" : "ODE",
                        noisy ? 1 : 2,
                        at,
                        y,
                        Sheet.Kind.SAMPLE);
            }
        }
    }

    private static void drawMiddle(Sheet sheet) {
        sheet.panel(
                "e",
                "Half-way, t = ½",
                Axis.linear("place x").range(-REACH, REACH),
                Axis.linear("density ρ(½, x)").range(0, 0.42));
        double[] x = InterpolantCells.even(-REACH, REACH, 75);
        for (int k = 0; k < SCHEDULES.length; k++) {
            GaussianMixture law = interpolant(k).marginal(0.5);
            if (SCHEDULES[k] != InterpolantCells.VARIANCE_EXACT) {
                InterpolantCells.line(sheet, "e", NAMES[k], k, x, y -> StrictMath.exp(law.logDensity(y)));
            }
        }
        sheet.legend("e", Corner.BELOW);
    }

    private static double sum(Schedule schedule, double t) {
        double alpha = schedule.alpha(t);
        double beta = schedule.beta(t);
        return alpha * alpha + beta * beta + schedule.gammaSquared(t);
    }

    private static void drawVariance(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results) {
        sheet.panel(
                "f",
                "Standard normal ends",
                Axis.linear("time t").range(0, 1),
                Axis.linear("variance of xₜ").range(0.4, 1.2));
        double[] t = InterpolantCells.even(0, 1, 40);
        for (int k = 0; k < SCHEDULES.length; k++) {
            if (SCHEDULES[k] == InterpolantCells.VARIANCE_EXACT) {
                continue;
            }
            int schedule = k;
            InterpolantCells.line(sheet, "f", NAMES[k], k, t, time -> sum(SCHEDULES[schedule], time));
            List<InterpolantConfig> configs = Arrays.stream(TIMES)
                    .mapToObj(time -> unit(preset, schedule, time))
                    .toList();
            TrainingCells.addMeans(sheet, "f", NAMES[k], k, TIMES, configs, results, result -> result.variance()[0]);
        }
        sheet.legend("f", Corner.BELOW);
    }

    /** Local maxima of ρ(½, ·). */
    static int modes(MixtureInterpolant interpolant) {
        GaussianMixture law = interpolant.marginal(0.5);
        double step = 0.01;
        double[] density = DoubleStream.iterate(-12, x -> x < 12, x -> x + step)
                .map(x -> StrictMath.exp(law.logDensity(x)))
                .toArray();
        int modes = 0;
        for (int i = 1; i + 1 < density.length; i++) {
            modes += density[i] > density[i - 1] && density[i] >= density[i + 1] ? 1 : 0;
        }
        return modes;
    }

    /** ρ(½, 0) over the largest ρ(½, ·): how full the valley between the inner modes is. */
    static double valley(MixtureInterpolant interpolant) {
        GaussianMixture law = interpolant.marginal(0.5);
        double peak = DoubleStream.iterate(0, x -> x < 12, x -> x + 0.01)
                .map(law::logDensity)
                .max()
                .orElseThrow();
        return StrictMath.exp(law.logDensity(0) - peak);
    }

    /** The largest distance of ρ(½), b and s of encoding–decoding from N(0, 1), 0 and −x. */
    static double distanceFromNoise() {
        MixtureInterpolant interpolant = PAIR.interpolant(InterpolantCells.ENCODING);
        double[][] x = {InterpolantCells.even(-4, 4, 80)};
        int count = x[0].length;
        double[][] density = new double[1][count];
        double[][] velocity = new double[1][count];
        double[][] score = new double[1][count];
        interpolant.logDensity().evaluator(count).at(0.5, x, count, density);
        interpolant.velocity().evaluator(count).at(0.5, x, count, velocity);
        interpolant.score().evaluator(count).at(0.5, x, count, score);
        double largest = 0;
        for (int i = 0; i < count; i++) {
            double normal = -0.5 * (x[0][i] * x[0][i] + StrictMath.log(2 * Math.PI));
            largest = Math.max(largest, Math.abs(density[0][i] - normal));
            largest = Math.max(largest, Math.abs(velocity[0][i]));
            largest = Math.max(largest, Math.abs(score[0][i] + x[0][i]));
        }
        return largest;
    }

    /** The largest distance of α² + β² + γ² from a law of time. */
    static double distanceFrom(Schedule schedule, DoubleUnaryOperator law) {
        return Arrays.stream(InterpolantCells.even(0, 1, 1000))
                .map(t -> Math.abs(sum(schedule, t) - law.applyAsDouble(t)))
                .max()
                .orElseThrow();
    }

    /** The largest distance of flow maps of all schedules from the quantile map. */
    static double mapError(int steps) {
        QuantileMap map = QuantileMap.of(interpolant(0).start(), interpolant(0).end());
        double largest = 0;
        for (int k = 0; k < SCHEDULES.length; k++) {
            double[][] x = {MAPPED.clone()};
            double[] times = TimeGrid.UNIFORM.times(0, 1, steps, SCHEDULES[k].breaks());
            Ensemble.run(
                    OdeMethod.RK4.sampler(interpolant(k).velocity()), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
            for (int i = 0; i < MAPPED.length; i++) {
                largest = Math.max(largest, Math.abs(x[0][i] - map.at(MAPPED[i])));
            }
        }
        return largest;
    }

    private static List<Claim> claims(Preset preset, Results<InterpolantConfig, InterpolantResult> results) {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim(
                "interpolant-density-modes",
                Claim.Kind.THEORY,
                "modes of ρ(½) at linear a = 2 less those at γ = 0 are below 0",
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                -1,
                SixDigits.exact((double) modes(interpolant(1)) - modes(interpolant(0))),
                InterpolantCells.ALBERGO + ", section 4: γ removes spurious intermediate modes"));
        claims.add(new Claim(
                "interpolant-density-valley",
                Claim.Kind.THEORY,
                "ρ(½, 0) over the largest ρ(½, x) at linear a = 2 less that at γ = 0 is above 0: γ fills the valley",
                Double.NaN,
                0,
                Double.POSITIVE_INFINITY,
                SixDigits.exact(valley(interpolant(1)) - valley(interpolant(0))),
                InterpolantCells.ALBERGO + ", section 4: γ convolves ρ with N(0, γ²)"));
        claims.add(Claim.theory(
                "interpolant-density-modes-encoding",
                "modes of ρ(½) under encoding–decoding",
                1,
                SixDigits.exact(modes(interpolant(3))),
                InterpolantCells.ALBERGO + ", section 4"));
        String[] ids = {"linear", "linear-2", "variance-exact", "encoding"};
        for (int k = 0; k < SCHEDULES.length; k++) {
            claims.add(Claim.theory(
                    "interpolant-density-score-" + ids[k],
                    "∫ E s² dt by quadrature, " + NAMES[k],
                    SCORE_ENERGIES[k],
                    PRINTED,
                    SixDigits.exact(LossFloor.of(interpolant(k)).scoreEnergy()),
                    "reference table of loss floors; window: its digits"));
        }
        for (int k = 0; k < SCHEDULES.length; k++) {
            claims.add(Claim.theory(
                    "interpolant-density-floor-" + ids[k],
                    "least loss min L_b = −½ ∫ E b² dt along the flow of particles, " + NAMES[k],
                    FLOORS[k],
                    InterpolantCells.mean(results, flow(preset, k), InterpolantResult::energy)
                            .times(-0.5),
                    InterpolantCells.ALBERGO + ", section 2; reference value by quadrature"));
        }
        claims.add(Claim.theory(
                "interpolant-density-noise",
                "largest difference of log ρ(½), b and s under encoding–decoding from those of N(0, 1), 0 and −x, |x| ≤ 4",
                0,
                ROUNDING,
                SixDigits.exact(distanceFromNoise()),
                InterpolantCells.ALBERGO + ", section 4; window: rounding"));
        claims.add(Claim.theory(
                "interpolant-density-sum-encoding",
                "largest difference of α² + β² + γ² under encoding–decoding from 1 − ½ sin² 2πt",
                0,
                ROUNDING,
                SixDigits.exact(distanceFrom(SCHEDULES[3], t -> {
                    double sine = StrictMath.sin(2 * Math.PI * t);
                    return 1 - 0.5 * sine * sine;
                })),
                "direct; the constraint that the sum is 1, printed in " + InterpolantCells.ALBERGO
                        + ", does not hold; window: rounding"));
        claims.add(Claim.theory(
                "interpolant-density-sum-linear",
                "largest difference of α² + β² + γ² of linear, a = 2, from 1",
                0,
                ROUNDING,
                SixDigits.exact(distanceFrom(SCHEDULES[1], t -> 1)),
                InterpolantCells.ALBERGO + ", section 4; window: rounding"));
        claims.add(Claim.theory(
                "interpolant-density-variance-encoding",
                "variance at t = ¼ between standard normal ends, encoding–decoding, SDE",
                0.5,
                InterpolantCells.mean(results, unit(preset, 3, 0.25), result -> result.variance()[0]),
                "1 − ½ sin² 2πt"));
        claims.add(Claim.theory(
                "interpolant-density-variance-linear",
                "variance at t = ½ between standard normal ends, linear, a = 2, SDE",
                1,
                InterpolantCells.mean(results, unit(preset, 1, 0.5), result -> result.variance()[0]),
                InterpolantCells.ALBERGO + ", section 4"));
        double worst = mapError(2000);
        claims.add(Claim.theory(
                "interpolant-density-map",
                "largest difference of the flow map from the quantile map over four schedules and five places,"
                        + " 2000 RK4 steps",
                0,
                MAP_ERROR,
                new Estimate(worst, Double.NaN, 0, worst, SCHEDULES.length * MAPPED.length),
                "on the line both are the one increasing map; window: accuracy of the reference's integration"));
        return claims;
    }
}
