package org.noisebook.field;

import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.interpolant.Target;

/**
 * Pictures sampled with a learned field by dX = (b + ε s) dt + √(2ε) dW with ε(t) = c α(t).
 *
 * <p>α is the standard deviation of the remaining noise: an Euler–Maruyama step is stable while h c/α(t) is small,
 * which a constant ε would not allow near the data.
 *
 * @param field the field and its training; its target consists of pictures and its base is noise
 * @param diffusion noise amplitude c, 0 for the flow
 * @param particles number of sampled pictures, equally many per class if conditional
 */
public record InterpolantPicturesConfig(
        @Parameter("what is learned and how") FieldConfig field,

        @Parameter("whether each class is requested equally often, or none")
        boolean conditional,

        @Parameter(value = "amount of noise, ε = c α(t)", symbol = "c", range = "[0, 1000]")
        double diffusion,

        @Parameter(value = "steps of the sampler", range = "[1, 100000]")
        int steps,

        @Parameter(value = "time near the end without noise", range = "(0, 0.4]")
        double noiseMargin,

        @Parameter(value = "pictures drawn", range = "[2, 1000000]")
        int particles,

        @Parameter(
                value = "who tells the class of a picture: its nearest training picture or a trained classifier",
                omit = "nearest")
        Judge judge) {
    /** Who tells the class of a picture. */
    public enum Judge {
        /** The nearest training picture. */
        NEAREST,
        /** A network trained on the training pictures, see {@link PictureClassifier}. */
        TRAINED
    }

    /** Classes by the nearest training picture. */
    public InterpolantPicturesConfig(
            FieldConfig field, boolean conditional, double diffusion, int steps, double noiseMargin, int particles) {
        this(field, conditional, diffusion, steps, noiseMargin, particles, Judge.NEAREST);
    }

    public InterpolantPicturesConfig {
        Ranges.check(
                InterpolantPicturesConfig.class, field, conditional, diffusion, steps, noiseMargin, particles, judge);
        if (field.target().pictures().isEmpty() || !field.oneSided()) {
            throw new IllegalArgumentException(
                    "field must have pictures as target and lead there from noise: base=noise, a schedule without γ");
        }
        if (conditional && !field.network().conditional()) {
            throw new IllegalArgumentException("conditional must be false where field.network.conditional=false");
        }
        int classes = field.target().classes();
        if (conditional && particles % classes != 0) {
            throw new IllegalArgumentException("particles must be a multiple of the classes=" + classes
                    + " where conditional=true, got " + particles);
        }
        if (pictures(field).dataset().points() - pictures(field).trainSize() < 2) {
            throw new IllegalArgumentException("field.target.trainSize must leave at least 2 of the "
                    + pictures(field).dataset().points() + " pictures unseen, got "
                    + Numbers.format(pictures(field).trainSize()));
        }
    }

    private static Target.Pictures pictures(FieldConfig field) {
        return field.target().pictures().orElseThrow();
    }

    /** The pictures of the target. */
    Target.Pictures pictures() {
        return pictures(field);
    }

    /** The standard config: the flow of each class, after short training on two thirds of the handwritten digits. */
    public static InterpolantPicturesConfig standard() {
        FieldConfig digits = FieldConfig.digits();
        FieldConfig.Training training = digits.training();
        FieldConfig field = new FieldConfig(
                new Target.Pictures(pictures(digits).dataset(), 1200),
                digits.base(),
                digits.schedule(),
                digits.objective(),
                digits.network(),
                new FieldConfig.Training(
                        6000,
                        96,
                        training.learningRate(),
                        0.999,
                        training.antithetic(),
                        training.stratified(),
                        training.timeMargin(),
                        training.dropout()));
        return new InterpolantPicturesConfig(field, true, 0, 60, 0.03, 600);
    }
}
