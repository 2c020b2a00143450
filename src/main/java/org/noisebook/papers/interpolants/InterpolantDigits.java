package org.noisebook.papers.interpolants;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.paper.Grammar;
import org.noisebook.stats.Estimate;

/** Digits sampled with learned fields: whether all ten appear in the right proportions, and whether any are copies. */
public final class InterpolantDigits extends Story {
    static final InterpolantPicturesStudy STUDY = new InterpolantPicturesStudy();
    private static final double[] DIFFUSIONS = {0, 0.5, 1, 2, 4};
    /** The noise amount c of the samples called SDE. */
    private static final double SDE = 1;

    private static final int CLASSES = 10;
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    /** Number of pictures shown with their neighbours, per row and in rows. */
    private static final int BESIDE = 8;

    private static final String RATIO = " relative to its share in training, unconditional, ";
    private static final Reduction<InterpolantPicturesStudy.Result> FARTHER =
            Reduction.geometric(run -> run.meanDistance() / run.unseenMeanDistance());
    private static final String COPIES = "1 % for new pictures distributed as held-out ones; interval: Wilson";
    private static final String PAPER = "arXiv 2303.08797, section 2.4 and figures 9, 10: noise helps a learned field";

    /** The figure. */
    public InterpolantDigits() {
        super("interpolant-digits", "Digits drawn with learned fields: classes and copies", STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: planted-flow");
        board.subtitle(
                "Distance to the nearest training digit: of samples, and of unseen digits, which samples should match");
        board.show("classes", "distances");
        board.sixDigits();
        int n = board.replicas(4);
        int samples = 600;
        InterpolantPicturesStudy.Config start = Schema.with(
                STUDY.defaults(), "field.network.width", 224, "field.training.batchSize", 96, "particles", samples);
        var byClass = board.along(STUDY, DIFFUSIONS, c -> Schema.with(start, "conditional", true, "diffusion", c));
        var free = board.along(
                STUDY, new double[] {0, SDE}, c -> Schema.with(start, "conditional", false, "diffusion", c));
        boolean far = byClass.at(0).the(FARTHER).low() > 1
                && byClass.at(SDE).the(FARTHER).low() > 1;
        board.title(
                "Samples show the requested digit" + (far ? ", but lie too far from the data" : ""),
                "Too few samples show the requested digit",
                "Samples may show the requested digit");
        InterpolantPicturesStudy.Result drawn = byClass.at(0).runs().get(0);
        double[][] classes = Grammar.pictures(drawn.pixels(), PIXELS, 0, CLASSES * CLASSES);
        board.pictures("classes", "Samples, one class per column", List.of(), CLASSES, SIDE, classes, -1, 1);
        tellNeighbours(board, free.at(0).runs().get(0));
        tellDistances(board, byClass);
        tellClaims(board, "flow", "flow", byClass.at(0), free.at(0));
        tellClaims(board, "noisy", "ε = α(t)", byClass.at(SDE), free.at(SDE));
        tellDiffusions(board, byClass);
        Target.Pictures pictures = start.field().target().pictures().orElseThrow();
        board.caption(
                "A class-conditional velocity from noise, learned from {} of the {} handwritten digits. dX = (b + εs) dt + √(2ε) dW,"
                        + " ε = c (1 − t); flow: c = 0, with noise: c = 1. (a) One training, flow. (b) Share of {} trainings, each on"
                        + " other pictures, {} samples by class each, within a distance of the nearest training picture, 95 %"
                        + " Wilson intervals; copies lie at 0. The class of a sample is that of this picture.",
                pictures.trainSize(), pictures.dataset().points(), n, samples);
    }

    /** Shows rows of samples, each above the nearest training pictures. */
    private static void tellNeighbours(Board board, InterpolantPicturesStudy.Result run) {
        double[][] pictures = IntStream.range(0, BESIDE / 2)
                .mapToObj(row -> Stream.of(run.pixels(), run.nearestPixels())
                        .map(all -> Grammar.pictures(all, PIXELS, row, BESIDE)))
                .flatMap(both -> both.flatMap(Arrays::stream))
                .toArray(double[][]::new);
        List<String> words = List.of("drawn", "seen", "drawn", "seen", "drawn", "seen", "drawn", "seen");
        board.pictures("neighbours", "Samples and nearest training digits", words, BESIDE, SIDE, pictures, -1, 1);
    }

    /** The share of a digit among the samples of all trainings. */
    private static Reduction<InterpolantPicturesStudy.Result> share(int digit) {
        return proportion(
                run -> run.shown().size() == 0 ? Double.NaN : run.shown().get(digit),
                InterpolantPicturesStudy.Result::distances);
    }

    /** A share, with the pictures of all trainings as its sample. */
    private static Reduction<InterpolantPicturesStudy.Result> proportion(
            ToDoubleFunction<InterpolantPicturesStudy.Result> share,
            Function<InterpolantPicturesStudy.Result, Doubles> pictures) {
        return Reduction.by(runs -> {
            double sum = runs.stream().mapToDouble(share).sum();
            int count = runs.stream()
                    .mapToInt(run -> pictures.apply(run).size())
                    .max()
                    .orElse(0);
            return Double.isNaN(sum)
                    ? Estimate.NONE
                    : Estimate.ofProportion(Math.round(sum * count), count * runs.size());
        });
    }

    private static void tellDistances(Board board, Line<?, InterpolantPicturesStudy.Result> byClass) {
        double last = 4.5;
        Axis x = Axis.linear("distance d to the nearest training picture").range(0, last + 0.1);
        Axis y = Axis.linear("share closer than d").range(0, 1.02);
        Plot plot = board.plot("distances", "Ideal: as unseen; copies: 0", x, y);
        double[] at = Line.even(0, last, 14);
        plot.wholeX()
                .colour(2)
                .named("unseen digits")
                .points(
                        "unseen",
                        at,
                        byClass.at(0),
                        k -> nearer(at[k], InterpolantPicturesStudy.Result::unseenDistances))
                .colour(0)
                .named("samples, no noise")
                .points(
                        "drawn, flow",
                        at,
                        byClass.at(0),
                        k -> nearer(at[k], InterpolantPicturesStudy.Result::distances))
                .colour(1)
                .named("samples, with noise")
                .points(
                        "with noise",
                        at,
                        byClass.at(SDE),
                        k -> nearer(at[k], InterpolantPicturesStudy.Result::distances));
    }

    /** The share of distances below a given one, over all trainings. */
    private static Reduction<InterpolantPicturesStudy.Result> nearer(
            double distance, Function<InterpolantPicturesStudy.Result, Doubles> distances) {
        return Reduction.by(runs -> {
            double[] all = runs.stream()
                    .map(distances)
                    .flatMapToDouble(Doubles::stream)
                    .toArray();
            return Estimate.ofProportion(
                    Arrays.stream(all).filter(v -> v < distance).count(), all.length);
        });
    }

    private static void tellDiffusions(Board board, Line<?, InterpolantPicturesStudy.Result> byClass) {
        double floor = byClass.at(0).mean(InterpolantPicturesStudy.Result::frechetFloor);
        Axis x = Axis.linear("amount of noise c").range(-0.2, 4.2);
        Axis y = Axis.linear("Fréchet distance to held-out pictures").range(0, 1);
        board.plot("diffusions", "Does noise bring them closer?", x, y)
                .points("drawn", byClass, mean(InterpolantPicturesStudy.Result::frechet))
                .level("as many pictures seen", floor, -0.2, 4.2)
                .claim("noise-distance", "Fréchet distance by class, ε = α(t) minus flow, is below 0 (noise helps)")
                .control("run: the flow on the same field, subtracted")
                .says("Noise c = 1 brings samples nearer to unseen digits | difference of Fréchet distances")
                .below(0)
                .judge(byClass.at(SDE).less(byClass.at(0), InterpolantPicturesStudy.Result::frechet), PAPER);
        board.claim("noise-class", "share of samples of other classes, ε = α(t) minus flow, is below 0 (noise helps)")
                .control("run: the flow on the same field, subtracted")
                .below(0)
                .judge(byClass.at(SDE).less(byClass.at(0), run -> 1 - run.rightShare()), PAPER);
    }

    private static void tellClaims(
            Board board,
            String id,
            String name,
            Cell<?, InterpolantPicturesStudy.Result> cell,
            Cell<?, InterpolantPicturesStudy.Result> free) {
        String right =
                "share of samples of the requested class, {}; the classifier is right for {} of held-out pictures";
        Estimate rule = cell.the(proportion(
                InterpolantPicturesStudy.Result::classifierAccuracy, InterpolantPicturesStudy.Result::unseenDistances));
        board.plot("classes")
                .claim("class-" + id, Words.say(right, name, rule))
                .control("run: pictures of another class, which the rule assigns to another class")
                .says("Over 90 % of samples show the requested digit | fraction of samples")
                .above(0.9, 0, 1)
                .of(cell.the(proportion(
                        InterpolantPicturesStudy.Result::rightShare, InterpolantPicturesStudy.Result::distances)))
                .from("at least nine of ten; interval: Wilson");
        for (String which : List.of("least", "most")) {
            board.claim("shares-" + which + "-" + id, "share of the " + which + " frequent digit" + RATIO + name)
                    .theory(1, 0.5)
                    .of(extremeRatio(free, which.equals("least")))
                    .from("all ten appear, none much more than twice as often as another; interval: Wilson");
        }
        Plot plot = board.plot("distances");
        plot.claim("distance-" + id, "distance to the nearest training picture relative to held-out ones, " + name)
                .says("Samples lie no nearer to training digits than unseen ones | distance / that of unseen digits")
                .above(1 - Claim.STANDARD_WINDOW)
                .of(cell.the(FARTHER))
                .from("new pictures are no closer than held-out ones, a tenth allowed; copies: 0");
        String near = "share of samples closer to a training picture than the closest 1 % of held-out ones, " + name;
        plot.claim("copies-" + id, near + ", is below 2 %")
                .says("Fewer than 2 % of samples nearly copy a training digit | fraction of samples")
                .below(0.02)
                .judge(
                        cell.the(proportion(run -> run.copyShare(0, 0), InterpolantPicturesStudy.Result::distances)),
                        COPIES);
        double noise = 0.1 * Math.sqrt(PIXELS);
        plot.claim("planted-" + id, near + ", is above 2 % with 5 % planted copies (noise 0.1 per pixel)")
                .control("run: the same samples without planted copies, whose share is below the bound")
                .above(0.02)
                .of(cell.the(proportion(run -> run.copyShare(20, noise), InterpolantPicturesStudy.Result::distances)))
                .from(COPIES);
        plot.claim("seen-" + id, "share of samples closer to a training than to a held-out picture, " + name)
                .says("Samples lie as near to unseen as to training digits | fraction nearer to training digits")
                .theory(0.5, Claim.STANDARD_WINDOW)
                .judge(cell, InterpolantPicturesStudy.Result::seenNearer, "arXiv 2004.05675; window ± 0.1");
    }

    /** The smallest or largest ratio of a digit's share among samples to its share in training. */
    private static Estimate extremeRatio(Cell<?, InterpolantPicturesStudy.Result> cell, boolean least) {
        return IntStream.range(0, CLASSES)
                .mapToObj(digit -> cell.the(share(digit))
                        .times(1 / cell.mean(run -> run.seenShares().get(digit))))
                .reduce((a, b) -> a.mean() < b.mean() == least ? a : b)
                .orElseThrow();
    }
}
