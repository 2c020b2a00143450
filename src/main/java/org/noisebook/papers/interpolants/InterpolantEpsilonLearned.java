package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.geometric;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Experiment;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.papers.interpolants.InterpolantFieldStudy.Companion;
import org.noisebook.stats.Estimate;

/** Error of samples of learned fields against the noise ε, and for other choices of the two learned functions. */
public final class InterpolantEpsilonLearned extends Story {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String SOURCE = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, figure 14";
    private static final Axis NOISE = Axis.linear("noise ε").range(-0.2, 4.2);
    private static final double[] LEARNED_DIFFUSIONS = {0, 0.5, 1, 2, 4};
    /** Index of the ε at which signs are judged, chosen before the run. */
    private static final int JUDGED = 2;

    /** The figure. */
    public InterpolantEpsilonLearned() {
        super("interpolant-epsilon-learned", "Samples of learned fields against the noise ε", STUDY.sources());
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL, Preset.AUTHORS);
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return switch (preset) {
            case QUICK -> "";
            case FULL -> "some five minutes on two cores";
            case AUTHORS -> "hours, for networks in 128 dimensions";
        };
    }

    private static InterpolantFieldStudy.Config line(
            Board board, Objective objective, Companion companion, double... diffusions) {
        FieldConfig field = new FieldConfig(
                new Target.ThreeModes(),
                new BaseDensity.Density(new Target.TwoModes()),
                PathSchedule.linear(1),
                objective,
                new FieldConfig.Network(2, 64, Activation.RELU, 0, false, false),
                training(board.choose(1200, 3000), 256, 4e-3, 0.99));
        return new InterpolantFieldStudy.Config(
                field, companion, Doubles.of(diffusions), 100, 0.03, board.choose(4000, 8000));
    }

    private static FieldConfig.Training training(int steps, int batch, double rate, double averaging) {
        return new FieldConfig.Training(steps, batch, new LearningRate.Cosine(rate), averaging, true, false, 1e-4, 0);
    }

    /** Five random modes in 128 dimensions, as in figure 14 of the paper. */
    private static InterpolantFieldStudy.Config manyDimensions() {
        FieldConfig field = new FieldConfig(
                new Target.RandomModes(5, 128, 7.5, 1),
                new BaseDensity.Noise(),
                PathSchedule.linear(1),
                Objective.VELOCITY,
                new FieldConfig.Network(3, 256, Activation.RELU, 0, false, false),
                training(6000, 500, 2e-3, 0.999));
        return new InterpolantFieldStudy.Config(
                field, Companion.NOISE, Doubles.of(LEARNED_DIFFUSIONS), 200, 0.03, 4000);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the denominator, the same seeds and samples with the other field or ε");
        board.title(
                "Noise improves samples of a learned field",
                "Noise does not improve samples of a learned field",
                "It remains open whether noise improves samples of a learned field");
        board.subtitle("Wasserstein error of samples against the noise ε, for a learned and the exact field");
        board.show("learned");
        board.sixDigits();
        // In the quick preset, logarithms of ratios scatter by 0.12 to 0.28: 24 replicas give ±0.05 to ±0.12.
        int n = board.replicas(6, 24);
        var learned = board.cell(STUDY, line(board, Objective.VELOCITY, Companion.NOISE, LEARNED_DIFFUSIONS));
        double judged = LEARNED_DIFFUSIONS[JUDGED];
        var ofV = board.cell(STUDY, line(board, Objective.INTERPOLANT_VELOCITY, Companion.NOISE, judged));
        var ofScore = board.cell(STUDY, line(board, Objective.VELOCITY, Companion.SCORE, judged));
        boolean large = board.preset() == Preset.AUTHORS;
        var many = large ? board.cell(STUDY, manyDimensions(), 4) : learned;
        Axis error = Axis.linear("error of samples, W₁").range(0, board.choose(0.65, 0.35, 0.35));
        tellLearned(board.plot("learned", "Does noise lower the error?", NOISE, error), learned);
        gain(board.plot("learned"), "noise-helps", "of the 2→3-mode pair", learned);
        Axis x = Axis.named("error of", List.of("the field", "samples at ε = 1"));
        Axis y = Axis.linear("error over that of the usual choice").range(0.5, 1.8);
        board.plot("objectives", "Error of other choices", x, y);
        tellOther(
                board.plot("objectives").colour(2),
                "b-beats-v",
                "v instead of velocity b",
                "Learning the velocity of the flow beats learning that of the interpolant",
                ofV.over(learned, InterpolantFieldStudy.Result::velocityExcess),
                "ratio of mean squared errors, b from learned v and η to b learned directly,",
                ofV.over(learned, InterpolantEpsilonLearned::judged),
                "ratio of W₁ at ε = 1, learned v and η to learned b and η,");
        tellOther(
                board.plot("objectives").colour(3),
                "eta-beats-s",
                "score s instead of denoiser η",
                "Learning the denoiser beats learning the score",
                ofScore.over(learned, InterpolantFieldStudy.Result::scoreExcess),
                "ratio of mean squared errors, s learned directly to s from learned η,",
                ofScore.over(learned, InterpolantEpsilonLearned::judged),
                "ratio of W₁ at ε = 1, learned b and s to learned b and η,");
        if (large) {
            Axis sliced = Axis.linear("error of samples, sliced W₁").range(0, 1);
            tellLearned(board.plot("many", "Learned, 128 dimensions", NOISE, sliced), many);
            gain(board.plot("many"), "noise-helps-128", "in 128 dimensions (sliced W₁)", many);
            board.stamp(n + " (128 dimensions: 4)");
        }
        FieldConfig field = learned.config().field();
        board.caption(
                "Samples of dX = (b̂ + ε ŝ) dt + √(2ε) dW. (a) Networks that learned the velocity b and the denoiser η"
                        + " of the 2→3-mode pair, linear, γ = √(t(1−t)), in {} steps of {} points: W₁ to as many fresh points, {}"
                        + " particles. Dashed: ε* = √(δL_b/δL_s), where the bound of KL is least. (b) Errors with v = b + γγ̇s learned"
                        + " instead of b, or s = −η/γ instead of η, over those with b and η.{} Geometric means with 95 % t intervals"
                        + " over {} trainings.",
                field.training().steps(),
                field.training().batchSize(),
                learned.config().particles(),
                large ? " (c) Five random modes in 128 dimensions from noise, sliced W₁, 4 trainings." : "",
                n);
    }

    private static void tellLearned(Plot plot, Cell<?, InterpolantFieldStudy.Result> cell) {
        double best = cell.the(geometric(run -> KlBound.optimalDiffusion(run.velocityExcess(), run.scoreExcess())))
                .mean();
        plot.named("learned field")
                .points("learned", LEARNED_DIFFUSIONS, cell, k -> at(k, InterpolantFieldStudy.Result::distance))
                .named("exact field")
                .points("exact", LEARNED_DIFFUSIONS, cell, k -> at(k, InterpolantFieldStudy.Result::exactDistance))
                .colour(Plot.GREY)
                .named("best ε by theory")
                .line(LineKind.BORDER, "predicted best", new double[] {best, best}, new double[] {0, 1});
    }

    private static Reduction<InterpolantFieldStudy.Result> at(
            int noise, Function<InterpolantFieldStudy.Result, Doubles> distance) {
        return geometric(run -> distance.apply(run).get(noise));
    }

    private static void gain(Plot plot, String name, String where, Cell<?, InterpolantFieldStudy.Result> cell) {
        String ratio = "ratio of W₁ at ε = 1 to W₁ at ε = 0 with learned b and η ";
        plot.claim(name, ratio + where + " is below 1 (noise helps)")
                .control("run: exact fields, for which ε does not matter")
                .says("Noise ε = 1 lowers the error of a learned field | error W₁ at ε = 1 / at ε = 0")
                .below(1)
                .judge(cell.the(geometric(run -> gain(run.distance()))), SOURCE);
        plot.claim(
                        name + "-imperfect",
                        ratio + where + ", divided by that with exact fields, is below 1 (noise repairs errors)")
                .control("run: exact fields, for which ε does not matter")
                .below(1)
                .judge(cell.the(geometric(run -> gain(run.distance()) / gain(run.exactDistance()))), SOURCE);
    }

    private static double gain(Doubles distance) {
        return distance.get(JUDGED) / distance.get(0);
    }

    private static void tellOther(
            Plot plot,
            String id,
            String series,
            String says,
            Estimate field,
            String ofField,
            Estimate samples,
            String ofSamples) {
        String source = SOURCE + ", there in 128 dimensions by KL";
        plot.named(series.charAt(0) == 'v' ? "interpolant velocity" : "score")
                .points(series, Line.numbered(2), field, samples);
        plot.claim(id, ofField + " is above 1").says(says).above(1).judge(field, source);
        plot.claim(id + "-samples", ofSamples + " is above 1")
                .says(says)
                .above(1)
                .judge(samples, source);
    }

    /** W₁ at ε = 1. */
    private static double judged(InterpolantFieldStudy.Result run) {
        double[] distance = run.distance().toArray();
        return distance.length == 1 ? distance[0] : distance[JUDGED];
    }
}
