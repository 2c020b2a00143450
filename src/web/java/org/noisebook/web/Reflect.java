package org.noisebook.web;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.noisebook.experiment.Study;

/** Stands for the methods of {@link Class} that the kit calls and TeaVM lacks, each with the class as its first argument. */
public final class Reflect {
    private static final Map<Class<?>, Known> ALL = new HashMap<>();

    private Reflect() {}

    public static void add(Class<?> type, Known known) {
        ALL.put(type, known);
    }

    private static Known known(Class<?> type) {
        Known known = ALL.get(type);
        if (known == null) {
            throw new IllegalStateException("the page's build knows nothing of " + type.getName());
        }
        return known;
    }

    public static RecordPart[] getRecordComponents(Class<?> type) {
        return known(type).parts.clone();
    }

    public static boolean isRecord(Class<?> type) {
        return type.getSuperclass() == Record.class;
    }

    public static boolean isSealed(Class<?> type) {
        return ALL.containsKey(type) && ALL.get(type).members.length > 0;
    }

    public static Class<?>[] getPermittedSubclasses(Class<?> type) {
        return known(type).members.clone();
    }

    /** The members of a family that is not sealed. */
    public static List<Class<?>> read(Class<?> family) {
        return List.of(known(family).members);
    }

    @SuppressWarnings("unchecked")
    public static <A extends Annotation> A getAnnotation(Class<?> type, Class<A> annotation) {
        for (Annotation one : known(type).annotations) {
            if (annotation.isInstance(one)) {
                return (A) one;
            }
        }
        return null;
    }

    public static Member getDeclaredConstructor(Class<?> type, Class<?>... none) {
        return new Member(type, known(type), Member.MAKE);
    }

    public static Member getConstructor(Class<?> type, Class<?>... none) {
        return getDeclaredConstructor(type, none);
    }

    /** The method {@code standard()}, the only one that the kit asks for by its name. */
    public static Member getDeclaredMethod(Class<?> type, String name, Class<?>... none) throws NoSuchMethodException {
        if (known(type).standard() == null) {
            throw new NoSuchMethodException(name);
        }
        return new Member(type, known(type), Member.STANDARD);
    }

    public static Type[] getGenericInterfaces(Class<?> type) {
        return new Type[] {new Arguments(known(type).arguments)};
    }

    public static Type getGenericSuperclass(Class<?> type) {
        return Object.class;
    }

    public static String getSimpleName(Class<?> type) {
        String name = type.getName();
        return ALL.containsKey(type)
                ? ALL.get(type).name
                : name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    public static Class<?> forName(String name, boolean initialise, ClassLoader none) throws ClassNotFoundException {
        for (Class<?> one : ALL.keySet()) {
            if (one.getName().equals(name)) {
                return one;
            }
        }
        throw new ClassNotFoundException(name);
    }

    /** {@code MethodType.methodType(type).wrap().returnType()}. */
    public static Class<?> boxed(Class<?> type) {
        return type == double.class
                ? Double.class
                : type == int.class
                        ? Integer.class
                        : type == long.class ? Long.class : type == boolean.class ? Boolean.class : type;
    }

    /** A file of the kit, which the page has or fetches; null if there is none. */
    public static InputStream getResourceAsStream(Class<?> type, String name) {
        byte[] bytes = Web.resource(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    /** Whether there is such a data file. */
    public static boolean contains(String path) {
        return Web.resource("/org/noisebook/datasets/" + path) != null;
    }

    public static boolean hasVectors() {
        return false;
    }

    /** Does tasks one after the other. */
    public static void run(int tasks, int threads, Supplier<IntConsumer> worker) {
        IntConsumer own = worker.get();
        for (int task = 0; task < tasks; task++) {
            own.accept(task);
        }
    }

    private record Arguments(Class<?>[] of) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return of;
        }

        @Override
        public Type getRawType() {
            return Study.class;
        }

        @Override
        public Type getOwnerType() {
            return null;
        }
    }
}
