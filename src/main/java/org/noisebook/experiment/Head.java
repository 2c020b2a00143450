package org.noisebook.experiment;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a {@link Study}, at the head of its class. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Head {
    /** The name on the command line, lower case. */
    String id();

    /** Raised whenever the same config would give other numbers. */
    int version();

    /** What it computes, one sentence. */
    String title();

    /** The streams a run draws from: what {@code --fix} may pin. */
    String[] streams();

    /** What it rests on: author, year, identifier. */
    String[] sources();
}
