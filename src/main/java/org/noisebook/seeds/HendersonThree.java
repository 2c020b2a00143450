package org.noisebook.seeds;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.data.Quoted;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Stream;

/**
 * Henderson's method III for seeds and conditions with any number of observations per cell.
 *
 * <p>The reductions R(a | μ, b), R(b | μ, a), R(ab | μ, a, b) and the error are equated to their expectations, which
 * are traces: E R(a | μ, b) = V_A tr Zₐ'(I − P_b)Zₐ + V_AB tr Z'(P_ab − P_b)Z + (A − 1) V_E, and so on (Henderson 1953,
 * doi:10.2307/3001853; Searle, Casella and McCulloch 1992, section 5.6). Without replicates ab and error are one.
 *
 * <p>Levels may have integer weights, each representing that many equal levels, so bootstraps copy nothing.
 *
 * <p><b>Cost</b>: one analysis costs rows × columns if all cells are filled equally, otherwise that times the columns;
 * the longer side is absorbed as rows.
 */
final class HendersonThree {
    private final boolean transposed;
    private final int rows;
    private final int columns;
    private final double first;
    /** Numbers of observations, means minus {@link #first}, and sums of squares within cells: [row][column]. */
    private final double[][] count;

    private final double[][] cell;
    private final double[][] within;
    private final boolean even;
    private final boolean replicated;
    private final double harmonicCount;

