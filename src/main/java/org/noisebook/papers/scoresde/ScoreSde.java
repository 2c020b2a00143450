package org.noisebook.papers.scoresde;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.papers.scoresde.DiffusionSamplers.correction;
import static org.noisebook.papers.scoresde.DiffusionSamplers.judgeCorrection;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionScore;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Samplers and likelihoods of score-based models: exact and learned scores in the plane, exact scores of digits. */
public final class ScoreSde extends Story {
    static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final String SOURCE = "Song et al. 2021, arXiv 2011.13456";
    private static final Reduction<DiffusionResult> ENERGY = mean(DiffusionResult::energy);
    private static final DiffusionMethod PREDICTOR = new DiffusionMethod.ReverseDiffusion();
    private static final DiffusionMethod CORRECTED = DiffusionMethod.PredictorCorrector.standard();
    private static final DiffusionMethod EULER = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    private static final Axis EVALUATIONS =
            Axis.log10("score evaluations per sample").range(4, 400);
    private static final Axis DISTANCE =
            Axis.log10("sliced W₁ distance to the target").range(0.025, 0.8);

    /** A method, with its name in statements, its key in ids, and its legend and colour. */
    private record Shown(String name, String key, DiffusionMethod method, String legend, int colour) {}

    private static final List<Shown> METHODS = List.of(
            new Shown("Euler–Maruyama", "sde", DiffusionMethod.ReverseEquation.standard(), "Euler–Maruyama", 0),
            new Shown("flow, Euler", "flow", EULER, "probability flow", 2),
            new Shown("reverse diffusion", "predictor", PREDICTOR, "reverse diffusion", 4),
            new Shown("PC", "corrected", CORRECTED, "predictor–corrector", 5));

    /**
     * A target distribution. Energy distances from it average 0 for exact samples.
     *
     * @param moved shift that must be detected, in standard deviations of every coordinate
     * @param shift energy distance between the target and itself shifted by this
     * @param scatter distance standard deviation of the target: the distance between n points and n others scatters by 2√2 of it over n
     */
    private record Law(String key, String title, String words, double moved, double shift, double scatter) {}

    private static final Law PLANE = new Law("exact", "Three Gaussians in the plane", "the plane", 0.03, 0.00112, 1.01);
    private static final Law DIGITS = new Law("digits", "Digits, 64 dimensions", "digits", 0.05, 0.00815, 0.85);

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

    /** Declares the samples of all methods for a target; their claims are made once they have run. */
    private static Supplier<Estimate> samplers(
            Board board, Law law, DiffusionConfig base, int points, double... steps) {
        DiffusionConfig fine = Schema.with(base, "particles", points, "energyPoints", points);
        DiffusionConfig coarse = Schema.with(base, "particles", 1000, "energyPoints", 1000);
        double most = steps[steps.length - 1];
        var lines = each(METHODS, one -> board.along(STUDY, steps, count -> vp(base, one.method, count)));
        var many = each(METHODS, one -> board.cell(STUDY, vp(fine, one.method, most)));
        var few = each(METHODS, one -> board.cell(STUDY, vp(coarse, one.method, 10)));
        return () -> {
            Estimate floor = lines.get(0).last().the(mean(DiffusionResult::sampleDistance));
            Plot plot = board.plot(law.key, law.title, EVALUATIONS, DISTANCE)
                    .colour(Plot.GREY)
                    .named("exact samples")
                    .band("exact samples", steps[0], 2 * most, floor.low(), floor.high());
            for (int k = 0; k < METHODS.size(); k++) {
                plot.colour(METHODS.get(k).colour)
                        .points(
                                METHODS.get(k).legend,
                                lines.get(k).against(mean(DiffusionResult::evaluations)),
                                mean(DiffusionResult::distance));
            }
            judgeLaw(board, plot, law, lines, many, few);
            return gain(lines.get(2).at(20), lines.get(3).at(20));
        };
    }

    /** Decrease of the distance by a correction in each step. */
    private static Estimate gain(Cell<?, DiffusionResult> alone, Cell<?, DiffusionResult> corrected) {
        return alone.less(corrected, DiffusionResult::distance);
    }

