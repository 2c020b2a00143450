package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.DriverProbe;
import org.noisebook.model.Device;

/** Machines that are made of files, an answer and an environment. */
class DeviceProbeTest {
    private static final List<String> BOTH = List.of("CpuBackend", "JCublasBackend");
    private static final String A100 = "GPU-aaaa-1, 8.0, NVIDIA A100-SXM4-80GB\n";
    private static final String H100 = "GPU-hhhh-2, 9.0, NVIDIA H100 80GB HBM3\n";

    @TempDir
    private Path root;

    private final List<List<String>> asked = new ArrayList<>();

    @BeforeEach
    void driver() throws IOException {
        Files.createDirectory(root.resolve("dev"));
        Files.createFile(root.resolve("dev/nvidiactl"));
    }

    private void information(String slot, String model) throws IOException {
        Path folder =
                Files.createDirectories(root.resolve("proc/driver/nvidia/gpus").resolve(slot));
        Files.writeString(folder.resolve("information"), "Model: \t\t " + model + "\nIRQ:   \t\t 42\n");
    }

    private DeviceProbe probe(int exitCode, String answer, Map<String, String> environment) {
        return probe(
                command -> {
                    asked.add(command);
                    return new DriverProbe.Output(exitCode, answer);
                },
                environment);
    }

    private DeviceProbe probe(DeviceProbe.Program program, Map<String, String> environment) {
        return new DeviceProbe(root, program, BOTH, environment);
    }

    private DeviceProbe probe(String answer) {
        return probe(0, answer, Map.of());
    }

    /** A machine on which a card is asked for in vain: the reason is in every line. */
    private static void assertRefused(DeviceProbe probe, String reason) {
        assertThat(probe.choose(Device.GPU))
                .isEqualTo(new DeviceProbe.Choice(Device.CPU, "no usable CUDA device: " + reason));
        assertThat(probe.choose(Device.AUTO))
                .isEqualTo(new DeviceProbe.Choice(Device.CPU, "no usable CUDA device: " + reason));
        assertThat(probe.describe()).isEqualTo("cpu (" + reason + ")");
    }

    private static String tooOldOrNew(String card) {
        return card + " cannot run ND4J's machine code, which is for 3.7 and 5.0 to 8.9";
    }

    @ParameterizedTest
    @CsvSource({
        "Tesla K80, 3.7",
        "Tesla M40, 5.2",
        "NVIDIA Tegra X1, 5.3",
        "Tesla P100-PCIE-16GB, 6.0",
        "Tesla V100-SXM2-32GB, 7.0",
        "Tesla T4, 7.5",
        "NVIDIA A100-SXM4-80GB, 8.0",
        "NVIDIA A10, 8.6",
        "NVIDIA GeForce RTX 4090, 8.9"
    })
    void aCardThatTheBinaryHasCodeForIsUsed(String name, String capability) {
        DeviceProbe probe = probe("GPU-1, " + capability + ", " + name + "\n");
        DeviceProbe.Choice choice =
                new DeviceProbe.Choice(Device.GPU, "CUDA on " + name + " (compute capability " + capability + ")");
        assertThat(probe.choose(Device.GPU)).isEqualTo(choice);
        assertThat(probe.choose(Device.AUTO)).isEqualTo(choice);
        assertThat(probe.describe()).isEqualTo("gpu: " + name + " (compute capability " + capability + ")");
        assertThat(asked)
                .hasSize(3)
                .containsOnly(List.of("nvidia-smi", "--query-gpu=uuid,compute_cap,name", "--format=csv,noheader"));
    }

    @ParameterizedTest
    @CsvSource({
        "Tesla C2075, 2.0",
        "Tesla K40c, 3.5",
        "NVIDIA H100 80GB HBM3, 9.0",
        "NVIDIA B200, 10.0",
        "NVIDIA GeForce RTX 5090, 12.0"
    })
    void aCardThatItHasNoCodeForIsRefused(String name, String capability) {
        assertRefused(
                probe("GPU-1, " + capability + ", " + name + "\n"),
                tooOldOrNew(name + " (compute capability " + capability + ")"));
    }

