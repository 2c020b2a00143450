package org.noisebook.figure;

import java.util.function.ToDoubleFunction;

/** Creates claims: a {@link Board}, or a {@link Plot} that shows them. */
interface Claiming {
    /** A new claim; its id consists of the figure's id and this name. */
    ClaimDraft claim(String name, String statement);

    /** A claim on the cells of a line, whose condition is appended to the statement. */
    default ClaimDraft claim(String name, String quantity, Line<?, ?> line) {
        return claim(name, quantity, line, Double.NaN);
    }

    /**
     * A claim on the cell of a line at x. A sentence, which ends with a full stop, ends with the line's condition in words, such as
     * {@code at H = 0.8 (T = 4)}; to other statements the condition is appended.
     */
    default ClaimDraft claim(String name, String quantity, Line<?, ?> line, double x) {
        return claim(name, Words.at(quantity, line.place(x)));
    }

    /** A claim on the mean of a number over the replicas of the cell at x. */
    default <R extends Record> ClaimDraft claim(
            String name, String quantity, Line<?, R> line, double x, ToDoubleFunction<? super R> value) {
        return claim(name, quantity, line, x).of(line.at(x), value);
    }
}
