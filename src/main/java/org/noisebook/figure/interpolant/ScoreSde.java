package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionScore;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.NamedDiffusion;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * Score-based generation with an exact score in the plane, a learned one, and digits as a mixture of ten Gaussians: samplers and
 * likelihoods.
 */
public final class ScoreSde extends Story {
    static final DiffusionStudy STUDY = new DiffusionStudy();
    static final String SOURCE = "Song et al. 2021, arXiv 2011.13456";
    private static final DiffusionMethod EULER = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    /** A method and how it is drawn. */
    private record Shown(String name, String key, DiffusionMethod method, int colour) {}

    private static final Shown PREDICTED =
            new Shown("reverse diffusion", "predictor", new DiffusionMethod.ReverseDiffusion(), 7);
    private static final Shown CORRECTED =
            new Shown("PC", "corrected", DiffusionMethod.PredictorCorrector.standard(), 6);
    private static final List<Shown> METHODS = List.of(
            new Shown("Euler–Maruyama", "sde", DiffusionMethod.ReverseEquation.standard(), 0),
            new Shown("flow, Euler", "flow", EULER, 2),
            PREDICTED,
            CORRECTED);
    private static final List<Shown> FLOWS = List.of(
            new Shown("Euler", "euler", EULER, 2),
            new Shown("Heun", "heun", new DiffusionMethod.TimeFlow(OdeMethod.HEUN), 1));

    /** Of digits and of the learned score. */
    private static final double[] FEW_STEPS = Line.powers(5, 2, 4);

    private static final double[] ORDER_STEPS = Line.powers(64, 2, 5);
    private static final int JUDGED_LIKELIHOOD = 200;

    /** The figure. */
    public ScoreSde() {
        super("score-sde", "Score-based generation: samplers and likelihoods against exact answers", STUDY.sources());
    }

    static DiffusionConfig plane(Board board) {
        return Schema.with(
                DiffusionConfig.ofSamples(), "target", new Target.Triangle(), "particles", board.choose(2048, 16_384));
    }

    static DiffusionConfig digits(Board board) {
        Target target = Target.PictureClasses.standard();
        return Schema.with(DiffusionConfig.ofSamples(), "target", target, "particles", board.choose(256, 2048));
    }

    private static DiffusionConfig vp(DiffusionConfig base, DiffusionMethod method, double steps) {
        return base.by(NamedDiffusion.VP.diffusion(), method, TimeGrid.UNIFORM, (int) steps);
    }

    /** A law and its score, sampled by all methods; with how finely the samples in most steps are compared with the law. */
    private record Setting(
            String key, String title, String words, List<Line<DiffusionConfig, DiffusionResult>> lines, Floors floors) {
        Line<DiffusionConfig, DiffusionResult> of(Shown shown) {
            return lines.get(METHODS.indexOf(shown));
        }
    }

    private static Setting setting(
            Board board, String key, String title, String words, DiffusionConfig base, double[] steps) {
        List<Line<DiffusionConfig, DiffusionResult>> lines = METHODS.stream()
                .map(shown -> board.along(STUDY, steps, count -> vp(base, shown.method, count)))
                .toList();
        boolean digits = key.equals("digits");
        BiFunction<Integer, Double, List<Cell<DiffusionConfig, DiffusionResult>>> cells = (points, count) -> {
            DiffusionConfig fine = Schema.with(base, "particles", points, "energyPoints", points);
            return METHODS.stream()
                    .map(shown -> board.cell(STUDY, vp(fine, shown.method, count)))
                    .toList();
        };
        boolean exact = base.score() instanceof DiffusionScore.Exact;
        Floors floors = new Floors(
                digits ? 0.05 : 0.03,
                digits ? 0.00815 : 0.00112,
                digits ? 0.85 : 1.01,
                exact ? cells.apply(digits ? 1024 : 4096, steps[steps.length - 1]) : List.of(),
                exact ? cells.apply(1000, steps[1]) : List.of());
        return new Setting(key, title, words, lines, floors);
    }

