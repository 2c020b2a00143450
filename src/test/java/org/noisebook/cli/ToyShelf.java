package org.noisebook.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Callable;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.ToyNested;
import org.noisebook.figure.Story;
import org.noisebook.figure.sgd.PerceptronDensity;
import org.noisebook.figure.sgd.PerceptronExponents;

/** A class loader whose list of figures or studies can be a toy one alone. */
final class ToyShelf extends ClassLoader {
    private final String service;
    private final Path list;

    private ToyShelf(ClassLoader parent, Class<?> service, Path list) {
        super(parent);
        this.service = "META-INF/services/" + service.getName();
        this.list = list;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals(service)
                ? Collections.enumeration(List.of(list.toUri().toURL()))
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

    private static <T> T with(Class<?> service, Path folder, String names, Callable<T> action) throws Exception {
        Path list = Files.writeString(folder.resolve("services.list"), names);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ToyShelf(before, service, list));
        try {
            return action.call();
        } finally {
            thread.setContextClassLoader(before);
            Files.delete(list);
        }
    }
}
