package org.noisebook.solver;

import java.util.List;
import org.noisebook.data.Frame;

/**
 * What a method is, what it costs, how it errs and when not to use it.
 *
 * <p><b>Special cases</b>: text is never blank; an order of 0 means that none is claimed.
 *
 * @param id lower-case words joined by hyphens, such as {@code rk4}
 * @param kind what it solves
 * @param formula of one step from t to t + h, in plain text
 * @param strongOrder p: mean distance of paths on the same noise is O(h^p); of an ODE, the order
 * @param weakOrder p: distance of expectations is O(h^p); of an ODE, the order
 * @param evaluations of fields a step; of an adaptive method a trial step
 * @param noises standard normal vectors a step
 * @param error how it errs, and the step above which it is unstable
 * @param avoidWhen when not to use it
 * @param source author, year, equation or section, identifier
 */
public record MethodCard(
        String id,
        Kind kind,
        String formula,
        double strongOrder,
        double weakOrder,
        int evaluations,
        int noises,
        String error,
        String avoidWhen,
        String source) {
    /** What a method solves. */
    public enum Kind {
        /** dX = b(t, X) dt. */
        ODE,
        /** dX = f(t, X) dt + √rate(t) dW. */
        SDE,
        /** From noise to data along a diffusion whose marginals are known. */
        DIFFUSION
    }

    public MethodCard {
        for (String text : List.of(id, formula, error, avoidWhen, source)) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("a method card must have no blank text, got one in " + id);
            }
        }
        if (!(strongOrder >= 0 && weakOrder >= 0 && weakOrder < Double.POSITIVE_INFINITY)
                || strongOrder == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "orders must be in [0, inf), got " + strongOrder + " and " + weakOrder + " in " + id);
        }
        if (evaluations < 0 || noises < 0) {
            throw new IllegalArgumentException(
                    "evaluations and noises must be at least 0, got " + evaluations + " and " + noises + " in " + id);
        }
    }

    /** The cards of some methods, one a row. */
    public static Frame table(List<? extends Method> methods) {
        Frame cards = new Frame(
                "method",
                "kind",
                "formula",
                "strong order",
                "weak order",
                "evaluations a step",
                "noises a step",
                "error",
                "avoid when",
                "source");
        for (Method method : methods) {
            MethodCard card = method.card();
            cards.add(
                    card.id,
                    card.kind.name(),
                    card.formula,
                    card.strongOrder,
                    card.weakOrder,
                    card.evaluations,
                    card.noises,
                    card.error,
                    card.avoidWhen,
                    card.source);
        }
        return cards;
    }
}
