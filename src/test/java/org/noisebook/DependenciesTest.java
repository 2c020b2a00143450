package org.noisebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of the libraries, their licences and their bytes is true of those on the class path. */
class DependenciesTest {
    /** A library of the notice: SPDX name of the licence, group and artifact. */
    private static final Pattern LINE = Pattern.compile("^([A-Z]\\S+) {2,}(\\S+):(\\S+)$");
    /** Folders of a Maven repository whose libraries only the tests use. */
    private static final Pattern TESTS_ONLY = Pattern.compile(
            "/org/(junit|opentest4j|apiguardian|jspecify|assertj)/|/net/bytebuddy/|/com/(tngtech|apicatalog)/|/org/eclipse/parsson/|/jakarta/json/|/org/apache/maven/");

    private static final Map<String, String> LICENCES = Map.of(
            "Apache-2.0", "Apache",
            "BSD-2-Clause", "BSD",
            "BSD-3-Clause", "BSD",
            "LGPL-3.0-or-later", "LGPL",
            "MIT", "MIT",
            "Unicode-3.0", "Unicode");

    /** The libraries of the kit, as paths with slashes. */
    private static List<String> jars() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> entry.replace(File.separatorChar, '/'))
                .filter(entry ->
                        entry.endsWith(".jar") && !TESTS_ONLY.matcher(entry).find())
                .distinct()
                .toList();
        assertThat(jars).hasSizeGreaterThan(30);
        return jars;
    }

    /** Licences by folder in a repository such as {@code /org/slf4j/slf4j-api/}, of one part of the notice or of all. */
    private static Map<String, String> notice(int part) throws IOException {
        String[] parts = Files.readString(Path.of("NOTICE")).split("In a build with \\w+ besides:");
        assertThat(parts).hasSize(3);
        Map<String, String> licences = new LinkedHashMap<>();
        parts[part].lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            String folder = "/" + line.group(2).replace('.', '/') + "/" + line.group(3) + "/";
            assertThat(licences.put(folder, line.group(1))).as(folder).isNull();
        });
        assertThat(licences).hasSizeGreaterThan(part == 2 ? 0 : 10);
        return licences;
    }

    private static Map<String, String> notice() throws IOException {
        Map<String, String> all = notice(0);
        all.putAll(notice(1));
        all.putAll(notice(2));
        return all;
    }

    @Test
    void theNoticeNamesEveryLibraryAndNoOther() throws IOException {
        Map<String, String> all = notice();
        List<String> jars = jars();
        for (String jar : jars) {
            assertThat(all.keySet()).as(jar).filteredOn(jar::contains).hasSize(1);
        }
        Set<String> asked = new TreeSet<>(notice(0).keySet());
        if (jars.stream().anyMatch(jar -> jar.contains("/org/nd4j/"))) {
            asked.addAll(notice(1).keySet());
        }
        if (jars.stream().anyMatch(jar -> jar.contains("/org/jocl/"))) {
            asked.addAll(notice(2).keySet());
        }
        for (String folder : asked) {
            assertThat(jars).as(folder).anyMatch(jar -> jar.contains(folder));
        }
    }

    @Test
    void eachLibraryNamesTheLicenceOfTheNotice() throws IOException {
        Map<String, String> all = notice();
        assertThat(LICENCES.keySet()).containsAll(all.values());
        for (String jar : jars()) {
            String folder = all.keySet().stream()
                    .filter(jar::contains)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(jar + " is not in NOTICE"));
            String root = jar.substring(0, jar.indexOf(folder));
            Path version = Path.of(jar).getParent();
            String name = version.getParent().getFileName() + "-" + version.getFileName() + ".pom";
            assertThat(licence(root, version.resolve(name))).as(jar).containsPattern(LICENCES.get(all.get(folder)));
        }
    }

    /** What a library's pom, or the next parent that says it, calls the first licence. */
    private static String licence(String root, Path pom) throws IOException {
        String text = Files.readString(pom).replaceAll("(?s)<!--.*?-->", "");
        Matcher licence =
                Pattern.compile("<license>.*?</license>", Pattern.DOTALL).matcher(text);
        if (licence.find()) {
            return licence.group();
        }
        Matcher parent =
                Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL).matcher(text);
        assertThat(parent.find()).as("a licence or a parent in %s", pom).isTrue();
        List<String> names = new ArrayList<>();
        for (String part : List.of("groupId", "artifactId", "version")) {
            Matcher value = Pattern.compile("<" + part + ">\\s*(\\S+?)\\s*</" + part + ">")
                    .matcher(parent.group(1));
            assertThat(value.find()).as("%s of the parent in %s", part, pom).isTrue();
            names.add(value.group(1));
        }
        return licence(
                root,
                Path.of(root, names.get(0).replace('.', '/'), names.get(1), names.get(2))
                        .resolve(names.get(1) + "-" + names.get(2) + ".pom"));
    }

    /** Maven compares only what is listed: a library whose version was raised must be listed anew. */
    @Test
    void everyLibraryHasItsChecksum() throws IOException, NoSuchAlgorithmException {
        List<String> lines = Files.readAllLines(Path.of(".mvn", "checksums", "checksums.sha256"));
        for (String jar : jars()) {
            Optional<String> line = lines.stream()
                    .filter(listed -> jar.endsWith(
                            "/" + listed.substring(listed.indexOf(' ')).strip()))
                    .findFirst();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(Path.of(jar)));
            assertThat(line).as(jar).isPresent();
            assertThat(line.orElseThrow()).as(jar).startsWith(HexFormat.of().formatHex(digest) + " ");
        }
    }

    /** Only Maven's profile {@code sbom} makes it. */
    @Test
    void theBillOfMaterialsIsThatOfTheClassPathAndTheSameInEveryBuild() throws IOException {
        try (InputStream in = DependenciesTest.class.getResourceAsStream("/META-INF/sbom/noisebook.cdx.json")) {
            assumeThat(in).as("a build with -Psbom").isNotNull();
            JsonObject bill = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
            assertThat(bill.has("serialNumber")).isFalse();
            assertThat(bill.getAsJsonObject("metadata").has("timestamp")).isFalse();
            List<String> files = new ArrayList<>();
            for (JsonElement element : bill.getAsJsonArray("components")) {
                JsonObject part = element.getAsJsonObject();
                Matcher classifier = Pattern.compile("classifier=([^&]+)")
                        .matcher(part.get("purl").getAsString());
                files.add(part.get("name").getAsString() + "-"
                        + part.get("version").getAsString() + (classifier.find() ? "-" + classifier.group(1) : "")
                        + ".jar");
            }
            assertThat(files)
                    .containsExactlyInAnyOrderElementsOf(jars().stream()
                            .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
                            .toList());
        }
    }
}
