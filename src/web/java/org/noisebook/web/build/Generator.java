package org.noisebook.web.build;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Chapter;
import org.noisebook.figure.Story;
import org.noisebook.paper.Paper;

/** Writes the registry: figures by id, and of each record, family and study what reflection tells here. */
final class Generator {
    private final StringBuilder classes = new StringBuilder();
    private final List<String> calls = new ArrayList<>();
    private final Set<Class<?>> done = new LinkedHashSet<>();

    /** The source of {@code org.noisebook.web.generated.Registry}. */
    String source(List<String> figures, Path kit) throws IOException, ReflectiveOperationException {
        StringBuilder stories = new StringBuilder();
        for (String id : figures) {
            Story story = Catalogue.figure(id);
            String home = story.home().getCanonicalName();
            boolean chapter = Chapter.class.isAssignableFrom(story.home());
            stories.append(
                    "            case \"" + id + "\": return new " + home + "()" + (chapter ? ".story()" : "") + ";\n");
        }
        for (Study<?, ?> study : Catalogue.studies()) {
            add(study.getClass());
        }
        for (Class<?> record : records(kit)) {
            add(record);
        }
        StringBuilder out = new StringBuilder("package org.noisebook.web.generated;\n\n"
                + "import org.noisebook.web.Known;\nimport org.noisebook.web.RecordPart;\n\n"
                + "/** Written by the build. */\n@SuppressWarnings(\"all\")\npublic final class Registry {\n"
                + "    public static org.noisebook.figure.Story story(String id) {\n        switch (id) {\n");
        out.append(stories)
                .append(
                        "            default: throw new IllegalArgumentException(\"the page has no figure \" + id);\n        }\n    }\n\n")
                .append("    public static void fill() {\n");
        calls.forEach(call -> out.append("        ").append(call).append(";\n"));
        return out.append("    }\n").append(classes).append("}\n").toString();
    }

    /** The records of the kit that are configs, parts of them or results. */
    private static List<Class<?>> records(Path kit) throws IOException, ClassNotFoundException {
        List<Class<?>> records = new ArrayList<>();
        try (Stream<Path> files = Files.walk(kit.resolve("org/noisebook"))) {
            for (Path file : (Iterable<Path>)
                    files.filter(one -> one.toString().endsWith(".class")).sorted()::iterator) {
                String name = kit.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                if (name.matches("org\\.noisebook\\.(cli|kernel|notebook|opencl|site|tensor|web)\\..*")
                        || name.endsWith("package-info")) {
                    continue;
                }
                Class<?> type = Class.forName(name, false, Generator.class.getClassLoader());
                if (type.isRecord()
                        && Arrays.stream(type.getRecordComponents())
                                .anyMatch(one -> one.getAnnotation(Parameter.class) != null)) {
                    records.add(type);
                }
            }
        }
        return records;
    }

    private void add(Class<?> type) throws ReflectiveOperationException {
        boolean known = type.isRecord()
                || Study.class.isAssignableFrom(type)
                || type.isInterface() && type.getName().startsWith("org.noisebook.");
        if (!known || type.getCanonicalName() == null || !done.add(type)) {
            return;
        }
        String name = type.getCanonicalName();
        String own = "K" + done.size();
        List<Class<?>> more = new ArrayList<>();
        List<String> head = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        if (type.isRecord()) {
            RecordComponent[] parts = type.getRecordComponents();
            more.addAll(Arrays.stream(parts).map(RecordComponent::getType).toList());
            head.add("parts = new RecordPart[] {"
                    + IntStream.range(0, parts.length)
                            .mapToObj(k -> "new RecordPart(this, " + k + ", " + quote(parts[k].getName()) + ", "
                                    + parts[k].getType().getCanonicalName() + ".class, " + parameter(parts[k]) + ")")
                            .collect(Collectors.joining(", "))
                    + "};");
            body.append("        public Object get(Object of, int k) {\n            " + name + " r = (" + name
                    + ") of;\n            switch (k) {\n");
            for (int k = 0; k < parts.length; k++) {
                body.append("                case " + k + ": return r." + parts[k].getName() + "();\n");
            }
            body.append("                default: throw new IllegalStateException();\n            }\n        }\n");
            body.append("        public Object make(Object... v) { return new " + name + "("
                    + IntStream.range(0, parts.length)
                            .mapToObj(k -> "(" + boxed(parts[k].getType()) + ") v[" + k + "]")
                            .collect(Collectors.joining(", "))
                    + "); }\n");
            if (hasStandard(type)) {
                body.append("        public Object standard() { return " + name + ".standard(); }\n");
            }
        } else if (type.isInterface()) {
            List<Class<?>> members = members(type);
            if (members.isEmpty()) {
                return;
            }
            more.addAll(members);
            head.add("members = new Class<?>[] {" + classes(members) + "};");
        } else {
            List<Class<?>> arguments = arguments(type);
            more.addAll(arguments);
            head.add("arguments = new Class<?>[] {" + classes(arguments) + "};");
            head.add("annotations = new java.lang.annotation.Annotation[] {"
                    + Stream.of(StudyInfo.class, Paper.class)
                            .filter(one -> type.getAnnotation(one) != null)
                            .map(one -> annotation(type.getAnnotation(one)))
                            .collect(Collectors.joining(", "))
                    + "};");
            boolean free = !Modifier.isAbstract(type.getModifiers())
                    && Arrays.stream(type.getDeclaredConstructors()).anyMatch(one -> one.getParameterCount() == 0);
            if (free) {
                body.append("        public Object make(Object... v) { return new " + name + "(); }\n");
            }
        }
        calls.add("org.noisebook.web.Reflect.add(" + name + ".class, new " + own + "())");
        classes.append(
                "\n    static final class " + own + " extends Known {\n        " + own + "() {\n            super("
                        + quote(type.getSimpleName()) + ");\n"
                        + head.stream().map(one -> "            " + one + "\n").collect(Collectors.joining())
                        + "        }\n" + body + "    }\n");
        for (Class<?> one : more) {
            add(one);
        }
    }

