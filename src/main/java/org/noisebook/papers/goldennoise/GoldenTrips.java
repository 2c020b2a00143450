package org.noisebook.papers.goldennoise;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.diffusion.ClassScores;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.ValueCache;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Cholesky;
import org.noisebook.linalg.Dot;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/** The round trips of {@link GoldenNoise.Golden}, and the affine maps learned from them. */
record GoldenTrips(GoldenNoise.Golden start, GuidedLaw law, Diffusion diffusion, DiffusionMethod method, int steps) {
    private static final ValueCache<Task, Affine> MAPS = new ValueCache<>();

    private record Task(GoldenTrips trips, Streams streams) {}

    /** The maps x + D_c (x; 1) of classes c, {@code [class][coordinate][coordinate, then 1]}. */
    private record Affine(double[][][] moves) {}

    /** Cache key with the version of the training, raised whenever the same config would give another map. */
    static final String NAME = "golden-noise 1";

    GoldenTrips with(GoldenNoise.Golden other) {
        return new GoldenTrips(other, law, diffusion, method, steps);
    }

    private GuidedLaw.Scores scores() {
        return law.pixelScores(diffusion);
    }

    /** Golden noise for particles, to which classes are assigned as in {@link ClassScores}. */
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

    private Affine map(Streams streams) {
        GoldenTrips own = with(Schema.with(start, "shift", 0));
        return MAPS.of(new Task(own, streams), task -> own.learned(streams));
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
                moments[i * (d + 1) + j] = Dot.inOrder(x[i], x[j]) / n + (i == j && i < d ? start.ridge() : 0);
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
                double[] across = Arrays.stream(x)
                        .mapToDouble(one -> Dot.inOrder(one, row) / n)
                        .toArray();
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