    /**
     * Energy distances from the law, which are 0 on average where samples have it.
     *
     * @param moved what is told apart, in standard deviations of every coordinate
     * @param shift the distance of the law from itself so moved
     * @param scatter distance standard deviation of the law: the distance of n points from n others scatters by 2√2 of it over n
     * @param many by method, in most steps
     * @param few in 10 steps
     */
    private record Floors(
            double moved,
            double shift,
            double scatter,
            List<Cell<DiffusionConfig, DiffusionResult>> many,
            List<Cell<DiffusionConfig, DiffusionResult>> few) {
        void judge(Board board, Setting setting, Shown shown) {
            var cell = many.get(METHODS.indexOf(shown));
            var coarse = few.get(METHODS.indexOf(shown));
            String apart =
                    "energy distance of samples and law, without bias, " + shown.name + ", " + setting.words + ", in ";
            int points = cell.config().particles();
            int replicas = cell.runs().size();
            String planned = Words.say(
                    "{}; window: a shift by {} standard deviations; planned standard error of {} replicas of {} points: {}",
                    SOURCE,
                    moved,
                    replicas,
                    points,
                    SixDigits.of(scatter * Math.sqrt(8.0 / replicas) / points));
            board.claim(
                            setting.key + "-floor-" + shown.key,
                            apart + cell.config().steps() + " steps")
                    .in(setting.key)
                    .theory(0, shift)
                    .of(cell.the(mean(DiffusionResult::energy)))
                    .from(planned);
            board.claim(
                            setting.key + "-far-" + shown.key,
                            apart + coarse.config().steps() + " steps, is above the window in most steps")
                    .in(setting.key)
                    .above(shift)
                    .of(coarse.the(mean(DiffusionResult::energy)))
                    .from(SOURCE);
        }
    }

    private static DiffusionConfig likelihood(Board board, NamedDiffusion named, double steps) {
        DiffusionConfig base =
                Schema.with(plane(board), "particles", 2).by(named.diffusion(), EULER, TimeGrid.UNIFORM, 1);
        return Schema.with(base, "likelihoodPoints", board.choose(256, 1024), "likelihoodSteps", (int) steps);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(12, 64);
        Setting exact = setting(board, "exact", "Plane, exact score", "the plane", plane(board), Line.powers(5, 2, 6));
        List<Line<DiffusionConfig, DiffusionResult>> orders = FLOWS.stream()
                .map(shown -> board.along(
                        STUDY,
                        ORDER_STEPS,
                        steps -> Schema.with(vp(plane(board), shown.method, steps), "particles=64, pathParticles=64")))
                .toList();
        int few = board.replicas(4, 16);
        // One has more replicas, since it tells whether probes have a bias.
        List<Line<DiffusionConfig, DiffusionResult>> likelihoods = Stream.of(NamedDiffusion.values())
                .map(named -> board.lineOf(
                        Line.powers(25, 2, 5),
                        steps -> board.cell(
                                STUDY,
                                likelihood(board, named, steps),
                                named == NamedDiffusion.VP && steps == JUDGED_LIKELIHOOD ? n : few)))
                .toList();
        Setting digits = setting(board, "digits", "Digits, exact score", "digits", digits(board), FEW_STEPS);
        // All that training draws: one network for all replicas.
        board.fixed("data", "base", "noise", "time", "dropout", "init");
        Setting learned = setting(
                board,
                "learned",
                "Plane, learned score",
                "the plane, learned score",
                Schema.with(plane(board), "score", DiffusionScore.Learned.standard()),
                FEW_STEPS);
        for (Setting setting : List.of(exact, learned, digits)) {
            tellSamplers(board, setting);
        }
        METHODS.forEach(shown -> {
            tellConvergence(board, exact, shown);
            tellConvergence(board, digits, shown);
        });
        tellOrders(board, orders);
        tellLikelihoods(board, likelihoods);
        board.stamp(few + " to " + n);
        board.caption(
                "VP diffusion unless said. (a–c) Sliced W₁ (32 directions) of samples and as many fresh points of the law,"
                        + " against steps uniform in τ to 0.001; PC: reverse diffusion with one Langevin correction a step, ρ = 0.16, so"
                        + " two evaluations a step. Plane: three Gaussians; learned: one network for all replicas; digits: a Gaussian in"
                        + " 64 dimensions for each class, + 0.02 I. Band: two samples of the law, middle 90 % of the replicas; whether"
                        + " samples have the law is judged by energy distances, which have no such floor. (d) Error"
                        + " of paths of the flow in τ; dotted: fitted power laws. (e) Largest error of log p along the flow by RK4, of {}"
                        + " points of the plane a replica; solid: the window of the claim. Geometric means with 95 % t intervals over {}"
                        + " replicas (learned, digits and all of e but VP at 200 steps: {}) of {} samples (digits: {}, d: {}).",
                board.choose(256, 1024),
                n,
                few,
                plane(board).particles(),
                digits(board).particles(),
                64);
    }

