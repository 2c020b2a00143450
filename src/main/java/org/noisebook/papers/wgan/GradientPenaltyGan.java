package org.noisebook.papers.wgan;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.rng.Stream;

/**
 * A Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028): generator 16-64-64-d, critic d-64-1, leaky ReLU of slope
 * 0.2, batch 64, five critic steps, λ = 10, Adam (0, 0.9) at a rate from 10⁻³ to 0.
 *
 * <p>The critic D = aᵀφ(Vx + c) has the gradient g = Vᵀ(a∘φ′) and φ″ = 0, so that the penalty λ(|g| − 1)² has the gradient (a∘φ′)rᵀ in V and
 * φ′∘Vr in a, r = 2λ(|g| − 1)g/|g|.
 *
 * <p><b>Shapes</b>: [coordinate][sample]. <b>Range</b>: data of a standard deviation near 1, one scale for all coordinates: whitened ones train
 * badly. <b>Cost</b>: 2.5 ms a step on one core. Not for what a resampling of the data would do: compare with it first.
 */
public final class GradientPenaltyGan {
    private static final int LATENT = 16;
    private static final int WIDTH = 64;
    private static final int BATCH = 64;
    private static final int CRITIC_STEPS = 5;
    private static final double PENALTY = 10;
    private static final double RATE = 1e-3;
    private static final double LEAK = 0.2;

    private final Layer[] generator;
    final Layer hidden;
    final Layer out;

    /** Untrained networks for a dimension. */
    public GradientPenaltyGan(int dimension, Stream init) {
        generator = new Layer[] {
            new Layer(LATENT, WIDTH, init), new Layer(WIDTH, WIDTH, init), new Layer(WIDTH, dimension, init)
        };
        hidden = new Layer(dimension, WIDTH, init);
        out = new Layer(WIDTH, 1, init);
    }

