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
     * A permutation and what finding it cost.
     *
     * @param columns π(i) for every row i
     * @param scanned comparisons of a reduced cost, at most n²(n + 1)/2
     */
    public record Solved(int[] columns, long scanned) {}

    /**
     * The columns of the least total cost.
     *
     * @param size n
     * @param cost finite numbers
     */
    public static Solved solved(int size, double[] cost) {
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
        // The columns not yet on the path, in ascending order, and their distances; then those on it.
        int[] free = new int[size];
        double[] distance = new double[size];
        int[] done = new int[size + 1];
        Arrays.fill(rowOf, -1);
        long scanned = 0;
        for (int row = 0; row < size; row++) {
            rowOf[size] = row;
            Arrays.fill(distance, Double.POSITIVE_INFINITY);
            Arrays.setAll(free, j -> j);
            int column = size;
            double last = 0;
            for (int onPath = 1; rowOf[column] >= 0; onPath++) {
                done[onPath - 1] = column;
                int from = rowOf[column];
                int left = size + 1 - onPath;
                double least = Double.POSITIVE_INFINITY;
                int place = -1;
                for (int k = 0; k < left; k++) {
                    int j = free[k];
                    double known = distance[k] - last;
                    double reduced = cost[from * size + j] - rowDual[from] - columnDual[j];
                    if (reduced < known) {
                        known = reduced;
                        before[j] = column;
                    }
                    distance[k] = known;
                    if (known < least) {
                        least = known;
                        place = k;
                    }
                }
                scanned += left;
                for (int k = 0; k < onPath; k++) {
                    rowDual[rowOf[done[k]]] += least;
                    columnDual[done[k]] -= least;
                }
                column = free[place];
                last = least;
                System.arraycopy(free, place + 1, free, place, left - place - 1);
                System.arraycopy(distance, place + 1, distance, place, left - place - 1);
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
        return new Solved(columns, scanned);
    }
}
