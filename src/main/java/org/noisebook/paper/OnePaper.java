package org.noisebook.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.figure.Chapter;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Story;
import org.noisebook.rng.Streams;

/**
 * A paper in one class under a {@link Paper}: its study, the figure with its claims, and the page.
 *
 * <p>Config and result are records nested in it. Each component has a {@code Parameter}; those of the config have a {@code
 * standard} value and, where not every value will do, a {@code range}, so that neither record has a body. They share no component name.
 * {@link #inputs}, {@link #memory} and {@link #work} are overridden where they matter.
 *
 * @param <C> config record
 * @param <R> result record
 */
public abstract class OnePaper<C extends Record, R extends Record & Outcome> implements Study<C, R>, Chapter {
    /** One run; {@link Outcome.Diverged} ends it where numbers are no longer finite. */
    protected abstract R measure(C config, Streams streams);

    /** Declares cells, panels and claims on a board. */
    protected abstract void tell(Board board);

    /** The page: what the paper claims, what was measured, and what a reader should take from it. */
    protected abstract String says();

    private Paper paper() {
        return getClass().getAnnotation(Paper.class);
    }

    @Override
    public final String id() {
        return paper().study();
    }

    @Override
    public final int version() {
        return paper().version();
    }

    @Override
    public final String title() {
        return paper().does();
    }

    @Override
    public final Set<String> streamNames() {
        return Set.of(paper().streams());
    }

    /** What {@link Paper#cite} says, the paper itself with its title. */
    @Override
    public final List<String> sources() {
        List<String> sources = new ArrayList<>(List.of(paper().cite()));
        int end = sources.get(0).length() - source().length();
        sources.set(
                0,
                new StringBuilder(sources.get(0))
                        .insert(end, paper().title() + ", ")
                        .toString());
        return sources;
    }

    @Override
    public final Study<C, R> study() {
        return this;
    }

    @Override
    public final R run(C config, Streams streams) {
        Ranges.check(config);
        try {
            return measure(config, streams);
        } catch (Outcome.Diverged e) {
            return Outcome.diverged(resultType());
        }
    }

    /** Replica 0 under a root seed of the standard config with some changes, such as {@code steps=20, level=3}. */
    public final R run(String changes, long rootSeed) {
        return run(config(changes), Streams.of(rootSeed));
    }

    /** The standard config with some changes; none if empty. */
    protected final C config(String changes) {
        return Schema.with(defaults(), changes);
    }

    /** The identifier of the paper, as sources of claims name it. */
    protected final String source() {
        String cite = paper().cite()[0];
        return cite.substring(cite.lastIndexOf(", ") + 2);
    }

    /** Cells of the standard config under a condition, which claims on them name. */
    protected final Setting<C, R> on(Board board, String condition) {
        return new Setting<>(board, this, defaults(), condition, Optional.empty());
    }

    @Override
    public final PaperPage page() {
        Paper paper = paper();
        return new PaperPage(
                paper.key(), paper.title(), paper.cite()[0], List.of(paper.figure()), List.of(id()), says());
    }

    @Override
    public final Story story() {
        return new Told<>(this, paper());
    }

    /** The figure of a paper. */
    private static final class Told<C extends Record, R extends Record & Outcome> extends Story {
        private final OnePaper<C, R> teller;

        Told(OnePaper<C, R> teller, Paper head) {
            super(head.figure(), head.shows(), teller.sources());
            this.teller = teller;
        }

        @Override
        public Class<?> home() {
            return teller.getClass();
        }

        @Override
        protected void tell(Board board) {
            teller.tell(board);
        }
    }
}
