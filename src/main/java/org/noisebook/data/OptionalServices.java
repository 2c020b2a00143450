package org.noisebook.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * Optional parts of the kit: services that only some builds include, found by {@link ServiceLoader}, and libraries that the kit does not
 * bring into other projects.
 */
public final class OptionalServices {
    /** What a project adds, by the start of the name of a class that it lacks. */
    static final List<Map.Entry<String, String>> ARTIFACTS = List.of(
            Map.entry("org/knowm/", "org.knowm.xchart:xchart:3.8.8"),
            Map.entry("tech/tablesaw/", "tech.tablesaw:tablesaw-core:0.44.4"),
            Map.entry("de/rototor/", "de.rototor.pdfbox:graphics2d:3.0.1"),
            Map.entry("org/apache/pdfbox/", "de.rototor.pdfbox:graphics2d:3.0.1"),
            Map.entry("picocli/", "info.picocli:picocli:4.7.7"),
            Map.entry("org/commonmark/ext/gfm/", "org.commonmark:commonmark-ext-gfm-tables:0.27.0"),
            Map.entry("org/commonmark/ext/heading/", "org.commonmark:commonmark-ext-heading-anchor:0.27.0"),
            Map.entry("org/commonmark/", "org.commonmark:commonmark:0.27.0"),
            Map.entry("org/tomlj/", "org.tomlj:tomlj:1.1.1"),
            Map.entry("org/dflib/", "org.dflib.jjava:jjava-jupyter:1.0-a6"),
            Map.entry("org/objectweb/", "org.ow2.asm:asm:9.8"));

    private OptionalServices() {}

    /** A class of an optional library is not there; the message names the artifact to add. */
    public static final class Lacking extends NoClassDefFoundError {
        private static final long serialVersionUID = 1;

        private Lacking(String artifact, NoClassDefFoundError cause) {
            super(
                    "add " + artifact
                            + " to the dependencies of your project: this needs it, and the kit does not bring it into other projects");
            initCause(cause);
        }
    }

    /** The same error, as a {@link Lacking} if the class belongs to an optional library. */
    public static NoClassDefFoundError lacking(NoClassDefFoundError error) {
        String missing = String.valueOf(error.getMessage());
        return ARTIFACTS.stream()
                .filter(library -> missing.startsWith(library.getKey()))
                .findFirst()
                .<NoClassDefFoundError>map(library -> new Lacking(library.getValue(), error))
                .orElse(error);
    }

    /** What an adapter of an optional library gives; empty where the library is not there. */
    public static <T> Optional<T> ifThere(Supplier<Optional<T>> adapter) {
        try {
            return adapter.get();
        } catch (NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

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
