package org.noisebook.chart;

import java.awt.geom.Rectangle2D;

/**
 * The plot area on the sheet; each ruler gives positions from 0 to 1 along its axis. If {@code lying}, the named x axis
 * runs downward and the y axis to the right.
 */
record Canvas(Rectangle2D box, Ruler x, Ruler y, boolean lying) {
    /** Positions more than ten plot sizes away are clipped; they are invisible anyway, and the geometry stays exact. */
    private static final double FAR = 10;

    double px(double u, double v) {
        return box.getX() + near(lying ? v : u) * box.getWidth();
    }

    double py(double u, double v) {
        return lying ? box.getY() + near(u) * box.getHeight() : box.getMaxY() - near(v) * box.getHeight();
    }

    /** The sheet position of a pair of values. */
    double[] at(double valueX, double valueY) {
        double u = x.u(valueX);
        double v = y.u(valueY);
        return new double[] {px(u, v), py(u, v)};
    }

    boolean holds(double u, double v) {
        return u >= 0 && u <= 1 && v >= 0 && v <= 1;
    }

    /** The y position of an edge; infinite values, and values at or below 0 on a log axis, lie beyond the border. */
    double edge(double value) {
        if (value == Double.POSITIVE_INFINITY) {
            return 2;
        }
        return value <= 0 && y.scale().isLog() ? -1 : y.u(value);
    }

    private static double near(double u) {
        return Math.min(FAR, Math.max(-FAR, u));
    }
}
