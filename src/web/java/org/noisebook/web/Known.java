package org.noisebook.web;

import java.lang.annotation.Annotation;

/** What reflection would know of one class; the build writes a subclass for each that is asked for. */
public abstract class Known {
    /** Its simple name. */
    public final String name;
    /** The components of a record. */
    public RecordPart[] parts = {};
    /** The members of a family of records. */
    public Class<?>[] members = {};
    /** The config and the result of a study. */
    public Class<?>[] arguments = {};

    public Annotation[] annotations = {};

    protected Known(String name) {
        this.name = name;
    }

    /** The value of a record's component. */
    public Object get(Object of, int component) {
        throw new IllegalStateException(name + " is no record");
    }

    /** A new record of its components, or a new study. */
    public Object make(Object... values) {
        throw new IllegalStateException(name + " cannot be made");
    }

    /** The result of its static method {@code standard()}; null if it has none. */
    public Object standard() {
        return null;
    }
}
