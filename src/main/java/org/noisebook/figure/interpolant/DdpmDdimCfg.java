package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;

/** DDPM, DDIM, classifier-free guidance and latent diffusion where the answer is known: on the line and for Gaussian digits. */
public final class DdpmDdimCfg extends Story {
    static final GuidanceStudy STUDY = new GuidanceStudy();
    static final Diffusion LINEAR = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    static final String ATLAS = "arXiv 2412.14422, on a substitute model";
    private static final Diffusion COSINE = new Diffusion.Ddpm(1000, new Diffusion.CosineBetas(0.008, 0.999));
    private static final DiffusionMethod DDPM = new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);

    private static final GuidedLaw.Line NARROWER = new GuidedLaw.Line(1.5, 1, 0.5);
    private static final int CLAIMED_STEPS = 50;
    private static final double[] DDIM_STEPS = {20, 50, 100};
    /** A schedule of the digits and its samplers by number of steps. */
    private record Schedule(
            String name, Line<GuidanceConfig, GuidanceResult> ddim, Line<GuidanceConfig, GuidanceResult> ddpm) {}

    /** The figure. */
    public DdpmDdimCfg() {
        super("ddpm-ddim-cfg", "DDPM, DDIM, guidance and latent diffusion against closed forms", STUDY.sources());
    }

    private static Line<GuidanceConfig, GuidanceResult> digits(
            Board board, Diffusion diffusion, DiffusionMethod method, double... counts) {
        int particles = board.choose(1024, 4096);
        return board.along(
                STUDY,
                counts,
                steps -> new GuidanceConfig(
                        GuidedLaw.DigitsMixture.standard(), diffusion, method, (int) steps, 1, particles));
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(4, 16);
        int particles = board.choose(1024, 4096);
        double[] counts = board.choose(new double[] {200}, new double[] {50, 200, 1000});
        double longest = counts[counts.length - 1];
        DiffusionMethod multistep = new DiffusionMethod.ExponentialMultistep();
        List<Line<GuidanceConfig, GuidanceResult>> lines = Stream.of(NARROWER, new GuidedLaw.Line(2, 1, 0.25))
                .map(law -> board.lineOf(
                        new double[] {0, 0.5, 1, 2, 3, 4},
                        weight -> board.cell(
                                STUDY, new GuidanceConfig(law, COSINE, multistep, 200, weight, particles), 1)))
                .toList();
        List<Schedule> schedules = List.of(
                new Schedule("linear", digits(board, LINEAR, DDIM, DDIM_STEPS), digits(board, LINEAR, DDPM, counts)),
                new Schedule("cosine", digits(board, COSINE, DDIM, DDIM_STEPS), digits(board, COSINE, DDPM, counts)));
        GuidanceConfig base =
                new GuidanceConfig(GuidedLaw.DigitsMixture.standard(), LINEAR, DDIM, CLAIMED_STEPS, 1, 2 * particles);
        Line<GuidanceConfig, GuidanceResult> latents = board.along(
                STUDY,
                new double[] {4, 8, 16, 32},
                axes -> Schema.with(base, "law", new GuidedLaw.DigitsMixture((int) axes)));

        tellLine(
                board,
                "variance",
                "Gaussians: guided variance",
                Axis.log10("variance v"),
                lines,
                GuidanceResult::variance,
                DdpmDdimCfg::guidedVariance);
        tellLine(
                board,
                "mean",
                "Gaussians: guided mean, m = 1",
                Axis.linear("mean"),
                lines,
                GuidanceResult::mean,
                DdpmDdimCfg::guidedMean);
        tellGuidance(board, lines.get(0));
        tellSteps(board, schedules, longest, particles);
        tellLatents(board, latents);
        board.stamp("1 (a, b), " + n + " (c, d)");
        board.caption(
                "Diffusions run backward with the score s_u + w (s_c − s_u): w = 0 has no condition, w = 1 samples it. (a, b) Without"
                        + " the condition N(0, v_u), with it N(1, v_c), variances in this order; lines: closed forms of the guided flow;"
                        + " points: {} samples, 200 steps of order 2, cosine schedule, one run each, as starts of mean exactly 0 and"
                        + " variance 1 leave nothing to chance. (c) Ten"
                        + " Gaussians fitted to the 8×8 digits, 0.02 added to every variance, exact scores, w = 1: FD in pixel space of {}"
                        + " samples and the law, by number of steps; grey: the mean for as many exact samples with the same shares of classes. DDPM on 1000 levels, at most"
                        + " {} of them visited; its two schedules are drawn side by side. (d) Diffusion of the first principal axes alone,"
                        + " DDIM with 50 steps: FD tends to the variance left out (line). Points: means over replicas that share starts,"
                        + " with 95 % t intervals (c: of the logarithms).",
                particles, particles, longest);
    }

    private static DoubleUnaryOperator guidedVariance(GuidedLaw.Line law) {
        return w -> Guidance.gaussianVariance(law.unconditionalVariance(), law.conditionalVariance(), w);
    }

    private static DoubleUnaryOperator guidedMean(GuidedLaw.Line law) {
        return w ->
                Guidance.gaussianMean(law.unconditionalVariance(), law.conditionalMean(), law.conditionalVariance(), w);
    }

    private static void tellLine(
            Board board,
            String name,
            String title,
            Axis y,
            List<Line<GuidanceConfig, GuidanceResult>> lines,
            ToDoubleFunction<GuidanceResult> value,
            Function<GuidedLaw.Line, DoubleUnaryOperator> law) {
        Plot plot = board.plot(name, title, Axis.linear("guidance weight w").range(-0.2, 4.2), y);
        for (Line<GuidanceConfig, GuidanceResult> line : lines) {
            GuidedLaw.Line one = (GuidedLaw.Line) line.at(0).config().law();
            String series = Words.say("variances {} and {}", one.unconditionalVariance(), one.conditionalVariance());
            plot.points(series, line, exact(value)).named(series).law(series, Line.even(0, 4, 81), law.apply(one));
        }
    }

    private static void tellGuidance(Board board, Line<GuidanceConfig, GuidanceResult> line) {
        for (double weight : new double[] {0, 1, 2, 4}) {
            double expected = guidedVariance(NARROWER).applyAsDouble(weight);
            String w = Numbers.format(weight);
            board.plot("variance")
                    .claim("variance-w" + w, "variance of guided samples, v_u = 1.5, v_c = 0.5, w = " + w)
                    .theory(expected, 0.02 * expected)
                    .of(SixDigits.exact(line.at(weight).mean(GuidanceResult::variance)))
                    .from("v_u^(1−w) v_c^w, window 2 %");
        }
        board.plot("mean")
                .claim("mean-w1", "mean of guided samples, m = 1, w = 1")
                .theory(1, 0.02)
                .of(SixDigits.exact(line.at(1).mean(GuidanceResult::mean)))
                .from("s_c itself; window 2 %");
        board.plot("mean")
                .claim("mean-w4", "mean of guided samples, m = 1, v_u = 1.5, v_c = 0.5, w = 4")
                .theory(guidedMean(NARROWER).applyAsDouble(4), 0.02)
                .of(SixDigits.exact(line.at(4).mean(GuidanceResult::mean)))
                .from("derived in Guidance; window 2 %");
    }

    private static void tellSteps(Board board, List<Schedule> schedules, double longest, int particles) {
        double last = 1.4 * Math.max(longest, DDIM_STEPS[DDIM_STEPS.length - 1]);
        Plot plot = board.plot(
                        "steps",
                        "Digits: samplers, w = 1",
                        Axis.log10("evaluations of the score").range(15, last),
                        Axis.log10("Fréchet distance FD"))
                .wholeX();
        for (int k = 0; k < schedules.size(); k++) {
            Schedule schedule = schedules.get(k);
            // Points of the two schedules would hide each other.
            double apart = k == 0 ? 1 : 1.08;
            double[] shifted =
                    Arrays.stream(schedule.ddpm.x()).map(steps -> apart * steps).toArray();
            plot.colour(k)
                    .points("DDIM, " + schedule.name, schedule.ddim, geometric(GuidanceResult::frechet))
                    .colour(k + 2)
                    .points(
                            "DDPM, " + schedule.name,
                            schedule.ddpm.against(shifted),
                            geometric(GuidanceResult::frechet));
            plot.claim(
                            "ddim50-" + schedule.name,
                            Words.say(
                                    "FD of DDIM with 50 steps over that of DDPM with {}, exact score, {} schedule, {} samples",
                                    longest,
                                    schedule.name,
                                    particles))
                    .theory(1, 0.15)
                    .of(schedule.ddim.at(CLAIMED_STEPS).over(schedule.ddpm.at(longest), GuidanceResult::frechet))
                    .from(ATLAS + "; window 15 %");
        }
        double floor = schedules.get(0).ddim.at(CLAIMED_STEPS).runs().get(0).frechetBias();
        plot.named("as many exact samples").level(LineKind.THEORY, "exact samples", floor, 15, last);
    }

    private static void tellLatents(Board board, Line<GuidanceConfig, GuidanceResult> latents) {
        Plot plot = board.plot(
                        "latents",
                        "Digits: diffusion in principal axes",
                        Axis.log2("principal axes kept").range(3.2, 40),
                        Axis.linear("Fréchet distance FD"))
                .points("DDIM, 50 steps", latents, mean(GuidanceResult::frechet))
                .colour(7)
                .law(
                        "variance left out",
                        Line.even(4, 32, 29),
                        axes -> new GuidedLaw.DigitsMixture((int) axes).discardedVariance());
        plot.claim("latent-floor", "FD of diffusion in 16 of 64 principal axes, exact score")
                .theory(new GuidedLaw.DigitsMixture(16).discardedVariance())
                .of(latents.at(16).the(mean(GuidanceResult::frechet)))
                .from("variance left out");
    }
}
