package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.stats.Estimate;

/** What classifier-free guidance does to digits, with the exact scores of a Gaussian for each class and with learned ones. */
public final class DdpmDdimCfgDigits extends Story {
    private static final double LAST = 6;
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    private static final int CLASSES = 10;

    /** The figure. */
    public DdpmDdimCfgDigits() {
        super(
                "ddpm-ddim-cfg-digits",
                "Guidance of digits by exact and learned scores: distance, class, spread",
                DdpmDdimCfg.STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        board.replicas(4, 16);
        int samples = board.choose(512, 4096);
        Line<?, GuidanceResult> exact = guided(board, GuidedLaw.DigitsMixture.standard(), samples);
        Line<?, GuidanceResult> learned = guided(board, new GuidedLaw.LearnedDigits(), samples);
        double floor = exact.at(1).runs().get(0).frechetBias();
        double drawn = exact.at(0).runs().get(0).frechetBias();
        Plot distance = tellGuided(
                        board,
                        "frechet",
                        "Digits: distance",
                        Axis.log10("Fréchet distance FD"),
                        exact,
                        learned,
                        geometric(GuidanceResult::frechet))
                .named("as many exact samples")
                .level(LineKind.THEORY, "exact samples", floor, 0.5, LAST)
                .level(LineKind.THEORY, "exact samples, classes drawn", drawn, -0.3, 0.3);
        Plot doubt = tellGuided(
                board,
                "doubt",
                "Digits: class",
                Axis.log10("probability of other classes"),
                exact,
                learned,
                geometric(GuidanceResult::classDoubt));
        Plot spread = tellGuided(
                board,
                "spread",
                "Digits: spread within a class",
                Axis.linear("variance, sum over pixels").range(0, 20),
                exact,
                learned,
                mean(GuidanceResult::variance));
        tellSamples(board, learned);
        below(
                doubt,
                "class-exact",
                "largest step, from one w to the next, of log₁₀ of the mean probability of other classes is below 0 (precision"
                        + " rises), w = 0 to 6, exact score",
                largestStep(exact, run -> StrictMath.log10(run.classDoubt()), 0, LAST));
        tellSpread(spread, "exact", "exact score", exact);
        tellSpread(spread, "learned", "learned field", learned);
        for (double end : new double[] {0, LAST}) {
            String w = Numbers.format(end);
            below(
                    distance,
                    "minimum-" + w,
                    "FD at w = 1 less that at w = " + w + " is below 0 (a minimum between), learned field",
                    learned.at(1).less(learned.at(end), GuidanceResult::frechet));
        }
        board.caption(
                "Ten Gaussians fitted to the 8×8 digits of each class, 0.02 added to every variance, run backward by 50 steps of DDIM"
                        + " with the score s_u + w (s_c − s_u): exact scores and those of the kit's learned digits field (its training is"
                        + " not redrawn; FD is to the digits it saw), {} samples. (a) FD in pixel space; grey: the mean for as many exact"
                        + " samples, with fixed shares of classes as from w > 0. Where it is exact, guidance changes the law: FD is least at 0 and 1. (b) By Bayes' rule of the"
                        + " Gaussian digits. (c) Samples of a class come from all classes at w = 0; beyond w = 1 the spread of a class grows"
                        + " again. (d) Learned field, one class a column, one start for each. Points: means over replicas that share"
                        + " starts, with 95 % t intervals (a, b: of the logarithms).",
                samples);
    }

    private static Line<?, GuidanceResult> guided(Board board, GuidedLaw law, int samples) {
        return board.along(
                DdpmDdimCfg.STUDY,
                new double[] {0, 0.5, 1, 2, 4, 6},
                weight -> new GuidanceConfig(law, DdpmDdimCfg.LINEAR, DdpmDdimCfg.DDIM, 50, weight, samples));
    }

    private static Plot tellGuided(
            Board board,
            String name,
            String title,
            Axis y,
            Line<?, GuidanceResult> exact,
            Line<?, GuidanceResult> learned,
            Reduction<GuidanceResult> reduction) {
        return board.plot(name, title, Axis.linear("guidance weight w").range(-0.3, 6.3), y)
                .points("exact score", exact, reduction)
                .points("learned field", learned, reduction);
    }

    private static void tellSamples(Board board, Line<?, GuidanceResult> learned) {
        List<double[]> pictures = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (double weight : new double[] {0, 1, 2, 4, 6}) {
            labels.add("w = " + Numbers.format(weight));
            double[] all = learned.at(weight).runs().get(0).pictures().toArray();
            for (int c = 0; c < CLASSES; c++) {
                pictures.add(Arrays.copyOfRange(all, c * PIXELS, (c + 1) * PIXELS));
            }
        }
        board.pictures(
                "samples",
                "Learned field, classes 0 to 9",
                labels,
                CLASSES,
                SIDE,
                pictures.toArray(double[][]::new),
                -1,
                1);
    }

    private static void tellSpread(Plot spread, String name, String of, Line<?, GuidanceResult> line) {
        for (double from : new double[] {0, 1}) {
            double to = from == 0 ? 1 : LAST;
            below(
                    spread,
                    Words.say("spread-{}-to{}", name, to),
                    Words.say("largest step of the variance within classes is below 0, w = {} to {}, {}", from, to, of),
                    largestStep(line, GuidanceResult::variance, from, to));
        }
    }

    private static void below(Plot plot, String name, String statement, Estimate measured) {
        plot.claim(name, statement).below(0).of(measured).from(DdpmDdimCfg.ATLAS);
    }

    /** Of each replica. */
    private static Estimate largestStep(
            Line<?, GuidanceResult> line, ToDoubleFunction<GuidanceResult> value, double from, double to) {
        return Estimate.ofMean(line.where(w -> w >= from && w <= to).perReplica(value, curve -> {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 1; k < curve.length; k++) {
                largest = Math.max(largest, curve[k] - curve[k - 1]);
            }
            return largest;
        }));
    }
}
