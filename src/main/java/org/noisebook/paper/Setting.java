package org.noisebook.paper;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToIntFunction;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Varied;

/**
 * A config with a condition in words, from which cells are declared; statements of claims on a cell end with its
 * position: {@code , w = 2; condition}.
 *
 * @param board the board for the cells
 * @param study the study run in them
 * @param config their common config
 * @param condition its description in the statements of claims
 * @param replicas number of replicas of a cell
 * @param <C> config record
 * @param <R> result record
 */
public record Setting<C extends Record, R extends Record>(
        Board board, Study<C, R> study, C config, String condition, Optional<ToIntFunction<C>> replicas)
        implements Varied<Setting<C, R>> {
    /** A setting with a study's standard config and a condition that claims on its cells quote. */
    public static <C extends Record, R extends Record> Setting<C, R> of(
            Board board, Study<C, R> study, String condition) {
        return new Setting<>(board, study, study.defaults(), condition, Optional.empty());
    }

    /** The setting with changes to its config, such as {@code steps=20, level=3}. */
    @Override
    public Setting<C, R> with(String changes) {
        return new Setting<>(board, study, Schema.with(config, changes), condition, replicas);
    }

    /** The setting with another condition in words. */
    public Setting<C, R> called(String words) {
        return new Setting<>(board, study, config, words, replicas);
    }

    /** The setting with a number of replicas that depends on the config instead of the board's current number. */
    public Setting<C, R> replicas(ToIntFunction<C> count) {
        return new Setting<>(board, study, config, condition, Optional.of(count));
    }

    private Cell<C, R> cell(C one) {
        return replicas.map(count -> board.cell(study, one, count.applyAsInt(one)))
                .orElseGet(() -> board.cell(study, one));
    }

    /** One cell for each value of a field. */
    public Line<C, R> along(String field, double... x) {
        return board.lineOf(x, value -> cell(Schema.with(config, field, value))).placed(places(field, Numbers::format));
    }

    /** One cell for each value of a non-numeric field, at x = 1, 2, …. */
    public Line<C, R> each(String field, String... values) {
        double[] x = Line.numbered(values.length);
        List<String> texts = List.of(values);
        return board.lineOf(x, k -> cell(Schema.with(config, field + "=" + texts.get((int) k - 1))))
                .placed(places(field, k -> texts.get((int) k - 1)));
    }

    /** One cell. */
    public Line<C, R> cell() {
        return Line.of(Line.numbered(1), List.of(cell(config))).placed(x -> "; " + condition);
    }

    private DoubleFunction<String> places(String field, DoubleFunction<String> value) {
        String symbol = Schema.symbol(config, field);
        return x -> (Double.isNaN(x) ? "" : ", " + symbol + " = " + value.apply(x)) + "; " + condition;
    }
}
