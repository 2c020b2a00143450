package org.noisebook.paper;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.solver.Ensemble;

/**
 * Operations on samples and their statistics that are shared by papers.
 *
 * <p><b>Shapes</b>: samples are {@code [coordinate][sample]}, not modified; sums run in order, without compensation.
 */
public final class Grammar {
    /** The change of a config to the cosine schedule with 1,000 steps (Nichol and Dhariwal 2021, arXiv 2102.09672). */
    public static final String COSINE = "diffusion=ddpm(steps=1000, betas=cosineBetas(offset=0.008, largest=0.999))";

    private Grammar() {}

    /**
     * The samples, after a check that every coordinate is finite.
     *
     * @throws Outcome.Diverged if one is not
     */
    public static double[][] finite(double[][] x) {
        if (Ensemble.diverged(x) > 0) {
            throw new Outcome.Diverged();
        }
        return x;
    }

    /**
     * The number, after a check that it is finite.
     *
     * @throws Outcome.Diverged if it is not
     */
    public static double finite(double x) {
        if (!Double.isFinite(x)) {
            throw new Outcome.Diverged();
        }
        return x;
    }

    /**
     * Throws if the thread is interrupted; long runs should call it regularly.
     *
     * @throws CancellationException if the thread is interrupted
     */
    public static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("run interrupted");
        }
    }

    /** Σ term(k) over k from 0 to count − 1. */
    public static double sum(int count, IntToDoubleFunction term) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += term.applyAsDouble(k);
        }
        return sum;
    }

    /** The mean of term(k) over k from 0 to count − 1; NaN for count 0. */
    public static double mean(int count, IntToDoubleFunction term) {
        return sum(count, term) / count;
    }

    /** The fraction of k from 0 to count − 1 that satisfy a condition; NaN for count 0. */
    public static double share(int count, IntPredicate condition) {
        return (double) IntStream.range(0, count).filter(condition).count() / count;
    }

    /** For each number, whether it satisfies a condition. */
    public static boolean[] each(double[] values, DoublePredicate condition) {
        boolean[] are = new boolean[values.length];
        for (int k = 0; k < are.length; k++) {
            are[k] = condition.test(values[k]);
        }
        return are;
    }

    /** All coordinates of all samples of all sets, in order. */
    public static DoubleStream numbers(double[][]... all) {
        return Arrays.stream(all).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream);
    }

    /** For each sample, the row with the largest value; the first one in a tie. */
    public static int[] argmax(double[][] rows) {
        int[] best = new int[rows[0].length];
        for (int n = 0; n < best.length; n++) {
            for (int k = 1; k < rows.length; k++) {
                best[n] = rows[k][n] > rows[best[n]][n] ? k : best[n];
            }
        }
        return best;
    }

    /** The samples whose index satisfies a condition. */
    public static double[][] where(double[][] x, IntPredicate condition) {
        int[] kept = IntStream.range(0, x[0].length).filter(condition).toArray();
        return Arrays.stream(x)
                .map(row -> Arrays.stream(kept).mapToDouble(n -> row[n]).toArray())
                .toArray(double[][]::new);
    }

    /** A function applied to each coordinate of each sample and its counterpart. */
    public static double[][] zip(double[][] x, double[][] y, DoubleBinaryOperator number) {
        double[][] out = new double[x.length][x[0].length];
        for (int j = 0; j < x.length; j++) {
            for (int n = 0; n < out[j].length; n++) {
                out[j][n] = number.applyAsDouble(x[j][n], y[j][n]);
            }
        }
        return out;
    }

    /** The Euclidean distance between each sample and its counterpart. */
    public static double[] distances(double[][] x, double[][] y) {
        double[] out = new double[x[0].length];
        for (int n = 0; n < out.length; n++) {
            double square = 0;
            for (int j = 0; j < x.length; j++) {
                square += (x[j][n] - y[j][n]) * (x[j][n] - y[j][n]);
            }
            out[n] = Math.sqrt(square);
        }
        return out;
    }

    /** The mean square difference of each coordinate of each sample and its counterpart, averaged over samples first. */
    public static double meanSquare(double[][] x, double[][] y) {
        return mean(x.length, j -> mean(x[j].length, n -> (x[j][n] - y[j][n]) * (x[j][n] - y[j][n])));
    }

    /** The first {@code count} numbers. */
    public static double[] first(int count, double... values) {
        return Arrays.copyOf(values, Math.min(count, values.length));
    }

    /**
     * Part {@code part} of concatenated pictures, {@code count} pictures each: [picture][pixel]; NaN beyond the end.
     */
    public static double[][] pictures(Doubles all, int pixels, int part, int count) {
        double[] values = all.toArray();
        return IntStream.range(part * count, (part + 1) * count)
                .mapToObj(k -> IntStream.range(k * pixels, (k + 1) * pixels)
                        .mapToDouble(i -> i < values.length ? values[i] : Double.NaN)
                        .toArray())
                .toArray(double[][]::new);
    }

    /** The first {@code count} pictures of each kind, concatenated for {@link #pictures}; fewer are repeated. */
    public static Doubles shown(int count, double[][]... all) {
        return Doubles.of(Arrays.stream(all)
                .flatMapToDouble(x -> IntStream.range(0, count * x.length)
                        .mapToDouble(i -> x[i % x.length][i / x.length % x[0].length]))
                .toArray());
    }
}
