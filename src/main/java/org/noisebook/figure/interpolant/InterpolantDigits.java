package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantPicturesConfig;
import org.noisebook.field.InterpolantPicturesResult;
import org.noisebook.field.InterpolantPicturesStudy;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.interpolant.Target;
import org.noisebook.model.Ends;
import org.noisebook.stats.Estimate;

/** Digits drawn with learned fields: all ten are there, in their shares, and none is copied. */
public final class InterpolantDigits implements Figure {
    private static final InterpolantPicturesStudy STUDY = new InterpolantPicturesStudy();
    private static final double[] DIFFUSIONS = {0, 0.5, 1, 2, 4};
    /** c of what is called SDE. */
    private static final double SDE = 1;

    private static final int CLASSES = 10;
    private static final int SIDE = 8;
    private static final int FASHION_SIDE = 28;
    private static final int SHOWN = 10;
    private static final int FASHION_SHOWN = 5;
    private static final int CURVE_POINTS = 13;

    /** Of a perfect generator: the classifier's own, at least 0.97 on real digits. */
    private static final double LEAST_RIGHT = 0.9;
    /** A share may be off by half of itself. */
    private static final double SHARE_WINDOW = 0.5;

    /** Below anything that a sign claim could measure. */
    private static final double LEAST = -1000;

    private static final String PAPER = "arXiv 2303.08797, section 2.4 and figures 9, 10: noise helps a learned field";

    @Override
    public String id() {
        return "interpolant-digits";
    }

    @Override
    public String title() {
        return "Pictures drawn with learned fields, their classes and their nearest neighbours";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    /** Sizes of a preset. */
    private record Size(int replicas, int particles, FieldConfig field) {
        static Size of(Preset preset) {
            FieldConfig quick = InterpolantPicturesConfig.standard().field();
            return preset == Preset.QUICK
                    ? new Size(4, 600, quick)
                    : new Size(
                            8,
                            1200,
                            Schema.with(quick, "training", FieldConfig.digits().training()));
        }
    }

    private static InterpolantPicturesConfig cell(Size size, boolean conditional, double diffusion) {
        InterpolantPicturesConfig start = InterpolantPicturesConfig.standard();
        return new InterpolantPicturesConfig(
                size.field, conditional, diffusion, start.steps(), start.noiseMargin(), size.particles);
    }

    /** Nine tenths of the test file, which comes with the kit. */
    private static InterpolantPicturesConfig fashion(double diffusion) {
        FieldConfig field =
                Schema.with(FieldConfig.fashion(), "target", new Target.Pictures(DataSource.FASHION_TEST, 9000));
        return new InterpolantPicturesConfig(field, true, diffusion, 100, 0.03, 1000);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Size size = Size.of(preset);
        List<InterpolantPicturesConfig> cells = new ArrayList<>();
        for (double diffusion : DIFFUSIONS) {
            cells.add(cell(size, true, diffusion));
        }
        cells.add(cell(size, false, 0));
        cells.add(cell(size, false, SDE));
        Results<InterpolantPicturesConfig, InterpolantPicturesResult> results =
                experiment.run(Sweep.of(STUDY, cells, size.replicas));
        Sheet sheet = new Sheet();
        drawClasses(sheet, "flow", "Flow (ε = 0), by class", first(results, cell(size, true, 0)));
        drawClasses(sheet, "noisy", "With noise, ε = α(t), by class", first(results, cell(size, true, SDE)));
        drawNeighbours(sheet, results, size);
        drawShares(sheet, results, size);
        drawDistances(sheet, results, size);
        drawDiffusions(sheet, results, size);
        if (preset == Preset.FULL) {
            drawFashion(sheet, experiment);
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, results, size),
                String.valueOf(size.replicas),
                claims(results, size));
    }

    /** Five samples of each class, a class a column. */
    private static void drawFashion(Sheet sheet, Experiment experiment) {
        InterpolantPicturesConfig config = fashion(SDE);
        double[] all = experiment
                .run(Sweep.of(STUDY, List.of(config), 1))
                .of(config)
                .get(0)
                .pixels();
        int pixels = FASHION_SIDE * FASHION_SIDE;
        double[][] pictures = new double[CLASSES * FASHION_SHOWN][];
        Arrays.setAll(pictures, k -> Arrays.copyOfRange(all, k * pixels, (k + 1) * pixels));
        sheet.images("fashion", "Fashion-MNIST, ε = α(t)", List.of(), CLASSES, FASHION_SIDE, pictures, -1, 1);
    }

