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
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** What classifier-free guidance does to digits, with the exact scores of a Gaussian for each class and with learned ones. */
public final class DdpmDdimCfgDigits extends Story {
    private static final double[] WEIGHTS = {0, 0.5, 1, 2, 4, 6};
    private static final double[] SHOWN_WEIGHTS = {0, 1, 2, 4, 6};
    private static final double LAST = 6;
    private static final int STEPS = 50;
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
        Line<GuidanceConfig, GuidanceResult> exact = guided(board, GuidedLaw.DigitsMixture.standard(), samples);
        Line<GuidanceConfig, GuidanceResult> learned = guided(board, new GuidedLaw.LearnedDigits(), samples);
        double floor = exact.at(1).runs().get(0).frechetBias();
        tellGuided(
                        board,
                        "frechet",
                        "Digits: distance",
                        Axis.log10("Fréchet distance FD"),
                        exact,
                        learned,
                        geometric(GuidanceResult::frechet))
                .colour(7)
                .named("as many exact samples")
                .law("exact samples", new double[] {0, LAST}, w -> floor);
        tellGuided(
                board,
                "doubt",
                "Digits: class",
                Axis.log10("probability of other classes"),
                exact,
                learned,
                geometric(GuidanceResult::classDoubt));
        tellGuided(
                board,
                "spread",
                "Digits: spread within a class",
                Axis.linear("variance, sum over pixels").range(0, 20),
                exact,
                learned,
                mean(GuidanceResult::variance));
        tellSamples(board, learned);
        below(
                board,
                "class-exact",
                "doubt",
                "largest step, from one w to the next, of log₁₀ of the mean probability of other classes is below 0 (precision"
                        + " rises), w = 0 to 6, exact score",
                largestStep(exact, run -> StrictMath.log10(run.classDoubt()), 0, LAST));
        tellSpread(board, "exact", "exact score", exact);
        tellSpread(board, "learned", "learned field", learned);
        for (double end : new double[] {0, LAST}) {
            String w = Numbers.format(end);
            below(
                    board,
                    "minimum-" + w,
                    "frechet",
                    "FD at w = 1 less that at w = " + w + " is below 0 (a minimum between), learned field",
                    learned.at(1).less(learned.at(end), GuidanceResult::frechet));
        }
        board.caption(
                "Ten Gaussians fitted to the 8×8 digits of each class, 0.02 added to every variance, run backward by 50 steps of DDIM"
                        + " with the score s_u + w (s_c − s_u): exact scores and those of the kit's learned digits field (its training is"
                        + " not redrawn; FD is to the digits it saw), {} samples. (a) FD in pixel space; grey: the mean for as many exact"
                        + " samples. Where it is exact, guidance changes the law: FD is least at 0 and 1. (b) By Bayes' rule of the"
                        + " Gaussian digits. (c) Samples of a class come from all classes at w = 0; beyond w = 1 the spread of a class grows"
                        + " again. (d) Learned field, one class a column, one start for each. Points: means over replicas that share"
                        + " starts, with 95 % t intervals (a, b: of the logarithms).",
                samples);
    }

    private static Line<GuidanceConfig, GuidanceResult> guided(Board board, GuidedLaw law, int samples) {
        return board.along(
                DdpmDdimCfg.STUDY,
                WEIGHTS,
                weight -> new GuidanceConfig(law, DdpmDdimCfg.LINEAR, DdpmDdimCfg.DDIM, STEPS, weight, samples));
    }

    private static Plot tellGuided(
            Board board,
            String name,
            String title,
            Axis y,
            Line<GuidanceConfig, GuidanceResult> exact,
            Line<GuidanceConfig, GuidanceResult> learned,
            Reduction<GuidanceResult> reduction) {
        return board.plot(name, title, Axis.linear("guidance weight w").range(-0.3, 6.3), y)
                .points("exact score", exact, reduction)
                .points("learned field", learned, reduction);
    }

    private static void tellSamples(Board board, Line<GuidanceConfig, GuidanceResult> learned) {
        List<double[]> pictures = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (double weight : SHOWN_WEIGHTS) {
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

    private static void tellSpread(Board board, String name, String of, Line<GuidanceConfig, GuidanceResult> line) {
        below(
                board,
                "spread-" + name + "-to1",
                "spread",
                "largest step of the variance within classes is below 0, w = 0 to 1, " + of,
                largestStep(line, GuidanceResult::variance, 0, 1));
        below(
                board,
                "spread-" + name + "-to6",
                "spread",
                "largest step of the variance within classes is below 0, w = 1 to 6, " + of,
                largestStep(line, GuidanceResult::variance, 1, LAST));
    }

    private static void below(Board board, String name, String plot, String statement, Estimate measured) {
        board.claim(name, statement).in(plot).below(0).of(measured).from(DdpmDdimCfg.ATLAS);
    }

    /** Of each replica. */
    private static Estimate largestStep(
            Line<GuidanceConfig, GuidanceResult> line, ToDoubleFunction<GuidanceResult> value, double from, double to) {
        return Estimate.ofMean(line.where(w -> w >= from && w <= to).perReplica(value, curve -> {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 1; k < curve.length; k++) {
                largest = Math.max(largest, curve[k] - curve[k - 1]);
            }
            return largest;
        }));
    }
}
