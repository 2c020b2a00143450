package org.noisebook.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Board;
import org.noisebook.figure.Chapter;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Story;

/**
 * A paper in a single class with a {@link Paper} annotation: its study, the figure with its claims, and the page.
 * Further studies are listed in {@link Paper#with}.
 *
 * @param <C> config record
 * @param <R> result record
 */
public abstract class OnePaper<C extends Record, R extends Record & Outcome> extends PaperStudy<C, R>
        implements Chapter {
    /** Declares cells, panels and claims on a board. */
    protected abstract void tell(Board board);

    /**
     * The page: the paper's claims, the measurements, and what a reader should take from them; empty if it is a file.
     */
    protected String says() {
        return "";
    }

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

    /** The references in {@link Paper#cite}, with the paper's own title added. */
    @Override
    public final List<String> sources() {
        List<String> sources = new ArrayList<>(List.of(paper().cite()));
        if (!paper().title().isEmpty()) {
            int end = sources.get(0).length() - source().length();
            sources.set(
                    0,
                    new StringBuilder(sources.get(0))
                            .insert(end, paper().title() + ", ")
                            .toString());
        }
        return sources;
    }

    @Override
    public final List<Study<?, ?>> studies() {
        List<Study<?, ?>> studies = new ArrayList<>(List.of(this));
        for (Class<? extends PaperStudy<?, ?>> further : paper().with()) {
            try {
                studies.add(further.getConstructor().newInstance());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot make " + further.getName(), e);
            }
        }
        return studies;
    }

    /** The identifier of the paper, as used in the sources of claims. */
    protected final String source() {
        String cite = paper().cite()[0];
        return cite.substring(cite.lastIndexOf(", ") + 2);
    }

    @Override
    public final Optional<PaperPage> page() {
        Paper paper = paper();
        List<String> ids = studies().stream().map(Study::id).toList();
        return Optional.of(new PaperPage(
                        paper.key(), paper.title(), paper.cite()[0], List.of(paper.figure()), ids, says()))
                .filter(page -> !page.text().isEmpty());
    }

    @Override
    public final Story story() {
        return new Told<>(this, paper());
    }

    /** The figure of a paper. */
    private static final class Told<C extends Record, R extends Record & Outcome> extends Story {
        private final OnePaper<C, R> teller;

        Told(OnePaper<C, R> teller, Paper head) {
            super(
                    head.figure(),
                    head.shows(),
                    teller.studies().stream()
                            .flatMap(study -> study.sources().stream())
                            .distinct()
                            .toList());
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
