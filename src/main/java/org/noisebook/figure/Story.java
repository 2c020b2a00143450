package org.noisebook.figure;

import java.util.List;
import org.noisebook.experiment.Experiment;

/**
 * A figure told in the order a reader meets it: cells, panels whose series are cells × reduction, then claims on the same
 * reductions.
 *
 * <p>Command line, script, notebook and library call {@link #draw}; the numbers are the same everywhere. A figure is one
 * class, listed in {@code META-INF/services/org.noisebook.figure.Figure}.
 */
public abstract class Story implements Figure {
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

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String title() {
        return title;
    }

    @Override
    public final List<String> sources() {
        return sources;
    }

    /** What the cells that are declared before the first question for a result will take, where their study can tell. */
    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return preset == Preset.QUICK ? "" : Board.forecast(this, preset, experiment);
    }

    /** Declares cells, panels and claims; runs what they need. */
    protected abstract void tell(Board board);

    @Override
    public final Drawing draw(Preset preset, Experiment experiment) {
        Board board = new Board(id, preset, experiment);
        tell(board);
        return board.drawing();
    }
}
