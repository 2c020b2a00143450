package org.noisebook.figure;

import java.util.List;
import java.util.Optional;
import org.noisebook.experiment.Study;

/**
 * Studies of a paper with the figure drawn of them and the page that tells it.
 *
 * <p>All chapters are listed in {@code META-INF/services/org.noisebook.figure.Chapter}, the one list that catalogue, commands, pages and
 * site read.
 */
public interface Chapter {
    /** The computations. */
    List<Study<?, ?>> studies();

    /** The figure. */
    Story story();

    /** The hand-written part of the paper's page; none where it is a file {@code KEY.md} in the paper's folder. */
    Optional<PaperPage> page();
}
