package org.noisebook.data;

import java.util.Optional;
import java.util.stream.Stream;

/** An array of another library, read entry by entry by code that does not depend on that library. */
public interface ArrayView {
    /** The library's name for such an array and its data type, such as {@code INDArray FLOAT}. */
    String kind();

    /** Whether the entries are numbers or booleans. */
    boolean hasNumbers();

    /** Lengths of the axes; {0} for an array with no shape or no entries. */
    long[] shape();

    /**
     * One entry: {@code Long}, {@code Double} or {@code Boolean}; a narrow floating-point entry becomes the double with
     * the same decimal text, 0.1 for the float 0.1.
     *
     * @throws IllegalArgumentException if the array holds something else
     */
    Object at(long... place);

    /** The view of an array from a library known to this build; empty for anything else. */
    static Optional<ArrayView> of(Object value) {
        return OptionalServices.of(Library.class).stream()
                .filter(library ->
                        library.type().filter(type -> type.isInstance(value)).isPresent())
                .map(library -> library.view(value))
                .findFirst();
    }

    /** The classes that can be viewed. */
    static Stream<Class<?>> types() {
        return OptionalServices.of(Library.class).stream().flatMap(library -> library.type().stream());
    }

    /** An array library that only some builds include. */
    interface Library {
        /** The class of its arrays; empty if the library is not on the class path. */
        Optional<Class<?>> type();

        /** The view of one of its arrays. */
        ArrayView view(Object array);
    }
}
