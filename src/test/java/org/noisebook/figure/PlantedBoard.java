package org.noisebook.figure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Sweep;

/** What a figure claims where the results of its cells are planted: no experiment, no cache and no picture. */
public final class PlantedBoard {
    private PlantedBoard() {}

    /** The results of a config and a replica. */
    private record Planting(BiFunction<Record, Integer, Record> law) implements Runs {
        @Override
        @SuppressWarnings("unchecked") // whoever plants knows the study's result
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            Map<Integer, List<R>> planted = new HashMap<>();
            return cell -> planted.computeIfAbsent(
                    cell,
                    c -> IntStream.range(0, sweep.cells().get(c).replicas())
                            .mapToObj(r -> (R) law.apply(sweep.cells().get(c).config(), r))
                            .toList());
        }

        @Override
        public boolean areDrawn() {
            return false;
        }
    }

    /** The claims of the quick preset. */
    public static List<Claim> claims(Story story, BiFunction<Record, Integer, Record> law) {
        Board board = new Board(story.id(), Preset.QUICK, new Planting(law), Variant.none());
        story.tell(board);
        return board.claims();
    }
}
