package org.noisebook.papers.hypad;

/**
 * The Poincaré ball of curvature −1 (Ganea, Bécigneul, Hofmann 2018, arXiv 1805.09112).
 *
 * <p>Points and tangents are arrays of the same length; points have norm below 1. <b>Error</b>: 10⁻¹² up to radius 0.99, growing as 1/(1 − radius).
 */
final class PoincareBall {
    private PoincareBall() {}

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += x[k] * y[k];
        }
        return sum;
    }

    static double[] times(double a, double... x) {
        double[] out = x.clone();
        for (int k = 0; k < out.length; k++) {
            out[k] *= a;
        }
        return out;
    }

    /** x ⊕ y = ((1 + 2⟨x, y⟩ + |y|²)x + (1 − |x|²)y)/(1 + 2⟨x, y⟩ + |x|²|y|²). */
    static double[] plus(double[] x, double[] y) {
        double xy = dot(x, y);
        double xx = dot(x, x);
        double yy = dot(y, y);
        double below = 1 + 2 * xy + xx * yy;
        double[] out = new double[x.length];
        for (int k = 0; k < out.length; k++) {
            out[k] = ((1 + 2 * xy + yy) * x[k] + (1 - xx) * y[k]) / below;
        }
        return out;
    }

    /** exp_x(v) = x ⊕ tanh(|v|/(1 − |x|²)) v/|v|. */
    static double[] exp(double[] x, double[] v) {
        double norm = Math.sqrt(dot(v, v));
        return norm == 0 ? x.clone() : plus(x, times(StrictMath.tanh(norm / (1 - dot(x, x))) / norm, v));
    }

    /** log_x(y) = (1 − |x|²) artanh|w| w/|w|, w = −x ⊕ y. */
    static double[] log(double[] x, double[] y) {
        double[] w = plus(times(-1, x), y);
        double norm = Math.sqrt(dot(w, w));
        return norm == 0 ? w : times((1 - dot(x, x)) * artanh(norm) / norm, w);
    }

    private static double artanh(double r) {
        return 0.5 * StrictMath.log1p(2 * r / (1 - r));
    }

    /** 2 artanh|−x ⊕ y|. */
    static double mobiusDistance(double[] x, double[] y) {
        double[] w = plus(times(-1, x), y);
        return 2 * artanh(Math.sqrt(dot(w, w)));
    }

    /** arcosh(1 + 2|x − y|²/((1 − |x|²)(1 − |y|²))) = 2 arsinh(|x − y|/√…), without cancellation at small distances. */
    static double distance(double[] x, double[] y) {
        double square = 0;
        for (int k = 0; k < x.length; k++) {
            square += (x[k] - y[k]) * (x[k] - y[k]);
        }
        double s = Math.sqrt(square / ((1 - dot(x, x)) * (1 - dot(y, y))));
        return 2 * StrictMath.log1p(s + s * s / (1 + Math.sqrt(1 + s * s)));
    }
}
