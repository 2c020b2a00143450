package org.noisebook.sgd;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.special.Gamma;

/**
 * Panel quadrature of {@code integral over x > 0 of 2 c_chi x^chi exp(-x^2/2) g(zeta(x)) dx}, {@code zeta} linear in
 * {@code x}, for the four averages of {@link PerceptronTheory#reduced}.
 *
 * <p>Write {@code lambda = signal/noise}, {@code z = threshold/noise}, so {@code zeta = z - lambda x}. Where {@code
 * zeta > 9} the normal distribution function is 1 to double precision and only {@code exp(-x^2/2)}, of width 1, varies;
 * beyond, the integrand is {@code x^chi} times functions no sharper than a Gaussian of width {@code
 * (1+lambda^2)^(-1/2)}. Sixteen nodes integrate a panel of two widths to rounding error; panels are also no longer than
 * their distance to 0, which keeps {@code x^chi} smooth on them. The first panel's rule includes {@code x^chi}.
 *
 * <p>Rules: Gauss-Legendre from the library; Gauss-Jacobi on [0, 1] from the eigenvalues of the recurrence matrix (G.
 * H. Golub, J. H. Welsch, Math. Comp. 23 (1969) 221). Normal distribution: W. J. Cody, Math. Comp. 23 (1969) 631.
 */
final class PerceptronTheoryQuadrature {

    private static final int ORDER = 16;

    /** Phi(9) differs from 1, and phi(9) from 0, by less than 1e-17. */
    private static final double SATURATION = 9.0;

    /** Reach beyond a Gaussian's peak, in widths: exp(-9.5^2/2) is 3e-20. */
    private static final double REACH = 9.5;

    /** Longest panel in widths of the local Gaussian. */
    private static final double PANEL = 2.0;

    /**
     * Above this threshold/noise the step is so sharp that its width enters only squared, with relative error 1e-12.
     */
    private static final double SHARP = 1e7;

    private static final double[] NODE = new double[ORDER];
    private static final double[] WEIGHT = new double[ORDER];

    static {
        GaussIntegrator legendre = new GaussIntegratorFactory().legendreHighPrecision(ORDER);
        for (int i = 0; i < ORDER; i++) {
            NODE[i] = 0.5 * (1.0 + legendre.getPoint(i));
            WEIGHT[i] = 0.5 * legendre.getWeight(i);
        }
    }

    private final double chi;
    private final double logConstant;
    private final double[] firstNode;
    private final double[] firstWeight;

