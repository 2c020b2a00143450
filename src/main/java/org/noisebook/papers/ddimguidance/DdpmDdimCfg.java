package org.noisebook.papers.ddimguidance;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.data.Numbers;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plane;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;

/** Tests DDPM, DDIM, classifier-free guidance and latent diffusion against exact results, in one dimension and for Gaussian digits. */
public final class DdpmDdimCfg extends Story {
    public static final GuidanceStudy STUDY = new GuidanceStudy();
    static final Diffusion LINEAR = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    static final String ATLAS = "arXiv 2412.14422, on a substitute model";
    private static final Diffusion COSINE = new Diffusion.Ddpm(1000, new Diffusion.CosineBetas(0.008, 0.999));
    private static final DiffusionMethod DDPM = DiffusionMethod.Ancestral.standard();
    private static final List<Diffusion> SCHEDULES = List.of(LINEAR, COSINE);
    private static final List<GuidedLaw.Line> LAWS =
            List.of(new GuidedLaw.Line(1.5, 1, 0.5), new GuidedLaw.Line(2, 1, 0.25));

    /** A moment of guided samples, its closed form, and the source of that form. */
    private record Moment(
            String key,
            String words,
            ToDoubleFunction<GuidanceResult> value,
            ToDoubleBiFunction<GuidedLaw.Line, Double> law,
            String source) {}

    private static final Moment VARIANCE = new Moment(
            "variance",
            "variance of guided samples",
            GuidanceResult::variance,
            (law, w) -> Guidance.gaussianVariance(law.unconditionalVariance(), law.conditionalVariance(), w),
            "v_u^(1−w) v_c^w, window 2 %");
    private static final Moment MEAN = new Moment(
            "mean",
            "mean of guided samples, m = 1",
            GuidanceResult::mean,
            (law, w) -> w == 1
                    ? law.conditionalMean()
                    : Guidance.gaussianMean(law.unconditionalVariance(), 1, law.conditionalVariance(), w),
            "derived in Guidance; at w = 1 it is that of s_c itself; window 0.02");

    /** The figure. */
    public DdpmDdimCfg() {
        super("ddpm-ddim-cfg", "DDPM, DDIM, guidance and latent diffusion against closed forms", STUDY.sources());
    }

    /** Sampling of digits at several numbers of steps. */
    private static Line<GuidanceConfig, GuidanceResult> digits(
            Board board, Diffusion schedule, DiffusionMethod method, double... steps) {
        var law = GuidedLaw.DigitsMixture.standard();
        int particles = board.choose(512, 1024);
        return board.along(STUDY, steps, count -> new GuidanceConfig(law, schedule, method, (int) count, 1, particles));
    }

