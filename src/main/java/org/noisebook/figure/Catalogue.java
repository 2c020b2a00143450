package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.noisebook.data.NearestNames;
import org.noisebook.experiment.Study;

/** All studies and figures on the class path, by id. */
public final class Catalogue {
    private Catalogue() {}

    /** All studies, by id. */
    public static List<Study<?, ?>> studies() {
        List<Study<?, ?>> studies = new ArrayList<>();
        ServiceLoader.load(Study.class).forEach(studies::add);
        chapters().forEach(chapter -> studies.addAll(chapter.studies()));
        studies.sort(Comparator.comparing(Study::id));
        return studies;
    }

    /** All figures, by id. */
    public static List<Story> figures() {
        List<Story> figures = new ArrayList<>();
        ServiceLoader.load(Story.class).forEach(figures::add);
        chapters().forEach(chapter -> figures.add(chapter.story()));
        figures.sort(Comparator.comparing(Story::id));
        return figures;
    }

    /** The papers whose study, figure and page are one class, by figure id. */
    public static List<Chapter> chapters() {
        List<Chapter> chapters = new ArrayList<>();
        ServiceLoader.load(Chapter.class).forEach(chapters::add);
        chapters.sort(Comparator.comparing(chapter -> chapter.story().id()));
        return chapters;
    }

    /**
     * The study with the given id.
     *
     * @throws IllegalArgumentException if there is none, suggesting the nearest
     */
    public static Study<?, ?> study(String id) {
        return find("study", id, studies(), Study::id, "'noisebook studies' lists them");
    }

    /**
     * The figure with the given id.
     *
     * @throws IllegalArgumentException if there is none, suggesting the nearest
     */
    public static Story figure(String id) {
        return find("figure", id, figures(), Story::id, "'noisebook figures --list' lists them");
    }

    private static <T> T find(String kind, String id, List<T> all, Function<T, String> idOf, String hint) {
        return all.stream()
                .filter(one -> idOf.apply(one).equals(id))
                .findFirst()
                .orElseThrow(() ->
                        NearestNames.unknown(kind, id, all.stream().map(idOf).toList(), hint));
    }
}
