package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * Noise goes down with strong guidance and up again with weak, or where a map says that has learned it: the start of {@link
 * DiffusionStart.Golden}.
 */
public record GoldenTrips(
        DiffusionStart.Golden start, GuidedLaw law, Diffusion diffusion, DiffusionMethod method, int steps) {
    private static final int MOST_KEPT = 64;
    private static final Map<Task, Affine> MAPS = new ConcurrentHashMap<>();

    private record Task(GoldenTrips trips, Streams streams) {}

    /** x + D_c (x; 1) of class c, {@code [class][coordinate][coordinate, then 1]}. */
    private record Affine(double[][][] moves) {}

    /** With the version of the training, raised whenever the same start would be another, so that runs that use it are computed anew. */
    static final String NAME = "golden-noise 1";

    /** Refuses what no trip can be made with. */
    public static void check(GuidedLaw law, DiffusionMethod method) {
        if (!law.hasClasses() || law.latents() < law.dimension()) {
            throw new IllegalArgumentException("law must have classes and be in pixels for start=golden or policy, got "
                    + Schema.formatValue(law));
        }
        if (method.card().noises() > 0 || method instanceof DiffusionMethod.ExponentialMultistep) {
            throw new IllegalArgumentException(
                    "method must step both ways, without noise, for start=golden or policy, got "
                            + Schema.formatValue(method));
        }
    }

    private GuidedLaw.Scores scores() {
        return law.pixelScores(diffusion);
    }

    /** Golden noise for particles of these classes, shared out as {@link ClassScores} does. */
    public double[][] golden(double[][] noise, int[] labels, Streams streams) {
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
        double[] up = IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> down[steps - i])
                .toArray();
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
        DiffusionStart.Golden own =
                new DiffusionStart.Golden(start.strong(), start.weak(), start.pairs(), start.ridge(), 0);
        GoldenTrips trips = new GoldenTrips(own, law, diffusion, method, steps);
        return kept(MAPS, new Task(trips, streams), task -> trips.learned(streams));
    }

    /** What is made once for many runs; a full map starts anew. */
    static <K, V> V kept(Map<K, V> known, K key, Function<K, V> made) {
        if (known.size() > MOST_KEPT) {
            known.clear();
        }
        return known.computeIfAbsent(key, made);
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
                double[] across =
                        Arrays.stream(x).mapToDouble(one -> dot(one, row) / n).toArray();
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

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum = Math.fma(a[k], b[k], sum);
        }
        return sum;
    }
}
