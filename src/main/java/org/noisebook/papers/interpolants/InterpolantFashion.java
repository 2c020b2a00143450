package org.noisebook.papers.interpolants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantPicturesConfig;
import org.noisebook.field.InterpolantPicturesResult;
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
 * full preset by a U-Net at 28 × 28 against a dense network of as many multiply-adds.
 */
public final class InterpolantFashion extends Story {
    private static final int CLASSES = 10;
    private static final int SEEN = 9000;
    private static final double POINTS = 0.03;
    private static final String DENSE = "dense network";
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
        int n = board.replicas(1, 3);
        int side = quick ? 14 : 28;
        DataSource source = quick ? DataSource.FASHION_TEST_14 : DataSource.FASHION_TEST;
        Target target = new Target.Pictures(source, SEEN);
        FieldConfig dense = Schema.with(FieldConfig.fashion(), "target", target, "training.steps", 23_000);
        FieldConfig small = Schema.with(
                dense,
                "network.width",
                384,
                "training.steps",
                6000,
                "training.batchSize",
                128,
                "training.averaging",
                0.999);
        int samples = quick ? 600 : 1000;
        Cell<?, InterpolantPicturesResult> flat = cell(board, quick ? small : dense, samples);
        Cell<?, InterpolantPicturesResult> main = quick ? flat : cell(board, convolved(target), samples);
        List<double[]> rows = new ArrayList<>();
        List<String> words = new ArrayList<>();
        show(rows, words, main.runs().get(0), side, 2, true, "drawn");
        if (!quick) {
            show(rows, words, flat.runs().get(0), side, 2, false, "dense");
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
        tellClaims(board, main, quick ? DENSE : UNET, "");
        if (!quick) {
            tellClaims(board, flat, DENSE, "-dense");
            board.claim(
                            "frechet",
                            "Fréchet distance to held-out pictures, U-Net minus dense network of as many multiply-adds")
                    .says("A U-Net comes closer to held-out pictures than a dense network")
                    .control("run: channels=0 in both")
                    .below(0)
                    .of(main.less(flat, InterpolantPicturesResult::frechet))
                    .from("convolutions suit pictures; Ho, Jain and Abbeel 2020, arXiv 2006.11239");
        }
        board.caption(
                "A class-conditional field from noise, learned from {} of the 10 000 pictures of the Fashion-MNIST test file"
                        + " at {} × {} pixels; n = {}, {} samples each by the flow; one class per column, each sample"
                        + " above the training picture nearest to it. Classes are told by a classifier trained on the same"
                        + " pictures, right for {} of the held-out ones. Fréchet distance {}, of as many real pictures {}.",
                SEEN,
                side,
                side,
                n,
                samples,
                Words.say("{}", main.the(Reduction.mean(InterpolantPicturesResult::classifierAccuracy))),
                round(main.mean(InterpolantPicturesResult::frechet)),
                round(main.mean(InterpolantPicturesResult::frechetFloor)));
    }

    /** As many multiply-adds in training as 23 000 steps of {@link FieldConfig#fashion}, within 1 %. */
    private static FieldConfig convolved(Target target) {
        return Schema.with(
                FieldConfig.digits(),
                "target",
                target,
                "network.width",
                128,
                "network.channels",
                16,
                "training.steps",
                4500,
                "training.batchSize",
                64,
                "training.averaging",
                0.999);
    }

    private static double round(double value) {
        return Math.rint(100 * value) / 100;
    }

    private static Cell<?, InterpolantPicturesResult> cell(Board board, FieldConfig field, int samples) {
        return board.cell(
                InterpolantDigits.STUDY,
                new InterpolantPicturesConfig(
                        field, true, 0, 40, 0.03, samples, InterpolantPicturesConfig.Judge.TRAINED));
    }

    private static void show(
            List<double[]> rows,
            List<String> words,
            InterpolantPicturesResult run,
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

    private static void tellClaims(Board board, Cell<?, InterpolantPicturesResult> cell, String name, String suffix) {
        List<InterpolantPicturesResult> runs = cell.runs();
        int unseen = runs.get(0).unseenDistances().size() * runs.size();
        int samples = runs.get(0).distances().size() * runs.size();
        double accuracy = cell.mean(InterpolantPicturesResult::classifierAccuracy);
        Estimate right = samples == 0
                ? Estimate.ofMean()
                : Estimate.ofProportion(
                        Math.round(cell.mean(InterpolantPicturesResult::rightShare) * samples), samples);
        var draft = board.plot("clothes")
                .claim(
                        "class" + suffix,
                        "share of samples that a classifier gives the requested class, minus its accuracy on held-out"
                                + " pictures, " + name)
                .control("run: conditional=false, which leaves a tenth")
                .above(-POINTS);
        if (suffix.isEmpty()) {
            draft = draft.says("The requested class is shown as often as real pictures show theirs");
        }
        draft.of(right.plus(-accuracy).withError(Math.sqrt(accuracy * (1 - accuracy) / unseen)))
                .from("within 3 points of real pictures");
        var copies = board.claim(
                        "copies" + suffix,
                        "share of samples closer to a training picture than the closest 1 % of held-out ones, " + name)
                .control("claim: planted" + suffix)
                .below(0.02);
        if (suffix.isEmpty()) {
            copies = copies.says("Fewer than 2 % are near-copies of training pictures");
        }
        copies.of(near(runs, samples, 0)).from("1 % for new pictures distributed as held-out ones; interval: Wilson");
        board.claim("planted" + suffix, "the same share with 5 % of samples replaced by training pictures, " + name)
                .above(0.02)
                .of(near(runs, samples, 20))
                .from("control: planted copies are counted");
    }

    private static Estimate near(List<InterpolantPicturesResult> runs, int samples, int planted) {
        double share = runs.stream()
                .mapToDouble(run -> run.copyShare(planted, 0))
                .average()
                .orElse(Double.NaN);
        return samples == 0 ? Estimate.ofMean() : Estimate.ofProportion(Math.round(share * samples), samples);
    }
}
