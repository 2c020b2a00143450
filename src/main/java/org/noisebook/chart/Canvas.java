package org.noisebook.chart;

import java.awt.geom.Rectangle2D;

/**
 * A plot on the sheet: where positions on its axes lie, 0 and 1 at their ends. A lying one has its x, which has names, downward and
 * its y to the right.
 */
record Canvas(Rectangle2D box, Ruler x, Ruler y, boolean lying) {
    /** Positions beyond ten plots away are cut off: they lie outside anyway, and geometry stays exact. */
    private static final double FAR = 10;

    double px(double u, double v) {
        return box.getX() + near(lying ? v : u) * box.getWidth();
    }

    double py(double u, double v) {
        return lying ? box.getY() + near(u) * box.getHeight() : box.getMaxY() - near(v) * box.getHeight();
    }

    /** The place of two values. */
    double[] at(double valueX, double valueY) {
        double u = x.u(valueX);
        double v = y.u(valueY);
        return new double[] {px(u, v), py(u, v)};
    }

    boolean holds(double u, double v) {
        return u >= 0 && u <= 1 && v >= 0 && v <= 1;
    }

    /** The position of an edge on y; one that is infinite, or at or below 0 on a log axis, lies beyond the border. */
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
