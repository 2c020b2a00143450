package org.noisebook.papers.masked;

import java.util.Arrays;

/**
 * The distribution of sentences of a stationary Markov chain, unconditional or given some of their tokens.
 *
 * <p>Given the known tokens, a masked token depends only on its nearest known neighbours, p(s) ∝ P^d(left, s) P^e(s, right), and not on
 * the time, because masks fall on tokens regardless of their values.
 */
final class MarkovSentences {
    /** An unknown token. */
    static final int MASK = -1;

    private static final int MOST_ROUNDS = 100_000;
    private final double[] start;
    /** The powers P^d. */
    private final double[][][] powers;

    private final int tokens;

    /** Sentences of a given number of tokens; memory is tokens × symbols² numbers. */
    MarkovSentences(Language language, int tokens) {
        this.tokens = tokens;
        double[][] step = language.transitions();
        start = stationary(step);
        powers = new double[tokens + 1][][];
        powers[1] = step;
        for (int d = 2; d < tokens; d++) {
            powers[d] = times(powers[d - 1], step);
        }
    }

    private static double[] stationary(double[][] step) {
        double[] law = new double[step.length];
        Arrays.fill(law, 1.0 / law.length);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] next = times(new double[][] {law}, step)[0];
            double change = 0;
            for (int k = 0; k < law.length; k++) {
                change = Math.max(change, Math.abs(next[k] - law[k]));
            }
            law = next;
            if (change < 1e-16) {
                break;
            }
        }
        return law;
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b.length; j++) {
                    product[i][j] = Math.fma(a[i][k], b[k][j], product[i][j]);
                }
            }
        }
        return product;
    }

    /** The number of symbols. */
    int symbols() {
        return start.length;
    }

    /** The unconditional distribution of a token. */
    double[] token() {
        return start.clone();
    }

    /** The joint probability of two neighbouring tokens. */
    double pair(int left, int right) {
        return start[left] * powers[1][left][right];
    }

    /** The conditional distribution of a masked token, written to out. */
    void conditional(int[] sentence, int place, double[] out) {
        int left = place - 1;
        while (left >= 0 && sentence[left] == MASK) {
            left--;
        }
        int right = place + 1;
        while (right < sentence.length && sentence[right] == MASK) {
            right++;
        }
        double[] from = left < 0 ? start : powers[place - left][sentence[left]];
        double sum = 0;
        for (int k = 0; k < out.length; k++) {
            out[k] = right == sentence.length ? from[k] : from[k] * powers[right - place][k][sentence[right]];
            sum += out[k];
        }
        for (int k = 0; k < out.length; k++) {
            out[k] /= sum;
        }
    }

    double logProbability(int... sentence) {
        double log = StrictMath.log(start[sentence[0]]);
        for (int i = 1; i < sentence.length; i++) {
            log += StrictMath.log(powers[1][sentence[i - 1]][sentence[i]]);
        }
        return log;
    }

    /** The entropy −E log p of a sentence, in nats. */
    double entropy() {
        double rate = 0;
        for (int k = 0; k < start.length; k++) {
            rate += start[k] * GumbelTruncation.entropy(powers[1][k]);
        }
        return GumbelTruncation.entropy(start) + (tokens - 1) * rate;
    }
}
