package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Experiment;
import org.noisebook.field.Base;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantFieldConfig;
import org.noisebook.field.InterpolantFieldConfig.Companion;
import org.noisebook.field.InterpolantFieldResult;
import org.noisebook.field.InterpolantFieldStudy;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.KlBound;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.stats.Estimate;

/** Quality of samples of learned fields against the noise ε, and of pairs of fields learned otherwise. */
public final class InterpolantEpsilonLearned extends Story {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String SOURCE = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, figure 14";
    private static final double[] LEARNED_DIFFUSIONS = {0, 0.5, 1, 2, 4};
    /** Index of the ε that signs are judged at, chosen beforehand. */
    private static final int JUDGED = 2;

    /** What is learned in place of b or η, and the words of its claims. */
    private record Other(
            String id,
            String name,
            String says,
            Objective objective,
            Companion companion,
            ToDoubleFunction<InterpolantFieldResult> excess,
            String ofField,
            String ofSamples) {}

    private static final List<Other> OTHERS = List.of(
            new Other(
                    "b-beats-v",
                    "v instead of velocity b",
                    "Learning the velocity b beats learning v",
                    Objective.INTERPOLANT_VELOCITY,
                    Companion.NOISE,
                    InterpolantFieldResult::velocityExcess,
                    "mean squared error of b made of learned v and η over that of b learned",
                    "W₁ at ε = 1 with learned v and η over that with learned b and η"),
            new Other(
                    "eta-beats-s",
                    "score s instead of denoiser η",
                    "Learning the denoiser η beats learning the score s",
                    Objective.VELOCITY,
                    Companion.SCORE,
                    InterpolantFieldResult::scoreExcess,
                    "mean squared error of s learned over that of s made of learned η",
                    "W₁ at ε = 1 with learned b and s over that with learned b and η"));

    /** The figure. */
    public InterpolantEpsilonLearned() {
        super(
                "interpolant-epsilon-learned",
                "Quality of samples of learned fields against the noise ε, and other objectives",
                STUDY.sources());
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

    private static InterpolantFieldConfig line(
            Board board, Objective objective, Companion companion, double... diffusions) {
        FieldConfig field = new FieldConfig(
                new Target.ThreeModes(),
                new Base.Density(new Target.TwoModes()),
                PathSchedule.linear(1),
                objective,
                new FieldConfig.Network(2, 64, Activation.RELU, 0, false, false),
                training(board.choose(1200, 3000), 256, 4e-3, 0.99));
        return new InterpolantFieldConfig(
                field, companion, Doubles.of(diffusions), 100, 0.03, board.choose(4000, 8000));
    }

    private static FieldConfig.Training training(int steps, int batch, double rate, double averaging) {
        return new FieldConfig.Training(steps, batch, new LearningRate.Cosine(rate), averaging, true, false, 1e-4, 0);
    }

    /** Five random modes in 128 dimensions, as in figure 14 of the paper. */
    private static InterpolantFieldConfig manyDimensions() {
        FieldConfig field = new FieldConfig(
                new Target.RandomModes(5, 128, 7.5, 1),
                new Base.Noise(),
                PathSchedule.linear(1),
                Objective.VELOCITY,
                new FieldConfig.Network(3, 256, Activation.RELU, 0, false, false),
                training(6000, 500, 2e-3, 0.999));
        return new InterpolantFieldConfig(field, Companion.NOISE, Doubles.of(LEARNED_DIFFUSIONS), 200, 0.03, 4000);
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.AUTO);
        // Logarithms of ratios scatter by 0.12 to 0.28 a replica in the quick preset: 24 know them to ±0.05 to ±0.12.
        int n = board.replicas(6, 24);
        var learned = board.cell(STUDY, line(board, Objective.VELOCITY, Companion.NOISE, LEARNED_DIFFUSIONS));
        var others = OTHERS.stream()
                .map(one -> board.cell(STUDY, line(board, one.objective, one.companion, LEARNED_DIFFUSIONS[JUDGED])))
                .toList();
        boolean large = board.preset() == Preset.AUTHORS;
        if (large) {
            var many = board.cell(STUDY, manyDimensions(), 4);
            tellLearned(board, "many", "Learned, 128 dimensions", "error of samples, sliced W₁", many);
            gain(board, "many", "noise-helps-128", "in 128 dimensions (sliced W₁)", many);
            board.stamp(n + " (128 dimensions: 4)");
        }
        tellLearned(board, "learned", "Noise and the error of samples", "error of samples, W₁", learned);
        gain(board, "learned", "noise-helps", "of the 2→3-mode pair", learned);
        tellOthers(board, learned, others);
        board.layout(plate -> plate.size(85, 0.75));
        InterpolantFieldConfig line = learned.config();
        board.caption(
                "Samples of dX = (b̂ + ε ŝ) dt + √(2ε) dW. (a) Networks that learned the velocity b and the denoiser η"
                    + " of the 2→3-mode pair, linear, γ = √(t(1−t)) ({} × {} units, {} steps of {} points): W₁ to as"
                    + " many fresh points, {} particles. Dashed: ε* = √(δL_b/δL_s) of the measured excess losses,"
                    + " where the bound of the KL divergence is least. (b) Errors where the interpolant velocity v = b"
                    + " + γγ̇s was learned instead of b, or the score s = −η/γ instead of η, over those where b and η"
                    + " were; networks of a replica share draws.{} Points: geometric means with 95 % t intervals over"
                    + " {} trainings.",
                line.field().network().layers(),
                line.field().network().width(),
                line.field().training().steps(),
                line.field().training().batchSize(),
                line.particles(),
                large
                        ? " First panel: five random modes in 128 dimensions from noise, 4 trainings; (a, b) follow."
                        : "",
                n);
    }

