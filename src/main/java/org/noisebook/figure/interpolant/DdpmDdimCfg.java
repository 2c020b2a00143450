package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.chart.Scale;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/** DDPM, DDIM, classifier-free guidance and latent diffusion where the answer is known: on the line and for Gaussian digits. */
public final class DdpmDdimCfg implements Figure {
    private static final GuidanceStudy STUDY = new GuidanceStudy();
    private static final Diffusion LINEAR = new Diffusion.Ddpm(1000, new Diffusion.LinearBetas(1e-4, 0.02));
    private static final Diffusion COSINE = new Diffusion.Ddpm(1000, new Diffusion.CosineBetas(0.008, 0.999));
    private static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    private static final DiffusionMethod DDPM = new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);

    private static final GuidedLaw.Line NARROWER = new GuidedLaw.Line(1.5, 1, 0.5);
    private static final GuidedLaw.Line MUCH_NARROWER = new GuidedLaw.Line(2, 1, 0.25);
    private static final double[] LINE_WEIGHTS = {0, 0.5, 1, 2, 3, 4};
    private static final double[] CLAIMED_WEIGHTS = {0, 1, 2, 4};
    private static final double[] FINE_WEIGHTS =
            IntStream.rangeClosed(0, 80).mapToDouble(k -> k / 20.0).toArray();
    private static final int LINE_STEPS = 200;

    private static final double[] WEIGHTS = {0, 0.5, 1, 2, 4, 6};
    private static final int GUIDED_STEPS = 50;
    private static final int CLAIMED_STEPS = 50;
    private static final double[] DDIM_STEPS = {20, 50, 100};
    /** Factor between points of two schedules that would hide each other. */
    private static final double APART = 1.08;

    private static final double[] LATENTS = {4, 8, 16, 32};
    private static final int CLAIMED_LATENTS = 16;
    private static final int SIDE = 8;
    private static final int CLASSES = 10;
    private static final double[] SHOWN_WEIGHTS = {0, 1, 2, 4, 6};

    private static final double CLOSED_FORM_WINDOW = 0.02;
    private static final double RATIO_WINDOW = 0.15;
    /** Below anything that a sign claim could measure. */
    private static final double LEAST = -1000;

    private static final String ATLAS = "arXiv 2412.14422, on a substitute model";

    @Override
    public String id() {
        return "ddpm-ddim-cfg";
    }

    @Override
    public String title() {
        return "DDPM, DDIM, guidance and latent diffusion against closed forms";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    /** Sizes of a preset. */
    private record Size(int lineReplicas, int lineParticles, int replicas, int particles, int guided, double[] ddpm) {
        static Size of(Preset preset) {
            return preset == Preset.QUICK
                    ? new Size(4, 1024, 4, 1024, 512, new double[] {200})
                    : new Size(16, 4096, 16, 4096, 4096, new double[] {50, 200, 1000});
        }

        double longest() {
            return ddpm[ddpm.length - 1];
        }
    }

    private static GuidanceConfig line(GuidedLaw.Line law, double weight, Size size) {
        return new GuidanceConfig(
                law, COSINE, new DiffusionMethod.ExponentialMultistep(), LINE_STEPS, weight, size.lineParticles);
    }

    private static GuidanceConfig digits(Diffusion diffusion, DiffusionMethod method, double steps, Size size) {
        return new GuidanceConfig(
                GuidedLaw.DigitsMixture.standard(), diffusion, method, (int) steps, 1, size.particles);
    }

    private static GuidanceConfig guided(GuidedLaw law, double weight, Size size) {
        return new GuidanceConfig(law, LINEAR, DDIM, GUIDED_STEPS, weight, size.guided);
    }

    private static GuidanceConfig latent(double latents, Size size) {
        return Schema.with(
                digits(LINEAR, DDIM, GUIDED_STEPS, size),
                "law",
                new GuidedLaw.DigitsMixture((int) latents),
                "particles",
                2 * size.particles);
    }

    private static final GuidedLaw EXACT = GuidedLaw.DigitsMixture.standard();
    private static final GuidedLaw LEARNED = new GuidedLaw.LearnedDigits();

    private static List<GuidanceConfig> digitCells(Size size) {
        List<GuidanceConfig> cells = new ArrayList<>();
        for (Diffusion diffusion : List.of(LINEAR, COSINE)) {
            for (double steps : DDIM_STEPS) {
                cells.add(digits(diffusion, DDIM, steps, size));
            }
            for (double steps : size.ddpm) {
                cells.add(digits(diffusion, DDPM, steps, size));
            }
        }
        for (double weight : WEIGHTS) {
            cells.add(guided(EXACT, weight, size));
            cells.add(guided(LEARNED, weight, size));
        }
        for (double latents : LATENTS) {
            cells.add(latent(latents, size));
        }
        return cells;
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Size size = Size.of(preset);
        List<GuidanceConfig> lines = new ArrayList<>();
        for (double weight : LINE_WEIGHTS) {
            lines.add(line(NARROWER, weight, size));
            lines.add(line(MUCH_NARROWER, weight, size));
        }
        Results<GuidanceConfig, GuidanceResult> onLine = experiment.run(Sweep.of(STUDY, lines, size.lineReplicas));
        Results<GuidanceConfig, GuidanceResult> ofDigits =
                experiment.run(Sweep.of(STUDY, digitCells(size), size.replicas));
        Sheet sheet = new Sheet();
        drawLine(
                sheet,
                "variance",
                "Gaussians: guided variance",
                Axis.log10("variance v"),
                onLine,
                size,
                GuidanceResult::variance,
                (law, w) -> Guidance.gaussianVariance(law.unconditionalVariance(), law.conditionalVariance(), w));
        drawLine(
                sheet,
                "mean",
                "Gaussians: guided mean, m = 1",
                Axis.linear("mean"),
                onLine,
                size,
                GuidanceResult::mean,
                (law, w) -> Guidance.gaussianMean(
                        law.unconditionalVariance(), law.conditionalMean(), law.conditionalVariance(), w));
        drawSteps(sheet, ofDigits, size);
        drawLatents(sheet, ofDigits, size);
        drawGuided(
                sheet,
                "frechet",
                "Digits: distance",
                Axis.log10("Fréchet distance FD"),
                ofDigits,
                size,
                GuidanceResult::frechet);
        sheet.line(
                "frechet",
                "exact samples",
                "as many exact samples",
                7,
                new double[] {WEIGHTS[0], WEIGHTS[WEIGHTS.length - 1]},
                constant(SixDigits.of(ofDigits.of(guided(EXACT, 1, size)).get(0).frechetBias()), 2),
                Sheet.Kind.THEORY);
        drawGuided(
                sheet,
                "doubt",
                "Digits: class",
                Axis.log10("probability of other classes"),
                ofDigits,
                size,
                GuidanceResult::classDoubt);
        drawGuided(
                sheet,
                "spread",
                "Digits: spread within a class",
                Axis.linear("variance, sum over pixels").range(0, 20),
                ofDigits,
                size,
                GuidanceResult::variance);
        drawSamples(sheet, ofDigits, size);
        String n = size.lineReplicas + " (a, b), " + size.replicas + " (c–h)";
        return new Drawing(
                sheet.frame(), Plate.of(sheet.panels(), 2), caption(size), n, claims(onLine, ofDigits, size));
    }

    private static String caption(Size size) {
        return "Diffusions run backward with the score s_u + w (s_c − s_u): w = 0 has no condition, w = 1 samples it. (a, b)"
                + " Without the condition N(0, v_u), with it N(1, v_c), variances in this order; lines: closed forms of the guided flow, v_u^(1−w) v_c^w"
                + " and w m ∫ (v_c/v_u + (1 − v_c/v_u) q²)^((w−1)/2) dq; points: " + size.lineParticles
                + " samples from starts of mean 0 and variance 1, " + LINE_STEPS
                + " steps of order 2, cosine schedule: what is left is the error of the steps. (c–g) Ten Gaussians fitted to the"
                + " 8×8 digits of each class, 0.02 added to every variance, whose scores are exact. (c) w = 1, FD between Gaussian fits"
                + " in pixel space of " + size.particles
                + " samples and the law, by number of steps; grey: the mean for as many"
                + " exact samples. DDPM on 1000 levels"
                + (size.longest() < 1000
                        ? ", of which it visits at most " + (int) size.longest()
                                + ", since a thousand would take most of this figure's time"
                        : "")
                + "; its two schedules are drawn side by side. (d) Diffusion of the first principal axes alone, DDIM with 50 steps: FD tends to the variance left out (line)."
                + " (e–g) 50 steps of DDIM, " + size.guided
                + " samples, exact scores and those of the kit's learned digits field"
                + " (its training is not redrawn; FD is to the digits it saw). Where it is exact, guidance changes the law: FD is least"
                + " at 0 and 1. (f) By Bayes' rule of the Gaussian digits. (g) Samples of a class come from all classes at w = 0;"
                + " beyond w = 1 the spread of a class grows again, unlike (a). (h) Learned field, one"
                + " class a column, one start for each. Points: means over replicas that share starts, with 95 % t intervals (c, e, f:"
                + " of the logarithms).";
    }

    /** A closed form. */
    private interface Law {
        double of(GuidedLaw.Line law, double weight);
    }

    private static void drawLine(
            Sheet sheet,
            String panel,
            String title,
            Axis y,
            Results<GuidanceConfig, GuidanceResult> results,
            Size size,
            ToDoubleFunction<GuidanceResult> value,
            Law law) {
        sheet.panel(panel, title, Axis.linear("guidance weight w").range(-0.2, 4.2), y);
        List<GuidedLaw.Line> all = List.of(NARROWER, MUCH_NARROWER);
        for (int k = 0; k < all.size(); k++) {
            GuidedLaw.Line line = all.get(k);
            String name = String.format(
                    Locale.ROOT,
                    "variances %s and %s",
                    plain(line.unconditionalVariance()),
                    plain(line.conditionalVariance()));
            addPoints(
                    sheet, panel, name, k, LINE_WEIGHTS, i -> line(line, LINE_WEIGHTS[i], size), results, value, false);
            sheet.line(
                    panel,
                    name,
                    name,
                    k,
                    FINE_WEIGHTS,
                    SixDigits.of(Arrays.stream(FINE_WEIGHTS)
                            .map(w -> law.of(line, w))
                            .toArray()),
                    Sheet.Kind.THEORY);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((int) value) : String.valueOf(value);
    }

    private static void drawSteps(Sheet sheet, Results<GuidanceConfig, GuidanceResult> results, Size size) {
        String panel = "steps";
        double last = Math.max(size.longest(), DDIM_STEPS[DDIM_STEPS.length - 1]);
        sheet.panel(
                panel,
                "Digits: samplers, w = 1",
                Axis.log10("evaluations of the score").range(15, last * 1.4),
                Axis.log10("Fréchet distance FD"));
        List<Diffusion> diffusions = List.of(LINEAR, COSINE);
        String[] names = {"linear", "cosine"};
        for (int k = 0; k < names.length; k++) {
            double apart = k == 0 ? 1 : APART;
            double[] shifted =
                    Arrays.stream(size.ddpm).map(steps -> apart * steps).toArray();
            Diffusion diffusion = diffusions.get(k);
            addPoints(
                    sheet,
                    panel,
                    "DDIM, " + names[k],
                    k,
                    DDIM_STEPS,
                    i -> digits(diffusion, DDIM, DDIM_STEPS[i], size),
                    results,
                    GuidanceResult::frechet,
                    true);
            addPoints(
                    sheet,
                    panel,
                    "DDPM, " + names[k],
                    k + 2,
                    shifted,
                    i -> digits(diffusion, DDPM, size.ddpm[i], size),
                    results,
                    GuidanceResult::frechet,
                    true);
        }
        sheet.line(
                panel,
                "exact samples",
                "as many exact samples",
                7,
                new double[] {15, last * 1.4},
                constant(
                        SixDigits.of(results.of(digits(LINEAR, DDIM, CLAIMED_STEPS, size))
                                .get(0)
                                .frechetBias()),
                        2),
                Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void drawLatents(Sheet sheet, Results<GuidanceConfig, GuidanceResult> results, Size size) {
        String panel = "latents";
        sheet.panel(
                panel,
                "Digits: diffusion in principal axes",
                Axis.log2("principal axes kept").range(3.2, 40),
                Axis.linear("Fréchet distance FD"));
        addPoints(
                sheet,
                panel,
                "DDIM, 50 steps",
                0,
                LATENTS,
                i -> latent(LATENTS[i], size),
                results,
                GuidanceResult::frechet,
                false);
        double[] kept = IntStream.rangeClosed(4, 32).asDoubleStream().toArray();
        sheet.line(
                panel,
                "variance left out",
                "variance left out",
                7,
                kept,
                SixDigits.of(Arrays.stream(kept)
                        .map(k -> new GuidedLaw.DigitsMixture((int) k).discardedVariance())
                        .toArray()),
                Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void drawGuided(
            Sheet sheet,
            String panel,
            String title,
            Axis y,
            Results<GuidanceConfig, GuidanceResult> results,
            Size size,
            ToDoubleFunction<GuidanceResult> value) {
        sheet.panel(panel, title, Axis.linear("guidance weight w").range(-0.3, 6.3), y);
        boolean log = y.scale() != Scale.LINEAR;
        addPoints(sheet, panel, "exact score", 0, WEIGHTS, i -> guided(EXACT, WEIGHTS[i], size), results, value, log);
        addPoints(
                sheet, panel, "learned field", 1, WEIGHTS, i -> guided(LEARNED, WEIGHTS[i], size), results, value, log);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void drawSamples(Sheet sheet, Results<GuidanceConfig, GuidanceResult> results, Size size) {
        double[][] pixels = new double[SHOWN_WEIGHTS.length * CLASSES][SIDE * SIDE];
        List<String> labels = new ArrayList<>();
        for (int r = 0; r < SHOWN_WEIGHTS.length; r++) {
            labels.add("w = " + plain(SHOWN_WEIGHTS[r]));
            double[] pictures =
                    results.of(guided(LEARNED, SHOWN_WEIGHTS[r], size)).get(0).pictures();
            for (int c = 0; c < CLASSES; c++) {
                System.arraycopy(pictures, c * SIDE * SIDE, pixels[r * CLASSES + c], 0, SIDE * SIDE);
            }
        }
        sheet.images("samples", "Learned field, classes 0 to 9", labels, CLASSES, SIDE, pixels, -1, 1);
    }

    private static void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] x,
            IntFunction<GuidanceConfig> config,
            Results<GuidanceConfig, GuidanceResult> results,
            ToDoubleFunction<GuidanceResult> value,
            boolean log) {
        Estimate[] estimates = new Estimate[x.length];
        Ends[] ends = new Ends[x.length];
        for (int k = 0; k < x.length; k++) {
            double[] values = results.values(config.apply(k), value);
            estimates[k] = SixDigits.of(log ? Estimate.ofGeometricMean(values) : Estimate.ofMean(values));
            int whole = (int) results.of(config.apply(k)).stream()
                    .filter(result -> result.finiteShare() == 1)
                    .count();
            ends[k] = new Ends(whole, 0, values.length - whole);
        }
        sheet.points(panel, series, colour, x, estimates, ends);
    }

    private static double[] constant(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    private List<Claim> claims(
            Results<GuidanceConfig, GuidanceResult> onLine,
            Results<GuidanceConfig, GuidanceResult> ofDigits,
            Size size) {
        List<Claim> claims = new ArrayList<>();
        for (double weight : CLAIMED_WEIGHTS) {
            double expected =
                    Guidance.gaussianVariance(NARROWER.unconditionalVariance(), NARROWER.conditionalVariance(), weight);
            claims.add(Claim.theory(
                    "cfg-variance-w" + plain(weight),
                    "variance of guided samples, v_u = 1.5, v_c = 0.5, w = " + plain(weight),
                    expected,
                    CLOSED_FORM_WINDOW * expected,
                    Estimate.ofMean(onLine.values(line(NARROWER, weight, size), GuidanceResult::variance)),
                    "v_u^(1−w) v_c^w, window 2 %"));
        }
        claims.add(Claim.theory(
                "cfg-mean-w1",
                "mean of guided samples, m = 1, w = 1",
                1,
                CLOSED_FORM_WINDOW,
                Estimate.ofMean(onLine.values(line(NARROWER, 1, size), GuidanceResult::mean)),
                "s_c itself; window 2 %"));
        claims.add(Claim.theory(
                "cfg-mean-w4",
                "mean of guided samples, m = 1, v_u = 1.5, v_c = 0.5, w = 4",
                Guidance.gaussianMean(
                        NARROWER.unconditionalVariance(),
                        NARROWER.conditionalMean(),
                        NARROWER.conditionalVariance(),
                        4),
                CLOSED_FORM_WINDOW,
                Estimate.ofMean(onLine.values(line(NARROWER, 4, size), GuidanceResult::mean)),
                "derived in Guidance; window 2 %"));
        List<Diffusion> diffusions = List.of(LINEAR, COSINE);
        String[] names = {"linear", "cosine"};
        for (int k = 0; k < names.length; k++) {
            double[] few =
                    ofDigits.values(digits(diffusions.get(k), DDIM, CLAIMED_STEPS, size), GuidanceResult::frechet);
            double[] many =
                    ofDigits.values(digits(diffusions.get(k), DDPM, size.longest(), size), GuidanceResult::frechet);
            claims.add(Claim.theory(
                    "cfg-ddim50-" + names[k],
                    "FD of DDIM with 50 steps over that of DDPM with " + (int) size.longest() + ", exact score, "
                            + names[k] + " schedule, " + size.particles + " samples",
                    1,
                    RATIO_WINDOW,
                    Estimate.ofGeometricMean(IntStream.range(0, few.length)
                            .mapToDouble(r -> few[r] / many[r])
                            .toArray()),
                    ATLAS + "; window 15 %"));
        }
        claims.add(Claim.theory(
                "cfg-latent-floor",
                "FD of diffusion in 16 of 64 principal axes, exact score",
                new GuidedLaw.DigitsMixture(CLAIMED_LATENTS).discardedVariance(),
                Estimate.ofMean(ofDigits.values(latent(CLAIMED_LATENTS, size), GuidanceResult::frechet)),
                "variance left out"));
        claims.add(sign(
                "cfg-class-exact",
                "largest step, from one w to the next, of log₁₀ of the mean probability of other classes is below 0 (precision"
                        + " rises), w = 0 to 6, exact score",
                largestStep(ofDigits, EXACT, size, result -> StrictMath.log10(result.classDoubt()), 0, 6)));
        for (GuidedLaw law : List.of(EXACT, LEARNED)) {
            String name = law.equals(EXACT) ? "exact" : "learned";
            String of = law.equals(EXACT) ? "exact score" : "learned field";
            claims.add(sign(
                    "cfg-spread-" + name + "-to1",
                    "largest step of the variance within classes is below 0, w = 0 to 1, " + of,
                    largestStep(ofDigits, law, size, GuidanceResult::variance, 0, 1)));
            claims.add(sign(
                    "cfg-spread-" + name + "-to6",
                    "largest step of the variance within classes is below 0, w = 1 to 6, " + of,
                    largestStep(ofDigits, law, size, GuidanceResult::variance, 1, 6)));
        }
        for (double end : new double[] {WEIGHTS[0], WEIGHTS[WEIGHTS.length - 1]}) {
            claims.add(sign(
                    "cfg-minimum-" + plain(end),
                    "FD at w = 1 less that at w = " + plain(end) + " is below 0 (a minimum between), learned field",
                    difference(ofDigits, guided(LEARNED, 1, size), guided(LEARNED, end, size))));
        }
        return claims;
    }

    /** What should be negative. */
    private static Claim sign(String id, String statement, Estimate measured) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, LEAST, 0, measured, ATLAS);
    }

    private static Estimate difference(
            Results<GuidanceConfig, GuidanceResult> results, GuidanceConfig first, GuidanceConfig second) {
        double[] a = results.values(first, GuidanceResult::frechet);
        double[] b = results.values(second, GuidanceResult::frechet);
        return Estimate.ofMean(
                IntStream.range(0, a.length).mapToDouble(r -> a[r] - b[r]).toArray());
    }

    /** Of each replica. */
    private static Estimate largestStep(
            Results<GuidanceConfig, GuidanceResult> results,
            GuidedLaw law,
            Size size,
            ToDoubleFunction<GuidanceResult> value,
            double from,
            double to) {
        double[] weights =
                Arrays.stream(WEIGHTS).filter(w -> w >= from && w <= to).toArray();
        double[] largest = new double[size.replicas];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        for (int k = 1; k < weights.length; k++) {
            double[] before = results.values(guided(law, weights[k - 1], size), value);
            double[] after = results.values(guided(law, weights[k], size), value);
            Arrays.setAll(largest, r -> Math.max(largest[r], after[r] - before[r]));
        }
        return Estimate.ofMean(largest);
    }
}