    @Override
    protected void tell(Board board) {
        board.control("run: another w, whose variance and mean lie outside the window");
        board.title(
                "Guidance narrows and shifts Gaussian samples as predicted",
                "Guidance does not narrow and shift Gaussian samples as predicted",
                "Guidance narrows and shifts Gaussian samples roughly as predicted");
        board.subtitle("Variance and mean of samples against the guidance weight, for two pairs of Gaussians");
        board.show("variance", "mean");
        board.sixDigits();
        int n = board.replicas(3);
        int particles = board.choose(512, 1024);
        double longest = 200;
        double[] weights = {0, 0.5, 1, 2, 3, 4};
        DiffusionMethod multistep = new DiffusionMethod.ExponentialMultistep();
        Plane.Point<GuidanceConfig> config =
                (w, law) -> new GuidanceConfig(LAWS.get((int) law), COSINE, multistep, 200, w, particles);
        var guided = board.plane(STUDY, weights, new double[] {0, 1}, config, (w, law) -> 1);
        double[] counts = board.choose(new double[] {20, 50}, new double[] {20, 50, 100});
        var ddim = each(SCHEDULES, schedule -> digits(board, schedule, DDIM, counts));
        var ddpm = each(SCHEDULES, schedule -> digits(board, schedule, DDPM, longest));
        GuidedLaw.DigitsMixture axes = new GuidedLaw.DigitsMixture(16);
        var latent = board.cell(STUDY, new GuidanceConfig(axes, LINEAR, DDIM, 50, 1, 2 * particles));
        Axis weight = Axis.linear("guidance weight w").range(-0.2, 4.2);
        Plot variance = board.plot("variance", "Guidance narrows samples", weight, Axis.log10("variance of samples"));
        tellGuided(variance, guided, VARIANCE, 0, 1, 2, 4);
        Plot mean = board.plot("mean", "Guidance moves their mean", weight, Axis.linear("mean of samples"));
        tellGuided(mean, guided, MEAN, 1, 4);
        Axis work = Axis.log10("evaluations of the score").range(15, 1.4 * longest);
        Plot plot = board.plot("steps", "Digits: steps needed", work, Axis.linear("Fréchet distance from the target"));
        double floor = ddim.get(0).at(50).runs().get(0).frechetBias();
        plot.level("exact samples", floor, 15, 1.4 * longest);
        for (int k = 0; k < 2; k++) {
            String schedule = k == 0 ? "linear schedule" : "cosine schedule";
            plot.colour(k + 2)
                    .points("DDIM, " + schedule, ddim.get(k), geometric(GuidanceResult::frechet))
                    .colour(k + 4)
                    .points("DDPM, " + schedule, ddpm.get(k), geometric(GuidanceResult::frechet));
            String statement = "ratio of Fréchet distances, DDIM (50 steps) to DDPM ({}), exact score, {}, {} samples";
            plot.claim("ddim50-" + schedule.substring(0, 6), Words.say(statement, longest, schedule, particles))
                    .control("run: DDIM with fewer steps, whose distance leaves the window")
                    .says(Words.say(
                            "On digits, 50 DDIM steps do as well as {} DDPM steps | ratio of Fréchet distances",
                            longest))
                    .theory(1, 0.15)
                    .of(ddim.get(k).at(50).over(ddpm.get(k).at(longest), GuidanceResult::frechet))
                    .from(ATLAS + "; window 15 %");
        }
        board.claim("latent-floor", "Fréchet distance of a diffusion in 16 of 64 principal axes, exact score")
                .control("run: all 64 axes, which leave out no variance")
                .theory(axes.discardedVariance())
                .judge(latent.the(mean(GuidanceResult::frechet)), "variance left out");
        board.stamp("1 (a, b), " + n + " (c)");
        board.caption(
                "Diffusions run backward with the score s_u + w (s_c − s_u): w = 0 ignores the condition, w = 1 samples it. (a, b) Gaussians,"
                        + " of mean 0 without the condition and 1 with it; lines: closed forms of the guided flow; points: {} samples, 200 steps of order 2, cosine schedule, one run each, since"
                        + " initial noise with mean exactly 0 and variance 1 leaves nothing to chance. (c) Ten Gaussians fitted to the 8×8 digits, 0.02 added to every variance, exact scores, w = 1: FD in"
                        + " pixel space of {} samples; grey: equally many exact ones; DDPM visits at most {} of 1000 levels."
                        + " Geometric means over {} replicas that share initial noise, with 95 % t intervals of the logarithms.",
                particles, particles, longest, n);
    }

    /** Plots the moment of guided samples against the weight, with claims for the first pair of Gaussians. */
    private static void tellGuided(Plot plot, Plane<?, GuidanceResult> guided, Moment moment, double... claimed) {
        for (int k = 0; k < LAWS.size(); k++) {
            GuidedLaw.Line law = LAWS.get(k);
            String series = Words.say(
                    "variance {} without condition, {} with", law.unconditionalVariance(), law.conditionalVariance());
            plot.points(series, guided.row(k), exact(moment.value))
                    .named(series)
                    .law(series, Line.even(0, 4, 81), w -> moment.law.applyAsDouble(law, w));
        }
        for (double w : claimed) {
            double theory = moment.law.applyAsDouble(LAWS.get(0), w);
            String where = ", v_u = 1.5, v_c = 0.5, w = " + Numbers.format(w);
            plot.claim(moment.key + "-w" + Numbers.format(w), moment.words + where)
                    .says("Variance and mean follow the closed form up to w = 4")
                    .theory(theory, moment == MEAN ? 0.02 : 0.02 * theory)
                    .judge(SixDigits.exact(guided.row(0).at(w).mean(moment.value)), moment.source);
        }
    }
}
