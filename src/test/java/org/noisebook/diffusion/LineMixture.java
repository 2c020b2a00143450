package org.noisebook.diffusion;

import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Score;
import org.noisebook.stats.KolmogorovSmirnov;

/** A mixture on the line under a diffusion, by formulas written apart from those of the kit. */
record LineMixture(double[] weights, double[] means, double[] variances) {
    /** The pair of modes of section 7.4 of the project's notes: mean 0.1, variance 2.19. */
    static LineMixture reference() {
        return new LineMixture(new double[] {0.3, 0.7}, new double[] {-2, 1}, new double[] {0.16, 0.36});
    }

    static LineMixture normal(double mean, double variance) {
        return new LineMixture(new double[] {1}, new double[] {mean}, new double[] {variance});
    }

    GaussianMixture data() {
        return GaussianMixture.onLine(weights, means, variances);
    }

    Score score(Diffusion diffusion) {
        return Score.of(1, (tau, x, count, out) -> {
            double a = diffusion.meanCoefficient(tau);
            double noise = diffusion.variance(tau);
            for (int k = 0; k < count; k++) {
                double sum = 0;
                double total = 0;
                double largest = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < weights.length; i++) {
                    largest = Math.max(largest, log(i, a, noise, x[0][k]));
                }
                for (int i = 0; i < weights.length; i++) {
                    double w = Math.exp(log(i, a, noise, x[0][k]) - largest);
                    total += w;
                    sum += w * (a * means[i] - x[0][k]) / (a * a * variances[i] + noise);
                }
                out[0][k] = sum / total;
            }
        });
    }

    private double log(int i, double a, double noise, double x) {
        double variance = a * a * variances[i] + noise;
        double off = x - a * means[i];
        return Math.log(weights[i] / Math.sqrt(2 * Math.PI * variance)) - off * off / (2 * variance);
    }

    double logDensity(Diffusion diffusion, double tau, double x) {
        double a = diffusion.meanCoefficient(tau);
        double noise = diffusion.variance(tau);
        return Math.log(IntStream.range(0, weights.length)
                .mapToDouble(i -> Math.exp(log(i, a, noise, x)))
                .sum());
    }

    /** E[x_0 | x]. */
    double denoised(Diffusion diffusion, double tau, double x) {
        double a = diffusion.meanCoefficient(tau);
        double noise = diffusion.variance(tau);
        double log = logDensity(diffusion, tau, x);
        return IntStream.range(0, weights.length)
                .mapToDouble(i -> Math.exp(log(i, a, noise, x) - log)
                        * (means[i] + a * variances[i] * (x - a * means[i]) / (a * a * variances[i] + noise)))
                .sum();
    }

    double cumulative(Diffusion diffusion, double tau, double x) {
        double a = diffusion.meanCoefficient(tau);
        double noise = diffusion.variance(tau);
        return IntStream.range(0, weights.length)
                .mapToDouble(i ->
                        weights[i] * Erf.erfc((a * means[i] - x) / Math.sqrt(2 * (a * a * variances[i] + noise))) / 2)
                .sum();
    }

    /** Largest distance of the distribution functions of samples and x_τ. */
    double distance(Diffusion diffusion, double tau, double[] samples) {
        return KolmogorovSmirnov.oneSample(samples, x -> cumulative(diffusion, tau, x))
                .statistic();
    }
}