    /** Trains on data for a number of generator steps. */
    public void train(double[][] data, int steps, Stream draws) {
        for (int step = 0; step < steps; step++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("training interrupted");
            }
            double rate = RATE * (steps - step) / steps;
            for (int k = 0; k < CRITIC_STEPS; k++) {
                double[][] real = new double[data.length][BATCH];
                double[][] between = new double[data.length][BATCH];
                double[][] fake = sample(BATCH, draws);
                for (int n = 0; n < BATCH; n++) {
                    int at = draws.nextIndex(data[0].length);
                    double share = draws.nextDouble();
                    for (int j = 0; j < data.length; j++) {
                        real[j][n] = data[j][at];
                        between[j][n] = share * real[j][n] + (1 - share) * fake[j][n];
                    }
                }
                learn(fake, 1.0 / BATCH);
                learn(real, -1.0 / BATCH);
                penalise(between);
                hidden.step(rate);
                out.step(rate);
            }
            double[][][] layers = forward(noise(BATCH, draws));
            double[][] delta = gradient(layers[5]);
            for (double[] row : delta) {
                Arrays.setAll(row, n -> -row[n] / BATCH);
            }
            for (int l = 2; l >= 0; l--) {
                delta = generator[l].backward(layers[2 * l], delta);
                if (l > 0) {
                    bend(delta, layers[2 * l - 1]);
                }
            }
            for (Layer layer : generator) {
                layer.step(rate);
            }
        }
    }

    /** New samples. */
    public double[][] sample(int count, Stream draws) {
        return forward(noise(count, draws))[5];
    }

    /** The mean norm of the critic's gradient between data and samples. */
    public double norm(double[][] data, Stream draws) {
        double[][] fake = sample(data[0].length, draws);
        double[][] middle = new double[data.length][fake[0].length];
        for (int j = 0; j < data.length; j++) {
            for (int n = 0; n < middle[j].length; n++) {
                middle[j][n] = 0.5 * data[j][n] + 0.5 * fake[j][n];
            }
        }
        double[][] g = gradient(middle);
        double sum = 0;
        for (int n = 0; n < middle[0].length; n++) {
            double square = 0;
            for (double[] row : g) {
                square += row[n] * row[n];
            }
            sum += Math.sqrt(square);
        }
        return sum / middle[0].length;
    }

    private static double[][] noise(int count, Stream draws) {
        double[][] z = new double[LATENT][count];
        for (double[] row : z) {
            Arrays.setAll(row, n -> draws.nextGaussian());
        }
        return z;
    }

    /** Inputs and sums of the three layers in turn, last what is generated. */
    private double[][][] forward(double[][] z) {
        double[][][] all = new double[6][][];
        all[0] = z;
        for (int l = 0; l < 3; l++) {
            all[2 * l + 1] = generator[l].forward(all[2 * l]);
            if (l < 2) {
                all[2 * l + 2] = leaky(all[2 * l + 1]);
            }
        }
        return all;
    }

    private static double[][] leaky(double[][] z) {
        double[][] out = new double[z.length][z[0].length];
        for (int i = 0; i < z.length; i++) {
            for (int n = 0; n < z[i].length; n++) {
                out[i][n] = Math.max(z[i][n], LEAK * z[i][n]);
            }
        }
        return out;
    }

    /** Multiplies by φ′ of sums. */
    private static double[][] bend(double[][] delta, double[][] z) {
        for (int i = 0; i < z.length; i++) {
            for (int n = 0; n < z[i].length; n++) {
                delta[i][n] *= z[i][n] > 0 ? 1 : LEAK;
            }
        }
        return delta;
    }

    /** Adds the gradient of factor Σ D(x). */
    void learn(double[][] x, double factor) {
        double[][] z = hidden.forward(x);
        double[][] top = new double[1][x[0].length];
        Arrays.fill(top[0], factor);
        hidden.learn(x, bend(out.backward(leaky(z), top), z));
    }

    /** a∘φ′ of the samples. */
    private double[][] weights(double[][] z) {
        double[][] s = new double[WIDTH][z[0].length];
        for (int i = 0; i < WIDTH; i++) {
            Arrays.fill(s[i], out.w[0][i]);
        }
        return bend(s, z);
    }

    private double[][] gradient(double[][] x) {
        return hidden.transposed(weights(hidden.forward(x)), x.length);
    }

    /** Adds the gradient of the penalty at a batch. */
    void penalise(double[][] x) {
        double[][] z = hidden.forward(x);
        double[][] s = weights(z);
        double[][] r = hidden.transposed(s, x.length);
        for (int n = 0; n < BATCH; n++) {
            double square = 1e-24;
            for (double[] row : r) {
                square += row[n] * row[n];
            }
            double norm = Math.sqrt(square);
            for (double[] row : r) {
                row[n] *= 2 * PENALTY * (norm - 1) / (norm * BATCH);
            }
        }
        addOuter(hidden.gradient, s, r);
        for (int i = 0; i < WIDTH; i++) {
            double[] along = new double[BATCH];
            for (int j = 0; j < x.length; j++) {
                add(along, hidden.w[i][j], r[j]);
            }
            for (int n = 0; n < BATCH; n++) {
                out.gradient[0][i] += (z[i][n] > 0 ? 1 : LEAK) * along[n];
            }
        }
    }

    private static void add(double[] sum, double factor, double... x) {
        for (int n = 0; n < x.length; n++) {
            sum[n] += factor * x[n];
        }
    }

    /** Adds Σ_n δ[o][n] x[i][n] to sum[o][i], in order of n. */
    private static void addOuter(double[][] sum, double[][] delta, double[][] x) {
        double[] column = new double[x.length];
        for (int n = 0; n < x[0].length; n++) {
            for (int i = 0; i < column.length; i++) {
                column[i] = x[i][n];
            }
            for (int o = 0; o < sum.length; o++) {
                add(sum[o], delta[o][n], column);
            }
        }
    }

    /** Weights, their gradient and Adam's second moments; the bias is the last column. */
    static final class Layer {
        final double[][] w;
        final double[][] gradient;
        private final double[][] square;
        private double decay = 1;

        Layer(int in, int out, Stream init) {
            w = new double[out][in + 1];
            gradient = new double[out][in + 1];
            square = new double[out][in + 1];
            for (double[] row : w) {
                for (int i = 0; i < in; i++) {
                    row[i] = init.nextGaussian() * Math.sqrt(2.0 / in);
                }
            }
        }

        double[][] forward(double[][] x) {
            double[][] z = new double[w.length][x[0].length];
            for (int o = 0; o < w.length; o++) {
                Arrays.fill(z[o], w[o][x.length]);
                for (int i = 0; i < x.length; i++) {
                    add(z[o], w[o][i], x[i]);
                }
            }
            return z;
        }

        double[][] transposed(double[][] delta, int in) {
            double[][] back = new double[in][delta[0].length];
            for (int o = 0; o < w.length; o++) {
                for (int i = 0; i < in; i++) {
                    add(back[i], w[o][i], delta[o]);
                }
            }
            return back;
        }

        /** Adds the gradient of Σ δz. */
        void learn(double[][] x, double[][] delta) {
            addOuter(gradient, delta, x);
            for (int o = 0; o < w.length; o++) {
                for (double d : delta[o]) {
                    gradient[o][x.length] += d;
                }
            }
        }

        /** Adds the gradient of Σ δz and returns that in x. */
        double[][] backward(double[][] x, double[][] delta) {
            learn(x, delta);
            return transposed(delta, x.length);
        }

        /** A step of Adam (β₁ = 0, β₂ = 0.9). */
        void step(double rate) {
            decay *= 0.9;
            for (int o = 0; o < w.length; o++) {
                for (int i = 0; i < w[o].length; i++) {
                    double g = gradient[o][i];
                    square[o][i] = 0.9 * square[o][i] + 0.1 * g * g;
                    w[o][i] -= rate * g / (Math.sqrt(square[o][i] / (1 - decay)) + 1e-8);
                }
            }
            for (double[] row : gradient) {
                Arrays.fill(row, 0);
            }
        }
    }
}