    private static InterpolantPicturesResult first(
            Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, InterpolantPicturesConfig config) {
        return results.of(config).get(0);
    }

    private static String caption(
            Preset preset, Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        Target.Pictures pictures = (Target.Pictures) size.field.target();
        Estimate accuracy = accuracy(results, size);
        return "A class-conditional velocity from noise, learned from " + pictures.trainSize() + " of the "
                + pictures.dataset().points()
                + " handwritten digits; the others are never seen. dX = (b + εs) dt + √(2ε) dW with"
                + " ε = c α(t), α(t) = 1 − t. (a, b) One training, ten samples of each class. (c) Samples without a class and, below each row,"
                + " the nearest picture seen. (d–f) " + size.replicas + " trainings, each on other pictures, "
                + size.particles
                + " samples each. The class of a sample is that of its nearest picture seen, a rule that is right for "
                + accuracy.brief() + " of the unseen pictures. (d) Shares of samples without a class, with 95 % Wilson"
                + " intervals over all samples; line: pictures seen. (e) Distance to the nearest picture seen: of unseen pictures and of"
                + " samples by class; copies would lie at 0. Wilson intervals. (f) Samples by class against c: Fréchet distance to the unseen"
                + " pictures, means over trainings with 95 % t intervals; line: the same of as many pictures seen, what"
                + " sample sizes alone make of equal laws, mean over trainings."
                + (preset == Preset.FULL
                        ? " (g) 28×28, a class a column: learned from 9000 of the 10 000 pictures of the Fashion-MNIST test file, one training."
                        : "");
    }

    /** Ten samples of each class, a class a row. */
    private static void drawClasses(Sheet sheet, String panel, String title, InterpolantPicturesResult result) {
        int pixels = SIDE * SIDE;
        List<String> words =
                IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
        double[] all = result.pixels();
        double[][] pictures = new double[CLASSES * SHOWN][pixels];
        for (int c = 0; c < CLASSES; c++) {
            for (int i = 0; i < SHOWN; i++) {
                System.arraycopy(all, (i * CLASSES + c) * pixels, pictures[c * SHOWN + i], 0, pixels);
            }
        }
        sheet.images(panel, title, words, SHOWN, SIDE, pictures, -1, 1);
    }

