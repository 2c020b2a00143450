package org.noisebook.chart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Level lines of a field on a grid by marching squares.
 *
 * <p>W. E. Lorensen and H. E. Cline, Computer Graphics 21 (1987) 163, doi:10.1145/37402.37422, in two dimensions; a
 * saddle is decided by the mean of the four corners. A square with a NaN corner carries no line. <i>Error</i>: second
 * order in the grid step. <i>Cost</i>: linear in the number of squares.
 */
final class Contours {
    private final double[] x;
    private final double[] y;
    private final double[][] field;
    private final double level;

    private Contours(double[] x, double[] y, double[][] field, double level) {
        this.x = x;
        this.y = y;
        this.field = field;
        this.level = level;
    }

    /** The polylines {@code {x[], y[]}}; a closed one repeats its first point. Order is fixed by the grid. */
    static List<double[][]> trace(double[] x, double[] y, double[][] field, double level) {
        return new Contours(x, y, field, level).run();
    }

    /*
     * Each grid edge carries at most one crossing, and each crossing touches at most two segments, one in each square
     * beside the edge. So link[edge] holds up to two neighbours, and lines are walks over links.
     */
    private List<double[][]> run() {
        int nx = x.length;
        int ny = y.length;
        int edges = 2 * nx * ny;
        int[][] link = new int[edges][];
        if (nx > 1 && ny > 1 && !Double.isNaN(level)) {
            for (int j = 0; j + 1 < ny; j++) {
                for (int i = 0; i + 1 < nx; i++) {
                    square(i, j, link);
                }
            }
        }
        List<double[][]> lines = new ArrayList<>();
        boolean[] seen = new boolean[edges];
        for (int e = 0; e < edges; e++) {
            if (link[e] != null && !seen[e]) {
                lines.add(walk(e, link, seen));
            }
        }
        return lines;
    }

    private void square(int i, int j, int[][] link) {
        double a = field[j][i] - level;
        double b = field[j][i + 1] - level;
        double c = field[j + 1][i + 1] - level;
        double d = field[j + 1][i] - level;
        if (Double.isNaN(a + b + c + d)) {
            return;
        }
        int south = edge(i, j, false);
        int east = edge(i + 1, j, true);
        int north = edge(i, j + 1, false);
        int west = edge(i, j, true);
        int code = (a >= 0 ? 1 : 0) | (b >= 0 ? 2 : 0) | (c >= 0 ? 4 : 0) | (d >= 0 ? 8 : 0);
        boolean centreAbove = (a + b + c + d) / 4 >= 0;
        switch (code) {
            case 1, 14 -> join(west, south, link);
            case 2, 13 -> join(south, east, link);
            case 3, 12 -> join(west, east, link);
            case 4, 11 -> join(east, north, link);
            case 6, 9 -> join(south, north, link);
            case 7, 8 -> join(north, west, link);
            case 5, 10 -> {
                // 5: a and c above. If the centre is above too, b and d are cut off, else a and c are.
                if ((code == 5) == centreAbove) {
                    join(south, east, link);
                    join(north, west, link);
                } else {
                    join(west, south, link);
                    join(east, north, link);
                }
            }
            default -> {}
        }
    }

    /** The edge that starts at node (i, j) and runs up or to the right. */
    private int edge(int i, int j, boolean up) {
        return 2 * (j * x.length + i) + (up ? 1 : 0);
    }

    private static void join(int e, int f, int[][] link) {
        add(e, f, link);
        add(f, e, link);
    }

    private static void add(int from, int to, int[][] link) {
        link[from] = link[from] == null ? new int[] {to, -1} : new int[] {link[from][0], to};
    }

    private double[][] walk(int start, int[][] link, boolean[] seen) {
        Deque<Integer> chain = new ArrayDeque<>();
        chain.add(start);
        seen[start] = true;
        boolean closed = false;
        for (int side = 0; side < 2 && !closed; side++) {
            int previous = start;
            int at = link[start][side];
            while (at >= 0 && !seen[at]) {
                seen[at] = true;
                if (side == 0) {
                    chain.addLast(at);
                } else {
                    chain.addFirst(at);
                }
                int next = link[at][0] == previous ? link[at][1] : link[at][0];
                previous = at;
                at = next;
            }
            closed = at == start;
        }
        if (closed) {
            chain.addLast(start);
        }
        double[][] line = new double[2][chain.size()];
        int k = 0;
        for (int e : chain) {
            place(e, line, k++);
        }
        return line;
    }

    private void place(int e, double[][] line, int k) {
        int node = e / 2;
        int i = node % x.length;
        int j = node / x.length;
        boolean up = e % 2 == 1;
        double from = field[j][i];
        double to = up ? field[j + 1][i] : field[j][i + 1];
        double t = (level - from) / (to - from);
        line[0][k] = up ? x[i] : x[i] + t * (x[i + 1] - x[i]);
        line[1][k] = up ? y[j] + t * (y[j + 1] - y[j]) : y[j];
    }
}
