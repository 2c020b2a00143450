package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.noisebook.experiment.Study;

/** What there is: all studies and figures on the class path, by id. */
public final class Catalogue {
    private Catalogue() {}

    /** All studies, by id. */
    public static List<Study<?, ?>> studies() {
        List<Study<?, ?>> studies = new ArrayList<>();
        for (Study<?, ?> study : ServiceLoader.load(Study.class)) {
            studies.add(study);
        }
        studies.sort(Comparator.comparing(Study::id));
        return studies;
    }

    /** All figures, by id. */
    public static List<Story> figures() {
        List<Story> figures = new ArrayList<>();
        ServiceLoader.load(Story.class).forEach(figures::add);
        figures.sort(Comparator.comparing(Story::id));
        return figures;
    }

    /**
     * The study of an id.
     *
     * @throws IllegalArgumentException naming the ones there are
     */
    public static Study<?, ?> study(String id) {
        return find("study", id, studies(), Study::id);
    }

    /**
     * The figure of an id.
     *
     * @throws IllegalArgumentException naming the ones there are
     */
    public static Story figure(String id) {
        return find("figure", id, figures(), Story::id);
    }

    private static <T> T find(String kind, String id, List<T> all, Function<T, String> idOf) {
        return all.stream()
                .filter(one -> idOf.apply(one).equals(id))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> ids = all.stream().map(idOf).toList();
                    return new IllegalArgumentException(
                            "unknown " + kind + " '" + id + "'; there is: " + String.join(", ", ids));
                });
    }
}