    private static void tellSamplers(Board board, Setting setting) {
        Plot plot = board.plot(
                setting.key,
                setting.title,
                Axis.log10("steps").range(4, 250),
                Axis.log10("sliced distance W₁").range(0.01, 1));
        Cell<?, DiffusionResult> flow = setting.of(METHODS.get(1)).last();
        plot.colour(7).band("two samples", 4, 250, flow.middle(DiffusionResult::sampleDistance, 0.9));
        for (Shown shown : METHODS) {
            plot.colour(shown.colour).points(shown.name, setting.of(shown), geometric(DiffusionResult::distance));
        }
        plot.claim(
                        "corrector-" + setting.key,
                        "sliced W₁ of reverse diffusion in 20 steps less that with one correction a step, ρ = 0.16, "
                                + setting.words + ", is above 0")
                .above(0)
                .of(setting.of(PREDICTED).at(20).less(setting.of(CORRECTED).at(20), DiffusionResult::distance))
                .from(SOURCE + ", section 4.2");
    }

    private static void tellConvergence(Board board, Setting setting, Shown shown) {
        Cell<DiffusionConfig, DiffusionResult> few = setting.of(shown).cells().get(1);
        Cell<DiffusionConfig, DiffusionResult> many = setting.of(shown).last();
        int steps = many.config().steps();
        board.claim(
                        setting.key + "-falls-" + shown.key,
                        "sliced W₁ in " + few.config().steps() + " steps less that in " + steps + ", " + shown.name
                                + ", " + setting.words + ", is above 0")
                .in(setting.key)
                .above(0)
                .of(few.less(many, DiffusionResult::distance))
                .from(SOURCE);
        setting.floors.judge(board, setting, shown);
    }

    private static void tellOrders(Board board, List<Line<DiffusionConfig, DiffusionResult>> orders) {
        Plot plot = board.plot(
                "orders", "Flow in the plane", Axis.log10("steps").range(50, 1300), Axis.log10("error of a path"));
        double[] ends = {ORDER_STEPS[0], ORDER_STEPS[ORDER_STEPS.length - 1]};
        for (int i = 0; i < FLOWS.size(); i++) {
            Shown shown = FLOWS.get(i);
            PowerFit fit =
                    orders.get(i).power(board.stream("bootstrap/score-sde/" + shown.key), DiffusionResult::pathError);
            plot.colour(shown.colour)
                    .named(String.format(
                            Locale.ROOT, "slope %.2f", fit.exponent().mean()))
                    .fit(shown.name + ", fit", ends, fit)
                    .colour(shown.colour)
                    .points(shown.name, orders.get(i), geometric(DiffusionResult::pathError));
            plot.claim("order-" + shown.key, "error of paths of the flow ~ steps^-p, p of " + shown.name)
                    .theory(i + 1, 0.15)
                    .of(fit.exponent().times(-1))
                    .from(SOURCE + "; window ± 0.15");
        }
    }

    private static void tellLikelihoods(Board board, List<Line<DiffusionConfig, DiffusionResult>> likelihoods) {
        Plot plot = board.plot(
                        "likelihood",
                        "Log density along the flow",
                        Axis.log10("steps of RK4").range(20, 500),
                        Axis.log10("largest error of log p"))
                .colour(2)
                .law("0.01", new double[] {20, 500}, steps -> 0.01);
        for (NamedDiffusion named : NamedDiffusion.values()) {
            Line<DiffusionConfig, DiffusionResult> line = likelihoods.get(named.ordinal());
            plot.colour(DiffusionSdes.COLOURS[named.ordinal()])
                    .points(named.text(), line, geometric(DiffusionResult::logDensityError));
            double[] largest = line.at(JUDGED_LIKELIHOOD).values(DiffusionResult::logDensityError);
            Arrays.sort(largest);
            double worst = largest[largest.length - 1];
            plot.claim(
                            "likelihood-" + named.key(),
                            "largest |log p along the flow − exact|, the plane, " + named.text() + ", "
                                    + JUDGED_LIKELIHOOD
                                    + " steps of RK4, all points of all replicas; interval: range over replicas")
                    .theory(0, 0.01)
                    .of(new Estimate(worst, Double.NaN, largest[0], worst, largest.length))
                    .from(SOURCE + ", section 4.3; window ± 0.01");
        }
        board.claim(
                        "hutchinson",
                        "mean log p by one Rademacher probe a point less that by the exact divergence, the plane, VP")
                .theory(0, Claim.STANDARD_WINDOW)
                .of(likelihoods
                        .get(NamedDiffusion.VP.ordinal())
                        .at(JUDGED_LIKELIHOOD)
                        .the(mean(DiffusionResult::hutchinsonError)))
                .from(SOURCE + ", section 4.3; window ± 0.1");
    }
}
