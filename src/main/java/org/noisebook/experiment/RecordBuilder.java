package org.noisebook.experiment;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.noisebook.data.Doubles;
import org.noisebook.data.NearestNames;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;

/**
 * A record under construction: its components are set one by one, and parts of nested records by dotted names.
 *
 * <p>The constructors run once everything is set, so bounds that relate two components see both new values.
 */
final class RecordBuilder {
    private final String path;
    private final Class<?> type;
    private final RecordComponent[] components;

    /** Null where nothing is set yet; a nested record with parts set is itself a draft. */
    private final Object[] values;

    private RecordBuilder(String path, Class<?> type, Object[] values) {
        this.path = path;
        this.type = type;
        this.components = type.getRecordComponents();
        this.values = values;
    }

    /** A draft initialised from a record. */
    static RecordBuilder of(Record start) {
        return of("", start);
    }

    private static RecordBuilder of(String path, Record start) {
        return new RecordBuilder(path, start.getClass(), Schema.valuesOf(start));
    }

    /** A draft with nothing set. */
    static RecordBuilder empty(String path, Class<?> type) {
        return new RecordBuilder(path, type, new Object[type.getRecordComponents().length]);
    }

    /** Sets the components in {@code name=value, …} from left to right; a name may occur only once. */
    void read(String text) {
        Set<String> names = new HashSet<>();
        for (String setting : Schema.split(text, ',')) {
            int equals = setting.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(prefix() + "expected name=value, got '" + Quoted.of(setting) + "'");
            }
            String name = setting.substring(0, equals).strip();
            if (!names.add(name)) {
                throw new IllegalArgumentException(path(Quoted.of(name)) + " is set twice");
            }
            RecordBuilder holder = holder(name);
            int index = holder.indexOf(lastPart(name));
            holder.values[index] =
                    holder.parse(index, setting.substring(equals + 1).strip());
        }
    }

    /** Sets one component or part; numbers are converted if nothing is lost. */
    void set(String name, Object value) {
        RecordBuilder holder = holder(name);
        int index = holder.indexOf(lastPart(name));
        Class<?> wanted = holder.components[index].getType();
        if (value instanceof Number number) {
            holder.values[index] = holder.parse(index, numberText(number));
        } else if (value instanceof double[] many && wanted == Doubles.class) {
            holder.values[index] = Doubles.of(many);
        } else if (MethodType.methodType(wanted).wrap().returnType().isInstance(value)) {
            holder.values[index] = value;
        } else {
            throw new IllegalArgumentException(
                    path(name) + " must be of type " + wanted.getSimpleName() + ", got " + value);
        }
    }

    /** The finished record; components that are not set take the value of {@link Parameter#omit()}. */
    Record build() {
        Object[] built = new Object[values.length];
        for (int k = 0; k < built.length; k++) {
            if (values[k] == null) {
                String name = components[k].getName();
                values[k] = parse(k, Schema.omitted(components[k]).orElseThrow(() -> missing(name)));
            }
            built[k] = values[k] instanceof RecordBuilder part ? part.build() : values[k];
        }
        return Schema.construct(type, built);
    }

    /** The draft whose component is the last part of a dotted name. */
    private RecordBuilder holder(String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            return this;
        }
        String field = name.substring(0, dot);
        int index = indexOf(field);
        if (values[index] == null) {
            throw missing(field);
        }
        if (values[index] instanceof Record nested) {
            values[index] = of(path(field), nested);
        }
        if (values[index] instanceof RecordBuilder part) {
            return part.holder(name.substring(dot + 1));
        }
        throw new IllegalArgumentException(path(field) + " has no parts, got '" + Quoted.of(path(name)) + "'");
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private int indexOf(String field) {
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        int index = names.indexOf(field);
        if (index >= 0) {
            return index;
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    path + "=" + Schema.head(type) + " has no parts, got '" + Quoted.of(path(field)) + "'");
        }
        String hint = "fields" + (path.isEmpty() ? "" : " of " + path) + ": " + String.join(", ", names);
        throw new IllegalArgumentException(
                "unknown field '" + Quoted.of(path(field)) + "'" + NearestNames.didYouMean(field, names) + hint);
    }

    private Object parse(int index, String text) {
        String name = path(components[index].getName());
        Class<?> wanted = components[index].getType();
        boolean family = wanted.isRecord() || wanted.isInterface();
        return family ? parseFamily(name, wanted, values[index], text) : Schema.parseValue(name, wanted, text);
    }

    private static RecordBuilder parseFamily(String name, Class<?> family, Object start, String text) {
        int open = text.indexOf('(');
        if (open >= 0 && !text.endsWith(")")) {
            throw new IllegalArgumentException(name + ": missing ')' in '" + Quoted.of(text) + "'");
        }
        Class<?> member = Schema.member(name, family, open < 0 ? text : text.substring(0, open));
        RecordBuilder draft = empty(name, member);
        if (start instanceof RecordBuilder part && part.type == member) {
            draft = part;
        } else if (start != null && start.getClass() == member) {
            draft = of(name, (Record) start);
        } else {
            draft = standard(member).map(record -> of(name, record)).orElse(draft);
        }
        draft.read(open < 0 ? "" : text.substring(open + 1, text.length() - 1));
        return draft;
    }

    /** The result of a record's static method {@code standard()}, if it has one. */
    static Optional<Record> standard(Class<?> record) {
        try {
            Method method = record.getDeclaredMethod("standard");
            method.setAccessible(true);
            return Modifier.isStatic(method.getModifiers()) && method.getReturnType() == record
                    ? Optional.of((Record) method.invoke(null))
                    : Optional.empty();
        } catch (NoSuchMethodException e) {
            return empty("", record).fromAnnotations();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot ask " + record.getSimpleName() + " for its standard", e);
        }
    }

    /** The record with the values of {@link Parameter#standard}, if every component has one. */
    private Optional<Record> fromAnnotations() {
        for (int k = 0; k < values.length; k++) {
            Parameter parameter = components[k].getAnnotation(Parameter.class);
            if (parameter == null || parameter.standard().isEmpty()) {
                return Optional.empty();
            }
            values[k] = parse(k, parameter.standard());
        }
        return values.length == 0 ? Optional.empty() : Optional.of(build());
    }

    private static String numberText(Number number) {
        return number instanceof Double || number instanceof Float
                ? Numbers.format(number.doubleValue())
                : number.toString();
    }

    private IllegalArgumentException missing(String field) {
        return new IllegalArgumentException(prefix() + "missing " + field);
    }

    private String prefix() {
        return path.isEmpty() ? "" : path + ": ";
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
