package org.noisebook.paper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The head of a {@link OnePaper}: which paper it is, and the names of its study and figure. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Paper {
    /** The paper's identifier, which names its page, such as {@code 2301.13703}. */
    String key();

    /** The paper's title; empty where the page is a file, which has it, and {@link #cite} says all. */
    String title() default "";

    /** Authors, year and identifier of the paper, then of what else the study rests on. */
    String[] cite();

    /** The study's name on the command line, lower case. */
    String study();

    /** The study's version, raised whenever the same config would give other numbers. */
    int version();

    /** What the study computes, one phrase. */
    String does();

    /** The name of the figure's files and of the figure on the command line. */
    String figure();

    /** The figure's title. */
    String shows();

    /** The streams a run draws from: what {@code --fix} may pin. */
    String[] streams();

    /** Further studies of the paper, each with a public constructor without arguments. */
    Class<? extends PaperStudy<?, ?>>[] with() default {};
}
