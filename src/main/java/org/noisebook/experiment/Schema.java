package org.noisebook.experiment;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.data.Quoted;

/**
 * The text and binary form of a config or result record, derived from its components.
 *
 * <p>Text is {@code name=value, name=value} with shortest round-trip numbers, enum constants in camel case and records
 * of sealed or open families as {@code lowRank(rank=5)}, and quoted text where it contains characters of this syntax;
 * {@code parse(format(r))} equals {@code r}. Components may be {@code int long double boolean String}, {@link Doubles},
 * enums, records, and interfaces of records that are sealed or whose members are listed: {@link OpenFamily}.
 *
 * <p><b>Cost</b>: reflection, microseconds per record.
 *
 * @param <T> the record
 */
public final class Schema<T extends Record> {
    /** Characters with a meaning in the text form; text that contains one is quoted. */
    private static final String SYNTAX = ",;()[]=\"";

    private final Class<T> type;
    private final List<Field> fields;

    /**
     * One component of a record.
     *
     * @param name camel case
     * @param type Java type
     * @param symbol the field's symbol, empty if none
     * @param meaning one phrase, empty if undocumented
     * @param range allowed values, empty for results
     */
    public record Field(String name, Class<?> type, String symbol, String meaning, String range) {
        /** Whether it fits into one cell of a table. */
        public boolean scalar() {
            return type != Doubles.class && !type.isArray();
        }
    }

