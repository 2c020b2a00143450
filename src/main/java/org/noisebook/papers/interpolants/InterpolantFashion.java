package org.noisebook.papers.interpolants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.interpolant.Target;
import org.noisebook.paper.Grammar;
import org.noisebook.stats.Estimate;

/**
 * Clothes of a requested class beside their nearest training pictures: by a dense network at 14 × 14 pixels, and in the
 * full preset by a U-Net at 28 × 28 against a dense network of as many multiply-adds, on Fashion-MNIST and on MNIST.
 *
 * <p>The number of updates in the full preset follows from three hours of two threads and was fixed before any result was seen. An
 * update of the U-Net costs 3 · 64 · 27.34 · 10⁶ = 5.25 · 10⁹ multiply-adds, one of the dense network 3 · 256 · 1.337 · 10⁶ =
 * 1.027 · 10⁹; so 1500 and 7650 updates are equal (0.787 and 0.786 · 10¹³). On a loaded thread they took 10 minutes each, judging
 * (neighbours of 10 000 held-out pictures among 60 000, samples) 3 to 5 more. Each of the twelve runs is kept when it ends.
 */
public final class InterpolantFashion extends Story {
    private static final int CLASSES = 10;
    private static final int SEEN = 9000;
    private static final int TRAINED = 60_000;
    private static final int REPLICAS = 3;
    private static final int UPDATES = 1500;
    private static final int DENSE_UPDATES = 7650;
    private static final double POINTS = 0.03;
    private static final String DENSE = "dense network";
    private static final String FLAT = "-dense";
    private static final String UNET = "U-Net";

    /** The figure. */
    public InterpolantFashion() {
        super("interpolant-fashion", "Clothes drawn with a learned field, by class", InterpolantDigits.STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Samples show the requested clothes as often as real pictures do",
                "Samples show the requested clothes less often than real pictures do",
                "Samples may show the requested clothes as often as real pictures");
        board.subtitle("Samples of learned fields by class, each above its nearest training picture");
        boolean quick = board.preset() == Preset.QUICK;
        int n = board.replicas(1, REPLICAS);
        int side = quick ? 14 : 28;
        int seen = quick ? SEEN : TRAINED;
        int samples = quick ? 600 : 1000;
        Pair clothes = pair(board, quick ? DataSource.FASHION_TEST_14 : DataSource.FASHION_MNIST, seen, samples);
        List<Pair> pairs = quick ? List.of(clothes) : List.of(clothes, pair(board, DataSource.MNIST, seen, samples));
        List<double[]> rows = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (Pair pair : pairs) {
            show(rows, words, pair.main.runs().get(0), side, quick ? 2 : 1, true, quick ? "drawn" : UNET);
            if (!quick) {
                show(rows, words, pair.flat.runs().get(0), side, 1, false, "dense");
            }
        }
        board.pictures(
                "clothes",
                "Samples and nearest training pictures",
                words,
                CLASSES,
                side,
                rows.toArray(double[][]::new),
                -1,
                1);
        for (Pair pair : pairs) {
            String suffix = pair == clothes ? "" : "-mnist";
            String of = pair == clothes ? "" : ", MNIST";
            tellClaims(board, pair.main, (quick ? DENSE : UNET) + of, suffix);
            if (!quick) {
                tellClaims(board, pair.flat, DENSE + of, suffix + FLAT);
                var closer = board.claim(
                                "frechet" + suffix,
                                "Fréchet distance to held-out pictures, U-Net minus dense network of as many"
                                        + " multiply-adds" + of)
                        .control("run: channels=0 in both")
                        .below(0);
                closer.says("A U-Net comes closer to held-out pictures | Fréchet distance less dense one's")
                        .of(pair.main.less(pair.flat, InterpolantPicturesStudy.Result::frechet))
                        .from("convolutions suit pictures; Ho, Jain and Abbeel 2020, arXiv 2006.11239");
            }
        }
        var main = clothes.main;
        board.caption(
                "A class-conditional field from noise, learned from {} of the {} at {} × {} pixels; n = {},"
                        + " {} samples each by the flow; one class per column, each sample above the training"
                        + " picture nearest to it. Classes are told by a classifier trained on the same pictures, right for {} of the held-out ones. Fréchet"
                        + " distance {}, of as many real pictures {}.",
                seen,
                board.choose(
                        "10 000 pictures of the Fashion-MNIST test file",
                        "70 000 pictures of Fashion-MNIST and of MNIST"),
                side,
                side,
                n,
                samples,
                Words.say("{}", main.the(Reduction.mean(InterpolantPicturesStudy.Result::classifierAccuracy))),
                round(main.mean(InterpolantPicturesStudy.Result::frechet)),
                round(main.mean(InterpolantPicturesStudy.Result::frechetFloor)));
    }

