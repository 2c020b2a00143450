package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/** The density ρ(t, x) between one pair of densities for several schedules: number of intermediate modes, and ends of paths. */
public final class InterpolantDensity extends Story {
    private static final InterpolantStudy STUDY = new InterpolantStudy();
    private static final InterpolantPathsStudy PATHS = new InterpolantPathsStudy();
    private static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final Pair PAIR = new Pair.TwoToThree();
    private static final PathSchedule EXACT_SCHEDULE =
            new PathSchedule(PathSchedule.Path.VARIANCE_EXACT, new Latent.Root(2));
    private static final PathSchedule ENCODING_SCHEDULE =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());

    /** A schedule, a short description of its density, and the exact minimum of the loss. */
    private record Way(String id, String name, String label, String seen, PathSchedule path, double floor) {
        MixtureInterpolant interpolant() {
            return PAIR.interpolant(path);
        }
    }

    private static final Way STILL =
            new Way("linear", "linear, γ = 0", "no latent noise", "many peaks", PathSchedule.linear(0), -11.26946);
    private static final Way NOISY =
            new Way("linear-2", "linear, a = 2", "latent noise", "fainter peaks", PathSchedule.linear(2), -9.18165);
    /** Not drawn: it looks like {@link #NOISY}. */
    private static final Way EXACT =
            new Way("variance-exact", "variance-exact, a = 2", "", "", EXACT_SCHEDULE, -9.79559);

    private static final Way ENCODING =
            new Way("encoding", "encoding–decoding", "via a Gaussian", "one peak", ENCODING_SCHEDULE, -32.74965);
    private static final List<Way> WAYS = List.of(STILL, NOISY, EXACT, ENCODING);
    private static final List<Way> DRAWN = List.of(STILL, NOISY, ENCODING);

    private static final Doubles STARTS = Doubles.of(-3.4, -2.6, 2.6, 3.4);
    private static final int SHOWN = 60;
    private static final ColourBar BAR = ColourBar.of("density ρ(t, x)", 0, 0.25);
    private static final double REACH = 7;
    private static final int COLUMNS = 200;
    private static final int ROWS = 28;
    /** Modes are searched within this distance from 0. */
    private static final double FARTHEST = 12;
    /** Rounding of sums of a few numbers of order one. */
    private static final double ROUNDING = 1e-9;

    /** The figure. */
    public InterpolantDensity() {
        super("interpolant-density", "Density of an interpolant and its intermediate modes", List.of(ALBERGO));
    }

    /** Number of modes of ρ(t) at each time. */
    static double[] modes(PathSchedule schedule, double... t) {
        return Arrays.stream(t)
                .map(time -> PAIR.interpolant(schedule).marginal(time).modes(FARTHEST))
                .toArray();
    }

    private static InterpolantStudy.Config flow(Way way, int steps, int particles) {
        return Schema.with(STUDY.defaults(), "schedule", way.path, "steps", steps, "particles", particles);
    }

    /** The SDE between standard normal ends up to a time. */
    private static InterpolantStudy.Config unit(Way way, double t, int particles) {
        Pair normal = new Pair.Gaussians(0, 1, 0, 1, 0);
        return Schema.with(
                flow(way, 64, particles), "pair", normal, "motion", new Motion.Sde(SdeMethod.HEUN, 1), "to", t);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: another γ, whose value lies outside the window");
        board.title(
                "On average, latent noise removes intermediate peaks of the density",
                "Latent noise does not remove intermediate peaks of the density",
                "Latent noise may remove intermediate peaks of the density");
        board.subtitle("Exact density against time for three interpolants of the same ends, and its number of peaks");
        board.sixDigits();
        board.replicas(8, 32);
        int few = board.choose(1000, 20_000);
        var encoded = board.cell(STUDY, unit(ENCODING, 0.25, few));
        var spread = board.cell(STUDY, unit(NOISY, 0.5, few));
        var flows = each(WAYS, way -> board.cell(STUDY, flow(way, 128, board.choose(2000, 20_000))));
        board.replicas(1);
        Motion ode = new Motion.Ode(OdeMethod.RK4);
        var paths = each(
                DRAWN,
                way -> board.cell(PATHS, new InterpolantPathsStudy.Config(PAIR, way.path, ode, STARTS, 17, SHOWN)));
        for (int k = 0; k < DRAWN.size(); k++) {
            tellMap(board, DRAWN.get(k), paths.get(k).runs().get(0).paths(STARTS.size()));
        }
        tellModes(board);
        tellVariance(board, encoded, spread);
        tellEnergies(board, flows);
        board.caption(
                "½ N(−3, ¼) + ½ N(3, ¼) to modes at −6, 0, 6 of variances 0.5, 0.33, 0.5. (a–c) Exact density; black:"
                        + " paths of the ODE dX = b dt from four places, which end at the same places under all schedules."
                        + " (a) Linear, no latent noise; (b) γ² = a t(1 − t), a = 2; (c) encoding–decoding, through N(0, 1) at half-time."
                        + " (d) Number of local maxima in x of the exact density.");
    }

    private static void tellMap(Board board, Way way, double[][] paths) {
        double[] t = SixDigits.of(Line.centres(0, 1, COLUMNS));
        double[] x = SixDigits.of(Line.centres(-REACH, REACH, ROWS));
        double[][] density = way.interpolant().density(t, x);
        Arrays.stream(density).forEach(row -> Arrays.setAll(row, i -> Math.rint(1e3 * row[i]) / 1e3));
        Axis time = Axis.linear("time t").range(0, 1);
        Axis place = Axis.linear("place x").range(-REACH, REACH);
        String panel = String.valueOf("abc".charAt(DRAWN.indexOf(way)));
        Plot plot = board.exactMap(
                panel,
                Character.toUpperCase(way.label.charAt(0)) + way.label.substring(1) + ": " + way.seen,
                time,
                place,
                BAR,
                t,
                x,
                density);
        for (double[] path : paths) {
            plot.colour(2).named("paths of the ODE").line(LineKind.SAMPLE, "ODE", Line.even(0, 1, SHOWN + 1), path);
        }
    }

    private static void tellModes(Board board) {
        Axis x = Axis.linear("time t").range(0, 1);
        Axis y = Axis.linear("number of peaks").range(0, 7);
        Plot plot = board.plot("modes", "Number of peaks", x, y);
        double[] t = SixDigits.of(Line.centres(0, 1, COLUMNS));
        for (Way way : DRAWN) {
            plot.colour(WAYS.indexOf(way)).named(way.label).line(LineKind.THEORY, way.name, t, modes(way.path, t));
        }
        double[] still = modes(STILL.path, t);
        double[] noisy = modes(NOISY.path, t);
        String source = ALBERGO + ", section 4";
        plot.claim("modes", "change of the mean number of modes by latent noise (linear, a = 2 minus γ = 0) is below 0")
                .control("run: γ = 0, subtracted")
                .says("Averaged over time, latent noise leaves fewer peaks | change of the mean number of peaks")
                .below(0)
                .of((Arrays.stream(noisy).sum() - Arrays.stream(still).sum()) / t.length)
                .from(source + ": γ removes spurious intermediate modes");
        plot.claim("modes-spurious", "largest number of modes with latent noise (linear, a = 2) is at most the final 3")
                .control("run: γ = 0, subtracted")
                .says("With latent noise, there are never more than the final 3 peaks")
                .below(3.5)
                .of(Arrays.stream(noisy).max().orElseThrow())
                .from(source + ": γ removes spurious intermediate modes, read as all of them");
        plot.claim("modes-rise", "largest rise of the number of modes by latent noise (linear, a = 2 minus γ = 0)")
                .identity(0, 0.5)
                .of(IntStream.range(0, t.length)
                        .mapToDouble(k -> noisy[k] - still[k])
                        .max()
                        .orElseThrow())
                .from("Silverman 1981, doi:10.1111/j.2517-6161.1981.tb01155.x: in one dimension blurring adds no mode");
        board.claim("valley", "change of ρ(½, 0) / max ρ(½, x) by latent noise (linear, a = 2 minus γ = 0) is above 0")
                .control("run: γ = 0, subtracted")
                .above(0)
                .judge(valley(NOISY) - valley(STILL), source + ": γ convolves ρ with N(0, γ²), which fills the valley");
        plot.claim("noise", "largest deviation of log ρ, b, s of encoding–decoding at t = ½ from N(0, 1), |x| ≤ 4")
                .identity(0, ROUNDING)
                .of(ENCODING.interpolant().distanceFromNoise(0.5, SixDigits.of(Line.even(-4, 4, 81))))
                .from(source + "; window: rounding");
    }

    /** The ratio ρ(½, 0) / max ρ(½, x), which measures how full the valley between the inner modes is. */
    private static double valley(Way way) {
        GaussianMixture law = way.interpolant().marginal(0.5);
        double peak = DoubleStream.iterate(0, x -> x < FARTHEST, x -> x + 0.01)
                .map(law::logDensity)
                .max()
                .orElseThrow();
        return StrictMath.exp(law.logDensity(0) - peak);
    }

    private static void tellVariance(
            Board board, Cell<?, InterpolantStudy.Result> encoded, Cell<?, InterpolantStudy.Result> spread) {
        board.claim("variance-encoding", "variance at t = ¼ between standard normal ends, encoding–decoding, SDE")
                .theory(0.5)
                .judge(encoded, run -> run.variance().get(0), "1 − ½ sin² 2πt");
        board.claim("variance-linear", "variance at t = ½ between standard normal ends, linear, a = 2, SDE")
                .theory(1)
                .judge(spread, run -> run.variance().get(0), ALBERGO + ", section 4");
    }

    private static void tellEnergies(Board board, List<? extends Cell<?, InterpolantStudy.Result>> flows) {
        for (Way way : WAYS) {
            board.claim("floor-" + way.id, "minimal loss L_b = −½ ∫ E b² dt, estimated along the flow, " + way.name)
                    .theory(way.floor)
                    .of(flows.get(WAYS.indexOf(way))
                            .the(mean(InterpolantStudy.Result::energy))
                            .times(-0.5))
                    .from(ALBERGO + ", section 2; reference value by quadrature");
        }
    }
}