    private HendersonThree(SeedTable table, boolean even) {
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        transposed = seeds < conditions;
        rows = transposed ? conditions : seeds;
        columns = transposed ? seeds : conditions;
        int[] row = transposed ? table.condition() : table.seed();
        int[] column = transposed ? table.seed() : table.condition();
        double[] value = table.value();
        first = value[0];
        count = new double[rows][columns];
        cell = new double[rows][columns];
        within = new double[rows][columns];
        for (int i = 0; i < value.length; i++) {
            count[row[i]][column[i]]++;
            cell[row[i]][column[i]] += value[i] - first;
        }
        double inverse = 0;
        int cells = 0;
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                if (count[r][c] > 0) {
                    cell[r][c] /= count[r][c];
                    inverse += 1 / count[r][c];
                    cells++;
                }
            }
        }
        for (int i = 0; i < value.length; i++) {
            double deviation = value[i] - first - cell[row[i]][column[i]];
            within[row[i]][column[i]] += deviation * deviation;
        }
        harmonicCount = cells / inverse;
        replicated = value.length > cells;
        this.even = even;
    }

    /**
     * The analysis of a table.
     *
     * @throws IllegalArgumentException if seeds and conditions form groups without common cells, or cells are too few
     */
    static HendersonThree of(SeedTable table) {
        return of(table, table.replicates() > 0);
    }

    /** The analysis of a table, treated as having equally filled cells or not. */
    static HendersonThree of(SeedTable table, boolean even) {
        checkSize(table);
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        HendersonThree design = new HendersonThree(table, even);
        int stray = design.stray(ones(design.rows), ones(design.columns));
        if (stray >= 0) {
            String kind = design.transposed ? "condition" : "seed";
            String name = (design.transposed ? table.conditions() : table.seeds()).get(stray);
            throw new IllegalArgumentException(
                    "seeds and conditions must be linked by shared cells, got groups without a cell"
                            + " in common: no chain of cells leads to " + kind + " '" + Quoted.of(name) + "'");
        }
        int cells = seeds * conditions - table.missing();
        if (cells < seeds + conditions) {
            throw new IllegalArgumentException("cells with an observation must be at least seeds + conditions, " + seeds
                    + " + " + conditions + ", got " + cells);
        }
        return design;
    }

    /** Rejects fewer than two seeds or conditions. */
    static void checkSize(SeedTable table) {
        if (table.seeds().size() < 2 || table.conditions().size() < 2) {
            throw new IllegalArgumentException("variance components need at least 2 seeds and 2 conditions, got "
                    + table.seeds().size() + " and " + table.conditions().size());
        }
    }

    private static int[] ones(int length) {
        int[] ones = new int[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Whether some cell has several observations, so that interaction and error are separate sources. */
    boolean replicated() {
        return replicated;
    }

    /** The analysis of the table itself. */
    Reductions reductions() {
        return reductions(ones(rows), ones(columns)).orElseThrow();
    }

    /**
     * Draws with seeds and conditions resampled, repeats being separate levels; for sources see {@link
     * Reductions#variances}.
     *
     * <p>A resample has fewer distinct cells than the table, and part of a cell's residual appears as a seed effect:
     * its residual variance is too small by the ratio of cells to degrees of freedom, and its seed variance too large.
     * Draws are corrected for both, so that their mean is the estimate (exactly if all cells are filled equally).
     */
    VarianceDraws bootstrap(int draws, Stream stream) {
        Reductions table = reductions();
        double[][] drawn = new double[draws][];
        double[] none = new double[table.variances().length];
        Arrays.fill(none, Double.NaN);
        for (int d = 0; d < draws; d++) {
            int[] rowWeight = resample(rows, stream);
            int[] columnWeight = resample(columns, stream);
            drawn[d] = reductions(rowWeight, columnWeight)
                    .map(again -> corrected(again.variances(), table))
                    .orElse(none);
        }
        return new VarianceDraws(table.variances(), drawn, Math.min(rows, columns));
    }

    /**
     * Draws with each sum of squares replaced by its expectation drawn again, SS × degrees/χ², which give generalised
     * intervals. They are exact if all cells are filled equally, otherwise nearly so, since the sums are then neither
     * independent nor exact multiples of χ² (Burdick and Graybill 1992, section 6.4).
     */
    VarianceDraws draws(int draws, Stream stream) {
        Reductions table = reductions();
        double[][] drawn = new double[draws][];
        for (int d = 0; d < draws; d++) {
            drawn[d] = table.drawn(stream).variances();
        }
        return new VarianceDraws(table.variances(), drawn, BalancedAnova.NOT_RESAMPLED);
    }

    private static int[] resample(int levels, Stream stream) {
        int[] weight = new int[levels];
        for (int i = 0; i < levels; i++) {
            weight[stream.nextIndex(levels)]++;
        }
        return weight;
    }

    private double[] corrected(double[] variances, Reductions table) {
        double[] corrected = variances.clone();
        double rest = cellVariance(variances)
                * (table.interactionDegrees + table.seedDegrees + table.conditionDegrees + 1)
                / table.interactionDegrees;
        corrected[0] = variances[0] * (table.seedDegrees + 1) / table.seedDegrees
                - rest * table.seedDegrees / table.seedWeight * harmonicCount;
        corrected[1] = variances[1] * (table.conditionDegrees + 1) / table.conditionDegrees
                - rest * table.conditionDegrees / table.conditionWeight * harmonicCount;
        corrected[2] = replicated ? rest - variances[3] / harmonicCount : rest;
        return corrected;
    }

    /** Variance of the mean of a typical cell about its seed and condition effects. */
    double cellVariance(double[] variances) {
        return replicated ? variances[2] + variances[3] / harmonicCount : variances[2];
    }

    /** A row that is not linked to the others by any chain of cells, or −1. */
    private int stray(int[] rowWeight, int[] columnWeight) {
        boolean[] rowSeen = new boolean[rows];
        boolean[] columnSeen = new boolean[columns];
        int[] queue = new int[rows];
        int filled = 0;
        for (int r = 0; r < rows && filled == 0; r++) {
            if (rowWeight[r] > 0) {
                rowSeen[r] = true;
                queue[filled++] = r;
            }
        }
        for (int next = 0; next < filled; next++) {
            for (int c = 0; c < columns; c++) {
                if (columnWeight[c] == 0 || columnSeen[c] || count[queue[next]][c] == 0) {
                    continue;
                }
                columnSeen[c] = true;
                for (int r = 0; r < rows; r++) {
                    if (rowWeight[r] > 0 && !rowSeen[r] && count[r][c] > 0) {
                        rowSeen[r] = true;
                        queue[filled++] = r;
                    }
                }
            }
        }
        return IntStream.range(0, rows)
                .filter(r -> rowWeight[r] > 0 && !rowSeen[r])
                .findFirst()
                .orElse(-1);
    }

    /** The analysis with weighted levels; empty if it does not exist. */
    Optional<Reductions> reductions(int[] rowWeight, int[] columnWeight) {
        return new Weighted(rowWeight, columnWeight).reductions();
    }

    /** One analysis; levels with weight 0, and those without any cell on the other side, are ignored. */
    private final class Weighted {
        private final int[] rowWeight;
        private final int[] columnWeight;
        private final double[] rowCount = new double[rows];
        private final double[] rowSum = new double[rows];
        private final double[] rowSquare = new double[rows];
        private final double[] columnCount = new double[columns];
        private final double[] columnSum = new double[columns];
        private final double[] columnSquare = new double[columns];
        private final double[] rowEffect = new double[rows];
        private final double[] columnEffect = new double[columns];
        private double error;
        private double cells;
        private double observations;
        private double rowLevels;
        private double columnLevels;
        /** tr Z'PZ for the cells Z and the projections on rows, on columns and on both. */
        private double rowTrace;

        private double columnTrace;
        private double bothTrace;

        Weighted(int[] rowWeight, int[] columnWeight) {
            this.rowWeight = rowWeight.clone();
            this.columnWeight = columnWeight.clone();
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] > 0) {
                    addRow(r);
                }
            }
            for (int r = 0; r < rows; r++) {
                this.rowWeight[r] = rowCount[r] > 0 ? rowWeight[r] : 0;
                if (this.rowWeight[r] > 0) {
                    observations += rowWeight[r] * rowCount[r];
                    rowLevels += rowWeight[r];
                    rowTrace += rowWeight[r] * rowSquare[r] / rowCount[r];
                }
            }
            for (int c = 0; c < columns; c++) {
                this.columnWeight[c] = columnCount[c] > 0 ? columnWeight[c] : 0;
                if (this.columnWeight[c] > 0) {
                    columnLevels += columnWeight[c];
                    columnTrace += columnWeight[c] * columnSquare[c] / columnCount[c];
                }
            }
        }

        private void addRow(int r) {
            for (int c = 0; c < columns; c++) {
                double n = count[r][c];
                if (n > 0 && columnWeight[c] > 0) {
                    rowCount[r] += columnWeight[c] * n;
                    rowSum[r] += columnWeight[c] * n * cell[r][c];
                    rowSquare[r] += columnWeight[c] * n * n;
                    columnCount[c] += rowWeight[r] * n;
                    columnSum[c] += rowWeight[r] * n * cell[r][c];
                    columnSquare[c] += rowWeight[r] * n * n;
                    cells += rowWeight[r] * columnWeight[c];
                    error += rowWeight[r] * columnWeight[c] * within[r][c];
                }
            }
        }

        Optional<Reductions> reductions() {
            double interactionDegrees = cells - rowLevels - columnLevels + 1;
            double errorDegrees = observations - cells;
            if (rowLevels < 2
                    || columnLevels < 2
                    || interactionDegrees < 1
                    || replicated && errorDegrees < 1
                    || !even && stray(rowWeight, columnWeight) >= 0
                    || !fit()) {
                return Optional.empty();
            }
            double[] squares = squares();
            return Optional.of(new Reductions(
                    squares[transposed ? 1 : 0],
                    squares[transposed ? 0 : 1],
                    squares[2],
                    error,
                    (transposed ? columnLevels : rowLevels) - 1,
                    (transposed ? rowLevels : columnLevels) - 1,
                    interactionDegrees,
                    errorDegrees,
                    observations - (transposed ? rowTrace : columnTrace),
                    observations - (transposed ? columnTrace : rowTrace),
                    observations - bothTrace,
                    bothTrace - (transposed ? rowTrace : columnTrace),
                    bothTrace - (transposed ? columnTrace : rowTrace),
                    replicated,
                    first + mean(rowWeight, rowEffect, rowLevels) + mean(columnWeight, columnEffect, columnLevels)));
        }

        private static double mean(int[] weight, double[] effect, double levels) {
            double sum = 0;
            for (int i = 0; i < weight.length; i++) {
                sum += weight[i] * effect[i];
            }
            return sum / levels;
        }

        /** Fits the effects, where rows include the mean, and computes the trace of both; whether this succeeded. */
        private boolean fit() {
            if (even) {
                for (int r = 0; r < rows; r++) {
                    rowEffect[r] = rowWeight[r] == 0 ? 0 : rowSum[r] / rowCount[r];
                }
                double mean = mean(rowWeight, rowEffect, rowLevels);
                for (int c = 0; c < columns; c++) {
                    columnEffect[c] = columnWeight[c] == 0 ? 0 : columnSum[c] / columnCount[c] - mean;
                }
                bothTrace = count[0][0] * (rowLevels + columnLevels - 1);
                return true;
            }
            // The effect of the first column is set to 0.
            int[] used = IntStream.range(0, columns)
                    .filter(c -> columnWeight[c] > 0)
                    .skip(1)
                    .toArray();
            Optional<Cholesky> absorbed = used.length == 0 ? Optional.empty() : absorb(used);
            if (used.length > 0 && absorbed.isEmpty()) {
                return false;
            }
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] > 0) {
                    double sum = rowSum[r];
                    for (int c : used) {
                        sum -= columnWeight[c] * count[r][c] * columnEffect[c];
                    }
                    rowEffect[r] = sum / rowCount[r];
                }
            }
            if (replicated) {
                bothTrace =
                        rowTrace + absorbed.map(inside -> trace(inside, used)).orElse(0.0);
                // Differences between repeats of a column are orthogonal to rows and column sums.
                for (int c = 0; c < columns; c++) {
                    if (columnWeight[c] > 1) {
                        bothTrace += (columnWeight[c] - 1) * columnSquare[c] / columnCount[c];
                    }
                }
            }
            return true;
        }

        /** Solves for the column effects with rows absorbed; returns W'W, W being the columns minus their row parts. */
        private Optional<Cholesky> absorb(int[] used) {
            int size = used.length;
            double[] matrix = new double[size * size];
            double[] right = new double[size];
            for (int i = 0; i < size; i++) {
                matrix[i * size + i] = columnWeight[used[i]] * columnCount[used[i]];
                right[i] = columnWeight[used[i]] * columnSum[used[i]];
            }
            double[] counts = new double[size];
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] == 0) {
                    continue;
                }
                double factor = rowWeight[r] / rowCount[r];
                for (int i = 0; i < size; i++) {
                    counts[i] = columnWeight[used[i]] * count[r][used[i]];
                    double scaled = factor * counts[i];
                    right[i] -= scaled * rowSum[r];
                    for (int j = 0; j <= i; j++) {
                        matrix[i * size + j] -= scaled * counts[j];
                    }
                }
            }
            Optional<Cholesky> cholesky = Cholesky.of(size, matrix);
            cholesky.ifPresent(decomposed -> {
                double[] lower = decomposed.lower();
                for (int i = 0; i < size; i++) {
                    for (int k = 0; k < i; k++) {
                        right[i] -= lower[i * size + k] * right[k];
                    }
                    right[i] /= lower[i * size + i];
                }
                for (int i = size - 1; i >= 0; i--) {
                    for (int k = i + 1; k < size; k++) {
                        right[i] -= lower[k * size + i] * right[k];
                    }
                    right[i] /= lower[i * size + i];
                    columnEffect[used[i]] = right[i];
                }
            });
            return cholesky;
        }

        /** tr (W'W)⁻¹ W'ZZ'W for the cells Z. */
        private double trace(Cholesky absorbed, int[] used) {
            int size = used.length;
            double[] inverse = absorbed.inverse();
            double trace = 0;
            for (int i = 0; i < size; i++) {
                trace += inverse[i * size + i] * columnWeight[used[i]] * columnSquare[used[i]];
            }
            double[] part = new double[size];
            double[] square = new double[size];
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] == 0) {
                    continue;
                }
                for (int i = 0; i < size; i++) {
                    double n = count[r][used[i]];
                    part[i] = columnWeight[used[i]] * n / rowCount[r];
                    square[i] = rowSquare[r] * part[i] - 2 * columnWeight[used[i]] * n * n;
                }
                for (int i = 0; i < size; i++) {
                    double along = 0;
                    for (int j = 0; j < size; j++) {
                        along += inverse[i * size + j] * square[j];
                    }
                    trace += rowWeight[r] * part[i] * along;
                }
            }
            return trace;
        }

        /** R(rows | μ, columns), R(columns | μ, rows) and the squares of cell means about their fit. */
        private double[] squares() {
            double[] rowMean = new double[columns];
            double[] columnMean = new double[rows];
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] == 0) {
                    continue;
                }
                for (int c = 0; c < columns; c++) {
                    rowMean[c] += rowWeight[r] * count[r][c] * rowEffect[r];
                    columnMean[r] += columnWeight[c] * count[r][c] * columnEffect[c];
                }
                columnMean[r] /= rowCount[r];
            }
            double[] squares = new double[3];
            for (int r = 0; r < rows; r++) {
                if (rowWeight[r] == 0) {
                    continue;
                }
                for (int c = 0; c < columns; c++) {
                    double weight = rowWeight[r] * columnWeight[c] * count[r][c];
                    if (weight > 0) {
                        double row = rowEffect[r] - rowMean[c] / columnCount[c];
                        double column = columnEffect[c] - columnMean[r];
                        double rest = cell[r][c] - rowEffect[r] - columnEffect[c];
                        squares[0] += weight * row * row;
                        squares[1] += weight * column * column;
                        squares[2] += weight * rest * rest;
                    }
                }
            }
            return squares;
        }
    }

    /**
     * Sums of squares, their degrees of freedom and the traces in their expectations; without replicates the
     * interaction terms are unused.
     *
     * @param seedWeight trace tr Zₐ'(I − P_b)Zₐ of the seeds
     * @param interactionWeight traces of the interaction in its own sum of squares and in those of seeds and conditions
     */
    record Reductions(
            double seedSquares,
            double conditionSquares,
            double interactionSquares,
            double errorSquares,
            double seedDegrees,
            double conditionDegrees,
            double interactionDegrees,
            double errorDegrees,
            double seedWeight,
            double conditionWeight,
            double interactionWeight,
            double interactionInSeeds,
            double interactionInConditions,
            boolean replicated,
            double mean) {

        /** x times the MS of the interaction plus (1 − x) times the MS of the error, with Satterthwaite's degrees. */
        double[] mixed(double x) {
            double interaction = x * interactionSquares / interactionDegrees;
            double error = x == 1 ? 0 : (1 - x) * errorSquares / errorDegrees;
            double sum = interaction + error;
            double spread =
                    interaction * interaction / interactionDegrees + (x == 1 ? 0 : error * error / errorDegrees);
            return new double[] {sum, spread > 0 ? sum * sum / spread : interactionDegrees};
        }

        Reductions drawn(Stream stream) {
            return new Reductions(
                    drawn(seedSquares, seedDegrees, stream),
                    drawn(conditionSquares, conditionDegrees, stream),
                    drawn(interactionSquares, interactionDegrees, stream),
                    replicated ? drawn(errorSquares, errorDegrees, stream) : errorSquares,
                    seedDegrees,
                    conditionDegrees,
                    interactionDegrees,
                    errorDegrees,
                    seedWeight,
                    conditionWeight,
                    interactionWeight,
                    interactionInSeeds,
                    interactionInConditions,
                    replicated,
                    mean);
        }

        private static double drawn(double squares, double degrees, Stream stream) {
            return squares * degrees / (2 * stream.nextGamma(degrees / 2));
        }

        /**
         * The variances of seed, condition and residual; with replicates, of seed, condition, interaction and error.
         */
        double[] variances() {
            double error = replicated ? errorSquares / errorDegrees : interactionSquares / interactionDegrees;
            double interaction = replicated ? (interactionSquares - interactionDegrees * error) / interactionWeight : 0;
            double seed = (seedSquares - seedDegrees * error - interactionInSeeds * interaction) / seedWeight;
            double condition = (conditionSquares - conditionDegrees * error - interactionInConditions * interaction)
                    / conditionWeight;
            return replicated
                    ? new double[] {seed, condition, interaction, error}
                    : new double[] {seed, condition, error};
        }
    }
}
