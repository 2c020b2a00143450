package org.noisebook.papers.goodseeds;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.ClassPoints;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.field.NearestPictures;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Streams;

/** Code shared by the two generators of digits. */
abstract class PictureGenerator implements SeedScene.Generator {
    static final int CLASSES = 10;
    private static final int SIDE = 8;
    static final int PIXELS = SIDE * SIDE;

    /** The Gaussians of the classes, as interpolants. */
    final List<MixtureInterpolant> classes;

    private final GuidedLaw law = GuidedLaw.DigitsMixture.standard();
    private final ClassPoints pictures = Target.Pictures.standard().images(Streams.of(1));

    PictureGenerator() {
        double[][] means = law.data().means();
        double[][][] covariances = law.data().covariances();
        GaussianMixture noise = GaussianMixture.standard(PIXELS);
        classes = IntStream.range(0, CLASSES)
                .mapToObj(c -> new MixtureInterpolant(
                        noise, GaussianMixture.of(means[c], covariances[c]), PathSchedule.linear(0)))
                .toList();
    }

    /** ε (1 − t): with constant ε, SDE steps could not resolve the steep field near t = 1. */
    @Override
    public double diffusion(double diffusion, double t) {
        return diffusion * (1 - t);
    }

    @Override
    public double[][] responses(int condition, double[][] x) {
        double[][] posterior = law.posterior(x).orElseThrow();
        int count = x[0].length;
        double[] component =
                Arrays.stream(Grammar.argmax(posterior)).asDoubleStream().toArray();
        double[] across = new double[count];
        double[] down = new double[count];
        for (int k = 0; k < count; k++) {
            double whole = 0;
            for (int j = 0; j < PIXELS; j++) {
                double ink = Math.max(0, (x[j][k] + 1) / 2);
                whole += ink;
                across[k] += ink * (j % SIDE);
                down[k] += ink * (j / SIDE);
            }
            // The centre of a blank picture is its middle.
            across[k] = whole > 0 ? across[k] / whole : (SIDE - 1) / 2.0;
            down[k] = whole > 0 ? down[k] / whole : (SIDE - 1) / 2.0;
        }
        return new double[][] {
            classes.get(condition).logDensity().at(1, x)[0],
            NearestPictures.of(pictures, x).distance(),
            component,
            posterior[condition],
            across,
            down,
            MixtureGenerator.mean(x)
        };
    }
}
