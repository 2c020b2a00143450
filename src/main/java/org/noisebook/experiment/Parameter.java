package org.noisebook.experiment;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Documents a component of a config or result for the command line, tables and docs; {@code @param} adds the rest. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Parameter {
    /** The meaning, in one phrase. */
    String value();

    /** The usual symbol in the field, such as {@code χ}; empty if none. */
    String symbol() default "";

    /** The allowed values, such as {@code [1, trainSize]}, which {@link Ranges} checks; empty for results. */
    String range() default "";

    /**
     * The value, as text, at which a record's text omits the component; empty for a component that is always written. A
     * component added to a config gives the earlier behaviour here, so that old texts and keys remain valid.
     */
    String omit() default "";

    /** The value, as text, in the default config; empty for results and for records with a {@code standard()}. */
    String standard() default "";

    /** The length of a result's list, such as {@code steps + 1} in terms of the config; empty if no figure reads it. */
    String length() default "";
}
