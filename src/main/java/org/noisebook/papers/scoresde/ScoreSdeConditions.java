package org.noisebook.papers.scoresde;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;

/** Conditional score-based generation given known coordinates or a class, with exact conditional scores and by replacement. */
public final class ScoreSdeConditions extends Story {
    /** Numbers of steps of conditional samples, enough that only sampling errors remain. */
    private static final DiffusionMethod ACCURATE = new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN);

    private static final Reduction<DiffusionResult> ERROR = mean(DiffusionResult::meanError);
    private static final List<String> KEYS = List.of("known", "class", "replacement");
    private static final List<String> WORDS = List.of("known", "class", "replaced");
    private static final String RIGHT = "The exact conditional score gives the right mean";
    private static final List<String> SAYS =
            List.of(RIGHT, RIGHT, "Replacing the known part at each step does as well");
    /** Number of pixels. */
    private static final int KNOWN = 32;

    private static final int SHOWN = 4;

    /** The figure. */
    public ScoreSdeConditions() {
        super(
                "score-sde-conditions",
                "Conditional score-based generation, compared with exact answers",
                ScoreSde.STUDY.sources());
    }

    /** Known coordinates, a known class, and known coordinates replaced. */
    private static Line<DiffusionConfig, DiffusionResult> cells(Board board, boolean digits) {
        int size = digits ? KNOWN : 1;
        DiffusionConfig base = (digits ? ScoreSde.digits(board) : ScoreSde.plane(board))
                .by(NamedDiffusion.VP.diffusion(), ACCURATE, TimeGrid.LOG_SNR, digits ? 40 : 80);
        DiffusionCondition replaced = new DiffusionCondition.Known(size, DiffusionCondition.Filling.REPLACEMENT);
        Object[][] changes = {
            {"condition", new DiffusionCondition.Known(size, DiffusionCondition.Filling.EXACT)},
            {"condition", new DiffusionCondition.Component(digits ? 3 : 1)},
            {"condition", replaced, "method", DiffusionMethod.Ancestral.standard()}
        };
        return board.along(ScoreSde.STUDY, Line.numbered(3), k -> Schema.with(base, changes[(int) k - 1]));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: replacement");
        board.title(
                "The exact conditional score gives the right mean; replacement does not",
                "The exact conditional score does not give the right mean",
                "The exact conditional score may give the right mean");
        board.subtitle("Error of the mean of conditional samples, in standard errors of the estimate");
        board.sixDigits();
        int n = board.replicas(12, 64);
        var plane = cells(board, false);
        int few = board.replicas(4, 16);
        var digits = cells(board, true);
        Axis x = Axis.named("", List.of("part known", "class known", "part replaced"));
        Axis y = Axis.log10("error of the mean, in standard errors").range(0.5, 50);
        Plot plot = board.plot("posteriors", "Error of the mean", x, y)
                .points("plane", plane, ERROR)
                .points("digits", digits, ERROR)
                .level("no bias", 1, 0.5, 3.5);
        for (int k = 0; k < 2 * WORDS.size(); k++) {
            int place = k % WORDS.size();
            var cell = (k == place ? plane : digits).cells().get(place);
            String name = k != place ? "digits, " : place == 1 ? "" : "x₁ ";
            String statement = "rms error of the mean of conditional samples in units of its standard error, " + name
                    + WORDS.get(place) + ", " + cell.config().particles() + " samples";
            plot.claim((k == place ? "" : "digits-") + KEYS.get(place), statement)
                    .says(SAYS.get(place))
                    .control("claim: " + (k == place ? "" : "digits-") + (place < 2 ? "replacement" : "known"))
                    .theory(1)
                    .window(0, 3)
                    .judge(cell.the(ERROR), "mean of the exact conditional mixture; window 3 standard errors");
        }
        tellPictures(board, digits);
        board.stamp(few + " to " + n);
        board.caption(
                "VP diffusion, exact scores. (a) Error of the mean of conditional samples (root mean square over coordinates) in its"
                        + " standard errors. Known: x₁ in the plane, the upper half of a digit, or the class. Exact conditional"
                        + " scores: Heun's method in σ; replaced: the known part is inserted in every step of ancestral"
                        + " sampling. 80 steps"
                        + " (digits: 40) uniform in log-SNR. Means with 95 % t intervals over {} replicas (digits: {}) of {} samples (digits:"
                        + " {}). (b) Means of exact samples and of as many generated ones, with the upper half known or replaced.",
                n, few, plane.at(1).config().particles(), digits.at(1).config().particles());
    }

    private static void tellPictures(Board board, Line<DiffusionConfig, DiffusionResult> digits) {
        List<String> rows = List.of("given", "exact mean", "part known", "part replaced");
        double[][] pixels = new double[rows.size() * SHOWN][];
        for (int r = 0; r < SHOWN; r++) {
            double[] upper = digits.at(1).known(DiffusionStudy::observed).get(r);
            DiffusionResult run = digits.at(1).runs().get(r);
            Doubles none = Doubles.of(new double[KNOWN]);
            Doubles replaced = digits.at(3).runs().get(r).mean();
            List<Doubles> lower = List.of(none, run.lawMean(), run.mean(), replaced);
            for (int row = 0; row < rows.size(); row++) {
                pixels[row * SHOWN + r] = DoubleStream.concat(
                                Arrays.stream(upper),
                                Arrays.stream(lower.get(row).toArray()))
                        .toArray();
            }
        }
        board.pictures("pictures", "Lower half given the upper", rows, SHOWN, 8, pixels, -1, 1);
    }
}