    private static void tellCorrections(Board board, Estimate... gains) {
        List<String> names = List.of("plane", "digits", "plane,\nlearned score");
        List<String> keys = List.of("exact", "digits", "learned");
        List<String> words = List.of(PLANE.words, DIGITS.words, PLANE.words + ", learned score");
        Axis y = Axis.linear("gain in sliced W₁ by corrections");
        Plot plot = board.plot("corrections", "Correcting each of 20 steps", Axis.named("", names), y)
                .level(LineKind.THEORY, "none", 0, 0.5, 3.5)
                .points("gain", Line.numbered(3), gains);
        for (int k = 0; k < gains.length; k++) {
            ClaimDraft claim = plot.claim("corrector-" + keys.get(k), correction("sliced W₁", words.get(k)))
                    .control("run: no correction on the same noise, subtracted");
            judgeCorrection(claim, gains[k]);
        }
    }

    @Override
    protected void tell(Board board) {
        board.control("run: 10 steps of the same method, which misses the window");
        board.title(
                "Given enough steps, all four samplers reach the target",
                "Even with many steps, some samplers miss the target",
                "With many steps, the samplers may reach the target");
        board.subtitle(
                "Distance between samples and target against score evaluations; grey: two sets of exact samples");
        board.show("exact", "digits");
        board.sixDigits();
        int n = board.replicas(12, 64);
        DiffusionConfig plane = plane(board);
        Supplier<Estimate> exact = samplers(board, PLANE, plane, 4096, Line.powers(5, 2, 6));
        DiffusionConfig path = Schema.with(plane, "particles=64, pathParticles=64");
        double[] steps = Line.powers(64, 2, 5);
        var euler = board.along(STUDY, steps, count -> vp(path, EULER, count));
        var heun = board.along(STUDY, steps, count -> vp(path, new DiffusionMethod.TimeFlow(OdeMethod.HEUN), count));
        int few = board.replicas(4, 16);
        DiffusionConfig ends =
                Schema.with(plane, "particles", 2, "likelihoodPoints", board.choose(256, 1024), "likelihoodSteps", 200);
        // One has more replicas, because it tests the probes for a bias.
        var likelihoods = each(List.of(NamedDiffusion.values()), named -> {
            DiffusionConfig config = ends.by(named.diffusion(), EULER, TimeGrid.UNIFORM, 1);
            return board.cell(STUDY, config, named == NamedDiffusion.VP ? n : few);
        });
        Supplier<Estimate> digits = samplers(board, DIGITS, digits(board), 1024, Line.powers(5, 2, 4));
        // Fixes all streams of the training, so all replicas share one network.
        board.fixed("data", "base", "noise", "time", "dropout", "init");
        DiffusionConfig learned = Schema.with(plane, "score", DiffusionScore.Learned.standard());
        var predicted = board.cell(STUDY, vp(learned, PREDICTOR, 20));
        var corrected = board.cell(STUDY, vp(learned, CORRECTED, 20));
        tellCorrections(board, exact.get(), digits.get(), gain(predicted, corrected));
        judgeOrder(board, "Euler", 1, euler);
        judgeOrder(board, "Heun", 2, heun);
        judgeLikelihoods(board, likelihoods);
        board.stamp(few + " to " + n);
        board.caption(
                "VP diffusion, exact scores, from τ = 1 to 0.001 in steps uniform in τ; predictor–corrector: reverse diffusion"
                        + " with one Langevin correction per step, ρ = 0.16. (a) Three Gaussians in the plane; (b) digits: one Gaussian per"
                        + " class, + 0.02 I: sliced W₁ (32 directions) between samples and as many exact ones; grey: between two exact sets."
                        + " Claims on reaching the target use the unbiased energy distance of more points. (c) Sliced W₁ (32 directions) after 20 steps"
                        + " of reverse diffusion minus that with corrections, on the same draws. Means with 95 % t intervals over {} replicas"
                        + " (digits: {}).",
                n, few);
    }

