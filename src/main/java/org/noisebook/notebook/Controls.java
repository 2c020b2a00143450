package org.noisebook.notebook;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.noisebook.notebook.Control.Kind;

/**
 * A number, a choice or a yes or no that the reader of a notebook moves, and what is shown for it: a chart, a figure, a table, a text.
 *
 * <pre>{@code Controls.slider("temperature", 0, 2, 0.1, t -> chart(t)).at(1)}</pre>
 *
 * <p>Name one at the end of a cell. Its lambda is called for the first value, and again for each that the reader chooses; of those
 * chosen while it draws, the last. It returns what is to be shown; what it prints stands above that. If it throws, its message is
 * shown until the next move.
 */
public final class Controls {
    private Controls() {}

    /**
     * A slider over a range.
     *
     * @param from its first value
     * @param to its last, if a whole number of steps leads there
     * @param step above 0
     */
    public static Control slider(String label, double from, double to, double step, DoubleFunction<?> draw) {
        if (!(step > 0 && from < to && Double.isFinite((to - from) / step))) {
            throw new IllegalArgumentException(
                    label + " must go from a number up to a larger one by a step above 0, got " + from + " to " + to
                            + " by " + step);
        }
        // In decimals: three steps of 0.1 are 0.3.
        BigDecimal width = BigDecimal.valueOf(step);
        BigDecimal first = BigDecimal.valueOf(from);
        int steps = BigDecimal.valueOf(to)
                .subtract(first)
                .divideToIntegralValue(width)
                .min(BigDecimal.valueOf(Control.MOST_POSITIONS))
                .intValue();
        return slider(
                label,
                IntStream.rangeClosed(0, steps)
                        .mapToObj(k -> first.add(width.multiply(BigDecimal.valueOf(k))))
                        .mapToDouble(BigDecimal::doubleValue)
                        .toArray(),
                draw);
    }

    /** A slider over these values, in this order. */
    public static Control slider(String label, double[] values, DoubleFunction<?> draw) {
        double[] all = values.clone();
        return Control.of(Kind.SLIDER, label, DoubleStream.of(all).boxed().toList(), k -> draw.apply(all[k]));
    }

    /** A choice among these values, named by their text. */
    public static <T> Control choice(String label, List<T> values, Function<? super T, ?> draw) {
        List<T> all = List.copyOf(values);
        return Control.of(Kind.CHOICE, label, all, k -> draw.apply(all.get(k)));
    }

    /** A yes or no, which begins as no. */
    public static Control toggle(String label, Function<Boolean, ?> draw) {
        List<Boolean> all = Arrays.asList(false, true);
        return Control.of(Kind.TOGGLE, label, all, k -> draw.apply(all.get(k)));
    }
}
