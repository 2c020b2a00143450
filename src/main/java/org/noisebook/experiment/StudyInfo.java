package org.noisebook.experiment;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a {@link Study}; placed on its class. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface StudyInfo {
    /** The name on the command line, lower case. */
    String id();

    /** Increased whenever the same config would give different numbers. */
    int version();

    /** What the study computes, in one sentence. */
    String title();

    /** The streams a run draws from, which {@code --fix} may pin. */
    String[] streams();

    /** References: author, year, identifier. */
    String[] sources();
}
