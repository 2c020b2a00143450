package org.noisebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.cli.Main;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.PaperPage;
import org.noisebook.rng.Streams;

/**
 * What every study promises, whatever its science; a study's own tests hold that.
 *
 * <p>{@code pinned-runs.tsv} has one small run a line, all under root seed 1: study, version, config and what is pinned of
 * the result, a long value by its digest. A study has as many as it takes for every field and every stream to matter in one of them.
 */
@Tag("long")
class StudyContractTest {
    /** The studies that are tested, with commas between them; empty for all. */
    private static final String ASKED = System.getProperty("study", "");

    private static final String PINS = "pinned-runs.tsv";
    private static final int REPLICAS = 6;
    private static final int LONGEST = 200;

    /**
     * Streams and settings that train fields with classes in other studies and never in this one, what a training measures
     * that the study does not report, how ends hang together that are matched anew, the one coordinate that can be known
     * of a point in the plane, conditions beside the first, which alone is asked for, the law without its class where each has one, whose test set it is, since replica 0's is the
     * shared one, and pixels of pictures that must stay square.
     */
    private static final Set<String> IDLE = Set.of(
            "boundary target.pixels",
            "diffusion condition.coordinates",
            "diffusion dropout",
            "diffusion noise",
            "diffusion score.network.channels",
            "diffusion score.network.conditional",
            "diffusion score.training.dropout",
            "interpolant-field dropout",
            "interpolant-field field.network.channels",
            "interpolant-field field.training.dropout",
            "interpolant-field test-dropout",
            "interpolant-pictures noise",
            "matched-pairs pair.covariance",
            "network testDraw",
            "noise-maps law.unconditionalVariance",
            "regime training.testDraw",
            "seed-training learner.training.probeSize",
            "seed-training learner.training.recordsPerDecade",
            "seed-slice scene.conditions",
            "seed-training learner.training.testDraw",
            "sharpness training.testDraw");

    /** A study and its pinned configs. */
    record Subject<C extends Record, R extends Record>(
            Study<C, R> study, List<C> configs, List<String> texts, List<String> pins, Map<C, R> results) {
        /** Those configs, the least work first. */
        List<C> ranked() {
            return configs.stream()
                    .distinct()
                    .sorted(Comparator.comparingDouble(study::work))
                    .toList();
        }

        /** The pinned config's result, computed once. */
        R result(C config) {
            return results.computeIfAbsent(config, this::run);
        }

        R run(C config) {
            return study.run(config, Streams.of(1));
        }

        String text(C config) {
            return Schema.of(study.resultType()).format(result(config));
        }

        String key(C config) {
            return new Run<>(study, config, Streams.of(1)).key();
        }

        @Override
        public String toString() {
            return study.id();
        }
    }

