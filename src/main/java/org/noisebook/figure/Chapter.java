package org.noisebook.figure;

import java.util.List;
import java.util.Optional;
import org.noisebook.experiment.Study;

/**
 * A paper: its studies, the figure drawn from them and the page about it.
 *
 * <p>All chapters are listed in {@code META-INF/services/org.noisebook.figure.Chapter}, the single list used by
 * catalogue, commands, pages and site.
 */
public interface Chapter {
    /** The studies of the paper. */
    List<Study<?, ?>> studies();

    Story story();

    /** The hand-written part of the paper's page; empty if it is a file {@code KEY.md} in the paper's folder. */
    Optional<PaperPage> page();
}
