package org.noisebook.solver;

import java.util.List;

/**
 * The description of a method: formula, cost, error and limits.
 *
 * <p><b>Special cases</b>: no text is blank; an order of 0 means that no order is claimed.
 *
 * @param id lower-case words joined by hyphens, such as {@code rk4}
 * @param kind what it solves
 * @param formula one step from t to t + h, in plain text
 * @param strongOrder p: the mean distance between paths with the same noise is O(h^p); for an ODE, the order
 * @param weakOrder p: the error of expectations is O(h^p); for an ODE, the order
 * @param evaluations field evaluations per step; for an adaptive method, per trial step
 * @param noises standard normal vectors per step
 * @param error its error, and the step size above which it is unstable
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
    /** The kind of problem that a method solves. */
    public enum Kind {
        /** dX = b(t, X) dt. */
        ODE,
        /** dX = f(t, X) dt + √rate(t) dW. */
        SDE,
        /** Sampling from noise to data along a diffusion with known marginals. */
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

    /** Begins the card of a sampler of a diffusion. */
    public static Draft diffusion(String id, String formula) {
        return new Draft(id, formula);
    }

    /** A card that is being written; of no order, one evaluation and no noise unless it says otherwise. */
    public static final class Draft {
        private final String id;
        private final String formula;
        private double strongOrder;
        private double weakOrder;
        private int evaluations = 1;
        private int noises;
        private String error = "";
        private String avoidWhen = "";

        Draft(String id, String formula) {
            this.id = id;
            this.formula = formula;
        }

        /** The strong and the weak order. */
        public Draft orders(double strong, double weak) {
            strongOrder = strong;
            weakOrder = weak;
            return this;
        }

        /** Field evaluations and normal vectors a step. */
        public Draft cost(int newEvaluations, int newNoises) {
            evaluations = newEvaluations;
            noises = newNoises;
            return this;
        }

        /** Its error. */
        public Draft error(String text) {
            error = text;
            return this;
        }

        /** When not to use it. */
        public Draft avoidWhen(String text) {
            avoidWhen = text;
            return this;
        }

        /** The card, with its source. */
        public MethodCard from(String source) {
            return new MethodCard(
                    id, Kind.DIFFUSION, formula, strongOrder, weakOrder, evaluations, noises, error, avoidWhen, source);
        }
    }
}
