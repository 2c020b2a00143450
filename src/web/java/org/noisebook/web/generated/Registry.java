package org.noisebook.web.generated;

import org.noisebook.figure.Story;

/** Stands for the registry, which the build writes anew from what reflection tells on the JVM. */
public final class Registry {
    private Registry() {}

    /** Tells {@link org.noisebook.web.Reflect} what is known of each record, family and study. */
    public static void fill() {
        throw new IllegalStateException("the build writes this class");
    }

    /** The figure with this id. */
    public static Story story(String id) {
        throw new IllegalStateException("the build writes this class, which knows " + id);
    }
}
