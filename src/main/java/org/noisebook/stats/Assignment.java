package org.noisebook.stats;

import java.util.Arrays;

/**
 * The permutation π that minimises Σ_i cost[i][π(i)]: exact optimal transport between two point sets of equal size.
 *
 * <p>Rows are added one at a time; for each, Dijkstra's algorithm finds the shortest augmenting path under reduced
 * costs, and the dual variables are updated (Jonker and Volgenant 1987, doi:10.1007/BF02278710, without
 * initialisation).
 *
 * <p><b>Shapes</b>: row-major [n × n]. <b>Special cases</b>: ties go to the lower column; n = 0 gives an empty result.
 * <b>Error</b>: exact up to rounding of the sums. <b>Cost</b>: O(n³) in the worst case; 0.1 s at n = 512. For larger
 * sets use an entropic method.
 */
public final class Assignment {
    private Assignment() {}

    /**
     * π(i) for every row i.
     *
     * @param size n
     * @param cost finite numbers
     */
    public static int[] of(int size, double[] cost) {
        if (size < 0 || cost.length != (long) size * size) {
            throw new IllegalArgumentException(
                    "cost must have size² numbers with size=" + size + ", got " + cost.length);
        }
        for (double c : cost) {
            if (!Double.isFinite(c)) {
                throw new IllegalArgumentException("cost must be finite, got " + c);
            }
        }
        // Column {@code size} is the start of the path of a new row.
        int[] rowOf = new int[size + 1];
        int[] before = new int[size];
        double[] rowDual = new double[size];
        double[] columnDual = new double[size + 1];
        double[] distance = new double[size];
        boolean[] done = new boolean[size + 1];
        Arrays.fill(rowOf, -1);
        for (int row = 0; row < size; row++) {
            rowOf[size] = row;
            Arrays.fill(distance, Double.POSITIVE_INFINITY);
            Arrays.fill(done, false);
            int column = size;
            while (rowOf[column] >= 0) {
                done[column] = true;
                int from = rowOf[column];
                double least = Double.POSITIVE_INFINITY;
                int next = -1;
                for (int j = 0; j < size; j++) {
                    if (done[j]) {
                        continue;
                    }
                    double reduced = cost[from * size + j] - rowDual[from] - columnDual[j];
                    if (reduced < distance[j]) {
                        distance[j] = reduced;
                        before[j] = column;
                    }
                    if (distance[j] < least) {
                        least = distance[j];
                        next = j;
                    }
                }
                for (int j = 0; j <= size; j++) {
                    if (done[j]) {
                        rowDual[rowOf[j]] += least;
                        columnDual[j] -= least;
                    } else if (j < size) {
                        distance[j] -= least;
                    }
                }
                column = next;
            }
            while (column != size) {
                rowOf[column] = rowOf[before[column]];
                column = before[column];
            }
        }
        int[] columns = new int[size];
        for (int j = 0; j < size; j++) {
            columns[rowOf[j]] = j;
        }
        return columns;
    }
}
