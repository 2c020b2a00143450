package org.noisebook.data;

import java.util.Optional;
import java.util.stream.Stream;

/** An array of another library, read entry by entry, for code that must not depend on that library. */
public interface ArrayView {
    /** What the library calls such an array and its data type, such as {@code INDArray FLOAT}. */
    String kind();

    /** Whether the entries are numbers or truth values. */
    boolean hasNumbers();

    /** Lengths of the axes; {0} for an array without shape or entries. */
    long[] shape();

    /**
     * An entry: {@code Long}, {@code Double} or {@code Boolean}; of narrow types the double that prints alike, 0.1 for the
     * float 0.1.
     *
     * @throws IllegalArgumentException if the array holds something else
     */
    Object at(long... place);

    /** The view of an array of a library that this build knows; empty for anything else. */
    static Optional<ArrayView> of(Object value) {
        return Extras.of(Library.class).stream()
                .filter(library ->
                        library.type().filter(type -> type.isInstance(value)).isPresent())
                .map(library -> library.view(value))
                .findFirst();
    }

    /** The classes of what can be viewed. */
    static Stream<Class<?>> types() {
        return Extras.of(Library.class).stream().flatMap(library -> library.type().stream());
    }

    /** A library of arrays that some builds know. */
    interface Library {
        /** The class of its arrays; empty if the library is not on the class path. */
        Optional<Class<?>> type();

        /** The view of one of its arrays. */
        ArrayView view(Object array);
    }
}
