package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
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
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.KlBound;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/** Quality of samples of learned fields against the noise ε, and of pairs of fields learned otherwise. */
public final class InterpolantEpsilonLearned extends Story {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();
    private static final String SOURCE = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797, figure 14";
    private static final double[] LEARNED_DIFFUSIONS = {0, 0.5, 1, 2, 4};
    /** Index of the ε that signs are judged at, chosen beforehand. */
    private static final int JUDGED = 2;

    /** What two networks learned. */
    private record Pairing(String name, Objective objective, Companion companion) {}

    private static final List<Pairing> PAIRINGS = List.of(
            new Pairing("b, η", Objective.VELOCITY, Companion.NOISE),
            new Pairing("v, η", Objective.INTERPOLANT_VELOCITY, Companion.NOISE),
            new Pairing("b, s", Objective.VELOCITY, Companion.SCORE),
            new Pairing("v, s", Objective.INTERPOLANT_VELOCITY, Companion.SCORE));

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

    private static InterpolantFieldConfig line(Board board, Pairing pairing) {
        boolean quick = board.preset() == Preset.QUICK;
        FieldConfig field = new FieldConfig(
                new Target.ThreeModes(),
                new Base.Density(new Target.TwoModes()),
                PathSchedule.linear(1),
                pairing.objective,
                new FieldConfig.Network(2, 64, Activation.RELU, 0, false, false),
                training(quick ? 1200 : 3000, 256, 4e-3, 0.99));
        double[] diffusions =
                pairing == PAIRINGS.get(0) ? LEARNED_DIFFUSIONS : new double[] {LEARNED_DIFFUSIONS[JUDGED]};
        return new InterpolantFieldConfig(
                field, pairing.companion, Doubles.of(diffusions), 100, 0.03, quick ? 4000 : 8000);
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
        board.legends(Corner.BELOW);
        boolean large = board.preset() == Preset.AUTHORS;
        // Logarithms of ratios scatter by 0.12 to 0.28 a replica in the quick preset: 24 know them to ±0.05 to ±0.12.
        int n = board.replicas(6, 24);
        List<Cell<InterpolantFieldConfig, InterpolantFieldResult>> learned = PAIRINGS.stream()
                .map(pairing -> board.cell(STUDY, line(board, pairing)))
                .toList();
        Cell<?, InterpolantFieldResult> many = large ? board.cell(STUDY, manyDimensions(), 4) : learned.get(0);
        tellLearned(board, "learned", "Learned on the line", "W₁ to the target", learned.get(0));
        gain(board, "learned", "noise-helps", "of the 2→3-mode pair", learned.get(0));
        tellPairings(board, learned);
        if (large) {
            tellLearned(board, "many", "Learned, 128 dimensions", "sliced W₁ to the target", many);
            gain(board, "many", "noise-helps-128", "in 128 dimensions (sliced W₁)", many);
            board.stamp(n + " (128 dimensions: 4)");
        }
        InterpolantFieldConfig line = learned.get(0).config();
        board.caption(
                "Samples of dX = (b̂ + ε ŝ) dt + √(2ε) dW. (a) Networks that learned b and η of the 2→3-mode pair, linear, γ = √(t(1−t))"
                        + " ({} × {} units, {} steps of {} points): W₁ to as many fresh points, {} particles. Short dashes: ε* = √(δL_b/δL_s) of"
                        + " the measured excess losses. (b) Half the mean squared errors of b and s, and W₁ at ε = 1, for other pairs of"
                        + " objectives, over those of (b, η); networks of a replica share draws.{} Points: geometric means with 95 % t"
                        + " intervals over {} trainings.",
                line.field().network().layers(),
                line.field().network().width(),
                line.field().training().steps(),
                line.field().training().batchSize(),
                line.particles(),
                large ? " (c) Five random modes in 128 dimensions from noise, sliced W₁, 4 trainings." : "",
                n);
    }

