package org.noisebook.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.ToyNested;
import org.noisebook.figure.Chapter;
import org.noisebook.figure.Story;
import org.noisebook.papers.sgdnoise.PerceptronDensity;
import org.noisebook.papers.sgdnoise.PerceptronExponents;

/** A class loader with lists of its own: of figures, studies and papers. */
final class ToyShelf extends ClassLoader {
    private final Map<String, Path> lists;

    private ToyShelf(ClassLoader parent, Map<String, Path> lists) {
        super(parent);
        this.lists = lists;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return lists.containsKey(name)
                ? Collections.enumeration(List.of(lists.get(name).toUri().toURL()))
                : super.getResources(name);
    }

    /** Does something where the only figure is the toy one. */
    static <T> T withToyAlone(Path folder, Callable<T> action) throws Exception {
        return with(Story.class, folder, ToyFigure.class.getName(), action);
    }

    /** Does something where the toy figure stands beside two real ones. */
    static <T> T with(Path folder, Callable<T> action) throws Exception {
        return with(
                Story.class,
                folder,
                String.join(
                        "\n",
                        ToyFigure.class.getName(),
                        PerceptronDensity.class.getName(),
                        PerceptronExponents.class.getName()),
                action);
    }

    /** Does something where these are the figures. */
    static <T> T withFigures(Path folder, List<Class<? extends Story>> figures, Callable<T> action) throws Exception {
        return withFigures(
                folder, String.join("\n", figures.stream().map(Class::getName).toList()), action);
    }

    /** Does something where the list of figures reads so. */
    static <T> T withFigures(Path folder, String names, Callable<T> action) throws Exception {
        return with(Story.class, folder, names, action);
    }

    /** Does something where the only study is the one with a nested config. */
    static <T> T withNestedStudy(Path folder, Callable<T> action) throws Exception {
        return with(Study.class, folder, ToyNested.class.getName(), action);
    }

    /** Does something where the only paper is this one, its study and its figure beside those of no paper. */
    static <T> T withPaper(Path folder, Class<? extends Chapter> paper, Callable<T> action) throws Exception {
        return with(Chapter.class, folder, paper.getName(), action);
    }

    /** Does something where a service has these classes, and where no paper adds to them. */
    private static <T> T with(Class<?> service, Path folder, String names, Callable<T> action) throws Exception {
        String home = "META-INF/services/";
        Map<String, Path> lists = new HashMap<>();
        lists.put(home + Chapter.class.getName(), Files.writeString(folder.resolve("papers.list"), ""));
        lists.put(home + service.getName(), Files.writeString(folder.resolve("services.list"), names));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ToyShelf(before, lists));
        try {
            return action.call();
        } finally {
            thread.setContextClassLoader(before);
            Files.delete(folder.resolve("services.list"));
            Files.delete(folder.resolve("papers.list"));
        }
    }
}
