package org.noisebook.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * Golden noise: down with strong guidance, up with weak, and the ridge regression that learns this trip, an affine map of noise for each class.
 *
 * <p>Zhou, Shao, Bai and others 2024 (arXiv 2411.09502), whose network is here the simplest map that can carry a class. What samples from such noise
 * are worth says {@link GuidanceStudy} with {@code start=golden}.
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
    private static final int MOST_MAPS = 64;
    private static final Map<Task, Affine> MAPS = new ConcurrentHashMap<>();

    private record Task(Trips trips, Streams streams) {}

    /** x + D_c (x; 1) of class c, {@code [class][coordinate][coordinate, then 1]}. */
    private record Affine(double[][][] moves) {}

    /** What a start of these inputs is made of: files, and the version of what trains it. */
    static List<String> inputs(GuidedLaw law, DiffusionStart start) {
        List<String> inputs = new ArrayList<>(law.files());
        if (start instanceof DiffusionStart.Golden) {
            inputs.add("golden-noise " + new GoldenStudy().version());
        }
        return inputs;
    }

    /** Down with strong guidance and up with weak. */
    record Trips(DiffusionStart.Golden start, GuidedLaw law, Diffusion diffusion, DiffusionMethod method, int steps) {
        private GuidedLaw.Scores scores() {
            if (!(law instanceof GuidedLaw.DigitsMixture)) {
                return law.scores(diffusion);
            }
            SpectralMixture digits = SpectralMixture.digits();
            IntStream classes = IntStream.range(0, law.data().components());
            return new GuidedLaw.Scores(
                    digits.score(diffusion),
                    classes.mapToObj(c -> digits.score(diffusion, c)).toList());
        }

        /** Golden noise for particles of these classes, shared out as {@link ClassScores} does. */
        double[][] golden(double[][] noise, int[] labels, Streams streams) {
            int count = law.data().components();
            if (start.pairs() == 0) {
                int[] block = new int[Ensemble.BLOCK];
                Arrays.setAll(block, k -> (labels[k % labels.length] + start.shift()) % count);
                return trip(noise, new ClassScores(scores().classes(), block));
            }
            double[][][] moves = map(streams).moves();
            double[][] out = new double[noise.length][labels.length];
            for (int k = 0; k < labels.length; k++) {
                double[][] move = moves[(labels[k] + start.shift()) % count];
                for (int j = 0; j < out.length; j++) {
                    double sum = noise[j][k] + move[j][noise.length];
                    for (int i = 0; i < noise.length; i++) {
                        sum = Math.fma(move[j][i], noise[i][k], sum);
                    }
                    out[j][k] = sum;
                }
            }
            return out;
        }

        private double[][] trip(double[][] noise, Score wanted) {
            double[][] x = Arrays.stream(noise).map(double[]::clone).toArray(double[][]::new);
            double[] down = TimeGrid.UNIFORM.times(1, 0, steps);
            double[] up = IntStream.rangeClosed(0, steps).mapToDouble(i -> down[steps - i]).toArray();
            go(x, down, wanted, start.strong());
            go(x, up, wanted, start.weak());
            return x;
        }

        private void go(double[][] x, double[] times, Score wanted, double weight) {
            Score all = scores().unconditional();
            Score score = weight == 0 ? all : new Guidance(all, wanted, weight);
            Ensemble.run(method.sampler(diffusion, score), times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        }

        /** Kept for the other runs of a replica. */
        private Affine map(Streams streams) {
            if (MAPS.size() > MOST_MAPS) {
                MAPS.clear();
            }
            DiffusionStart.Golden own =
                    new DiffusionStart.Golden(start.strong(), start.weak(), start.pairs(), start.ridge(), 0);
            Trips trips = new Trips(own, law, diffusion, method, steps);
            return MAPS.computeIfAbsent(new Task(trips, streams), task -> trips.learned(streams));
        }

        private Affine learned(Streams streams) {
            int d = law.dimension();
            int n = start.pairs();
            double[][] noise = diffusion.prior(d).sample(streams.at("pairs"), n);
            double[][] x = Arrays.copyOf(noise, d + 1);
            x[d] = new double[n];
            Arrays.fill(x[d], 1);
            double[] moments = new double[(d + 1) * (d + 1)];
            for (int i = 0; i <= d; i++) {
                for (int j = 0; j <= d; j++) {
                    moments[i * (d + 1) + j] = dot(x[i], x[j]) / n + (i == j && i < d ? start.ridge() : 0);
                }
            }
            double[] inverse = Cholesky.of(d + 1, moments).orElseThrow().inverse();
            List<Score> classes = scores().classes();
            double[][][] moves = new double[classes.size()][d][d + 1];
            for (int c = 0; c < moves.length; c++) {
                double[][] golden = trip(noise, classes.get(c));
                for (int j = 0; j < d; j++) {
                    double[] row = golden[j];
                    double[] before = noise[j];
                    Arrays.setAll(row, k -> row[k] - before[k]);
                    double[] across = Arrays.stream(x).mapToDouble(one -> dot(one, row) / n).toArray();
                    for (int i = 0; i <= d; i++) {
                        double sum = 0;
                        for (int l = 0; l <= d; l++) {
                            sum = Math.fma(inverse[i * (d + 1) + l], across[l], sum);
                        }
                        moves[c][j][i] = sum;
                    }
                }
            }
            return new Affine(moves);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum = Math.fma(a[k], b[k], sum);
        }
        return sum;
    }

    @Override
    public GoldenResult run(GoldenConfig config, Streams streams) {
        Trips trips =
                new Trips(config.start(), config.law(), config.diffusion(), config.method(), config.steps());
        int n = config.particles();
        double[][] noise = config.diffusion().prior(config.law().dimension()).sample(streams.at("start"), n);
        int classes = config.law().data().components();
        int[] labels = IntStream.range(0, n).map(k -> k % classes).toArray();
        double[][] golden = trips.golden(noise, labels, streams);
        DiffusionStart.Golden trip = config.start();
        double[][] truth = new Trips(
                        new DiffusionStart.Golden(trip.strong(), trip.weak(), 0, trip.ridge(), trip.shift()),
                        config.law(),
                        config.diffusion(),
                        config.method(),
                        config.steps())
                .golden(noise, labels, streams);
        return new GoldenResult(
                Math.sqrt(squares(noise, 0, noise)),
                Math.sqrt(squares(golden, 0, noise)),
                IntStream.range(0, n).mapToDouble(k -> cosine(noise, golden, k)).average().orElseThrow(),
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
        return 20L * config.law().dimension() * (config.particles() + config.start().pairs()) * Double.BYTES + (1L << 27);
    }

    @Override
    public List<String> inputs(GoldenConfig config) {
        return config.law().files();
    }
}
