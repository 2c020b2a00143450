package org.noisebook.experiment;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents a component of a config or result record for the command line, tables and docs; a {@code @param} beside it says only
 * what this does not.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Parameter {
    /** What it is, one phrase. */
    String value();

    /** The symbol the field uses, such as {@code χ}; empty if none. */
    String symbol() default "";

    /** The allowed values, such as {@code [1, trainSize]}, which {@link Ranges} checks; empty for results. */
    String range() default "";

    /**
     * The value, as text, at which a record's text leaves the component out; empty for one that always stands there. A
     * component that is added to a config says here how runs went before, so that old texts and keys stay.
     */
    String omit() default "";

    /** The value, as text, that the config a user starts from has; empty for results and for records with a {@code standard()}. */
    String standard() default "";

    /** How many numbers a result's list has, such as {@code steps + 1} with a component or method of the config; empty where no figure reads it. */
    String length() default "";
}
