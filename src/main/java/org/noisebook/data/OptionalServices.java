package org.noisebook.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Optional parts that only some builds of the kit include, found by {@link ServiceLoader}. */
public final class OptionalServices {
    private OptionalServices() {}

    /** The services of a given kind on the class path; services that are listed but cannot be loaded are skipped. */
    public static <S> List<S> of(Class<S> kind) {
        List<S> found = new ArrayList<>();
        Iterator<S> next = ServiceLoader.load(kind, kind.getClassLoader()).iterator();
        while (true) {
            try {
                if (!next.hasNext()) {
                    return found;
                }
                found.add(next.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                // Try the next one: a build folder may still list classes of an earlier build.
            }
        }
    }
}
