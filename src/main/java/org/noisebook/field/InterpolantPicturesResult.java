package org.noisebook.field;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;

/**
 * Classes of pictures sampled with a learned field, and their distances to training and held-out pictures.
 *
 * <p>A sample is assigned the class of the nearest training picture. <b>Shapes</b>: pixels are row-major, one picture
 * after another; classes are interleaved: sample k was requested for class k mod {@code classes}. <b>Special cases</b>:
 * NaN and empty arrays if the training diverged or a sample is not finite.
 *
 * @param rightShare fraction of samples that show the requested class; NaN if none was requested
 * @param seenNearer fraction of samples nearer to a training picture than to a held-out one, among equally many of
 *     both: ½ for new pictures
 * @param frechetFloor Fréchet distance of as many training pictures as there are samples, at most all
 * @param pixels pixels of the first samples, at most 100
 */
public record InterpolantPicturesResult(
        @Parameter("why the training ended: completed or diverged")
        StopReason stopReason,

        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("share of held-out pictures whose nearest training picture has their class")
        double classifierAccuracy,

        @Parameter("share of samples that show the requested class")
        double rightShare,

        @Parameter("share of samples that show each class") Doubles shown,

        @Parameter("share of each class among the training pictures")
        Doubles seenShares,

        @Parameter("mean distance from a sample to the nearest training picture")
        double meanDistance,

        @Parameter("mean distance from a held-out picture to the nearest training picture")
        double unseenMeanDistance,

        @Parameter("share of samples closer to training pictures than to as many held-out ones")
        double seenNearer,

        @Parameter("Fréchet distance between samples and held-out pictures")
        double frechet,

        @Parameter("Fréchet distance between training and held-out pictures")
        double frechetFloor,

        @Parameter("field evaluations per sample") double evaluations,

        @Parameter("distances from samples to the nearest training picture, ascending")
        Doubles distances,

        @Parameter("distances from held-out pictures to the nearest training picture, ascending")
        Doubles unseenDistances,

        @Parameter("pixels of the first samples") Doubles pixels,

        @Parameter("pixels of the nearest training pictures")
        Doubles nearestPixels)
        implements Trained {
    /**
     * Fraction of samples nearer to a training picture than the nearest hundredth of held-out pictures: 0.01 for new
     * pictures with the same distribution, 1 for copies.
     *
     * @param planted every {@code planted}-th sample is replaced by a copy; 0 for none
     * @param distance distance of such a copy
     */
    public double copyShare(int planted, double distance) {
        double near = unseenDistances.get(unseenDistances.size() / 100);
        double found = 0;
        for (int k = 0; k < distances.size(); k++) {
            boolean isCopy = planted > 0 && k % planted == 0;
            found += (isCopy ? distance : distances.get(k)) < near ? 1 : 0;
        }
        return found / distances.size();
    }
}
