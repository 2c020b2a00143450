package org.noisebook.model;

import org.noisebook.rng.Stream;

/**
 * A network that learns a vector for each point by Adam: inputs are set column by column, scores are read the same way.
 *
 * <p>A training step is {@link #begin}, {@link #setInputs}, {@link #forward}, {@link #copyScores}, {@link #setSlopes},
 * {@link #backward}, {@link #adam}. Belongs to one thread.
 */
public interface RegressionNet {
    /** Number of weights and biases. */
    int weightCount();

    /** Draws the weights, with the given gain for hidden layers. */
    void initialise(Stream stream, double gain);

    /** All weights and biases, packed. */
    double[] weights();

    /** The weights as averaged by {@link #average}, packed; the weights themselves before its first call. */
    double[] averagedWeights();

    /** Sets all weights and biases from their packed form and forgets moments and averages. */
    void setWeights(double[] packed);

    /** Starts a batch of the given size; inputs that are not set again keep the values of earlier batches. */
    void begin(int cases);

    /** Sets inputs {@code first} … of all samples, one row per input. */
    void setInputs(int first, double[][] x);

    /** Sets one input of all samples of this batch to the same number. */
    void setInput(int input, double value);

    /** Runs the batch forward and keeps what derivatives need. */
    void forward();

    /** Runs the batch forward, with the same scores as {@link #forward()} but without support for derivatives. */
    void evaluate();

    /** Copies the scores of the last batch to {@code to}, one row per score. */
    void copyScores(double[][] to);

    /** Sets the derivatives of a loss of the last batch with respect to its scores, one row per score. */
    void setSlopes(double[][] byScores);

    /** Computes the derivatives of the loss of the last batch with respect to all weights. */
    void backward();

    /** The derivatives of the scores of the last batch along one direction per sample, for the first inputs. */
    void along(double[][] direction, double[][] out);

    /** One step of Adam with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
    void adam(double learningRate);

    /** Adds the current weights to their exponential average. */
    void average(double decay);
}
