package org.noisebook.stats;

import org.noisebook.rng.Stream;

/**
 * Answers questions about a holdout by the training value, unless both differ by more than a noisy threshold; then by the holdout value with
 * noise (Dwork, Feldman, Hardt, Pitassi, Reingold and Roth 2015, doi:10.1126/science.aaa9375; Laplace noise of one scale throughout).
 *
 * <p><b>Units</b>: those of the values. <b>Cost</b>: two draws of noise a question, whatever the answer.
 *
 * @param threshold difference up to which the training value is the answer, at least 0
 * @param noise scale of the Laplace noise on threshold and answers, at least 0
 */
public record Thresholdout(double threshold, double noise) {
    /** Checks. */
    public Thresholdout {
        if (!(threshold >= 0)) {
            throw new IllegalArgumentException("threshold must be at least 0, got " + threshold);
        }
        if (!(noise >= 0)) {
            throw new IllegalArgumentException("noise must be at least 0, got " + noise);
        }
    }

    /**
     * An answer.
     *
     * @param value what is told
     * @param read whether it tells of the holdout
     */
    public record Answer(double value, boolean read) {}

    /** The answer to one question. */
    public Answer answer(double training, double holdout, Stream stream) {
        double border = threshold + laplace(stream);
        double told = holdout + laplace(stream);
        boolean read = Math.abs(training - holdout) > border;
        return new Answer(read ? told : training, read);
    }

    private double laplace(Stream stream) {
        double size = -noise * StrictMath.log(stream.nextPositive());
        return stream.nextDouble() < 0.5 ? -size : size;
    }
}
