package org.noisebook;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Chapter;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.Target;

/** The layers of the style guide, over the compiled main classes. A package that is not listed here fails. */
class ArchitectureTest {
    private static final String ROOT = "org.noisebook.";
    private static final Set<String> BASE_MATHS = Set.of("rng", "stats", "linalg", "solver", "data");
    private static final List<String> AREAS = List.of(
            "model",
            "runs",
            "timeseries",
            "checkpoint",
            "sgd",
            "regime",
            "interpolant",
            "field",
            "diffusion",
            "seeds",
            "compare");
    private static final List<String> ADAPTERS = List.of("table", "chart", "tensor", "opencl", "spark");

    /** What a study, a figure and a paper are made of, whatever they are about. */
    private static final List<String> FRAMEWORK = List.of("experiment", "chart", "figure", "paper");

    /** In each entry a package uses its own entry and those before it; base maths is one entry, an area one each. */
    private static final List<Set<String>> LAYERS = Stream.of(
                    Stream.of(BASE_MATHS, Set.of("experiment")),
                    AREAS.stream().map(Set::of),
                    Stream.of(
                            Set.copyOf(ADAPTERS),
                            Set.of("figure"),
                            Set.of("paper"),
                            Set.of("cells"),
                            Set.of("papers"),
                            Set.of("report"),
                            Set.of("site"),
                            Set.of("notebook"),
                            Set.of("kernel", "cli")))
            .flatMap(part -> part)
            .toList();

    private static final JavaClasses MAIN = importMain();

