package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * Analysis of variance of a balanced crossed table of random factors.
 *
 * <p>The sources are the sets A of factors, plus the replicate error E if there are replicates. E MS_A = Σ_{B ⊇ A} n_B
 * V_B + V_E with n_B observations for each level of B, so V_A = Σ_{B ⊇ A} (−1)^{|B∖A|} MS_B / n_A (Möbius inversion;
 * reference: Searle, Casella and McCulloch 1992, chapter 4).
 */
public final class BalancedAnova {
    private static final int MAX_FACTORS = 12;
    /** Number of levels given for draws from a distribution, whose percentiles need no expansion. */
    static final int NOT_RESAMPLED = 1_000_000;

    /** Sources: sets of factors as bit masks, with the first factor as the highest bit; 0 is the replicate error. */
    final int[] sources;

    final List<String> names;
    final double mean;
    final double[] sumOfSquares;
    final double[] degrees;
    /** Number of levels of each source. */
    final int[] levelCounts;
    /** The variance of source i times {@code observations[i]} is Σ_j signs[i][j] MS_j. */
    private final int[][] signs;

    private final double[] observations;

    private BalancedAnova(List<String> factors, int[] levels, int replicates, double[] y) {
        int full = (1 << levels.length) - 1;
        sources = IntStream.concat(
                        IntStream.rangeClosed(1, full)
                                .boxed()
                                .sorted((a, b) -> Integer.bitCount(a) != Integer.bitCount(b)
                                        ? Integer.bitCount(a) - Integer.bitCount(b)
                                        : b - a)
                                .mapToInt(set -> set),
                        replicates > 1 ? IntStream.of(0) : IntStream.empty())
                .toArray();
        names = Arrays.stream(sources)
                .mapToObj(set -> name(set, factors, replicates))
                .toList();
        int count = sources.length;
        sumOfSquares = new double[count];
        degrees = new double[count];
        levelCounts = new int[count];
        signs = new int[count][count];
        observations = new double[count];
        double[] cells = new double[y.length / replicates];
        double error = 0;
        for (int cell = 0; cell < cells.length; cell++) {
            double first = y[cell * replicates];
            double above = 0;
            for (int r = 0; r < replicates; r++) {
                above += y[cell * replicates + r] - first;
            }
            cells[cell] = first + above / replicates;
            for (int r = 0; r < replicates; r++) {
                double deviation = y[cell * replicates + r] - cells[cell];
                error += replicates == 1 ? 0 : deviation * deviation;
            }
        }
        double[] squares = new double[full + 1];
        mean = decompose(cells, levels, 0, 0, squares);
        for (int i = 0; i < count; i++) {
            levelCounts[i] = sources[i] == 0 ? y.length : 1;
            degrees[i] = sources[i] == 0 ? y.length - cells.length : 1;
            for (int f = 0; f < levels.length; f++) {
                boolean inside = (sources[i] >> (levels.length - 1 - f) & 1) == 1;
                levelCounts[i] *= inside ? levels[f] : 1;
                degrees[i] *= inside ? levels[f] - 1 : 1;
            }
            observations[i] = (double) y.length / levelCounts[i];
            sumOfSquares[i] = sources[i] == 0 ? error : squares[sources[i]] * observations[i];
            for (int j = 0; j < count; j++) {
                if (i == j || sources[i] != 0 && contains(j, i)) {
                    signs[i][j] = Integer.bitCount(sources[j] ^ sources[i]) % 2 == 0 ? 1 : -1;
                }
            }
            if (replicates > 1 && sources[i] == full) {
                signs[i][count - 1] = -1;
            }
        }
    }

    /**
     * The analysis of a table.
     *
     * @param y row-major, the first factor varying slowest, replicates fastest
     */
    public static BalancedAnova of(List<String> factors, int[] levels, int replicates, double[] y) {
        Check.inRange("factors", levels.length, 2, MAX_FACTORS);
        if (factors.size() != levels.length) {
            throw new IllegalArgumentException(
                    "factors and levels must be equally many, got " + factors.size() + " and " + levels.length);
        }
        Check.inRange("replicates", replicates, 1, Integer.MAX_VALUE);
        long cells = 1;
        for (int f = 0; f < levels.length; f++) {
            Check.inRange("levels of '" + factors.get(f) + "'", levels[f], 2, Integer.MAX_VALUE);
            cells = Math.multiplyExact(cells, levels[f]);
        }
        if (Math.multiplyExact(cells, replicates) != y.length) {
            throw new IllegalArgumentException("values must be as many as cells times replicates, " + cells + " × "
                    + replicates + ", got " + y.length);
        }
        for (int i = 0; i < y.length; i++) {
            if (!Double.isFinite(y[i])) {
                throw new IllegalArgumentException(
                        "value of cell " + cell(factors, levels, i / replicates) + " must be finite, got " + y[i]);
            }
        }
        return new BalancedAnova(factors, levels, replicates, y);
    }

    private static String cell(List<String> factors, int[] levels, int cell) {
        List<String> places = new ArrayList<>();
        int left = cell;
        for (int f = levels.length - 1; f >= 0; f--) {
            places.add(0, factors.get(f) + "=" + left % levels[f]);
            left /= levels[f];
        }
        return String.join(", ", places);
    }

