package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.notebook.Displays;

/** What a build without ND4J and OpenCL does, whatever this one has. */
class PlainBuildTest {
    private static final String NO_ND4J =
            "ND4J is not in this build: NOISEBOOK_ND4J=1 environment/noisebook or mvn -Pnd4j package builds with it";

    /** The class path without ND4J, with a copy of the kit's classes without those for it in place of the kit's. */
    private static final List<String> CLASS_PATH = new ArrayList<>();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void leaveOut() throws IOException {
        Path classes = Path.of(URI.create(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        Path plain = folder.resolve("classes");
        try (Stream<Path> all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path name = classes.relativize(file);
                if (!name.toString()
                        .matches("org.noisebook.(tensor|opencl).*|META-INF.services.org\\.noisebook\\..*\\$.*")) {
                    Files.createDirectories(plain.resolve(name).getParent());
                    Files.copy(file, plain.resolve(name));
                }
            }
        }
        CLASS_PATH.add(plain.toString());
        Stream.of(Called.classPath().split(File.pathSeparator))
                .filter(entry -> !entry.contains("nd4j")
                        && !entry.contains("javacpp")
                        && !entry.contains("jocl")
                        && !Path.of(entry).toAbsolutePath().normalize().equals(classes))
                .forEach(CLASS_PATH::add);
    }

    private static Called call(String... arguments) throws IOException, InterruptedException {
        return Called.inProcess(
                folder,
                Map.of("NOISEBOOK_CACHE", folder.resolve("cache").toString()),
                List.of(),
                String.join(File.pathSeparator, CLASS_PATH),
                arguments);
    }

    @Test
    void theEngineIsOneLineAndTheExactOneRuns() throws Exception {
        String[] small = {"run", "perceptron", "--set", "trainSize=16", "--set", "dimension=4", "--no-cache"};
        Called exact = call(small);
        assertThat(exact.status()).isZero();
        assertThat(exact.out()).isEqualTo(Called.with(small).out());
        List<String> other = new ArrayList<>(List.of(small));
        other.addAll(List.of("--engine", "nd4j"));
        assertThat(call(other.toArray(String[]::new)))
                .isEqualTo(new Called(Main.FAILURE, "", "noisebook: --engine nd4j: " + NO_ND4J + "\n"));
    }

    @Test
    void infoSaysSo() throws Exception {
        Called info = call("info");
        assertThat(info.status()).isZero();
        assertThat(info.out().lines().filter(line -> line.matches("(nd4j|device|openmp|native) .*")))
                .containsExactly("nd4j         n" + NO_ND4J.substring("ND4J is n".length()));
    }

    @Test
    void valuesAreShown() throws Exception {
        URL[] places = CLASS_PATH.stream().map(PlainBuildTest::url).toArray(URL[]::new);
        try (URLClassLoader bare = new URLClassLoader(places, ClassLoader.getPlatformClassLoader())) {
            Class<?> displays = bare.loadClass(Displays.class.getName());
            List<?> types = (List<?>) displays.getMethod("types").invoke(null);
            assertThat(types)
                    .extracting(type -> ((Class<?>) type).getSimpleName())
                    .doesNotContain("INDArray");
            assertThat(displays.getMethod("of", Object.class).invoke(null, (Object) new int[] {1}))
                    .isEqualTo(Map.of("text/plain", "int[1]: 1"));
            assertThat(displays.getMethod("of", Object.class).invoke(null, "text"))
                    .isEqualTo(Map.of());
        }
    }

    private static URL url(String place) {
        try {
            return new File(place).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