    private static List<String[]> pins() {
        try (InputStream in = StudyContractTest.class.getResourceAsStream(PINS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final List<Subject<?, ?>> SUBJECTS = Catalogue.studies().stream()
            .<Subject<?, ?>>map(StudyContractTest::subject)
            .toList();

    /** Studies and types of fields that the command line was given a value outside of its range for. */
    private static final Set<String> COMMANDED = ConcurrentHashMap.newKeySet();

    /** The sweeps of all committed figures, once they are read. */
    private static final List<JsonObject> DRAWN = new ArrayList<>();

    /** What pinned and default configs have of each family. */
    private static final Map<Class<?>, Set<String>> FAMILIES = new HashMap<>();

    static {
        for (Subject<?, ?> subject : SUBJECTS) {
            collect(subject.study.defaults());
            subject.configs.forEach(StudyContractTest::collect);
        }
    }

    private static void collect(Record record) {
        Schema<Record> schema = Schema.of(record);
        Object[] values = schema.values(record);
        for (int k = 0; k < values.length; k++) {
            if (values[k] instanceof Record part) {
                FAMILIES.computeIfAbsent(schema.fields().get(k).type(), type -> new TreeSet<>())
                        .add(Schema.formatValue(part));
                collect(part);
            }
        }
    }

    static Stream<Subject<?, ?>> subjects() {
        return SUBJECTS.stream()
                .filter(subject -> ASKED.isEmpty() || List.of(ASKED.split(",")).contains(subject.study.id()));
    }

    private static <C extends Record, R extends Record> Subject<C, R> subject(Study<C, R> study) {
        List<String[]> own =
                pins().stream().filter(pin -> pin[0].equals(study.id())).toList();
        Schema<C> schema = Schema.of(study.defaults());
        List<String> texts = own.stream().map(pin -> pin[2]).toList();
        return new Subject<>(
                study,
                texts.stream().map(schema::parse).toList(),
                texts,
                own.stream().map(pin -> pin[3]).toList(),
                new ConcurrentHashMap<>());
    }

    @Test
    void everyPinIsOfAStudyAndItsVersion() {
        assertThat(pins())
                .allSatisfy(pin -> assertThat(Catalogue.study(pin[0]).version()).isEqualTo(Integer.parseInt(pin[1])));
    }

    /** Fails when numbers move without a new version of the study. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void pinnedRunsStay(Subject<C, R> subject) {
        assertPinned(subject);
        for (int k = 0; k < subject.configs.size(); k++) {
            C config = subject.configs.get(k);
            assertThat(Schema.of(config).format(config)).isEqualTo(subject.texts.get(k));
            List<String> result = Schema.split(subject.text(config), ',');
            assertThat(Stream.concat(result.stream(), result.stream().map(StudyContractTest::shortened)))
                    .as(() -> "the run that is now\n" + line(subject, config))
                    .containsAll(Schema.split(subject.pins.get(k), ','));
        }
    }

    /** Without a pinned run there is nothing to look at. */
    private static <C extends Record, R extends Record> void assertPinned(Subject<C, R> subject) {
        assertThat(subject.configs)
                .as(() -> "a run in src/test/resources/org/noisebook/" + PINS + ", such as\n"
                        + line(subject, subject.study.defaults()))
                .isNotEmpty();
    }

    /** As it stands in the file, long values shortened. */
    private static <C extends Record, R extends Record> String line(Subject<C, R> subject, C config) {
        String result = Schema.split(subject.text(config), ',').stream()
                .map(field -> field.length() > LONGEST ? shortened(field) : field)
                .collect(Collectors.joining(", "));
        String version = Integer.toString(subject.study.version());
        return String.join("\t", subject.study.id(), version, Schema.of(config).format(config), result);
    }

    /** {@code name=#…}, the first 16 digits of the SHA-256 of the value's text. */
    private static String shortened(String field) {
        int value = field.indexOf('=') + 1;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(field.substring(value).getBytes(StandardCharsets.UTF_8));
            return field.substring(0, value) + "#" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void configsAndResultsAreTheirText(Subject<C, R> subject) {
        Study<C, R> study = subject.study;
        Schema<C> configs = Schema.of(study.defaults());
        for (C config : plus(subject.configs, study.defaults())) {
            String text = configs.format(config);
            assertThat(configs.parse(text)).isEqualTo(config).hasSameHashCodeAs(config);
            assertThat(configs.parse(text, study.defaults())).isEqualTo(config);
        }
        Schema<R> results = Schema.of(study.resultType());
        for (C config : subject.configs) {
            R result = subject.result(config);
            assertThat(results.values(result)).doesNotContainNull();
            assertThat(results.parse(results.format(result))).isEqualTo(result).hasSameHashCodeAs(result);
        }
        assertThat(configs.fields())
                .allSatisfy(field -> assertThat(field.meaning()).isNotBlank());
        assertThat(Stream.concat(configs.fields().stream(), results.fields().stream()))
                .as("arrays have no value")
                .noneMatch(field -> field.type().isArray());
    }

    private static <T> List<T> plus(List<T> list, T one) {
        List<T> longer = new ArrayList<>(list);
        longer.add(one);
        return longer;
    }

    /** Also every part of a field that the pinned configs have. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void everyFieldChangesTheKeyAndARun(Subject<C, R> subject) {
        assertPinned(subject);
        Map<String, List<Iterator<BooleanSupplier>>> trials = new LinkedHashMap<>();
        for (C config : subject.ranked()) {
            Schema<C> schema = Schema.of(config);
            fields("", config).forEach((name, values) -> {
                List<C> others = values.stream()
                        .flatMap(value -> accepted(() -> {
                                    C other = schema.parse(name + "=" + value, config);
                                    subject.study.work(other);
                                    return other;
                                })
                                .stream())
                        .filter(other -> !other.equals(config))
                        .sorted(Comparator.comparingDouble(subject.study::work))
                        .toList();
                if (!others.isEmpty()) {
                    trials.computeIfAbsent(name, all -> new ArrayList<>())
                            .add(others.stream()
                                    .<BooleanSupplier>map(other -> () -> differs(subject, config, other))
                                    .iterator());
                }
            });
        }
        TreeSet<String> active = new TreeSet<>();
        List<String> names = new ArrayList<>(trials.keySet());
        Collections.reverse(names);
        for (String name : names) {
            if (!IDLE.contains(subject + " " + name)) {
                // Another value of a part is another value of the whole, and comes before it here.
                String part = active.ceiling(name + ".");
                boolean changes = part != null && part.startsWith(name + ".") || anyInTurn(trials.get(name));
                assertThat(changes).as("%s changes a pinned run", name).isTrue();
                active.add(name);
            }
        }
        assertThat(active)
                .as("fields that can change")
                .hasSizeGreaterThan(subject.configs.get(0).getClass().getRecordComponents().length / 2);
    }

    /** Whether any trial holds: the first of each, then the second of each, until one does. */
    private static boolean anyInTurn(List<Iterator<BooleanSupplier>> trials) {
        boolean more = true;
        while (more) {
            more = false;
            for (Iterator<BooleanSupplier> next : trials) {
                if (next.hasNext()) {
                    more = true;
                    if (next.next().getAsBoolean()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static <C extends Record, R extends Record> boolean differs(Subject<C, R> subject, C config, C other) {
        try {
            assertThat(subject.key(other)).isNotEqualTo(subject.key(config));
            return !subject.run(other).equals(subject.result(config));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            // More points than the data has, or a dataset that is not on this machine.
            return false;
        }
    }

    private static <T> Optional<T> accepted(Supplier<T> maker) {
        try {
            return Optional.of(maker.get());
        } catch (IllegalArgumentException | UncheckedIOException e) {
            // Refused, or a file that is not on this machine.
            return Optional.empty();
        }
    }

    /** Fields and parts of fields, and other values for each, near its own or of its family. */
    private static Map<String, List<String>> fields(String prefix, Record record) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        Schema<Record> schema = Schema.of(record);
        Object[] values = schema.values(record);
        for (int k = 0; k < values.length; k++) {
            Schema.Field field = schema.fields().get(k);
            String name = prefix + field.name();
            if (values[k] instanceof Record part) {
                all.put(
                        name,
                        Stream.concat(
                                        Schema.heads(field.type()).stream(),
                                        FAMILIES.getOrDefault(field.type(), Set.of()).stream())
                                .toList());
                all.putAll(fields(name + ".", part));
            } else {
                all.put(name, texts(values[k]).toList());
            }
        }
        return all;
    }

    private static Stream<String> texts(Object value) {
        if (value instanceof Boolean b) {
            return Stream.of(Boolean.toString(!b));
        }
        if (value instanceof String text) {
            return IntStream.range(1, text.length()).mapToObj(length -> text.substring(0, length));
        }
        if (value instanceof Enum<?> constant) {
            return Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                    .map(Schema::formatValue);
        }
        if (value instanceof Integer || value instanceof Long) {
            long n = ((Number) value).longValue();
            return Stream.of(n + 1, n - 1, n + 2, 2 * n, n / 2, 0L, 1L, 2L, 4L, 5L)
                    .map(String::valueOf);
        }
        if (value instanceof Double d) {
            return Stream.of(1.1 * d, 0.9 * d, d + 0.1, d - 0.1, d + 1, 2 * d, d / 2, 0.0, 0.5, 1.0)
                    .map(Numbers::format);
        }
        if (value instanceof Doubles many) {
            double[] all = many.toArray();
            return Stream.of(
                            Doubles.of(Arrays.copyOf(all, Math.max(0, all.length - 1))),
                            Doubles.of(Arrays.stream(all).map(x -> 0.9 * x).toArray()),
                            Doubles.of(Arrays.stream(all).map(x -> x + 1).toArray()),
                            Doubles.of(0.5))
                    .map(Doubles::toString);
        }
        return Stream.empty();
    }

    /** With all streams pinned replicas are one: nothing else is drawn. Each of them makes a difference. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void streamsDeclaredAreTheStreamsDrawn(Subject<C, R> subject) {
        assertPinned(subject);
        Set<String> names = subject.study.streamNames();
        for (C config : subject.configs) {
            assertThat(subject.study.run(config, Streams.of(1).withFixed(names).withReplica(4)))
                    .as("replica 4 with the streams of replica 0")
                    .isEqualTo(subject.result(config));
        }
        for (String name : names) {
            Set<String> fixed = new TreeSet<>(names);
            fixed.remove(name);
            List<Iterator<BooleanSupplier>> trials = subject.ranked().stream()
                    .map(config -> IntStream.range(1, REPLICAS)
                            .<BooleanSupplier>mapToObj(r -> () -> !subject.study
                                    .run(config, Streams.of(1).withFixed(fixed).withReplica(r))
                                    .equals(subject.result(config)))
                            .iterator())
                    .toList();
            assertThat(IDLE.contains(subject + " " + name) || anyInTurn(trials))
                    .as("%s is drawn", name)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void anyNumberOfThreadsGivesTheSameBytes(Subject<C, R> subject) {
        List<C> configs = subject.configs.stream().distinct().toList();
        Results<C, R> two = new Experiment(1, Cache.inMemory(), new LocalRunner(2, Optional.empty()), Progress.SILENT)
                .run(Sweep.of(subject.study, configs, 2));
        for (C config : configs) {
            assertThat(two.of(config))
                    .containsExactly(
                            subject.result(config),
                            subject.study.run(config, Streams.of(1).withReplica(1)));
        }
    }

    /** A process without the vector module has the plain kernels only. */
    @Test
    void plainKernelsGiveTheSameBytes(@TempDir Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:TieredStopAtLevel=1",
                        "-Dstudy=" + ASKED,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StudyContractTest.class.getName(),
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        List<String> own = subjects().flatMap(StudyContractTest::lines).toList();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("log")))
                .isZero();
        assertThat(Files.readAllLines(out)).isEqualTo(own);
    }

    private static <C extends Record, R extends Record> Stream<String> lines(Subject<C, R> subject) {
        return subject.configs.stream().map(config -> subject + "\t" + subject.text(config));
    }

    /** Writes the results of all pinned runs to a file. */
    public static void main(String[] arguments) throws IOException {
        Files.write(
                Path.of(arguments[0]),
                subjects().flatMap(StudyContractTest::lines).toList());
    }

    /** A small run may be over before it looks; that of the defaults looks. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void anInterruptedRunStops(Subject<C, R> subject) {
        assertThatThrownBy(() -> {
                    for (C config : plus(subject.configs, subject.study.defaults())) {
                        Thread.currentThread().interrupt();
                        subject.run(config);
                    }
                })
                .isInstanceOf(CancellationException.class);
        Thread.interrupted();
    }

    /** Asking is free however large the run would be, and what is asked holds at least the result. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void memoryIsAskedBeforeItIsTaken(Subject<C, R> subject) {
        Study<C, R> study = subject.study;
        Schema<R> results = Schema.of(study.resultType());
        for (C config : subject.configs) {
            long numbers = Arrays.stream(results.values(subject.result(config)))
                    .mapToLong(value -> value instanceof Doubles many ? many.size() : 0)
                    .sum();
            assertThat(study.memory(config)).isGreaterThanOrEqualTo(numbers * Double.BYTES);
            assertThat(study.work(config)).isPositive();
        }
        C defaults = study.defaults();
        for (Schema.Field field : Schema.of(defaults).fields()) {
            Matcher high = Pattern.compile(".*, ([0-9e]+)[])]").matcher(field.range());
            if (high.matches() && field.type() != double.class) {
                accepted(() -> Schema.of(defaults).parse(field.name() + "=" + high.group(1), defaults))
                        .ifPresent(largest -> assertThat(study.memory(largest))
                                .as("bytes at the largest %s", field.name())
                                .isGreaterThanOrEqualTo(0));
            }
        }
    }

    /** The same words from Java, from text and from the command line. */
    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void valuesOutsideTheirRangeAreNamed(Subject<C, R> subject) {
        for (C config : plus(subject.configs, subject.study.defaults())) {
            refused(subject, config, "", config);
        }
    }

    /** The components of a config or, recursively, a part of it. */
    private static <C extends Record, R extends Record> void refused(
            Subject<C, R> subject, C config, String prefix, Record part) {
        Object[] values = Schema.of(part).values(part);
        RecordComponent[] components = part.getClass().getRecordComponents();
        for (int k = 0; k < components.length; k++) {
            String path = prefix + components[k].getName();
            if (values[k] instanceof Record deeper) {
                refused(subject, config, path + ".", deeper);
            }
            Parameter parameter = components[k].getAnnotation(Parameter.class);
            if (parameter == null || parameter.range().isEmpty()) {
                continue;
            }
            List<Object> outside = outside(components[k].getType());
            for (Object value : outside) {
                String text = Schema.formatValue(value);
                String message = components[k].getName() + " must be " + range(parameter.range(), part) + ", got "
                        + text.replaceAll("[\\[\\]]", "");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Schema.with(config, path, value))
                        .withMessage(message);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Schema.of(config).parse(path + "=" + text, config))
                        .withMessage(message);
                // What the command line makes of one of a type it makes of the others.
                if (config.equals(subject.study.defaults())
                        && value.equals(outside.get(0))
                        && COMMANDED.add(subject.study.id() + " " + components[k].getType())) {
                    StringWriter err = new StringWriter();
                    PrintWriter none = new PrintWriter(new StringWriter());
                    String[] command = {"run", subject.study.id(), "--set", path + "=" + text};
                    assertThat(Main.execute(none, new PrintWriter(err), command))
                            .isEqualTo(2);
                    assertThat(err.toString()).contains(message);
                }
            }
        }
    }

    private static List<Object> outside(Class<?> type) {
        if (type == int.class) {
            return List.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class) {
            return List.of(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return type == double.class
                ? List.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN)
                : List.of(
                        Doubles.of(Double.NEGATIVE_INFINITY),
                        Doubles.of(Double.POSITIVE_INFINITY),
                        Doubles.of(Double.NaN));
    }

    /** A range as a message says it: {@code in [1, trainSize=512]}. */
    private static String range(String range, Record config) {
        String text = range.replace("each in ", "").replaceFirst("^(0 or )?", "$1in ");
        Object[] values = Schema.of(config).values(config);
        for (int k = 0; k < values.length; k++) {
            String name = config.getClass().getRecordComponents()[k].getName();
            text = text.replaceAll(
                    "\\b" + name + "\\b", name + "=" + Matcher.quoteReplacement(Schema.formatValue(values[k])));
        }
        return text;
    }

    @ParameterizedTest
    @MethodSource("subjects")
    <C extends Record, R extends Record> void theHeadIsWholeAndPagesAndFiguresShowIt(Subject<C, R> subject)
            throws IOException {
        Study<C, R> study = subject.study;
        assertThat(study.id()).matches("[a-z]+(-[a-z]+)*");
        assertThat(study.title()).isNotBlank().doesNotEndWith(".");
        assertThat(study.streamNames()).isNotEmpty();
        assertThat(study.sources())
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source).isNotBlank());
        boolean told = PaperPage.all(Path.of("")).stream()
                        .anyMatch(page -> page.studies().contains(study.id()))
                || Stream.concat(files("src/site/markdown", ".md"), files(".", "README.md"))
                        .anyMatch(text -> text.contains("`" + study.id() + "`"));
        assertThat(told)
                .as(
                        "a paper with the study %s, or a page of src/site/markdown that names it in back quotes",
                        study.id())
                .isTrue();
        if (DRAWN.isEmpty()) {
            files("figures", ".json")
                    .flatMap(text ->
                            JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("sweeps").asList().stream())
                    .map(JsonElement::getAsJsonObject)
                    .forEach(DRAWN::add);
        }
        List<Set<String>> drawn = DRAWN.stream()
                .filter(sweep -> sweep.get("study").getAsString().equals(study.id()))
                .map(sweep -> sweep.getAsJsonObject("config").keySet())
                .toList();
        // A setting that is new changes the file of a figure even where it changes no run.
        assertThat(drawn)
                .as("sweeps of the committed figures/*.json that run %s with today's fields", study.id())
                .isNotEmpty()
                .allMatch(Schema.of(study.defaults()).fields().stream()
                        .map(Schema.Field::name)
                        .collect(Collectors.toSet())::equals);
    }

    private static Stream<String> files(String folder, String ending) throws IOException {
        if (Files.notExists(Path.of(folder))) {
            return Stream.of();
        }
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(ending)).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts.stream();
    }
}