    private static String name(int set, List<String> factors, int replicates) {
        if (set == 0) {
            return "error";
        }
        if (replicates == 1 && set == (1 << factors.size()) - 1) {
            return "rest";
        }
        return IntStream.range(0, factors.size())
                .filter(f -> (set >> (factors.size() - 1 - f) & 1) == 1)
                .mapToObj(factors::get)
                .collect(Collectors.joining("×"));
    }

    /**
     * Splits a table along one factor after another into its mean and the deviations from it; adds the sums of squared
     * effects by set, and returns the grand mean. Deviations are computed relative to the first level, so that a factor
     * without effect gives exactly 0.
     */
    private static double decompose(double[] table, int[] levels, int factor, int set, double[] squares) {
        if (factor == levels.length) {
            for (double effect : table) {
                squares[set] += effect * effect;
            }
            return table[0];
        }
        int inner = 1;
        for (int f = factor + 1; f < levels.length; f++) {
            inner *= levels[f];
        }
        int count = levels[factor];
        double[] means = new double[table.length / count];
        double[] deviations = new double[table.length];
        for (int outer = 0; outer < means.length / inner; outer++) {
            for (int k = 0; k < inner; k++) {
                int start = outer * count * inner + k;
                double sum = 0;
                for (int level = 0; level < count; level++) {
                    deviations[start + level * inner] = table[start + level * inner] - table[start];
                    sum += deviations[start + level * inner];
                }
                means[outer * inner + k] = table[start] + sum / count;
                for (int level = 0; level < count; level++) {
                    deviations[start + level * inner] -= sum / count;
                }
            }
        }
        decompose(deviations, levels, factor + 1, set | 1 << (levels.length - 1 - factor), squares);
        return decompose(means, levels, factor + 1, set, squares);
    }

    /** Whether source j is source i or an interaction that contains all its factors. */
    boolean contains(int j, int i) {
        return sources[i] == 0 || sources[j] == 0 ? i == j : (sources[i] & sources[j]) == sources[i];
    }

    /** Mean square of a source, its sum of squares over its degrees of freedom, in table order. */
    public double meanSquare(int i) {
        return sumOfSquares[i] / degrees[i];
    }

    /** Degrees of freedom of a source. */
    public double degrees(int i) {
        return degrees[i];
    }

    /** Unbiased estimates of the variances. */
    double[] variances() {
        double[] meanSquares = new double[signs.length];
        for (int i = 0; i < signs.length; i++) {
            meanSquares[i] = meanSquare(i);
        }
        return variances(meanSquares);
    }

    private double[] variances(double[] meanSquares) {
        double[] variances = new double[signs.length];
        for (int i = 0; i < signs.length; i++) {
            double sum = 0;
            for (int j = 0; j < signs.length; j++) {
                sum += signs[i][j] * meanSquares[j];
            }
            variances[i] = sum / observations[i];
        }
        return variances;
    }

    /** Draws of the variances, with each mean square replaced by its sum of squares over χ² (Weerahandi 1993). */
    VarianceDraws draws(int draws, Stream stream) {
        double[][] drawn = new double[draws][];
        double[] meanSquares = new double[signs.length];
        for (int d = 0; d < draws; d++) {
            for (int i = 0; i < signs.length; i++) {
                meanSquares[i] = sumOfSquares[i] / (2 * stream.nextGamma(degrees[i] / 2));
            }
            drawn[d] = variances(meanSquares);
        }
        return new VarianceDraws(variances(), drawn, NOT_RESAMPLED);
    }

    /** The ANOVA line of one source. */
    Component component(int i, VarianceDraws draws) {
        double[] numerator = side(i, 1);
        double[] denominator = side(i, -1);
        Estimate variance = draws.of(variances -> variances[i], levelCounts[i]);
        double stdError = StrictMath.sqrt(2 * (numerator[2] + denominator[2])) / observations[i];
        int[] holding =
                IntStream.range(0, signs.length).filter(j -> contains(j, i)).toArray();
        double f = numerator[0] / denominator[0];
        boolean tested = !Double.isNaN(f);
        return new Component(
                names.get(i),
                sumOfSquares[i],
                degrees[i],
                meanSquare(i),
                new Estimate(variance.mean(), stdError, variance.low(), variance.high(), levelCounts[i]),
                draws.of(VarianceDraws.share(i), levelCounts[i]),
                draws.of(VarianceDraws.share(holding), levelCounts[i]),
                f,
                tested ? numerator[1] : Double.NaN,
                tested ? denominator[1] : Double.NaN,
                Component.fTail(f, numerator[1], denominator[1]));
    }

    /** Sum of the mean squares with one sign (NaN if there are none), its Satterthwaite degrees, and Σ MS²/degrees. */
    private double[] side(int i, int sign) {
        double sum = 0;
        double squares = 0;
        double lone = Double.NaN;
        int count = 0;
        for (int j = 0; j < signs.length; j++) {
            if (signs[i][j] == sign) {
                sum += meanSquare(j);
                squares += meanSquare(j) * meanSquare(j) / degrees[j];
                // If all mean squares are 0, Satterthwaite's degrees do not exist; a single source keeps its own.
                lone = count++ == 0 ? degrees[j] : lone;
            }
        }
        return new double[] {count == 0 ? Double.NaN : sum, count == 1 || sum == 0 ? lone : sum * sum / squares, squares
        };
    }
}