    private Schema(Class<T> type) {
        this.type = type;
        List<Field> list = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Parameter p = component.getAnnotation(Parameter.class);
            list.add(
                    p == null
                            ? new Field(component.getName(), component.getType(), "", "", "")
                            : new Field(component.getName(), component.getType(), p.symbol(), p.value(), p.range()));
        }
        this.fields = List.copyOf(list);
    }

    /** The schema of a record class. */
    public static <T extends Record> Schema<T> of(Class<T> type) {
        return new Schema<>(type);
    }

    /** The schema of a record's class. */
    @SuppressWarnings("unchecked")
    public static <T extends Record> Schema<T> of(T value) {
        Check.that(value != null, "config must be a record, got null");
        return new Schema<>((Class<T>) value.getClass());
    }

    /**
     * A changed copy: {@code Schema.with(config, "chi", 2, "network.depth", 3)}. Numbers are converted if nothing is
     * lost; a dotted name sets one part of a nested record.
     *
     * @throws IllegalArgumentException for an unknown name, a wrong type or a value that the record rejects
     */
    public static <T extends Record> T with(T value, Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values must come in pairs, got " + namesAndValues.length);
        }
        RecordBuilder draft = RecordBuilder.of(value);
        for (int k = 0; k < namesAndValues.length; k += 2) {
            draft.set(String.valueOf(namesAndValues[k]), namesAndValues[k + 1]);
        }
        return of(value).type.cast(draft.build());
    }

    /**
     * The same with text: {@code Schema.with(config, "chi=2, network.depth=3, sampleCap=2^18")}, see {@link #parse}.
     */
    public static <T extends Record> T with(T value, String changes) {
        return of(value).parse(changes, value);
    }

    /** The value of a component, possibly of a nested record: {@code network.width}. */
    public static Object value(Record of, String name) {
        Object found = of;
        for (String part : name.split("\\.")) {
            int index = found instanceof Record record ? index(record, part) : -1;
            if (index < 0) {
                throw new IllegalArgumentException(
                        "no field " + name + " in " + of.getClass().getSimpleName());
            }
            found = valuesOf((Record) found)[index];
        }
        return found;
    }

    /** The symbol of a component, possibly of a nested record; its name if it has none. */
    public static String symbol(Record of, String name) {
        int dot = name.lastIndexOf('.');
        Record holder = dot < 0 ? of : (Record) value(of, name.substring(0, dot));
        String last = name.substring(dot + 1);
        int index = index(holder, last);
        String symbol = index < 0 ? "" : of(holder).fields().get(index).symbol();
        return symbol.isEmpty() ? last : symbol;
    }

    private static int index(Record of, String name) {
        return of(of).fields().stream().map(Field::name).toList().indexOf(name);
    }

    /** The components in order. */
    public List<Field> fields() {
        return fields;
    }

    /** A record's values in order. */
    public Object[] values(T value) {
        return valuesOf(value);
    }

    static Object[] valuesOf(Record value) {
        RecordComponent[] components = value.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int k = 0; k < values.length; k++) {
            try {
                components[k].getAccessor().setAccessible(true);
                values[k] = components[k].getAccessor().invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + components[k].getName(), e);
            }
        }
        return values;
    }

    /**
     * {@code name=value, name=value, …} for all components not at their {@link Parameter#omit()}, in full precision.
     */
    public String format(T value) {
        return formatFields(value);
    }

    private static String formatFields(Record value) {
        StringJoiner joiner = new StringJoiner(", ");
        RecordComponent[] components = value.getClass().getRecordComponents();
        Object[] values = valuesOf(value);
        for (int k = 0; k < values.length; k++) {
            String text = formatValue(values[k]);
            if (!omitted(components[k]).equals(Optional.of(text))) {
                joiner.add(components[k].getName() + "=" + text);
            }
        }
        return joiner.toString();
    }

    /** The text of the value at which a component is omitted, if there is one. */
    static Optional<String> omitted(RecordComponent component) {
        return Optional.ofNullable(component.getAnnotation(Parameter.class))
                .map(Parameter::omit)
                .filter(text -> !text.isEmpty());
    }

    /** One value as text. */
    public static String formatValue(Object value) {
        if (value instanceof Double d) {
            return Numbers.format(d);
        }
        if (value instanceof double[] many) {
            return Doubles.of(many).toString();
        }
        if (value instanceof Doubles) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return camelCase(constant.name());
        }
        if (value instanceof Record nested) {
            String fields = formatFields(nested);
            String head = head(nested.getClass());
            return fields.isEmpty() ? head : head + "(" + fields + ")";
        }
        if (value instanceof String text) {
            boolean plain = text.equals(text.strip()) && text.chars().noneMatch(c -> SYNTAX.indexOf(c) >= 0);
            return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
        }
        if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        throw new IllegalArgumentException("no text form: " + value.getClass().getSimpleName());
    }

    /** {@code SAMPLE_CAP} as {@code sampleCap}. */
    static String camelCase(String constant) {
        StringBuilder text = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
            text.append(
                    text.length() == 0 || word.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }

    /**
     * Parses {@code name=value, …} from left to right; names that do not occur keep the value of {@code start}.
     *
     * <p>A dotted name such as {@code network.depth} sets one part of a nested record. {@code network=name(part=value)}
     * sets the whole record; omitted parts keep their value if it already has that type, else they come from the type's
     * static method {@code standard()}, if it has one.
     *
     * @throws IllegalArgumentException with the field, the value and the bound
     */
    public T parse(String text, T start) {
        RecordBuilder draft = RecordBuilder.of(start);
        draft.read(text);
        return type.cast(draft.build());
    }

    /**
     * Parses the output of {@link #format}.
     *
     * @throws IllegalArgumentException with the field, the value and the bound
     */
    public T parse(String text) {
        RecordBuilder draft = RecordBuilder.empty("", type);
        draft.read(text);
        return type.cast(draft.build());
    }

    static Record construct(Class<?> record, Object[] values) {
        RecordComponent[] components = record.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            // Checked before anything that a constructor may reject.
            Ranges.ofParts(record, values);
            return (Record) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("cannot create " + record.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot create " + record.getSimpleName(), e);
        }
    }

    /**
     * Parses one value that is not a record.
     *
     * @throws IllegalArgumentException with the field and the value
     */
    static Object parseValue(String name, Class<?> type, String text) {
        try {
            if (type == double.class) {
                return Numbers.parse(text);
            }
            if (type == int.class) {
                return whole(text).intValueExact();
            }
            if (type == long.class) {
                return whole(text).longValueExact();
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, got '" + Quoted.of(text) + "'", e);
        } catch (ArithmeticException e) {
            String kind = type == int.class ? "a whole number below 2^31" : "a whole number below 2^63";
            throw new IllegalArgumentException(name + " must be " + kind + ", got " + Quoted.of(text), e);
        }
        if (type == boolean.class) {
            if (text.equals("true") || text.equals("false")) {
                return text.equals("true");
            }
            throw new IllegalArgumentException(name + " must be true or false, got '" + Quoted.of(text) + "'");
        }
        if (type == String.class) {
            boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
            return quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
        }
        if (type == double[].class) {
            return parseArray(name, text).toArray();
        }
        if (type == Doubles.class) {
            return parseArray(name, text);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (formatValue(constant).equals(text)) {
                    return constant;
                }
            }
            List<String> known = Arrays.stream(type.getEnumConstants())
                    .map(Schema::formatValue)
                    .toList();
            throw new IllegalArgumentException(
                    name + " must be one of " + String.join(", ", known) + ", got '" + Quoted.of(text) + "'");
        }
        throw new IllegalArgumentException(name + " has no text form: " + type.getSimpleName());
    }

    private static BigDecimal whole(String text) {
        return text.indexOf('^') > 0 ? new BigDecimal(Numbers.parse(text)) : new BigDecimal(text);
    }

    private static Doubles parseArray(String name, String text) {
        if (!text.startsWith("[") || !text.endsWith("]")) {
            throw new IllegalArgumentException(name + " must look like [1; 2; 3], got '" + Quoted.of(text) + "'");
        }
        return Doubles.of(split(text.substring(1, text.length() - 1), ';').stream()
                .mapToDouble(number -> (Double) parseValue(name, double.class, number.strip()))
                .toArray());
    }

    /** The record class of a family with a given head, such as {@code lowRank}. */
    static Class<?> member(String name, Class<?> type, String head) {
        List<Class<?>> members = members(type).toList();
        for (Class<?> member : members) {
            if (head(member).equals(head)) {
                return member;
            }
        }
        List<String> known = members.stream().map(Schema::head).toList();
        throw new IllegalArgumentException(
                name + " must be one of " + String.join(", ", known) + ", got '" + Quoted.of(head) + "'");
    }

    /** The record classes of a family, including those of nested families. */
    private static Stream<Class<?>> members(Class<?> type) {
        if (type.isRecord()) {
            return Stream.of(type);
        }
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Schema::members)
                : OpenFamily.members(type).stream();
    }

    /** The possible heads of a family's texts, such as {@code lowRank}. */
    public static List<String> heads(Class<?> family) {
        return members(family).map(Schema::head).toList();
    }

    static String head(Class<?> record) {
        String simple = record.getSimpleName();
        return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
    }

    /** Splits at separators outside brackets and quotes; an empty text has no parts. */
    public static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int k = 0; k < text.length(); k++) {
            char c = text.charAt(k);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                continue;
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth--;
            } else if (c == separator && depth == 0) {
                parts.add(text.substring(start, k).strip());
                start = k + 1;
            }
        }
        if (!text.substring(start).isBlank() || !parts.isEmpty()) {
            parts.add(text.substring(start).strip());
        }
        return parts;
    }

    /** Encodes a record as bytes, exact to the bit. */
    byte[] encode(T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writeFields(out, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeFields(DataOutputStream out, Record value) throws IOException {
        RecordComponent[] components = value.getClass().getRecordComponents();
        Object[] values = valuesOf(value);
        for (int k = 0; k < values.length; k++) {
            write(out, components[k].getType(), values[k]);
        }
    }

    private static void write(DataOutputStream out, Class<?> type, Object value) throws IOException {
        if (type == double.class) {
            out.writeDouble((Double) value);
        } else if (type == Doubles.class || type == double[].class) {
            Doubles many = value instanceof double[] array ? Doubles.of(array) : (Doubles) value;
            out.writeInt(many.size());
            for (int i = 0; i < many.size(); i++) {
                out.writeDouble(many.get(i));
            }
        } else if (type == String.class) {
            byte[] text = ((String) value).getBytes(StandardCharsets.UTF_8);
            out.writeInt(text.length);
            out.write(text);
        } else if (type.isRecord()) {
            writeFields(out, (Record) value);
        } else if (type.isInterface()) {
            out.writeUTF(head(value.getClass()));
            writeFields(out, (Record) value);
        } else {
            out.writeUTF(formatValue(value));
        }
    }

    /**
     * Decodes the output of {@link #encode}.
     *
     * @throws IllegalArgumentException if the bytes do not encode such a record
     */
    T decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            T value = type.cast(readFields(in, type));
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes too many");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException("not the bytes of a " + type.getSimpleName() + ": " + e, e);
        }
    }

    private static Object readFields(DataInputStream in, Class<?> record) throws IOException {
        RecordComponent[] components = record.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = read(in, components[k].getName(), components[k].getType());
        }
        return construct(record, values);
    }

    private static Object read(DataInputStream in, String name, Class<?> type) throws IOException {
        if (type == double.class) {
            return in.readDouble();
        }
        if (type == Doubles.class || type == double[].class) {
            double[] array = new double[length(in, Double.BYTES)];
            for (int i = 0; i < array.length; i++) {
                array[i] = in.readDouble();
            }
            return type == Doubles.class ? Doubles.of(array) : array;
        }
        if (type == String.class) {
            return new String(in.readNBytes(length(in, 1)), StandardCharsets.UTF_8);
        }
        if (type.isRecord()) {
            return readFields(in, type);
        }
        if (type.isInterface()) {
            return readFields(in, member(name, type, in.readUTF()));
        }
        return parseValue(name, type, in.readUTF());
    }

    /** A length that the remaining bytes can hold, so that damaged data never request much memory. */
    private static int length(DataInputStream in, int bytesEach) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available() / bytesEach) {
            throw new IOException("no room for " + length + " values");
        }
        return length;
    }
}