    private static boolean hasStandard(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(one -> one.getName().equals("standard")
                        && one.getParameterCount() == 0
                        && Modifier.isStatic(one.getModifiers())
                        && one.getReturnType() == type);
    }

    /** The members of a family of records: sealed, or listed in a file of its name. */
    private static List<Class<?>> members(Class<?> family) throws ClassNotFoundException {
        if (family.isSealed()) {
            return List.of(family.getPermittedSubclasses());
        }
        if (Generator.class.getResource("/META-INF/families/" + family.getName()) == null) {
            return List.of();
        }
        List<Class<?>> members = new ArrayList<>();
        try (var in = Generator.class.getResourceAsStream("/META-INF/families/" + family.getName())) {
            for (String name : new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                members.add(Class.forName(name, false, Generator.class.getClassLoader()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(family.getName(), e);
        }
        return members;
    }

    private static List<Class<?>> arguments(Class<?> study) {
        for (Class<?> one = study; one != null; one = one.getSuperclass()) {
            List<Type> heads = new ArrayList<>(List.of(one.getGenericInterfaces()));
            heads.add(one.getGenericSuperclass());
            for (Type head : heads) {
                if (head instanceof ParameterizedType form
                        && Study.class.isAssignableFrom((Class<?>) form.getRawType())
                        && form.getActualTypeArguments()[0] instanceof Class<?> config
                        && form.getActualTypeArguments()[1] instanceof Class<?> result) {
                    return List.of(config, result);
                }
            }
        }
        return List.of();
    }

    private static String classes(List<Class<?>> types) {
        return types.stream().map(one -> one.getCanonicalName() + ".class").collect(Collectors.joining(", "));
    }

    private static String parameter(RecordComponent component) {
        Parameter p = component.getAnnotation(Parameter.class);
        return p == null
                ? "null"
                : "new RecordPart.Text("
                        + Stream.of(p.value(), p.symbol(), p.range(), p.standard(), p.omit(), p.length())
                                .map(Generator::quote)
                                .collect(Collectors.joining(", "))
                        + ")";
    }

    private static String annotation(Annotation of) {
        StringBuilder out = new StringBuilder("new " + of.annotationType().getCanonicalName()
                + "() { public Class<? extends " + "java.lang.annotation.Annotation> annotationType() { return "
                + of.annotationType().getCanonicalName() + ".class; }");
        for (Method method : of.annotationType().getDeclaredMethods()) {
            try {
                out.append(" public "
                        + method.getGenericReturnType().getTypeName().replace('$', '.') + " " + method.getName()
                        + "() { return " + value(method.invoke(of), method.getGenericReturnType()) + "; }");
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return out + " }";
    }

    private static String value(Object value, Type type) {
        if (value instanceof String text) {
            return quote(text);
        }
        if (value instanceof String[] many) {
            return "new String[] {" + Arrays.stream(many).map(Generator::quote).collect(Collectors.joining(", ")) + "}";
        }
        if (value instanceof Class<?>[] many) {
            return "(" + type.getTypeName().replace('$', '.') + ") new Class[] {" + classes(List.of(many)) + "}";
        }
        if (value instanceof Class<?> one) {
            return one.getCanonicalName() + ".class";
        }
        if (value instanceof Enum<?> constant) {
            return constant.getDeclaringClass().getCanonicalName() + "." + constant.name();
        }
        return String.valueOf(value);
    }

    private static String boxed(Class<?> type) {
        return type == int.class
                ? "Integer"
                : type == long.class
                        ? "Long"
                        : type == double.class ? "Double" : type == boolean.class ? "Boolean" : type.getCanonicalName();
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format(Locale.ROOT, c == '\n' ? "\\n" : "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