    private static void tellLearned(
            Board board, String name, String title, String distance, Cell<?, InterpolantFieldResult> cell) {
        int count = LEARNED_DIFFUSIONS.length;
        Estimate[] learned = new Estimate[count];
        Estimate[] exact = new Estimate[count];
        Ends[] ends = new Ends[count];
        for (int k = 0; k < count; k++) {
            int i = k;
            learned[k] = SixDigits.of(cell.the(geometric(run -> run.distance().get(i))));
            exact[k] =
                    SixDigits.of(cell.the(geometric(run -> run.exactDistance().get(i))));
            ends[k] = cell.runs().stream()
                    .map(run -> run.finiteShare().get(i) == 1 ? Ends.all(1) : new Ends(0, 0, 1))
                    .reduce(Ends.NONE, Ends::and);
        }
        double largest = Stream.concat(Arrays.stream(learned), Arrays.stream(exact))
                .mapToDouble(Estimate::high)
                .reduce(0, Math::max);
        double top = Double.isFinite(largest) ? Math.ceil(largest * 12) / 10 : 1;
        double best = cell.the(geometric(run -> KlBound.optimalDiffusion(run.velocityExcess(), run.scoreExcess())))
                .mean();
        board.plot(
                        name,
                        title,
                        Axis.linear("noise ε").range(-0.2, 4.2),
                        Axis.linear(distance).range(0, top))
                .points("learned b, η", LEARNED_DIFFUSIONS, learned, ends)
                .points("exact fields", LEARNED_DIFFUSIONS, exact, cell.runs().size())
                .colour(Plot.GREY)
                .border("ε*", new double[] {best, best}, new double[] {0, top});
    }

    private static void gain(
            Board board, String plot, String name, String where, Cell<?, InterpolantFieldResult> cell) {
        board.claim(
                        name,
                        "W₁ at ε = 1 over W₁ at ε = 0 of learned b and η " + where
                                + " is below 1: the best ε is above 0")
                .in(plot)
                .below(1)
                .of(cell.the(geometric(
                        run -> run.distance().get(JUDGED) / run.distance().get(0))))
                .from(SOURCE);
        board.claim(
                        name + "-imperfect",
                        "W₁ at ε = 1 over W₁ at ε = 0 of learned b and η over the same of exact fields, " + where
                                + ", is below 1: noise repairs what was not learned")
                .in(plot)
                .below(1)
                .of(cell.the(geometric(run -> run.distance().get(JUDGED)
                        / run.distance().get(0)
                        / (run.exactDistance().get(JUDGED) / run.exactDistance().get(0)))))
                .from(SOURCE);
    }

    /** Errors and distances over those of (b, η): 1 δL_b, 2 δL_s, 3 W₁ at ε = 1. */
    private static void tellPairings(Board board, List<Cell<InterpolantFieldConfig, InterpolantFieldResult>> learned) {
        Cell<?, InterpolantFieldResult> base = learned.get(0);
        Plot plot = board.plot(
                "objectives",
                "Other objectives",
                Axis.named("what is judged", List.of("excess of b", "excess of s", "W₁ at ε = 1")),
                Axis.log2("over that of (b, η) (log scale)"));
        List<ToDoubleFunction<InterpolantFieldResult>> judged = List.of(
                InterpolantFieldResult::velocityExcess,
                InterpolantFieldResult::scoreExcess,
                InterpolantEpsilonLearned::judged);
        for (int k = 1; k < PAIRINGS.size(); k++) {
            Cell<?, InterpolantFieldResult> cell = learned.get(k);
            double shift = 0.12 * (k - 2);
            plot.colour(k)
                    .points(
                            PAIRINGS.get(k).name,
                            DoubleStream.of(1, 2, 3).map(place -> place + shift).toArray(),
                            judged.stream().map(value -> cell.over(base, value)).toArray(Estimate[]::new),
                            cell.runs().size());
        }
        plot.level(LineKind.BORDER, "equal", 1, 0, 4);
        Cell<?, InterpolantFieldResult> other = learned.get(1);
        Cell<?, InterpolantFieldResult> score = learned.get(2);
        above(
                board,
                "b-beats-v",
                "mean squared error of b made of learned v and η over that of b learned",
                other.over(base, InterpolantFieldResult::velocityExcess));
        above(
                board,
                "b-beats-v-samples",
                "W₁ at ε = 1 with learned v and η over that with learned b and η",
                other.over(base, InterpolantEpsilonLearned::judged));
        above(
                board,
                "eta-beats-s",
                "mean squared error of s learned over that of s made of learned η",
                score.over(base, InterpolantFieldResult::scoreExcess));
        above(
                board,
                "eta-beats-s-samples",
                "W₁ at ε = 1 with learned b and s over that with learned b and η",
                score.over(base, InterpolantEpsilonLearned::judged));
    }

    /** W₁ at ε = 1. */
    private static double judged(InterpolantFieldResult run) {
        double[] distance = run.distance().toArray();
        return distance.length == 1 ? distance[0] : distance[JUDGED];
    }

    private static void above(Board board, String name, String statement, Estimate measured) {
        board.claim(name, statement + " is above 1")
                .in("objectives")
                .above(1)
                .of(measured)
                .from(SOURCE + ", there in 128 dimensions by KL");
    }
}
