package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Stream;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;

/** What a sampler without noise takes pictures to, blended: the start of {@link DiffusionStart.Interpolated}. */
public final class Blending {
    private Blending() {}

    /** The exact score of {@link GuidedLaw.DigitsMixture}, fast at many times. */
    public static Score digits(Diffusion diffusion) {
        return SpectralMixture.digits().score(diffusion);
    }

    /** Refuses what cannot take a picture up and down again. */
    public static void check(Diffusion diffusion, DiffusionMethod method, DiffusionStart.Interpolated start) {
        if (method.card().noises() > 0 || method instanceof DiffusionMethod.ExponentialMultistep) {
            throw new IllegalArgumentException(
                    "method must step both ways, without noise, got " + Schema.formatValue(method));
        }
        diffusion.mustHaveSignal(start.level());
    }

    /**
     * Codes and their blend.
     *
     * @param first codes of the first pictures, {@code [coordinate][pair]}
     * @param second of the second
     * @param start what they blend to
     */
    public record Blended(double[][] first, double[][] second, double[][] start) {}

    /**
     * Takes pictures up along the times of a sampler, which fall, and blends their codes.
     *
     * @throws IllegalArgumentException if the sampler cannot step up
     */
    public static Blended blend(
            DiffusionStart.Blend blend,
            Diffusion diffusion,
            Sampler sampler,
            double[] times,
            double[][] a,
            double[][] b,
            Stream fresh) {
        int last = times.length - 1;
        double[] up =
                IntStream.rangeClosed(0, last).mapToDouble(i -> times[last - i]).toArray();
        double[][] first = copy(a);
        double[][] second = copy(b);
        for (double[][] code : List.of(first, second)) {
            Ensemble.run(sampler, up, code, Noise.NONE, 1, Ensemble.Observer.NONE);
        }
        int d = a.length;
        int n = a[0].length;
        double[][] x = new double[d][n];
        double mean = diffusion.meanCoefficient(times[0]);
        double root = diffusion.stdDev(times[0]);
        for (int k = 0; k < n; k++) {
            double weight = blend instanceof DiffusionStart.Slerp ? slerp(first, second, k) : 0.5;
            for (int j = 0; j < d; j++) {
                if (blend instanceof DiffusionStart.Corrected corrected) {
                    double fraction = corrected.fresh();
                    double noise = cut((first[j][k] - mean * a[j][k]) / root, corrected.cut())
                            + cut((second[j][k] - mean * b[j][k]) / root, corrected.cut());
                    double both = Math.sqrt((1 - fraction * fraction) / 2) * noise + fraction * fresh.nextGaussian();
                    x[j][k] = mean * (a[j][k] + b[j][k]) / 2 + root * both;
                } else {
                    x[j][k] = weight * (first[j][k] + second[j][k]);
                }
            }
        }
        return new Blended(first, second, x);
    }

    private static double cut(double noise, double most) {
        return Math.max(-most, Math.min(most, noise));
    }

    /** sin(θ/2)/sin θ = 1/(2 cos(θ/2)) with the angle θ of both; ½ where they point the same way. */
    private static double slerp(double[][] a, double[][] b, int k) {
        double dot = 0;
        double first = 0;
        double second = 0;
        for (int j = 0; j < a.length; j++) {
            dot = Math.fma(a[j][k], b[j][k], dot);
            first = Math.fma(a[j][k], a[j][k], first);
            second = Math.fma(b[j][k], b[j][k], second);
        }
        double cosine = Math.max(-1, Math.min(1, dot / Math.sqrt(first * second)));
        return 1 / Math.sqrt(2 * (1 + cosine));
    }

    private static double[][] copy(double[][] x) {
        return Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
    }
}