    private static void tellLearned(
            Board board, String name, String title, String distance, Cell<?, InterpolantFieldResult> cell) {
        double best = cell.the(geometric(run -> KlBound.optimalDiffusion(run.velocityExcess(), run.scoreExcess())))
                .mean();
        double top = board.choose(0.65, 0.35, 1.0);
        board.plot(
                        name,
                        title,
                        Axis.linear("noise ε").range(-0.2, 4.2),
                        Axis.linear(distance).range(0, top))
                .points(
                        "learned",
                        LEARNED_DIFFUSIONS,
                        cell,
                        k -> geometric(run -> run.distance().get(k)))
                .points(
                        "exact",
                        LEARNED_DIFFUSIONS,
                        cell,
                        k -> geometric(run -> run.exactDistance().get(k)))
                .colour(Plot.GREY)
                .border("predicted best", new double[] {best, best}, new double[] {0, top});
    }

    private static void gain(
            Board board, String plot, String name, String where, Cell<?, InterpolantFieldResult> cell) {
        board.plot(plot)
                .claim(
                        name,
                        "W₁ at ε = 1 over W₁ at ε = 0 of learned b and η " + where
                                + " is below 1: the best ε is above 0")
                .says("Noise ε = 1 lowers the error: × {}")
                .below(1)
                .of(cell.the(geometric(
                        run -> run.distance().get(JUDGED) / run.distance().get(0))))
                .from(SOURCE);
        board.plot(plot)
                .claim(
                        name + "-imperfect",
                        "W₁ at ε = 1 over W₁ at ε = 0 of learned b and η over the same of exact fields, " + where
                                + ", is below 1: noise repairs what was not learned")
                .below(1)
                .of(cell.the(geometric(run -> run.distance().get(JUDGED)
                        / run.distance().get(0)
                        / (run.exactDistance().get(JUDGED) / run.exactDistance().get(0)))))
                .from(SOURCE);
    }

    private static void tellOthers(
            Board board,
            Cell<?, InterpolantFieldResult> learned,
            List<? extends Cell<?, InterpolantFieldResult>> others) {
        Plot plot = board.plot(
                "objectives",
                "Other fields learned",
                Axis.named("error of", List.of("the field", "samples at ε = 1")),
                Axis.linear("error relative to learning b and η").range(0.5, 1.8));
        for (Other one : OTHERS) {
            int k = OTHERS.indexOf(one);
            Estimate field = others.get(k).over(learned, one.excess);
            Estimate samples = others.get(k).over(learned, InterpolantEpsilonLearned::judged);
            double shift = 0.2 * k - 0.1;
            plot.colour(k + 2).points(one.name, new double[] {1 + shift, 2 + shift}, field, samples);
            above(plot, one, "", one.ofField, field);
            above(plot, one, "-samples", one.ofSamples, samples);
        }
        plot.level(LineKind.BORDER, "equal", 1, 0, 3);
    }

    /** W₁ at ε = 1. */
    private static double judged(InterpolantFieldResult run) {
        double[] distance = run.distance().toArray();
        return distance.length == 1 ? distance[0] : distance[JUDGED];
    }

    private static void above(Plot plot, Other one, String suffix, String statement, Estimate measured) {
        plot.claim(one.id + suffix, statement + " is above 1")
                .says(one.says)
                .above(1)
                .of(measured)
                .from(SOURCE + ", there in 128 dimensions by KL");
    }
}
