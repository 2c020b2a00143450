package org.noisebook.checkpoint;

import java.util.Locale;
import org.noisebook.data.Quoted;
import org.noisebook.linalg.Activation;

/**
 * The kernels of a fully connected network of infinite width, exact: Σ of its outputs at the start (NNGP) and Θ (NTK).
 *
 * <p>Σ₀ = Θ₀ = XXᵀ/d; for l = 1 … D: Σ_l = T(Σ_{l−1}), Θ_l = Σ_l + Θ_{l−1} ∘ Ṫ(Σ_{l−1}), with the activation scaled to E φ(ξ)² = 1, weights
 * N(0, 1), no biases, layers divided by √(inputs). The read-out of {@link org.noisebook.model.FullyConnected} carries 1/h: hΘ → Θ_D,
 * h E[f f′] → Σ_D.
 *
 * <p><b>Source</b>: Lee et al. 2018 (arXiv 1711.00165), Jacot, Gabriel and Hongler 2018 (arXiv 1806.07572); T of ReLU by Cho and Saul 2009
 * (NIPS 22), of erf by Williams 1997 (NIPS 9). <b>Shapes</b>: {@code [n][n]}, row-major. <b>Error</b>: rounding; a single network of width h
 * is about 2.3/√h (D = 1) to 3.3/√h (D = 3) away from it. <b>Cost</b>: n² (d + D).
 *
 * @param covariance Σ_D
 * @param tangent Θ_D
 */
public record InfiniteWidth(double[] covariance, double[] tangent) {
    /**
     * A fully connected network.
     *
     * @param depth hidden layers
     */
    public record Network(Activation activation, int depth) {
        /** Of words such as {@code relu:3}. */
        public static Network of(String words) {
            try {
                String[] parts = words.split(":", 2);
                Network network =
                        new Network(Activation.valueOf(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]));
                // Refuses what it cannot take.
                InfiniteWidth.of(network.activation, network.depth, 1, 1);
                return network;
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "an infinite-width network must be relu, erf or linear with its number of hidden layers, such as relu:3, got '"
                                + Quoted.of(words) + "'",
                        e);
            }
        }
    }

    /** Copies. */
    public InfiniteWidth {
        covariance = covariance.clone();
        tangent = tangent.clone();
    }

    /** T and Ṫ for covariances a, b of the points and c between them; {@code same} where they are one point. */
    private static double[] moments(Activation activation, double a, double b, double c, boolean same) {
        return switch (activation) {
            case RELU -> {
                double size = StrictMath.sqrt(a * b);
                double rho = size == 0 ? 0 : same ? 1 : Math.max(-1, Math.min(1, c / size));
                double sine = StrictMath.sqrt((1 - rho) * (1 + rho));
                double open = Math.PI - StrictMath.atan2(sine, rho);
                yield new double[] {size * (sine + open * rho) / Math.PI, open / Math.PI};
            }
            case ERF -> {
                double square = activation.secondMoment();
                double sizes = (1 + 2 * a) * (1 + 2 * b);
                double arc = 2 / Math.PI * StrictMath.asin(2 * c / StrictMath.sqrt(sizes));
                double slope = 4 / Math.PI / StrictMath.sqrt(sizes - 4 * c * c);
                yield new double[] {arc / square, slope / square};
            }
            case LINEAR -> new double[] {c, 1};
            default ->
                throw new IllegalArgumentException(
                        "activation must be RELU, ERF or LINEAR, whose integrals have closed forms, got " + activation);
        };
    }

    /**
     * The kernels on points.
     *
     * @param activation ReLU, erf or linear: those whose integrals are closed
     * @param depth D, hidden layers, at least 1
     * @param dimension d
     * @param points {@code [n][d]}, row-major
     */
    public static InfiniteWidth of(Activation activation, int depth, int dimension, double... points) {
        if (depth < 1 || dimension < 1 || points.length % dimension != 0) {
            throw new IllegalArgumentException(
                    "depth and dimension must be at least 1 and points whole rows, got depth " + depth + ", dimension "
                            + dimension + ", " + points.length + " numbers");
        }
        int n = points.length / dimension;
        double[] covariance = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < dimension; k++) {
                    covariance[i * n + j] += points[i * dimension + k] * points[j * dimension + k] / dimension;
                }
            }
        }
        double[] tangent = covariance.clone();
        for (int layer = 0; layer < depth; layer++) {
            double[] next = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    int at = i * n + j;
                    double[] both =
                            moments(activation, covariance[i * n + i], covariance[j * n + j], covariance[at], i == j);
                    next[at] = both[0];
                    tangent[at] = both[0] + tangent[at] * both[1];
                }
            }
            covariance = next;
        }
        return new InfiniteWidth(covariance, tangent);
    }

    @Override
    public double[] covariance() {
        return covariance.clone();
    }

    @Override
    public double[] tangent() {
        return tangent.clone();
    }
}
