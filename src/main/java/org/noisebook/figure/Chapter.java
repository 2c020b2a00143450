package org.noisebook.figure;

import org.noisebook.experiment.Study;

/**
 * One study of a paper with the figure drawn of it and the page that tells it.
 *
 * <p>All chapters are listed in {@code META-INF/services/org.noisebook.figure.Chapter}, the one list that catalogue, commands, pages and
 * site read.
 */
public interface Chapter {
    /** The computation. */
    Study<?, ?> study();

    /** The figure. */
    Story story();

    /** The hand-written part of the paper's page. */
    PaperPage page();
}
