package org.noisebook.paper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Annotates a {@link OnePaper} with the paper it belongs to and the names of its study and figure. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Paper {
    /** The paper's identifier, which names its page, such as {@code 2301.13703}. */
    String key();

    /** The paper's title; empty if the page is a file, which contains it, and {@link #cite} is complete. */
    String title() default "";

    /** Authors, year and identifier of the paper, then of the study's other references. */
    String[] cite();

    /** The study's name on the command line, lower case. */
    String study();

    /** The study's version, increased whenever the same config would give different numbers. */
    int version();

    /** What the study computes, in one phrase. */
    String does();

    /** The name of the figure, for its files and the command line. */
    String figure();

    /** The figure's title. */
    String shows();

    /** The streams a run draws from, which {@code --fix} may pin. */
    String[] streams();

    /** Further studies of the paper, each with a public constructor without arguments. */
    Class<? extends PaperStudy<?, ?>>[] with() default {};
}
