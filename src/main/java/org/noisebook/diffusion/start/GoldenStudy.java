package org.noisebook.diffusion.start;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GoldenTrips;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Streams;

/**
 * Golden noise: down with strong guidance, up with weak, and the ridge regression that learns this trip, an affine map of noise for each class.
 *
 * <p>Zhou, Shao, Bai and others 2024 (arXiv 2411.09502), whose network is here the simplest map that can carry a class. What samples from such noise
 * are worth says {@link org.noisebook.diffusion.GuidanceStudy} with {@code start=golden}.
 *
 * <p><b>Streams</b>: {@code pairs} teach, {@code start} judges. <b>Cost</b>: two scores a particle, step and way.
 */
@Head(
        id = "golden-noise",
        version = 1,
        title = "Noise that carries a class already, and the map that makes it",
        streams = {"pairs", "start"},
        sources = {
            "Zhou, Shao, Bai and others 2024, Golden Noise for Diffusion Models: A Learning Framework, arXiv 2411.09502",
            "Ho, Salimans 2022, Classifier-Free Diffusion Guidance, arXiv 2207.12598"
        })
public final class GoldenStudy implements Study<GoldenConfig, GoldenResult> {
    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum = Math.fma(a[k], b[k], sum);
        }
        return sum;
    }

    @Override
    public GoldenResult run(GoldenConfig config, Streams streams) {
        GoldenTrips trips =
                new GoldenTrips(config.start(), config.law(), config.diffusion(), config.method(), config.steps());
        int n = config.particles();
        double[][] noise = config.diffusion().prior(config.law().dimension()).sample(streams.at("start"), n);
        int classes = config.law().data().components();
        int[] labels = IntStream.range(0, n).map(k -> k % classes).toArray();
        double[][] golden = trips.golden(noise, labels, streams);
        DiffusionStart.Golden trip = config.start();
        double[][] truth = new GoldenTrips(
                        new DiffusionStart.Golden(trip.strong(), trip.weak(), 0, trip.ridge(), trip.shift()),
                        config.law(),
                        config.diffusion(),
                        config.method(),
                        config.steps())
                .golden(noise, labels, streams);
        return new GoldenResult(
                Math.sqrt(squares(noise, 0, noise)),
                Math.sqrt(squares(golden, 0, noise)),
                IntStream.range(0, n)
                        .mapToDouble(k -> cosine(noise, golden, k))
                        .average()
                        .orElseThrow(),
                squares(golden, 1, truth) / squares(noise, 1, truth));
    }

    /** Mean square of x − f y. */
    private static double squares(double[][] x, double f, double[][] y) {
        return IntStream.range(0, x.length)
                .mapToDouble(j -> IntStream.range(0, x[j].length)
                        .mapToDouble(k -> x[j][k] - f * y[j][k])
                        .map(off -> off * off / x[j].length / x.length)
                        .sum())
                .sum();
    }

    private static double cosine(double[][] x, double[][] y, int k) {
        double[] a = Arrays.stream(x).mapToDouble(row -> row[k]).toArray();
        double[] b = Arrays.stream(y).mapToDouble(row -> row[k]).toArray();
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    @Override
    public double work(GoldenConfig config) {
        double trips = 2.0 * config.particles() + 10.0 * config.start().pairs();
        return trips * 2 * config.steps() * config.method().card().evaluations() * 9e4;
    }

    @Override
    public long memory(GoldenConfig config) {
        return 20L
                        * config.law().dimension()
                        * (config.particles() + config.start().pairs())
                        * Double.BYTES
                + (1L << 27);
    }

    @Override
    public List<String> inputs(GoldenConfig config) {
        return config.law().files();
    }
}