    /** A field and, beside a U-Net, that of a dense network; the same one in the quick preset. */
    private record Pair(Cell<?, InterpolantPicturesStudy.Result> main, Cell<?, InterpolantPicturesStudy.Result> flat) {}

    private static Pair pair(Board board, DataSource source, int seen, int samples) {
        Target target = new Target.Pictures(source, seen);
        FieldConfig dense = Schema.with(FieldConfig.fashion(), "target", target);
        if (board.preset() == Preset.QUICK) {
            var cell = cell(board, trained(dense, 256, 0, 2500, 128), samples);
            return new Pair(cell, cell);
        }
        FieldConfig unet = trained(Schema.with(FieldConfig.digits(), "target", target), 128, 16, UPDATES, 64);
        return new Pair(
                cell(board, unet, samples), cell(board, Schema.with(dense, "training.steps", DENSE_UPDATES), samples));
    }

    private static FieldConfig trained(FieldConfig field, int width, int channels, int steps, int batchSize) {
        return Schema.with(
                field,
                "network.width",
                width,
                "network.channels",
                channels,
                "training.steps",
                steps,
                "training.batchSize",
                batchSize,
                "training.averaging",
                0.999);
    }

    private static double round(double value) {
        return Math.rint(100 * value) / 100;
    }

    private static Cell<?, InterpolantPicturesStudy.Result> cell(Board board, FieldConfig field, int samples) {
        return board.cell(
                InterpolantDigits.STUDY,
                new InterpolantPicturesStudy.Config(
                        field, true, 0, 40, 0.03, samples, InterpolantPicturesStudy.Judge.TRAINED));
    }

    private static void show(
            List<double[]> rows,
            List<String> words,
            InterpolantPicturesStudy.Result run,
            int side,
            int count,
            boolean beside,
            String word) {
        for (int row = 0; row < count; row++) {
            add(rows, run.pixels(), side, row);
            words.add(word);
            if (beside) {
                add(rows, run.nearestPixels(), side, row);
                words.add("seen");
            }
        }
    }

    private static void add(List<double[]> rows, Doubles pixels, int side, int row) {
        rows.addAll(Arrays.asList(Grammar.pictures(pixels, side * side, row, CLASSES)));
    }

    private static void tellClaims(
            Board board, Cell<?, InterpolantPicturesStudy.Result> cell, String name, String suffix) {
        List<InterpolantPicturesStudy.Result> runs = cell.runs();
        int unseen = runs.get(0).unseenDistances().size() * runs.size();
        int samples = runs.get(0).distances().size() * runs.size();
        double accuracy = cell.mean(InterpolantPicturesStudy.Result::classifierAccuracy);
        Estimate right = samples == 0
                ? Estimate.NONE
                : Estimate.ofProportion(
                        Math.round(cell.mean(InterpolantPicturesStudy.Result::rightShare) * samples), samples);
        var draft = board.plot("clothes")
                .claim(
                        "class" + suffix,
                        "share of samples that a classifier gives the requested class, minus its accuracy on held-out"
                                + " pictures, " + name)
                .control(
                        "none: a class drawn at random would be right in a tenth, far below the window; no run draws one")
                .above(-POINTS);
        draft.says(
                        suffix.isEmpty() && name.equals(DENSE)
                                ? "The requested class is shown as often as real pictures show theirs | share right − share of real ones"
                                : (suffix.endsWith(FLAT) ? "A dense network" : "A U-Net")
                                        + " shows the requested class | share right less real one")
                .of(right.plus(-accuracy).withError(Math.sqrt(accuracy * (1 - accuracy) / unseen)))
                .from("within 3 points of real pictures");
        var copies = board.claim(
                        "copies" + suffix,
                        "share of samples closer to a training picture than the closest 1 % of held-out ones, " + name)
                .control("claim: planted" + suffix)
                .below(0.02);
        copies.says("Fewer than 2 % are near-copies of training pictures | share of near-copies")
                .of(near(runs, samples, 0))
                .from("1 % for new pictures distributed as held-out ones; interval: Wilson");
        board.claim("planted" + suffix, "the same share with 5 % of samples replaced by training pictures, " + name)
                .above(0.02)
                .of(near(runs, samples, 20))
                .from("control: planted copies are counted");
    }

    private static Estimate near(List<InterpolantPicturesStudy.Result> runs, int samples, int planted) {
        double share = runs.stream()
                .mapToDouble(run -> run.copyShare(planted, 0))
                .average()
                .orElse(Double.NaN);
        return samples == 0 ? Estimate.NONE : Estimate.ofProportion(Math.round(share * samples), samples);
    }
}
