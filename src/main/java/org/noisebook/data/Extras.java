package org.noisebook.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Optional parts that only some builds of the kit have, found by {@link ServiceLoader}. */
public final class Extras {
    private Extras() {}

    /** The services of a kind on the class path; what is listed there but cannot be loaded is left out. */
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
                // The next is tried: a list outlives its classes where a folder was built with them before.
            }
        }
    }
}
