package org.noisebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Study;

/**
 * A class of the library has two users outside its package, or goes home to its one user, or {@code words.tsv} says why it
 * is a word for others.
 *
 * <p>A user is a package, a paper, or code beside the kit: a notebook, an example, a benchmark. Who uses a class through
 * another class of its package counts. What shows and computes nothing, such as a command or a notebook, may be the only user,
 * since what it shows has to be computed below it.
 */
class HomesTest {
    private static final String ROOT = "org.noisebook.";
    private static final String BESIDE = "beside";
    private static final Set<String> SHOWS = Set.of("cli", "kernel", "notebook", "report", "site", BESIDE);
    private static final Set<String> ADAPTERS = Set.of("table", "tensor", "opencl", "spark");

    /** The top-level classes by full name, each with those that use it. */
    private static final Map<String, Set<String>> USERS = new TreeMap<>();

    /** Those of the kit that are public. */
    private static final Set<String> PUBLIC = new TreeSet<>();

    static {
        for (JavaClass c : new ClassFileImporter().importPath(jar())) {
            if (!c.getSimpleName().equals("package-info")) {
                USERS.computeIfAbsent(top(c), name -> new TreeSet<>());
                if (c.isTopLevelClass() && c.getModifiers().contains(JavaModifier.PUBLIC)) {
                    PUBLIC.add(c.getName());
                }
                c.getDirectDependenciesFromSelf().forEach(d -> use(top(c), top(d.getTargetClass())));
            }
        }
        Map<String, String> named = USERS.keySet().stream()
                .collect(Collectors.toMap(name -> name.substring(name.lastIndexOf('.') + 1), name -> name));
        for (String folder :
                List.of("src/tensor/java", "src/opencl/java", "src/spark/java", "environment", "notebooks")) {
            for (Path file : files(Path.of(folder))) {
                String user =
                        folder.startsWith("src") ? ROOT + folder.split("/")[1] + ".Source" : ROOT + BESIDE + ".Source";
                Pattern.compile("\\b[A-Z]\\w+\\b")
                        .matcher(code(file))
                        .results()
                        .forEach(word -> use(user, named.getOrDefault(word.group(), "")));
            }
        }
    }

    private static void use(String user, String used) {
        if (used.startsWith(ROOT) && !used.equals(user)) {
            USERS.computeIfAbsent(used, name -> new TreeSet<>()).add(user);
        }
    }

    private static Path jar() {
        try {
            return Path.of(Study.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String top(JavaClass c) {
        return c.getBaseComponentType().getName().replaceAll("\\$.*", "");
    }

    /** The text of a Java source or of the code in a notebook; nothing of other files. */
    private static String code(Path file) {
        if (file.toString().endsWith(".java")) {
            return read(file);
        }
        if (!file.toString().endsWith(".ipynb")) {
            return "";
        }
        var cells = JsonParser.parseString(read(file)).getAsJsonObject().getAsJsonArray("cells");
        return StreamSupport.stream(cells.spliterator(), false)
                .map(cell -> cell.getAsJsonObject())
                .filter(cell -> cell.get("cell_type").getAsString().equals("code"))
                .map(cell -> cell.get("source").toString().replace("\\n", "\n"))
                .collect(Collectors.joining("\n"));
    }

    /** The first part of the package below the root, or the paper: {@code papers.wgan} for one. */
    private static String home(String name) {
        String home = name.substring(ROOT.length(), name.lastIndexOf('.'));
        return home.startsWith("papers.") ? home : home.replaceAll("\\..*", "");
    }

    private static boolean isLibrary(String name) {
        String home = home(name);
        return !SHOWS.contains(home) && !ADAPTERS.contains(home) && !home.startsWith("papers.");
    }

    /** The packages of all classes that use a class, directly or through classes that the walk may pass. */
    private static Set<String> users(String name, Predicate<String> pass) {
        Set<String> seen = new TreeSet<>(Set.of(name));
        Set<String> homes = new TreeSet<>();
        Deque<String> ahead = new ArrayDeque<>(seen);
        while (!ahead.isEmpty()) {
            for (String user : USERS.getOrDefault(ahead.pop(), Set.of())) {
                homes.add(home(user));
                if (pass.test(user) && seen.add(user)) {
                    ahead.push(user);
                }
            }
        }
        return homes;
    }

    private static boolean needsAReason(String name) {
        Set<String> users = users(name, user -> home(user).equals(home(name)));
        users.remove(home(name));
        return users.size() < 2 && users.stream().noneMatch(SHOWS::contains);
    }

    private static Map<String, String> words() {
        return read(Path.of("src", "test", "resources", "org", "noisebook", "words.tsv"))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .collect(Collectors.toMap(row -> ROOT + row[0], row -> row[1], (a, b) -> a, TreeMap::new));
    }

    @Test
    void everyClassHasAHome() {
        Set<String> alone = PUBLIC.stream()
                .filter(HomesTest::isLibrary)
                .filter(HomesTest::needsAReason)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(PUBLIC).hasSizeGreaterThan(300);
        assertThat(words().values()).allMatch(reason -> reason.length() > 10);
        assertThat(alone)
                .as(
                        "classes with one user outside their package: they go there, or words.tsv says what makes them a word for others")
                .isEqualTo(words().keySet());
    }

    /** A class of the library that serves one paper alone is part of what this paper weighs. */
    @Test
    void aPaperWeighsWhatOnlyItUses() {
        List<String> rows = read(Path.of("environment", "tests", "weight.tsv"))
                .lines()
                .filter(line -> line.startsWith("paper:"))
                .toList();
        List<String> missing = new ArrayList<>();
        for (String name : USERS.keySet()) {
            if (isLibrary(name)) {
                Set<String> ends = users(name, user -> isLibrary(user));
                ends.removeIf(user -> isLibrary(ROOT + user + ".Any"));
                String one = ends.size() == 1 ? ends.iterator().next() : "";
                String file = "src/main/java/" + name.replace('.', '/') + ".java";
                if (one.startsWith("papers.")
                        && rows.stream()
                                .filter(row -> row.contains("/" + one.replace('.', '/') + " "))
                                .noneMatch(row -> row.contains(file))) {
                    missing.add(one + ": " + file);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
