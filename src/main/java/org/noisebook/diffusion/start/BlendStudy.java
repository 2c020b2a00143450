package org.noisebook.diffusion.start;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Blending;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;

/**
 * Two pictures go up to a level of noise by a sampler without noise, their codes are blended, and the sampler takes the blend down again.
 *
 * <p>Zheng, Liu, Gong and others 2024 (arXiv 2403.08840). The law is that of {@link GuidedLaw.DigitsMixture}, its score exact, so that the density of
 * what comes out is known.
 *
 * <p><b>Streams</b>: {@code pairs} for the pictures, {@code saturated} for their pixels, {@code fresh} for new noise, {@code reference} for
 * points of the law. <b>Cost</b>: three times particles × steps scores of ten Gaussians.
 */
@Head(
        id = "blend",
        version = 1,
        title = "Pictures between pairs of digits by blending what a sampler takes them to",
        streams = {"pairs", "saturated", "fresh", "reference"},
        sources = {
            "NoiseDiffusion: Correcting Noise for Image Interpolation with Diffusion Models beyond Spherical Linear"
                    + " Interpolation, arXiv 2403.08840",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        })
public final class BlendStudy implements Study<BlendConfig, BlendResult> {
    private static final int SHOWN = 10;

    @Override
    public BlendResult run(BlendConfig config, Streams streams) {
        double[][] a = pictures(config, streams, 0);
        double[][] b = pictures(config, streams, 1);
        double[] times = TimeGrid.UNIFORM.times(config.start().level(), 0, config.steps());
        Sampler sampler = config.method().sampler(config.diffusion(), Blending.digits(config.diffusion()));
        Blending.Blended blended =
                Blending.blend(config.start().blend(), config.diffusion(), sampler, times, a, b, streams.at("fresh"));
        double[][] x = Arrays.stream(blended.start()).map(double[]::clone).toArray(double[][]::new);
        Ensemble.run(sampler, times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        GaussianMixture law = GuidedLaw.DigitsMixture.standard().data();
        double finite = 1 - (double) Ensemble.diverged(x) / config.particles();
        double[][] reference = law.sample(streams.at("reference"), config.particles());
        double none = Double.NaN;
        double[][] codes = blended.first();
        double squares = (squares(codes) + squares(blended.second())) / 2;
        return new BlendResult(
                finite,
                finite < 1 ? none : information(law, x) - information(law, reference),
                finite < 1 ? none : distance(x, a, b),
                squares(blended.start()) / squares,
                Stream.of(codes, blended.second())
                        .flatMap(Arrays::stream)
                        .flatMapToDouble(Arrays::stream)
                        .map(Math::abs)
                        .max()
                        .orElseThrow(),
                Doubles.of(shown(a, b, x)));
    }

    private static double[][] pictures(BlendConfig config, Streams streams, int part) {
        org.noisebook.rng.Stream stream = streams.at("pairs").part(part);
        double[][] x;
        if (config.source() == BlendConfig.Source.SAMPLES) {
            x = GuidedLaw.DigitsMixture.standard().data().sample(stream, config.particles());
        } else {
            ClassPoints images = Target.Pictures.standard().images(Streams.of(1));
            x = new double[images.dimension()][config.particles()];
            for (int k = 0; k < config.particles(); k++) {
                int image = stream.nextIndex(images.count());
                for (int j = 0; j < x.length; j++) {
                    x[j][k] = images.x(image, j);
                }
            }
        }
        org.noisebook.rng.Stream salt = streams.at("saturated").part(part);
        for (int k = 0; k < config.particles(); k++) {
            for (double[] row : x) {
                boolean hit = salt.nextDouble() < config.saturated();
                double value = salt.nextDouble() < 0.5 ? -1 : 1;
                row[k] = hit ? value : row[k];
            }
        }
        return x;
    }

    /** Mean −log p a pixel. */
    private static double information(GaussianMixture law, double[][] x) {
        Field density = new Diffusion.VariancePreserving(0.1, 20).marginals(law).logDensity();
        double[][] out = new double[1][x[0].length];
        density.evaluator(x[0].length).at(0, x, x[0].length, out);
        return -Arrays.stream(out[0]).average().orElseThrow() / x.length;
    }

    private static double squares(double[][] x) {
        return Arrays.stream(x)
                        .flatMapToDouble(Arrays::stream)
                        .map(value -> value * value)
                        .sum()
                / (x.length * x[0].length);
    }

    private static double distance(double[][] x, double[][] a, double[][] b) {
        return IntStream.range(0, x[0].length)
                .mapToDouble(k -> Math.sqrt(IntStream.range(0, x.length)
                        .mapToDouble(j -> x[j][k] - (a[j][k] + b[j][k]) / 2)
                        .map(off -> off * off / x.length)
                        .sum()))
                .average()
                .orElseThrow();
    }

    private static double[] shown(double[][]... all) {
        return Arrays.stream(all)
                .flatMapToDouble(x -> IntStream.range(0, SHOWN * x.length)
                        .mapToDouble(i -> x[i % x.length][i / x.length % x[0].length]))
                .toArray();
    }

    @Override
    public double work(BlendConfig config) {
        return 3.0
                * config.steps()
                * config.particles()
                * config.method().card().evaluations()
                * 8e4;
    }

    @Override
    public long memory(BlendConfig config) {
        return 1L << 27;
    }

    @Override
    public List<String> inputs(BlendConfig config) {
        return Target.Pictures.standard().files();
    }
}
