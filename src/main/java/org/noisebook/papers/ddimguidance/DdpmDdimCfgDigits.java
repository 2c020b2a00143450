package org.noisebook.papers.ddimguidance;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.paper.Grammar;
import org.noisebook.stats.Estimate;

/** The effect of classifier-free guidance on digits, with exact scores of one Gaussian per class and with learned ones. */
public final class DdpmDdimCfgDigits extends Story {
    private static final double LAST = 6;
    private static final Axis WEIGHT = Axis.linear("guidance weight w").range(-0.3, 6.3);
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    private static final int CLASSES = 10;

    /** The figure. */
    public DdpmDdimCfgDigits() {
        super(
                "ddpm-ddim-cfg-digits",
                "Guidance of digits with exact and learned scores: distance, class, spread",
                DdpmDdimCfg.STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.control(
                "none: the sign of a difference; the other sign was possible, and the variance beyond w = 1 has it");
        board.title(
                "Guidance weight 1 brings samples closest to the digits",
                "Guidance weight 1 does not bring samples closest to the digits",
                "Guidance weight 1 may bring samples closest to the digits");
        board.subtitle("Fréchet distance to the digits against the guidance weight, for exact and learned scores");
        board.show("frechet", "samples");
        board.sixDigits();
        board.replicas(3, 16);
        int samples = board.choose(512, 4096);
        Line<?, GuidanceResult> exact = guided(board, GuidedLaw.DigitsMixture.standard(), samples);
        Line<?, GuidanceResult> learned = guided(board, new GuidedLaw.LearnedDigits(), samples);
        var frechet = geometric(GuidanceResult::frechet);
        double floor = exact.at(1).runs().get(0).frechetBias();
        Plot distance = board.plot("frechet", "Distance from the digits", WEIGHT, Axis.log10("Fréchet distance"))
                .level("exact samples", floor, 0.5, LAST)
                .points("exact score", exact, frechet)
                .points("learned field", learned, frechet);
        var variance = mean(GuidanceResult::variance);
        Axis y = Axis.linear("variance within a class, all pixels").range(0, 20);
        Plot spread = board.plot("spread", "Spread within a class", WEIGHT, y)
                .points("exact score", exact, variance)
                .points("learned field", learned, variance);
        tellSamples(board, learned);
        for (double end : new double[] {0, LAST}) {
            String statement = "Fréchet distance at w = 1 minus that at w = {} is below 0, learned field";
            distance.claim("minimum-" + Numbers.format(end), Words.say(statement, end))
                    .control("run: the exact score, whose minimum lies elsewhere")
                    .says("Samples are closer to the digits at w = 1 than at 0 or 6 | difference of Fréchet distances")
                    .below(0)
                    .judge(learned.at(1).less(learned.at(end), GuidanceResult::frechet), DdpmDdimCfg.ATLAS);
        }
        board.claim(
                        "class-exact",
                        "largest increment of log₁₀ of the mean probability of other classes is below 0"
                                + " (precision rises), w = 0 to 6, exact score")
                .below(0)
                .judge(largestStep(exact, run -> StrictMath.log10(run.classDoubt()), 0, LAST), DdpmDdimCfg.ATLAS);
        judgeSpread(spread, "exact", "exact score", exact);
        judgeSpread(spread, "learned", "learned field", learned);
        board.caption(
                "Ten Gaussians fitted to the 8×8 digits of each class, 0.02 added to every variance, run backward by 50 steps of DDIM"
                        + " with the score s_u + w (s_c − s_u): exact scores and those of the kit's learned field of digits"
                        + " (trained once; FD is to its training digits), {} samples. w = 0 ignores the class, w = 1 samples it. (a) FD"
                        + " in pixel space, geometric means; grey: the mean for equally many exact samples, with fixed class"
                        + " shares as for w > 0. (b) Learned field, one class per column, one initial noise for each. Points: means over replicas that share initial noise, with 95 % t intervals (a: of"
                        + " the logarithms).",
                samples);
    }

    private static Line<?, GuidanceResult> guided(Board board, GuidedLaw law, int samples) {
        return board.along(
                DdpmDdimCfg.STUDY,
                new double[] {0, 0.5, 1, 2, 4, 6},
                weight -> new GuidanceConfig(law, DdpmDdimCfg.LINEAR, DdpmDdimCfg.DDIM, 50, weight, samples));
    }

    private static void tellSamples(Board board, Line<?, GuidanceResult> learned) {
        List<Double> weights = List.of(0.0, 1.0, LAST);
        double[][] pixels = weights.stream()
                .map(w -> learned.at(w).runs().get(0).pictures())
                .flatMap(all -> Arrays.stream(Grammar.pictures(all, PIXELS, 0, CLASSES)))
                .toArray(double[][]::new);
        List<String> rows = each(weights, weight -> "w = " + Numbers.format(weight));
        board.pictures("samples", "Samples of the learned field", rows, CLASSES, SIDE, pixels, -1, 1);
    }

    private static void judgeSpread(Plot spread, String name, String of, Line<?, GuidanceResult> line) {
        for (double from : new double[] {0, 1}) {
            double to = from == 0 ? 1 : LAST;
            String statement = "largest increment of the variance within classes is below 0, w = {} to {}, {}";
            spread.claim(Words.say("spread-{}-to{}", name, to), Words.say(statement, from, to, of))
                    .says(Words.say(
                            "From w = {} to {}, the spread within a class falls | largest increase of the variance",
                            from,
                            to))
                    .below(0)
                    .judge(largestStep(line, GuidanceResult::variance, from, to), DdpmDdimCfg.ATLAS);
        }
    }

    /** The largest change from one weight to the next within each replica, averaged over replicas. */
    private static Estimate largestStep(
            Line<?, GuidanceResult> line, ToDoubleFunction<GuidanceResult> value, double from, double to) {
        return Estimate.ofMeanOrNone(line.where(w -> w >= from && w <= to).perReplica(value, curve -> {
            IntStream steps = IntStream.range(1, curve.length);
            return steps.mapToDouble(k -> curve[k] - curve[k - 1]).max().orElseThrow();
        }));
    }
}
