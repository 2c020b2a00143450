package org.noisebook.solver;

import org.apache.commons.math3.stat.regression.SimpleRegression;

/** The order of a method: the slope of log error against log step. */
final class OrderFit {
    /** Of ODE methods, as the style guide says. */
    static final double ODE_TOLERANCE = 0.15;

    /** Of SDE methods, as the style guide says. */
    static final double SDE_TOLERANCE = 0.3;

    private OrderFit() {}

    static double slope(int[] steps, double[] errors) {
        SimpleRegression line = new SimpleRegression();
        for (int i = 0; i < steps.length; i++) {
            line.addData(-StrictMath.log(steps[i]), StrictMath.log(errors[i]));
        }
        return line.getSlope();
    }
}
