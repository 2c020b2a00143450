package org.noisebook.figure;

import java.util.function.ToDoubleFunction;

/** Where claims are made: a {@link Board}, or a {@link Plot} that shows them. */
interface Claiming {
    /** A claim; its id is the figure's and this name. */
    ClaimDraft claim(String name, String statement);

    /** A claim on cells of a line, whose condition ends the statement. */
    default ClaimDraft claim(String name, String quantity, Line<?, ?> line) {
        return claim(name, quantity, line, Double.NaN);
    }

    /** A claim on the cell of a line at an x, which ends the statement with the line's condition. */
    default ClaimDraft claim(String name, String quantity, Line<?, ?> line, double x) {
        return claim(name, quantity + line.place(x));
    }

    /** A claim on the mean of a number over the replicas of that cell. */
    default <R extends Record> ClaimDraft claim(
            String name, String quantity, Line<?, R> line, double x, ToDoubleFunction<? super R> value) {
        return claim(name, quantity, line, x).of(line.at(x), value);
    }
}
