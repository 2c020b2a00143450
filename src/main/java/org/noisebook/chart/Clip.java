package org.noisebook.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Clips polylines to the unit square, so that renderers never get distant coordinates and the SVG needs no clip ids.
 */
final class Clip {
    private Clip() {}

    /** The pieces of a polyline inside [0, 1]², each {@code {u[], v[]}}; NaN breaks the line. */
    static List<double[][]> line(double[] u, double[] v) {
        List<double[][]> pieces = new ArrayList<>();
        List<double[]> piece = new ArrayList<>();
        for (int i = 1; i < u.length; i++) {
            double[] s = segment(u[i - 1], v[i - 1], u[i], v[i]);
            if (s.length == 0) {
                flush(piece, pieces);
                continue;
            }
            if (piece.isEmpty()) {
                piece.add(new double[] {s[0], s[1]});
            }
            piece.add(new double[] {s[2], s[3]});
            if (s[2] != u[i] || s[3] != v[i]) {
                flush(piece, pieces);
            }
        }
        flush(piece, pieces);
        return pieces;
    }

    private static void flush(List<double[]> piece, List<double[][]> pieces) {
        if (piece.size() > 1) {
            double[][] line = new double[2][piece.size()];
            for (int i = 0; i < piece.size(); i++) {
                line[0][i] = piece.get(i)[0];
                line[1][i] = piece.get(i)[1];
            }
            pieces.add(line);
        }
        piece.clear();
    }

    /** The part of a segment inside the unit square by the Liang–Barsky algorithm; empty if there is none. */
    private static double[] segment(double u0, double v0, double u1, double v1) {
        double du = u1 - u0;
        double dv = v1 - v0;
        if (Double.isNaN(du + dv)) {
            return new double[0];
        }
        double from = 0;
        double to = 1;
        double[] p = {-du, du, -dv, dv};
        double[] q = {u0, 1 - u0, v0, 1 - v0};
        for (int k = 0; k < 4; k++) {
            if (p[k] == 0) {
                if (q[k] < 0) {
                    return new double[0];
                }
            } else if (p[k] < 0) {
                from = Math.max(from, q[k] / p[k]);
            } else {
                to = Math.min(to, q[k] / p[k]);
            }
        }
        if (from > to) {
            return new double[0];
        }
        // Ends are exact where nothing is clipped, so that the caller can tell.
        double a = from == 0 ? u0 : u0 + from * du;
        double b = from == 0 ? v0 : v0 + from * dv;
        double c = to == 1 ? u1 : u0 + to * du;
        double d = to == 1 ? v1 : v0 + to * dv;
        return new double[] {a, b, c, d};
    }
}