    @Test
    void theCpuIsNotAskedAbout() {
        assertThat(probe(A100).choose(Device.CPU)).isEqualTo(new DeviceProbe.Choice(Device.CPU, ""));
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutADriverNothingIsRun() throws IOException {
        Files.delete(root.resolve("dev/nvidiactl"));
        assertRefused(probe(A100), "no NVIDIA driver (there is no /dev/nvidiactl)");
        assertThat(asked).isEmpty();
    }

    @Test
    void theDriverOfWindowsIsOneToo() throws IOException {
        Files.move(root.resolve("dev/nvidiactl"), root.resolve("dev/dxg"));
        assertThat(probe(A100).choose(Device.AUTO).device()).isEqualTo(Device.GPU);
    }

    @Test
    void aDriverMayHaveNoCard() {
        assertRefused(probe("No devices were found\n"), "the NVIDIA driver has no card");
        assertRefused(probe(""), "the NVIDIA driver has no card");
        assertRefused(probe(6, "No devices were found\n", Map.of()), "nvidia-smi says: No devices were found");
    }

    @Test
    void aBuildWithoutTheBackendSaysSoOnlyWhenAsked() {
        DeviceProbe probe = new DeviceProbe(
                root,
                command -> {
                    throw new AssertionError("asked for a card that cannot be used");
                },
                List.of("CpuBackend"),
                Map.of());
        assertThat(probe.choose(Device.AUTO)).isEqualTo(new DeviceProbe.Choice(Device.CPU, ""));
        assertThat(probe.choose(Device.GPU))
                .isEqualTo(
                        new DeviceProbe.Choice(
                                Device.CPU,
                                "no usable CUDA device: this build has no CUDA backend of ND4J, NOISEBOOK_CUDA=1 makes one that has"));
        assertThat(probe.describe())
                .isEqualTo("cpu (this build has no CUDA backend of ND4J, NOISEBOOK_CUDA=1 makes one that has)");
    }

    @Test
    void ofTwoCardsOneMustBeChosen() {
        String reason = tooOldOrNew("NVIDIA H100 80GB HBM3 (compute capability 9.0)");
        String hint = " (CUDA_VISIBLE_DEVICES=GPU-aaaa-1 chooses the NVIDIA A100-SXM4-80GB)";
        assertRefused(probe(H100 + A100), reason + hint);
        assertRefused(probe(0, A100 + H100, Map.of("CUDA_VISIBLE_DEVICES", "0")), reason + hint);
        assertRefused(probe(0, A100 + H100, Map.of("CUDA_VISIBLE_DEVICES", "GPU-aaaa-1,GPU-h")), reason + hint);
        assertRefused(probe(0, A100 + H100, Map.of("CUDA_VISIBLE_DEVICES", "GPU-h")), reason);
        for (String visible : List.of("GPU-aaaa-1", "GPU-a", " GPU-aaaa ", "GPU-aaaa-1,GPU-none,GPU-hhhh-2")) {
            assertThat(probe(0, H100 + A100, Map.of("CUDA_VISIBLE_DEVICES", visible))
                            .choose(Device.AUTO))
                    .as(visible)
                    .isEqualTo(new DeviceProbe.Choice(
                            Device.GPU, "CUDA on NVIDIA A100-SXM4-80GB (compute capability 8.0)"));
        }
        assertThat(probe(A100 + A100).choose(Device.GPU).line())
                .isEqualTo("CUDA on NVIDIA A100-SXM4-80GB (compute capability 8.0), "
                        + "NVIDIA A100-SXM4-80GB (compute capability 8.0)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "GPU-none", ",GPU-aaaa-1", "none"})
    void cardsCanBeHidden(String visible) {
        assertRefused(
                probe(0, A100, Map.of("CUDA_VISIBLE_DEVICES", visible)),
                "CUDA_VISIBLE_DEVICES='" + visible + "' shows no card");
    }

    @Test
    void theToolMayBeMissing() throws IOException {
        DeviceProbe probe = probe(
                command -> {
                    throw new IOException("No such file or directory");
                },
                Map.of());
        String reason = "nvidia-smi, which tells the compute capability, does not start";
        assertRefused(probe, reason);
        information("0000:3b:00.0", "NVIDIA A100-SXM4-80GB");
        information("0000:18:00.0", "Tesla T4");
        assertRefused(probe, reason + " (driver: NVIDIA A100-SXM4-80GB, Tesla T4)");
    }

    @Test
    void theToolMayHang() {
        assertRefused(
                probe(
                        command -> {
                            throw new TimeoutException();
                        },
                        Map.of()),
                "nvidia-smi did not answer within 20 s");
    }

    @Test
    void theToolMayBeOldOrBroken() throws IOException {
        information("0000:3b:00.0", "Tesla K80");
        String old = "Field \"compute_cap\" is not a valid field to query.";
        assertRefused(probe(2, "\n" + old + "\nmore\n", Map.of()), "nvidia-smi says: " + old + " (driver: Tesla K80)");
        assertRefused(probe(127, "", Map.of()), "nvidia-smi says: nothing (driver: Tesla K80)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GPU-1, [N/A], NVIDIA A100",
                "GPU-1, 8, NVIDIA A100",
                "GPU-1, 8.x, NVIDIA A100",
                "GPU-1, 99999999999.0, NVIDIA A100",
                "8.0",
                "\uFFFD\uFFFD,\uFFFD"
            })
    void theAnswerMayBeGarbled(String line) {
        assertRefused(probe(line + "\n"), "nvidia-smi says no compute capability: " + line);
    }

    @Test
    void everyLineIsOneLine() {
        for (String answer : List.of("a\rb\nc", "GPU-1, 8.0, x\ty\u2028z\n", "\u0007", "NVIDIA\r\n")) {
            for (DeviceProbe.Choice choice : List.of(
                    probe(answer).choose(Device.GPU), probe(1, answer, Map.of()).choose(Device.GPU))) {
                assertThat(choice.line()).as(answer).doesNotContainPattern("[\\r\\n\\t\\u0007\\u2028]");
            }
        }
        assertThat(probe(1, "x".repeat(10_000), Map.of()).choose(Device.GPU).line())
                .hasSizeLessThan(300);
    }

    @Test
    void hereAnswers() {
        DeviceProbe here = DeviceProbe.here();
        assertThat(here.choose(Device.CPU).device()).isEqualTo(Device.CPU);
        assertThat(here.choose(Device.AUTO).device()).isEqualTo(Device.CPU);
        assertThat(here.describe()).startsWith("cpu (");
    }
}