    private static JavaClasses importMain() {
        try {
            URL place = Study.class.getProtectionDomain().getCodeSource().getLocation();
            return new ClassFileImporter().importPath(Path.of(place.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void mainClassesAreThere() {
        assertThat(MAIN).as("classes of the jar").hasSizeGreaterThan(50);
        assertThat(MAIN).noneMatch(c -> c.getSimpleName().endsWith("Test"));
    }

    @Test
    void everyPackageHasALayer() {
        assertThat(offenders(c -> layer(c) < 0)).isEmpty();
    }

    @Test
    void layersImportOnlyLayersAbove() {
        assertThat(dependencies((from, to) -> inKit(to) && layer(to) > layer(from)))
                .isEmpty();
    }

    @Test
    void theFrameworkKnowsNoPhysics() {
        assertThat(dependencies((from, to) -> inKit(to) && isIn(from, FRAMEWORK) && isIn(to, AREAS)))
                .isEmpty();
    }

    /** Lines of the sources, written by hand, of all classes that a package needs, its own included. */
    @ParameterizedTest
    @CsvSource({"experiment, 8000", "figure, 17000", "paper, 17000"})
    void whoUsesTheFrameworkBringsLittleElse(String start, int most, TestReporter reporter) throws IOException {
        Set<JavaClass> reached = new HashSet<>();
        Deque<JavaClass> ahead = new ArrayDeque<>(
                MAIN.stream().filter(c -> part(c).equals(start)).toList());
        while (!ahead.isEmpty()) {
            JavaClass next = ahead.pop();
            if (reached.add(next)) {
                next.getDirectDependenciesFromSelf().stream()
                        .map(d -> d.getTargetClass().getBaseComponentType())
                        .filter(ArchitectureTest::inKit)
                        .forEach(ahead::push);
            }
        }
        long lines = 0;
        for (String name : reached.stream()
                .map(c -> c.getName().replaceAll("\\$.*", "").replace('.', '/'))
                .collect(Collectors.toSet())) {
            Path file = Path.of("src", "main", "java", name + ".java");
            lines += Files.exists(file) ? Files.readString(file).lines().count() : 0;
        }
        reporter.publishEntry("lines reached by " + start, Long.toString(lines));
        assertThat(lines).as("lines reached by %s", start).isBetween(1000L, (long) most);
    }

    @Test
    void noTwoClassesOfOneName() {
        Set<String> names = new TreeSet<>();
        assertThat(offenders(c -> c.isTopLevelClass()
                        && !c.getSimpleName().equals("package-info")
                        && !names.add(c.getSimpleName())))
                .isEmpty();
    }

    @Test
    void adaptersDoNotKnowEachOther() {
        assertThat(dependencies((from, to) -> inKit(to)
                        && isIn(from, ADAPTERS)
                        && isIn(to, ADAPTERS)
                        && !part(from).equals(part(to))))
                .isEmpty();
    }

    /** A build may lack it. */
    @Test
    void nobodyNeedsTheEnginesOnNd4jAndOpencl() {
        assertThat(dependencies((from, to) -> inKit(to)
                        && isIn(to, List.of("tensor", "opencl"))
                        && !part(from).equals(part(to))))
                .isEmpty();
    }

    @Test
    void onlyTheCommandLineUsesTheKernel() {
        assertThat(dependencies(
                        (from, to) -> inKit(to) && part(to).equals("kernel") && !isIn(from, List.of("kernel", "cli"))))
                .isEmpty();
    }

    /** A range that stands in a record is checked there, by {@link Ranges#check} and for that record; a paper's where a run starts. */
    @Test
    void recordsWithRangesCheckThem() {
        List<JavaClass> ranged = MAIN.stream()
                .filter(c -> c.isRecord() && !c.isAnonymousClass() && !part(c).equals("papers"))
                .filter(c -> Stream.of(c.reflect().getRecordComponents())
                        .map(component -> component.getAnnotation(Parameter.class))
                        .anyMatch(parameter ->
                                parameter != null && !parameter.range().isEmpty()))
                .toList();
        assertThat(ranged)
                .hasSizeGreaterThan(10)
                .allSatisfy(c -> assertThat(c.getConstructors()).anySatisfy(constructor -> {
                    assertThat(constructor.getMethodCallsFromSelf())
                            .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Ranges.class));
                    assertThat(constructor.getReferencedClassObjects())
                            .anyMatch(object -> object.getRawType().equals(c));
                }));
    }

    /** What two papers share stands in an area, and the library stands without any paper. */
    @Test
    void nobodyNeedsAPaper() {
        assertThat(dependencies(
                        (from, to) -> part(to).equals("papers") && !part(from).equals("papers")))
                .isEmpty();
        assertThat(dependencies((from, to) -> part(from).equals("papers")
                        && part(to).equals("papers")
                        && !from.getPackageName().equals(to.getPackageName())))
                .isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.noisebook.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void mathematicsNeedsOnlyTheJdkCommonsMathAndCommonsRng() {
        assertThat(dependencies((from, to) -> isMathematics(from) && !isAllowedInMathematics(from, to)))
                .isEmpty();
    }

    private static boolean isMathematics(JavaClass c) {
        return BASE_MATHS.contains(part(c)) || part(c).equals("experiment") || AREAS.contains(part(c));
    }

    private static boolean isAllowedInMathematics(JavaClass from, JavaClass to) {
        String name = element(to);
        if (name.startsWith("jdk.incubator.vector.")) {
            return part(from).equals("linalg");
        }
        if (name.startsWith("com.google.gson.")) {
            return part(from).equals("data");
        }
        boolean desktop = name.startsWith("java.awt.") || name.startsWith("javax.swing.");
        return inKit(to)
                || isPrimitive(to)
                || (name.startsWith("java.") && !desktop)
                || name.startsWith("org.apache.commons.math3.");
    }

    private static boolean isPrimitive(JavaClass c) {
        return !element(c).contains(".");
    }

    private static boolean isPure(JavaClass c) {
        return part(c).equals("model") || (BASE_MATHS.contains(part(c)) && !part(c).equals("data"));
    }

    /** Base maths but {@code data}, and models, are pure: no files, clock, environment or processes. */
    @Test
    void mathematicsIsPure() {
        Set<String> impure = Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty", "getProperties");
        assertThat(calls((from, call) -> isPure(from)
                        && call.getTargetOwner().getName().equals("java.lang.System")
                        && impure.contains(call.getName())))
                .isEmpty();
        assertThat(dependencies((from, to) -> isPure(from)
                        && (to.getName().startsWith("java.io.")
                                || to.getName().startsWith("java.nio.file.")
                                || to.getName().startsWith("java.net.")
                                || to.getName().startsWith("java.util.logging.")
                                || to.getName().equals("java.lang.Process"))
                        && !to.getName().equals("java.io.Serializable")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "org.knowm., chart",
        "tech.tablesaw., table",
        "org.nd4j., tensor",
        "org.jocl., opencl",
        "org.apache.spark., spark",
        "scala., spark",
        "picocli., cli",
        "jdk.incubator.vector., linalg",
        "jdk.jshell., kernel",
        "org.dflib., kernel",
        "org.objectweb.asm., kernel",
        "com.google.gson., data|figure|kernel|site",
        "org.tomlj., cli",
        "org.commonmark., site"
    })
    void eachLibraryHasItsPackages(String library, String homes) {
        List<String> home = List.of(homes.split("\\|"));
        assertThat(dependencies((from, to) -> element(to).startsWith(library) && !home.contains(part(from))))
                .isEmpty();
    }

    @Test
    void onlyTheCommandLineAndTheKernelTouchStandardStreams() {
        Set<String> streams = Set.of("out", "err", "in");
        assertThat(calls((from, access) -> access.getTargetOwner().getName().equals("java.lang.System")
                        && streams.contains(access.getName())
                        && !isIn(from, List.of("cli", "kernel"))))
                .isEmpty();
        assertThat(calls((from, access) -> access.getName().equals("printStackTrace")
                        && access.getTarget().getFullName().endsWith("printStackTrace()")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.util.Random",
                "java.util.SplittableRandom",
                "java.util.concurrent.ThreadLocalRandom",
                "java.security.SecureRandom"
            })
    void noGeneratorButStreams(String generator) {
        assertThat(dependencies((from, to) -> element(to).equals(generator) && !isSecret(from, generator)))
                .isEmpty();
    }

    /** The key that signs a kernel's messages must not be foreseen. */
    private static boolean isSecret(JavaClass from, String generator) {
        return part(from).equals("kernel") && generator.equals("java.security.SecureRandom");
    }

    @Test
    void noMathRandom() {
        assertThat(calls((from, call) -> call.getName().equals("random")
                        && (call.getTargetOwner().getName().equals("java.lang.Math")
                                || call.getTargetOwner().getName().equals("java.lang.StrictMath"))))
                .isEmpty();
        assertThat(calls((from, call) ->
                        call.getName().equals("randomUUID") && !part(from).equals("kernel")))
                .isEmpty();
        assertThat(calls((from, call) -> call.getName().equals("shuffle")
                        && call.getTargetOwner().isEquivalentTo(Collections.class)))
                .isEmpty();
    }

    @Test
    void noMutableStatics() {
        assertThat(MAIN.stream()
                        .flatMap(c -> c.getFields().stream())
                        .filter(f -> f.getModifiers().contains(STATIC))
                        .filter(f -> !f.getModifiers().contains(FINAL))
                        .filter(f -> !f.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .map(JavaField::getFullName))
                .isEmpty();
    }

    @Test
    void noFieldIsWritableFromOutside() {
        assertThat(MAIN.stream()
                        .flatMap(c -> c.getFields().stream())
                        .filter(f -> f.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(f -> !f.getModifiers().contains(FINAL))
                        .map(JavaField::getFullName))
                .isEmpty();
    }

    @Test
    void everyStudyFigureAndPaperIsListed() {
        Set<String> withPapers = Catalogue.chapters().stream()
                .flatMap(chapter -> chapter.studies().stream())
                .map(study -> study.getClass().getName())
                .collect(Collectors.toSet());
        assertListed("services", Study.class, c -> !withPapers.contains(c.getName()));
        assertListed("services", Story.class, JavaClass::isTopLevelClass);
        assertListed("services", Chapter.class, c -> true);
    }

    @Test
    void everyMemberOfAnOpenFamilyIsListed() {
        for (Class<?> family :
                List.of(DiffusionStart.class, DiffusionCondition.class, GuidedLaw.class, Target.class, Pair.class)) {
            assertListed("families", family, JavaClass::isRecord);
        }
    }

    private static void assertListed(String folder, Class<?> service, Predicate<JavaClass> own) {
        Set<String> implementations = new TreeSet<>();
        MAIN.stream()
                .filter(c -> c.isAssignableTo(service)
                        && !c.isInterface()
                        && !c.getModifiers().contains(JavaModifier.ABSTRACT)
                        && own.test(c))
                .forEach(c -> implementations.add(c.getName()));
        assertThat(listed("/META-INF/" + folder + "/" + service.getName()))
                .as("META-INF/%s/%s lists every implementation", folder, service.getName())
                .isEqualTo(implementations);
    }

    private static Set<String> listed(String file) {
        try (var in = Study.class.getResourceAsStream(file)) {
            return new TreeSet<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void idsAreUniqueAndLowerCase() {
        List<String> studies = Catalogue.studies().stream().map(Study::id).toList();
        List<String> figures = Catalogue.figures().stream().map(Story::id).toList();
        for (List<String> ids : List.of(studies, figures)) {
            assertThat(ids).isNotEmpty().doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z][a-z0-9-]*"));
        }
    }

    /** Every config and result field is documented, so that tables and help say what it is. */
    @Test
    void everyFieldOfAStudyIsDocumented() {
        for (Study<?, ?> study : Catalogue.studies()) {
            Stream.of(study.defaults().getClass(), study.resultType())
                    .map(ArchitectureTest::schema)
                    .flatMap(schema -> schema.fields().stream())
                    .forEach(field -> assertThat(field.meaning())
                            .as("%s: %s", study.id(), field.name())
                            .isNotBlank());
        }
    }

    private static <T extends Record> Schema<T> schema(Class<T> type) {
        return Schema.of(type);
    }

    private static boolean inKit(JavaClass c) {
        return element(c).startsWith(ROOT);
    }

    /** The first part of the package below the root. */
    private static String part(JavaClass c) {
        String name = element(c);
        if (!name.startsWith(ROOT)) {
            return "";
        }
        String rest = name.substring(ROOT.length());
        return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
    }

    private static String element(JavaClass c) {
        return c.getBaseComponentType().getName();
    }

    private static boolean isIn(JavaClass c, List<String> parts) {
        return parts.contains(part(c));
    }

    private static int layer(JavaClass c) {
        for (int k = 0; k < LAYERS.size(); k++) {
            if (LAYERS.get(k).contains(part(c))) {
                return k;
            }
        }
        return part(c).equals("package-info") ? 0 : -1;
    }

    private static List<String> offenders(Predicate<JavaClass> bad) {
        return MAIN.stream().filter(bad).map(JavaClass::getName).sorted().toList();
    }

    private static List<String> dependencies(BiPredicate<JavaClass, JavaClass> bad) {
        return MAIN.stream()
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .filter(d -> bad.test(d.getOriginClass(), d.getTargetClass()))
                .map(Dependency::getDescription)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> calls(BiPredicate<JavaClass, JavaAccess<?>> bad) {
        return MAIN.stream()
                .flatMap(c -> c.getAccessesFromSelf().stream())
                .filter(access -> bad.test(access.getOriginOwner(), access))
                .map(JavaAccess::getDescription)
                .distinct()
                .sorted()
                .toList();
    }
}
