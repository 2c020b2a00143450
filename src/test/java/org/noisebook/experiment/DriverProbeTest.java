package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Home;

/** Drivers that abort, crash, hang or have no memory end a process that is not this one. */
class DriverProbeTest {
    private static final Path REMEMBERED = Home.here().cache().resolve("noisebook/drivers");

    /** A driver with one of these faults, or without. */
    static final class Stub {
        public static void main(String... fault) throws Exception {
            switch (fault[0]) {
                case "aborts" ->
                    say("hwloc: no cores\nNot enough memory to run on this device.", "; kill -ABRT $PPID; sleep 9");
                case "crashes" -> {
                    Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
                    field.setAccessible(true);
                    Object unsafe = field.get(null);
                    unsafe.getClass().getMethod("putInt", long.class, int.class).invoke(unsafe, 0L, 1);
                }
                case "hangs" -> Thread.sleep(60_000);
                case "refuses" ->
                    throw new IllegalStateException(
                            "not seen", new IOException("OpenCL: cannot open it: CL_OUT_OF_HOST_MEMORY"));
                default -> say("a warning", "");
            }
        }

        private static void say(String text, String then) throws Exception {
            new ProcessBuilder("sh", "-c", "echo '" + text + "' >&2" + then)
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }

    private static String failure(String fault, String version) {
        return DriverProbe.failure("A driver", Stub.class, List.of(fault), List.of(version), 10)
                .orElse("");
    }

    @AfterEach
    void forget() throws IOException {
        Files.deleteIfExists(REMEMBERED.resolve("Stubworks"));
    }

    @Test
    void eachFaultIsOneLine() {
        assertThat(failure("aborts", ""))
                .isEqualTo("A driver failed in a trial process, with exit code 134:"
                        + " Not enough memory to run on this device.");
        assertThat(failure("crashes", ""))
                .startsWith("A driver failed in a trial process, with exit code 1: SIGSEGV")
                .doesNotContain("\n");
        assertThat(failure("refuses", ""))
                .isEqualTo("A driver failed in a trial process, with exit code 1:"
                        + " OpenCL: cannot open it: CL_OUT_OF_HOST_MEMORY");
        assertThat(DriverProbe.failure("A driver", Stub.class, List.of("hangs"), List.of(), 1))
                .contains("A driver did not answer within 1 s in a trial process");
    }

    @Test
    void successAloneIsRememberedOfItsVersion() throws IOException {
        assertThat(failure("works", "1.0")).isEmpty();
        Path passed = REMEMBERED.resolve("Stubworks");
        String text = Files.readString(passed);
        assertThat(text).endsWith("\n1.0\n");
        Files.writeString(passed, text.replace("1.0", "0.9"));
        assertThat(failure("works", "1.0")).isEmpty();
        assertThat(passed).as("another version is tried").hasContent(text);
        assertThat(failure("aborts", "")).isNotEmpty();
        assertThat(REMEMBERED.resolve("Stubaborts")).doesNotExist();
    }

    @Test
    void programsAreRunWithALimit() throws IOException, TimeoutException {
        assertThat(DriverProbe.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), 20))
                .isEqualTo(new DriverProbe.Output(3, "out\nerr\n"));
        assertThatThrownBy(() -> DriverProbe.run(List.of("sleep", "60"), 1)).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> DriverProbe.run(List.of("no-such-program"), 1)).isInstanceOf(IOException.class);
    }
}