    private static void drawNeighbours(
            Sheet sheet, Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        int rows = 4;
        int pixels = SIDE * SIDE;
        double[][] pictures = new double[2 * rows * SHOWN][pixels];
        List<String> words = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            InterpolantPicturesResult result = first(results, cell(size, false, row < rows / 2 ? 0 : SDE));
            for (int i = 0; i < SHOWN; i++) {
                int from = (row % 2 * SHOWN + i) * pixels;
                System.arraycopy(result.pixels(), from, pictures[2 * row * SHOWN + i], 0, pixels);
                System.arraycopy(result.nearestPixels(), from, pictures[(2 * row + 1) * SHOWN + i], 0, pixels);
            }
            words.add(row < rows / 2 ? "flow" : "noisy");
            words.add("seen");
        }
        sheet.images("neighbours", "No class; nearest picture seen", words, SHOWN, SIDE, pictures, -1, 1);
    }

    private static void drawShares(
            Sheet sheet, Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        String panel = "shares";
        sheet.panel(
                panel,
                "Shares of the digits, no class",
                Axis.linear("digit").range(-0.5, 9.5),
                Axis.linear("share of samples").range(0, 0.2));
        double[] seen = new double[CLASSES];
        for (InterpolantPicturesResult result : results.of(cell(size, false, 0))) {
            Arrays.setAll(seen, c -> seen[c] + result.seenShares()[c] / size.replicas);
        }
        double[] diffusions = {0, SDE};
        String[] names = {"flow", "with noise"};
        for (int k = 0; k < diffusions.length; k++) {
            InterpolantPicturesConfig config = cell(size, false, diffusions[k]);
            double shift = k == 0 ? -0.12 : 0.12;
            double[] x = IntStream.range(0, CLASSES).mapToDouble(c -> c + shift).toArray();
            Estimate[] shares = IntStream.range(0, CLASSES)
                    .mapToObj(c -> SixDigits.of(share(results.of(config), c, size)))
                    .toArray(Estimate[]::new);
            sheet.points(panel, names[k], k, x, shares, ends(results.of(config), CLASSES));
        }
        sheet.line(
                panel,
                "pictures seen",
                "pictures seen",
                7,
                IntStream.range(0, CLASSES).asDoubleStream().toArray(),
                SixDigits.of(seen),
                Sheet.Kind.BORDER);
        sheet.legend(panel, Corner.BELOW);
    }

    private static Ends[] ends(List<InterpolantPicturesResult> results, int count) {
        int whole = (int)
                results.stream().filter(result -> result.finiteShare() == 1).count();
        Ends[] ends = new Ends[count];
        Arrays.fill(ends, new Ends(whole, 0, results.size() - whole));
        return ends;
    }

    /** Over the samples of all trainings. */
    private static Estimate share(List<InterpolantPicturesResult> results, int digit, Size size) {
        double sum = results.stream()
                .mapToDouble(result -> result.shown().length == 0 ? Double.NaN : result.shown()[digit])
                .sum();
        return proportion(sum, size);
    }

    /** Of the shares of all trainings added up. */
    private static Estimate proportion(double sum, Size size) {
        return Double.isNaN(sum)
                ? Estimate.ofMean()
                : Estimate.ofProportion(Math.round(sum * size.particles), size.particles * size.replicas);
    }

    private static Estimate accuracy(Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        int unseen = first(results, cell(size, true, 0)).unseenDistances().length;
        double sum = Arrays.stream(results.values(cell(size, true, 0), InterpolantPicturesResult::classifierAccuracy))
                .sum();
        return Estimate.ofProportion(Math.round(sum * unseen), unseen * size.replicas);
    }

    private static void drawDistances(
            Sheet sheet, Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        String panel = "distances";
        double last = 4.5;
        sheet.panel(
                panel,
                "No copies",
                Axis.linear("distance d to the nearest picture seen").range(0, last + 0.1),
                Axis.linear("share nearer than d").range(0, 1.02));
        double[] at = IntStream.rangeClosed(0, CURVE_POINTS)
                .mapToDouble(k -> last * k / CURVE_POINTS)
                .toArray();
        List<InterpolantPicturesResult> flow = results.of(cell(size, true, 0));
        List<InterpolantPicturesResult> noisy = results.of(cell(size, true, SDE));
        addDistances(sheet, panel, "unseen pictures", 2, at, flow, InterpolantPicturesResult::unseenDistances);
        addDistances(sheet, panel, "flow", 0, at, flow, InterpolantPicturesResult::distances);
        addDistances(sheet, panel, "with noise", 1, at, noisy, InterpolantPicturesResult::distances);
        sheet.legend(panel, Corner.BELOW);
    }

    /** Distances of one run. */
    private interface Distances {
        double[] of(InterpolantPicturesResult result);
    }

    private static void addDistances(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] at,
            List<InterpolantPicturesResult> results,
            Distances distances) {
        double[] all = results.stream()
                .map(distances::of)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        Estimate[] shares = Arrays.stream(at)
                .mapToObj(d -> SixDigits.of(Estimate.ofProportion(
                        Arrays.stream(all).filter(v -> v < d).count(), all.length)))
                .toArray(Estimate[]::new);
        sheet.points(panel, series, colour, at, shares, ends(results, at.length));
    }

    private static void drawDiffusions(
            Sheet sheet, Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        String panel = "diffusions";
        sheet.panel(
                panel,
                "Noise and quality, by class",
                Axis.linear("amount of noise c").range(-0.2, 4.2),
                Axis.linear("Fréchet distance FD").range(0, 1));
        Estimate[] frechet = new Estimate[DIFFUSIONS.length];
        Ends[] ends = new Ends[DIFFUSIONS.length];
        for (int k = 0; k < DIFFUSIONS.length; k++) {
            InterpolantPicturesConfig config = cell(size, true, DIFFUSIONS[k]);
            frechet[k] = SixDigits.of(Estimate.ofMean(results.values(config, InterpolantPicturesResult::frechet)));
            ends[k] = ends(results.of(config), 1)[0];
        }
        sheet.points(panel, "samples", 0, DIFFUSIONS, frechet, ends);
        double floor = Estimate.ofMean(results.values(cell(size, true, 0), InterpolantPicturesResult::frechetFloor))
                .mean();
        sheet.line(
                panel,
                "as many pictures seen",
                "as many pictures seen",
                7,
                new double[] {-0.2, 4.2},
                SixDigits.of(new double[] {floor, floor}),
                Sheet.Kind.BORDER);
        sheet.legend(panel, Corner.BELOW);
    }

    private static List<Claim> claims(
            Results<InterpolantPicturesConfig, InterpolantPicturesResult> results, Size size) {
        List<Claim> claims = new ArrayList<>();
        double[] diffusions = {0, SDE};
        String[] ids = {"flow", "noisy"};
        String[] names = {"flow", "ε = α(t)"};
        for (int k = 0; k < diffusions.length; k++) {
            InterpolantPicturesConfig byClass = cell(size, true, diffusions[k]);
            List<InterpolantPicturesResult> free = results.of(cell(size, false, diffusions[k]));
            double right = Arrays.stream(results.values(byClass, InterpolantPicturesResult::rightShare))
                    .sum();
            claims.add(new Claim(
                    "digits-class-" + ids[k],
                    Claim.Kind.THEORY,
                    "share of samples that show the class asked for, " + names[k] + "; the rule is right for "
                            + accuracy(results, size).brief() + " of unseen pictures",
                    Double.NaN,
                    LEAST_RIGHT,
                    1,
                    proportion(right, size),
                    "at least nine of ten; interval: Wilson"));
            for (boolean least : new boolean[] {true, false}) {
                claims.add(new Claim(
                        "digits-shares-" + (least ? "least-" : "most-") + ids[k],
                        Claim.Kind.THEORY,
                        (least ? "smallest" : "largest")
                                + " share of a digit among samples without a class over its share of the pictures seen, "
                                + names[k],
                        1,
                        1 - SHARE_WINDOW,
                        1 + SHARE_WINDOW,
                        extremeRatio(free, least, size),
                        "all ten appear, none twice as often as another by much; interval: Wilson"));
            }
            claims.add(new Claim(
                    "digits-distance-" + ids[k],
                    Claim.Kind.THEORY,
                    "mean distance of samples to the nearest picture seen over that of unseen pictures, " + names[k]
                            + " (copies: 0)",
                    1,
                    1 - Claim.STANDARD_WINDOW,
                    2,
                    ratio(results.of(byClass)),
                    "new pictures lie no nearer than unseen ones"));
            claims.add(Claim.theory(
                    "digits-seen-" + ids[k],
                    "share of samples nearer to a picture seen than to one of as many unseen, " + names[k],
                    0.5,
                    Claim.STANDARD_WINDOW,
                    Estimate.ofMean(results.values(byClass, InterpolantPicturesResult::seenNearer)),
                    "arXiv 2004.05675; window ± 0.1"));
        }
        claims.add(sign(
                "digits-noise-distance",
                "FD to unseen pictures with ε = α(t) less that of the flow, by class, is below 0 (noise helps)",
                difference(results, size, InterpolantPicturesResult::frechet)));
        claims.add(sign(
                "digits-noise-class",
                "share that does not show the class asked for with ε = α(t) less that of the flow is below 0 (noise helps)",
                difference(results, size, result -> 1 - result.rightShare())));
        return claims;
    }

    private static Claim sign(String id, String statement, Estimate measured) {
        return new Claim(id, Claim.Kind.THEORY, statement, Double.NaN, LEAST, 0, measured, PAPER);
    }

    private static Estimate difference(
            Results<InterpolantPicturesConfig, InterpolantPicturesResult> results,
            Size size,
            ToDoubleFunction<InterpolantPicturesResult> value) {
        double[] noisy = results.values(cell(size, true, SDE), value);
        double[] flow = results.values(cell(size, true, 0), value);
        return Estimate.ofMean(IntStream.range(0, flow.length)
                .mapToDouble(r -> noisy[r] - flow[r])
                .toArray());
    }

    private static Estimate ratio(List<InterpolantPicturesResult> results) {
        return Estimate.ofGeometricMean(results.stream()
                .mapToDouble(result -> result.meanDistance() / result.unseenMeanDistance())
                .toArray());
    }

    private static Estimate extremeRatio(List<InterpolantPicturesResult> results, boolean least, Size size) {
        List<Estimate> ratios = new ArrayList<>();
        for (int c = 0; c < CLASSES; c++) {
            int digit = c;
            double seen = results.stream()
                    .mapToDouble(result -> result.seenShares()[digit] / results.size())
                    .sum();
            ratios.add(share(results, c, size).times(1 / seen));
        }
        return ratios.stream()
                .reduce((a, b) -> a.mean() < b.mean() == least ? a : b)
                .orElseThrow();
    }
}
