package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

class CellInputTest {
    private final Deque<String> lines = new ArrayDeque<>();
    private final CellInput input = new CellInput(() -> Optional.ofNullable(lines.poll()));

    @Test
    void linesOfAReader() throws IOException {
        lines.addAll(List.of("größe 😀\n", "\n", "last\n"));
        BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        assertThat(reader.readLine()).isEqualTo("größe 😀");
        assertThat(reader.readLine()).isEmpty();
        assertThat(reader.readLine()).isEqualTo("last");
        assertThat(reader.readLine()).isNull();
    }

    /** No more is asked for than what is read. */
    @Test
    void aLineAtATime() throws IOException {
        lines.addAll(List.of("ab\n", "cd\n"));
        assertThat(input.available()).isZero();
        assertThat(input.read()).isEqualTo('a');
        assertThat(input.available()).isEqualTo(2);
        byte[] bytes = new byte[10];
        assertThat(input.read(bytes, 1, 9)).isEqualTo(2);
        assertThat(new String(bytes, 1, 2, StandardCharsets.UTF_8)).isEqualTo("b\n");
        assertThat(input.read(bytes, 0, 0)).isZero();
        assertThat(lines).containsExactly("cd\n");
    }

    @Test
    void bytesAboveAsciiAreNotTheEnd() throws IOException {
        lines.add("ÿ\n");
        assertThat(input.read()).isEqualTo(0xC3);
        assertThat(input.read()).isEqualTo(0xBF);
    }

    @Test
    void theEndIsNotForGood() throws IOException {
        assertThat(input.read()).isEqualTo(-1);
        lines.add("later\n");
        assertThat(new Scanner(input, StandardCharsets.UTF_8).nextLine()).isEqualTo("later");
    }

    @Test
    void anInterruptEndsTheReadAndIsKept() {
        CellInput waiting = new CellInput(() -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(waiting::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