    private PerceptronTheoryQuadrature(double chi) {
        this.chi = chi;
        this.logConstant = logTwiceDensityConstant(chi);
        this.firstNode = new double[ORDER];
        this.firstWeight = new double[ORDER];
        double[] diagonal = new double[ORDER];
        double[] offDiagonal = new double[ORDER - 1];
        for (int k = 0; k < ORDER; k++) {
            // Recurrence of the Jacobi polynomials (0, chi), mapped from [-1, 1] to [0, 1].
            double s = 2.0 * k + chi;
            diagonal[k] = k == 0 ? (chi + 1.0) / (chi + 2.0) : 0.5 * (1.0 + chi * chi / (s * (s + 2.0)));
            if (k > 0) {
                offDiagonal[k - 1] = k * (k + chi) / (s * StrictMath.sqrt((s + 1.0) * (s - 1.0)));
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(diagonal, offDiagonal);
        for (int i = 0; i < ORDER; i++) {
            double first = eigen.getEigenvector(i).getEntry(0);
            firstNode[i] = eigen.getRealEigenvalue(i);
            firstWeight[i] = first * first / (chi + 1.0);
        }
    }

    static PerceptronTheoryQuadrature of(double chi) {
        return new PerceptronTheoryQuadrature(chi);
    }

    /** ln(2 c_chi) = -((chi-1)/2) ln 2 - ln Gamma((chi+1)/2). */
    static double logTwiceDensityConstant(double chi) {
        return -0.5 * (chi - 1.0) * StrictMath.log(2.0) - Gamma.logGamma(0.5 * (chi + 1.0));
    }

    PerceptronTheory.Reduced reduced(double signal, double noise, double threshold, double meanSignal) {
        if (signal <= 0.0 && noise == 0.0) {
            double all = signal < 0.0 || threshold > 0.0 ? 1.0 : 0.0;
            return new PerceptronTheory.Reduced(all, all * meanSignal, 0.0, all);
        }
        if (signal > 0.0 && threshold > SHARP * noise || noise == 0.0) {
            return sharp(signal, noise, threshold, meanSignal);
        }
        double z = threshold / noise;
        double lambda = signal / noise;
        if (lambda == 0.0 || Double.isInfinite(z)) {
            double density = normalDensity(z);
            double distribution = normalDistribution(z, density);
            double spread = density == 0.0 ? distribution : distribution - z * density;
            return new PerceptronTheory.Reduced(distribution, meanSignal * distribution, density, spread);
        }
        if (Double.isInfinite(lambda)) {
            return sharp(signal, 0.0, threshold, meanSignal);
        }
        return panels(z, lambda);
    }

    /** Points are unfitted if |x_1| < r: the limit of a sharp step, with the width kept to first order in Gp. */
    private PerceptronTheory.Reduced sharp(double signal, double noise, double threshold, double meanSignal) {
        double r = threshold / signal;
        double half = 0.5 * r * r;
        if (Double.isInfinite(half)) {
            return new PerceptronTheory.Reduced(1.0, meanSignal, 0.0, 1.0);
        }
        double n = Gamma.regularizedGammaP(0.5 * (chi + 1.0), half);
        double drift = meanSignal * Gamma.regularizedGammaP(0.5 * (chi + 2.0), half);
        double density = r == 0.0 && chi > 0.0
                ? 0.0
                : StrictMath.exp(logConstant + (chi == 0.0 ? 0.0 : chi * StrictMath.log(r)) - half);
        return new PerceptronTheory.Reduced(n, drift, noise / signal * density, n);
    }

    private PerceptronTheory.Reduced panels(double z, double lambda) {
        double width = 1.0 / StrictMath.hypot(1.0, lambda);
        double step = PANEL * width;
        // For a positive signal the step of Phi starts here, and left of it only the density varies. Infinite when
        // lambda
        // is tiny. For a negative signal Phi rises and saturates on the right.
        double onset = (z - SATURATION) / lambda;
        double end = StrictMath.sqrt(chi + 2.0) + REACH;
        if (lambda > 0.0) {
            double mean = z * (lambda * width) * width;
            double peak = 0.5 * (mean + StrictMath.sqrt(mean * mean + 4.0 * (chi + 2.0) * width * width));
            end = StrictMath.min(end, StrictMath.max(peak, z / lambda) + REACH * width);
        }
        Sums sums = new Sums();
        double left = 0.0;
        double zeta = z;
        while (left < end) {
            double toOnset = lambda > 0.0 ? onset - left : zeta >= SATURATION ? PANEL : 0.0;
            boolean plain = toOnset >= step;
            double length = plain ? StrictMath.min(PANEL, toOnset) : step;
            if (left > 0.0) {
                length = StrictMath.min(length, left);
            }
            boolean reachesOnset = lambda > 0.0 && plain && length == toOnset;
            length = StrictMath.min(length, end - left);
            add(sums, left, length, zeta, lambda);
            // Anchoring zeta at the onset avoids the cancellation in z - lambda x when the step is narrow.
            zeta = reachesOnset ? SATURATION : zeta - lambda * length;
            left = reachesOnset ? onset : left + length;
        }
        return new PerceptronTheory.Reduced(sums.n, sums.drift, sums.density, sums.spread);
    }

    private void add(Sums sums, double left, double length, double zetaLeft, double lambda) {
        boolean first = left == 0.0;
        double scale = first ? StrictMath.exp(logConstant + (chi + 1.0) * StrictMath.log(length)) : length;
        double[] nodes = first ? firstNode : NODE;
        double[] weights = first ? firstWeight : WEIGHT;
        for (int i = 0; i < ORDER; i++) {
            double offset = length * nodes[i];
            double x = left + offset;
            double zeta = zetaLeft - lambda * offset;
            double logDensity = -0.5 * x * x;
            if (!first) {
                logDensity += logConstant + (chi == 0.0 ? 0.0 : chi * StrictMath.log(x));
            }
            double w = scale * weights[i] * StrictMath.exp(logDensity);
            double phi = normalDensity(zeta);
            double distribution = w * normalDistribution(zeta, phi);
            sums.n += distribution;
            sums.drift += x * distribution;
            sums.density += w * phi;
            sums.spread += distribution - w * zeta * phi;
        }
    }

    private static double normalDensity(double zeta) {
        return PerceptronTheory.NORMAL_PEAK * StrictMath.exp(-0.5 * zeta * zeta);
    }

    /** Normal distribution function, relative error 1e-14 in the lower tail; {@code density} is phi(zeta). */
    static double normalDistribution(double zeta, double density) {
        double y = StrictMath.abs(zeta) * 0.70710678118654752440;
        if (y <= 0.46875) {
            double q = y * y;
            double top = ((((1.85777706184603153e-1 * q + 3.16112374387056560e0) * q + 1.13864154151050156e2) * q
                                    + 3.77485237685302021e2)
                            * q
                    + 3.20937758913846947e3);
            double bottom = ((((q + 2.36012909523441209e1) * q + 2.44024637934444173e2) * q + 1.28261652607737228e3) * q
                    + 2.84423683343917062e3);
            double half = 0.5 * y * top / bottom;
            return zeta > 0.0 ? 0.5 + half : 0.5 - half;
        }
        double scaled;
        if (y <= 4.0) {
            double top = 2.15311535474403846e-8;
            double bottom = 1.0;
            for (int i = 0; i < MIDDLE_TOP.length; i++) {
                top = top * y + MIDDLE_TOP[i];
                bottom = bottom * y + MIDDLE_BOTTOM[i];
            }
            scaled = top / bottom;
        } else {
            double q = 1.0 / (y * y);
            double top = 1.63153871373020978e-2;
            double bottom = 1.0;
            for (int i = 0; i < FAR_TOP.length; i++) {
                top = top * q + FAR_TOP[i];
                bottom = bottom * q + FAR_BOTTOM[i];
            }
            scaled = (5.6418958354775628695e-1 - q * top / bottom) / y;
        }
        // erfc(y)/2 = scaled exp(-y^2)/2, and exp(-y^2) = sqrt(2 pi) phi(zeta).
        double tail = density == 0.0 ? 0.0 : scaled * density * 1.2533141373155002512;
        return zeta > 0.0 ? 1.0 - tail : tail;
    }

    private static final double[] MIDDLE_TOP = {
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3
    };

    private static final double[] MIDDLE_BOTTOM = {
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3
    };

    private static final double[] FAR_TOP = {
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4
    };

    private static final double[] FAR_BOTTOM = {
        2.56852019228982242e0,
        1.87295284992346725e0,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3
    };

    /** Running sums of the four averages. */
    private static final class Sums {
        private double n;
        private double drift;
        private double density;
        private double spread;
    }
}
