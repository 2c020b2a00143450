package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
 * A figure, told in the order a reader meets it: cells, panels whose series are cells × reduction, then claims on the same
 * reductions.
 *
 * <p>Command line, script, notebook and library call {@link #draw}; the numbers are the same everywhere. A figure is one
 * class, listed in {@code META-INF/services/org.noisebook.figure.Story}, or that of a {@link Chapter}.
 */
public abstract class Story {
    private final String id;
    private final String title;
    private final List<String> sources;

    /**
     * The head.
     *
     * @param id the name of its files and on the command line
     * @param title one line
     * @param sources what it rests on
     */
    protected Story(String id, String title, List<String> sources) {
        this.id = id;
        this.title = title;
        this.sources = List.copyOf(sources);
    }

    /** The sources of several studies. */
    protected static List<String> sources(Study<?, ?>... studies) {
        return Arrays.stream(studies).flatMap(study -> study.sources().stream()).toList();
    }

    /** The name of its files and on the command line. */
    public final String id() {
        return id;
    }

    /** One line. */
    public final String title() {
        return title;
    }

    /** The studies behind it. */
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
     * What the cells that are declared before the first question for a result will take, said before a long preset starts;
     * empty where their study cannot tell.
     */
    public String forecast(Preset preset, Experiment experiment) {
        if (preset == Preset.QUICK) {
            return "";
        }
        Board board = new Board(id, preset, experiment, new NoRuns(), Variant.none());
        try {
            tell(board);
        } catch (Asked asked) {
            // All that can be known without results is declared.
        }
        return Waiting.forecast(board.waiting(), shareOfWork(), experiment);
    }

    /** Computes a shard's runs, as far as they depend on no others that are missing; gives what is missing then, drawing nothing. */
    public final Plan shard(Preset preset, Experiment shard) {
        List<Sweep<?, ?>> sweeps = new ArrayList<>();
        try {
            tell(new Board(id, preset, shard.withLog(sweeps::add)));
        } catch (Shard.Pending ignored) {
            // The plan says how much.
        }
        return shard.plan(sweeps, shareOfWork());
    }

    /** The measured cost of its runs as a share of {@link Study#work}, for the forecast. */
    protected double shareOfWork() {
        return 1;
    }

    /** Declares cells, panels and claims; runs what they need. */
    protected abstract void tell(Board board);

    /** What is declared or made for each of several things, in their order. */
    protected static <S, T> List<T> each(List<S> things, Function<? super S, T> made) {
        return things.stream().map(made).toList();
    }

    /** Runs what is needed, reduces and draws. */
    public final Drawing draw(Preset preset, Experiment experiment) {
        return draw(preset, experiment, Variant.none());
    }

    /** The same with a reader's own settings. */
    final Drawing draw(Preset preset, Experiment experiment, Variant variant) {
        Board board = new Board(id, preset, experiment, new Runs.Computed(experiment), variant);
        tell(board);
        variant.check();
        return board.drawing(title);
    }

    /**
     * A drawn figure.
     *
     * @param data exactly what is plotted
     * @param plate the chart
     * @param recipe how the table becomes the chart, for {@link Edition#committed}
     * @param caption what it shows, which intervals and n
     * @param replicas replicas a point, as text such as {@code 64}
     * @param claims the claims it judges, none if it only shows
     */
    public record Drawing(Frame data, Plate plate, String recipe, String caption, String replicas, List<Claim> claims) {
        /** Copies the list. */
        public Drawing {
            claims = List.copyOf(claims);
        }
    }

    /** The first question for a result on a board that runs nothing. */
    static final class Asked extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Of a board that is only to know its cells. */
    private static final class NoRuns implements Runs {
        @Override
        public <C extends Record, R extends Record> IntFunction<List<R>> of(Sweep<C, R> sweep) {
            throw new Asked();
        }
    }
}