    /** Claims on a target; each is judged on the method that is least favourable to it. */
    private static void judgeLaw(
            Board board,
            Plot plot,
            Law law,
            List<Line<DiffusionConfig, DiffusionResult>> lines,
            List<Cell<DiffusionConfig, DiffusionResult>> many,
            List<Cell<DiffusionConfig, DiffusionResult>> few) {
        int steps = many.get(0).config().steps();
        int points = many.get(0).config().particles();
        int replicas = many.get(0).runs().size();
        String falls = "sliced W₁ in 10 steps minus that in " + steps + " is above 0, " + law.words
                + ", method with the lowest interval";
        board.claim(law.key + "-falls", falls)
                .control("none: the sign of a difference on the same noise; it is 0 at the floor")
                .above(0)
                .judge(lowest(each(lines, line -> line.at(10).less(line.last(), DiffusionResult::distance))), SOURCE);
        double planned = law.scatter * Math.sqrt(8.0 / replicas) / points;
        String energy = "unbiased energy distance between samples and target, " + law.words + ", ";
        Comparator<Estimate> off = Comparator.comparingDouble(e -> Math.max(e.high(), -e.low()));
        plot.claim(law.key + "-floor", energy + steps + " steps, method with the largest deviation")
                .control("claim: " + law.key + "-far")
                .says("With many steps, all four samplers reach the target | energy distance to the target")
                .theory(0, law.shift)
                .of(each(many, cell -> cell.the(ENERGY)).stream().max(off).orElseThrow())
                .from(Words.say(
                        SOURCE + "; window: a shift by {} standard deviations; planned standard error of {} replicas of"
                                + " {} points: {}",
                        law.moved,
                        replicas,
                        points,
                        SixDigits.of(planned)));
        plot.claim(
                        law.key + "-far",
                        energy + "10 steps, method of lowest interval, is above the window for " + steps + " steps")
                .control("claim: " + law.key + "-floor")
                .says("In 10 steps, all four samplers miss the target | energy distance to the target")
                .above(law.shift)
                .judge(lowest(each(few, cell -> cell.the(ENERGY))), SOURCE);
    }

    private static Estimate lowest(List<Estimate> all) {
        return all.stream().min(Comparator.comparingDouble(Estimate::low)).orElseThrow();
    }

    private static void judgeOrder(Board board, String method, int order, Line<?, DiffusionResult> line) {
        String key = method.toLowerCase(Locale.ROOT);
        PowerFit fit = line.power(board.stream("bootstrap/score-sde/" + key), DiffusionResult::pathError);
        board.claim("order-" + key, "order p of the path error of the flow ~ steps^−p, " + method)
                .control("claim: order-" + (key.equals("euler") ? "heun" : "euler"))
                .theory(order, 0.15)
                .judge(fit.exponent().times(-1), SOURCE + "; window ± 0.15");
    }

    private static void judgeLikelihoods(Board board, List<Cell<DiffusionConfig, DiffusionResult>> likelihoods) {
        for (NamedDiffusion named : NamedDiffusion.values()) {
            double[] largest = likelihoods.get(named.ordinal()).values(DiffusionResult::logDensityError);
            Arrays.sort(largest);
            double worst = largest[largest.length - 1];
            String statement = "largest error of log p along the flow, the plane, " + named.text()
                    + ", 200 steps of RK4, all points of all replicas; interval: range over replicas";
            board.claim("likelihood-" + named.key(), statement)
                    .theory(0, 0.01)
                    .of(new Estimate(worst, Double.NaN, largest[0], worst, largest.length))
                    .from(SOURCE + ", section 4.3; window ± 0.01");
        }
        String probe = "mean log p with one Rademacher probe per point minus that with exact divergence, the plane, VP";
        board.claim("hutchinson", probe)
                .control("none: a mean of differences that is 0 for unbiased probes; a scaled probe would shift it")
                .theory(0, Claim.STANDARD_WINDOW)
                .of(likelihoods.get(NamedDiffusion.VP.ordinal()).the(mean(DiffusionResult::hutchinsonError)))
                .from(SOURCE + ", section 4.3; window ± 0.1");
    }
}
