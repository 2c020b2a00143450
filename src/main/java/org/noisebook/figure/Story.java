package org.noisebook.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.noisebook.chart.Plate;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Plan;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;

/**
 * A figure, defined in the order in which a reader meets it: cells, panels whose series are reductions of cells, then
 * claims on the same reductions.
 *
 * <p>Command line, script, notebook and library call {@link #draw}; the numbers are the same everywhere. A figure is
 * one class, either listed in {@code META-INF/services/org.noisebook.figure.Story} or part of a {@link Chapter}.
 */
public abstract class Story {
    private final String id;
    private final String title;
    private final List<String> sources;

    /**
     * A figure with the given header.
     *
     * @param id the name used for its files and on the command line
     * @param title a one-line title
     * @param sources its references
     */
    protected Story(String id, String title, List<String> sources) {
        this.id = id;
        this.title = title;
        this.sources = List.copyOf(sources);
    }

    /** The name used for its files and on the command line. */
    public final String id() {
        return id;
    }

    /** The one-line title. */
    public final String title() {
        return title;
    }

    /** Its references. */
    public final List<String> sources() {
        return sources;
    }

    /** The class that defines it. */
    public Class<?> home() {
        return getClass();
    }

    /** The presets it has. */
    public Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL);
    }

    /**
     * The expected cost of the cells declared before the first request for a result, announced before a long preset
     * starts; empty if their study cannot estimate it.
     */
    public String forecast(Preset preset, Experiment experiment) {
        if (preset == Preset.QUICK) {
            return "";
        }
        Board board = new Board(id, preset, new NoRuns(experiment.rootSeed()), Variant.none());
        try {
            tell(board);
        } catch (Asked asked) {
            // Everything that can be known without results has been declared.
        }
        return Waiting.forecast(board.waiting(), shareOfWork(), experiment);
    }

    /** The paper's main claim, if the figure judges it; runs nothing. */
    public final Optional<Headline> headline() {
        Board board = new Board(id, Preset.QUICK, new NoRuns(Experiment.STANDARD_SEED), Variant.none());
        try {
            tell(board);
        } catch (Asked asked) {
            // The headline comes before anything that asks for results.
        }
        return board.headline();
    }

    /**
     * Judges the deciding claims of the headline at settings drawn from its box, with the quick edition's replicas.
     *
     * @param seed seed of the draws
     * @param settings numbers of the settings, from 1; none for those of the box
     * @param listener takes the claims of each setting as soon as they are judged
     * @throws IllegalArgumentException if there is no headline with a box
     */
    public final void vary(Runs runs, long seed, List<Integer> settings, Consumer<List<Variation>> listener) {
        vary(runs, new Board.Drawn(seed, settings, "", listener));
    }

    /**
     * Judges the deciding claims of the headline at one setting inside its box.
     *
     * @param setting values of all fields of the box in their order, such as {@code sigma=0.3, clean=0.1}
     * @throws IllegalArgumentException if there is no headline with a box, or the setting lies outside
     */
    public final void judgeAt(Runs runs, String setting, Consumer<List<Variation>> listener) {
        vary(runs, new Board.Drawn(0, List.of(), setting, listener));
    }

    private void vary(Runs runs, Board.Drawn asked) {
        if (headline().flatMap(Headline::box).isEmpty()) {
            throw new IllegalArgumentException(id + " has no headline with a box of settings");
        }
        Board board = new Board(id, Preset.QUICK, runs, Variant.none()).draws(asked);
        try {
            tell(board);
        } catch (Asked done) {
            // All settings are judged; the figure itself is not asked for.
        }
    }

    /**
     * Computes a shard's runs, as far as they need no missing runs of others, without drawing; plans what is missing.
     */
    public final Plan shard(Preset preset, Experiment shard) {
        List<Sweep<?, ?>> sweeps = new ArrayList<>();
        try {
            tell(new Board(id, preset, shard.withLog(sweeps::add)));
        } catch (Shard.Pending ignored) {
            // The plan reports how much is missing.
        }
        return shard.plan(sweeps, shareOfWork());
    }

    /** The measured cost of its runs as a fraction of {@link Study#work}, for the forecast. */
    protected double shareOfWork() {
        return 1;
    }

    /** Declares cells, panels and claims, and runs what they need. */
    protected abstract void tell(Board board);

    /** The results of a function applied to each of several things, in order. */
    protected static <S, T> List<T> each(List<S> things, Function<? super S, T> made) {
        return things.stream().map(made).toList();
    }

    /** Runs what is needed, reduces the results and draws the figure. */
    public final Drawing draw(Preset preset, Experiment experiment) {
        return draw(preset, new Runs.Computed(experiment), Variant.none());
    }

    /** The same with a reader's own settings. */
    final Drawing draw(Preset preset, Runs runs, Variant variant) {
        Board board = new Board(id, preset, runs, variant);
        tell(board);
        variant.check();
        return board.drawing(title);
    }

    /**
     * A drawn figure.
     *
     * @param data the plotted data
     * @param plate the chart
     * @param recipe instructions for drawing the chart from the table, for {@link Edition#committed}
     * @param caption what it shows, which intervals and n
     * @param replicas replicas per point, as text such as {@code 64}
     * @param claims the claims it judges; may be empty
     */
    public record Drawing(Frame data, Plate plate, String recipe, String caption, String replicas, List<Claim> claims) {
        public Drawing {
            claims = List.copyOf(claims);
        }
    }

    /** Thrown at the first request for a result on a board that runs nothing. */
    static final class Asked extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** For a board that only collects its cells. */
    private record NoRuns(long rootSeed) implements Runs {
        @Override
        public boolean areDrawn() {
            return false;
        }

        @Override
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            throw new Asked();
        }
    }
}
