package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.NamedDiffusion;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;

/** Score-based generation under a condition, known coordinates or a class, by exact scores and by replacement. */
public final class ScoreSdeConditions extends Story {
    /** Of conditional samples, so that they err by sampling alone. */
    private static final DiffusionMethod ACCURATE = new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN);

    private static final DiffusionMethod ANCESTRAL =
            new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);
    private static final DiffusionCondition.Filling EXACT = DiffusionCondition.Filling.EXACT;
    private static final DiffusionCondition.Filling REPLACEMENT = DiffusionCondition.Filling.REPLACEMENT;
    /** Pixels. */
    private static final int KNOWN = 32;

    private static final int SHOWN = 4;

    /** A kind of condition. */
    private record Posterior(String name, String key, boolean digits, DiffusionCondition condition, int colour) {
        DiffusionMethod method() {
            return condition instanceof DiffusionCondition.Known known && known.filling() == REPLACEMENT
                    ? ANCESTRAL
                    : ACCURATE;
        }
    }

    private static final List<Posterior> POSTERIORS = List.of(
            new Posterior("x₁ known", "known", false, new DiffusionCondition.Known(1, EXACT), 0),
            new Posterior("class", "class", false, new DiffusionCondition.Component(1), 5),
            new Posterior("x₁ replaced", "replacement", false, new DiffusionCondition.Known(1, REPLACEMENT), 3),
            new Posterior("digits, known", "digits-known", true, new DiffusionCondition.Known(KNOWN, EXACT), 4),
            new Posterior("digits, class", "digits-class", true, new DiffusionCondition.Component(3), 2),
            new Posterior(
                    "digits, replaced",
                    "digits-replacement",
                    true,
                    new DiffusionCondition.Known(KNOWN, REPLACEMENT),
                    1));

    /** The figure. */
    public ScoreSdeConditions() {
        super(
                "score-sde-conditions",
                "Score-based generation under conditions, against exact answers",
                ScoreSde.STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(12, 64);
        int few = board.choose(4, 16);
        List<Line<DiffusionConfig, DiffusionResult>> lines = new ArrayList<>();
        for (Posterior posterior : POSTERIORS) {
            board.replicas(posterior.digits ? few : n);
            DiffusionConfig base = posterior.digits ? ScoreSde.digits(board) : ScoreSde.plane(board);
            lines.add(board.along(
                    ScoreSde.STUDY,
                    posterior.digits ? new double[] {40} : new double[] {10, 20, 40, 80},
                    steps -> Schema.with(
                            base.by(NamedDiffusion.VP.diffusion(), posterior.method(), TimeGrid.LOG_SNR, (int) steps),
                            "condition",
                            posterior.condition)));
        }
        Plot plot = board.plot(
                        "posteriors",
                        "Conditional means",
                        Axis.log10("steps").range(8, 100),
                        Axis.log10("error in standard errors").range(0.3, 100))
                .colour(7)
                .named("no bias")
                .law("sampling error alone", new double[] {8, 100}, steps -> 1);
        for (int i = 0; i < POSTERIORS.size(); i++) {
            Posterior posterior = POSTERIORS.get(i);
            plot.colour(posterior.colour).points(posterior.name, lines.get(i), mean(DiffusionResult::meanError));
            Cell<DiffusionConfig, DiffusionResult> last = lines.get(i).last();
            plot.claim(
                            posterior.key,
                            "root mean square error of the mean of conditional samples in its standard errors, "
                                    + posterior.name + ", " + last.config().particles() + " samples")
                    .theory(1)
                    .window(0, 3)
                    .of(last.the(mean(DiffusionResult::meanError)))
                    .from("mean of the exact conditional mixture; window 3 standard errors");
        }
        tellPictures(board, lines.get(3).at(40), lines.get(5).at(40));
        board.stamp(few + " to " + n);
        board.caption(
                "VP diffusion, exact scores. (a) Error of the mean of conditional samples (root mean square over coordinates) in its"
                        + " standard errors; steps even in log-SNR. Known are x₁ of the plane, the upper half of a digit, or the class:"
                        + " exact conditional scores, Heun's method in σ; replaced: known coordinates are replaced in every step of"
                        + " ancestral sampling. Solid: 1, no bias. Means with 95 % t intervals over {} replicas (digits: {}) of {}"
                        + " samples (digits: {}). (b) Mean of the lower half of a digit of the mixture given the upper: exact, of {}"
                        + " samples, and of as many with replacement.",
                n,
                few,
                ScoreSde.plane(board).particles(),
                ScoreSde.digits(board).particles(),
                ScoreSde.digits(board).particles());
    }

    private static void tellPictures(
            Board board,
            Cell<DiffusionConfig, DiffusionResult> exact,
            Cell<DiffusionConfig, DiffusionResult> replaced) {
        double[][] pixels = new double[4 * SHOWN][];
        List<double[]> known = exact.known(DiffusionStudy::observed);
        for (int r = 0; r < SHOWN; r++) {
            DiffusionResult run = exact.runs().get(r);
            List<double[]> rows = List.of(
                    new double[KNOWN],
                    run.lawMean().toArray(),
                    run.mean().toArray(),
                    replaced.runs().get(r).mean().toArray());
            for (int row = 0; row < rows.size(); row++) {
                pixels[row * SHOWN + r] = DoubleStream.concat(Arrays.stream(known.get(r)), Arrays.stream(rows.get(row)))
                        .toArray();
            }
        }
        board.pictures(
                "pictures",
                "Lower half given the upper",
                List.of("known", "exact", "samples", "replaced"),
                SHOWN,
                8,
                pixels,
                -1,
                1);
    }
}
