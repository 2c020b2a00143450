package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.experiment.DriverProbe;
import org.noisebook.model.Device;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorBackendsTest {
    /** What this process has loaded, on Linux. */
    private static final Path LOADED = Path.of("/proc/self/maps");

    /** Seconds for a process that unpacks and loads 400 MB on a busy machine. */
    private static final long LIMIT = 120;

    @TempDir
    private Path folder;

    @Test
    void theBackendOnTheClassPathIsFound() {
        assertThat(TensorBackends.names()).containsExactly("CpuBackend");
    }

    @Test
    void askingLoadsNoNativeLibrary() throws IOException {
        Set<String> before = nativeLibraries();
        assertThat(TensorBackends.names()).isNotEmpty();
        assertThat(nativeLibraries()).isEqualTo(before);
    }

    /** Libraries of ND4J in this process; others of the test run may have loaded some. */
    private static Set<String> nativeLibraries() throws IOException {
        if (!Files.exists(LOADED)) {
            return Set.of();
        }
        try (Stream<String> lines = Files.lines(LOADED)) {
            return lines.filter(line -> line.matches(".*(nd4j|openblas|javacpp).*\\.so.*"))
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void onTheCpuTheBackendForCardsIsHidden() throws IOException {
        String service = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Path list = services.resolve("org.nd4j.linalg.factory.Nd4jBackend");
        ClassLoader here = getClass().getClassLoader();
        try (URLClassLoader both = new URLClassLoader(new URL[] {folder.toUri().toURL()}, here)) {
            ClassLoader cpu = new TensorBackends.CpuOnly(both);
            Files.writeString(list, "org.nd4j.linalg.jcublas.JCublasBackend\n");
            assertThat(Collections.list(both.getResources(service))).hasSize(2);
            assertThat(Collections.list(cpu.getResources(service)))
                    .isEqualTo(Collections.list(here.getResources(service)));
            assertThat(Collections.list(cpu.getResources("META-INF")))
                    .isEqualTo(Collections.list(both.getResources("META-INF")))
                    .isNotEmpty();
            Files.writeString(
                    list, "org.nd4j.linalg.jcublas.JCublasBackend\norg.nd4j.linalg.cpu.nativecpu.CpuBackend\n");
            assertThat(Collections.list(cpu.getResources(service))).hasSize(2);
        }
    }

    @Test
    void nd4jStartsOnWhatThereIs() throws IOException {
        List<String> said = new ArrayList<>();
        for (Device device : List.of(Device.CPU, Device.AUTO)) {
            assertThat(TensorBackends.start(device, said::add)).isEqualTo(Device.CPU);
        }
        assertThat(said).isEmpty();
        assertThatThrownBy(() -> TensorBackends.start(Device.GPU, said::add))
                .hasRootCauseMessage(
                        "--device gpu: no usable CUDA device: this build has no CUDA backend of ND4J, NOISEBOOK_CUDA=1 makes one that has; --device auto computes on the CPU");
        assertThat(said).isEmpty();
        assertThat(TensorBackends.start(new DeviceProbe.Choice(Device.GPU, "CUDA on a card"), said::add))
                .as("it has been started")
                .isEqualTo(Device.CPU);
        assertThat(said).hasSize(2).contains("CUDA on a card");
        assertThat(said.get(1)).startsWith("ND4J computes on the cpu all the same");
        Path root = Files.createDirectories(folder.resolve("root"));
        Files.createFile(Files.createDirectory(root.resolve("dev")).resolve("nvidiactl"));
        DeviceProbe card = new DeviceProbe(
                root,
                command -> new DriverProbe.Output(0, "GPU-1, 8.0, A card\n"),
                List.of(TensorBackends.CPU, TensorBackends.CUDA),
                Map.of());
        assertThat(TensorBackends.start(Device.AUTO, card, said::add)).isEqualTo(Device.CPU);
        assertThatThrownBy(() -> TensorBackends.start(Device.GPU, card, said::add))
                .hasRootCauseMessage(
                        "--device gpu: ND4J does not compute on the card; --device auto goes on on the CPU");
        assertThat(TensorBackends.nativeFolder()).isDirectory();
    }

    @Test
    void whatNd4jCannotReadIsRefused() {
        for (String threads : List.of("abc", "0", "-1", "2,1", " 2", "1e3", "99999")) {
            assertThatThrownBy(() -> TensorBackends.checkOpenMp(threads))
                    .hasRootCauseMessage("OMP_NUM_THREADS must be a whole number in [1, 9999], got '" + threads + "'");
        }
        TensorBackends.checkOpenMp(null);
        TensorBackends.checkOpenMp("");
        TensorBackends.checkOpenMp("16");
    }

    /** What the test below starts in a process of its own. */
    static final class Product {
        public static void main(String[] arguments) {
            TensorBackends.start(Device.AUTO, line -> {
                throw new AssertionError(line);
            });
            if (Nd4j.ones(3, 3).mmul(Nd4j.ones(3, 3)).sumNumber().doubleValue() != 27) {
                throw new AssertionError("a wrong sum");
            }
        }
    }

    @Test
    void startingIsSilent() throws IOException, TimeoutException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Product.class.getName()));
        DriverProbe.Output output = DriverProbe.run(command, LIMIT);
        assertThat(output.exitCode()).isZero();
        assertThat(output.text().lines().filter(line -> !line.startsWith("Picked up ")))
                .as("but what the JVM says of variables")
                .isEmpty();
    }

    @Test
    void withoutNd4jThereIsNone() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(TensorBackends.names()).isEmpty();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
